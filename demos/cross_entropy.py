"""Cross-entropy: three kinds of classes, one idea

A classifier that puts out probabilities is wrong by −log of the probability that it gave to what is true. That is the
*cross-entropy*: 0 if it was certain and right, log 2 = 0.693 for an even bet, and without bound if it was certain and
wrong. All logarithms are natural.

- *Binary*: two classes, y = 0 or 1, and ŷ = P(y = 1). J = −y·log ŷ − (1 − y)·log(1 − ŷ).
- *Multi-class*: one class of several, y is 1 at its place and 0 elsewhere, and the ŷ add up to 1. J = −Σₖ yₖ·log ŷₖ.
- *Multi-label*: each label holds or not, for itself. J is the sum of the binary cross-entropies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import autograd
import nn
from autograd import Value
from autograd.functions import Scalar
from demos.handout import Cell, Handout, figure, written
from demos.labelled import labelled, run_backwards

BINARY = ((1, 0.7), (0, 0.1), (0, 0.8), (0, 0.5), (1, 0.4))
"""y and ŷ of each example."""

CLASSES = ("cat", "dog", "egg")
MULTI_CLASS = (
    ("cat", (0.5, 0.3, 0.2)),
    ("dog", (0.1, 0.2, 0.7)),
    ("egg", (0.4, 0.2, 0.4)),
    ("dog", (0.3, 0.5, 0.2)),
    ("cat", (0.4, 0.1, 0.5)),
)
"""The true class, and ŷ of the three classes."""

MULTI_LABEL = (
    ((1, 1, 0), (0.5, 0.4, 0.2)),
    ((0, 1, 1), (0.1, 0.4, 0.7)),
    ((1, 0, 1), (0.8, 0.2, 0.4)),
    ((0, 1, 0), (0.3, 0.5, 0.6)),
    ((1, 0, 0), (0.5, 0.9, 0.5)),
)
"""y and ŷ of the three labels."""

SCORES = (2.0, 1.0, 0.1)
LARGE_SCORES = (1000.0, 1001.0, 1002.0)


def binary_losses() -> list[float]:
    """Of each binary example."""
    return [nn.losses.binary_cross_entropy(p, y) for y, p in BINARY]


def multi_class_losses() -> list[float]:
    """Of each cat, dog or egg."""
    return [nn.losses.cross_entropy_of_probabilities(p, one_hot(name)) for name, p in MULTI_CLASS]


def multi_label_losses() -> list[float]:
    """Of each example with three labels."""
    return [nn.losses.multilabel_cross_entropy(p, y) for y, p in MULTI_LABEL]


def one_hot(name: str) -> list[int]:
    """
    >>> one_hot("dog")
    [0, 1, 0]
    """
    return [int(each == name) for each in CLASSES]


def naive_softmax(scores: Sequence[float]) -> list[float]:
    """exp fₖ / Σⱼ exp fⱼ as it is written, which overflows."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores)
        return [float(p) for p in exponentials / exponentials.sum()]


def loss_of_scores(scores: Sequence[float], true: int) -> Value:
    """J = -fₜ + log Σₖ exp fₖ of scores f for the true class t, after a backward pass."""
    f = [Value(score, label=f"f_{k}") for k, score in enumerate(scores, start=1)]
    J: Value = -f[true] + autograd.logsumexp(f)
    return run_backwards(J, J=J)


def binary_loss(y: int, p: float) -> Value:
    """The binary cross-entropy of ŷ = p, after a backward pass."""
    prediction = Value(p, label="ŷ")
    J: Value = nn.losses.binary_cross_entropy(prediction, y)
    return run_backwards(J, J=J)


def multi_label_loss() -> Value:
    """That of the first row of the table, after a backward pass."""
    y, p = MULTI_LABEL[0]
    predictions = [Value(number, label=f"ŷ_{k}") for k, number in enumerate(p, start=1)]
    J: Value = nn.losses.multilabel_cross_entropy(predictions, y)
    return run_backwards(J, J=J)


def run(handout: Handout) -> None:
    """Tables and graphs of the three kinds; softmax and its gradient."""
    handout.say("## Binary")
    _show_binary(handout)
    handout.say("## Multi-class")
    _show_multi_class(handout)
    handout.say("## Scores and softmax")
    _show_softmax(handout)
    handout.say("## Multi-label")
    _show_multi_label(handout)


