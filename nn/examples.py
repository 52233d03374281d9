"""Examples: rows of features with their targets, made once into leaves for all epochs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Any, TypeAlias

from autograd import Constant, Value
from autograd.conversion import to_float
from nn.targets import Target, is_vector
from nn.wording import shown

Row: TypeAlias = tuple[Constant, ...]
Example: TypeAlias = tuple[Row, Target]


def rows(X: Any, name: str, advice: str = "write [[1.0, 2.0], ...], a list of numbers for each example") -> list[Row]:
    """The features of each example as leaves, labelled x_1, x_2, ... X: lists, tuples, arrays, a data frame, ...

    >>> [[x.data for x in row] for row in rows([[1, 2], [3, 4]], "X")]
    [[1.0, 2.0], [3.0, 4.0]]

    Raises:
        ValueError: rows of unequal length, nan or an infinite number.
        TypeError: X is no list of rows of numbers.
    """
    found = [_row(row, f"{name}[{i}]", advice) for i, row in enumerate(_listed(X, name))]
    for i, row in enumerate(found):
        if len(row) != len(found[0]):
            raise ValueError(f"{name}[{i}] has {len(row)} features and {name}[0] has {len(found[0])}")
    return found


def examples(X: Any, y: Any, name: str) -> list[Example]:
    """Every example with its target, which is a number or a tuple of numbers.

    Raises:
        ValueError: no examples, another number of targets, rows of unequal length, nan or an infinite number.
        TypeError: a feature or a target is no number.
    """
    features = rows(X, name)
    targets = [_target(target, f"the target of {name}[{i}]") for i, target in enumerate(_listed(y, "y"))]
    if not features:
        raise ValueError(f"{name} has no examples")
    if len(features) != len(targets):
        raise ValueError(f"{name} has {len(features)} examples and {len(targets)} targets: give one target for each")
    return list(zip(features, targets, strict=True))


def held_out(found: list[Example], part: float, random: Random) -> tuple[list[Example], list[Example]]:
    """The examples in two: those to train on, and a random part from 0 to 1 of them to validate with.

    >>> [len(some) for some in held_out([((), 0.0)] * 10, 0.2, Random(0))]
    [8, 2]

    Raises:
        ValueError: the part lies outside 0 to 1, or leaves no example on one side.
    """
    if not 0.0 < to_float(part, "validation") < 1.0:
        raise ValueError(f"validation is a part from 0 to 1, or a pair of examples and targets, not {part!r}")
    count = round(part * len(found))
    if not 0 < count < len(found):
        raise ValueError(f"validation={part!r} leaves no examples on one side: there are {len(found)}")
    chosen = set(random.sample(range(len(found)), count))
    return (
        [example for i, example in enumerate(found) if i not in chosen],
        [example for i, example in enumerate(found) if i in chosen],
    )


def _listed(xs: Any, name: str) -> Iterable[Any]:
    if hasattr(xs, "to_numpy"):  # a data frame gives its columns when it is iterated over
        xs = xs.to_numpy()
    if not is_vector(xs):
        raise TypeError(f"{name} is a list or an array, one entry for each example, not {type(xs).__name__!r}")
    return xs  # type: ignore[no-any-return]


def _row(row: Any, name: str, advice: str) -> Row:
    if not is_vector(row):
        raise TypeError(f"{name} is no row of features but {shown(row)}: {advice}")
    numbers = list(row.tolist() if hasattr(row, "tolist") else row)
    for j, x in enumerate(numbers):
        if type(x) is not float or x - x != 0.0:
            numbers[j] = _finite(x, f"{name}[{j}]")
    return tuple(map(Constant, numbers, _labels(len(numbers))))


@lru_cache(maxsize=16)
def _labels(features: int) -> tuple[str, ...]:
    """One text for each feature, which all rows share: of wide rows they would take more memory than the numbers."""
    return tuple([f"x_{j}" for j in range(1, features + 1)])


def _target(target: Any, name: str) -> Target:
    if not is_vector(target):
        return _target_number(target, name)
    return tuple([_target_number(y, name) for y in target])


def _target_number(target: Any, name: str) -> float:
    if isinstance(target, str) and not _is_number(target):
        text = shown(str(target))
        raise TypeError(
            f"{name} is {text}, and classes are numbers: write y = [label == {text} for label in y], "
            "or [names.index(label) for label in y] for several classes"
        )
    return _finite(int(target) if type(target).__name__ in ("bool", "bool_") else target, name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _finite(x: Any, name: str) -> float:
    if is_vector(x):
        raise TypeError(f"{name} is no number but {type(x).__name__!r}: an example is one row of numbers")
    if isinstance(x, Value):
        raise TypeError(f"{name} is a Value: an example is plain numbers, write v.data")
    try:
        number = to_float(x, name)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}: only finite numbers can be trained on")
    return number
