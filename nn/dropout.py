"""Dropout: in training, only a random part of a layer's nodes is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from autograd import Constant
from autograd.conversion import to_float
from autograd.functions import Scalar
from nn.module import Module
from nn.seeds import random_from


class Dropout(Module):
    """Each input is 0 with probability p, else input / (1 - p); drawn anew at every call. In use, nothing is dropped.

    The division keeps the expected value of every node what it is without dropout (Srivastava et al., 2014, with the
    factor in training rather than in use).

    >>> dropout = Dropout(0.5, seed=0)
    >>> [x if isinstance(x, float) else x.data for x in dropout([1.0, 1.0, 1.0, 1.0])]
    [2.0, 2.0, 0.0, 0.0]
    >>> dropout.eval()([1.0, 2.0])
    [1.0, 2.0]

    Args:
        p: the probability to drop a node, from 0 to below 1; 0.5 keeps a random half.
        seed: of its random numbers. `fit` seeds it anew from its own seed.

    Raises:
        ValueError: p lies outside its range.
        TypeError: p is no number, or the seed no whole number.
    """

    def __init__(self, p: float = 0.5, seed: int | None = None) -> None:
        self.p = to_float(p, "p")
        if not 0.0 <= self.p < 1.0:
            raise ValueError(f"p is a number from 0 to below 1, the probability to drop a node, not {p!r}")
        self.random = random_from(seed)

    def forward(self, x: Iterable[Scalar]) -> list[Scalar]:
        """The inputs that were kept, scaled, with constant zeros in place of the others."""
        if not self.training or self.p == 0.0:
            return list(x)
        inputs = list(x)
        source = _source.get() or Dropout.factors
        factors = source(self, len(inputs))
        return [Constant(0.0) if factor == 0.0 else v * factor for v, factor in zip(inputs, factors, strict=True)]

    def factors(self, count: int) -> list[float]:
        """What as many inputs are multiplied with, drawn anew: 0 for those that are dropped, else 1 / (1 - p)."""
        scale, draw = 1.0 / (1.0 - self.p), self.random.random
        return [scale if draw() >= self.p else 0.0 for _ in range(count)]

    def __repr__(self) -> str:
        return f"Dropout({self.p!r})"


Source: TypeAlias = Callable[[Dropout, int], Sequence[Scalar]]
"""Gives the factors for a call of a dropout on so many inputs."""

_source: ContextVar[Source | None] = ContextVar("gatewise.nn.dropout", default=None)


@contextmanager
def factors_from(source: Source) -> Iterator[None]:
    """A context in which every dropout takes its factors from there instead of drawing them."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
