"""Copies of recorded graphs, and how they are pickled: without recursion, and with everything shared still shared."""

from __future__ import annotations

import weakref
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from autograd.graph import topological_order

if TYPE_CHECKING:
    from autograd.value import Value

State = tuple[Any, ...]

_SLOTS = (
    "data",
    "grad",
    "label",
    "gate",
    "_first",
    "_second",
    "_rest",
    "_first_gradient",
    "_second_gradient",
    "_rest_gradients",
)


def shallow_copy(node: Value) -> Value:
    """A second node that came out of the same gate and the same inputs."""
    return rebuild(type(node), None, *[getattr(node, slot) for slot in _SLOTS])


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """The root on a copy of everything it was computed from; `memo` is that of `copy.deepcopy`."""
    for node in topological_order(root):
        if id(node) not in memo:
            copied = shallow_copy(node)
            copied._first, copied._second = (x and memo[id(x)] for x in (node._first, node._second))
            copied._rest = tuple([memo[id(x)] for x in node._rest])
            memo[id(node)] = copied
    return memo[id(root)]  # type: ignore[no-any-return]


def rebuild(kind: type[Value], ancestors: Any, *state: Any) -> Value:
    """A node from its pickled state. `ancestors` have done their work: they were unpickled before it."""
    node = object.__new__(kind)
    for slot, value in zip(_SLOTS, state, strict=True):
        setattr(node, slot, value)
    return node


# --- pickling ---------------------------------------------------------------------------------------------------------
#
# A pickler follows references, and the inputs of inputs of inputs are references: a long chain would exhaust its stack.
# So a root is pickled with a list of all its ancestors in front, inputs before outputs. When the pickler comes to one
# of them, its inputs are already in the pickler's memo, and it goes no deeper.


class _Ancestors:
    """The nodes that are pickled ahead of a root; unpickled, they are a plain list."""

    def __init__(self, nodes: list[Value]) -> None:
        self.nodes = nodes
        self.members = frozenset(nodes)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.nodes)


# The ancestors being pickled just now. The pickler keeps them alive as long as it remembers what it has written.
_being_pickled: ContextVar[weakref.ref[_Ancestors] | None] = ContextVar("gatewise.being_pickled", default=None)


def reduce(node: Value) -> tuple[Any, ...]:
    """How to pickle a node: for `Value.__reduce__`."""
    state = [getattr(node, slot) for slot in _SLOTS]
    return rebuild, (type(node), None if _is_under_way(node) else _start(node), *state)


def _is_under_way(node: Value) -> bool:
    reference = _being_pickled.get()
    ancestors = reference() if reference is not None else None
    return node.gate is None or (ancestors is not None and node in ancestors.members)


def _start(root: Value) -> _Ancestors:
    ancestors = _Ancestors(topological_order(root)[:-1])
    _being_pickled.set(weakref.ref(ancestors))
    return ancestors
