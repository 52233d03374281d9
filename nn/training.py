"""Training: `fit` runs gradient descent over examples and keeps a history of how it went."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from random import Random
from typing import Any, TypeAlias

from autograd.modes import current_mode
from nn.compiled_objective import NotCompiledError, compiled
from nn.early_stopping import EarlyStopping, Monitor
from nn.examples import Example, examples, held_out
from nn.history import History
from nn.losses import Loss
from nn.model import Model
from nn.module import Module
from nn.objective import Measurement, Objective, RecordedObjective, Reduction, check_trainable, of_same_kind
from nn.optimizers import SGD
from nn.training_run import Optimizer, Options, TrainingRun, check_count
from nn.wording import shown

Features: TypeAlias = Iterable[Iterable[float]]
Targets: TypeAlias = Iterable[Any]


def fit(  # noqa: PLR0913
    model: Module,
    X: Features,
    y: Targets,
    *,
    loss: Loss | None = None,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch_size: int | None = None,
    reduction: Reduction = "mean",
    l2: float = 0.0,
    validation: tuple[Features, Targets] | float | None = None,
    patience: int | None = None,
    monitor: Monitor = "loss",
    tolerance: float | None = None,
    seed: int = 0,
    compile: bool | None = None,  # noqa: A002
    progress: bool = True,
) -> History:
    """Train the model on the examples by gradient descent on the cost of one minibatch after another.

    The cost of a batch is the mean of its examples' losses, plus l2·‖θ‖². Afterwards the model is in use (`eval()`).

    >>> import nn
    >>> model = nn.LogisticRegression(1)
    >>> history = fit(model, [[-1.0], [1.0]], [0, 1], epochs=20, batch_size=2, progress=False)
    >>> history.loss[-1] < history.loss[0]
    True

    Args:
        model: such as `nn.LogisticRegression`, or a module of your own. A module that is no `nn.Model` has no accuracy.
        X: the examples, one row of features each: lists, an array, a data frame.
        y: their targets, one number (or bool) each, or a list of numbers for one-hot classes, labels and such.
        loss: a function of a prediction and a target, one of `nn.losses` or your own; the model's own by default.
        optimizer: one of `nn.optimizers`; SGD with a learning rate of 0.1 by default.
        epochs: how often every example is seen, at most.
        batch_size: m, the examples of a step: 1 is stochastic gradient descent, len(X) is batch, else minibatch.
            The last batch of an epoch may be smaller. By default 32, or all if there are fewer.
        reduction: whether the cost of a batch is the "mean" or the "sum" of the losses.
        l2: what ‖θ‖², the sum of the squares of all parameters, biases included, is multiplied by before it is added
            to the cost of every batch.
        validation: examples and targets that are only measured, never trained on; or the part of X and y, from 0 to 1,
            that is chosen at random for that.
        patience: stop after so many epochs in a row without a better validation, and go back to the parameters of the
            best epoch. Training that is interrupted goes back to them too.
        monitor: what better means for `patience`: a lower "loss", or a higher "accuracy".
        tolerance: stop when an epoch lowers the cost by less than this. It suits batch gradient descent; with
            minibatches the cost may rise now and then.
        seed: of the choice of validation data, the shuffling at the start of every epoch, and the dropout; the same
            seed gives the same bits.
        compile: whether to record one example and replay it over the rows of every batch, which takes a small part of
            the time and gives the same numbers up to the rounding of sums; False records every example anew. By
            default what is made of this package's own models and losses is compiled, unless it is too little; True
            also compiles those of your own, which then have to compute the same at every call. What cannot be compiled,
            such as a branch on data, is recorded; the history says why.
        progress: whether to show a progress bar, on a terminal or in a notebook.

    Returns:
        The history. An interrupt from the keyboard ends training early, with all that was reached so far.

    Raises:
        ValueError: no examples, rows of unequal length, not one target for each row, nan or infinite numbers, a target
            that the loss or the model refuses, one class alone, or an option outside its range.
        TypeError: a feature or a target is no number, or the loss gives no Value.
        RuntimeError: nothing is recorded, because of `autograd.no_grad()` around it, in the model or in the loss.
        FloatingPointError: the loss became nan or infinite; the message names epoch, batch and gate, and the
            parameters are those of the last step before.
    """
    if not current_mode().records:
        raise RuntimeError("nothing is recorded inside of no_grad(): call fit outside of no_grad()")
    options = Options(epochs, reduction, l2, patience, monitor, tolerance, seed, compile)
    check_trainable(loss)
    recorded = RecordedObjective(_module(model), loss, options.reduction, options.l2)
    trained, watched = _parts(examples(X, y, "X"), validation, model, recorded, options)
    stopping, size = _stopping(options, model, watched), _size(batch_size, trained)
    optimizer = _optimizer(optimizer, model)
    objective, history = _objective(recorded, [*trained, *watched], size, options)
    return TrainingRun(model, objective, optimizer, options, stopping, trained, watched, size, history).run(progress)


def evaluate(model: Module, X: Features, y: Targets, *, loss: Loss | None = None) -> tuple[float, float]:
    """The mean loss and the accuracy of a model over examples, without training or recording.

    >>> import nn
    >>> evaluate(nn.LogisticRegression(1), [[-1.0], [1.0]], [0, 1])[1]
    0.5

    Raises:
        ValueError, TypeError: as `fit`.
    """
    objective, found = RecordedObjective(_module(model), loss), examples(X, y, "X")
    measured = _measured(objective, found, "X")
    return measured.loss, measured.accuracy


# --- what it is given -------------------------------------------------------------------------------------------------


def _module(model: Any) -> Module:
    """The model, after making sure that there is something to train."""
    if not isinstance(model, Module):
        raise TypeError(
            f"model is {shown(model)}: derive it from nn.Module, or take one such as nn.LogisticRegression(2)"
        )
    if not model.parameters():
        raise ValueError(f"{type(model).__name__} has no parameters: make what training may change an nn.Parameter")
    return model


def _optimizer(optimizer: Optimizer | None, model: Module) -> Optimizer:
    """The optimizer, after making sure that it moves the model."""
    parameters = model.parameters()
    if optimizer is None:
        return SGD(parameters)
    if isinstance(optimizer, type) and hasattr(optimizer, "step"):
        name = optimizer.__name__
        raise TypeError(f"optimizer is the class {name}: write optimizer={name}(model.parameters())")
    if not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer is {shown(optimizer)}: write optimizer=nn.optimizers.SGD(model.parameters())")
    if set(getattr(optimizer, "parameters", parameters)).isdisjoint(parameters):
        name = type(optimizer).__name__
        raise ValueError(f"the optimizer moves none of the model's parameters: write {name}(model.parameters())")
    return optimizer


def _parts(
    found: list[Example], validation: Any, model: Module, objective: Objective, options: Options
) -> tuple[list[Example], list[Example]]:
    """The examples to train on and those to watch, after measuring them all once, so that what cannot be trained on is
    refused before anything has changed."""
    _measured(objective, found, "X")
    _check_classes(model, found)
    if validation is None:
        return found, []
    if isinstance(validation, Real):
        return held_out(found, float(validation), Random(f"validation {options.seed}"))
    if not (isinstance(validation, tuple | list) and len(validation) == 2):
        raise TypeError(
            f"validation is {type(validation).__name__!r}: write validation=(X_held_out, y_held_out), or validation=0.2"
        )
    X_held_out, y_held_out = validation
    watched = examples(X_held_out, y_held_out, "validation")
    _measured(objective, watched, "validation")
    return found, watched


def _measured(objective: Objective, found: list[Example], name: str) -> Measurement:
    try:
        return objective.measure(found)
    except (ValueError, TypeError) as error:
        raise of_same_kind(error, f"{name}: {error}") from error.__cause__  # which shows where it was raised


def _check_classes(model: Module, found: list[Example]) -> None:
    if isinstance(model, Model) and model.output.classifies and len({target for _, target in found}) == 1:
        raise ValueError(f"every target in y is {found[0][1]}: a classifier learns from at least two classes")


def _objective(
    recorded: RecordedObjective, found: list[Example], size: int, options: Options
) -> tuple[Objective, History]:
    """What computes costs and gradients, and a history that says so."""
    if options.compile is False:
        return recorded, History()
    try:
        objective = compiled(recorded, found, size, options.epochs, options.compile)
    except NotCompiledError as reason:
        return recorded, History(recorded_because=str(reason))
    return objective, History(compiled=objective.backend)


def _stopping(options: Options, model: Module, watched: list[Example]) -> EarlyStopping | None:
    if options.patience is None:
        return None
    if not watched:
        raise ValueError(
            "patience watches validation data: write validation=(X_held_out, y_held_out) or validation=0.2"
        )
    if options.monitor == "accuracy" and not (isinstance(model, Model) and model.output.classifies):
        raise ValueError(f"{type(model).__name__} has no accuracy: write monitor='loss'")
    return EarlyStopping(model.parameters(), options.patience, options.monitor)


def _size(batch_size: int | None, trained: list[Example]) -> int:
    if batch_size is None:
        return min(32, len(trained))
    check_count("batch_size", batch_size, len(trained))
    return int(batch_size)
