"""From figures to tables, for the terminal and for `report.md`. Nothing here measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias, TypeVar

from benchmarks.measuring import OFF, ON, Key, Measured
from benchmarks.plan import (
    GRADIENT_CHECKING,
    QUALITY,
    QUALITY_OF,
    REFERENCE,
    TARGETS,
    TRACED,
    WORKLOADS,
    Target,
    Workload,
)

Figures: TypeAlias = Mapping[Key, Measured]
Name = TypeVar("Name", bound=Hashable)
Column: TypeAlias = tuple[str, Callable[[str], str]]
"""Its name, and the cell of each system."""
INSTALL = 'pip install ".[peers]" && python -m benchmarks'
PICTURES = {
    "W1": (("step.svg", "Time of a training step, by engine"),),
    "W3": (
        ("growth.svg", "Time over the number of operations, by engine"),
        ("memory.svg", "Bytes per operation, by engine"),
    ),
}
"""What `plots.draw` draws, by workload."""


class Table(NamedTuple):
    """A table: the first column names the systems. The notes say what was left out, and why."""

    title: str
    header: list[str]
    rows: list[list[str]]
    notes: list[str]


class Machine(NamedTuple):
    """What was measured on, and when. `versions` are those of the peers."""

    date: str
    python: str
    processor: str
    cores: int
    versions: str


# --- tables -----------------------------------------------------------------------------------------------------------


def tables(workload: Workload, found: Figures) -> list[Table]:
    """All tables of a workload: of times, of memory, of the quality of checkers."""
    mine = {key: measured for key, measured in found.items() if key.workload == workload.key}
    columns = list(dict.fromkeys((key.size, key.variant) for key in mine if key.variant in (ON, OFF)))
    made = [_times(workload, mine, columns)] if columns else []
    if workload.memory and columns:
        made.append(_memory(workload, mine))
    if any(key.variant == QUALITY_OF for key in mine):
        made.append(quality(mine))
    return made


def _times(workload: Workload, found: Figures, columns: list[tuple[int, str]]) -> Table:
    """Medians, spreads and ratios. With several sizes the ratio is of the largest that the reference has."""
    several = len({size for size, _ in columns}) > 1
    last = columns[-1] if several else columns[0]
    figures = _Figures(workload, found)
    compared = [column for column in columns if figures.seconds(REFERENCE, column) > 0.0]
    shown: list[Column] = []
    for column in columns:
        shown.append((_named(workload, column, several), partial(figures.time, column)))
        if column in (compared[-1:] if several else compared):
            shown.append((f"time over {REFERENCE}'s", partial(figures.ratio, column)))
    if any("ready" in measured.figures for measured in found.values()):
        shown.append(("ready after", partial(figures.time, columns[0], figure="ready")))
    targets = [target for target in _targets(workload, last) if target.figure != "bytes"]
    order = columns if several else columns[:1]
    systems = _slowest_first(_systems(found), lambda system: [figures.seconds(system, column) for column in order])
    return _table("", systems, [*shown, *_to_reach(targets, systems, found, last)], _left_out(workload, found, columns))


class _Figures(NamedTuple):
    """The figures of one workload, as cells: the column is its size and variant."""

    workload: Workload
    found: Figures

    def seconds(self, system: str, column: tuple[int, str]) -> float:
        return self.found.get(Key(self.workload.key, system, *column), Measured()).median()

    def time(self, column: tuple[int, str], system: str, figure: str = "seconds") -> str:
        return _time(self.found[Key(self.workload.key, system, *column)], figure)

    def ratio(self, column: tuple[int, str], system: str) -> str:
        return ratio(self.seconds(system, column) / self.seconds(REFERENCE, column))


def _memory(workload: Workload, found: Figures) -> Table:
    """At the largest size that a system has."""
    largest = {key.system: key for key in sorted(found) if key.variant == ON and "bytes" in found[key].figures}
    top = max((key.size for key in largest.values()), default=0)
    traced = {key.system: measured for key, measured in found.items() if key.variant == TRACED}
    shown: list[Column] = [
        ("operations", lambda system: f"{largest[system].size:,}"),
        ("bytes per operation", lambda system: _amount(found[largest[system]], "bytes")),
        ("most, with the sweep", lambda system: _amount(found[largest[system]], "peak")),
        ("Python's allocator", lambda system: _amount(traced.get(system, Measured()), "traced")),
    ]
    targets = [target for target in _targets(workload, (top, ON)) if target.figure == "bytes"]
    systems = _slowest_first(largest, lambda system: [found[largest[system]].median("bytes")])
    notes = [f"{system}, Python's allocator: {m.left_out}" for system, m in traced.items() if m.left_out]
    return _table("memory", systems, [*shown, *_to_reach(targets, systems, found, (top, ON))], notes)


def _table(title: str, systems: Sequence[str], columns: Sequence[Column], notes: list[str]) -> Table:
    rows = [[system, *(cell(system) for _, cell in columns)] for system in systems]
    return Table(title, ["", *(name for name, _ in columns)], rows, notes)


def compared(title: str, found: Figures, reference: str) -> Table:
    """The systems of one workload, with their ratios to one of them."""
    base = next((measured.median() for key, measured in found.items() if key.system == reference), math.nan)
    systems = _slowest_first([key for key in found if found[key].figures], lambda key: [found[key].median()])
    rows = [[key.system, _time(found[key]), ratio(found[key].median() / base)] for key in systems]
    notes = [f"{key.system}: {measured.left_out}" for key, measured in found.items() if measured.left_out]
    return Table(title, ["", "median (from–to)", f"of {reference}"], rows, notes)


def quality(found: Figures) -> Table:
    """How good each gradient checker is."""
    keys = [key for key in found if key.variant == QUALITY_OF]
    points = max((key.size for key in keys), default=0)
    header = [f"of {points} gradients are refused", "right ones", *(f"off by {error}" for error in QUALITY[1:7])]
    rows = []
    for key in keys:
        figures = found[key].figures
        if figures:
            shares = [f"{100 * found[key].median(name):.3g} %" for name in QUALITY[:7]]
            kinks = ", ".join(name for name in QUALITY[7:] if figures[name][0])
            rows.append([key.system, *shares, kinks or "–"])
    notes = [f"{key.system}: {found[key].left_out}" for key in keys if found[key].left_out]
    return Table("how good the check is", [*header, "right, and refused at"], rows, notes)


def _systems(found: Figures) -> list[str]:
    """Those that were measured at all."""
    return list(dict.fromkeys(key.system for key, m in found.items() if m.figures and key.variant in (ON, OFF)))


def _slowest_first(systems: Iterable[Name], figures: Callable[[Name], list[float]]) -> list[Name]:
    """By the last figure that a system has; what has fewer of them is slower."""

    def order(system: Name) -> tuple[int, float]:
        there = [x for x in figures(system) if not math.isnan(x)]
        return -len(there), there[-1] if there else 0.0

    return sorted(systems, key=order, reverse=True)


def _named(workload: Workload, column: tuple[int, str], several: bool) -> str:
    size, variant = column
    if several:
        return f"{size:,} {workload.unit}"
    return variant if len(workload.variants) > 1 else "median (from–to)"


def _left_out(workload: Workload, found: Figures, columns: list[tuple[int, str]]) -> list[str]:
    """A line for each system and reason, with the columns if it is not all of them."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for key, measured in found.items():
        if measured.left_out and (key.size, key.variant) in columns:
            several = len({size for size, _ in columns}) > 1
            reasons.setdefault((key.system, measured.left_out), []).append(_named(workload, key[2:4], several))
    return [
        f"{system}: {reason}" if len(where) == len(columns) else f"{system}, {' and '.join(where)}: {reason}"
        for (system, reason), where in reasons.items()
    ]


