"""Codes as C and as JavaScript, compiled and run: what they compute, for tests."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd.program.in_c import c_source
from autograd.program.in_javascript import javascript_source
from autograd.program.instructions import Code


class Case(NamedTuple):
    """A code and the numbers to run it on."""

    code: Code
    columns: Sequence[Sequence[float]]
    shared: Sequence[float] = ()
    parameters: Sequence[float] = ()
    count: int = 1


Results = list[list[Any]]
"""For each case its outputs: a number each, or an array with one for each row."""


def run_c(cases: Sequence[Case], directory: Path, *options: str, exact: bool = True) -> Results:
    """The outputs by a C compiler."""
    compiler = shutil.which("gcc") or shutil.which("clang") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    text = "".join([c_source(case.code, f"f{i}", exact=exact) for i, case in enumerate(cases)])
    source, library = directory / "codes.c", directory / f"codes{len(list(directory.iterdir()))}.so"
    source.write_text(text)
    flags = ["-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-ffp-contract=off", *options]
    done = subprocess.run([compiler, *flags, "-o", library, source, "-lm"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:2000]
    loaded = ctypes.CDLL(str(library))
    return [_call_c(getattr(loaded, f"f{i}"), case) for i, case in enumerate(cases)]


def _call_c(function: Any, case: Case) -> list[Any]:
    code = case.code
    by_row = [i for i, r in enumerate(code.outputs) if code.varying[r] and not code.summed[i]]
    outputs, rows = np.full(len(code.outputs), np.nan), np.full((len(by_row), case.count), np.nan)
    given = [np.array(x, dtype=float) for x in (case.columns, case.shared, case.parameters)]
    pointers = [ctypes.c_void_p(x.ctypes.data) for x in (*given, outputs, rows)]
    assert function(*pointers[:3], ctypes.c_long(case.count), *pointers[3:]) == 0
    results: list[Any] = outputs.tolist()
    for i, row in zip(by_row, rows.tolist(), strict=True):
        results[i] = row
    return results


_RUNNER = """
const number = x => typeof x === "string" ? Number(x) : x;
const written = x => Number.isFinite(x) ? (Object.is(x, -0) ? "-0" : x) : String(x);
const { readFileSync } = await import("node:fs");
const codes = await import(process.argv[2]);
const cases = JSON.parse(readFileSync(process.argv[3], "utf8"));
const results = cases.map(({ columns, shared, parameters, count }, i) =>
  codes["f" + i](columns.map(c => c.map(number)), shared.map(number), parameters.map(number), count)
    .map(x => typeof x === "number" ? written(x) : Array.from(x, written)));
console.log(JSON.stringify(results));
"""


def run_javascript(cases: Sequence[Case], directory: Path) -> Results:
    """The outputs by node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    codes, runner, numbers = (directory / name for name in ("codes.mjs", "runner.mjs", "numbers.json"))
    codes.write_text("".join([javascript_source(case.code, f"f{i}") for i, case in enumerate(cases)]))
    runner.write_text(_RUNNER)
    given = [{**case._asdict(), "code": None} for case in cases]
    numbers.write_text(json.dumps(_as_json(given)))
    done = subprocess.run([node, runner, codes, numbers], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:2000]
    return [list(map(_from_json, outputs)) for outputs in json.loads(done.stdout)]


def _as_json(x: Any) -> Any:
    """JSON has no nan, no infinity and no -0.0 that every reader keeps."""
    if isinstance(x, dict):
        return {name: _as_json(y) for name, y in x.items()}
    if isinstance(x, list | tuple):
        return list(map(_as_json, x))
    if isinstance(x, float):
        return repr(x).replace("inf", "Infinity").replace("nan", "NaN")
    return x


def _from_json(x: Any) -> Any:
    return list(map(_from_json, x)) if isinstance(x, list) else float(x)
