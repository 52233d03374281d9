"""`no_grad` and `strict`: per context (thread, task), nested, undone on exit, usable as decorators."""

from __future__ import annotations

import asyncio
import contextvars
import math
import threading
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Gate, NonFiniteError, Value
from tests.engine.catalogue import CATALOGUE


def records() -> bool:
    return (Value(1.0) + 1.0).gate is not None


def is_strict() -> bool:
    try:
        Value(0.0).log()
    except NonFiniteError:
        return True
    return False


def modes() -> tuple[bool, bool]:
    return records(), is_strict()


def test_modes_nest_and_are_undone_one_by_one() -> None:
    assert modes() == (True, False)
    with autograd.no_grad():
        assert modes() == (False, False)
        with autograd.strict():
            assert modes() == (False, True)
            with autograd.no_grad():
                assert modes() == (False, True)
            assert modes() == (False, True)
        assert modes() == (False, False)
    assert modes() == (True, False)


@pytest.mark.parametrize("switch", [autograd.no_grad, autograd.strict])
def test_modes_are_undone_by_an_exception(switch: Callable[[], Any]) -> None:
    with pytest.raises(KeyError), switch():
        raise KeyError
    assert modes() == (True, False)


def test_modes_decorate_functions_any_number_of_times() -> None:
    @autograd.no_grad()
    def without(depth: int) -> list[tuple[bool, bool]]:
        return [modes(), *(without(depth - 1) if depth else [])]

    @autograd.strict()
    def strictly() -> tuple[bool, bool]:
        return modes()

    for _ in range(2):
        assert without(2) == [(False, False)] * 3
        assert strictly() == (True, True)
        assert modes() == (True, False)


def test_threads_do_not_disturb_each_other() -> None:
    barrier = threading.Barrier(3, timeout=30)
    seen: dict[str, list[tuple[bool, bool]]] = {"none": [], "strict": []}

    def observe(name: str, switch: Callable[[], Any]) -> None:
        with switch():
            barrier.wait()
            seen[name].append(modes())
            barrier.wait()
        barrier.wait()
        seen[name].append(modes())

    threads = [
        threading.Thread(target=observe, args=("none", autograd.no_grad)),
        threading.Thread(target=observe, args=("strict", autograd.strict)),
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    here = modes()
    barrier.wait()
    barrier.wait()
    for thread in threads:
        thread.join()
    assert here == (True, False)
    assert seen == {"none": [(False, False), (True, False)], "strict": [(True, True), (True, False)]}


def test_asyncio_tasks_do_not_disturb_each_other() -> None:
    async def observe(switch: Callable[[], Any]) -> list[tuple[bool, bool]]:
        seen = []
        with switch():
            for _ in range(3):
                await asyncio.sleep(0)
                seen.append(modes())
        await asyncio.sleep(0)
        return [*seen, modes()]

    async def main() -> list[list[tuple[bool, bool]]]:
        return list(await asyncio.gather(observe(autograd.no_grad), observe(autograd.strict)))

    assert asyncio.run(main()) == [[(False, False)] * 3 + [(True, False)], [(True, True)] * 3 + [(True, False)]]


def test_a_copied_context_keeps_the_mode_of_its_copying() -> None:
    with autograd.no_grad():
        context = contextvars.copy_context()
    assert context.run(modes) == (False, False)
    assert modes() == (True, False)


def test_without_recording_results_are_leaves_for_every_gate() -> None:
    for entry in CATALOGUE:
        with autograd.no_grad():
            out = entry.call(*[Value(0.5)] * (entry.arity or 3))
        assert (type(out), out.gate, out.inputs, out.local_gradients) == (Value, None, (), ()), entry
        out.backward()
        assert out.grad == 1.0


def test_backward_of_a_recorded_graph_works_while_nothing_is_recorded() -> None:
    x = Value(3.0)
    y = x * x
    with autograd.no_grad():
        y.backward()
        assert autograd.gradients(y, [x]) == (6.0,)
        (slope,) = autograd.gradient_graph(y, [x])
    assert (x.grad, slope.data, slope.inputs) == (6.0, 6.0, ())


# --- numbers that outlive their recording -----------------------------------------------------------------------------


class Twice(Gate):
    def forward(self, x: float) -> float:
        return 2.0 * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
        return (2.0,)


class Positive(Gate):
    """Makes a number out of nan."""

    def forward(self, x: float) -> float:
        return 1.0 if x > 0.0 else 0.0

    def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
        return (0.0,)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: -x,
        lambda x: x.exp(),
        lambda x: x * 2.0,
        lambda x: 2.0 * x,
        lambda x: x**2,
        lambda x: autograd.sum([1.0, x]),
        lambda x: autograd.dot([x, 1.0], [2.0, 3.0]),
        Twice(),
        Positive(),
        lambda x: autograd.where(x, 1.0, 2.0),
        lambda x: autograd.where(Value(1.0), 2.0, x),
        lambda x: autograd.hypot(math.inf, x),
    ],
)
def test_a_number_that_has_outlived_its_recording_is_found_out_by_the_first_gate(use: Callable[[Any], Any]) -> None:
    kept: list[Any] = []

    def square(x: Any) -> Any:
        kept.append(x)
        return x * x

    autograd.compile(square).program(3.0)
    with pytest.raises(TypeError, match="has no number while a program is recorded"):
        use(kept[0])