# --- targets ----------------------------------------------------------------------------------------------------------


def _targets(workload: Workload, column: tuple[int, str]) -> list[Target]:
    """Those of the workload in its full size, with the collector on."""
    size, variant = column
    return [t for t in TARGETS if t.workload == workload.key] if variant == ON and size in workload.sizes else []


def _to_reach(
    targets: Sequence[Target], systems: Sequence[str], found: Figures, column: tuple[int, str]
) -> list[Column]:
    """A column of what is to be reached, if any of the systems has it."""

    def cell(system: str) -> str:
        return "; ".join(reached(target, found, column) for target in targets if target.system == system)

    return [("to reach", cell)] if any(target.system in systems for target in targets) else []


def reached(target: Target, found: Figures, column: tuple[int, str]) -> str:
    """The target, and whether it is reached."""
    limit = target.limit
    if target.of:
        limit *= found.get(Key(target.workload, target.of, *column), Measured()).median()
    figure = found.get(Key(target.workload, target.system, *column), Measured()).median(target.figure)
    verdict = "" if math.isnan(figure) or math.isnan(limit) else " ✓" if figure <= limit else " ✗"
    return f"{_wanted(target)}{verdict}"


def _wanted(target: Target) -> str:
    if target.figure == "ready":
        return f"ready in ≤ {target.limit:g} s"
    return f"≤ {ratio(target.limit)} of {target.of}".replace("× of", " ×") if target.of else f"≤ {target.limit:g}"


