"""Measurements, each in a process of its own: the systems in turn, several rounds over, so that a machine that slows
down for a while slows down all of them.

Systems that are compared must give the same results before anything is compared. One that is not installed, crashes or
takes too long is left out, with a line that says why, and the others go on.
"""

from __future__ import annotations

import json
import math
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from tqdm import tqdm

WORKER = Path(__file__).with_name("worker.py")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ON, OFF = "collector on", "collector off"
"""The variants of a measurement: with and without the interpreter's cyclic garbage collector."""
PATIENCE = 1 / 6
"""A measurement that takes longer than this part of the time limit is not repeated in further rounds."""


class MissingError(Exception):
    """What a system needs is not there. The text says how to get it."""


class Key(NamedTuple):
    """What a measurement is called.

    Those of one workload and size must give the same results. Of those that differ in size alone, the time of a larger
    one is foreseen from two smaller ones.
    """

    workload: str
    system: str
    size: int = 0
    variant: str = ON

    def __str__(self) -> str:
        return f"{self.workload} {self.system}"


@dataclass(frozen=True)
class Job:
    """One thing to measure.

    Attributes:
        key: what it is called.
        module: the module of this package whose `measure(**arguments)` does it.
        arguments: whatever JSON can say.
        gatewise: "installed", or "plain" or "compiled", which of the engines of one installation.
    """

    key: Key
    module: str
    arguments: Mapping[str, Any]
    gatewise: str = "installed"


@dataclass
class Measured:
    """What was measured in a job.

    Attributes:
        figures: by name, one number of every round: "seconds", "ready", "bytes", ...
        results: what the systems must agree on.
        left_out: why there are no figures, in one line.
        wall: how many seconds the longest of its processes took.
    """

    figures: dict[str, list[float]] = field(default_factory=dict)
    results: list[float] = field(default_factory=list)
    left_out: str = ""
    wall: float = 0.0

    def median(self, figure: str = "seconds") -> float:
        """Of all rounds; nan if there is no such figure."""
        return statistics.median(self.figures.get(figure) or [math.nan])


def measure(jobs: Sequence[Job], rounds: int, timeout: float, title: str = "rounds") -> dict[Key, Measured]:
    """Measure all jobs in turn, that many times over. A process may take `timeout` seconds.

    Raises:
        ArithmeticError: two systems do not give the same results.
    """
    found = {job.key: Measured() for job in jobs}
    with tqdm(total=rounds * len(jobs), desc=title, disable=None, leave=False) as bar:
        for turn in range(rounds):
            for job in jobs:
                bar.set_postfix_str(str(job.key), refresh=True)
                _once_more(job, found, turn, timeout)
                bar.update()
    return found


def _once_more(job: Job, found: dict[Key, Measured], turn: int, timeout: float) -> None:
    measured = found[job.key]
    if measured.left_out or (turn and measured.wall > PATIENCE * timeout):
        return
    if not turn and (reason := _foreseen(job.key, found, timeout)):
        measured.left_out = reason
        return
    start = perf_counter()
    answer = run(job, timeout)
    measured.wall = max(measured.wall, perf_counter() - start)
    if "left out" in answer:
        measured.left_out, measured.figures = answer["left out"], {}
        return
    for name, figure in answer["figures"].items():
        measured.figures.setdefault(name, []).append(figure)
    measured.results = answer["results"]
    _compare(job.key, found)


def _foreseen(key: Key, found: Mapping[Key, Measured], timeout: float) -> str:
    """Why a larger size need not be tried: a smaller one failed, or the two largest foretell that it takes too long."""
    smaller = sorted(other for other in found if other.size < key.size and other == key._replace(size=other.size))
    if smaller and found[smaller[-1]].left_out:
        return found[smaller[-1]].left_out
    if len(smaller) < 2:
        return ""
    (first, a), (second, b) = ((other.size, found[other].median()) for other in smaller[-2:])
    power = max(1.0, math.log(b / a) / math.log(second / first))
    expected = b * (key.size / second) ** power
    if expected <= timeout:
        return ""
    return f"n/a: {b:.2g} s for {second:,}, growing as n^{power:.1f}: {expected:,.0f} s expected for {key.size:,}"


def run(job: Job, timeout: float) -> dict[str, Any]:
    """What a process of its own measures: its figures and results, or why it is "left out".

    Workers are started by the path of their file, without the folder that this process was started in: a worker finds
    the gatewise that is installed, and that of the clone only if none is.
    """
    collector = "off" if job.key.variant == OFF else "on"
    request = {"module": job.module, "gatewise": job.gatewise, "collector": collector, "arguments": job.arguments}
    command = [sys.executable, "-P", str(WORKER), json.dumps(request)]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=timeout, env={**os.environ, **ONE_THREAD}
        )
    except subprocess.TimeoutExpired:
        return {"left out": f"n/a: longer than {timeout:.0f} s"}
    if done.returncode < 0:
        return {"left out": f"crashed: {signal.Signals(-done.returncode).name}"}
    if done.returncode > 0:
        return {"left out": f"crashed: {(done.stderr.strip() or 'no message').splitlines()[-1][:160]}"}
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _compare(key: Key, found: Mapping[Key, Measured]) -> None:
    """Hold the newest results against the first that there are of the same workload and size."""
    for other, measured in found.items():
        if (other.workload, other.size) == (key.workload, key.size) and measured.results and found[key].results:
            check_agreement(str(key), found[key].results, str(other), measured.results)
            return


def check_agreement(system: str, results: Sequence[float], other: str, expected: Sequence[float]) -> None:
    """Whether values and all gradients are the same but for rounding.

    Raises:
        ArithmeticError: they are not.
    """
    if len(results) != len(expected):
        raise ArithmeticError(f"{system} gives {len(results)} results, and {other} gives {len(expected)}")
    scale = max(map(abs, expected))
    for i, (a, b) in enumerate(zip(results, expected, strict=True)):
        if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12 * scale):
            raise ArithmeticError(f"{system} and {other} do not agree on result {i}: {a} and {b}")


def repeated(evaluate: Callable[[], object], budget: float, least: int = 1, most: int = 2000) -> list[float]:
    """Seconds of one call after another, until the budget of seconds is used up."""
    seconds: list[float] = []
    spent = 0.0
    while len(seconds) < least or (spent < budget and len(seconds) < most):
        start = perf_counter()
        evaluate()
        seconds.append(perf_counter() - start)
        spent += seconds[-1]
    return seconds
