"""Where gradient descent ends depends on where it starts, or does not

Gradient descent goes downhill until the slope is zero. Whether that is the lowest point of all depends on the shape of
the cost.

A *convex* cost is a bowl: the straight line between any two of its points lies nowhere below it, so that a point with
slope zero is the *global minimum*. The costs of linear regression (squared error) and of logistic regression
(cross-entropy) are convex: any start will do, and zero is as good as any.

The cost of a neural network is not convex, and neither is that of a single sigmoid neuron with the squared error.
There are several valleys, and flat places between them. Gradient descent then finds a *local minimum*, and which one
depends on the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
from autograd.functions import Scalar
from demos import least_squares
from demos.handout import GREY, INK, Handout, figure
from demos.landscape import Array, Cost, descend, draw_contours, draw_path, mark_minimum
from demos.palette import SERIES

STUDIED = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
PASSED = (0, 0, 1, 0, 1, 0, 1, 1, 1)
OUTLIER_X, OUTLIER_Y = (0.5, 0.5, 1.0, 1.0, 0.5, 8.0), (1, 1, 1, 1, 0, 0)
"""Small features go with class 1, mostly, but one example of class 0 lies far out."""
CURVE_X = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
CURVE_Y = tuple(float(np.tanh(x)) for x in CURVE_X)
SADDLE = (0.0, 0.0)
"""Here the cost of the two layers is flat, but falls to two sides."""


def logistic_cost(w: Scalar, b: Scalar) -> Scalar:
    """The mean cross-entropy of P(y = 1 | x) = σ(w·x + b)."""
    return autograd.mean(
        [nn.losses.binary_cross_entropy_with_logits(w * x + b, y) for x, y in zip(STUDIED, PASSED, strict=True)]
    )


def sigmoid_squared_error(w: Scalar) -> Scalar:
    """The mean of ½(σ(w·x) - y)²: not convex."""
    return autograd.mean(
        [nn.losses.half_squared_error(autograd.sigmoid(w * x), y) for x, y in zip(OUTLIER_X, OUTLIER_Y, strict=True)]
    )


def sigmoid_cross_entropy(w: Scalar) -> Scalar:
    """The mean cross-entropy of the same neuron on the same data: convex."""
    return autograd.mean(
        [nn.losses.binary_cross_entropy_with_logits(w * x, y) for x, y in zip(OUTLIER_X, OUTLIER_Y, strict=True)]
    )


def two_layer_cost(w1: Scalar, w2: Scalar) -> Scalar:
    """The mean squared error of two layers with one neuron each, ŷ = w₂·tanh(w₁·x).

    >>> two_layer_cost(1.0, 1.0) == two_layer_cost(-1.0, -1.0) == 0.0
    True
    """
    return autograd.mean(
        [nn.losses.squared_error(w2 * autograd.tanh(w1 * x), y) for x, y in zip(CURVE_X, CURVE_Y, strict=True)]
    )


class Landscape(NamedTuple):
    """A cost, where to start on it, and how to walk."""

    cost: Cost
    starts: Sequence[tuple[float, ...]]
    learning_rate: float
    steps: int

    def paths(self) -> list[Array]:
        """The way from each of the starts."""
        optimizer = partial(nn.optimizers.SGD, learning_rate=self.learning_rate)
        return [descend(self.cost, start, optimizer, self.steps) for start in self.starts]


LINEAR = Landscape(least_squares.cost, [(-0.5, -0.5), (-0.5, 6.5), (1.8, 6.5), (1.8, -0.5)], 0.05, 1000)
LOGISTIC = Landscape(logistic_cost, [(-1.0, -2.0), (-1.0, 2.0), (4.0, 2.0), (4.0, -2.0), (0.0, 0.0)], 1.0, 500)
SQUARED = Landscape(sigmoid_squared_error, [(-1.5,), (0.4,), (1.0,), (4.0,)], 0.5, 2000)
CROSS_ENTROPY = Landscape(sigmoid_cross_entropy, SQUARED.starts, 0.05, 500)
TWO_LAYERS = Landscape(
    two_layer_cost, [SADDLE, (0.3, -0.1), (0.1, -0.3), (-1.8, 0.5), (1.8, -1.2), (0.5, 1.8)], 0.1, 1000
)


def run(handout: Handout) -> None:
    """Walk down every landscape from several starts, and show where the walks end."""
    handout.say("## Convex: linear and logistic regression")
    _show_convex(handout)
    handout.say("## One sigmoid neuron, two losses")
    _show_one_weight(handout)
    handout.say("## Two layers")
    _show_two_layers(handout)


def _show_convex(handout: Handout) -> None:
    plot, (left, right) = figure(9, 4, ncols=2)
    paths = {"linear regression": LINEAR.paths(), "logistic regression": LOGISTIC.paths()}
    draw_contours(left, LINEAR.cost, (-1.3, 2.3), (-1, 7))
    draw_contours(right, LOGISTIC.cost, (-1.5, 4.5), (-2.5, 2.5))
    for axes, (name, walks) in zip((left, right), paths.items(), strict=True):
        _draw_walks(axes, walks)
        axes.set(title=name, xlabel="weight w", ylabel="bias b")
    handout.plot(
        plot, "convex", "Contours of the mean loss over weight and bias, and gradient descent from several starts."
    )
    handout.table(
        ["cost", "starts (w, b)", "end (w, b)", "cost there"],
        [
            row
            for name, landscape in zip(paths, (LINEAR, LOGISTIC), strict=True)
            for row in _rows(name, landscape, paths[name])
        ],
    )


def _show_one_weight(handout: Handout) -> None:
    plot, (left, right) = figure(9, 4, ncols=2)
    walks = SQUARED.paths(), CROSS_ENTROPY.paths()
    for axes, landscape, paths in zip((left, right), (SQUARED, CROSS_ENTROPY), walks, strict=True):
        weights = np.linspace(-2, 5, 300).tolist()
        axes.plot(weights, [landscape.cost(w) for w in weights], color=GREY)
        for path, color in zip(paths, SERIES, strict=False):
            axes.plot(path[::10], [landscape.cost(*w) for w in path[::10].tolist()], ".", color=color, markersize=3)
            axes.plot(path[0], landscape.cost(*path[0]), "o", color=color)
            axes.plot(path[-1], landscape.cost(*path[-1]), "x", color=INK, markersize=9, markeredgewidth=2)
        axes.set(xlabel="weight w", ylabel="mean loss J(w)")
    left.set_title("squared error: two valleys")
    right.set_title("cross-entropy: one")
    handout.plot(
        plot,
        "one_weight",
        "The same neuron σ(w·x) on the same six examples. Discs are starts, crosses are ends. With the squared error "
        "the starts on the right end in a valley that is not the deepest.",
    )
    handout.table(
        ["loss", "starts w", "end w", "cost there"],
        [*_rows("squared error", SQUARED, walks[0]), *_rows("cross-entropy", CROSS_ENTROPY, walks[1])],
    )
    handout.say(
        "The squared error saturates: an example far on the wrong side costs ½ and pulls no more, since "
        "σ'(z) is nearly 0 there. So the neuron may give up the outlier at x = 8. The cross-entropy of an example "
        "grows with the distance, and its slope a − y stays near ±1."
    )


def _show_two_layers(handout: Handout) -> None:
    plot, axes = figure(6, 5)
    paths = TWO_LAYERS.paths()
    draw_contours(axes, TWO_LAYERS.cost, (-2.2, 2.2), (-2.2, 2.2))
    _draw_walks(axes, paths)
    axes.set(xlabel="weight w₁ of the first layer", ylabel="weight w₂ of the second layer")
    handout.plot(
        plot,
        "two_layers",
        "Contours of the mean squared error of ŷ = w₂·tanh(w₁·x). Two minima compute the same function, with both "
        "signs turned round. The start at (0, 0) does not move.",
    )
    handout.table(["network", "starts (w₁, w₂)", "end (w₁, w₂)", "cost there"], _rows("two layers", TWO_LAYERS, paths))
    handout.say(
        "At (0, 0) both gradients are exactly 0, although it is no minimum but a *saddle*: each weight's gradient is "
        "a multiple of the other weight. From weights of zero, which are fine for logistic regression, this "
        "network cannot learn. That is why networks start from small random weights."
    )


def _draw_walks(axes: Any, paths: Sequence[Array]) -> None:
    for path, color in zip(paths, SERIES, strict=False):
        draw_path(axes, path, color)
        axes.plot(*path[0], "o", color=color)
    mark_minimum(axes, [path[-1] for path in paths])


def _rows(name: str, landscape: Landscape, paths: Sequence[Array]) -> list[list[str]]:
    """A row for each end, with all the starts that lead to it."""
    starts: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        end = _point(path[-1], 2), f"{landscape.cost(*path[-1].tolist()):.4f}"
        starts.setdefault(end, []).append(_point(path[0], 1))
    return [[name, ", ".join(found), *end] for end, found in starts.items()]


def _point(numbers: Array, digits: int) -> str:
    text = ", ".join(f"{number + 0.0:.{digits}f}".replace("-", "−") for number in numbers)
    return f"({text})" if len(numbers) > 1 else text
