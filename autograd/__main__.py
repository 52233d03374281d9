"""The command line: `python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2` prints every value and every gradient."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from autograd.drawing import draw
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
    options = parser.parse_args([_shielded(word) for word in (sys.argv[1:] if arguments is None else arguments)])
    try:
        root = parse(options.expression, _inputs(options.inputs))
    except ExpressionError as error:
        parser.error(str(error))
    root.backward()
    print(text_drawing(trace(root, limit=None), f"{options.expression.strip()} = {root.data!r}", number=repr))
    if options.draw:
        _draw(root, options.draw, parser)
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m autograd",
        description="Evaluate an expression and print the value and the gradient of everything in it.",
        epilog='example: python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2 --draw L.svg',
    )
    parser.add_argument("expression", help="such as 'sigmoid(w*x + b)': numbers, names, + - * / **, and functions")
    parser.add_argument("inputs", nargs="*", metavar="NAME=NUMBER", help="a value for each name in the expression")
    parser.add_argument("--draw", metavar="FILE", help="write the picture of the graph: .svg, .png, .pdf, .dot or .txt")
    return parser


def _shielded(word: str) -> str:
    """An expression may begin with minus signs; argparse takes a word with a space in it for no option."""
    is_option = word.partition("=")[0] in ("--", "-h", "--help", "--draw")
    return f" {word}" if word.startswith("-") and not is_option else word


def _inputs(words: Sequence[str]) -> dict[str, float]:
    inputs: dict[str, float] = {}
    for word in words:
        name, sign, text = word.strip().partition("=")
        if not (name.isidentifier() and sign):
            raise ExpressionError(f"{word.strip()!r} is no input: write NAME=NUMBER, such as a=3")
        if name in inputs:
            raise ExpressionError(f"{name} is given twice")
        try:
            inputs[name] = float(text)
        except ValueError:
            raise ExpressionError(f"{text!r} is no number: write {name}=1.5") from None
    return inputs


def _draw(root: Value, path: str, parser: _Parser) -> None:
    try:
        print(f"\nwrote {draw(root).render(path)}")
    except (ValueError, OSError, RuntimeError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    sys.exit(main())
