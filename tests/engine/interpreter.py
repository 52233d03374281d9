"""The programs of `naive.py`, run by the engine under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Value
from tests.engine.naive import Program

ENGINE: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda x: -x,
    "half": lambda x: x * 0.5,
    "square": lambda x: x.square(),
    "cube": lambda x: x**3,
    "max": autograd.maximum,
    "min": autograd.minimum,
    "relu": autograd.relu,
    "abs": abs,
    "exp": autograd.exp,
    "log": autograd.log,
    "sqrt": autograd.sqrt,
    "sin": autograd.sin,
    "tanh": autograd.tanh,
    "sigmoid": autograd.sigmoid,
    "hypot": autograd.hypot,
    "sum": lambda *xs: autograd.sum(xs),
    "dot": lambda v, w, x, y, b: autograd.dot([v, w], [x, y], b),
}


def record(program: Program, leaves: Sequence[Value]) -> list[Value]:
    """Every node of the program, recorded on these leaves."""
    nodes = list(leaves)
    for operation, references in program.instructions:
        nodes.append(ENGINE[operation.name](*[nodes[i] for i in references]))
    return nodes


def recorded(program: Program) -> tuple[list[Value], list[Value]]:
    """Fresh leaves for the program, and every node."""
    leaves = [Value(x, label=f"x{i}") for i, x in enumerate(program.inputs)]
    return leaves, record(program, leaves)
