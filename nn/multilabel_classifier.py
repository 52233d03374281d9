"""Multi-label classification: one neuron for each label, whose output is the probability that the label holds."""

from __future__ import annotations

from nn.initializers import Initializer, zeros
from nn.linear_models import OneLayer
from nn.outputs import Labels


class MultiLabelClassifier(OneLayer):
    """P(label k | x) = σ(Σ wₖᵢ·xᵢ + b_k) for each label by itself: none, one or several may hold.

    Its cost, the sum over labels of the binary cross-entropy, is convex, so it starts at zero. A target is a list of 0
    and 1, one for each label; an example counts as right in the accuracy if all of its labels are.

    >>> model = MultiLabelClassifier(2, 3)
    >>> model.predict_probabilities([[1.0, 2.0]])
    [[0.5, 0.5, 0.5]]

    Args:
        inputs: how many features an example has.
        labels: how many.
        initializer: how the weights begin, one of `nn.initializers`.
        seed: of the initializer's random numbers.

    Raises:
        ValueError: no inputs, or no labels.
    """

    output = Labels()

    def __init__(self, inputs: int, labels: int, initializer: Initializer = zeros, seed: int | None = None) -> None:
        super().__init__(inputs, labels, initializer, seed)
