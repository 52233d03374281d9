"""Every row of autograd/gates.md is what the engine does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import autograd
from autograd.expression import parse

DOCUMENT = Path(autograd.__file__).with_name("gates.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DOCUMENT.splitlines()
    if re.match(r"\|.*`", line)
]


def numbers(cell: str) -> list[float]:
    return [float(text) for text in cell.split(", ")]


@pytest.mark.parametrize(("expression", "inputs", "value", "slopes"), [row[1:5] for row in ROWS])
def test_row(expression: str, inputs: str, value: str, slopes: str) -> None:
    given = dict(pair.split("=") for pair in inputs.split(", "))
    node = parse(expression.strip("`"), {name: float(text) for name, text in given.items()})
    found = {x.label: slope for x, slope in zip(node.inputs, node.local_gradients, strict=True)}
    assert rounded([node.data]) == rounded(numbers(value))
    assert rounded([found[name] for name in given]) == rounded(numbers(slopes))


def rounded(found: list[float]) -> list[str]:
    return [f"{x:.3g}" if x != 0 else "0" for x in found]


def test_every_function_of_expressions_has_a_row() -> None:
    from autograd.expression import FUNCTIONS

    assert set(FUNCTIONS) - {"maximum", "minimum"} <= set(re.findall(r"`(\w+)\(", DOCUMENT))
