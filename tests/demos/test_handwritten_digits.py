"""How well digits are read, and what the tables and pictures say of it."""

from __future__ import annotations

import numpy as np
import pytest

from demos import handwritten_digits
from demos.handwritten_digits import CLASSES


@pytest.fixture(scope="module")
def data():
    return handwritten_digits.load()


@pytest.fixture(scope="module")
def regression():
    return handwritten_digits.softmax_regression()


def test_the_images_are_split_80_20_and_lie_between_0_and_1(data):
    assert (data.X.shape, data.X_held_out.shape) == ((1438, 64), (359, 64))
    assert (data.X.min(), data.X.max()) == (0.0, 1.0)
    assert set(data.y) == set(data.y_held_out) == set(range(CLASSES))


@pytest.mark.parametrize("train", [handwritten_digits.softmax_regression, handwritten_digits.network])
def test_at_least_094_of_the_held_out_digits_are_read_right(train, data):
    model, history = train()
    right = np.mean(np.array(model.predict(data.X_held_out)) == data.y_held_out)
    assert right == history.validation_accuracy[-1]
    assert right >= 0.94


def test_the_confusion_table_counts_every_digit_once(data, regression):
    model, history = regression
    table = handwritten_digits.confusion(model, data.X_held_out, data.y_held_out)
    assert table.sum(axis=1).tolist() == np.bincount(data.y_held_out).tolist()
    assert table.sum(axis=0).tolist() == np.bincount(model.predict(data.X_held_out), minlength=CLASSES).tolist()
    assert table.trace() / table.sum() == history.validation_accuracy[-1]


def test_probabilities_add_up_to_one_and_the_largest_decides(data, regression):
    model, _ = regression
    probabilities = np.array(model.predict_probabilities(data.X_held_out[:50]))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(50), rel=1e-12)
    assert probabilities.argmax(axis=1).tolist() == model.predict(data.X_held_out[:50])
