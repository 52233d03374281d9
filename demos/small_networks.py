"""Small networks on two moons: how weights begin, and what helps against overfitting

Two interleaving half circles of points, one for each class: no line separates them, but a multi-layer perceptron does.

With two hidden layers it computes h₁ = f(W₁x + b₁), h₂ = f(W₂h₁ + b₂) and P(y = 1 | x) = σ(w₃·h₂ + b₃). Its cost is not
convex, so the *initialisation* of the weights matters. Neurons of a layer that begin alike get the same gradient and
stay alike for ever, so that the layer is worth one neuron: zeros will not do. Random weights break the *symmetry*. How
large they should be depends on the activation. *He*: Normal(0, √(2/dᵢₙ)) for ReLU. *Xavier*: Uniform
±√6/√(dᵢₙ + dₒᵤₜ) for tanh. Both keep the signals about as large from layer to layer.

A network with many weights and few, noisy examples learns the noise by heart: it *overfits*. The loss on the training
data keeps falling, while that on *held-out* data, which are only there to judge by, rises. *L2 regularisation* adds
λ·‖θ‖² to the cost, which pulls all parameters towards 0. *Dropout* leaves out a random half of the hidden nodes in each
training step, so that none can rely on a certain other. It does not look at the size of the weights.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import make_moons

import nn
from demos.data import Data
from demos.handout import BLUE, INK, ORANGE, Handout, figure
from demos.landscape import Array
from demos.palette import FOR_AND_AGAINST

MOONS = Data(*make_moons(200, noise=0.15, random_state=0), *make_moons(100, noise=0.15, random_state=1))
NEURONS, EPOCHS, BATCH_SIZE, LEARNING_RATE = (16, 16, 1), 12, 20, 0.03

NOISY = Data(*make_moons(40, noise=0.3, random_state=1), *make_moons(200, noise=0.3, random_state=2))
MANY_NEURONS, MANY_EPOCHS, SMALL_BATCH, SLOW_RATE = (24, 8, 1), 200, 10, 0.01
L2, DROPOUT = 0.003, 0.5


class Trained(NamedTuple):
    """A network that was trained, and how that went."""

    model: nn.MLP
    history: nn.History


def alike(inputs: int, outputs: int, random: Any) -> float:
    """An initializer that begins every weight with the same number."""
    return 0.1


INITIALISATIONS = {
    "zeros, ReLU": ("relu", nn.initializers.zeros),
    "all 0.1, ReLU": ("relu", alike),
    "Xavier, tanh": ("tanh", nn.initializers.xavier_uniform),
    "He, ReLU": ("relu", nn.initializers.he_normal),
}
REGULARISATIONS = {
    "none": {"l2": 0.0, "dropout": 0.0},
    f"L2, λ = {L2:g}": {"l2": L2, "dropout": 0.0},
    f"dropout, p = {DROPOUT:g}": {"l2": 0.0, "dropout": DROPOUT},
}


@cache
def initialised() -> dict[str, Trained]:
    """A network for each way to begin, trained. Done once, however often it is asked for."""
    return {
        name: _train(
            nn.MLP(2, NEURONS, activation=activation, initializer=initializer, seed=0),
            MOONS,
            LEARNING_RATE,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
        )
        for name, (activation, initializer) in INITIALISATIONS.items()
    }


@cache
def regularised() -> dict[str, Trained]:
    """A network for each way against overfitting, trained on few, noisy points. Done once."""
    return {
        name: _train(
            nn.MLP(2, MANY_NEURONS, dropout=options["dropout"], seed=0),
            NOISY,
            SLOW_RATE,
            epochs=MANY_EPOCHS,
            batch_size=SMALL_BATCH,
            l2=options["l2"],
        )
        for name, options in REGULARISATIONS.items()
    }


def _train(model: nn.MLP, data: Data, learning_rate: float, **options: Any) -> Trained:
    history = nn.fit(
        model,
        data.X,
        data.y,
        optimizer=nn.optimizers.Adam(model.parameters(), learning_rate=learning_rate),
        validation=(data.X_held_out, data.y_held_out),
        progress=False,
        **options,
    )
    return Trained(model, history)


def different_neurons(model: nn.MLP) -> int:
    """How many neurons of the first layer are not copies of one another."""
    return len({tuple(parameter.data for parameter in neuron.parameters()) for neuron in model.layers[0].neurons})


def squared_norm(model: nn.MLP) -> float:
    """‖θ‖², the sum of the squares of all parameters."""
    return sum(parameter.data**2 for parameter in model.parameters())


def run(handout: Handout) -> None:
    """Compare the initialisations, then the ways against overfitting."""
    handout.say("## How the weights begin")
    _show_initialisations(handout, initialised())
    handout.say("## Against overfitting")
    _show_regularisations(handout, regularised())


def _show_initialisations(handout: Handout, trained: dict[str, Trained]) -> None:
    handout.table(
        ["initialisation", "different neurons in layer 1", "loss", "held-out loss", "held-out accuracy"],
        [
            [name, different_neurons(model), history.loss[-1], history.validation_loss[-1], _percent(history)]
            for name, (model, history) in trained.items()
        ],
    )
    handout.say(
        f"{len(MOONS.y)} points to train on, {len(MOONS.y_held_out)} held out; layers of {NEURONS[0]}, {NEURONS[1]} "
        f"and {NEURONS[2]} neurons; {EPOCHS} epochs with Adam. With zeros every ReLU puts out 0 and passes no gradient "
        "back: only the last bias learns. Weights that are all alike do learn, but the 16 neurons of a layer stay "
        "copies of each other."
    )
    plot, axes = figure()
    for name, (_, history) in trained.items():
        axes.plot(range(1, len(history) + 1), history.loss, label=name)
    axes.set(xlabel="epoch", ylabel="training loss", ylim=(0, 0.8))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    handout.plot(plot, "initialisation", "The mean cross-entropy after each epoch. That of a coin is log 2 = 0.693.")
    _plot_boundaries(handout, trained, MOONS, "boundaries")


def _show_regularisations(handout: Handout, trained: dict[str, Trained]) -> None:
    handout.table(
        ["regularisation", "‖θ‖²", "loss", "accuracy", "held-out loss", "held-out accuracy"],
        [
            [
                name,
                squared_norm(model),
                history.loss[-1],
                f"{history.accuracy[-1]:.0%}",
                history.validation_loss[-1],
                _percent(history),
            ]
            for name, (model, history) in trained.items()
        ],
    )
    handout.say(
        f"{len(NOISY.y)} noisy points to train on, {len(NOISY.y_held_out)} held out; layers of {MANY_NEURONS[0]}, "
        f"{MANY_NEURONS[1]} and {MANY_NEURONS[2]} neurons; {MANY_EPOCHS} epochs. Without regularisation the network "
        "gets every training point right and is ever more sure of itself, also where it is wrong. The "
        "held-out accuracy tells little of that, but the held-out loss does, because it punishes confident mistakes. "
        "Both ways make it smaller: L2 by keeping the weights small, dropout with weights that are still "
        "large. A third way is to stop in time: the page on early stopping shows that."
    )
    plot, row = figure(10, 3.6, ncols=len(trained), sharey=True)
    for axes, (name, (_, history)) in zip(row, trained.items(), strict=True):
        epochs = range(1, len(history) + 1)
        axes.plot(epochs, history.loss, color=BLUE, label="training")
        axes.plot(epochs, history.validation_loss, color=ORANGE, label="held out")
        axes.set(title=name, xlabel="epoch", ylim=(0, 1))
    row[0].set_ylabel("mean cross-entropy")
    row[0].legend(loc="upper right")
    handout.plot(
        plot,
        "overfitting",
        "The loss after each epoch, measured without the added λ·‖θ‖² and with all nodes in place.",
    )
    _plot_boundaries(handout, trained, NOISY, "noisy_boundaries")


def _plot_boundaries(handout: Handout, trained: dict[str, Trained], data: Data, name: str) -> None:
    columns = 2 if len(trained) == 4 else len(trained)
    rows = len(trained) // columns
    plot, grid = figure(10, 3.4 * rows, nrows=rows, ncols=columns, squeeze=False)
    for axes, (title, (model, _)) in zip(grid.flat, trained.items(), strict=True):
        _draw_boundary(axes, model, data)
        axes.set(title=title, xlabel="feature x₁", ylabel="feature x₂")
    handout.plot(
        plot,
        name,
        "P(y = 1 | x) over the plane, from orange (0) to blue (1); the line is the *decision boundary*, P = ½. Discs "
        "are training points, rings are held out.",
    )


def _draw_boundary(axes: Any, model: nn.MLP, data: Data) -> None:
    x, y = np.meshgrid(np.linspace(-1.8, 2.8, 50), np.linspace(-1.4, 1.9, 40))
    probabilities = np.array(model.predict_probabilities(np.column_stack([x.ravel(), y.ravel()]))).reshape(x.shape)
    axes.contourf(x, y, probabilities, levels=np.linspace(0, 1, 11), cmap=FOR_AND_AGAINST, alpha=0.45)
    axes.contour(x, y, probabilities, levels=[0.5], colors=INK, linewidths=1.2)
    axes.scatter(*data.X.T, c=_colors(data.y), s=12)
    axes.scatter(*data.X_held_out.T, facecolors="none", edgecolors=_colors(data.y_held_out), s=14, linewidths=0.8)
    axes.grid(False)


def _colors(y: Array) -> list[str]:
    return [BLUE if target else ORANGE for target in y]


def _percent(history: nn.History) -> str:
    return f"{history.validation_accuracy[-1]:.0%}"
