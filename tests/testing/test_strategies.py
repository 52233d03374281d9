"""The strategies: what they draw is valid, whole, shrinks small, and prints as Python."""

from __future__ import annotations

import math
import subprocess
import sys
from random import Random

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import autograd
from autograd import Gate, Value
from autograd.graph import topological_order
from autograd.testing import Expression
from autograd.testing.expressions import LARGEST, OPERATIONS, PIECEWISE
from autograd.testing.strategies import expressions, grid, values


class Cube(Gate):
    symbol = "x³"

    def forward(self, x):
        return x * x * x

    def local_gradients(self, out, x):
        return (3 * x * x,)


@given(expressions())
def test_every_expression_stays_inside_its_domain(expression):
    leaves = [Value(x) for x in expression.inputs]
    for node in expression.nodes(*leaves):
        assert abs(node.data) <= LARGEST
        assert all(abs(slope) <= LARGEST for slope in node.local_gradients)


@given(expressions(min_inputs=1, max_inputs=4))
def test_every_input_has_a_path_to_the_result(expression):
    leaves = [Value(x) for x in expression.inputs]
    assert set(leaves) <= set(topological_order(expression(*leaves)))


@given(expressions())
def test_values_and_floats_give_the_same_bits(expression):
    recorded = expression(*map(Value, expression.inputs)).data
    plain = expression(*expression.inputs)
    assert math.isclose(recorded, plain, rel_tol=1e-15, abs_tol=1e-300)


@given(expressions(gates=["+", "maximum", Cube()]))
def test_an_expression_prints_as_python_that_makes_it_again(expression):
    assert eval(repr(expression), {"Expression": Expression, "Cube": Cube}) == expression


@given(expressions(smooth=True))
def test_its_source_is_python_too(expression):
    inputs = {f"x{i}": Value(x) for i, x in enumerate(expression.inputs)}
    names = {**vars(autograd), **inputs, "sum": lambda *xs: autograd.sum(xs), "mean": lambda *xs: autograd.mean(xs)}
    names |= {"dot": lambda w, x, b: autograd.dot([w], [x], b), "logsumexp": lambda *xs: autograd.logsumexp(xs)}
    exec(expression.source, names)
    last = f"x{len(expression.inputs) + len(expression.steps) - 1}"
    assert names[last].data == expression(*map(Value, expression.inputs)).data


def smallest(strategy, condition):
    return find(strategy, condition, settings=settings(max_examples=5000, database=None), random=Random(0))


@pytest.mark.parametrize("gate", ["+", "**", "asin", "exp", "dot", "maximum", "where", "clip"])
def test_any_gate_shrinks_to_one_step(gate):
    found = smallest(expressions(), lambda e: any(step[0] == gate for step in e.steps))
    assert [step[0] for step in found.steps] == [gate]


@settings(max_examples=20)
@given(st.data())
def test_every_gate_is_drawn(data):
    for gate in OPERATIONS:
        expression = data.draw(expressions(gates=[gate]).filter(lambda e: e.steps))
        assert gate in {step[0] for step in expression.steps} or expression.steps[0][0] == "+"


def test_a_failure_shrinks_to_one_to_four_steps():
    def fails(expression):
        x = Value(expression.inputs[0])
        y = expression(x, *expression.inputs[1:])
        return isinstance(y, Value) and any(node.data > 3.0 for node in topological_order(y))

    assert 1 <= len(smallest(expressions(), fails).steps) <= 4


@pytest.mark.parametrize("sharing", ["a repeated operand", "a node with many uses", "a chain", "several inputs"])
def test_all_shapes_of_graphs_are_drawn(sharing):
    def has(expression):
        references = [reference for step in expression.steps for reference in step[1:]]
        return {
            "a repeated operand": any(len(set(step[1:])) < len(step) - 1 for step in expression.steps),
            "a node with many uses": any(references.count(node) >= 4 for node in references),
            "a chain": len(expression.steps) >= 8 and len(expression.inputs) == 1,
            "several inputs": len(expression.inputs) >= 3 and len(expression.steps) >= 3,
        }[sharing]

    assert smallest(expressions(), has)


@given(expressions(smooth=True))
def test_smooth_leaves_out_the_gates_with_kinks(expression):
    assert not {step[0] for step in expression.steps} & set(PIECEWISE)


@given(expressions(gates=["exp", Cube()], max_steps=3))
def test_gates_can_be_chosen_and_ones_own_added(expression):
    assert {step[0] for step in expression.steps} <= {"exp", Cube(), "+"}


@given(grid(bound=1.0, denominator=4))
def test_the_grid_is_exact(x):
    assert abs(x) <= 1.0
    assert (4 * x).is_integer()


@pytest.mark.parametrize("first", ["autograd", "hypothesis", "autograd.testing.strategies"])
def test_values_are_registered_whatever_is_imported_first(first):
    code = (
        f"import {first}, autograd; from hypothesis.strategies import from_type; from_type(autograd.Value).validate()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr == ""


@given(st.from_type(Value))
def test_from_type_draws_leaves(value):
    assert type(value) is Value
    assert value.gate is None


@given(values(grid(), labels=st.just("w")))
def test_values_have_the_data_and_labels_that_were_asked_for(value):
    assert math.isfinite(value.data)
    assert value.label == "w"


@pytest.mark.parametrize("strange", [math.isnan, lambda x: x == math.inf, lambda x: x == -math.inf])
def test_values_include_nan_and_infinities(strange):
    assert smallest(values(), lambda value: strange(value.data))


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: expressions(gates=["cosinus"]), "no gate 'cosinus'"),
        (lambda: expressions(gates=[]), "gates is empty"),
        (lambda: expressions(min_inputs=3, max_inputs=2), "min <= max"),
        (lambda: expressions(min_inputs=0), "min_inputs=0"),
        (lambda: expressions(max_steps=-1), "max_steps"),
        (lambda: grid(bound=math.inf), "bound"),
        (lambda: grid(denominator=0), "denominator"),
        (lambda: values(3.0), "data is a strategy"),
        (lambda: values(labels="w"), "labels is a strategy"),
    ],
)
def test_wrong_arguments_are_refused_at_once(call, advice):
    with pytest.raises(InvalidArgument, match=advice):
        call()
