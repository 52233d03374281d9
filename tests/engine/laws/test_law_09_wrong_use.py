"""Law 9. Wrong use is answered with what to write instead; what is a number becomes a float."""

from __future__ import annotations

import cmath
import decimal
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest

import autograd
from autograd import Value

NO_NUMBERS = [
    ("3", r"write float\('3'\)"),
    ("x" * 100, r"write float\(text\)"),
    (None, r"write 0\.0"),
    (True, r"write 1\.0 or 0\.0"),
    (np.True_, r"write 1\.0 or 0\.0"),
    (1j, r"write z\.real"),
    (np.array([1.0, 2.0]), r"write \[Value\(x\) for x in xs\]"),
    (np.array(1.0), r"write array\.item\(\)"),
    ([1.0], r"write \[Value\(x\) for x in xs\]"),
    ((1.0,), r"write \[Value\(x\) for x in xs\]"),
    (decimal.Decimal("1.5"), r"write float\(x\)"),
    (object(), "write the float you mean"),
]

no_number = pytest.mark.parametrize(
    ("thing", "advice"), NO_NUMBERS, ids=lambda x: type(x).__name__ if not isinstance(x, str) else x[:12]
)


@no_number
def test_a_value_of_what_is_no_number_says_what_to_write(thing: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=f"number, not .*{advice}"):
        Value(thing)


def test_a_value_in_a_value_says_how_to_detach() -> None:
    with pytest.raises(TypeError, match=r"number, not a Value: .*Value\(v\.data\)"):
        Value(Value(1.0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "function",
    [
        autograd.exp,
        autograd.relu,
        lambda x: autograd.maximum(Value(1.0), x),
        lambda x: autograd.maximum(1.0, x),
        lambda x: autograd.sum([Value(1.0), x]),
        lambda x: autograd.dot([Value(1.0)], [x]),
        lambda x: autograd.dot([1.0], [x]),
        lambda x: autograd.hypot(Value(1.0), x),
        lambda x: autograd.where(Value(1.0), x, 2.0),
        lambda x: Value(1.0).backward(x),
        lambda x: autograd.gradients(Value(1.0), [], x),
        lambda x: autograd.clip(Value(1.0), -1.0, x),
        lambda x: autograd.leaky_relu(Value(1.0), x),
    ],
)
@pytest.mark.parametrize(("thing", "advice"), [NO_NUMBERS[i] for i in (0, 2, 3, 4, 6, 8)], ids=lambda x: str(x)[:12])
def test_a_function_of_what_is_no_number_says_what_to_write(
    function: Callable[[Any], Any], thing: Any, advice: str
) -> None:
    with pytest.raises(TypeError, match=f"number, not .*{advice}"):
        function(thing)


ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda f: f.__name__)
@pytest.mark.parametrize("reflected", [False, True])
@pytest.mark.parametrize("thing", ["3", None, True, 1j, [1.0], (1.0,), {}, b"3"], ids=repr)
def test_an_operator_with_what_is_no_number_says_what_to_write(
    operation: Callable[..., Any], reflected: bool, thing: Any
) -> None:
    v = Value(2.0)
    with pytest.raises(TypeError, match=r"number, not .*: .*(write|use)"):
        _ = operation(thing, v) if reflected else operation(v, thing)


@pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda f: f.__name__)
@pytest.mark.parametrize("reflected", [False, True])
@pytest.mark.parametrize("thing", [np.True_, object(), decimal.Decimal(1)], ids=lambda x: type(x).__name__)
def test_an_operator_with_what_is_no_number_does_not_compute(
    operation: Callable[..., Any], reflected: bool, thing: Any
) -> None:
    v = Value(2.0)
    with pytest.raises(TypeError):
        _ = operation(thing, v) if reflected else operation(v, thing)


