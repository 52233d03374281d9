"""C programs of this folder, compiled for this machine when they are measured."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measuring import MissingError


def library(source: str, *options: str) -> ctypes.CDLL:
    """A C file of this folder, compiled by gcc -O3 -march=native and loaded.

    Raises:
        MissingError: there is no gcc.
    """
    with tempfile.TemporaryDirectory() as directory:
        compiled, linked = str(Path(directory) / "compiled.o"), str(Path(directory) / "linked.so")
        file = str(Path(__file__).with_name(source))
        _gcc("-O3", "-march=native", *options, "-fPIC", "-c", file, "-o", compiled)
        _gcc("-shared", compiled, "-o", linked, "-lm")  # -ffast-math here would flush this process's subnormals to 0
        return ctypes.CDLL(linked)


def _gcc(*arguments: str) -> None:
    try:
        subprocess.run(["gcc", *arguments], check=True, capture_output=True)
    except FileNotFoundError as error:
        raise MissingError("not installed: a C compiler, gcc") from error
