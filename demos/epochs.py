"""What a handout shows of a training: a row for every epoch, and the curves."""

from __future__ import annotations

import nn
from demos.handout import Handout


def show_epochs(handout: Handout, history: nn.History, caption: str) -> None:
    """The history as a table and as a plot."""
    rows = zip(history.loss, history.accuracy, history.validation_loss, history.validation_accuracy, strict=True)
    handout.table(
        ["epoch", "loss", "accuracy", "held-out loss", "held-out accuracy"],
        [[epoch, *row] for epoch, row in enumerate(rows, start=1)],
    )
    handout.plot(
        history.plot(), "epochs", f"{caption} *Validation* is what `fit` calls measuring on held-out examples."
    )
