"""A gate that a user could have written, for tests of several files."""

from __future__ import annotations

from typing import Any

from autograd import Gate


class Scaled(Gate):
    """A user's gate with a number of its own."""

    symbol = "scaled"

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def forward(self, x: float) -> float:
        return self.factor * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (self.factor,)
