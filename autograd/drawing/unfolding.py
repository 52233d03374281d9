"""Gates drawn as the simpler gates that they are made of: a dot as products and their sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple, TypeAlias

from autograd.drawing.operands import operands
from autograd.gates import Dot, Gate, Mean, kinds
from autograd.graph import gradients, topological_order
from autograd.value import Value

TOLERANCE = 1e-9  # relative: how far values and slopes of the simpler gates may be from those of the gate

Wanted: TypeAlias = Callable[[Gate | None], bool]


class Step(NamedTuple):
    """One gate of a picture, or a number that stands in an unfolded gate."""

    node: Value
    """Whose gate and local gradients it has."""
    output: Value
    """The Value of the picture that comes out of it."""
    inputs: tuple[Value, ...]
    """The Values of the picture that go in."""
    gradient: float
    """The gradient of its output; 0 where there are no gradients."""
    within: frozenset[type] = frozenset()
    """The kinds of gates that were unfolded to get here."""


def steps(value: Value, gradient: float, wanted: Wanted) -> list[Step]:
    """The gate of a Value as it is drawn: itself, or the gates that it unfolds into, inputs before outputs."""
    waiting = [Step(value, value, operands(value), gradient)]
    done: list[Step] = []
    while waiting:
        step = waiting.pop()
        gate = step.node.gate
        parts = _unfolded(step) if wanted(gate) and type(gate) not in step.within else []
        waiting.extend(reversed(parts))
        if not parts:
            done.append(step)
    return done


def _unfolded(step: Step) -> list[Step]:
    """Its parts; none where they would not give what was recorded."""
    gate: Any = step.node.gate
    stand_ins = [Value(operand.data) for operand in step.inputs]
    result = gate.unfolded(*stand_ins)
    if not isinstance(result, Value) or result.gate is None or not _agrees(result, stand_ins, step.node):
        return []
    originals = {**dict(zip(stand_ins, step.inputs, strict=True)), result: step.output}
    leaves = set(stand_ins)
    nodes = [node for node in topological_order(result) if node not in leaves]
    within = step.within | {type(gate)}
    return [
        Step(node, originals.get(node, node), _mapped(operands(node), originals), gradient, within)
        for node, gradient in zip(nodes, gradients(result, nodes, step.gradient), strict=True)
    ]


def _mapped(nodes: Iterable[Value], originals: dict[Value, Value]) -> tuple[Value, ...]:
    return tuple([originals.get(node, node) for node in nodes])


def _agrees(result: Value, stand_ins: list[Value], recorded: Value) -> bool:
    slopes = gradients(result, stand_ins)
    return _close(result.data, recorded.data) and all(map(_close, slopes, recorded.local_gradients))


def _close(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= TOLERANCE * abs(b)


# --- which gates ------------------------------------------------------------------------------------------------------


def wanted_gates(unfold: bool | Collection[str], values: Iterable[Value]) -> Wanted:
    """Whether a gate is to be unfolded.

    Args:
        unfold: True for dots, means and gates of a user's own, as far as they can be; or the gates' names or symbols.
        values: the graph.

    Raises:
        ValueError: no gate has such a name, or it cannot be unfolded.
    """
    if isinstance(unfold, bool):
        return _is_sum_of_products if unfold else lambda _: False
    names = {_plain_name(name) for name in unfold}
    if names:
        _check_names(unfold, {gate for value in values if (gate := value.gate) is not None})
    return lambda gate: gate is not None and not names.isdisjoint(_names(gate))


def _is_sum_of_products(gate: Gate | None) -> bool:
    return isinstance(gate, Dot | Mean) or (gate is not None and not gate.is_ours and _can_unfold(gate))


def _can_unfold(gate: Gate) -> bool:
    return hasattr(gate, "unfolded")


def _names(gate: Gate) -> tuple[str, str]:
    """What a gate may be called: its symbol, and its class, such as logsumexp or log_sigmoid."""
    return _plain_name(gate.symbol), _plain_name(type(gate).__name__)


def _plain_name(name: str) -> str:
    return name.replace("_", "").lower()


def _check_names(names: Collection[str], gates: Collection[Gate]) -> None:
    """A gate that can be unfolded need not be in this graph; one that cannot must not be named."""
    found = [kind for kind in kinds() if hasattr(kind, "unfolded")]
    can = {_plain_name(name) for kind in found for name in (str(kind.symbol), kind.__name__)}
    can.update([name for gate in gates if _can_unfold(gate) for name in _names(gate)])
    ours = ", ".join([kind.__name__ for kind in found if kind.is_ours])
    for name in names:
        if any(_plain_name(name) in _names(gate) for gate in gates if not _can_unfold(gate)):
            raise ValueError(f"unfold={name!r}: this gate has no method unfolded(*inputs); there are {ours}")
        if _plain_name(name) not in can:
            raise ValueError(f"unfold={name!r}: there is no such gate; there are {ours}")
