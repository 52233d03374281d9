"""Law 8. `+ - * /` give the bits that Python's floats give, and record one node each."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Constant, Value
from tests.engine.closeness import bits

OPERATORS = {"+": operator.add, "−": operator.sub, "×": operator.mul, "÷": operator.truediv}

every_operator = pytest.mark.parametrize(("symbol", "operation"), OPERATORS.items())


@every_operator
@settings(max_examples=300)
@given(a=st.floats(), b=st.floats())
def test_the_bits_are_those_of_python_floats(symbol: str, operation: Callable[..., Any], a: float, b: float) -> None:
    if symbol == "÷" and b == 0.0:
        return  # where Python raises, IEEE 754 answers: law 4
    expected = bits(operation(a, b))
    assert bits(operation(Value(a), Value(b)).data) == expected
    assert bits(operation(Value(a), b).data) == expected
    assert bits(operation(a, Value(b)).data) == expected


@settings(max_examples=200)
@given(st.floats())
def test_sign_and_size_have_the_bits_of_python_floats(x: float) -> None:
    assert bits((-Value(x)).data) == bits(-x)
    assert bits(abs(Value(x)).data) == bits(abs(x))
    assert bits((+Value(x)).data) == bits(x)


@settings(max_examples=200)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.data())
def test_sums_are_added_from_left_to_right(xs: list[float], data: st.DataObject) -> None:
    ws = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=len(xs), max_size=len(xs)))
    total, products = 0.0, 0.0
    for w, x in zip(ws, xs, strict=True):
        total += x
        products += w * x
    assert bits(autograd.sum(list(map(Value, xs))).data) == bits(total)
    assert bits(autograd.mean(list(map(Value, xs))).data) == bits(total / len(xs))
    assert bits(autograd.dot(ws, list(map(Value, xs)), 0.75).data) == bits(products + 0.75)


@every_operator
def test_an_operator_records_one_node_on_the_operands_themselves(symbol: str, operation: Callable[..., Any]) -> None:
    a, b = Value(3.0), Value(4.0)
    out = operation(a, b)
    assert out.gate.symbol == symbol
    assert out.inputs == (a, b)
    assert autograd.topological_order(out) == [a, b, out]


@every_operator
@pytest.mark.parametrize("reflected", [False, True])
def test_a_number_becomes_one_constant_on_its_own_side(
    symbol: str, operation: Callable[..., Any], reflected: bool
) -> None:
    v = Value(4.0)
    out = operation(3.0, v) if reflected else operation(v, 3.0)
    constant, value = out.inputs if reflected else reversed(out.inputs)
    assert value is v
    assert (type(constant), constant.data) == (Constant, 3.0)
    assert out.data == (operation(3.0, 4.0) if reflected else operation(4.0, 3.0))
    assert len(autograd.topological_order(out)) == 3


@pytest.mark.parametrize(
    ("compute", "nodes"),
    [
        (lambda a, b: -a, 2),
        (lambda a, b: abs(a), 2),
        (lambda a, b: +a, 1),
        (lambda a, b: a**2, 2),
        (lambda a, b: a**b, 3),
        (lambda a, b: 2**a, 3),
        (lambda a, b: a**-1, 2),
        (lambda a, b: autograd.maximum(a, b, a, 1.0), 4),
        (autograd.minimum, 3),
        (lambda a, b: autograd.sum([a, b, a, b]), 3),
        (lambda a, b: autograd.mean([a, b, a]), 3),
        (lambda a, b: autograd.dot([a, b], [b, a], a), 3),
        (lambda a, b: autograd.dot([a, b], [b, a]), 4),
        (lambda a, b: autograd.logsumexp([a, b]), 3),
        (lambda a, b: autograd.where(True, a, b), 4),
        (lambda a, b: autograd.clip(a, 0, 1), 2),
        (lambda a, b: autograd.leaky_relu(a, 0.1), 2),
        (autograd.hypot, 3),
        (lambda a, b: autograd.softplus(a), 2),
        (lambda a, b: autograd.log_sigmoid(a), 2),
    ],
)
def test_a_gate_is_one_node_however_many_inputs_it_has(compute: Callable[..., Value], nodes: int) -> None:
    assert len(autograd.topological_order(compute(Value(0.5), Value(2.0)))) == nodes


def test_plus_is_the_value_itself() -> None:
    v = Value(3.0)
    assert +v is v


def test_augmented_assignment_records_and_leaves_the_old_value_alone() -> None:
    v = w = Value(3.0)
    v += 1
    v *= 2
    v -= w
    v /= 5
    assert (v.data, w.data) == (1.0, 3.0)
    v.backward()
    assert w.grad == 0.2


def test_pythons_own_sum_works() -> None:
    a, b = Value(1.0), Value(2.0)
    total: Any = sum([a, b, a])
    total.backward()
    assert (total.data, a.grad, b.grad) == (4.0, 2.0, 1.0)
