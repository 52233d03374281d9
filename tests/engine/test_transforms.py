"""grad, value_and_grad, jacobian, hessian, hvp, jvp: structures, nesting, numbers or Values, and wrong use."""

from __future__ import annotations

import math
import threading
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Constant, NonFiniteError, Value, grad, hessian, hvp, jacobian, jvp, value_and_grad

Point = namedtuple("Point", ["x", "y"])


def same(actual: Any, expected: Any) -> bool:
    """The same kinds of containers with the same numbers of the same type in them."""
    if isinstance(expected, np.ndarray):
        return (
            isinstance(actual, np.ndarray)
            and (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
            and actual.tolist() == expected.tolist()
        )
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, dict):
        return list(actual) == list(expected) and all(same(actual[key], expected[key]) for key in expected)
    if isinstance(expected, list | tuple):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    return bool(actual == expected)


def numbers(tree: Any) -> Any:
    """The data of the Values in a tree of lists and tuples."""
    if isinstance(tree, list | tuple):
        return [numbers(x) for x in tree]
    assert isinstance(tree, Value)
    return tree.data


# --- structures -------------------------------------------------------------------------------------------------------


def weighted(x: Any) -> Any:
    """1·x₀² + 2·x₁² + ... over the numbers of a flat structure."""
    return sum((i + 1) * part * part for i, part in enumerate(x))


STRUCTURES: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (lambda x: x * x, 3.0, 6.0),
    (lambda x: x * x, 3, 6.0),
    (lambda x: x * x, np.float32(0.5), 1.0),
    (weighted, [1.0, 2.0], [2.0, 8.0]),
    (weighted, (1.0, 2), (2.0, 8.0)),
    (weighted, Point(1.0, 2.0), Point(2.0, 8.0)),
    (weighted, [], []),
    (weighted, np.array([1.0, 2.0]), np.array([2.0, 8.0])),
    (weighted, np.array([1, 2]), np.array([2.0, 8.0])),
    (lambda x: (x @ x).sum(), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[7.0, 11.0], [9.0, 13.0]])),
    (lambda x: x["a"] * x["b"][0], {"b": [2.0], "a": 3.0}, {"b": [3.0], "a": 2.0}),
    (lambda x: x[0][1] * x[1]["w"][0], [(1.0, 2.0), {"w": np.array([5.0])}], [(0.0, 5.0), {"w": np.array([2.0])}]),
    (lambda x: np.sum(np.exp(x)), np.zeros(2), np.ones(2)),
    (lambda x: np.dot(x, np.array([2.0, 3.0])), np.zeros(2), np.array([2.0, 3.0])),
]


@pytest.mark.parametrize(("function", "argument", "gradient"), STRUCTURES)
def test_a_gradient_has_the_structure_of_the_argument(
    function: Callable[[Any], Any], argument: Any, gradient: Any
) -> None:
    assert same(grad(function)(argument), gradient)


def test_an_array_of_values_gives_an_array_of_values() -> None:
    x = [Value(2.0), Value(5.0)]
    found = grad(lambda x: x[0] * x[0] * x[1])(np.array(x))
    assert (found.dtype, found.shape, numbers(list(found))) == (np.dtype(object), (2,), [20.0, 4.0])
    assert autograd.gradients(found[0], x) == (10.0, 4.0)


