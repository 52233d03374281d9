"""The layer: neurons side by side on the same inputs."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import autograd
from autograd import Constant, Value
from autograd.conversion import is_count
from autograd.functions import Scalar
from nn.activations import ACTIVATIONS, check_activation, initializer_for
from nn.initializers import Initializer
from nn.module import Module
from nn.neuron import Neuron
from nn.seeds import random_from
from nn.targets import check_width
from nn.wording import shown


class Layer(Module):
    """As many neurons as outputs, each on all the inputs. It always returns a list, also of a single output.

    >>> layer = Layer(3, 2, activation="tanh")
    >>> [output.data for output in layer([0.0, 0.0, 0.0])]
    [0.0, 0.0]

    Args:
        inputs: how many.
        outputs: how many neurons.
        activation: one that a `Neuron` has, or "softmax", which is of all the signals together.
        initializer: how the weights begin, one of `nn.initializers`, which gets both numbers; by default `he_normal`
            for relu, `xavier_uniform` for the others. The biases begin at 0.
        seed: of the initializer's random numbers; without one every layer begins differently.

    Raises:
        ValueError: no inputs, no outputs, or an unknown activation.
        TypeError: the seed is no whole number, or the initializer is no function.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: str = "relu",
        initializer: Initializer | None = None,
        seed: int | None = None,
    ) -> None:
        if not is_count(outputs):
            raise ValueError(f"outputs is a whole number from 1 up, not {shown(outputs)}")
        check_activation(activation, (*ACTIVATIONS, "softmax"))
        chosen = initializer_for(activation, initializer)

        def of_layer(inputs: int, _: int, random: Random) -> float:
            return chosen(inputs, int(outputs), random)

        seeds = random_from(seed)
        single = "identity" if activation == "softmax" else activation
        self.activation = activation
        self.neurons = [Neuron(inputs, single, of_layer, seeds.getrandbits(64)) for _ in range(outputs)]
        for i, neuron in enumerate(self.neurons):
            neuron.name = f"neuron {i + 1}"

    def signals(self, x: Iterable[Scalar]) -> list[Scalar]:
        """The adders' outputs, before the activation."""
        with self.scope():
            x = self._shared(x)
            return [neuron.signal(x) for neuron in self.neurons]

    def forward(self, x: Iterable[Scalar]) -> list[Scalar]:
        """The outputs of the neurons. x: as many numbers or Values as the layer has inputs."""
        x = self._shared(x)
        outputs = [neuron(x) for neuron in self.neurons]
        return autograd.softmax(outputs) if self.activation == "softmax" else outputs

    def _shared(self, x: Iterable[Scalar]) -> tuple[Scalar, ...]:
        """The inputs, with one constant in place of each plain number, so that every neuron is wired to the same."""
        if isinstance(x, str) or not hasattr(x, "__iter__"):
            raise TypeError(f"a layer takes a list of numbers or Values, not {type(x).__name__!r}")
        inputs = tuple([v if isinstance(v, Value) else Constant(v) for v in x])
        check_width(self, len(self.neurons[0].weights), inputs)
        return inputs

    def __repr__(self) -> str:
        return f"Layer({len(self.neurons[0].weights)}, {len(self.neurons)}, activation={self.activation!r})"
