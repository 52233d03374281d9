"""Program: a recorded function that is replayed on other numbers, one point or a batch of rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from autograd.modes import NonFiniteError, current_mode
from autograd.program import backends
from autograd.program.arguments import Argument, Shape, as_arrays, as_lists, bound, counted, shapes_of
from autograd.program.backends import Executable
from autograd.program.builder import merged, simplified
from autograd.program.collector import collector_paused
from autograd.program.gradient import with_gradients
from autograd.program.instructions import Code
from autograd.program.results import all_finite, column, divided, shaped, shaped_columns, shaped_rows
from autograd.value import Value

Target = int | Value
"""What is differentiated with respect to: the position of an argument, or a parameter."""

REDUCTIONS = (None, "sum", "mean")


class Program:
    """A function of numbers that was recorded once: its value, its gradient, or both, as often as wanted.

    Made by `autograd.compile`. Parameters, the Values that the recording met, are read at every run, so that training
    goes on with the same program. Its text shows the instructions, one gate a line.

    >>> import autograd
    >>> w, x = autograd.Value(2.0, label="w"), autograd.Value(3.0, label="x")
    >>> program = autograd.compile((w * x - 1.0) ** 2, inputs=[x], gradient=[w, x])
    >>> program(3.0), program.value_and_grad(4.0)
    (25.0, (49.0, (56.0, 28.0)))
    >>> w.data = 1.0
    >>> program(x=3.0)
    4.0
    >>> print(program)
    inputs r0; parameters r1
    r2 = 1.0
    r3 = r1 × r0
    r4 = r3 − r2
    r5 = x²(r4)
    outputs r5

    Attributes:
        arguments: names and shapes of what it takes.
        parameters: the Values whose data it reads.
        targets: what it is differentiated with respect to: positions of arguments, and parameters.
        reduction: None, "sum" or "mean", over the examples.
        backend: the name of the backend that runs it.
        exact: whether every rounding is that of the engine.
        threads: how many threads LLVM may take for a large batch.
    """

    def __init__(  # noqa: PLR0913  # what a recording and its options come to
        self,
        forward: Code,
        arguments: Sequence[Argument],
        parameters: Sequence[Value],
        targets: Sequence[Target],
        *,
        single: bool = False,
        reduction: str | None = None,
        backend: str = "auto",
        exact: bool = False,
        threads: int = 1,
    ) -> None:
        self.forward = forward
        self.arguments = tuple(arguments)
        self.parameters = tuple(parameters)
        self.targets = tuple(targets)
        self.single = single
        self.reduction = reduction
        self.exact = exact
        self.threads = threads
        self.backend = backends.chosen(backend, any(forward.varies))
        self._executables: dict[str, Executable] = {}
        self._counted: tuple[list[Shape], int] | None = None
        """The shapes of the arguments of the last run, and how many examples these are."""

    # --- results ------------------------------------------------------------------------------------------------------

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The value: a float; with rows or columns one number for each of them, or their sum or mean.

        Raises:
            TypeError: not the arguments that it takes, or something in them is no number.
            ValueError: an argument has another shape than was recorded.
        """
        in_order = bound(self.arguments, given, named)
        return self.value_of(in_order, shapes_of(self.arguments, in_order))

    def value_and_grad(self, *given: Any, **named: Any) -> tuple[Any, Any]:
        """The value, and the gradients with respect to the targets: each of the shape of its argument.

        With rows, the gradient with respect to an argument that has rows has one for each of them; so have all others
        if there is no reduction, for each row's own value. Sums and means are those of the rows' own gradients: a row
        whose value is nan makes the sums nan, and leaves the gradients of other rows as they are. Where examples are
        columns, so they are in the gradient; other arguments have one row for each of them.
        """
        in_order = bound(self.arguments, given, named)
        return self.value_and_grad_of(in_order, shapes_of(self.arguments, in_order))

    def grad(self, *given: Any, **named: Any) -> Any:
        """The gradients alone."""
        return self.value_and_grad(*given, **named)[1]

    def value_of(self, given: Sequence[Any], shapes: list[Shape]) -> Any:
        """The value, as of a call, of arguments in order whose shapes are known."""
        return self._value(*self._run(("value",), given, shapes))

    def value_and_grad_of(self, given: Sequence[Any], shapes: list[Shape]) -> tuple[Any, Any]:
        """As `value_and_grad`, of arguments in order whose shapes are known."""
        outputs, count = self._run(("quick", "careful"), given, shapes)
        return self._value(outputs, count), self._gradients(outputs, count)

    def _run(self, kinds: Sequence[str], given: Sequence[Any], shapes: list[Shape]) -> tuple[Any, int]:
        """The outputs of the first code that gives finite ones, else of the last; and the number of examples."""
        count = self._count(shapes)
        executable = self._executable(kinds[0])
        convert = as_arrays if executable.takes_arrays else as_lists
        columns, shared = convert(self.arguments, given, count)
        parameters = [parameter.data for parameter in self.parameters]
        outputs = executable(columns, shared, parameters, count)
        if not all_finite(outputs):
            for kind in kinds[1:]:
                outputs = self._executable(kind)(columns, shared, parameters, count)
            if current_mode().strict and not all_finite(outputs):
                raise NonFiniteError(self._complaint(outputs))
        return divided(outputs, count) if self.reduction == "mean" and count > 1 else outputs, count

    def _count(self, shapes: list[Shape]) -> int:
        """The number of examples; shapes that are those of the run before need no second look."""
        known = self._counted
        if known is None or shapes != known[0]:
            known = self._counted = shapes, counted(self.arguments, shapes)
        return known[1]

    def _executable(self, kind: str) -> Executable:
        if kind not in self._executables:
            make = backends.BACKENDS[self.backend][0]
            with collector_paused():
                self._executables[kind] = make(self.code(kind), self.exact, self.threads)
        return self._executables[kind]

    def code(self, kind: str = "value") -> Code:
        """The instructions: of the "value", or of the "quick" or the "careful" gradients; see instructions.py."""
        if kind == "value":
            return simplified(self.forward)
        forward = self.forward if self.exact else merged(self.forward)  # which adds gradients up in another order
        return with_gradients(forward, self._registers, careful=kind == "careful")

    @cached_property
    def _registers(self) -> list[int]:
        """The registers to differentiate with respect to, in the order of the targets."""
        return [register for target in self.targets for register in self._registers_of(target)]

    def _registers_of(self, target: Target) -> list[int]:
        if isinstance(target, Value):
            known = self._parameter_registers.get(target)
            return [] if known is None else [known]
        first = sum(argument.size for argument in self.arguments[:target])
        return list(range(first, first + self.arguments[target].size))

    @cached_property
    def _parameter_registers(self) -> dict[Value, int]:
        return {parameter: self.forward.inputs + i for i, parameter in enumerate(self.parameters)}

    # --- shaping ------------------------------------------------------------------------------------------------------

    @cached_property
    def _is_by_row(self) -> bool:
        """Whether every row has a value and gradients of its own."""
        return self.reduction is None and any(self.forward.varies)

    @cached_property
    def _places(self) -> list[tuple[Target, slice]]:
        """Every target with the place of its gradient among the outputs."""
        places: list[tuple[Target, slice]] = []
        stop = 1
        for target in self.targets:
            start, stop = stop, stop + len(self._registers_of(target))
            places.append((target, slice(start, stop)))
        return places

    @cached_property
    def _is_one_number_each(self) -> bool:
        """Whether the gradients are the outputs, one by one."""
        each = [isinstance(target, Value) and place.stop > place.start for target, place in self._places]
        return all(each) and not self._is_by_row

    def _value(self, outputs: Any, count: int) -> Any:
        """The value, or what a parameter's gradient is: one number, or one for each row."""
        return column(outputs[0], count, self._gives_arrays) if self._is_by_row else _plain(outputs[0])

    @cached_property
    def _gives_arrays(self) -> bool:
        """Whether the backend works on arrays; known as soon as there is something that ran."""
        return next(iter(self._executables.values())).takes_arrays

    def _gradients(self, outputs: Any, count: int) -> Any:
        """The gradients in the shapes of their targets; they may share the memory of the outputs."""
        if self._is_one_number_each:
            found = (outputs.tolist() if hasattr(outputs, "tolist") else outputs)[1:]
        else:
            found = [self._gradient(target, outputs[place], count) for target, place in self._places]
        return found[0] if self.single else tuple(found)

    def _gradient(self, target: Target, taken: Any, count: int) -> Any:
        """The gradient with respect to one target, in its shape."""
        if isinstance(target, Value):
            return self._value(taken if len(taken) else [0.0], count)
        argument, array = self.arguments[target], self._gives_arrays
        if argument.columns:
            return shaped_columns([column(x, count, array) for x in taken], argument.shape, array)
        if argument.rows or self._is_by_row:
            return shaped_rows([column(x, count, array) for x in taken], argument.shape, array)
        return shaped(taken, argument.shape, array) if argument.shape else _plain(taken[0])

    def _complaint(self, outputs: Any) -> str:
        if not all_finite(outputs[:1]):
            return f"the program gave the value {outputs[0]}"
        return "the program gave a gradient that is nan or infinite"

    # --- being an object ----------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return str(self.code("value"))

    def __repr__(self) -> str:
        names = ", ".join([argument.name for argument in self.arguments])
        count = len(self.forward.instructions)
        return f"<Program({names}), {count:,} instructions, {len(self.parameters):,} parameters, {self.backend}>"

    def c_source(self, kind: str = "quick", name: str = "program") -> str:
        """One of its codes as a C function without dependencies; a comment at its head says how to call it.

        Parameters are an argument of the function; dividing by the number of rows, for a mean, is left to the caller.

        Raises:
            ValueError: the name is no identifier.
            TypeError: it has a gate whose `forward` cannot be followed.
        """
        from autograd.program.in_c import c_source

        return c_source(self.code(kind), name, exact=self.exact)

    def javascript_source(self, kind: str = "quick", name: str = "program") -> str:
        """One of its codes as a JavaScript module that exports a function. See `c_source`."""
        from autograd.program.in_javascript import javascript_source

        return javascript_source(self.code(kind), name)

    def to_json(self) -> str:
        """The program as JSON text, with the present data of its parameters; `Program.from_json` reads it.

        Raises:
            TypeError: it has a gate of the user's own; such a program can be pickled.
        """
        from autograd.program import saving

        return saving.to_json(self)

    @staticmethod
    def from_json(text: str) -> Program:
        """The program of a text that `to_json` gave; its parameters are new Values. Nothing in it is evaluated.

        Raises:
            ProgramFormatError: it is no program, of another version, or damaged.
        """
        from autograd.program import saving

        return saving.from_json(text)

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write `to_json()` to a file, whole or not at all, and return the path."""
        from autograd.program import saving

        return saving.save(self, path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Program:
        """The program in a file that `save` wrote. Raises what `from_json` raises."""
        from autograd.program import saving

        return saving.load(path)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_executables": {}}


def _plain(x: Any) -> Any:
    """A Python float in place of NumPy's."""
    return x.item() if hasattr(x, "item") else x