# --- numbers ----------------------------------------------------------------------------------------------------------


def ratio(x: float) -> str:
    """As a part or a multiple.

    >>> ratio(1 / 17.83), ratio(1 / 12345), ratio(2.4), ratio(1.0), ratio(float("nan"))
    ('1/17.8', '1/12,300', '2.4×', '1', '–')
    """
    if math.isnan(x):
        return "–"
    digits = _digits(1.0 / x if x < 1.0 else x)
    if digits == "1":
        return digits
    return f"1/{digits}" if x < 1.0 else f"{digits}×"


def _digits(x: float) -> str:
    """Three digits, never as a power of ten."""
    rounded = float(f"{x:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"


def duration(seconds: float) -> tuple[float, str]:
    """The unit that suits: how many seconds it has, and its name.

    >>> duration(0.0123), duration(4e-10)
    ((0.001, 'ms'), (1e-09, 'ns'))
    """
    return next((scale for scale in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")) if seconds >= scale[0]), (1e-9, "ns"))


def _time(measured: Measured, figure: str = "seconds") -> str:
    """The median, and in brackets the smallest and the largest."""
    if figure not in measured.figures:
        return "–" if not measured.left_out else "n/a"
    size, unit = duration(measured.median(figure))
    return _spread([x / size for x in measured.figures[figure]], measured.median(figure) / size, f" {unit}")


def _amount(measured: Measured, figure: str) -> str:
    return _spread(measured.figures[figure], measured.median(figure), "") if figure in measured.figures else "–"


def _spread(figures: Sequence[float], median: float, unit: str) -> str:
    low, high = _digits(min(figures)), _digits(max(figures))
    return f"{_digits(median)}{unit}" + (f" ({low}–{high})" if low != high else "")


# --- text -------------------------------------------------------------------------------------------------------------


def as_text(table: Table) -> str:
    """For the terminal."""
    lines = [table.header, *table.rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    shown = [
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]).rstrip()
        for line in lines
    ]
    return "\n".join([*([f"({table.title})"] if table.title else []), *shown, *(f"  {note}" for note in table.notes)])


def as_markdown(table: Table) -> str:
    """For a page."""
    lines = [table.header, ["---", *("---:" for _ in table.header[1:])], *table.rows]
    shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    title = [f"{table.title[0].upper()}{table.title[1:]}:", ""] if table.title else []
    notes = ["", "Left out:", "", *(f"- {note}" for note in table.notes)] if table.notes else []
    return "\n".join([*title, *shown, *notes])


def page(found: Figures, machine: Machine, pictures: Iterable[str], quick: bool = False) -> str:
    """The whole report, as Markdown. `pictures` are the names of the files that were drawn."""
    drawn = set(pictures)
    sections = [
        "\n\n".join(
            [
                f"## {workload.title}" if workload is GRADIENT_CHECKING else f"## {workload.key}: {workload.title}",
                told(workload, found),
                *map(as_markdown, made),
                *(f"![{text}]({file})" for file, text in PICTURES.get(workload.key, ()) if file in drawn),
            ]
        )
        for workload in WORKLOADS
        if (made := tables(workload, found))
    ]
    return "\n\n".join([_introduction(machine, quick), *sections]) + "\n"


def told(workload: Workload, found: Figures) -> str:
    """What the workload is, and its size where that is not the full one."""
    sizes = {key.size for key in found if key.workload == workload.key and key.variant == ON}
    smaller = f" Here with {max(sizes):,} {workload.unit}." if sizes and max(sizes) < max(workload.sizes) else ""
    return workload.text + smaller


def _introduction(machine: Machine, quick: bool) -> str:
    looked = " This is a quick look: few rounds and small sizes." if quick else ""
    return f"""# gatewise and its peers

{machine.date}, {machine.python} on {machine.processor}, {machine.cores} cores.{looked} From the root of a clone:

```
{INSTALL}
```

Versions: {machine.versions}.

Every figure is a median over processes of their own, one for each round, the systems in turn; in brackets the smallest
and the largest. All numbers are float64, everything runs on one thread, and all systems gave the same values and
gradients before they were compared. Ratios are to {REFERENCE}; quote ratios, not times. "Collector" is the
interpreter's cyclic garbage collector, which users have on. Memory is how much the process grew while the graph was
recorded, and at most until the gradients were there; beside it what Python's own allocator holds, where every operation
is a Python object. "Compiled" is gatewise as it is installed with its extension modules, "plain Python" the same
installation without them. ✓ and ✗ say whether a figure to reach was reached."""
