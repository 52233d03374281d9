"""`compile`: a function or a recorded graph → what replays it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
    columns: Any = (),
    reduction: str | None = None,
    backend: str = "auto",
    exact: bool = False,
    threads: int = 1,
) -> Any:
    """Record once, replay many times, without building a graph.

    Of a function, also as a decorator: a function of the same arguments that records at the first call with numbers and
    lists of certain lengths, and from then on replays; there is one program for each of the shapes.

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

    In `autograd.strict()` a run raises where a result is nan or infinite; it does not look at what is in between.

    Args:
        what: the function, or the result of a recording.
        inputs: of a recording, the leaves (or other nodes) that become arguments, by their labels.
        gradient: what to differentiate with respect to: arguments, by name or position, and parameters, as Values; one
            of them or a list. Without it, the first argument of a function, or all inputs of a recording.
        rows: names or positions of the arguments (of a recording: the inputs) that have a row for every example.
        columns: the same of arguments that have a column for every example: features × examples.
        reduction: "sum" or "mean" of the values over the examples; None for a value of each.
        backend: "python", "numpy", "llvm" or "auto": the fastest that is installed. `Program.backend` tells which.
        exact: no rounding but the engine's own: nothing is fused, and nothing added up in another order.
        threads: how many threads LLVM may take for thousands of examples; one if `exact`, and on other backends.

    Raises:
        TypeError: it is neither; or the function branches on data, which `where` and `maximum` do instead.
        ValueError: an option makes no sense; the message says what to write.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f'reduction takes "mean", "sum" or None, not {reduction!r}')
    if type(threads) is not int or threads < 1:
        raise ValueError(f"threads is a whole number from 1 up, not {threads!r}")
    options = {
        **{"gradient": gradient, "rows": rows, "columns": columns, "reduction": reduction},
        **{"backend": backend, "exact": exact, "threads": threads},
    }
    if what is None:
        return lambda function: compile(function, inputs=inputs, **options)
    if isinstance(what, Value):
        return _program_of(what, inputs, **options)
    if not callable(what):
        raise TypeError(f"compile takes a function or a Value, not {type(what).__name__!r}")
    if inputs is not None:
        raise ValueError("inputs is for a recorded graph: a function has its arguments")
    return CompiledFunction(what, **options)


def _program_of(
    root: Value, inputs: Sequence[Value] | None, *, gradient: Any, rows: Any, columns: Any, **options: Any
) -> Program:
    if inputs is None or isinstance(inputs, Value):
        raise TypeError("to compile a recorded graph, say which Values are its arguments: inputs=[x, y], or inputs=[]")
    for node in inputs:
        if not isinstance(node, Value):
            raise TypeError(f"inputs takes Values, not {type(node).__name__!r}")
    if len(set(inputs)) < len(inputs):
        raise ValueError("an input is given twice: name each Value once")
    names = [node.label or f"x{i}" for i, node in enumerate(inputs)]
    names = [name if names.count(name) == 1 else f"{name}{i}" for i, name in enumerate(names)]
    kinds = _examples(rows, columns, names, list(inputs))
    arguments = [Argument(name, (), **kinds.get(i, {})) for i, name in enumerate(names)]
    forward, parameters = recorded(root, inputs, [argument.varies for argument in arguments])
    chosen, single = (list(range(len(inputs))), False) if gradient is None else _listed(gradient)
    targets = [_target(x, names, list(inputs)) for x in chosen]
    if options["reduction"] is None:
        forward = replace(forward, summed=(False,))
    return Program(forward, arguments, parameters, targets, single=single, **options)


