"""Every gate against mathematics: 60-digit arithmetic, rational arithmetic, and its own formula run on Values."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd import Value
from tests.engine.catalogue import CATALOGUE, Entry, gates_of_the_engine, of_any_floats
from tests.engine.closeness import bits, close

SMOOTH = [entry for entry in CATALOGUE if entry.near is not None]

every_gate = pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
every_smooth_gate = pytest.mark.parametrize("entry", SMOOTH, ids=repr)


def record(entry: Entry, inputs: tuple[float, ...]) -> tuple[Value, list[Value]]:
    leaves = [Value(x) for x in inputs]
    return entry.call(*leaves), leaves


def exactly(inputs: tuple[float, ...]) -> list[Any]:
    return [mpf(x) for x in inputs]


def room(entry: Entry, inputs: tuple[float, ...]) -> float:
    """The absolute error that sums are allowed: their terms may cancel."""
    return 1e-15 * math.fsum(map(abs, inputs)) if entry.name in ("sum", "mean", "logsumexp", "dot") else 0.0


# --- completeness ----------------------------------------------------------------------------------------------------


def test_every_gate_of_the_engine_stands_in_the_catalogue() -> None:
    examined = {type(record(entry, (0.5,) * (entry.arity or 3))[0].gate) for entry in CATALOGUE}
    assert examined == gates_of_the_engine()


def test_every_public_function_stands_in_the_catalogue() -> None:
    homes = ("autograd.functions", "autograd.operations")
    functions = {name for name in autograd.__all__ if getattr(getattr(autograd, name), "__module__", "") in homes}
    assert functions - {entry.name for entry in CATALOGUE} == {"softmax"}  # which records logsumexp


@every_gate
def test_a_gate_is_recorded_as_one_node_with_its_inputs_in_order(entry: Entry) -> None:
    inputs = tuple(0.5 + k / 8 for k in range(entry.arity or 5))
    out, leaves = record(entry, inputs)
    assert [id(x) for x in out.inputs] == [id(x) for x in leaves]
    assert len(out.local_gradients) == len(leaves)
    assert autograd.topological_order(out) == [*leaves, out]


# --- values and local gradients --------------------------------------------------------------------------------------


@every_gate
@settings(max_examples=60)
@given(data=st.data())
def test_the_value_is_that_of_exact_arithmetic(entry: Entry, data: st.DataObject) -> None:
    inputs = data.draw(entry.inputs)
    out, _ = record(entry, inputs)
    assert close(out.data, entry.value(*exactly(inputs)), 1e-14, room(entry, inputs))


@every_gate
@settings(max_examples=100)
@given(data=st.data())
def test_local_gradients_are_those_of_exact_arithmetic(entry: Entry, data: st.DataObject) -> None:
    inputs = data.draw(entry.inputs)
    out, _ = record(entry, inputs)
    slopes = entry.slopes(*exactly(inputs))
    for actual, exact in zip(out.local_gradients, slopes, strict=True):
        assert close(actual, exact, 2e-13)


@pytest.mark.parametrize("entry", [e for e in CATALOGUE if e.near is not None], ids=repr)
@settings(max_examples=8)
@given(data=st.data())
def test_the_slopes_in_the_catalogue_are_the_derivatives_of_its_values(entry: Entry, data: st.DataObject) -> None:
    inputs = data.draw(entry.near)  # type: ignore[arg-type]
    point = exactly(inputs)
    for i, slope in enumerate(entry.slopes(*point)):
        assert abs(differentiated(entry.value, point, (i,)) - slope) <= mpf(10) ** -15


def differentiated(function: Callable[..., Any], point: list[Any], way: tuple[int, ...]) -> Any:
    """The derivative of a function of exact numbers with respect to the inputs `way`, in turn."""
    counts = tuple(way.count(i) for i in range(len(point)))
    return mp.diff(function, tuple(point), counts) if len(point) > 1 else mp.diff(function, point[0], counts[0])


@every_gate
@settings(max_examples=100)
@given(data=st.data())
def test_the_formula_for_local_gradients_gives_the_same_bits_on_values_as_on_floats(
    entry: Entry, data: st.DataObject
) -> None:
    inputs = data.draw(entry.inputs | of_any_floats(entry, st.floats()))
    out, leaves = record(entry, inputs)
    assume(not math.isnan(out.data))
    assert out.gate is not None
    on_floats = out.gate.local_gradients(out.data, *inputs)
    on_values = out.gate.local_gradients(out, *leaves)
    assert list(map(bits, on_floats)) == list(map(bits, out.local_gradients))
    assert [bits(x.data if isinstance(x, Value) else x) for x in on_values] == list(map(bits, out.local_gradients))


@pytest.mark.parametrize("entry", [e for e in CATALOGUE if e.name in autograd.__all__], ids=repr)
@settings(max_examples=100)
@given(data=st.data())
def test_on_plain_floats_a_function_gives_the_bits_of_the_recorded_value(entry: Entry, data: st.DataObject) -> None:
    inputs = data.draw(entry.inputs | of_any_floats(entry, st.floats()))
    assert bits(entry.call(*inputs)) == bits(record(entry, inputs)[0].data)


# --- higher derivatives ----------------------------------------------------------------------------------------------


def orders(arity: int, total: int) -> list[tuple[int, ...]]:
    """All ways to differentiate `total` times with respect to `arity` inputs, as the inputs' indices in turn."""
    ways: list[tuple[int, ...]] = [()]
    for _ in range(total):
        ways = [(*way, i) for way in ways for i in range(way[-1] if way else 0, arity)]
    return ways


