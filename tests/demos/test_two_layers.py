"""Inner weights: closed forms and the recursion against the graph."""

from __future__ import annotations

import math

import numpy as np
import pytest

from demos import two_layers
from demos.labelled import labelled


def test_the_two_layers_are_the_formulas():
    found = labelled(two_layers.two_layer_loss())
    first, second = np.array(two_layers.FIRST_LAYER), np.array(two_layers.SECOND_LAYER)
    z1 = first[:, :-1] @ two_layers.X + first[:, -1]
    a1 = np.maximum(z1, 0.0)
    z2 = second[0, :-1] @ a1 + second[0, -1]
    assert [found["z_11"].data, found["z_12"].data, found["z_21"].data] == [*z1, z2]
    assert [found["a_11"].data, found["a_12"].data] == a1.tolist()
    assert found["ŷ"].data == pytest.approx(1 / (1 + math.exp(-z2)), rel=1e-15)
    assert found["z_21"].grad == pytest.approx(found["ŷ"].data - 1, rel=1e-14)
    assert z1[1] < 0.0 == found["z_12"].grad  # that neuron is off


@pytest.mark.parametrize(
    ("sign", "w2", "loss"), [(1, (0.4, 0.7), 0.2), (-1, (0.4, 0.7), 1.8), (1, (0.7, 0.7), 0.0), (1, (-1.0, 2.0), 3.0)]
)
def test_relu_and_hinge(sign, w2, loss):
    found = labelled(two_layers.relu_and_hinge(sign, w2))
    of_w2, of_w1 = two_layers.hinge_gradients(sign, w2)
    assert found["ℓ"].data == pytest.approx(loss, abs=1e-15)
    assert [found["v_1"].grad, found["v_2"].grad] == pytest.approx(of_w2.tolist(), rel=1e-15)
    assert [[found[f"w_{j}{i}"].grad for i in (1, 2)] for j in (1, 2)] == pytest.approx(of_w1)
    h = [found["h_1"].data, found["h_2"].data]
    assert of_w2.tolist() == ([-sign * each for each in h] if loss else [0.0, 0.0])


def test_the_recursion_gives_every_gradient_of_the_deep_network():
    by_hand, graph = two_layers.recursion(), two_layers.graph_gradients()
    assert [layer.shape for layer in graph] == [(3, 3), (2, 4), (2, 3)]
    for expected, found in zip(by_hand, graph, strict=True):
        assert found == pytest.approx(expected, rel=1e-12)
        assert np.abs(found).min() > 0.0
