"""Early stopping: end training when validation no longer improves, and go back to the best parameters."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from nn.module import Parameter, set_data
from nn.objective import Measurement

Monitor: TypeAlias = Literal["loss", "accuracy"]


class EarlyStopping:
    """Watches the loss or the accuracy, one measurement an epoch.

    >>> stopping = EarlyStopping([Parameter(1.0)], patience=2, monitor="loss")
    >>> [stopping.is_over(Measurement(loss, 1.0)) for loss in (0.5, 0.3, 0.4, 0.3)]
    [False, False, False, True]
    >>> stopping.best_epoch
    1

    Args:
        parameters: what to remember of the best epoch.
        patience: after how many epochs in a row without a new best it is over.
        monitor: "loss", where lower is better, or "accuracy", where higher is.
    """

    def __init__(self, parameters: list[Parameter], patience: int, monitor: Monitor) -> None:
        self.parameters = parameters
        self.patience = patience
        self.monitor = monitor
        self.epochs = 0
        self.best_epoch: int | None = None
        self._best = math.inf
        self._data: list[float] = []

    def is_over(self, measured: Measurement) -> bool:
        """Look at the measurement of one more epoch; whether to stop after it."""
        figure = measured.loss if self.monitor == "loss" else -measured.accuracy
        if figure != figure:
            figure = math.inf  # nothing is worse than nan
        if self.best_epoch is None or figure < self._best:
            self._data = [parameter.data for parameter in self.parameters]
            self._best, self.best_epoch = figure, self.epochs
        self.epochs += 1
        return self.epochs - 1 - self.best_epoch >= self.patience

    def restore(self) -> None:
        """Give the parameters the data of the best epoch; without one, they stay."""
        if self.best_epoch is not None:
            set_data(self.parameters, self._data)
