"""Outputs: what a model's scores mean. They turn scores into what the model puts out, and into a decision.

| | outputs | decision | targets | default loss |
|---|---|---|---|---|
| `Number` | the score itself | that number | any | squared error |
| `Sign` | the sign of the score | -1 or 1 | -1 or 1 | hinge |
| `Probability` | σ(score) | 0 or 1 | 0 or 1 | binary cross-entropy |
| `Distribution` | softmax of the scores | a class from 0 | that, or one-hot | cross-entropy |
| `Numbers` | the scores themselves | those numbers | as many numbers | squared error |
| `Labels` | σ of each score | 0 or 1 for each | 0 or 1 for each | multi-label cross-entropy |

The first three are of one score, the others of several. On the boundary itself, at a score of 0, the decision is 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import autograd
from autograd.functions import Scalar
from nn import losses, targets
from nn.wording import shown


class Output(ABC):
    """The base of all outputs."""

    activation: ClassVar[str]
    """The activation of the last neurons, by its name."""
    default_loss: ClassVar[staticmethod[[Any, Any], Scalar]]
    """What a model with this output is trained on unless told otherwise."""
    is_vector: ClassVar[bool] = False
    """Whether it is of several scores, a list, rather than of one."""
    classifies: ClassVar[bool] = True
    """Whether decisions are right or wrong, so that there is an accuracy."""
    is_probability: ClassVar[bool] = False
    """Whether the outputs are probabilities."""

    @abstractmethod
    def outputs(self, scores: Any) -> Any:
        """What the model puts out, of its scores; on numbers and on Values."""

    @abstractmethod
    def decision(self, scores: Any) -> Any:
        """What the model predicts, of its scores as plain floats."""

    @abstractmethod
    def target(self, target: Any, scores: Any, taker: str) -> Any:
        """The decision that would be right for these scores.

        Raises:
            ValueError, TypeError: it can never be right, because it is not of this output's kind.
        """


class Number(Output):
    """One number, as of linear regression."""

    activation = "identity"
    default_loss = staticmethod(losses.squared_error)
    classifies = False

    def outputs(self, scores: Any) -> Any:
        return scores

    def decision(self, scores: float) -> float:
        return scores

    def target(self, target: Any, scores: Any, taker: str) -> Any:
        return targets.number(target, taker)


class Sign(Output):
    """-1 or 1, as of a linear classifier."""

    activation = "sign"
    default_loss = staticmethod(losses.hinge)

    def outputs(self, scores: Any) -> Any:
        return autograd.sign(scores)

    def decision(self, scores: float) -> int:
        return 1 if scores >= 0.0 else -1

    def target(self, target: Any, scores: Any, taker: str) -> Any:
        return targets.sign(target, taker)


class Probability(Output):
    """The probability of class 1 against class 0."""

    activation = "sigmoid"
    default_loss = staticmethod(losses.binary_cross_entropy_with_logits)
    is_probability = True

    def outputs(self, scores: Any) -> Any:
        return autograd.sigmoid(scores)

    def decision(self, scores: float) -> int:
        return int(scores >= 0.0)

    def target(self, target: Any, scores: Any, taker: str) -> Any:
        return targets.fraction(target, taker)


class Distribution(Output):
    """The probability of each of several classes."""

    activation = "softmax"
    default_loss = staticmethod(losses.cross_entropy)
    is_vector = True
    is_probability = True

    def outputs(self, scores: Any) -> Any:
        return autograd.softmax(scores)

    def decision(self, scores: Sequence[float]) -> int:
        return scores.index(max(scores))

    def target(self, target: Any, scores: Any, taker: str) -> int:
        return targets.class_index(target, len(scores), taker)


class Numbers(Output):
    """Several numbers."""

    activation = "identity"
    default_loss = staticmethod(losses.squared_error)
    is_vector = True
    classifies = False

    def outputs(self, scores: Any) -> Any:
        return scores

    def decision(self, scores: list[float]) -> list[float]:
        return scores

    def target(self, target: Any, scores: Any, taker: str) -> list[float]:
        if not targets.is_vector(target) or len(target) != len(scores):
            raise ValueError(f"{taker} takes {len(scores)} numbers as a target, not {shown(target)}")
        return [targets.number(y, taker) for y in target]


class Labels(Output):
    """The probability of each of several labels, any number of which may be right."""

    activation = "sigmoid"
    default_loss = staticmethod(losses.multilabel_cross_entropy_with_logits)
    is_vector = True
    is_probability = True

    def outputs(self, scores: Any) -> Any:
        return [autograd.sigmoid(score) for score in scores]

    def decision(self, scores: Sequence[float]) -> list[int]:
        return [int(score >= 0.0) for score in scores]

    def target(self, target: Any, scores: Any, taker: str) -> list[float]:
        return targets.labels(target, len(scores), taker)
