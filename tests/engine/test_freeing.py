"""Graphs of every shape are freed at once and without recursion: on a small stack, while an exception is on its way,
and where freeing runs code that builds graphs.
"""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

import autograd
from autograd import Gate, Value
from tests.engine.watching import Watch, Watched


class Halved(Gate):
    """A user's gate."""

    def forward(self, x: float) -> float:
        return 0.5 * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (0.5,)


class Holder(Value):
    """With whatever attributes a user adds."""


@contextmanager
def _small_stack(size: int = 256 * 1024) -> Iterator[None]:
    before = threading.stack_size(size)
    yield
    threading.stack_size(before)


def in_a_thread_with_a_small_stack(run: Callable[[], None]) -> None:
    """Where a recursion of a few thousand calls is too deep."""
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:  # for the thread that waits
            errors.append(error)

    with _small_stack():
        thread = threading.Thread(target=guarded)
        thread.start()
    thread.join()
    if errors:
        raise errors[0]


def through_the_first(x: Value, y: Value, k: int) -> Value:
    return y + x


def through_the_second(x: Value, y: Value, k: int) -> Value:
    return x * y


def through_one(x: Value, y: Value, k: int) -> Value:
    return (y * x).tanh() if k % 2 else -y


def through_many(x: Value, y: Value, k: int) -> Value:
    xs = [x] * 5
    xs[k % 5] = y
    return autograd.sum(xs)  # type: ignore[no-any-return]


def through_a_users_gate(x: Value, y: Value, k: int) -> Value:
    return Halved()(y) - x  # type: ignore[no-any-return]


def through_an_attribute(x: Value, y: Value, k: int) -> Value:
    holder = Holder(1.0)
    holder.held = y  # type: ignore[attr-defined]
    return holder * x


def through_scopes_and_labels(x: Value, y: Value, k: int) -> Value:
    with autograd.scope("s"):
        y = y / x
    y.label = "y"
    return y


def through_both_halves_of_diamonds(x: Value, y: Value, k: int) -> Value:
    return (y * 0.5) + (y * 0.5 + x)


SHAPES = [
    through_the_first,
    through_the_second,
    through_one,
    through_many,
    through_a_users_gate,
    through_an_attribute,
    through_scopes_and_labels,
    through_both_halves_of_diamonds,
]


def grown(shape: Callable[[Value, Value, int], Value], depth: int) -> tuple[Value, Watch]:
    x = Watched(0.5)
    y: Value = x
    for k in range(depth):
        y = shape(x, y, k)
    return y, Watch([x])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda f: f.__name__)
def test_depth_of_every_shape_is_freed_on_a_small_stack(shape: Callable[[Value, Value, int], Value]) -> None:
    def run() -> None:
        y, watch = grown(shape, 30_000)
        assert watch.alive()
        del y
        assert watch.alive() == []

    gc.disable()
    try:
        in_a_thread_with_a_small_stack(run)
    finally:
        gc.enable()


def test_a_million_nodes_in_a_tree_of_chains_are_freed_on_a_small_stack() -> None:
    """Two chains of 200,000 steps and 1,000 of 400; a node with 1,002 inputs above them."""

    def run() -> None:
        chains = [grown(through_the_first, 200_000), grown(through_the_second, 200_000)]
        chains += [grown(through_one, 400) for _ in range(1_000)]
        root = autograd.sum([y for y, _ in chains])
        watches = [watch for _, watch in chains]
        del chains
        assert len(autograd.topological_order(root)) > 1_000_000
        del root
        assert [watch for watch in watches if watch.alive()] == []

    in_a_thread_with_a_small_stack(run)


def test_a_deep_graph_is_freed_while_an_exception_is_raised() -> None:
    watches = []

    def fails() -> None:
        y, watch = grown(through_the_first, 30_000)
        watches.append(watch)
        y.backward("wrong")  # type: ignore[arg-type]

    def run() -> None:
        with pytest.raises(TypeError, match=r"write float\('wrong'\)|could not convert") as caught:
            fails()
        caught.value.__traceback__ = None
        del caught
        assert [watch.alive() for watch in watches] == [[]]

    in_a_thread_with_a_small_stack(run)


