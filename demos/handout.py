"""A handout: what a demo says and shows, printed while it runs and written as a page to read afterwards."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from markdown_it import MarkdownIt
from matplotlib import style
from matplotlib.figure import Figure

from autograd.drawing import Drawing, EngineError

BLUE, ORANGE, INK, GREY = "#005a9c", "#b34700", "#1f2937", "#9ca3af"
"""The colours of values, gradients, text and what is not taken, as in the pictures of circuits."""

Cell: TypeAlias = str | float

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
_PLOTS = Path(__file__).with_name("plots.mplstyle")


class Entry(NamedTuple):
    """A handout's line in the index."""

    title: str
    page: str
    summary: str
    picture: str
    """The file name of its first picture; "" if it has none."""


class Handout:
    """One page, put together while a demo runs. Everything that is said is also printed.

    >>> import tempfile
    >>> handout = Handout(Path(tempfile.mkdtemp()), "slope", "The slope of a line\\n\\nIt is the same everywhere.")
    The slope of a line
    <BLANKLINE>
    It is the same everywhere.
    <BLANKLINE>
    >>> handout.table(["a", "3a"], [[2, 6], [2.001, 6.003]])
    | a     | 3a    |
    | ----- | ----- |
    | 2     | 6     |
    | 2.001 | 6.003 |
    <BLANKLINE>
    >>> handout.write().title
    'The slope of a line'

    Args:
        folder: where the page and its pictures go.
        name: of the page's file, without a suffix; pictures are named after it.
        text: Markdown, such as the demo's docstring. Its first line is the title.
    """

    def __init__(self, folder: Path, name: str, text: str) -> None:
        self.folder = folder
        self.name = name
        title, _, introduction = text.strip().partition("\n")
        self.title = title.rstrip(".")
        self._summary = introduction.strip().partition("\n\n")[0]
        self._parts: list[str] = []
        self._pictures: list[str] = []
        print(f"{self.title}\n")
        self.say(introduction)

    def say(self, text: str) -> None:
        """A piece of Markdown."""
        text = text.strip()
        if text:
            print(f"{text}\n")
            self._parts.append(_MARKDOWN.render(text))

    def table(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A table; numbers are written with four significant digits."""
        lines = [[written(cell).replace("|", "\\|") for cell in row] for row in (header, *rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        lines.insert(1, ["-" * width for width in widths])
        padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
        self.say("\n".join([f"| {' | '.join(line)} |" for line in padded]))

    def draw(self, drawing: Drawing, name: str, caption: str) -> None:
        """A picture of a graph; its text, where no engine is installed that could lay it out."""
        self._show([self._drawn(drawing, name, caption)], caption)

    def row(self, drawings: Mapping[str, Drawing], caption: str) -> None:
        """Small pictures of graphs side by side, each by its name, and the caption beside them."""
        self._show([self._drawn(drawing, name, caption) for name, drawing in drawings.items()], caption, "row")

    def animate(self, drawing: Drawing, name: str, caption: str) -> None:
        """The forward and the backward pass of a graph, gate by gate, as one moving picture."""
        try:
            drawing.steps().render(self._file(name))
        except EngineError as error:
            print(error)
            return
        self._show([self._image(name, caption, "drawn")], caption)

    def plot(self, figure: Figure, name: str, caption: str) -> None:
        """A figure of matplotlib, such as `figure()` gives."""
        with style.context(_PLOTS):
            figure.savefig(self._file(name), metadata={"Date": None})
        self._show([self._image(name, caption, "plotted")], caption)

    def write(self, index: str = "") -> Entry:
        """Write the page, with a link to that index if there is one; what the index says of it."""
        page = f"{self.name}.html"
        link = f'<p><a href="{index}">all pages</a></p>\n' if index else ""
        body = f"{link}<h1>{html.escape(self.title)}</h1>\n" + "\n".join(self._parts)
        (self.folder / page).write_text(_page(self.title, body), encoding="utf-8")
        return Entry(self.title, page, self._summary, self._pictures[0] if self._pictures else "")

    def _file(self, name: str) -> Path:
        return self.folder / f"{self.name}_{name}.svg"

    def _drawn(self, drawing: Drawing, name: str, caption: str) -> str:
        try:
            drawing.render(self._file(name))
        except EngineError as error:
            print(error)
            return f"<pre>{html.escape(str(drawing))}</pre>"
        return self._image(name, caption, "drawn")

    def _image(self, name: str, caption: str, kind: str) -> str:
        file = self._file(name).name
        self._pictures.append(file)
        print(f"[{file}]", end=" ")
        image = f'<img class="{kind}" src="{file}" alt="{html.escape(_plain(caption))}" loading="lazy">'
        return f'<a href="{file}">{image}</a>'  # alone in a window, a wide picture has its full size

    def _show(self, contents: Iterable[str], caption: str, kind: str = "single") -> None:
        print(f"{caption}\n")
        text = _MARKDOWN.renderInline(caption)
        self._parts.append(f'<figure class="{kind}">{"".join(contents)}<figcaption>{text}</figcaption></figure>')


def written(cell: Cell) -> str:
    """A cell of a table as text.

    >>> written(2 / 3), written("σ(z)"), written(-3)
    ('0.6667', 'σ(z)', '−3')
    """
    return cell if isinstance(cell, str) else f"{cell + 0.0:.4g}".replace("-", "−")  # -0.0 + 0.0 is 0.0


def figure(width: float = 7.0, height: float = 4.0, **layout: Any) -> tuple[Figure, Any]:
    """A figure in the demos' style, and its axes. `layout`: rows and columns, as `Figure.subplots` takes them."""
    with style.context(_PLOTS):
        plot = Figure(figsize=(width, height))
        return plot, plot.subplots(**layout)


def write_index(folder: Path, name: str, title: str, entries: Sequence[Entry]) -> Path:
    """A page of that file name, which leads to the others."""
    cards = "\n".join(map(_card, entries))
    path = folder / name
    path.write_text(
        _page(title, f'<h1>{html.escape(title)}</h1>\n<div class="cards">\n{cards}\n</div>'), encoding="utf-8"
    )
    return path


def _plain(caption: str) -> str:
    """The text of a piece of Markdown, without its marks."""
    (line,) = _MARKDOWN.parseInline(caption)
    return "".join([token.content for token in line.children or ()])


def _card(entry: Entry) -> str:
    picture = f'<img class="drawn" src="{entry.picture}" alt="" loading="lazy">' if entry.picture else ""
    summary = _MARKDOWN.renderInline(entry.summary)
    return f'<a class="card" href="{entry.page}"><h2>{html.escape(entry.title)}</h2>{picture}<p>{summary}</p></a>'


def _page(title: str, body: str) -> str:
    return _PAGE.replace("TITLE", html.escape(title), 1).replace("BODY", body, 1)
