"""How many iterations an epoch takes, and how the batch size trades speed against noise."""

from __future__ import annotations

import numpy as np
import pytest

from demos import batch_sizes


@pytest.fixture(scope="module")
def data():
    return batch_sizes.load()


@pytest.fixture(scope="module")
def trained(data):
    return {size: batch_sizes.train(data, size, epochs=5) for size in batch_sizes.SIZES}


def test_1000_examples_in_batches_of_500_are_2_iterations(data, trained):
    assert len(data.y) == 1000
    assert {size: t.iterations for size, t in trained.items()} == {1: 1000, 50: 20, 500: 2, 1000: 1}


def test_every_path_starts_at_zero_and_its_end_has_the_cost_of_the_history(data, trained):
    for t in trained.values():
        assert tuple(t.path[0]) == (0.0, 0.0)
        assert batch_sizes.costs(data, t.path[-1:])[0] == pytest.approx(t.history.loss[-1], rel=1e-9)


def test_the_costs_of_lines_are_their_mean_squared_errors(data):
    lines = np.array([[0.0, 0.0], [2.0, 1.0], [-1.0, 3.0]])
    expected = [np.mean((data.X[:, 0] * w + b - data.y) ** 2) for w, b in lines]
    assert batch_sizes.costs(data, lines) == pytest.approx(expected, rel=1e-12)


def test_small_batches_are_quick_and_big_ones_are_steady(data, trained):
    after_one_epoch = [t.history.loss[0] for t in trained.values()]
    assert after_one_epoch == sorted(after_one_epoch)
    rises = {size: np.diff(batch_sizes.costs(data, t.path)).max() for size, t in trained.items()}
    assert rises[1000] < 0.0 < rises[50] < rises[1]


def test_batch_gradient_descent_goes_along_the_gradient_of_the_cost(data, trained):
    path = trained[1000].path
    delta = -data.y
    gradient = np.array([2 * np.mean(data.X[:, 0] * delta), 2 * np.mean(delta)])
    assert path[1] == pytest.approx(-batch_sizes.LEARNING_RATE * gradient, rel=1e-9)
