"""Copies of recorded graphs, and how they are pickled: without recursion, and with everything shared still shared."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.value import Value

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
    "_scope",
)


def _state(node: Value) -> list[Any]:
    return [getattr(node, slot, None) for slot in _SLOTS]  # outside of scopes there is no _scope


def shallow_copy(node: Value) -> Value:
    """A second node that came out of the same gate and the same inputs."""
    return rebuild(type(node), None, dict(getattr(node, "__dict__", {})), *_state(node))


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

    def __init__(self, nodes: list[Value], session: _Session) -> None:
        self.nodes = nodes
        self.session = session

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.nodes)


class _Session:
    """What one pickler has been given. It lives as long as the pickler remembers any `_Ancestors` of it."""

    def __init__(self) -> None:
        self.pending: set[Value] = set()
        """Listed ahead of a root, and not asked for yet."""
        self.given: set[Value] = set()

    def knows(self, node: Value) -> bool:
        return node in self.pending or node in self.given


_session: ContextVar[weakref.ref[_Session] | None] = ContextVar("gatewise.pickling", default=None)


def reduce(node: Value) -> tuple[Any, ...]:
    """How to pickle a node: for `Value.__reduce__`."""
    return rebuild, (type(node), _ancestors(node), getattr(node, "__dict__", {}), *_state(node))


def _ancestors(node: Value) -> _Ancestors | None:
    """What has to be pickled ahead of a node; None if that is under way."""
    if node.gate is None:
        return None
    session = _current_session(node)
    if node in session.pending:
        session.pending.remove(node)
        session.given.add(node)
        return None
    order = _walk(node, session.knows)
    session.pending.update(order[:-1])
    session.given.add(node)
    return _Ancestors(order[:-1], session)


def _current_session(node: Value) -> _Session:
    """The session under way; another if this one has given the node before: no pickler asks for a node twice."""
    reference = _session.get()
    session = reference() if reference is not None else None
    if session is None or node in session.given:
        session = _Session()
        _session.set(weakref.ref(session))
    return session
