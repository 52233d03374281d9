"""Activations: what a neuron makes of its signal."""

from __future__ import annotations

from collections.abc import Callable

import autograd
from autograd.functions import Scalar
from nn.initializers import Initializer, he_normal, xavier_uniform
from nn.wording import shown

ACTIVATIONS: dict[str, Callable[[Scalar], Scalar]] = {
    "identity": lambda z: z,
    "sigmoid": autograd.sigmoid,
    "tanh": autograd.tanh,
    "relu": autograd.relu,
    "sign": autograd.sign,
}
"""By name, as `Neuron` and `Layer` take them. A layer also knows "softmax", which is of all its signals together."""


def check_activation(name: str, known: tuple[str, ...] = tuple(ACTIVATIONS)) -> None:
    """Make sure that there is such an activation.

    Raises:
        ValueError: there is none; the message lists those that are known.
    """
    if name == "softmax" and name not in known:
        raise ValueError("softmax is an activation of a whole layer: write Layer(..., activation='softmax')")
    if name not in known:
        raise ValueError(f"there is no activation {shown(name)}: write one of {', '.join(known)}")


def initializer_for(activation: str, chosen: Initializer | None) -> Initializer:
    """The chosen initializer; without one, `he_normal` for relu and `xavier_uniform` for the others.

    Raises:
        TypeError: what was chosen is no function.
    """
    if chosen is None:
        return he_normal if activation == "relu" else xavier_uniform
    if not callable(chosen):
        raise TypeError(f"initializer is {shown(chosen)}: write a function, such as initializer=nn.initializers.zeros")
    return chosen
