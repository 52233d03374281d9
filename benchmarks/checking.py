"""How good the gradient checker is: its numerical derivative, its false alarms, and the errors it finds.

PyTorch's and JAX's checkers, and plain central differences, are asked the same questions, and timed, in processes of
their own (`measure`), where they are installed.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

from tqdm import trange

import autograd
from autograd import Gate, Value
from autograd.gates import LocalGradients
from autograd.graph import gradients, topological_order
from autograd.testing import Expression, GradientCheckError, InconclusiveCheckError, check_gradients
from autograd.testing.expressions import SMOOTH, assemble
from benchmarks import derivative_accuracy, measuring, report
from benchmarks.measuring import repeated
from benchmarks.plan import QUALITY, quality_jobs

ERRORS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
TABLE = [(arity, name) for name, (arity, _) in SMOOTH.items()]


def main(cases: int = 100_000, graphs: int = 20_000, planted: int = 2_000, points: int = 200) -> None:
    """Print all figures. The arguments are how many cases each of them is taken from."""
    _print_accuracy(cases)
    _print_false_alarms(graphs)
    _print_planted(planted)
    print(report.as_text(report.quality(measuring.measure(quality_jobs(points), 1, timeout=600.0))))


# --- our own figures --------------------------------------------------------------------------------------------------


def _print_accuracy(cases: int) -> None:
    found = derivative_accuracy.measure(cases, seed=0)
    print(f"numerical derivative, {found.cases:,} cases against 50-digit arithmetic")
    print(f"  the bound holds in {found.bound_holds:.3%}, and is at most 1e-6 of the derivative in", end=" ")
    print(f"{found.bound_within_1e_6:.1%}")
    print(f"  relative error: median {found.median_error:.1e}, 99th percentile {found.error_of_99_percent:.1e}")
    print(f"  {found.median_calls:.0f} calls, {found.median_microseconds:.0f} µs; {_percentages(found.kinds)}\n")


def _percentages(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {part:.3%}" for name, part in parts.items())


def _print_false_alarms(graphs: int) -> None:
    verdicts: Counter[str] = Counter()
    generator = random.Random(0)
    for _ in trange(graphs, desc="right gradients", disable=None, leave=False):
        verdicts.update(_verdicts(_random_expression(generator)))
    total = verdicts.total()
    print(f"{total:,} right derivatives of {graphs:,} random smooth graphs: {verdicts['fail']} false alarms")
    print(f"  {_percentages({name: count / total for name, count in verdicts.most_common()})}\n")


def _random_expression(generator: random.Random) -> Expression:
    point = [generator.randint(-128, 128) / 64 for _ in range(generator.randint(1, 3))]
    code = [
        [generator.randrange(len(TABLE)), *generator.choices(range(8), k=3)] for _ in range(generator.randint(1, 12))
    ]
    return assemble(point, [tuple(step) for step in code], TABLE)


def _verdicts(expression: Expression) -> list[str]:
    try:
        return [check.verdict for check in check_gradients(expression, *expression.inputs).checks]
    except InconclusiveCheckError:
        return ["inconclusive"]
    except GradientCheckError:
        return ["fail"]


def _print_planted(graphs: int) -> None:
    print(f"planted errors: the local gradients of one gate of a random graph are off, {graphs:,} graphs")
    for error in ERRORS:
        outcomes: Counter[str] = Counter()
        generator = random.Random(1)
        for _ in trange(graphs, desc=f"off by {error:g}", disable=None, leave=False):
            outcomes[_outcome(_random_expression(generator), error, generator)] += 1
        seen = graphs - outcomes["without effect"]
        found = outcomes["named"] + outcomes["found"]
        print(f"  {error:7.0e}: found {found / seen:.2%}, and the right gate named {outcomes['named'] / seen:.2%}")
    print()


def _outcome(expression: Expression, error: float, generator: random.Random) -> str:
    """What the check says of an expression after an error was planted in the class of one of its gates."""
    right = _gradients(expression)
    gates = [node.gate for node in topological_order(expression(*map(Value, expression.inputs))) if node.gate]
    if not gates:
        return "without effect"
    kind = type(generator.choice(gates))
    with _off_by(kind, error):
        wrong = _gradients(expression)
        if all(abs(a - b) <= 0.5 * error * abs(a) for a, b in zip(right, wrong, strict=True)):
            return "without effect"
        try:
            check_gradients(expression, *expression.inputs)
        except GradientCheckError as complaint:
            return "named" if f"({kind.__name__})" in str(complaint) else "found"
    return "missed"


def _gradients(expression: Expression) -> tuple[float, ...]:
    leaves = [Value(x) for x in expression.inputs]
    return gradients(expression(*leaves), leaves)


@contextmanager
def _off_by(kind: type[Gate], error: float) -> Iterator[None]:
    right = kind.local_gradients

    def wrong(gate: Gate, out: Any, *inputs: Any) -> LocalGradients:
        return tuple([slope * (1.0 + error) for slope in right(gate, out, *inputs)])

    setattr(kind, "local_gradients", wrong)  # noqa: B010  # by name, as assignment to a method has no type
    try:
        yield
    finally:
        setattr(kind, "local_gradients", right)  # noqa: B010


# --- the same questions to other checkers -----------------------------------------------------------------------------

FUNCTIONS: dict[str, tuple[float, float]] = {
    "exp": (-12.0, 12.0),
    "log": (1e-5, 10.0),
    "sqrt": (1e-5, 10.0),
    "sin": (-10.0, 10.0),
    "tanh": (-6.0, 6.0),
    "sigmoid": (-12.0, 12.0),
    "erf": (-3.0, 3.0),
    "square": (-1e3, 1e3),
}
"""Functions of one number that all libraries have, and where they are checked."""

KINKED = ("relu", "abs")


class Checker(NamedTuple):
    """One way of checking gradients.

    Attributes:
        accepts: whether it accepts the gradient of a function of FUNCTIONS at a point when it is off by this part of
            itself.
        check: check the gradient of `energy` at a point.
        gradient: the gradient that is checked.
    """

    accepts: Callable[[str, float, float], bool]
    check: Callable[[list[float]], object]
    gradient: Callable[[list[float]], list[float]]


def energy(exp: Any, sin: Any, x: Any) -> Any:
    """A function of many inputs, each of which meets its neighbour."""
    return sum(exp(a * b) * a + sin(b) for a, b in pairwise(x))


def _questions(points: int) -> list[tuple[str, float]]:
    generator = random.Random(2)
    names = list(FUNCTIONS)
    return [(names[i % len(names)], generator.uniform(*FUNCTIONS[names[i % len(names)]])) for i in range(points)]


def _gatewise() -> Checker:
    def function(*x: Any) -> Any:
        return energy(autograd.exp, autograd.sin, x)

    def accepts(name: str, x: float, error: float) -> bool:
        function = abs if name == "abs" else getattr(autograd, name)
        (gate,) = [node.gate for node in topological_order(function(Value(x))) if node.gate]
        with _off_by(type(gate), error):
            return _accepted(lambda: check_gradients(function, x))

    return Checker(accepts, lambda x: check_gradients(function, *x), lambda x: _gradient_of(function, x))


def _accepted(check: Callable[[], object]) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


def _gradient_of(function: Callable[..., Any], x: list[float]) -> list[float]:
    leaves = list(map(Value, x))
    return list(gradients(function(*leaves), leaves))


def _central_differences() -> Checker:
    """As it is done by hand: (f(x + h) − f(x − h)) / 2h with h = 1e-5, and a relative error of 1e-4 is let pass."""

    def agrees(function: Callable[[float], float], x: float, gradient: float) -> bool:
        h = 1e-5
        try:
            return math.isclose((function(x + h) - function(x - h)) / (2 * h), gradient, rel_tol=1e-4)
        except ValueError:  # outside of the domain
            return False

    def accepts(name: str, x: float, error: float) -> bool:
        function = abs if name == "abs" else getattr(autograd, name)
        (gradient,) = _gradient_of(function, [x])
        return agrees(function, x, gradient * (1.0 + error))

    def function(*x: Any) -> Any:
        return energy(autograd.exp, autograd.sin, x)

    def check(x: list[float]) -> None:
        for i, gradient in enumerate(_gradient_of(function, x)):

            def along(t: float, i: int = i) -> float:
                return energy(math.exp, math.sin, [*x[:i], t, *x[i + 1 :]])  # type: ignore[no-any-return]

            if not agrees(along, x[i], gradient):
                raise AssertionError(f"input {i}")

    return Checker(accepts, check, lambda x: _gradient_of(function, x))


def _pytorch() -> Checker:
    import torch

    torch.set_num_threads(1)

    def leaf(x: float) -> Any:
        return torch.tensor(x, dtype=torch.float64, requires_grad=True)

    def accepts(name: str, x: float, error: float) -> bool:
        right = getattr(torch, name)

        class OffBy(torch.autograd.Function):  # type: ignore[misc, name-defined, unused-ignore]
            @staticmethod
            def forward(context: Any, point: Any) -> Any:
                context.save_for_backward(point)
                return right(point)

            @staticmethod
            def backward(context: Any, gradient: Any) -> Any:
                point = context.saved_tensors[0].detach().requires_grad_()
                with torch.enable_grad():
                    (slope,) = torch.autograd.grad(right(point), point)
                return gradient * slope * (1.0 + error)

        return bool(torch.autograd.gradcheck(OffBy.apply, (leaf(x),), raise_exception=False))

    def function(*x: Any) -> Any:
        return energy(torch.exp, torch.sin, x)

    def gradient(x: list[float]) -> list[float]:
        leaves = list(map(leaf, x))
        return list(map(float, torch.autograd.grad(function(*leaves), leaves)))

    return Checker(accepts, lambda x: torch.autograd.gradcheck(function, tuple(map(leaf, x))), gradient)


def _jax() -> Checker:
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    functions = {name: getattr(jax.numpy, name, None) or getattr(jax.nn, name, None) or jax.lax.erf
                 for name in (*FUNCTIONS, *KINKED)}  # fmt: skip

    def accepts(name: str, x: float, error: float) -> bool:
        right = functions[name]

        @jax.custom_jvp  # type: ignore[untyped-decorator, unused-ignore]
        def off_by(point: Any) -> Any:
            return right(point)

        off_by.defjvp(lambda points, tangents: (right(*points), jax.grad(right)(*points) * tangents[0] * (1.0 + error)))
        return _accepted(lambda: check_grads(off_by, (x,), order=1, modes=["rev"]))

    def function(*x: Any) -> Any:
        return energy(jax.numpy.exp, jax.numpy.sin, x)

    def gradient(x: list[float]) -> list[float]:
        return list(map(float, jax.grad(function, argnums=tuple(range(len(x))))(*x)))

    return Checker(accepts, lambda x: check_grads(function, tuple(x), order=1, modes=["rev"]), gradient)


CHECKERS: dict[str, Callable[[], Checker]] = {
    "gatewise": _gatewise,
    "central differences": _central_differences,
    "PyTorch": _pytorch,
    "JAX": _jax,
}


def measure(checker: str, inputs: int = 0, budget: float = 0.0, points: int = 0) -> dict[str, Any]:
    """Figures of one process: how long it takes to check the gradient of `energy`, or how good the checker is.

    With inputs, "seconds" of one check, and the gradient as results. With points, by name as in `plan.QUALITY`, how
    many of that many gradients are refused: right ones, and ones off by 1e-1, ...; and of right ones at kinks.
    """
    chosen = CHECKERS[checker]()
    if points:
        return {"figures": _quality(chosen, points), "results": []}
    x = [math.sin(i) for i in range(inputs)]
    chosen.check(x)
    seconds = repeated(lambda: chosen.check(x), budget)
    return {"figures": {"seconds": statistics.median(seconds)}, "results": chosen.gradient(x)}


def _quality(checker: Checker, points: int) -> dict[str, float]:
    questions = _questions(points)
    shares = [sum(not checker.accepts(*question, error) for question in questions) / points for error in (0.0, *ERRORS)]
    kinks = [float(not checker.accepts(function, 0.0, 0.0)) for function in KINKED]
    return dict(zip(QUALITY, [*shares, *kinks], strict=True))
