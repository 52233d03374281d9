"""The backends by name, and which of them is taken."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Protocol

from autograd.program.instructions import Code


class Executable(Protocol):
    """A code that can be run."""

    name: str
    takes_arrays: bool
    """Whether columns and shared inputs come as NumPy arrays, else as lists."""

    def __call__(self, columns: Any, shared: Any, parameters: Any, count: int) -> Any:
        """The outputs: a number each, or `count` numbers where they vary and are not summed.

        Args:
            columns: for each input that varies, its number in every row.
            shared: the other inputs.
            parameters: the parameters.
            count: the number of rows.
        """


def _llvm(code: Code, exact: bool, threads: int) -> Executable:
    from autograd.program.in_llvm import InLLVM

    return InLLVM(code, exact=exact, threads=threads)


def _python(code: Code, exact: bool, threads: int) -> Executable:
    from autograd.program.in_python import InPython

    return InPython(code, exact=exact)


def _numpy(code: Code, exact: bool, threads: int) -> Executable:
    from autograd.program.in_numpy import InNumPy

    return InNumPy(code, exact=exact)


BACKENDS: dict[str, tuple[Callable[[Code, bool, int], Executable], str | None]] = {
    "llvm": (_llvm, "llvmlite"),
    "numpy": (_numpy, "numpy"),
    "python": (_python, None),
}
"""For each backend what makes an executable, and the package that it needs."""


def is_installed(name: str) -> bool:
    """Whether the package that a backend needs is there."""
    package = BACKENDS[name][1]
    return package is None or find_spec(package) is not None


def chosen(name: str, batch: bool) -> str:
    """The backend to take: the one that is named, or with "auto" the fastest that is installed.

    For one point that is Python: it is ready soonest, takes fractions too, and a call has no arrays to fill.

    Raises:
        ValueError: there is none of that name.
        ModuleNotFoundError: it is not installed.
    """
    if name == "auto":
        fastest = filter(is_installed, ("llvm", "numpy")) if batch else iter(())
        return next(fastest, "python")
    if name not in BACKENDS:
        raise ValueError(f'there is no backend {name!r}: write backend="auto", or one of {", ".join(BACKENDS)}')
    if not is_installed(name):
        raise ModuleNotFoundError(f'backend={name!r} needs {BACKENDS[name][1]}: install it, or write backend="python"')
    return name
