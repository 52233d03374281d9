"""One engine on one workload in a process of its own: `python -m benchmarks.worker moons gatewise 5 on`."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.workloads import WORKLOADS, Adder, add_up


def _gatewise() -> tuple[Callable[[float], Any], Adder]:
    from autograd import Value

    return Value, add_up


def _gatewise_dot() -> tuple[Callable[[float], Any], Adder]:
    from autograd import Value, dot

    return Value, dot


def _micrograd() -> tuple[Callable[[float], Any], Adder]:
    from micrograd.engine import Value

    return Value, add_up


ENGINES = {"gatewise": _gatewise, "gatewise with dot": _gatewise_dot, "micrograd": _micrograd}


def main(workload: str, engine: str, repeat: str, collector: str) -> None:
    """Print the figures and the number to agree on, as JSON."""
    value, adder = ENGINES[engine]()
    if collector == "off":
        gc.disable()
    figures, agreed = WORKLOADS[workload](value, adder, int(repeat))
    print(json.dumps({"figures": figures, "agreed": agreed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