@pytest.mark.parametrize("function", [math.exp, math.sqrt, math.sin, math.fabs, math.floor, float, cmath.exp])
def test_nothing_detaches_silently(function: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        function(Value(1.0))


@pytest.mark.parametrize("function", [math.exp, float])
def test_the_math_module_is_answered_with_autograds_functions(function: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"autograd\.exp\(v\) or v\.exp\(\) instead of math\.exp\(v\), or v\.data"):
        function(Value(1.0))


@pytest.mark.parametrize(
    ("call", "error", "advice"),
    [
        (lambda v: autograd.dot([v, v], [1.0]), ValueError, "as many weights as inputs: got 2 weights and 1 inputs"),
        (lambda v: autograd.dot([], [v]), ValueError, "as many weights as inputs"),
        (lambda v: autograd.dot(v, v), TypeError, r"dot\(ws, xs\) takes a list"),
        (lambda v: autograd.dot([v], v), TypeError, r"dot\(ws, xs\) takes a list"),
        (autograd.sum, TypeError, r"sum\(xs\) takes a list"),
        (lambda v: autograd.sum("12"), TypeError, r"sum\(xs\) takes a list"),
        (autograd.mean, TypeError, r"mean\(xs\) takes a list"),
        (autograd.logsumexp, TypeError, r"logsumexp\(xs\) takes a list"),
        (autograd.softmax, TypeError, r"softmax\(xs\) takes a list"),
        (lambda v: autograd.maximum([v, v]), TypeError, "write a star before the list"),
        (lambda v: autograd.minimum((v, v)), TypeError, "write a star before the list"),
        (lambda v: autograd.clip(v, v, 1.0), TypeError, r"write minimum\(maximum\(x, low\), high\)"),
        (lambda v: autograd.clip(v, 0.0, v), TypeError, r"write minimum\(maximum\(x, low\), high\)"),
        (lambda v: autograd.clip(v, 2.0, 1.0), ValueError, "low <= high"),
        (lambda v: autograd.clip(v, math.nan, 1.0), ValueError, "low <= high"),
        (lambda v: autograd.leaky_relu(v, v), TypeError, r"leaky_relu\(slope=\.\.\.\).*number"),
        (lambda v: autograd.gradients(v, v), TypeError, r"write gradients\(y, \[x\]\)"),
        (lambda v: autograd.gradient_graph(v, v), TypeError, r"write gradient_graph\(y, \[x\]\)"),
        (autograd.zero_grad, TypeError, r"write zero_grad\(\[x\]\)"),
        (lambda v: v.backward("1"), TypeError, r"backward\(gradient=\.\.\.\).*number.*write float\('1'\)"),
        (lambda v: Value(1.0, cast(Any, 3)), TypeError, "label takes a str.*write label='3'"),
        (lambda v: Value(1.0, cast(Any, None)), TypeError, "label takes a str.*write label="),
        (lambda v: Value(10**400), OverflowError, "write math.inf"),
        (lambda v: Value(2**1024), OverflowError, "write math.inf"),
        (lambda v: Value(-(2**1050)), OverflowError, "write math.inf"),
        (lambda v: v * 10**400, OverflowError, "write math.inf"),
        (lambda v: 10**400 - v, OverflowError, "write math.inf"),
        (lambda v: v + Fraction(10**400), OverflowError, "write math.inf"),
    ],
)
def test_wrong_use_says_what_to_write_instead(
    call: Callable[[Value], Any], error: type[Exception], advice: str
) -> None:
    with pytest.raises(error, match=advice):
        call(Value(1.0))


@pytest.mark.parametrize(
    "call",
    [
        lambda: autograd.gradients(Value(1.0), [3.0]),  # type: ignore[type-var]
        lambda: autograd.gradients(3.0, [Value(1.0)]),  # type: ignore[type-var]
        lambda: autograd.gradient_graph(Value(1.0), ["x"]),  # type: ignore[type-var]
        lambda: autograd.gradient_graph(3.0, [Value(1.0)]),  # type: ignore[type-var]
        lambda: autograd.topological_order(3.0),  # type: ignore[type-var]
        lambda: autograd.zero_grad([3.0]),  # type: ignore[list-item]
    ],
    ids=["target 3.0", "root 3.0", "graph target 'x'", "graph root 3.0", "order of 3.0", "zero_grad of 3.0"],
)
def test_a_number_where_a_value_is_needed_is_refused_by_name(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="Value"):
        call()


# --- what is a number ------------------------------------------------------------------------------------------------

NUMBERS = [
    2,
    2.0,
    Fraction(2),
    np.float64(2.0),
    np.float32(2.0),
    np.float16(2.0),
    np.int64(2),
    np.int32(2),
    np.uint8(2),
    np.longdouble(2),
]
every_number = pytest.mark.parametrize("number", NUMBERS, ids=lambda n: type(n).__name__)


@every_number
def test_numbers_become_floats(number: Any) -> None:
    assert type(Value(number).data) is float
    assert Value(number).data == 2.0
    assert autograd.exp(number) == math.exp(2.0)
    assert type(autograd.exp(number)) is float
    assert type(autograd.maximum(number, 1)) is float
    assert autograd.gradients(Value(1.0), [], number) == ()


@every_number
def test_softmax_takes_every_kind_of_number(number: Any) -> None:
    expected = autograd.softmax([2.0, 1.0])
    assert autograd.softmax([number, 1.0]) == expected
    assert [p.data for p in autograd.softmax([number, Value(1.0)])] == expected


@every_number
@pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda f: f.__name__)
def test_numbers_stand_on_either_side_of_every_operator(number: Any, operation: Callable[..., Any]) -> None:
    v = Value(3.0)
    left, right = operation(number, v), operation(v, number)
    assert (type(left), left.data, type(left.data)) == (Value, operation(2.0, 3.0), float)
    assert (type(right), right.data, type(right.data)) == (Value, operation(3.0, 2.0), float)
    pair = Value(2.0)
    assert autograd.gradients(left, [v]) == autograd.gradients(operation(pair, v), [v])
    assert autograd.gradients(right, [v]) == autograd.gradients(operation(v, pair), [v])


