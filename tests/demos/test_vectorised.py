"""Loops, vectors and the graph give the same parameters."""

from __future__ import annotations

import numpy as np
import pytest

from demos import breast_cancer, vectorised
from demos.handout import Handout


@pytest.fixture(scope="module")
def data():
    return breast_cancer.load()


def test_all_ways_give_the_same_parameters_after_100_steps(data):
    *by_hand, of_graph = (vectorised.train(gradient, data.X, data.y) for gradient in vectorised.WAYS.values())
    assert len(by_hand) == 3
    assert np.abs(of_graph).max() > 0.1
    for parameters in by_hand:
        assert np.abs(parameters - of_graph).max() <= vectorised.TOLERANCE


@pytest.mark.parametrize("gradient", vectorised.WAYS.values())
def test_a_step_goes_against_the_gradient_of_the_mean_loss(gradient, data):
    trained = vectorised.train(gradient, data.X[:1], np.ones(1), steps=1)
    assert trained == pytest.approx(vectorised.LEARNING_RATE * 0.5 * np.append(data.X[0], 1.0), rel=1e-12)


def test_a_difference_is_not_passed_over(tmp_path):
    trained = {name: np.zeros(31) for name in vectorised.WAYS}
    trained["vectors, examples as rows"] = np.full(31, 2e-12)
    with pytest.raises(ArithmeticError, match="differ by 2"):
        vectorised._compare(Handout(tmp_path, "x", "Title"), trained, dict.fromkeys(vectorised.WAYS, 1.0))
