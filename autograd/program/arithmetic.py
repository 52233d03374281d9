"""What the generated Python computes with: floats, quickly or safely; fractions; mpmath numbers of any precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograd import functions, gates

_NAMES = (
    *("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("erf", "sigmoid", "softplus", "log_sigmoid", "sign", "step"),
)
_RAISING = (
    *("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    "erf",
)


@dataclass(frozen=True)
class Arithmetic:
    """Functions by the names that generated text uses, and how a number enters."""

    number: Callable[[Any], Any]
    names: dict[str, Callable[..., Any]]


def _many(maximum: Callable[..., Any], minimum: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {"maximum": maximum, "minimum": minimum}


SAFE = Arithmetic(
    float,
    {
        **{name: getattr(functions, name) for name in _NAMES},
        **_many(gates.MAXIMUM.forward, gates.MINIMUM.forward),
        "divide": functions.divide,
        "power": functions.power,
        "hypot": math.hypot,
        "atan2": math.atan2,
        "logsumexp": gates.LOGSUMEXP.forward,
    },
)
"""Floats by the rules of the engine: nothing raises."""

QUICK = Arithmetic(float, {**SAFE.names, **{name: getattr(math, name) for name in _RAISING}, "power": math.pow})
"""Floats by `math`: the same numbers, but out of range or out of the domain an exception."""


def arithmetic_of(numbers: Iterable[Any]) -> Arithmetic | None:
    """The arithmetic that some numbers ask for; None for plain floats."""
    kinds = {kind.__module__.partition(".")[0] for kind in set(map(type, numbers))}
    if "mpmath" in kinds:
        return mpmath_arithmetic()
    return FRACTIONS if "fractions" in kinds else None


# --- fractions --------------------------------------------------------------------------------------------------------


def _no_fraction(name: str) -> Callable[..., Any]:
    def refuse(*_: Any) -> Any:
        raise TypeError(f"{name} of fractions is no fraction: give mpmath numbers, or floats")

    return refuse


def _fraction(x: Any) -> Any:
    """Inf and nan stay floats, with which fractions compare."""
    return x if isinstance(x, float) and not math.isfinite(x) else Fraction(x)


def _fraction_power(base: Fraction, exponent: Any) -> Fraction:
    if exponent != int(exponent):
        raise TypeError("a fraction to the power of a fraction is no fraction: give mpmath numbers, or floats")
    return base ** int(exponent)


FRACTIONS = Arithmetic(
    _fraction,
    {
        **{name: _no_fraction(name) for name in (*SAFE.names,)},
        **_many(max, min),
        "divide": lambda a, b: a / b,
        "power": _fraction_power,
        "sign": lambda x: Fraction((x > 0) - (x < 0)),
        "step": lambda x: Fraction(x > 0),
    },
)
"""Rational numbers, without any rounding: + − × ÷, whole powers, and what only compares."""


# --- mpmath -----------------------------------------------------------------------------------------------------------


def mpmath_arithmetic() -> Arithmetic:
    """Numbers of mpmath's present precision, by the same rules for what is out of the domain."""
    from mpmath import mp

    def on(
        domain: Callable[[Any], bool], function: Callable[[Any], Any], at_edge: Any = mp.nan
    ) -> Callable[[Any], Any]:
        return lambda x: function(x) if domain(x) else (x if x != x else at_edge(x) if callable(at_edge) else at_edge)

    def divide(a: Any, b: Any) -> Any:
        if b != 0:
            return a / b
        return mp.nan if a == 0 or a != a else mp.inf * mp.sign(a)

    def power(base: Any, exponent: Any) -> Any:
        if base == 0 and exponent < 0:
            return mp.inf
        return mp.nan if base < 0 and exponent != mp.floor(exponent) else base**exponent

    def logsumexp(*xs: Any) -> Any:
        largest = maximum(*xs)
        if mp.isinf(largest) or mp.isnan(largest):
            return largest
        return largest + mp.log(mp.fsum([mp.exp(x - largest) for x in xs]))

    def maximum(*xs: Any) -> Any:
        return mp.nan if any(x != x for x in xs) else max(xs)

    def minimum(*xs: Any) -> Any:
        return mp.nan if any(x != x for x in xs) else min(xs)

    def softplus(x: Any) -> Any:
        return max(x, mp.zero) + mp.log1p(mp.exp(-abs(x)))

    finite = mp.isfinite
    return Arithmetic(
        mp.mpf,
        {
            **{name: getattr(mp, name) for name in ("exp", "expm1", "atan", "sinh", "cosh", "tanh", "erf", "hypot")},
            **{name: on(finite, getattr(mp, name)) for name in ("sin", "cos", "tan")},
            **{name: on(lambda x: abs(x) <= 1, getattr(mp, name)) for name in ("asin", "acos")},
            "log": on(lambda x: x > 0, mp.log, lambda x: -mp.inf if x == 0 else mp.nan),
            "log1p": on(lambda x: x > -1, mp.log1p, lambda x: -mp.inf if x == -1 else mp.nan),
            "sqrt": on(lambda x: x >= 0, mp.sqrt),
            "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
            "softplus": softplus,
            "log_sigmoid": lambda x: -softplus(-x),
            "sign": mp.sign,
            "step": lambda x: x if x != x else mp.mpf(x > 0),
            **_many(maximum, minimum),
            "divide": divide,
            "power": power,
            "atan2": mp.atan2,
            "logsumexp": logsumexp,
        },
    )
