"""How the weights of a neuron begin: functions of its number of inputs and outputs, and of a random generator."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import TypeAlias

Initializer: TypeAlias = Callable[[int, int, Random], float]


def zeros(inputs: int, outputs: int, random: Random) -> float:
    """0: always fine where the cost is convex, as in logistic regression.

    >>> zeros(3, 1, Random(0))
    0.0
    """
    return 0.0


def he_normal(inputs: int, outputs: int, random: Random) -> float:
    """Normal(0, √(2 / inputs)), for ReLU (He et al., 2015, "Delving Deep into Rectifiers").

    >>> -4 < he_normal(2, 1, Random(0)) < 4
    True
    """
    return random.gauss(0.0, math.sqrt(2.0 / inputs))


def xavier_uniform(inputs: int, outputs: int, random: Random) -> float:
    """Uniform on ±√6 / √(inputs + outputs), for tanh (Glorot and Bengio, 2010).

    >>> abs(xavier_uniform(3, 3, Random(0))) <= 1
    True
    """
    bound = math.sqrt(6.0 / (inputs + outputs))
    return random.uniform(-bound, bound)
