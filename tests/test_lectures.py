"""Every equation and number of the lectures: 1 the neuron, 2 gates, 3 graphs, 4 losses, 5 training, 6 real size."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from demos import vectorised
from nn import losses, optimizers, schedules
from nn.examples import held_out

NUMBERS = st.floats(-5, 5)


def with_parameters(model, *numbers):
    """The model with these numbers as its parameters, weights before biases."""
    return model.load_state_dict(dict(zip(model.state_dict(), map(float, numbers), strict=True)))


# --- 1. The neuron ----------------------------------------------------------------------------------------------------


def test_1_a_neuron_is_synapses_an_adder_and_an_activation():
    neuron = with_parameters(nn.Neuron(2, activation="sigmoid"), 2.0, -3.0, -3.0)
    assert neuron.signal([-1.0, -2.0]).data == 2.0 * -1.0 + -3.0 * -2.0 - 3.0
    assert neuron([-1.0, -2.0]).data == autograd.sigmoid(1.0)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_1_the_bias_is_a_weight_of_an_input_that_is_always_1(w, b, x):
    with_bias = with_parameters(nn.Neuron(1), w, b)
    as_weight = with_parameters(nn.Neuron(2), b, w, 0.0)
    assert as_weight([1.0, x]).data == pytest.approx(with_bias([x]).data, rel=1e-12)


@pytest.mark.parametrize("x", [[1.0, 2.0], [-1.0, 0.5]])
def test_1_three_linear_models_stand_on_one_signal(x):
    z = 0.5 * x[0] - 1.5 * x[1] + 0.25
    models = [nn.LinearRegression(2), nn.LinearClassifier(2), nn.LogisticRegression(2)]
    outputs = [with_parameters(model, 0.5, -1.5, 0.25)(x).data for model in models]
    assert outputs == pytest.approx([z, math.copysign(1.0, z), 1 / (1 + math.exp(-z))], rel=1e-15)
    assert [model.predict([x])[0] for model in models] == [z, 1 if z > 0 else -1, int(z > 0)]


@given(NUMBERS)
def test_1_the_sigmoid_and_its_slope(z):
    x = Value(z)
    y = autograd.sigmoid(x)
    y.backward()
    assert y.data == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-15)
    assert x.grad == pytest.approx(y.data * (1 - y.data), rel=1e-13)
    assert autograd.sigmoid(0.0) == 0.5


@pytest.mark.parametrize(("w", "b"), [(1.0, 0.0), (4.0, 0.0), (1.0, 2.0), (4.0, -2.0)])
def test_1_the_weight_is_the_steepness_and_the_bias_shifts_the_curve(w, b):
    neuron, middle = with_parameters(nn.Neuron(1), w, b), Value(-b / w)
    y = neuron([middle])
    y.backward()
    assert (y.data, middle.grad) == (0.5, w / 4)


# --- 2. Gates, and how each one runs backwards ------------------------------------------------------------------------

G = 7.0  # the output gradient


@pytest.mark.parametrize(
    ("gate", "inputs", "out", "gradients"),
    [
        (lambda a, b: a * b, (3.0, -2.0), -6.0, (G * -2.0, G * 3.0)),  # swap
        (lambda *xs: autograd.sum(xs), (1.0, 2.0, 4.0), 7.0, (G, G, G)),  # fanout
        (lambda a, b: a + b, (1.0, 2.0), 3.0, (G, G)),
        (autograd.sigmoid, (0.0,), 0.5, (G * 0.5 * 0.5,)),
        (autograd.maximum, (3.0, 5.0, -1.0), 5.0, (0.0, G, 0.0)),  # mux
        (lambda a: a + a + a, (2.0,), 6.0, (G + G + G,)),  # fanout of one value to three uses: sum
        (autograd.log, (4.0,), math.log(4.0), (G / 4.0,)),
        (autograd.exp, (2.0,), math.exp(2.0), (G * math.exp(2.0),)),
        (autograd.relu, (2.0,), 2.0, (G * 1.0,)),
        (autograd.relu, (-2.0,), 0.0, (G * 0.0,)),
        (autograd.tanh, (0.5,), math.tanh(0.5), (G * (1 - math.tanh(0.5) ** 2),)),  # any f: g · f'(in)
    ],
    ids=["mul", "sum", "add", "sigmoid", "max", "fanout", "log", "exp", "relu above", "relu below", "any f"],
)
def test_2_a_gate_multiplies_the_output_gradient_by_its_local_gradient(gate, inputs, out, gradients):
    values = [Value(x) for x in inputs]
    y = gate(*values)
    y.backward(gradient=G)
    assert y.data == out
    assert [value.grad for value in values] == pytest.approx(list(gradients), rel=1e-14)


@given(st.floats(0.5, 2.0))
def test_2_the_multivariable_chain_rule_is_the_fanout_rule(number):
    """z = x·exp(y) with x = t², y = sin t: dz/dt = ∂z/∂x·dx/dt + ∂z/∂y·dy/dt."""
    t = Value(number)
    x, y = t * t, autograd.sin(t)
    z = x * autograd.exp(y)
    z.backward()
    dz_dx, dz_dy = math.exp(y.data), z.data
    assert t.grad == pytest.approx(dz_dx * 2 * number + dz_dy * math.cos(number), rel=1e-13)
    assert (x.grad, y.grad) == pytest.approx((dz_dx, dz_dy), rel=1e-13)


# --- 3. Worked graphs -------------------------------------------------------------------------------------------------


def test_3_graph_1():
    a, b, c = Value(3.0), Value(1.0), Value(-2.0)
    d = 2 * b
    e = a + d
    L = c * e
    L.backward()
    assert (d.data, e.data, L.data) == (2.0, 5.0, -10.0)
    assert (c.grad, e.grad, a.grad, b.grad) == (5.0, -2.0, -2.0, -4.0)


def test_3_graph_2():
    a, b, c = Value(5.0), Value(3.0), Value(2.0)
    u = b * c
    v = a + u
    J = 3 * v
    J.backward()
    assert (u.data, v.data, J.data) == (6.0, 11.0, 33.0)
    assert (a.grad, b.grad, c.grad) == (3.0, 6.0, 9.0)


@pytest.mark.parametrize(("at", "value", "beside"), [(2.0, 6.0, 6.003), (5.0, 15.0, 15.003)])
def test_3_graph_3_a_slope_is_the_ratio_of_small_steps(at, value, beside):
    a = Value(at)
    f = 3 * a
    assert (f.data, (3 * Value(at + 0.001)).data) == pytest.approx((value, beside), rel=1e-14)
    assert autograd.gradients(f, [a]) == (3.0,)


@pytest.mark.parametrize("y", [0.0, 1.0, 0.3])
def test_3_graph_4_the_delta_error_of_a_logistic_neuron(y):
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
    assert losses.binary_cross_entropy(a, y).data == pytest.approx(J.data, rel=1e-14)
    assert losses.binary_cross_entropy_with_logits(z, y).data == pytest.approx(J.data, rel=1e-14)


W1 = np.array([[1.0, -0.5, 0.2], [-0.8, 0.3, 0.5], [0.4, 0.9, -1.0], [-0.3, -0.7, 0.6]])
B1 = np.array([0.1, -0.2, 0.05, 0.0])
W2, B2 = np.array([0.6, -1.1, 0.8, 1.5]), 0.05
POINT = np.array([0.7, -1.1, 0.4])  # two of the four hidden neurons are on, two off


def two_layers(output):
    """3 inputs, 4 hidden neurons with ReLU, 1 output."""
    hidden = np.column_stack([W1, B1]).ravel()
    return with_parameters(nn.MLP(3, [4, 1], activation="relu", output=output), *hidden, *W2, B2)


def test_3_graph_5_two_layers():
    model, a1 = two_layers("sigmoid"), np.maximum(0.0, W1 @ POINT + B1)
    assert np.count_nonzero(a1) == 2
    assert model(POINT).data == pytest.approx(1 / (1 + math.exp(-(W2 @ a1 + B2))), rel=1e-14)
    assert model.scores(POINT).data == pytest.approx(W2 @ a1 + B2, rel=1e-14)


@pytest.mark.parametrize(("z", "scale", "beyond"), [(1.0, 0.1, False), (-1.0, 0.1, False), (1.0, 1.0, True)])
def test_3_graph_6_relu_and_hinge_with_the_gradient_that_is_quite_involved(z, scale, beyond):
    """a = W1 x, h = ReLU(a), y = w2·h, ℓ = max(0, 1 - y·z)."""
    model, x = two_layers("sign"), scale * POINT
    a = W1 @ x + B1
    h = np.maximum(0.0, a)
    y = W2 @ h + B2
    loss = losses.hinge(model.scores(x), z)
    loss.backward()
    dy = -z if y * z < 1 else 0.0
    dW1 = np.outer(dy * W2 * (a > 0), x)  # ∂ℓ/∂W1[i, j] = -z · w2[i] · x[j] where a[i] > 0 and y·z < 1, else 0
    hidden, last = model.layers
    assert loss.data == pytest.approx(max(0.0, 1 - y * z), rel=1e-12)
    assert [w.grad for w in last.neurons[0].weights] == pytest.approx(dy * h, rel=1e-14)
    assert np.array([[w.grad for w in neuron.weights] for neuron in hidden.neurons]) == pytest.approx(dW1, rel=1e-14)
    assert np.any(dW1) == (not beyond)


@pytest.mark.parametrize("y", [0, 1])
def test_3_graph_7_the_delta_error_of_an_inner_neuron(y):
    """∂J/∂w_ji = δ_j x_i with δ_j = (Σ_k δ_k w_kj) σ'(z_j), through two hidden layers of sigmoids."""
    model = nn.MLP(2, [3, 3, 2], activation="sigmoid", output="softmax", seed=1)
    x = np.array([0.6, -0.9])
    losses.cross_entropy(model.scores(x), y).backward()
    W = [np.array([[w.data for w in neuron.weights] for neuron in layer.neurons]) for layer in model.layers]
    outputs = [x]
    for weights in W[:2]:
        outputs.append(1 / (1 + np.exp(-weights @ outputs[-1])))
    exponentials = np.exp(W[2] @ outputs[2])
    deltas = [exponentials / exponentials.sum() - np.eye(2)[y]]
    for weights, output in ((W[2], outputs[2]), (W[1], outputs[1])):
        deltas.insert(0, (deltas[0] @ weights) * output * (1 - output))
    for layer, delta, inputs in zip(model.layers, deltas, outputs, strict=True):
        found = np.array([[w.grad for w in neuron.weights] for neuron in layer.neurons])
        assert found == pytest.approx(np.outer(delta, inputs), rel=1e-11)
        assert [neuron.bias.grad for neuron in layer.neurons] == pytest.approx(delta, rel=1e-11)


