"""What is measured. Each workload runs on any engine whose values have operators, `relu` and `backward`."""

from __future__ import annotations

import math
import random
import sys
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, TypeAlias

Number: TypeAlias = Any
"""A value of the engine under test."""

Adder: TypeAlias = Callable[[Sequence[Number], Sequence[Number], Number], Number]
Result: TypeAlias = tuple[list[float], float]
"""One figure a repetition (seconds, or bytes), and a number that all engines must agree on."""


def add_up(weights: Sequence[Number], inputs: Sequence[Number], bias: Number) -> Number:
    """A neuron's adder, op by op, as micrograd's own neuron does it."""
    return sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)


def moons(value: Callable[[float], Number], adder: Adder, repeat: int) -> Result:
    """micrograd's own demo: 100 points of two moons, MLP 2-16-16-1, relu, max-margin loss, L2 over 337 parameters.

    One figure is the time of one training step: the graph is built, swept back, and every parameter moved.
    """
    network, X, y = _network(value), *_points()
    parameters = [p for layer in network for neuron in layer for p in neuron]
    seconds = []
    for _ in range(repeat):
        start = perf_counter()
        for p in parameters:
            p.grad = 0.0
        loss = _max_margin_loss(network, parameters, [list(map(value, row)) for row in X], y, adder)
        loss.backward()
        for p in parameters:
            p.data -= 0.05 * p.grad
        seconds.append(perf_counter() - start)
    return seconds, loss.data


def _network(value: Callable[[float], Number]) -> list[list[list[Number]]]:
    generator = random.Random(1337)
    return [
        [[*(value(generator.uniform(-1, 1)) for _ in range(inputs)), value(0.0)] for _ in range(outputs)]
        for inputs, outputs in ((2, 16), (16, 16), (16, 1))
    ]


def _points() -> tuple[list[list[float]], list[int]]:
    """Two interleaving half circles with noise, as scikit-learn's make_moons, without loading it into the process."""
    generator = random.Random(1337)
    angles = [math.pi * i / 49 for i in range(50)]
    upper = [(math.cos(angle), math.sin(angle)) for angle in angles]
    lower = [(1.0 - x, 0.5 - y) for x, y in upper]
    X = [[x + generator.gauss(0.0, 0.1), y + generator.gauss(0.0, 0.1)] for x, y in upper + lower]
    return X, [-1] * 50 + [1] * 50


def _max_margin_loss(
    network: list[list[list[Number]]], parameters: list[Number], X: list[list[Number]], y: list[int], adder: Adder
) -> Number:
    losses = [(1 + -label * _score(network, x, adder)).relu() for x, label in zip(X, y, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)


def _score(network: list[list[list[Number]]], x: list[Number], adder: Adder) -> Number:
    *hidden, output = network
    for layer in hidden:
        x = [adder(weights, x, bias).relu() for *weights, bias in layer]
    (*weights, bias), = output  # fmt: skip
    return adder(weights, x, bias)


def latency(value: Callable[[float], Number], adder: Adder, repeat: int) -> Result:
    """The time to build L = c·(a + 2b) from fresh leaves and to sweep it back, averaged over 2,000 times."""
    seconds = []
    for _ in range(repeat):
        start = perf_counter()
        for _ in range(2_000):
            a, b, c = value(3.0), value(1.0), value(-2.0)
            L = c * (a + 2 * b)
            L.backward()
        seconds.append((perf_counter() - start) / 2_000)
    return seconds, b.grad


def chain(value: Callable[[float], Number], adder: Adder, repeat: int) -> Result:
    """The time to build and sweep back a chain of 100,000 operations."""
    seconds: list[float] = []
    gradients: list[float] = []

    def run() -> None:
        for _ in range(repeat):
            start = perf_counter()
            x = value(0.5)
            _link(x, 100_000).backward()
            seconds.append(perf_counter() - start)
            gradients.append(x.grad)

    _with_deep_stack(run)
    return seconds, gradients[0]


def memory(value: Callable[[float], Number], adder: Adder, repeat: int) -> Result:
    """The bytes that Python allocates for each operation of a chain of 100,000."""
    figures = []
    for _ in range(repeat):
        x = value(0.5)
        tracemalloc.start()
        y = _link(x, 100_000)
        figures.append(tracemalloc.get_traced_memory()[0] / 100_000)
        tracemalloc.stop()
    return figures, y.data


def _link(x: Number, operations: int) -> Number:
    half = x
    for _ in range(operations // 2):
        x = x * half + half
    return x


def _with_deep_stack(run: Callable[[], Any]) -> None:
    """Run in a thread with a stack for engines that recurse over the graph."""
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1 << 29)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


WORKLOADS: dict[str, Callable[[Callable[[float], Number], Adder, int], Result]] = {
    "moons": moons,
    "latency": latency,
    "chain": chain,
    "memory": memory,
}
