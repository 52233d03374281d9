"""Is this review positive? One neuron, and one step of learning

A film review is turned into six numbers, its *features*, and a logistic neuron says how probable it is that the review
is positive: P(y = 1 | x) = σ(Σ wᵢ·xᵢ + b). Each weight says what its feature speaks for, and how loudly. First the
weights are given, and we see how good the neuron's answer is. Then we begin at zero, and learn from one example.
"""

from __future__ import annotations

from typing import NamedTuple

import autograd
import nn
from demos.handout import Cell, Handout
from demos.labelled import labelled
from demos.logistic_neuron import Case

FEATURES = {
    "positive words": (3.0, 2.5),
    "negative words": (2.0, -5.0),
    '"no" occurs': (1.0, -1.2),
    "pronouns I, you": (3.0, 0.5),
    '"!" occurs': (0.0, 2.0),
    "log of the length": (4.19, 0.7),
}
"""Of each feature its number in the review, and its weight."""
X, W = zip(*FEATURES.values(), strict=True)
REVIEW = Case(X, W, b=0.1, y=1)

LESSON = Case(x=(3.0, 2.0), w=(0.0, 0.0), b=0.0, y=1)
"""Three positive words, two negative ones, and the review is positive: one example to learn from."""
LEARNING_RATE = 0.1


class Step(NamedTuple):
    """Of each parameter, w₁, w₂ and b: its number, its gradient, and its number after one step."""

    before: tuple[float, ...]
    gradient: tuple[float, ...]
    after: tuple[float, ...]


def learn(case: Case) -> Step:
    """One step of gradient descent on the loss of one example."""
    found = labelled(case.loss())
    parameters = [node for node in found.values() if isinstance(node, nn.Parameter)]
    gradient = tuple([parameter.grad for parameter in parameters])
    nn.optimizers.SGD(parameters, learning_rate=LEARNING_RATE).step()
    return Step((*case.w, case.b), gradient, tuple([parameter.data for parameter in parameters]))


def run(handout: Handout) -> None:
    """The answer and its loss; then one step of gradient descent from zero."""
    handout.say("## The answer")
    _show_answer(handout)
    handout.say("## How wrong is it?")
    _show_losses(handout)
    handout.say("## One step of gradient descent")
    _show_step(handout)


def _show_answer(handout: Handout) -> None:
    found = labelled(REVIEW.loss())
    z, a = found["z"], found["a"]
    handout.table(["feature", "x", "w", "w·x"], [[feature, x, w, w * x] for feature, (x, w) in FEATURES.items()])
    handout.say(
        f"The products and the bias {REVIEW.b:g} add up to the signal **z = {z.data:.3f}**, and σ(z) = "
        f"**{a.data:.2f}**: the review is positive with a probability of {a.data:.2f}, and negative with "
        f"{1 - a.data:.2f}. The two negative words take away most; the positive words and the length make up for it."
    )
    handout.draw(
        autograd.draw(a, mode="forward", title="a = σ(Σ w·x + b)"),
        "neuron",
        "The neuron: six inputs, six weights and a bias go into its adder.",
    )


def _show_losses(handout: Handout) -> None:
    handout.say(
        "The loss of an answer is −log of the probability that it gave to what is true, J = −y·log a − (1 − y)·log(1 "
        "− a), with the natural logarithm. (In the picture log(1 − a) is the gate log1p of −a: log1p(x) = log(1 + x), "
        "which is exact also where a is tiny and 1 − a would be rounded.) If the review is positive (y = 1), the "
        "neuron was right, and the loss is small; if it is negative (y = 0), the loss is larger."
    )
    for y in (1, 0):
        handout.draw(
            autograd.draw(REVIEW._replace(y=y).loss(), depth=3 if y else 4, title=f"y = {y}"),
            f"loss_{y}",
            "The answer was right: J = −log a." if y else "The answer was wrong: J = −log(1 − a).",
        )
    handout.table(["y", "a", "J", "∂J/∂z = a − y"], [_loss_row(y) for y in (1, 0)])


def _loss_row(y: int) -> list[Cell]:
    found = labelled(REVIEW._replace(y=y).loss())
    return [y, found["a"].data, found["J"].data, found["z"].grad]


def _show_step(handout: Handout) -> None:
    handout.say(
        "Now with two features, the numbers of positive and of negative words, and all parameters at zero. The "
        "example is x = (3, 2) with y = 1. At zero the neuron says ½ to everything, so δ = a − y = −0.5, and the "
        "gradient is (x₁δ, x₂δ, δ). Gradient descent goes against it: θ ← θ − η·∇J, here with the learning rate η = "
        f"{LEARNING_RATE:g}."
    )
    step = learn(LESSON)
    handout.draw(
        autograd.draw(LESSON.loss()),
        "before",
        "At zero: a = 0.5 and J = log 2 = 0.693. Below the parameters stands the gradient (−1.5, −1.0, −0.5).",
    )
    handout.table(["parameter", *Step._fields], [list(row) for row in zip(("w₁", "w₂", "b"), *step, strict=True)])
    *weights, bias = step.after
    after = LESSON._replace(w=weights, b=bias).loss()
    handout.draw(
        autograd.draw(after),
        "after",
        f"After the step: (0.15, 0.10, 0.05). The neuron now says {labelled(after)['a'].data:.2f} to this example, "
        f"and the loss has fallen to {after.data:.2f}. Note that both weights went up, that of the negative words "
        "too: it takes more examples to learn what they mean.",
    )