# --- 4. Losses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("y", "p"), [(1, 0.7), (0, 0.1), (0, 0.8), (0, 0.5), (1, 0.4)])
def test_4_binary_cross_entropy(y, p):
    expected = -y * math.log(p) - (1 - y) * math.log(1 - p)
    assert losses.binary_cross_entropy(p, y) == pytest.approx(expected, rel=1e-14)
    logit = math.log(p / (1 - p))
    assert losses.binary_cross_entropy_with_logits(logit, y) == pytest.approx(expected, rel=1e-14)


CLASSES = [
    ("cat", [0.5, 0.3, 0.2], 0.693),
    ("dog", [0.1, 0.2, 0.7], 1.609),
    ("egg", [0.4, 0.2, 0.4], 0.916),
    ("dog", [0.3, 0.5, 0.2], 0.693),
    ("cat", [0.4, 0.1, 0.5], 0.916),
]


@pytest.mark.parametrize(("name", "probabilities", "rounded"), CLASSES)
def test_4_multi_class_cross_entropy(name, probabilities, rounded):
    y = [float(name == other) for other in ("cat", "dog", "egg")]
    expected = -sum(y_k * math.log(p_k) for y_k, p_k in zip(y, probabilities, strict=True))
    assert round(expected, 3) == rounded
    assert losses.cross_entropy_of_probabilities(probabilities, y) == pytest.approx(expected, rel=1e-14)
    scores = [math.log(p) + 0.8 for p in probabilities]
    assert autograd.softmax(scores) == pytest.approx(probabilities, rel=1e-14)
    of_scores = -scores[y.index(1.0)] + math.log(sum(map(math.exp, scores)))
    assert losses.cross_entropy(scores, y) == pytest.approx(of_scores, rel=1e-13) == pytest.approx(expected, rel=1e-13)


