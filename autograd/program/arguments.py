"""What a program is given: named arguments of fixed shapes, which become the numbers of its input registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from math import prod
from typing import Any

from autograd.conversion import to_float

Shape = tuple[int, ...]

EXACT_KINDS = ("fractions", "mpmath")
"""The homes of numbers that the Python backend computes with as they are."""


@dataclass(frozen=True)
class Argument:
    """One argument: its name, its shape for one example, and whether every example has its own.

    Attributes:
        name: how it is given by name.
        shape: () for a number, (n,) for n numbers, (k, n) for k lists of n.
        rows: whether there is one for every example of a batch; the examples then are the first axis.
        columns: the same, where the examples are the last axis.
    """

    name: str
    shape: Shape
    rows: bool = False
    columns: bool = False

    @property
    def varies(self) -> bool:
        """Whether every example has its own."""
        return self.rows or self.columns

    @cached_property
    def size(self) -> int:
        """How many numbers it has for one example."""
        return prod(self.shape)

    @property
    def described(self) -> str:
        """What it takes, for an error message."""
        if not self.shape:
            return f"one number for each {'row' if self.rows else 'column'}" if self.varies else "one number"
        numbers = " × ".join(map(str, self.shape)) + " numbers"
        return f"{'rows' if self.rows else 'columns'} of {numbers}" if self.varies else numbers

    def of_one(self, shape: Shape) -> Shape:
        """The shape of one example's part of an argument of some shape."""
        if self.columns:
            return shape[:-1]
        return shape[1:] if self.rows else shape


def shape_of(x: Any, name: str) -> Shape:
    """The shape of a number, of a list of numbers, of lists in a list, or of an array.

    >>> shape_of(2.0, "x"), shape_of([1.0, 2.0], "x"), shape_of([[1, 2, 3]], "x")
    ((), (2,), (1, 3))

    Raises:
        ValueError: the lists in a list are not of one length, or a list is empty.
    """
    if hasattr(x, "shape"):
        return tuple(x.shape)
    if not isinstance(x, list | tuple):
        return ()
    if not x:
        raise ValueError(f"{name} is empty: give at least one number")
    if not any(issubclass(kind, list | tuple) or hasattr(kind, "shape") for kind in set(map(type, x))):
        return (len(x),)
    shapes = {shape_of(entry, name) for entry in x}
    if len(shapes) > 1:
        raise ValueError(f"{name} has entries of several shapes {sorted(shapes)}: give lists of one length")
    return (len(x), *shapes.pop())


