"""Optimizers: how parameters follow their gradients."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from itertools import repeat

import autograd
from autograd.conversion import to_float
from nn.module import Parameter


class SGD:
    """Gradient descent θ ← θ - η·∇J; with momentum μ, v ← μ·v + ∇J and θ ← θ - η·v, as in PyTorch.

    Stochastic, minibatch or batch depends only on how many examples the gradient was taken of.

    >>> w = Parameter(1.0)
    >>> optimizer = SGD([w], learning_rate=0.1)
    >>> (w * w).backward(); optimizer.step(); w.data
    0.8

    Args:
        parameters: what to change, as from `model.parameters()`.
        learning_rate: η, a number above 0.
        momentum: μ, from 0 (none) to below 1.

    Raises:
        ValueError: no parameters, or a number outside its range.
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float = 0.1, momentum: float = 0.0) -> None:
        if hasattr(parameters, "parameters"):
            raise TypeError("an optimizer takes parameters, not a model: write SGD(model.parameters())")
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("an optimizer needs parameters: write SGD(model.parameters())")
        self.learning_rate = to_float(learning_rate, "learning_rate")
        self.momentum = to_float(momentum, "momentum")
        if not 0.0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate is a number above 0, not {learning_rate!r}")
        if not 0.0 <= self.momentum < 1.0:
            raise ValueError(f"momentum is a number from 0 to below 1, not {momentum!r}")
        self._velocities = [0.0] * len(self.parameters)

    def step(self) -> None:
        """Change every parameter by its gradient; an interrupt finds all of them changed or none.

        Raises:
            FloatingPointError: a parameter would become nan or infinite; none has changed then.
        """
        pairs = zip(self._velocities, self.parameters, strict=True)
        velocities = [self.momentum * velocity + parameter.grad for velocity, parameter in pairs]
        moved = [p.data - self.learning_rate * v for p, v in zip(self.parameters, velocities, strict=True)]
        for parameter, data in zip(self.parameters, moved, strict=True):
            if not math.isfinite(data):
                raise FloatingPointError(f"a step would make {parameter.label or 'a parameter'} {data}")
        self._velocities = velocities
        deque(map(setattr, self.parameters, repeat("data"), moved), maxlen=0)  # in C: no interrupt gets in between

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        autograd.zero_grad(self.parameters)