LABELS = [
    ([1, 1, 0], [0.5, 0.4, 0.2], 1.833),
    ([0, 1, 1], [0.1, 0.4, 0.7], 1.378),
    ([1, 0, 1], [0.8, 0.2, 0.4], 1.363),
    ([0, 1, 0], [0.3, 0.5, 0.6], 1.966),
    ([1, 0, 0], [0.5, 0.9, 0.5], 3.689),
]


@pytest.mark.parametrize(("y", "probabilities", "rounded"), LABELS)
def test_4_multi_label(y, probabilities, rounded):
    expected = -sum(math.log(p if label else 1 - p) for label, p in zip(y, probabilities, strict=True))
    assert round(expected, 3) == rounded
    assert losses.multilabel_cross_entropy(probabilities, y) == pytest.approx(expected, rel=1e-14)
    logits = [math.log(p / (1 - p)) for p in probabilities]
    assert losses.multilabel_cross_entropy_with_logits(logits, y) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("z", [-1, 1])
@pytest.mark.parametrize("s", [-2.0, -0.5, 0.0, 0.5, 1.0, 2.0])
def test_4_losses_over_the_margin(s, z):
    assert losses.binary_softmax(s, z) == pytest.approx(-math.log(1 / (1 + math.exp(-2 * z * s))), rel=1e-14)
    assert losses.hinge(s, z) == max(0.0, 1 - z * s)
    assert losses.zero_one(s, z) == (0.0 if z * s >= 0 else 1.0)
    if s != 0.0:  # flat almost everywhere, so that nobody can train on it
        assert losses.zero_one(s - 1e-9, z) == losses.zero_one(s + 1e-9, z)


