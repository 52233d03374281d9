"""Gradient descent arrives at the best line, which is known in closed form."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import nn
from demos import least_squares


def test_the_closed_form_is_the_best_line():
    best = least_squares.closed_form()
    assert best == pytest.approx(np.polyfit(least_squares.X, least_squares.Y, 1), rel=1e-12)


def test_the_cost_falls_at_every_step_until_the_closed_form_is_reached():
    path = least_squares.gradient_descent()
    costs = [least_squares.cost(*line) for line in path.tolist()]
    assert path.shape == (least_squares.STEPS + 1, 2)
    assert tuple(path[0]) == least_squares.START
    assert costs == sorted(costs, reverse=True)
    assert path[-1] == pytest.approx(least_squares.closed_form(), abs=2e-3)


def test_the_graph_gives_the_gradient_that_the_text_states():
    path = least_squares.gradient_descent(steps=3)
    x, y = np.array(least_squares.X), np.array(least_squares.Y)
    for (w, b), after in pairwise(path):
        delta = w * x + b - y
        gradient = np.array([2 * np.mean(x * delta), 2 * np.mean(delta)])
        assert after == pytest.approx([w, b] - least_squares.LEARNING_RATE * gradient, rel=1e-12)


def test_fit_takes_the_same_steps():
    model = nn.LinearRegression(1)
    (weight, bias) = model.parameters()
    weight.data, bias.data = least_squares.START
    nn.fit(
        model,
        [[x] for x in least_squares.X],
        least_squares.Y,
        loss=nn.losses.squared_error,
        optimizer=nn.optimizers.SGD(model.parameters(), learning_rate=least_squares.LEARNING_RATE),
        epochs=20,
        batch_size=len(least_squares.X),
        progress=False,
    )
    assert (weight.data, bias.data) == pytest.approx(least_squares.gradient_descent(steps=20)[-1], rel=1e-12)
