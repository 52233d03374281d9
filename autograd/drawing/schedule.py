"""The forward and the backward pass of a circuit as steps, gate by gate: what is run, and which numbers it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from autograd.drawing.captions import Captions
from autograd.drawing.circuit import Circuit, Wire


@dataclass(frozen=True, slots=True)
class Step:
    caption: str
    runs: str
    """The name of the gate or fanout that is run; "" where a pass begins."""
    gives: Literal["value", "gradient"]
    wires: tuple[str, ...]
    """The names of the wires that get their numbers."""


def schedule(circuit: Circuit) -> tuple[Step, ...]:
    """The forward pass, inputs before outputs; then, if there was one, the backward pass, outputs before inputs."""
    captions = Captions(circuit)
    forward = tuple(_forward(circuit, captions))
    return (*forward, *_backward(circuit, captions)) if circuit.has_gradients else forward


def _forward(circuit: Circuit, captions: Captions) -> Iterator[Step]:
    computed = {output.value for gate in circuit.gates if gate is not None for output in gate.outputs}
    inputs = [wire for wire in circuit.wires if wire.value not in computed]
    yield Step(captions.inputs(inputs), "", "value", _with_branches(circuit, inputs))
    for gate in circuit.gates:
        if gate is not None:
            yield Step(captions.forward(gate), gate.name, "value", _with_branches(circuit, gate.outputs))


def _with_branches(circuit: Circuit, wires: Iterable[Wire]) -> tuple[str, ...]:
    """A value is on all branches of its wire at once."""
    names: list[str] = []
    for wire in wires:
        fanout = circuit.fanouts[wire.value]
        names += [wire.name, *(branch.name for branch in (fanout.branches if fanout else ()))]
    return tuple(names)


def _backward(circuit: Circuit, captions: Captions) -> Iterator[Step]:
    seeds = _seeds(circuit)
    yield Step(captions.seeds(seeds), "", "gradient", tuple([wire.name for wire in seeds]))
    for wire, gate, fanout in zip(*map(reversed, (circuit.wires, circuit.gates, circuit.fanouts)), strict=True):
        if fanout is not None and wire.gradient is not None:
            yield Step(captions.fanout(fanout), fanout.name, "gradient", (wire.name,))
        if gate is not None:
            receiving = tuple([operand.name for operand in gate.inputs if operand.gradient is not None])
            if receiving:
                yield Step(captions.backward(gate), gate.name, "gradient", receiving)


def _seeds(circuit: Circuit) -> list[Wire]:
    """The wires whose gradient comes from outside of the picture: the roots, and what leads out of a cut."""
    reached = {operand.name for gate in circuit.gates if gate is not None for operand in gate.inputs}
    reached |= {fanout.stem.name for fanout in circuit.fanouts if fanout is not None}
    return [wire for wire in circuit.wires if wire.gradient is not None and wire.name not in reached]
