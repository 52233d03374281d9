"""Handwritten digits: softmax regression, and a network with a hidden layer

Ten neurons read digits of 8 × 8 pixels: each computes a score for its digit, and the softmax makes probabilities of the
scores.

In *softmax regression* neuron k has the score fₖ = Σ wₖᵢ·xᵢ + bₖ over the 64 pixels, and the probability of its digit
is P(y = k | x) = exp fₖ / Σⱼ exp fⱼ. The loss of an image is the *cross-entropy*: minus the logarithm of the
probability of its true digit t, which is −fₜ + log Σⱼ exp fⱼ. The images are scikit-learn's 1,797 handwritten digits.

A network puts a hidden layer in between, h = ReLU(W₁x + b₁), and its scores are those of h. It can combine pixels, at
the price of weights that no longer look like anything.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import load_digits

import nn
from demos.data import Data, split
from demos.epochs import show_epochs
from demos.handout import Handout, figure
from demos.landscape import Array
from demos.palette import FOR_AND_AGAINST

CLASSES = 10
SIDE = 8
BRIGHTEST = 16.0
HIDDEN = 16
EPOCHS = 5
BATCH_SIZE = 32
REGRESSION_RATE, NETWORK_RATE = 0.05, 0.02


class Trained(NamedTuple):
    """A model that was trained, and how that went."""

    model: nn.Model
    history: nn.History


@cache
def load(seed: int = 0) -> Data:
    """The images as rows of 64 features from 0 to 1, and their digits, split 80:20."""
    X, y = load_digits(return_X_y=True)
    return split(X / BRIGHTEST, y, seed)


@cache
def softmax_regression() -> Trained:
    """Ten neurons, from zero. Trained once, however often it is asked for."""
    return _train(nn.SoftmaxRegression(SIDE * SIDE, CLASSES), REGRESSION_RATE)


@cache
def network() -> Trained:
    """A hidden layer of 16 neurons before the ten. Trained once, however often it is asked for."""
    return _train(nn.MLP(SIDE * SIDE, [HIDDEN, CLASSES], output="softmax", seed=0), NETWORK_RATE)


def _train(model: nn.Model, learning_rate: float) -> Trained:
    data = load()
    history = nn.fit(
        model,
        data.X,
        data.y,
        optimizer=nn.optimizers.Adam(model.parameters(), learning_rate=learning_rate),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation=(data.X_held_out, data.y_held_out),
        progress=False,
    )
    return Trained(model, history)


def confusion(model: nn.Model, X: Array, y: Array) -> Array:
    """How often the digit of each row was read as the digit of each column."""
    table = np.zeros((CLASSES, CLASSES), dtype=int)
    np.add.at(table, (y.astype(int), model.predict(X)), 1)
    return table


def run(handout: Handout) -> None:
    """Train both, and look at the weights, the confusions and the misread digits."""
    data, (regression, history) = load(), softmax_regression()
    handout.say("## The images")
    _plot_digits(handout, data)
    handout.say("## Softmax regression")
    show_epochs(handout, history, "Ten neurons, trained with Adam on the cross-entropy.")
    _plot_weights(handout, regression)
    handout.say("## What is taken for what")
    _show_confusion(handout, confusion(regression, data.X_held_out, data.y_held_out))
    _plot_misread(handout, data, regression)
    handout.say(f"## A hidden layer of {HIDDEN} neurons")
    _compare(handout, {"softmax regression": softmax_regression(), "network": network()})


def _plot_digits(handout: Handout, data: Data) -> None:
    plot, row = figure(9, 1.4, ncols=CLASSES)
    for digit, axes in enumerate(row):
        _show(axes, data.X[data.y == digit][0], str(digit))
    handout.plot(
        plot, "digits", f"One of each class. {len(data.y)} images to train on, {len(data.y_held_out)} held out."
    )


def _plot_weights(handout: Handout, model: Any) -> None:
    weights = np.array([[weight.data for weight in neuron.weights] for neuron in model.layer.neurons])
    limit = np.abs(weights).max()
    plot, grid = figure(9, 4, nrows=2, ncols=CLASSES // 2)
    for digit, axes in enumerate(grid.flat):
        pixels = weights[digit].reshape(SIDE, SIDE)
        image = axes.imshow(pixels, cmap=FOR_AND_AGAINST, vmin=-limit, vmax=limit, interpolation="none")
        axes.set_title(str(digit))
        axes.axis("off")
    plot.colorbar(image, ax=list(grid.flat), label="weight", shrink=0.8)
    handout.plot(
        plot,
        "weights",
        "The weights of the ten neurons at the places of their pixels. Ink on blue speaks for the digit, ink on orange "
        "against it: that of 0 does not want any in the middle.",
    )


def _show_confusion(handout: Handout, table: Array) -> None:
    handout.table(
        ["true digit", *map(str, range(CLASSES))],
        [[digit, *[str(count) if count else "·" for count in counts]] for digit, counts in enumerate(table)],
    )
    handout.say(
        "A row for each digit, a column for what it was read as. "
        f"{table.trace()} of the {table.sum()} held-out digits stand on the diagonal: they were read right, an "
        f"accuracy of **{table.trace() / table.sum():.3f}**."
    )


def _plot_misread(handout: Handout, data: Data, model: nn.Model, count: int = 8) -> None:
    probabilities = np.array(model.predict_probabilities(data.X_held_out))
    read = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(read != data.y_held_out)[:count]
    plot, row = figure(9, 1.7, ncols=count)
    for axes in row:
        axes.axis("off")
    for axes, i in zip(row, wrong, strict=False):
        _show(axes, data.X_held_out[i], f"{data.y_held_out[i]} as {read[i]}\nP = {probabilities[i, read[i]]:.2f}")
    handout.plot(
        plot,
        "misread",
        "Some that were misread: what they are, what they were taken for, and the probability given to that.",
    )


def _compare(handout: Handout, trained: dict[str, Trained]) -> None:
    handout.table(
        ["model", "parameters", "training accuracy", "held-out loss", "held-out accuracy"],
        [
            [
                name,
                str(len(model.parameters())),
                history.accuracy[-1],
                history.validation_loss[-1],
                history.validation_accuracy[-1],
            ]
            for name, (model, history) in trained.items()
        ],
    )
    plot, axes = figure()
    for name, (_, history) in trained.items():
        axes.plot(range(1, EPOCHS + 1), history.validation_loss, "o-", markersize=4, label=name)
    axes.set(xlabel="epoch", ylabel="held-out cross-entropy", xticks=range(1, EPOCHS + 1), ylim=(0, None))
    axes.legend()
    handout.plot(plot, "comparison", f"The loss on the held-out digits, after each of {EPOCHS} epochs.")
    handout.say(
        "Softmax regression starts from zero: its cost is convex. The network must start from random weights, takes "
        "longer to find its way, and gains little here, since the ten digits are almost linearly separable."
    )


def _show(axes: Any, x: Array, title: str) -> None:
    axes.imshow(x.reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1, interpolation="none")
    axes.set_title(title, fontsize=10)
    axes.axis("off")
