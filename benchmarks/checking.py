"""How good the gradient checker is: its numerical derivative, its false alarms, and the errors it finds.

PyTorch's and JAX's checkers are asked the same questions where they are installed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from tqdm import trange

import autograd
from autograd import Gate, Value
from autograd.gates import LocalGradients
from autograd.graph import gradients, topological_order
from autograd.testing import Expression, GradientCheckError, InconclusiveCheckError, check_gradients
from autograd.testing.expressions import SMOOTH, assemble
from benchmarks.derivative_accuracy import measure

ERRORS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
TABLE = [(arity, name) for name, (arity, _) in SMOOTH.items()]


def main(cases: int = 100_000, graphs: int = 20_000, planted: int = 2_000, points: int = 200) -> None:
    """Print all figures. The arguments are how many cases each of them is taken from."""
    _print_accuracy(cases)
    _print_false_alarms(graphs)
    _print_planted(planted)
    _print_peers(points)


# --- our own figures --------------------------------------------------------------------------------------------------


def _print_accuracy(cases: int) -> None:
    found = measure(cases, seed=0)
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

Accepts: TypeAlias = Callable[[str, float, float], bool]
"""Whether a checker accepts the gradient of the function at the point when it is off by this part of itself."""


def _print_peers(points: int) -> None:
    checkers = {"gatewise": _gatewise(), "PyTorch": _pytorch(), "JAX": _jax()}
    questions = _questions(points)
    print(f"{len(questions)} gradients of functions of one number: refused if right, found if off by")
    print(f"  {'':10} {'right':>8}" + "".join(f"{error:>8.0e}" for error in ERRORS) + "   right, and refused at")
    for name, accepts in checkers.items():
        if accepts is None:
            print(f"  {name:10} not installed")
            continue
        figures = [
            1 - sum(accepts(*question, error) for question in questions) / len(questions) for error in (0.0, *ERRORS)
        ]
        kinks = [f"{function}(0)" for function in ("relu", "abs") if not accepts(function, 0.0, 0.0)]
        print(f"  {name:10} " + "".join(f"{figure:>8.1%}" for figure in figures) + f"   {', '.join(kinks) or '-'}")


def _questions(points: int) -> list[tuple[str, float]]:
    generator = random.Random(2)
    names = list(FUNCTIONS)
    return [(names[i % len(names)], generator.uniform(*FUNCTIONS[names[i % len(names)]])) for i in range(points)]


def _gatewise() -> Accepts:
    def accepts(name: str, x: float, error: float) -> bool:
        function = abs if name == "abs" else getattr(autograd, name)
        (gate,) = [node.gate for node in topological_order(function(Value(x))) if node.gate]
        with _off_by(type(gate), error):
            try:
                check_gradients(function, x)
            except GradientCheckError:
                return False
        return True

    return accepts


def _pytorch() -> Accepts | None:
    try:
        import torch
    except ImportError:
        return None

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

        point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        return bool(torch.autograd.gradcheck(OffBy.apply, (point,), raise_exception=False))

    return accepts


def _jax() -> Accepts | None:
    try:
        import jax
    except ImportError:
        return None
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    functions = {name: getattr(jax.numpy, name, None) or getattr(jax.nn, name, None) or jax.lax.erf
                 for name in (*FUNCTIONS, "relu", "abs")}  # fmt: skip

    def accepts(name: str, x: float, error: float) -> bool:
        right = functions[name]

        @jax.custom_jvp  # type: ignore[untyped-decorator, unused-ignore]
        def off_by(point: Any) -> Any:
            return right(point)

        off_by.defjvp(lambda points, tangents: (right(*points), jax.grad(right)(*points) * tangents[0] * (1.0 + error)))
        try:
            check_grads(off_by, (x,), order=1, modes=["rev"])
        except AssertionError:
            return False
        return True

    return accepts
