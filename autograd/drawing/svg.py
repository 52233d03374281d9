"""From an engine's SVG to the one that is shown: lettered, themed, with a name, and with ids of its own."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from autograd.drawing.circuit import Circuit, Wire
from autograd.drawing.lettering import Row, Run, above, below, row_width
from autograd.drawing.theme import Theme

_SVG = "http://www.w3.org/2000/svg"
_ABOVE = -6.0
_BELOW = (13.5, 27.5, 40.0)  # baselines of the rows under a wire, in points from the wire
_MARGIN = 18.0
_LINE = 1.45  # of a heading, in font sizes

ElementTree.register_namespace("", _SVG)


def finished(svg: bytes, identity: str, title: str, style: str) -> str:
    """The engine's SVG with a title for screen readers, ids that begin with `identity`, and a style sheet."""
    root = ElementTree.fromstring(svg)
    for element in list(root.iter()):
        for name in element.findall(f"{{{_SVG}}}title"):  # names of nodes, which browsers would show as tooltips
            element.remove(name)
        if "id" in element.attrib:
            element.set("id", f"{identity}-{element.get('id')}")
    _describe(root, identity, title, style)
    return ElementTree.tostring(root, encoding="unicode")


def _describe(root: Element, identity: str, title: str, style: str) -> None:
    root.attrib.update({"id": identity, "role": "img", "aria-label": title, "style": "max-width:100%;height:auto"})
    for position, (tag, text) in enumerate((("title", title), ("style", style))):
        element = Element(f"{{{_SVG}}}{tag}")
        element.text = text
        if text:
            root.insert(position, element)


def lettered(svg: bytes, circuit: Circuit, heading: tuple[Row, ...], theme: Theme, font: str) -> bytes:
    """The SVG that an engine made of `dot_outline`, with the wires and the heading written into it."""
    root = ElementTree.fromstring(svg)
    root.set("font-family", font)
    blanks = {group.findtext(f"{{{_SVG}}}title"): group for group in root.iter(f"{{{_SVG}}}g")}
    branches = [branch for fanout in circuit.fanouts if fanout for branch in fanout.branches]
    for wire in (*circuit.wires, *branches):
        if wire.name in blanks:
            _write_wire(blanks[wire.name], wire, theme)
    if heading:
        _write_heading(root, heading, theme)
    return ElementTree.tostring(root)


def _write_wire(blank: Element, wire: Wire, theme: Theme) -> None:
    left, right, y = _rule(blank)
    blank[:] = []
    colour = theme.blocked if wire.blocked else theme.ink
    corners = f"{left:g},{y - 1:g} {right:g},{y - 1:g} {right:g},{y + 1:g} {left:g},{y + 1:g}"
    SubElement(blank, f"{{{_SVG}}}polygon", fill=colour, points=corners)
    blank.set("text-anchor", "middle")
    middle = (left + right) / 2
    _write(blank, above(wire), theme, middle, y + _ABOVE)
    for row, offset in zip(below(wire), _BELOW, strict=False):
        _write(blank, row, theme, middle, y + offset)


def _rule(blank: Element) -> tuple[float, float, float]:
    """Left end, right end and height of the wire: through the middle of the blank box."""
    box = blank.find(f"{{{_SVG}}}polygon")
    assert box is not None
    corners = [corner.split(",") for corner in box.get("points", "").split()]
    xs, ys = zip(*[(float(x), float(y)) for x, y in corners], strict=True)
    return min(xs), max(xs), (min(ys) + max(ys)) / 2


def _write(parent: Element, row: Row, theme: Theme, x: float, y: float) -> None:
    """One row of text. Its runs follow each other by themselves, whatever font the reader has."""
    line = SubElement(parent, f"{{{_SVG}}}text", {"x": f"{x:g}", "y": f"{y:g}"})
    for run in row:
        span = SubElement(line, f"{{{_SVG}}}tspan", _appearance(run, theme))
        span.text = run.text.replace(" ", "\u00a0")


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
    left, top, width, height = (float(number) for number in root.get("viewBox", "").split())
    line_heights = [_LINE * max(run.size for run in row) for row in heading]
    y = top - sum(line_heights) + _MARGIN / 2
    frame = (
        left,
        y - _MARGIN / 2,
        max(width, 2 * _MARGIN + max(map(row_width, heading))),
        top + height - y + _MARGIN / 2,
    )
    _enlarge(root, frame)
    for row, line_height in zip(heading, line_heights, strict=True):
        y += line_height
        _write(root, row, theme, left + _MARGIN, y)


def _enlarge(root: Element, frame: tuple[float, float, float, float]) -> None:
    """Give the picture another frame, and its background too."""
    left, top, width, height = (f"{number:g}" for number in frame)
    root.attrib.update({"viewBox": f"{left} {top} {width} {height}", "width": f"{width}pt", "height": f"{height}pt"})
    graph = root.find(f"{{{_SVG}}}g")
    assert graph is not None
    background = graph.find(f"{{{_SVG}}}polygon")
    if background is not None:
        graph.remove(background)
        paint = {"x": left, "y": top, "width": width, "height": height, "fill": background.get("fill", "none")}
        root.insert(0, Element(f"{{{_SVG}}}rect", paint))