def test_4_at_a_margin_of_1_the_hinge_has_a_subgradient():
    score = Value(1.0)
    losses.hinge(score, 1).backward()
    assert -1.0 <= score.grad <= 0.0


def test_4_squared_errors():
    assert (losses.half_squared_error(3.0, 1.0), losses.squared_error(3.0, 1.0)) == (2.0, 4.0)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_4_the_cost_is_the_mean_of_the_losses_or_their_sum(reduction):
    """One batch step of linear regression from zero: the gradient of Σ (ŷ - y)² is -2 Σ y x."""
    X, y = [[1.0], [2.0], [4.0]], [1.0, 0.0, 2.0]
    model = nn.LinearRegression(1)
    optimizer = optimizers.SGD(model.parameters(), learning_rate=0.01)
    nn.fit(model, X, y, epochs=1, batch_size=3, reduction=reduction, optimizer=optimizer, progress=False)
    count = 3 if reduction == "mean" else 1
    assert list(model.state_dict().values()) == pytest.approx([0.01 * 2 * 9.0 / count, 0.01 * 2 * 3.0 / count])


def test_4_sentiment():
    model = with_parameters(nn.LogisticRegression(6), 2.5, -5.0, -1.2, 0.5, 2.0, 0.7, 0.1)
    x = [3, 2, 1, 3, 0, 4.19]
    assert round(model.scores(x).data, 3) == 0.833
    assert round(model(x).data, 2) == 0.70
    assert round(losses.binary_cross_entropy(model(x), 1).data, 2) == 0.36
    assert round(losses.binary_cross_entropy(model(x), 0).data, 1) == 1.2


def test_4_one_step_of_gradient_descent_from_zero():
    model = nn.LogisticRegression(2)
    losses.binary_cross_entropy_with_logits(model.scores([3, 2]), 1).backward()
    assert [p.grad for p in model.parameters()] == [-1.5, -1.0, -0.5]
    optimizers.SGD(model.parameters(), learning_rate=0.1).step()
    assert [p.data for p in model.parameters()] == pytest.approx([0.15, 0.10, 0.05], rel=1e-15)


# --- 5. Training ------------------------------------------------------------------------------------------------------

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(20, 3))
Y = (X @ [1.0, -2.0, 0.5] + RANDOM.normal(size=20) > 0).astype(float)


def trained(model, X=X, Y=Y, **options):
    history = nn.fit(model, X, Y, progress=False, **options)
    return list(model.state_dict().values()), history


@pytest.mark.parametrize(
    ("examples", "batch_size", "iterations"),
    [(1000, 500, 2), (1000, 1, 1000), (1000, 1000, 1), (1000, 64, 16), (1000, 512, 2)],
    ids=["the lectures'", "stochastic", "batch", "minibatch of 64", "minibatch of 512"],
)
def test_5_an_epoch_takes_as_many_iterations_as_there_are_batches(examples, batch_size, iterations):
    model = nn.LogisticRegression(1)
    optimizer = optimizers.SGD(model.parameters())
    X, y = [[i / examples] for i in range(examples)], [i % 2 for i in range(examples)]
    nn.fit(model, X, y, epochs=1, batch_size=batch_size, optimizer=optimizer, progress=False)
    assert optimizer.steps == iterations


