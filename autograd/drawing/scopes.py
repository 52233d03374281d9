"""Which scope every Value of a picture belongs to, and the clusters that are drawn around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograd.drawing.circuit import Cluster
from autograd.drawing.operands import operands
from autograd.modes import Scope
from autograd.value import Value

_OWNED = ("parameter", "constant")  # the leaves that are part of what uses them; an input comes from outside


def enclosing(scope: Scope | None) -> Iterator[Scope]:
    """The scope and those around it, the innermost first."""
    while scope is not None:
        yield scope
        scope = scope.outer


def scopes_of(values: Sequence[Value], roots: Sequence[Value]) -> dict[Value, Scope]:
    """The scope of every Value that is in one.

    What was recorded is in the scope that it was recorded in. A parameter or a constant is in the innermost scope that
    holds all its uses. Inputs are in none.
    """
    recorded = {value: scope for value in values if value.gate is not None and (scope := value.scope) is not None}
    if not recorded:
        return {}
    homes = _homes(values, recorded)
    for root in roots:
        homes.pop(root, None)
    return recorded | {leaf: scope for leaf, scope in homes.items() if scope is not None}


def _homes(values: Sequence[Value], recorded: Mapping[Value, Scope]) -> dict[Value, Scope | None]:
    homes: dict[Value, Scope | None] = {}
    for value in values:
        scope = recorded.get(value)
        for operand in operands(value):
            if operand.gate is None and operand.kind in _OWNED:
                homes[operand] = _common(homes.get(operand, scope), scope)
    return homes


def _common(one: Scope | None, other: Scope | None) -> Scope | None:
    """The innermost scope that holds both."""
    if one is other:
        return one
    around = set(enclosing(one))
    return next((scope for scope in enclosing(other) if scope in around), None)


def clusters(scopes: Iterable[Scope | None]) -> tuple[Cluster, ...]:
    """The outermost clusters, with those inside them, of wires whose scopes these are, in the order of the wires."""
    wires: dict[Scope, list[int]] = {}
    for wire, innermost in enumerate(scopes):
        for scope in reversed([*enclosing(innermost)]):
            wires.setdefault(scope, [])
        if innermost is not None:
            wires[innermost].append(wire)
    inside: dict[Scope | None, list[Cluster]] = {}
    for number, scope in reversed([*enumerate(wires, start=1)]):  # inner ones come later than those around them
        inner = tuple(reversed(inside.get(scope, [])))
        cluster = Cluster(f"c{number}", scope.name, tuple(wires[scope]), inner)
        inside.setdefault(scope.outer, []).append(cluster)
    return tuple(reversed(inside.get(None, [])))
