"""The search for a learning rate: try some, and keep the one that does best on validation data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nn.early_stopping import Monitor
from nn.examples import examples
from nn.history import History, panels
from nn.module import Module, Parameter
from nn.optimizers import SGD
from nn.schedules import check_rate
from nn.training import Features, Targets, fit
from nn.training_run import Optimizer
from nn.wording import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(repr=False)
class LearningRateSearch:
    """How a search went.

    Attributes:
        best: the learning rate that did best.
        histories: of every rate that was tried to its end.
        diverged: the rates at which the loss or a parameter became nan or infinite.
        monitor: what of the validation they were judged by, "loss" or "accuracy".
    """

    best: float
    histories: dict[float, History] = field(default_factory=dict)
    diverged: list[float] = field(default_factory=list)
    monitor: Monitor = "loss"

    def __repr__(self) -> str:
        reached = [f"{_reached(history, self.monitor):.4g} at {rate:g}" for rate, history in self._measured()]
        diverged = [f"diverged at {rate:g}" for rate in self.diverged]
        found = "; ".join([f"validation {self.monitor} {', '.join(reached)}", *diverged])
        return f"LearningRateSearch(best {self.best:g}; {found})"

    def plot(self) -> Figure:
        """Draw the validation over the epochs, a line for every rate that was tried to its end; returns the figure.

        Raises:
            ImportError: matplotlib is not installed.
        """
        figure, (axes,) = panels(1)
        for rate, history in self._measured():
            figures = history.validation_loss if self.monitor == "loss" else history.validation_accuracy
            marker = "o" if len(figures) == 1 else ""
            label = f"{rate:g} (best)" if rate == self.best else f"{rate:g}"
            axes.plot(range(1, len(figures) + 1), figures, marker=marker, label=label)
        axes.set_xlabel("epoch")
        axes.set_ylabel(f"validation {self.monitor}")
        figure.legend(frameon=False, title="learning rate", loc="outside right center")
        return figure

    def _measured(self) -> list[tuple[float, History]]:
        return [(rate, history) for rate, history in self.histories.items() if history]


def search_learning_rate(  # noqa: PLR0913
    model: Module,
    X: Features,
    y: Targets,
    *,
    validation: tuple[Features, Targets] | float,
    rates: Iterable[float] = (0.001, 0.01, 0.1, 1.0),
    optimizer: Callable[[list[Parameter], float], Optimizer] = SGD,
    monitor: Monitor = "loss",
    **options: Any,
) -> LearningRateSearch:
    """Train the model with each learning rate from where it is now, and keep what does best on validation data.

    >>> import nn
    >>> model = nn.LogisticRegression(1)
    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]
    >>> search_learning_rate(model, X, y, validation=([[-3.0], [3.0]], [0, 1]), rates=(0.1, 1), progress=False)
    LearningRateSearch(best 1; validation loss 0.1627 at 0.1, 0.001818 at 1)

    Args:
        model: what to train; afterwards its parameters are those that did best.
        X, y: the examples and their targets.
        validation: the examples and targets to judge by; or the part of X and y, from 0 to 1, to hold out for that.
        rates: the candidates; of equally good ones the first is kept.
        optimizer: makes an optimizer from parameters and a learning rate, such as the class `nn.optimizers.Adam`.
        monitor: what better means: a lower validation "loss", or a higher validation "accuracy".
        options: the other options of `fit`.

    Returns:
        The best rate and all histories. An interrupt from the keyboard ends the search with the best so far.

    Raises:
        ValueError: no candidates, or one that is not above 0; and whatever `fit` refuses.
        TypeError: the optimizer is no class or function that makes one; and whatever `fit` refuses.
        FloatingPointError: training diverged at every rate; the parameters are then as they were.
        KeyboardInterrupt: it was interrupted before the first epoch was over; the parameters are then as they were.
    """
    candidates = [check_rate(rate, "a learning rate") for rate in rates]
    if not candidates:
        raise ValueError("rates has no candidates: write rates=(0.001, 0.01, 0.1, 1)")
    if validation is None:
        raise ValueError("a search judges by validation data: write validation=(X_held_out, y_held_out) or a part")
    _check_makes_optimizers(optimizer)
    X, y = _kept(X, y, "X")
    if isinstance(validation, tuple | list) and len(validation) == 2:
        validation = _kept(*validation, "validation")
    start = model.state_dict()
    best_state, best_figure, search = start, float("inf"), LearningRateSearch(float("nan"), monitor=monitor)
    for rate in candidates:
        model.load_state_dict(start)
        try:
            history = fit(
                model,
                X,
                y,
                optimizer=optimizer(model.parameters(), rate),
                validation=validation,
                monitor=monitor,
                **options,
            )
        except FloatingPointError:
            search.diverged.append(rate)
            continue
        search.histories[rate] = history
        figure = _figure(history, monitor)
        if figure < best_figure:
            best_state, best_figure, search.best = model.state_dict(), figure, rate
        if history.interrupted:
            break
    model.load_state_dict(best_state)
    if search.best != search.best:
        if any(history.interrupted for history in search.histories.values()):
            raise KeyboardInterrupt("the search was interrupted before the first epoch was over")
        raise FloatingPointError(f"training diverged at every learning rate: {', '.join(map(str, candidates))}")
    return search


def _check_makes_optimizers(optimizer: Any) -> None:
    if hasattr(optimizer, "step") and not isinstance(optimizer, type):
        name = type(optimizer).__name__
        raise TypeError(
            f"a search makes an optimizer for every rate: write optimizer={name}, the class; only fit takes an instance"
        )
    if not callable(optimizer):
        raise TypeError(f"optimizer is {shown(optimizer)}: write the class, such as optimizer=nn.optimizers.Adam")


def _kept(X: Features, y: Targets, name: str) -> tuple[Features, Targets]:
    """The examples in lists, so that every training can go through what can be gone through once, such as a generator.

    Raises:
        ValueError, TypeError: as `fit`.
    """
    found = examples(X, y, name)
    return [[x.data for x in row] for row, _ in found], [target for _, target in found]


def _figure(history: History, monitor: Monitor) -> float:
    """What the parameters that training ended with reached, lower is better; infinite before the first epoch."""
    if not history:
        return float("inf")
    return _reached(history, monitor) * (1 if monitor == "loss" else -1)


def _reached(history: History, monitor: Monitor) -> float:
    """The validation of the parameters that training ended with."""
    epoch = -1 if history.best_epoch is None else history.best_epoch
    return history.validation_loss[epoch] if monitor == "loss" else history.validation_accuracy[epoch]