def exact_derivative(entry: Entry, point: list[Any], way: tuple[int, ...]) -> Any:
    """The derivative of the closed-form slope: one order less for numerical differentiation to lose digits in."""
    return differentiated(lambda *xs: entry.slopes(*xs)[way[0]], point, way[1:])


@every_smooth_gate
@pytest.mark.parametrize("order", [2, 3])
@settings(max_examples=6)
@given(data=st.data())
def test_higher_derivatives_through_the_gradient_graph(entry: Entry, order: int, data: st.DataObject) -> None:
    inputs = data.draw(entry.near)  # type: ignore[arg-type]
    out, leaves = record(entry, inputs)
    point = exactly(inputs)
    for way in orders(len(leaves), order):
        derivative = out
        for i in way:
            (derivative,) = autograd.gradient_graph(derivative, [leaves[i]])
        exact = exact_derivative(entry, point, way)
        assert close(derivative.data, exact, 1e-11, 1e-12), way


PIECEWISE = [entry for entry in CATALOGUE if entry.near is None]


@pytest.mark.parametrize("entry", PIECEWISE, ids=repr)
@settings(max_examples=30)
@given(data=st.data())
def test_piecewise_gates_have_second_derivative_zero(entry: Entry, data: st.DataObject) -> None:
    out, leaves = record(entry, data.draw(entry.inputs))
    for first in autograd.gradient_graph(out, leaves):
        assert autograd.gradients(first, leaves) == (0.0,) * len(leaves)


# --- rational arithmetic: no rounding anywhere -----------------------------------------------------------------------

dyadic = st.integers(-64, 64).map(lambda k: k / 16)


@settings(max_examples=300)
@given(dyadic, dyadic)
def test_sums_differences_products_and_quotients_are_exact_fractions(a: float, b: float) -> None:
    x, y = Fraction(a), Fraction(b)
    cases = [
        (Value(a) + Value(b), x + y, (1, 1)),
        (Value(a) - Value(b), x - y, (1, -1)),
        (Value(a) * Value(b), x * y, (y, x)),
    ]
    for out, value, slopes in cases:
        assert (Fraction(out.data), *map(Fraction, out.local_gradients)) == (value, *slopes)
    if b:
        quotient = Value(a) / Value(b)
        assert quotient.data == float(x / y)  # a Fraction rounds correctly
        assert quotient.local_gradients[0] == float(1 / y)
        assert quotient.local_gradients[1] == pytest.approx(float(-x / y**2), rel=4e-16, abs=0.0)


@settings(max_examples=300)
@given(st.integers(-16, 16).map(lambda k: k / 4), st.integers(0, 7))
def test_integer_powers_are_exact_fractions(x: float, exponent: int) -> None:
    out = Value(x) ** exponent
    assert Fraction(out.data) == Fraction(x) ** exponent
    slope = exponent * Fraction(x) ** (exponent - 1) if exponent else 0
    assert out.local_gradients == (float(slope),)
    if x:
        inverse = Value(x) ** -exponent
        assert inverse.data == pytest.approx(float(Fraction(x) ** -exponent), rel=4e-16)


@settings(max_examples=200)
@given(st.lists(dyadic, max_size=6), st.data())
def test_many_input_sums_and_products_are_exact_fractions(ws: list[float], data: st.DataObject) -> None:
    xs = data.draw(st.lists(dyadic, min_size=len(ws), max_size=len(ws)))
    bias = data.draw(dyadic)
    exact = sum((Fraction(w) * Fraction(x) for w, x in zip(ws, xs, strict=True)), Fraction(bias))
    out = autograd.dot([Value(w) for w in ws], [Value(x) for x in xs], Value(bias))
    assert Fraction(out.data) == exact == Fraction(autograd.dot(ws, xs, bias))
    assert out.local_gradients == (*xs, *ws, 1.0)
    if ws:
        assert Fraction(autograd.sum([Value(w) for w in ws]).data) == sum(map(Fraction, ws))
        assert autograd.mean([Value(w) for w in ws]).data == float(sum(map(Fraction, ws)) / len(ws))


# --- identities ------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.floats(-745.0, 745.0))
def test_logsumexp_with_a_zero_is_softplus(x: float) -> None:
    assert close(autograd.logsumexp([0.0, x]), mp.log1p(mp.exp(mpf(x))), 1e-14)


@settings(max_examples=200)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=8))
def test_softmax_weights_sum_to_one(scores: list[float]) -> None:
    assert math.isclose(math.fsum(autograd.softmax(scores)), 1.0, rel_tol=4e-16 * len(scores))


@settings(max_examples=100)
@given(st.lists(st.integers(-512, 512).map(lambda k: k / 64), min_size=1, max_size=6))
def test_softmax_is_the_gradient_of_logsumexp_and_has_its_jacobian(scores: list[float]) -> None:
    leaves = [Value(x) for x in scores]
    weights = autograd.softmax(leaves)
    assert [bits(w.data) for w in weights] == list(map(bits, autograd.logsumexp(leaves).local_gradients))
    assert [bits(w.data) for w in weights] == list(map(bits, autograd.softmax(scores)))
    p = [mp.exp(x) / mp.fsum(map(mp.exp, scores)) for x in map(mpf, scores)]
    for i, weight in enumerate(weights):
        for j, actual in enumerate(autograd.gradients(weight, leaves)):
            assert close(actual, p[i] * ((i == j) - p[j]), 1e-13, 1e-15)


@pytest.mark.parametrize("x", [19.0, 20.5, 25.0, 30.0])
def test_softplus_has_no_threshold(x: float) -> None:
    assert autograd.softplus(x) == pytest.approx(float(mp.log1p(mp.exp(x))), rel=1e-15)
