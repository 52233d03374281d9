"""Why not simply try every value?

To find the weights of the smallest cost one could try them all: 1,000 values for one weight, a million pairs for two, a
billion triples for three, 1,000ⁿ for n weights.

Gradient descent is at one point at a time, and one backward pass tells it the slope of the cost in all weights at once.
The number of its steps does not multiply with every further weight.

Both search here for a curve through the twelve points of the least-squares line, after x was standardised and y
lowered by 3. One weight makes a line through (0, 0), ŷ = w·x. A second one moves the line up and down, ŷ = w·x + b. A
third one bends it: ŷ = w·x + b + c·x². The cost is the mean of the squared errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from time import perf_counter
from typing import NamedTuple

import numpy as np

import nn
from autograd.functions import Scalar
from demos.handout import BLUE, GREY, ORANGE, Handout, figure, written
from demos.landscape import Array, descend
from demos.least_squares import X, Y

VALUES = tuple((np.arange(1000) / 200 - 2.5).tolist())
"""What is tried for each weight: -2.5, -2.495, ... 2.495."""
START, LEARNING_RATE, STEPS = -2.0, 0.2, 100
MODELS: dict[int, Callable[..., Scalar]] = {
    1: lambda x, w: w * x,
    2: lambda x, w, b: w * x + b,
    3: lambda x, w, b, c: w * x + b + c * x * x,
}
TRIED = (1, 2)
"""The numbers of weights for which trying every value is waited for."""
DURATIONS = {"a day": 86_400.0, "a year": 3.16e7, "the age of the universe": 4.35e17}


class Search(NamedTuple):
    """What a search found, and what it took."""

    weights: tuple[float, ...]
    cost: float
    evaluations: int
    seconds: float


def standardised(numbers: Sequence[float]) -> list[float]:
    """The numbers measured from their mean, in units of their standard deviation.

    >>> standardised([1.0, 3.0])
    [-1.0, 1.0]
    """
    array = np.array(numbers)
    return ((array - array.mean()) / array.std()).tolist()  # type: ignore[no-any-return]


POINTS = [(x, y - 3.0) for x, y in zip(standardised(X), Y, strict=True)]
"""Moved and scaled, so that the best weights lie among the values that are tried."""


def cost(*weights: Scalar) -> Scalar:
    """The mean squared error of the model that has so many weights.

    >>> cost(0.0) == cost(0.0, 0.0, 0.0) == sum([y * y for _, y in POINTS]) / len(POINTS)
    True
    """
    model = MODELS[len(weights)]
    return sum([(model(x, *weights) - y) ** 2 for x, y in POINTS]) / len(POINTS)


def try_every_value(weights: int, values: Sequence[float] = VALUES) -> Search:
    """The best of all combinations of the values. The costs are of plain floats: nothing is recorded."""
    start = perf_counter()
    best = min(product(values, repeat=weights), key=lambda candidate: cost(*candidate))
    return Search(best, cost(*best), len(values) ** weights, perf_counter() - start)


def gradient_descent(weights: int) -> tuple[Array, Search]:
    """The way that gradient descent went, and what it found; an evaluation is a forward and a backward pass."""
    start = perf_counter()
    path = descend(cost, [START] * weights, partial(nn.optimizers.SGD, learning_rate=LEARNING_RATE), STEPS)
    found = tuple(path[-1].tolist())
    return path, Search(found, cost(*found), STEPS, perf_counter() - start)


def run(handout: Handout) -> None:
    """Try every value for one weight and for two, descend for one, two and three, and compare."""
    tried = {weights: try_every_value(weights) for weights in TRIED}
    paths, descended = zip(*map(gradient_descent, MODELS), strict=True)
    per_trial = tried[TRIED[-1]].seconds / tried[TRIED[-1]].evaluations
    handout.say("## One weight: the cost is a curve")
    _plot_curve(handout, paths[0][:, 0], tried[1])
    handout.say("## More weights")
    handout.table(
        ["weights", "search", "costs computed", "seconds", "smallest cost found"],
        [row for found in descended for row in _rows(found, tried.get(len(found.weights)), per_trial)],
    )
    handout.say(
        f"The seconds are a measurement of this run: {per_trial * 1e6:.1f} millionths of a second for each trial. What "
        "is marked with ≈ was not run, but extrapolated at that price. Gradient descent also finds the smaller cost, "
        "since it is not bound to a grid of values. The second weight pays: the points lie about a line that does not "
        "go through (0, 0). The third gains little, for it is a line. And these models are tiny: the neuron of the "
        "breast-cancer demo has 31 weights, which makes 10⁹³ trials."
    )
    _plot_seconds(handout, tried, descended, per_trial)


def _rows(descended: Search, tried: Search | None, per_trial: float) -> list[list[str | float]]:
    weights = len(descended.weights)
    trials = len(VALUES) ** weights
    seconds, smallest = (
        (f"{tried.seconds:.3g}", f"{tried.cost:.9f}") if tried else (f"≈ {trials * per_trial:,.0f}", "?")
    )
    return [
        [weights, "every value", f"{trials:,}", seconds, smallest],
        [weights, "gradient descent", f"{STEPS}", f"{descended.seconds:.3g}", f"{descended.cost:.9f}"],
    ]


def _plot_curve(handout: Handout, visited: Array, tried: Search) -> None:
    plot, axes = figure()
    axes.plot(VALUES, [cost(w) for w in VALUES], color=GREY, label="1,000 values tried")
    axes.plot(visited, [cost(w) for w in visited.tolist()], "o-", color=BLUE, markersize=4, label="gradient descent")
    axes.plot(*tried.weights, tried.cost, "x", color=ORANGE, markersize=10, markeredgewidth=2, label="best value tried")
    axes.set(xlabel="weight w", ylabel="cost J(w)")
    axes.legend()
    handout.plot(
        plot,
        "curve",
        f"With one weight both ways are quick. Gradient descent starts at w = {written(START)} and takes shorter "
        "steps the flatter the curve is, without the learning rate being changed: a step is −η·dJ/dw.",
    )


def _plot_seconds(handout: Handout, tried: dict[int, Search], descended: Sequence[Search], per_trial: float) -> None:
    plot, axes = figure()
    weights = np.arange(1, 9)
    axes.semilogy(weights, per_trial * 1000.0**weights, "o--", color=ORANGE, fillstyle="none", label="extrapolated")
    axes.semilogy(list(tried), [found.seconds for found in tried.values()], "o", color=ORANGE, label="every value")
    axes.semilogy(
        list(MODELS), [found.seconds for found in descended], "o", color=BLUE, label=f"gradient descent, {STEPS} steps"
    )
    for name, seconds in DURATIONS.items():
        axes.axhline(seconds, color=GREY, linewidth=1)
        axes.text(1, seconds, name, va="bottom")
    axes.set(xlabel="number of weights", ylabel="seconds (logarithmic)")
    axes.legend(loc="lower right")
    handout.plot(plot, "seconds", "Every further weight makes trying every value 1,000 times as long.")
