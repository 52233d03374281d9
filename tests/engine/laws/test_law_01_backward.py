"""Law 1. Backward is right on every call pattern: leaves accumulate, an interior node holds the latest pass, the seed
scales, and an exception in the middle leaves nothing half done. `gradients` finds the same and touches no node.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Gate, NonFiniteError, Value
from autograd import graph as graph_module
from tests.engine.closeness import bits
from tests.engine.interpreter import recorded
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs

any_program = programs(RATIONAL, PIECEWISE, SMOOTH)
seeds = st.sampled_from([1.0, -1.0, 0.5, 3.0, -7.25, 1e-3])


def grads(nodes: Sequence[Value]) -> list[float]:
    return [node.grad for node in nodes]


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12 * max(1.0, abs(expected)))


# --- call patterns ---------------------------------------------------------------------------------------------------


@given(any_program, st.integers(1, 5))
def test_after_k_passes_a_leaf_holds_k_times_the_gradient_and_an_interior_node_one(program: Program, k: int) -> None:
    leaves, nodes = recorded(program)
    once = autograd.gradients(nodes[-1], nodes)
    for _ in range(k):
        nodes[-1].backward()
    for node, gradient in zip(nodes, once, strict=True):
        assert node.grad == (near(k * gradient) if node in leaves else gradient)


@given(any_program, st.data())
def test_two_roots_add_in_the_leaves(program: Program, data: st.DataObject) -> None:
    leaves, nodes = recorded(program)
    roots = data.draw(st.lists(st.sampled_from(nodes), min_size=2, max_size=4))
    expected = [math.fsum(column) for column in zip(*[autograd.gradients(r, leaves) for r in roots], strict=True)]
    for root in roots:
        root.backward()
    assert grads(leaves) == [near(g) for g in expected]


@given(any_program, st.data())
def test_an_interior_node_holds_the_gradient_of_the_latest_pass(program: Program, data: st.DataObject) -> None:
    _, nodes = recorded(program)
    roots = data.draw(st.lists(st.sampled_from(nodes), min_size=2, max_size=4))
    for root in roots:
        root.backward()
    latest = roots[-1]
    swept = [node for node in autograd.topological_order(latest) if node.gate is not None]
    assert grads(swept) == list(autograd.gradients(latest, swept))


@given(any_program, seeds)
def test_the_seed_scales_the_result(program: Program, seed: float) -> None:
    leaves, nodes = recorded(program)
    nodes[-1].backward(gradient=seed)
    assert grads(leaves) == [near(seed * g) for g in autograd.gradients(nodes[-1], leaves)]
    assert grads(leaves) == list(autograd.gradients(nodes[-1], leaves, gradient=seed))


@pytest.mark.parametrize("seed", [2, 2.0])
def test_the_seed_may_be_any_number_and_reaches_the_root(seed: float) -> None:
    x = Value(3.0)
    y = x * x
    y.backward(seed)
    assert (y.grad, x.grad) == (2.0, 12.0)
    assert type(x.grad) is float


@pytest.mark.parametrize(
    ("square", "slope"),
    [
        (lambda x: x * x, 6.0),
        (lambda x: x + x, 2.0),
        (lambda x: x - x, 0.0),
        (lambda x: x / x, 0.0),
        (lambda x: x**x, 27.0 * (1.0 + math.log(3.0))),
        (lambda x: autograd.sum([x, x, x]), 3.0),
        (lambda x: autograd.dot([x, x], [x, x], x), 13.0),
        (lambda x: autograd.maximum(x, x, x), 1.0),
        (lambda x: autograd.hypot(x, x), math.sqrt(2.0)),
        (lambda x: autograd.where(x, x, x), 1.0),
    ],
)
def test_the_same_value_in_several_slots_counts_as_often(square: Callable[[Value], Value], slope: float) -> None:
    x = Value(3.0)
    square(x).backward()
    assert x.grad == pytest.approx(slope, rel=1e-15, abs=0.0)


def test_a_leaf_may_be_the_root() -> None:
    x = Value(3.0)
    x.backward()
    x.backward(gradient=4.0)
    assert x.grad == 5.0
    assert autograd.gradients(x, [x]) == (1.0,)
    assert autograd.gradient_graph(x, [x])[0].data == 1.0


def test_a_root_that_is_an_input_of_another_root_is_interior_there() -> None:
    x = Value(3.0)
    y = x * x
    z = 2.0 * y
    y.backward()
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1.0, 2.0, 6.0 + 12.0)
    y.backward()
    assert (z.grad, y.grad, x.grad) == (1.0, 1.0, 6.0 + 12.0 + 6.0)


def test_gradients_of_an_earlier_pass_do_not_leak_into_a_graph_that_grew() -> None:
    x = Value(2.0)
    y = x * x
    y.backward()
    z = y * y
    z.backward()
    assert (y.grad, x.grad) == (8.0, 4.0 + 32.0)


def test_what_was_written_into_grad_by_hand_counts_in_a_leaf_only() -> None:
    x = Value(2.0)
    y = x * 3.0
    z = y * 5.0
    x.grad, y.grad, z.grad = 100.0, 1000.0, 10000.0
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1.0, 5.0, 115.0)


def test_zero_grad_starts_anew() -> None:
    x, unrelated = Value(2.0), Value(1.0)
    unrelated.grad = 9.0
    y = x * x
    y.backward()
    autograd.zero_grad(node for node in (x, y))
    assert (x.grad, y.grad, unrelated.grad) == (0.0, 0.0, 9.0)
    y.backward()
    assert x.grad == 4.0


def test_a_diamond_sweeps_its_top_once_and_only_when_its_gradient_is_complete() -> None:
    x = Value(1.0)
    y = x + x  # with a wrong order or with one sweep per path, 2^50 comes out differently or never
    for _ in range(49):
        y = y + y
    y.backward()
    assert x.grad == 2.0**50


def test_order_matters_where_a_node_is_used_both_early_and_late() -> None:
    x = Value(2.0)
    y = x * x
    z = (y + x) * y * x
    z.backward()
    assert x.grad == 5 * 2.0**4 + 4 * 2.0**3  # z = x⁵ + x⁴


# --- the pure form ---------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(any_program, seeds)
def test_gradients_touches_no_node_and_agrees_with_backward(program: Program, seed: float) -> None:
    _, nodes = recorded(program)
    for number, node in enumerate(nodes):
        node.grad = number + 0.5
    before = [(node.data, node.grad, node.inputs, node.local_gradients, node.label) for node in nodes]
    pure = autograd.gradients(nodes[-1], nodes, gradient=seed)
    autograd.gradient_graph(nodes[-1], nodes, gradient=seed)
    assert before == [(node.data, node.grad, node.inputs, node.local_gradients, node.label) for node in nodes]
    autograd.zero_grad(nodes)
    nodes[-1].backward(seed)
    assert grads(nodes) == list(pure)


@settings(max_examples=150)
@given(any_program, seeds)
def test_the_gradient_graph_has_the_bits_of_gradients(program: Program, seed: float) -> None:
    leaves, nodes = recorded(program)
    graphs = autograd.gradient_graph(nodes[-1], leaves, gradient=seed)
    numbers = autograd.gradients(nodes[-1], leaves, gradient=seed)
    assert [bits(graph.data + 0.0) for graph in graphs] == [bits(number + 0.0) for number in numbers]  # -0.0 is 0.0


def test_gradients_are_given_in_the_order_asked_for_also_twice_and_of_strangers() -> None:
    a, b, stranger = Value(2.0), Value(5.0), Value(1.0)
    y = a * b
    assert autograd.gradients(y, [b, a, b, stranger, y]) == (2.0, 5.0, 2.0, 0.0, 1.0)
    assert autograd.gradients(y, (x for x in (a, b))) == (5.0, 2.0)
    assert autograd.gradients(y, []) == ()
    assert [g.data for g in autograd.gradient_graph(y, [b, a, b, stranger, y])] == [2.0, 5.0, 2.0, 0.0, 1.0]
    assert all(isinstance(g, Value) for g in autograd.gradient_graph(y, [b, a, b, stranger, y]))


def test_a_target_inside_another_targets_history_gets_the_whole_gradient() -> None:
    x = Value(3.0)
    y = x * x
    z = y * x
    assert autograd.gradients(z, [y, x]) == (3.0, 27.0)


def test_the_seed_of_a_gradient_graph_may_be_a_value() -> None:
    x, seed = Value(3.0), Value(2.0)
    (graph,) = autograd.gradient_graph(x * x, [x], gradient=seed)
    assert graph.data == 12.0
    assert autograd.gradients(graph, [seed, x]) == (6.0, 4.0)
    (of_a_leaf,) = autograd.gradient_graph(x, [x], gradient=seed)
    assert of_a_leaf is seed


def test_a_seed_that_is_a_value_serves_a_constant_as_root() -> None:
    constant = Value.constant(3.0)
    assert autograd.gradient_graph(constant, [constant], gradient=Value(2.0))[0].data == 2.0


# --- an exception in the middle leaves nothing half done -------------------------------------------------------------


interruptible = pytest.mark.skipif(autograd.compiled, reason="compiled, nothing can interrupt the sweep")

slot_of_grad: Any = Value.__dict__["_grad"]


class Trap(Value):
    """A leaf whose gradient raises when the sweep sets it to something new."""

    armed: ClassVar[BaseException | None] = None
    __slots__ = ()

    @property
    def _grad(self) -> float:
        return slot_of_grad.__get__(self)  # type: ignore[no-any-return]

    @_grad.setter
    def _grad(self, gradient: float) -> None:
        error, Trap.armed = Trap.armed, None
        if error is not None:
            raise error
        slot_of_grad.__set__(self, gradient)


def graph_with(trap: Value) -> list[Value]:
    """A graph in which some nodes come before the trap in the sweep, and some after."""
    a, b = Value(2.0), Value(3.0)
    first = a * b
    second = first * trap + a
    third = autograd.sum([second, first, b, trap])
    return [a, b, trap, first, second, third, third * third]


@interruptible
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), RecursionError(), ValueError("x")], ids=repr)
@pytest.mark.parametrize("passes_before", [0, 1, 2])
def test_an_exception_in_the_sweep_leaves_every_gradient_as_it_was(error: BaseException, passes_before: int) -> None:
    nodes = graph_with(Trap(5.0))
    for _ in range(passes_before):
        nodes[-1].backward()
    before = grads(nodes)
    Trap.armed = error
    with pytest.raises(type(error)):
        nodes[-1].backward()
    assert Trap.armed is None
    assert grads(nodes) == before
    nodes[-1].backward()
    assert grads(nodes[:3]) == [(passes_before + 1) * g for g in autograd.gradients(nodes[-1], nodes[:3])]


class Interrupting(float):
    """A gradient that interrupts whoever adds it to another."""

    def __radd__(self, other: float) -> float:
        raise KeyboardInterrupt


@interruptible
@pytest.mark.parametrize("leaf", [0, 1, 2])
def test_an_exception_while_leaves_accumulate_leaves_every_gradient_as_it_was(leaf: int) -> None:
    nodes = graph_with(Value(5.0))
    nodes[-1].backward()
    slot_of_grad.__set__(nodes[leaf], Interrupting(1.5))  # `grad` would make it a plain float
    before = grads(nodes)
    with pytest.raises(KeyboardInterrupt):
        nodes[-1].backward()
    assert grads(nodes) == before


def interrupted_at_line(number: int, run: Callable[[], None]) -> bool:
    """Run with a KeyboardInterrupt at the so-many-th line of the walks; whether it got that far."""
    seen = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if frame.f_code.co_filename != graph_module.__file__:
            return None
        if event == "line":
            seen += 1
            if seen == number:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    earlier = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(earlier)
        graph_module._walks.is_under_way = False  # no signal comes ahead of the line that says so; a tracer does
    return False


@interruptible
@pytest.mark.parametrize("passes_before", [0, 1])
def test_an_interrupt_at_any_line_of_the_walk_leaves_nothing_half_done(passes_before: int) -> None:
    complete = graph_with(Value(5.0))
    for _ in range(passes_before + 1):
        complete[-1].backward()
    line, interrupted = 0, True
    while interrupted:
        line += 1
        nodes = graph_with(Value(5.0))
        for _ in range(passes_before):
            nodes[-1].backward()
        before = grads(nodes)
        interrupted = interrupted_at_line(line, nodes[-1].backward)
        assert grads(nodes) in (before, grads(complete)), f"half done when interrupted at line {line} of the walk"
    assert line > 20


@interruptible
@pytest.mark.parametrize(
    "walk",
    [
        lambda nodes: autograd.topological_order(*nodes),
        lambda nodes: autograd.gradients(nodes[-1], nodes),
        lambda nodes: autograd.gradient_graph(nodes[-1], nodes),
    ],
)
def test_after_an_interrupt_at_any_line_later_walks_are_right(walk: Callable[[list[Value]], Any]) -> None:
    nodes = graph_with(Value(5.0))
    order, gradients = autograd.topological_order(nodes[-1]), autograd.gradients(nodes[-1], nodes)
    line, interrupted = 0, True
    while interrupted:
        line += 1
        interrupted = interrupted_at_line(line, lambda: walk(nodes))
        assert autograd.topological_order(nodes[-1]) == order
        assert autograd.gradients(nodes[-1], nodes) == gradients
    assert line > 20


def test_a_strict_pass_that_is_refused_leaves_every_gradient_as_it_was() -> None:
    x, w = Value(0.0, label="x"), Value(2.0)
    y = (w * x).sqrt() + w
    (w * x).backward()
    y.grad = 7.0
    before = [x.grad, w.grad, y.grad]
    with autograd.strict(), pytest.raises(NonFiniteError):
        y.backward()
    assert [x.grad, w.grad, y.grad] == before


def test_a_pass_whose_gate_fails_leaves_every_gradient_of_the_pure_form_untouched() -> None:
    class Failing(Gate):
        symbol = "failing"

        def forward(self, x: float) -> float:
            return x

        def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
            if isinstance(x, Value):
                raise ZeroDivisionError("in the formula")
            return (1.0,)

    x = Value(1.0)
    y = Failing()(x * x)
    y.backward()
    with pytest.raises(ZeroDivisionError, match="in the formula"):
        autograd.gradient_graph(y, [x])
    assert (x.grad, y.grad) == (2.0, 1.0)
