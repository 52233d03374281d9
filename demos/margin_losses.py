"""Losses over the margin: why one does not train on the number of mistakes

For two classes z = ±1 a linear classifier puts out a score s, and decides for the sign of s. The product z·s is its
*margin*: positive if the decision is right, and large if it is right by far.

What one wants is few mistakes, which is
the *0/1 loss*: 0 if z·s ≥ 0, else 1. But that loss is flat, so its gradient is 0 and gradient descent does not know
where to go. The other losses of this page slope downhill towards a larger margin, and are trained on in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Constant, Value
from demos.handout import Handout, figure
from demos.labelled import run_backwards

LOSSES: dict[str, tuple[nn.losses.Loss, str]] = {
    "0/1": (nn.losses.zero_one, "0 if z·s ≥ 0, else 1"),
    "hinge": (nn.losses.hinge, "max(0, 1 − z·s)"),
    "cross-entropy": (nn.losses.binary_softmax, "−log 1/(1 + exp(−2z·s))"),
    "squared error": (nn.losses.squared_error, "(s − z)² = (1 − z·s)²"),
}
"""Of a score and its sign."""
HINGE = "J = max(0, 1 − z·w·x)"
MARGINS = (-2.0, -0.5, 0.5, 1.0, 2.0)


def loss_at(loss: nn.losses.Loss, margin: float, sign: int = 1) -> float:
    """The loss of a score with this margin."""
    return float(loss(sign * margin, sign))


def slope_at(loss: nn.losses.Loss, margin: float, sign: int = 1) -> float:
    """How fast the loss changes with the margin z·s, out of the graph; ∂/∂(z·s) = z·∂/∂s, because z² = 1.

    >>> slope_at(nn.losses.hinge, 0.5)
    -1.0
    """
    score = Value(sign * margin)
    return sign * autograd.gradients(_recorded(loss, score, sign), [score])[0]


def _recorded(loss: nn.losses.Loss, score: Value, sign: int) -> Value:
    """The loss as a graph; that of `zero_one`, which only measures, is drawn up from a step."""
    return zero_one_graph(score, sign) if loss is nn.losses.zero_one else loss(score, sign)


def zero_one_graph(score: Value, sign: int) -> Value:
    """The 0/1 loss as gates: a step of −z·s."""
    loss: Value = autograd.step(-(Constant(sign, "z") * score))
    return loss


def classifier(loss: Callable[[Any, int], Value], weight: float) -> Value:
    """The loss of a classifier with one weight, s = w·x with x = 2, for the sign z = −1, after a backward pass."""
    w = nn.Parameter(weight)
    x = Value(2.0)
    s = w * x
    J = loss(s, -1)
    return run_backwards(J, w=w, x=x, s=s, J=J)


def run(handout: Handout) -> None:
    """The losses and their slopes; a classifier that cannot learn and one that can; the kink of the hinge."""
    handout.say("## Four losses")
    _plot(handout)
    handout.table(["loss", "formula"], [[name, formula] for name, (_, formula) in LOSSES.items()])
    for what, function in (("loss at", loss_at), ("slope at", slope_at)):
        handout.table(
            [what, *[f"z·s = {margin:g}".replace("-", "−") for margin in MARGINS]],
            [[name, *[function(loss, margin) for margin in MARGINS]] for name, (loss, _) in LOSSES.items()],
        )
    handout.say(
        "The hinge loss leaves a margin of 1 and more alone. The cross-entropy always asks for a little more. (Its "
        "factor 2 comes from the softmax of the two scores s and −s.) The squared error punishes an answer that is "
        "right by more than 1: it is made for numbers, not for signs."
    )
    handout.say("## The 0/1 loss cannot be trained on")
    _show_training(handout)
    handout.say("## The kink of the hinge")
    _show_kink(handout)


def _plot(handout: Handout) -> None:
    margins = np.linspace(-2.5, 2.5, 501)
    plot, (left, right) = figure(10, 4, ncols=2)
    for name, (loss, _) in LOSSES.items():
        is_flat = name == "0/1"
        left.plot(margins, [_gap(loss_at(loss, float(m)), m, is_flat) for m in margins], label=name)
        is_kinked = name in ("0/1", "hinge")
        kink = 0.0 if is_flat else 1.0
        right.plot(margins, [_gap(slope_at(loss, float(m)), m - kink, is_kinked) for m in margins], label=name)
    left.set(title="loss", xlabel="margin z·s", ylim=(-0.1, 5))
    right.set(title="slope", xlabel="margin z·s", ylim=(-4, 3))
    left.legend()
    handout.plot(
        plot,
        "losses",
        "On the left the losses over the margin, on the right their slopes, as the engine gives them. The slope of "
        "the 0/1 loss is 0 on both sides of its jump.",
    )


def _gap(height: float, distance: float, jumps: bool) -> float:
    """No line is drawn through a jump."""
    return float("nan") if jumps and abs(distance) < 1e-9 else height


def _show_training(handout: Handout) -> None:
    handout.say(
        "A classifier with one weight, s = w·x, has x = 2 and should say z = −1. With w = 0.5 it says s = 1, which "
        "is wrong. The gradient ought to say: make w smaller."
    )
    for name, title, loss, caption in (
        (
            "zero_one",
            "J = step(−z·w·x)",
            zero_one_graph,
            "The 0/1 loss, as a step. It is 1, the mistake is seen; but the step is flat, its local gradient is 0, and "
            "nothing passes back to w (grey).",
        ),
        (
            "hinge",
            HINGE,
            nn.losses.hinge,
            "The hinge loss of the same mistake; ReLU(u) = max(0, u) is its gate. ∂J/∂w = −z·x = 2: a smaller w is "
            "better.",
        ),
    ):
        handout.draw(autograd.draw(classifier(loss, 0.5), title=title), name, caption)


def _show_kink(handout: Handout) -> None:
    handout.say(
        "At z·s = 1 the hinge loss has a kink: its slope is −1 on the left and 0 on the right, and every number "
        "between them is a *subgradient*, the slope of a line that touches the loss there and lies nowhere above it. "
        "Any of them would do for gradient descent. The engine takes 0, the one nearest to zero, so that a score "
        "that is good enough is left alone."
    )
    handout.table(
        ["z·s", "hinge", "slope"],
        [[f"{m:g}", nn.losses.hinge(m, 1), slope_at(nn.losses.hinge, m)] for m in (0.999, 1.0, 1.001)],
    )
    handout.draw(
        autograd.draw(classifier(nn.losses.hinge, -0.5), title=HINGE),
        "kink",
        "Exactly at the kink: z·s = −1 · (−1) = 1. ReLU gets 0 and has the local gradient 0.",
    )
