"""A loss and its gradients, evaluated again and again by one system: recorded once, or written by hand for the loss.

Two losses, all numbers float64, parameters in one vector, the data given anew at every evaluation:

- *moons*: micrograd's demo, 100 points, MLP 2-16-16-1, relu, max-margin loss, L2: a value and 337 gradients;
- *logistic*: logistic regression of 64 rows with 30 features: a value and 31 gradients.
"""

from __future__ import annotations

import ctypes
import math
import statistics
from collections.abc import Callable
from importlib import import_module
from time import perf_counter
from typing import Any, TypeAlias

from benchmarks import native
from benchmarks.measuring import repeated
from benchmarks.workloads import (
    LAYERS,
    WEIGHT_DECAY,
    Data,
    Operations,
    logistic_data,
    moons_data,
    network,
    score,
)

Evaluate: TypeAlias = Callable[[], tuple[float, Any]]
"""Gives the value and the gradients."""

ALONE = "machine code"


# --- gatewise ---------------------------------------------------------------------------------------------------------


def _gatewise(backend: str) -> dict[str, Callable[[Data], Evaluate]]:
    def moons(data: Data) -> Evaluate:
        from autograd import dot, relu, softplus

        operations = Operations(float, relu, softplus, dot)

        def loss(p: Any, x: Any, y: Any) -> Any:
            return relu(1.0 - y * score(operations, network(p), x)) + WEIGHT_DECAY * dot(p, p)

        return _replayed(loss, data, backend)

    def logistic(data: Data) -> Evaluate:
        from autograd import dot, softplus

        return _replayed(lambda p, x, y: softplus(-y * dot(p[:-1], x, p[-1])), data, backend)

    return {"moons": moons, "logistic": logistic}


def _replayed(loss: Callable[..., Any], data: Data, backend: str) -> Evaluate:
    import autograd

    given = data if backend == "python" else _arrays(data)
    compiled = autograd.compile(
        loss, rows=("x", "y"), gradient="p", reduction="mean", backend=backend.replace(ALONE, "llvm")
    )
    program = compiled.program(*given)
    return _alone(program, given) if backend == ALONE else lambda: program.value_and_grad(*given)


def _alone(program: Any, given: Any) -> Evaluate:
    """The compiled function by itself, on numbers that are where it needs them, as a C program would call it."""
    program.value_and_grad(*given)
    workspace = program._executables["quick"]._idle[0]
    function, address, sums, count = workspace.function, workspace.address, workspace.sums, len(given[-1])

    def evaluate() -> tuple[float, Any]:
        function(address, count, 1, count)
        return sums[0], sums

    evaluate.results = lambda: (sums[0] / count, [g / count for g in sums[1:]])  # type: ignore[attr-defined]
    return evaluate


def _arrays(data: Data) -> tuple[Any, Any, Any]:
    import numpy as np

    return np.array(data.parameters), np.array(data.X), np.array(data.y)


# --- array libraries, vectorised by hand ------------------------------------------------------------------------------


def _unpacked(p: Any) -> list[tuple[Any, Any]]:
    """Weights and biases of each layer, as views of the vector of parameters."""
    found, start = [], 0
    for inputs, outputs in LAYERS:
        block = p[start : start + outputs * (inputs + 1)].reshape(outputs, inputs + 1)
        found.append((block[:, :-1], block[:, -1]))
        start += outputs * (inputs + 1)
    return found


def _numpy_moons(data: Data) -> Evaluate:
    import numpy as np

    p, X, y = _arrays(data)
    g = np.empty_like(p)
    (w1, b1), (w2, b2), (w3, b3) = _unpacked(p)
    (dw1, db1), (dw2, db2), (dw3, db3) = _unpacked(g)

    def evaluate() -> tuple[float, Any]:
        h1 = np.maximum(X @ w1.T + b1, 0.0)
        h2 = np.maximum(h1 @ w2.T + b2, 0.0)
        margin = 1.0 - y * (h2 @ w3[0] + b3)
        active = margin > 0.0
        loss = margin[active].sum() / len(y) + WEIGHT_DECAY * (p @ p)
        s = np.where(active, -y, 0.0) / len(y)
        dw3[0], db3[0] = s @ h2, s.sum()
        d2 = s[:, None] * w3[0] * (h2 > 0.0)
        dw2[...], db2[...] = d2.T @ h1, d2.sum(axis=0)
        d1 = (d2 @ w2) * (h1 > 0.0)
        dw1[...], db1[...] = d1.T @ X, d1.sum(axis=0)
        return loss, g + 2.0 * WEIGHT_DECAY * p

    return evaluate


def _numpy_logistic(data: Data) -> Evaluate:
    import numpy as np

    p, X, y = _arrays(data)
    g = np.empty_like(p)

    def evaluate() -> tuple[float, Any]:
        margin = -y * (X @ p[:-1] + p[-1])
        e = np.exp(-np.abs(margin))
        loss = (np.maximum(margin, 0.0) + np.log1p(e)).mean()
        s = np.where(margin >= 0.0, 1.0, e) / (1.0 + e) * -y / len(y)
        g[:-1], g[-1] = s @ X, s.sum()
        return loss, g

    return evaluate


