"""A scalar engine in the style of minitorch, written for these measurements: that course is no package to install.

Every value has a history: the function it came from, what that function saved for its backward pass, and its inputs.
The backward pass orders the values by a depth-first search, recursively, and keeps the derivatives of those on the way
in a dictionary. The order is found in linear time here, where a list that is inserted into at its front is quadratic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_identifiers = count()


@dataclass
class Context:
    """What a function saves for its backward pass."""

    saved_values: tuple[Any, ...] = ()

    def save_for_backward(self, *values: Any) -> None:
        """Keep the values."""
        self.saved_values = values


@dataclass
class History:
    """Where a value came from; of a leaf all is None or empty."""

    last_function: type[Function] | None = None
    context: Context | None = None
    inputs: tuple[Scalar, ...] = ()


@dataclass(eq=False)
class Scalar:
    """A number with its history."""

    data: float
    history: History = field(default_factory=History)
    derivative: float | None = None
    identifier: int = field(default_factory=_identifiers.__next__)

    def __add__(self, other: Any) -> Scalar:
        return Add.apply(self, other)

    def __radd__(self, other: Any) -> Scalar:
        return Add.apply(other, self)

    def __mul__(self, other: Any) -> Scalar:
        return Multiply.apply(self, other)

    def __rmul__(self, other: Any) -> Scalar:
        return Multiply.apply(other, self)

    def relu(self) -> Scalar:
        """max(x, 0)."""
        return Relu.apply(self)

    def softplus(self) -> Scalar:
        """log(1 + exp(x))."""
        return Softplus.apply(self)

    @property
    def grad(self) -> float:
        """What the backward passes have added up."""
        return self.derivative or 0.0

    def chain_rule(self, gradient: float) -> Iterable[tuple[Scalar, float]]:
        """The inputs with what reaches them of the gradient."""
        history = self.history
        assert history.last_function is not None
        return zip(history.inputs, history.last_function.backward(history.context, gradient), strict=True)

    def backward(self, gradient: float = 1.0) -> None:
        """Add the derivatives to the leaves."""
        derivatives = {self.identifier: gradient}
        for scalar in topological_order(self):
            derivative = derivatives[scalar.identifier]
            if scalar.history.last_function is None:
                scalar.derivative = scalar.grad + derivative
                continue
            for variable, part in scalar.chain_rule(derivative):
                derivatives[variable.identifier] = derivatives.get(variable.identifier, 0.0) + part


def topological_order(root: Scalar) -> list[Scalar]:
    """The root first, every value before its inputs."""
    order, seen = [], set()

    def visit(scalar: Scalar) -> None:
        if scalar.identifier not in seen:
            seen.add(scalar.identifier)
            for variable in scalar.history.inputs:
                visit(variable)
            order.append(scalar)

    visit(root)
    return order[::-1]


class Function:
    """A function of numbers with its derivative."""

    @classmethod
    def apply(cls, *values: Any) -> Scalar:
        """The result on these values, with its history."""
        scalars = tuple(value if isinstance(value, Scalar) else Scalar(float(value)) for value in values)
        context = Context()
        result = cls.forward(context, *(scalar.data for scalar in scalars))
        return Scalar(result, History(cls, context, scalars))

    @staticmethod
    def forward(context: Any, *inputs: Any) -> float:
        """The result."""
        raise NotImplementedError

    @staticmethod
    def backward(context: Any, gradient: float) -> tuple[float, ...]:
        """What reaches each of the inputs of the gradient."""
        raise NotImplementedError


class Add(Function):
    """a + b."""

    @staticmethod
    def forward(context: Any, *inputs: Any) -> float:
        """The sum."""
        a, b = inputs
        return a + b  # type: ignore[no-any-return]

    @staticmethod
    def backward(context: Any, gradient: float) -> tuple[float, ...]:
        """The gradient itself, twice."""
        return gradient, gradient


class Multiply(Function):
    """a·b."""

    @staticmethod
    def forward(context: Any, *inputs: Any) -> float:
        """The product."""
        context.save_for_backward(*inputs)
        a, b = inputs
        return a * b  # type: ignore[no-any-return]

    @staticmethod
    def backward(context: Any, gradient: float) -> tuple[float, ...]:
        """The other factor's share."""
        a, b = context.saved_values
        return gradient * b, gradient * a


class Relu(Function):
    """max(x, 0)."""

    @staticmethod
    def forward(context: Any, *inputs: Any) -> float:
        """The positive part."""
        context.save_for_backward(*inputs)
        return max(inputs[0], 0.0)  # type: ignore[no-any-return]

    @staticmethod
    def backward(context: Any, gradient: float) -> tuple[float, ...]:
        """The gradient where the input is positive."""
        return (gradient if context.saved_values[0] > 0.0 else 0.0,)


class Softplus(Function):
    """log(1 + exp(x))."""

    @staticmethod
    def forward(context: Any, *inputs: Any) -> float:
        """Without overflow."""
        context.save_for_backward(*inputs)
        return max(inputs[0], 0.0) + math.log1p(math.exp(-abs(inputs[0])))  # type: ignore[no-any-return]

    @staticmethod
    def backward(context: Any, gradient: float) -> tuple[float, ...]:
        """The sigmoid's share."""
        return (gradient / (1.0 + math.exp(-context.saved_values[0])),)
