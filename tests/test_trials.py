"""What people who tried to break the engine found: each stays mended."""

from __future__ import annotations

import asyncio
import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Gate, NonFiniteError, Value, gradient_graph, gradients, no_grad, strict

# --- copies -----------------------------------------------------------------------------------------------------------


def test_a_deep_copy_of_a_zero_is_a_copy():
    x = Value(0.0)
    copied = copy.deepcopy({"x": x, "y": x * 2})
    assert copied["y"].inputs[0] is copied["x"] is not x


def test_a_copied_loss_trains_the_copied_model():
    model = nn.LogisticRegression(1)
    _, loss = copied = copy.deepcopy((model, model.scores([1.0]) * 1.0))
    loss.backward()
    assert [p.grad for p in model.parameters()] == [0.0, 0.0]
    assert [p.grad for p in copied[0].parameters()] == [1.0, 1.0]


def test_running_totals_are_pickled_once_each():
    def size(count):
        total, totals = Value(1.0), []
        for _ in range(count):
            total = total + 1.0
            totals.append(total)
        restored = pickle.loads(pickle.dumps(totals))
        assert restored[-1].inputs[0] is restored[-2]
        return len(pickle.dumps(totals))

    assert size(2000) < 2.5 * size(1000)


def test_attributes_of_a_subclass_are_carried_along():
    weight = Tagged(1.0)
    weight.unit = "m"
    for copied in (copy.copy(weight), copy.deepcopy(weight), pickle.loads(pickle.dumps(weight))):
        assert (type(copied), copied.unit) == (Tagged, "m")


class Tagged(Value):
    """A user's own kind of Value."""


# --- higher derivatives at the edges ----------------------------------------------------------------------------------


def derivatives(function, at, orders=3):
    x = Value(at)
    y = function(x)
    found = []
    for _ in range(orders):
        (y,) = gradient_graph(y, [x])
        found.append(y.data)
    return found


@pytest.mark.parametrize("function", [autograd.log, autograd.sqrt])
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_at_the_edge_of_a_domain_every_derivative_is_infinite(function, zero):
    assert derivatives(function, zero) == [math.inf, -math.inf, math.inf]


@pytest.mark.parametrize(
    "function", [autograd.log, autograd.exp, autograd.square, autograd.sigmoid, abs, autograd.relu, lambda x: x**3]
)
def test_nan_stays_nan_in_every_derivative(function):
    assert all(map(math.isnan, derivatives(function, math.nan)))


def test_the_second_derivative_of_tanh_is_right_near_zero():
    assert derivatives(autograd.tanh, 1e-18)[1] == pytest.approx(-2e-18, rel=1e-12)
    assert derivatives(autograd.tanh, 300.0)[1] == pytest.approx(-8 * math.exp(-600.0), rel=1e-12)


def test_logsumexp_keeps_what_is_small_beside_the_largest():
    assert autograd.logsumexp([0.0, -40.0]) == pytest.approx(4.248354255291589e-18, rel=1e-14)


def test_dot_spreads_nan_like_the_operators_do():
    w, x = [Value(1.0), Value(2.0)], [Value(math.nan), Value(3.0)]
    assert all(map(math.isnan, gradients(autograd.dot(w, x), w)))
    assert all(map(math.isnan, gradients(w[0] * x[0] + w[1] * x[1] + 0.0, w)))


def test_gates_that_give_whole_numbers_work_in_graphs_too():
    class Double(Gate):
        symbol = "2x"

        def forward(self, x):
            return 2 * x

        def local_gradients(self, out, x):
            return (2,)

    x = Value(3.0)
    (slope,) = gradient_graph(Double()(x) * x, [x])
    assert slope.data == 12.0


def test_a_seed_may_be_a_value_of_any_kind():
    p = nn.Parameter(3.0)
    assert gradient_graph(p, [p], gradient=Value(2.0))[0].data == 2.0


# --- wrong use --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda x: gradients(x * x, [3.0]),
        lambda x: gradients(x * x, "ab"),
        lambda x: gradients(3.0, [x]),
        lambda x: gradients(x, [[x]]),
        lambda x: gradient_graph(x, ["a"]),
        lambda x: autograd.zero_grad([1.0]),
    ],
)
def test_what_is_no_value_is_no_target(call):
    with pytest.raises(TypeError, match="expected Values, not"):
        call(Value(2.0))


@pytest.mark.parametrize("data", [3, np.float32(3.0), np.int64(3)])
@pytest.mark.parametrize(
    "operation", [abs, lambda x: x * x, lambda x: x**x, lambda x: autograd.logsumexp([x, x]), lambda x: -x]
)
def test_data_that_was_set_to_another_number_becomes_a_float(data, operation):
    x = Value(1.0)
    x.data = data
    y = operation(x)
    assert type(y.data) is float
    assert y.data == operation(Value(3.0)).data
    assert x < 4.0


