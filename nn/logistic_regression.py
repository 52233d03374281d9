"""Logistic regression: one neuron whose output is a probability."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd.functions import Scalar
from nn import losses
from nn.initializers import zeros
from nn.module import Module
from nn.neuron import Neuron


class LogisticRegression(Module):
    """P(y = 1 | x) = σ(Σ wᵢ·xᵢ + b), for classes 0 and 1. Its cost is convex, so it starts at zero.

    >>> model = LogisticRegression(3)
    >>> model([1.0, 2.0, 3.0]).data
    0.5

    Args:
        inputs: how many features an example has.
    """

    default_loss = staticmethod(losses.binary_cross_entropy_with_logits)

    def __init__(self, inputs: int) -> None:
        self.neuron = Neuron(inputs, activation="sigmoid", initializer=zeros)

    def scores(self, x: Iterable[Scalar]) -> Scalar:
        """The signal z = log(P / (1 - P)) of one example, also called its logit."""
        return self.neuron.signal(x)

    def __call__(self, x: Iterable[Scalar]) -> Scalar:
        """P(y = 1 | x) of one example."""
        return self.neuron(x)

    def predict_probabilities(self, X: Iterable[Iterable[float]]) -> list[float]:
        """P(y = 1 | x) of every example, as plain floats."""
        with autograd.no_grad():
            return [self(_row(x)).data for x in X]

    def predict(self, X: Iterable[Iterable[float]]) -> list[int]:
        """The more probable class of every example, 0 or 1; 1 where both are equally probable."""
        return [int(probability >= 0.5) for probability in self.predict_probabilities(X)]

    def __repr__(self) -> str:
        return f"LogisticRegression({len(self.neuron.weights)})"


def _row(x: Any) -> Iterable[float]:
    if not hasattr(x, "__iter__"):
        raise TypeError(f"predictions are of rows of features, not of {x!r}: write predict([x]) for one example")
    return x  # type: ignore[no-any-return]
