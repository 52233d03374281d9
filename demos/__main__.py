"""`python -m demos [NAME] [--out FOLDER]`: run one demo, the gallery of circuits, or all.

Without a name it is the main one, logistic regression on the breast-cancer data. Every demo prints what it shows and
writes it as a page with pictures; `all` writes index.html too, which leads to all pages, and `gallery` gallery.html.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from tqdm.auto import tqdm

from demos.handout import Entry, Handout, write_index

MAIN = "breast_cancer"
INDEX = "index.html"
GALLERY = ("gates_and_dualities", "worked_graphs")
DEMOS = (
    *GALLERY,
    "logistic_neuron",
    "sentiment",
    "cross_entropy",
    "margin_losses",
    "two_layers",
    "least_squares",
    "learning_rates",
    "batch_sizes",
    "brute_force",
    "vectorised",
    "starting_points",
    "small_networks",
    "early_stopping",
    MAIN,
    "handwritten_digits",
    "cat_or_not",
)
"""In the order of the lectures. Each is a file with a docstring, which opens its handout, and `run(handout)`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m demos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", choices=[*DEMOS, "gallery", "all"], default=MAIN)
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="FOLDER", help="where pages and pictures go")
    options = parser.parse_args(arguments)
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"{options.out} is a file: --out takes a folder")
    options.out.mkdir(parents=True, exist_ok=True)
    match options.name:
        case "all":
            title = "gatewise: neurons, losses, gradient descent and backpropagation"
            page = _run_all(title, DEMOS, options.out, INDEX)
        case "gallery":
            page = _run_all("gatewise: circuits, forwards and backwards", GALLERY, options.out, "gallery.html")
        case name:
            page = options.out / run(name, options.out, index="").page
    print(f"wrote {page}")
    return 0


def run(name: str, out: Path, index: str) -> Entry:
    """Run one demo and write its page, with a link to the index of all pages, if the folder has it, or else to this."""
    demo = import_module(f"demos.{name}")
    handout = Handout(out, name, demo.__doc__ or name)
    demo.run(handout)
    return handout.write(INDEX if (out / INDEX).exists() else index)


def _run_all(title: str, names: Iterable[str], out: Path, index: str) -> Path:
    bar = tqdm(names, unit="demo", disable=None)
    entries = []
    for name in bar:
        bar.set_description(name)
        entries.append(run(name, out, index))
    return write_index(out, index, title, entries)


if __name__ == "__main__":
    sys.exit(main())
