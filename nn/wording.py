"""Wording: how errors name what they were given."""

from __future__ import annotations

from typing import Any


def shown(x: Any) -> str:
    """As it is written in Python or, where that takes more than a short line, its kind.

    >>> shown("relu"), shown(list(range(100)))
    ("'relu'", 'an object of the kind list')
    """
    is_numpy_scalar = getattr(x, "ndim", None) == 0 and hasattr(x, "item")
    text = repr(x.item() if is_numpy_scalar else x)
    return text if len(text) <= 80 and text.isprintable() else f"an object of the kind {type(x).__name__}"


def counted(count: int, noun: str) -> str:
    """
    >>> counted(1, "input"), counted(2, "input")
    ('1 input', '2 inputs')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"
