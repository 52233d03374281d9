"""The command line: `python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2` prints every value and every gradient."""

from __future__ import annotations

import argparse
import io
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from autograd.drawing import EngineError, draw
from autograd.drawing.circuit import trace
from autograd.drawing.text import text_drawing
from autograd.expression import ExpressionError, parse
from autograd.value import Value


class _Parser(argparse.ArgumentParser):
    """Errors in one line, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status: 0, or 2 if something was wrong with what was asked."""
    parser = _parser()
    words = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_intermixed_args([_shielded(word) for word in words])
    expression, *inputs = [word.strip() for word in options.words] or [""]
    try:
        root = parse(expression, _inputs(inputs))
    except ExpressionError as error:
        parser.error(str(error))
    root.backward()
    written = _draw(root, options.draw.strip(), parser) if options.draw is not None else ""
    print(text_drawing(trace(root, limit=None), f"{expression} = {root.data!r}", number=repr) + written)
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m autograd",
        description="Evaluate an expression and print the value and the gradient of everything in it.",
        epilog='example: python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2 --draw L.svg',
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="EXPRESSION NAME=NUMBER",
        help="an expression such as 'sigmoid(w*x + b)' of numbers, names, + - * / ** and functions; then a value for "
        "each of its names",
    )
    parser.add_argument("--draw", metavar="FILE", help="write the picture of the graph: .svg, .png, .pdf, .dot or .txt")
    return parser


def _shielded(word: str) -> str:
    """An expression may begin with minus signs; argparse takes a word with a space in it for no option."""
    is_option = word.partition("=")[0] in ("--", "-h", "--help", "--draw")
    return f" {word}" if word.startswith("-") and not is_option else word


def _inputs(words: Sequence[str]) -> dict[str, float]:
    inputs: dict[str, float] = {}
    for word in words:
        name, sign, text = word.partition("=")
        name = unicodedata.normalize("NFKC", name)  # as Python reads names
        if not (name.isidentifier() and sign):
            raise ExpressionError(f"{word!r} is no input: write NAME=NUMBER, such as a=3")
        if name in inputs:
            raise ExpressionError(f"{name} is given twice")
        try:
            inputs[name] = float(text)
        except ValueError:
            raise ExpressionError(f"{text!r} is no number: write {name}=1.5") from None
    return inputs


def _draw(root: Value, path: str, parser: _Parser) -> str:
    try:
        return f"\n\nwrote {draw(root, limit=None).render(path)}"
    except (ValueError, OSError, EngineError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no × shows ?
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
