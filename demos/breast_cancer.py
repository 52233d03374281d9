"""Logistic regression on the Wisconsin breast-cancer data: one neuron, trained with gradients from our own engine.

569 tumours, 30 measurements of each, benign (1) or malignant (0). The neuron's signal is z = Σ wᵢ·xᵢ + b, its output
a = σ(z) = P(benign | x), its loss J = -y log a - (1 - y) log(1 - a). The lectures work out by hand that ∂J/∂z is the
delta error a - y, so that over a batch ∂J/∂w = (1/m) Xᵀ(a - y). Here nobody works it out: the graph does, and the
closed form is only there to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer

import autograd
import nn
from autograd import Constant, Value

Array: TypeAlias = NDArray[np.float64]

EPOCHS = 12
BATCH_SIZE = 32
LEARNING_RATE = 0.1


@dataclass(frozen=True)
class Data:
    """Standardised examples as rows, split 80:20 into a part to train on and a part held out."""

    X: Array
    y: Array
    X_held_out: Array
    y_held_out: Array
    features: list[str]


def load(seed: int = 0) -> Data:
    """The data, shuffled and split by the seed, standardised by the mean and deviation of the training part."""
    bunch: Any = load_breast_cancer()
    order = np.random.default_rng(seed).permutation(len(bunch.target))
    training, held_out = np.split(order, [round(0.8 * len(order))])
    mean, deviation = bunch.data[training].mean(axis=0), bunch.data[training].std(axis=0)
    X, y = (bunch.data - mean) / deviation, bunch.target.astype(float)
    return Data(X[training], y[training], X[held_out], y[held_out], [str(name) for name in bunch.feature_names])


def train(data: Data, *, seed: int = 0, progress: bool = True) -> tuple[nn.LogisticRegression, nn.History]:
    """A neuron trained from zero by minibatch gradient descent, and how it went."""
    model = nn.LogisticRegression(data.X.shape[1])
    history = nn.fit(
        model,
        data.X,
        data.y,
        optimizer=nn.optimizers.SGD(model.parameters(), learning_rate=LEARNING_RATE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation=(data.X_held_out, data.y_held_out),
        seed=seed,
        progress=progress,
    )
    return model, history


def closed_form(model: nn.LogisticRegression, X: Array, y: Array) -> Array:
    """The lectures' gradient of the mean loss: (1/m) Xᵀ(a - y) for the weights, then (1/m) 1ᵀ(a - y) for the bias."""
    weights = np.array([weight.data for weight in model.neuron.weights])
    delta = 1.0 / (1.0 + np.exp(-(X @ weights + model.neuron.bias.data))) - y
    return np.append(X.T @ delta, delta.sum()) / len(y)


def graph_gradient(model: nn.LogisticRegression, X: Array, y: Array) -> Array:
    """The same gradient out of the recorded graph, in the same order."""
    losses = [
        nn.losses.binary_cross_entropy_with_logits(model.scores(x), target) for x, target in zip(X, y, strict=True)
    ]
    cost = autograd.mean(losses)
    return np.array(list(autograd.gradients(cost, [*model.neuron.weights, model.neuron.bias])))


def neuron_graph(model: nn.LogisticRegression, x: Array, y: float, shown: int = 2) -> Value:
    """The trained neuron and its loss at one example, gate by gate, with the heaviest synapses shown one by one.

    The other synapses add up to one number, so that the picture stays readable; every number in it is the real one.
    """
    weights = model.neuron.weights
    order = sorted(range(len(weights)), key=lambda i: -abs(weights[i].data * x[i]))
    rest = sum(weights[i].data * float(x[i]) for i in order[shown:])
    signal: Any = Constant(rest, label=f"{len(order) - shown} others") + model.neuron.bias
    for i in reversed(order[:shown]):
        signal = weights[i] * Constant(x[i], label=f"x_{i + 1}") + signal
    signal.label = "z"
    activation = autograd.sigmoid(signal)
    activation.label = "a"
    loss: Value = nn.losses.binary_cross_entropy(activation, y)
    loss.label = "J"
    return loss


def run(out: Path) -> None:
    """Train, print how it went, compare the gradients, and draw the neuron."""
    data = load()
    print(
        f"{len(data.y)} tumours to train on, {len(data.y_held_out)} held out, {data.X.shape[1]} measurements of each\n"
    )
    model, history = train(data)
    print(_table(history))
    _compare_gradients(model, data)
    print(f"\nheld-out accuracy: {history.validation_accuracy[-1]:.3f}")
    _draw(model, data, out / "neuron.svg")


def _table(history: nn.History) -> str:
    rows = zip(
        history.loss, history.accuracy, history.validation_loss, history.validation_accuracy, strict=True
    )  # fmt: skip
    lines = [f"{epoch:5}  {a:8.4f}  {b:8.3f}  {c:15.4f}  {d:19.3f}" for epoch, (a, b, c, d) in enumerate(rows, start=1)]
    return "\n".join(["epoch      loss  accuracy  validation loss  validation accuracy", *lines])


def _compare_gradients(model: nn.LogisticRegression, data: Data) -> None:
    difference = np.abs(graph_gradient(model, data.X, data.y) - closed_form(model, data.X, data.y)).max()
    print(f"\nthe graph's gradient and (1/m) Xᵀ(a - y) differ by at most {difference:.1e} (allowed: 1e-12)")
    if not difference <= 1e-12:
        raise ArithmeticError(f"the graph's gradient is off by {difference}")


def _draw(model: nn.LogisticRegression, data: Data, path: Path) -> None:
    """The neuron at the held-out example that it is least sure of, where the gradients are large enough to read."""
    unsure = min(range(len(data.y_held_out)), key=lambda i: abs(model.scores(data.X_held_out[i]).data))
    loss = neuron_graph(model, data.X_held_out[unsure], data.y_held_out[unsure])
    model.zero_grad()
    loss.backward()
    print(f"wrote {autograd.draw(loss).render(path)}: the neuron's forward and backward pass")
