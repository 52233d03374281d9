"""Random expressions of every operation on every kind of float, and the bits of all that the engine finds for them.

Run as a script in another process it prints what `digests` gives there, with the engine as plain Python.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import random
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

COUNT = 3000
ODD = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -113.0, 1e-8, -3.75, 710.0, -745.2, 5e-324, -2.2e-308, 1e200, -1e308]
EXTREME = [math.inf, -math.inf, math.nan]
"""What turns most of an expression into nan: rare."""


class OnlySource:
    """Finds modules of the engine as plain Python, also where a compiled one stands beside."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] != "autograd":
            return None
        for folder in path or sys.path:
            spec = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(name, target)
            if spec is not None:
                return spec
        return None


def bits(x: float) -> str:
    return "nan" if x != x else x.hex()


def expression(chance: random.Random, operations: dict[str, Any], value: Any) -> tuple[list[Any], list[Any]]:
    """Leaves and every node of a random expression; the last node depends on all the others."""
    leaves = [value(number(chance)) for _ in range(chance.randint(1, 4))]
    nodes = list(leaves)
    names = list(operations)
    for _ in range(chance.randint(1, 12)):
        arity, run = operations[chance.choice(names)]
        operands = [chance.choice(nodes) if chance.random() < 0.85 else number(chance) for _ in range(arity)]
        operands[0] = chance.choice(nodes)
        nodes.append(run(*operands))
    return leaves, [*nodes, operations["+"][1](nodes[-1], operations["sum"][1](*nodes))]


def number(chance: random.Random) -> float:
    kind = chance.random()
    if kind < 0.55:
        return chance.gauss(0.0, 2.0)
    return chance.choice(ODD) if kind < 0.97 else chance.choice(EXTREME)


def found(leaves: list[Any], nodes: list[Any], autograd: ModuleType) -> Iterator[str]:
    """The bits of all that the engine finds for an expression."""
    root = nodes[-1]
    for node in nodes:
        yield bits(node.data)
        yield from map(bits, node.local_gradients)
    yield from map(bits, autograd.gradients(root, nodes, -0.75))
    for graph in autograd.gradient_graph(root, leaves):
        yield bits(graph.data)
        yield from map(bits, autograd.gradients(graph, leaves))
    root.backward(3.0)
    nodes[-2].backward()
    yield from [bits(node.grad) for node in nodes]
    yield " ".join([node.gate.symbol if node.gate else "" for node in autograd.topological_order(root)])


def digests() -> list[str]:
    """A short digest for each expression."""
    autograd = importlib.import_module("autograd")
    operations = importlib.import_module("autograd.testing.expressions").OPERATIONS
    chance = random.Random(20)
    return [
        hashlib.sha256(" ".join(found(*expression(chance, operations, autograd.Value), autograd)).encode()).hexdigest()
        for _ in range(COUNT)
    ]


if __name__ == "__main__":
    sys.meta_path.insert(0, OnlySource)
    assert not importlib.import_module("autograd").compiled
    print("\n".join(digests()))
