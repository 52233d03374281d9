"""The report's pictures, as SVG: nothing in them but what the figures say, so that equal figures give equal files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring import OFF, ON, Key
from benchmarks.report import Figures, duration

STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "gatewise",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a8f98",
    "axes.labelcolor": "#3a3f47",
    "xtick.color": "#8a8f98",
    "ytick.color": "#8a8f98",
    "xtick.labelcolor": "#3a3f47",
    "ytick.labelcolor": "#3a3f47",
    "axes.axisbelow": True,
    "grid.color": "#e6e8eb",
    "figure.facecolor": "white",
}
OURS = ("#0b6bcb", "#1f9d55")
"""The colours of gatewise: in plain Python, compiled."""
OTHERS = ("#d1495b", "#8d6a9f", "#edae49", "#c0703a", "#4f5d75", "#7f9c96", "#a0a4ab", "#1c1f24")


def draw(found: Figures, folder: Path) -> list[str]:
    """Write the pictures for which there are figures, and return the names of the files.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    made = []
    with matplotlib.rc_context(STYLE):
        for name, picture in (("step.svg", _step), ("growth.svg", _growth), ("memory.svg", _memory)):
            figure = picture(found)
            if figure is not None:
                figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
                made.append(name)
    return made


def _figure(height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, height), layout="constrained")
    return figure, figure.add_subplot()


def colour(system: str, systems: Sequence[str]) -> str:
    """gatewise's two engines have colours of their own, the others theirs in turn."""
    if system.startswith("gatewise"):
        return OURS["compiled" in system]
    others = [name for name in systems if not name.startswith("gatewise")]
    return OTHERS[others.index(system) % len(OTHERS)]


# --- bars -------------------------------------------------------------------------------------------------------------


def _step(found: Figures) -> Any:
    """W1: a bar for each engine with the collector on, and a thinner one with it off."""
    on, off = ({k.system: m.median() for k, m in _of(found, "W1", variant).items()} for variant in (ON, OFF))
    title = "W1, a training step: seconds"
    return _bars(on, off, f"{title} (thin bars: collector off)" if off else title, _time_label)


def _memory(found: Figures) -> Any:
    """W3: bytes per operation, at the largest size that an engine has."""
    largest: dict[str, float] = {}
    for key, measured in sorted(_of(found, "W3", ON).items(), key=lambda item: item[0].size):
        if key.size >= 10_000:  # below, what is allocated in whole blocks counts for too much
            largest[key.system] = measured.median("bytes")
    title = "W3, memory of a recorded chain: bytes per operation"
    return _bars(largest, {}, title, lambda amount: f"{amount:,.0f}")


def _of(found: Figures, workload: str, variant: str) -> dict[Key, Any]:
    return {k: m for k, m in found.items() if k.workload == workload and k.variant == variant and m.figures}


def _bars(broad: dict[str, float], thin: dict[str, float], title: str, label: Callable[[float], str]) -> Any:
    """Horizontal bars over a logarithmic axis, the longest at the top."""
    if not broad:
        return None
    systems = sorted(broad, key=broad.__getitem__)
    figure, axes = _figure(0.9 + 0.42 * len(systems))
    for y, system in enumerate(systems):
        own = system.startswith("gatewise")
        fill = colour(system, systems) if own else "#b9bec6"
        axes.barh(y, broad[system], height=0.56, color=fill)
        if system in thin:
            axes.barh(y - 0.4, thin[system], height=0.16, color=fill, alpha=0.55)
        axes.annotate(label(broad[system]), (broad[system], y), (4, 0), textcoords="offset points", va="center")
    axes.set_xscale("log")
    axes.set_xlim(min([*broad.values(), *thin.values()]) / 3, max(broad.values()) * 4)
    axes.set_yticks(range(len(systems)), systems)
    axes.tick_params(axis="y", length=0)
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.set_title(title, loc="left", fontsize=11, pad=10)
    return figure


def _time_label(seconds: float) -> str:
    size, unit = duration(seconds)
    return f"{seconds / size:.3g} {unit}"


# --- growth -----------------------------------------------------------------------------------------------------------


def _growth(found: Figures) -> Any:
    """W3: time over the number of operations, both logarithmic, with the names at the ends of the lines."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for key, measured in sorted(_of(found, "W3", ON).items(), key=lambda item: item[0].size):
        lines.setdefault(key.system, []).append((key.size, measured.median()))
    if not lines:
        return None
    figure, axes = _figure(5.2)
    ends = {system: points[-1] for system, points in lines.items()}
    for system, points in lines.items():
        own = system.startswith("gatewise")
        style = {"color": colour(system, list(lines)), "linewidth": 2.4 if own else 1.4, "zorder": 3 if own else 2}
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, **style)
    axes.set_xscale("log")
    axes.set_yscale("log")
    right = max(size for size, _ in ends.values())
    axes.set_xlim(None, right * 1.25)
    axes.grid(which="major")
    axes.minorticks_off()
    axes.set_xlabel("operations")
    axes.set_ylabel("seconds, recorded and swept back")
    axes.set_title("W3, a chain: time over size, collector on", loc="left", fontsize=11, pad=10)
    whole = {system: seconds for system, (size, seconds) in ends.items() if size == right}
    heights = _apart(axes, whole)
    for system, (size, seconds) in ends.items():
        look: Any = {
            "color": colour(system, list(lines)),
            "fontweight": "bold" if system.startswith("gatewise") else "normal",
            "textcoords": "offset points",
            "annotation_clip": False,
        }
        if system in whole:
            axes.annotate(system, (right * 1.25, heights[system]), (6, 0), va="center", **look)
        else:  # it was given up: the name stands over its last point
            axes.annotate(system, (size, seconds), (3, 6), ha="right", va="bottom", **look)
    return figure


def _apart(axes: Any, ends: dict[str, float]) -> dict[str, float]:
    """Heights for the names: those of the ends of the lines, moved apart where they are close."""
    low, high = axes.get_ylim()
    gap = (high / low) ** (1 / 22)
    heights: dict[str, float] = {}
    last = 0.0
    for system in sorted(ends, key=ends.__getitem__):
        last = heights[system] = max(ends[system], last * gap)
    return heights
