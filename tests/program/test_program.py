"""Programs from the outside: arguments, rows, parameters, gradients, and what wrong use is answered with."""

from __future__ import annotations

import gc
import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.program import backends
from autograd.program.backends import BACKENDS
from autograd.program.collector import collector_paused
from autograd.program.in_python import InPython
from autograd.program.instructions import Code


def plain(x: Any) -> Any:
    """Lists in place of arrays."""
    if isinstance(x, tuple):
        return tuple(map(plain, x))
    return x.tolist() if hasattr(x, "tolist") else x


@pytest.fixture
def affine(backend: str) -> Any:
    """w·x + b of vectors, with rows of x."""

    @autograd.compile(rows="x", reduction=None, gradient=("w", "b", "x"), backend=backend)
    def affine(w: Any, x: Any, b: Any = 0.5) -> Any:
        return autograd.dot(w, x) + b

    return affine


X = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]


def test_without_a_reduction_every_row_has_its_own_value_and_gradients(affine: Any) -> None:
    value, gradients = affine.value_and_grad([2.0, -1.0], X, b=1.0)
    assert plain(value) == [1.0, 3.0, 4.0] == plain(affine([2.0, -1.0], X, b=1.0))
    assert plain(gradients) == ([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], [1.0] * 3, [[2.0, -1.0]] * 3)


def test_defaults_and_names_are_those_of_the_function(affine: Any) -> None:
    assert plain(affine(x=X, w=[2.0, -1.0])) == [0.5, 2.5, 3.5]


@pytest.mark.parametrize(("reduction", "factor"), [("sum", 3.0), ("mean", 1.0)])
def test_reductions_are_sums_and_means_over_the_rows(backend: str, reduction: str, factor: float) -> None:
    @autograd.compile(rows=["x"], reduction=reduction, gradient=("w", "x"), backend=backend)
    def cost(w: Any, x: Any) -> Any:
        return w * x[0] * x[1] + w

    value, (w, x) = cost.value_and_grad(2.0, X)
    assert type(value) is type(w) is float
    assert value == pytest.approx(factor * 2.0 * (2 + 12 + 35 + 3) / 3, rel=1e-15)
    assert w == pytest.approx(factor * (2 + 12 + 35 + 3) / 3, rel=1e-15)
    expected = [[factor * 2.0 * b / 3, factor * 2.0 * a / 3] for a, b in X]
    assert np.allclose(x, expected, rtol=1e-15, atol=0.0)
    assert cost(2.0, X) == value


def test_what_does_not_depend_on_the_rows_counts_once_for_each(backend: str) -> None:
    f = autograd.compile(lambda w, x: w * w, rows="x", gradient=("w", "x"), reduction="sum", backend=backend)
    value, (w, x) = f.value_and_grad(3.0, [1.0, 2.0, 4.0, 5.0])
    assert (value, w, list(x)) == (36.0, 24.0, [0.0] * 4)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 63, 64, 65, 20_001])
def test_any_number_of_rows_after_any_other(backend: str, count: int, exact: bool) -> None:
    @autograd.compile(rows=("x", "y"), reduction="sum", backend=backend, exact=exact)
    def cost(w: Any, x: Any, y: Any) -> Any:
        return (w * x - y) ** 2

    xs = [float(i % 13) for i in range(count)]
    ys = [float(i % 7) for i in range(count)]
    assert cost([2.0][0], [1.0, 2.0], [1.0, 1.0]) == 10.0
    value, gradient = cost.value_and_grad(2.0, xs, ys)
    assert value == sum((2.0 * x - y) ** 2 for x, y in zip(xs, ys, strict=True))
    assert gradient == sum(2.0 * (2.0 * x - y) * x for x, y in zip(xs, ys, strict=True))


