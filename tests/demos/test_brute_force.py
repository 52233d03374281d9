"""Trying every value finds the best of the values, at 1,000 to the power of the number of weights."""

from __future__ import annotations

import numpy as np
import pytest

from demos import brute_force

COARSE = tuple(np.linspace(-2.0, 2.0, 21).tolist())


def test_a_thousand_values_are_tried_for_each_weight():
    assert len(set(brute_force.VALUES)) == 1000
    assert brute_force.try_every_value(1).evaluations == 1000


@pytest.mark.parametrize("weights", [1, 2, 3])
def test_what_is_found_is_the_best_of_the_values(weights):
    found = brute_force.try_every_value(weights, COARSE)
    assert found.evaluations == 21**weights
    assert set(found.weights) <= set(COARSE)
    for i in range(weights):
        for value in COARSE:
            other = [*found.weights[:i], value, *found.weights[i + 1 :]]
            assert brute_force.cost(*other) >= found.cost


def test_the_second_weight_matters_and_the_third_hardly():
    one, two, three = (brute_force.gradient_descent(weights)[1].cost for weights in (1, 2, 3))
    assert two < one / 4
    assert 0.99 * two < three < two


@pytest.mark.parametrize("weights", [1, 2, 3])
def test_gradient_descent_finds_a_smaller_cost_in_as_many_steps_for_any_number_of_weights(weights):
    path, found = brute_force.gradient_descent(weights)
    x, y = np.array(brute_force.POINTS).T
    columns = np.column_stack([x, np.ones_like(x), x**2][:weights])
    best, *_ = np.linalg.lstsq(columns, y)
    assert found.evaluations == brute_force.STEPS == len(path) - 1
    assert found.weights == pytest.approx(best, abs=1e-5)
    assert found.cost < brute_force.try_every_value(weights, COARSE).cost
