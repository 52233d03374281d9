"""`python -m demos [NAME] [--out FOLDER]`: run a demo; by default logistic regression on the breast-cancer data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from demos import breast_cancer

DEMOS: dict[str, Callable[[Path], None]] = {
    "breast_cancer": breast_cancer.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one demo; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(DEMOS), default="breast_cancer")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="FOLDER", help="where pictures go")
    options = parser.parse_args(arguments)
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"{options.out} is a file: --out takes a folder")
    options.out.mkdir(parents=True, exist_ok=True)
    DEMOS[options.name](options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
