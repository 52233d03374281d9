"""Parts put together: every Value that is shown is a wire, which branches where it has several uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from autograd.drawing.circuit import Circuit, Fanout, Gate, Product, Through, Wire
from autograd.drawing.parts import Part
from autograd.drawing.scopes import clusters
from autograd.drawing.uses import Received, differing, total
from autograd.value import Value

End = tuple[int, int]  # a part, and which of its inputs


class _Arrival(NamedTuple):
    """A use of a wire: where it goes, and the gradient that comes back from there."""

    end: End | None
    """None where the picture leaves it out."""
    gradient: Product | Through | None


def wired(
    parts: Sequence[Part],
    roots: Sequence[Value],
    recorded: Collection[Value],
    *,
    received: Received | None = None,
    is_stale: bool = False,
) -> Circuit:
    """The circuit of the parts.

    Args:
        parts: in topological order.
        roots: what the circuit computes.
        recorded: the Values of the graph; others stand in unfolded gates.
        received: the gradients of the pass that is drawn; None if there was none.
        is_stale: whether data was changed after it had been recorded.
    """
    made = [(value, part) for part in parts for value in part.outputs]
    numbers = {value: number for number, (value, _) in enumerate(made)}
    arrivals = _arrivals(parts, numbers)
    plain = [_wire(n, value, part, arrivals[n]) for n, (value, part) in enumerate(made)]
    values = list(numbers)
    wires = tuple(
        [_with_gradient(wire, values[wire.value], arrivals[wire.value], recorded, received) for wire in plain]
        if received is not None
        else plain
    )
    fanouts = tuple([_fanout(wire, arrivals[wire.value]) for wire in wires])
    return Circuit(
        wires,
        _gates(parts, wires, _ends(wires, fanouts, arrivals)),
        fanouts,
        tuple([numbers[root] for root in roots if root in numbers]),
        clusters([part.scope for _, part in made]),
        is_stale,
    )


def _arrivals(parts: Sequence[Part], numbers: Mapping[Value, int]) -> list[list[_Arrival]]:
    """The uses of every wire, in order."""
    arrivals: list[list[_Arrival]] = [[] for _ in numbers]
    for i, part in enumerate(parts):
        for position, (value, gradient) in enumerate(part.uses):
            arrivals[numbers[value]].append(_Arrival((i, position) if part.outputs else None, gradient))
    return arrivals


def _wire(number: int, value: Value, part: Part, arrivals: Sequence[_Arrival]) -> Wire:
    kind = value.kind if value.gate is None else ""
    hidden_uses = sum(arrival.end is None for arrival in arrivals)
    return Wire(number, 0, value.data, str(value.label), kind, hidden_gate=part.is_cut, hidden_uses=hidden_uses)


def _with_gradient(
    wire: Wire, value: Value, arrivals: Sequence[_Arrival], recorded: Collection[Value], received: Received
) -> Wire:
    """A constant has none."""
    if wire.kind == "constant":
        return wire
    gradient = total([arrival.gradient for arrival in arrivals if arrival.gradient is not None], value, received)
    differs = differing(value.grad, gradient) if value in recorded else None
    return replace(wire, gradient=gradient, recorded_gradient=differs)


def _fanout(stem: Wire, arrivals: Sequence[_Arrival]) -> Fanout | None:
    drawn = [arrival for arrival in arrivals if arrival.end is not None]
    if len(arrivals) < 2 or not drawn:
        return None
    has_gradients = stem.gradient is not None
    return Fanout(
        stem,
        tuple(
            [
                Wire(stem.value, use, stem.data, gradient=arrival.gradient if has_gradients else None)
                for use, arrival in enumerate(drawn, start=1)
            ]
        ),
    )


def _ends(
    wires: Sequence[Wire], fanouts: Sequence[Fanout | None], arrivals: Sequence[Sequence[_Arrival]]
) -> dict[End, Wire]:
    """The wire that arrives at every use: the Value's own, or its branch where there are several uses."""
    ends: dict[End, Wire] = {}
    for wire, fanout, its_arrivals in zip(wires, fanouts, arrivals, strict=True):
        drawn = [arrival.end for arrival in its_arrivals if arrival.end is not None]
        ends.update(zip(drawn, fanout.branches if fanout else [wire] * len(drawn), strict=True))
    return ends


def _gates(parts: Sequence[Part], wires: tuple[Wire, ...], ends: Mapping[End, Wire]) -> tuple[Gate | None, ...]:
    """The gate at every wire: that of a part at the first of its outputs."""
    gates: list[Gate | None] = []
    for i, part in enumerate(parts):
        outputs = wires[len(gates) : len(gates) + len(part.outputs)]
        if outputs:
            inputs = tuple([ends[i, position] for position in range(len(part.uses))])
            gate = None if part.gate is None else replace(part.gate, inputs=inputs, outputs=outputs)
            gates += [gate, *[None] * (len(outputs) - 1)]
    return tuple(gates)
