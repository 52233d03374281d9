"""Threads that walk over graphs at the same time: the marks of one walk do not lead another astray."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value


def at_the_same_time(work: Callable[[int], None], count: int) -> None:
    """Run in so many threads, which take turns as often as Python can let them."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)


def lattice(size: int) -> tuple[list[Value], Value]:
    """Leaves, and a root above many nodes that are used several times, by gates of one, two and many inputs."""
    leaves = [Value(0.1 * k, label=f"x{k}") for k in range(1, 5)]
    layer = list(leaves)
    for k in range(size):
        layer = [autograd.sum(layer).tanh(), layer[k % 4] * layer[0] + layer[-1], -layer[1], layer[2] - layer[3]]
    return leaves, autograd.sum(layer)


def test_threads_walk_over_one_graph_at_the_same_time() -> None:
    leaves, root = lattice(30)
    order, gradients = autograd.topological_order(root), autograd.gradients(root, leaves)
    roots = [root, *order[10::7]]
    expected = {node: (autograd.topological_order(node), autograd.gradients(node, leaves)) for node in roots}
    wrong: list[Any] = []
    done: list[int] = []

    def work(number: int) -> None:
        for k in range(25):
            node = roots[(number * 5 + k) % len(roots)]
            found = autograd.topological_order(node)
            if found != expected[node][0]:
                wrong.append("another order")
            if autograd.gradients(node, leaves) != expected[node][1]:
                wrong.append("another gradient")
            done.append(number)

    at_the_same_time(work, 6)
    assert (wrong, len(done)) == ([], 150)
    assert autograd.topological_order(root) == order
    assert autograd.gradients(root, leaves) == gradients


def test_threads_that_sweep_graphs_of_their_own_do_not_disturb_each_other() -> None:
    shared = Value(0.5)
    right: list[bool] = []

    def work(number: int) -> None:
        for k in range(20):
            leaf = Value(0.25 * number + k)
            y: Value = leaf
            for _ in range(30):
                y = y * 0.5 + leaf
            y.backward()
            y.backward(2.0)
            count = len(autograd.topological_order(y * shared))
            right.append((count, leaf.grad) == (93, 3.0 * autograd.gradients(y, [leaf])[0]))

    at_the_same_time(work, 6)
    assert right == [True] * 120


def test_threads_that_sweep_graphs_with_shared_leaves_leave_later_passes_right() -> None:
    """The sums in shared leaves are then anyone's; the marks of the walks must not be."""
    leaves, root = lattice(10)
    other = autograd.sum([root, *leaves]) * 2.0
    expected = [(node, autograd.gradients(node, leaves)) for node in (root, other)]

    def work(number: int) -> None:
        for _ in range(20):
            expected[number % 2][0].backward()

    at_the_same_time(work, 6)
    for node, gradients in expected:
        assert autograd.gradients(node, leaves) == gradients
        autograd.zero_grad(leaves)
        node.backward()
        assert [leaf.grad for leaf in leaves] == pytest.approx(gradients, rel=1e-12)


def test_threads_that_share_leaves_find_their_gradients() -> None:
    weight = Value(1.0)
    found: list[tuple[float, ...]] = []

    def work(number: int) -> None:
        found.extend(autograd.gradients(weight * (number + 1.0), [weight]) for _ in range(300))

    at_the_same_time(work, 3)
    assert sorted(found) == [(1.0,)] * 300 + [(2.0,)] * 300 + [(3.0,)] * 300
    assert weight.grad == 0.0
