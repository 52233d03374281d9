"""The drawing that `draw` returns: text, DOT, SVG, files, and what a notebook shows."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Literal

from autograd.drawing import engines
from autograd.drawing.circuit import Circuit
from autograd.drawing.dot import FONT, Overrides, dot_outline, dot_source
from autograd.drawing.lettering import Row
from autograd.drawing.svg import finished, lettered
from autograd.drawing.text import text_drawing
from autograd.drawing.theme import DARK, LIGHT, dark_style

ThemeName = Literal["auto", "light", "dark"]
FORMATS = ("svg", "png", "pdf", "dot", "gv", "txt")


class Drawing:
    """A picture of a graph as it was when it was drawn. It shows itself in notebooks; `print` shows it as text."""

    def __init__(
        self, circuit: Circuit, title: str, heading: tuple[Row, ...], theme: ThemeName, overrides: Overrides
    ) -> None:
        self._circuit = circuit
        self._title = title
        self._heading = heading
        self._theme_name = theme
        self._theme = DARK if theme == "dark" else LIGHT
        self._overrides = overrides

    @cached_property
    def source(self) -> str:
        """The picture as DOT text. No engine is needed for it."""
        return dot_source(self._circuit, self._heading, self._theme, self._overrides)

    def svg(self) -> str:
        """The picture as SVG.

        Raises:
            EngineError: no engine is installed, or it failed.
        """
        outline = dot_outline(self._circuit, self._theme, self._overrides)
        font = str(self._overrides.node.get("fontname", FONT))
        picture = lettered(engines.lay_out(outline), self._circuit, self._heading, self._theme, font)
        identity = "gatewise-" + hashlib.sha256((self._theme_name + self.source).encode()).hexdigest()[:10]
        style = dark_style(identity) if self._theme_name == "auto" else ""
        return finished(picture, identity, self._title or "circuit", style)

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
        return _write(path, self.pipe(suffix))

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the DOT text to a file and return the path."""
        return _write(path, self.source.encode())

    def __str__(self) -> str:
        return text_drawing(self._circuit, self._title)

    def __repr__(self) -> str:
        return f"<Drawing of {len(self._circuit.wires):,} values: {self._title}>"

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


def _write(path: str | os.PathLike[str], content: bytes) -> str:
    """By way of a new file beside it, so that nobody ever reads half a picture."""
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {os.fspath(target.parent)!r}: make it first")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return os.fspath(path)
