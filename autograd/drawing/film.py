"""One picture of all steps: what is not always visible is marked with the first and the last step that show it.

`still` takes one step out of it; `animate` and `movement` make it move with a style sheet, without a script, so that it
also moves inside <img>.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from autograd.drawing.diagram import Diagram, Line, Port, Strip
from autograd.drawing.lettering import Run
from autograd.drawing.metrics import text_width
from autograd.drawing.schedule import Step
from autograd.drawing.svg import enlarge, groups, tag, view_of, write
from autograd.drawing.theme import Theme

SECONDS_PER_STEP = 2.0
PAUSE = 4.0
"""Seconds that the last step stays longer, before all begins again."""

_SIZE = 14.0  # of the caption, in points
_LINE = 20.0
_MARGIN = 18.0
_NARROWEST = 420.0  # that a line of the caption may be
_BREAK = re.compile(r"(?<=[;:]) | (?==)")  # after a part, before an equals sign
_SHOWN = "data-shown"


class Interval(NamedTuple):
    """The steps that show something, both ends included."""

    first: int
    last: int


def film(picture: Element, diagram: Diagram, steps: Sequence[Step], theme: Theme) -> Element:
    """Mark what the steps show in a lettered picture of `diagram`, and add their highlights and captions."""
    _Film(picture, diagram, steps, theme).make()
    return picture


def still(root: Element, step: int) -> Element:
    """A copy of the picture as it is at one step."""
    root = copy.deepcopy(root)
    intervals = _marked(root)
    parents = {child: parent for parent in root.iter() for child in parent}
    for element, (first, last) in intervals.items():
        _unmark(element)
        if not first <= step <= last:
            _hide(parents[element], element)
    return root


def _hide(parent: Element, element: Element) -> None:
    """A part of a row keeps its place."""
    if element.tag == tag("tspan"):
        element.set("visibility", "hidden")
    else:
        parent.remove(element)


def animate(film: Element, steps: int) -> set[Interval]:
    """Give what is not always visible a class for when it is. Where nothing may move, the last step is seen."""
    intervals = _marked(film)
    for element, interval in intervals.items():
        _unmark(element)
        element.set("class", _name(interval))
        if interval.last < steps - 1:
            element.set("visibility", "hidden")
    return set(intervals.values())


def movement(intervals: Iterable[Interval], steps: int, identity: str) -> str:
    """The style sheet that shows every class in its steps, over and over, unless the reader wants nothing to move."""
    total = SECONDS_PER_STEP * steps + PAUSE
    rules = [_rules(interval, steps, total, identity) for interval in sorted(intervals)]
    return f"@media (prefers-reduced-motion:no-preference){{{''.join(rules)}}}"


def _rules(interval: Interval, steps: int, total: float, identity: str) -> str:
    """One class and its keyframes, whose name is the whole page's."""
    name = f"{identity}-{_name(interval)}"
    times = [(0, interval.first == 0), (interval.first, True), (interval.last + 1, False)]
    changes = {step: visible for step, visible in times if step < steps}
    frames = "".join(
        f"{100 * SECONDS_PER_STEP * step / total:.4g}%{{visibility:{'visible' if visible else 'hidden'}}}"
        for step, visible in changes.items()
    )
    play = f"{name} {total:g}s step-end infinite"
    return f".{identity} .{_name(interval)}{{animation:{play}}}@keyframes {name}{{{frames}}}"


def _name(interval: Interval) -> str:
    return f"s{interval.first}-{interval.last}"


def _marked(root: Element) -> dict[Element, Interval]:
    """What is not always visible, and when it is."""
    found = {element: element.get(_SHOWN) for element in root.iter()}
    return {element: Interval(*map(int, shown.split("-"))) for element, shown in found.items() if shown is not None}


def _unmark(element: Element) -> None:
    del element.attrib[_SHOWN]


