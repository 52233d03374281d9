"""Losses over the margin, their slopes, and why one of them cannot be trained on."""

from __future__ import annotations

from math import exp, log

import pytest

import nn
from autograd import Value
from demos.labelled import labelled
from demos.margin_losses import LOSSES, classifier, loss_at, slope_at, zero_one_graph

FORMULAS = {
    "0/1": (lambda m: float(m < 0), lambda m: 0.0),
    "hinge": (lambda m: max(0.0, 1 - m), lambda m: -float(m < 1)),
    "cross-entropy": (lambda m: log(1 + exp(-2 * m)), lambda m: -2 / (1 + exp(2 * m))),
    "squared error": (lambda m: (1 - m) ** 2, lambda m: -2 * (1 - m)),
}


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("margin", [-3.0, -0.25, 0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_and_its_slope_depend_on_the_margin_alone(name, margin, sign):
    loss, slope = FORMULAS[name]
    assert loss_at(LOSSES[name][0], margin, sign) == pytest.approx(loss(margin), rel=1e-14)
    assert slope_at(LOSSES[name][0], margin, sign) == pytest.approx(slope(margin), rel=1e-14)


@pytest.mark.parametrize("score", [-2.0, -0.1, 0.0, 0.1, 2.0])
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_step_is_the_zero_one_loss(score, sign):
    assert zero_one_graph(Value(score), sign).data == nn.losses.zero_one(score, sign)


@pytest.mark.parametrize("sign", [-1, 1])
def test_both_pictures_name_the_sign(sign):
    score = Value(0.5, label="s")
    for loss in (zero_one_graph, nn.losses.hinge):
        assert labelled(loss(score, sign))["z"].data == sign


def test_only_a_loss_that_slopes_moves_the_weight():
    stuck, learning = (labelled(classifier(loss, 0.5)) for loss in (zero_one_graph, nn.losses.hinge))
    assert (stuck["J"].data, stuck["w"].grad) == (1.0, 0.0)
    assert (learning["J"].data, learning["w"].grad) == (2.0, 2.0)


def test_at_the_kink_the_slope_is_the_subgradient_nearest_to_zero():
    found = labelled(classifier(nn.losses.hinge, -0.5))
    assert (found["s"].data, found["J"].data, found["w"].grad) == (-1.0, 0.0, 0.0)
