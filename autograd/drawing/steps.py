"""What `Drawing.steps` returns: the pictures of a forward and a backward pass, gate by gate."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import overload
from xml.etree.ElementTree import Element

from autograd import files
from autograd.drawing.film import animate, movement, still
from autograd.drawing.schedule import Step

Finish = Callable[[Element, Callable[[str], str]], str]
"""From a picture to the text of an SVG; the function gives the rules of its style sheet for the class it is told."""


class Frame:
    """One step: what happens in it, and its picture."""

    def __init__(self, caption: str, svg: Callable[[], str]) -> None:
        self.caption = caption
        """What is run in this step and what comes out, in one sentence."""
        self._svg = svg

    def svg(self) -> str:
        """The picture as SVG.

        Raises:
            EngineError: no engine is installed, or it failed.
        """
        return self._svg()

    def __repr__(self) -> str:
        return f"<Frame: {self.caption}>"

    def __str__(self) -> str:
        return self.caption

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the picture, or the caption and a line that says why. Never an error."""
        return _bundle(self.svg, self.caption)


class Steps(Sequence[Frame]):
    """The frames of a forward pass, then of the backward pass if there was one. All have one layout.

    What a step computes appears in its frame, with a thick line around the gate that is run.
    """

    def __init__(self, steps: Sequence[Step], film: Callable[[Sequence[Step]], Element], finish: Finish) -> None:
        self._steps = tuple(steps)
        self._draw = film
        self._finish = finish

    @cached_property
    def _film(self) -> Element:
        return self._draw(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        return Frame(self._steps[position].caption, lambda: self._still(position))

    def __repr__(self) -> str:
        return f"<Steps: {len(self)} frames>"

    def __str__(self) -> str:
        return "\n".join(step.caption for step in self._steps)

    def _still(self, position: int) -> str:
        return self._finish(still(self._film, position), lambda identity: "")

    def svg(self) -> str:
        """All steps as one animated SVG.

        It plays over and over without a script, also inside <img>. A reader who wants nothing to move sees the last
        step.

        Raises:
            EngineError: no engine is installed, or it failed.
        """
        film = deepcopy(self._film)
        intervals = animate(film, len(self))
        return self._finish(film, lambda identity: movement(intervals, len(self), identity))

    def render(self, path: str | os.PathLike[str]) -> str:
        """Write the animated SVG to a file and return the path. The file appears whole or not at all.

        Raises:
            ValueError: the suffix is not .svg.
            EngineError: no engine is installed, or it failed.
        """
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"{os.fspath(path)!r} must end in .svg; single pictures: render_frames(folder)")
        return files.write(path, self.svg().encode())

    def render_frames(self, folder: str | os.PathLike[str]) -> list[str]:
        """Write every frame to a file of its own, 001.svg, 002.svg, ..., and return the paths.

        The folder is made if it is not there. All pictures are drawn before the first of them appears.

        Raises:
            EngineError: no engine is installed, or it failed.
        """
        target = Path(folder)
        if not target.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {os.fspath(target.parent)!r}: make it first")
        width = max(3, len(str(len(self))))
        names = [f"{number:0{width}}.svg" for number in range(1, len(self) + 1)]
        place = target.absolute()  # "." has no name
        temporary = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        try:
            temporary.mkdir()
            for name, frame in zip(names, self, strict=True):
                (temporary / name).write_bytes(frame.svg().encode())
            target.mkdir(exist_ok=True)
            for name in names:
                os.replace(temporary / name, target / name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return [os.fspath(target / name) for name in names]

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the moving picture, or the captions and a line that says why. Never an error."""
        return _bundle(self.svg, str(self))


def _bundle(svg: Callable[[], str], text: str) -> dict[str, str]:
    try:
        return {"image/svg+xml": svg(), "text/plain": text}
    except Exception as error:
        return {"text/plain": f"{text}\n\n({error})"}
