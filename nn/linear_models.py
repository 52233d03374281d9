"""What the linear models have in common: one neuron, or one layer, and an output."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.conversion import is_count
from autograd.functions import Scalar
from nn.initializers import Initializer, zeros
from nn.layer import Layer
from nn.model import Model
from nn.neuron import Neuron
from nn.targets import check_width
from nn.wording import shown


class OneNeuron(Model):
    """A model of one neuron, whose signal is the score. Its cost is convex, so that it may start at zero."""

    def __init__(self, inputs: int, initializer: Initializer = zeros, seed: int | None = None) -> None:
        self.neuron = Neuron(inputs, self.output.activation, initializer, seed)

    def scores(self, x: Iterable[Scalar]) -> Scalar:
        """The signal z = Σ wᵢ·xᵢ + b of one example."""
        check_width(self, len(self.neuron.weights), x)
        return self.neuron.signal(x)

    def __call__(self, x: Iterable[Scalar]) -> Scalar:
        """What the neuron puts out for one example. It is the whole model, so that a picture shows one box, not two."""
        check_width(self, len(self.neuron.weights), x)
        return self.neuron(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.neuron.weights)})"


class OneLayer(Model):
    """A model of one layer, whose signals are the scores. Its cost is convex, so that it may start at zero."""

    def __init__(self, inputs: int, outputs: int, initializer: Initializer = zeros, seed: int | None = None) -> None:
        self.layer = Layer(inputs, outputs, self.output.activation, initializer, seed)

    def scores(self, x: Iterable[Scalar]) -> list[Scalar]:
        """The signals of one example, one for each output."""
        check_width(self, len(self.layer.neurons[0].weights), x)
        return self.layer.signals(x)

    def __call__(self, x: Iterable[Scalar]) -> list[Scalar]:
        """What the layer puts out for one example. It is the whole model, so that a picture shows one box, not two."""
        check_width(self, len(self.layer.neurons[0].weights), x)
        outputs: list[Scalar] = self.layer(x)
        return outputs

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.layer.neurons[0].weights)}, {len(self.layer.neurons)})"


def check_several(count: int, name: str) -> None:
    """Make sure that there are at least two classes.

    Raises:
        ValueError: there are fewer, or it is no whole number.
    """
    if not (is_count(count) and count >= 2):
        raise ValueError(f"{name} is a whole number from 2 up, not {shown(count)}")