def test_freeing_a_deep_graph_leaves_the_exception_on_its_way_alone() -> None:
    def fails() -> None:
        try:
            raise KeyError("first")
        finally:
            y, watch = grown(through_many, 30_000)
            del y
            assert watch.alive() == []

    def run() -> None:
        with pytest.raises(KeyError, match="first"):
            fails()

    in_a_thread_with_a_small_stack(run)


class Busy(Value):
    """A leaf that builds, sweeps and drops a deep graph of its own when it is freed."""

    __slots__ = ()
    swept: ClassVar[list[float]] = []

    def __del__(self) -> None:
        y, _ = grown(through_one, 100)
        y.backward()
        Busy.swept.append(y.grad)


def test_freeing_may_run_code_that_builds_and_frees_graphs() -> None:
    def run() -> None:
        y: Value = Busy(1.0)
        for _ in range(2_000):
            y = y + Busy(1.0)
        del y

    Busy.swept.clear()
    in_a_thread_with_a_small_stack(run)
    assert Busy.swept == [1.0] * 2_001


def test_a_leaf_may_be_saved_while_it_is_freed() -> None:
    saved: list[Value] = []

    class Saved(Value):
        __slots__ = ()

        def __del__(self) -> None:
            saved.append(self)

    y: Value = Saved(3.0, label="saved")
    for _ in range(1_000):
        y = y * 1.0
    del y
    (leaf,) = saved
    (leaf * leaf).backward()
    assert (leaf.data, leaf.grad, leaf.label) == (3.0, 6.0, "saved")


# --- nothing is left behind -------------------------------------------------------------------------------------------

MIXED: list[Callable[[Value, float], Any]] = [
    lambda x, number: autograd.dot([x, x], [number, number], number),
    lambda x, number: autograd.sum([x, number]),
    autograd.maximum,
    lambda x, number: autograd.logsumexp([number, x]),
    lambda x, number: autograd.where(x > 0, x, number),
    autograd.hypot,
    lambda x, number: (x * number + number).backward(number),
    lambda x, number: autograd.gradient_graph(x * number, [x], gradient=number),
    lambda x, number: autograd.topological_order(x * number),
    lambda x, number: copy.deepcopy(x**number),
    lambda x, number: pickle.loads(pickle.dumps(x * number)),
]


@pytest.mark.parametrize("use", MIXED)
def test_no_call_leaves_memory_behind(use: Callable[[Value, float], Any]) -> None:
    """With another number at every call: what is kept of a literal would not be seen."""
    x = Value(2.0)

    def run() -> int:
        for i in range(2_000):
            use(x, 1.5 + i)
        x.grad = 0.0
        gc.collect()
        return sys.getallocatedblocks()

    run()
    assert min(-run() + run() for _ in range(3)) < 200


def test_classes_are_let_go_with_their_last_object() -> None:
    class Weight(Value):
        pass

    class Cube(Gate):
        def forward(self, x: float) -> float:
            return x * x * x

        def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
            return (3.0 * x * x,)

    held = [sys.getrefcount(kind) for kind in (Weight, Cube)]
    for _ in range(1_000):
        (Cube()(Weight(1.0)) * Weight(2.0)).backward()
    assert [sys.getrefcount(kind) for kind in (Weight, Cube)] == held


def test_compiled_the_collector_looks_at_nothing_that_a_graph_keeps() -> None:
    """And where an operand can be part of a cycle, at the operands."""
    x = Value(1.0)
    y = autograd.sum([x, 2.0, x * x])
    assert [gc.is_tracked(part) for part in (x, y, y.inputs)] == [not autograd.compiled] * 3
    assert gc.is_tracked(autograd.sum([x, Holder(2.0), x]).inputs)