JACOBIANS: list[tuple[Callable[..., Any], Any, Any]] = [
    (lambda x: x**2, 3.0, 6.0),
    (lambda x: [x**2, 2 * x, 7.0], 3.0, [6.0, 2.0, 0.0]),
    (lambda x: x[0] * x[1], [2.0, 3.0], [3.0, 2.0]),
    (lambda x: (x[0] * x[1], x[0]), [2.0, 3.0], ([3.0, 2.0], [1.0, 0.0])),
    (lambda x: {"p": x["a"] * x["b"]}, {"a": 2.0, "b": 3.0}, {"p": {"a": 3.0, "b": 2.0}}),
    (lambda x: x * x, np.array([1.0, 2.0]), np.array([[2.0, 0.0], [0.0, 4.0]])),
    (lambda x: np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]) @ x, np.zeros(2), np.arange(1.0, 7.0).reshape(3, 2)),
    (lambda x: x[:, 0], np.ones((2, 2)), np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]]])),
    (lambda x: np.array([x[0], x[1], x[0]]), [1.0, 2.0], [np.array([1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])]),
    (lambda x: [x[0], 3.0 * x[1]], np.ones(2), [np.array([1.0, 0.0]), np.array([0.0, 3.0])]),
    (lambda x: np.array([x, 3.0 * x]), 1.0, np.array([1.0, 3.0])),
    (lambda x: [], [1.0], []),
    (lambda x: x, np.ones(0), np.ones((0, 0))),
]


@pytest.mark.parametrize(("function", "argument", "derivatives"), JACOBIANS)
def test_a_jacobian_has_the_structure_of_the_result_with_that_of_the_argument_inside(
    function: Callable[..., Any], argument: Any, derivatives: Any
) -> None:
    assert same(jacobian(function)(argument), derivatives)


def product(x: Any, y: Any, *, power: int = 1) -> Any:
    return (x[0] * y) ** power


def test_argnums_choose_what_is_differentiated() -> None:
    at = ([2.0], 3.0)
    assert same(grad(product)(*at), [3.0])
    assert same(grad(product, 1)(*at), 2.0)
    assert same(grad(product, -1)(*at), 2.0)
    assert same(grad(lambda a, b, c: a + 2 * b + 3 * c, -2)(0, 0, 0), 2.0)
    assert same(grad(product, argnums=(1, 0))(*at), (2.0, [3.0]))
    assert same(grad(product, argnums=[0])(*at), ([3.0],))
    assert same(grad(product, argnums=np.int64(1))(*at), 2.0)
    assert same(value_and_grad(product, (0, 1))(*at), (6.0, ([3.0], 2.0)))
    assert same(jacobian(product, (0, 1))(*at), ([3.0], 2.0))
    assert same(hessian(product, (0, 1))(*at), ([([0.0], 1.0)], ([1.0], 0.0)))
    assert same(hessian(product, 0)(*at, power=2), [[18.0]])


def test_other_arguments_and_keywords_are_passed_on_as_they_are() -> None:
    marker = object()

    def function(x: Any, other: object, *, key: object) -> Any:
        assert other is marker is key
        return x * x

    assert grad(function)(3.0, marker, key=marker) == 6.0
    assert value_and_grad(function)(3.0, marker, key=marker) == (9.0, 6.0)
    assert jacobian(function)(3.0, marker, key=marker) == 6.0
    assert hessian(function)(3.0, marker, key=marker) == 2.0


def test_the_hessian_of_several_arguments_is_the_jacobian_of_the_gradient() -> None:
    def function(x: Any, y: Any) -> Any:
        return x[0] ** 2 * y["a"] + autograd.sin(x[1]) * y["a"] ** 2

    at = (np.array([2.0, 3.0]), {"a": 5.0})
    for argnums in (0, 1, (0, 1)):
        assert same(hessian(function, argnums)(*at), jacobian(grad(function, argnums), argnums)(*at))


def test_hvp_has_the_structure_of_x_and_v_may_be_any_sequence() -> None:
    def function(x: Any) -> Any:
        return x[0] ** 2 * x[1]

    assert same(hvp(function, [2.0, 3.0], (1, 10)), [46.0, 4.0])
    assert same(hvp(function, np.array([2.0, 3.0]), [1.0, 10.0]), np.array([46.0, 4.0]))
    assert same(hvp(lambda x: x**3, 2.0, 5.0), 60.0)
    assert same(hvp(lambda x: x["a"] ** 3 * x["b"], {"a": 1.0, "b": 1.0}, {"b": 1.0, "a": 0.0}), {"a": 3.0, "b": 0.0})
    assert same(
        hvp(lambda x: autograd.exp(x[0] + x[1]), [0.0, 0.0], [1.0, 2.0]), [3.0, 3.0]
    )  # both slopes are one node
    assert same(hvp(lambda x: np.sum(x @ x), np.eye(2), np.eye(2)), np.array([[2.0, 2.0], [2.0, 2.0]]))