def test_data_that_was_set_to_a_text_is_refused():
    x = Value(1.0, label="x")
    with pytest.raises(TypeError, match=r"the data of x must be a number.*write float\('3'\)"):
        x.data = "3"
    assert (x + x).data == 2.0


def test_comparisons_are_as_exact_as_those_of_floats():
    from fractions import Fraction

    assert Value(0.1) > Fraction(1, 10)
    assert Value(1.0) < 10**400


def test_where_refuses_a_text_as_its_condition():
    with pytest.raises(TypeError, match="not the str 'False'"):
        autograd.where("False", Value(1.0), 2.0)
    assert autograd.where(np.True_, Value(1.0), 2.0).data == 1.0


def test_numpy_finds_the_variance_of_values():
    values = np.array([Value(1.0), Value(3.0)])
    assert np.var(values).data == 1.0


# --- modes ------------------------------------------------------------------------------------------------------------


async def coroutine():
    return Value(2.0) * 3


def generator():
    yield Value(2.0) * 3


@pytest.mark.parametrize("mode", [no_grad, strict])
@pytest.mark.parametrize("function", [coroutine, generator])
def test_decorating_what_runs_on_later_is_refused(mode, function):
    with pytest.raises(TypeError, match="inside it"):
        mode()(function)
    assert asyncio.run(coroutine()).gate is not None


def test_strict_also_looks_at_seeds_and_at_pure_gradients():
    zero = Value(0.0)
    y = autograd.sqrt(zero)
    with strict():
        for call in (
            lambda: (Value(3.0) * 2).backward(math.nan),
            lambda: gradients(y, [zero]),
            lambda: gradient_graph(y, [zero]),
        ):
            with pytest.raises(NonFiniteError):
                call()


# --- training ---------------------------------------------------------------------------------------------------------


def fit(model, X, y, **options):
    return nn.fit(model, X, y, progress=False, **options)


def test_a_step_that_would_diverge_is_refused():
    model = nn.LogisticRegression(1)
    optimizer = nn.optimizers.SGD(model.parameters(), learning_rate=1e308)
    with pytest.raises(FloatingPointError, match=r"would make w_1 -?inf at epoch 1, batch 1"):
        fit(model, [[1e10], [-3e10]], [0, 1], optimizer=optimizer, epochs=1)
    assert all(math.isfinite(p.data) for p in model.parameters())


@pytest.mark.parametrize(
    "options", [{"y": [0, 1, 0, 2]}, {"y": [0, 1, 0, 1], "validation": ([[1.0, 2.0]], [1])}], ids=["target", "held out"]
)
def test_bad_data_is_refused_before_anything_has_changed(options):
    model = nn.LogisticRegression(1)
    with pytest.raises(ValueError, match=r"target from 0 to 1|1 input, and the row has 2 features"):
        fit(model, [[1.0], [2.0], [3.0], [4.0]], batch_size=1, **options)
    assert {p.data for p in model.parameters()} == {0.0}


def test_training_without_recording_is_refused():
    with no_grad(), pytest.raises(RuntimeError, match="outside of no_grad"):
        fit(nn.LogisticRegression(1), [[1.0]], [1])


def test_modules_may_hold_each_other():
    first, second = nn.Neuron(1), nn.Neuron(1)
    first.other, second.other = second, first
    assert len(first.parameters()) == 4


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: nn.optimizers.SGD(nn.Neuron(1)), "model.parameters"),
        (lambda: nn.losses.binary_cross_entropy(Value(1.0), Value(1.0)), "write v.data"),
        (lambda: fit(nn.Neuron(1), [[1.0]], [1], loss=lambda p, y: 3.0), "must be a Value"),
    ],
)
def test_wrong_use_of_nn_says_what_to_write(call, advice):
    with pytest.raises(TypeError, match=advice):
        call()


def test_whole_numbers_of_numpy_count():
    model = nn.LogisticRegression(np.int64(1))
    assert len(fit(model, [[1.0], [2.0]], [0, 1], epochs=np.int64(2), batch_size=np.int64(1))) == 2


# --- drawing ----------------------------------------------------------------------------------------------------------


def test_a_text_drawing_takes_linear_time():
    def names(count):
        y = Value(1.0)
        for _ in range(count):
            y = y + 1.0
        return str(autograd.draw(y, limit=None)).count("\n")

    assert names(20_000) == 20_001


@given(st.sampled_from([7, None, 3.5]))
def test_titles_of_other_kinds_are_shown_as_text_and_labels_of_other_kinds_are_refused(odd):
    x = Value(1.0)
    assert odd is None or str(odd) in str(autograd.draw(x * 2, title=odd))
    with pytest.raises(TypeError, match=f"write label='{odd or ''}'"):
        x.label = odd
