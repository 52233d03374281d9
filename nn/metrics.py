"""Metrics: how good predictions are, in numbers that cannot be trained on because they are flat almost everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value
from autograd.functions import Scalar, plain
from nn.targets import is_vector, sign

UNTRAINABLE = "cannot be trained on, its gradient is 0 almost everywhere: train with hinge or a cross-entropy"


def zero_one(score: Scalar, target: float) -> float:
    """The 0/1 loss: 0 if z·s ≥ 0, else 1, for a score s and the true sign z. A number, never a Value.

    >>> zero_one(0.3, 1), zero_one(0.3, -1), zero_one(0.0, -1)
    (0.0, 1.0, 0.0)

    Args:
        score: s, a number, or a Value that nothing was recorded of (as under `no_grad`).
        target: z, -1 or 1.

    Raises:
        TypeError: the score was recorded, as if a gradient were wanted.
        ValueError: z is neither -1 nor 1.
    """
    if getattr(score, "gate", None) is not None:
        raise TypeError(f"zero_one {UNTRAINABLE}, and measure with zero_one(score.data, z)")
    margin = plain(score) * sign(target, "zero_one")
    return 0.0 if margin >= 0.0 else 1.0


zero_one.takes_scores = True  # type: ignore[attr-defined]  # for `evaluate`


def accuracy(predictions: Iterable[Any], targets: Iterable[Any]) -> float:
    """The fraction of predictions that are equal to their targets. A list of labels counts as right only as a whole.

    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    >>> accuracy([[0, 1], [1, 1]], [[0, 1], [1, 0]])
    0.5

    Raises:
        ValueError: there are none, or not as many of the one as of the other.
        TypeError: one is a number and the other a list, or a Value.
    """
    decisions, wanted = list(map(_comparable, predictions)), list(map(_comparable, targets))
    if len(decisions) != len(wanted):
        raise ValueError(f"accuracy takes as many targets as predictions: got {len(wanted)} and {len(decisions)}")
    pairs = list(zip(decisions, wanted, strict=True))
    if not pairs:
        raise ValueError("accuracy of no predictions has no value: give at least one")
    if any(isinstance(prediction, tuple) != isinstance(target, tuple) for prediction, target in pairs):
        raise TypeError("accuracy compares numbers with numbers and lists with lists: write y.ravel() if y is a column")
    right = sum(bool(prediction == target) for prediction, target in pairs)
    return right / len(pairs)


def _comparable(x: Any) -> Any:
    if isinstance(x, Value):
        raise TypeError("accuracy compares decisions, not Values: write accuracy(model.predict(X), y)")
    return tuple(x) if is_vector(x) else x


UNTRAINABLE_FUNCTIONS = (zero_one, accuracy)
