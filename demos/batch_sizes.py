"""Stochastic, minibatch and batch gradient descent

A step of gradient descent can be taken on all N examples or on only m of them, the *batch size*. Few make steps that
are cheap and erratic, many make steps that are expensive and straight.

The cost is a mean over all examples, and so is its gradient. The mean over m of them is m/N of the work and points in
the right direction on average. By m, gradient descent has three names:

- m = 1 is *stochastic* gradient descent (SGD): N small, erratic steps an epoch,
- 1 < m < N is *minibatch* gradient descent, typically with m from 10 to 512,
- m = N is *batch* gradient descent: one step an epoch, straight down.

An *epoch* sees every example once, in an order that is shuffled anew each time, and takes N/m *iterations*: 1,000
examples in batches of 500 are 2 iterations. All three run here on 1,000 examples of a line with noise, from the same
start with the same learning rate.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import nn
from demos.handout import Handout, figure
from demos.landscape import Array, Recorded, draw_contours, mark_minimum

EXAMPLES = 1000
SIZES = {1: "stochastic", 50: "minibatch", 500: "minibatch", EXAMPLES: "batch"}
DRAWN = (1, 50, EXAMPLES)
EPOCHS = 20
LEARNING_RATE = 0.1


class Data(NamedTuple):
    """Examples of one feature, as rows, and their targets."""

    X: Array
    y: Array


class Trained(NamedTuple):
    """How training with one batch size went."""

    size: int
    history: nn.History
    path: Array
    """(w, b) at the start and after every iteration."""

    @property
    def iterations(self) -> int:
        """Those of one epoch."""
        return (len(self.path) - 1) // len(self.history)


def load(seed: int = 0) -> Data:
    """y = 2x + 1 with noise of deviation ½, for x between -½ and 1½."""
    random = np.random.default_rng(seed)
    x = random.uniform(-0.5, 1.5, EXAMPLES)
    return Data(x[:, np.newaxis], 2.0 * x + 1.0 + random.normal(0.0, 0.5, EXAMPLES))


def train(
    data: Data, size: int, epochs: int = EPOCHS, learning_rate: float | nn.schedules.Schedule = LEARNING_RATE
) -> Trained:
    """A line through the data from (0, 0), with batches of this size."""
    model = nn.LinearRegression(1)
    optimizer = Recorded(nn.optimizers.SGD(model.parameters(), learning_rate))
    history = nn.fit(
        model,
        data.X,
        data.y,
        loss=nn.losses.squared_error,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=size,
        progress=False,
    )
    return Trained(size, history, optimizer.path)


def minimum(data: Data) -> tuple[float, float]:
    """The best line (w, b) in closed form."""
    (w, b), *_ = np.linalg.lstsq(np.column_stack([data.X, np.ones(len(data.y))]), data.y)
    return float(w), float(b)


def costs(data: Data, lines: Array) -> Array:
    """J(w, b) of many lines, one row (w, b) each. The cost is a parabola, so three means of the data are enough."""
    best = np.array(minimum(data))
    matrix = np.column_stack([data.X, np.ones(len(data.y))])
    lowest = np.mean((matrix @ best - data.y) ** 2)
    offsets = lines - best
    return lowest + np.einsum("ni,ij,nj->n", offsets, matrix.T @ matrix / len(data.y), offsets)  # type: ignore[no-any-return]


def run(handout: Handout) -> None:
    """Train with every batch size, and compare the paths and the costs."""
    data = load()
    trained = [train(data, size) for size in SIZES]
    lowest = float(costs(data, np.array([minimum(data)]))[0])
    handout.say("## Iterations")
    handout.table(
        ["batch size m", "gradient descent", "iterations an epoch", "J − J* after 1 epoch", f"after {EPOCHS} epochs"],
        [
            [t.size, SIZES[t.size], t.iterations, t.history.loss[0] - lowest, t.history.loss[-1] - lowest]
            for t in trained
        ],
    )
    handout.say("J* is the smallest cost there is, that of the best line in closed form.")
    handout.say("## The paths")
    _plot_paths(handout, data, trained)
    handout.say("## The cost")
    _plot_costs(handout, data, trained, lowest)
    handout.say(
        "Stochastic gradient descent is the first to come near the minimum, but it never settles: every example pulls "
        "towards its own noise. Batch gradient descent comes as close as one likes, but sees all examples for each "
        "step. A minibatch has the best of both, and its examples can be computed at the same time, as vectors. A "
        "learning rate that decreases (see the demo on learning rates) lets the small batches settle too."
    )


def _plot_paths(handout: Handout, data: Data, trained: list[Trained]) -> None:
    plot, row = figure(10, 3.6, ncols=len(DRAWN), sharey=True)
    epochs = 5
    for axes, t in zip(row, [t for t in trained if t.size in DRAWN], strict=True):
        draw_contours(axes, lambda w, b: costs(data, np.array([[w, b]]))[0], (-0.2, 2.8), (-0.2, 1.8), levels=14)
        path = t.path[: epochs * t.iterations + 1]
        axes.plot(*path.T, "-" if t.size == 1 else "o-", markersize=2.5, linewidth=0.5 if t.size == 1 else 1)
        mark_minimum(axes, [minimum(data)])
        axes.set(title=f"m = {t.size}, {SIZES[t.size]}", xlabel="weight w")
    row[0].set_ylabel("bias b")
    handout.plot(
        plot,
        "paths",
        f"From (0, 0), {epochs} epochs each, so that all have seen the same examples: "
        f"{', '.join(f'{epochs * t.iterations:,}' for t in trained if t.size in DRAWN)} steps. The cross marks the "
        "minimum.",
    )


def _plot_costs(handout: Handout, data: Data, trained: list[Trained], lowest: float) -> None:
    plot, (left, right) = figure(10, 4, ncols=2, sharey=True)
    for t in trained:
        left.semilogy(range(1, EPOCHS + 1), np.array(t.history.loss) - lowest, label=f"m = {t.size}")
        _plot_cost_of_first_epoch(right, t, costs(data, t.path[: t.iterations + 1]) - lowest)
    left.set(xlabel="epoch", ylabel="J − J*, above the minimum", xticks=range(0, EPOCHS + 1, 5))
    right.set(xlabel="examples seen, in the first epoch")
    left.legend()
    handout.plot(
        plot,
        "costs",
        "How far the cost is above its minimum, after each epoch (left) and within the first one (right), on a "
        "logarithmic scale.",
    )


def _plot_cost_of_first_epoch(axes: Any, t: Trained, above: Array) -> None:
    axes.semilogy(np.arange(len(above)) * t.size, above, "-" if t.size == 1 else "o-", markersize=3, linewidth=0.8)
