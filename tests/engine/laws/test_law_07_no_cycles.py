"""Law 7. No reference cycles: with the cyclic collector off, a dropped graph is freed at once."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

import autograd
from autograd import Value
from tests.engine.catalogue import CATALOGUE, Entry
from tests.engine.watching import Watch, Watched


@pytest.fixture(autouse=True)
def _without_the_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def build() -> Value:
    a, b = Watched(0.5), Watched(0.25)
    neuron = autograd.dot([a, b], [b, a], 2.0) ** 2
    root: Value = autograd.sum([(a * b).exp(), a, autograd.maximum(a, b, 0.1) / 3, neuron])
    return root


def fails(run: Callable[[], Any]) -> None:
    with suppress(Exception):
        run()


@pytest.mark.parametrize(
    "use",
    [
        lambda y: None,
        lambda y: y.backward(),
        lambda y: (y.backward(), y.backward()),
        lambda y: autograd.gradients(y, y.inputs),
        lambda y: autograd.gradient_graph(y, y.inputs),
        lambda y: autograd.gradient_graph(autograd.gradient_graph(y, y.inputs)[0], y.inputs),
        autograd.topological_order,
        copy.copy,
        copy.deepcopy,
        lambda y: pickle.loads(pickle.dumps(y)),
        repr,
        hash,
        lambda y: fails(lambda: y.backward("x")),
        lambda y: fails(lambda: y + "x"),
    ],
)
def test_a_dropped_graph_is_freed_at_once(use: Callable[[Value], Any]) -> None:
    y = build()
    result = use(y)
    watch = Watch(autograd.topological_order(y))
    del result, y
    assert watch.alive() == []


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))])
def test_a_dropped_copy_is_freed_at_once(duplicate: Callable[[Value], Value]) -> None:
    y = build()
    duplicated = duplicate(y)
    watch = Watch(autograd.topological_order(duplicated))
    del y, duplicated
    assert watch.alive() == []


@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
def test_no_gate_keeps_its_nodes_alive(entry: Entry) -> None:
    leaves: list[Value] = [Watched(0.5) for _ in range(entry.arity or 3)]
    out = entry.call(*leaves)
    first = autograd.gradient_graph(out, leaves)
    watch = Watch(leaves)
    del out, leaves, first
    assert watch.alive() == []


def test_dropping_the_root_keeps_what_is_still_in_hand() -> None:
    a, other = Value(2.0), Watched(3.0)
    b = a * a
    watch = Watch([other])
    c = b * other
    del other
    assert len(watch.alive()) == 1
    del c
    assert watch.alive() == []
    assert b.inputs == (a, a)
    b.backward()
    assert a.grad == 4.0


def test_a_training_loop_leaves_nothing_for_the_collector() -> None:
    w = Value(0.5)
    for _ in range(20):
        x = Watched(3.0)
        loss = (w * x - 1.0) ** 2
        autograd.zero_grad([w])
        loss.backward()
        w.data -= 0.01 * w.grad
        watch = Watch([x])
        del loss, x
        assert watch.alive() == []
    assert gc.collect() == 0
