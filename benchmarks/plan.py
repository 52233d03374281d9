"""What is measured: every workload with its systems and sizes, and the figures to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.measuring import OFF, ON, Job, Key

TRACED, QUALITY_OF = "traced", "quality"
BUDGET = 0.3
"""For how many seconds a process repeats what it measures."""
REFERENCE = "micrograd"
QUALITY = ("right", "1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6", "relu(0)", "abs(0)")
"""What a gradient checker is asked: gradients that are right, off by a part of themselves, or right at a kink."""


@dataclass(frozen=True)
class System:
    """One system: the module and the arguments that measure it, and which of gatewise's engines that needs."""

    title: str
    module: str
    arguments: Mapping[str, Any]
    gatewise: str = "installed"
    objects: bool = False
    """Whether every operation is a Python object, so that tracemalloc sees it."""


@dataclass(frozen=True)
class Workload:
    """One workload.

    Attributes:
        key, title: how it is called, in short and in long.
        text: what is done, in a sentence or two.
        systems: which are measured.
        sizes: in full, and `quick_sizes` for a fast look.
        unit: what the sizes count.
        variants: with the cyclic collector on, and perhaps off.
        rounds: how many processes of each.
        memory: whether the memory is reported.
    """

    key: str
    title: str
    text: str
    systems: tuple[System, ...]
    sizes: tuple[int, ...]
    quick_sizes: tuple[int, ...]
    unit: str
    variants: tuple[str, ...] = (ON,)
    rounds: int = 5
    memory: bool = False


@dataclass(frozen=True)
class Target:
    """A figure to reach: at most `limit`, or at most `limit` times that of another system."""

    workload: str
    system: str
    limit: float
    of: str = ""
    figure: str = "seconds"


def _recorders(*engines: tuple[str, str]) -> tuple[System, ...]:
    return tuple(System(title, "recording", {"engine": engine}) for title, engine in engines)


def _both(title: str, engine: str) -> tuple[System, ...]:
    """gatewise in plain Python, and compiled."""
    return tuple(
        System(f"{title}, {name}", "recording", {"engine": engine}, package, objects=True)
        for name, package in (("plain Python", "plain"), ("compiled", "compiled"))
    )


MICROGRAD = System(REFERENCE, "recording", {"engine": "micrograd"}, objects=True)
GATEWISE = _both("gatewise", "gatewise")
DOT = _both("gatewise with dot", "gatewise with dot")
RECORDERS = (
    *GATEWISE,
    MICROGRAD,
    System("in minitorch's style", "recording", {"engine": "minitorch's style"}, objects=True),
    *_recorders(
        ("mygrad", "mygrad"),
        ("PyTorch, scalar tensors", "PyTorch"),
        ("XAD", "XAD"),
        ("C, a tape by hand", "C"),
    ),
)
SLOW = _recorders(("JAX, op by op", "JAX"))
"""It dispatches every single operation in about 0.2 ms, so it is asked for small work alone."""


def _replays(workload: str) -> tuple[System, ...]:
    titles = {
        "python": "gatewise program, plain Python",
        "numpy": "gatewise program, NumPy",
        "llvm": "gatewise program, LLVM",
        "machine code": "gatewise program, LLVM: the function alone",
        "PyTorch": "PyTorch, vectorised by hand",
        "CasADi": "CasADi, virtual machine",
        "JAX": "JAX, vectorised by hand, jit",
        "NumPy": "NumPy, backward by hand",
        "Numba": "Numba, loops by hand",
        "C": "C by hand, 8 lanes",
    }
    return tuple(
        System(title, "programs", {"workload": workload, "system": name, "budget": BUDGET})
        for name, title in titles.items()
    )


GRADIENT_CHECKING = Workload(
    "gradient-checking",
    "Checking gradients",
    "One check of all gradients of Σ exp(xᵢ·xᵢ₊₁)·xᵢ + sin(xᵢ₊₁).",
    (
        *(
            System(f"gatewise, {name}", "checking", {"checker": "gatewise"}, package)
            for name, package in (("plain Python", "plain"), ("compiled", "compiled"))
        ),
        System("central differences by hand", "checking", {"checker": "central differences"}),
        System("PyTorch, gradcheck", "checking", {"checker": "PyTorch"}),
        System("JAX, check_grads", "checking", {"checker": "JAX"}),
    ),
    sizes=(10, 100),
    quick_sizes=(10,),
    unit="inputs",
    rounds=3,
)

