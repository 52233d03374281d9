"""Modules find their parameters; optimizers move them."""

from __future__ import annotations

import pickle

import pytest

import nn
from nn import Module, Parameter


class Nest(Module):
    def __init__(self):
        self.first = nn.Neuron(2)
        self.many = [nn.Neuron(1), {"p": (Parameter(1.0), "not a parameter")}]
        self.again = self.first.bias


def test_named_parameters_walk_attributes_lists_and_modules_once_each():
    nest = Nest()
    assert [name for name, _ in nest.named_parameters()] == [
        "first.weights.0",
        "first.weights.1",
        "first.bias",
        "many.0.weights.0",
        "many.0.bias",
        "many.1.p.0",
    ]
    assert len(nest.parameters()) == 6


def test_zero_grad_reaches_every_parameter():
    nest = Nest()
    for parameter in nest.parameters():
        parameter.grad = 1.0
    nest.zero_grad()
    assert {parameter.grad for parameter in nest.parameters()} == {0.0}


def test_train_and_eval_reach_every_module():
    nest = Nest()
    assert nest.eval() is nest
    assert [module.training for module in nest.modules()] == [False] * 3
    assert all(module.training for module in nest.train().modules())


def test_a_parameter_stays_one_when_copied_and_pickled():
    neuron = pickle.loads(pickle.dumps(nn.Neuron(2)))
    assert [p.label for p in neuron.parameters()] == ["w_1", "w_2", "b"]
    assert {type(p) for p in neuron.parameters()} == {Parameter}


def test_sgd_follows_its_closed_form():
    w = Parameter(1.0)
    optimizer = nn.optimizers.SGD([w], learning_rate=0.5, momentum=0.5)
    w.grad = 2.0
    optimizer.step()
    assert w.data == 1.0 - 0.5 * 2.0
    w.grad = 4.0
    optimizer.step()
    assert w.data == 0.0 - 0.5 * (0.5 * 2.0 + 4.0)
    optimizer.zero_grad()
    assert w.grad == 0.0


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: nn.optimizers.SGD([]), "model.parameters"),
        (lambda: nn.optimizers.SGD([Parameter(1.0)], learning_rate=0.0), "above 0"),
        (lambda: nn.optimizers.SGD([Parameter(1.0)], learning_rate=float("nan")), "above 0"),
        (lambda: nn.optimizers.SGD([Parameter(1.0)], momentum=1.0), "below 1"),
        (lambda: nn.Neuron(0), "from 1 up, not 0"),
        (lambda: nn.Neuron(1, activation="sigmoidal"), "identity, sigmoid, tanh, relu"),
        (lambda: nn.Neuron(2)([1.0]), "2 weights and 1 inputs"),
    ],
)
def test_wrong_use_says_what_to_write(call, advice):
    with pytest.raises(ValueError, match=advice):
        call()


def test_neurons_begin_differently_unless_a_seed_says_otherwise():
    def weights(**options):
        return [w.data for w in nn.Neuron(3, **options).weights]

    assert weights() != weights()
    assert weights(seed=1) == weights(seed=1) != weights(seed=2)
    assert nn.LogisticRegression(3)([1.0, 2.0, 3.0]).data == 0.5


@pytest.mark.parametrize("name", ["he_normal", "xavier_uniform", "zeros"])
def test_initializers_have_the_spread_they_promise(name):
    neuron = nn.Neuron(4000, initializer=getattr(nn.initializers, name), seed=1)
    weights = [w.data for w in neuron.weights]
    deviation = (sum(w * w for w in weights) / 4000) ** 0.5
    expected = {"he_normal": (2 / 4000) ** 0.5, "xavier_uniform": (2 / 4001) ** 0.5, "zeros": 0.0}[name]
    assert deviation == pytest.approx(expected, rel=0.1)
    assert weights == [w.data for w in nn.Neuron(4000, initializer=getattr(nn.initializers, name), seed=1).weights]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("identity", -1.0), ("sigmoid", 0.2689414213699951), ("tanh", -0.7615941559557649), ("relu", 0.0)],
)
def test_activations(activation, expected):
    neuron = nn.Neuron(1, activation=activation)
    neuron.weights[0].data = 0.5
    assert neuron([-2.0]).data == pytest.approx(expected, rel=1e-15)
