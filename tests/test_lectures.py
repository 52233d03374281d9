"""The numbers that the lectures work out by hand."""

from __future__ import annotations

import pytest

import autograd
import nn
from autograd import Value


def test_graph_1():
    a, b, c = Value(3.0), Value(1.0), Value(-2.0)
    d = 2 * b
    e = a + d
    L = c * e
    L.backward()
    assert (d.data, e.data, L.data) == (2.0, 5.0, -10.0)
    assert (c.grad, e.grad, a.grad, b.grad) == (5.0, -2.0, -2.0, -4.0)


def test_graph_2():
    a, b, c = Value(5.0), Value(3.0), Value(2.0)
    u = b * c
    v = a + u
    J = 3 * v
    J.backward()
    assert (u.data, v.data, J.data) == (6.0, 11.0, 33.0)
    assert (a.grad, b.grad, c.grad) == (3.0, 6.0, 9.0)


@pytest.mark.parametrize("at", [2.0, 5.0])
def test_graph_3_a_slope_is_the_ratio_of_small_steps(at):
    a = Value(at)
    f = 3 * a
    assert autograd.gradients(f, [a]) == (3.0,)
    assert (3 * Value(at + 0.001)).data == pytest.approx(f.data + 0.003)


@pytest.mark.parametrize("y", [0.0, 1.0, 0.3])
def test_graph_4_the_delta_error_of_a_logistic_neuron(y):
    x, w, b = [0.5, -1.5], [Value(0.8), Value(-0.4)], Value(0.1)
    z = autograd.dot(w, x, b)
    a = autograd.sigmoid(z)
    J = -y * autograd.log(a) - (1 - y) * autograd.log(1 - a)
    J.backward()
    delta = a.data - y
    assert a.grad == pytest.approx(-y / a.data + (1 - y) / (1 - a.data), rel=1e-14)
    assert z.grad == pytest.approx(delta, rel=1e-14)
    assert [v.grad for v in w] == pytest.approx([delta * 0.5, delta * -1.5], rel=1e-14)
    assert b.grad == pytest.approx(delta, rel=1e-14)
    assert nn.losses.binary_cross_entropy(a, y).data == pytest.approx(J.data, rel=1e-14)
    assert nn.losses.binary_cross_entropy_with_logits(z, y).data == pytest.approx(J.data, rel=1e-14)


def test_sentiment_example():
    model = nn.LogisticRegression(6)
    for weight, number in zip(model.neuron.weights, [2.5, -5.0, -1.2, 0.5, 2.0, 0.7], strict=True):
        weight.data = number
    model.neuron.bias.data = 0.1
    x = [3, 2, 1, 3, 0, 4.19]
    assert model.scores(x).data == pytest.approx(0.833)
    assert round(model(x).data, 2) == 0.70
    assert round(nn.losses.binary_cross_entropy(model(x), 1).data, 2) == 0.36
    assert round(nn.losses.binary_cross_entropy(model(x), 0).data, 1) == 1.2


def test_one_step_of_gradient_descent_from_zero():
    model = nn.LogisticRegression(2)
    loss = nn.losses.binary_cross_entropy_with_logits(model.scores([3, 2]), 1)
    loss.backward()
    assert [p.grad for p in model.parameters()] == [-1.5, -1.0, -0.5]
    nn.optimizers.SGD(model.parameters(), learning_rate=0.1).step()
    assert [p.data for p in model.parameters()] == pytest.approx([0.15, 0.10, 0.05])


def test_the_neuron_is_synapses_adder_and_activation():
    neuron = nn.Neuron(2, activation="identity")
    neuron.weights[0].data, neuron.weights[1].data, neuron.bias.data = 2.0, -3.0, -3.0
    assert neuron([-1.0, -2.0]).data == neuron.signal([-1.0, -2.0]).data == 1.0
    assert autograd.sigmoid(0.0) == 0.5