def test_jvp_gives_the_value_and_its_derivative_along_the_tangents() -> None:
    assert same(jvp(lambda x, y: [x * y, 7], (2.0, 3.0), (1.0, 10.0)), ([6.0, 7.0], [23.0, 0.0]))
    x = np.array([2.0, 3.0])
    assert same(jvp(lambda x: x * x, [x], [[1.0, 1.0]]), (x * x, 2 * x))
    assert same(jvp(lambda x: x[0] * x[0], ([3.0],), ([1.0],)), (9.0, 6.0))


# --- nesting ----------------------------------------------------------------------------------------------------------


def test_grad_nests_to_any_order() -> None:
    derivative: Callable[[Any], Any] = autograd.sin
    for order in range(8):
        assert derivative(0.5) == pytest.approx(math.sin(0.5 + order * math.pi / 2), rel=1e-12)
        assert type(derivative(0.5)) is float
        derivative = grad(derivative)


def confused_forward(x: Any) -> Any:
    return jvp(lambda y: x * y, (x,), (1.0,))[1]


def in_a_loop(x: Any) -> Any:
    total = x
    for step in range(3):
        total = total * grad(lambda y, total=total, step=step: total * y**2 + step * x * y)(x)
    return total


def in_a_loop_by_hand(x: float) -> float:
    """The same with the inner derivatives written out, differentiated in exact dual numbers (value, slope)."""
    total, slope = x, 1.0
    for step in range(3):
        inner, inner_slope = 2 * total * x + step * x, 2 * slope * x + 2 * total + step
        total, slope = total * inner, slope * inner + total * inner_slope
    return slope


def closure(x: Any) -> Any:
    """The inner function computes something of the outer level alone, and multiplies with it."""

    def inner(y: Any) -> Any:
        square = x * x  # of the outer level alone
        return square * y

    return grad(inner)(5.0) * x


def escaped(x: Any) -> Any:
    """The variable of a call that is over is a number."""
    kept: list[Any] = []

    def inner(y: Any) -> Any:
        kept.append(y)
        return y * y

    return grad(inner)(3.0) * x + kept[0] * x


