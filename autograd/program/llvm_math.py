"""Functions of vectors for LLVM: exp, log and their like as polynomials; everything else calls C once a lane.

Accuracy is within 2 units in the last place, over all floats, subnormal results included; tests/program holds them
against 50-digit arithmetic. The coefficients are those of the Taylor series, whose arguments are made small enough.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from typing import Any

LN2_HIGH = float.fromhex("0x1.62e42fefa0000p-1")
"""ln 2 in so few digits that its product with an exponent is exact."""
LN2_LOW = float.fromhex("0x1.cf79abc9e3b3ap-40")
ROUNDING = 1.5 * 2.0**52
"""Adding it rounds to whole numbers, which then stand in the last bits."""
SMALL = 2.0**-54
"""Below it, functions with slope 1 at 0 are the identity."""

ARITY = {"pow": 2, "hypot": 2, "atan2": 2}


def _bits(x: float) -> int:
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def _polynomial(b: Any, x: str, coefficients: list[float]) -> str:
    """c₀ + x·(c₁ + x·(...))."""
    total = b.constant(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = b.add(b.multiply(total, x), b.constant(coefficient))
    return str(total)


def _power_of_two(b: Any, n: str) -> str:
    """2ⁿ for n from -1022 to 1023."""
    biased = b.integers("add", n, b.integer(1023))
    return str(b.as_doubles(b.integers("shl", biased, b.integer(52))))


def _reduced(b: Any, x: str) -> tuple[str, str, str]:
    """n and the rest r of x = n·ln 2 + r, |r| ≤ ln 2 / 2; and what r has lost by rounding."""
    shifted = b.add(b.multiply(x, b.constant(1.0 / math.log(2.0))), b.constant(ROUNDING))
    whole = b.subtract(shifted, b.constant(ROUNDING))
    n = b.integers("sub", b.as_integers(shifted), b.integer(_bits(ROUNDING)))
    high = b.subtract(x, b.multiply(whole, b.constant(LN2_HIGH)))
    low = b.multiply(whole, b.constant(LN2_LOW))
    r = b.subtract(high, low)
    return n, r, b.subtract(b.subtract(high, r), low)


def _held(b: Any, x: str, low: float, high: float) -> str:
    """x between two bounds, nan staying nan."""
    bottom, top = b.constant(low), b.constant(high)
    raised = b.select(b.compare("olt", x, bottom), bottom, x)
    return str(b.select(b.compare("ogt", raised, top), top, raised))


def _exp_minus_one_of_small(b: Any, r: str, lost: str) -> str:
    """exp(r + lost) - 1 by its series; |r| ≤ ln 2 / 2."""
    series = _polynomial(b, r, [1.0 / math.factorial(k) for k in range(2, 14)])
    return str(b.add(r, b.add(b.multiply(b.multiply(r, r), series), lost)))


def _scaled_exp(b: Any, x: str, by: int) -> str:
    """2^by · exp(x), scaled in two steps, so that it rounds once where it is subnormal."""
    n, r, lost = _reduced(b, _held(b, x, -747.0, 712.0))
    n = b.integers("add", n, b.integer(by)) if by else n
    half = b.integers("ashr", n, b.integer(1))
    p = b.add(b.constant(1.0), _exp_minus_one_of_small(b, r, lost))
    once = b.multiply(p, _power_of_two(b, half))
    return str(b.multiply(once, _power_of_two(b, b.integers("sub", n, half))))


def _exp(b: Any, x: str) -> str:
    return _scaled_exp(b, x, 0)


def _expm1(b: Any, x: str) -> str:
    """2·(2ⁿ⁻¹·(exp(r) - 1) + (2ⁿ⁻¹ - 1/2))."""
    n, r, lost = _reduced(b, _held(b, x, -60.0, 710.0))
    half_power = _power_of_two(b, b.integers("sub", n, b.integer(1)))
    p = _exp_minus_one_of_small(b, r, lost)
    half = b.add(b.multiply(half_power, p), b.subtract(half_power, b.constant(0.5)))
    return _identity_near_zero(b, x, b.multiply(half, b.constant(2.0)))


def _identity_near_zero(b: Any, x: str, otherwise: str) -> str:
    return str(b.select(b.compare("olt", b.absolute(x), b.constant(SMALL)), x, otherwise))


def _log_of_parts(b: Any, bits: str, less: str | None, more: str | None) -> str:
    """log of a number by its bits, 2ᵉ·(1 + f) with 1 + f from √½ to √2: e·ln 2 + 2 artanh(f / (2 + f)).

    `less` is taken off e; `more` is added to the result before it is rounded.
    """
    above = b.integers("sub", bits, b.integer(_bits(math.sqrt(0.5))))
    exponent = b.integers("ashr", above, b.integer(52))
    mantissa = b.as_doubles(b.integers("sub", bits, b.integers("shl", exponent, b.integer(52))))
    shifted = b.as_doubles(b.integers("add", exponent, b.integer(_bits(ROUNDING))))
    e = b.subtract(shifted, b.constant(ROUNDING))
    e = e if less is None else b.subtract(e, less)
    f = b.subtract(mantissa, b.constant(1.0))
    s = b.divide(f, b.add(b.constant(2.0), f))
    z = b.multiply(s, s)
    series = b.multiply(z, _polynomial(b, z, [2.0 / (2 * k + 1) for k in range(1, 12)]))
    half_square = b.multiply(b.multiply(b.constant(0.5), f), f)
    low = b.multiply(e, b.constant(LN2_LOW))
    low = low if more is None else b.add(low, more)
    correction = b.add(b.multiply(s, b.add(half_square, series)), low)
    small = b.subtract(f, b.subtract(half_square, correction))
    return str(b.add(b.multiply(e, b.constant(LN2_HIGH)), small))


def _at_edges(b: Any, x: str, edge: float, found: str) -> str:
    """inf at inf, -inf at the edge of the domain, nan beyond."""
    infinity = b.constant(math.inf)
    found = b.select(b.compare("oeq", x, infinity), infinity, found)
    found = b.select(b.compare("oeq", x, b.constant(edge)), b.constant(-math.inf), found)
    return str(b.select(b.compare("ult", x, b.constant(edge)), b.constant(math.nan), found))


def _log(b: Any, x: str) -> str:
    subnormal = b.compare("olt", x, b.constant(2.0**-1022))
    normal = b.select(subnormal, b.multiply(x, b.constant(2.0**54)), x)
    less = b.select(subnormal, b.constant(54.0), b.constant(0.0))
    return _at_edges(b, x, 0.0, _log_of_parts(b, b.as_integers(normal), less, None))


def _log1p(b: Any, x: str) -> str:
    """log(u) + (x - (u - 1)) / u for u = 1 + x, rounded."""
    one = b.constant(1.0)
    u = b.add(one, x)
    lost = b.select(b.compare("oge", x, one), b.subtract(one, b.subtract(u, x)), b.subtract(x, b.subtract(u, one)))
    found = _log_of_parts(b, b.as_integers(u), None, b.divide(lost, u))
    return _identity_near_zero(b, x, _at_edges(b, x, -1.0, found))


def _tanh(b: Any, x: str) -> str:
    """(exp(2|x|) - 1) / (exp(2|x|) + 1), with the sign of x."""
    size = b.absolute(x)
    above = b.call("expm1", b.multiply(b.constant(2.0), size))
    found = b.divide(above, b.add(above, b.constant(2.0)))
    found = b.select(b.compare("ogt", size, b.constant(22.0)), b.constant(1.0), found)
    return str(b.intrinsic("copysign", found, x))


def _cosh(b: Any, x: str) -> str:
    """exp(|x|)/2 + 1/(4·exp(|x|)/2)."""
    half = _scaled_exp(b, b.absolute(x), -1)
    return str(b.add(half, b.divide(b.constant(0.25), half)))


KERNELS: dict[str, Callable[..., str]] = {
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "tanh": _tanh,
    "cosh": _cosh,
}
"""Functions that are computed for all lanes at once."""


def definitions(called: Iterable[tuple[str, int]], exact: bool) -> list[str]:
    """The functions that are called, each by name and number of lanes, and those that these call."""
    found: dict[tuple[str, int], str] = {}
    waiting = sorted(called)
    while waiting:
        name, lanes = key = waiting.pop()
        if key in found:
            continue
        found[key], more = _declaration(name) if lanes == 1 else _definition(name, lanes, exact)
        waiting += more
    return list(found.values())


def _declaration(name: str) -> tuple[str, list[tuple[str, int]]]:
    return f"declare double @{name}({', '.join(['double'] * ARITY.get(name, 1))})", []


def _definition(name: str, lanes: int, exact: bool) -> tuple[str, list[tuple[str, int]]]:
    """A function of vectors: its polynomial, or calls of C's function; always C's in exact codes."""
    from autograd.program.llvm_text import Body, function_name

    b = Body(lanes, exact=True)
    operands = [f"%x{i}" for i in range(ARITY.get(name, 1))]
    if name in KERNELS and not exact:
        b.flags = "contract "
        result = KERNELS[name](b, *operands)
    else:
        result = _lane_by_lane(b, name, operands)
    given = ", ".join([f"{b.type} {x}" for x in operands])
    head = f"define internal {b.type} @{function_name(name, lanes)}({given}) nounwind {{"
    return "\n".join([head, "entry:", *b.lines, f"ret {b.type} {result}", "}"]), sorted(b.called)


def _lane_by_lane(b: Any, name: str, operands: list[str]) -> str:
    result = "poison"
    b.called.add((name, 1))
    for lane in range(b.lanes):
        numbers = [b.op(f"extractelement {b.type} {x}, i64 {lane}") for x in operands]
        given = ", ".join([f"double {x}" for x in numbers])
        number = b.op(f"call double @{name}({given})")
        result = b.op(f"insertelement {b.type} {result}, double {number}, i64 {lane}")
    return result
