"""What initialisation, L2 regularisation and dropout do to small networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from demos import small_networks
from demos.small_networks import DROPOUT, MOONS, NEURONS, NOISY


@pytest.fixture(scope="module")
def initialised():
    return small_networks.initialised()


@pytest.fixture(scope="module")
def regularised():
    return small_networks.regularised()


def test_a_network_learns_the_moons(initialised):
    model, history = initialised["He, ReLU"]
    right = np.mean(np.array(model.predict(MOONS.X_held_out)) == MOONS.y_held_out)
    assert right == history.validation_accuracy[-1]
    assert right >= 0.97


def test_from_zeros_a_network_of_relus_learns_nothing_but_the_last_bias(initialised):
    model, history = initialised["zeros, ReLU"]
    *others, _ = model.parameters()
    assert all(parameter.data == 0.0 for parameter in others)
    assert history.loss[-1] == pytest.approx(math.log(2), abs=1e-3)


def test_neurons_that_begin_alike_stay_alike(initialised):
    different = {name: small_networks.different_neurons(model) for name, (model, _) in initialised.items()}
    assert different == {"zeros, ReLU": 1, "all 0.1, ReLU": 1, "Xavier, tanh": NEURONS[0], "He, ReLU": NEURONS[0]}


def test_random_weights_learn_more_than_weights_that_are_alike(initialised):
    losses = [history.loss[-1] for _, history in initialised.values()]
    assert losses == sorted(losses, reverse=True)


def test_without_regularisation_the_network_overfits(regularised):
    _, history = regularised["none"]
    assert history.accuracy[-1] == 1.0
    assert history.loss[-1] < 0.02
    assert history.validation_loss[-1] > 1.3 * min(history.validation_loss)


def test_regularisation_trades_training_loss_for_held_out_loss(regularised):
    _, plain = regularised["none"]
    for name, (_, history) in regularised.items():
        if name != "none":
            assert history.loss[-1] > plain.loss[-1], name
            assert history.validation_loss[-1] < plain.validation_loss[-1], name


def test_l2_keeps_the_weights_small(regularised):
    plain, small, _ = (small_networks.squared_norm(model) for model, _ in regularised.values())
    assert small < plain / 2


def test_dropout_helps_though_its_weights_stay_large(regularised):
    plain, small, dropped = regularised.values()
    assert dropped.history.validation_accuracy[-1] > plain.history.validation_accuracy[-1]
    assert dropped.history.validation_loss[-1] < 0.75 * plain.history.validation_loss[-1]
    norms = [small_networks.squared_norm(each.model) for each in (small, dropped, plain)]
    assert 2 * norms[0] < norms[1]
    assert 0.75 * norms[2] < norms[1] < norms[2]


def test_dropout_is_only_for_training(regularised):
    *_, (model, _) = regularised.values()
    assert model.dropout.p == DROPOUT
    assert model.predict_probabilities(NOISY.X) == model.predict_probabilities(NOISY.X)
    model.train()
    drawn = {model(NOISY.X[0].tolist()).data for _ in range(5)}
    model.eval()
    assert len(drawn) > 1
