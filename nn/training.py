"""Training: `fit` runs gradient descent over examples and keeps a history of how it went."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from tqdm.auto import tqdm

import autograd
from autograd import Constant, Value
from autograd.conversion import is_count, to_float
from autograd.functions import Scalar
from nn.losses import OF_SCORES, Loss
from nn.module import Parameter
from nn.optimizers import SGD

Example = tuple[tuple[Constant, ...], float]


class Optimizer(Protocol):
    """What `fit` needs of an optimizer."""

    def step(self) -> None:
        """Change the parameters by their gradients."""

    def zero_grad(self) -> None:
        """Set the gradients of the parameters to 0."""


class Model(Protocol):
    """What `fit` needs of a model; a class derived from `nn.Module` has all but the call.

    A model may also have `scores(x)`, its output before the activation, for losses that take scores; `default_loss`;
    and `predict(X)`, from which the accuracy comes.
    """

    def parameters(self) -> list[Parameter]: ...
    def train(self, mode: bool = True) -> Any: ...
    def __call__(self, x: Any) -> Scalar: ...


@dataclass
class History:
    """How training went: one number per epoch, measured after it. Validation is empty without validation data.

    Attributes:
        loss, validation_loss: the mean loss over all examples.
        accuracy, validation_accuracy: the fraction of examples that are classified right; nan for a model that has no
            `predict`.
        interrupted: whether it was ended from the keyboard; the parameters are then those of the last whole step.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    interrupted: bool = False

    def __len__(self) -> int:
        return len(self.loss)


