"""Optimizers: how parameters follow their gradients.

With the gradient g of a parameter θ, the learning rate η and the number t of the step, counted from 1, each step does
what PyTorch's optimizer of the same name does:

| | |
|---|---|
| `SGD` | v ← μ·v + g, θ ← θ - η·v |
| `AdaGrad` | s ← s + g², θ ← θ - η·g / (√s + ε) |
| `Adam` | m ← β₁·m + (1-β₁)·g, v ← β₂·v + (1-β₂)·g², θ ← θ - η · m/(1-β₁ᵗ) / (√(v/(1-β₂ᵗ)) + ε) |
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import chain, repeat
from math import sqrt
from typing import Any, ClassVar, Self, TypeAlias, TypeVar

import autograd
from autograd import Value
from autograd.conversion import to_float
from nn.module import Parameter
from nn.schedules import Schedule, check_rate
from nn.state import State, Stateful, numbers_of
from nn.targets import is_vector
from nn.wording import shown

Vector: TypeAlias = Sequence[float]
"""One number for each parameter."""


class Optimizer(Stateful):
    """The base of all optimizers. One of your own says in `_advance` what a step does, and in `moments` what it keeps.

    A step changes all parameters or, whatever goes wrong, none.

    Attributes:
        parameters: what it changes.
        learning_rate: η, a number, or a schedule, one of `nn.schedules` or any function of the steps taken before.
        steps: how many were taken.
    """

    moments: ClassVar[tuple[str, ...]] = ()
    """The names of the running numbers that it keeps for each parameter; they begin at 0."""

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float | Schedule) -> None:
        self.parameters = _leaves(parameters, f"write {type(self).__name__}(model.parameters())")
        self.learning_rate = learning_rate if callable(learning_rate) else check_rate(learning_rate, "learning_rate")
        self._state: tuple[int, list[Vector]] = (0, [[0.0] * len(self.parameters) for _ in self.moments])

    @property
    def steps(self) -> int:
        return self._state[0]

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        if callable(self.learning_rate):
            return check_rate(self.learning_rate(self.steps), f"the learning rate at step {self.steps}")
        return check_rate(self.learning_rate, "learning_rate")

    def step(self) -> None:
        """Change every parameter by its gradient; an interrupt finds all of them changed or none.

        Raises:
            FloatingPointError: a parameter would become nan or infinite; none has changed then.
            ValueError: a schedule gave no learning rate above 0; none has changed then.
        """
        steps, moments = self._state
        gradients = [parameter.grad for parameter in self.parameters]
        changes, moments = self._advance(gradients, self.rate, steps + 1, *moments)
        moved = [float(parameter.data - change) for parameter, change in zip(self.parameters, changes, strict=True)]
        self._refuse_non_finite(moved, "")
        for name, moment in zip(self.moments, moments, strict=True):
            self._refuse_non_finite(moment, f"the {name} of ")
        self._set((steps + 1, moments), moved)

    @abstractmethod
    def _advance(
        self, gradients: Vector, rate: float, step: int, *moments: Vector
    ) -> tuple[Iterable[float], list[Vector]]:
        """What to subtract from each parameter in this step (counted from 1), and the moments after it."""

    def _refuse_non_finite(self, numbers: Vector, what: str) -> None:
        for parameter, number in zip(self.parameters, numbers, strict=True):
            if not math.isfinite(number):
                raise FloatingPointError(f"a step would make {what}{parameter.label or 'a parameter'} {number}")

    def _set(self, state: tuple[int, list[Vector]], data: Vector) -> None:
        objects, names = chain([self], self.parameters), chain(["_state"], repeat("data"))
        deque(map(setattr, objects, names, chain([state], data)), maxlen=0)  # in C: no interrupt gets in between

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        autograd.zero_grad(self.parameters)

    def state_dict(self) -> State:
        """What the optimizer keeps from step to step, so that training can go on where it stopped; the learning rate
        and its like are not in it.

        >>> SGD([Parameter(1.0)]).state_dict()
        {'steps': 0.0, 'velocity.0': 0.0}
        """
        steps, moments = self._state
        numbers = chain.from_iterable(moments)
        return dict(zip(self._names(), [float(steps), *numbers], strict=True))

    def load_state_dict(self, state: State) -> Self:
        """Take over a `state_dict()` of the same kind of optimizer, of as many parameters; returns the optimizer.

        Raises:
            ValueError: it is of another kind, or of another number of parameters; nothing has changed then.
            TypeError: the state is no dict, or what stands by a name is no number; nothing has changed then.
        """
        steps, *numbers = numbers_of(state, self._names(), type(self).__name__)
        if not (steps >= 0.0 and steps % 1.0 == 0.0 and all(map(math.isfinite, numbers))):
            raise ValueError(f"the state of {type(self).__name__} is a whole number of steps and finite numbers")
        n = len(self.parameters)
        self._state = int(steps), [numbers[i * n : (i + 1) * n] for i in range(len(self.moments))]
        return self

    def _names(self) -> list[str]:
        return ["steps", *[f"{name}.{i}" for name in self.moments for i in range(len(self.parameters))]]


F = TypeVar("F", bound=Callable[..., None])


def _hinting(initialize: F) -> F:
    """The same `__init__`, which also says what stands here for the name that others have for the learning rate."""

    @wraps(initialize)
    def checked(self: Any, *args: Any, **options: Any) -> None:
        if "lr" in options:
            raise TypeError(f"{type(self).__name__} has no option lr: write learning_rate={shown(options['lr'])}")
        initialize(self, *args, **options)

    return checked  # type: ignore[return-value]


class SGD(Optimizer):
    """Gradient descent θ ← θ - η·∇J; with momentum μ, v ← μ·v + ∇J and θ ← θ - η·v, as in PyTorch.

    Stochastic, minibatch or batch depends only on how many examples the gradient was taken of.

    >>> w = Parameter(1.0)
    >>> optimizer = SGD([w], learning_rate=0.1)
    >>> (w * w).backward(); optimizer.step(); w.data
    0.8

    Args:
        parameters: what to change, as from `model.parameters()`.
        learning_rate: η, a number above 0 or a schedule.
        momentum: μ, from 0 (none) to below 1.

    Raises:
        ValueError: no parameters, or a number outside its range.
    """

    moments = ("velocity",)

    @_hinting
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: float | Schedule = 0.1, momentum: float = 0.0
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = _below_one(momentum, "momentum")

    def _advance(
        self, gradients: Vector, rate: float, step: int, *moments: Vector
    ) -> tuple[Iterable[float], list[Vector]]:
        (velocities,) = moments
        velocities = [self.momentum * v + g for v, g in zip(velocities, gradients, strict=True)]
        return [rate * v for v in velocities], [velocities]


class AdaGrad(Optimizer):
    """s ← s + g², θ ← θ - η·g / (√s + ε): the more a parameter was moved before, the smaller its steps.

    Duchi, Hazan and Singer, 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".

    >>> w = Parameter(1.0)
    >>> optimizer = AdaGrad([w], learning_rate=0.1)
    >>> (w * w).backward(); optimizer.step(); round(w.data, 6)
    0.9

    Args:
        parameters: what to change, as from `model.parameters()`.
        learning_rate: η, a number above 0 or a schedule.
        epsilon: ε, which keeps the division finite; above 0.

    Raises:
        ValueError: no parameters, or a number outside its range.
    """

    moments = ("sum_of_squares",)

    @_hinting
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: float | Schedule = 0.01, epsilon: float = 1e-10
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = _above_zero(epsilon, "epsilon")

    def _advance(
        self, gradients: Vector, rate: float, step: int, *moments: Vector
    ) -> tuple[Iterable[float], list[Vector]]:
        (squares,) = moments
        squares = [s + g * g for s, g in zip(squares, gradients, strict=True)]
        return [rate * g / (sqrt(s) + self.epsilon) for g, s in zip(gradients, squares, strict=True)], [squares]


class Adam(Optimizer):
    """Running means of the gradient and of its square, corrected for their start at 0: θ ← θ - η·m̂ / (√v̂ + ε).

    Kingma and Ba, 2015, "Adam: A Method for Stochastic Optimization".

    >>> w = Parameter(1.0)
    >>> optimizer = Adam([w], learning_rate=0.1)
    >>> (w * w).backward(); optimizer.step(); round(w.data, 6)
    0.9

    Args:
        parameters: what to change, as from `model.parameters()`.
        learning_rate: η, a number above 0 or a schedule.
        beta1: how much of the mean of the gradient stays at each step, from 0 to below 1.
        beta2: how much of the mean of its square stays at each step, from 0 to below 1.
        epsilon: ε, which keeps the division finite; above 0.

    Raises:
        ValueError: no parameters, or a number outside its range.
    """

    moments = ("mean", "mean_of_squares")

    @_hinting
    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float | Schedule = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.beta1, self.beta2 = _below_one(beta1, "beta1"), _below_one(beta2, "beta2")
        self.epsilon = _above_zero(epsilon, "epsilon")

    def _advance(
        self, gradients: Vector, rate: float, step: int, *moments: Vector
    ) -> tuple[Iterable[float], list[Vector]]:
        a, b = self.beta1, self.beta2
        means = [a * m + (1.0 - a) * g for m, g in zip(moments[0], gradients, strict=True)]
        squares = [b * v + (1.0 - b) * g * g for v, g in zip(moments[1], gradients, strict=True)]
        mean_scale, square_scale = 1.0 / (1.0 - a**step), 1.0 / (1.0 - b**step)
        pairs = zip(means, squares, strict=True)
        return [rate * m * mean_scale / (sqrt(v * square_scale) + self.epsilon) for m, v in pairs], [means, squares]


def _leaves(parameters: Any, advice: str) -> list[Parameter]:
    if not is_vector(parameters):
        raise TypeError(f"an optimizer takes a list of parameters, not {type(parameters).__name__!r}: {advice}")
    found = list(parameters)
    if not found:
        raise ValueError(f"an optimizer needs parameters: {advice}")
    for parameter in found:
        if not isinstance(parameter, Value):
            raise TypeError(f"an optimizer takes parameters, not {type(parameter).__name__!r}: {advice}")
    return found


def _below_one(x: float, name: str) -> float:
    number = to_float(x, name)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{name} is a number from 0 to below 1, not {x!r}")
    return number


def _above_zero(x: float, name: str) -> float:
    number = to_float(x, name)
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} is a number above 0, not {x!r}")
    return number
