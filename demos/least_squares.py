"""A least-squares line by gradient descent

Twelve points (x, y), and the line ŷ = w·x + b that misses them least, found step by step going downhill.

How far a line misses is its *cost*, the mean of the squared errors, J(w, b) = (1/m) Σ (ŷ⁽ⁱ⁾ − y⁽ⁱ⁾)². Every line is one
pair (w, b), so J is a landscape over a plane, and for a linear model that landscape is a bowl: it is *convex*, with a
single lowest point.

Gradient descent starts somewhere and goes downhill, (w, b) ← (w, b) − η·∇J, with the *learning rate* η. The gradient
∇J = (∂J/∂w, ∂J/∂b) is the direction in which J rises most steeply. Here it comes out of the recorded graph of J, by one
backward pass for each step. For this cost it could be written down: with the errors δ⁽ⁱ⁾ = ŷ⁽ⁱ⁾ − y⁽ⁱ⁾ it is
∂J/∂w = (2/m) Σ x⁽ⁱ⁾δ⁽ⁱ⁾ and ∂J/∂b = (2/m) Σ δ⁽ⁱ⁾, and setting both to zero gives the best line in closed form. That is
what we compare with.
"""

from __future__ import annotations

from functools import partial

import numpy as np

import autograd
import nn
from autograd.functions import Scalar
from demos.handout import BLUE, GREY, INK, ORANGE, Handout, figure, written
from demos.landscape import Array, descend, draw_contours, draw_path, mark_minimum

X = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0)
Y = (2.3, 1.9, 3.4, 2.6, 4.1, 4.2, 3.7, 5.4, 4.6, 5.9, 6.6, 5.8)
START = (-0.5, 6.0)
LEARNING_RATE = 0.05
STEPS = 400
SHOWN = (0, 1, 2, 10, 50, STEPS)


def cost(w: Scalar, b: Scalar) -> Scalar:
    """J(w, b) = (1/m) Σ (w·x + b - y)², the mean of the squared errors.

    >>> cost(0.0, 0.0) == float(np.mean(np.square(Y)))
    True
    """
    return autograd.mean([nn.losses.squared_error(w * x + b, y) for x, y in zip(X, Y, strict=True)])


def gradient_descent(steps: int = STEPS) -> Array:
    """The lines (w, b) that gradient descent goes through, one row each."""
    return descend(cost, START, partial(nn.optimizers.SGD, learning_rate=LEARNING_RATE), steps)


def closed_form() -> tuple[float, float]:
    """The best line (w, b): w = cov(x, y) / var(x), and it goes through the mean point."""
    x, y = np.array(X), np.array(Y)
    w = float(np.mean((x - x.mean()) * (y - y.mean())) / x.var())
    return w, float(y.mean() - w * x.mean())


def run(handout: Handout) -> None:
    """Walk down the landscape, show the lines on the way, and compare with the closed form."""
    path, best = gradient_descent(), closed_form()
    handout.say("## The cost, and its gradient out of the graph")
    _draw_graph(handout)
    handout.say("## The walk")
    handout.table(["step", "w", "b", "J(w, b)"], [[step, *path[step], cost(*path[step])] for step in SHOWN])
    _plot_landscape(handout, path, best)
    _plot_lines(handout, path)
    handout.say("## Against the closed form")
    handout.table(
        ["line", "w", "b", "J(w, b)"],
        [[f"gradient descent, {STEPS} steps", *path[-1], cost(*path[-1])], ["closed form", *best, cost(*best)]],
    )
    handout.say(
        f"The two lines differ by {written(np.abs(path[-1] - best).max())} in w or b. The first steps go down fast, "
        "across the valley; the rest creep along its floor, where the gradient is small. Features of similar size, "
        "around 0, make the bowl round and gradient descent quick: that is why data are *standardised*."
    )


def _draw_graph(handout: Handout) -> None:
    """The cost of two points only: the other ten look the same and would not fit on a page."""
    w, b = nn.Parameter(1.0, label="w"), nn.Parameter(0.5, label="b")
    predictions = [w * x + b for x in X[1:5:2]]
    loss = autograd.mean([nn.losses.squared_error(p, y) for p, y in zip(predictions, Y[1:5:2], strict=True)])
    loss.label = "J"
    loss.backward()
    handout.draw(
        autograd.draw(loss),
        "graph",
        "The mean squared error of two of the points. w and b fan out to both, so their gradients are sums over the "
        "points.",
    )


def _plot_landscape(handout: Handout, path: Array, best: tuple[float, float]) -> None:
    plot, axes = figure(7, 4.6)
    draw_contours(axes, cost, (-1.0, 2.0), (-1.0, 7.0))
    draw_path(axes, path, BLUE, "gradient descent")
    mark_minimum(axes, [best], "closed form")
    axes.set(xlabel="slope w", ylabel="intercept b")
    axes.legend()
    handout.plot(
        plot,
        "landscape",
        "Contours of J(w, b): along each of them the cost is the same. Every step leaves its contour at a right angle "
        "(the axes have different scales here, which tilts the angles).",
    )


def _plot_lines(handout: Handout, path: Array) -> None:
    plot, axes = figure()
    ends = np.array([0.0, 6.5])
    for step, shade in zip(SHOWN, np.linspace(0.25, 1.0, len(SHOWN)), strict=True):
        w, b = path[step]
        last = step == STEPS
        axes.plot(ends, w * ends + b, color=ORANGE if last else BLUE, alpha=shade, label=f"step {step}")
    for x, y, predicted in zip(X, Y, path[-1, 0] * np.array(X) + path[-1, 1], strict=True):
        axes.plot([x, x], [y, predicted], color=GREY, linewidth=1)
    axes.plot(X, Y, "o", color=INK)
    axes.set(xlabel="x", ylabel="y, and ŷ = w·x + b", xlim=ends)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    handout.plot(
        plot, "lines", "The twelve points and the line at some of the steps; the grey bars are the errors of the last."
    )
