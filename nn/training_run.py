"""One run of training: epoch after epoch of steps and measurements, until it is over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol, get_args

import tqdm

from autograd.conversion import is_count, to_float
from nn.dropout import Dropout
from nn.early_stopping import EarlyStopping, Monitor
from nn.examples import Example
from nn.history import History
from nn.module import Module, Parameter
from nn.objective import Objective, Reduction, total
from nn.seeds import whole
from nn.wording import shown


class Optimizer(Protocol):
    """What `fit` needs of an optimizer; those of `nn.optimizers` have it."""

    def step(self) -> None:
        """Change the parameters by their gradients."""

    def zero_grad(self) -> None:
        """Set the gradients of the parameters to 0."""


@dataclass
class Options:
    """What `fit` was asked for, checked."""

    epochs: int
    reduction: Reduction
    l2: float
    patience: int | None
    monitor: Monitor
    tolerance: float | None
    seed: int
    compile: bool | None = False

    def __post_init__(self) -> None:
        check_count("epochs", self.epochs)
        check_choice("reduction", self.reduction, get_args(Reduction))
        check_choice("monitor", self.monitor, get_args(Monitor))
        self.l2 = from_zero("l2", self.l2)
        if self.patience is not None:
            check_count("patience", self.patience)
        if self.tolerance is not None:
            self.tolerance = from_zero("tolerance", self.tolerance)
        self.seed = whole(self.seed)
        if self.compile is not None and not isinstance(self.compile, bool):
            raise TypeError(f"compile is True, False or None, not {self.compile!r}")


@dataclass
class TrainingRun:
    """One run of `fit`: from epoch to epoch until it is over."""

    model: Module
    objective: Objective
    optimizer: Optimizer
    options: Options
    stopping: EarlyStopping | None
    trained: list[Example]
    watched: list[Example]
    batch_size: int
    history: History = field(default_factory=History)
    cost: float = math.inf

    def run(self, progress: bool) -> History:
        parameters, random = self.model.parameters(), Random(self.options.seed)
        _seed_dropout(self.model, self.options.seed)
        bar = _bars(progress)(
            range(self.options.epochs), desc=self._title, unit="epoch", disable=None if progress else True
        )
        try:
            for epoch in bar:
                random.shuffle(self.trained)
                self._descend(parameters, f"epoch {epoch + 1}")
                is_over = self._measure(parameters)
                bar.set_postfix(loss=f"{self.history.loss[-1]:.4f}")
                if is_over:
                    break
        except KeyboardInterrupt:
            self.history.interrupted = True
        finally:
            bar.close()
            self.model.eval()
        if self.stopping is not None:
            self.stopping.restore()
            self.history.best_epoch = self.stopping.best_epoch
        return self.history

    @property
    def _title(self) -> str:
        return f"fit (compiled, {self.history.compiled})" if self.history.compiled else "fit"

    def _descend(self, parameters: list[Parameter], where: str) -> None:
        """One step for every batch of an epoch."""
        self.model.train()
        for start in range(0, len(self.trained), self.batch_size):
            batch = self.trained[start : start + self.batch_size]
            try:
                self._step(parameters, batch)
            except FloatingPointError as error:
                number = start // self.batch_size + 1
                raise FloatingPointError(f"{error} at {where}, batch {number}: try a smaller learning rate") from None

    def _step(self, parameters: list[Parameter], batch: Sequence[Example]) -> None:
        self.optimizer.zero_grad()
        _, gradients = self.objective.cost_and_gradients(batch)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        self.optimizer.step()

    def _measure(self, parameters: list[Parameter]) -> bool:
        """Measure after an epoch; whether training is over."""
        trained = self.objective.measure(self.trained)
        watched = self.objective.measure(self.watched) if self.watched else None
        self.history.append(trained, watched)
        before, self.cost = self.cost, self._cost_of_a_batch(trained.loss, parameters)
        self.history.converged = self.options.tolerance is not None and before - self.cost < self.options.tolerance
        is_over = self.stopping is not None and watched is not None and self.stopping.is_over(watched)
        return is_over or self.history.converged

    def _cost_of_a_batch(self, loss: float, parameters: list[Parameter]) -> float:
        """What the steps of this run lower: the cost of a whole batch of average examples."""
        times = self.batch_size if self.options.reduction == "sum" else 1
        return times * loss + self.options.l2 * total(p.data * p.data for p in parameters)


def _bars(progress: bool) -> Any:
    """The class of progress bars. That of a notebook warns where it has no widgets, so it waits until it is shown."""
    if not progress:
        return tqdm.tqdm
    from tqdm import auto

    return auto.tqdm


def _seed_dropout(model: Module, seed: int) -> None:
    random = Random(f"dropout {seed}")  # another stream than that of the shuffling
    for module in model.modules():
        if isinstance(module, Dropout):
            module.random.seed(random.getrandbits(64))


# --- options ----------------------------------------------------------------------------------------------------------


def check_count(name: str, count: Any, most: float = math.inf) -> None:
    if not is_count(count) or count > most:
        up_to = "up" if most == math.inf else f"to {most}, the number of examples"
        raise ValueError(f"{name} is a whole number from 1 {up_to}, not {shown(count)}")


def check_choice(name: str, choice: Any, known: tuple[str, ...]) -> None:
    if not isinstance(choice, str) or choice not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}, not {shown(choice)}")


def from_zero(name: str, x: Any) -> float:
    number = to_float(x, name)
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{name} is a number from 0 up, not {x!r}")
    return number
