"""The command line: `python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2` prints every value and every gradient."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from itertools import count
from typing import NoReturn

from autograd.expression import ExpressionError, parse
from autograd.graph import topological_order
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
    print(f"{options.expression.strip()} = {root.data!r}\n\n{table(root)}")
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


def table(root: Value) -> str:
    """Every node of the graph with its name, how it came about, its value and its gradient, inputs before outputs.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(table(y))
    name  is     value  gradient
    x     input    3.0       6.0
    v1    x × x    9.0       1.0
    """
    order = topological_order(root)
    names = _names(order)
    shown = [node for node in order if node.kind != "constant" or node is root]
    rows = [(names[node], _origin(node, names), repr(node.data), repr(node.grad)) for node in shown]
    return _aligned([("name", "is", "value", "gradient"), *rows])


def _names(order: Sequence[Value]) -> dict[Value, str]:
    """Labels where there are any, numbers for constants, else v1, v2, ..., as far as no label says so already."""
    labels = {node.label for node in order}
    fresh = (name for number in count(1) if (name := f"v{number}") not in labels)
    return {
        node: node.label or (f"{node.data:g}" if node.kind == "constant" else next(fresh))
        for node in order
    }  # fmt: skip


def _origin(node: Value, names: dict[Value, str]) -> str:
    """How a node came about, such as `2 × b`, `a²` or `max(a, b)`."""
    if node.gate is None:
        return node.kind
    symbol, operands = node.gate.symbol, [names[operand] for operand in node.inputs]
    if len(operands) == 2 and len(symbol) == 1:
        return f"{operands[0]} {symbol} {operands[1]}"
    if len(operands) == 1 and (pattern := re.fullmatch(r"([^a-zA-Z]?)x([^a-zA-Z]*)", symbol)):
        return operands[0].join(pattern.groups())
    return f"{symbol}({', '.join([*operands, *[f'{option:g}' for option in vars(node.gate).values()]])})"


def _aligned(rows: Sequence[tuple[str, str, str, str]]) -> str:
    a, b, c, d = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(f"{row[0]:<{a}}  {row[1]:<{b}}  {row[2]:>{c}}  {row[3]:>{d}}" for row in rows)


def _draw(root: Value, path: str, parser: _Parser) -> None:
    from autograd.drawing import draw

    try:
        print(f"\nwrote {draw(root).render(path)}")
    except (ValueError, OSError, RuntimeError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    sys.exit(main())
