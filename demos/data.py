"""Data: examples as rows to train on, and some held out to judge by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from demos.landscape import Array


class Data(NamedTuple):
    """Features as rows and targets: a part to train on, and a part held out."""

    X: Array
    y: Array
    X_held_out: Array
    y_held_out: Array

    def standardised(self) -> Data:
        """Every feature minus its mean, divided by its standard deviation, both those of the training part.

        >>> data = Data(np.array([[1.0], [3.0]]), np.zeros(2), np.array([[5.0]]), np.zeros(1)).standardised()
        >>> data.X.tolist(), data.X_held_out.tolist()
        ([[-1.0], [1.0]], [[3.0]])
        """
        mean, deviation = self.X.mean(axis=0), self.X.std(axis=0)
        return self._replace(X=(self.X - mean) / deviation, X_held_out=(self.X_held_out - mean) / deviation)


def split(X: Array, y: Array, seed: int = 0, training: float = 0.8) -> Data:
    """The examples, shuffled by the seed, in two: 80:20 unless told otherwise.

    >>> data = split(np.arange(10.0).reshape(10, 1), np.arange(10.0))
    >>> len(data.X), len(data.X_held_out), bool((data.X[:, 0] == data.y).all())
    (8, 2, True)
    """
    order = np.random.default_rng(seed).permutation(len(y))
    trained, held_out = np.split(order, [round(training * len(y))])
    return Data(X[trained], y[trained], X[held_out], y[held_out])
