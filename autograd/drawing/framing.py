"""Frames around the parts of a diagram that were recorded in a scope, and the order of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from autograd.drawing.circuit import Circuit, Cluster, Gate, Wire
from autograd.drawing.diagram import Column, Diagram, Frame, Line, Port, Shape
from autograd.drawing.theme import Role

T = TypeVar("T")
_OUTSIDE = ""


def framed(role: Role, parts: Iterable[Shape | Line], circuit: Circuit) -> Diagram:
    """The shapes and lines, with the frames of the circuit's clusters around them.

    What goes into a gate stands in the gate's own frame, in a column: a leaf of that frame, the branch of a fanout; for
    any other wire a port, where it comes in. So wires come in from the left, each at the place that its operand has.
    """
    listed = list(parts)
    shapes = tuple([part for part in listed if not isinstance(part, Line)])
    lines = tuple([part for part in listed if isinstance(part, Line)])
    if not circuit.clusters:
        return Diagram(role, shapes, lines)
    return _Framing(shapes, lines, circuit).diagram(role)


class _Framing:
    def __init__(self, shapes: tuple[Shape, ...], lines: tuple[Line, ...], circuit: Circuit) -> None:
        self._circuit = circuit
        self._lines = lines
        self._shapes = {shape.name: shape for shape in shapes}
        self._gates = [gate for gate in circuit.gates if gate is not None and gate.name in self._shapes]
        self._homes = _homes(shapes, self._gates, circuit.clusters)
        self._ports = dict(self._needed_ports())
        self._members = _grouped(self._homes, self._homes.values())
        columns = self._ordered_columns()
        self._columns = _grouped(columns, [self._homes[column[0]] for column in columns])

    def diagram(self, role: Role) -> Diagram:
        places = {value: place for place, value in enumerate(_from_top_to_bottom(self._circuit))}
        shapes = sorted([*self._shapes.values(), *self._ports.values()], key=lambda shape: places[shape.value])
        lines = [self._set_back(piece) for line in self._lines for piece in self._pieces(line)]
        frames = tuple(map(self._frame, self._circuit.clusters))
        return Diagram(role, tuple(shapes), tuple(lines), frames, tuple(self._columns.get(_OUTSIDE, ())))

    def _operands(self, gate: Gate) -> list[Wire]:
        """As far as they are drawn, from top to bottom."""
        wires = [gate.inputs[position] for position in gate.drawing_order]
        return [wire for wire in wires if wire.name in self._shapes]

    def _needed_ports(self) -> Iterator[tuple[str, Port]]:
        """Also for the outputs of a box, which stand in the box's own order."""
        ordered = {wire.name for gate in self._gates for wire in gate.outputs if len(gate.outputs) > 1}
        for gate in self._gates:
            operands = self._operands(gate)
            for wire in operands if len(operands) > 1 else ():
                if wire.name in ordered or self._homes[wire.name] != self._homes[gate.name]:
                    port = Port(f"p{wire.value}", wire.value, self._shapes[wire.name].role, wire.name)
                    self._homes[port.name] = self._homes[gate.name]
                    yield wire.name, port

    def _ordered_columns(self) -> list[Column]:
        columns = []
        for gate in self._gates:
            operands = [wire.name for wire in self._operands(gate)]
            columns.append(tuple([self._ports[name].name if name in self._ports else name for name in operands]))
            columns.append(tuple([wire.name for wire in gate.outputs if wire.name in self._shapes]))
        return [column for column in columns if len(column) > 1]

    def _pieces(self, line: Line) -> Iterator[Line]:
        """A line that comes in by a port is two: to it, and on from it."""
        port = self._ports.get(line.tail)
        if port is None:
            yield line
            return
        yield replace(line, head=port.name, ranks=1, arrow="back" if line.arrow == "back" else "none")
        yield replace(line, tail=port.name, arrow="forward" if line.arrow == "forward" else "none")

    def _set_back(self, line: Line) -> Line:
        """A line into a frame begins a rank earlier, so that it has room to go up or down before it comes in."""
        goes_in = self._homes[line.head] not in (_OUTSIDE, self._homes[line.tail])
        return replace(line, ranks=line.ranks + 1) if goes_in else line

    def _frame(self, cluster: Cluster) -> Frame:
        """Clusters are nested as deep as modules are, a few levels."""
        shapes, columns = self._members.get(cluster.name, ()), self._columns.get(cluster.name, ())
        return Frame(
            cluster.name, cluster.label, tuple(shapes), tuple(map(self._frame, cluster.clusters)), tuple(columns)
        )


def _grouped(things: Iterable[T], homes: Iterable[str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for thing, home in zip(things, homes, strict=True):
        groups.setdefault(home, []).append(thing)
    return groups


def _homes(shapes: Iterable[Shape], gates: Iterable[Gate], clusters: Iterable[Cluster]) -> dict[str, str]:
    """For every shape the name of the innermost cluster that it is in. A branch of a fanout is where it leads."""
    clusters_of = dict(_members(clusters))
    homes = {shape.name: clusters_of.get(shape.value, _OUTSIDE) for shape in shapes}
    for gate in gates:
        for wire in gate.inputs:
            if wire.use and wire.name in homes:
                homes[wire.name] = homes[gate.name]
    return homes


def _members(clusters: Iterable[Cluster]) -> Iterator[tuple[int, str]]:
    for cluster in clusters:
        yield from ((value, cluster.name) for value in cluster.values)
        yield from _members(cluster.clusters)


def _from_top_to_bottom(circuit: Circuit) -> list[int]:
    """The values in the order in which a walk back from the roots meets them, operands as they are drawn.

    Graphviz begins with the shapes where it read them, and does not mend every crossing of wires into frames.
    """
    makers = {output.value: gate for gate in circuit.gates if gate is not None for output in gate.outputs}
    done: dict[int, None] = {}
    stack = [wire.value for wire in reversed(circuit.wires)] + [*reversed(circuit.roots)]
    while stack:
        value = stack[-1]
        gate = makers.get(value)
        operands = [gate.inputs[position].value for position in gate.drawing_order] if gate is not None else []
        waiting = [operand for operand in operands if operand not in done]
        if value in done or not waiting:
            done[stack.pop()] = None
        else:
            stack.extend(reversed(waiting))
    return [*done]
