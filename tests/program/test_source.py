"""Codes as C and JavaScript give what the engine gives, and their text holds nothing from outside."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, gates
from autograd.program.in_c import c_source
from autograd.program.in_javascript import javascript_source
from autograd.program.instructions import Code, Instruction
from tests.engine.closeness import same_number
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs
from tests.program.foreign import Case, run_c, run_javascript
from tests.program.test_agreement import BATCHES, agrees, compiled, engine, shape_of

ARITHMETIC = [x for x in (*RATIONAL, *SMOOTH) if x.name in ("+", "-", "*", "neg", "square", "/")]
"""What is rounded correctly everywhere; powers are the library's."""
LANGUAGES: dict[str, Callable[[Sequence[Case], Path], Any]] = {"C": run_c, "JavaScript": run_javascript}
several = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is a run of a compiler: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=sorted(LANGUAGES))
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Sequence[Case]], Any]:
    return lambda cases: LANGUAGES[request.param](cases, tmp_path)


def case_of(call: Callable[..., Any], points: Sequence[Sequence[float]], kind: str) -> Case:
    """Value and gradients at several points, a row each."""
    program = compiled(call, len(points[0]), True, backend="python", exact=True)
    return Case(program.code(kind), list(zip(*points, strict=True)), count=len(points))


def as_rows(outputs: Sequence[Any], count: int) -> list[tuple[float, ...]]:
    """The outputs row by row."""
    columns = [x if isinstance(x, list) else [x] * count for x in outputs]
    return list(zip(*columns, strict=True))


def expected_at(call: Callable[..., Any], point: Sequence[float]) -> tuple[float, ...]:
    value, gradient = engine(call, point)
    return (value, *gradient)


def test_the_gate_table(run: Callable[[Sequence[Case]], Any]) -> None:
    """The careful code everywhere; the quick one wherever all that it gives is finite."""
    kinds = ("careful", "quick")
    batches = [(rows[0].call, [row.inputs for row in rows], kind) for rows in BATCHES for kind in kinds]
    results = run([case_of(*batch) for batch in batches])
    for (call, points, kind), outputs in zip(batches, results, strict=True):
        for point, row in zip(points, as_rows(outputs, len(points)), strict=True):
            if kind == "careful" or all(map(math.isfinite, row)):
                for actual, number in zip(row, expected_at(call, point), strict=True):
                    assert agrees(actual, number, exact=False), (call, point, kind, row)


@several
@given(found=st.lists(st.tuples(programs(RATIONAL, PIECEWISE, SMOOTH), st.data()), min_size=20, max_size=30))
def test_random_programs(run: Callable[[Sequence[Case]], Any], found: list[tuple[Program, st.DataObject]]) -> None:
    calls = [(shape_of(program), program.inputs) for program, _ in found]
    results = run([case_of(call, [inputs], "careful") for call, inputs in calls])
    for (call, inputs), (program, _), outputs in zip(calls, found, results, strict=True):
        values = program.run(program.inputs)
        sizes = [max(map(abs, values)), *program.differentiate(values, size=abs)[: len(inputs)]]
        (row,) = as_rows(outputs, 1)
        for actual, number, size in zip(row, expected_at(call, inputs), sizes, strict=True):
            assert same_number(actual, number) or abs(actual - number) <= 1e-11 * max(size, 1.0), (inputs, row)


@several
@given(found=st.lists(programs(ARITHMETIC), min_size=20, max_size=30))
def test_arithmetic_is_the_engines_to_the_bit(run: Callable[[Sequence[Case]], Any], found: list[Program]) -> None:
    calls = [(shape_of(program), program.inputs) for program in found]
    results = run([case_of(call, [inputs], "careful") for call, inputs in calls])
    for (call, inputs), outputs in zip(calls, results, strict=True):
        assert all(map(same_number, as_rows(outputs, 1)[0], expected_at(call, inputs))), inputs


def test_sums_over_rows_and_loops(run: Callable[[Sequence[Case]], Any], tmp_path: Path) -> None:
    """Logistic regression with 300 features: its adder and its gradients are loops."""
    generator = np.random.default_rng(1)
    X, w, y = generator.normal(size=(7, 300)), generator.normal(size=300) / 20.0, generator.choice([-1.0, 1.0], 7)

    @autograd.compile(rows=("x", "y"), gradient=("w", "b"), reduction="sum", backend="numpy")
    def loss(w: Any, b: Any, x: Any, y: Any) -> Any:
        return autograd.softplus(-y * autograd.dot(w, x, b)) + 0.5 * autograd.dot(w, w)

    value, (gradient, bias) = loss.value_and_grad(w, 0.25, X, y)
    code = loss.program(w, 0.25, X, y).code("quick")
    case = Case(code, [*X.T.tolist(), y.tolist()], [*w.tolist(), 0.25], count=7)
    for (outputs,) in (run([case]), run_c([case], tmp_path, exact=False)):
        assert outputs == pytest.approx([value, *gradient, bias], rel=1e-12, abs=1e-13)
    for text in (javascript_source(code), c_source(code), c_source(code, exact=True)):
        assert len(text) < 12_000


