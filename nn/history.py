"""History: how training went."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nn.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nn.objective import Measurement


@dataclass(repr=False)
class History:
    """How training went: one number per epoch, measured after it. Validation is empty without validation data.

    >>> History(loss=[0.7, 0.4, 0.2], accuracy=[0.5, 0.75, 1.0])
    History(3 epochs, loss 0.7 → 0.2, accuracy 0.5 → 1)

    Attributes:
        loss, validation_loss: the mean loss over all examples, without what `l2` adds and without dropout.
        accuracy, validation_accuracy: the fraction of examples that are classified right; nan for a model that does not
            classify.
        interrupted: whether it was ended from the keyboard.
        converged: whether it ended because the cost no longer fell by more than `tolerance`.
        compiled: the backend of the program that was replayed, such as "numpy"; None if every batch was recorded.
        recorded_because: why it was not compiled, if it might have been.
        best_epoch: the epoch, counted from 0, whose parameters the model has now, where `patience` watched; else None.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    interrupted: bool = False
    converged: bool = False
    best_epoch: int | None = None
    compiled: str | None = None
    recorded_because: str = ""

    def __len__(self) -> int:
        return len(self.loss)

    def __repr__(self) -> str:
        epochs = counted(len(self), "epoch")
        figures = {
            "loss": self.loss,
            "accuracy": self.accuracy,
            "validation loss": self.validation_loss,
            "validation accuracy": self.validation_accuracy,
        }
        known = [f"{name} {_course(xs)}" for name, xs in figures.items() if xs and xs[0] == xs[0]]
        best = [] if self.best_epoch is None else [f"best_epoch {self.best_epoch}"]
        ends = [name for name in ("interrupted", "converged") if getattr(self, name)]
        return f"History({', '.join([epochs, *known, *best, *ends])})"

    def append(self, trained: Measurement, held_out: Measurement | None) -> None:
        """Add an epoch; an interrupt finds it whole or not there."""
        lists, figures = [self.loss, self.accuracy], [trained.loss, trained.accuracy]
        if held_out is not None:
            lists += [self.validation_loss, self.validation_accuracy]
            figures += [held_out.loss, held_out.accuracy]
        deque(map(list.append, lists, figures), maxlen=0)  # in C: no interrupt gets in between

    def plot(self) -> Figure:
        """Draw the losses over the epochs and, of a classifier, the accuracies below them; returns the figure.

        A notebook shows it; `figure.savefig("history.svg")` writes it to a file.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: there is no epoch to draw.
        """
        if not self.loss:
            raise ValueError("the history has no epochs to draw: call plot() after training")
        classifies = self.accuracy[0] == self.accuracy[0]
        figure, axes = panels(2 if classifies else 1)
        self._draw(axes[0], "loss", self.loss, self.validation_loss)
        if classifies:
            self._draw(axes[1], "accuracy", self.accuracy, self.validation_accuracy)
        axes[-1].set_xlabel("epoch")
        return figure

    def _draw(self, axes: Any, name: str, trained: list[float], held_out: list[float]) -> None:
        epochs = range(1, len(trained) + 1)
        marker = "o" if len(trained) == 1 else ""
        axes.plot(epochs, trained, color=_BLUE, marker=marker, label="training")
        if held_out:
            axes.plot(epochs, held_out, color=_ORANGE, marker=marker, label="validation")
        if self.best_epoch is not None:
            axes.axvline(self.best_epoch + 1, color="0.6", linewidth=1, linestyle=":", label="best epoch")
        axes.set_ylabel(name)
        axes.legend(frameon=False)


def _course(figures: list[float]) -> str:
    """Where it began and where it ended.

    >>> _course([0.68, 0.3, 0.0812345]), _course([0.5])
    ('0.68 → 0.08123', '0.5')
    """
    return " → ".join(f"{figure:.4g}" for figure in (figures[0], figures[-1])[: len(figures)])


_BLUE, _ORANGE = "#005a9c", "#b34700"  # of values and of gradients in the pictures of circuits


def panels(count: int) -> tuple[Figure, list[Any]]:
    """A figure with as many axes below each other, which pyplot does not keep, so that it is shown once and freed."""
    try:
        from matplotlib import pyplot
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise ImportError('plot() draws with matplotlib: pip install "gatewise[demos]"') from error
    figure, grid = pyplot.subplots(
        count, 1, sharex=True, squeeze=False, figsize=(6.4, 0.8 + 2.4 * count), layout="constrained"
    )
    pyplot.close(figure)
    for axes in grid[:, 0]:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="0.9")
        axes.set_axisbelow(True)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure, list(grid[:, 0])
