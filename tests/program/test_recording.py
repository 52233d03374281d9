"""What is recorded, how it is simplified, and that quick gradients never differ from the engine's unnoticed."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd import Gate, Program, Value, gates
from autograd.program.builder import Builder
from autograd.program.in_python import InPython
from autograd.program.instructions import Code, Instruction
from autograd.program.results import all_finite
from tests.engine.catalogue import CATALOGUE, Entry, of_any_floats
from tests.engine.closeness import bits, same_number
from tests.engine.interpreter import record
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, programs
from tests.engine.naive import Program as Random

inf, nan = math.inf, math.nan
wild = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 710.0, -746.0, 1e200, 5e-324, inf, -inf, nan])


# --- the claim: where quick and careful gradients differ, the quick ones are not finite ------------------------------


def check_claim(program: Program, inputs: Any) -> None:
    columns, parameters = [], [p.data for p in program.parameters]
    quick = InPython(program.code("quick"), exact=True)(columns, list(inputs), parameters, 1)
    careful = InPython(program.code("careful"), exact=True)(columns, list(inputs), parameters, 1)
    if all_finite(quick):
        assert list(map(float, quick)) == list(map(float, careful))


@settings(max_examples=200)
@given(program=programs(RATIONAL, PIECEWISE, SMOOTH), data=st.data())
def test_finite_quick_gradients_are_the_careful_ones(program: Random, data: st.DataObject) -> None:
    leaves = [Value(x) for x in program.inputs]
    compiled = autograd.compile(record(program, leaves)[-1], inputs=leaves, backend="python")
    check_claim(compiled, data.draw(st.tuples(*[wild] * len(leaves))))


BLOCKING = [
    lambda x, y: autograd.where(x, y, 1.0),
    lambda x, y: autograd.where(y, 2.0, x),
    lambda x, y: autograd.maximum(x, y, 0.5),
    lambda x, y: autograd.minimum(x, 1.0) + y,
    lambda x, y: x.relu() * y,
    lambda x, y: autograd.clip(x, -1.0, 1.0) / y,
    lambda x, y: x.sign() - y,
    lambda x, y: x.step() * y,
    autograd.hypot,
    lambda x, y: x**y,
    lambda x, y: x**0 + y,
    lambda x, y: 1.0 / x + y,
    lambda x, y: (x * y).atan(),
    lambda x, y: (x / y).exp(),
    lambda x, y: autograd.logsumexp([x, y]),
    lambda x, y: (x * y).log(),
    lambda x, y: (x - y).sqrt(),
    lambda x, y: abs(x) * y,
    lambda x, y: x.sqrt(),
]
"""Operations that stop nan, infinities and gradients, or bring them about."""


@settings(max_examples=250)
@given(
    chosen=st.lists(st.sampled_from(range(len(BLOCKING))), min_size=1, max_size=5), x=wild, y=wild, swap=st.booleans()
)
@example(chosen=[8, 18], x=0.0, y=0.0, swap=False)  # √hypot: an infinite gradient meets the slope 0 of a smooth gate
@example(chosen=[4, 18], x=0.0, y=0.0, swap=False)  # √relu: and that of a piecewise one
def test_no_chain_of_blocking_operations_refutes_the_claim(chosen: list[int], x: float, y: float, swap: bool) -> None:
    a, b = Value(1.0), Value(2.0)
    u, v = a, b
    for i in chosen:
        u, v = (BLOCKING[i](u, v), u) if swap else (BLOCKING[i](u, v), v)
    program = autograd.compile(u, inputs=[a, b], backend="python", exact=True)
    check_claim(program, (x, y))
    a.data, b.data = x, y
    p, q = Value(x), Value(y)
    u, v = p, q
    for i in chosen:
        u, v = (BLOCKING[i](u, v), u) if swap else (BLOCKING[i](u, v), v)
    value, gradient = program.value_and_grad(x, y)
    assert same_number(value, u.data)
    assert all(map(same_number, gradient, autograd.gradients(u, [p, q])))


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("x", [-1.0, 0.0, nan, -inf, 2.0])
def test_a_branch_not_taken_leaves_no_trace(backend: str, rows: bool, x: float) -> None:
    f = autograd.compile(
        lambda w, x: autograd.where(x > 0, autograd.log(w * x), 3.0 * w),
        gradient=("w", "x"),
        rows="x" if rows else (),
        reduction="sum",
        backend=backend,
    )
    value, (w, of_x) = f.value_and_grad(1.5, [x, x] if rows else x)
    factor = 2.0 if rows else 1.0
    assert value == pytest.approx(factor * (math.log(3.0) if x == 2.0 else 4.5), rel=1e-15)
    assert w == pytest.approx(factor * (1 / 1.5 if x == 2.0 else 3.0), rel=1e-15)
    assert list(of_x) == [0.5 * (x == 2.0)] * 2 if rows else of_x == 0.5 * (x == 2.0)


# --- recording --------------------------------------------------------------------------------------------------------


@given(st.floats(), st.floats())
def test_comparisons_are_recorded_and_compare_as_floats_do(a: float, b: float) -> None:
    for compare in (lambda x, y: x < y, lambda x, y: x <= y, lambda x, y: x > y, lambda x, y: x >= y):
        x, y = Value(a), Value(b)
        expected = (float(compare(a, b)), (0.0, 0.0))
        for left, right in ((None, None), (None, y), (x, None), (None, b), (a, None)):
            check_comparison(compare, (a, b), (left, right), expected)


def check_comparison(compare: Any, point: Any, given: tuple[Any, Any], expected: Any) -> None:
    """Of arguments, with a parameter or a number in the place of one of them."""
    left, right = given

    def f(x: Any, y: Any) -> Any:
        return compare(x if left is None else left, y if right is None else right)

    assert autograd.compile(f, backend="python", gradient=(0, 1)).value_and_grad(*point) == expected


def test_values_compare_by_identity_while_recording_too() -> None:
    f = autograd.compile(lambda x, y: x + float(x == y) + float(x == x) + len({x, y}), backend="python")
    assert f(5.0, 5.0) == 5.0 + 0 + 1 + 2


def test_no_grad_stops_gradients_in_a_program_too(backend: str) -> None:
    def f(x: Any) -> Any:
        with autograd.no_grad():
            scale = x * x
        return scale * x

    assert autograd.compile(f, backend=backend).value_and_grad(3.0) == (27.0, 9.0)


def test_softmax_compiles_and_has_the_engines_gradient(backend: str) -> None:
    f = autograd.compile(lambda x: autograd.dot(autograd.softmax(x), [1.0, 2.0, 4.0]), backend=backend)
    leaves = [Value(x) for x in (0.5, -1.0, 2.0)]
    out = autograd.dot(autograd.softmax(leaves), [1.0, 2.0, 4.0])
    value, gradient = f.value_and_grad([0.5, -1.0, 2.0])
    assert value == pytest.approx(out.data, rel=1e-14)
    assert list(gradient) == pytest.approx(list(autograd.gradients(out, leaves)), rel=1e-13)


def test_a_function_of_numbers_alone_gives_its_constant(backend: str) -> None:
    assert autograd.compile(lambda x: 3, backend=backend).value_and_grad(1.0) == (3.0, 0.0)


class Straight(Gate):
    """The sign forwards, the identity backwards: its gradient is not that of its forward."""

    def forward(self, x: Any) -> Any:
        return 1.0 if x > 0.0 else -1.0

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (1.0,)


class Opaque(Gate):
    """A forward that only floats go through."""

    def forward(self, x: float) -> float:
        return math.gamma(x)

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (out * x,)


def test_a_users_gate_is_followed_both_ways_and_keeps_its_own_gradient(backend: str) -> None:
    straight = Straight()
    f = autograd.compile(lambda x: straight(x) * x, backend=backend)
    assert f.value_and_grad(3.0) == (3.0, 4.0)
    assert f.value_and_grad(-3.0) == (3.0, -4.0)


def test_a_users_gate_that_cannot_be_followed_runs_in_python_alone() -> None:
    opaque = Opaque()
    f = autograd.compile(lambda x: opaque(x) + x, backend="python")
    assert f.value_and_grad(4.0) == (10.0, 25.0)
    with pytest.raises(TypeError, match='write backend="python"'):
        autograd.compile(lambda x: opaque(x) + x, backend="numpy")(4.0)


# --- simplification ---------------------------------------------------------------------------------------------------

_constants = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, 0.1, 1e300, inf, nan])


@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_rule_changes_a_bit(entry: Entry, data: st.DataObject) -> None:
    """With some operands constants and others alike, at any floats."""
    point = list(data.draw(of_any_floats(entry, wild)))
    leaves = [Value(x) for x in point]
    is_constant = data.draw(st.tuples(*[st.booleans()] * len(point)))
    operands: list[Any] = [
        Value.constant(x) if c else leaf for x, leaf, c in zip(point, leaves, is_constant, strict=True)
    ]
    if len(point) > 1 and data.draw(st.booleans()):
        operands[1], point[1] = operands[0], point[0]
    root = (entry.call(*operands) + data.draw(_constants)) * 1.0
    program = autograd.compile(root, inputs=leaves, backend="python", exact=True)
    assert bits(float(program(*[leaf.data for leaf in leaves]))) == bits(root.data)


def test_equal_instructions_stand_once_and_what_changes_nothing_is_gone() -> None:
    x, y = Value(2.0), Value(3.0)
    root = (x * y + 0.0 + -0.0) * 1.0 + (y * x) / 1.0 - 0.0 + (x**1) ** 1
    program = autograd.compile(root, inputs=[x, y], backend="python")
    assert (
        str(program)
        == "inputs r0 r1; no parameters\nr2 = 0.0\nr3 = r0 × r1\nr4 = r3 + r2\nr5 = r4 + r3\nr6 = r5 + r0\noutputs r6"
    )


def test_what_was_computed_twice_is_differentiated_once_unless_every_rounding_counts() -> None:
    x = Value(2.0)
    root = x.sin().sin().sin().exp() + x.sin().sin().sin().log()
    fast, exact = (autograd.compile(root, inputs=[x], backend="python", exact=exact) for exact in (False, True))
    factors = [sum(len(operands) for _, operands in p.code("quick").instructions) for p in (fast, exact)]
    assert factors[0] < factors[1]
    assert fast.grad(0.5) == pytest.approx(exact.grad(0.5), rel=1e-14)


def test_gradients_of_functions_compile_to_any_order(backend: str) -> None:
    second = autograd.grad(autograd.grad(lambda x: autograd.where(x > 0, x**5, x.exp())))
    f = autograd.compile(second, backend=backend)
    assert f.value_and_grad(2.0) == pytest.approx((160.0, 240.0), rel=1e-14)
    assert f.value_and_grad(-1.0) == pytest.approx((math.exp(-1.0), math.exp(-1.0)), rel=1e-14)


@pytest.mark.parametrize("root", [lambda x: x * 0.0, lambda x: x + 0.0, lambda x: x - x, lambda x: 0.0 / x])
def test_what_could_hide_a_nan_or_a_sign_stays(root: Any) -> None:
    x = Value(1.0)
    assert len(autograd.compile(root(x), inputs=[x], backend="python").code().instructions) == 1


def test_constants_are_folded_only_where_nothing_is_rounded() -> None:
    builder = Builder((), 0)
    third = builder.emit(gates.DIVIDE, (builder.constant(1.0), builder.constant(3.0)))
    tenth = builder.emit(gates.ADD, (builder.constant(0.1), builder.constant(0.2)))
    whole = builder.emit(gates.MULTIPLY, (builder.constant(3.0), builder.constant(0.5)))
    assert [builder.number(x) for x in (third, tenth, whole)] == [None, None, 1.5]


@pytest.mark.parametrize("count", [100, 1000])
def test_sums_of_many_terms_are_one_instruction(count: int) -> None:
    f = autograd.compile(lambda w, x: autograd.softplus(autograd.dot(w, x)), backend="python", gradient=("w", "x"))
    program = f.program([1.0] * count, [1.0] * count)
    assert len(program.code("value").instructions) == 2
    assert len(program.code("quick").instructions) == 2 * count + 3


@pytest.mark.parametrize(
    "parts", [{"outputs": (9,)}, {"summed": ()}, {"instructions": (Instruction(gates.ADD, (0, 3)),)}]
)
def test_a_code_with_registers_out_of_place_is_refused(parts: dict[str, Any]) -> None:
    code = Code((False,), 1, (1.0,), (), (0,), (False,))
    with pytest.raises(ValueError, match="register"):
        replace(code, **parts)


# --- numbers other than floats ----------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(program=programs(RATIONAL, PIECEWISE), data=st.data())
def test_fractions_give_exact_values_and_exact_gradients(program: Random, data: st.DataObject) -> None:
    fractions = st.fractions(-3, 3, max_denominator=7)
    inputs = data.draw(st.tuples(*[fractions] * len(program.inputs)))
    leaves = [Value(x) for x in program.inputs]
    compiled = autograd.compile(record(program, leaves)[-1], inputs=leaves, backend="python")
    values = program.run([Fraction(x) for x in inputs])
    expected = program.differentiate(values)[: len(inputs)]
    assume(all(isinstance(x, int | Fraction) for x in (*values, *expected)))  # x * 0.5 of the oracle is a float
    value, gradient = compiled.value_and_grad(*inputs)
    assert (value, *gradient) == (values[-1], *expected)


@settings(max_examples=60)
@given(program=programs(RATIONAL, SMOOTH))
def test_mpmath_numbers_give_gradients_of_their_precision(program: Random) -> None:
    leaves = [Value(x) for x in program.inputs]
    compiled = autograd.compile(record(program, leaves)[-1], inputs=leaves, backend="python")
    values = program.run(list(map(mpf, program.inputs)), mp)
    exact = program.differentiate(values, mp)
    sizes = program.differentiate(values, mp, size=abs)
    value, gradient = compiled.value_and_grad(*map(mpf, program.inputs))
    assert abs(value - values[-1]) <= mpf(10) ** -50 * max(map(abs, values))
    for actual, slope, size in zip(gradient, exact, sizes, strict=False):
        assert abs(actual - slope) <= mpf(10) ** -45 * (1 + size)


def test_functions_of_fractions_are_refused() -> None:
    with pytest.raises(TypeError, match="exp of fractions is no fraction"):
        autograd.compile(lambda x: x.exp(), backend="python")(Fraction(1, 3))


# --- long programs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [True, False])
def test_a_long_chain_is_split_and_gives_the_engines_bits(rows: bool) -> None:
    x, half = Value(0.5, label="x"), Value(0.25, label="half")
    y = x
    for _ in range(12_000):
        y = y * half + x
    program = autograd.compile(
        y, inputs=[x, half], rows=[x] if rows else [], reduction="sum", backend="python", exact=True
    )
    value, gradients = program.value_and_grad([0.5] if rows else 0.5, 0.25)
    y.backward()
    assert bits(value) == bits(y.data)
    found = (gradients[0][0] if rows else gradients[0], gradients[1])
    assert list(map(bits, found)) == [bits(x.grad), bits(half.grad)]
