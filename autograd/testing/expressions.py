"""Expressions as data: functions that can be run on Values and on floats, printed, and pasted back."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd import functions, operations
from autograd.functions import Scalar
from autograd.gates import Gate
from autograd.value import Value

ARITHMETIC: dict[str, tuple[int, Callable[..., Scalar]]] = {
    "+": (2, operator.add),
    "-": (2, operator.sub),
    "*": (2, operator.mul),
    "/": (2, operator.truediv),
    "neg": (1, operator.neg),
    "**2": (1, lambda x: x**2),
    "**3": (1, lambda x: x**3),
    "2*": (1, lambda x: 2 * x),
    "1-": (1, lambda x: 1 - x),
}

SMOOTH: dict[str, tuple[int, Callable[..., Scalar]]] = {
    **ARITHMETIC,
    "**": (2, operator.pow),
    **{
        name: (1, getattr(functions, name))
        for name in (
            *("exp", "expm1", "log", "log1p", "sqrt", "square", "sin", "cos", "tan", "asin", "acos", "atan", "sinh"),
            *("cosh", "tanh", "erf", "sigmoid", "softplus", "log_sigmoid"),
        )
    },
    "hypot": (2, operations.hypot),
    "atan2": (2, operations.atan2),
    "sum": (3, lambda *xs: operations.sum(xs)),
    "mean": (3, lambda *xs: operations.mean(xs)),
    "dot": (3, lambda w, x, b: operations.dot([w], [x], b)),
    "logsumexp": (3, lambda *xs: operations.logsumexp(xs)),
}

PIECEWISE: dict[str, tuple[int, Callable[..., Scalar]]] = {
    "abs": (1, abs),
    "relu": (1, functions.relu),
    "leaky_relu": (1, operations.leaky_relu),
    "clip": (1, lambda x: operations.clip(x, -1.0, 1.0)),
    "sign": (1, functions.sign),
    "step": (1, functions.step),
    "maximum": (3, operations.maximum),
    "minimum": (3, operations.minimum),
    "where": (3, operations.where),
}

OPERATIONS: dict[str, tuple[int, Callable[..., Scalar]]] = {**SMOOTH, **PIECEWISE}
"""Every operation by name: how many operands it takes here, and what it does."""

Step: TypeAlias = tuple[Any, ...]
"""The name of an operation, or a gate, and the numbers of the nodes that go into it."""


@dataclass(frozen=True)
class Expression:
    """A function of some inputs, one operation a step; nodes are numbered from 0, the inputs first.

    The last node is the result. The text that it prints is Python that makes it again.

    >>> f = Expression(inputs=(3.0, 2.0), steps=(("*", 0, 1), ("sin", 2), ("+", 3, 0)))
    >>> f(3.0, 2.0) == functions.sin(3.0 * 2.0) + 3.0
    True
    >>> f
    Expression(inputs=(3.0, 2.0), steps=(('*', 0, 1), ('sin', 2), ('+', 3, 0)))
    >>> print(f.source)
    x2 = x0 * x1
    x3 = sin(x2)
    x4 = x3 + x0

    Attributes:
        inputs: a point at which every step stays well inside its domain.
        steps: operations of `OPERATIONS` by name, or gates, each with the numbers of its operands.
    """

    inputs: tuple[float, ...]
    steps: tuple[Step, ...]

    def __call__(self, *inputs: Scalar) -> Scalar:
        """The result on Values, floats, or whatever the operations take."""
        return self.nodes(*inputs)[-1]

    def nodes(self, *inputs: Scalar) -> list[Scalar]:
        """Every node, the inputs first."""
        nodes = list(inputs)
        for step in self.steps:
            nodes.append(run(step, nodes))
        return nodes

    @property
    def source(self) -> str:
        """The steps as statements."""
        return "\n".join(f"x{len(self.inputs) + i} = {_statement(step)}" for i, step in enumerate(self.steps))

    def __repr__(self) -> str:
        steps = "".join(f"({', '.join([_written(step[0]), *map(str, step[1:])])}), " for step in self.steps)
        return f"Expression(inputs={self.inputs!r}, steps=({steps.rstrip() if len(self.steps) == 1 else steps[:-2]}))"


def run(step: Step, nodes: Sequence[Scalar]) -> Scalar:
    """One step on the nodes before it."""
    name, *references = step
    function = name if isinstance(name, Gate) else OPERATIONS[name][1]
    return function(*[nodes[reference] for reference in references])


def _written(name: str | Gate) -> str:
    if isinstance(name, str):
        return repr(name)
    return f"{type(name).__name__}({', '.join(map(repr, name.parameters.values()))})"


def _statement(step: Step) -> str:
    name, operands = step[0], [f"x{reference}" for reference in step[1:]]
    if isinstance(name, Gate):
        return f"{_written(name)}({', '.join(operands)})"
    if len(operands) == 2 and not name.isidentifier():
        return f"{operands[0]} {name} {operands[1]}"
    prefixed = {"neg": "-{}", "2*": "2 * {}", "1-": "1 - {}", "**2": "{}**2", "**3": "{}**3"}
    return prefixed[name].format(*operands) if name in prefixed else f"{name}({', '.join(operands)})"


# --- random expressions -----------------------------------------------------------------------------------------------

LARGEST = 1e3
"""The largest value and the steepest local gradient that a step may have, for rounding errors to stay small."""

BACKWARDS = (0, 1, 0, 2, 1, 3, 5, 8)
"""How far back a reference goes from the newest node; one drawn integer chooses, so that shrinking finds the newest."""


def assemble(
    point: Sequence[float], code: Sequence[tuple[int, ...]], table: Sequence[tuple[int, str | Gate]]
) -> Expression:
    """The expression that a list of small integers stands for. Every list stands for one.

    Args:
        point: the inputs.
        code: for each step the number of an operation in the table, then how far back its operands stand.
        table: operations and gates, each with how many operands it takes.
    """
    nodes: list[Any] = [Value(x) for x in point]
    steps: list[Step] = []

    def append(step: Step) -> None:
        node = run(step, nodes)
        if _is_tame(node):
            nodes.append(node)
            steps.append(step)

    for number, *backwards in code:
        arity, name = table[number]
        cycled = [backwards[i % len(backwards)] for i in range(arity)]
        append((name, *[len(nodes) - 1 - BACKWARDS[back] % len(nodes) for back in cycled]))
    for node in _unused(steps, len(nodes)):
        append(("+", len(nodes) - 1, node))
    return Expression(tuple(point), tuple(steps))


def _is_tame(node: Value) -> bool:
    return all(abs(x) <= LARGEST for x in (node.data, *node.local_gradients))


def _unused(steps: Sequence[Step], count: int) -> list[int]:
    used = {reference for step in steps for reference in step[1:]}
    return [node for node in range(count - 1) if node not in used]
