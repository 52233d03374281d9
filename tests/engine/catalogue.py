"""Every gate of the engine, each with what mathematics says about it: its value and its partial derivatives, written in
mpmath and independently of the engine, and the inputs on which floats can be held against them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd.gates import CHAIN_PRODUCT, DETACH, GREATER, GREATER_OR_EQUAL, Gate

mp.dps = 60


@dataclass(frozen=True)
class Entry:
    """One gate: how a user calls it, and its mathematics."""

    name: str
    call: Callable[..., Any]
    value: Callable[..., Any]
    slopes: Callable[..., Sequence[Any]]
    inputs: st.SearchStrategy[tuple[float, ...]]
    """Far ranges, as far as value and slopes are well conditioned there."""
    near: st.SearchStrategy[tuple[float, ...]] | None = None
    """Where higher derivatives are compared; None for a piecewise gate, whose higher derivatives are 0."""
    arity: int | None = None
    """How many floats it takes; None for any number from one up."""

    def __repr__(self) -> str:
        return self.name


def reals(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)


def magnitudes(decades: int) -> st.SearchStrategy[float]:
    """Numbers of either sign whose size is anywhere from 10^-decades to 10^decades."""
    return st.builds(lambda m, e, s: s * m * 10.0**e, reals(1.0, 10.0), st.integers(-decades, decades), signs)


signs = st.sampled_from([1.0, -1.0])
positive = magnitudes(300).map(abs)
grid = st.integers(-512, 512).map(lambda k: k / 64)
"""Multiples of 1/64: sums and differences of them are exact, ties and zeros are frequent."""


def each(*strategies: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*strategies)


def some(strategy: st.SearchStrategy[float], most: int = 6) -> st.SearchStrategy[tuple[float, ...]]:
    return st.lists(strategy, min_size=1, max_size=most).map(tuple)


def sigma(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _shares(xs: Sequence[Any], best: Any) -> list[Any]:
    winners = sum(x == best for x in xs)
    return [mpf(x == best) / winners for x in xs]


def _weights_and_inputs(xs: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Any]:
    n = len(xs) // 2
    return xs[:n], xs[n:-1], xs[-1]


def _dot(*xs: Any) -> Any:
    weights, inputs, bias = _weights_and_inputs(xs)
    return autograd.dot(weights, inputs, bias)


def _dot_value(*xs: Any) -> Any:
    weights, inputs, bias = _weights_and_inputs(xs)
    return mp.fdot(weights, inputs) + bias


def _dot_slopes(*xs: Any) -> Sequence[Any]:
    weights, inputs, _ = _weights_and_inputs(xs)
    return [*inputs, *weights, 1]


def _softmax(xs: Sequence[Any]) -> list[Any]:
    total = mp.fsum([mp.exp(x) for x in xs])
    return [mp.exp(x) / total for x in xs]


def _constant_power(p: float, inputs: st.SearchStrategy[float], near: st.SearchStrategy[float]) -> Entry:
    def slope(x: Any) -> list[Any]:
        return [mpf(p) * x ** (mpf(p) - 1)] if p else [mpf(0)]

    return Entry(f"x**{p}", lambda x: x**p, lambda x: x ** mpf(p), slope, each(inputs), each(near), 1)


UNUSUAL_CALLS: dict[str, Callable[..., Any]] = {
    "neg": lambda x: -x,
    "abs": abs,
    "leaky_relu": lambda x: autograd.leaky_relu(x, 0.25),
    "clip": lambda x: autograd.clip(x, -1, 2),
}


def _unary(
    name: str,
    value: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    inputs: st.SearchStrategy[float],
    near: st.SearchStrategy[float] | None = None,
) -> Entry:
    call = UNUSUAL_CALLS.get(name) or getattr(autograd, name)
    return Entry(name, call, value, lambda x: [slope(x)], each(inputs), each(near) if near is not None else None, 1)


_off_zero = st.builds(lambda x, s: x * s, reals(0.125, 4.0), signs)

CATALOGUE = [
    Entry("+", lambda a, b: a + b, lambda a, b: a + b, lambda a, b: [1, 1], each(grid, grid), each(grid, grid), 2),
    Entry("-", lambda a, b: a - b, lambda a, b: a - b, lambda a, b: [1, -1], each(grid, grid), each(grid, grid), 2),
    Entry(
        "*",
        lambda a, b: a * b,
        lambda a, b: a * b,
        lambda a, b: [b, a],
        each(magnitudes(150), magnitudes(150)),
        each(grid, grid),
        2,
    ),
    Entry(
        "/",
        lambda a, b: a / b,
        lambda a, b: a / b,
        lambda a, b: [1 / b, -a / b**2],
        each(magnitudes(75), magnitudes(75)),
        each(grid, _off_zero),
        2,
    ),
    Entry(
        "**",
        lambda a, b: a**b,
        lambda a, b: a**b,
        lambda a, b: [b * a ** (b - 1), a**b * mp.log(a)],
        each(magnitudes(4).map(abs), reals(-60.0, 60.0)),
        each(reals(0.25, 4.0), reals(-3.0, 3.0)),
        2,
    ),
    *[_constant_power(float(p), magnitudes(40), _off_zero) for p in (-3, -2, -1, 0, 1, 2, 3, 7)],
    *[_constant_power(p, magnitudes(100).map(abs), reals(0.125, 4.0)) for p in (-0.5, 0.5, 1.5, 2.25)],
    _unary("neg", lambda x: -x, lambda x: mpf(-1), magnitudes(300), grid),
    _unary("abs", abs, mp.sign, magnitudes(300) | grid),
    _unary("exp", mp.exp, mp.exp, reals(-745.0, 710.0), reals(-3.0, 3.0)),
    _unary("expm1", mp.expm1, mp.exp, reals(-740.0, 710.0) | magnitudes(300).filter(lambda x: x < 700), reals(-3, 3)),
    _unary("log", mp.log, lambda x: 1 / x, positive, reals(0.125, 8.0)),
    _unary(
        "log1p",
        mp.log1p,
        lambda x: 1 / (1 + x),
        positive | reals(-0.99, 1.0) | magnitudes(300).filter(lambda x: x > -0.9),
        reals(-0.875, 8.0),
    ),
    _unary("sqrt", mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), positive, reals(0.125, 8.0)),
    _unary("square", lambda x: x * x, lambda x: 2 * x, magnitudes(150), grid),
    _unary("sin", mp.sin, mp.cos, reals(-1e6, 1e6) | magnitudes(200).filter(lambda x: abs(x) < 1), reals(-7.0, 7.0)),
    _unary("cos", mp.cos, lambda x: -mp.sin(x), reals(-1e6, 1e6), reals(-7.0, 7.0)),
    _unary("tan", mp.tan, lambda x: 1 + mp.tan(x) ** 2, reals(-1e4, 1e4), reals(-1.25, 1.25)),
    _unary(
        "asin", mp.asin, lambda x: 1 / mp.sqrt((1 - x) * (1 + x)), reals(-0.999999999, 0.999999999), reals(-0.9, 0.9)
    ),
    _unary("acos", mp.acos, lambda x: -1 / mp.sqrt((1 - x) * (1 + x)), reals(-0.999999999, 0.99), reals(-0.9, 0.9)),
    _unary("atan", mp.atan, lambda x: 1 / (1 + x * x), magnitudes(150), reals(-4.0, 4.0)),
    _unary("sinh", mp.sinh, mp.cosh, reals(-710.0, 710.0) | magnitudes(200).filter(lambda x: abs(x) < 1), reals(-3, 3)),
    _unary("cosh", mp.cosh, mp.sinh, reals(-710.0, 710.0), reals(-3.0, 3.0)),
    _unary("tanh", mp.tanh, lambda x: mp.sech(x) ** 2, reals(-350.0, 350.0), reals(-3.0, 3.0)),
    _unary("erf", mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), reals(-26.0, 26.0), reals(-3.0, 3.0)),
    _unary("sigmoid", sigma, lambda x: sigma(x) * sigma(-x), reals(-740.0, 740.0), reals(-4.0, 4.0)),
    _unary("softplus", lambda x: mp.log1p(mp.exp(x)), sigma, reals(-740.0, 740.0), reals(-4.0, 4.0)),
    _unary("log_sigmoid", lambda x: -mp.log1p(mp.exp(-x)), lambda x: sigma(-x), reals(-740.0, 740.0), reals(-4.0, 4.0)),
    _unary("relu", lambda x: x if x > 0 else mpf(0), lambda x: mpf(x > 0), magnitudes(300) | grid),
    _unary(
        "leaky_relu",
        lambda x: x if x > 0 else mpf(0.25) * x,
        lambda x: mpf(1) if x > 0 else mpf(0.25),
        magnitudes(300) | grid,
    ),
    _unary(
        "clip",
        lambda x: min(max(x, mpf(-1)), mpf(2)),
        lambda x: mpf(-1 < x < 2),
        magnitudes(300) | grid,
    ),
    _unary("sign", mp.sign, lambda x: mpf(0), magnitudes(300) | grid),
    _unary("step", lambda x: mpf(x > 0), lambda x: mpf(0), magnitudes(300) | grid),
    Entry(
        "hypot",
        autograd.hypot,
        mp.hypot,
        lambda x, y: [x / mp.hypot(x, y), y / mp.hypot(x, y)],
        each(magnitudes(150), magnitudes(150)),
        each(_off_zero, _off_zero),
        2,
    ),
    Entry(
        "atan2",
        autograd.atan2,
        mp.atan2,
        lambda y, x: [x / (x * x + y * y), -y / (x * x + y * y)],
        each(magnitudes(150), magnitudes(150)),
        each(_off_zero, _off_zero.map(abs)),
        2,
    ),
    Entry(
        "where",
        autograd.where,
        lambda c, a, b: a if c else b,
        lambda c, a, b: [0, 1, 0] if c else [0, 0, 1],
        each(st.sampled_from([0.0, 1.0, -2.5]), magnitudes(300), magnitudes(300)),
        arity=3,
    ),
    Entry(
        "maximum",
        autograd.maximum,
        lambda *xs: max(xs),
        lambda *xs: _shares(xs, max(xs)),
        some(grid) | some(magnitudes(300)),
    ),
    Entry(
        "minimum",
        autograd.minimum,
        lambda *xs: min(xs),
        lambda *xs: _shares(xs, min(xs)),
        some(grid) | some(magnitudes(300)),
    ),
    Entry(
        "sum",
        lambda *xs: autograd.sum(xs),
        lambda *xs: mp.fsum(xs),
        lambda *xs: [1] * len(xs),
        some(grid),
        some(grid, 3),
    ),
    Entry(
        "mean",
        lambda *xs: autograd.mean(xs),
        lambda *xs: mp.fsum(xs) / len(xs),
        lambda *xs: [mpf(1) / len(xs)] * len(xs),
        some(grid),
        some(grid, 3),
    ),
    Entry(
        "dot",
        _dot,
        _dot_value,
        _dot_slopes,
        st.integers(0, 3).flatmap(lambda n: each(*[grid] * (2 * n + 1))),
        each(*[grid] * 5),
    ),
    Entry(
        "logsumexp",
        lambda *xs: autograd.logsumexp(xs),
        lambda *xs: mp.log(mp.fsum([mp.exp(x) for x in xs])),
        lambda *xs: _softmax(xs),
        some(grid | grid.map(lambda x: 64 * x)),
        some(reals(-3.0, 3.0), 3),
    ),
    Entry(">", GREATER, lambda a, b: mpf(a > b), lambda a, b: [0, 0], each(grid, grid), arity=2),
    Entry(">=", GREATER_OR_EQUAL, lambda a, b: mpf(a >= b), lambda a, b: [0, 0], each(grid, grid), arity=2),
    Entry("detach", DETACH, lambda x: x, lambda x: [0], each(magnitudes(300)), arity=1),
    Entry(
        "chain product",  # what the backward pass as a graph multiplies with; no user calls it
        CHAIN_PRODUCT,
        lambda a, b: a * b,
        lambda a, b: [b, a],
        each(magnitudes(150), magnitudes(150)),
        each(grid, grid),
        2,
    ),
]


def gates_of_the_engine() -> set[type[Gate]]:
    """The classes in gates.py that others there are not derived from."""
    found, families = set(), [Gate]
    while families:
        below = [kind for kind in families.pop().__subclasses__() if kind.__module__ == Gate.__module__]
        families.extend(below)
        found.update(below)
    return {kind for kind in found if found.isdisjoint(kind.__subclasses__())}


def of_any_floats(entry: Entry, floats: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, ...]]:
    """As many of these floats as the gate takes; an odd number for `dot`, which takes weights, inputs and a bias."""
    if entry.arity is not None:
        return each(*[floats] * entry.arity)
    counts = st.sampled_from([1, 3, 5] if entry.name == "dot" else [1, 2, 3, 4])
    return counts.flatmap(lambda n: each(*[floats] * n))
