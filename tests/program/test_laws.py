"""The laws of the engine, as far as they speak of results, hold for programs on every backend."""

from __future__ import annotations

import gc
import math
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value
from tests.engine.closeness import bits

CALL_PATTERNS: list[tuple[Callable[..., Any], tuple[float, ...]]] = [
    (lambda x: x, (3.0,)),
    (lambda x: x * x, (3.0,)),
    (lambda x: x + x + x, (3.0,)),
    (lambda x: (x * x) * (x * x) + x * x, (3.0,)),
    (lambda x, y: autograd.dot([x, x, y], [y, x, y], x), (3.0, -2.0)),
    (lambda x, y: autograd.maximum(x, x, y), (3.0, 3.0)),
    (lambda x, y: (x - y) / (x + y) - (y - x) / (x + y), (3.0, -2.0)),
    (lambda x, y: autograd.sum([x * y] * 80 + [x]), (3.0, -2.0)),
    (lambda x, y: autograd.dot([x] * 70, [y] * 69 + [x], y).exp(), (0.3, -0.2)),
    (lambda x, y: autograd.mean([x, y] * 40), (3.0, -2.0)),
    (lambda x, y: autograd.where(x > y, x * y, y / x), (3.0, -2.0)),
]


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize(("function", "point"), CALL_PATTERNS)
def test_law_1_the_gradient_is_that_of_backward_on_every_call_pattern(
    backend: str, function: Callable[..., Any], point: tuple[float, ...], rows: bool
) -> None:
    leaves = [Value(x) for x in point]
    result = function(*leaves)
    result.backward()
    every = tuple(range(len(point)))
    f = autograd.compile(function, gradient=every, rows=every if rows else (), backend=backend, exact=True)
    value, gradients = f.value_and_grad(*[[x] * 3 if rows else x for x in point])
    found = [value, *gradients]
    for number, expected in zip(found, [result.data, *[leaf.grad for leaf in leaves]], strict=True):
        assert list(number) == [expected] * 3 if rows else bits(float(number)) == bits(expected)


def test_law_2_what_was_recorded_stays(backend: str) -> None:
    w = Value(2.0)
    exponent = 2.0
    f = autograd.compile(lambda x: (w * x) ** exponent, backend=backend)
    assert f(3.0) == 36.0
    exponent = 3.0
    assert f(3.0) == 36.0  # a number is recorded; a Value is read
    w.data = 1.0
    assert f(3.0) == 9.0


def test_law_3_there_is_no_recursion_over_the_graph() -> None:
    x = Value(0.5)
    y = x
    for _ in range(sys.getrecursionlimit() * 3):
        y = y.sin()
    program = autograd.compile(y, inputs=[x], backend="python", exact=True)
    assert program.value_and_grad(0.5) == (y.data, autograd.gradients(y, [x]))
    again = autograd.Program.from_json(program.to_json())
    assert again.value_and_grad(0.5) == program.value_and_grad(0.5)


@pytest.mark.parametrize("x", [1000.0, -1000.0, 0.0, -0.0, -1.0, math.inf, -math.inf, math.nan])
def test_law_4_floats_behave_as_ieee_754_says_and_nothing_raises(backend: str, x: float) -> None:
    for function in (lambda x: x.exp(), lambda x: x.log(), lambda x: 1.0 / x, lambda x: x**0.5, lambda x: x.sin()):
        leaf = Value(x)
        result = function(leaf)
        f = autograd.compile(function, backend=backend, exact=True)
        value, gradient = f.value_and_grad(x)
        expected = (result.data, *autograd.gradients(result, [leaf]))
        for a, b in zip((value, gradient), expected, strict=True):
            assert a == b or (a != a and b != b)


def test_law_5_an_untaken_branch_contributes_exactly_zero(backend: str) -> None:
    f = autograd.compile(lambda x: autograd.maximum(x.sqrt(), 1.0), rows="x", reduction="sum", backend=backend)
    value, gradient = f.value_and_grad([0.0, 4.0, 0.25])
    assert (value, list(gradient)) == (4.0, [0.0, 0.25, 0.0])


def test_law_6_runs_give_the_same_bits_again(backend: str) -> None:
    f = autograd.compile(lambda w, x: (autograd.dot(w, x) / 3.0).tanh(), rows="x", reduction="mean", backend=backend)
    X = [[i / 7.0, -i / 3.0, 0.1] for i in range(50)]
    first = repr(f.value_and_grad([0.1, 0.2, 0.3], X))
    assert all(repr(f.value_and_grad([0.1, 0.2, 0.3], X)) == first for _ in range(3))


def test_law_7_a_dropped_program_is_freed_at_once(backend: str) -> None:
    x = Value(1.0)
    gc.collect()
    gc.disable()
    try:
        program = autograd.compile(x * x.exp(), inputs=[x], backend=backend)
        program.value_and_grad(2.0)
        reference = weakref.ref(program)
        del program
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("a", [0.1, 1e308, -3.7, 1e-320])
def test_law_8_arithmetic_gives_the_bits_of_floats(backend: str, a: float) -> None:
    f = autograd.compile(lambda a, b: a * b - a / b + (a - b), backend=backend, exact=True)
    b = 0.3
    assert bits(f(a, b)) == bits(a * b - a / b + (a - b))


def test_law_10_a_program_leaves_the_values_alone(backend: str) -> None:
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    program = autograd.compile(y, inputs=[], gradient=[x], backend=backend)
    assert program.value_and_grad() == (4.0, (4.0,))
    assert (x.data, x.grad, y.grad, y.inputs) == (2.0, 4.0, 1.0, (x, x))
