"""Cat or not: logistic regression on 12,288 features

One neuron looks at all numbers of a colour image at once: 64 × 64 pixels with three colours make 12,288 features.

*Unrolled* into one long vector, first all reds, then all greens, then all blues, the numbers of an image are the
features x of a neuron with 12,288 weights and a bias, whose output is P(cat | x) = σ(Σ wᵢ·xᵢ + b). The neuron knows
nothing of neighbouring pixels or of colours: each number has a weight of its own.

The images are **synthetic**, drawn by this program: the cats are faces with two pointed ears, eyes and whiskers, the
others are balls, boxes and bears (with round ears) in the same colours. Place, size, colours, background and noise are
random. So the accuracy below says nothing about photographs of real cats, for which a single neuron is far too little.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import autograd
import nn
from demos.cat_images import SIDE, images
from demos.data import Data, split
from demos.epochs import show_epochs
from demos.handout import Handout, figure
from demos.landscape import Array
from demos.palette import FOR_AND_AGAINST

FEATURES = 3 * SIDE * SIDE
COUNT = 200
EPOCHS = 6
BATCH_SIZE = 16
LEARNING_RATE = 0.004
MIDDLE = 0.5
"""Subtracted from every feature, so that they lie around 0."""


def unrolled(pictures: Array) -> Array:
    """Images [..., row, column, colour] as vectors of 12,288 features: all reds, then all greens, then all blues."""
    channels = np.moveaxis(pictures, -1, -3)
    return channels.reshape(*channels.shape[:-3], FEATURES) - MIDDLE


def rolled(vectors: Array) -> Array:
    """The images of vectors: the inverse of `unrolled`."""
    return np.moveaxis(vectors.reshape(*vectors.shape[:-1], 3, SIDE, SIDE), -3, -1) + MIDDLE


@cache
def load(seed: int = 0) -> Data:
    """200 images, half of them cats, split 80:20."""
    pictures, y = images(COUNT, seed)
    return split(unrolled(pictures), y, seed)


@cache
def train() -> tuple[nn.LogisticRegression, nn.History]:
    """The neuron, trained from zero, and how it went. Done once, however often it is asked for."""
    data, model = load(), nn.LogisticRegression(FEATURES)
    history = nn.fit(
        model,
        data.X,
        data.y,
        optimizer=nn.optimizers.SGD(model.parameters(), learning_rate=LEARNING_RATE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation=(data.X_held_out, data.y_held_out),
        progress=False,
    )
    return model, history


def weights(model: nn.LogisticRegression) -> Array:
    """The 12,288 weights, without the bias."""
    return np.array([weight.data for weight in model.neuron.weights])


def probabilities(model: nn.LogisticRegression, X: Array) -> Array:
    """P(cat | x) of every row, with vectors."""
    return 1.0 / (1.0 + np.exp(-(X @ weights(model) + model.neuron.bias.data)))


def run(handout: Handout) -> None:
    """Show the images, train, and look at the weights and at what is taken for a cat."""
    data = load()
    handout.say("## The images")
    _plot_images(handout, data)
    handout.say("## One image in the graph")
    _count_gates(handout, data)
    handout.say("## Training")
    model, history = train()
    _show_training(handout, history)
    handout.say("## What it has learned")
    _plot_weights(handout, model)
    _plot_answers(handout, data, model)


def _plot_images(handout: Handout, data: Data) -> None:
    plot, grid = figure(9, 3.4, nrows=2, ncols=6)
    for row, is_cat in zip(grid, (0, 1), strict=True):
        for axes, x in zip(row, data.X[data.y == is_cat], strict=False):
            _show(axes, x, "cat" if is_cat else "not")
    handout.plot(
        plot, "images", f"12 of the {len(data.y)} images to train on; {len(data.y_held_out)} more are held out."
    )


def _count_gates(handout: Handout, data: Data) -> None:
    model = nn.LogisticRegression(FEATURES)
    loss = model.default_loss(model.scores(data.X[0].tolist()), data.y[0])
    nodes = autograd.topological_order(loss)
    gates = [node.gate.symbol for node in nodes if node.gate is not None]
    handout.say(
        f"The loss of one image has {len(nodes):,} nodes: the features, the weights, the bias, and {len(gates)} gates. "
        "The adder Σ wᵢ·xᵢ + b is one of them, however many inputs it has; written out in gates × and + there would be "
        f"{2 * FEATURES:,}. One backward pass gives the slope in all {FEATURES + 1:,} parameters."
    )


def _show_training(handout: Handout, history: nn.History) -> None:
    show_epochs(handout, history, "The loss and the accuracy after each epoch.")
    handout.say(
        f"Of the held-out images the neuron recognises **{history.validation_accuracy[-1]:.1%}**. There are "
        f"{FEATURES // len(load().y)} times as many weights as images to train on. Starting from zero with "
        "a small learning rate and few epochs keeps the weights small all the same."
    )


def _plot_weights(handout: Handout, model: nn.LogisticRegression) -> None:
    learned = rolled(weights(model)) - MIDDLE
    limit = np.abs(learned).max()
    plot, row = figure(9, 3.2, ncols=3)
    for axes, channel, name in zip(row, np.moveaxis(learned, -1, 0), ("red", "green", "blue"), strict=True):
        image = axes.imshow(channel, cmap=FOR_AND_AGAINST, vmin=-limit, vmax=limit, interpolation="none")
        axes.set(title=f"weights of {name}", xticks=[], yticks=[])
        axes.grid(False)
    plot.colorbar(image, ax=list(row), label="weight", shrink=0.85)
    handout.plot(
        plot,
        "weights",
        "The weights, put back into the places of their pixels. Where they are blue, brightness speaks for a cat, "
        "where they are orange, against it. What counts most is whether there is something bright where cats have "
        "whiskers.",
    )


def _plot_answers(handout: Handout, data: Data, model: nn.LogisticRegression) -> None:
    answers = probabilities(model, data.X_held_out)
    surprise = np.abs(answers - data.y_held_out)
    order = np.argsort(surprise)
    plot, grid = figure(9, 3.7, nrows=2, ncols=6)
    for axes, i in zip(grid.flat, [*order[::-1][:6], *order[:6]], strict=True):
        _show(axes, data.X_held_out[i], f"P(cat) = {answers[i]:.2f}")
    handout.plot(
        plot,
        "answers",
        "Held-out images. Above, those whose answer is furthest from the truth; below, those whose answer is nearest.",
    )


def _show(axes: Any, x: Array, title: str) -> None:
    axes.imshow(rolled(x), interpolation="none")
    axes.set_title(title, fontsize=10)
    axes.axis("off")