NESTED: list[tuple[str, Callable[[Any], Any], float, float]] = [
    ("x · d/dy (x + y)", lambda x: x * grad(lambda y: x + y)(1.0), 1.0, 1.0),
    ("x · d/dy (x + y) at y = x", lambda x: x * grad(lambda y: x + y)(x), 1.0, 1.0),
    ("x · d/dy (x·y) at y = 2", lambda x: x * grad(lambda y: x * y)(2.0), 3.0, 6.0),
    ("x · d/dy (x·y) at y = x", lambda x: x * grad(lambda y: x * y)(x), 3.0, 6.0),
    ("d/dy (x·y²) at y = x", lambda x: grad(lambda y: x * y * y)(x), 3.0, 12.0),
    ("d/dy x³", lambda x: grad(lambda y: x**3)(x) + x, 3.0, 1.0),
    ("d/dy y at y = x", lambda x: grad(lambda y: y)(x) * x, 3.0, 1.0),
    ("d/dx inside shadows x", lambda x: x * grad(lambda x: x * x)(x), 3.0, 12.0),
    ("three levels", lambda x: grad(lambda y: x * grad(lambda z: x * y * z * z)(y))(x), 2.0, 48.0),
    ("two variables", lambda x: grad(lambda y: x**2 * y**3)(x) * grad(lambda y: x * y)(4.0), 1.5, 15 * 1.5**4),
    ("hessian inside", lambda x: hessian(lambda v: v[0] ** 2 * v[1] * x)([x, x])[0][1], 2.0, 8.0),
    ("jacobian inside", lambda x: jacobian(lambda v: [v * x, x])(x)[0] * x, 3.0, 6.0),
    ("hvp inside", lambda x: hvp(lambda v: v**3 * x, x, x), 2.0, 6 * 3 * 2.0**2),
    ("jvp inside, along x", lambda x: jvp(lambda v: v**2, (3.0,), (x,))[1], 2.0, 6.0),
    ("jvp inside, at x", lambda x: jvp(lambda v: v**2 * x, (x,), (1.0,))[1], 3.0, 12.0),
    ("jvp's value", lambda x: jvp(lambda v: v**2, (x,), (1.0,))[0], 3.0, 6.0),
    ("value_and_grad inside", lambda x: value_and_grad(lambda y: x * y)(x)[0], 3.0, 6.0),
    ("perturbed forward", confused_forward, 3.0, 1.0),
    ("in a loop", in_a_loop, 0.75, in_a_loop_by_hand(0.75)),
    ("a closure over the outer variable", closure, 2.0, 12.0),
    ("an escaped variable", escaped, 2.0, 9.0),
]


@pytest.mark.parametrize(("function", "x", "slope"), [row[1:] for row in NESTED], ids=[row[0] for row in NESTED])
def test_levels_are_never_confused(function: Callable[[Any], Any], x: float, slope: float) -> None:
    for found in (
        grad(function)(x),
        jacobian(function)(x),
        jvp(function, (x,), (1.0,))[1],
    ):
        assert type(found) is float
        assert found == pytest.approx(slope, rel=1e-13)
    leaf = Value(x)
    assert grad(function)(leaf).data == pytest.approx(slope, rel=1e-13)
    assert autograd.gradients(function(leaf), [leaf])[0] == pytest.approx(slope, rel=1e-13)


# --- numbers or Values ------------------------------------------------------------------------------------------------


def test_a_value_in_the_closure_gives_values_that_depend_on_it() -> None:
    w = Value(2.0, label="w")

    def function(x: Any) -> Any:
        return w * x[0] ** 2 * x[1]

    at = [3.0, 5.0]
    value, gradient = value_and_grad(function)(at)
    assert autograd.gradients(value, [w]) == (45.0,)
    assert (numbers(gradient), autograd.gradients(gradient[0], [w])) == ([60.0, 18.0], (30.0,))
    assert autograd.gradients(jacobian(function)(at)[1], [w]) == (9.0,)
    assert autograd.gradients(hessian(function)(at)[0][1], [w]) == (6.0,)
    assert autograd.gradients(hvp(function, at, [1.0, 0.0])[0], [w]) == (10.0,)
    assert [autograd.gradients(x, [w]) for x in jvp(function, (at,), ([1.0, 0.0],))] == [(45.0,), (30.0,)]


def test_a_value_as_argument_gives_values_that_depend_on_it() -> None:
    x = Value(3.0)
    assert autograd.gradients(grad(lambda x: x**3)(x), [x]) == (18.0,)
    assert autograd.gradients(value_and_grad(lambda x: x**3)(x)[0], [x]) == (27.0,)
    assert autograd.gradients(hessian(lambda x: x**3)(x), [x]) == (6.0,)
    assert autograd.gradients(hvp(lambda x: x**3, x, 2.0), [x]) == (12.0,)
    assert autograd.gradients(hvp(lambda x: x**3, 3.0, x), [x]) == (18.0,)
    assert autograd.gradients(jvp(lambda x: x**3, (3.0,), (x,))[1], [x]) == (27.0,)


