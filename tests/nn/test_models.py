"""Models: scores, outputs and decisions belong together; a neuron records one dot; a layer returns a list."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from nn.model import plain_scores

MODELS = [
    lambda **o: nn.LinearRegression(2, **o),
    lambda **o: nn.LinearClassifier(2, **o),
    lambda **o: nn.LogisticRegression(2, **o),
    lambda **o: nn.SoftmaxRegression(2, 3, **o),
    lambda **o: nn.MultiLabelClassifier(2, 3, **o),
    *[
        lambda output=output, size=size, **o: nn.MLP(2, [4, size], "tanh", output, **o)
        for size, outputs in [(1, ("identity", "sign", "sigmoid")), (3, ("identity", "sigmoid", "softmax"))]
        for output in outputs
    ],
]
POINTS = [[0.3, -1.2], [2.0, 0.5], [-0.7, 0.1], [0.0, 0.0]]


def model_of(make):
    return make(initializer=nn.initializers.xavier_uniform, seed=5)


@pytest.mark.parametrize("make", MODELS)
def test_what_a_model_puts_out_is_its_scores_through_its_output(make):
    model = model_of(make)
    for x in POINTS:
        outputs, scores = model(x), model.scores(x)
        assert plain_scores(model.output.outputs(scores)) == plain_scores(outputs)
        assert isinstance(outputs, list) == isinstance(scores, list) == model.output.is_vector
        assert model.predict([x]) == [model.output.decision(plain_scores(scores))]
        if model.output.is_probability:
            assert model.predict_probabilities([x]) == [plain_scores(outputs)]
        else:
            with pytest.raises(TypeError, match=r"puts out no probabilities: write predict\(X\)"):
                model.predict_probabilities([x])


def test_a_model_of_ones_own_may_compute_in_numpy():
    class Matrix(nn.Model):
        output = nn.outputs.Distribution()

        def __init__(self):
            self.rows = [[nn.Parameter(0.0), nn.Parameter(0.0)] for _ in range(2)]

        def scores(self, x):
            return np.array(self.rows) @ np.array(x)

    by_numpy, by_layer = Matrix(), nn.SoftmaxRegression(2, 2)
    for neuron in by_layer.layer.neurons:
        neuron.bias = autograd.Constant(0.0)
    histories = [nn.fit(model, POINTS, [0, 1, 0, 1], epochs=5, progress=False) for model in (by_numpy, by_layer)]
    assert histories[0].loss == pytest.approx(histories[1].loss, rel=1e-12)
    assert by_numpy.predict(POINTS) == by_layer.predict(POINTS)


@pytest.mark.parametrize("make", MODELS)
def test_every_model_trains_on_its_own_loss(make):
    model = model_of(make)
    y = {
        "Number": [0.5, 2.0, -1.0, 0.0],
        "Numbers": [[0.5, 1.0, 0.0], [2.0, 0.0, 1.0], [1.0, -1.0, 0.5], [0.0, 0.0, 0.0]],
        "Sign": [-1, 1, -1, 1],
        "Probability": [0, 1, 0, 1],
        "Distribution": [0, 1, 2, [0, 0, 1]],
        "Labels": [[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]],
    }[type(model.output).__name__]
    before = nn.evaluate(model, POINTS, y)
    history = nn.fit(model, POINTS, y, epochs=150, progress=False)
    assert history.loss[-1] < before[0]
    assert (history.loss[-1], history.accuracy[-1]) == pytest.approx(nn.evaluate(model, POINTS, y), nan_ok=True)
    if model.output.classifies and isinstance(model, nn.MLP):
        assert history.accuracy[-1] == 1.0
    elif not model.output.classifies:
        assert math.isnan(history.accuracy[-1])


@pytest.mark.parametrize("make", MODELS)
def test_a_model_is_written_as_it_is_made_and_repeats_from_its_seed(make):
    model = model_of(make)
    assert repr(eval(f"nn.{model!r}")) == repr(model)
    assert model_of(make).state_dict() == model.state_dict()
    assert set(make(initializer=nn.initializers.zeros).state_dict().values()) == {0.0}


@pytest.mark.parametrize("kind", [nn.LinearRegression, nn.LinearClassifier, nn.LogisticRegression])
def test_models_of_one_neuron_record_one_dot_and_their_activation(kind):
    gates = [node.gate.symbol for node in autograd.topological_order(kind(3)([1.0, 2.0, 3.0])) if node.gate]
    assert gates == ["Σwx", *{"identity": [], "sign": ["sign"], "sigmoid": ["σ"]}[kind.output.activation]]


def test_an_mlp_records_one_dot_and_one_activation_for_each_neuron():
    model = nn.MLP(2, [16, 16, 1], output="sign", seed=0)
    gates = [node.gate.symbol for node in autograd.topological_order(model([1.0, 2.0])) if node.gate]
    assert sorted(gates) == ["ReLU"] * 32 + ["sign"] + ["Σwx"] * 33


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_probabilities_add_up_to_1_and_the_largest_is_predicted(x):
    model = model_of(MODELS[3])
    (probabilities,) = model.predict_probabilities([x])
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-12)
    (decision,) = model.predict([x])
    assert probabilities[decision] == max(probabilities)


def test_on_the_boundary_the_decision_is_1():
    assert nn.LinearClassifier(1).predict([[0.0]]) == [1]
    assert nn.LinearClassifier(1)([0.0]).data == 0.0
    assert nn.LogisticRegression(1).predict([[0.0]]) == [1]
    assert nn.MultiLabelClassifier(1, 2).predict([[0.0]]) == [[1, 1]]
    assert nn.SoftmaxRegression(1, 3).predict([[0.0]]) == [0]


def test_predictions_are_plain_numbers_and_leave_no_trace():
    model = model_of(MODELS[-1])
    assert {type(p) for row in model.predict_probabilities(POINTS) for p in row} == {float}
    assert {type(k) for k in model.predict(np.array(POINTS))} == {int}
    assert model.training
    assert model([1.0, 2.0])[0].inputs


# --- layers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh", "relu", "sign", "softmax"])
def test_a_layer_always_returns_a_list(outputs, activation):
    layer = nn.Layer(2, outputs, activation, seed=1)
    signals = [signal.data for signal in layer.signals([1.0, -2.0])]
    softmax = list(np.exp(signals) / np.exp(signals).sum())
    expected = {
        "identity": signals,
        "sigmoid": [1 / (1 + math.exp(-z)) for z in signals],
        "tanh": list(map(math.tanh, signals)),
        "relu": [max(0.0, z) for z in signals],
        "sign": [math.copysign(1.0, z) for z in signals],
        "softmax": softmax,
    }[activation]
    found = layer(iter([1.0, -2.0]))
    assert type(found) is list
    assert [v.data for v in found] == pytest.approx(expected, rel=1e-14)


def test_the_neurons_of_a_layer_share_their_inputs_and_begin_differently():
    first, second = nn.Layer(2, 2, "identity", seed=0)([1.0, 2.0])
    assert first.inputs[2:4] == second.inputs[2:4]
    assert first.data != second.data


@pytest.mark.parametrize(("activation", "name"), [("relu", "he_normal"), ("tanh", "xavier_uniform")])
def test_a_layer_gives_its_initializer_both_numbers(activation, name):
    weights = [p.data for p in nn.Layer(100, 50, activation, seed=1).parameters() if p.label != "b"]
    deviation = math.sqrt(sum(w * w for w in weights) / len(weights))
    expected = {"he_normal": math.sqrt(2 / 100), "xavier_uniform": math.sqrt(6 / 150 / 3)}[name]
    assert deviation == pytest.approx(expected, rel=0.05)
    if name == "xavier_uniform":
        assert max(map(abs, weights)) <= math.sqrt(6 / 150)


# --- scopes -----------------------------------------------------------------------------------------------------------


def scopes(node):
    found, scope = [], node.scope
    while scope is not None:
        found.append(scope.name)
        scope = scope.outer
    return found[::-1]


def test_pictures_are_told_which_layer_and_neuron_a_node_belongs_to():
    output = nn.MLP(2, [2, 1], seed=0)([1.0, 2.0])
    assert scopes(output) == ["MLP", "layer 2", "neuron 1"]
    (signal,) = output.inputs
    for i, hidden in enumerate(signal.inputs[2:4], start=1):
        assert scopes(hidden) == ["MLP", "layer 1", f"neuron {i}"]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: nn.Neuron(1)([1.0]), ["neuron"]),
        (lambda: nn.Neuron(1).signal([1.0]), ["neuron"]),
        (lambda: nn.LogisticRegression(1)([1.0]), ["neuron"]),
        (lambda: nn.LogisticRegression(1).scores([1.0]), ["neuron"]),
        (lambda: nn.SoftmaxRegression(1, 2).scores([1.0])[1], ["layer", "neuron 2"]),
        (lambda: nn.SoftmaxRegression(1, 2)([1.0])[1], ["layer"]),
        (lambda: nn.Dropout(0.5, seed=0)([Value(1.0)])[0], ["dropout"]),
    ],
)
def test_a_module_opens_one_box_with_its_name(make, expected):
    assert scopes(make()) == expected


def test_a_module_of_ones_own_is_named_after_its_class_unless_it_says_otherwise():
    class TwoLayers(nn.Module):
        def __init__(self, name=None):
            if name:
                self.name = name
            self.weight = nn.Parameter(2.0)

        def forward(self, x, times=1):
            return self.weight * x * times

    assert scopes(TwoLayers()(1.0)) == ["two layers"]
    named = TwoLayers("encoder")(1.0, times=3)
    assert (scopes(named), named.data) == (["encoder"], 6.0)


# --- wrong use --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "advice"),
    [
        (lambda: nn.Neuron(0), ValueError, "inputs is a whole number from 1 up, not 0"),
        (lambda: nn.Neuron(2.0), ValueError, "inputs is a whole number from 1 up, not 2.0"),
        (lambda: nn.Neuron(1, "sigmoidal"), ValueError, "write one of identity, sigmoid, tanh, relu, sign"),
        (lambda: nn.Neuron(1, "softmax"), ValueError, r"write Layer\(..., activation='softmax'\)"),
        (lambda: nn.Neuron(2)([1.0]), ValueError, r"^Neuron\(2, .*\) has 2 inputs, and the row has 1 feature$"),
        (lambda: nn.Neuron(1).signal([1.0, 2.0]), ValueError, "has 1 input, and the row has 2 features"),
        (lambda: nn.Neuron(2)(iter([1.0])), ValueError, "2 weights and 1 inputs"),
        (
            lambda: nn.Neuron(2, initializer="zeros"),
            TypeError,
            "initializer=nn.initializers.zeros",
        ),
        (lambda: nn.Layer(2, 2, initializer=0.0), TypeError, "initializer=nn.initializers.zeros"),
        (lambda: nn.Layer(2, 0), ValueError, "outputs is a whole number from 1 up, not 0"),
        (lambda: nn.Layer(2, 2, "gelu"), ValueError, "identity, sigmoid, tanh, relu, sign, softmax"),
        (lambda: nn.Layer(2, 2)([1.0]), ValueError, r"^Layer\(2, 2, .*\) has 2 inputs, and the row has 1 feature$"),
        (lambda: nn.Layer(2, 2)(1.0), TypeError, "a layer takes a list of numbers or Values, not 'float'"),
        (lambda: nn.Layer(2, 2)("ab"), TypeError, "not 'str'"),
        (lambda: nn.SoftmaxRegression(2, 1), ValueError, "classes is a whole number from 2 up"),
        (lambda: nn.MultiLabelClassifier(2, 0), ValueError, "from 1 up, not 0"),
        (lambda: nn.MLP(2, []), ValueError, "one for each layer, not"),
        (lambda: nn.MLP(2, [3, 0]), ValueError, "whole numbers from 1 up"),
        (lambda: nn.MLP(2, 3), TypeError, r"write MLP\(2, \[16, 16, 1\]\)"),
        (lambda: nn.MLP(0, [3, 1]), ValueError, "inputs is a whole number from 1 up"),
        (lambda: nn.MLP(2, [3, 1], "gelu"), ValueError, "there is no activation 'gelu'"),
        (lambda: nn.MLP(2, [3, 1], output="softmax"), ValueError, "1 neuron is one of identity, sign, sigmoid"),
        (lambda: nn.MLP(2, [3, 2], output="sign"), ValueError, "2 neurons is one of identity, sigmoid, softmax"),
        (lambda: nn.Module()(1.0), NotImplementedError, r"define forward\(self, x\)"),
        (lambda: nn.Model().scores(1.0), NotImplementedError, r"define scores\(self, x\)"),
        (lambda: nn.LogisticRegression(2).predict([1.0, 2.0]), TypeError, r"but 1.0: write predict\(\[x\]\) for one"),
        (lambda: nn.LogisticRegression(2).predict(np.ones(2)), TypeError, r"but 1.0: write predict\(\[x\]\) for one"),
        (
            lambda: nn.LogisticRegression(2).predict_probabilities([1.0]),
            TypeError,
            r"but 1.0: write predict_probabilities\(\[x\]\) for one example x$",
        ),
        (lambda: nn.LogisticRegression(2).predict([[1.0]]), ValueError, "2 inputs, and the row has 1 feature"),
        (lambda: nn.LogisticRegression(1).predict([[math.nan]]), ValueError, r"X\[0\]\[0\] is nan"),
        (lambda: nn.LogisticRegression(1).predict([["a"]]), TypeError, r"X\[0\]\[0\] takes a number"),
        (lambda: nn.LogisticRegression(1).predict("ab"), TypeError, "X is a list or an array"),
        (lambda: nn.LogisticRegression(1).predict(3), TypeError, "X is a list or an array"),
    ],
)
def test_wrong_use_says_what_to_write(call, error, advice):
    with pytest.raises(error, match=advice) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("row", [[1.0], (1.0, 2.0, 3.0), np.ones(1), []], ids=str)
def test_a_row_of_another_width_is_told_to_which_model_it_came(make, row):
    model = make()
    message = f"{model!r} has 2 inputs, and the row has {len(row)} feature{'s' * (len(row) != 1)}"
    for use in (model, model.scores, lambda x: model.predict([x])):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            use(row)


def test_a_model_of_ones_own_without_an_output_is_told_to_define_it():
    class Line(nn.Model):
        def __init__(self):
            self.slope = nn.Parameter(1.0)

        def forward(self, x):
            return self.slope * x[0]

    advice = r"^Line has no output: a Model's class defines scores and output"
    for use in (Line().predict, Line().predict_probabilities, lambda X: nn.fit(Line(), X, [0, 1], progress=False)):
        with pytest.raises(AttributeError, match=advice):
            use([[1.0], [2.0]])
    assert Line()([3.0]).data == 3.0
    assert not hasattr(Line(), "default_loss")
    with pytest.raises(AttributeError, match="'Line' object has no attribute 'weights'"):
        _ = Line().weights
