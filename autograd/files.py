"""Writing files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path


def write(path: str | os.PathLike[str], content: bytes) -> str:
    """Write the content to a file, by way of a new file beside it, and return the path.

    The file appears whole or not at all; one that was there before is replaced at once or stays, and keeps its
    permissions. A link stays a link: what it leads to is written. A device or a pipe is written to.

    Raises:
        FileNotFoundError: the folder does not exist.
    """
    given = Path(path)
    if given.exists() and not (given.is_file() or given.is_dir()):
        given.write_bytes(content)
    else:
        _replace(Path(os.path.realpath(given)), content)
    return os.fspath(path)


def _replace(target: Path, content: bytes) -> None:
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {os.fspath(target.parent)!r}: make it first")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(content)
        if target.is_file():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
