"""Losses: how wrong one prediction is. Each is an ordinary function of Values, so its gradient comes from the graph.

| targets | of outputs | of scores |
|---|---|---|
| 0 or 1 | `binary_cross_entropy` | `binary_cross_entropy_with_logits` |
| one class of several | `cross_entropy_of_probabilities` | `cross_entropy` (as in PyTorch) |
| 0 or 1 for each label | `multilabel_cross_entropy` | `multilabel_cross_entropy_with_logits` |
| -1 or 1 | | `hinge`, `binary_softmax`, and `zero_one` to measure |
| numbers | `squared_error`, `half_squared_error` | |

Scores are what a model has before its last activation. A loss of scores is finite and exact over the whole range of
floats, where one of outputs has met a probability that was rounded to 0 or 1. The mean of a loss over examples is
called the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

import autograd
from autograd import Constant, Value
from autograd.functions import Scalar, plain
from nn import targets
from nn.metrics import zero_one
from nn.wording import shown

__all__ = [
    "Loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "binary_softmax",
    "cross_entropy",
    "cross_entropy_of_probabilities",
    "half_squared_error",
    "hinge",
    "multilabel_cross_entropy",
    "multilabel_cross_entropy_with_logits",
    "of_scores",
    "squared_error",
    "takes_scores",
    "zero_one",
]

Loss: TypeAlias = Callable[[Any, Any], Scalar]
"""A function of a prediction (a number or Value, or a list of them) and its target."""

L = TypeVar("L", bound=Loss)


def of_scores(loss: L) -> L:
    """Declare a loss to be one of scores, so that `fit` gives it `model.scores(x)` instead of `model(x)`.

    >>> @of_scores
    ... def perceptron(score, target):
    ...     return autograd.relu(-target * score)
    >>> takes_scores(perceptron), takes_scores(squared_error)
    (True, False)
    """
    loss.takes_scores = True  # type: ignore[attr-defined]
    return loss


def takes_scores(loss: Loss) -> bool:
    """Whether the loss takes a model's scores; else it takes what the model puts out."""
    return getattr(loss, "takes_scores", False)


# --- two classes, 0 and 1 ---------------------------------------------------------------------------------------------


def binary_cross_entropy(probability: Scalar, target: float) -> Scalar:
    """-y log p - (1 - y) log(1 - p): the log loss of a predicted probability p of class 1.

    >>> round(binary_cross_entropy(0.7, 1), 2), round(binary_cross_entropy(0.7, 0), 2)
    (0.36, 1.2)

    Exact also for tiny p, and inf for a probability of 0 or 1 that turned out wrong. Where p comes out of a sigmoid,
    `binary_cross_entropy_with_logits` stays finite and keeps the gradient alive.

    Args:
        probability: p, a number or Value from 0 to 1.
        target: y, 0 or 1, or a plain number between them (a soft label).

    Raises:
        ValueError: y or p lies outside 0 to 1.
    """
    y = targets.fraction(target, "binary cross-entropy")
    targets.check_probabilities([targets.single(probability, "binary cross-entropy")], "binary cross-entropy")
    if y == 1.0:  # one term alone, because the other would be 0 · log 0 at p = 1
        return -autograd.log(probability)
    if y == 0.0:
        return -autograd.log1p(-probability)
    return -(y * autograd.log(probability) + (1.0 - y) * autograd.log1p(-probability))


@of_scores
def binary_cross_entropy_with_logits(logit: Scalar, target: float) -> Scalar:
    """The binary cross-entropy of p = σ(z), computed from z: finite and exact over the whole range of floats.

    -y log σ(z) - (1 - y) log(1 - σ(z)) = y · softplus(-z) + (1 - y) · softplus(z), and its slope in z is σ(z) - y.

    >>> binary_cross_entropy_with_logits(1000.0, 0), binary_cross_entropy_with_logits(1000.0, 1)
    (1000.0, 0.0)

    Args:
        logit: z, a number or Value.
        target: y, 0 or 1, or a plain number between them (a soft label).

    Raises:
        ValueError: y lies outside 0 to 1.
    """
    y = targets.fraction(target, "binary cross-entropy")
    logit = targets.single(logit, "binary cross-entropy")
    if y == 1.0:
        return autograd.softplus(-logit)
    if y == 0.0:
        return autograd.softplus(logit)
    return y * autograd.softplus(-logit) + (1.0 - y) * autograd.softplus(logit)


# --- one class of several ---------------------------------------------------------------------------------------------


@of_scores
def cross_entropy(scores: Iterable[Scalar], target: Any) -> Scalar:
    """-f_y + log Σ exp f_k: the multi-class cross-entropy of the softmax of scores f, for the true class y.

    >>> round(cross_entropy([2.0, 1.0, 0.1], 0), 3), cross_entropy([1e50, 1e50], [1, 0]) == autograd.log(2)
    (0.417, True)

    The largest score is taken off all of them first, which changes nothing but keeps the digits where scores are large.
    Its slope in f_k is softmax(f)_k, minus 1 for k = y.

    Args:
        scores: f, one number or Value for each class.
        target: y, the number of the class from 0 up, or one-hot: a 1 at its place and 0 elsewhere.

    Raises:
        ValueError: y is no class of these.
    """
    f = targets.several(scores, "cross-entropy")
    largest = autograd.maximum(*map(plain, f))
    f = [score - largest for score in f]
    return autograd.logsumexp(f) - targets.of_class(f, target, "cross-entropy")