def test_long_codes_are_several_functions(run: Callable[[Sequence[Case]], Any]) -> None:
    """x ← x·h + h, 4,000 times: no two instructions are alike."""
    instructions = []
    x = 0
    for i in range(4000):
        instructions += [Instruction(gates.MULTIPLY, (x, 1)), Instruction(gates.ADD, (2 + 2 * i, 1))]
        x = 3 + 2 * i
    code = Code((True,), 1, (), tuple(instructions), (x,), (True,))
    assert "f_rows3(" in c_source(code, "f")
    assert "f_rows3(" in javascript_source(code, "f")
    (outputs,) = run([Case(code, [[1.0, 2.0]], parameters=[0.5], count=2)])
    assert outputs == [2.0]  # the limit h / (1 - h) = 1, of either row


def test_several_rows_and_outputs_of_every_kind(run: Callable[[Sequence[Case]], Any]) -> None:
    code = Code(
        (True, False),
        1,
        (math.inf, -0.0, math.nan),
        (Instruction(gates.MULTIPLY, (0, 2)), Instruction(gates.ADD, (1, 2))),
        (0, 1, 2, 3, 4, 5, 6, 6, 7, 7),
        (False, False, True, False, False, False, False, True, False, True),
    )
    (outputs,) = run([Case(code, [[1.0, 2.0, 4.0]], [3.0], [0.5], 3)])
    expected = [[1.0, 2.0, 4.0], 3.0, 1.5, math.inf, -0.0, math.nan, [0.5, 1.0, 2.0], 3.5, 3.5, 10.5]
    assert repr(outputs) == repr(expected)


@pytest.mark.parametrize("source", [c_source, javascript_source])
@pytest.mark.parametrize("name", ["", "1st", "a-b", "x; evil()", "return", "naïve", "for", "rows"])
def test_the_name_must_be_an_identifier(source: Callable[..., str], name: str) -> None:
    code = Code((False,), 0, (), (), (0,), (False,))
    with pytest.raises(ValueError, match="cannot be the name of a function"):
        source(code, name)


@pytest.mark.parametrize("source", [c_source, javascript_source])
def test_labels_do_not_reach_the_text(source: Callable[..., str]) -> None:
    x, w = Value(1.0, label="*/ evil"), Value(2.0, label="// evil`")
    text = source(autograd.compile(autograd.sigmoid(w * x), inputs=[x], gradient=[w]).code("quick"))
    assert "evil" not in text
    assert re.search(r"r\d+ = ", text)


def test_programs_print_their_codes() -> None:
    x = Value(1.0)
    program = autograd.compile(autograd.sigmoid(x) * x, inputs=[x], backend="python")
    assert program.c_source("value", "f") == c_source(program.code("value"), "f")
    assert program.javascript_source(name="g") == javascript_source(program.code("quick"), "g")


def test_a_compiled_function_gives_the_source_of_the_program_that_it_has_become() -> None:
    f = autograd.compile(lambda w, x: (autograd.dot(w, x)).exp())
    program = f.program([1.0], [2.0])
    assert f.c_source("value", "f") == program.c_source("value", "f")
    assert f.javascript_source(name="g") == program.javascript_source(name="g")
    f([1.0, 2.0], [3.0, 4.0])
    with pytest.raises(ValueError, match=r"2 shapes of arguments: write f.program\(w, x\).javascript_source\(\)"):
        f.javascript_source()


@pytest.mark.parametrize("source", [c_source, javascript_source])
def test_gates_that_cannot_be_followed_are_refused(source: Callable[..., str]) -> None:
    class Gamma(gates.Gate):
        def forward(self, x: float) -> float:
            return math.gamma(x)

        def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
            return (out,)

    code = Code((True,), 0, (), (Instruction(Gamma(), (0,)),), (1,), (False,))
    with pytest.raises(TypeError, match="Gamma computes floats in Python only"):
        source(code)
