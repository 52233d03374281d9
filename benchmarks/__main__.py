"""`python -m benchmarks`: gatewise against micrograd, as ratios of medians; `... checking`: how good the checker is;
`... programs`: recorded once and replayed, against other compilers; `... training`: epochs of regression, against
scikit-learn and PyTorch; `... transforms`: what derivatives cost.

Every measurement runs in a process of its own, the engines in turn, several times over, so that a machine that slows
down for a while slows down both. The engines must agree on the result before anything is compared.
"""

from __future__ import annotations

import json
import math
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tqdm import tqdm

PEER = "micrograd"
ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """One line of the report: an engine of ours on a workload, against the peer."""

    title: str
    workload: str
    engine: str
    collector: str
    repeat: int
    unit: str
    scale: float


ROWS = [
    Row("moons step, op by op", "moons", "gatewise", "on", 3, "ms", 1e3),
    Row("moons step, op by op", "moons", "gatewise", "off", 3, "ms", 1e3),
    Row("moons step with dot", "moons", "gatewise with dot", "on", 3, "ms", 1e3),
    Row("moons step with dot", "moons", "gatewise with dot", "off", 3, "ms", 1e3),
    Row("latency of L = c·(a + 2b)", "latency", "gatewise", "on", 5, "µs", 1e6),
    Row("chain of 100,000 operations", "chain", "gatewise", "on", 1, "ms", 1e3),
    Row("memory per operation", "memory", "gatewise", "on", 1, "bytes", 1.0),
]

Key = tuple[str, str, str]


def main() -> None:
    """Measure everything and print the table."""
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {ROUNDS} processes each\n")
    measured = _measure(ROWS)
    print(f"{'':28} {'collector':>9} {'gatewise':>16} {PEER:>16} {'ratio':>8}")
    for row in ROWS:
        ours, theirs = (measured[row.workload, engine, row.collector] for engine in (row.engine, PEER))
        texts = [f"{figure * row.scale:.4g} {row.unit}" for figure in (ours, theirs)]
        print(f"{row.title:28} {row.collector:>9} {texts[0]:>16} {texts[1]:>16} {theirs / ours:>7.1f}×")


def _measure(rows: Iterable[Row]) -> dict[Key, float]:
    """The median of every engine on every workload, each with the collector on or off as the rows ask."""
    runs = {(row.workload, engine, row.collector): row.repeat for row in rows for engine in (row.engine, PEER)}
    figures: dict[Key, list[float]] = {key: [] for key in runs}
    agreed: dict[str, float] = {}
    for _ in tqdm(range(ROUNDS), desc="rounds", disable=None):
        for key, repeat in runs.items():
            output = _run(key, repeat)
            figures[key].append(statistics.median(output["figures"]))
            expected = agreed.setdefault(key[0], output["agreed"])
            if not math.isclose(output["agreed"], expected, rel_tol=1e-9):
                raise ArithmeticError(f"{key[1]} gives {output['agreed']} on {key[0]}, another engine {expected}")
    return {key: statistics.median(values) for key, values in figures.items()}


def _run(key: Key, repeat: int) -> dict[str, Any]:
    workload, engine, collector = key
    command = [sys.executable, "-m", "benchmarks.worker", workload, engine, str(repeat), collector]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{engine} does not run ({done.stderr.strip().splitlines()[-1]}): pip install '.[benchmarks]'")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


OTHERS = ("checking", "programs", "training", "transforms")

if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case [name] if name in OTHERS:
            import_module(f"benchmarks.{name}").main()
        case _:
            sys.exit(f"write python -m benchmarks, or that followed by one of {', '.join(OTHERS)}")
