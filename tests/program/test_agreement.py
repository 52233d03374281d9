"""Every backend gives what the engine gives: on the gate table, on every gate at any floats, on random expressions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.testing.strategies import expressions
from tests.engine.catalogue import CATALOGUE, Entry, of_any_floats
from tests.engine.closeness import same_number
from tests.engine.interpreter import record
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs
from tests.engine.test_gate_table import TABLE, Row

ROWS: list[Row] = [parameter.values[0] for parameter in TABLE]
BATCHES = [list(rows) for _, rows in groupby(ROWS, key=lambda row: (id(row.call), len(row.inputs)))]
each_is_tried = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def engine(call: Callable[..., Any], inputs: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """The value and the gradient by the engine."""
    leaves = [Value(x) for x in inputs]
    out = call(*leaves)
    return out.data, autograd.gradients(out, leaves)


@lru_cache(maxsize=16)
def compiled(call: Callable[..., Any], arity: int, rows: bool, **options: Any) -> autograd.Program:
    """The call on so many inputs as a program, with the gradient with respect to all of them."""
    leaves = [Value(0.5, label=f"x{i}") for i in range(arity)]
    return autograd.compile(call(*leaves), inputs=leaves, rows=leaves if rows else (), **options)  # type: ignore[no-any-return]


def agrees(actual: float, expected: float, exact: bool, scale: float = 0.0) -> bool:
    if same_number(actual, expected):
        return True
    relative = 4.5e-16 if exact else 1e-12
    return math.isfinite(expected) and abs(actual - expected) <= relative * max(abs(expected), scale) + 1e-323


def check_point(
    call: Callable[..., Any], inputs: Sequence[float], backend: str, exact: bool, scale: Sequence[float] | None = None
) -> None:
    program = compiled(call, len(inputs), False, backend=backend, exact=exact)
    value, gradient = program.value_and_grad(*inputs)
    expected, slopes = engine(call, inputs)
    sizes = scale or [0.0] * (len(inputs) + 1)
    assert type(value) is float
    assert agrees(value, expected, exact, sizes[0]), (value, expected)
    assert agrees(program(*inputs), expected, exact, sizes[0])
    for actual, slope, size in zip(gradient, slopes, sizes[1:], strict=True):
        assert agrees(float(actual), slope, exact, size), (gradient, slopes)


def check_batch(call: Callable[..., Any], points: Sequence[Sequence[float]], backend: str, exact: bool) -> None:
    program = compiled(call, len(points[0]), True, backend=backend, exact=exact)
    columns = [list(column) for column in zip(*points, strict=True)]
    values, gradients = program.value_and_grad(*columns)
    for i, point in enumerate(points):
        expected, slopes = engine(call, point)
        assert agrees(float(values[i]), expected, exact), (point, values[i], expected)
        for gradient, slope in zip(gradients, slopes, strict=True):
            assert agrees(float(gradient[i]), slope, exact), (point, gradient[i], slope)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
def test_the_gate_table_point_by_point(backend: str, exact: bool) -> None:
    for row in ROWS:
        check_point(row.call, row.inputs, backend, exact)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
def test_the_gate_table_as_batches(backend: str, exact: bool) -> None:
    for rows in BATCHES:
        check_batch(rows[0].call, [row.inputs for row in rows], backend, exact)


@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
@each_is_tried
@given(data=st.data())
def test_every_gate_at_any_floats(backend: str, entry: Entry, exact: bool, data: st.DataObject) -> None:
    point = data.draw(of_any_floats(entry, st.floats()) if exact else entry.inputs | of_any_floats(entry, EDGES))
    check_point(entry.call, point, backend, exact)
    check_batch(entry.call, [point, point[::-1], point], backend, exact)


@cache
def layers(backend: str, exact: bool) -> tuple[Any, Callable[..., Any], list[Value]]:
    """Two layers as a compiled function, as a function, and their weights."""
    weights = [[Value(0.0) for _ in range(3)] for _ in range(4)]

    def network(x: Sequence[Any]) -> Any:
        layer = [autograd.dot(ws, x, bias) for *ws, bias in weights]
        return autograd.sum([autograd.dot(layer, ws * 2).relu() for ws in (weights[0][:2], weights[1][1:])])

    parameters = [w for ws in weights for w in ws]
    f = autograd.compile(network, rows="x", reduction="sum", gradient=["x", *parameters], backend=backend, exact=exact)
    return f, network, parameters


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_layers_of_neurons_lose_no_nan_and_no_infinity(backend: str, exact: bool, data: st.DataObject) -> None:
    """Where backends may use matrix products: weights and inputs are 0, infinite or nan in any places."""
    f, network, parameters = layers(backend, exact)
    for parameter in parameters:
        parameter.data = data.draw(EDGES)
    rows = data.draw(st.lists(st.tuples(EDGES, EDGES), min_size=1, max_size=5))
    value, (of_rows, *of_parameters) = f.value_and_grad(rows)
    total, sums = 0.0, [0.0] * len(parameters)
    for row, of_row in zip(rows, of_rows, strict=True):
        x = [Value(number) for number in row]
        result = network(x)
        total += result.data
        *expected, slopes = *autograd.gradients(result, x), autograd.gradients(result, parameters)
        sums = [a + b for a, b in zip(sums, slopes, strict=True)]
        assert all(agrees(float(a), b, exact, 100.0) for a, b in zip(of_row, expected, strict=True))
    for actual, number in zip([value, *of_parameters], [total, *sums], strict=True):
        assert agrees(float(actual), number, exact, 100.0), (of_parameters, sums)


EDGES = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, math.inf, -math.inf, math.nan])


def shape_of(program: Program) -> Callable[..., Any]:
    return lambda *leaves: record(program, leaves)[-1]


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs(RATIONAL, PIECEWISE, SMOOTH), data=st.data())
def test_random_programs(backend: str, exact: bool, program: Program, data: st.DataObject) -> None:
    """At any floats: nan, infinities and zeros come and go, in branches that are taken and in others."""
    call = shape_of(program)
    inputs = data.draw(st.tuples(*[EDGES | st.floats(-4, 4)] * len(program.inputs)))
    expected = engine(call, inputs)
    found = compiled(call, len(inputs), False, backend=backend, exact=exact).value_and_grad(*inputs)
    for actual, number in zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True):
        if not math.isfinite(number) or (exact and backend == "python"):
            assert same_number(float(actual), number), (found, expected)
        else:
            assert math.isfinite(actual)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs(RATIONAL, PIECEWISE, SMOOTH))
def test_random_programs_where_they_are_well_conditioned(backend: str, exact: bool, program: Program) -> None:
    values = program.run(program.inputs)
    sizes = program.differentiate(values, size=abs)[: len(program.inputs)]
    call = shape_of(program)
    largest = max(map(abs, values))
    found = compiled(call, len(program.inputs), False, backend=backend, exact=exact).value_and_grad(*program.inputs)
    expected = engine(call, program.inputs)
    assert abs(found[0] - expected[0]) <= 1e-12 * max(largest, 1.0)
    for actual, slope, size in zip(found[1], expected[1], sizes, strict=True):
        assert abs(actual - slope) <= 1e-11 * max(size, 1.0)


@each_is_tried
@given(expression=expressions(), data=st.data())
def test_random_expressions_as_batches(backend: str, expression: Any, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 9))
    shifts = data.draw(st.lists(st.floats(-1e-3, 1e-3), min_size=count, max_size=count))
    points = [[x + shift for x in expression.inputs] for shift in shifts]
    program = compiled(expression, len(expression.inputs), True, backend=backend, exact=True)
    single = compiled(expression, len(expression.inputs), False, backend=backend, exact=True)
    values, gradients = program.value_and_grad(*map(list, zip(*points, strict=True)))
    for i, point in enumerate(points):
        value, slopes = single.value_and_grad(*point)
        assert same_number(float(values[i]), value)
        assert all(same_number(float(g[i]), slope) for g, slope in zip(gradients, slopes, strict=True))
