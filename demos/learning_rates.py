"""The learning rate: too small, good, too big

A step of gradient descent is θ ← θ − η·∇J. The gradient says in which direction to go, the *learning rate* η how far.

With η too small the cost crawls down. With η too big a step overshoots the minimum and lands on the other slope, even
higher up if η is bigger still. What is small and what is big depends on how strongly the cost is bent: on a parabola
with second derivative h every step multiplies the distance to the minimum by 1 − η·h. So gradient descent converges
for η < 2/h, arrives in one step for η = 1/h, and diverges for η > 2/h.

In practice h is not known. One tries a few learning rates, such as 0.001, 0.01, 0.1 and 1, and keeps the one that does
best on *validation data*, which were not trained on. The rate may also decrease while training goes on, and optimizers
such as momentum, AdaGrad and Adam adapt the steps to what the gradients were before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes

import autograd
import nn
from autograd.functions import Scalar
from demos import batch_sizes, least_squares
from demos.handout import BLUE, GREY, ORANGE, Handout, figure
from demos.landscape import Array, descend, draw_contours, draw_path, mark_minimum

X, Y = (1.0, 1.0, 2.0), (1.5, 2.5, 4.0)
"""Three points whose best line through the origin is ŷ = 2x, and J'' = 2·(1 + 1 + 4)/3 = 4."""
BEST, CURVATURE = 2.0, 4.0
START = -1.0
RATES = {0.01: "too small: it crawls", 0.2: "good", 0.45: "too big: it overshoots", 0.52: "much too big: it diverges"}
STEPS = 12

CANDIDATES = (0.001, 0.01, 0.1, 1.0)
SEARCH_EPOCHS = 20

CONSTANT = nn.schedules.constant(0.1)
DECREASING = nn.schedules.inverse_time(0.1, decay=0.5)
SCHEDULE_EPOCHS = 5

OPTIMIZERS: Mapping[str, Callable[[list[nn.Parameter]], Any]] = {
    "gradient descent, η = 0.05": partial(nn.optimizers.SGD, learning_rate=0.05),
    "momentum μ = 0.9, η = 0.02": partial(nn.optimizers.SGD, learning_rate=0.02, momentum=0.9),
    "AdaGrad, η = 1": partial(nn.optimizers.AdaGrad, learning_rate=1.0),
    "Adam, η = 0.3": partial(nn.optimizers.Adam, learning_rate=0.3),
}
OPTIMIZER_STEPS = 200


def cost(w: Scalar) -> Scalar:
    """J(w) = (1/3) Σ (w·x - y)², a parabola.

    >>> round(cost(BEST), 6), round(cost(BEST + 1.0) - cost(BEST), 6) == CURVATURE / 2
    (0.166667, True)
    """
    return autograd.mean([nn.losses.squared_error(w * x, y) for x, y in zip(X, Y, strict=True)])


def steps_with(learning_rate: float, steps: int = STEPS) -> Array:
    """The weights that gradient descent visits."""
    return descend(cost, [START], partial(nn.optimizers.SGD, learning_rate=learning_rate), steps)[:, 0]


def search() -> nn.LearningRateSearch:
    """Linear regression on the diabetes data (442 patients, 10 measurements), with each of the candidates."""
    X, y = load_diabetes(return_X_y=True)
    X, y = ((a - a.mean(axis=0)) / a.std(axis=0) for a in (X, y))
    return nn.search_learning_rate(
        nn.LinearRegression(X.shape[1]), X, y, validation=0.2, rates=CANDIDATES, epochs=SEARCH_EPOCHS, progress=False
    )


def optimizer_paths() -> dict[str, Array]:
    """The ways of the optimizers down the valley of the least-squares line."""
    return {
        name: descend(least_squares.cost, least_squares.START, optimizer, OPTIMIZER_STEPS)
        for name, optimizer in OPTIMIZERS.items()
    }


def run(handout: Handout) -> None:
    """Small and big rates on a parabola; the search; a schedule; four optimizers in one valley."""
    handout.say("## One weight")
    _show_one_weight(handout)
    handout.say("## The best of a few, by validation data")
    _show_search(handout)
    handout.say("## A rate that decreases")
    _show_schedule(handout)
    handout.say("## Optimizers in a narrow valley")
    _show_optimizers(handout)


def _show_one_weight(handout: Handout) -> None:
    plot, grid = figure(9, 6.8, nrows=2, ncols=2, sharey=True)
    for axes, (rate, name) in zip(grid.flat, RATES.items(), strict=True):
        _draw_steps(axes, steps_with(rate))
        axes.set(title=f"η = {rate}, {name}", xlim=(-1.8, 5.8), ylim=(-1, 28))
    for axes in grid.flat:
        axes.set_xlabel("weight w")
    for axes in grid[:, 0]:
        axes.set_ylabel("cost J(w)")
    handout.plot(
        plot,
        "one_weight",
        f"The first {STEPS} steps from w = {START:g}. The dashed line is the slope dJ/dw at the start: all four begin "
        "with the same gradient. In the last panel every step is longer than the one before.",
    )
    handout.table(
        ["learning rate η", "", "1 − η·h", f"distance to the minimum after {STEPS} steps"],
        [[rate, name, 1 - rate * CURVATURE, abs(steps_with(rate)[-1] - BEST)] for rate, name in RATES.items()],
    )
    handout.say(f"The distance at the start is {abs(START - BEST):g}; each step multiplies it by 1 − η·h, where h = 4.")


def _draw_steps(axes: Any, weights: Array) -> None:
    curve = np.linspace(-2, 6, 200)
    axes.plot(curve, [cost(w) for w in curve.tolist()], color=GREY)
    w = autograd.Value(START)
    height = cost(w)
    (slope,) = autograd.gradients(height, [w])
    along = np.array([START - 0.7, START + 1.1])
    axes.plot(along, height.data + slope * (along - START), "--", color=ORANGE)
    axes.plot(weights, [cost(w) for w in weights.tolist()], "o-", color=BLUE, markersize=4, linewidth=1)


def _show_search(handout: Handout) -> None:
    found = search()
    handout.table(
        ["learning rate", "training loss", "validation loss"],
        [
            [rate, found.histories[rate].loss[-1], found.histories[rate].validation_loss[-1]]
            if rate in found.histories
            else [rate, "diverged", "diverged"]
            for rate in CANDIDATES
        ],
    )
    handout.say(
        f"Linear regression on scikit-learn's diabetes data, 442 patients with 10 measurements each, 80:20 split, "
        f"{SEARCH_EPOCHS} epochs. The search keeps **η = {found.best:g}**, which has the smallest validation loss."
    )
    plot, axes = figure()
    for rate, history in found.histories.items():
        axes.plot(range(1, len(history) + 1), history.validation_loss, label=f"η = {rate:g}")
    axes.set(xlabel="epoch", ylabel="validation loss", xticks=range(0, SEARCH_EPOCHS + 1, 5))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    handout.plot(
        plot,
        "search",
        "The validation loss with each of the learning rates. Predicting the mean would give a loss of about 1. With "
        "η = 0.1 the steps are too long to settle.",
    )


def _show_schedule(handout: Handout) -> None:
    data = batch_sizes.load()
    lowest = batch_sizes.costs(data, np.array([batch_sizes.minimum(data)]))
    plot, (left, right) = figure(9, 4, ncols=2)
    for name, schedule, color in (("constant", CONSTANT, BLUE), ("inverse time", DECREASING, ORANGE)):
        path = batch_sizes.train(data, 1, SCHEDULE_EPOCHS, schedule).path
        steps = np.arange(len(path))
        left.semilogy(steps, [schedule(int(t)) for t in steps], color=color, label=name)
        right.semilogy(steps[::10], (batch_sizes.costs(data, path) - lowest)[::10], color=color, linewidth=0.8)
    left.set(xlabel="step t", ylabel="learning rate ηₜ")
    right.set(xlabel="step t", ylabel="J − J*, above the minimum")
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.92))
    handout.plot(
        plot,
        "schedule",
        "Stochastic gradient descent on 1,000 points of a line with noise, 5 epochs. Left the schedules, right how far "
        "the cost is above its minimum.",
    )
    handout.say(
        f"The *inverse-time* schedule is ηₜ = η₀·(1 + η₀·λ·t)⁻¹, here with η₀ = {DECREASING.rate:g} and "
        f"λ = {DECREASING.decay:g}. With a constant rate stochastic gradient descent stays restless, because every "
        "example pulls in a direction of its own. Long steps at first and ever shorter ones later give both: a quick "
        "start, and rest at the minimum."
    )


def _show_optimizers(handout: Handout) -> None:
    best, paths = least_squares.closed_form(), optimizer_paths()
    plot, grid = figure(9, 7.2, nrows=2, ncols=2, sharey=True)
    for axes, (name, path) in zip(grid.flat, paths.items(), strict=True):
        draw_contours(axes, least_squares.cost, (-1.2, 2.4), (-1.0, 7.0))
        draw_path(axes, path, BLUE)
        mark_minimum(axes, [best])
        axes.set_title(name)
    for axes in grid.flat:
        axes.set_xlabel("slope w")
    for axes in grid[:, 0]:
        axes.set_ylabel("intercept b")
    handout.plot(
        plot,
        "valley",
        f"{OPTIMIZER_STEPS} steps in the valley of the least-squares line, which is 69 times as strongly bent across "
        "as along. Gradient descent must take small steps, so as not to overshoot across, and creeps along.",
    )
    _plot_progress(handout, paths)
    handout.say(
        "*Momentum* adds up past gradients, v ← μ·v + ∇J: across the valley they cancel out, along it they grow. "
        "*AdaGrad* divides each weight's step by the root of the sum of its squared gradients, *Adam* by a running "
        "mean of them, with momentum on top: weights with small gradients are moved as far as those with big ones."
    )


def _plot_progress(handout: Handout, paths: dict[str, Array]) -> None:
    lowest = least_squares.cost(*least_squares.closed_form())
    plot, axes = figure(8, 4)
    for name, path in paths.items():
        axes.semilogy([max(least_squares.cost(*line) - lowest, 1e-16) for line in path.tolist()], label=name)
    axes.set(xlabel="step", ylabel="J − J*, above the minimum")
    axes.legend(loc="lower left")
    handout.plot(plot, "progress", "How far the cost is above its minimum, on a logarithmic scale.")
