"""The wires beside a table, drawn as lanes in the manner of a commit graph: one line of characters for every row.

For L = c·(a + 2b), with rows c, a, b, 2b, a + 2b, L:

    ○
    │ ○
    │ │ ○
    │ │ ●
    │ ●─┘
    ●─┘

A lane runs down from the row that makes a Value to the last row that uses it. A gate (●) stands in the first lane that
ends in it, and a horizontal line joins the others: ┘ ends there, ┤ has further uses. A double line (╛ ╡) is used more
than once by this gate. A lane that only passes by interrupts the horizontal line: ─│─.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

MOST_LANES = 24
"""Side by side; with more of them no eye finds its way, and they would fill the terminal."""

_SINGLE = {"left": "┘┤", "right": "└├", "both": "┴┼"}
_DOUBLE = {"left": "╛╡", "right": "╘╞", "both": "╧╪"}
_UPSIDE_DOWN = str.maketrans("┘└┴╛╘╧", "┐┌┬╕╒╤")


def lanes(operands: Sequence[Sequence[int]]) -> list[str] | None:
    """One line for every row; None if more than `MOST_LANES` would stand side by side.

    >>> print(*lanes([[], [], [0, 1], [2, 0, 0]]), sep="\\n")
    ○
    │ ○
    ├─●
    ╘═●

    Args:
        operands: for every row the rows that go into it, all of them earlier, repeated where used more than once.
    """
    last_uses = list(range(len(operands)))
    for row, its_operands in enumerate(operands):
        for operand in its_operands:
            last_uses[operand] = row
    columns: list[int | None] = []  # the row whose lane each column holds
    lines = []
    for row, its_operands in enumerate(operands):
        uses = Counter(its_operands)
        place = _place(row, uses, columns, last_uses)
        if place == MOST_LANES:
            return None
        columns[place : place + 1] = [row]
        lines.append(_line(place, row, columns, uses, last_uses))
        _end(row, columns, last_uses)
    return lines


def upside_down(lines: Sequence[str]) -> list[str]:
    """The lanes with their last row first, as gradients run."""
    return [line.translate(_UPSIDE_DOWN) for line in reversed(lines)]


def _place(row: int, uses: Counter[int], columns: Sequence[int | None], last_uses: Sequence[int]) -> int:
    """The first lane that ends here, unless it goes in more than once, which only a line can show; else a free one."""
    for column, lane in enumerate(columns):
        if lane is not None and uses[lane] == 1 and last_uses[lane] == row:
            return column
    return columns.index(None) if None in columns else len(columns)


def _line(place: int, row: int, columns: Sequence[int | None], uses: Counter[int], last_uses: Sequence[int]) -> str:
    """The row's characters: a column is two of them, a lane and the space to its right."""
    going_on = [lane is not None and last_uses[lane] > row for lane in columns]
    joined = {column: lane for column, lane in enumerate(columns) if lane is not None and lane in uses}
    first, last = min([place, *joined]), max([place, *joined])
    characters = [character for goes_on in going_on for character in ("│" if goes_on else " ", " ")]
    for position in range(2 * first, 2 * last):
        characters[position] = "─" if characters[position] == " " else "│"
    for column, lane in joined.items():
        side = "left" if column == last else "right" if column == first else "both"
        characters[2 * column] = (_SINGLE if uses[lane] == 1 else _DOUBLE)[side][going_on[column]]
        if uses[lane] > 1:
            characters[2 * column + (1 if column < place else -1)] = "═"
    characters[2 * place] = "●" if uses else "○"
    return "".join(characters).rstrip()


def _end(row: int, columns: list[int | None], last_uses: Sequence[int]) -> None:
    """Free the lanes that end here. One that nothing uses is freed a row later, lest it seem to run into the next."""
    for column, lane in enumerate(columns):
        if lane is not None and lane != row and last_uses[lane] <= row:
            columns[column] = None
