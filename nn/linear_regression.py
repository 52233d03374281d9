"""Linear regression: one neuron whose output is a number."""

from __future__ import annotations

from nn.linear_models import OneNeuron
from nn.outputs import Number


class LinearRegression(OneNeuron):
    """ŷ = Σ wᵢ·xᵢ + b, trained on the squared error. Its cost is convex, so it starts at zero.

    >>> import nn
    >>> model = LinearRegression(1)
    >>> history = nn.fit(model, [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], epochs=200, progress=False)
    >>> [round(y, 3) for y in model.predict([[3.0]])]
    [7.0]

    Args:
        inputs: how many features an example has.
        initializer: how the weights begin, one of `nn.initializers`.
        seed: of the initializer's random numbers.

    Raises:
        ValueError: no inputs.
    """

    output = Number()