def test_5_an_80_20_split_holds_out_a_fifth():
    found = [((), float(i)) for i in range(1000)]
    kept, held = held_out(found, 0.2, Random(0))
    assert (len(kept), len(held)) == (800, 200)
    assert sorted(target for _, target in kept + held) == list(range(1000))


@pytest.mark.parametrize("gradient", vectorised.WAYS.values(), ids=vectorised.WAYS)
def test_5_the_minibatch_formulas_by_loops_by_rows_and_by_columns(gradient):
    model = nn.LogisticRegression(3)
    optimizer = optimizers.SGD(model.parameters(), vectorised.LEARNING_RATE)
    found, _ = trained(model, epochs=100, batch_size=20, optimizer=optimizer)
    assert found == pytest.approx(vectorised.train(gradient, X, Y, steps=100), abs=1e-12)
    assert min(map(abs, found)) > 1e-3  # they have moved


def test_5_stopping_where_the_loss_or_validation_no_longer_improves():
    _, converged = trained(nn.LogisticRegression(3), epochs=5000, batch_size=20, tolerance=1e-4)
    assert converged.converged
    assert converged.loss[-2] - converged.loss[-1] < 1e-4
    for monitor in ("loss", "accuracy"):
        model = nn.LogisticRegression(3)
        _, stopped = trained(model, epochs=5000, validation=(X, 1 - Y), patience=2, monitor=monitor)
        assert len(stopped) == stopped.best_epoch + 3 < 5000


def test_5_the_best_of_four_learning_rates_on_validation_data():
    found = nn.search_learning_rate(nn.LogisticRegression(3), X, Y, validation=0.2, progress=False)
    last = {rate: history.validation_loss[-1] for rate, history in found.histories.items()}
    assert list(last) == [0.001, 0.01, 0.1, 1.0]
    assert last[found.best] == min(last.values())


@pytest.mark.parametrize("t", [0, 1, 10, 1000])
def test_5_a_learning_rate_that_falls_with_time(t):
    assert schedules.inverse_time(0.5, decay=0.1)(t) == pytest.approx(0.5 * (1 + 0.5 * 0.1 * t) ** -1, rel=1e-15)
    assert schedules.constant(0.5)(t) == 0.5


@pytest.mark.parametrize(("rate", "left"), [(0.01, 0.98), (0.5, 0.0), (1.1, -1.2)], ids=["small", "good", "too big"])
def test_5_a_small_rate_crawls_and_a_big_one_overshoots(rate, left):
    """On J = w², a step multiplies the distance to the minimum by 1 - 2η."""
    w = nn.Parameter(1.0)
    optimizer = optimizers.SGD([w], learning_rate=rate)
    for step in range(1, 6):
        optimizer.zero_grad()
        (w * w).backward()
        optimizer.step()
        assert w.data == pytest.approx(left**step, rel=1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optimizers.SGD(p, 0.05),
        lambda p: optimizers.SGD(p, 0.05, momentum=0.9),
        lambda p: optimizers.AdaGrad(p, 0.5),
        lambda p: optimizers.Adam(p, 0.1),
    ],
    ids=["SGD", "momentum", "AdaGrad", "Adam"],
)
def test_5_every_optimizer_reaches_the_least_squares_line(make):
    x = np.arange(12.0) / 6 - 1
    y = 2 * x + 0.5 + 0.1 * np.sin(np.arange(12) * 5)
    slope, offset = np.polyfit(x, y, 1)
    model = nn.LinearRegression(1)
    found, _ = trained(model, x.reshape(12, 1), y, epochs=600, batch_size=12, optimizer=make(model.parameters()))
    assert found == pytest.approx([slope, offset], abs=1e-5)


@pytest.mark.parametrize(
    ("activation", "deviation"), [("relu", math.sqrt(2 / 200)), ("tanh", math.sqrt(6 / 500) / 3**0.5)]
)
def test_5_layers_begin_by_he_for_relu_and_by_xavier_for_tanh(activation, deviation):
    layer = nn.Layer(200, 300, activation, seed=0)
    weights = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])
    assert weights.std() == pytest.approx(deviation, rel=0.01)
    if activation == "tanh":  # uniform
        assert 0.99 < np.abs(weights).max() / math.sqrt(6 / 500) <= 1.0
    else:  # normal
        assert np.mean(np.abs(weights) < deviation) == pytest.approx(0.6827, abs=0.01)
    assert {neuron.bias.data for neuron in layer.neurons} == {0.0}


