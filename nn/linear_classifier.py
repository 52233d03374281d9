"""Linear classification: one neuron whose output is a sign."""

from __future__ import annotations

from nn.linear_models import OneNeuron
from nn.outputs import Sign


class LinearClassifier(OneNeuron):
    """The sign of Σ wᵢ·xᵢ + b, for classes -1 and 1, trained on the hinge loss of the signal.

    On the boundary itself, where the signal is 0, `model(x)` is 0, as signs are, and `predict` decides for 1.

    >>> import nn
    >>> model = LinearClassifier(1)
    >>> history = nn.fit(model, [[-2.0], [-1.0], [1.0], [2.0]], [-1, -1, 1, 1], epochs=20, progress=False)
    >>> model.predict([[-3.0], [0.5]]), model([-3.0]).data
    ([-1, 1], -1.0)

    Args:
        inputs: how many features an example has.
        initializer: how the weights begin, one of `nn.initializers`.
        seed: of the initializer's random numbers.

    Raises:
        ValueError: no inputs.
    """

    output = Sign()
