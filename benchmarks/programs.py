"""Recorded once, replayed many times: gatewise's programs beside micrograd, which rebuilds, and other compilers.

Every system computes a value and all gradients of the same loss, in a process of its own, the systems in turn, several
times over. Their results must agree before their times are compared. What is not installed is left out, with a line
that says how to install it.
"""

from __future__ import annotations

import json
import math
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from tqdm import tqdm

from benchmarks.peers import DATA

ROUNDS = 5
REPEAT = {"micrograd": 3, "python": 30}
"""How many evaluations a process times; of the fast systems more."""
MOST = 1000

TITLES = {
    "micrograd": "micrograd, rebuilding",
    "python": "gatewise, plain Python",
    "numpy": "gatewise, NumPy",
    "llvm": "gatewise, LLVM",
    "machine code": "gatewise, LLVM: the function alone",
    "PyTorch": "PyTorch, vectorised by hand",
    "CasADi": "CasADi, virtual machine",
    "JAX": "JAX, vectorised by hand, jit",
    "NumPy": "NumPy, backward by hand",
    "Numba": "Numba, loops by hand",
    "C": "C by hand, 8 lanes, gcc -O3",
}
OURS = ("python", "numpy", "llvm", "machine code")


@dataclass
class Measured:
    """What was measured of one system.

    Attributes:
        seconds: for one evaluation, of every round.
        ready: seconds until the first result, of every round.
        results: the value and the gradients.
        missing: how to install it, if it is not there.
    """

    seconds: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    results: list[float] = field(default_factory=list)
    missing: str = ""


def main(rounds: int = ROUNDS) -> None:
    """Measure everything and print a table for each loss."""
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {rounds} processes each, one thread\n")
    for workload in DATA:
        print(_table(workload, measure(workload, rounds)), end="\n\n")


def measure(workload: str, rounds: int) -> dict[str, Measured]:
    """All systems on one loss.

    Raises:
        ArithmeticError: two of them give different results.
    """
    found = {system: Measured() for system in TITLES}
    for _ in tqdm(range(rounds), desc=workload, disable=None):
        for system, measured in found.items():
            if not measured.missing:
                _add(measured, _run(workload, system))
    there = [system for system in found if not found[system].missing]
    for system in there[1:]:
        check_agreement(system, found[system].results, there[0], found[there[0]].results)
    return found


def check_agreement(system: str, results: list[float], other: str, expected: list[float]) -> None:
    """Whether values and all gradients are the same but for rounding.

    Raises:
        ArithmeticError: they are not.
    """
    scale = max(map(abs, expected))
    for i, (a, b) in enumerate(zip(results, expected, strict=True)):
        if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12 * scale):
            raise ArithmeticError(f"{system} and {other} do not agree on result {i}: {a} and {b}")


def _run(workload: str, system: str) -> dict[str, Any]:
    repeat = REPEAT.get(system, MOST)
    command = [sys.executable, "-m", "benchmarks.peers", workload, system, str(repeat)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{system} does not run: {(done.stderr.strip() or 'it crashed').splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _add(measured: Measured, output: dict[str, Any]) -> None:
    if "missing" in output:
        measured.missing = output["missing"]
        return
    measured.seconds.append(output["seconds"])
    measured.ready.append(output["ready"])
    measured.results = output["results"]


def _table(workload: str, found: dict[str, Measured]) -> str:
    medians = {system: statistics.median(m.seconds) for system, m in found.items() if m.seconds}
    best = min([medians[system] for system in medians if system not in OURS], default=math.nan)
    lines = [f"{workload:36} {'evaluation':>12} {'ready after':>12} {'micrograd ÷':>12} {'÷ best peer':>12}"]
    for system in sorted(medians, key=medians.__getitem__, reverse=True):
        ready = statistics.median(found[system].ready)
        ratio = medians["micrograd"] / medians[system] if "micrograd" in medians else math.nan
        times = f"{_duration(medians[system]):>12} {_duration(ready):>12}"
        lines.append(f"{TITLES[system]:36} {times} {ratio:>12,.0f} {medians[system] / best:>12.2f}")
    lines += [f"{TITLES[system]}: left out, {m.missing}" for system, m in found.items() if m.missing]
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


if __name__ == "__main__":
    main()
