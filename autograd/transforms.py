"""Derivatives of Python functions, as functions: `grad`, `value_and_grad`, `jacobian`, `hessian`, `hvp`, `jvp`.

A function takes and returns numbers, Values, NumPy arrays of these, and lists, tuples and dicts of all of them, however
nested. A result has the structure of the argument that is differentiated, as in JAX.

**Numbers or Values.** Plain numbers give plain floats. If a Value is involved, Values are given, recorded on it, so
that the result can be differentiated again and no dependence is lost. Involved is a Value that is an argument, in the
result of the function, or among the leaves of the graph of that result, such as a variable of an enclosing `grad` or a
parameter that the function refers to, or what the function computed inside of `no_grad()`, which is a leaf: use its
`.data` for the number alone. Constants count as numbers.

**Nesting.** Every call differentiates with respect to leaves of its own: a plain number is replaced by a new leaf, a
Value by a new node with the same data that is recorded on it. So the derivatives of nested calls are never confused.

No `.grad` is touched, so threads may share Values here. Inside of `no_grad()` derivatives are right, and unrecorded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from itertools import islice
from math import prod
from numbers import Integral
from typing import Any, TypeAlias

from autograd.conversion import to_float
from autograd.functions import Scalar
from autograd.gates import ADD
from autograd.graph import IN_FLOATS, GradientRecorder, pull_back, push_forward, topological_order
from autograd.modes import current_mode, recording
from autograd.value import Constant, Value

Function: TypeAlias = Callable[..., Any]
Tree: TypeAlias = Any
"""A number, a Value, a NumPy array, or a list, tuple or dict of trees."""
ArgumentNumbers: TypeAlias = int | Sequence[int]


def grad(f: Function, argnums: ArgumentNumbers = 0) -> Function:
    """The function that gives the gradient of f, which returns one number.

    It costs a small multiple of recording f, about six times that, whatever the number of inputs.

    >>> cube = lambda x: x ** 3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda w, x: w[0] * x + w[1])([3.0, 1.0], 5.0)
    [5.0, 1.0]
    >>> grad(lambda a, b: a * b, argnums=(0, 1))(2.0, 3.0)
    (3.0, 2.0)

    Args:
        f: a function of numbers, or of structures of them, that returns one number or Value. Its other arguments, and
            keyword arguments, are passed on as they are.
        argnums: which positional argument is differentiated; or several, for a tuple of gradients. Negative numbers
            count from the last.

    Raises:
        TypeError: (when called) f returns no number, or an argument to be differentiated has something else in it.
        ValueError: (when called) there is no argument of that number.
    """
    named = _named("grad", f)
    with_value = value_and_grad(f, argnums)

    @named
    def gradient(*args: Any, **kwargs: Any) -> Tree:
        return with_value(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: ArgumentNumbers = 0) -> Function:
    """The function that gives the pair of what f returns and its gradient, from one run of f; see `grad`.

    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    """
    chosen = _checked_argnums(argnums)

    @_named("value_and_grad", f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Scalar, Tree]:
        with recording():
            run = _Run(f, args, kwargs, chosen)
            root = run.single_output("grad")
            (gradient,) = run.gradients([root])
        return run.given(root), rebuilt(run.inputs, run.given_all(gradient))

    return value_and_gradient


def jacobian(f: Function, argnums: ArgumentNumbers = 0) -> Function:
    """The function that gives all derivatives of what f returns: in its structure, each in that of the argument.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]

    An array of shape s, differentiated with respect to an array of shape t, gives an array of shape s + t. It costs one
    backward pass for every number that f returns.

    Args:
        f: as for `grad`, but it may return any structure of numbers.
        argnums: as for `grad`.

    Raises:
        TypeError, ValueError: as for `grad`.
    """
    chosen = _checked_argnums(argnums)

    @_named("jacobian", f)
    def derivatives(*args: Any, **kwargs: Any) -> Tree:
        with recording():
            run = _Run(f, args, kwargs, chosen)
            rows = run.gradients(run.roots)
        return _jacobian_tree(run.output, run.inputs, [run.given_all(row) for row in rows])

    return derivatives


def hessian(f: Function, argnums: ArgumentNumbers = 0) -> Function:
    """The function that gives the second derivatives of f, which returns one number; see `grad`.

    Row i holds the derivatives of ∂f/∂xᵢ, so that the structure is that of `jacobian(grad(f))`. It costs one backward
    pass for every row, over the recorded gradient.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    chosen = _checked_argnums(argnums)

    @_named("hessian", f)
    def second_derivatives(*args: Any, **kwargs: Any) -> Tree:
        with recording():
            run = _Run(f, args, kwargs, chosen)
            rows = run.gradients(run.gradient_graph(run.single_output("hessian")))
        return _jacobian_tree(run.inputs, run.inputs, [run.given_all(row) for row in rows])

    return second_derivatives


