"""From explicit loops to vectors

The same gradient five ways: by two explicit loops, by vectors with the examples as rows, with the examples as columns,
out of the graph, and by a program compiled from it. They must give the same weights.

A step of gradient descent for logistic regression needs, over m examples, the errors δ⁽ⁱ⁾ = a⁽ⁱ⁾ − y⁽ⁱ⁾ and the
gradients ∂J/∂w = (1/m) Σ x⁽ⁱ⁾δ⁽ⁱ⁾ and ∂J/∂b = (1/m) Σ δ⁽ⁱ⁾. Written down as it stands, that takes two explicit loops:
one over the examples and, in it, one over the features. *Vectorising* removes both: all examples go into one matrix X,
and products of matrices and vectors do the loops, in compiled code.

There are two conventions. With the examples as columns, z = wᵀX + b, ∂J/∂w = (1/m) X δᵀ, ∂J/∂b = (1/m) 1 δᵀ. With the
examples as rows (the *design matrix*), z = Xw + b, ∂J/∂w = (1/m) Xᵀδ, ∂J/∂b = (1/m) 1ᵀδ. All of these formulas were
worked out by hand. The graph needs none of them: it gets the loss alone, and finds the gradient itself. It need not be
built for every step, either: the *compiled program* is the graph of one example, recorded once, backward pass included,
and replayed over all rows of X as vectors are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeAlias

import numpy as np

import autograd
import nn
from autograd.functions import Scalar
from demos import breast_cancer
from demos.data import Data
from demos.handout import Handout, figure, written
from demos.landscape import Array

LEARNING_RATE = 0.1
STEPS = 100
TOLERANCE = 1e-12
TIMED = 10
SIZES = (10, 30, 100, 300)
Gradient: TypeAlias = Callable[[Array, Array, Array], Array]
"""Of the parameters (w and then b), the examples as rows, and their targets."""


def explicit_loops(parameters: Array, X: Array, y: Array) -> Array:
    """Two loops: over the examples, and in it over the features."""
    *w, b = parameters.tolist()
    gradient = [0.0] * len(parameters)
    for x, target in zip(X.tolist(), y.tolist(), strict=True):
        z = b
        for j in range(len(w)):
            z += w[j] * x[j]
        delta = 1.0 / (1.0 + math.exp(-z)) - target
        for j in range(len(w)):
            gradient[j] += x[j] * delta
        gradient[-1] += delta
    return np.array(gradient) / len(y)


def examples_as_rows(parameters: Array, X: Array, y: Array) -> Array:
    """z = Xw + b, ∂J/∂w = (1/m) Xᵀδ, ∂J/∂b = (1/m) 1ᵀδ."""
    w, b = parameters[:-1], parameters[-1]
    delta = _sigmoid(X @ w + b) - y
    return np.append(X.T @ delta, np.ones(len(y)).T @ delta) / len(y)


def examples_as_columns(parameters: Array, X: Array, y: Array) -> Array:
    """z = wᵀX + b, ∂J/∂w = (1/m) X δᵀ, ∂J/∂b = (1/m) 1 δᵀ, where X has a column for each example and δ is a row."""
    columns, w, b = X.T, parameters[:-1, np.newaxis], parameters[-1]
    delta = _sigmoid(w.T @ columns + b) - y[np.newaxis, :]
    ones = np.ones((1, len(y)))
    return np.append(columns @ delta.T, ones @ delta.T) / len(y)


def graph(parameters: Array, X: Array, y: Array) -> Array:
    """The gradient of the mean cross-entropy out of its recorded graph."""
    *weights, bias = leaves = [nn.Parameter(number) for number in parameters]
    losses = [loss(weights, bias, x, target) for x, target in zip(X.tolist(), y.tolist(), strict=True)]
    return np.array(autograd.gradients(autograd.mean(losses), leaves))


def loss(w: Sequence[Scalar], b: Scalar, x: Sequence[Scalar], y: float) -> Scalar:
    """The cross-entropy of one example."""
    return nn.losses.binary_cross_entropy_with_logits(autograd.dot(w, x, b), y)


MEAN_LOSS = autograd.compile(loss, rows=("x", "y"), reduction="mean", gradient=("w", "b"), backend="numpy")
"""Of many examples: x and y have a row for each."""


def compiled(parameters: Array, X: Array, y: Array) -> Array:
    """The gradient of the same cost by the compiled program."""
    return np.append(*MEAN_LOSS.grad(parameters[:-1], parameters[-1], X, y))


WAYS: dict[str, Gradient] = {
    "two explicit loops": explicit_loops,
    "vectors, examples as rows": examples_as_rows,
    "vectors, examples as columns": examples_as_columns,
    "the recorded graph": graph,
    "the compiled program": compiled,
}


def train(gradient: Gradient, X: Array, y: Array, steps: int = STEPS) -> Array:
    """The parameters after so many steps of batch gradient descent from zero."""
    parameters = np.zeros(X.shape[1] + 1)
    for _ in range(steps):
        parameters = parameters - LEARNING_RATE * gradient(parameters, X, y)
    return parameters


def seconds_per_step(gradient: Gradient, X: Array, y: Array) -> float:
    """The shortest of a few measurements: what else the machine does can only add to them."""
    parameters, measured = np.zeros(X.shape[1] + 1), []
    gradient(parameters, X, y)  # what is done once, such as compiling
    for _ in range(TIMED):
        start = perf_counter()
        gradient(parameters, X, y)
        measured.append(perf_counter() - start)
    return min(measured)


def run(handout: Handout) -> None:
    """Train in all five ways, compare the parameters, and measure a step."""
    data = breast_cancer.load()
    handout.say(f"## {STEPS} steps on {len(data.y)} examples with {data.X.shape[1]} features")
    trained = {name: train(gradient, data.X, data.y) for name, gradient in WAYS.items()}
    seconds = {name: seconds_per_step(gradient, data.X, data.y) for name, gradient in WAYS.items()}
    _compare(handout, trained, seconds)
    handout.say("## How the time grows with the number of examples")
    _plot_times(handout, data)


def _compare(handout: Handout, trained: dict[str, Array], seconds: dict[str, float]) -> None:
    of_graph = trained["the recorded graph"]
    difference = max(float(np.abs(parameters - of_graph).max()) for parameters in trained.values())
    slowest = seconds["two explicit loops"]
    handout.table(
        ["the gradient by", "w₁", "w₃₀", "b", "seconds a step, against two loops"],
        [[name, p[0], p[-2], p[-1], f"{seconds[name] / slowest:.3g}"] for name, p in trained.items()],
    )
    handout.say(
        f"After {STEPS} steps the parameters differ by at most {written(difference)} (allowed: {written(TOLERANCE)}). "
        "The times are a measurement of this run. The graph is built anew for every step, and every number in it is "
        "an object of its own: that is the price of looking at each of them. The compiled program pays it once. It "
        "costs a few times what the vectors do, and its formulas nobody had to work out."
    )
    if not difference <= TOLERANCE:
        raise ArithmeticError(f"the ways differ by {difference}")


def _plot_times(handout: Handout, data: Data) -> None:
    plot, axes = figure()
    for (name, gradient), marker in zip(WAYS.items(), "osv^D", strict=True):
        times = [1e3 * seconds_per_step(gradient, data.X[:size], data.y[:size]) for size in SIZES]
        axes.loglog(SIZES, times, marker=marker, label=name)
    axes.set(xlabel="number of examples m", ylabel="milliseconds a step", xticks=SIZES, xticklabels=SIZES)
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    handout.plot(
        plot,
        "times",
        "A measurement of this run, both axes logarithmic. The time of the loops and of the graph is "
        "proportional to m: every example takes as long as the one before. That of the vectors and of the compiled "
        "program hardly grows, because calling NumPy costs more than the arithmetic that it then does. If the "
        "graph's line bends upwards, the machine was busy: a step of several milliseconds is interrupted for other "
        "programs, a shorter one is not.",
    )


def _sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))