class CompiledFunction:
    """A function that records itself at the first call with arguments of certain shapes, and then replays."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        gradient: Any,
        rows: Any,
        columns: Any,
        **options: Any,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._signature = inspect.signature(function)
        kinds = {p.kind for p in self._signature.parameters.values()}
        if kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            raise TypeError("a function to compile takes a fixed number of arguments: write a list for *args")
        self._is_positional = inspect.Parameter.KEYWORD_ONLY not in kinds
        names = list(self._signature.parameters)
        if names[:1] == ["self"]:
            raise TypeError("self is no number: compile the bound method, as in autograd.compile(model.loss)")
        self._names = names
        examples = _examples(rows, columns, names, [])
        self._kinds = [Argument(name, (), **examples.get(i, {})) for i, name in enumerate(names)]
        if gradient is None:
            gradient = 0 if names else []
        chosen, self._single = _listed(gradient)
        self._targets = [_target(x, names, []) for x in chosen]
        self._options = options
        self._programs: dict[tuple[Shape, ...], Program] = {}
        self._last: tuple[Program, list[Shape]] | None = None
        """The program of the last arguments, and their shapes."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The value, as of the function itself.

        Where a Value is given it is the function itself that runs, and records: so it may be differentiated by
        `autograd.grad` and its like, and be part of another function.
        """
        arguments = self._bound(given, named)
        try:
            program, shapes = self._program(arguments)
            return program.value_of(arguments, shapes)
        except TypeError:
            if not _holds_a_value(arguments) or any(kind.varies for kind in self._kinds):
                raise
        return self._function(*given, **named)

    def value_and_grad(self, *given: Any, **named: Any) -> tuple[Any, Any]:
        """The value, and the gradients with respect to what `gradient` chose."""
        arguments = self._bound(given, named)
        program, shapes = self._program(arguments)
        return program.value_and_grad_of(arguments, shapes)

    def grad(self, *given: Any, **named: Any) -> Any:
        """The gradients alone."""
        return self.value_and_grad(*given, **named)[1]

    def program(self, *given: Any, **named: Any) -> Program:
        """The Program for arguments of the shapes of these."""
        return self._program(self._bound(given, named))[0]

    def c_source(self, kind: str = "quick", name: str = "program") -> str:
        """The Program that it has become, as C: see `Program.c_source`.

        Raises:
            ValueError: it was never called, or with arguments of several shapes; `program` gives the one for each.
        """
        return self._only_program("c_source").c_source(kind, name)

    def javascript_source(self, kind: str = "quick", name: str = "program") -> str:
        """The Program that it has become, as JavaScript: see `c_source` and `Program.javascript_source`."""
        return self._only_program("javascript_source").javascript_source(kind, name)

    def _only_program(self, method: str) -> Program:
        if len(self._programs) != 1:
            raise ValueError(
                f"it was recorded for {len(self._programs)} shapes of arguments: "
                f"write f.program({', '.join(self._names)}).{method}()"
            )
        (program,) = self._programs.values()
        return program

    def _bound(self, given: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        if self._is_positional and not named and len(given) == len(self._names):
            return list(given)
        found = self._signature.bind(*given, **named)
        found.apply_defaults()
        return list(found.arguments.values())

    def _program(self, given: Sequence[Any]) -> tuple[Program, list[Shape]]:
        """The program for some arguments, and their shapes."""
        whole = [
            x.shape if hasattr(x, "shape") else shape_of(x, name) for x, name in zip(given, self._names, strict=True)
        ]
        last = self._last
        if last is None or whole != last[1]:
            last = self._last = self._program_for(whole, given), whole
        return last

    def _program_for(self, whole: list[Shape], given: Sequence[Any]) -> Program:
        """The program for arguments of these shapes, with all their examples."""
        arguments = [self._argument(kind, shape) for kind, shape in zip(self._kinds, whole, strict=True)]
        shapes = tuple([argument.shape for argument in arguments])
        if shapes not in self._programs:
            for argument, x in zip(arguments, given, strict=True):
                flat_numbers(argument, x, exact_kinds=True)  # or an error
            self._programs[shapes] = self._recorded(arguments)
        return self._programs[shapes]

    def _argument(self, kind: Argument, shape: Shape) -> Argument:
        if kind.varies and not shape:
            example = "row" if kind.rows else "column"
            raise ValueError(f"{kind.name} has a {example} for every example: give a list or an array of them")
        if 0 in kind.of_one(shape):
            raise ValueError(f"{kind.name} is empty: give at least one number")
        return replace(kind, shape=kind.of_one(shape))

    def _recorded(self, arguments: list[Argument]) -> Program:
        symbols: list[Symbol] = []
        given = [_symbols(argument.shape, argument.name, symbols) for argument in arguments]
        root = traced(self._function, *_by_kind(self._signature, given))
        varies = [argument.varies for argument in arguments for _ in range(argument.size)]
        forward, parameters = recorded(root, symbols, varies)
        if self._options["reduction"] is None:
            forward = replace(forward, summed=(False,))
        return Program(forward, arguments, parameters, self._targets, single=self._single, **self._options)


def _holds_a_value(x: Any) -> bool:
    return isinstance(x, Value) or (isinstance(x, list | tuple) and any(map(_holds_a_value, x)))


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


def _examples(rows: Any, columns: Any, names: list[str], inputs: list[Value]) -> dict[int, dict[str, bool]]:
    """For each argument that has examples, by position, how they stand in it."""
    found = {_position(x, names, inputs): {"rows": True} for x in _listed(rows)[0]}
    for i in [_position(x, names, inputs) for x in _listed(columns)[0]]:
        if found.setdefault(i, {"columns": True}) == {"rows": True}:
            raise ValueError(f"{names[i]} is among rows and among columns: its examples are one or the other")
    return found


def _listed(x: Any) -> tuple[list[Any], bool]:
    """A list of what was given, and whether it was one alone."""
    if isinstance(x, str) or not isinstance(x, Iterable):
        return [x], True
    return list(x), False


def _target(x: Any, names: list[str], inputs: list[Value]) -> Target:
    """An argument's position, or a parameter."""
    if isinstance(x, Value) and not any(x is node for node in inputs):
        if x.gate is not None:
            raise ValueError(f"{x!r} was computed: a gradient is one of arguments, or of parameters, which are leaves")
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
