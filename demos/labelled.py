"""The named Values of a graph: to give the names, to find the Values again, and to put them in a table."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Value, topological_order
from autograd.drawing.notation import shown

COLUMNS = ("", "value", "gradient")
"""The header of `rows`."""


def run_backwards(root: Value, **names: Value) -> Value:
    """Label every Value with its keyword, run backwards from the root and return it.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> run_backwards(y, x=x, y=y)
    Value(data=9.0, grad=1.0, gate='×', label='y')
    """
    for name, value in names.items():
        value.label = name
    root.backward()
    return root


def labelled(root: Value) -> dict[str, Value]:
    """Every labelled Value of the graph by its label, inputs before outputs.

    >>> list(labelled(run_backwards(2 * (x := Value(3.0)), x=x)))
    ['x']
    """
    return {node.label: node for node in topological_order(root) if node.label}


def rows(root: Value, names: Iterable[str] = ()) -> list[list[str | float]]:
    """For each name, or for every label, its value and its gradient."""
    found = labelled(root)
    return [[shown(name), found[name].data, found[name].grad] for name in names or found]
