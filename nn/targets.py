"""What targets and predictions may be. Losses, outputs and metrics ask here: one mistake, one answer.

While a program is being recorded, a target is a Symbol, whose number comes with every row. It passes unchecked: who
records has looked at the numbers before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import autograd
from autograd.conversion import to_float
from autograd.functions import Scalar, plain
from nn.wording import counted, shown

Target: TypeAlias = "float | tuple[float, ...]"
"""What is known of one example: a number, or one number for each class or label."""

NO_LIST = (str, bytes, bytearray, dict, set, frozenset)
"""What can be iterated over and still is no list of numbers: text, and what has no order or other items."""


def is_vector(x: Any) -> bool:
    """Whether x is several numbers rather than one.

    >>> is_vector([1, 0]), is_vector(1.0), is_vector("10"), is_vector({1, 0})
    (True, False, False, False)
    """
    return hasattr(x, "__iter__") and not isinstance(x, NO_LIST) and getattr(x, "ndim", 1) > 0


def check_width(taker: Any, inputs: int, x: Any) -> None:
    """Make sure that a row has as many features as its taker has inputs; what is no row passes.

    Raises:
        ValueError: it has more or fewer.
    """
    if is_vector(x) and hasattr(x, "__len__") and len(x) != inputs:
        raise ValueError(f"{taker!r} has {counted(inputs, 'input')}, and the row has {counted(len(x), 'feature')}")


def is_symbol(x: Any) -> bool:
    """Whether a number is known only later, when the program that is being recorded runs."""
    return hasattr(x, "detached")


def number(target: Any, taker: str) -> Scalar:
    """The target as a float; a bool is 0 or 1.

    >>> number(True, "hinge")
    1.0

    Raises:
        TypeError: the target is a Value, a list, a string, ...
    """
    if type(target) is float or is_symbol(target):
        return target
    if hasattr(target, "local_gradients"):
        raise TypeError(f"{taker} takes a plain number as its target: write v.data")
    if is_vector(target):
        advice = ": write y.ravel() if y is a column" if len(tuple(target)) == 1 else ""
        raise TypeError(f"{taker} takes one number as its target, not {shown(target)}{advice}")
    return to_float(int(target) if type(target).__name__ in ("bool", "bool_") else target, taker)


def fraction(target: Any, taker: str) -> Scalar:
    """A target from 0 to 1: a class, or a probability of class 1 (a soft label).

    Raises:
        ValueError: it lies outside.
        TypeError: it is no plain number.
    """
    y = number(target, taker)
    if not (is_symbol(y) or 0.0 <= y <= 1.0):
        raise ValueError(f"{taker} takes a target from 0 to 1, not {shown(target)}")
    return y


def sign(target: Any, taker: str) -> Scalar:
    """A target of -1 or 1.

    Raises:
        ValueError: it is another number.
        TypeError: it is no plain number.
    """
    z = number(target, taker)
    if not (is_symbol(z) or abs(z) == 1.0):
        raise ValueError(f"{taker} takes a target of -1 or 1, not {shown(target)}: write 2 * y - 1 for classes 0 and 1")
    return z


def class_index(target: Any, classes: int, taker: str) -> int:
    """Which class is meant, by its number from 0 or by a 1 among zeros.

    >>> class_index(2, 3, "cross-entropy"), class_index([0, 0, 1], 3, "cross-entropy")
    (2, 2)

    Raises:
        ValueError: it is neither.
        TypeError: it is no plain number and no list of plain numbers.
    """
    if not is_vector(target):
        y = number(target, taker)
        if y % 1.0 == 0.0 and 0.0 <= y < classes:
            return int(y)
    else:
        ys = [number(y, taker) for y in target]
        if len(ys) == 1:
            raise TypeError(
                f"{taker} takes one class as its target, not {shown(target)}: write y.ravel() if y is a column"
            )
        if len(ys) == classes and ys.count(1.0) == 1 and ys.count(0.0) == classes - 1:
            return ys.index(1.0)
    raise ValueError(
        f"{taker} takes a class from 0 to {classes - 1}, or {classes} numbers of which one is 1 and the rest 0, "
        f"not {shown(target)}"
    )


def of_class(entries: Sequence[Scalar], target: Any, taker: str) -> Scalar:
    """The entry of the class that is meant.

    >>> of_class([0.5, 0.2, 0.3], 1, "cross-entropy"), of_class([0.5, 0.2, 0.3], [0, 0, 1], "cross-entropy")
    (0.2, 0.3)

    Raises:
        ValueError, TypeError: as `class_index`.
    """
    if is_vector(target) and any(map(is_symbol, target)):
        return autograd.dot(target, entries)  # a 1 among zeros
    if is_symbol(target):
        reached = [target >= float(k) for k in range(len(entries) + 1)]
        return autograd.dot([this - following for this, following in pairwise(reached)], entries)
    return entries[class_index(target, len(entries), taker)]


def labels(target: Any, count: int, taker: str) -> list[Scalar]:
    """One target from 0 to 1 for each label.

    Raises:
        ValueError: there are more or fewer, or one lies outside.
        TypeError: it is no list of plain numbers.
    """
    if not is_vector(target):
        raise TypeError(f"{taker} takes {count} targets from 0 to 1, one for each label, not {shown(target)}")
    ys = [fraction(y, taker) for y in target]
    if len(ys) != count:
        raise ValueError(f"{taker} takes {count} targets, one for each label, not {len(ys)}")
    return ys


def single(prediction: Any, taker: str) -> Scalar:
    """The prediction, after making sure that it is one.

    Raises:
        TypeError: it is a list.
    """
    if is_vector(prediction):
        raise TypeError(f"{taker} takes one prediction, not a list of {len(list(prediction))}")
    return prediction


def several(prediction: Any, taker: str) -> list[Scalar]:
    """The predictions, after making sure that they are a list of some.

    Raises:
        TypeError: it is a single one.
        ValueError: there are none.
    """
    if not is_vector(prediction):
        raise TypeError(f"{taker} takes a list of predictions, not a single {type(prediction).__name__}")
    predictions = list(prediction)
    if not predictions:
        raise ValueError(f"{taker} takes at least one prediction")
    return predictions


def check_probabilities(probabilities: Iterable[Scalar], taker: str) -> None:
    """Make sure that predictions are probabilities. One that is known only later, in a recorded program, passes.

    Raises:
        ValueError: one lies outside 0 to 1.
    """
    for p in map(plain, probabilities):
        if isinstance(p, float) and not 0.0 <= p <= 1.0:
            raise ValueError(f"{taker} takes a probability from 0 to 1, not {p!r}")


def check_distribution(probabilities: Iterable[Scalar], taker: str) -> None:
    """Make sure that probabilities add up to 1, as far as they are known.

    Raises:
        ValueError: they do not.
    """
    known = [p for p in map(plain, probabilities) if isinstance(p, float)]
    if known and abs(sum(known) - 1.0) > 1e-6:
        raise ValueError(f"{taker} takes probabilities that add up to 1: of scores, write cross_entropy")
