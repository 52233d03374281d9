"""Independent routes to the same derivative agree, to order 4: transforms nested in different ways, numerical
derivatives, and 50-digit arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, workdps

import autograd
from autograd import grad, hessian, hvp, jacobian, jvp, value_and_grad
from autograd.testing import derivative
from tests.engine.closeness import close
from tests.engine.interpreter import record
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs

Function = Callable[[Any], Any]

# --- functions of one number ------------------------------------------------------------------------------------------

ONE: dict[str, tuple[Callable[[Any, Any], Any], float]] = {
    "x⁵": (lambda m, x: x**5, 1.25),
    "1/(1 + x²)": (lambda m, x: 1 / (1 + x * x), 0.75),
    "exp sin x": (lambda m, x: m.exp(m.sin(x)), 0.5),
    "x log x": (lambda m, x: x * m.log(x), 2.5),
    "√(1 + x²)": (lambda m, x: m.sqrt(1 + x * x), -0.75),
    "tanh 2x": (lambda m, x: m.tanh(2 * x), 0.3),
    "atan x / cosh x": (lambda m, x: m.atan(x) / m.cosh(x), 0.6),
    "xˣ": (lambda m, x: x**x, 1.5),
    "2ˣ": (lambda m, x: 2**x, -0.5),
    "erf x · asin x": (lambda m, x: m.erf(x) * m.asin(x), 0.25),
}


def in_one(f: Function, order: int) -> dict[str, Function]:
    """The routes to the derivative of this order of a function of one number."""
    routes: dict[str, Function] = {"grad of grad": repeated(grad, f, order), "jacobian": repeated(jacobian, f, order)}
    routes["jvp of jvp"] = repeated(lambda g: lambda x: jvp(g, (x,), (1.0,))[1], f, order)
    routes["value_and_grad"] = repeated(lambda g: lambda x: value_and_grad(g)(x)[1], f, order)
    if order >= 2:
        below = repeated(grad, f, order - 2)
        routes["hessian of grad"] = hessian(below)
        routes["hvp of grad"] = lambda x: hvp(below, x, 1.0)
        routes["jvp of grad"] = lambda x: jvp(repeated(grad, f, order - 1), (x,), (1.0,))[1]
        routes["grad of jvp"] = grad(lambda x: jvp(repeated(grad, f, order - 2), (x,), (1.0,))[1])
    if order == 4:
        routes["hessian of hessian"] = hessian(hessian(f))
        routes["hvp of hvp"] = lambda x: hvp(lambda x: hvp(f, x, 1.0), x, 1.0)
    return routes


def repeated(transform: Callable[[Function], Function], f: Function, times: int) -> Function:
    for _ in range(times):
        f = transform(f)
    return f


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ONE)
def test_all_routes_give_the_derivative_of_50_digit_arithmetic(name: str, order: int) -> None:
    expression, x = ONE[name]
    with workdps(50):
        exact = mp.diff(lambda x: expression(mp, x), mp.mpf(x), order)
    for route, derivative_at in in_one(lambda x: expression(autograd, x), order).items():
        found = derivative_at(x)
        assert type(found) is float
        assert close(found, exact, 1e-12, 1e-13), route


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ONE)
def test_each_derivative_is_the_numerical_derivative_of_the_one_below(name: str, order: int) -> None:
    expression, x = ONE[name]
    below = repeated(grad, lambda x: expression(autograd, x), order - 1)
    numerical = derivative(below, x)
    assert numerical.bound <= 1e-5 * max(1.0, abs(numerical.value))
    assert abs(grad(below)(x) - numerical.value) <= numerical.bound


# --- functions of several numbers -------------------------------------------------------------------------------------

SEVERAL: dict[str, tuple[Callable[[Any, Sequence[Any]], Any], list[float]]] = {
    "x·y²·z³": (lambda m, x: x[0] * x[1] ** 2 * x[2] ** 3, [1.5, -2.0, 0.5]),
    "exp(x·y) + sin(y + x²)": (lambda m, x: m.exp(x[0] * x[1]) + m.sin(x[1] + x[0] ** 2), [0.5, -0.75]),
    "log Σ exp": (lambda m, x: m.log(m.exp(x[0]) + m.exp(x[1]) + m.exp(x[2])), [0.5, -1.0, 1.25]),
    "Rosenbrock": (lambda m, x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, [-1.25, 1.0]),
    "x/y · √(x + y)": (lambda m, x: x[0] / x[1] * m.sqrt(x[0] + x[1]), [1.25, 0.75]),
}


def flat(tree: Any) -> list[float]:
    return [x for part in tree for x in flat(part)] if isinstance(tree, list) else [tree]


@pytest.mark.parametrize("name", SEVERAL)
def test_all_partial_derivatives_are_those_of_50_digit_arithmetic(name: str) -> None:
    expression, x = SEVERAL[name]
    n = len(x)
    f: Function = lambda x: expression(autograd, x)  # noqa: E731
    orders = {
        1: [grad(f)(x), jacobian(f)(x)],
        2: [hessian(f)(x), jacobian(grad(f))(x), jacobian(jacobian(f))(x)],
        3: [jacobian(hessian(f))(x)],
        4: [hessian_of_each(f, x), jacobian(jacobian(hessian(f)))(x)],
    }
    for order, routes in orders.items():
        with workdps(50):
            exact = [
                mp.diff(lambda *x: expression(mp, x), tuple(map(mp.mpf, x)), tuple(way.count(i) for i in range(n)))
                for way in ways(n, order)
            ]
        for route in routes:
            assert len(flat(route)) == n**order
            assert all(close(found, number, 1e-11, 1e-11) for found, number in zip(flat(route), exact, strict=True))


def hessian_of_each(f: Function, x: list[float]) -> list[Any]:
    """All fourth derivatives: the Hessian of every entry of the Hessian, in order."""
    n = len(x)
    return [hessian(lambda x, i=i, j=j: hessian(f)(x)[i][j])(x) for i in range(n) for j in range(n)]


def ways(n: int, order: int) -> list[tuple[int, ...]]:
    return [()] if order == 0 else [(*way, i) for way in ways(n, order - 1) for i in range(n)]


# --- random expressions -----------------------------------------------------------------------------------------------


def function_of(program: Program) -> Function:
    return lambda xs: record(program, xs)[-1]


def outputs_of(program: Program) -> Function:
    return lambda xs: record(program, xs)[len(program.inputs) :]


vectors = st.lists(st.integers(-8, 8).map(lambda k: k / 4), min_size=3, max_size=3)


def agree(a: Any, b: Any, tolerance: float = 1e-9) -> bool:
    """Equal up to rounding, which grows with the largest of the numbers."""
    xs, ys = flat(a), flat(b)
    size = max(map(abs, [1.0, *xs, *ys]))
    return all(math.isclose(x, y, rel_tol=tolerance, abs_tol=tolerance * size) for x, y in zip(xs, ys, strict=True))


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_gradients_are_those_of_the_naive_engine(program: Program) -> None:
    value, gradient = value_and_grad(function_of(program))(list(program.inputs))
    values = program.run(program.inputs)
    exact, scale = program.differentiate(values), program.differentiate(values, size=abs)
    assert close(value, values[-1], 1e-12, 1e-11)
    for i, found in enumerate(gradient):
        assert close(found, exact[i], 1e-9, 1e-10 * scale[i])


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH, most=12), vectors)
def test_jvp_is_the_jacobian_times_the_tangent_and_grad_the_seed_times_the_jacobian(
    program: Program, v: list[float]
) -> None:
    f, x = outputs_of(program), list(program.inputs)
    rows = jacobian(f)(x)
    outputs, moved = jvp(f, (x,), (v[: len(x)],))
    assert agree(outputs, program.run(x)[len(x) :])
    scale = max(map(abs, [1.0, *flat(rows)]))
    for row, tangent in zip(rows, moved, strict=True):
        exact = math.fsum(a * b for a, b in zip(row, v, strict=False))
        assert math.isclose(tangent, exact, rel_tol=1e-9, abs_tol=1e-9 * scale)
    assert agree(rows[-1], grad(function_of(program))(x))


@settings(max_examples=60)
@given(programs(RATIONAL, PIECEWISE, SMOOTH, most=5), vectors)
def test_hessians_are_symmetric_and_all_routes_to_them_agree(program: Program, v: list[float]) -> None:
    f, x = function_of(program), list(program.inputs)
    direction = v[: len(x)]
    matrix = hessian(f)(x)
    assert agree(matrix, [list(column) for column in zip(*matrix, strict=True)])
    assert agree(matrix, jacobian(grad(f))(x))
    along = [math.fsum(a * b for a, b in zip(row, direction, strict=True)) for row in matrix]
    scale = [max(map(abs, [1.0, *flat(matrix)]))]
    assert agree([hvp(f, x, direction), scale], [along, scale])
    assert agree([jvp(grad(f), (x,), (direction,))[1], scale], [along, scale])
    assert agree([grad(lambda x: jvp(f, (x,), (direction,))[1])(x), scale], [along, scale])


@settings(max_examples=30)
@given(programs(RATIONAL, SMOOTH, most=4), vectors)
def test_third_and_fourth_derivatives_along_a_direction_agree(program: Program, v: list[float]) -> None:
    f, x = function_of(program), list(program.inputs)
    direction = v[: len(x)]

    def along(g: Function) -> Function:
        return lambda x: jvp(g, (x,), (direction,))[1]

    def on_the_line(t: Any) -> Any:
        return f([a + t * b for a, b in zip(x, direction, strict=True)])

    for order in (3, 4):
        forwards, backwards = repeated(along, f, order)(x), repeated(grad, on_the_line, order)(0.0)
        assert agree([forwards], [backwards], 1e-8)
        mixed = hvp(repeated(along, f, order - 2), x, direction)
        terms = [a * b for a, b in zip(mixed, direction, strict=True)]
        size = max(map(abs, [1.0, *terms]))
        assert math.isclose(math.fsum(terms), forwards, rel_tol=1e-8, abs_tol=1e-8 * size)
