"""The objective of training: the cost of a batch with its gradients, and how good the model is on examples.

`fit` asks for nothing else of a model and its loss, so that whoever computes the same numbers in another way, as by
replaying a program, can stand in for `RecordedObjective`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import autograd
from autograd import Value
from autograd.functions import Scalar
from autograd.graph import described
from nn.examples import Example
from nn.losses import Loss, takes_scores
from nn.metrics import UNTRAINABLE, UNTRAINABLE_FUNCTIONS
from nn.model import Model, plain_scores
from nn.module import Module, Parameter, without_scopes
from nn.wording import shown

Reduction: TypeAlias = Literal["mean", "sum"]
REDUCTIONS: dict[str, Callable[[Sequence[Scalar]], Scalar]] = {"mean": autograd.mean, "sum": autograd.sum}


@dataclass(frozen=True)
class Measurement:
    """The mean loss over some examples, and the fraction of them that are classified right (nan without classes)."""

    loss: float
    accuracy: float


class Objective(Protocol):
    """What `fit` needs to know of a model and its loss."""

    def cost_and_gradients(self, batch: Sequence[Example]) -> tuple[float, Sequence[float]]:
        """The cost of a batch, and ∂cost/∂parameter for each of the model's parameters, in their order.

        Raises:
            FloatingPointError: one of these is nan or infinite; the message names the gate where it began.
        """

    def measure(self, examples: Sequence[Example]) -> Measurement:
        """How good the model is on the examples, as it is used: without dropout, without recording."""


class RecordedObjective:
    """The objective by recording the graph of every batch anew: cost = mean (or sum) of the losses + l2·‖θ‖²."""

    def __init__(self, model: Module, loss: Loss | None, reduction: Reduction = "mean", l2: float = 0.0) -> None:
        self.model = model
        self.parameters = model.parameters()
        self.output = model.output if isinstance(model, Model) else None
        self.loss = _loss(model, loss)
        self.reduction = reduction
        self.l2 = l2

    def cost_and_gradients(self, batch: Sequence[Example]) -> tuple[float, Sequence[float]]:
        with without_scopes():
            losses = [self.recorded_loss(x, target) for x, target in batch]
        cost = REDUCTIONS[self.reduction](losses)
        if not any(map(_is_of_parameters, losses)):
            raise RuntimeError("the loss was not recorded: compute it from the model, outside of no_grad()")
        if self.l2:
            cost = cost + self.l2 * autograd.dot(self.parameters, self.parameters)
        if not math.isfinite(cost.data):
            raise FloatingPointError(f"the loss became {cost.data} ({_where_it_began(cost)})")
        return cost.data, self._gradients(cost)

    def recorded_loss(self, x: Any, target: Any) -> Value:
        """The loss of one example, as a graph."""
        return _value(self.loss(self._predict(x), target))

    def _gradients(self, cost: Value) -> list[float]:
        autograd.zero_grad(self.parameters)
        cost.backward()
        gradients = [parameter.grad for parameter in self.parameters]
        if not all(map(math.isfinite, gradients)):
            with autograd.strict():
                cost.backward()  # again, which raises at the gate where it began
        return gradients

    def _predict(self, x: Any) -> Any:
        return self.model.scores(x) if takes_scores(self.loss) else self.model(x)  # type: ignore[attr-defined]

    def measure(self, examples: Sequence[Example]) -> Measurement:
        with self.model.in_use():
            return summary([self.measured(number, *example) for number, example in enumerate(examples)])

    def measured(self, number: int, x: Any, target: Any) -> tuple[float, float]:
        """The loss of one example, and 1 if it is classified right, 0 if not, nan if there are no classes."""
        try:
            scores = self.scores(x)
            right = self.is_right(plain_scores(scores), target)
            return _data(self.loss_of(scores, x, target)), right
        except (ValueError, TypeError) as error:
            raise of_same_kind(error, f"at example {number}: {error}") from error

    def scores(self, x: Any) -> Any:
        """The model's scores for one example; of a module that is no `Model`, none."""
        return [] if self.output is None else self.model.scores(x)  # type: ignore[attr-defined]

    def loss_of(self, scores: Any, x: Any, target: Any) -> Any:
        """The loss of one example, from its scores if there are any, so that the model is evaluated once."""
        if self.output is None:
            return self.loss(self._predict(x), target)
        return self.loss(scores if takes_scores(self.loss) else self.output.outputs(scores), target)

    def is_right(self, scores: Any, target: Any) -> float:
        """1 if these scores, plain numbers, decide for the target, 0 if not, nan if there are no classes."""
        if self.output is None:
            return math.nan
        right = self.output.decision(scores) == self.output.target(target, scores, type(self.model).__name__)
        return float(right) if self.output.classifies else math.nan


def summary(measured: Sequence[tuple[float, float]]) -> Measurement:
    """The Measurement of examples that were measured one by one."""
    losses, right = zip(*measured, strict=True)
    return Measurement(total(losses) / len(measured), sum(right) / len(measured))


def total(numbers: Iterable[float]) -> float:
    """Their sum, rounded once and so whatever their order; infinite or nan where it is.

    >>> total([1e16, 1.0, -1e16]), total([1e308, 1e308])
    (1.0, inf)
    """
    found = list(numbers)
    try:
        return math.fsum(found)
    except (OverflowError, ValueError):  # beyond the largest float on the way, or inf - inf
        return sum(found)


def _loss(model: Any, loss: Loss | None) -> Loss:
    """The loss to train on, after making sure that it and the model go together."""
    name = type(model).__name__
    loss = getattr(model, "default_loss", None) if loss is None else loss
    if loss is None:
        raise ValueError(f"{name} has no loss of its own: write fit(..., loss=nn.losses....)")
    if not callable(loss):
        raise TypeError(f"loss is {shown(loss)}: write a function, such as loss=nn.losses.binary_cross_entropy")
    if takes_scores(loss) and not hasattr(model, "scores"):
        raise ValueError(f"{loss.__name__} takes scores, and {name} has no method scores(x)")
    return loss


def check_trainable(loss: Loss | None) -> None:
    """Make sure that a loss is no mere metric.

    Raises:
        ValueError: it is one; the message says what to train on instead.
    """
    for metric in UNTRAINABLE_FUNCTIONS:
        if loss is metric:
            raise ValueError(f"{metric.__name__} {UNTRAINABLE}")


def _data(loss: Any) -> float:
    return loss if type(loss) is float else _value(loss).data  # a metric gives floats


def _value(loss: Any) -> Value:
    if not isinstance(loss, Value):
        raise TypeError(f"the loss must be a Value, not {type(loss).__name__!r}: compute it from the model's output")
    return loss


def of_same_kind(error: ValueError | TypeError, message: str) -> ValueError | TypeError:
    """A ValueError or TypeError with a better message."""
    return TypeError(message) if isinstance(error, TypeError) else ValueError(message)


def _is_of_parameters(loss: Value) -> bool:
    return loss.gate is not None or isinstance(loss, Parameter)


def _where_it_began(root: Value) -> str:
    """The gate that gave nan or an infinite number of finite inputs, on the way back from a root that is one."""
    node = root
    while True:
        pairs = zip(node.inputs, node.local_gradients, strict=True)
        cause = next((x for x, slope in pairs if not math.isfinite(x.data) and slope != 0.0), None)
        if cause is None:
            break
        node = cause
    if node.gate is None:
        return f"{node.label or 'an input'} is {node.data}"
    return f"{node.gate.symbol} gave {node.data} of {described(node.inputs)}"
