"""Everything that README.md shows is run, and prints what README.md says."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import autograd
from autograd import Value

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
CONSOLE = [line for kind, text in BLOCKS if kind == "console" for line in re.split(r"^\$ ", text, flags=re.M) if line]


def test_python_examples_print_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    for (kind, text), (following, expected) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        if kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(text, namespace)
            wanted = expected if following == "text" else ""
            assert doctest.OutputChecker().check_output(wanted, printed.getvalue(), doctest.ELLIPSIS), (
                printed.getvalue()
            )
    assert (tmp_path / "L.svg").exists()


@pytest.mark.parametrize("example", [line for line in CONSOLE if line.startswith("python -m ")])
def test_commands_print_what_is_shown(example, tmp_path):
    command, _, expected = example.partition("\n")
    words = shlex.split(command)[1:] + (["--out", str(tmp_path)] if "demos" in command else [])
    run = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (run.stdout + run.stderr).startswith(expected)


def test_other_commands_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for command in (line.split() for line in CONSOLE if not line.startswith("python ")):
        match command:
            case ["make", target]:
                assert re.search(rf"^{target}:", makefile, re.MULTILINE)
            case ["pip", "install", requirement]:
                assert requirement.strip('".[]') in extras
            case _:
                pytest.fail(f"README shows a command that nothing checks: {command}")


@pytest.mark.parametrize(("picture", "mode"), [("expression.svg", "both"), ("expression_backward.svg", "backward")])
def test_pictures_show_the_first_example(picture, mode):
    a, b, c = Value(3, label="a"), Value(1, label="b"), Value(-2, label="c")
    L = c * (a + 2 * b)
    L.label = "L"
    L.backward()
    shown, fresh = (
        {"".join(text.itertext()) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
        for svg in ((ROOT / "demos" / picture).read_bytes(), autograd.draw(L, mode=mode).pipe("svg"))
    )
    assert f"(demos/{picture})" in README
    assert shown == fresh


def test_table_of_files_names_files_that_exist():
    rooms = README.partition("## Where things are")[2]
    for name in re.findall(r"`([\w/]+(?:\.py|/))`", rooms):
        assert any((folder / name).exists() for folder in (ROOT, *Path(autograd.__file__).parents[:2])), name
