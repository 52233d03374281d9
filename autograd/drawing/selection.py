"""A part of a graph: what is near its roots, or near one Value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from autograd.drawing.collapsing import Box, Boxes, Unit, inputs_of, outputs_of
from autograd.value import Value


def near_roots(units: Sequence[Unit], boxes: Boxes, roots: Collection[Value], depth: int) -> set[Value]:
    """The Values at most `depth` gates before a root."""
    found = set(roots)
    _walk(roots, depth, _gates_before(boxes), inputs_of, found)
    return _with_whole_boxes(units, found)


def near(units: Sequence[Unit], boxes: Boxes, centre: Value, radius: int) -> set[Value]:
    """The Values at most `radius` gates before or after the centre, and what else goes into the gates after it."""
    found = {centre}
    after: set[Value] = {centre}
    _walk([centre], radius, _gates_before(boxes), inputs_of, found)
    gates = _walk([centre], radius, _gates_after(units), outputs_of, after)
    return _with_whole_boxes(units, found.union(after, *map(inputs_of, gates)))


Step = Callable[[Value], Iterable[Unit]]


def _walk(
    start: Iterable[Value], steps: int, gates: Step, ends: Callable[[Unit], Iterable[Value]], found: set[Value]
) -> set[Unit]:
    """Add to `found` what is so many gates away at most; the gates on the way. Every gate is passed once."""
    passed: dict[Unit, None] = {}
    frontier = [*start]
    while frontier and steps > 0:
        new = dict.fromkeys([gate for value in frontier for gate in gates(value) if gate not in passed])
        frontier = [value for value in dict.fromkeys([end for gate in new for end in ends(gate)]) if value not in found]
        passed |= new
        found.update(frontier)
        steps -= 1
    return set(passed)


def _gates_before(boxes: Boxes) -> Step:
    return lambda value: (boxes.get(value, value),)


def _gates_after(units: Sequence[Unit]) -> Step:
    users: dict[Value, list[Unit]] = {}
    for unit in units:
        for operand in dict.fromkeys(inputs_of(unit)):
            users.setdefault(operand, []).append(unit)
    return lambda value: users.get(value, ())


def _with_whole_boxes(units: Sequence[Unit], found: set[Value]) -> set[Value]:
    """With everything that comes out of a box that is drawn."""
    for unit in units:
        if isinstance(unit, Box) and not found.isdisjoint(unit.outputs) and found.issuperset(unit.inputs):
            found.update(unit.outputs)
    return found
