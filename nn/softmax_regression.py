"""Softmax regression: one neuron for each class, whose outputs are the probabilities of the classes."""

from __future__ import annotations

from nn.initializers import Initializer, zeros
from nn.linear_models import OneLayer, check_several
from nn.outputs import Distribution


class SoftmaxRegression(OneLayer):
    """P(y = k | x) = exp f_k / Σ exp f_j with f_k = Σ wₖᵢ·xᵢ + b_k, for classes 0, 1, ..., K - 1.

    Its cost, the cross-entropy of the scores f, is convex, so it starts at zero. Targets are class numbers or one-hot.

    >>> model = SoftmaxRegression(2, 4)
    >>> [p.data for p in model([1.0, 2.0])]
    [0.25, 0.25, 0.25, 0.25]

    Args:
        inputs: how many features an example has.
        classes: K, at least 2.
        initializer: how the weights begin, one of `nn.initializers`.
        seed: of the initializer's random numbers.

    Raises:
        ValueError: no inputs, or fewer than two classes.
    """

    output = Distribution()

    def __init__(self, inputs: int, classes: int, initializer: Initializer = zeros, seed: int | None = None) -> None:
        check_several(classes, "classes")
        super().__init__(inputs, classes, initializer, seed)