def cross_entropy_of_probabilities(probabilities: Iterable[Scalar], target: Any) -> Scalar:
    """-Σ y_k log p_k: the multi-class cross-entropy of predicted probabilities p, which is -log p of the true class.

    >>> round(cross_entropy_of_probabilities([0.5, 0.3, 0.2], [1, 0, 0]), 3)
    0.693

    Args:
        probabilities: p, one number or Value for each class; together they are 1.
        target: y, the number of the class from 0 up, or one-hot: a 1 at its place and 0 elsewhere.

    Raises:
        ValueError: y is no class of these, or p are no probabilities.
    """
    p = targets.several(probabilities, "cross-entropy")
    targets.check_probabilities(p, "cross-entropy")
    targets.check_distribution(p, "cross-entropy")
    return -autograd.log(targets.of_class(p, target, "cross-entropy"))


# --- several labels, each 0 or 1 --------------------------------------------------------------------------------------


def multilabel_cross_entropy(probabilities: Iterable[Scalar], target: Iterable[float]) -> Scalar:
    """The sum over labels of the binary cross-entropy, from a probability for each.

    >>> round(multilabel_cross_entropy([0.5, 0.4, 0.2], [1, 1, 0]), 3)
    1.833

    Raises:
        ValueError: there are not as many targets as probabilities, or one of either lies outside 0 to 1.
    """
    return _over_labels(binary_cross_entropy, probabilities, target)


@of_scores
def multilabel_cross_entropy_with_logits(logits: Iterable[Scalar], target: Iterable[float]) -> Scalar:
    """The sum over labels of the binary cross-entropy of σ(z), from a score z for each.

    >>> multilabel_cross_entropy_with_logits([1000.0, -1000.0], [0, 0])
    1000.0

    Raises:
        ValueError: there are not as many targets as scores, or a target lies outside 0 to 1.
    """
    return _over_labels(binary_cross_entropy_with_logits, logits, target)


def _over_labels(loss: Loss, predictions: Iterable[Scalar], target: Iterable[float]) -> Scalar:
    predictions = targets.several(predictions, "multi-label cross-entropy")
    ys = targets.labels(target, len(predictions), "multi-label cross-entropy")
    return autograd.sum([loss(prediction, y) for prediction, y in zip(predictions, ys, strict=True)])


# --- two classes, -1 and 1 --------------------------------------------------------------------------------------------


@of_scores
def hinge(score: Scalar, target: float) -> Scalar:
    """max(0, 1 - z·s): the margin loss of a score s, for the true sign z. At z·s = 1 its slope is 0.

    >>> hinge(0.25, 1), hinge(0.25, -1), hinge(3.0, 1)
    (0.75, 1.25, 0.0)

    Args:
        score: s, a number or Value.
        target: z, -1 or 1.

    Raises:
        ValueError: z is neither.
    """
    z = targets.sign(target, "hinge")
    score = targets.single(score, "hinge")
    if isinstance(score, Value) and isinstance(z, float):
        z = Constant(z, "z")  # by its name, so that pictures say 1 - z·s for both signs
    return autograd.relu(1.0 - z * score)


@of_scores
def binary_softmax(score: Scalar, target: float) -> Scalar:
    """-log 1/(1 + exp(-2·z·s)): the log loss of the softmax of s and -s, for the true sign z.

    >>> binary_softmax(1000.0, -1), binary_softmax(1000.0, 1)
    (2000.0, 0.0)

    Args:
        score: s, a number or Value.
        target: z, -1 or 1.

    Raises:
        ValueError: z is neither.
    """
    z = targets.sign(target, "binary softmax")
    return autograd.softplus(-2.0 * z * targets.single(score, "binary softmax"))


# --- numbers ----------------------------------------------------------------------------------------------------------


def squared_error(prediction: Any, target: Any) -> Scalar:
    """(ŷ - y)², the loss of linear regression; of several numbers, the sum over them.

    >>> squared_error(3.0, 1), squared_error([1.0, 2.0], [0, 0])
    (4.0, 5.0)

    Raises:
        TypeError: the target is no plain number, or one is a number and the other a list.
        ValueError: there are not as many targets as predictions.
    """
    if not targets.is_vector(prediction):
        return autograd.square(prediction - targets.number(target, "squared error"))
    if not targets.is_vector(target):
        raise TypeError(f"squared error takes as many targets as predictions, not {shown(target)}")
    ys = [targets.number(y, "squared error") for y in target]
    predictions = list(prediction)
    if len(predictions) != len(ys):
        raise ValueError(f"squared error takes as many targets as predictions: got {len(ys)} and {len(predictions)}")
    return autograd.sum([autograd.square(p - y) for p, y in zip(predictions, ys, strict=True)])


def half_squared_error(prediction: Any, target: Any) -> Scalar:
    """½(ŷ - y)², whose slope is ŷ - y itself.

    >>> half_squared_error(3.0, 1)
    2.0

    Raises:
        TypeError, ValueError: as `squared_error`.
    """
    return 0.5 * squared_error(prediction, target)
