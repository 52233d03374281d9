"""What is built and installed: the engine compiled or all of it plain, every package, and the files beside the code."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from pathlib import Path

import pytest

import autograd
import nn

ROOT = Path(__file__).parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
HOMES = {package.__name__: Path(package.__file__).parent for package in (autograd, nn)}


def engine() -> set[str]:
    """The modules that setup.py compiles."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    lists = {ast.unparse(x.targets[0]): x.value for x in ast.walk(tree) if isinstance(x, ast.Assign)}
    return {f"autograd.{name}" for name in ast.literal_eval(lists["COMPILED"])}


def test_the_engine_is_compiled_as_a_whole_and_nothing_else_is() -> None:
    names = [module.name for module in pkgutil.walk_packages(autograd.__path__, "autograd.")]
    files = {name: importlib.import_module(name).__file__ or "" for name in names if name != "autograd.__main__"}
    compiled = {name for name, file in files.items() if not file.endswith(".py")}
    assert engine() <= set(files)
    assert compiled == (engine() if autograd.compiled else set())


def test_sources_of_compiled_modules_are_installed_too() -> None:
    for name in engine():
        assert (HOMES["autograd"].parent / name.replace(".", "/")).with_suffix(".py").exists(), name


@pytest.mark.parametrize("name", [name for name in autograd.__all__ if name != "compiled"])
def test_what_is_public_says_what_it_is(name: str) -> None:
    assert getattr(autograd, name).__doc__


@pytest.mark.parametrize("name", ["data", "grad", "label", "inputs", "local_gradients", "backward"])
def test_members_of_a_value_say_what_they_are(name: str) -> None:
    assert getattr(autograd.Value, name).__doc__


@pytest.mark.parametrize("package", HOMES)
def test_files_beside_the_code_are_installed(package: str) -> None:
    declared = set(SETUPTOOLS["package-data"][package])
    found = {str(path.relative_to(HOMES[package])) for path in HOMES[package].rglob("*.*") if is_data(path)}
    assert "py.typed" in declared
    assert found - {"compiled.h"} == declared


def is_data(path: Path) -> bool:
    return path.suffix not in (".py", ".pyc", ".so", ".pyd")


def test_every_package_is_installed() -> None:
    found = {
        ".".join((name, *path.parent.relative_to(home).parts))
        for name, home in HOMES.items()
        for path in home.rglob("__init__.py")
    }
    assert found == set(SETUPTOOLS["packages"])
