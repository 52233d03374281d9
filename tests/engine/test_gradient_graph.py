"""Gradient graphs are recorded simplified: with fewer nodes, and with the same numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Constant, Gate, Value, gradient_graph, gradients, topological_order
from autograd.functions import plain
from autograd.gates import CHAIN_PRODUCT
from autograd.graph import IN_FLOATS, GradientRecorder, pull_back, push_forward
from tests.engine.catalogue import CATALOGUE, Entry, of_any_floats
from tests.engine.closeness import bits, same_number
from tests.engine.interpreter import recorded
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs
from tests.engine.test_gate_table import TABLE, Row


def unsimplified(root: Value, targets: Sequence[Value]) -> list[Value]:
    """The gradient graph with every product and sum of the chain rule in it, and nothing recorded once for two."""
    found: dict[Value, Value] = {root: Constant(1.0)}
    for node in reversed(topological_order(root)):
        if node.gate is None or node not in found:
            continue
        for operand, slope in zip(node.inputs, node.gate.slopes(node, *node.inputs), strict=True):
            if not (isinstance(slope, float) and slope == 0.0 and node.gate.piecewise):
                contribution = CHAIN_PRODUCT(found[node], slope)
                found[operand] = found[operand] + contribution if operand in found else contribution
    return [found.get(target, Constant(0.0)) for target in targets]


def numbers(nodes: Sequence[Value]) -> list[str]:
    """The bits of each; the sign of a zero apart, as in every law of gradients."""
    return [bits(node.data + 0.0) for node in nodes]


def assert_same_to_order(order: int, root: Value, leaves: Sequence[Value]) -> None:
    """The bits of the unsimplified gradient graph of the same root, and the numbers of graphs never simplified.

    Over several orders the two add up the same terms in other groups, since what is shared has its gradients added.
    """
    ours, theirs = [root], [root]
    for _ in range(order):
        gradients_of = [gradient_graph(node, leaves) for node in ours]
        for node, found in zip(ours, gradients_of, strict=True):
            assert numbers(found) == numbers(unsimplified(node, leaves))
        ours = [x for found in gradients_of for x in found]
        theirs = [x for node in theirs for x in unsimplified(node, leaves)]
        assert all(map(agree, ours, theirs))


def agree(a: Value, b: Value) -> bool:
    return same_number(a.data, b.data) or math.isclose(a.data, b.data, rel_tol=1e-9, abs_tol=1e-6)


# --- no bit changes ---------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_gradients_of_all_nodes_have_the_bits_of_the_unsimplified_graph(program: Program) -> None:
    _, nodes = recorded(program)
    assert numbers(gradient_graph(nodes[-1], nodes)) == numbers(unsimplified(nodes[-1], nodes))


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH, most=6))
def test_derivatives_of_derivatives_have_the_bits_of_the_unsimplified_graph(program: Program) -> None:
    leaves, nodes = recorded(program)
    assert_same_to_order(3, nodes[-1], leaves[:1])
    assert_same_to_order(2, nodes[-1], leaves)


@pytest.mark.parametrize("row", TABLE)
def test_every_row_of_the_gate_table_keeps_its_bits_to_order_3(row: Row) -> None:
    leaves = [Value(x) for x in row.inputs]
    assert_same_to_order(3, row.call(*leaves), leaves[:2])


@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
@settings(max_examples=40)
@given(data=st.data())
def test_every_gate_keeps_its_bits_on_any_floats(entry: Entry, data: st.DataObject) -> None:
    leaves = [Value(x) for x in data.draw(of_any_floats(entry, st.floats() | st.sampled_from([0.0, -0.0, 1.0])))]
    assert_same_to_order(2, entry.call(*leaves), leaves)


@pytest.mark.parametrize("outer", [autograd.log, autograd.sqrt, lambda g: 1.0 / g], ids=["log", "√", "1/x"])
@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
@settings(max_examples=10)
@given(data=st.data())
def test_what_is_computed_from_a_gradient_has_the_same_bits_of_slope(
    entry: Entry, outer: Callable[[Any], Any], data: st.DataObject
) -> None:
    """An infinite gradient that comes down to a gradient graph meets every zero in it."""
    leaves = [Value(x) for x in data.draw(of_any_floats(entry, st.sampled_from([0.0, 1.0, -1.0, 2.0, math.inf])))]
    out = entry.call(*leaves)
    ours = gradient_graph(outer(gradient_graph(out, leaves)[0] ** 2), leaves)
    theirs = unsimplified(outer(unsimplified(out, leaves)[0] ** 2), leaves)
    assert numbers(ours) == numbers(theirs)


def test_an_infinite_gradient_times_zero_is_nan_also_at_the_next_order() -> None:
    """The slope of x⁰ is 0; what comes down to it is 1/(2√0)."""
    x, tip = Value(3.0), Value(0.0)
    (first,) = gradient_graph(x**1 * tip, [x])
    (second,) = gradient_graph(autograd.sqrt(first), [x])
    assert math.isnan(second.data)
    assert math.isnan(unsimplified(autograd.sqrt(unsimplified(x**1 * tip, [x])[0]), [x])[0].data)


@pytest.mark.parametrize("neutral", [lambda x: x + 0.0, lambda x: 0.0 + x, lambda x: x - 0.0, lambda x: x / 1.0])
def test_a_gate_that_does_nothing_still_says_that_a_nan_has_nan_slopes(neutral: Callable[[Any], Any]) -> None:
    class Neutral(Gate):
        def forward(self, x: float) -> float:
            return x

        def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
            return (neutral(x),)

        local_gradients_at_nan = local_gradients

    x = Value(math.nan)
    (first,) = gradient_graph(Neutral()(x), [x])
    assert math.isnan(gradients(first, [x])[0])


def test_minus_zero_plus_zero_is_not_simplified_to_minus_zero() -> None:
    class PlusZero(Gate):
        def forward(self, x: float) -> float:
            return 0.0

        def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
            return (x + 0.0,)

    x = Value(-0.0)
    (first,) = gradient_graph(PlusZero()(x), [x])
    assert bits(first.data) == bits(0.0)
    assert gradients(1.0 / first, [x]) == (-math.inf,)


# --- what is simplified -----------------------------------------------------------------------------------------------


class Slope(Gate):
    """A gate whose local gradient is any expression."""

    def __init__(self, expression: Callable[[Any], Any]) -> None:
        self.expression = expression

    def forward(self, x: float) -> float:
        return x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
        return (self.expression(x),)


def first_derivative(expression: Callable[[Any], Any], x: Value) -> Value:
    (found,) = gradient_graph(Slope(expression)(x), [x])
    return found


NEUTRAL: dict[str, Callable[[Any], Any]] = {
    "x · 1": lambda x: x * 1.0,
    "1 · x": lambda x: 1.0 * x,
    "x ÷ 1": lambda x: x / 1.0,
    "x + 0": lambda x: x + 0.0,
    "0 + x": lambda x: 0.0 + x,
    "x + -0": lambda x: x + -0.0,
    "x − 0": lambda x: x - 0.0,
    "x¹": lambda x: x**1,
    "1 chained": lambda x: CHAIN_PRODUCT(x, 1.0),
    "chained 1": lambda x: CHAIN_PRODUCT(1.0, x),
    "all of them": lambda x: (1.0 * (x + 0.0) / 1.0 - 0.0) ** 1 * 1.0,
    "1 as a result": lambda x: x * (3.0 - 2.0),
}


@pytest.mark.parametrize("name", NEUTRAL)
def test_what_changes_nothing_is_not_recorded(name: str) -> None:
    x = Value(2.5)
    assert first_derivative(NEUTRAL[name], x) is x


NOT_NEUTRAL: dict[str, tuple[Callable[[Any], Any], float]] = {
    "1 ÷ x": (lambda x: 1.0 / x, -0.16),
    "0 − x": (lambda x: 0.0 - x, -1.0),
    "x − 1": (lambda x: x - 1.0, 1.0),
    "x + 1": (lambda x: x + 1.0, 1.0),
    "x · 0": (lambda x: x * 0.0, 0.0),
    "x · -1": (lambda x: x * -1.0, -1.0),
    "x²": (lambda x: x**2, 5.0),
    "x ÷ 2": (lambda x: x / 2.0, 0.5),
}


@pytest.mark.parametrize("name", NOT_NEUTRAL)
def test_what_changes_something_is_recorded(name: str) -> None:
    expression, slope = NOT_NEUTRAL[name]
    x = Value(2.5)
    first = first_derivative(expression, x)
    assert (first.gate is not None, first.data) == (True, expression(2.5))
    assert gradients(first, [x]) == (slope,)


@pytest.mark.parametrize(
    ("expression", "x", "slope"),
    [
        (lambda x: 0.0 - x, 0.0, -1.0),
        (lambda x: 1.0 / x, 1.0, -1.0),
        (lambda x: x**2, 1.0, 2.0),
        (lambda x: x * 0.0, 0.0, 0.0),
    ],
    ids=["0 − 0", "1 ÷ 1", "1²", "0 · 0"],
)
def test_what_gives_x_by_chance_is_recorded(expression: Callable[[Any], Any], x: float, slope: float) -> None:
    leaf = Value(x)
    first = first_derivative(expression, leaf)
    assert (first.gate is not None, first.data) == (True, x)
    assert gradients(first, [leaf]) == (slope,)


def test_coefficients_among_themselves_are_a_number() -> None:
    x = Value(2.0)
    y: Any = x**4
    for _ in range(4):
        (y,) = gradient_graph(y, [x])
    assert (y.data, y.gate) == (24.0, None)


def test_two_uses_of_one_expression_are_one_node() -> None:
    x = Value(0.5)
    first = first_derivative(lambda x: autograd.exp(-x) * 2.0 + autograd.exp(-x) * 2.0, x)
    assert first.inputs[0] is first.inputs[1]
    assert len(topological_order(first)) == 6  # x, −x, exp, 2, ×, +


def test_the_graph_that_is_differentiated_is_used_again() -> None:
    x = Value(0.5)
    softplus = x.softplus()
    y = softplus * x.sigmoid()
    (first,) = gradient_graph(y, [x])
    assert Counter(node.gate.symbol for node in topological_order(first) if node.gate)["σ"] == 2  # σ(x) and σ(-x)


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH, most=6))
def test_nothing_is_recorded_twice_over_two_orders(program: Program) -> None:
    leaves, nodes = recorded(program)
    theirs = set(topological_order(*nodes))
    first = gradient_graph(nodes[-1], leaves)
    second = [x for node in first for x in gradient_graph(node, leaves)[:1]]
    for graph in (first, second[:1]):
        new = [node for node in topological_order(*graph) if node not in theirs and node.gate is not None]
        assert max(Counter((node.gate, *node.inputs) for node in new).values(), default=1) == 1


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], int, int]] = {
    "sigmoid": (autograd.sigmoid, 62, 329),
    "tanh": (autograd.tanh, 59, 357),
    "exp sin x": (lambda x: autograd.exp(autograd.sin(x)), 31, 132),
    "x⁵": (lambda x: x**5, 5, 1),
    "1/(1 + x²)": (lambda x: 1.0 / (1.0 + x * x), 117, 601),
    "√(1 + x²)": (lambda x: autograd.sqrt(1.0 + x.square()), 80, 396),
    "log": (autograd.log, 20, 78),
    "asin": (autograd.asin, 73, 397),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nested_derivatives_grow_half_as_much(name: str) -> None:
    function, at_order_4, at_order_6 = FUNCTIONS[name]
    x = Value(0.7)
    ours = theirs = function(x)
    for order in range(1, 7):
        (ours,), (theirs,) = gradient_graph(ours, [x]), unsimplified(theirs, [x])
        assert agree(ours, theirs)
        if order in (4, 6):
            nodes = len(topological_order(ours))
            assert nodes <= (at_order_4 if order == 4 else at_order_6)
            assert nodes <= len(topological_order(theirs)) / 2


# --- the chain rule in both directions --------------------------------------------------------------------------------


@pytest.mark.parametrize("in_floats", [True, False])
@settings(max_examples=100)
@given(program=programs(RATIONAL, PIECEWISE, SMOOTH), data=st.data())
def test_pushing_forward_is_the_transpose_of_pulling_back(
    in_floats: bool, program: Program, data: st.DataObject
) -> None:
    """Σ seedᵢ · (J · tangent)ᵢ = Σ (seed · J)ⱼ · tangentⱼ, for any nodes in the place of inputs and outputs."""
    _, nodes = recorded(program)
    some = st.lists(st.tuples(st.sampled_from(nodes), st.integers(-4, 4).map(float)), min_size=1, max_size=3)
    seeds, tangents = data.draw(some), dict(data.draw(some))
    arithmetic = IN_FLOATS if in_floats else GradientRecorder(topological_order(*nodes))
    pulled = list(map(plain, pull_back(seeds, list(tangents), arithmetic)))
    pushed = list(map(plain, push_forward(tangents, [root for root, _ in seeds], arithmetic)))
    left = [seed * x for (_, seed), x in zip(seeds, pushed, strict=True)]
    right = [x * tangent for x, tangent in zip(pulled, tangents.values(), strict=True)]
    size = max(map(abs, [1.0, *pulled, *pushed]))
    assert math.isclose(math.fsum(left), math.fsum(right), rel_tol=1e-9, abs_tol=1e-9 * size)


# --- what is never taken for the same ---------------------------------------------------------------------------------


def test_equal_constants_of_a_user_stay_two() -> None:
    x, c, d = Value(3.0), Constant(2.0), Constant(2.0)
    (first,) = gradient_graph(c * x.square() + d * x, [x])  # 2·x·c + d: the formula's 2 is neither c nor d
    assert gradients(first, [x, c, d]) == (4.0, 6.0, 1.0)
    (second,) = gradient_graph(first, [x])
    assert gradients(second, [c, d]) == (2.0, 0.0)


def test_a_users_factor_of_one_keeps_its_slope() -> None:
    x, one, zero = Value(3.0), Constant(1.0), Constant(0.0)
    (first,) = gradient_graph(x.square() * one + x * zero, [x])
    assert gradients(first, [x, one, zero]) == (2.0, 6.0, 1.0)
    (first,) = gradient_graph((one * x) * (x + zero), [x])
    assert gradients(first, [x, one, zero]) == (2.0, 6.0, 1.0)


def test_leaves_of_equal_data_stay_two() -> None:
    x, y = Value(3.0), Value(3.0)
    first, second = gradient_graph(x.exp() * y.exp(), [x, y])
    assert gradients(x.square() * first, [x, y])[1] == pytest.approx(9.0 * math.exp(6.0))
    assert first.inputs != second.inputs or first is not second


@pytest.mark.parametrize(
    ("function", "before", "after"),
    [(Value.__neg__, 2.0, 3.0), (Value.square, 2.0, 3.0), (Value.square, 2.0, -2.0), (Value.sqrt, 0.0, -0.0)],
    ids=["other data", "other data and slope", "other slope", "other sign of zero"],
)
def test_what_was_recorded_before_its_input_changed_is_not_used_again(
    function: Callable[[Value], Value], before: float, after: float
) -> None:
    x = Value(before)
    stale = function(x)
    x.data = after
    fresh = function(x)
    asking = Slope(lambda x: function(x) if isinstance(x, Value) else fresh.data)(x)
    (slope,) = GradientRecorder(topological_order(stale, asking)).local_gradients(asking)
    assert slope is not stale
    assert (bits(slope.data), slope.local_gradients) == (bits(fresh.data), fresh.local_gradients)


def test_a_gate_of_a_user_is_asked_every_time() -> None:
    class Counting(Gate):
        calls = 0

        def forward(self, x: float) -> float:
            Counting.calls += 1
            return float(Counting.calls)

        def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
            return (0.0,)

    counting = Counting()
    first = first_derivative(lambda x: counting(x) - counting(x), Value(1.0))
    assert first.data == -1.0  # two calls in a row, not one twice


def test_without_recording_a_gradient_graph_is_its_numbers() -> None:
    x = Value(0.5)
    y = x.sigmoid() * x.tanh()
    with autograd.no_grad():
        (first,) = gradient_graph(y, [x])
    assert (first.data, first.inputs) == (gradients(y, [x])[0], ())


@pytest.mark.parametrize("n", [10, 1000])
def test_a_gradient_graph_of_n_inputs_is_a_small_multiple_of_the_function(n: int) -> None:
    x = [Value(0.1 + k / n) for k in range(n)]
    y = autograd.sum([autograd.exp(a * b) / (1.0 + a * a) for a, b in pairwise(x)])
    assert len(topological_order(*gradient_graph(y, x))) <= 4 * len(topological_order(y))