def fit(  # noqa: PLR0913
    model: Model,
    X: Iterable[Iterable[float]],
    y: Iterable[float],
    *,
    loss: Loss | None = None,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch_size: int | None = None,
    validation: tuple[Iterable[Iterable[float]], Iterable[float]] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train the model on the examples by gradient descent on the mean loss of one minibatch after another.

    >>> import nn
    >>> model = nn.LogisticRegression(1)
    >>> history = fit(model, [[-1.0], [1.0]], [0, 1], epochs=20, batch_size=2, progress=False)
    >>> history.loss[-1] < history.loss[0]
    True

    Args:
        model: such as `nn.LogisticRegression`.
        X: the examples, one row of features each.
        y: their targets, one number (or bool) each.
        loss: a function of a prediction and a target, one of `nn.losses` or your own; the model's own by default.
        optimizer: one of `nn.optimizers`; SGD with a learning rate of 0.1 by default.
        epochs: how often every example is seen.
        batch_size: m, the examples of a step: 1 is stochastic gradient descent, len(X) is batch, else minibatch.
            The last batch of an epoch may be smaller. By default 32, or all if there are fewer.
        validation: examples and targets that are only measured, never trained on.
        seed: of the shuffling at the start of every epoch; the same seed gives the same bits.
        progress: whether to show a progress bar, on a terminal or in a notebook.

    Returns:
        The history. An interrupt from the keyboard ends training early, with all that was reached so far.

    Raises:
        ValueError: no examples, rows of unequal length, as many targets as rows missing, nan or infinite numbers, a
            batch size below 1 or above the number of examples, no epochs, or a target that the loss refuses.
        TypeError: a feature or a target is no number.
        FloatingPointError: the loss became nan or infinite; the message names epoch and batch, and the parameters are
            those of the last step before.
    """
    examples = _examples(X, y, "X")
    held_out = _held_out(validation)
    _check_count("epochs", epochs)
    batch_size = min(32, len(examples)) if batch_size is None else batch_size
    _check_count("batch_size", batch_size, len(examples))
    criterion = _criterion(model, loss)
    optimizer = _optimizer(optimizer, model)
    for part in filter(None, (examples, held_out)):
        _evaluate(model, criterion, part)  # so that what cannot be trained on is refused before anything has changed
    history, random = History(), Random(seed)
    bar = tqdm(range(epochs), desc="fit", unit="epoch", disable=None if progress else True)
    try:
        for epoch in bar:
            random.shuffle(examples)
            model.train()
            for number, batch in enumerate(_batches(examples, batch_size)):
                cost = autograd.mean([criterion(x, target) for x, target in batch])
                _descend(cost, optimizer, f"epoch {epoch + 1}, batch {number + 1}")
            _measure(model, criterion, examples, held_out, history)
            bar.set_postfix(loss=f"{history.loss[-1]:.4f}")
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        bar.close()
    return history


def evaluate(
    model: Model, X: Iterable[Iterable[float]], y: Iterable[float], *, loss: Loss | None = None
) -> tuple[float, float]:
    """The mean loss and the accuracy of a model over examples, without training or recording.

    >>> import nn
    >>> evaluate(nn.LogisticRegression(1), [[-1.0], [1.0]], [0, 1])[1]
    0.5

    Raises:
        ValueError, TypeError: as `fit`.
    """
    return _evaluate(model, _criterion(model, loss), _examples(X, y, "X"))


# --- one step, one measurement ----------------------------------------------------------------------------------------


def _descend(cost: Value, optimizer: Optimizer, where: str) -> None:
    if cost.gate is None:
        raise RuntimeError("the loss was not recorded: call fit outside of no_grad(), and compute it from the model")
    if not math.isfinite(cost.data):
        raise FloatingPointError(f"the loss became {cost.data} at {where}: {_DIVERGED}")
    optimizer.zero_grad()
    cost.backward()
    try:
        optimizer.step()
    except FloatingPointError as error:
        raise FloatingPointError(f"{error} at {where}: {_DIVERGED}") from None


_DIVERGED = "try a smaller learning rate, or look for the gate where it began inside `with autograd.strict():`"


def _measure(model: Model, criterion: Any, trained: list[Example], held_out: list[Example], history: History) -> None:
    loss, accuracy = _evaluate(model, criterion, trained)
    if held_out:
        validation_loss, validation_accuracy = _evaluate(model, criterion, held_out)
        history.validation_loss.append(validation_loss)
        history.validation_accuracy.append(validation_accuracy)
    history.accuracy.append(accuracy)
    history.loss.append(loss)


def _evaluate(model: Model, criterion: Any, examples: list[Example]) -> tuple[float, float]:
    model.train(False)
    with autograd.no_grad():
        loss = math.fsum(_data(criterion(x, target)) for x, target in examples) / len(examples)
    predict = getattr(model, "predict", None)
    if predict is None:
        return loss, math.nan
    right = sum(p == target for p, (_, target) in zip(predict([x for x, _ in examples]), examples, strict=True))
    return loss, right / len(examples)


def _data(loss: Any) -> float:
    if not isinstance(loss, Value):
        raise TypeError(f"the loss must be a Value, not {type(loss).__name__!r}: compute it from the model's output")
    return loss.data


def _criterion(model: Model, loss: Loss | None) -> Any:
    """The loss of one example, as a function of its features and its target."""
    loss = getattr(model, "default_loss", None) if loss is None else loss
    if loss is not None and not callable(loss):
        raise TypeError(f"loss is {loss!r}: write a function, such as loss=nn.losses.binary_cross_entropy")
    if loss is None:
        raise ValueError(f"{type(model).__name__} has no loss of its own: write fit(..., loss=nn.losses....)")
    if loss not in OF_SCORES:
        return lambda x, target: loss(model(x), target)
    scores = getattr(model, "scores", None)
    if scores is None:
        raise ValueError(f"{loss.__name__} takes scores, and {type(model).__name__} has no method scores(x)")
    return lambda x, target: loss(scores(x), target)


def _optimizer(optimizer: Optimizer | None, model: Model) -> Optimizer:
    """The optimizer, after making sure that it moves the model."""
    parameters = model.parameters()
    if not parameters:
        raise ValueError(f"{type(model).__name__} has no parameters: make what training may change an nn.Parameter")
    if optimizer is None:
        return SGD(parameters)
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer is {optimizer!r}: write optimizer=nn.optimizers.SGD(model.parameters())")
    if set(getattr(optimizer, "parameters", parameters)).isdisjoint(parameters):
        raise ValueError("the optimizer moves none of the model's parameters: write SGD(model.parameters())")
    return optimizer


# --- examples ---------------------------------------------------------------------------------------------------------


def _examples(X: Iterable[Iterable[float]], y: Iterable[float], name: str) -> list[Example]:
    """The examples with their features as leaves, made once for all epochs."""
    rows = [_row(row, f"{name}[{i}]") for i, row in enumerate(X)]
    targets = [_target(target, f"the target of {name}[{i}]") for i, target in enumerate(y)]
    if not rows:
        raise ValueError(f"{name} has no examples")
    if len(rows) != len(targets):
        raise ValueError(f"{name} has {len(rows)} examples and {len(targets)} targets: give one target for each")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"{name}[{i}] has {len(row)} features and {name}[0] has {len(rows[0])}")
    return list(zip(rows, targets, strict=True))


def _held_out(validation: Any) -> list[Example]:
    if validation is None:
        return []
    if not (isinstance(validation, tuple) and len(validation) == 2):
        raise TypeError("validation takes a pair of examples and targets: write validation=(X_held_out, y_held_out)")
    return _examples(*validation, "validation")


def _target(target: Any, name: str) -> float:
    if hasattr(target, "__len__") and not isinstance(target, str):
        raise TypeError(f"{name} is {target!r}, not one number: write y.ravel() if y is a column")
    return _finite(int(target) if type(target).__name__ in ("bool", "bool_") else target, name)


def _row(row: Any, name: str) -> tuple[Constant, ...]:
    if isinstance(row, str) or not hasattr(row, "__iter__"):
        raise TypeError(f"{name} is no row of features but {row!r}: write [[{row!r}], ...] for a single feature")
    return tuple([Constant(_finite(x, f"{name}[{j}]"), label=f"x_{j + 1}") for j, x in enumerate(row)])


def _finite(x: Any, name: str) -> float:
    number = to_float(x, name)
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}: only finite numbers can be trained on")
    return number


def _check_count(name: str, count: Any, most: float = math.inf) -> None:
    if not is_count(count) or count > most:
        up_to = "up" if most == math.inf else f"to {most}, the number of examples"
        raise ValueError(f"{name} is a whole number from 1 {up_to}, not {count!r}")


def _batches(examples: Sequence[Example], size: int) -> Iterator[Sequence[Example]]:
    for start in range(0, len(examples), size):
        yield examples[start : start + size]
