"""Convex costs have one minimum; those of a network have several, and the start decides between them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from autograd import Value, gradients
from demos import starting_points
from demos.starting_points import CROSS_ENTROPY, LINEAR, LOGISTIC, SADDLE, SQUARED, TWO_LAYERS


@pytest.mark.parametrize("landscape", [LINEAR, LOGISTIC, CROSS_ENTROPY])
def test_a_convex_cost_leads_every_start_to_the_same_point(landscape):
    ends = [path[-1] for path in landscape.paths()]
    assert len(ends) >= 4
    assert np.ptp(ends, axis=0).max() < 1e-4


@pytest.mark.parametrize("landscape", [LINEAR, LOGISTIC, CROSS_ENTROPY, SQUARED, TWO_LAYERS])
def test_every_walk_ends_where_the_slope_is_zero(landscape):
    for path in landscape.paths():
        leaves = [Value(number) for number in path[-1]]
        assert gradients(landscape.cost(*leaves), leaves) == pytest.approx([0.0] * len(leaves), abs=1e-3)


def test_the_squared_error_of_a_sigmoid_has_two_minima_of_different_cost():
    ends = [path[-1].item() for path in SQUARED.paths()]
    assert ends == pytest.approx([-0.148, -0.148, 2.098, 2.098], abs=1e-3)
    assert SQUARED.cost(ends[0]) < SQUARED.cost(ends[-1]) - 0.02
    assert SQUARED.cost(0.5) > max(map(SQUARED.cost, ends))  # a hill lies between


def test_only_the_cross_entropy_of_that_neuron_is_convex():
    weights = np.linspace(-2.0, 5.0, 200).tolist()
    bends = {cost: np.diff([cost(w) for w in weights], n=2) for cost in (SQUARED.cost, CROSS_ENTROPY.cost)}
    assert bends[CROSS_ENTROPY.cost].min() > 0.0
    assert bends[SQUARED.cost].min() < 0.0 < bends[SQUARED.cost].max()


def test_two_layers_end_in_either_of_two_minima_and_do_not_leave_zero():
    on_the_saddle, *others = TWO_LAYERS.paths()
    assert np.all(on_the_saddle == SADDLE)
    signs = {float(np.sign(path[-1][0])) for path in others}
    assert signs == {-1.0, 1.0}
    for path in others:
        assert path[-1] == pytest.approx(np.sign(path[-1][0]) * np.ones(2), abs=0.01)


def test_the_cost_of_two_layers_falls_all_the_way():
    for path in TWO_LAYERS.paths()[1:]:
        costs = [starting_points.two_layer_cost(*point) for point in path.tolist()]
        assert all(later <= earlier for earlier, later in pairwise(costs))
