"""Metrics count; they are not trained on, and say so."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn.metrics import accuracy, zero_one


@pytest.mark.parametrize(
    ("score", "z", "loss"),
    [(2.0, 1, 0.0), (2.0, -1, 1.0), (-2.0, 1, 1.0), (-2.0, -1, 0.0), (0.0, 1, 0.0), (0.0, -1, 0.0), (math.nan, 1, 1.0)],
)
def test_zero_one_is_0_where_the_sign_is_right(score, z, loss):
    assert zero_one(score, z) == loss
    assert nn.losses.zero_one is zero_one


def test_a_metric_is_evaluated_like_a_loss():
    model = nn.LinearClassifier(1).load_state_dict({"neuron.weights.0": 1.0, "neuron.bias": 0.0})
    assert nn.evaluate(model, [[-2.0], [-1.0], [1.0], [3.0]], [-1, -1, 1, -1], loss=zero_one) == (0.25, 0.75)


def test_zero_one_is_no_loss_to_train_on():
    model = nn.LinearClassifier(1)
    with pytest.raises(TypeError, match=r"gradient is 0 almost everywhere.* zero_one\(score.data, z\)"):
        zero_one(model.scores([1.0]), 1)
    with autograd.no_grad():
        assert zero_one(model.scores([1.0]), 1) == 0.0
    for metric in (zero_one, accuracy):
        with pytest.raises(ValueError, match=r"cannot be trained on.*: train with hinge or a cross-entropy"):
            nn.fit(model, [[-1.0], [1.0]], [-1, 1], loss=metric, progress=False)
    assert set(model.state_dict().values()) == {0.0}


@pytest.mark.parametrize(
    ("predictions", "targets", "expected"),
    [
        ([0, 1, 1, 0], [0, 1, 0, 0], 0.75),
        (np.array([1, 2, 3]), [1.0, 2.0, 4.0], 2 / 3),
        ([[0, 1], [1, 1]], np.array([[0, 1], [1, 0]]), 0.5),
        ([True], [1], 1.0),
        ([math.nan], [math.nan], 0.0),
    ],
)
def test_accuracy_is_the_fraction_that_is_right(predictions, targets, expected):
    assert accuracy(predictions, targets) == expected


def test_accuracy_of_unequal_lists_or_of_nothing_is_refused():
    with pytest.raises(ValueError, match="as many targets as predictions: got 1 and 2"):
        accuracy([1, 2], [1])
    with pytest.raises(ValueError, match="give at least one"):
        accuracy([], [])


def test_accuracy_of_what_cannot_be_equal_is_refused():
    with pytest.raises(TypeError, match=r"write y\.ravel\(\) if y is a column"):
        accuracy([1, 0], np.array([[1], [0]]))
    with pytest.raises(TypeError, match=r"write accuracy\(model\.predict\(X\), y\)"):
        accuracy([Value(1.0)], [1.0])


@pytest.mark.parametrize("z", [0, 2, math.nan])
def test_a_sign_is_minus_1_or_1(z):
    with pytest.raises(ValueError, match="target of -1 or 1"):
        zero_one(1.0, z)
    with pytest.raises(TypeError, match=r"write v\.data"):
        zero_one(1.0, Value(1.0))