WORKLOADS = (
    Workload(
        "W1",
        "A training step, op by op",
        "micrograd's moons demo: 100 points, MLP 2-16-16-1, relu, max-margin loss, L2 over 337 parameters. The graph of"
        " 65,000 operations is recorded anew, swept back, and every parameter moved.",
        (*RECORDERS, *DOT),
        sizes=(100,),
        quick_sizes=(20,),
        unit="points",
        variants=(ON, OFF),
    ),
    Workload(
        "W2",
        "Logistic regression",
        "The loss of 64 rows with 30 features and its 31 gradients: recorded anew at every evaluation, or recorded once"
        " and replayed, or written by hand for arrays.",
        (*RECORDERS, *DOT, *_replays("logistic")),
        sizes=(64,),
        quick_sizes=(64,),
        unit="rows",
        rounds=3,
    ),
    Workload(
        "W3",
        "A long chain",
        "x ← x·a + b, again and again: recorded and swept back.",
        (*RECORDERS, *SLOW),
        sizes=(1_000, 10_000, 100_000, 1_000_000),
        quick_sizes=(1_000, 10_000, 100_000),
        unit="operations",
        rounds=3,
        memory=True,
    ),
    Workload(
        "W4",
        "Heavy sharing",
        "Layers of 100 nodes in a ring, xᵢ ← a·xᵢ + b·xᵢ₊₁: every node is used twice, a and b by all of them; 2³³³"
        " paths lead from each input to the result.",
        RECORDERS,
        sizes=(100_000,),
        quick_sizes=(10_000,),
        unit="operations",
        variants=(ON, OFF),
        rounds=3,
        memory=True,
    ),
    Workload(
        "W5",
        "Latency",
        "L = c·(a + 2b), from fresh leaves, swept back.",
        (*RECORDERS, *SLOW),
        sizes=(3,),
        quick_sizes=(3,),
        unit="leaves",
        variants=(ON, OFF),
        rounds=3,
    ),
    Workload(
        "W6",
        "Recorded once, replayed many times",
        "The loss of W1 and its 337 gradients, evaluated again and again. Ready after: the time from the function to"
        " its first result, imports not counted.",
        (MICROGRAD, *_replays("moons")),
        sizes=(100,),
        quick_sizes=(100,),
        unit="points",
    ),
    GRADIENT_CHECKING,
)

TARGETS = (
    Target("W1", "gatewise, plain Python", 1 / 18, REFERENCE),
    Target("W1", "gatewise, compiled", 1 / 100, REFERENCE),
    Target("W1", "gatewise with dot, plain Python", 1 / 75, REFERENCE),
    Target("W1", "gatewise with dot, compiled", 1 / 400, REFERENCE),
    Target("W3", "gatewise, plain Python", 200, figure="bytes"),
    Target("W3", "gatewise, compiled", 110, figure="bytes"),
    Target("W5", "gatewise, plain Python", 1 / 2.5, REFERENCE),
    Target("W5", "gatewise, compiled", 1 / 12, REFERENCE),
    Target("W6", "gatewise program, plain Python", 1 / 200, REFERENCE),
    Target("W6", "gatewise program, LLVM: the function alone", 1.4, "C by hand, 8 lanes"),
    Target("W6", "gatewise program, LLVM", 1 / 2.5, "JAX, vectorised by hand, jit"),
    Target("W6", "gatewise program, LLVM", 0.5, figure="ready"),
)


def jobs(workload: Workload, quick: bool = False) -> list[Job]:
    """All measurements of a workload, the systems in turn for each size."""
    sizes, variants = (workload.quick_sizes, (ON,)) if quick else (workload.sizes, workload.variants)
    found = [
        _job(workload, system, size, variant) for size in sizes for variant in variants for system in workload.systems
    ]
    if workload.memory:
        found += [_job(workload, s, min(sizes[-1], 100_000), TRACED) for s in workload.systems if s.objects]
    return found


def quality_jobs(points: int) -> list[Job]:
    """How good each gradient checker is, asked at that many points; of gatewise's engines the plain one."""
    return [
        Job(
            Key(GRADIENT_CHECKING.key, s.title, points, QUALITY_OF),
            s.module,
            {**s.arguments, "points": points},
            s.gatewise,
        )
        for s in GRADIENT_CHECKING.systems
        if s.gatewise != "compiled"
    ]


def _job(workload: Workload, system: System, size: int, variant: str) -> Job:
    arguments = dict(system.arguments)
    if system.module == "recording":
        arguments |= {"workload": workload.key, "size": size, "budget": BUDGET, "traced": variant == TRACED}
    elif system.module == "checking":
        arguments |= {"inputs": size, "budget": BUDGET}
    return Job(Key(workload.key, system.title, size, variant), system.module, arguments, system.gatewise)
