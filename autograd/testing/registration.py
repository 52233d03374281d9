"""What hypothesis' entry point calls when hypothesis is imported: let `from_type(Value)` draw Values.

A module of its own, because `strategies.py` imports hypothesis and may itself be what is being imported just then.
"""

from __future__ import annotations

from typing import Any

from autograd.value import Value


def register() -> None:
    """Tell hypothesis how Values are drawn."""
    from hypothesis import strategies as st

    st.register_type_strategy(Value, _values)


def _values(_: type[Value]) -> Any:
    from autograd.testing.strategies import values

    return values()
