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
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {os.fspath(Path(path).parent)!r}: make it first")
    if target.exists() and not (target.is_file() or target.is_dir()):
        target.write_bytes(content)
    else:
        _replace(target, content)
    return os.fspath(path)


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(content)
        if target.is_file():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
