"""State as a file: numbers by name, in JSON, to the bit. Nothing in a file is ever run."""

from __future__ import annotations

import json
import math
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self, TypeAlias

from autograd import files
from autograd.conversion import to_float
from nn.wording import shown

State: TypeAlias = dict[str, float]
"""Numbers by name, as `state_dict()` gives them."""

FORMAT = "gatewise state"
VERSION = 1


class Stateful(ABC):
    """Something whose state is numbers by name: a model, an optimizer."""

    @abstractmethod
    def state_dict(self) -> State:
        """The state: a number by each name."""

    @abstractmethod
    def load_state_dict(self, state: State) -> Self:
        """Take over a state that `state_dict()` gave; returns the object itself."""

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the state to a file as JSON and return the path. The file appears whole or not at all.

        Raises:
            FileNotFoundError: the folder does not exist.
        """
        numbers = {name: number if math.isfinite(number) else str(number) for name, number in self.state_dict().items()}
        content = {"format": FORMAT, "version": VERSION, "of": type(self).__name__, "state": numbers}
        return files.write(path, json.dumps(content, indent=1, allow_nan=False).encode() + b"\n")

    def load(self, path: str | os.PathLike[str]) -> Self:
        """Take over the state in a file that `save` wrote; returns the object itself. If it fails, nothing has changed.

        Raises:
            ValueError: the file is no saved state, or its names are others than those here; the message lists them.
            OSError: the file cannot be read.
        """
        try:
            return self.load_state_dict(_read(path))
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"{os.fspath(path)!r} cannot be loaded: {error}") from None


def numbers_of(state: Any, names: list[str], owner: str) -> list[float]:
    """The numbers of a state in the order of the names, after making sure that it has those names and no others.

    >>> numbers_of({"b": 2.0, "a": 1.0}, ["a", "b"], "a model")
    [1.0, 2.0]

    Raises:
        TypeError: the state is no dict, or what stands by a name is no number.
        ValueError: names are missing, or are there that should not be.
    """
    if not isinstance(state, dict):
        raise TypeError(f"a state is a dict of numbers by name, as state_dict() gives, not {type(state).__name__!r}")
    missing = [name for name in names if name not in state]
    unexpected = [name for name in state if name not in set(names)]
    if missing or unexpected:
        differences = _listed("lacks", missing) + _listed("has unexpected", unexpected)
        raise ValueError(f"the state does not fit {owner}: it {' and '.join(differences)}")
    return [to_float(state[name], f"the state's {name}", "must be") for name in names]


def _listed(what: str, names: list[Any]) -> list[str]:
    """Up to three of the names; none of none."""
    text = ", ".join(str(name) if str(name).isprintable() else ascii(name) for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return [f"{what} {text}{more}"] if names else []


def _read(path: str | os.PathLike[str]) -> State:
    written = Path(path).read_bytes()
    try:
        content = json.loads(written, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON, or only a part of one") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("it is JSON, but not what save() writes")
    version = content.get("version")
    if version != VERSION or isinstance(version, bool):
        raise ValueError(f"it is of version {shown(version)}, and this release reads version {VERSION}")
    state = content.get("state")
    if not isinstance(state, dict):
        raise ValueError("its state is no object of numbers, each by a name of its own")
    return {name: _number(written) for name, written in state.items()}


def _object(pairs: list[tuple[str, Any]]) -> Any:
    """A dict; of an object that has a name twice, whose meaning is anybody's guess, the pairs as they are."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else pairs


def _number(written: Any) -> Any:
    return _NON_FINITE.get(written, written) if isinstance(written, str) else written


_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
