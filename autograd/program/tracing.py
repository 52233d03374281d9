"""Recording without numbers: a function's operations as a graph of Symbols, and branches that are taken both ways."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograd.gates import DETACH, WHERE, Gate
from autograd.modes import current_mode, recording, tracing
from autograd.program.symbol import Symbol
from autograd.value import Constant, Value

MOST_BRANCHES = 12
"""How many branches one after another a gate's formula may have; both ways are recorded at each."""

_HERE = str(Path(__file__).parent.parent) + os.sep


class BranchError(TypeError):
    """A function that is being recorded branches on a number that is known only when the program runs."""


class _UndecidedError(Exception):
    """A branch was met that has not been decided on yet."""

    def __init__(self, condition: Value) -> None:
        self.condition = condition


class Tracer:
    """Takes operations down as Symbols that remember gate and operands, like Values without data."""

    def __init__(self) -> None:
        self._decisions: tuple[bool, ...] | None = None
        self._met = 0

    def record(self, gate: Gate, operands: tuple[Value, ...]) -> Value:
        """The Symbol for a gate on these operands."""
        symbol = Symbol(gate, operands)
        return symbol if current_mode().records else Symbol(DETACH, (symbol,))

    def decide(self, condition: Value) -> bool:
        """The way to go at a branch of a gate's formula.

        Raises:
            BranchError: the branch is one of the user's function.
        """
        if self._decisions is None:
            raise BranchError(
                f"{users_line()}: a branch on a number that is known only when the program runs: "
                "use autograd.where() or maximum()"
            )
        if self._met == len(self._decisions):
            raise _UndecidedError(condition)
        self._met += 1
        return self._decisions[self._met - 1]

    def explore(self, function: Callable[..., tuple[Any, ...]], *arguments: Any) -> tuple[Any, ...]:
        """The results of a function of Symbols: where it branches, both ways, joined by `where`."""
        outer = self._decisions, self._met
        try:
            return self._explored(lambda: function(*arguments), ())
        finally:
            self._decisions, self._met = outer

    def _explored(self, function: Callable[[], tuple[Any, ...]], decisions: tuple[bool, ...]) -> tuple[Any, ...]:
        if len(decisions) > MOST_BRANCHES:
            raise BranchError(f"a gate's formula has more than {MOST_BRANCHES} branches: use autograd.where()")
        self._decisions, self._met = decisions, 0
        try:
            return function()
        except _UndecidedError as undecided:
            condition = undecided.condition
        taken = self._explored(function, (*decisions, True))
        other = self._explored(function, (*decisions, False))
        return tuple([self._joined(condition, a, b) for a, b in zip(taken, other, strict=True)])

    def _joined(self, condition: Value, a: Any, b: Any) -> Any:
        if a is b or (isinstance(a, float) and isinstance(b, float) and a.hex() == b.hex()):
            return a
        return self.record(WHERE, (condition, _node(a), _node(b)))


def _node(x: Any) -> Value:
    return x if isinstance(x, Value) else Constant(x)


def users_line() -> str:
    """The line of code outside of this package that is running, as file:line."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def traced(function: Callable[..., Any], arguments: Sequence[Any], named: dict[str, Any]) -> Value:
    """The result of a function of Symbols, as a graph of Symbols and Values.

    Raises:
        BranchError: the function branches on data.
        TypeError: the function asks a Symbol for its number, or gives anything but one number.
    """
    with recording(), tracing(Tracer()):  # the program outlives a no_grad() that its first call may stand in
        result = function(*arguments, **named)
    if isinstance(result, Value):
        return result
    if isinstance(result, int | float) and not isinstance(result, bool):
        return Constant(result)
    raise TypeError(
        f"a function to compile gives one number, not {type(result).__name__!r}: return its sum, or one entry"
    )
