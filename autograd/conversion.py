"""What may become a float, and for everything else, what to write instead."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any


def to_float(x: object, taker: str, verb: str = "takes") -> float:
    """The number x as a float; `taker` is who takes it (or, with another verb, what it is), for the error.

    int, float, `fractions.Fraction` and NumPy scalars are numbers; a bool, a string, None, an array or a Value is not.

    >>> from fractions import Fraction
    >>> to_float(Fraction(1, 4), "Value")
    0.25
    >>> to_float("3", "Value")
    Traceback (most recent call last):
        ...
    TypeError: Value takes a number, not the str '3': write float('3')

    Raises:
        TypeError: x is not a number; the message says what to write.
        OverflowError: x is an integer or a fraction beyond the largest float.
    """
    if type(x) is float:
        return x
    if type(x) is int and -(1 << 53) < x < 1 << 53:  # ahead of the slow test against Real
        return float(x)
    if isinstance(x, Real) and not isinstance(x, bool):
        try:
            return float(x)
        except OverflowError:
            raise OverflowError(f"{taker} {verb} a float, and this number is beyond 1.8e308: write math.inf") from None
    raise TypeError(f"{taker} {verb} a number, not {_described(x)}: {_advice(x)}")


def is_count(x: Any) -> bool:
    """Whether x is a whole number from 1 up.

    >>> is_count(3), is_count(0), is_count(2.0), is_count(True)
    (True, False, False, False)
    """
    return isinstance(x, Integral) and not isinstance(x, bool) and int(x) >= 1


def _described(x: object) -> str:
    """The kind of x, and x itself where that is one short line.

    >>> _described(None), _described([1.0])
    ('None', 'a list')
    """
    if x is None:
        return "None"
    name = type(x).__name__
    short = isinstance(x, bool | str | complex) and len(repr(x)) <= 40
    return f"the {name} {x!r}" if short else f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"


def _advice(x: object) -> str:
    if hasattr(x, "local_gradients"):
        return "use the Value as it is, or write Value(v.data) for a leaf without its history"
    if isinstance(x, bool) or type(x).__name__ in ("bool_", "bool"):
        return "write 1.0 or 0.0"
    if isinstance(x, str):
        return f"write float({x!r})" if len(x) <= 40 else "write float(text)"
    if x is None:
        return "write 0.0 if that is what it means"
    if isinstance(x, complex):
        return "gradients here are those of real numbers, write z.real"
    if getattr(x, "ndim", None) == 0:
        return "write array.item()"
    if hasattr(x, "__iter__"):
        return "write [Value(x) for x in xs]"
    return "write float(x)" if hasattr(x, "__float__") else "write the float you mean"
