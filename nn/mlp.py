"""The multi-layer perceptron: layers one behind the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.conversion import is_count
from autograd.functions import Scalar
from nn.dropout import Dropout
from nn.initializers import Initializer
from nn.layer import Layer
from nn.model import Model
from nn.outputs import Distribution, Labels, Number, Numbers, Output, Probability, Sign
from nn.seeds import random_from
from nn.targets import check_width
from nn.wording import shown


class MLP(Model):
    """A multi-layer perceptron. Its last layer says what it is for, by the activation that it has:

    | activation | one neuron | several neurons |
    |---|---|---|
    | "identity" | a number | as many numbers |
    | "sign" | class -1 or 1 | |
    | "sigmoid" | the probability of class 1 | that of each label |
    | "softmax" | | the probability of each class |

    With one neuron in the last layer, the model's score and output are single Values, else lists.

    >>> model = MLP(2, [16, 16, 1], output="sign", seed=0)
    >>> model
    MLP(2, [16, 16, 1], activation='relu', output='sign')
    >>> len(model.parameters())
    337

    Args:
        inputs: how many features an example has.
        neurons: how many each layer has.
        activation: that of all layers but the last, one that a `Layer` has, such as "relu" or "tanh".
        output: that of the last layer.
        dropout: the probability to drop a node of the layers before the last, while training.
        initializer: how the weights begin, one of `nn.initializers`; by default `he_normal` for relu,
            `xavier_uniform` for the others. The biases begin at 0.
        seed: of the initializer's random numbers and of the dropout; without one every model begins differently.

    Raises:
        ValueError: no inputs, a layer without neurons, an unknown activation, an output that does not go with the
            number of last neurons, or a dropout outside 0 to 1.
    """

    def __init__(  # noqa: PLR0913
        self,
        inputs: int,
        neurons: Sequence[int],
        activation: str = "relu",
        output: str = "sigmoid",
        *,
        dropout: float = 0.0,
        initializer: Initializer | None = None,
        seed: int | None = None,
    ) -> None:
        sizes = _sizes(inputs, neurons)
        self.output = _output(output, sizes[-1])
        activations = [activation] * (len(sizes) - 2) + [output]
        random = random_from(seed)
        self.layers = [
            Layer(before, after, f, initializer, random.getrandbits(64))
            for before, after, f in zip(sizes, sizes[1:], activations, strict=False)
        ]
        self.dropout = Dropout(dropout, random.getrandbits(64))
        self.activation = activation
        for i, layer in enumerate(self.layers):
            layer.name = f"layer {i + 1}"

    def scores(self, x: Iterable[Scalar]) -> Any:
        """The signals of the last layer for one example, or its one signal."""
        return self._single(self.layers[-1].signals(self._hidden(x)))

    def forward(self, x: Iterable[Scalar]) -> Any:
        """The outputs of the last layer for one example, or its one output."""
        return self._single(self.layers[-1](self._hidden(x)))

    def _hidden(self, x: Iterable[Scalar]) -> Iterable[Scalar]:
        check_width(self, len(self.layers[0].neurons[0].weights), x)
        for layer in self.layers[:-1]:
            x = self.dropout(layer(x)) if self.dropout.p else layer(x)
        return x

    def _single(self, outputs: list[Scalar]) -> Any:
        return outputs if self.output.is_vector else outputs[0]

    def __repr__(self) -> str:
        sizes = [len(layer.neurons) for layer in self.layers]
        dropout = f", dropout={self.dropout.p!r}" if self.dropout.p else ""
        inputs = len(self.layers[0].neurons[0].weights)
        return f"MLP({inputs}, {sizes}, activation={self.activation!r}, output={self.output.activation!r}{dropout})"


_OF_ONE: dict[str, type[Output]] = {"identity": Number, "sign": Sign, "sigmoid": Probability}
_OF_SEVERAL: dict[str, type[Output]] = {"identity": Numbers, "sigmoid": Labels, "softmax": Distribution}


def _sizes(inputs: int, neurons: Any) -> list[int]:
    if isinstance(neurons, str) or not hasattr(neurons, "__iter__"):
        raise TypeError(
            f"neurons is a list with the size of each layer, not {shown(neurons)}: write MLP(2, [16, 16, 1])"
        )
    sizes = list(neurons)
    if not sizes or not all(map(is_count, sizes)):
        raise ValueError(f"neurons is a list of whole numbers from 1 up, one for each layer, not {shown(neurons)}")
    return [inputs, *map(int, sizes)]


def _output(name: str, neurons: int) -> Output:
    known = _OF_ONE if neurons == 1 else _OF_SEVERAL
    if name not in list(known):
        count = "1 neuron" if neurons == 1 else f"{neurons} neurons"
        raise ValueError(f"output of a last layer of {count} is one of {', '.join(known)}, not {shown(name)}")
    return known[name]()
