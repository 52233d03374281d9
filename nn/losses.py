"""Losses: how wrong one prediction is. Each is an ordinary function of Values, so its gradient comes from the graph.

The mean of a loss over examples is called the cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import autograd
from autograd.functions import Scalar, plain

Loss: TypeAlias = Callable[[Scalar, float], Scalar]


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
    _check_fraction(target, "target")
    _check_fraction(plain(probability), "probability")
    if target == 1.0:  # one term alone, because the other would be 0 · log 0 at p = 1
        return -autograd.log(probability)
    if target == 0.0:
        return -autograd.log1p(-probability)
    return -(target * autograd.log(probability) + (1.0 - target) * autograd.log1p(-probability))


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
    _check_fraction(target, "target")
    if target == 1.0:
        return autograd.softplus(-logit)
    if target == 0.0:
        return autograd.softplus(logit)
    return target * autograd.softplus(-logit) + (1.0 - target) * autograd.softplus(logit)


OF_SCORES: tuple[Loss, ...] = (binary_cross_entropy_with_logits,)
"""The losses that take a model's scores, as they are before a sigmoid; every other takes what the model puts out."""


def _check_fraction(number: float, name: str) -> None:
    if hasattr(number, "local_gradients"):
        raise TypeError(f"binary cross-entropy takes a plain number as its {name}: write v.data")
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"binary cross-entropy takes a {name} from 0 to 1, not {number!r}")
