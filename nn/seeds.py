"""Seeds: whole numbers that random numbers repeat from."""

from __future__ import annotations

from numbers import Integral
from random import Random
from typing import Any

from nn.wording import shown


def random_from(seed: Any) -> Random:
    """A generator of random numbers that a seed repeats to the bit; without one, they differ every time.

    >>> random_from(3).random() == random_from(3).random() != random_from(None).random()
    True

    Raises:
        TypeError: the seed is no whole number and not None.
    """
    return Random(None if seed is None else whole(seed))


def whole(seed: Any) -> int:
    """The seed as an int, after making sure that it is a whole number.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(seed, Integral) or isinstance(seed, bool):
        raise TypeError(f"seed is a whole number, not {shown(seed)}")
    return int(seed)
