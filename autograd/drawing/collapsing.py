"""Scopes as boxes: all that was recorded in a collapsed scope is one unit, with the Values that go in and out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from autograd.drawing.operands import operands
from autograd.drawing.scopes import enclosing
from autograd.modes import Scope
from autograd.value import Value


@dataclass(frozen=True, eq=False, slots=True)
class Box:
    """A collapsed scope."""

    scope: Scope
    members: tuple[Value, ...]
    """What is inside, inputs before outputs."""
    inputs: tuple[Value, ...]
    """The Values outside that go in, each once, in order of first use."""
    outputs: tuple[Value, ...]
    """The Values inside that are used outside, or are roots."""


Unit: TypeAlias = Value | Box
"""What a picture shows as one gate, with all that comes out of it; or a leaf."""

Boxes: TypeAlias = Mapping[Value, Box]
"""The box that a Value is in, for those that are in one."""


def inputs_of(unit: Unit) -> tuple[Value, ...]:
    return unit.inputs if isinstance(unit, Box) else operands(unit)


def outputs_of(unit: Unit) -> tuple[Value, ...]:
    return unit.outputs if isinstance(unit, Box) else (unit,)


def collapsed(
    values: Sequence[Value], roots: Sequence[Value], scopes: Mapping[Value, Scope], names: bool | Collection[str]
) -> tuple[list[Unit], Boxes]:
    """The units of a graph in topological order, and which Values are in boxes.

    A scope that a Value leaves and comes back into is not collapsed: its box would stand before and after something.

    Args:
        values: the graph, inputs before outputs.
        roots: the Values that it was computed for.
        scopes: the scope of every Value that is in one.
        names: whether to collapse the outermost scopes, or the names of those to collapse; `*` stands for any text.

    Raises:
        ValueError: no scope has such a name.
    """
    chosen = _chosen(scopes.values(), names)
    home = {value: scope for value in values if (scope := chosen.get(scopes.get(value))) is not None}
    while home:
        boxes = _boxes(values, roots, home)
        units, cycle = _in_order(roots, boxes)
        if not cycle:
            return units, boxes
        opened = _widest(cycle, values)
        home = {value: scope for value, scope in home.items() if scope is not opened.scope}
    return [*values], {}


def _chosen(scopes: Collection[Scope], names: bool | Collection[str]) -> dict[Scope | None, Scope]:
    """For every scope the one that is collapsed with all that is in it, if any: the outermost whose name fits."""
    if not names:
        return {}
    patterns = ["*"] if isinstance(names, bool) else [*names]
    around = {scope: [*enclosing(scope)] for scope in dict.fromkeys(scopes)}
    if not isinstance(names, bool):
        _check_names(patterns, {scope.name for chain in around.values() for scope in chain})
    fitting = {scope: [s for s in chain if any(_fits(s.name, p) for p in patterns)] for scope, chain in around.items()}
    return {scope: chain[-1] for scope, chain in fitting.items() if chain}


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def _check_names(patterns: Collection[str], names: Collection[str]) -> None:
    for pattern in patterns:
        if not any(_fits(name, pattern) for name in names):
            known = sorted(names)
            there_are = f"there are {', '.join(map(repr, known[:6]))}{', ...' * (len(known) > 6)}"
            advice = there_are if known else f"record one with `with autograd.scope({pattern!r}):`"
            raise ValueError(f"collapse={pattern!r}: no scope of this graph has that name: {advice}")


def _boxes(values: Sequence[Value], roots: Collection[Value], home: Mapping[Value, Scope]) -> Boxes:
    members: dict[Scope, list[Value]] = {}
    inputs: dict[Scope, dict[Value, None]] = {}
    leaving = {root for root in roots if root in home}
    for value in values:
        scope = home.get(value)
        if scope is not None:
            members.setdefault(scope, []).append(value)
        for operand in operands(value):
            source = home.get(operand)
            if source is not scope and scope is not None:
                inputs.setdefault(scope, {})[operand] = None
            if source is not scope and source is not None:
                leaving.add(operand)
    made = {
        scope: Box(scope, tuple(inside), tuple(inputs.get(scope, ())), tuple([v for v in inside if v in leaving]))
        for scope, inside in members.items()
    }
    return {value: made[scope] for value, scope in home.items()}


def _in_order(roots: Sequence[Value], boxes: Boxes) -> tuple[list[Unit], list[Box]]:
    """The units, inputs before outputs, as a depth-first search finds them; or the boxes of a cycle."""
    done: dict[Unit, None] = {}
    path: dict[Unit, Iterator[Value]] = {}
    for root in roots:
        unit = boxes.get(root, root)
        if unit not in done:
            path[unit] = iter(inputs_of(unit))
        while path:
            unit, waiting = next(reversed(path.items()))
            sources = (boxes.get(operand, operand) for operand in waiting)
            source = next((source for source in sources if source not in done), None)
            if source is None:
                path.popitem()
                done[unit] = None
            elif source in path:
                return [], _boxes_from(source, path)
            else:
                path[source] = iter(inputs_of(source))
    return [*done], []


def _boxes_from(start: Unit, path: Mapping[Unit, object]) -> list[Box]:
    units = [*path]
    return [unit for unit in units[units.index(start) :] if isinstance(unit, Box)]


def _widest(cycle: Sequence[Box], values: Sequence[Value]) -> Box:
    """The box that reaches from the farthest back to the farthest forward: the others may stand in its gap."""
    position = {value: i for i, value in enumerate(values)}
    return max(cycle, key=lambda box: position[box.members[-1]] - position[box.members[0]])
