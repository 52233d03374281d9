"""From recorded Values to the circuit that is drawn: which Values, and as which parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from contextvars import Context
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from autograd.conversion import is_count
from autograd.drawing.circuit import Circuit
from autograd.drawing.collapsing import Box, Boxes, Unit, collapsed, inputs_of, outputs_of
from autograd.drawing.operands import drawn_values
from autograd.drawing.parts import Surroundings, parts
from autograd.drawing.scopes import scopes_of
from autograd.drawing.selection import near, near_roots
from autograd.drawing.unfolding import wanted_gates
from autograd.drawing.uses import received
from autograd.drawing.wiring import wired
from autograd.graph import differs_from_record
from autograd.modes import Scope
from autograd.value import Value

RADIUS = 2
Names = bool | str | Iterable[str]


class GraphTooLargeError(ValueError):
    """The graph has more values than the picture was allowed to show."""


@dataclass(frozen=True)
class Request:
    """What is to be drawn of a graph, checked."""

    roots: tuple[Value, ...]
    limit: int | None
    unfold: bool | Collection[str]
    collapse: bool | Collection[str]
    depth: int | None
    around: Value | None
    radius: int


def trace(  # noqa: PLR0913  # options, all of them by name
    value: Value | Iterable[Value],
    limit: int | None = None,
    *,
    unfold: Names = False,
    collapse: Names = (),
    depth: int | None = None,
    around: Value | None = None,
    radius: int | None = None,
) -> Circuit:
    """Copy the graph below a Value, or below several, or the part of it that is asked for, into a circuit.

    The arguments are those of `draw`.

    Raises:
        GraphTooLargeError: it has more than `limit` values.
        TypeError: an argument of another kind.
        ValueError: an argument that does not fit the graph.
    """
    radius = _count("radius", radius, "gates")
    request = Request(
        roots_of(value),
        _count("limit", limit, "values"),
        _names("unfold", unfold, '"dot"'),
        _names("collapse", collapse, '"layer*"'),
        _count("depth", depth, "gates"),
        _around(around, depth, radius),
        radius or RADIUS,
    )
    return Context().run(_trace, request)  # a context without no_grad, strict and scopes


def roots_of(value: Any) -> tuple[Value, ...]:
    """The Values to draw, each once.

    Raises:
        TypeError: no Values.
        ValueError: none at all.
    """
    found = [value] if isinstance(value, Value) or not hasattr(value, "__iter__") else [*value]
    for root in found:
        if not isinstance(root, Value):
            raise TypeError(
                f"draw takes a Value or a list of Values, not {type(root).__name__}: "
                "write draw(L), L being what was computed"
            )
    if not found:
        raise ValueError("draw takes at least one Value: write draw(L), L being what was computed")
    return tuple(dict.fromkeys(found))


def _count(name: str, number: int | None, unit: str) -> int | None:
    if number is not None and not is_count(number):
        none = "; None for no limit" if name == "limit" else ""
        raise ValueError(f"{name} is a whole number of {unit} from 1 up{none}, not {number!r}")
    return number


def _names(name: str, names: Any, example: str) -> bool | tuple[str, ...]:
    if isinstance(names, bool):
        return names
    found = (names,) if isinstance(names, str) else tuple(names) if hasattr(names, "__iter__") else (None,)
    if not all(isinstance(one, str) for one in found):
        raise TypeError(f"{name} takes True, a name or a list of names, not {names!r}: write {name}={example}")
    return found


def _around(around: Any, depth: int | None, radius: int | None) -> Value | None:
    if around is None and radius is not None:
        raise ValueError(f"radius goes with around: write around=x, radius={radius!r}, or depth={radius!r}")
    if around is not None and not isinstance(around, Value):
        raise TypeError(f"around takes a Value of the graph, not {type(around).__name__}: write around=x")
    if around is not None and depth is not None:
        raise ValueError("depth counts from the roots, and around from a Value: write one of them")
    return around


def _trace(request: Request) -> Circuit:
    roots = request.roots
    values = drawn_values(roots)
    wanted = wanted_gates(request.unfold, values)
    scopes = scopes_of(values, roots)
    units, boxes = collapsed(values, roots, scopes, request.collapse)
    shown = _shown(request, values, units, boxes)
    _check_size(len(shown), request, values, scopes)
    units = [unit for unit in units if not (shown.isdisjoint(outputs_of(unit)) and shown.isdisjoint(inputs_of(unit)))]
    graph = Surroundings(shown, received(values, roots), scopes, wanted)
    its_parts = [*parts(units, graph)]
    _check_size(sum(len(part.outputs) for part in its_parts), request, values, scopes)
    return wired(its_parts, roots, shown, received=graph.received, is_stale=any(map(_is_stale, units)))


def _shown(request: Request, values: Sequence[Value], units: Sequence[Unit], boxes: Boxes) -> Set[Value]:
    """The Values that the picture shows, before any gate is unfolded."""
    if request.around is not None:
        _check_centre(request.around, values, boxes)
        return near(units, boxes, request.around, request.radius)
    if request.depth is not None:
        return near_roots(units, boxes, request.roots, request.depth)
    return {value for unit in units for value in outputs_of(unit)} if boxes else set(values)


def _check_centre(centre: Value, values: Sequence[Value], boxes: Boxes) -> None:
    if centre not in set(values):
        raise ValueError(f"around={centre!r} is not in this graph: what is drawn does not depend on it")
    if centre in boxes and centre not in boxes[centre].outputs:
        name = boxes[centre].scope.name
        raise ValueError(f"around={centre!r} is inside {name!r}, which is collapsed: leave that scope out of collapse")


def _check_size(drawn: int, request: Request, values: Sequence[Value], scopes: Mapping[Value, Scope]) -> None:
    if request.limit is None or drawn <= request.limit:
        return
    left = None
    if scopes and not request.collapse:
        units, _ = collapsed(values, request.roots, scopes, True)
        left = sum(len(outputs_of(unit)) for unit in units)
    raise _too_large(drawn, request.limit, values, request.roots, left=left, depth=request.depth)


def _is_stale(unit: Unit) -> bool:
    return any(map(differs_from_record, unit.members if isinstance(unit, Box) else (unit,)))


# --- a graph that is too large ----------------------------------------------------------------------------------------


def _too_large(  # noqa: PLR0913  # all that the message tells
    drawn: int, limit: int, values: Sequence[Value], roots: Sequence[Value], *, left: int | None, depth: int | None
) -> GraphTooLargeError:
    """The error that shows the counts and the calls to type.

    Args:
        drawn: how many values the picture would have.
        limit: how many it may have.
        values: the whole graph.
        roots: what was to be drawn.
        left: how many values there are with scopes collapsed, which is suggested if they are few enough; None where
            there is nothing to collapse.
        depth: the depth that was asked for.
    """
    gates = sum(value.gate is not None for value in values)
    part = "" if drawn == len(values) else f", and the part to be drawn has {drawn:,} values"
    subject = _subject(roots)
    calls = [
        *([f"draw({subject}, depth={_shallower(depth)})"] if depth != 1 else []),
        f"draw({subject}, around={_centre(values, roots)}, radius=2)",
        *([f"draw({subject}, collapse=True) with {left:,} values"] if left is not None and left <= limit else []),
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
