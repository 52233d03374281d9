"""Symbol: a Value whose number is known later, when the program that is being recorded runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn, SupportsFloat

from autograd.gates import DETACH, Gate
from autograd.modes import current_mode
from autograd.value import Value


class Symbol(Value):
    """What stands in a recording for a number that is given later. Operators and functions record; nothing computes."""

    __slots__ = ("register",)
    kind: ClassVar[str] = "input"

    register: int
    """Its register, where a recording numbers them at once."""

    def __init__(self, gate: Gate | None = None, operands: tuple[Value, ...] = (), label: str = "") -> None:
        super().__init__(math.nan, label)
        if gate is not None:
            self._connect(gate, operands, (math.nan,) * len(operands))

    @property  # type: ignore[misc]
    def data(self) -> float:
        """There is none yet.

        Raises:
            TypeError: always; the message says what to write instead.
        """
        _refuse("has no number while a program is recorded: compute with it, and let autograd.where() choose")

    @property  # type: ignore[misc]
    def grad(self) -> float:
        """There is none: see `data`."""
        _refuse("has no gradient while a program is recorded: ask the program, as in f.value_and_grad(...)")

    def backward(self, gradient: SupportsFloat = 1.0) -> None:
        """Not here: the program gives gradients. See `data`."""
        _refuse("cannot run backward() while a program is recorded: ask the program, as in f.value_and_grad(...)")

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """Unknown as yet."""
        return ()

    def explore(self, function: Callable[..., tuple[Any, ...]], *arguments: Any) -> tuple[Any, ...]:
        """The results of a function on either side of its branches, joined by `where`."""
        tracer: Any = current_mode().tracer
        return tracer.explore(function, *arguments)  # type: ignore[no-any-return]

    def detached(self) -> Value:
        """The same number, through which no gradient flows."""
        return Value.record(DETACH, (self,))

    def __float__(self) -> float:
        _refuse("does not turn into a float while a program is recorded: write autograd.exp(v) instead of math.exp(v)")

    def __repr__(self) -> str:
        return f"Symbol({self.label!r})" if self.label else "Symbol()"

    def __format__(self, specification: str) -> str:
        return repr(self)


def _refuse(reason: str) -> NoReturn:
    from autograd.program.tracing import users_line

    raise TypeError(f"{users_line()}: a Value {reason}")