def _torch(loss: Callable[..., Any], data: Data) -> Evaluate:
    import torch

    torch.set_num_threads(1)
    p, X, y = map(torch.from_numpy, _arrays(data))
    p.requires_grad_()

    def evaluate() -> tuple[float, Any]:
        value = loss(torch, p, X, y)
        (gradient,) = torch.autograd.grad(value, p)
        return value.item(), gradient

    return evaluate


def _torch_moons(torch: Any, p: Any, X: Any, y: Any) -> Any:
    (w1, b1), (w2, b2), (w3, b3) = _unpacked(p)
    h = torch.relu(torch.relu(X @ w1.T + b1) @ w2.T + b2)
    return torch.relu(1.0 - y * (h @ w3[0] + b3)).mean() + WEIGHT_DECAY * (p @ p)


def _torch_logistic(torch: Any, p: Any, X: Any, y: Any) -> Any:
    return torch.nn.functional.softplus(-y * (X @ p[:-1] + p[-1])).mean()


def _jax(loss: Callable[..., Any], data: Data) -> Evaluate:
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    given = tuple(jax.numpy.asarray(x) for x in _arrays(data))
    compiled = jax.jit(jax.value_and_grad(lambda p, X, y: loss(jax, p, X, y)))

    def evaluate() -> tuple[float, Any]:
        return jax.block_until_ready(compiled(*given))  # type: ignore[no-any-return]

    return evaluate


def _jax_moons(jax: Any, p: Any, X: Any, y: Any) -> Any:
    (w1, b1), (w2, b2), (w3, b3) = _unpacked(p)
    relu = jax.nn.relu
    h = relu(relu(X @ w1.T + b1) @ w2.T + b2)
    return relu(1.0 - y * (h @ w3[0] + b3)).mean() + WEIGHT_DECAY * (p @ p)


def _jax_logistic(jax: Any, p: Any, X: Any, y: Any) -> Any:
    return jax.nn.softplus(-y * (X @ p[:-1] + p[-1])).mean()


def _casadi(loss: Callable[..., Any], data: Data) -> Evaluate:
    """Its virtual machine, on the graph of the whole loss."""
    import casadi

    p = casadi.SX.sym("p", len(data.parameters))
    X = casadi.SX.sym("X", len(data.X), len(data.X[0]))
    y = casadi.SX.sym("y", len(data.y))
    value = loss(casadi, p, X, y)
    function = casadi.Function("loss", [p, X, y], [value, casadi.gradient(value, p)])
    given = [casadi.DM(x) for x in _arrays(data)]

    def evaluate() -> tuple[float, Any]:
        value, gradient = function(*given)
        return float(value), gradient

    return evaluate


def _casadi_moons(casadi: Any, p: Any, X: Any, y: Any) -> Any:
    h, start = X, 0
    for inputs, outputs in LAYERS:
        block = casadi.reshape(p[start : start + outputs * (inputs + 1)], inputs + 1, outputs)
        start += outputs * (inputs + 1)
        z = h @ block[:inputs, :] + casadi.repmat(block[inputs, :], y.shape[0], 1)
        h = casadi.fmax(z, 0.0)
    return casadi.sum1(casadi.fmax(1.0 - y * z, 0.0)) / y.shape[0] + WEIGHT_DECAY * casadi.dot(p, p)


def _casadi_logistic(casadi: Any, p: Any, X: Any, y: Any) -> Any:
    margin = -y * (X @ p[:-1] + p[-1])
    return casadi.sum1(casadi.fmax(margin, 0.0) + casadi.log1p(casadi.exp(-casadi.fabs(margin)))) / y.shape[0]


# --- loops written by hand --------------------------------------------------------------------------------------------


def _numba_moons(data: Data) -> Evaluate:
    import numba
    import numpy as np

    p, X, y = _arrays(data)

    @numba.njit(fastmath={"contract", "reassoc"})  # type: ignore[untyped-decorator]
    def run(p: Any, X: Any, y: Any, g: Any) -> float:
        n, loss = len(y), 0.0
        h1, h2, d2 = np.empty(16), np.empty(16), np.empty(16)
        for k in range(p.size):
            loss += WEIGHT_DECAY * p[k] * p[k]
            g[k] = 2.0 * WEIGHT_DECAY * p[k]
        for r in range(n):
            for i in range(16):
                h1[i] = max(p[3 * i] * X[r, 0] + p[3 * i + 1] * X[r, 1] + p[3 * i + 2], 0.0)
            score = p[336]
            for i in range(16):
                z = p[48 + 17 * i + 16]
                for j in range(16):
                    z += p[48 + 17 * i + j] * h1[j]
                h2[i] = max(z, 0.0)
                score += p[320 + i] * h2[i]
            margin = 1.0 - y[r] * score
            if margin > 0.0:
                loss += margin / n
                s = -y[r] / n
                g[336] += s
                for i in range(16):
                    g[320 + i] += s * h2[i]
                    d2[i] = s * p[320 + i] if h2[i] > 0.0 else 0.0
                for j in range(16):
                    d = 0.0
                    for i in range(16):
                        g[48 + 17 * i + j] += d2[i] * h1[j]
                        d += d2[i] * p[48 + 17 * i + j]
                    if h1[j] > 0.0:
                        g[3 * j] += d * X[r, 0]
                        g[3 * j + 1] += d * X[r, 1]
                        g[3 * j + 2] += d
                for i in range(16):
                    g[48 + 17 * i + 16] += d2[i]
        return loss

    g = np.empty_like(p)
    return lambda: (run(p, X, y, g), g)


