"""Modules find their parameters, and initializers spread them as they promise."""

from __future__ import annotations

import pickle

import numpy as np
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


def inside(module, wrap):
    outer = Module()
    outer.inner = wrap(module)
    return outer


@pytest.mark.parametrize(
    "wrap",
    [lambda m: m, lambda m: [m], lambda m: ({"m": m},), lambda m: [m, m]],
    ids=["deep", "list", "dict", "shared"],
)
def test_modules_may_lie_as_deep_as_they_like_and_in_many_places(wrap):
    depth, innermost = 3000, nn.Dropout(0.5)
    innermost.p_as_parameter = Parameter(0.5)
    nested = innermost
    for _ in range(depth):
        nested = inside(nested, wrap)
    assert nested.parameters() == [innermost.p_as_parameter]
    assert len(nested.modules()) == depth + 1
    assert nested.eval().modules()[-1] is innermost
    assert not innermost.training


def test_what_holds_itself_is_walked_once():
    first, second, items = Module(), Module(), [Parameter(1.0)]
    items.append(items)
    first.weights, first.second, first.itself = items, second, first
    second.back, second.weight = {"to": [first]}, Parameter(2.0)
    assert [name for name, _ in first.named_parameters()] == ["weights.0", "second.weight"]
    assert first.modules() == [first, second]
    assert [name for name, _ in second.named_parameters()] == ["back.to.0.weights.0", "weight"]


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: nn.Neuron(3, seed=seed),
        lambda seed: nn.Layer(2, 2, seed=seed),
        lambda seed: nn.MLP(2, [2, 1], seed=seed),
        lambda seed: nn.LogisticRegression(2, nn.initializers.he_normal, seed=seed),
    ],
)
def test_a_seed_is_any_whole_number(make):
    assert make(np.int64(3)).state_dict() == make(3).state_dict() != make(4).state_dict()
    for seed in ("3", 3.0, True, (1, 2)):
        with pytest.raises(TypeError, match="seed is a whole number, not") as caught:
            make(seed)
        assert "\n" not in str(caught.value)


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


def test_neurons_begin_differently_unless_a_seed_says_otherwise():
    def weights(**options):
        return [w.data for w in nn.Neuron(3, **options).weights]

    assert weights() != weights()
    assert weights(seed=1) == weights(seed=1) != weights(seed=2)
    assert nn.LogisticRegression(3)([1.0, 2.0, 3.0]).data == 0.5


@pytest.mark.parametrize(
    ("name", "deviation", "bound"),
    [
        ("he_normal", (2 / 4000) ** 0.5, float("inf")),
        ("xavier_uniform", (2 / 4001) ** 0.5, (6 / 4001) ** 0.5),
        ("zeros", 0.0, 0.0),
    ],
)
def test_initializers_have_the_spread_they_promise(name, deviation, bound):
    def weights(seed):
        neuron = nn.Neuron(4000, initializer=getattr(nn.initializers, name), seed=seed)
        return [w.data for w in neuron.weights]

    found = weights(1)
    assert (sum(w * w for w in found) / 4000) ** 0.5 == pytest.approx(deviation, rel=0.05)
    assert sum(found) / 4000 == pytest.approx(0.0, abs=4 * deviation / 4000**0.5)
    assert max(map(abs, found)) <= bound
    assert found == weights(1)


def test_module_names_are_words():
    class HTTPServerOf3Layers(nn.Module):
        pass

    assert (nn.MLP.name, nn.LogisticRegression.name, nn.Module.name) == ("MLP", "logistic regression", "module")
    assert HTTPServerOf3Layers.name == "HTTP server of3 layers"