@every_number
def test_numbers_are_compared_from_either_side(number: Any) -> None:
    v = Value(3.0)
    assert number < v
    assert number <= v
    assert not number > v
    assert not number >= v
    assert v > number
    assert v >= number
    assert not v < number
    assert not v <= number


@pytest.mark.parametrize("number", [Fraction(1, 3), 2**1000 + 1, -(2**1023), 10**308, np.int64(2**62 + 1)])
def test_numbers_are_rounded_once_to_the_nearest_float(number: Any) -> None:
    v = Value(2.0)
    assert Value(number).data == float(number)
    assert (v * number).data == 2.0 * float(number)
    assert (number * v).data == 2.0 * float(number)


# --- NumPy arrays of Values ------------------------------------------------------------------------------------------


def values(*data: float) -> Any:
    return np.array([Value(x) for x in data], dtype=object)


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (np.exp, 0.5, math.exp(0.5)),
        (np.expm1, 0.5, math.expm1(0.5)),
        (np.log, 0.5, math.log(0.5)),
        (np.log1p, 0.5, math.log1p(0.5)),
        (np.sqrt, 0.25, 0.5),
        (np.square, 0.5, 0.25),
        (np.sin, 0.5, math.sin(0.5)),
        (np.cos, 0.5, math.cos(0.5)),
        (np.tan, 0.5, math.tan(0.5)),
        (np.arcsin, 0.5, math.asin(0.5)),
        (np.arccos, 0.5, math.acos(0.5)),
        (np.arctan, 0.5, math.atan(0.5)),
        (np.sinh, 0.5, math.sinh(0.5)),
        (np.cosh, 0.5, math.cosh(0.5)),
        (np.tanh, 0.5, math.tanh(0.5)),
        (np.abs, -0.5, 0.5),
        (np.negative, 0.5, -0.5),
    ],
)
def test_numpy_functions_record_on_arrays_of_values(function: Any, data: float, expected: float) -> None:
    xs = values(data, data)
    out = function(xs)
    assert [y.data for y in out] == [expected] * 2
    assert [autograd.topological_order(y) for y in out] == [[x, y] for x, y in zip(xs, out, strict=True)]


def test_numpy_functions_of_two_arguments_record_on_arrays_of_values() -> None:
    ys, xs = values(1.0, 2.0), values(3.0, 4.0)
    for function, ours in ((np.arctan2, math.atan2), (np.hypot, math.hypot), (np.power, math.pow)):
        out = function(ys, xs)
        assert [v.data for v in out] == [ours(1.0, 3.0), ours(2.0, 4.0)]
        assert [v.inputs for v in out] == list(zip(ys, xs, strict=True))


def test_matrix_products_and_sums_of_arrays_record() -> None:
    ws, xs = values(1.0, 2.0), values(3.0, 4.0)
    y = ws @ xs + np.sum(xs) + np.array([1.0, 1.0]) @ xs + xs @ np.array([1, 1])
    y.backward()
    assert y.data == 11.0 + 7.0 + 7.0 + 7.0
    assert [w.grad for w in ws] == [3.0, 4.0]
    assert [x.grad for x in xs] == [4.0, 5.0]


@pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda f: f.__name__)
@pytest.mark.parametrize("array", [np.array([2.0, 3.0]), np.array([2, 3]), np.array([2.0, 3.0], object)], ids=repr)
def test_an_array_and_a_value_compute_element_by_element_on_either_side(
    array: Any, operation: Callable[..., Any]
) -> None:
    v = Value(1.5)
    right = operation(v, array)
    assert [y.data for y in right] == [operation(1.5, 2.0), operation(1.5, 3.0)]
    left = operation(array, v)
    assert [y.data for y in left] == [operation(2.0, 1.5), operation(3.0, 1.5)]
    assert autograd.gradients(left[0], [v]) == autograd.gradients(operation(2.0, v), [v])


def test_an_array_of_values_and_a_value_compute_on_either_side() -> None:
    v, xs = Value(2.0), values(3.0, 5.0)
    assert [y.data for y in v * xs] == [6.0, 10.0]
    assert [y.data for y in xs * v] == [6.0, 10.0]
    assert [y.data for y in xs - v] == [1.0, 3.0]


def test_the_engines_functions_take_arrays_of_values_as_lists() -> None:
    xs = values(1.0, 2.0, 3.0)
    assert autograd.sum(xs).inputs == tuple(xs)
    assert autograd.maximum(*xs).data == 3.0
    assert autograd.dot(np.array([1.0, 2.0, 3.0]), xs).data == 14.0
    assert [p.data for p in autograd.softmax(xs)] == autograd.softmax(np.array([1.0, 2.0, 3.0]))
