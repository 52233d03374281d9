"""How operations are recorded just now: `no_grad()` and `strict()`, each per context (thread, task) and undone on exit.

The mode lives in a context variable, so that threads and asyncio tasks do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


class NonFiniteError(FloatingPointError):
    """A result or a gradient is nan or infinite while `strict()` is on."""


@dataclass(frozen=True)
class Mode:
    """What happens when an operation has been computed."""

    records: bool = True
    strict: bool = False


NORMAL = Mode()

_mode: ContextVar[Mode] = ContextVar("gatewise.mode", default=NORMAL)

current_mode = _mode.get
"""The mode of the present context; `NORMAL`, the same object, unless something was switched."""


@contextmanager
def _switched(**changes: bool) -> Iterator[None]:
    token = _mode.set(replace(_mode.get(), **changes))
    try:
        yield
    finally:
        _mode.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: every result inside is a leaf, without inputs and without history.

    >>> import autograd
    >>> x = autograd.Value(3.0)
    >>> with autograd.no_grad():
    ...     y = x * x
    >>> y
    Value(data=9.0, grad=0.0)

    It also decorates functions, which then never record.
    """
    with _switched(records=False):
        yield


@contextmanager
def strict() -> Iterator[None]:
    """Raise `NonFiniteError` at the first result that is nan or infinite, naming gate, inputs and labels.

    Inside it `backward()` also raises at the first gradient that is nan or infinite, and leaves every node as it was.

    >>> import autograd
    >>> p = autograd.Value(0.0, label="p")
    >>> with autograd.strict():
    ...     p.log()
    Traceback (most recent call last):
        ...
    autograd.modes.NonFiniteError: log gave -inf at p = 0.0

    It also decorates functions.
    """
    with _switched(strict=True):
        yield
