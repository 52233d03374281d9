"""Loops, vectors and the graph give the same parameters."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from demos import breast_cancer, vectorised
from demos.handout import Handout


@pytest.fixture(scope="module")
def data():
    return breast_cancer.load()


def test_all_ways_give_the_same_parameters_after_100_steps(data):
    trained = {name: vectorised.train(gradient, data.X, data.y) for name, gradient in vectorised.WAYS.items()}
    of_graph = trained.pop("the recorded graph")
    assert len(trained) == 4
    assert np.abs(of_graph).max() > 0.1
    for parameters in trained.values():
        assert np.abs(parameters - of_graph).max() <= vectorised.TOLERANCE


def test_the_compiled_program_replays_and_records_nothing(data, monkeypatch):
    X, y = data.X[:20], data.y[:20]
    first = vectorised.compiled(np.zeros(31), X, y)
    monkeypatch.setattr(autograd, "dot", None)  # a recording would call it
    assert np.array_equal(vectorised.compiled(np.zeros(31), X, y), first)


@pytest.mark.parametrize("gradient", vectorised.WAYS.values())
def test_a_step_goes_against_the_gradient_of_the_mean_loss(gradient, data):
    trained = vectorised.train(gradient, data.X[:1], np.ones(1), steps=1)
    assert trained == pytest.approx(vectorised.LEARNING_RATE * 0.5 * np.append(data.X[0], 1.0), rel=1e-12)


def test_a_difference_is_not_passed_over(tmp_path):
    trained = {name: np.zeros(31) for name in vectorised.WAYS}
    trained["vectors, examples as rows"] = np.full(31, 2e-12)
    with pytest.raises(ArithmeticError, match="differ by 2"):
        vectorised._compare(Handout(tmp_path, "x", "Title"), trained, dict.fromkeys(vectorised.WAYS, 1.0))
