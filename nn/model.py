"""Model: a module that predicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.functions import plain
from nn.examples import Row, rows
from nn.losses import Loss
from nn.module import Module
from nn.outputs import Output
from nn.targets import is_vector


class Model(Module):
    """A module with scores, which its `output` turns into what it puts out and what it predicts.

    One of your own defines `scores` and `output`; `fit` and the methods here do the rest:

    >>> import nn
    >>> class Parabola(nn.Model):
    ...     output = nn.outputs.Number()
    ...     def __init__(self):
    ...         self.a, self.b = nn.Parameter(1.0), nn.Parameter(0.0)
    ...     def scores(self, x):
    ...         (x,) = x
    ...         return self.a * x * x + self.b
    >>> model = Parabola()
    >>> model.predict([[2.0], [3.0]])
    [4.0, 9.0]
    """

    output: Output
    """What the scores mean, one of `nn.outputs`."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # only of what is not there
            if name not in ("output", "default_loss"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(
                f"{type(self).__name__} has no {name}: a Model's class defines scores and output, "
                "such as output = nn.outputs.Number(); with forward alone, derive it from nn.Module"
            )

    @property
    def default_loss(self) -> Loss:
        """The loss that `fit` trains on unless told otherwise."""
        return self.output.default_loss

    def scores(self, x: Any) -> Any:
        """What the model computes of one example, before its last activation: a Value, or a list of them."""
        raise NotImplementedError(f"{type(self).__name__} has no scores: define scores(self, x)")

    def forward(self, x: Any) -> Any:
        """What the model puts out for one example: its scores through its last activation."""
        return self.output.outputs(self.scores(x))

    def predict(self, X: Iterable[Iterable[float]]) -> list[Any]:
        """The decision for every example: a number, a class, or a list of labels. Nothing is dropped out or recorded.

        Raises:
            ValueError: a row has not as many features as the model has inputs, or one that is nan or infinite.
            TypeError: X is no list of rows of numbers.
        """
        with self.in_use():
            return [self.output.decision(plain_scores(self.scores(x))) for x in _rows(X, "predict")]

    def predict_probabilities(self, X: Iterable[Iterable[float]]) -> list[Any]:
        """For every example the probability of class 1, or a list with that of each class or label.

        Raises:
            TypeError: the model puts out something else than probabilities, or X is no list of rows of numbers.
            ValueError: as `predict`.
        """
        if not self.output.is_probability:
            raise TypeError(f"{self!r} puts out no probabilities: write predict(X)")
        with self.in_use():
            return [self.output.outputs(plain_scores(self.scores(x))) for x in _rows(X, "predict_probabilities")]


def _rows(X: Any, caller: str) -> list[Row]:
    return rows(X, "X", f"write {caller}([x]) for one example x")


def plain_scores(scores: Any) -> Any:
    """One score, or each of several, as a plain float."""
    return [plain(score) for score in scores] if is_vector(scores) else plain(scores)
