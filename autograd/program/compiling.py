"""`compile`: a function or a recorded graph → what replays it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from autograd.program.arguments import Argument, Shape, flat_numbers, shape_of
from autograd.program.program import REDUCTIONS, Program, Target
from autograd.program.recording import recorded
from autograd.program.symbol import Symbol
from autograd.program.tracing import traced
from autograd.value import Value


def compile(  # noqa: PLR0913  # options, all by name
    what: Any = None,
    /,
    *,
    inputs: Sequence[Value] | None = None,
    gradient: Any = None,
    rows: Any = (),
    reduction: str | None = None,
    backend: str = "auto",
    exact: bool = False,
) -> Any:
    """Record once, replay many times, without building a graph.

    Of a function, also as a decorator: a function of the same arguments that records at the first call with numbers and
    lists of certain lengths, and from then on replays.

    >>> import autograd
    >>> @autograd.compile
    ... def loss(w, x, y):
    ...     return (w * x - y) ** 2
    >>> loss(0.5, 2.0, 3.0)
    4.0
    >>> loss.value_and_grad(0.5, 2.0, 3.0)
    (4.0, -8.0)

    With `rows`, the arguments named there have one entry for each example of a batch:

    >>> @autograd.compile(rows=("x", "y"), reduction="mean", backend="python")
    ... def cost(w, x, y):
    ...     return (autograd.dot(w, x) - y) ** 2
    >>> cost.value_and_grad([1.0, 2.0], [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    (2.5, [1.0, 2.0])

    Of a recorded graph: a `Program` of its `inputs`, whose other leaves are parameters.

    >>> a, b = autograd.Value(2.0, label="a"), autograd.Value(3.0, label="b")
    >>> program = autograd.compile(a * b, inputs=[a])
    >>> program(5.0)
    15.0

    Values that a function uses without taking them as arguments, such as the parameters of a model, are read at every
    run. What is no Value, and the `data` of one, is recorded as the number that it was.

    Args:
        what: the function, or the result of a recording.
        inputs: of a recording, the leaves (or other nodes) that become arguments, by their labels.
        gradient: what to differentiate with respect to: arguments, by name or position, and parameters, as Values; one
            of them or a list. Without it, the first argument of a function, or all inputs of a recording.
        rows: names or positions of the arguments (of a recording: the inputs) that have a row for every example.
        reduction: "sum" or "mean" of the values over the rows; None for a value of each.
        backend: "python", "numpy", "llvm" or "auto": the fastest that is installed.
        exact: no rounding but the engine's own: nothing is fused, and nothing added up in another order.

    Raises:
        TypeError: it is neither; or the function branches on data, which `where` and `maximum` do instead.
        ValueError: an option makes no sense; the message says what to write.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f'reduction takes "mean", "sum" or None, not {reduction!r}')
    options = {"gradient": gradient, "rows": rows, "reduction": reduction, "backend": backend, "exact": exact}
    if what is None:
        return lambda function: compile(function, inputs=inputs, **options)
    if isinstance(what, Value):
        return _program_of(what, inputs, **options)
    if not callable(what):
        raise TypeError(f"compile takes a function or a Value, not {type(what).__name__!r}")
    if inputs is not None:
        raise ValueError("inputs is for a recorded graph: a function has its arguments")
    return CompiledFunction(what, **options)


def _program_of(root: Value, inputs: Sequence[Value] | None, *, gradient: Any, rows: Any, **options: Any) -> Program:
    if inputs is None or isinstance(inputs, Value):
        raise TypeError("to compile a recorded graph, say which Values are its arguments: inputs=[x, y], or inputs=[]")
    for node in inputs:
        if not isinstance(node, Value):
            raise TypeError(f"inputs takes Values, not {type(node).__name__!r}")
    if len(set(inputs)) < len(inputs):
        raise ValueError("an input is given twice: name each Value once")
    names = [node.label or f"x{i}" for i, node in enumerate(inputs)]
    names = [name if names.count(name) == 1 else f"{name}{i}" for i, name in enumerate(names)]
    with_rows = {_position(x, names, list(inputs)) for x in _listed(rows)[0]}
    arguments = [Argument(name, (), i in with_rows) for i, name in enumerate(names)]
    forward, parameters = recorded(root, inputs, [argument.rows for argument in arguments])
    chosen, single = (list(range(len(inputs))), False) if gradient is None else _listed(gradient)
    targets = [_target(x, names, list(inputs)) for x in chosen]
    if options["reduction"] is None:
        forward = _per_row(forward)
    return Program(forward, arguments, parameters, targets, single=single, **options)


class CompiledFunction:
    """A function that records itself at the first call with arguments of certain shapes, and then replays."""

    def __init__(  # noqa: PLR0913  # the options of compile
        self,
        function: Callable[..., Any],
        *,
        gradient: Any,
        rows: Any,
        reduction: str | None,
        backend: str,
        exact: bool,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._signature = inspect.signature(function)
        kinds = {p.kind for p in self._signature.parameters.values()}
        if kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            raise TypeError("a function to compile takes a fixed number of arguments: write a list for *args")
        self._is_positional = inspect.Parameter.KEYWORD_ONLY not in kinds
        names = list(self._signature.parameters)
        self._names = names
        self._rows = {_position(x, names, []) for x in _listed(rows)[0]}
        if gradient is None:
            gradient = 0 if names else []
        chosen, self._single = _listed(gradient)
        self._targets = [_target(x, names, []) for x in chosen]
        self._reduction = reduction
        self._backend = backend
        self._exact = exact
        self._programs: dict[tuple[Shape, ...], Program] = {}

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The value, as of the function itself."""
        arguments = self._bound(given, named)
        return self._program(arguments)(*arguments)

    def value_and_grad(self, *given: Any, **named: Any) -> tuple[Any, Any]:
        """The value, and the gradients with respect to what `gradient` chose."""
        arguments = self._bound(given, named)
        return self._program(arguments).value_and_grad(*arguments)

    def grad(self, *given: Any, **named: Any) -> Any:
        """The gradients alone."""
        return self.value_and_grad(*given, **named)[1]

    def program(self, *given: Any, **named: Any) -> Program:
        """The Program for arguments of the shapes of these."""
        return self._program(self._bound(given, named))

    def _bound(self, given: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        if self._is_positional and not named and len(given) == len(self._names):
            return list(given)
        found = self._signature.bind(*given, **named)
        found.apply_defaults()
        return list(found.arguments.values())

    def _program(self, given: Sequence[Any]) -> Program:
        shapes = tuple([shape_of(x, name)[self._skipped(i, x) :] for i, (x, name) in self._numbered(given)])
        if shapes not in self._programs:
            for i, (x, name) in self._numbered(given):
                flat_numbers(Argument(name, shapes[i], i in self._rows), x, exact_kinds=True)  # or an error
            self._programs[shapes] = self._recorded(shapes)
        return self._programs[shapes]

    def _numbered(self, given: Sequence[Any]) -> Any:
        return enumerate(zip(given, self._names, strict=True))

    def _skipped(self, position: int, x: Any) -> int:
        """How many axes are not those of one example."""
        if position not in self._rows:
            return 0
        if not shape_of(x, self._names[position]):
            raise ValueError(f"{self._names[position]} has a row for every example: give a list or an array of them")
        return 1

    def _recorded(self, shapes: tuple[Shape, ...]) -> Program:
        arguments = [Argument(name, shapes[i], i in self._rows) for i, name in enumerate(self._names)]
        symbols: list[Symbol] = []
        given = [_symbols(argument.shape, argument.name, symbols) for argument in arguments]
        root = traced(self._function, *_by_kind(self._signature, given))
        varies = [argument.rows for argument in arguments for _ in range(argument.size)]
        forward, parameters = recorded(root, symbols, varies)
        if self._reduction is None:
            forward = _per_row(forward)
        return Program(
            forward,
            arguments,
            parameters,
            self._targets,
            single=self._single,
            reduction=self._reduction,
            backend=self._backend,
            exact=self._exact,
        )


def _by_kind(signature: inspect.Signature, given: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments as the function takes them, by position and by name."""
    positional, named = [], {}
    for (name, parameter), x in zip(signature.parameters.items(), given, strict=True):
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named[name] = x
        else:
            positional.append(x)
    return positional, named


def _symbols(shape: Shape, name: str, symbols: list[Symbol]) -> Any:
    """A Symbol, or lists of Symbols; they are numbered in the order in which they are made."""
    if not shape:
        symbols.append(Symbol(label=name))
        return symbols[-1]
    return [_symbols(shape[1:], f"{name}[{i}]", symbols) for i in range(shape[0])]


def _per_row(forward: Any) -> Any:
    from dataclasses import replace

    return replace(forward, summed=(False,))


def _listed(x: Any) -> tuple[list[Any], bool]:
    """A list of what was given, and whether it was one alone."""
    if isinstance(x, str | int | Value):
        return [x], True
    return list(x), False


def _target(x: Any, names: list[str], inputs: list[Value]) -> Target:
    """An argument's position, or a parameter."""
    if isinstance(x, Value) and not any(x is node for node in inputs):
        return x
    return _position(x, names, inputs)


def _position(x: Any, names: list[str], inputs: list[Value]) -> int:
    """The position of an argument that is given by name, by position or as a Value."""
    for i, node in enumerate(inputs):
        if node is x:
            return i
    if isinstance(x, str) and x in names:
        return names.index(x)
    if isinstance(x, int) and not isinstance(x, bool) and -len(names) <= x < len(names):
        return x % len(names)
    raise ValueError(f"{x!r} is no argument: there are {', '.join(names) or 'none'}")