def test_values_come_back_also_where_the_derivative_does_not_depend_on_them() -> None:
    w = Value(2.0)
    for found in (
        grad(lambda x: x + w)(1.0),
        grad(lambda x: w)(1.0),
        grad(lambda x: 7.0)(w),
        value_and_grad(lambda x: 7.0)(w)[0],
        jacobian(lambda x: [7.0])(w)[0],
        hessian(lambda x: x * x + w)(1.0),
        jvp(lambda x: 7.0, (w,), (1.0,))[0],
    ):
        assert isinstance(found, Value)


def test_plain_numbers_come_back_where_no_value_is_involved() -> None:
    w = Value(2.0)
    c = Constant(2.0)
    for found in (
        grad(lambda x: w.data * x)(1.0),
        grad(lambda x: c * x)(1.0),
        grad(lambda x: 7)(1.0),
        grad(lambda x: np.float64(7.0))(1.0),
        value_and_grad(lambda x: 7)(1.0)[0],
        value_and_grad(lambda x: x + 1)(1.0)[0],
        hessian(lambda x: 3 * x)(1.0),
        grad(lambda x: grad(lambda y: x * y * y)(3.0))(1.0),
        grad(lambda x, y: x)(1.0, w),
    ):
        assert type(found) is float
    assert grad(lambda x: 7)(1.0) == 0.0
    assert value_and_grad(lambda x: 7)(1.0) == (7.0, 0.0)


@pytest.mark.parametrize("x", [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324])
def test_a_value_is_taken_with_all_its_bits(x: float) -> None:
    seen: list[float] = []

    def function(v: Value) -> Value:
        seen.append(v.data)
        return v

    grad(function)(x)
    grad(function)(Value(x))
    assert [repr(data) for data in seen] == [repr(x)] * 2


def test_inside_of_no_grad_derivatives_are_right_and_unrecorded() -> None:
    w = Value(2.0)
    with autograd.no_grad():
        assert grad(grad(lambda x: x**3))(2.0) == 12.0
        assert hessian(lambda x: x**3)(2.0) == 12.0
        found = [*value_and_grad(lambda x: w * x**3)(2.0), hvp(lambda x: w * x**3, 2.0, 1.0)]
        found += jvp(lambda x: w * x**3, (2.0,), (1.0,))
    assert [(x.data, x.inputs) for x in found] == [(16.0, ()), (24.0, ()), (24.0, ()), (16.0, ()), (24.0, ())]
    assert grad(autograd.no_grad()(lambda x: x**3))(2.0).data == 0.0  # the result is a Value without a history


def test_strict_mode_refuses_derivatives_that_are_not_finite() -> None:
    with autograd.strict():
        for call in (
            lambda: grad(autograd.sqrt)(0.0),
            lambda: jacobian(lambda x: [autograd.sqrt(x)])(0.0),
            lambda: jvp(autograd.sqrt, (0.0,), (1.0,)),
            lambda: hvp(lambda x: x**1.5, 0.0, 1.0),
        ):
            with pytest.raises(NonFiniteError):
                call()