def test_5_logistic_regression_may_begin_at_zero():
    assert set(nn.LogisticRegression(5).state_dict().values()) == {0.0}


def test_5_regularisation_adds_the_squared_norm_of_the_parameters():
    theta = np.array([0.5, -1.0, 0.25, 2.0])
    plain, regularised = (with_parameters(nn.LogisticRegression(3), *theta) for _ in range(2))
    without, _ = trained(plain, epochs=1, batch_size=20)
    within, _ = trained(regularised, epochs=1, batch_size=20, l2=1.0)
    assert np.subtract(without, within) == pytest.approx(0.1 * 2 * theta, rel=1e-12)  # η times the slope of ‖θ‖²


def test_5_dropout_keeps_a_random_half_of_the_nodes_in_each_step():
    dropout = nn.Dropout(0.5, seed=0)
    kept = [{i for i, x in enumerate(dropout([Value(1.0)] * 1000)) if x.data} for _ in range(20)]
    assert all(430 < len(nodes) < 570 for nodes in kept)
    assert len(set().union(*kept)) == 1000


@pytest.mark.parametrize(("weights", "trials"), [(1, 10**3), (2, 10**6), (3, 10**9)])
def test_5_trying_a_thousand_values_of_every_weight_is_hopeless(weights, trials):
    """What a gradient step saves: it looks at every parameter once."""
    model = nn.LinearRegression(weights)
    assert 1000 ** len(model.neuron.weights) == trials
    nodes = autograd.topological_order(losses.squared_error(model([1.0] * weights), 1.0))
    assert len(nodes) < 10 * weights + 10


@pytest.mark.parametrize("model", [nn.LogisticRegression, nn.LinearRegression])
def test_5_a_convex_cost_has_one_minimum_from_any_start(model):
    def minimum(seed):
        start = model(3, initializer=lambda inputs, outputs, random: random.gauss(0.0, 3.0), seed=seed)
        optimizer = optimizers.SGD(start.parameters(), learning_rate=0.3, momentum=0.8)
        return trained(start, X[:8], Y[:8], epochs=400, batch_size=8, optimizer=optimizer, l2=0.05)[0]

    first, *others = [minimum(seed) for seed in range(3)]
    for other in others:
        assert other == pytest.approx(first, abs=1e-8)


@given(st.lists(NUMBERS, min_size=4, max_size=4), st.lists(NUMBERS, min_size=4, max_size=4), st.floats(0, 1))
def test_5_on_the_line_between_two_points_a_convex_cost_lies_below(start, end, t):
    def cost(theta):
        return nn.evaluate(with_parameters(nn.LogisticRegression(3), *theta), X[:5], Y[:5])[0]

    between = [t * a + (1 - t) * b for a, b in zip(start, end, strict=True)]
    assert cost(between) <= t * cost(start) + (1 - t) * cost(end) + 1e-9


def test_5_the_squared_error_of_a_sigmoid_is_not_convex():
    """Along one weight, at x = 1 and y = 1: (σ(w) - 1)² lies above the line between w = -8 and w = 0."""

    def cost(w):
        return losses.squared_error(with_parameters(nn.LogisticRegression(1), w, 0.0)([1.0]), 1.0).data

    assert cost(-4.0) > (cost(-8.0) + cost(0.0)) / 2 + 0.1


def test_5_a_network_is_not_convex_and_its_minimum_depends_on_the_start():
    """XOR with two hidden neurons: some starts reach it, others end in a local minimum."""
    corners, xor = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], [0, 1, 1, 0]

    def final_loss(seed):
        model = nn.MLP(2, [2, 1], activation="tanh", seed=seed)
        optimizer = optimizers.SGD(model.parameters(), learning_rate=0.5, momentum=0.9)
        return trained(model, corners, xor, epochs=150, batch_size=4, optimizer=optimizer)[1].loss[-1]

    found = [final_loss(seed) for seed in range(8)]
    assert min(found) < 0.05
    assert max(found) > 0.3


# --- 6. Real-size example ---------------------------------------------------------------------------------------------


def test_6_an_image_of_64_by_64_pixels_is_unrolled_to_12288_features():
    image = RANDOM.uniform(size=(64, 64, 3))
    model = nn.LogisticRegression(image.size)
    assert image.size == 12_288
    losses.binary_cross_entropy_with_logits(model.scores(image.ravel()), 1).backward()
    assert [w.grad for w in model.neuron.weights] == pytest.approx(-0.5 * image.ravel(), rel=1e-14)
