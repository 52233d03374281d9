"""`python -m benchmarks`: a report on gatewise and its peers; `--help` says what else there is."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module, metadata
from pathlib import Path

from benchmarks import plots, report
from benchmarks.measuring import Job, Key, Measured, measure, run
from benchmarks.plan import GRADIENT_CHECKING, WORKLOADS, Workload, jobs, quality_jobs
from benchmarks.report import Figures, Machine

FOLDER = Path(__file__).parent
TIMEOUT, QUICK_TIMEOUT = 60.0, 15.0
ALONE = {
    "training": "epochs of logistic and softmax regression, against micrograd, scikit-learn and PyTorch",
    "transforms": "what derivatives of higher order cost",
    "checking": "how good the gradient checker is",
}
PEERS = ("micrograd", "mygrad", "torch", "xad", "jax", "casadi", "numba", "numpy", "llvmlite")


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, print the tables, and write the report."""
    asked = _parser().parse_args(arguments)
    if len(asked.names) == 1 and asked.names[0] in ALONE:
        if asked.quick or asked.output is not None:
            sys.exit(f"{asked.names[0]} has no options: write python -m benchmarks {asked.names[0]}")
        try:
            import_module(f"benchmarks.{asked.names[0]}").main()
        except ModuleNotFoundError as missing:
            sys.exit(f"{missing.name} is not installed: pip install '.[benchmarks]'")
        return
    chosen = _chosen(asked.names)
    if asked.output is not None and not asked.output.is_dir():
        sys.exit(f"there is no folder {str(asked.output)!r}: make it first")
    versions = _versions()
    print(f"{versions}\n")
    found: dict[Key, Measured] = {}
    for workload in chosen:
        found |= measured(workload, asked.quick)
        print(f"{workload.key}: {workload.title}\n{report.told(workload, found)}\n")
        print(*map(report.as_text, report.tables(workload, found)), sep="\n\n", end="\n\n\n")
    folder = FOLDER if chosen == WORKLOADS and not asked.quick else None
    if (folder := asked.output or folder) is not None:
        write(found, folder, versions, asked.quick)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="gatewise against every peer that is installed.",
        epilog="\n".join(
            [
                "names:",
                *(f"  {workload.key:18} {workload.title}" for workload in WORKLOADS),
                f"  {'programs':18} W2 and W6",
                "longer measurements, each alone:",
                *(f"  {name:18} {text}" for name, text in ALONE.items()),
                "\nA full report, of all workloads and not a quick one, is written to benchmarks/report.md.",
            ]
        ),
    )
    parser.add_argument("names", nargs="*", metavar="name", help="measure only these; all workloads if there is none")
    parser.add_argument("--quick", action="store_true", help="a fast look: one round, small sizes, collector on")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write report.md and its pictures there")
    return parser


def _chosen(names: Sequence[str]) -> tuple[Workload, ...]:
    by_name = {workload.key.lower(): [workload] for workload in WORKLOADS}
    by_name["programs"] = [workload for workload in WORKLOADS if workload.key in ("W2", "W6")]
    for name in names:
        if name in ALONE:
            sys.exit(f"{name} is measured alone: write python -m benchmarks {name}")
        if name.lower() not in by_name:
            known = [*(workload.key for workload in WORKLOADS), "programs", *ALONE]
            sys.exit(f"there is no workload {name!r}: write one of {', '.join(known)}")
    wanted = [workload for name in names for workload in by_name[name.lower()]]
    return tuple(workload for workload in WORKLOADS if workload in wanted) if names else WORKLOADS


def measured(workload: Workload, quick: bool = False) -> dict[Key, Measured]:
    """All figures of a workload."""
    rounds, timeout = (1, QUICK_TIMEOUT) if quick else (workload.rounds, TIMEOUT)
    found = measure(jobs(workload, quick), rounds, timeout, workload.key)
    if workload is GRADIENT_CHECKING:
        found |= measure(quality_jobs(40 if quick else 200), 1, 5 * timeout, workload.key)
    return found


def write(found: Figures, folder: Path, versions: str, quick: bool) -> None:
    """The report and its pictures."""
    try:
        pictures = plots.draw(found, folder)
    except ModuleNotFoundError:
        print("no pictures: pip install matplotlib")
        pictures = []
    path = folder / "report.md"
    path.write_text(report.page(found, _machine(versions), pictures, quick), encoding="utf-8")
    print(f"wrote {os.path.relpath(path)}" + "".join(f", {name}" for name in pictures))


def _machine(versions: str) -> Machine:
    today = date.today()
    return Machine(
        date=f"{today.day} {today:%B %Y}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        processor=f"{_processor()}, {platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 1,
        versions=versions,
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "a processor")


def _versions() -> str:
    """Of gatewise as the workers find it, of the peers that are installed, and of the C compiler."""
    there = {found.name.lower(): found.version for found in metadata.distributions()}
    return ", ".join([_gatewise(), *(f"{name} {there[name]}" for name in PEERS if name in there), *_compiler()])


def _gatewise() -> str:
    """The engine, and a warning if it is not this clone's."""
    answer = run(Job(Key("", "gatewise"), "installation", {}), TIMEOUT)
    if "left out" in answer:
        sys.exit(f"gatewise cannot be measured: {answer['left out']}")
    figures = answer["figures"]
    kind = "compiled" if figures["compiled"] else "plain Python alone"
    return f"gatewise, {kind}" + (" (NOT THIS CLONE'S: install it again)" if figures["stale"] else "")


def _compiler() -> list[str]:
    if shutil.which("gcc") is None:
        return []
    done = subprocess.run(["gcc", "-dumpfullversion"], check=False, capture_output=True, text=True)
    return [f"gcc {done.stdout.strip()}"]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ArithmeticError as error:
        sys.exit(f"nothing is compared: {error}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted: no report was written")
