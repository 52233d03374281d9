"""What a picture consists of, before any engine: shapes with their texts, lines between them, frames around them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from autograd.drawing.circuit import Wire
from autograd.drawing.lettering import Row
from autograd.drawing.theme import Role


@dataclass(frozen=True, slots=True)
class Strip:
    """A wire: a thin rule with a row above it and rows below it."""

    name: str
    value: int
    role: Role
    above: Row
    below: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A gate: a text in a circle, or in the trapezium of a multiplexer."""

    name: str
    value: int
    role: Role
    text: str
    is_mux: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of coloured text in a rounded box: a factor, a collapsed module."""

    name: str
    value: int
    role: Role
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Where a wire is copied."""

    name: str
    value: int
    role: Role


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """What the picture leaves out."""

    name: str
    value: int
    role: Role


@dataclass(frozen=True, slots=True)
class Port:
    """Where a wire comes into a frame: a short piece of it."""

    name: str
    value: int
    role: Role
    wire: str
    """The name of its strip."""


Shape = Strip | Symbol | Box | Point | Ellipsis | Port
"""All of them have a name of their own, the value that they belong to, and the role of their lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """From left to right, whichever way its arrow points."""

    tail: str
    head: str
    role: Role
    arrow: Literal["none", "forward", "back"] = "none"
    ranks: int = 1
    dashed: bool = False


Column = tuple[str, ...]
"""Shapes of one frame that stand above each other, from top to bottom."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rounded box around shapes and further frames."""

    name: str
    label: str
    shapes: tuple[str, ...]
    frames: tuple[Frame, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    role: Role
    """That of most lines."""
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...] = ()
    columns: tuple[Column, ...] = ()
    """Those outside of all frames, if there are any frames."""


def ranks(inputs: Collection[Wire]) -> int:
    """A gate of many inputs stands back from them, so that its wires do not bundle."""
    return 1 + min(len(inputs) // 5, 6)
