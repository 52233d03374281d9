"""The engines that record op by op, each behind the same two steps: record a task, sweep the recording back."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from benchmarks import native
from benchmarks.workloads import Number, Operations, Task, add_up

Recording: TypeAlias = Any
"""What an engine keeps between the two steps."""


class Engine(NamedTuple):
    """One engine.

    Attributes:
        record: evaluate the task's function on fresh inputs, and keep what the backward pass needs.
        sweep: the value, and its gradients with respect to the inputs.
        latency: so many times L = c·(a + 2b) from fresh leaves, swept back; L, ∂L/∂a, ∂L/∂b and ∂L/∂c of the last.
    """

    record: Callable[[Task], Recording]
    sweep: Callable[[Recording], tuple[float, Sequence[float]]]
    latency: Callable[[int], list[float]]


def _of_objects(value: Callable[[float], Number], operations: Operations) -> Engine:
    """An engine whose values have operators, `backward()`, `.data` and `.grad`."""

    def record(task: Task) -> Recording:
        leaves = list(map(value, task.inputs))
        return task.function(operations, leaves), leaves

    def sweep(recording: Recording) -> tuple[float, Sequence[float]]:
        root, leaves = recording
        root.backward()
        return float(root.data), [float(leaf.grad) for leaf in leaves]

    def latency(times: int) -> list[float]:
        for _ in range(times):
            a, b, c = value(3.0), value(1.0), value(-2.0)
            L = c * (a + 2 * b)
            L.backward()
        return [float(x) for x in (L.data, a.grad, b.grad, c.grad)]

    return Engine(record, sweep, latency)


def _gatewise() -> Engine:
    from autograd import Value

    return _of_objects(Value, Operations(Value, Value.relu, Value.softplus, add_up))


def _gatewise_dot() -> Engine:
    from autograd import Value, dot

    return _of_objects(Value, Operations(Value, Value.relu, Value.softplus, dot))


def _micrograd() -> Engine:
    """With the logarithm and the exponential that micrograd lacks, in its own way."""
    from micrograd.engine import Value

    def softplus(x: Any) -> Any:
        out = Value(max(x.data, 0.0) + math.log1p(math.exp(-abs(x.data))), (x,), "softplus")

        def backward() -> None:
            x.grad += out.grad / (1.0 + math.exp(-x.data))

        out._backward = backward
        return out

    return _of_objects(Value, Operations(Value, Value.relu, softplus, add_up))


def _history_scalar() -> Engine:
    from benchmarks.history_scalar import Scalar

    return _of_objects(Scalar, Operations(Scalar, Scalar.relu, Scalar.softplus, add_up))


def _mygrad() -> Engine:
    import mygrad
    from mygrad.nnet.activations import relu

    def softplus(x: Any) -> Any:
        return mygrad.logaddexp(x, 0.0)

    return _of_objects(mygrad.tensor, Operations(float, relu, softplus, add_up))


def _torch() -> Engine:
    import torch

    torch.set_num_threads(1)

    def leaf(x: float) -> Any:
        return torch.tensor(x, dtype=torch.float64, requires_grad=True)

    return _of_objects(leaf, Operations(float, torch.relu, torch.nn.functional.softplus, add_up))


@cache
def _xad() -> Engine:
    """One tape, which starts anew with every recording."""
    import xad.adj_1st as xad
    from xad import math as xad_math

    tape = xad.Tape()
    operations = Operations(float, lambda x: xad_math.max(x, 0.0), lambda x: xad_math.log1p(xad_math.exp(x)), add_up)

    def leaves(*numbers: float) -> list[Any]:
        if not tape.isActive():
            tape.activate()
        found = list(map(xad.Real, numbers))
        for leaf in found:
            tape.registerInput(leaf)
        tape.newRecording()
        return found

    def record(task: Task) -> Recording:
        inputs = leaves(*task.inputs)
        return task.function(operations, inputs), inputs

    def sweep(recording: Recording) -> tuple[float, Sequence[float]]:
        root, inputs = recording
        tape.registerOutput(root)
        root.derivative = 1.0
        tape.computeAdjoints()
        return root.value, [leaf.derivative for leaf in inputs]

    def latency(times: int) -> list[float]:
        for _ in range(times):
            a, b, c = leaves(3.0, 1.0, -2.0)
            L = c * (a + 2 * b)
            value, gradients = sweep((L, (a, b, c)))
        return [value, *gradients]

    return Engine(record, sweep, latency)


def _jax() -> Engine:
    """Without compiling: every operation is dispatched by itself."""
    import jax

    jax.config.update("jax_enable_x64", True)
    operations = Operations(float, jax.nn.relu, jax.nn.softplus, add_up)

    def record(task: Task) -> Recording:
        return jax.vjp(lambda *leaves: task.function(operations, list(leaves)), *task.inputs)

    def sweep(recording: Recording) -> tuple[float, Sequence[float]]:
        value, pull_back = recording
        return float(value), list(map(float, pull_back(jax.numpy.ones_like(value))))

    def latency(times: int) -> list[float]:
        run = jax.value_and_grad(lambda a, b, c: c * (a + 2 * b), argnums=(0, 1, 2))
        for _ in range(times):
            value, gradients = run(3.0, 1.0, -2.0)
        return [float(value), *map(float, gradients)]

    return Engine(record, sweep, latency)


@cache
def _c() -> Engine:
    """`tape.c`, which has the tasks under their names."""
    library = native.library("tape.c")

    def vector(numbers: Sequence[float]) -> Any:
        return (ctypes.c_double * len(numbers))(*numbers)

    def record(task: Task) -> Recording:
        run = getattr(library, task.name)
        run.restype = ctypes.c_double
        n = ctypes.c_long(len(task.inputs))
        return run(vector(task.inputs), n, vector(task.data), ctypes.c_long(task.size)), len(task.inputs)

    def sweep(recording: Recording) -> tuple[float, Sequence[float]]:
        value, n = recording
        gradients = (ctypes.c_double * n)()
        library.sweep(gradients, ctypes.c_long(n))
        return value, list(gradients)

    def latency(times: int) -> list[float]:
        library.latency.restype = ctypes.c_double
        gradients = (ctypes.c_double * 3)()
        return [library.latency(gradients, ctypes.c_long(times)), *gradients]

    return Engine(record, sweep, latency)


ENGINES: dict[str, Callable[[], Engine]] = {
    "gatewise": _gatewise,
    "gatewise with dot": _gatewise_dot,
    "micrograd": _micrograd,
    "minitorch's style": _history_scalar,
    "mygrad": _mygrad,
    "PyTorch": _torch,
    "XAD": _xad,
    "JAX": _jax,
    "C": _c,
}
