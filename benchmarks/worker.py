"""One measurement in a process of its own: started by `measuring.run` by the path of this file, with a request in JSON.

The request says which of gatewise's engines is meant. An installed gatewise may be compiled; its sources stand beside
the extension modules. So both engines are measured from one installation:

- "compiled": what Python imports by itself, which must be compiled;
- "plain": the sources alone, whatever stands beside them;
- "installed": what Python imports by itself.

The clone that this file stands in comes last on the path of modules, so that what is installed is found before it.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOW_TO_COMPILE = 'gatewise is not compiled here: pip install ".[peers]", which is not editable'


class SourcesOnly(MetaPathFinder):
    """Finds gatewise's packages in .py files, never in extension modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As importlib asks for it; None for the modules of others."""
        if fullname.partition(".")[0] not in ("autograd", "nn"):
            return None
        finders = (FileFinder(folder or ".", (SourceFileLoader, SOURCE_SUFFIXES)) for folder in path or sys.path)
        return next((spec for finder in finders if (spec := finder.find_spec(fullname)) and spec.loader), None)


def main(request: str) -> None:
    """Print the answer, as JSON."""
    asked = json.loads(request)
    sys.path[:] = [*(folder for folder in sys.path if Path(folder).resolve() != ROOT), str(ROOT)]
    if asked["gatewise"] == "plain":
        sys.meta_path.insert(0, SourcesOnly())
    print(json.dumps(_answer(asked)))


def _answer(asked: dict[str, Any]) -> Any:
    from benchmarks.measuring import MissingError

    try:
        _check_engine(asked["gatewise"])
        measure = import_module(f"benchmarks.{asked['module']}").measure
        if asked["collector"] == "off":
            gc.disable()
        return with_deep_stack(lambda: measure(**asked["arguments"]))
    except MissingError as missing:
        return {"left out": str(missing)}
    except ModuleNotFoundError as error:
        return {"left out": f"not installed: pip install {str(error.name).partition('.')[0]}"}


def _check_engine(wanted: str) -> None:
    """Whether the engine that is asked for is the one that is there."""
    if wanted == "installed":
        return
    import autograd
    from benchmarks.measuring import MissingError

    if wanted == "compiled" and not autograd.compiled:
        raise MissingError(HOW_TO_COMPILE)
    if wanted == "plain" and autograd.compiled:
        raise RuntimeError("the plain engine was asked for, and autograd.compiled is true")


def with_deep_stack(run: Callable[[], Any]) -> Any:
    """Run in a thread with a stack for engines that recurse over the graph."""
    sys.setrecursionlimit(10_000_000)
    before = threading.stack_size(1 << 29)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(run).result()
    finally:
        threading.stack_size(before)


if __name__ == "__main__":
    main(*sys.argv[1:])
