"""From an engine's SVG to the one that is shown: lettered, with a name and a style sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from autograd.drawing.diagram import Box, Diagram, Port, Strip
from autograd.drawing.engines import EngineError
from autograd.drawing.lettering import Row, Run, row_height, row_width
from autograd.drawing.theme import Theme

SVG = "http://www.w3.org/2000/svg"
_ABOVE = -6.0
_BELOW = (13.5, 27.5, 40.0)  # baselines of the rows under a wire, in points from the wire
_RULE = 2.0  # points that the rule of a wire is thick
_LINE_WIDTH = 1.5
_GAP = 1.5  # points between the end of a line and the shape it leads to
_MARGIN = 18.0
_LINE = 1.45  # of a heading, in font sizes
_SINK = 4.0  # how far the heading reaches into the margin of the graph under it
_ASCENT = 10.0  # points from a baseline to the heads of its letters
_DESCENT = 3.5
_CAPITAL = 0.36  # from the middle of a line to its baseline, in font sizes
_NUMBER = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)?")

ElementTree.register_namespace("", SVG)


def tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


class Bounds(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def lettered(svg: bytes, diagram: Diagram, heading: tuple[Row, ...], theme: Theme, font: str) -> Element:
    """The SVG that an engine made of `dot_outline`, with the texts of the diagram and the heading written into it.

    Raises:
        EngineError: it is no picture.
    """
    root = _parsed(svg)
    root.set("font-family", font)
    named = groups(root)
    before = _reach(root)
    for shape in diagram.shapes:
        if isinstance(shape, Strip) and shape.name in named:
            _write_strip(named[shape.name], shape, theme)
        elif isinstance(shape, Box) and shape.name in named:
            _write_box(named[shape.name], shape, theme)
        elif isinstance(shape, Port) and shape.name in named:
            _close_port(named[shape.name], shape, theme)
    _adjust(root, before)
    if heading:
        _write_heading(root, heading, theme)
    return root


def _parsed(svg: bytes) -> Element:
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise EngineError(f"the engine wrote an SVG that cannot be read: {error}") from error
    if not any(_is("node", group) for group in root.iter(tag("g"))):
        raise EngineError("the engine wrote an SVG that shows nothing")
    return root


def _is(kind: str, group: Element) -> bool:
    """Whether a group is a node, a cluster, ... An attribute of the caller may add classes of its own."""
    return kind in group.get("class", "").split()


def groups(root: Element) -> dict[str, Element]:
    """The groups that an engine made of nodes, edges and clusters, by their names in the DOT text."""
    return {group.findtext(tag("title"), ""): group for group in root.iter(tag("g"))}


def finished(root: Element, identity: str, title: str, description: str, style: str) -> str:
    """The text of an SVG with a title for screen readers and a style sheet for its own class.

    It has no ids, so that pictures on one page cannot be taken for each other.
    """
    for element in list(root.iter()):
        for name in element.findall(tag("title")):  # names of nodes, which browsers would show as tooltips
            element.remove(name)
        element.attrib.pop("id", None)
    root.attrib.update({"class": identity, "role": "img", "aria-label": title, "style": "max-width:100%;height:auto"})
    for position, (kind, text) in enumerate((("title", title), ("desc", description), ("style", style))):
        part = Element(tag(kind))
        part.text = text
        if text:
            root.insert(position, part)
    return ElementTree.tostring(root, encoding="unicode")


def _write_strip(blank: Element, strip: Strip, theme: Theme) -> None:
    bounds = bounds_of(blank)
    middle, y = bounds.middle
    _clear(blank)
    _add_rule(blank, Bounds(bounds.left, bounds.right, y - _RULE / 2, y + _RULE / 2), theme.colour(strip.role))
    blank.set("text-anchor", "middle")
    write(blank, strip.above, theme, middle, y + _ABOVE)
    for row, offset in zip(strip.below, _BELOW, strict=False):
        write(blank, row, theme, middle, y + offset)


def _close_port(group: Element, port: Port, theme: Theme) -> None:
    """Lines end a little outside of a shape: here they meet."""
    left, right, *_ = bounds = bounds_of(group)
    _, y = bounds.middle
    _clear(group)
    rule = Bounds(left - _GAP, right + _GAP, y - _LINE_WIDTH / 2, y + _LINE_WIDTH / 2)
    _add_rule(group, rule, theme.colour(port.role))


def _add_rule(group: Element, rule: Bounds, colour: str) -> None:
    left, right, top, bottom = rule
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    SubElement(group, tag("polygon"), fill=colour, points=" ".join([f"{x:g},{y:g}" for x, y in corners]))


def _clear(group: Element) -> None:
    """Nothing but the name is left."""
    group[:] = group.findall(tag("title"))


def _write_box(blank: Element, box: Box, theme: Theme) -> None:
    blank.set("text-anchor", "middle")
    middle, y = bounds_of(blank).middle
    heights = [row_height(row) for row in box.rows]
    top = y - sum(heights) / 2
    for row, height in zip(box.rows, heights, strict=True):
        write(blank, row, theme, middle, top + height / 2 + _CAPITAL * max(run.size for run in row))
        top += height


def bounds_of(group: Element) -> Bounds:
    """Those of the shape in a group: a polygon, a rounded box drawn as a path, an ellipse; it may be inside a link."""
    ellipse = group.find(f".//{tag('ellipse')}")
    if ellipse is not None:
        x, y, rx, ry = (float(ellipse.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
        return Bounds(x - rx, x + rx, y - ry, y + ry)
    polygon, path = (group.find(f".//{tag(name)}") for name in ("polygon", "path"))
    outline = polygon.get("points", "") if polygon is not None else path.get("d", "") if path is not None else ""
    numbers = [float(number) for number in _NUMBER.findall(outline)]
    xs, ys = numbers[::2], numbers[1::2]
    return Bounds(min(xs), max(xs), min(ys), max(ys))


def _adjust(root: Element, before: tuple[float, float]) -> None:
    """Keep the margins: the texts reach less far up and down than the blank boxes that stood for them, or further."""
    left, top, width, height = view_of(root)
    (old_top, old_bottom), (new_top, new_bottom) = before, _reach(root)
    higher, lower = new_top - old_top, new_bottom - old_bottom
    enlarge(root, (left, top + higher, width, height - higher + lower))


def _reach(root: Element) -> tuple[float, float]:
    """The top and the bottom of nodes, lines and frames with their texts."""
    parts = [part for group in root.iter(tag("g")) if not _is("graph", group) for part in group.iter()]
    ys = [y for part in parts for y in _heights(part)]
    return min(ys), max(ys)


def _heights(part: Element) -> Iterable[float]:
    if part.tag == tag("text"):
        y = float(part.get("y", "0"))
        return (y - _ASCENT, y + _DESCENT)
    if part.tag == tag("ellipse"):
        y, ry = float(part.get("cy", "0")), float(part.get("ry", "0"))
        return (y - ry, y + ry)
    outline = part.get("points") or part.get("d") or ""
    return map(float, _NUMBER.findall(outline)[1::2])


def write(parent: Element, row: Row, theme: Theme, x: float, y: float) -> Element:
    """One row of text. Its runs follow each other by themselves, whatever font the reader has."""
    line = SubElement(parent, tag("text"), {"x": f"{x:g}", "y": f"{y:g}"})
    for run in row:
        span = SubElement(line, tag("tspan"), _appearance(run, theme))
        span.text = run.text.replace(" ", "\u00a0")
    return line


def _appearance(run: Run, theme: Theme) -> dict[str, str]:
    appearance = {"font-size": f"{run.size:g}", "fill": theme.colour(run.role)}
    if run.bold:
        appearance["font-weight"] = "bold"
    if run.italic:
        appearance |= {"font-style": "italic", "unicode-bidi": "isolate"}  # a label may be written from right to left
    if run.underline:
        appearance["text-decoration"] = "underline"
    return appearance


def _write_heading(root: Element, heading: tuple[Row, ...], theme: Theme) -> None:
    """Make room at the top, wide enough for the heading, and write it there."""
    left, top, width, height = view_of(root)
    line_heights = [_LINE * max(run.size for run in row) for row in heading]
    y = top - sum(line_heights) + _SINK
    frame = (
        left,
        y - _MARGIN / 2,
        max(width, 2 * _MARGIN + max(map(row_width, heading))),
        top + height - y + _MARGIN / 2,
    )
    enlarge(root, frame)
    for row, line_height in zip(heading, line_heights, strict=True):
        y += line_height
        write(root, row, theme, left + _MARGIN, y)


def view_of(root: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of what the picture shows."""
    left, top, width, height = map(float, root.get("viewBox", "").split())
    return left, top, width, height


def enlarge(root: Element, frame: tuple[float, float, float, float]) -> None:
    """Give the picture another frame, and its background too."""
    left, top, width, height = (f"{number:g}" for number in frame)
    root.attrib.update({"viewBox": f"{left} {top} {width} {height}", "width": f"{width}pt", "height": f"{height}pt"})
    paint = _take_background(root)
    if paint is not None:
        root.insert(0, Element(tag("rect"), {"x": left, "y": top, "width": width, "height": height, "fill": paint}))


def _take_background(root: Element) -> str | None:
    """Remove the background that the engine drew, or an earlier enlargement, and say what it was painted with."""
    for parent in (root, root.find(tag("g"))):
        assert parent is not None
        for background in (parent.find(tag("rect")), parent.find(tag("polygon"))):
            if background is not None:
                parent.remove(background)
                return background.get("fill", "none")
    return None