def _numba_logistic(data: Data) -> Evaluate:
    import numba
    import numpy as np

    p, X, y = _arrays(data)

    @numba.njit(fastmath={"contract", "reassoc"})  # type: ignore[untyped-decorator]
    def run(p: Any, X: Any, y: Any, g: Any) -> float:
        n, features = X.shape
        loss = 0.0
        g[:] = 0.0
        for r in range(n):
            z = p[features]
            for j in range(features):
                z += p[j] * X[r, j]
            margin = -y[r] * z
            e = math.exp(-abs(margin))
            loss += max(margin, 0.0) + math.log1p(e)
            s = (1.0 if margin >= 0.0 else e) / (1.0 + e) * -y[r] / n
            for j in range(features):
                g[j] += s * X[r, j]
            g[features] += s
        return float(loss / n)

    g = np.empty_like(p)
    return lambda: (run(p, X, y, g), g)


def _c(workload: str, data: Data) -> Evaluate:
    """C by hand, compiled for this machine. The rows stand column by column, the last block filled up with weight 0."""
    import numpy as np

    p, X, y = _arrays(data)
    blocks = -(-len(y) // 8)
    columns = np.zeros((X.shape[1] + 2, 8 * blocks))
    columns[:, : len(y)] = [*X.T, y, np.ones(len(y))]
    interleaved = np.ascontiguousarray(columns.reshape(-1, blocks, 8).transpose(1, 0, 2))
    memory = np.empty(interleaved.size + 8)
    start = -memory.ctypes.data % 64 // 8
    aligned = memory[start : start + interleaved.size]
    aligned[...] = interleaved.ravel()
    function = getattr(native.library("lanes.c", "-ffast-math"), workload)
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long, ctypes.c_long, ctypes.c_void_p]
    function.restype = None
    g = np.empty(len(p) + 1)
    pointers = [ctypes.c_void_p(x.ctypes.data) for x in (p, aligned, g)]

    def evaluate() -> tuple[float, Any]:
        function(*pointers[:2], blocks, len(y), pointers[2])
        return g[0], g[1:]

    evaluate.keeps = p, memory  # type: ignore[attr-defined]
    return evaluate


# --- one measurement --------------------------------------------------------------------------------------------------


SYSTEMS: dict[str, dict[str, Callable[[Data], Evaluate]]] = {
    "python": _gatewise("python"),
    "numpy": _gatewise("numpy"),
    "llvm": _gatewise("llvm"),
    ALONE: _gatewise(ALONE),
    "NumPy": {"moons": _numpy_moons, "logistic": _numpy_logistic},
    "PyTorch": {
        "moons": lambda data: _torch(_torch_moons, data),
        "logistic": lambda data: _torch(_torch_logistic, data),
    },
    "JAX": {"moons": lambda data: _jax(_jax_moons, data), "logistic": lambda data: _jax(_jax_logistic, data)},
    "CasADi": {
        "moons": lambda data: _casadi(_casadi_moons, data),
        "logistic": lambda data: _casadi(_casadi_logistic, data),
    },
    "Numba": {"moons": _numba_moons, "logistic": _numba_logistic},
    "C": {"moons": lambda data: _c("moons", data), "logistic": lambda data: _c("logistic", data)},
}

DATA = {"moons": moons_data, "logistic": logistic_data}

_IMPORTS = {
    "python": "autograd",
    "numpy": "autograd.program.in_numpy",
    "llvm": "autograd.program.in_llvm",
    ALONE: "autograd.program.in_llvm",
    "NumPy": "numpy",
    "PyTorch": "torch",
    "JAX": "jax",
    "CasADi": "casadi",
    "Numba": "numba",
    "C": "numpy",
}


def measure(workload: str, system: str, budget: float) -> dict[str, Any]:
    """Figures of one process, which repeats the evaluation for `budget` seconds, and the results.

    "seconds": one evaluation, the median. "ready": until the first result was there, imports not counted.
    """
    import_module(_IMPORTS[system])
    data = DATA[workload]()
    start = perf_counter()
    evaluate = SYSTEMS[system][workload](data)
    evaluate()
    ready = perf_counter() - start
    seconds = statistics.median(repeated(evaluate, budget, most=2000))
    value, gradients = getattr(evaluate, "results", evaluate)()
    return {"figures": {"seconds": seconds, "ready": ready}, "results": [float(value), *_numbers(gradients)]}


def _numbers(gradients: Any) -> list[float]:
    if hasattr(gradients, "full"):
        gradients = gradients.full().ravel()
    return list(map(float, gradients))
