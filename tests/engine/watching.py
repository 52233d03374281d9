"""Watching whether a graph is freed: a plain Value cannot be referenced weakly, but a leaf of a subclass can, and a
node that is kept alive keeps its leaves alive.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable

from autograd import Value


class Watched(Value):
    """A leaf that can be referenced weakly."""

    __slots__ = ("__weakref__",)


class Watch:
    """Weak references to watched leaves."""

    def __init__(self, leaves: Iterable[Value]) -> None:
        self._references = [weakref.ref(leaf) for leaf in leaves if isinstance(leaf, Watched)]
        assert self._references, "a graph without a watched leaf shows nothing"

    def alive(self) -> list[Value]:
        """The leaves that something still holds."""
        return [leaf for reference in self._references if (leaf := reference()) is not None]
