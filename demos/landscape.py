"""The cost over two parameters as a landscape: gradient descent walks down it, and is drawn on its contours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import nn
from autograd.functions import Scalar
from demos.handout import GREY, INK

Array: TypeAlias = NDArray[np.float64]
Cost: TypeAlias = Callable[..., Scalar]
"""A cost of as many parameters as it has arguments; of Values a Value, of floats a float."""


def descend(cost: Cost, start: Sequence[float], optimizer: Callable[[list[nn.Parameter]], Any], steps: int) -> Array:
    """The points that an optimizer visits, the start first, with the gradients of the cost's own graph.

    >>> descend(lambda w: w * w, [8.0], lambda parameters: nn.optimizers.SGD(parameters, learning_rate=0.25), steps=3)
    array([[8.],
           [4.],
           [2.],
           [1.]])
    """
    parameters = [nn.Parameter(number) for number in start]
    recorded = Recorded(optimizer(parameters))
    for _ in range(steps):
        recorded.zero_grad()
        cost(*parameters).backward()
        recorded.step()
    return recorded.path


class Recorded:
    """An optimizer that remembers the parameters it started with and those after every step; `nn.fit` takes it too."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.parameters: list[nn.Parameter] = optimizer.parameters
        self._visited = [self._here()]

    @property
    def path(self) -> Array:
        """One row for each point that was visited."""
        return np.array(self._visited)

    def step(self) -> None:
        self.optimizer.step()
        self._visited.append(self._here())

    def zero_grad(self) -> None:
        self.optimizer.zero_grad()

    def _here(self) -> list[float]:
        return [parameter.data for parameter in self.parameters]


def draw_contours(
    axes: Any, cost: Cost, across: tuple[float, float], up: tuple[float, float], levels: int = 18
) -> None:
    """Lines of equal cost, their levels in geometric progression, so that the bottom of a valley shows as well."""
    x, y = np.meshgrid(np.linspace(*across, 90), np.linspace(*up, 90))
    heights = np.vectorize(cost, otypes=[float])(x, y)
    lowest = heights.min()
    steps = np.geomspace(max(1e-3 * np.ptp(heights), 1e-12), np.ptp(heights), levels)
    axes.contour(x, y, heights, levels=lowest + steps, colors=GREY, linewidths=0.7)
    axes.set(xlim=across, ylim=up)
    axes.grid(False)


def draw_path(axes: Any, path: Array, color: str, label: str = "") -> None:
    """A walk over the landscape, a dot for each step as long as one sees that it moves."""
    moving = np.abs(path - path[-1]).max(axis=1) > 1e-3 * np.ptp(path)
    seen = path[: np.flatnonzero(moving).max(initial=0) + 2]
    axes.plot(seen[:, 0], seen[:, 1], "o-", color=color, markersize=2.5, linewidth=1, label=label)


def mark_minimum(axes: Any, points: Iterable[Sequence[float]], label: str = "minimum") -> None:
    """A cross where the cost is smallest."""
    axes.plot(*zip(*points, strict=True), "x", color=INK, markersize=9, markeredgewidth=2, label=label, linestyle="")
