"""Wording: how errors name what they were given."""

from __future__ import annotations

from typing import Any


def shown(x: Any) -> str:
    """As it is written in Python or, where that takes more than a short line, its kind.

    >>> shown("relu"), shown(list(range(100)))
    ("'relu'", 'an object of the kind list')
    """
    text = repr(x)
    return text if len(text) <= 80 and text.isprintable() else f"an object of the kind {type(x).__name__}"
