"""What derivatives cost: gradients, Hessians and products with them against the function, and the nodes of nested ones.

JAX, without compiling, is asked the same where it is installed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import autograd
from autograd import Value, grad, gradient_graph, hessian, hvp, jvp, topological_order

ROUNDS = 7

NESTED: dict[str, Callable[[Any], Any]] = {
    "σ(x)": autograd.sigmoid,
    "tanh x": autograd.tanh,
    "exp sin x": lambda x: autograd.exp(autograd.sin(x)),
    "x⁵": lambda x: x**5,
    "1/(1 + x²)": lambda x: 1.0 / (1.0 + x * x),
    "√(1 + x²)": lambda x: autograd.sqrt(1.0 + x.square()),
}


def main(sizes: tuple[int, ...] = (10, 100, 1000), largest_hessian: int = 100, orders: int = 6) -> None:
    """Print all figures. The arguments are the numbers of inputs, and up to how many a Hessian is taken."""
    print("costs: medians; the function is recorded, and has 7 operations for each input\n")
    print(
        f"{'inputs':>6} {'function':>12} {'grad':>12} {'jvp':>12} {'hvp':>12} {'Hessian, by row':>18} {'JAX grad':>12}"
    )
    for n in sizes:
        print(_row(n, largest_hessian))
    print("\nnodes of the derivative of order 1, 2, 3, ...")
    for name, function in NESTED.items():
        print(f"  {name:12} {' '.join(f'{count:6}' for count in nodes_of_derivatives(function, 0.7, orders))}")


def energy(x: Any) -> Any:
    """A function of n inputs, each of which meets its neighbour."""
    return autograd.sum([autograd.exp(a * b) / (1.0 + a * a) + autograd.sin(b) for a, b in pairwise(x)])


def nodes_of_derivatives(function: Callable[[Any], Any], at: float, orders: int) -> list[int]:
    """How many nodes the graph of every derivative has, from the first on."""
    x = Value(at)
    derivative, counts = function(x), []
    for _ in range(orders):
        (derivative,) = gradient_graph(derivative, [x])
        counts.append(len(topological_order(derivative)))
    return counts


def _row(n: int, largest_hessian: int) -> str:
    x = [0.1 + k / n for k in range(n)]
    ones = [1.0] * n
    function = _seconds(lambda: energy(list(map(Value, x))))
    costs = [
        _seconds(call) / function
        for call in (lambda: grad(energy)(x), lambda: jvp(energy, (x,), (ones,)), lambda: hvp(energy, x, ones))
    ]
    rows = f"{_seconds(lambda: hessian(energy)(x), 1) / function / n:.1f} × f" if n <= largest_hessian else "-"
    ours = " ".join(f"{f'{cost:.1f} × f':>12}" for cost in costs)
    return f"{n:6} {function * 1e3:9.3f} ms {ours} {rows:>18} {_jax(x, function):>12}"


def _seconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _jax(x: list[float], function: float) -> str:
    """JAX's gradient of the same function, op by op, in units of our function."""
    try:
        import jax
    except ImportError:
        return "-"
    jax.config.update("jax_enable_x64", True)

    def same(x: Any) -> Any:
        a, b = x[:-1], x[1:]
        return jax.numpy.sum(jax.numpy.exp(a * b) / (1.0 + a * a) + jax.numpy.sin(b))

    gradient, at = jax.grad(same), jax.numpy.array(x)
    largest = max(abs(float(a) - b) for a, b in zip(gradient(at), grad(energy)(x), strict=True))
    if largest > 1e-9:
        raise ArithmeticError(f"the gradients differ by {largest}")
    return f"{_seconds(lambda: gradient(at).block_until_ready()) / function:.1f} × f"
