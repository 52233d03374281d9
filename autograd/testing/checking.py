"""The gradient checker: the gradients of a function against finite differences, and against themselves."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.conversion import to_float
from autograd.functions import plain
from autograd.graph import gradient_graph, gradients
from autograd.testing.derivative import Derivative, derivative
from autograd.testing.fault import find_fault
from autograd.testing.verdict import Verdict, absolute_paths, branches_taken, judge, tolerance
from autograd.transforms import Tree, is_number, numbers_in, rebuilt
from autograd.value import Constant, Value

Recorder: TypeAlias = Callable[[Sequence[Value]], Value]


class GradientCheckError(AssertionError):
    """A gradient is wrong, or nothing can be said of any of them. The text tells which, and where."""


class InconclusiveCheckError(GradientCheckError):
    """Nothing can be said of any gradient at this point: no fault, but no proof either. A property test rejects it."""


@dataclass(frozen=True)
class InputCheck:
    """What was found about the gradient with respect to one input.

    Attributes:
        name: the input.
        at: its value.
        gradient: what is claimed.
        numerical: what finite differences say, with a bound on their error.
        tolerance: how far apart the two may be.
        verdict: "pass"; "kink" (it lies between the slopes on both sides); "edge" (of the domain, or a jump: only a
            convention can judge); "negligible" (0 as far as the rounding errors of the function let anyone tell);
            "inconclusive" (the numerical derivative is too uncertain); "fail".
    """

    name: str
    at: float
    gradient: float
    numerical: Derivative
    tolerance: float
    verdict: Verdict

    def __str__(self) -> str:
        found = f"{self.numerical.value:.10g} ± {self.numerical.bound:.0e}"
        if self.verdict == "kink":
            found = f"{self.numerical.left:.10g} on the left, {self.numerical.right:.10g} on the right"
        return f"{self.name} = {self.at!r}: gradient {self.gradient!r}, by finite differences {found}: {self.verdict}"


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """A check that found nothing wrong: one `InputCheck` for every input, and for every second derivative.

    Its text, also as a notebook shows it, has a line for each.
    """

    checks: tuple[InputCheck, ...]

    def count(self, verdict: Verdict) -> int:
        """How many have this verdict."""
        return sum(check.verdict == verdict for check in self.checks)

    def __str__(self) -> str:
        return "\n".join(map(str, self.checks))

    __repr__ = __str__


def check_gradients(
    function: Callable[..., Any],
    *inputs: Tree,
    gradient: Callable[..., Any] | None = None,
    order: int = 1,
) -> GradientCheck:
    """Check the gradients of a function of Values against finite differences, and against themselves.

    >>> from autograd import exp
    >>> print(check_gradients(lambda x, y: x * exp(y), 2.0, 0.0))
    x = 2.0: gradient 1.0, by finite differences 1 ± ...: pass
    y = 0.0: gradient 2.0, by finite differences 2 ± ...: pass

    Every gradient has to agree with a numerical derivative within the bound on its error and the rounding errors that
    the function itself makes. Beside that: a rebuilt graph gives the same bits, a second `backward()` doubles the
    gradients, a seed scales them, `gradients` agrees with `.grad`, one Value in two places gets the sum of both
    gradients, and plain floats give the same value.

    An input may also be a list, an array or any structure of numbers, as in `autograd.grad`:

    >>> print(check_gradients(lambda w: w[0] * w[1], [2.0, 3.0]))
    w_1 = 2.0: gradient 3.0, by finite differences 3 ± ...: pass
    w_2 = 3.0: gradient 2.0, by finite differences 2 ± ...: pass

    A function without Values can be checked with the gradient that you claim for it:

    >>> print(check_gradients(lambda x: x**3, 2.0, gradient=lambda x: 3 * x**2))
    x = 2.0: gradient 12.0, by finite differences 12 ± ...: pass

    Args:
        function: of as many Values as there are inputs, or of floats if `gradient` is given; it returns one.
        inputs: the point: numbers or Values (whose data count), or lists, tuples, dicts and arrays of these.
        gradient: takes the inputs as floats and returns one number for each, in their order (of a single input, that
            number).
        order: 2 also checks the gradient of every gradient, through `gradient_graph`.

    Returns:
        The check, if nothing is wrong; its text has a line for every gradient.

    Raises:
        InconclusiveCheckError: nothing can be said of any gradient; it is a GradientCheckError too.
        GradientCheckError: a gradient is wrong. The text gives the input, the gradient, the
            numerical one, and the gate at fault with its inputs, what it said and what it should be.
        TypeError: an input is no number, or the function or `gradient` does not return what it should.
        ValueError: no inputs, or an order other than 1 and 2.
    """
    point = [plain(x) for i, given in enumerate(inputs) for x in numbers_in(given, f"input {i + 1}")]
    if not point:
        raise ValueError("check_gradients takes the inputs after the function: check_gradients(f, 2.0, 3.0)")
    if order not in (1, 2) or (gradient is not None and order == 2):
        raise ValueError(f"order is 1, or 2 for a function of Values, not {order!r}")
    names = _names(function, inputs)
    function = _on_numbers(function, inputs)
    if gradient is not None:
        return _verified(_check_claimed(function, _on_numbers(gradient, inputs), point, names), None)
    record = _recorder(function)
    _check_life_cycle(record, point, names)
    _check_value(function, record, point)
    check = _verified(_check_recorded(record, point, names), record(_leaves(point)))
    return check if order == 1 else GradientCheck(check.checks + _second_order(record, point, names))


def _on_numbers(function: Callable[..., Any], inputs: tuple[Tree, ...]) -> Callable[..., Any]:
    """The function of the numbers, one after another, that are in its inputs."""
    return lambda *numbers: function(*rebuilt(inputs, numbers))


# --- functions of Values ----------------------------------------------------------------------------------------------


def _recorder(function: Callable[..., Any]) -> Recorder:
    """The function on a list of Values, giving a Value also where it is constant."""

    def record(leaves: Sequence[Value]) -> Value:
        result = function(*leaves)
        return (
            result if isinstance(result, Value) else Constant(to_float(result, "what the function returns", "must be"))
        )

    return record


def _leaves(point: Sequence[float]) -> list[Value]:
    return [Value(x) for x in point]


def _check_recorded(record: Recorder, point: Sequence[float], names: Sequence[str]) -> list[InputCheck]:
    leaves = _leaves(point)
    root = record(leaves)
    found, paths = gradients(root, leaves), absolute_paths(root, leaves)

    def along(i: int) -> Callable[[float], tuple[float, Hashable]]:
        def value_and_branch(x: float) -> tuple[float, Hashable]:
            moved = record(_leaves([*point[:i], x, *point[i + 1 :]]))
            return moved.data, branches_taken(moved)

        return value_and_branch

    return [
        _checked((names[i], point[i]), found[i], derivative(along(i), point[i]), root.data, paths[i])
        for i in range(len(point))
    ]


def _checked(
    where: tuple[str, float], gradient: float, numerical: Derivative, value: float, paths: float
) -> InputCheck:
    name, at = where
    allowed = tolerance(gradient, numerical, value, at, paths)
    return InputCheck(name, at, gradient, numerical, allowed, judge(gradient, numerical, allowed))


def _second_order(record: Recorder, point: Sequence[float], names: Sequence[str]) -> tuple[InputCheck, ...]:
    """Every gradient is a recorded function again, with gradients of its own."""
    checks: tuple[InputCheck, ...] = ()
    for i, name in enumerate(names):

        def record_gradient(leaves: Sequence[Value], i: int = i) -> Value:
            return gradient_graph(record(leaves), leaves)[i]

        leaves = _leaves(point)
        first = gradients(record(leaves), leaves)[i]
        if not _agree(record_gradient(leaves).data, first):
            raise GradientCheckError(f"gradient_graph gives another gradient with respect to {name} than gradients")
        second_names = [f"∂/∂{name} in {other}" for other in names]
        found = _check_recorded(record_gradient, point, second_names)
        checks += _verified(found, record_gradient(_leaves(point))).checks
    return checks


# --- agreement of the gradients with each other -----------------------------------------------------------------------


def _check_life_cycle(record: Recorder, point: Sequence[float], names: Sequence[str]) -> None:
    leaves = _leaves(point)
    root = record(leaves)
    pure, seeded = gradients(root, leaves), gradients(root, leaves, gradient=2.0)
    root.backward()
    once = [leaf.grad for leaf in leaves]
    root.backward()
    again = _leaves(point)
    rebuilt = record(again)
    claims = {
        "gradients(y, xs) differs from what backward() leaves in .grad": zip(pure, once, strict=True),
        "a seed of 2 does not double the gradient": zip(seeded, [2 * g for g in pure], strict=True),
        "a second backward() does not double .grad": zip([x.grad for x in leaves], [2 * g for g in once], strict=True),
        "building the graph again gives another gradient": zip(gradients(rebuilt, again), pure, strict=True),
    }
    for complaint, pairs in claims.items():
        for name, (found, expected) in zip(names, pairs, strict=True):
            if not _agree(found, expected):
                raise GradientCheckError(f"{complaint}: {found!r} instead of {expected!r} with respect to {name}")
    if not _agree(rebuilt.data, root.data):
        raise GradientCheckError(f"building the graph again gives another value: {rebuilt.data!r}, not {root.data!r}")
    if len(point) > 1:
        _check_shared(record, point, names)


def _check_shared(record: Recorder, point: Sequence[float], names: Sequence[str]) -> None:
    """f(x, x, ...): one Value in two places gets the gradients of both places."""
    same = [point[0], point[0], *point[2:]]
    apart, shared = _leaves(same), _leaves(same)
    shared[1] = shared[0]
    root = record(apart)
    first, second = gradients(root, apart[:2])
    (both,) = gradients(record(shared), shared[:1])
    slack = 1e-12 * sum(absolute_paths(root, apart[:2]))
    if not (_agree(both, first + second) or abs(both - (first + second)) <= slack or not math.isfinite(slack)):
        raise GradientCheckError(
            f"with one Value as {names[0]} and {names[1]} the gradient is {both!r}, "
            f"and with two equal ones {first!r} + {second!r}: is it accumulated?"
        )


def _check_value(function: Callable[..., Any], record: Recorder, point: Sequence[float]) -> None:
    """Plain floats must give the value that Values give, if the function takes plain floats at all."""
    recorded = record(_leaves(point)).data
    try:
        plain = function(*point)
    except (TypeError, AttributeError, ArithmeticError, ValueError):
        return  # it calls methods of Values, or Python's own arithmetic raises where IEEE 754 does not
    if isinstance(plain, float) and not (_agree(plain, recorded) or math.isclose(plain, recorded, rel_tol=1e-9)):
        raise GradientCheckError(f"the function gives {recorded!r} on Values and {plain!r} on plain floats")


def _agree(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-14)


# --- functions of floats, with the gradient that someone claims -------------------------------------------------------


def _check_claimed(
    function: Callable[..., Any], gradient: Callable[..., Any], point: Sequence[float], names: Sequence[str]
) -> list[InputCheck]:
    claimed = _claimed_gradients(gradient, point)
    value = to_float(function(*point), "what the function returns", "must be")

    def along(i: int) -> Callable[[float], float]:
        return lambda x: to_float(function(*point[:i], x, *point[i + 1 :]), "what the function returns", "must be")

    return [
        _checked((names[i], point[i]), claimed[i], derivative(along(i), point[i]), value, abs(claimed[i]))
        for i in range(len(point))
    ]


def _claimed_gradients(gradient: Callable[..., Any], point: Sequence[float]) -> list[float]:
    claimed = gradient(*point)
    is_listed = hasattr(claimed, "__iter__") and not isinstance(claimed, dict)
    numbers = numbers_in(list(claimed) if is_listed else claimed, "gradient")
    if len(numbers) != len(point):
        raise TypeError(f"gradient returned {len(numbers)} numbers for {len(point)} inputs: return one for each")
    return [to_float(number, "gradient") for number in numbers]


# --- the report -------------------------------------------------------------------------------------------------------


def _names(function: Callable[..., Any], inputs: Sequence[Tree]) -> list[str]:
    """The function's own names of its inputs, as far as it has any; those of the numbers in x are x_1, x_2, ..."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = {}.values()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [parameter.name for parameter in parameters if parameter.kind in positional]
    names += [f"input {i + 1}" for i in range(len(names), len(inputs))]
    return [name for given, x in zip(names, inputs, strict=False) for name in _names_in(given, x)]


def _names_in(name: str, x: Tree) -> list[str]:
    return [name] if is_number(x) else [f"{name}_{i + 1}" for i in range(len(numbers_in(x, name)))]


def _verified(checks: list[InputCheck], root: Value | None) -> GradientCheck:
    """The check, unless a gradient is wrong or nothing at all was found out."""
    failed = [check for check in checks if check.verdict == "fail"]
    if failed:
        raise GradientCheckError("\n".join([*map(str, failed), *([] if root is None else [_explained(root)])]))
    if all(check.verdict == "inconclusive" for check in checks):
        lines = "\n".join(map(str, checks))
        raise InconclusiveCheckError(f"nothing can be said here, try another point or a smoother function:\n{lines}")
    return GradientCheck(tuple(checks))


def _explained(root: Value) -> str:
    fault = find_fault(root)
    if fault is not None:
        return str(fault)
    return (
        "every gate is right on its own inputs, so part of the function escapes the record: "
        "look for .data, math functions, or a value kept from an earlier call"
    )
