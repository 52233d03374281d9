"""Law 3. No recursion: build, sweep, copy, pickle and delete a chain of 1,000,000 nodes, at the default limit."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import sys

import pytest

import autograd
from autograd import Value
from tests.engine.watching import Watch, Watched


def chain(length: int) -> tuple[Value, Value]:
    """x + x + x + ...: the slope is the number of terms. Every node holds the leaf."""
    x = Watched(1.0, label="x")
    y: Value = x
    for _ in range(length - 1):
        y = y + x
    return x, y


def test_a_chain_of_a_million_nodes_is_built_swept_and_freed() -> None:
    assert sys.getrecursionlimit() <= 20_000  # or this would prove nothing
    n = 1_000_000
    x, y = chain(n)
    assert y.data == n
    y.backward()
    assert x.grad == n
    assert autograd.gradients(y, [x]) == (n,)
    assert len(autograd.topological_order(y)) == n
    watch = Watch([x])
    del x, y
    assert watch.alive() == []


def test_a_long_chain_is_copied_pickled_and_freed() -> None:
    n = 200_000  # ten times as deep as Python's own stack may ever be here
    x, y = chain(n)
    y.backward()
    copied = copy.deepcopy(y)
    leaf = autograd.topological_order(copied)[0]
    assert leaf.grad == n
    watch = Watch([leaf])
    del copied, leaf
    assert watch.alive() == []

    text = pickle.dumps(y, protocol=pickle.HIGHEST_PROTOCOL)
    watch = Watch([x])
    del x, y
    assert watch.alive() == []

    loaded = pickle.loads(text)
    del text
    leaf = autograd.topological_order(loaded)[0]
    assert (leaf.label, leaf.grad, loaded.grad) == ("x", n, 1.0)
    watch = Watch([leaf])
    del loaded, leaf
    assert watch.alive() == []


def test_a_long_chain_has_a_gradient_graph() -> None:
    x, y = chain(100_000)
    assert autograd.gradient_graph(y, [x])[0].data == 100_000


def test_deep_products_have_a_gradient_graph_and_a_second_derivative() -> None:
    x = Value(1.0)
    y = x
    for _ in range(25_000):
        y = y * x
    (first,) = autograd.gradient_graph(y, [x])
    assert first.data == 25_001.0
    assert autograd.gradients(first, [x]) == (25_001.0 * 25_000.0,)


@pytest.mark.parametrize("take_left", [True, False])
def test_depth_in_either_slot_is_no_matter(take_left: bool) -> None:
    x = Value(1.0)
    y = x * 1.0
    for _ in range(50_000):
        y = y + x if take_left else x + y
    y.backward()
    assert x.grad == 50_001.0


def test_depth_in_any_slot_of_a_gate_of_many_inputs_is_no_matter() -> None:
    x = Watched(1.0)
    y = x * 1.0
    for number in range(50_000):
        xs: list[Value] = [x] * 4
        xs[number % 4] = y
        y = autograd.sum(xs)
    y.backward()
    assert x.grad == 150_001.0
    assert pickle.loads(pickle.dumps(y)).data == y.data == copy.deepcopy(y).data
    watch = Watch([x])
    del x, y, xs
    assert watch.alive() == []


def test_a_gate_of_many_inputs_is_wide_not_deep() -> None:
    xs = [Value(float(k)) for k in range(100_000)]
    total = autograd.sum([x * 2.0 for x in xs])
    total.backward()
    assert {x.grad for x in xs} == {2.0}
    assert len(total.inputs) == 100_000


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_pickles_a_deep_graph(protocol: int) -> None:
    _x, y = chain(5_000)
    y.backward()
    loaded = pickle.loads(pickle.dumps(y, protocol))
    assert len(autograd.topological_order(loaded)) == 5_000
    assert autograd.topological_order(loaded)[0].grad == 5_000.0


def test_the_pickler_written_in_python_pickles_a_deep_graph() -> None:
    _, y = chain(20_000)
    buffer = io.BytesIO()
    pickle._Pickler(buffer).dump(y)
    buffer.seek(0)
    loaded = pickle._Unpickler(buffer).load()
    assert len(autograd.topological_order(loaded)) == 20_000


def test_a_deep_graph_is_pickled_inside_containers_and_twice() -> None:
    x, y = chain(20_000)
    middle = y
    y = y * x
    loaded = pickle.loads(pickle.dumps({"roots": [middle, y, (y, x)], "x": x}))
    assert loaded["roots"][1].inputs == (loaded["roots"][0], loaded["x"])
    assert loaded["roots"][2] == (loaded["roots"][1], loaded["x"])


def test_a_pickler_that_is_still_alive_does_not_hinder_another() -> None:
    _, y = chain(20_000)
    first, second = io.BytesIO(), io.BytesIO()
    one, two = pickle.Pickler(first), pickle.Pickler(second)
    one.dump(y * y)
    two.dump(y)
    one.dump(y)
    for buffer in (first, second):
        assert len(autograd.topological_order(pickle.loads(buffer.getvalue()))) >= 20_000


def test_a_deep_graph_is_deep_copied_inside_containers() -> None:
    x, y = chain(20_000)
    x2, (y2, x3) = copy.deepcopy((x, [y, x]))
    assert x2 is x3 is not x
    assert autograd.gradients(y2, [x2]) == (20_000.0,)


def test_a_deep_graph_is_freed_without_the_collector() -> None:
    gc.disable()
    try:
        x, y = chain(50_000)
        watch = Watch([x])
        del x, y
        assert watch.alive() == []
    finally:
        gc.enable()


def test_a_deep_graph_is_shown_in_one_line() -> None:
    _, y = chain(50_000)
    assert repr(y) == "Value(data=50000.0, grad=0.0, gate='+')"
