"""Compiles the engine when a wheel is built: the files of COMPILED, by mypyc. Everything else is in pyproject.toml.

Where that cannot be done, for want of a C compiler or for another reason, the wheel is plain Python and works the same.
GATEWISE_PURE=1 in the environment asks for plain Python; GATEWISE_COMPILED=1 makes what goes wrong an error.
An editable install is never compiled: its files are there to be changed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

COMPILED = ["conversion", "functions", "gates", "graph", "modes", "operations", "value"]
NAMES = ["gatewise__mypyc", *(f"autograd.{name}" for name in COMPILED)]  # the first holds the code of all others
SIGNATURE = (  # how the documentation of a function, a method or a class begins in C
    r'(?:CPyPy_(?P<function>\w+),\s+METH_[A-Z_| ]+, |\.tp_doc = (?=PyDoc_STR\("(?P<type>\w+)))PyDoc_STR\(".*?--\\n\\n'
)
GETTER = r"(\(getter\)(?P<getter>\w+),[^}]*?)NULL(?=, NULL\})"  # and where that of a property goes
HEADER = str(Path(__file__).parent / "autograd" / "compiled.h")


def asked(variable: str) -> bool:
    """Whether the environment asks for something, as NAME=1 does."""
    return os.environ.get(variable, "") not in ("", "0")


def compilations(folder: str) -> dict[str, Extension]:
    """What mypyc makes of the engine, by name: C sources, in the folder, and how to compile them."""
    from mypyc.build import mypycify

    options = ["--config-file=", "--cache-dir=" + os.devnull, "--no-site-packages"]
    options += ["--follow-imports=silent", "--ignore-missing-imports"]
    files = [f"autograd/{name}.py" for name in COMPILED]
    made = mypycify([*options, *files], opt_level="3", debug_level="0", target_dir=folder, group_name="gatewise")
    for source in {source for extension in made for source in extension.sources}:
        add_docstrings(Path(source))
    return {extension.name: extension for extension in made}


def add_docstrings(source: Path) -> None:
    """Let C code of mypyc say what the Python code says of itself, for `help` and doctest: mypyc leaves that out."""
    from mypyc.codegen.cstring import c_string_initializer

    known = (named for file in COMPILED for named in docstrings(file))
    texts = {name: c_string_initializer(text.encode()) for name, text in known if text}
    code = source.read_text(encoding="utf-8")
    code = re.sub(SIGNATURE, lambda found: found[0] + texts.get(found["function"] or found["type"], '""')[1:-1], code)
    code = re.sub(GETTER, lambda found: found[1] + texts.get(found["getter"], "NULL"), code)
    source.write_text(code, encoding="utf-8")


def docstrings(file: str) -> Iterator[tuple[str, str | None]]:
    """The docstrings of a file's classes, functions, methods and properties, with the names that these have in C."""
    for part in ast.parse(Path("autograd", f"{file}.py").read_text(encoding="utf-8")).body:
        if isinstance(part, ast.FunctionDef):
            yield f"{file}___{part.name}", ast.get_docstring(part)
        elif isinstance(part, ast.ClassDef):
            yield part.name, ast.get_docstring(part)
            for member in part.body:
                if isinstance(member, ast.FunctionDef):
                    yield f"{file}___{part.name}___{member.name}", ast.get_docstring(member)
                    yield f"{file}___{part.name}_get_{member.name}", ast.get_docstring(member)


class BuildEngine(build_ext):
    """All of the engine or nothing of it: half of it could not be imported."""

    def run(self) -> None:
        if self.editable_mode:
            self.leave_out()
            return
        try:
            made = compilations(self.build_temp)
            for extension in self.extensions:
                vars(extension).update(vars(made[extension.name]))
            super().run()
        except (Exception, SystemExit) as problem:  # mypyc exits where it does not understand something
            if asked("GATEWISE_COMPILED"):
                raise
            self.leave_out()
            reason = shorten(f"{type(problem).__name__}: {problem}", 80)
            print(f"gatewise is built as plain Python, which works the same (not compiled: {reason})")

    def build_extensions(self) -> None:
        """Include the header in front of everything, however this compiler says that."""
        flags = ["-include", HEADER, "-fno-semantic-interposition", "-fvisibility=hidden"]
        for extension in self.extensions:
            own = ["/FI" + HEADER] if self.compiler.compiler_type == "msvc" else flags
            extension.extra_compile_args = [*extension.extra_compile_args, *own]
        super().build_extensions()

    def leave_out(self) -> None:
        for file in self.get_outputs():
            Path(file).unlink(missing_ok=True)
        self.extensions = self.distribution.ext_modules = []


class Wheel(bdist_wheel):
    """A wheel whose name says what was built: for this platform, or plain Python for all."""

    def run(self) -> None:
        self.run_command("build")
        self.skip_build = True
        self.root_is_pure = not self.distribution.has_ext_modules()
        super().run()


setup(
    cmdclass={"build_ext": BuildEngine, "bdist_wheel": Wheel},
    ext_modules=[] if asked("GATEWISE_PURE") else [Extension(name, []) for name in NAMES],
)
