"""Copies of recorded graphs, and how they are pickled: without recursion, and with everything shared still shared."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

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
    return rebuild(type(node), None, dict(getattr(node, "__dict__", {})), *[getattr(node, slot) for slot in _SLOTS])


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """The root on a copy of everything it was computed from; `memo` is that of `copy.deepcopy`."""
    for node in _walk(root, lambda node: id(node) in memo):
        copied = shallow_copy(node)
        copied._first = None if node._first is None else memo[id(node._first)]
        copied._second = None if node._second is None else memo[id(node._second)]
        copied._rest = tuple([memo[id(x)] for x in node._rest])
        memo[id(node)] = copied
        if hasattr(copied, "__dict__"):  # of a subclass
            copied.__dict__.update(copy.deepcopy(node.__dict__, memo))
    return memo[id(root)]  # type: ignore[no-any-return]


def _walk(root: Value, is_done: Callable[[Value], bool]) -> list[Value]:
    """What the root was computed from, inputs before outputs, as far as it is not done and not behind what is done."""
    order: list[Value] = []
    seen: set[Value] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = [] if node in seen else [x for x in node.inputs if x not in seen and not is_done(x)]
        if waiting:
            stack.extend(waiting)
            continue
        if node not in seen:
            seen.add(node)
            order.append(node)
        stack.pop()
    return order


def rebuild(kind: type[Value], ancestors: Any, extra: dict[str, Any], *state: Any) -> Value:
    """A node from its pickled state. `ancestors` have done their work: they were unpickled before it."""
    node = object.__new__(kind)
    for slot, value in zip(_SLOTS, state, strict=True):
        setattr(node, slot, value)
    for name, value in extra.items():
        setattr(node, name, value)
    return node


# --- pickling ---------------------------------------------------------------------------------------------------------
#
# A pickler follows references, and the inputs of inputs of inputs are references: a long chain would exhaust its stack.
# So a root is pickled with a list of all its ancestors in front, inputs before outputs. When the pickler comes to one
# of them, its inputs are already in the pickler's memo, and it goes no deeper.


class _Ancestors:
    """The nodes that are pickled ahead of a root; unpickled, they are a plain list."""

    def __init__(self, nodes: list[Value], written: set[Value]) -> None:
        self.nodes = nodes
        self.written = written
        """All that the pickler has written or is about to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.nodes)


# What is being pickled just now. The pickler keeps it alive as long as it remembers what it has written.
_being_pickled: ContextVar[weakref.ref[_Ancestors] | None] = ContextVar("gatewise.being_pickled", default=None)


def reduce(node: Value) -> tuple[Any, ...]:
    """How to pickle a node: for `Value.__reduce__`."""
    state = [getattr(node, slot) for slot in _SLOTS]
    return rebuild, (type(node), _ancestors(node), getattr(node, "__dict__", {}), *state)


def _ancestors(node: Value) -> _Ancestors | None:
    """What has to be pickled ahead of a node; None if it is under way already."""
    reference = _being_pickled.get()
    current = reference() if reference is not None else None
    written: set[Value] = set() if current is None else current.written
    if node.gate is None or node in written:
        return None
    order = _walk(node, written.__contains__)
    written.update(order)
    ancestors = _Ancestors(order[:-1], written)
    if current is None:
        _being_pickled.set(weakref.ref(ancestors))
    return ancestors