class _Film:
    def __init__(self, picture: Element, diagram: Diagram, steps: Sequence[Step], theme: Theme) -> None:
        self._picture = picture
        self._groups = groups(picture)
        self._diagram = diagram
        self._steps = steps
        self._theme = theme
        self._wires = dict(_wires(diagram))
        self._values = _arrivals(steps, "value")
        self._gradients = _arrivals(steps, "gradient")
        self._end = len(steps) - 1

    def make(self) -> None:
        for shape in self._diagram.shapes:
            if shape.name not in self._groups:  # an attribute of the caller hides it
                continue
            if isinstance(shape, Strip):
                self._time_texts(shape)
            if isinstance(shape, Strip | Port) and shape.role == "blocked":
                self._time_colour(self._groups[shape.name], self._wires[shape.name])
        self._time_lines()
        self._add_highlights()
        self._add_captions()

    def _time_texts(self, strip: Strip) -> None:
        """The name is there from the beginning, the value once it is computed, the gradient once it has arrived."""
        above, *below = self._groups[strip.name].findall(tag("text"))
        for run, element in zip(strip.above, above, strict=True):
            if run.role == "value" or run.text == " = ":
                self._mark(element, self._values[strip.name], self._end)
        for row in below:
            self._mark(row, self._gradients.get(strip.name, self._end + 1), self._end)

    def _mark(self, element: Element, first: int, last: int) -> None:
        if first > 0 or last < self._end:
            element.set(_SHOWN, f"{first}-{last}")

    def _time_lines(self) -> None:
        for line in self._diagram.lines:
            title = _title(line, self._wires)
            if line.role == "blocked" and title in self._groups:  # not where an attribute of the caller hides lines
                self._time_colour(self._groups[title], self._wires.get(line.tail) or self._wires[line.head])

    def _time_colour(self, group: Element, wire: str) -> None:
        """A wire turns grey only when its gradient has turned out to be 0."""
        arrival = self._gradients[wire]
        for shape in list(group):
            if shape.tag in (tag("path"), tag("polygon")):
                before = copy.deepcopy(shape)
                for paint in ("fill", "stroke"):
                    if before.get(paint) == self._theme.blocked:
                        before.set(paint, self._theme.ink)
                self._mark(shape, arrival, self._end)
                self._mark(before, 0, arrival - 1)
                group.append(before)

    def _add_highlights(self) -> None:
        """A thick line around what is run, and along the wires that get their numbers."""
        graph = self._picture.find(tag("g"))
        assert graph is not None
        highlights = SubElement(graph, tag("g"))
        shapes = self._groups.keys() & {shape.name for shape in self._diagram.shapes}  # a number inside a gate has none
        for position, step in enumerate(self._steps):
            for name in filter(shapes.__contains__, (step.runs, *step.wires)):
                paint = {"stroke": self._theme.colour(step.gives), "stroke-width": "4" if name == step.runs else "2.5"}
                for shape in _outline(self._groups[name]):
                    highlight = SubElement(highlights, shape.tag, {**_geometry(shape), "fill": "none", **paint})
                    self._mark(highlight, position, position)

    def _add_captions(self) -> None:
        left, top, width, height = view_of(self._picture)
        room = max(width - 2 * _MARGIN, _NARROWEST)
        captions = [_wrapped(step.caption, room) for step in self._steps]
        depth = _LINE * max(map(len, captions)) + _MARGIN
        enlarge(self._picture, (left, top, max(width, room + 2 * _MARGIN), height + depth))
        for position, lines in enumerate(captions):
            group = SubElement(self._picture, tag("g"))
            self._mark(group, position, position)
            for number, line in enumerate(lines, start=1):
                write(group, (Run(line, "ink", _SIZE),), self._theme, left + _MARGIN, top + height + number * _LINE)


def _arrivals(steps: Iterable[Step], gives: str) -> dict[str, int]:
    """The step at which every wire gets its value, or its gradient."""
    return {name: position for position, step in enumerate(steps) if step.gives == gives for name in step.wires}


def _wires(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """For every strip and port the name of its wire."""
    for shape in diagram.shapes:
        if isinstance(shape, Strip | Port):
            yield shape.name, shape.wire if isinstance(shape, Port) else shape.name


def _title(line: Line, wires: Mapping[str, str]) -> str:
    """What Graphviz calls an edge of the outline."""
    return f"{line.tail}{':e' * (line.tail in wires)}->{line.head}{':w' * (line.head in wires)}"


def _outline(group: Element) -> list[Element]:
    """The shape of a node, if it has one."""
    return [shape for shape in group if shape.tag in (tag("ellipse"), tag("polygon"), tag("path"))][:1]


def _geometry(shape: Element) -> dict[str, str]:
    names = ("cx", "cy", "rx", "ry", "points", "d")
    return {name: value for name in names if (value := shape.get(name)) is not None}


def _wrapped(text: str, room: float) -> list[str]:
    """The text in lines no wider than `room`, broken where a sentence of formulas may be: else at any space."""
    lines = [""]
    for piece in _BREAK.split(text):
        words = [piece] if text_width(piece, _SIZE) <= room else piece.split(" ")
        for word in words:
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and text_width(longer, _SIZE) > room:
                lines.append(word)
            else:
                lines[-1] = longer
    return lines