def test_arguments_may_be_numbers_lists_lists_of_lists_and_arrays(backend: str) -> None:
    @autograd.compile(gradient=("matrix", "vector"), backend=backend)
    def form(matrix: Any, vector: Any) -> Any:
        rows = [autograd.dot(row, vector) for row in matrix]
        return autograd.dot(rows, vector)

    value, (matrix, vector) = form.value_and_grad([[1.0, 2.0], [3.0, 4.0]], [1, -2])
    assert value == 7.0
    assert plain(matrix) == [[1.0, -2.0], [-2.0, 4.0]]
    assert plain(vector) == [-8.0, -11.0]
    assert form(np.array([[1, 2], [3, 4]]), np.array([1.0, -2.0])) == 7.0
    assert form([np.array([1, 2]), [3.0, np.float64(4.0)]], (1.0, np.float32(-2.0))) == 7.0
    assert form([[2.0]], [3.0]) == 18.0  # another shape is another program


def test_parameters_are_read_at_every_run(backend: str) -> None:
    w, b = Value(3.0, label="w"), Value(1.0, label="b")

    @autograd.compile(gradient=[w, b, "x"], backend=backend)
    def line(x: Any) -> Any:
        return w * x + b

    assert plain(line.value_and_grad(2.0)) == (7.0, (2.0, 1.0, 3.0))
    w.data, b.data = -1.0, 0.5
    assert plain(line.value_and_grad(2.0)) == (-1.5, (2.0, 1.0, -1.0))
    assert line.program(0.0).parameters == (w, b)


def test_a_model_trained_with_a_program_goes_where_the_engine_goes(backend: str) -> None:
    def parameters() -> list[Value]:
        return [Value(x) for x in (0.5, -0.25, 0.125)]

    def loss(w: list[Value], x: Any, y: Any) -> Any:
        return autograd.softplus(-y * autograd.dot(w[:2], x, w[2]))

    y = [1.0, -1.0, 1.0]
    eager, replayed = parameters(), parameters()
    step = autograd.compile(
        lambda x, y: loss(replayed, x, y), gradient=replayed, rows=(0, 1), reduction="mean", backend=backend
    )
    for _ in range(20):
        autograd.zero_grad(eager)
        autograd.mean([loss(eager, x, label) for x, label in zip(X, y, strict=True)]).backward()
        _, gradients = step.value_and_grad(X, y)
        for p, q, gradient in zip(eager, replayed, gradients, strict=True):
            p.data -= 0.1 * p.grad
            q.data -= 0.1 * gradient
    assert [q.data for q in replayed] == pytest.approx([p.data for p in eager], rel=1e-12)


def test_what_the_result_does_not_depend_on_has_gradient_zero(backend: str) -> None:
    stranger = Value(5.0)
    f = autograd.compile(lambda x, y: x * x, gradient=["y", stranger, "x"], backend=backend)
    assert plain(f.value_and_grad(3.0, 4.0)) == (9.0, (0.0, 0.0, 6.0))


def test_a_recorded_graph_becomes_a_program_of_the_inputs_that_are_named(backend: str) -> None:
    a, b, c = (Value(x, label=name) for name, x in (("a", 3.0), ("b", 1.0), ("c", -2.0)))
    L = c * (a + 2 * b)
    program = autograd.compile(L, inputs=[a, c], gradient=[a, b, c], backend=backend)
    assert program(3.0, -2.0) == L.data
    assert plain(program.value_and_grad(c=-2.0, a=3.0)) == (-10.0, (-2.0, -4.0, 5.0))
    b.data = 0.0
    assert program(a=1.0, c=1.0) == 1.0


def test_an_input_may_be_a_node_in_the_middle(backend: str) -> None:
    x = Value(2.0)
    middle = x.exp()
    program = autograd.compile(middle * middle, inputs=[middle], backend=backend)
    assert plain(program.value_and_grad(5.0)) == (25.0, (10.0,))
    assert program.parameters == ()


def test_a_gradient_graph_compiles_to_second_derivatives(backend: str) -> None:
    x = Value(0.5, label="x")
    (slope,) = autograd.gradient_graph(x.sin() * x, [x])
    program = autograd.compile(slope, inputs=[x], gradient=x, backend=backend)
    value, second = program.value_and_grad(1.25)
    assert value == pytest.approx(math.sin(1.25) + 1.25 * math.cos(1.25), rel=1e-15)
    assert second == pytest.approx(2 * math.cos(1.25) - 1.25 * math.sin(1.25), rel=1e-15)


