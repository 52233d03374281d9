"""Programs under unusual use: recorded at an odd moment, given odd options, loaded from odd files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Program, Value
from autograd.program.saving import ProgramFormatError


def test_a_program_has_its_gradient_if_its_first_call_is_inside_of_no_grad(backend: str) -> None:
    f = autograd.compile(lambda x: x * x, backend=backend)
    with autograd.no_grad():
        assert f(3.0) == 9.0
        assert f.value_and_grad(3.0) == (9.0, 6.0)
    assert f.value_and_grad(3.0) == (9.0, 6.0)


def test_a_computed_value_is_no_parameter() -> None:
    w = Value(2.0, label="w")
    scaled = w * 3.0
    with pytest.raises(ValueError, match="was computed: a gradient is one of arguments, or of parameters"):
        autograd.compile(lambda x: scaled * x, gradient=[scaled])
    with pytest.raises(ValueError, match="was computed"):
        autograd.compile(scaled * 5.0, inputs=[w], gradient=scaled)
    assert autograd.compile(scaled * 5.0, inputs=[scaled], gradient=scaled).grad(1.0) == 5.0


@pytest.mark.parametrize("options", [{"rows": None}, {"rows": 1.0}, {"columns": 1.5}, {"gradient": 1.5}])
def test_what_names_no_argument_says_which_there_are(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no argument: there are x, y"):
        autograd.compile(lambda x, y: x * y, **options)


@pytest.mark.parametrize("empty", [[], np.zeros(0), np.zeros((2, 0))])
def test_an_empty_argument_is_refused_as_a_list_and_as_an_array(empty: Any) -> None:
    with pytest.raises(ValueError, match=r"^xs is empty: give at least one number$"):
        autograd.compile(lambda xs: 1.0, backend="python")(empty)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            {"arguments": [{"name": "x", "shape": [10**6, 10**6], "rows": False, "columns": False}]},
            "more than 10,000,000 inputs",
        ),
        ({"targets": []}, "single goes with one target, not 0"),
    ],
)
def test_a_file_that_asks_for_the_impossible_is_refused(damage: dict[str, Any], message: str) -> None:
    content = json.loads(autograd.compile(lambda x: x * x, backend="python").program(1.0).to_json())
    with pytest.raises(ProgramFormatError, match=message):
        Program.from_json(json.dumps({**content, **damage}))


def test_a_compiled_function_may_be_differentiated_and_be_part_of_another():
    cube = autograd.compile(lambda x: x * x * x)
    assert cube(2.0) == 8.0
    assert autograd.grad(cube)(2.0) == 12.0
    assert autograd.grad(autograd.grad(cube))(2.0) == 12.0
    assert autograd.compile(lambda x: cube(x) + x).value_and_grad(2.0) == (10.0, 13.0)
    assert autograd.compile(cube).value_and_grad(2.0) == (8.0, 12.0)
    x = Value(2.0)
    cube(x).backward()
    assert x.grad == 12.0
    length = autograd.compile(lambda p: autograd.hypot(p[0], p[1]))
    assert autograd.grad(length)([3.0, 4.0]) == [0.6, 0.8]


def test_a_value_for_an_argument_with_rows_is_refused():
    total = autograd.compile(lambda x: x * x, rows="x", reduction="sum")
    with pytest.raises(TypeError, match="Value"):
        total([Value(1.0), Value(2.0)])


def test_a_method_is_compiled_bound():
    class Model:
        def cost(self, x):
            return x * x

    with pytest.raises(TypeError, match=r"compile the bound method, as in autograd.compile\(model.loss\)"):
        autograd.compile(Model.cost)
    assert autograd.compile(Model().cost).value_and_grad(3.0) == (9.0, 6.0)
