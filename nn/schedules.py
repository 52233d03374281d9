"""Schedules: how a learning rate changes. A schedule is any function of t, the number of steps taken before this one.

Every optimizer takes one in place of its learning rate.

>>> from nn import Parameter
>>> from nn.optimizers import SGD
>>> optimizer = SGD([Parameter(1.0)], learning_rate=inverse_time(0.5, decay=2.0))
>>> optimizer.rate, optimizer.step(), optimizer.rate
(0.5, None, 0.25)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from autograd.conversion import to_float

Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class constant:  # noqa: N801  # used as a function, like the others
    """η_t = η0.

    >>> constant(0.1)(1000)
    0.1

    Raises:
        ValueError: the rate is not above 0.
    """

    rate: float

    def __post_init__(self) -> None:
        check_rate(self.rate, "rate")

    def __call__(self, t: int) -> float:
        return self.rate


@dataclass(frozen=True)
class inverse_time:  # noqa: N801  # used as a function, like the others
    """η_t = η0 · (1 + η0·λ·t)⁻¹ (Bottou, 2012, "Stochastic Gradient Descent Tricks").

    >>> inverse_time(0.5, decay=2.0)(3)
    0.125

    Args:
        rate: η0, the rate of the first step.
        decay: λ, from 0 (constant) up.

    Raises:
        ValueError: a number outside its range.
    """

    rate: float
    decay: float

    def __post_init__(self) -> None:
        check_rate(self.rate, "rate")
        if not 0.0 <= to_float(self.decay, "decay") < math.inf:
            raise ValueError(f"decay is a number from 0 up, not {self.decay!r}")

    def __call__(self, t: int) -> float:
        return self.rate / (1.0 + self.rate * self.decay * t)


def check_rate(rate: float, name: str) -> float:
    """The learning rate as a float, after making sure that it is one.

    Raises:
        ValueError: it is not above 0, or infinite.
        TypeError: it is no number.
    """
    number = to_float(rate, name)
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} is a number above 0, not {rate!r}")
    return number
