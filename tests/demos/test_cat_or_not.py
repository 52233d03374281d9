"""Logistic regression at the lectures' real size: 64 × 64 × 3 = 12,288 features."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from demos import cat_images, cat_or_not


@pytest.fixture(scope="module")
def data():
    return cat_or_not.load()


@pytest.fixture(scope="module")
def trained():
    return cat_or_not.train()


def test_an_image_has_12288_features(data):
    assert cat_or_not.FEATURES == 12_288
    assert (data.X.shape, data.X_held_out.shape) == ((160, 12_288), (40, 12_288))
    assert set(data.y) == {0.0, 1.0}


def test_unrolling_puts_all_reds_first_and_is_undone_by_rolling():
    pictures, _ = cat_images.images(2, seed=3)
    vectors = cat_or_not.unrolled(pictures)
    assert vectors[1, :4096] == pytest.approx(pictures[1, :, :, 0].ravel() - cat_or_not.MIDDLE)
    assert vectors[1, 8192 + 64] == pytest.approx(pictures[1, 1, 0, 2] - cat_or_not.MIDDLE)
    assert cat_or_not.rolled(vectors) == pytest.approx(pictures)
    assert cat_or_not.rolled(vectors[0]) == pytest.approx(pictures[0])


def test_images_are_reproducible_differ_and_are_half_cats():
    pictures, is_cat = cat_images.images(6, seed=0)
    again, _ = cat_images.images(6, seed=0)
    assert np.array_equal(pictures, again)
    assert len({picture.tobytes() for picture in pictures}) == 6
    assert is_cat.tolist() == [0, 1, 0, 1, 0, 1]
    assert 0.0 <= pictures.min() < pictures.max() <= 1.0


@pytest.mark.parametrize("kind", ["cat", *cat_images.OTHERS])
def test_a_shape_stands_out_from_its_background(kind):
    picture = cat_images.draw(kind, np.random.default_rng(0))
    assert picture[34:44, 26:38].mean() < picture[:8].mean() - 0.1


def test_the_neuron_recognises_most_of_the_held_out_images(data, trained):
    model, history = trained
    assert history.validation_accuracy[-1] >= 0.85
    right = (cat_or_not.probabilities(model, data.X_held_out) >= 0.5) == data.y_held_out
    assert right.mean() == history.validation_accuracy[-1]


def test_vectors_measure_what_the_neuron_computes(data, trained):
    model, _ = trained
    expected = [model(x).data for x in data.X_held_out[:3].tolist()]
    assert cat_or_not.probabilities(model, data.X_held_out[:3]) == pytest.approx(expected, rel=1e-12)


def test_the_gradient_in_12289_parameters_is_x_times_the_delta_error(data, trained):
    model, _ = trained
    x, y = data.X[0], data.y[0]
    loss = model.default_loss(model.scores(x.tolist()), y)
    gradient = autograd.gradients(loss, [*model.neuron.weights, model.neuron.bias])
    delta = cat_or_not.probabilities(model, data.X[:1])[0] - y
    assert gradient == pytest.approx(np.append(x, 1.0) * delta, rel=1e-9, abs=1e-15)
