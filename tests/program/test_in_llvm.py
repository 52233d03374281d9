"""What is LLVM's own: vector functions, lanes and remainders, loops, parts, pieces, threads."""

from __future__ import annotations

import copy
import math
import pickle
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf, workdps

import autograd
from autograd import functions, gates
from autograd.gates import Gate
from autograd.program.in_python import InPython
from autograd.program.instructions import Code, Instruction

in_llvm = pytest.importorskip("autograd.program.in_llvm", reason="llvmlite is not installed")
llvm_text = pytest.importorskip("autograd.program.llvm_text")

from autograd.program.llvm_math import KERNELS  # noqa: E402
from autograd.program.schedule import LOOP_FROM, PART, SORTED_FROM, Schedule  # noqa: E402


@pytest.fixture(params=[2, 4, 8])
def lanes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Vectors as of other machines."""
    count: int = request.param
    monkeypatch.setattr(in_llvm, "lanes", lambda: count)
    return count


# --- vector functions -------------------------------------------------------------------------------------------------

MATHEMATICS: dict[Gate, Callable[[Any], Any]] = {
    gates.EXP: mp.exp,
    gates.EXPM1: mp.expm1,
    gates.LOG: mp.log,
    gates.LOG1P: mp.log1p,
    gates.TANH: mp.tanh,
    gates.COSH: mp.cosh,
    gates.SIGMOID: lambda x: 1 / (1 + mp.exp(-x)),
    gates.SOFTPLUS: lambda x: mp.log1p(mp.exp(x)),
    gates.LOG_SIGMOID: lambda x: -mp.log1p(mp.exp(-x)),
}


@cache
def of_rows(gate: Gate) -> Callable[[list[float]], list[float]]:
    code = Code((True,), 0, (), (Instruction(gate, (0,)),), (1,), (False,))
    executable = in_llvm.InLLVM(code, exact=False)
    return lambda xs: executable([np.array([xs])], [], [], len(xs))[0].tolist()  # type: ignore[no-any-return]


NEAR_ONE = st.floats(-1.0, 1.0).map(lambda x: 1.0 + x * 2.0**-20)
ANY = st.floats() | st.floats(-3.0, 3.0) | st.floats(-750.0, 750.0) | st.floats(-1e-3, 1e-3) | NEAR_ONE
LARGEST = 1.7976931348623157e308
EDGES = [
    *(0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1.0, -1.0, math.nextafter(-1.0, 0.0), 22.0, 36.7),
    *(709.782712893384, 709.79, 710.47, 710.48, 744.0, 745.2, -708.3, -708.4, -744.44, -745.2),
    *(LARGEST, -LARGEST, math.inf, -math.inf, math.nan),
]


@pytest.mark.parametrize("gate", MATHEMATICS, ids=lambda gate: gate.symbol)
@settings(max_examples=60, deadline=None)
@given(xs=st.lists(ANY, min_size=1, max_size=40))
def test_vector_functions_are_within_two_units_in_the_last_place(gate: Gate, xs: list[float]) -> None:
    for x, y in zip([*EDGES, *xs], of_rows(gate)([*EDGES, *xs]), strict=True):
        expected = gate.forward(x)
        if not math.isfinite(expected) or not math.isfinite(y) or expected == 0.0:
            assert repr(y) == repr(expected) or _rounds_to(y, MATHEMATICS[gate], x), (x, y, expected)
            continue
        with workdps(50):
            error = abs(mpf(y) - MATHEMATICS[gate](mpf(x)))
        assert error <= 2 * mpf(math.ulp(y)), (x, y, float(error / mpf(math.ulp(y))))


def _rounds_to(y: float, function: Callable[[Any], Any], x: float) -> bool:
    """Whether two results at the edge of what floats can hold are both right."""
    if not math.isfinite(x):
        return False
    with workdps(50):
        exact = function(mpf(x))
    if math.isinf(y):
        return bool(abs(exact - mpf(LARGEST)) <= mpf(LARGEST) * mpf(2) ** -52)
    return bool(abs(mpf(y) - exact) <= mpf(5e-324) * 2)


def test_the_vector_functions_are_all_tested() -> None:
    assert set(KERNELS) <= {gate.symbol for gate in MATHEMATICS}


# --- rows -------------------------------------------------------------------------------------------------------------


def mixed_code() -> Code:
    """Outputs of every kind: of each row, summed, shared, and inputs themselves."""
    return Code(
        (True, False, True),
        2,
        (3.0, -0.0),
        (
            Instruction(gates.DOT, (3, 4, 0, 2, 1)),
            Instruction(gates.RELU, (7,)),
            Instruction(gates.GREATER, (7, 5)),
            Instruction(gates.WHERE, (9, 8, 0)),
            Instruction(gates.MULTIPLY, (3, 3)),
            Instruction(gates.MULTIPLY, (10, 2)),
        ),
        (10, 12, 11, 11, 6, 0, 0, 7, 12),
        (False, True, False, True, False, True, False, True, False),
    )


def given_numbers(code: Code, count: int) -> tuple[Any, Any, list[float]]:
    generator = np.random.default_rng(count)
    columns = generator.integers(-8, 9, (sum(code.varies), count)) / 4.0
    shared = generator.integers(-8, 9, code.inputs - sum(code.varies)) / 4.0
    return columns, shared, (generator.integers(-8, 9, code.parameters) / 4.0).tolist()


def in_python(code: Code, columns: Any, shared: Any, parameters: list[float], count: int) -> Any:
    return InPython(code, exact=True)(columns.tolist(), shared.tolist(), parameters, count)


def assert_same(code: Code, executable: Any, count: int, relative: float = 0.0) -> None:
    """The executable gives what Python gives; with `relative` but for so much of the largest output."""
    given_to = given_numbers(code, count)
    expected = in_python(code, *given_to, count)
    scale = max([np.abs(x).max() for x in expected])
    for actual, wanted in zip(executable([given_to[0]], [given_to[1]], given_to[2], count), expected, strict=True):
        assert np.shape(actual) == np.shape(wanted)
        assert np.allclose(actual, wanted, rtol=relative, atol=relative * scale), (count, actual, wanted)


@pytest.mark.parametrize("exact", [True, False])
def test_any_number_of_rows(lanes: int, exact: bool) -> None:
    """All numbers are small multiples of 1/4, so that no sum rounds, in whatever order it is added up."""
    code = mixed_code()
    executable = in_llvm.InLLVM(code, exact=exact)
    for count in [*range(1, 2 * lanes + 2), executable.layout.rows, executable.layout.rows + 1, 1]:
        assert_same(code, executable, count)


@pytest.mark.parametrize("threads", [1, 2, 3, 50])
def test_threads_share_the_rows(threads: int) -> None:
    code = mixed_code()
    executable = in_llvm.InLLVM(code, exact=False, threads=threads)
    for count in (3, executable.layout.rows * 7 + 5):
        assert_same(code, executable, count)


def test_exact_sums_over_rows_are_added_from_the_first_to_the_last(lanes: int) -> None:
    code = Code((True,), 0, (), (Instruction(gates.EXP, (0,)),), (1, 0), (True, True))
    executable = in_llvm.InLLVM(code, exact=True, threads=4)
    columns = np.random.default_rng(1).normal(size=(1, executable.layout.rows * 2 + 13))
    total = [0.0, 0.0]
    for x in columns[0].tolist():
        total = [total[0] + functions.exp(x), total[1] + x]
    assert executable([columns], [], [], columns.shape[1]).tolist() == total


def test_rows_that_are_not_there_leave_no_trace() -> None:
    """The lanes of a last block that is not full hold what an earlier run left there."""
    code = Code((True,), 0, (), (Instruction(gates.DIVIDE, (0, 0)),), (1, 1), (True, False))
    executable = in_llvm.InLLVM(code, exact=False)
    dirty = np.full((1, 24), math.nan)
    assert math.isnan(executable([dirty], [], [], 24)[0])
    total, rows = executable([np.ones((1, 3))], [], [], 3)
    assert (total, rows.tolist()) == (3.0, [1.0] * 3)


def test_many_threads_may_call_one_program() -> None:
    code = mixed_code()
    executable = in_llvm.InLLVM(code, exact=False)
    failures: list[BaseException] = []

    def work(count: int) -> None:
        try:
            for _ in range(200):
                assert_same(code, executable, count)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(count,)) for count in (1, 9, 30, 31)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_it_is_picklable_and_its_code_outlives_it() -> None:
    executable = in_llvm.InLLVM(mixed_code(), exact=True)
    assert_same(mixed_code(), pickle.loads(pickle.dumps(executable)), 5)
    assert_same(mixed_code(), copy.deepcopy(executable), 5)
    workspace = in_llvm._Workspace(executable.layout, executable.function)
    del executable
    workspace.give([np.ones(1)], [1.0, 2.0])
    workspace.run([np.ones((2, 3))], 0, 3, True, 3)
    assert workspace.sums[5] == 3.0


# --- loops ------------------------------------------------------------------------------------------------------------


def long_sums(varies: bool, n: int, numbers: tuple[float, ...]) -> Code:
    """Σwx, Σ and mean of n terms; the squares of all w, and their sum; products with each x, summed over the rows."""
    first = 2 * n + len(numbers)
    w, x = range(n, 2 * n), range(n)
    zero = 2 * n
    instructions = [
        Instruction(gates.DOT, (*w, *x, zero)),
        Instruction(gates.SUM, tuple(x)),
        Instruction(gates.MEAN, tuple(reversed(w))),
        *[Instruction(gates.SQUARE, (k,)) for k in w],
    ]
    squares = range(first + 3, first + 3 + n)
    instructions.append(Instruction(gates.SUM, tuple(squares)))
    instructions += [Instruction(gates.MULTIPLY, (first, k)) for k in x]
    products = range(first + 4 + n, first + 4 + 2 * n)
    outputs = (first, first + 1, first + 2, first + 3 + n, *products, *products)
    summed = (False,) * 4 + (True,) * n + (False,) * n
    return Code((varies,) * n, n, numbers, tuple(instructions), outputs, summed)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("varies", [True, False])
@pytest.mark.parametrize("n", [LOOP_FROM - 1, LOOP_FROM, LOOP_FROM + 1, 333])
def test_long_sums_and_like_instructions_are_loops(lanes: int, n: int, varies: bool, exact: bool) -> None:
    code = long_sums(varies, n, (0.0,))
    assert_same(code, in_llvm.InLLVM(code, exact=exact), 2 * lanes + 3)


def text_of(code: Code, exact: bool = False) -> str:
    schedule = Schedule(code, exact=exact)
    return llvm_text.module(schedule, llvm_text.Layout(schedule, 8))  # type: ignore[no-any-return]


def test_the_text_does_not_grow_with_the_features() -> None:
    short, long = (len(text_of(long_sums(True, n, (0.0,)))) for n in (100, 12_288))
    assert long < 1.1 * short


def dense_layers(width: int, depth: int, op_by_op: bool) -> Code:
    """Layers of tanh neurons, with adders or one operation after another."""
    parameters = depth * width * (width + 1)
    instructions: list[Instruction] = []
    first = width + parameters

    def emit(gate: Gate, *operands: int) -> int:
        instructions.append(Instruction(gate, operands))
        return first + len(instructions) - 1

    xs, free = list(range(width)), width
    for _ in range(depth):
        following = []
        for _ in range(width):
            w, bias = range(free, free + width), free + width
            free += width + 1
            if op_by_op:
                total = bias
                for a, b in zip(w, xs, strict=True):
                    total = emit(gates.ADD, total, emit(gates.MULTIPLY, a, b))
            else:
                total = emit(gates.DOT, *w, *xs, bias)
            following.append(emit(gates.TANH, total))
        xs = following
    return Code((True,) * width, parameters, (), tuple(instructions), tuple(xs), (False, True) * (width // 2))


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("op_by_op", [True, False])
def test_layers_of_neurons(exact: bool, op_by_op: bool) -> None:
    code = dense_layers(70, 2, op_by_op)
    assert (len(code.instructions) > SORTED_FROM) == op_by_op
    columns, shared, parameters = given_numbers(code, 11)
    parameters = [p / 10.0 for p in parameters]
    actual = in_llvm.InLLVM(code, exact=exact)([columns], [shared], parameters, 11)
    expected = in_python(code, columns, shared, parameters, 11)
    for a, b in zip(actual, expected, strict=True):
        assert np.allclose(a, b, rtol=0.0 if exact else 1e-12, atol=0.0 if exact else 1e-13)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("varies", [True, False])
def test_long_codes_are_several_functions(varies: bool, exact: bool) -> None:
    """x ← tanh(x - h·y), y ← x + y/2, over and over: every part needs what the one before has computed."""
    instructions: list[Instruction] = []
    x, y = 0, 1
    first = 4
    for _ in range(PART):
        at = first + len(instructions)
        instructions += [
            Instruction(gates.MULTIPLY, (2, y)),
            Instruction(gates.SUBTRACT, (x, at)),
            Instruction(gates.TANH, (at + 1,)),
            Instruction(gates.DIVIDE, (y, 3)),
            Instruction(gates.ADD, (at + 2, at + 3)),
        ]
        x, y = at + 2, at + 4
    code = Code((varies, varies), 1, (2.0,), tuple(instructions), (x, y, x, first + 5), (False, False, True, False))
    assert text_of(code).count("define internal void @rows" if varies else "define internal void @ahead") > 3
    columns, shared = np.array([[1.0, 2.0, -0.5], [0.5, 0.25, 3.0]]), np.empty(0)
    given_to = (columns, shared) if varies else (np.empty((0, 3)), np.array([1.0, 0.5]))
    actual = in_llvm.InLLVM(code, exact=exact)([given_to[0]], [given_to[1]], [0.3], 3)
    expected = in_python(code, *given_to, [0.3], 3)
    for a, b in zip(actual, expected, strict=True):
        assert np.allclose(a, b, rtol=0.0 if exact else 1e-9, atol=0.0)


def test_a_gate_that_cannot_be_followed_is_refused() -> None:
    class Gamma(gates.Gate):
        def forward(self, x: float) -> float:
            return math.gamma(x)

        def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
            return (out,)

    code = Code((True,), 0, (), (Instruction(Gamma(), (0,)),), (1,), (False,))
    with pytest.raises(TypeError, match=r'Gamma computes floats only.*write backend="python"'):
        in_llvm.InLLVM(code, exact=False)


def test_it_is_the_fastest_for_rows() -> None:
    assert autograd.compile(lambda x: x * x, rows="x").program([1.0]).backend == "llvm"
    assert autograd.compile(lambda x: x * x).program(1.0).backend == "python"
