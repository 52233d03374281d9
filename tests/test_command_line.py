"""`python -m autograd`: what it prints, and that no text from outside is ever evaluated."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.__main__ import main
from autograd.expression import ExpressionError, parse


def run(capsys, *words: str) -> tuple[int, str, str]:
    try:
        status = main(words)
    except SystemExit as stop:
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_it_prints_every_value_and_gradient(capsys):
    status, out, _ = run(capsys, "c*(a + 2*b)", "a=3", "b=1", "c=-2")
    rows = {line.split()[0]: line.split("  ") for line in out.splitlines()[3:]}
    figures = {name: [cell.strip() for cell in cells if cell.strip()][2:] for name, cells in rows.items()}
    assert status == 0
    assert figures == {
        "c": ["-2.0", "5.0", "1 × 5"],
        "a": ["3.0", "-2.0", "−2 × 1"],
        "b": ["1.0", "-4.0", "−2 × 2"],
        "v1": ["2.0", "-2.0", "−2 × 1"],
        "v2": ["5.0", "-2.0", "1 × (−2)"],
        "v3": ["-10.0", "1.0", "seed"],
    }


def test_numbers_are_written_to_the_last_digit(capsys):
    _, out, _ = run(capsys, "a/3", "a=1")
    assert "0.3333333333333333" in out.splitlines()[-1]


def test_draw_writes_the_picture(capsys, tmp_path):
    status, out, _ = run(capsys, "a*b", "a=3", "b=2", "--draw", str(tmp_path / "p.dot"))
    assert status == 0
    assert "p.dot" in out
    assert (tmp_path / "p.dot").read_text(encoding="utf-8").startswith("digraph")


def test_draw_refuses_a_format_it_does_not_know(capsys, tmp_path):
    status, _, error = run(capsys, "a*b", "a=3", "b=2", "--draw", str(tmp_path / "p.xyz"))
    assert status != 0
    assert len(error.splitlines()) == 1
    assert not list(tmp_path.iterdir())


REFUSED = [
    (["__import__('os').system('touch owned')"], "not allowed"),
    (["__import__('os')"], "no function '__import__'"),
    (["a.real", "a=1"], "not allowed"),
    (["a[0]", "a=1"], "not allowed"),
    (["[1, 2]"], "not allowed"),
    (["'text'"], "not allowed"),
    (["1j"], "not allowed"),
    (["True"], "not allowed"),
    (["(lambda: 1)()"], "not allowed"),
    (["a if a else 1", "a=1"], "not allowed"),
    (["a and a", "a=1"], "not allowed"),
    (["exp(x=1)"], "not allowed"),
    (["exp(*a)", "a=1"], "not allowed"),
    (["a // 2", "a=1"], "not allowed"),
    (["1 < a < 3", "a=2"], "not allowed"),
    (["a := 3"], "no expression"),
    (["import os"], "no expression"),
    ([""], "no expression"),
    ([], "no expression"),
    (["a^2", "a=1"], "a**2"),
    (["x +"], "no expression"),
    (["a\0b"], "no expression"),
    (["("] * 1, "no expression"),
    (["(" * 300 + "a" + ")" * 300, "a=1"], "no expression"),
    (["2**" * 3000 + "2"], "no expression"),
    (["lambda:" * 1000 + "1"], "not allowed"),
    (["a" + ".b" * 1000, "a=1"], "not allowed"),
    (["1" * 5000], "no expression"),
    (["1" * 400 + " * a", "a=1"], "beyond 1.8e308"),
    (["+".join(["a"] * 100_000), "a=1"], "at most 10,000"),
    (["a" + "+a" * 900, "a=1"], "at most 1,000"),
    (["-" * 9000 + "a", "a=1"], "nested too deeply"),
    (["-" * 1500 + "a", "a=1"], "at most 1,000"),
    (["9**9**9"], "-1000 to 1000"),
    (["a**5000", "a=1"], "-1000 to 1000"),
    (["a**b", "a=1", "b=1e9"], "-1000 to 1000"),
    (["foo(a)", "a=1"], "there are exp"),
    (["exp()"], "takes 1 argument"),
    (["hypot(1)"], "takes 2 arguments"),
    (["a > 0", "a=1"], "where("),
    (["(a > 0) + 1", "a=1"], "where("),
    (["clip(a, 1, -1)", "a=1"], "low <= high"),
    (["clip(a, a, 1)", "a=1"], "plain numbers"),
    (["a + b", "a=1"], "write b=1.5"),
    (["a", "a=1", "b=2"], "takes only a"),
    (["1", "b=2"], "takes no inputs"),
    (["a", "a=1", "a=2"], "given twice"),
    (["a", "a=x"], "no number"),
    (["a", "a"], "NAME=NUMBER"),
    (["a", "1=2"], "NAME=NUMBER"),
]


def test_draw_says_which_folder_is_missing(capsys, tmp_path):
    status, out, error = run(capsys, "a*b", "a=3", "--draw", str(tmp_path / "none" / "p.svg"), "b=2")
    assert (status, out) == (2, "")
    assert f"no folder {str(tmp_path / 'none')!r}" in error


@pytest.mark.parametrize(("words", "advice"), REFUSED, ids=lambda x: str(x)[:40])
def test_anything_else_is_refused_in_one_line(capsys, tmp_path, monkeypatch, words, advice):
    monkeypatch.chdir(tmp_path)
    status, out, error = run(capsys, *words)
    assert (status, out, len(error.splitlines())) == (2, "", 1)
    assert advice in error
    assert not list(tmp_path.iterdir())


@given(st.text(alphabet="ab01.+-*/()<> ,expmaxwhere_[]{}'\"=:", max_size=40))
def test_any_text_gives_a_value_or_an_expression_error(text):
    try:
        result = parse(text, {})
    except ExpressionError as error:
        result = str(error)
    assert isinstance(result, autograd.Value) or len(result.splitlines()) == 1


def test_a_name_is_the_same_value_wherever_it_stands():
    y = parse("x*x + x", {"x": 3.0})
    y.backward()
    (x,) = {node for node in autograd.topological_order(y) if node.label == "x"}
    assert x.grad == 7.0


def test_an_input_may_have_the_name_of_a_constant():
    assert parse("pi + e", {"e": 1.0}).data == math.pi + 1.0


def test_where_takes_a_comparison():
    assert parse("where(x > 0, log(x), 0)", {"x": -1.0}).data == 0.0
    assert parse("where(x <= 0, 5, x)", {"x": -1.0}).data == 5.0
