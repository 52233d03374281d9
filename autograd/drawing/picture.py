"""The drawing that `draw` returns: text, DOT, SVG, files, and what a notebook shows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from autograd import files
from autograd.drawing import engines
from autograd.drawing.backward import backward_diagram
from autograd.drawing.circuit import Circuit, Wire
from autograd.drawing.diagram import Diagram
from autograd.drawing.dot import FONT, Overrides, dot_outline, dot_source
from autograd.drawing.film import film
from autograd.drawing.forward import forward_diagram
from autograd.drawing.heading import Mode, heading
from autograd.drawing.notation import printable, written
from autograd.drawing.schedule import Step, schedule
from autograd.drawing.steps import Steps
from autograd.drawing.svg import finished, lettered
from autograd.drawing.text import text_drawing
from autograd.drawing.theme import DARK, LIGHT, dark_style

ThemeName = Literal["auto", "light", "dark"]
FORMATS = ("svg", "png", "pdf", "dot", "gv", "txt")


class Drawing:
    """A picture of a graph as it was when it was drawn. It shows itself in notebooks; `print` shows it as text."""

    def __init__(  # noqa: PLR0913  # what `draw` was asked for
        self, circuit: Circuit, title: str, *, mode: Mode, legend: bool, theme: ThemeName, overrides: Overrides
    ) -> None:
        if mode == "backward" and not circuit.has_gradients:
            raise ValueError(_without_gradients(circuit.root))
        self._circuit = circuit
        self._title = printable(title)
        self._mode = mode
        self._legend = legend
        self._theme_name = theme
        self._theme = DARK if theme == "dark" else LIGHT
        self._overrides = overrides
        self._diagram = _diagram(circuit, mode)
        self._heading = heading(circuit, self._diagram, mode, self._title, legend)

    @cached_property
    def source(self) -> str:
        """The picture as DOT text. No engine is needed for it."""
        return dot_source(self._diagram, self._heading, self._theme, self._overrides)

    def svg(self) -> str:
        """The picture as SVG.

        Raises:
            EngineError: no engine is installed, or it failed.
        """
        return self._finished(self._lettered(), lambda identity: "")

    def steps(self) -> Steps:
        """The forward pass, then the backward pass if there was one, gate by gate on one layout.

        >>> from autograd import Value
        >>> from autograd.drawing import draw
        >>> x = Value(3.0, label="x")
        >>> y = x * x
        >>> y.label = "y"
        >>> y.backward()
        >>> for step in draw(y).steps():
        ...     print(step.caption)
        The inputs: x = 3
        Forward through ×: y = 3·3 = 9
        The backward pass begins: ∂y/∂y = 1
        Backward through × (swaps its inputs): this use of x: 1 × 3 = 3; this use of x: 1 × 3 = 3
        Backward through the fanout of x: the gradients of the uses add up: ∂y/∂x = 3 + 3 = 6

        `draw(y).steps().render("y.svg")` writes one animated picture.
        """
        if self._mode == "both":
            return Steps(schedule(self._circuit), self._film, self._finished)
        return Drawing(
            self._circuit,
            self._title,
            mode="both",
            legend=self._legend,
            theme=self._theme_name,
            overrides=self._overrides,
        ).steps()

    def _lettered(self) -> Element:
        outline = dot_outline(self._diagram, self._theme, self._overrides)
        font = str(self._overrides.node.get("fontname", FONT))
        return lettered(engines.lay_out(outline), self._diagram, self._heading, self._theme, font)

    def _film(self, steps: Sequence[Step]) -> Element:
        return film(self._lettered(), self._diagram, steps, self._theme)

    def _finished(self, picture: Element, movement: Callable[[str], str]) -> str:
        """The text of a picture, with the style sheet for its theme and its movement."""
        identity = "gatewise-" + hashlib.sha256((self._theme_name + self.source).encode()).hexdigest()[:10]
        dark = dark_style(identity) if self._theme_name == "auto" else ""
        return finished(picture, identity, self._title or "circuit", self._description(), dark + movement(identity))

    def _description(self) -> str:
        """What a screen reader says after the title."""
        gates = sum(gate is not None for gate in self._circuit.gates)
        return f"A circuit of {len(self._circuit.wires):,} values and {gates:,} gates."

    def pipe(self, format: str = "svg") -> bytes:  # noqa: A002  # the name it has in the graphviz package
        """The picture in one of the formats svg, png, pdf, dot, gv, txt.

        Raises:
            ValueError: another format.
            EngineError: no engine is installed that can write it, or the engine failed.
        """
        match format:
            case "svg":
                return self.svg().encode()
            case "png" | "pdf":
                return engines.draw_file(self.source, format)
            case "dot" | "gv":
                return self.source.encode()
            case "txt":
                return f"{self}\n".encode()
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")

    def render(self, path: str | os.PathLike[str]) -> str:
        """Write the picture to a file, in the format that its suffix names, and return the path.

        The file appears whole or not at all.

        Raises:
            ValueError: the suffix is none of .svg .png .pdf .dot .gv .txt.
            EngineError: no engine is installed that can write it, or the engine failed.
        """
        suffix = Path(path).suffix.lower().removeprefix(".")
        if suffix not in FORMATS:
            raise ValueError(f"{os.fspath(path)!r} must end in one of .{' .'.join(FORMATS)}")
        return files.write(path, self.pipe(suffix))

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the DOT text to a file and return the path.

        Raises:
            ValueError: the suffix is that of another format, which `render` writes.
        """
        if Path(path).suffix.lower() in (".svg", ".png", ".pdf", ".txt"):
            raise ValueError(f"save writes DOT text: write render({os.fspath(path)!r}) for the picture")
        return files.write(path, self.source.encode())

    def __str__(self) -> str:
        return text_drawing(self._circuit, self._title, self._mode)

    def __repr__(self) -> str:
        return f"<Drawing of {len(self._circuit.wires):,} values{f': {self._title}' if self._title else ''}>"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the picture, or text and a line that says why. Never an error."""
        bundle = self._bundle()
        wanted = set(include or bundle) - set(exclude or ())
        return {kind: content for kind, content in bundle.items() if kind in wanted}

    def _bundle(self) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.svg(), "text/plain": str(self)}
        except Exception as error:
            return {"text/plain": f"{self}\n\n({error})"}


def _without_gradients(root: Wire) -> str:
    if root.kind == "constant":
        return f'{written(root.data)} is a constant, which has no gradient: draw it with mode="forward"'
    name = root.label if root.label.isidentifier() else "L"
    return f'there are no gradients yet: call {name}.backward() before draw({name}, mode="backward")'


def _diagram(circuit: Circuit, mode: Mode) -> Diagram:
    if mode == "backward":
        return backward_diagram(circuit)
    return forward_diagram(circuit, with_gradients=mode == "both")
