"""`python -m benchmarks training`: one epoch of logistic and of softmax regression, against the peers.

Breast cancer: 455 examples of 30 features, two classes. Digits: 1,437 images of 64 pixels, ten classes. Both are
standardised and in a fixed order; training starts from parameters of zero, in minibatches of 32, with η = 0.1. Every
engine runs in a process of its own. gatewise records every batch, or replays a program that was compiled before the
clock starts; it, micrograd and PyTorch must end with the same parameters. scikit-learn's `SGDClassifier` steps after
every single example and so ends elsewhere: it is there for its speed. A peer that is not installed is left out.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks import measuring, report

Array: TypeAlias = NDArray[np.float64]
Epoch: TypeAlias = Callable[[], None]
Parameters: TypeAlias = Callable[[], list[float]]

BATCH_SIZE = 32
LEARNING_RATE = 0.1
ROUNDS, TIMEOUT = 5, 180.0
CLASSES = {"breast cancer": 2, "digits": 10}
LONG = 1000
"""For how many epochs the program is compiled: the longer, the faster a backend is worth its time to get ready."""
EPOCHS = {"breast cancer": 3, "digits": 1}
"""How many a process runs; micrograd takes about a minute for one over the digits."""


def load(name: str) -> tuple[Array, NDArray[np.int64]]:
    """The part to train on, 80 %: standardised features as rows, and the classes."""
    from sklearn import datasets

    bunch: Any = {"breast cancer": datasets.load_breast_cancer, "digits": datasets.load_digits}[name]()
    chosen = np.random.default_rng(0).permutation(len(bunch.target))[: round(0.8 * len(bunch.target))]
    X = np.asarray(bunch.data[chosen], dtype=float)
    deviation = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(deviation == 0.0, 1.0, deviation), bunch.target[chosen]


def _batches(count: int) -> Iterator[slice]:
    yield from (slice(*ends) for ends in pairwise([*range(0, count, BATCH_SIZE), count]))


# --- the engines: each gives a function that trains for one epoch, and one that tells the parameters ------------------


def _gatewise(X: Array, y: Sequence[int], classes: int, compiles: bool = False) -> tuple[Epoch, Parameters]:
    import nn
    from nn.compiled_objective import compiled
    from nn.examples import examples
    from nn.objective import Objective, RecordedObjective

    features = X.shape[1]
    model: Any = nn.LogisticRegression(features) if classes == 2 else nn.SoftmaxRegression(features, classes)
    optimizer = nn.optimizers.SGD(model.parameters(), learning_rate=LEARNING_RATE)
    recorded, found = RecordedObjective(model, None), examples(X, y, "X")
    objective: Objective = compiled(recorded, found, BATCH_SIZE, LONG, wanted=True) if compiles else recorded

    def epoch() -> None:
        for batch in _batches(len(found)):
            _, gradients = objective.cost_and_gradients(found[batch])
            for parameter, gradient in zip(recorded.parameters, gradients, strict=True):
                parameter.grad = gradient
            optimizer.step()

    return epoch, lambda: [parameter.data for parameter in model.parameters()]


def _gatewise_program(X: Array, y: Sequence[int], classes: int) -> tuple[Epoch, Parameters]:
    return _gatewise(X, y, classes, compiles=True)


def _micrograd(X: Array, y: Sequence[int], classes: int) -> tuple[Epoch, Parameters]:
    from micrograd.engine import Value

    def function(x: Any, out: float, slope: float) -> Any:
        """A function that micrograd lacks, in its own manner."""
        result = Value(out, (x,), "f")

        def _backward() -> None:
            x.grad += slope * result.grad

        result._backward = _backward
        return result

    def exp(x: Any) -> Any:
        return function(x, math.exp(x.data), math.exp(x.data))

    def log(x: Any) -> Any:
        return function(x, math.log(x.data), 1.0 / x.data)

    neurons = [[Value(0.0) for _ in range(X.shape[1] + 1)] for _ in range(1 if classes == 2 else classes)]
    parameters = [p for neuron in neurons for p in neuron]
    rows = X.tolist()

    def loss(x: list[float], target: int) -> Any:
        scores = [sum((w * v for w, v in zip(weights, x, strict=True)), bias) for *weights, bias in neurons]
        if classes == 2:
            return log(exp(scores[0] * (1 - 2 * target)) + 1)
        return log(sum(exp(score) for score in scores)) - scores[target]

    def epoch() -> None:
        for batch in _batches(len(rows)):
            for p in parameters:
                p.grad = 0.0
            losses = [loss(x, int(target)) for x, target in zip(rows[batch], y[batch], strict=True)]
            (sum(losses) * (1.0 / len(losses))).backward()
            for p in parameters:
                p.data -= LEARNING_RATE * p.grad

    return epoch, lambda: [p.data for p in parameters]


def _torch(X: Array, y: Sequence[int], classes: int) -> tuple[Epoch, Parameters]:
    import torch

    torch.set_num_threads(1)
    model = torch.nn.Linear(X.shape[1], 1 if classes == 2 else classes, dtype=torch.float64)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    criterion = torch.nn.BCEWithLogitsLoss() if classes == 2 else torch.nn.CrossEntropyLoss()
    inputs = torch.from_numpy(X)
    targets = torch.tensor(y, dtype=torch.float64)[:, None] if classes == 2 else torch.tensor(y)

    def epoch() -> None:
        for batch in _batches(len(inputs)):
            optimizer.zero_grad()
            criterion(model(inputs[batch]), targets[batch]).backward()
            optimizer.step()

    def parameters() -> list[float]:
        return torch.cat([model.weight, model.bias[:, None]], dim=1).flatten().tolist()  # type: ignore[no-any-return]

    return epoch, parameters


def _scikit_learn(X: Array, y: Sequence[int], classes: int) -> tuple[Epoch, Parameters]:
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(
        loss="log_loss", learning_rate="constant", eta0=LEARNING_RATE, alpha=0.0, shuffle=False, random_state=0
    )
    return lambda: model.partial_fit(X, y, classes=range(classes)), lambda: []


ENGINES = {
    "gatewise, recorded": _gatewise,
    "gatewise, as a program": _gatewise_program,
    "micrograd": _micrograd,
    "PyTorch": _torch,
    "scikit-learn": _scikit_learn,
}


# --- the measurement --------------------------------------------------------------------------------------------------


def measure(data: str, engine: str) -> dict[str, Any]:
    """Figures of one process: the median "seconds" of an epoch; and the parameters as results."""
    X, y = load(data)
    epoch, parameters = ENGINES[engine](X, y.tolist(), CLASSES[data])
    seconds = statistics.median(measuring.repeated(epoch, budget=600.0, most=EPOCHS[data]))
    return {"figures": {"seconds": seconds}, "results": parameters()}


def main() -> None:
    """Measure every engine on both data sets and print the table."""
    print(f"one epoch, medians of {ROUNDS} processes (of one, where it takes long)\n")
    for data in CLASSES:
        jobs = [
            measuring.Job(measuring.Key(data, engine), "training", {"data": data, "engine": engine})
            for engine in ENGINES
        ]
        print(
            report.as_text(report.compared(data, measuring.measure(jobs, ROUNDS, TIMEOUT, data), "gatewise, recorded")),
            end="\n\n",
        )
