"""One engine on one task, recorded and swept back: time and memory."""

from __future__ import annotations

import statistics
import tracemalloc
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.engines import ENGINES, Engine
from benchmarks.measuring import repeated
from benchmarks.workloads import TASKS, Task

LEAST = {"W1": 3}
"""How often something is repeated at least. A step of training finds the waste of those before it, as steps do."""
LONG = 2.0
"""Seconds; what takes longer is not repeated."""
STATUS = Path("/proc/self/status")


def measure(workload: str, engine: str, size: int, budget: float, traced: bool = False) -> dict[str, Any]:
    """Figures of one process, which repeats the task for `budget` seconds, and the results of the first repetition.

    "seconds": the median of all repetitions but the first, which finds the process cold, unless that was all that there
    was time for. "bytes": by how much the process grew while the first of them was recorded, for each operation;
    "peak": the most that it had grown until the gradients were there. `traced`: what Python's own allocator holds for
    the recording ("traced"), and no times, as tracing slows everything down.
    """
    chosen = ENGINES[engine]()
    if workload == "W5":
        return _latency(chosen, budget)
    task = TASKS[workload](size)
    return _traced(chosen, task) if traced else _timed(chosen, task, budget, LEAST.get(workload, 1))


def _timed(engine: Engine, task: Task, budget: float, least: int) -> dict[str, Any]:
    before = _resident("VmRSS")
    start = perf_counter()
    recording = engine.record(task)
    recorded = _resident("VmRSS")
    value, gradients = engine.sweep(recording)
    first = perf_counter() - start
    figures = {"bytes": (recorded - before) / task.operations, "peak": (_resident("VmHWM") - before) / task.operations}
    del recording
    inputs = moved(task, task.inputs, gradients)

    def evaluate() -> None:
        nonlocal inputs
        _, slopes = engine.sweep(engine.record(task._replace(inputs=inputs)))
        inputs = moved(task, inputs, slopes)

    seconds = repeated(evaluate, budget, least) if first < budget or (least > 1 and first < LONG) else [first]
    return {"figures": {"seconds": statistics.median(seconds), **figures}, "results": [value, *gradients]}


def moved(task: Task, inputs: list[float], gradients: Any) -> list[float]:
    """The inputs after a step against the gradient."""
    rate = task.learning_rate
    return [x - rate * g for x, g in zip(inputs, gradients, strict=True)] if rate else inputs


def _traced(engine: Engine, task: Task) -> dict[str, Any]:
    tracemalloc.start()
    recording = engine.record(task)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    value, gradients = engine.sweep(recording)
    return {"figures": {"traced": held / task.operations}, "results": [value, *gradients]}


def _latency(engine: Engine, budget: float) -> dict[str, Any]:
    engine.latency(1)
    (once,) = repeated(lambda: engine.latency(1), 0.0)
    times = max(1, min(10_000, int(budget / 5 / once)))
    results: list[float] = []

    def evaluate() -> None:
        results[:] = engine.latency(times)

    seconds = statistics.median(repeated(evaluate, budget))
    return {"figures": {"seconds": seconds / times}, "results": results}


def _resident(name: str) -> int:
    """Bytes of this process in memory, now (`VmRSS`) or at most so far (`VmHWM`).

    Where there is no /proc, both are the most so far, which is the same while a process only grows.
    """
    if not STATUS.exists():
        import resource
        import sys

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    lines = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii", errors="replace").splitlines())
    return 1024 * int(lines[name].split()[0])
