"""Logistic regression on the Wisconsin breast-cancer data

One neuron, trained with gradients from our own engine, tells benign tumours from malignant ones.

The data are 569 tumours with 30 measurements of each, benign (1) or malignant (0). The neuron's signal is
z = Σ wᵢ·xᵢ + b, its output a = σ(z) = P(benign | x), its loss J = −y log a − (1 − y) log(1 − a).

The lectures work out by hand that ∂J/∂z is the *delta error* a − y, so that over a batch ∂J/∂w = (1/m) Xᵀ(a − y). Here
nobody works it out: the graph does, and the closed form is only there to compare.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

import autograd
import nn
from autograd import Constant, Value
from demos.data import Data, split
from demos.epochs import show_epochs
from demos.handout import BLUE, ORANGE, Handout, figure, written
from demos.landscape import Array

EPOCHS = 12
BATCH_SIZE = 32
LEARNING_RATE = 0.1
TOLERANCE = 1e-12


def load(seed: int = 0) -> Data:
    """The data, shuffled and split by the seed, standardised by the mean and deviation of the training part."""
    X, y = load_breast_cancer(return_X_y=True)
    return split(X, y.astype(float), seed).standardised()


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
    delta = 1.0 / (1.0 + np.exp(-(X @ _weights(model) + model.neuron.bias.data))) - y
    return np.append(X.T @ delta, delta.sum()) / len(y)


def graph_gradient(model: nn.LogisticRegression, X: Array, y: Array) -> Array:
    """The same gradient out of the recorded graph, in the same order."""
    losses = [
        nn.losses.binary_cross_entropy_with_logits(model.scores(x), target)
        for x, target in zip(X.tolist(), y.tolist(), strict=True)
    ]
    cost = autograd.mean(losses)
    return np.array(autograd.gradients(cost, [*model.neuron.weights, model.neuron.bias]))


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


def run(handout: Handout) -> None:
    """Train, show how it went, compare the gradients, and draw the neuron."""
    data = load()
    handout.say(
        f"{len(data.y)} tumours to train on, {len(data.y_held_out)} held out, {data.X.shape[1]} measurements of each"
    )
    handout.say("## Training")
    model, history = train(data)
    show_epochs(handout, history, "The mean loss and the accuracy after each epoch, of both parts of the data.")
    handout.say(f"held-out accuracy: {history.validation_accuracy[-1]:.3f}")
    handout.say("## The graph's gradient and the closed form")
    _compare_gradients(handout, model, data)
    handout.say("## What counts")
    _plot_weights(handout, model)
    handout.say("## The neuron, forwards and backwards")
    _draw(handout, model, data)


def _compare_gradients(handout: Handout, model: nn.LogisticRegression, data: Data) -> None:
    difference = np.abs(graph_gradient(model, data.X, data.y) - closed_form(model, data.X, data.y)).max()
    handout.say(
        f"the graph's gradient and (1/m) Xᵀ(a − y) differ by at most {written(difference)} "
        f"(allowed: {written(TOLERANCE)})"
    )
    if not difference <= TOLERANCE:
        raise ArithmeticError(f"the graph's gradient is off by {difference}")


def _plot_weights(handout: Handout, model: nn.LogisticRegression) -> None:
    weights, names = _weights(model), np.array(load_breast_cancer().feature_names)
    order = np.argsort(weights)
    plot, axes = figure(8, 7)
    axes.barh(names[order], weights[order], color=np.where(weights[order] > 0, BLUE, ORANGE))
    axes.set(xlabel="weight wᵢ of the standardised measurement")
    axes.tick_params(axis="y", labelsize=9)
    axes.grid(visible=False, axis="y")
    handout.plot(
        plot,
        "weights",
        "The measurements were standardised, so their weights can be compared. A negative one (orange) says that a "
        "larger number speaks for malignant.",
    )


def _draw(handout: Handout, model: nn.LogisticRegression, data: Data) -> None:
    """The neuron at the held-out example that it is least sure of, where the gradients are large enough to read."""
    unsure = min(range(len(data.y_held_out)), key=lambda i: abs(model.scores(data.X_held_out[i]).data))
    loss = neuron_graph(model, data.X_held_out[unsure], data.y_held_out[unsure])
    model.zero_grad()
    loss.backward()
    handout.draw(
        autograd.draw(loss),
        "neuron",
        "The trained neuron at the held-out tumour that it is least sure of: above the wires the values of the forward "
        "pass, below them the gradients of the backward pass. The two heaviest synapses are shown; the others add up "
        "to one number. At z the gradient is a − y.",
    )


def _weights(model: nn.LogisticRegression) -> Array:
    return np.array([weight.data for weight in model.neuron.weights])