def bound(arguments: Sequence[Argument], given: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
    """What was given for each argument, in order.

    Raises:
        TypeError: too many, too few, or unknown ones.
    """
    if not named and len(given) == len(arguments):
        return list(given)
    names = [argument.name for argument in arguments]
    call = f"program({', '.join(names)})"
    if len(given) > len(names):
        raise TypeError(f"{len(given)} arguments for {len(names)}: write {call}")
    found = dict(zip(names, given, strict=False))
    for name, x in named.items():
        if name not in names or name in found:
            raise TypeError(f"{name!r} is {'given twice' if name in found else 'no argument'}: write {call}")
        found[name] = x
    if missing := [name for name in names if name not in found]:
        raise TypeError(f"{', '.join(missing)} missing: write {call}")
    return [found[name] for name in names]


def shapes_of(arguments: Sequence[Argument], given: Sequence[Any]) -> list[Shape]:
    """The shapes of what was given for some arguments. Raises what `shape_of` raises."""
    return [
        x.shape if hasattr(x, "shape") else _shape(argument, x) for argument, x in zip(arguments, given, strict=True)
    ]


def _shape(argument: Argument, x: Any) -> Shape:
    if argument.rows and isinstance(x, list | tuple) and not x:
        return (0, *argument.shape)
    return shape_of(x, argument.name)


def counted(arguments: Sequence[Argument], shapes: Sequence[Shape]) -> int:
    """The number of examples in arguments of some shapes, 1 if no argument varies.

    Raises:
        ValueError: an argument has another shape, there are no examples, or not as many in one argument as in another.
    """
    count: int | None = None
    for argument, shape in zip(arguments, shapes, strict=True):
        if argument.of_one(shape) != argument.shape or (argument.varies and not shape):
            raise ValueError(f"{argument.name} takes {argument.described}, not the shape {shape}")
        if argument.varies:
            here, kind = (shape[0], "row") if argument.rows else (shape[-1], "column")
            if here == 0:
                raise ValueError(f"a batch needs at least one {kind}")
            if count is not None and here != count:
                raise ValueError(f"{argument.name} has {here} {kind}s, and what stands before it {count}")
            count = here
    return 1 if count is None else count


# --- as lists ---------------------------------------------------------------------------------------------------------


def flat_numbers(argument: Argument, x: Any, exact_kinds: bool) -> list[Any]:
    """The numbers of an argument in a row, as floats; fractions and mpmath numbers as they are, if wanted.

    Raises:
        TypeError: something in it is no number.
    """
    numbers = x.tolist() if hasattr(x, "tolist") else x
    for _ in range(len(argument.shape) + argument.varies):
        if isinstance(numbers, list | tuple) and numbers and not _is_nested(numbers[0]):
            break
        numbers = list(chain.from_iterable(numbers))
    flat = list(numbers) if isinstance(numbers, list | tuple) else [numbers]
    kinds = set(map(type, flat))
    if kinds == {float}:
        return flat
    if exact_kinds and any(kind.__module__.startswith(EXACT_KINDS) for kind in kinds):
        return [y if type(y).__module__.startswith(EXACT_KINDS) else to_float(y, argument.name) for y in flat]
    return [to_float(y, argument.name) for y in flat]


def _is_nested(x: Any) -> bool:
    return isinstance(x, list | tuple) or bool(getattr(x, "shape", ()))


def as_lists(arguments: Sequence[Argument], given: Sequence[Any], count: int) -> tuple[list[list[Any]], list[Any]]:
    """What varies, a list for each number of an example, and the numbers of what does not, for backends of lists."""
    columns: list[list[Any]] = []
    shared: list[Any] = []
    for argument, x in zip(arguments, given, strict=True):
        numbers = flat_numbers(argument, x, exact_kinds=True)
        size = argument.size
        if argument.rows:
            columns += [numbers[i::size] for i in range(size)]
        elif argument.columns:
            columns += [numbers[i * count : (i + 1) * count] for i in range(size)]
        else:
            shared += numbers
    return columns, shared


# --- as arrays --------------------------------------------------------------------------------------------------------


def as_arrays(arguments: Sequence[Argument], given: Sequence[Any], count: int) -> tuple[list[Any], list[Any]]:
    """The same as arrays of float64, one for each argument; where it varies with a line for each of its numbers."""
    import numpy as np

    columns: list[Any] = []
    shared: list[Any] = []
    for argument, x in zip(arguments, given, strict=True):
        array = _array(np, argument, x)
        if argument.rows:
            columns.append(array.T if array.ndim == 2 else array.reshape(count, -1).T)
        elif argument.columns:
            columns.append(array if array.ndim == 2 else array.reshape(-1, count))
        else:
            shared.append(array if array.ndim == 1 else array.ravel())
    return columns, shared


def fill(lines: Any, arrays: Sequence[Any]) -> None:
    """Copy arrays into the lines of one array, one after another."""
    start = 0
    for array in arrays:
        stop = start + len(array)
        lines[start:stop] = array
        start = stop


@cache
def _float64(np: Any) -> Any:
    return np.dtype(float)


def _array(np: Any, argument: Argument, x: Any) -> Any:
    if not hasattr(x, "dtype"):
        if not argument.shape and not argument.varies:
            return np.array([to_float(x, argument.name)])
        return np.array(flat_numbers(argument, x, exact_kinds=False))
    if x.dtype is _float64(np):
        return x
    if x.dtype.kind not in "fiu":
        raise TypeError(f"{argument.name} takes floats, not an array of {x.dtype}: write array.astype(float)")
    return x.astype(np.float64, copy=False)
