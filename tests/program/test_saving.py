"""Programs as text, pickled, and as JSON, which is checked on loading."""

from __future__ import annotations

import copy
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import autograd
from autograd import Program, Value
from autograd.program.saving import GATES, ProgramFormatError
from autograd.testing.strategies import expressions
from tests.engine.closeness import same_number


def example(**options: Any) -> Program:
    w = Value(2.0, label="w")
    f = autograd.compile(
        lambda x, y: (
            autograd.clip(w * x[0], -1.0, math.inf) ** 3
            + autograd.where(y > 0, autograd.leaky_relu(x[1], 0.25) * y, math.nan)
        ),
        gradient=["x", w, Value(1.0)],
        columns="x",
        reduction="mean",
        threads=2,
        **options,
    )
    return f.program([[1.0], [2.0]], 3.0)  # type: ignore[no-any-return]


def results(program: Program) -> str:
    return repr(program.value_and_grad([[1.0, -1.0], [2.0, -2.0]], 3.0))


@pytest.mark.parametrize("way", ["json", "pickle", "file", "deepcopy"])
def test_a_program_comes_back_as_it_was(way: str, backend: str, tmp_path: Path) -> None:
    program = example(backend=backend)
    before = results(program)
    again = {
        "json": lambda: Program.from_json(program.to_json()),
        "pickle": lambda: pickle.loads(pickle.dumps(program)),
        "file": lambda: Program.load(program.save(tmp_path / "program.json")),
        "deepcopy": lambda: copy.deepcopy(program),
    }[way]()
    assert results(again) == before
    assert str(again) == str(program)
    assert again.forward == program.forward
    assert again.arguments == program.arguments
    assert again.threads == 2
    again.parameters[0].data = 5.0
    assert results(again) != before == results(program)


@settings(max_examples=60)
@given(expression=expressions())
def test_any_expression_comes_back_from_json(expression: Any) -> None:
    leaves = [Value(x) for x in expression.inputs]
    program = autograd.compile(expression(*leaves), inputs=leaves, backend="python", exact=True)
    again = Program.from_json(program.to_json())
    assert again.to_json() == program.to_json()
    for a, b in zip(again.grad(*expression.inputs), program.grad(*expression.inputs), strict=True):
        assert same_number(a, b)


def test_two_recordings_give_the_same_program_and_the_same_text() -> None:
    first, second = example(backend="python"), example(backend="python")
    assert first.forward == second.forward
    assert first.to_json() == second.to_json()
    for kind in ("value", "quick", "careful"):
        assert first.code(kind) == second.code(kind)
        assert str(first.code(kind)) == str(second.code(kind))


def test_every_gate_of_the_engine_may_be_saved() -> None:
    assert {"Add", "Dot", "Clip", "ConstantPower", "LeakyRelu", "GreaterOrEqual", "Detach"} <= set(GATES)
    assert "Gate" not in GATES


def test_a_gate_of_ones_own_cannot_be_saved_and_says_so() -> None:
    class Cube(autograd.Gate):
        def forward(self, x: Any) -> Any:
            return x * x * x

        def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
            return (3 * x * x,)

    x = Value(2.0)
    with pytest.raises(TypeError, match="pickle"):
        autograd.compile(Cube()(x), inputs=[x]).to_json()


def damaged(**changes: Any) -> str:
    return json.dumps({**json.loads(example(backend="python").to_json()), **changes})


def without(name: str) -> str:
    content = json.loads(example(backend="python").to_json())
    del content[name]
    return json.dumps(content)


WRONG = [
    ("", "no JSON"),
    ("[" * 100_000, "no JSON"),
    ("[]", "no saved program"),
    ("{}", "no saved program"),
    (damaged(version=2), "version 2"),
    (damaged(version=True), "version"),
    (without("targets"), "'targets' is missing"),
    (damaged(instructions=[["__import__", [], [0]]]), "no gate '__import__'"),
    (damaged(instructions=[["Gate", [], [0]]]), "no gate 'Gate'"),
    (damaged(instructions=[["Add", [], [0, 99]]]), "earlier registers"),
    (damaged(instructions=[["Add", [], [0, -1]]]), "earlier registers"),
    (damaged(instructions=[["Add", [], [0, 1.0]]]), "whole number"),
    (damaged(instructions=[["Add", [], [0]]]), "Add does not take 1 operands"),
    (damaged(instructions=[["Dot", [], [0, 1]]]), "Dot does not take 2 operands"),
    (damaged(instructions=[["Sum", [], []]]), "Sum does not take 0 operands"),
    (damaged(instructions=[["Clip", [1.0], [0]]]), "Clip has 1 numbers"),
    (damaged(instructions=[["Clip", ["1", 2.0], [0]]]), "number"),
    (damaged(instructions=[["Add", []]]), "an instruction"),
    (damaged(instructions={}), "no list"),
    (damaged(output=99), "outputs"),
    (damaged(output="0"), "whole number"),
    (damaged(constants=[None]), "number"),
    (damaged(constants=[True]), "number"),
    (damaged(reduction="max"), "reduction"),
    (damaged(reduction=[]), "reduction"),
    (damaged(exact=1), "exact"),
    (damaged(threads=0), "at least 1"),
    (damaged(threads="2"), "threads is no whole number"),
    (damaged(targets=[["argument", 7]]), "no argument 7"),
    (damaged(targets=[["code", 0]]), "target"),
    (damaged(parameters=[{"label": 3, "data": 1.0}]), "label"),
    (damaged(arguments=[{"name": "x", "shape": [0], "rows": True}]), "nothing in it"),
    (damaged(arguments=[{"name": "x", "shape": 2, "rows": True}]), "no list"),
    (damaged(arguments=[{"name": "x", "shape": [], "rows": True}]), "'columns' is missing"),
    (damaged(arguments=[{"name": "x", "shape": [], "rows": True, "columns": True}]), "both rows and columns"),
    (damaged(arguments=[3]), "name"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_damaged_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ProgramFormatError, match=message):
        Program.from_json(text)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProgramFormatError, match="no text"):
        Program.load(path)
