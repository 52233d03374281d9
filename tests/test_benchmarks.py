"""The benchmarks compare engines that do the same work. Nothing here is timed."""

from __future__ import annotations

import math

import pytest

from benchmarks.__main__ import ROWS
from benchmarks.worker import ENGINES
from benchmarks.workloads import WORKLOADS


@pytest.mark.parametrize("workload", ["moons", "latency", "memory"])
def test_engines_agree(workload):
    results = [WORKLOADS[workload](*ENGINES[engine](), 1)[1] for engine in ENGINES]
    assert all(math.isclose(result, results[0], rel_tol=1e-12) for result in results)
    assert math.isfinite(results[0])


def test_every_row_names_a_workload_and_an_engine():
    assert {row.workload for row in ROWS} == set(WORKLOADS)
    assert {row.engine for row in ROWS} <= set(ENGINES)