def test_threads_may_run_one_program_at_a_time_each(backend: str) -> None:
    f = autograd.compile(lambda w, x: (w * x).sin(), rows="x", reduction="sum", backend=backend)
    xs = [[k + i / 64 for i in range(200)] for k in range(8)]
    expected = [f.value_and_grad(0.5, x) for x in xs]
    found: dict[int, bool] = {}

    def run(k: int) -> None:
        found[k] = all(f.value_and_grad(0.5, xs[k]) == expected[k] for _ in range(30))

    threads = [threading.Thread(target=run, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(8), True)


@pytest.mark.parametrize(
    ("installed", "for_batches"),
    [({"llvmlite", "numpy"}, "llvm"), ({"numpy"}, "numpy"), (set(), "python")],
)
def test_auto_takes_the_fastest_for_batches_and_python_for_points(
    installed: set[str], for_batches: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda package: package if package in installed else None)
    x = Value(1.0)
    assert autograd.compile(x * x, inputs=[x], rows=[x]).backend == for_batches
    assert autograd.compile(x * x, inputs=[x], columns=[x], backend="auto").backend == for_batches
    assert autograd.compile(x * x, inputs=[x]).backend == "python"


def test_threads_are_passed_on_to_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def make(code: Code, exact: bool, threads: int) -> InPython:
        given.append(threads)
        return InPython(code, exact=exact)

    monkeypatch.setitem(BACKENDS, "python", (make, None))
    x = Value(1.0)
    for options in ({}, {"threads": 3}):
        assert autograd.compile(x * x, inputs=[x], backend="python", **options)(3.0) == 9.0
    assert given == [1, 3]


# --- columns ----------------------------------------------------------------------------------------------------------


def across(x: Any) -> Any:
    """Examples along the last axis in place of the first."""
    return np.moveaxis(np.array(x), 0, -1)


@pytest.mark.parametrize("convert", [lambda x: x, np.ndarray.tolist], ids=["arrays", "lists"])
@pytest.mark.parametrize("reduction", [None, "sum", "mean"])
@pytest.mark.parametrize("count", [1, 3, 20])
def test_columns_are_the_rows_of_the_transposed_argument(
    backend: str, reduction: str | None, count: int, convert: Callable[[Any], Any]
) -> None:
    def form(w: Any, x: Any, matrix: Any, y: Any) -> Any:
        return (autograd.dot(w, [autograd.dot(line, x) for line in matrix]) - y).sin()

    random = np.random.default_rng(count)
    w, x, matrix, y = (random.normal(size=shape) for shape in [(2,), (count, 3), (count, 2, 3), (count,)])
    rows, columns, mixed = (
        autograd.compile(form, gradient=range(4), reduction=reduction, backend=backend, **kinds)
        for kinds in ({"rows": (1, 2, 3)}, {"columns": ("x", "matrix", "y")}, {"rows": "x", "columns": (2, 3)})
    )
    value, (of_w, of_x, of_matrix, of_y) = rows.value_and_grad(*map(convert, (w, x, matrix, y)))
    of_columns = of_w, across(of_x), across(of_matrix), of_y
    for f, given, expected in (
        (columns, (w, across(x), across(matrix), y), of_columns),
        (mixed, (w, x, across(matrix), y), (of_w, of_x, across(of_matrix), of_y)),
    ):
        found, gradients = f.value_and_grad(*map(convert, given))
        assert plain(found) == plain(value) == plain(f(*map(convert, given)))
        for gradient, other, argument in zip(gradients, expected, given, strict=True):
            assert plain(gradient) == plain(other if backend != "python" else np.array(other))
            assert np.shape(gradient)[-argument.ndim :] == argument.shape


WRONG_COLUMNS: list[tuple[Any, Any, str]] = [
    ([[1.0, 2.0, 3.0]] * 4, [1.0] * 3, "x takes columns of 2 numbers, not the shape .4, 3."),
    ([[1.0, 2.0, 3.0]] * 2, [1.0] * 2, "y has 2 columns, and what stands before it 3"),
    ([[1.0, 2.0, 3.0]] * 2, 1.0, "y takes one number for each column, not the shape ()"),
    (np.empty((2, 0)), [1.0], "a batch needs at least one column"),
]


@pytest.mark.parametrize(("x", "y", "message"), WRONG_COLUMNS)
def test_wrong_columns_are_refused_also_after_right_ones(backend: str, x: Any, y: Any, message: str) -> None:
    f = autograd.compile(lambda x, y: x[0] * x[1] * y, columns=("x", "y"), backend=backend)
    program = f.program([[1.0], [2.0]], [3.0])
    assert plain(program([[1.0], [2.0]], [3.0])) == [6.0]
    with pytest.raises(ValueError, match=message):
        program(x, y)
    with pytest.raises(ValueError, match="x has a column for every example: give a list or an array of them"):
        f(1.0, [3.0])


def test_results_of_the_python_backend_need_no_numpy() -> None:
    f = autograd.compile(lambda w, x: w[0] * x, rows="x", gradient=("w", "x"), backend="python")
    value, (w, x) = f.value_and_grad([2.0], [1.0, 3.0])
    assert (value, w, x) == ([2.0, 6.0], [[1.0], [3.0]], [2.0, 2.0])


@pytest.mark.parametrize("enabled", [True, False])
def test_making_a_program_leaves_the_garbage_collector_as_it_was(enabled: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        x = Value(2.0)
        assert autograd.compile(x * x, inputs=[x], backend="python").value_and_grad(3.0) == (9.0, (6.0,))
        with pytest.raises(ZeroDivisionError), collector_paused():
            1 / gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


# --- strict -----------------------------------------------------------------------------------------------------------


def test_strict_raises_where_a_result_is_not_finite(backend: str) -> None:
    f = autograd.compile(lambda x: x.log(), backend=backend)
    root = autograd.compile(lambda x: x.sqrt(), backend=backend)
    assert f(0.0) == -math.inf
    with autograd.strict():
        assert f(1.0) == 0.0
        with pytest.raises(autograd.NonFiniteError, match="value -inf"):
            f(0.0)
        with pytest.raises(autograd.NonFiniteError, match="gradient"):
            root.value_and_grad(0.0)


# --- wrong use --------------------------------------------------------------------------------------------------------


def branch(x: Any) -> Any:
    if x > 0:
        return x
    return -x


WRONG_FUNCTIONS: list[tuple[Callable[..., Any], str]] = [
    (branch, r"test_program.py:\d+: a branch on a number .* use autograd.where\(\) or maximum\(\)"),
    (lambda x: x if x else 0.0, "where"),
    (lambda x: max(x, 0.0), "where"),
    (lambda x: x if 0.0 <= x <= 1.0 else 0.0, "where"),
    (lambda x: 1.0 + math.exp(x), "autograd.exp"),
    (lambda x: x * x.data, "no number while a program is recorded"),
    (lambda x: x * x.grad, "no gradient"),
    (lambda x: (x * x).backward(), "ask the program"),
    (lambda x: [x, x], "one number"),
    (lambda x: None, "one number"),
    (lambda x: "x", "one number"),
]


@pytest.mark.parametrize(("function", "message"), WRONG_FUNCTIONS)
def test_what_cannot_be_recorded_is_answered_with_what_to_write(function: Callable[..., Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        autograd.compile(function)(1.0)


def test_the_line_of_a_branch_is_named() -> None:
    with pytest.raises(autograd.BranchError, match=f"test_program.py:{branch.__code__.co_firstlineno + 1}:"):
        autograd.compile(branch)(1.0)


def test_a_branch_on_a_parameter_is_refused_too() -> None:
    w = Value(1.0)
    with pytest.raises(autograd.BranchError, match="where"):
        autograd.compile(lambda x: x if w > 0 else -x)(1.0)


def test_after_a_failed_recording_the_engine_computes_as_before() -> None:
    with pytest.raises(TypeError):
        autograd.compile(branch)(1.0)
    assert (Value(2.0) * 3.0).data == 6.0
    assert branch(Value(-2.0)).data == 2.0


WRONG_CALLS: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda f: f([1.0], [[1.0, 2.0]]), ValueError, "as many weights"),
    (lambda f: f([1.0, 2.0]), TypeError, "missing"),
    (lambda f: f([1.0], [[1.0]], 2.0, 3.0), TypeError, "too many|arguments"),
    (lambda f: f([1.0], 2.0), ValueError, "row for every example"),
    (lambda f: f(["1"], [[1.0]]), TypeError, "number"),
    (lambda f: f([1.0], [[None]]), TypeError, "number"),
    (lambda f: f([True], [[1.0]]), TypeError, "number"),
    (lambda f: f([1.0], [[1.0], [2.0, 3.0]]), ValueError, "one length"),
    (lambda f: f([], []), ValueError, "empty"),
    (lambda f: f([1.0], np.array([[True]])), TypeError, "astype|number"),
    (lambda f: f([1.0], np.array([["x"]])), TypeError, "astype|number"),
    (lambda f: f([Value(1.0)], [[1.0]]), TypeError, "data"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], [[1.0]], 1.0, 2.0), TypeError, r"write program\(w, x, b\)"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], [[1.0]], c=2.0), TypeError, r"'c' is no argument"),
    (lambda f: f.program([1.0], [[1.0]])([1.0]), TypeError, "x, b missing"),
    (lambda f: f.program([1.0], [[1.0]])([1.0, 2.0], [[1.0]], 1.0), ValueError, "w takes 1 numbers, not the shape"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], np.empty((0, 1)), 1.0), ValueError, "at least one row"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], np.array([[True]]), 1.0), TypeError, "x takes"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], np.array([["1"]]), 1.0), TypeError, "x takes"),
    (lambda f: f.program([1.0], [[1.0]])([1.0], np.array([[1.0 + 2.0j]]), 1.0), TypeError, "x takes"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_CALLS)
