"""Early stopping: when to end training

Two rules end training before its last epoch: the loss no longer falls, or validation no longer improves.

The first is for gradient descent over the whole batch, whose cost falls at every step: once an epoch lowers it by less
than a *tolerance*, there is little left to gain.

The second is for a network that *overfits*: its training loss keeps falling while it learns the noise by heart. So a
part of the examples, here 20 of 100 (80:20), is not trained on, but watched: the *validation data*. When their loss (or
their accuracy) has not improved for some epochs in a row, the *patience*, training ends, and the parameters go back to
those of the best epoch. As the validation data decide, they are no fair judges of the result. That is what the held-out
examples are for, which nothing was decided by.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sklearn.datasets import make_moons

import nn
from demos import breast_cancer
from demos.data import Data, split
from demos.handout import BLUE, GREY, INK, ORANGE, Handout, figure

EXAMPLES = Data(*make_moons(100, noise=0.3, random_state=0), *make_moons(200, noise=0.3, random_state=1))
NEURONS, EPOCHS, BATCH_SIZE, LEARNING_RATE = (24, 8, 1), 100, 10, 0.03
PATIENCE = 15

RULES: dict[str, dict[str, Any]] = {
    "none": {},
    "validation loss": {"patience": PATIENCE, "monitor": "loss"},
    "validation accuracy": {"patience": PATIENCE, "monitor": "accuracy"},
}
TOLERANCES = (1e-2, 1e-3, 1e-4)
MOST_EPOCHS = 1000


class Stopped(NamedTuple):
    """A network that was trained by a rule, how that went, and its loss and accuracy on the held-out examples."""

    history: nn.History
    held_out_loss: float
    held_out_accuracy: float

    @property
    def kept(self) -> int:
        """The epoch, counted from 0, whose parameters the network has."""
        return len(self.history) - 1 if self.history.best_epoch is None else self.history.best_epoch


@cache
def by_validation() -> dict[str, Stopped]:
    """The same network trained by each of the rules. Done once, however often it is asked for."""
    return {name: _train(**options) for name, options in RULES.items()}


def _train(**options: Any) -> Stopped:
    data = split(EXAMPLES.X, EXAMPLES.y)
    model = nn.MLP(2, NEURONS, seed=0)
    history = nn.fit(
        model,
        data.X,
        data.y,
        optimizer=nn.optimizers.Adam(model.parameters(), learning_rate=LEARNING_RATE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation=(data.X_held_out, data.y_held_out),
        progress=False,
        **options,
    )
    return Stopped(history, *nn.evaluate(model, EXAMPLES.X_held_out, EXAMPLES.y_held_out))


def by_tolerance(tolerance: float) -> nn.History:
    """Logistic regression on the breast-cancer data by batch gradient descent, until the loss no longer falls."""
    data = breast_cancer.load()
    return nn.fit(
        nn.LogisticRegression(data.X.shape[1]),
        data.X,
        data.y,
        epochs=MOST_EPOCHS,
        batch_size=len(data.y),
        tolerance=tolerance,
        progress=False,
    )


def run(handout: Handout) -> None:
    """Stop by the loss, then by validation, and compare with not stopping."""
    handout.say("## The loss no longer falls")
    _show_tolerance(handout)
    handout.say("## Validation no longer improves")
    _show_validation(handout, by_validation())


def _show_tolerance(handout: Handout) -> None:
    histories = {tolerance: by_tolerance(tolerance) for tolerance in TOLERANCES}
    handout.say(
        "A neuron learns the breast-cancer data by batch gradient descent. A smaller tolerance waits longer, for less "
        "and less."
    )
    plot, axes = figure()
    longest = histories[TOLERANCES[-1]].loss
    axes.plot(range(1, len(longest) + 1), longest, color=BLUE)
    for tolerance, history in histories.items():
        axes.plot(len(history), history.loss[-1], "o", color=ORANGE)
        axes.annotate(
            f"{tolerance:g}", (len(history), history.loss[-1]), xytext=(0, 8), textcoords="offset points", ha="center"
        )
    axes.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
    handout.plot(plot, "tolerance", "The training loss, and where each tolerance ends the training.")
    handout.table(
        ["tolerance", "epochs", "loss", "what the last epoch gained"],
        [
            [tolerance, len(history), history.loss[-1], history.loss[-2] - history.loss[-1]]
            for tolerance, history in histories.items()
        ],
    )


def _show_validation(handout: Handout, stopped: dict[str, Stopped]) -> None:
    _plot_losses(handout, stopped["none"].history, stopped["validation loss"])
    handout.table(
        [
            "watched",
            "epochs",
            "parameters of epoch",
            "training loss",
            "validation loss",
            "held-out loss",
            "held-out accuracy",
        ],
        [
            [
                name,
                len(each.history),
                each.kept + 1,
                each.history.loss[each.kept],
                each.history.validation_loss[each.kept],
                each.held_out_loss,
                f"{each.held_out_accuracy:.1%}",
            ]
            for name, each in stopped.items()
        ],
    )
    handout.say(
        f"A network with layers of {', '.join(map(str, NEURONS))} neurons on noisy moons: 80 examples to train on, 20 "
        f"for validation, {len(EXAMPLES.y_held_out)} held out. With early stopping it takes a fraction of the "
        "epochs, and the held-out loss is smaller although the training loss is larger. The accuracy on 20 examples "
        "moves in steps of 5%, so that many epochs are equally good; the first of them counts as the best."
    )


def _plot_losses(handout: Handout, full: nn.History, stopped: Stopped) -> None:
    plot, axes = figure(8, 4)
    epochs = range(1, len(full) + 1)
    axes.plot(epochs, full.loss, color=BLUE, label="training")
    axes.plot(epochs, full.validation_loss, color=ORANGE, label="validation")
    axes.axvline(len(stopped.history), color=INK, linewidth=1, label="training stops")
    axes.axvspan(stopped.kept + 1, len(stopped.history), color=GREY, alpha=0.2, linewidth=0, label="patience")
    best = stopped.history.validation_loss[stopped.kept]
    axes.plot(stopped.kept + 1, best, "o", color=INK, label="best epoch")
    axes.set(xlabel="epoch", ylabel="mean cross-entropy", ylim=(0, 1))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    handout.plot(
        plot,
        "validation",
        f"The loss after each epoch, also after those that early stopping spares. In epoch {stopped.kept + 1} the "
        f"validation loss is smallest; {PATIENCE} epochs later none was smaller, so training stops and goes back.",
    )
