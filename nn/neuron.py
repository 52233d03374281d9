"""The neuron: synapses, an adder, an activation."""

from __future__ import annotations

from collections.abc import Iterable

import autograd
from autograd.conversion import is_count
from autograd.functions import Scalar
from nn.activations import ACTIVATIONS, check_activation, initializer_for
from nn.initializers import Initializer
from nn.module import Module, Parameter
from nn.seeds import random_from
from nn.targets import check_width
from nn.wording import shown


class Neuron(Module):
    """f(Σ wᵢ·xᵢ + b): every input times its weight, added up with the bias, through an activation.

    >>> neuron = Neuron(2)
    >>> neuron.weights[0].data, neuron.weights[1].data, neuron.bias.data = 2.0, -3.0, -3.0
    >>> neuron([-1.0, -2.0])
    Value(data=0.7310585786300049, grad=0.0, gate='σ')

    Args:
        inputs: how many.
        activation: "identity", "sigmoid", "tanh", "relu" or "sign".
        initializer: how the weights begin, one of `nn.initializers`; by default `he_normal` for relu, `xavier_uniform`
            for the others. The bias begins at 0.
        seed: of the initializer's random numbers; without one every neuron begins differently.

    Raises:
        ValueError: no inputs, or an unknown activation.
        TypeError: the seed is no whole number, or the initializer is no function.
    """

    def __init__(
        self,
        inputs: int,
        activation: str = "sigmoid",
        initializer: Initializer | None = None,
        seed: int | None = None,
    ) -> None:
        if not is_count(inputs):
            raise ValueError(f"inputs is a whole number from 1 up, not {shown(inputs)}")
        check_activation(activation)
        initializer = initializer_for(activation, initializer)
        random = random_from(seed)
        self.activation = activation
        self.weights = [Parameter(initializer(inputs, 1, random), label=f"w_{i + 1}") for i in range(inputs)]
        self.bias = Parameter(0.0, label="b")

    def signal(self, x: Iterable[Scalar]) -> Scalar:
        """The adder's output z = Σ wᵢ·xᵢ + b, before the activation.

        Raises:
            ValueError: x has not as many numbers as the neuron has weights.
        """
        with self.scope():
            return self._sum(x)

    def forward(self, x: Iterable[Scalar]) -> Scalar:
        """The activation of the signal. x: as many numbers or Values as the neuron has inputs."""
        return ACTIVATIONS[self.activation](self._sum(x))

    def _sum(self, x: Iterable[Scalar]) -> Scalar:
        try:
            return autograd.dot(self.weights, x, self.bias)
        except ValueError:
            check_width(self, len(self.weights), x)
            raise

    def __repr__(self) -> str:
        return f"Neuron({len(self.weights)}, activation={self.activation!r})"
