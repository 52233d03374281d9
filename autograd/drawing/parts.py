"""The parts that a picture shows: gates, leaves and boxes, each with what comes out of it and what it uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from autograd.drawing.circuit import Gate, Product, Through
from autograd.drawing.collapsing import Box, Unit, inputs_of, outputs_of
from autograd.drawing.notation import printable
from autograd.drawing.operands import operands
from autograd.drawing.unfolding import Step, Wanted, steps
from autograd.drawing.uses import Received, products, sums_inside
from autograd.modes import Scope
from autograd.value import Value


class Use(NamedTuple):
    value: Value
    gradient: Product | Through | None


@dataclass(frozen=True, slots=True)
class Part:
    outputs: Sequence[Value]
    """None of them where the picture leaves the part out and only shows what it uses."""
    uses: Sequence[Use]
    scope: Scope | None
    gate: Gate | None = None
    """Still without its wires; None for a leaf, and for what came out of a gate that the picture leaves out."""
    is_cut: bool = False
    """Whether its gate is left out."""


class Surroundings(NamedTuple):
    """What is known of the whole graph."""

    shown: Collection[Value]
    received: Received | None
    scopes: Mapping[Value, Scope]
    wanted: Wanted
    """Which gates are to be unfolded."""


def parts(units: Iterable[Unit], graph: Surroundings) -> Iterator[Part]:
    """The parts of the units that a picture shows, and of those that use what it shows, in topological order."""
    for unit in units:
        outputs = [value for value in outputs_of(unit) if value in graph.shown]
        is_whole = all(value in graph.shown for value in inputs_of(unit))
        if outputs and is_whole:
            yield from [_box(unit, graph)] if isinstance(unit, Box) else _gates(unit, graph)
        elif outputs:
            yield Part(outputs, (), _scope(unit, graph), is_cut=True)
        if not (outputs and is_whole):
            yield from _left_out(_uses(unit, graph), graph.shown)
        if outputs and isinstance(unit, Box):
            yield from _uses_inside(unit, set(outputs), graph)


def _gates(value: Value, graph: Surroundings) -> list[Part]:
    gradient = graph.received[value] if graph.received is not None else 0.0
    its_steps = steps(value, gradient, graph.wanted)
    return [_step(step, _scope(value, graph), graph) for step in its_steps]


def _step(step: Step, scope: Scope | None, graph: Surroundings) -> Part:
    node = step.node
    if node.gate is None:
        return Part((step.output,), (), scope)
    has_gradients = graph.received is not None
    terms = products(node, step.gradient)[: len(step.inputs)] if has_gradients else [None] * len(step.inputs)
    local_gradients = node.local_gradients[: len(step.inputs)]
    gate = Gate(printable(str(node.gate.symbol)), (), (), local_gradients, node.gate.piecewise)
    return Part((step.output,), [*map(Use, step.inputs, terms)], scope, gate)


def _box(box: Box, graph: Surroundings) -> Part:
    hidden = set(box.members).difference(box.outputs)
    parameters = sum(value.kind == "parameter" for value in hidden)
    gate = Gate(printable(box.scope.name), (), (), is_module=True, hidden=len(hidden), parameters=parameters)
    return Part(box.outputs, _uses(box, graph), _scope(box, graph), gate)


def _scope(unit: Unit, graph: Surroundings) -> Scope | None:
    return unit.scope.outer if isinstance(unit, Box) else graph.scopes.get(unit)


def _uses(unit: Unit, graph: Surroundings) -> list[Use]:
    if graph.received is None:
        return [Use(value, None) for value in inputs_of(unit)]
    if isinstance(unit, Box):
        return [*map(Use, *zip(*sums_inside(unit, graph.received).items(), strict=True))] if unit.inputs else []
    inputs = inputs_of(unit)
    return [*map(Use, inputs, products(unit, graph.received[unit]))] if inputs else []


def _left_out(uses: Iterable[Use], shown: Collection[Value]) -> Iterator[Part]:
    kept = [use for use in uses if use.value in shown]
    if kept:
        yield Part((), kept, None)


def _uses_inside(box: Box, outputs: Set[Value], graph: Surroundings) -> Iterator[Part]:
    """The uses inside a box of what comes out of it."""
    for member in box.members:
        if not outputs.isdisjoint(operands(member)):
            yield from _left_out(_uses(member, graph), outputs)
