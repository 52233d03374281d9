"""Logistic regression: one neuron whose output is a probability."""

from __future__ import annotations

from nn.linear_models import OneNeuron
from nn.outputs import Probability


class LogisticRegression(OneNeuron):
    """P(y = 1 | x) = σ(Σ wᵢ·xᵢ + b), for classes 0 and 1. Its cost is convex, so it starts at zero.

    Its score, the signal, is log(P / (1 - P)), also called the logit. Where both classes are equally probable,
    `predict` decides for 1.

    >>> model = LogisticRegression(3)
    >>> model([1.0, 2.0, 3.0]).data
    0.5

    Args:
        inputs: how many features an example has.
        initializer: how the weights begin, one of `nn.initializers`.
        seed: of the initializer's random numbers.

    Raises:
        ValueError: no inputs.
    """

    output = Probability()
