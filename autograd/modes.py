"""How operations are recorded just now: `no_grad()`, `strict()` and `scope()`, each per context and undone on exit.

The mode lives in a context variable, so that threads and asyncio tasks do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, Final, Protocol, TypeVar

from mypy_extensions import mypyc_attr

Function = TypeVar("Function", bound=Callable[..., Any])


@mypyc_attr(native_class=False)
class NonFiniteError(FloatingPointError):
    """A result or a gradient is nan or infinite while `strict()` is on."""


@mypyc_attr(native_class=False)
@dataclass(frozen=True, eq=False)
class Scope:
    """A named part of a computation, as `scope()` opened it: every entering is one of its own."""

    name: str
    outer: Scope | None = None
    """The scope that it was opened in."""


class Tracer(Protocol):
    """What takes operations down without computing them, for a program."""

    def record(self, gate: Any, operands: tuple[Any, ...]) -> Any:
        """The node that stands for a gate on these operands."""

    def decide(self, condition: Any) -> bool:
        """Which way to go at a branch on a node without a number; or an error."""


@mypyc_attr(native_class=False)
@dataclass(frozen=True)
class Mode:
    """What happens when an operation is computed."""

    records: bool = True
    strict: bool = False
    scope: Scope | None = None
    tracer: Tracer | None = None


NORMAL: Final = Mode()

_mode: Final[ContextVar[Mode]] = ContextVar("gatewise.mode", default=NORMAL)

current_mode: Final = _mode.get
"""The mode of the present context; `NORMAL`, the same object, unless something was switched."""


class _Usage:
    """Whether any mode was ever switched. Until then an operation need not ask for the mode that it is in."""

    __slots__ = ("any",)

    def __init__(self) -> None:
        self.any = False


USAGE: Final = _Usage()
"""Its `any` is the quick question; only after a yes is the context variable asked."""


@mypyc_attr(native_class=False)
class _Switch(ContextDecorator):
    """A context in which the mode is another; it also decorates functions."""

    def __init__(self, change: Callable[[Mode], Mode]) -> None:
        self._change = change
        self._tokens: list[Token[Mode]] = []

    def __enter__(self) -> None:
        USAGE.any = True
        self._tokens.append(_mode.set(self._change(_mode.get())))

    def __exit__(self, *_: object) -> None:
        _mode.reset(self._tokens.pop())

    def _recreate_cm(self) -> _Switch:  # what ContextDecorator enters at every call
        return _Switch(self._change)

    def __call__(self, function: Function) -> Function:
        if any(is_kind(function) for is_kind in (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction)):
            raise TypeError(
                f"{getattr(function, '__name__', 'this')} runs on after it is called: write `with ...:` inside it"
            )
        return super().__call__(function)


def no_grad() -> _Switch:
    """Compute without recording: every result inside is a leaf, without inputs and without history.

    >>> import autograd
    >>> x = autograd.Value(3.0)
    >>> with autograd.no_grad():
    ...     y = x * x
    >>> y
    Value(data=9.0, grad=0.0)

    `@autograd.no_grad()` decorates functions, which then never record; generators and coroutines are refused.
    """
    return _Switch(lambda mode: replace(mode, records=False))


def recording() -> _Switch:
    """Record in any case, also inside of `no_grad()`."""
    return _Switch(lambda mode: mode if mode.records else replace(mode, records=True))


def strict() -> _Switch:
    """Raise `NonFiniteError` at the first result that is nan or infinite, naming gate, inputs and labels.

    Inside it `backward()`, `gradients` and `gradient_graph` also raise at a gradient that is nan or infinite, and
    `backward()` then leaves every node as it was.

    >>> import autograd
    >>> p = autograd.Value(0.0, label="p")
    >>> with autograd.strict():
    ...     p.log()
    Traceback (most recent call last):
        ...
    autograd.modes.NonFiniteError: log gave -inf at p = 0.0

    It also decorates functions, as `no_grad` does.
    """
    return _Switch(lambda mode: replace(mode, strict=True))


def tracing(tracer: Tracer) -> _Switch:
    """Send every operation to the tracer, on numbers that are known later."""
    return _Switch(lambda mode: replace(mode, tracer=tracer))


def scope(name: str | Any) -> _Switch:
    """Give what is recorded inside a name: pictures draw it as a box with that name, and can collapse it.

    Scopes nest. Entering one again, or calling a function that it decorates, opens another of the same name.

    >>> import autograd
    >>> x = autograd.Value(3.0)
    >>> with autograd.scope("layer"):
    ...     with autograd.scope("neuron"):
    ...         y = 2 * x
    >>> y.scope.name, y.scope.outer.name
    ('neuron', 'layer')

    Raises:
        TypeError: the name is no string.
    """
    if not isinstance(name, str):
        raise TypeError(f'scope takes a name, not {type(name).__name__!r}: write scope("layer 1")')
    return _Switch(lambda mode: Mode(mode.records, mode.strict, Scope(name, mode.scope), mode.tracer))
