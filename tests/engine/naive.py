"""Random programs and a naive engine that runs them, with which the real engine is compared. Nothing here uses it.

A program is a list of small integers (operation, back-reference, back-reference): references count back from the newest
node, so that every list is a program, deleting an instruction leaves a program, and sharing is common. An operation
that would leave its domain, or grow beyond measure, is replaced. Whatever is not used joins the output.

Operations are written with operators and with the functions of a module, which may be `math` (for floats) or mpmath
(for 60 digits). Rational programs use no functions, so that Fractions run them too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Operation:
    """`run` takes the module of functions and the operands; `slopes` gives the partial derivatives."""

    name: str
    arity: int
    run: Callable[..., Any]
    slopes: Callable[..., tuple[Any, ...]]
    allowed: Callable[..., bool] = lambda *xs: True


def _sigmoid(m: Any, x: Any) -> Any:
    return 1 / (1 + m.exp(-x))


ADD = Operation("+", 2, lambda m, a, b: a + b, lambda m, a, b: (1, 1))
HALVE = Operation("half", 1, lambda m, x: x * 0.5, lambda m, x: (0.5,))
RATIONAL = (
    ADD,
    Operation("-", 2, lambda m, a, b: a - b, lambda m, a, b: (1, -1)),
    Operation("*", 2, lambda m, a, b: a * b, lambda m, a, b: (b, a)),
    Operation("neg", 1, lambda m, x: -x, lambda m, x: (-1,)),
    Operation("square", 1, lambda m, x: x * x, lambda m, x: (2 * x,)),
    Operation("cube", 1, lambda m, x: x**3, lambda m, x: (3 * x**2,)),
)
PIECEWISE = (
    Operation(
        "max", 2, lambda m, a, b: max(a, b), lambda m, a, b: (int(a > b) + (a == b) / 2, int(b > a) + (a == b) / 2)
    ),
    Operation(
        "min", 2, lambda m, a, b: min(a, b), lambda m, a, b: (int(a < b) + (a == b) / 2, int(b < a) + (a == b) / 2)
    ),
    Operation("relu", 1, lambda m, x: x * (x > 0), lambda m, x: (int(x > 0),)),
    Operation("abs", 1, lambda m, x: abs(x), lambda m, x: ((x > 0) - (x < 0),)),
)
SMOOTH = (
    Operation(
        "/", 2, lambda m, a, b: a / b, lambda m, a, b: (1 / b, -a / (b * b)), lambda a, b: abs(b) > 0.1
    ),
    Operation("exp", 1, lambda m, x: m.exp(x), lambda m, x: (m.exp(x),), lambda x: x < 4),
    Operation("log", 1, lambda m, x: m.log(x), lambda m, x: (1 / x,), lambda x: x > 0.1),
    Operation("sqrt", 1, lambda m, x: m.sqrt(x), lambda m, x: (0.5 / m.sqrt(x),), lambda x: x > 0.1),
    Operation("sin", 1, lambda m, x: m.sin(x), lambda m, x: (m.cos(x),)),
    Operation("tanh", 1, lambda m, x: m.tanh(x), lambda m, x: (1 / m.cosh(x) ** 2,)),
    Operation("sigmoid", 1, _sigmoid, lambda m, x: (_sigmoid(m, x) * _sigmoid(m, -x),)),
    Operation("hypot", 2, lambda m, a, b: m.sqrt(a * a + b * b), lambda m, a, b: (
        a / m.sqrt(a * a + b * b), b / m.sqrt(a * a + b * b)), lambda a, b: abs(a) + abs(b) > 0.1),
    Operation("sum", 3, lambda m, a, b, c: a + b + c, lambda m, a, b, c: (1, 1, 1)),
    Operation("dot", 5, lambda m, v, w, x, y, b: v * x + w * y + b, lambda m, v, w, x, y, b: (x, y, v, w, 1)),
)  # fmt: skip

Instruction = tuple[Operation, tuple[int, ...]]


@dataclass(frozen=True)
class Program:
    """Instructions over nodes numbered from 0, the inputs first; the last node is the output."""

    inputs: tuple[float, ...]
    instructions: tuple[Instruction, ...]

    def __repr__(self) -> str:
        lines = [f"{op.name}{list(references)}" for op, references in self.instructions]
        return f"Program(inputs={list(self.inputs)}, {', '.join(lines)})"

    def run(self, inputs: Sequence[Any], m: Any = math) -> list[Any]:
        """The value of every node, in any arithmetic."""
        values = list(inputs)
        for operation, references in self.instructions:
            values.append(operation.run(m, *[values[i] for i in references]))
        return values

    def differentiate(
        self, values: Sequence[Any], m: Any = math, size: Callable[[Any], Any] = lambda x: x
    ) -> list[Any]:
        """∂output/∂node for every node; with `size=abs` sums of absolute path products, which rounding scales with."""
        gradients: list[Any] = [0] * len(values)
        gradients[-1] = 1
        for node in range(len(values) - 1, len(self.inputs) - 1, -1):
            operation, references = self.instructions[node - len(self.inputs)]
            slopes = operation.slopes(m, *[values[i] for i in references])
            for i, slope in zip(references, slopes, strict=True):
                gradients[i] += gradients[node] * size(slope)
        return gradients


def assemble(inputs: Sequence[float], code: Sequence[tuple[int, int, int]], table: Sequence[Operation]) -> Program:
    """The program that a list of small integers stands for."""
    values: list[float] = list(inputs)
    instructions: list[Instruction] = []

    def append(operation: Operation, references: tuple[int, ...]) -> None:
        instructions.append((operation, references))
        values.append(operation.run(math, *[values[i] for i in references]))

    for number, first, second in code:
        operation = table[number % len(table)]
        newest = len(values) - 1
        references = tuple(
            [newest - back % len(values) for back in (first, second, first + second, second + 1, first + 2)][
                : operation.arity
            ]
        )
        operands = [values[i] for i in references]
        if not operation.allowed(*operands) or abs(operation.run(math, *operands)) > 64:
            operation, references = HALVE, references[:1]
        append(operation, references)
    used = {i for _, references in instructions for i in references}
    for node in range(len(values) - 1):
        if node not in used:
            append(ADD, (len(values) - 1, node))
    return Program(tuple(inputs), tuple(instructions))


sixty_fourths = st.integers(-128, 128).map(lambda k: k / 64)
"""Exact ties and zeros stay frequent, near-ties vanish."""


def programs(*tables: Sequence[Operation], most: int = 24) -> st.SearchStrategy[Program]:
    table = [operation for t in tables for operation in t]
    instruction = st.tuples(st.integers(0, len(table) - 1), st.integers(0, 5), st.integers(0, 5))
    return st.builds(
        lambda inputs, code: assemble(inputs, code, table),
        st.lists(sixty_fourths, min_size=1, max_size=3),
        st.lists(instruction, min_size=1, max_size=most),
    )