def test_no_grad_attribute_is_touched_also_from_several_threads() -> None:
    w = Value(2.0)
    w.grad = 0.5
    results: list[Any] = []

    def work(x: float) -> None:
        for _ in range(50):
            results.append((x, hessian(lambda v: w * v[0] ** 2 * v[1])([x, x])[0][1].data))
            results.append((x, grad(grad(lambda v: v**4))(x) / (3.0 * x)))

    threads = [threading.Thread(target=work, args=(float(k),)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 400
    assert all(found == 4.0 * x for x, found in results)
    assert w.grad == 0.5


def test_the_gradient_of_a_function_that_raises_leaves_nothing_behind() -> None:
    kept: list[Value] = []

    def fails(x: Value) -> Value:
        kept.append(x)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        grad(fails)(1.0)
    assert type(grad(lambda x: x * kept[0])(3.0)) is float  # its variable is a number again


# --- branches that the data took --------------------------------------------------------------------------------------


def huber(x: Any) -> Any:
    return 0.5 * x * x if abs(x) < 1.0 else abs(x) - 0.5


@pytest.mark.parametrize(("x", "first", "second"), [(0.5, 0.5, 1.0), (-3.0, -1.0, 0.0), (1.0, 1.0, 0.0)])
def test_the_branch_that_the_data_took_is_differentiated(x: float, first: float, second: float) -> None:
    assert (grad(huber)(x), hessian(huber)(x), grad(grad(huber))(x)) == (first, second, second)
    assert hvp(huber, x, 2.0) == 2.0 * second
    assert jvp(huber, (x,), (2.0,))[1] == 2.0 * first


@pytest.mark.parametrize("x", [-1.0, 0.0])
def test_a_branch_not_taken_has_no_say(x: float) -> None:
    def function(x: Any) -> Any:
        return autograd.where(x > 0, autograd.log(x), x * x)

    assert (grad(function)(x), jvp(function, (x,), (1.0,))[1], hessian(function)(x)) == (2.0 * x, 2.0 * x, 2.0)
    blocked = lambda x: autograd.sqrt(autograd.relu(x))  # noqa: E731
    assert (grad(blocked)(x), jvp(blocked, (x,), (1.0,))[1]) == (0.0, 0.0)


def test_a_function_is_run_once() -> None:
    runs: list[Any] = []

    def function(x: Any) -> Any:
        runs.append(x)
        return x[0] * x[1]

    at = [2.0, 3.0]
    for transform in (grad, value_and_grad, jacobian, hessian):
        transform(function)(at)
    hvp(function, at, at)
    jvp(function, (at,), (at,))
    assert len(runs) == 6


# --- depth ------------------------------------------------------------------------------------------------------------


def test_a_long_chain_is_differentiated() -> None:
    def chain(x: Any) -> Any:
        total = x
        for _ in range(100_000):
            total = total + x
        return total

    assert grad(chain)(1.0) == 100_001.0
    assert jvp(chain, (1.0,), (2.0,)) == (100_001.0, 200_002.0)


def test_a_deep_product_has_a_second_derivative() -> None:
    def power(x: Any) -> Any:
        total = x
        for _ in range(6_000):
            total = total * x
        return total

    assert grad(grad(power))(1.0) == hessian(power)(1.0) == hvp(power, 1.0, 1.0) == 6_001.0 * 6_000.0


# --- wrong use --------------------------------------------------------------------------------------------------------


def square(x: Any) -> Any:
    return x * x


WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: grad(lambda x: [x])(1.0), TypeError, "returns one number, and this one returned a list: use jacobian"),
    (lambda: grad(lambda x: x)(np.ones(2)), TypeError, "returned a ndarray: use jacobian"),
    (lambda: value_and_grad(lambda x: (x,))(1.0), TypeError, "returned a tuple: use jacobian"),
    (lambda: hessian(lambda x: {"a": x})(1.0), TypeError, "hessian takes a function that returns one number"),
    (lambda: hvp(lambda x: [x], 1.0, 1.0), TypeError, "hvp takes a function that returns one number"),
    (lambda: grad(lambda x: None)(1.0), TypeError, "what the function returns must be a number, not None"),
    (lambda: grad(lambda x: True)(1.0), TypeError, "what the function returns must be a number, not the bool True"),
    (lambda: jacobian(lambda x: ["a"])(1.0), TypeError, "what the function returns must be a number, not the str 'a'"),
    (lambda: grad(lambda x: x > 0)(1.0), TypeError, "not the bool True"),
    (lambda: grad(square)("3"), TypeError, r"must be a number, not the str '3': write float\('3'\)"),
    (lambda: grad(square)(True), TypeError, "not the bool True: write 1.0 or 0.0"),
    (lambda: grad(square)(None), TypeError, "an argument to differentiate must be a number, not None"),
    (lambda: grad(square)([1.0, "2"]), TypeError, "not the str '2'"),
    (lambda: grad(square)(np.array([True])), TypeError, "not the bool True"),
    (lambda: grad(square)(np.array(1.0)), TypeError, r"write array.item\(\)"),
    (lambda: grad(square)(1j), TypeError, "write z.real"),
    (lambda: grad(square, 1)(1.0), ValueError, "argnums=1, and the function was called with 1 positional argument$"),
    (lambda: grad(square, (0, -3))(1.0, 2.0), ValueError, r"argnums=\(0, -3\), .* 2 positional arguments"),
    (lambda: grad(square, -2)(1.0), ValueError, "argnums=-2"),
    (lambda: grad(square)(x=1.0), ValueError, "argnums=0, and the function was called with 0 positional arguments"),
    (lambda: grad(square, (0, 0))(1.0), ValueError, "names an argument twice"),
    (lambda: grad(square, (0, -1))(1.0), ValueError, "names an argument twice"),
    (lambda: grad(square, True), TypeError, "argnums takes an int or a tuple of these, not True"),
    (lambda: jacobian(square, 0.0), TypeError, "argnums takes an int or a tuple of these, not 0.0"),  # type: ignore[arg-type]
    (lambda: hessian(square, "0"), TypeError, "argnums takes an int or a tuple of these, not '0'"),  # type: ignore[arg-type]
    (lambda: value_and_grad(square, (0, None)), TypeError, "argnums takes"),  # type: ignore[arg-type]
    (lambda: grad(3.0), TypeError, r"grad takes a function, not 'float': write grad\(f\)\(x\)"),  # type: ignore[arg-type]
    (lambda: hessian(Value(3.0)), TypeError, "hessian takes a function, not 'Value'"),  # type: ignore[arg-type]
    (lambda: jacobian(None), TypeError, "jacobian takes a function"),  # type: ignore[arg-type]
    (lambda: hvp(square, [1.0, 2.0], [1.0]), ValueError, "list of length 1 stands for list of length 2"),
    (lambda: hvp(square, 1.0, [1.0]), ValueError, "list of length 1 stands for one number"),
    (lambda: hvp(square, [1.0], 1.0), ValueError, "one number stands for list of length 1"),
    (lambda: hvp(square, {"a": 1.0}, {"b": 1.0}), ValueError, r"keys \['b'\] stands for a dict with the keys \['a'\]"),
    (lambda: hvp(square, np.ones((2, 2)), np.ones(2)), ValueError, "one number stands for ndarray of length 2"),
    (lambda: hvp(square, 1.0, "1"), TypeError, "what is in v must be a number, not the str '1'"),
    (lambda: jvp(square, 1.0, 1.0), TypeError, r"write jvp\(f, \(x,\), \(v,\)\)"),  # type: ignore[arg-type]
    (lambda: jvp(square, (1.0,), 1.0), TypeError, r"write jvp\(f, \(x,\), \(v,\)\)"),  # type: ignore[arg-type]
    (lambda: jvp(square, (1.0,), ()), ValueError, "jvp.*tuple of length 0 stands for tuple of length 1"),
    (lambda: jvp(square, (1.0,), (True,)), TypeError, "what is in tangents must be a number, not the bool True"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG)
def test_wrong_use_is_answered_with_what_to_write(
    call: Callable[[], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_an_error_of_the_function_is_the_users() -> None:
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1 / 0)(1.0)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        grad(lambda x, y: x)(1.0)


def test_a_transformed_function_has_the_name_and_the_words_of_the_function() -> None:
    def energy(x: Any) -> Any:
        """In joules."""
        return x * x

    for transform in (grad, value_and_grad, jacobian, hessian):
        assert (transform(energy).__name__, transform(energy).__doc__) == ("energy", "In joules.")