def test_wrong_arguments_are_refused(
    affine: Any, call: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call(affine)


def test_rows_of_different_number_are_refused(backend: str) -> None:
    f = autograd.compile(lambda x, y: x * y, rows=("x", "y"), backend=backend)
    with pytest.raises(ValueError, match="y has 3 rows, and what stands before it 2"):
        f([1.0, 2.0], [1.0, 2.0, 3.0])


x = Value(1.0, label="x")
WRONG_OPTIONS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: autograd.compile(3.0), TypeError, "a function or a Value"),
    (lambda: autograd.compile(x * x), TypeError, "inputs="),
    (lambda: autograd.compile(x * x, inputs=x), TypeError, "inputs="),
    (lambda: autograd.compile(x * x, inputs=[2.0]), TypeError, "takes Values"),
    (lambda: autograd.compile(x * x, inputs=[x, x]), ValueError, "twice"),
    (lambda: autograd.compile(x * x, inputs=[x], backend="fortran"), ValueError, "no backend 'fortran'"),
    (lambda: autograd.compile(x * x, inputs=[x], reduction="max"), ValueError, "mean"),
    (lambda: autograd.compile(x * x, inputs=[x], gradient="y"), ValueError, "'y' is no argument: there are x"),
    (lambda: autograd.compile(lambda a: a, rows="b"), ValueError, "'b' is no argument"),
    (lambda: autograd.compile(lambda a: a, columns="b"), ValueError, "'b' is no argument"),
    (lambda: autograd.compile(lambda a: a, rows="a", columns=0), ValueError, "a is among rows and among columns"),
    (lambda: autograd.compile(lambda a: a, threads=0), ValueError, "from 1 up, not 0"),
    (lambda: autograd.compile(lambda a: a, threads=True), ValueError, "from 1 up, not True"),
    (lambda: autograd.compile(lambda a: a).c_source(), ValueError, r"0 shapes .* write f.program\(a\).c_source\(\)"),
    (lambda: autograd.compile(lambda a: a, gradient=1), ValueError, "1 is no argument"),
    (lambda: autograd.compile(lambda a: a, inputs=[x]), ValueError, "recorded graph"),
    (lambda: autograd.compile(lambda *a: a[0]), TypeError, "fixed number"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_OPTIONS)
def test_wrong_options_are_refused(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
