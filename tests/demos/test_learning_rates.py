"""What too small, good and too big rates do, and that search, schedule and optimizers deliver what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from demos import batch_sizes, learning_rates, least_squares
from demos.learning_rates import BEST, CURVATURE, RATES, START


@pytest.mark.parametrize("rate", RATES)
def test_every_step_multiplies_the_distance_by_one_minus_rate_times_curvature(rate):
    steps = np.arange(learning_rates.STEPS + 1)
    expected = BEST + (START - BEST) * (1.0 - rate * CURVATURE) ** steps
    assert learning_rates.steps_with(rate) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_small_rates_crawl_good_ones_arrive_big_ones_overshoot_and_bigger_ones_diverge():
    crawling, good, overshooting, diverging = (learning_rates.steps_with(rate) - BEST for rate in RATES)
    assert np.all(crawling < 0.0)  # still on the side it came from
    assert abs(crawling[-1]) > abs(START - BEST) / 2
    assert abs(good[-1]) < 1e-6
    assert np.all(overshooting[1:] * overshooting[:-1] < 0.0)
    assert abs(overshooting[-1]) < abs(overshooting[0])
    assert np.all(np.diff(np.abs(diverging)) > 0.0)


def test_the_search_keeps_the_candidate_that_is_best_on_validation_data():
    found = learning_rates.search()
    last = {rate: history.validation_loss[-1] for rate, history in found.histories.items()}
    assert set(last) | set(found.diverged) == set(learning_rates.CANDIDATES)
    assert found.diverged == [1.0]
    assert last[found.best] == min(last.values()) < 0.55
    assert found.histories[0.001].loss[-1] > found.histories[found.best].loss[-1]  # it crawls


def test_a_rate_that_decreases_comes_to_rest():
    data = batch_sizes.load()
    lowest = batch_sizes.costs(data, np.array([batch_sizes.minimum(data)]))
    above = {
        schedule: batch_sizes.costs(data, batch_sizes.train(data, 1, 2, schedule).path)[-200:] - lowest
        for schedule in (learning_rates.CONSTANT, learning_rates.DECREASING)
    }
    assert above[learning_rates.DECREASING].mean() < 0.05 * above[learning_rates.CONSTANT].mean()


def test_the_decreasing_rate_is_the_lectures():
    eta, decay = learning_rates.DECREASING.rate, learning_rates.DECREASING.decay
    for t in (0, 1, 100):
        assert learning_rates.DECREASING(t) == pytest.approx(eta * (1 + eta * decay * t) ** -1)


def test_other_optimizers_are_further_down_the_valley_than_gradient_descent():
    lowest = least_squares.cost(*least_squares.closed_form())
    paths = learning_rates.optimizer_paths()
    plain, *others = (least_squares.cost(*path[-1].tolist()) - lowest for path in paths.values())
    assert len(others) == 3
    assert 0.0 <= max(others) < plain / 10


def test_the_valley_is_69_times_as_strongly_bent_across_as_along():
    x = np.array(least_squares.X)
    assert np.linalg.cond(np.array([[np.mean(x * x), x.mean()], [x.mean(), 1.0]])) == pytest.approx(69, abs=0.5)
