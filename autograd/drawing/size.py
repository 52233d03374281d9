"""How large a picture may become, and what to draw instead of one that is too large."""

from __future__ import annotations

from collections.abc import Sequence
from keyword import iskeyword

from autograd.value import Value


class GraphTooLargeError(ValueError):
    """The graph has more values than the picture was allowed to show."""


def too_large(  # noqa: PLR0913  # all that the message tells
    drawn: int, limit: int, values: Sequence[Value], roots: Sequence[Value], *, left: int | None, depth: int | None
) -> GraphTooLargeError:
    """The error that shows the counts and the calls to type.

    Args:
        drawn: how many values the picture would have.
        limit: how many it may have.
        values: the whole graph.
        roots: what was to be drawn.
        left: how many values there are with scopes collapsed; None where there is nothing to collapse.
        depth: the depth that was asked for.
    """
    gates = sum(value.gate is not None for value in values)
    part = "" if drawn == len(values) else f", and the part to be drawn has {drawn:,} values"
    subject = _subject(roots)
    calls = [
        *([f"draw({subject}, depth={_shallower(depth)})"] if depth != 1 else []),
        f"draw({subject}, around={_centre(values, roots)}, radius=2)",
        *([f"draw({subject}, collapse=True) with {left:,} values"] if left is not None else []),
    ]
    return GraphTooLargeError(
        f"the graph has {len(values):,} values and {gates:,} gates{part}, more than the limit of {limit:,} values: "
        f"draw a part of it with {', '.join(calls)}, or all of it with draw({subject}, limit=None)"
    )


def _subject(roots: Sequence[Value]) -> str:
    if len(roots) == 1:
        return _name(roots[0]) or "L"
    names = [_name(root) or f"y{i}" for i, root in enumerate(roots[:3], start=1)]
    return f"[{', '.join(names)}{', ...' * (len(roots) > 3)}]"


def _centre(values: Sequence[Value], roots: Sequence[Value]) -> str:
    """Some Value that has a name, for the example."""
    return next((name for value in values if value not in roots and (name := _name(value))), "x")


def _shallower(depth: int | None) -> int:
    return 3 if depth is None else min(3, depth - 1)


def _name(value: Value) -> str:
    label = str(value.label)
    return label if label.isidentifier() and not iskeyword(label) else ""
