"""What is measured: functions of many numbers that are recorded op by op and swept back, by any engine."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import chain as joined
from typing import Any, NamedTuple, TypeAlias

Number: TypeAlias = Any
"""A value of the engine under test."""

LAYERS = ((2, 16), (16, 16), (16, 1))
WEIGHT_DECAY = 1e-4
FEATURES, ROWS, POINTS = 30, 64, 100
WIDTH = 100


class Operations(NamedTuple):
    """What an engine has beside the operators of its values.

    Attributes:
        constant: a number of the data, in the form that is cheapest for the engine.
        relu, softplus: functions of one value.
        add_up: a neuron's adder, Σ wᵢ·xᵢ + b, of weights, inputs and bias.
    """

    constant: Callable[[float], Number]
    relu: Callable[[Number], Number]
    softplus: Callable[[Number], Number]
    add_up: Callable[[Sequence[Number], Sequence[Number], Number], Number]


def add_up(weights: Sequence[Number], inputs: Sequence[Number], bias: Number) -> Number:
    """A neuron's adder, op by op, as micrograd's own neuron does it."""
    return sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)


class Neuron(NamedTuple):
    """What a neuron keeps, as micrograd's own."""

    weights: list[Number]
    bias: Number


class Task(NamedTuple):
    """A function of many numbers, and a point.

    Attributes:
        name: what its counterpart in `tape.c` is called.
        inputs: the numbers that gradients are taken with respect to.
        function: of an engine's operations and its values for the inputs.
        operations: how many it has.
        size: what `operations` grows with: rows, steps or layers.
        data: further numbers, as the counterpart in C takes them.
        learning_rate: how far the inputs move against the gradient after each evaluation.
    """

    name: str
    inputs: list[float]
    function: Callable[[Operations, list[Number]], Number]
    operations: int
    size: int
    data: list[float]
    learning_rate: float = 0.0


class Data(NamedTuple):
    """Parameters, rows and labels."""

    parameters: list[float]
    X: list[list[float]]
    y: list[float]

    @property
    def flat(self) -> list[float]:
        """Row by row, each followed by its label."""
        return list(joined.from_iterable((*row, label) for row, label in zip(self.X, self.y, strict=True)))


def moons_data(points: int = POINTS) -> Data:
    """Two interleaving half circles with noise, as scikit-learn's make_moons, without loading it into the process."""
    generator = random.Random(1337)
    parameters = [
        p
        for inputs, outputs in LAYERS
        for _ in range(outputs)
        for p in [*(generator.uniform(-1.0, 1.0) for _ in range(inputs)), 0.0]
    ]
    angles = [math.pi * i / (POINTS / 2 - 1) for i in range(POINTS // 2)]
    upper = [(math.cos(angle), math.sin(angle)) for angle in angles]
    lower = [(1.0 - x, 0.5 - y) for x, y in upper]
    X = [[x + generator.gauss(0.0, 0.1), y + generator.gauss(0.0, 0.1)] for x, y in upper + lower]
    y = [-1.0] * len(upper) + [1.0] * len(lower)
    step = POINTS // points
    return Data(parameters, X[::step], y[::step])


def logistic_data(rows: int = ROWS) -> Data:
    """Random rows of 30 features, and random labels."""
    generator = random.Random(7)
    X = [[generator.gauss(0.0, 1.0) for _ in range(FEATURES)] for _ in range(rows)]
    y = [generator.choice([-1.0, 1.0]) for _ in range(rows)]
    return Data([generator.gauss(0.0, 0.3) for _ in range(FEATURES + 1)], X, y)


def network(parameters: Sequence[Number]) -> list[list[Neuron]]:
    """The layers of a vector of parameters."""
    numbers = iter(parameters)
    return [
        [Neuron([next(numbers) for _ in range(inputs)], next(numbers)) for _ in range(outputs)]
        for inputs, outputs in LAYERS
    ]


def score(on: Operations, layers: list[list[Neuron]], x: list[Number]) -> Number:
    """What the network makes of one row."""
    *hidden, output = layers
    for layer in hidden:
        x = [on.relu(on.add_up(weights, x, bias)) for weights, bias in layer]
    ((weights, bias),) = output
    return on.add_up(weights, x, bias)


def moons(points: int = POINTS, learning_rate: float = 0.0) -> Task:
    """micrograd's own demo: 100 points of two moons, MLP 2-16-16-1, relu, max-margin loss, L2 over 337 parameters."""
    data = moons_data(points)

    def loss(on: Operations, parameters: list[Number]) -> Number:
        layers = network(parameters)
        scores = [score(on, layers, list(map(on.constant, row))) for row in data.X]
        losses = [on.relu(1 + -label * s) for s, label in zip(scores, data.y, strict=True)]
        return sum(losses) * (1.0 / len(losses)) + WEIGHT_DECAY * sum(p * p for p in parameters)

    synapses = sum(inputs * outputs for inputs, outputs in LAYERS)
    each = 2 * synapses + sum(outputs for _, outputs in LAYERS[:-1]) + 3
    operations = points * (each + 1) + 2 * len(data.parameters) + 3
    return Task("moons", data.parameters, loss, operations, points, data.flat, learning_rate)


def moons_step(points: int = POINTS) -> Task:
    """The same as a step of training: every parameter moves."""
    return moons(points, learning_rate=0.05)


def logistic(rows: int = ROWS) -> Task:
    """Logistic regression with 30 features: the mean of softplus(−y·(w·x + b)) over the rows."""
    data = logistic_data(rows)

    def loss(on: Operations, parameters: list[Number]) -> Number:
        *weights, bias = parameters
        margins = [
            -y * on.add_up(weights, list(map(on.constant, row)), bias) for row, y in zip(data.X, data.y, strict=True)
        ]
        return sum(map(on.softplus, margins)) * (1.0 / len(margins))

    return Task("logistic", data.parameters, loss, rows * (2 * FEATURES + 3) + 1, rows, data.flat)


def chain(operations: int) -> Task:
    """x ← x·a + b, again and again, from x = 0: as deep as it is long.

    With a = 1 − 2⁻²⁰ and b = 2⁻²⁰ it goes towards 1, and no gradient on the way vanishes.
    """

    def last(on: Operations, inputs: list[Number]) -> Number:
        x, a, b = inputs
        for _ in range(operations // 2):
            x = x * a + b
        return x

    return Task("chain", [0.0, 1.0 - 2.0**-20, 2.0**-20], last, operations // 2 * 2, operations // 2, [])


def lattice(operations: int) -> Task:
    """Layers of 100 nodes in a ring: xᵢ ← a·xᵢ + b·xᵢ₊₁, and in the end Σ xᵢ².

    Every node is used twice, `a` and `b` once by every node. From an input to the result lead 2 to the power of the
    number of layers paths, about 10^100 of them in 100,000 operations. With a + b = 1 nothing grows.
    """
    layers = max(1, operations // (3 * WIDTH))

    def energy(on: Operations, inputs: list[Number]) -> Number:
        a, b, *x = inputs
        for _ in range(layers):
            x = [a * left + b * right for left, right in zip(x, [*x[1:], x[0]], strict=True)]
        return sum(v * v for v in x)

    inputs = [0.625, 0.375, *(math.sin(i) for i in range(WIDTH))]
    return Task("lattice", inputs, energy, layers * 3 * WIDTH + 2 * WIDTH, layers, [])


TASKS: dict[str, Callable[[int], Task]] = {
    "W1": moons_step,
    "W2": logistic,
    "W3": chain,
    "W4": lattice,
    "W6": moons,
}
"""By workload, of a size. W5 is the latency of an expression, which every engine writes in its own way."""
