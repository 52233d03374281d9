"""Copies of recorded graphs, and how they are pickled: without recursion, and with everything shared still shared."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.value import Value


def attributes(x: object) -> dict[str, Any]:
    """What classes of a user's keep in x: in its dict, and in slots of their own."""
    foreign = [kind for kind in type(x).__mro__ if not kind.__module__.startswith("autograd.")]
    names = [*chain.from_iterable(map(_slots, foreign)), *getattr(x, "__dict__", ())]
    return {name: getattr(x, name) for name in names if hasattr(x, name)}


def _slots(kind: type) -> list[str]:
    """The names of the attributes that a class keeps in slots."""
    slots = vars(kind).get("__slots__", ())
    names = [slots] if isinstance(slots, str) else slots
    private = f"_{kind.__name__.lstrip('_')}"
    hidden = [name.startswith("__") and not name.endswith("__") for name in names]
    found = [private + name if is_hidden else name for name, is_hidden in zip(names, hidden, strict=True)]
    return [name for name in found if name not in ("__dict__", "__weakref__")]


def set_attributes(x: object, found: dict[str, Any]) -> None:
    """Give x what `attributes` found, also where its class is a frozen dataclass."""
    for name, value in found.items():
        object.__setattr__(x, name, value)


def shallow_copy(node: Value) -> Value:
    """A second node that came out of the same gate and the same inputs."""
    copied = rebuild(type(node), None, node._state())
    set_attributes(copied, attributes(node))
    return copied


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """The root on a copy of everything it was computed from; `memo` is that of `copy.deepcopy`."""
    for node in walk([root], lambda node: id(node) in memo):
        data, grad, label, gate, inputs, *rest = node._state()
        state = (data, grad, label, gate, tuple([memo[id(x)] for x in inputs]), *rest)
        copied = rebuild(type(node), None, state)
        memo[id(node)] = copied
        set_attributes(copied, copy.deepcopy(attributes(node), memo))
    return memo[id(root)]  # type: ignore[no-any-return]


def walk(roots: list[Value], is_done: Callable[[Value], bool]) -> list[Value]:
    """What the roots, the first of them last, were computed from: inputs before outputs.

    As far as it is not done and not behind what is done. The order is that of `graph.topological_order`, which is
    faster, but marks the nodes.
    """
    order: dict[Value, None] = {}
    path = list(roots)
    while path:
        node = path.pop()
        if node in order:
            continue
        waiting = [x for x in node.inputs if x not in order and not is_done(x)]
        if waiting:
            path.append(node)
            path.extend(reversed(waiting))
        else:
            order[node] = None
    return list(order)


def rebuild(kind: type[Value], ancestors: Any, state: tuple[Any, ...]) -> Value:
    """A node from its pickled state. `ancestors` have done their work: they were unpickled before it."""
    node = kind.__new__(kind)
    node._restore(state)
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
    state = attributes(node) or None  # not among the arguments, because it may refer to the node itself
    return rebuild, (type(node), _ancestors(node), node._state()), state, None, None, set_attributes


def _ancestors(node: Value) -> _Ancestors | None:
    """What has to be pickled ahead of a node; None if that is under way."""
    if node.gate is None:
        return None
    session = _current_session(node)
    if node in session.pending:
        session.pending.remove(node)
        session.given.add(node)
        return None
    order = walk([node], session.knows)
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
