"""The gradient checker accepts what is right, refuses what is wrong, names the gate, and says when it cannot tell."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings

import autograd
from autograd import Gate, Value
from autograd.testing import GradientCheckError, InconclusiveCheckError, check_gradients, find_fault
from autograd.testing.expressions import OPERATIONS, PIECEWISE
from autograd.testing.strategies import expressions
from benchmarks.checking import ERRORS, _outcome, _random_expression


def verdicts(function, *inputs, **options):
    return [check.verdict for check in check_gradients(function, *inputs, **options).checks]


class Wrong(Gate):
    """x³, with its local gradient as someone in a hurry would write it."""

    symbol = "x³"

    def forward(self, x):
        return x * x * x

    def local_gradients(self, out, x):
        return (2 * x * x,)


# --- what is right is not refused -------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(expressions())
def test_no_false_alarm_on_random_expressions(expression):
    check(expression)


def test_kinks_that_cancel_are_no_error():
    """The minimum of a tie with the maximum of it is smooth, and its gradient is any of what the ties share."""

    def smooth(a, b):
        return autograd.minimum(autograd.maximum(a, b), autograd.maximum(a, b), b)

    with suppress(InconclusiveCheckError):
        check_gradients(smooth, 0.0, 0.0)


@pytest.mark.parametrize("gate", OPERATIONS)
def test_no_false_alarm_on_any_gate(gate):
    @settings(max_examples=30, deadline=None)
    @given(expressions(gates=[gate], max_steps=4))
    def law(expression):
        check(expression)

    law()


@settings(max_examples=60, deadline=None)
@given(expressions(smooth=True, max_inputs=2, max_steps=5))
def test_no_false_alarm_in_second_order(expression):
    check(expression, order=2)


def check(expression, **options):
    """A check may find that nothing can be said; anything else that it complains about is a false alarm."""
    with suppress(InconclusiveCheckError):
        check_gradients(expression, *expression.inputs, **options)


def test_most_of_random_smooth_gradients_pass():
    generator = random.Random(3)
    graphs = [_random_expression(generator) for _ in range(300)]
    found = [verdict for graph in graphs for verdict in verdicts(graph, *graph.inputs)]
    assert found.count("pass") + found.count("negligible") >= 0.98 * len(found)
    assert found.count("pass") >= 0.9 * len(found)


# --- what is wrong is found, and the gate is named --------------------------------------------------------------------


@pytest.mark.skipif(autograd.compiled, reason="compiled, no error can be planted in the class of a gate")
@pytest.mark.parametrize("error", ERRORS)
def test_a_planted_error_is_found_and_its_gate_named(error):
    generator = random.Random(4)
    outcomes = [_outcome(_random_expression(generator), error, generator) for _ in range(150)]
    seen = [outcome for outcome in outcomes if outcome != "without effect"]
    assert len(seen) > 75
    assert seen.count("named") >= 0.99 * len(seen)


def test_the_text_of_a_failure_says_all_that_is_needed():
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(lambda w, x: autograd.sigmoid(Wrong()(w) * x + 1), 0.5, 2.0)
    first, second = str(caught.value).splitlines()
    assert first.startswith("w = 0.5: gradient ")
    assert first.endswith(": fail")
    assert "by finite differences" in first
    assert second.startswith("the gate at fault is x³ (Wrong) at (0.5): its local gradient is 0.5 and should be 0.75 ±")


def test_the_fault_is_the_first_of_several():
    x = Value(2.0)
    fault = find_fault(Wrong()(Wrong()(x)))
    assert (fault.inputs, fault.position, fault.said) == ((2.0,), 0, 8.0)
    assert fault.should_be.value == pytest.approx(12.0)
    assert find_fault(x * x + autograd.exp(x)) is None


def test_the_fault_names_which_input():
    class Swapped(Gate):
        symbol = "a·b"

        def forward(self, a, b):
            return a * b

        def local_gradients(self, out, a, b):
            return a, b

    with pytest.raises(GradientCheckError, match=r"local gradient of input 1 is 2\.0 and should be 3 ±"):
        check_gradients(Swapped(), 2.0, 3.0)


@pytest.mark.parametrize(
    "cut", [lambda x, y: Value(x.data) * y, lambda x, y: x.data * y, lambda x, y: math.sin(x.data) + y * x.data]
)
def test_a_cut_graph_is_told_apart_from_a_wrong_gate(cut):
    with pytest.raises(GradientCheckError, match="escapes the record"):
        check_gradients(cut, 2.0, 3.0)


def test_a_wrong_second_derivative_is_found():
    class FlatSlope(Gate):
        symbol = "sin"

        def forward(self, x):
            return autograd.sin(x)

        def local_gradients(self, out, x):
            return (autograd.cos(getattr(x, "data", x)) + 0 * x,)

    assert verdicts(FlatSlope(), 0.5) == ["pass"]
    with pytest.raises(GradientCheckError, match="∂/∂x in x"):
        check_gradients(lambda x: FlatSlope()(x) * x, 0.5, order=2)


# --- where nothing can be said, or only a convention can --------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "at", "verdict"),
    [
        (autograd.relu, (0.0,), "kink"),
        (abs, (0.0,), "kink"),
        (autograd.maximum, (1.0, 1.0), "kink"),
        (autograd.minimum, (1.0, 1.0), "kink"),
        (lambda x: autograd.clip(x, -1, 1), (1.0,), "kink"),
        (autograd.leaky_relu, (0.0,), "kink"),
        (autograd.sqrt, (0.0,), "edge"),
        (autograd.log, (0.0,), "edge"),
        (autograd.asin, (1.0,), "edge"),
        (autograd.step, (0.0,), "edge"),
        (autograd.sign, (0.0,), "edge"),
        (lambda x: autograd.maximum(x, x), (1.0,), "pass"),
        (lambda x: autograd.where(x > 0, autograd.log(x), 0.0), (-1.0,), "negligible"),
        (lambda x: 3.0, (1.0,), "negligible"),
        (autograd.relu, (1e-9,), "pass"),
    ],
)
def test_kinks_and_edges_are_neither_passed_nor_failed(function, at, verdict):
    assert set(verdicts(function, *at)) == {verdict}


def test_a_gradient_outside_the_slopes_of_a_kink_fails():
    with pytest.raises(GradientCheckError, match="fail"):
        check_gradients(lambda x: max(x, 0.0), 0.0, gradient=lambda x: 1.5)
    assert verdicts(lambda x: max(x, 0.0), 0.0, gradient=lambda x: 0.25) == ["kink"]


@pytest.mark.parametrize("function", [lambda x: x * math.nan, lambda x: autograd.exp(x) * 1e308 * 1e308])
def test_if_nothing_can_be_said_that_is_said(function):
    with pytest.raises(InconclusiveCheckError, match="nothing can be said"):
        check_gradients(function, 2.0)


# --- gradients against each other -------------------------------------------------------------------------------------


def test_a_function_that_changes_between_calls_is_found():
    calls = iter(range(1, 1000))
    with pytest.raises(GradientCheckError, match="building the graph again"):
        check_gradients(lambda x: x * next(calls), 2.0)


def test_another_value_on_plain_floats_is_found():
    with pytest.raises(GradientCheckError, match=r"gives 4\.0 on Values and 5\.0 on plain floats"):
        check_gradients(lambda x: x * x if isinstance(x, Value) else x * x + 1, 2.0)


@pytest.mark.parametrize(
    ("break_it", "complaint"),
    [
        (lambda order: [setattr(x, "grad", 1.0) for x in order if x.gate is None], "differs from what backward"),
        (lambda order: [setattr(x, "grad", x.grad * 1.5) for x in order], "differs from what backward"),
    ],
)
def test_a_broken_backward_is_found(break_it, complaint):
    class Broken(Value):
        def backward(self, gradient=1.0):
            super().backward(gradient)
            break_it(autograd.topological_order(self))

    def broken(node):
        if isinstance(node, float):
            return node
        same = Broken(node.data)
        same._connect(node.gate, node.inputs, node._ran_on())
        return same

    check_gradients(lambda x, y: x * y, 2.0, 3.0)
    with pytest.raises(GradientCheckError, match=complaint):
        check_gradients(lambda x, y: broken(x * y), 2.0, 3.0)


# --- functions without Values -----------------------------------------------------------------------------------------


def test_gradients_written_by_hand_are_checked():
    def function(x, y):
        return x * math.exp(y)

    assert verdicts(function, 2.0, 0.5, gradient=lambda x, y: (math.exp(y), x * math.exp(y))) == ["pass", "pass"]
    with pytest.raises(GradientCheckError, match=r"^y = 0\.5: .*fail$"):
        check_gradients(function, 2.0, 0.5, gradient=lambda x, y: (math.exp(y), x))


def test_a_small_gradient_is_held_to_the_same_standard():
    with pytest.raises(GradientCheckError):
        check_gradients(math.exp, -12.0, gradient=lambda x: 0.0)
    with pytest.raises(GradientCheckError):
        check_gradients(lambda x: 1e-7 * x, 1.0, gradient=lambda x: 5e-7)
    assert verdicts(lambda x: 1e8 * x, 1.0, gradient=lambda x: 1e8) == ["pass"]


# --- structures of numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "inputs", "found"),
    [
        (lambda w: w[0] * w[1], ([2.0, 3.0],), {"w_1": 3.0, "w_2": 2.0}),
        (lambda w, x: w[0] * x + w[1], ((2, 3), 5.0), {"w_1": 5.0, "w_2": 1.0, "x": 2.0}),
        (
            lambda w: (w[0] * w[1]).sum(),
            (np.array([[2.0, 3.0], [5.0, 7.0]]),),
            {"w_1": 5.0, "w_2": 7.0, "w_3": 2.0, "w_4": 3.0},
        ),
        (lambda p: p["a"] * p["b"][0], ({"a": 2.0, "b": [3.0]},), {"p_1": 3.0, "p_2": 2.0}),
        (lambda x, w: x * w[0], (Value(2.0), [Value(3.0)]), {"x": 3.0, "w_1": 2.0}),
        (lambda *xs: xs[0][0] * xs[1], ([2.0], 3.0), {"input 1_1": 3.0, "input 2": 2.0}),
    ],
)
def test_inputs_may_be_structures_of_numbers(function, inputs, found):
    check = check_gradients(function, *inputs)
    assert {one.name: one.gradient for one in check.checks} == found
    assert set(verdicts(function, *inputs, order=2)) <= {"pass", "negligible"}


def test_a_wrong_gradient_in_a_structure_is_found_and_named():
    with pytest.raises(GradientCheckError, match=r"^w_2 = 0\.5: .*fail"):
        check_gradients(lambda w: w[0] * Wrong()(w[1]), [2.0, 0.5])


def test_gradients_written_by_hand_may_be_of_structures():
    def function(w, x):
        return w[0] * x + w[1]

    assert verdicts(function, [2.0, 3.0], 5.0, gradient=lambda w, x: ([x, 1.0], w[0])) == ["pass"] * 3
    assert verdicts(lambda w: w @ w, np.ones(2), gradient=lambda w: 2 * w) == ["pass"] * 2
    with pytest.raises(GradientCheckError, match=r"^w_2 = 3\.0: .*fail$"):
        check_gradients(function, [2.0, 3.0], 5.0, gradient=lambda w, x: ([x, 2.0], w[0]))
    with pytest.raises(TypeError, match="returned 2 numbers for 3 inputs"):
        check_gradients(function, [2.0, 3.0], 5.0, gradient=lambda w, x: [x, 1.0])


def test_the_checked_values_are_not_touched():
    x = Value(2.0)
    check_gradients(lambda x: x * x, x)
    assert (x.data, x.grad) == (2.0, 0.0)


def test_a_notebook_shows_what_print_shows():
    check = check_gradients(lambda x, y: x * y, 2.0, 3.0)
    assert repr(check) == str(check)
    assert len(repr(check).splitlines()) == 2


# --- wrong use --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "advice"),
    [
        (lambda: check_gradients(lambda x: x), ValueError, "check_gradients\\(f, 2.0, 3.0\\)"),
        (lambda: check_gradients(lambda x: x, []), ValueError, "check_gradients\\(f, 2.0, 3.0\\)"),
        (lambda: check_gradients(lambda x: x[0], ["3"]), TypeError, "input 1 must be a number, not the str '3'"),
        (lambda: check_gradients(lambda x: x, "3"), TypeError, "write float\\('3'\\)"),
        (lambda: check_gradients(lambda x: [x], 1.0), TypeError, "what the function returns must be a number"),
        (lambda: check_gradients(lambda x: x, 1.0, order=3), ValueError, "order is 1, or 2"),
        (lambda: check_gradients(math.sin, 1.0, gradient=math.cos, order=2), ValueError, "order is 1, or 2"),
        (lambda: check_gradients(math.sin, 1.0, gradient=lambda x: (1, 2)), TypeError, "returned 2 numbers for 1"),
        (lambda: check_gradients(lambda x: x, True), TypeError, "write 1.0 or 0.0"),
    ],
)
def test_wrong_use_says_what_to_write(call, error, advice):
    with pytest.raises(error, match=advice):
        call()


def test_names_come_from_the_function():
    def lines(function, *inputs):
        return [line.split(" = ")[0] for line in str(check_gradients(function, *inputs)).splitlines()]

    assert lines(lambda weight, x: weight * x, 1.0, 2.0) == ["weight", "x"]
    assert lines(lambda *xs: autograd.sum(xs), 1.0, 2.0) == ["input 1", "input 2"]


def test_importing_autograd_imports_neither_hypothesis_nor_pytest():
    code = "import autograd, autograd.testing, sys; print({'hypothesis', 'pytest'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_piecewise_operations_are_those_with_kinks():
    samples = {1: (0.7,), 2: (0.7, 0.3), 3: (0.7, 0.3, 0.2)}
    for name, (arity, function) in OPERATIONS.items():
        gate = function(*map(Value, samples[arity])).gate
        assert gate.piecewise == (name in PIECEWISE), name
