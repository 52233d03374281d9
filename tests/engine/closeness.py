"""How two numbers are compared: bit for bit, or a float with an exact number."""

from __future__ import annotations

import math
import struct
from typing import Any

from mpmath import mpf

LARGEST = 2**1024 - 2**970
"""From here on a number rounds to infinity."""


def bits(x: float) -> str:
    """A text that two floats share only if they are the same float; every nan is the same."""
    assert type(x) is float, f"{x!r} is a {type(x).__name__}"
    return "nan" if x != x else struct.pack(">d", x).hex()


def same_number(a: float, b: float) -> bool:
    """Equal, or both nan. 0.0 and -0.0 are the same number."""
    return a == b or (a != a and b != b)


def close(actual: float, exact: Any, relative: float = 1e-13, absolute: float = 0.0) -> bool:
    """Whether a float is the exact number within a relative error; next to 0, within two of the smallest floats."""
    assert type(actual) is float, f"{actual!r} is a {type(actual).__name__}"
    if abs(exact) >= LARGEST:
        return math.isinf(actual) and (actual > 0) == (exact > 0)
    return math.isfinite(actual) and abs(mpf(actual) - exact) <= relative * abs(exact) + absolute + 2 * 5e-324
