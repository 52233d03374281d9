"""An expression written as text → a recorded graph. The text is parsed and checked; it is never evaluated as Python."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from autograd import functions, operations
from autograd.functions import Scalar
from autograd.value import Constant, Value

MAX_CHARACTERS = 10_000
MAX_OPERATIONS = 1_000
MAX_EXPONENT = 1_000

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}

_OF_ONE = [
    *("exp", "expm1", "log", "log1p", "sqrt", "square", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh"),
    *("tanh", "erf", "sigmoid", "relu", "softplus", "log_sigmoid", "sign", "step"),
]

FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    **{name: (getattr(functions, name), 1, 1) for name in _OF_ONE},
    "abs": (abs, 1, 1),
    **dict.fromkeys(("max", "maximum"), (operations.maximum, 1, MAX_OPERATIONS)),
    **dict.fromkeys(("min", "minimum"), (operations.minimum, 1, MAX_OPERATIONS)),
    "sum": (lambda *xs: operations.sum(xs), 1, MAX_OPERATIONS),
    "mean": (lambda *xs: operations.mean(xs), 1, MAX_OPERATIONS),
    "logsumexp": (lambda *xs: operations.logsumexp(xs), 1, MAX_OPERATIONS),
    "hypot": (operations.hypot, 2, 2),
    "atan2": (operations.atan2, 2, 2),
    "where": (operations.where, 3, 3),
    "clip": (lambda x, low, high: operations.clip(x, *map(_written_number, (low, high))), 3, 3),
    "leaky_relu": (lambda x, *slope: operations.leaky_relu(x, *map(_written_number, slope)), 1, 2),
}
"""Every function that an expression may call: what it does, and how many arguments it takes, at least and at most."""


class ExpressionError(ValueError):
    """The text is no expression, or holds what an expression may not hold; the message says what it may."""


def parse(text: str, inputs: Mapping[str, float | Value]) -> Value:
    """The expression as a recorded graph. Its leaves are the inputs; numbers among them are labelled with their names.

    >>> L = parse("c*(a + 2*b)", {"a": 3, "b": 1, "c": -2})
    >>> L.data
    -10.0

    Raises:
        ExpressionError: the text holds anything but numbers, inputs, + - * / **, parentheses and the functions of
            `FUNCTIONS`; is too long; or its names and the inputs are not the same.
    """
    nodes = _nodes(_syntax_tree(text), text.strip())
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    leaves = _leaves(names, inputs)
    results: dict[ast.AST, Any] = {}
    for node in reversed(nodes):  # parts before the whole
        results[node] = _result(node, leaves, results)
    root = results[nodes[0]]
    if isinstance(root, bool):
        raise ExpressionError("a comparison stands only in the first place of where(condition, a, b)")
    return root if isinstance(root, Value) else Constant(root)


def _syntax_tree(text: str) -> ast.expr:
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"the expression has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed")
    try:
        with warnings.catch_warnings(action="ignore"):  # about oddities of Python that are refused later anyway
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(
            f"{_shortened(text)!r} is no expression: {error.msg}; write it like c*(a + 2*b)"
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"{_shortened(text)!r} is no expression, or nested too deeply") from None


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _nodes(tree: ast.expr, text: str) -> list[ast.expr]:
    """The parts of the expression, the whole before its parts; all of them of an allowed kind."""
    nodes: list[ast.expr] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        nodes.append(node)
        parts = _parts(node)
        if parts is None:
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
                raise ExpressionError("a power is written with two stars: a**2")
            raise ExpressionError(
                f"{_shortened(ast.get_source_segment(text, node) or text)!r} is not allowed: "
                f"numbers, names, + - * / **, parentheses and {', '.join(FUNCTIONS)} are"
            )
        stack.extend(parts)
        if len(nodes) > MAX_OPERATIONS:
            raise ExpressionError(
                f"the expression is too long: at most {MAX_OPERATIONS:,} numbers, names and operations"
            )
    return nodes


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """What has to be known before the node; None for a node of a kind that is not allowed."""
    match node:
        case ast.BinOp(left=left, right=right, op=op) if type(op) in _OPERATORS:
            return [left, right]
        case ast.UnaryOp(operand=operand, op=op) if type(op) in _OPERATORS:
            return [operand]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            _check_call(name, arguments)
            return arguments
        case ast.Name():
            return []
        case ast.Constant(value=value) if type(value) in (int, float):
            return []
    return None


def _check_call(name: str, arguments: list[ast.expr]) -> None:
    if name not in FUNCTIONS:
        raise ExpressionError(f"there is no function {name!r}: there are {', '.join(FUNCTIONS)}")
    _, least, most = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        expected = f"{least}" if least == most else f"{least} or more" if most > 2 else f"{least} or {most}"
        raise ExpressionError(f"{name} takes {expected} argument{'s' * (most > 1)}, not {len(arguments)}")


def _leaves(names: set[str], inputs: Mapping[str, float | Value]) -> dict[str, Value]:
    given = {name: x if isinstance(x, Value) else Value(x, label=name) for name, x in inputs.items()}
    if superfluous := sorted(given.keys() - names):
        needed = f"only {', '.join(sorted(names))}" if names else "no inputs"
        raise ExpressionError(f"{', '.join(superfluous)} is not in the expression, which takes {needed}")
    if missing := sorted(names - given.keys() - CONSTANTS.keys()):
        raise ExpressionError(f"no value for {', '.join(missing)}: write {' '.join(f'{name}=1.5' for name in missing)}")
    return {name: given[name] if name in given else Constant(CONSTANTS[name], label=name) for name in names}


def _result(node: ast.expr, leaves: Mapping[str, Value], results: Mapping[ast.AST, Any]) -> Scalar | bool:
    """What one part of the expression gives, once its own parts have given theirs."""
    arguments = [results[part] for part in _parts(node) or []]
    match node:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op):
            return _OPERATORS[type(op)](*_numbers(arguments))
        case ast.Compare(ops=[op]):
            return bool(_OPERATORS[type(op)](*_numbers(arguments)))
        case ast.Call(func=ast.Name(id=name)):
            _numbers(arguments[1:] if name == "where" else arguments)
            return _called(name, arguments)
        case ast.Name(id=name):
            return leaves[name]
        case ast.Constant(value=int() | float() as number):
            return _leaf_of(number)
    raise AssertionError(node)  # _parts has refused everything else


def _called(name: str, arguments: list[Any]) -> Scalar:
    try:
        return FUNCTIONS[name][0](*arguments)
    except (TypeError, ValueError) as error:
        raise ExpressionError(str(error)) from None


def _leaf_of(number: float) -> Constant:
    try:
        return Constant(number)
    except OverflowError as error:
        raise ExpressionError(str(error)) from None


def _numbers(arguments: list[Any]) -> list[Any]:
    if any(isinstance(argument, bool) for argument in arguments):
        raise ExpressionError("a comparison stands only in the first place of where(condition, a, b)")
    return arguments


def _power(base: Value, exponent: Value) -> Value:
    if abs(exponent.data) > MAX_EXPONENT:
        raise ExpressionError(
            f"the exponent {exponent.data:g} is too large: -{MAX_EXPONENT} to {MAX_EXPONENT} is allowed"
        )
    return base ** (exponent.data if isinstance(exponent, Constant) else exponent)


def _written_number(x: Value) -> float:
    if not isinstance(x, Constant):
        raise ValueError("clip and leaky_relu take plain numbers, such as clip(x, -1, 1)")
    return x.data


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
    ast.USub: lambda a: Constant(-a.data) if isinstance(a, Constant) else -a,
    ast.UAdd: lambda a: a,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
