"""The delta error of the logistic neuron, and its two siblings."""

from __future__ import annotations

import math

import pytest

from demos.labelled import labelled
from demos.logistic_neuron import CASES, Case, linear_models, sigmoid_slope, signal_with_bias_as_weight


@pytest.mark.parametrize("case", CASES)
def test_the_delta_error_is_output_minus_target(case: Case):
    found = labelled(case.loss())
    signal = sum(w * x for w, x in zip(case.w, case.x, strict=True)) + case.b
    a = 1 / (1 + math.exp(-signal))
    delta = a - case.y
    assert (found["z"].data, found["a"].data) == pytest.approx((signal, a), rel=1e-14)
    assert found["J"].data == pytest.approx(-case.y * math.log(a) - (1 - case.y) * math.log(1 - a), rel=1e-13)
    assert found["a"].grad == pytest.approx(-case.y / a + (1 - case.y) / (1 - a), rel=1e-13)
    assert (found["z"].grad, found["b"].grad) == pytest.approx((delta, delta), rel=1e-13)
    gradients = [found[f"w_{j}"].grad for j in range(1, len(case.w) + 1)]
    assert gradients == pytest.approx([x * delta for x in case.x], rel=1e-13)


@pytest.mark.parametrize("case", CASES)
def test_the_bias_is_a_weight_whose_input_is_one(case: Case):
    z = signal_with_bias_as_weight(case)
    assert z.data == pytest.approx(labelled(case.loss())["z"].data, rel=1e-14)
    assert labelled(z)["w_0"].data == case.b
    assert labelled(z)["x_0"].data == 1.0


def test_the_cases_show_both_classes_on_both_sides():
    outcomes = {(case.y, labelled(case.loss())["a"].data > 0.5) for case in CASES}
    assert outcomes == {(0.0, False), (0.0, True), (1.0, False), (1.0, True)}


def test_three_linear_models_of_one_signal():
    assert [output.data for output in linear_models()] == [1.0, 1.0, 1 / (1 + math.exp(-1.0))]


@pytest.mark.parametrize("z", [-30.0, -2.0, 0.0, 0.5, 4.0])
def test_the_slope_of_the_sigmoid(z):
    s = 1 / (1 + math.exp(-z))
    assert sigmoid_slope(z) == pytest.approx(s * (1 - s), rel=1e-12)