def hvp(f: Function, x: Tree, v: Tree) -> Tree:
    """The Hessian of f at x times v, in the structure of x: the derivative of the gradient of f along v.

    It takes two backward passes, whatever the number of inputs.

    >>> hvp(lambda x: x[0] ** 2 * x[1], [2.0, 3.0], [1.0, 10.0])
    [46.0, 4.0]

    Args:
        f: a function of x alone that returns one number.
        x: where.
        v: along what, a number for each of x.

    Raises:
        TypeError: as for `grad`; or v has something else than numbers in it.
        ValueError: v has not as many numbers as x.
    """
    direction = _numbers_like(x, v, "hvp(f, x, v)", "v", "x")
    with recording():
        run = _Run(f, (x,), {}, 0, direction)
        slopes = run.gradient_graph(run.single_output("hvp"))
        product = run.pulled_back(zip(slopes, direction, strict=True))
    return rebuilt(x, run.given_all(product))


def jvp(f: Function, primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
    """What f returns, and its derivative along the tangents: the Jacobian of f times these.

    It takes one pass forwards over the graph, whatever the number of inputs and outputs.

    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 10.0))
    ([6.0, 5.0], [23.0, 11.0])

    Args:
        f: a function of positional arguments, which returns any structure of numbers.
        primals: a list or tuple of its arguments, all of which are differentiated.
        tangents: for each of these, along what: a number for each number.

    Raises:
        TypeError: primals or tangents is no list or tuple, or something in them is no number.
        ValueError: the tangents have not as many numbers as the primals.
    """
    for given in (primals, tangents):
        if not isinstance(given, list | tuple):
            raise TypeError(f"jvp takes a tuple of arguments, not {type(given).__name__!r}: write jvp(f, (x,), (v,))")
    direction = _numbers_like(tuple(primals), tuple(tangents), "jvp(f, primals, tangents)", "tangents", "primals")
    with recording():
        run = _Run(f, tuple(primals), {}, tuple(range(len(primals))), direction)
        moved = run.pushed_forward(direction)
    return rebuilt(run.output, run.given_all(run.roots)), rebuilt(run.output, run.given_all(moved))


# --- one run of a function --------------------------------------------------------------------------------------------

SPENT = "spent"
"""The role of leaves that stood in for plain numbers in a call that is over; they are numbers again."""


class _Run:
    """A function was called with leaves of its own in place of the arguments that are differentiated.

    Attributes:
        inputs: these arguments, as they were given; a tuple of them if several argument numbers were.
        output: what the function returned.
        roots: the numbers and Values in the output.
    """

    def __init__(
        self, f: Function, args: Sequence[Any], kwargs: dict[str, Any], argnums: int | tuple[int, ...], *along: Any
    ) -> None:
        positions = _positions(argnums, len(args))
        chosen = tuple([args[i] for i in positions])
        self.inputs = chosen if isinstance(argnums, tuple) else chosen[0]
        numbers = numbers_in(chosen, "an argument to differentiate")
        self.variables = list(map(_variable, numbers))
        arguments = list(args)
        for position, variable in zip(positions, rebuilt(chosen, self.variables), strict=True):
            arguments[position] = variable
        try:
            self.output = f(*arguments, **kwargs)
            self.roots = numbers_in(self.output, "what the function returns")
            self._is_plain = not self._involves_values([*numbers, *(x for xs in along for x in xs)])
        finally:
            for x in self.variables:
                if x.gate is None:
                    x.role = SPENT

    def _involves_values(self, given: Iterable[Scalar]) -> bool:
        if any(isinstance(x, Value) for x in given):
            return True
        own = set(self.variables)
        order = topological_order(*[x for x in self.roots if isinstance(x, Value)])
        return any(x.gate is None and not isinstance(x, Constant) and x not in own and x.role != SPENT for x in order)

    def single_output(self, caller: str) -> Scalar:
        """What the function returned, which has to be one number."""
        if is_number(self.output):
            return self.roots[0]
        kind = type(self.output).__name__
        raise TypeError(
            f"{caller} takes a function that returns one number, and this one returned a {kind}: "
            "use jacobian, or return one of its numbers"
        )

    # --- derivatives, in floats where that is all ---------------------------------------------------------------------

    def gradients(self, roots: Sequence[Scalar]) -> list[list[Scalar]]:
        """The derivatives of every root with respect to the variables."""
        arithmetic = IN_FLOATS if self._is_plain else self._recorder(roots)
        return [self._pull_back([(root, 1.0)], arithmetic) for root in roots]

    def gradient_graph(self, root: Scalar) -> list[Scalar]:
        """The derivatives of the root, recorded in any case."""
        return self._pull_back([(root, 1.0)], self._recorder([root]))

    def pulled_back(self, seeds: Iterable[tuple[Scalar, Scalar]]) -> list[Scalar]:
        """Σ seed · ∂root/∂variable for every variable."""
        pairs = list(seeds)
        arithmetic = IN_FLOATS if self._is_plain else self._recorder([root for root, _ in pairs])
        return self._pull_back(pairs, arithmetic)

    def pushed_forward(self, tangents: Sequence[Scalar]) -> list[Scalar]:
        """Σ ∂root/∂variable · tangent for every root."""
        arithmetic = IN_FLOATS if self._is_plain else self._recorder(self.roots)
        recorded = [x for x in self.roots if isinstance(x, Value)]
        moved = iter(push_forward(dict(zip(self.variables, tangents, strict=True)), recorded, arithmetic))
        return [next(moved) if isinstance(x, Value) else 0.0 for x in self.roots]

    def _recorder(self, roots: Sequence[Scalar]) -> GradientRecorder:
        return GradientRecorder(topological_order(*[x for x in roots if isinstance(x, Value)]))

    def _pull_back(self, seeds: Sequence[tuple[Scalar, Scalar]], arithmetic: Any) -> list[Scalar]:
        return pull_back([(root, seed) for root, seed in seeds if isinstance(root, Value)], self.variables, arithmetic)

    # --- what is given back -------------------------------------------------------------------------------------------

    def given(self, x: Scalar) -> Scalar:
        """A number or Value as it is given back: a float where no Value is involved, else a Value."""
        if self._is_plain:
            return x.data if isinstance(x, Value) else x
        if isinstance(x, float):
            return Constant(x)
        return x if current_mode().records else Value(x.data)

    def given_all(self, xs: Iterable[Scalar]) -> list[Scalar]:
        return list(map(self.given, xs))


def _variable(x: Scalar) -> Value:
    """The leaf or node that stands in for an argument: x + (-0.0) has the bits of x, whatever x is."""
    return ADD(x, -0.0) if isinstance(x, Value) else Value(x)


# --- argument numbers -------------------------------------------------------------------------------------------------


def _checked_argnums(argnums: ArgumentNumbers) -> int | tuple[int, ...]:
    several = isinstance(argnums, list | tuple)
    numbers: tuple[Any, ...] = tuple(argnums) if several else (argnums,)  # type: ignore[arg-type]
    for number in numbers:
        if not isinstance(number, Integral) or isinstance(number, bool):
            raise TypeError(f"argnums takes an int or a tuple of these, not {argnums!r}: write argnums=(0, 1)")
    return numbers if several else numbers[0]


def _positions(argnums: int | tuple[int, ...], count: int) -> list[int]:
    """Where the chosen arguments stand among `count` positional ones."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for number in numbers:
        if not -count <= number < count:
            raise ValueError(
                f"argnums={argnums!r}, and the function was called with {count} positional argument{'s' * (count != 1)}"
            )
    positions = [number % count for number in numbers]
    if len(set(positions)) < len(positions):
        raise ValueError(f"argnums={argnums!r} names an argument twice")
    return positions


def _named(transform: str, f: Function) -> Callable[[Function], Function]:
    if not callable(f):
        raise TypeError(f"{transform} takes a function, not {type(f).__name__!r}: write {transform}(f)(x)")
    return wraps(f)


# --- structures of numbers --------------------------------------------------------------------------------------------


def _mapped(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """The tree with function(leaf) in place of every number, Value and array in it."""
    if isinstance(tree, dict):
        return {key: _mapped(function, x) for key, x in tree.items()}
    if not isinstance(tree, list | tuple):
        return function(tree)
    parts = [_mapped(function, x) for x in tree]
    if hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*parts)
    return tuple(parts) if isinstance(tree, tuple) else parts


def _is_array(x: object) -> bool:
    numpy = sys.modules.get("numpy")  # whoever has an array has imported it
    return numpy is not None and isinstance(x, numpy.ndarray) and x.ndim > 0


def is_number(tree: Tree) -> bool:
    return not isinstance(tree, list | tuple | dict) and not _is_array(tree)


def _shape(leaf: Any) -> tuple[int, ...]:
    return tuple(leaf.shape) if _is_array(leaf) else ()


def numbers_in(tree: Tree, role: str) -> list[Scalar]:
    """The numbers in a tree as floats, and the Values."""
    found: list[Scalar] = []
    _mapped(lambda leaf: found.extend(leaf.ravel().tolist() if _is_array(leaf) else [leaf]), tree)
    return [x if isinstance(x, Value) else to_float(x, role, "must be") for x in found]


def rebuilt(tree: Tree, numbers: Iterable[Scalar]) -> Tree:
    """The tree with these numbers or Values in place of its own."""
    rest = iter(numbers)
    return _mapped(lambda leaf: _filled(_shape(leaf), rest), tree)


def _filled(shape: tuple[int, ...], numbers: Iterator[Scalar]) -> Any:
    """The next of the numbers; or the next of them as an array."""
    if not shape:
        return next(numbers)
    import numpy

    taken = list(islice(numbers, prod(shape)))
    kind = object if any(isinstance(x, Value) for x in taken) else float
    array = numpy.empty(len(taken), dtype=kind)
    array[:] = taken
    return array.reshape(shape)


def _jacobian_tree(outputs: Tree, inputs: Tree, rows: Iterable[Sequence[Scalar]]) -> Tree:
    """The derivatives of every output, row by row, as the structure of the outputs with that of the inputs inside."""
    rest = iter(rows)

    def of_output(output: Any) -> Tree:
        mine = list(islice(rest, prod(_shape(output))))
        columns = iter(range(len(mine[0]) if mine else 0))

        def with_respect_to(leaf: Any) -> Any:
            block = list(islice(columns, prod(_shape(leaf))))
            return _filled(_shape(output) + _shape(leaf), iter([row[i] for row in mine for i in block]))

        return _mapped(with_respect_to, inputs)

    return _mapped(of_output, outputs)


def _numbers_like(tree: Tree, other: Tree, call: str, name: str, like: str) -> list[Scalar]:
    """The numbers of another tree, in the order of this one's; lists, tuples and arrays may stand for each other."""
    if isinstance(tree, dict) and isinstance(other, dict) and tree.keys() == other.keys():
        pairs = [(tree[key], other[key]) for key in tree]
    elif _is_sequence(tree) and _is_sequence(other) and len(tree) == len(other):
        pairs = list(zip(tree, other, strict=True))
    elif is_number(tree) and is_number(other):
        return numbers_in(other, f"what is in {name}")
    else:
        raise ValueError(
            f"{call} takes a number in {name} for each in {like}, and {_described(other)} stands for {_described(tree)}"
        )
    return [x for part, its in pairs for x in _numbers_like(part, its, call, name, like)]


def _is_sequence(x: object) -> bool:
    return isinstance(x, list | tuple) or _is_array(x)


def _described(tree: Tree) -> str:
    if _is_sequence(tree):
        return f"{type(tree).__name__} of length {len(tree)}"
    return f"a dict with the keys {sorted(map(str, tree))}" if isinstance(tree, dict) else "one number"