def _show_binary(handout: Handout) -> None:
    _table(
        handout,
        ["y", "ŷ", "loss"],
        [[y, p, f"−log {'' if y else f'(1 − {p:g}) = −log '}{p if y else 1 - p:g}"] for y, p in BINARY],
        binary_losses(),
    )
    for y, caption in (
        (1, "For y = 1 the slope in ŷ is −1/ŷ: the less probability was given to what is true, the steeper."),
        (0, "For y = 0 the same answer is wrong, and the slope is 1/(1 − ŷ). The gate log1p(x) is log(1 + x)."),
    ):
        handout.draw(autograd.draw(binary_loss(y, 0.7), legend=False), f"binary_{y}", caption)
    p = np.linspace(0.003, 0.997, 400)
    plot, axes = figure(7, 3.6)
    axes.plot(p, [binary_loss(1, float(each)).data for each in p], label="y = 1: −log ŷ")
    axes.plot(p, [binary_loss(0, float(each)).data for each in p], label="y = 0: −log(1 − ŷ)")
    for (y, each), height in zip(BINARY, binary_losses(), strict=True):
        axes.plot(each, height, "o", color="#005a9c" if y else "#b34700")
    axes.set(xlabel="ŷ = P(y = 1)", ylabel="loss", ylim=(0, 5))
    axes.legend(loc="upper center")
    handout.plot(
        plot, "curves", "The loss over the probability, and the five examples on it. At the wrong end it is infinite."
    )


def _show_multi_class(handout: Handout) -> None:
    _table(
        handout,
        ["true", "y", "ŷ (cat, dog, egg)", "loss"],
        [[name, _vector(one_hot(name)), _vector(p), f"−log {p[CLASSES.index(name)]:g}"] for name, p in MULTI_CLASS],
        multi_class_losses(),
    )
    handout.say(
        "Only the probability of the true class counts. In the second row the classifier was nearly sure of egg, and "
        "it was a dog: that row costs most. The fourth is right with the same 0.5 as the first."
    )


def _show_softmax(handout: Handout) -> None:
    handout.say(
        "Probabilities come out of *scores* f by the softmax, ŷₖ = exp fₖ / Σⱼ exp fⱼ. Put into the loss, where t is "
        "the true class, the exponential and the logarithm cancel: **J = −log ŷₜ = −fₜ + log Σₖ exp fₖ**. log Σ exp "
        "is one gate here. Its local gradients are the softmax, so that **∂J/∂fₖ = ŷₖ − yₖ**: output minus target, as "
        "for the single neuron."
    )
    handout.draw(
        autograd.draw(loss_of_scores(SCORES, true=0)),
        "scores",
        "Scores of cat, dog and egg, and the loss if it is a cat. f₁ fans out: its gradient −1 + 0.659 is ŷ₁ − 1.",
    )
    handout.draw(
        autograd.draw(loss_of_scores(SCORES, true=0), unfold=["logsumexp"]),
        "scores_unfolded",
        "The same, log Σ exp drawn as the gates that it stands for.",
    )
    probabilities = autograd.softmax(SCORES)
    found = labelled(loss_of_scores(SCORES, true=0))
    handout.table(
        ["class", "score f", "ŷ = softmax(f)", "y", "ŷ − y", "∂J/∂f out of the graph"],
        [
            [name, f, p, y, p - y, found[f"f_{k}"].grad]
            for k, (name, f, p, y) in enumerate(
                zip(CLASSES, SCORES, probabilities, one_hot("cat"), strict=True), start=1
            )
        ],
    )
    handout.say(
        "As it is written, the softmax of large scores is inf/inf, which is no number. It does not change when the "
        "same number is taken from all scores; without the largest of them no exponential overflows."
    )
    handout.table(
        ["scores", "exp fₖ / Σⱼ exp fⱼ", "softmax(f)", "loss for egg"],
        [
            [_vector(f), _vector(naive_softmax(f)), _vector(autograd.softmax(f)), nn.losses.cross_entropy(f, 2)]
            for f in ((0.0, 1.0, 2.0), LARGE_SCORES)
        ],
    )


def _show_multi_label(handout: Handout) -> None:
    _table(
        handout,
        ["y", "ŷ", "loss"],
        [[_vector(y), _vector(p), _terms(y, p)] for y, p in MULTI_LABEL],
        multi_label_losses(),
    )
    handout.draw(
        autograd.draw(multi_label_loss(), title="J = −log ŷ₁ − log ŷ₂ − log(1 − ŷ₃)"),
        "multi_label",
        "The first row: labels 1 and 2 hold, label 3 does not. The three losses are added up, so each label has its "
        "gradient to itself.",
    )


def _terms(y: Sequence[int], p: Sequence[float]) -> str:
    return "−" + " − ".join([f"log {each if label else 1 - each:g}" for label, each in zip(y, p, strict=True)])


def _table(handout: Handout, header: list[str], examples: list[list[Cell]], losses: Sequence[Scalar]) -> None:
    """A row for each example, with its loss worked out; then their sum and their mean, the cost."""
    blank: list[Cell] = [""] * (len(header) - 1)
    handout.table(
        [*header, ""],
        [
            *[[*example, f"{loss:.3f}"] for example, loss in zip(examples, losses, strict=True)],
            [*blank, "total", f"{sum(losses):.3f}"],
            [*blank, "mean, the cost", f"{sum(losses) / len(losses):.3f}"],
        ],
    )


def _vector(numbers: Sequence[float]) -> str:
    return f"({', '.join(map(written, numbers))})"
