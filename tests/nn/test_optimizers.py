"""Optimizers take the steps of their formulas, whole or not at all, and go on from a saved state."""

from __future__ import annotations

import math
from math import sqrt

import numpy as np
import pytest

import nn
from nn import Parameter, schedules
from nn.optimizers import SGD, AdaGrad, Adam

KINDS = [SGD, AdaGrad, Adam]


def sgd(eta, mu, g1, g2):
    v1 = g1
    return eta * v1, eta * (mu * v1 + g2)


def adagrad(eta, epsilon, g1, g2):
    return eta * g1 / (abs(g1) + epsilon), eta * g2 / (sqrt(g1**2 + g2**2) + epsilon)


def adam(eta, beta1, beta2, epsilon, *gradients):
    g1, g2 = gradients
    m1, v1 = (1 - beta1) * g1, (1 - beta2) * g1**2
    m2, v2 = beta1 * m1 + (1 - beta1) * g2, beta2 * v1 + (1 - beta2) * g2**2
    first = eta * (m1 / (1 - beta1)) / (sqrt(v1 / (1 - beta2)) + epsilon)
    return first, eta * (m2 / (1 - beta1**2)) / (sqrt(v2 / (1 - beta2**2)) + epsilon)


@pytest.mark.parametrize(
    ("make", "formula", "hyperparameters"),
    [
        (SGD, sgd, {"learning_rate": 0.1, "momentum": 0.0}),
        (SGD, sgd, {"learning_rate": 0.3, "momentum": 0.0}),
        (SGD, sgd, {"learning_rate": 0.1, "momentum": 0.9}),
        (AdaGrad, adagrad, {"learning_rate": 0.01, "epsilon": 1e-10}),
        (AdaGrad, adagrad, {"learning_rate": 0.5, "epsilon": 1e-10}),
        (AdaGrad, adagrad, {"learning_rate": 0.01, "epsilon": 0.25}),
        (Adam, adam, {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        (Adam, adam, {"learning_rate": 0.2, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        (Adam, adam, {"learning_rate": 0.001, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}),
        (Adam, adam, {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.5, "epsilon": 1e-8}),
        (Adam, adam, {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 0.25}),
    ],
)
def test_the_first_two_steps_are_those_of_the_formula(make, formula, hyperparameters):
    w, other = Parameter(1.0), Parameter(-7.0)
    optimizer = make([w, other], **hyperparameters)
    first, second = formula(*hyperparameters.values(), 2.0, -0.5)
    w.grad = 2.0
    optimizer.step()
    assert w.data == pytest.approx(1.0 - first, rel=1e-14)
    w.grad = -0.5
    optimizer.step()
    assert w.data == pytest.approx(1.0 - first - second, rel=1e-14)
    assert (other.data, optimizer.steps) == (-7.0, 2)  # its gradient was 0


@pytest.mark.parametrize("make", KINDS)
def test_the_defaults_are_those_of_the_table(make):
    defaults = {SGD: (sgd, 0.1, 0.0), AdaGrad: (adagrad, 0.01, 1e-10), Adam: (adam, 0.001, 0.9, 0.999, 1e-8)}
    formula, *numbers = defaults[make]
    w = Parameter(0.0)
    optimizer = make([w])
    for gradient in (3.0, 1.0):
        w.grad = gradient
        optimizer.step()
    assert w.data == pytest.approx(-sum(formula(*numbers, 3.0, 1.0)), rel=1e-14)


@pytest.mark.parametrize("make", KINDS)
def test_zero_grad_reaches_all_parameters(make):
    parameters = [Parameter(1.0), Parameter(2.0)]
    for parameter in parameters:
        parameter.grad = 1.0
    make(parameters).zero_grad()
    assert [parameter.grad for parameter in parameters] == [0.0, 0.0]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("gradient", [math.inf, -math.inf, math.nan, 1e308])
def test_a_step_that_would_diverge_changes_nothing(make, gradient):
    good, bad = Parameter(1.0, label="good"), Parameter(1.0, label="bad")
    optimizer = make([good, bad], learning_rate=100.0)
    before = optimizer.state_dict()
    good.grad, bad.grad = 1.0, gradient
    with pytest.raises(FloatingPointError, match=r"would make .*bad (nan|-?inf)"):
        optimizer.step()
    assert (good.data, bad.data) == (1.0, 1.0)
    assert optimizer.state_dict() == before


@pytest.mark.parametrize(("make", "moment"), [(AdaGrad, "sum_of_squares"), (Adam, "mean_of_squares")])
def test_a_square_that_overflows_changes_nothing(make, moment):
    w = Parameter(1.0, label="w")
    optimizer = make([w])
    w.grad = 1e200
    with pytest.raises(FloatingPointError, match=f"would make the {moment} of w inf"):
        optimizer.step()
    assert (w.data, optimizer.state_dict()) == (1.0, make([w]).state_dict())


def test_an_optimizer_of_ones_own_may_compute_in_numpy():
    class Signs(nn.optimizers.Optimizer):
        moments = ("sign",)

        def _advance(self, gradients, rate, step, *moments):
            signs = np.sign(gradients)
            return rate * signs, [signs]

    parameters = [Parameter(1.0), Parameter(2.0)]
    optimizer = Signs(parameters, learning_rate=0.5)
    parameters[0].grad, parameters[1].grad = 3.0, -7.0
    optimizer.step()
    assert [(type(p.data), p.data) for p in parameters] == [(float, 0.5), (float, 2.5)]
    assert optimizer.state_dict() == {"steps": 1.0, "sign.0": 1.0, "sign.1": -1.0}


# --- schedules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_a_schedule_is_asked_for_the_rate_of_every_step(make):
    asked = []

    def schedule(t):
        asked.append(t)
        return 0.5**t

    scheduled, constant = Parameter(1.0), Parameter(1.0)
    optimizer = make([scheduled], learning_rate=schedule)
    reference = make([constant], learning_rate=1.0)
    for t in range(3):
        scheduled.grad = constant.grad = 1.0
        optimizer.step()
        reference.learning_rate = 0.5**t
        reference.step()
    assert asked == [0, 1, 2]
    assert scheduled.data == constant.data


@pytest.mark.parametrize("t", [0, 1, 10, 10**6])
def test_schedules_follow_their_formulas(t):
    assert schedules.constant(0.3)(t) == 0.3
    assert schedules.inverse_time(0.3, decay=0.01)(t) == pytest.approx(0.3 * (1 + 0.3 * 0.01 * t) ** -1, rel=1e-15)


def test_the_rate_falls_from_step_to_step():
    w = Parameter(0.0)
    optimizer = SGD([w], learning_rate=schedules.inverse_time(0.5, decay=2.0))
    for expected in (-0.5, -0.75, -0.75 - 0.5 / 3):
        w.grad = 1.0
        optimizer.step()
        assert w.data == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_a_schedule_that_gives_no_rate_changes_nothing(rate):
    w = Parameter(1.0)
    optimizer = SGD([w], learning_rate=lambda t: rate)
    w.grad = 1.0
    with pytest.raises(ValueError, match="learning rate at step 0 is a number above 0"):
        optimizer.step()
    assert (w.data, optimizer.steps) == (1.0, 0)


# --- state ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_training_goes_on_from_a_saved_state_to_the_bit(make, tmp_path):
    def trained(optimizer, parameters, gradients):
        for gradient in gradients:
            for i, parameter in enumerate(parameters):
                parameter.grad = gradient * (i + 1)
            optimizer.step()
        return [parameter.data for parameter in parameters]

    def fresh(*data):
        parameters = [Parameter(x) for x in data]
        schedule = schedules.inverse_time(0.1, decay=1.0)
        return make(parameters, learning_rate=schedule, **({"momentum": 0.9} if make is SGD else {})), parameters

    whole = trained(*fresh(1.0, -1.0), [0.3, -0.7, 0.1, 0.9])
    first, parameters = fresh(1.0, -1.0)
    trained(first, parameters, [0.3, -0.7])
    first.save(tmp_path / "optimizer.json")
    second, resumed = fresh(*[parameter.data for parameter in parameters])
    assert second.load(tmp_path / "optimizer.json") is second
    assert trained(second, resumed, [0.1, 0.9]) == whole


@pytest.mark.parametrize(
    ("state", "error", "advice"),
    [
        (SGD([Parameter(1.0)]).state_dict(), ValueError, "does not fit Adam: it lacks mean.0"),
        (Adam([Parameter(1.0)] * 2).state_dict(), ValueError, "has unexpected mean.1"),
        (Adam([Parameter(1.0)]).state_dict() | {"steps": 0.5}, ValueError, "whole number of steps"),
        (Adam([Parameter(1.0)]).state_dict() | {"steps": -1.0}, ValueError, "whole number of steps"),
        (Adam([Parameter(1.0)]).state_dict() | {"mean.0": math.nan}, ValueError, "finite numbers"),
        (Adam([Parameter(1.0)]).state_dict() | {"mean.0": "1"}, TypeError, "mean.0 must be a number"),
        ([1.0], TypeError, "dict of numbers"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state, error, advice):
    optimizer = Adam([Parameter(1.0)])
    optimizer.parameters[0].grad = 1.0
    optimizer.step()
    before = optimizer.state_dict()
    with pytest.raises(error, match=advice):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == before


@pytest.mark.parametrize(
    ("call", "error", "advice"),
    [
        (lambda: SGD([]), ValueError, r"SGD\(model\.parameters\(\)\)"),
        (lambda: Adam([]), ValueError, r"Adam\(model\.parameters\(\)\)"),
        (lambda: SGD(Parameter(1.0)), TypeError, r"a list of parameters, not 'Parameter': write SGD\("),
        (lambda: SGD(nn.Neuron(1).named_parameters()), TypeError, r"takes parameters, not 'tuple': write SGD\("),
        (lambda: Adam([1.0, 2.0]), TypeError, r"takes parameters, not 'float': write Adam\("),
        (lambda: Adam({"w": Parameter(1.0)}), TypeError, r"a list of parameters, not 'dict': write Adam\("),
        (lambda: AdaGrad(nn.Neuron(1)), TypeError, r"AdaGrad\(model\.parameters\(\)\)"),
        (lambda: SGD([Parameter(1.0)], learning_rate=0.0), ValueError, "learning_rate is a number above 0"),
        (lambda: SGD([Parameter(1.0)], learning_rate=math.nan), ValueError, "learning_rate is a number above 0"),
        (lambda: SGD([Parameter(1.0)], learning_rate="0.1"), TypeError, r"write float\('0.1'\)"),
        (lambda: SGD([Parameter(1.0)], momentum=1.0), ValueError, "momentum is a number from 0 to below 1"),
        (lambda: SGD([Parameter(1.0)], momentum=-0.1), ValueError, "momentum is a number from 0 to below 1"),
        (lambda: AdaGrad([Parameter(1.0)], epsilon=0.0), ValueError, "epsilon is a number above 0"),
        (lambda: Adam([Parameter(1.0)], beta1=1.0), ValueError, "beta1 is a number from 0 to below 1"),
        (lambda: Adam([Parameter(1.0)], beta2=-1.0), ValueError, "beta2 is a number from 0 to below 1"),
        (lambda: Adam([Parameter(1.0)], epsilon=0.0), ValueError, "epsilon is a number above 0"),
        *[
            (
                lambda kind=kind: kind([Parameter(1.0)], lr=0.5),
                TypeError,
                f"^{kind.__name__} .* write learning_rate=0.5$",
            )
            for kind in (SGD, AdaGrad, Adam)
        ],
        (lambda: Adam([Parameter(1.0)], rate=0.5), TypeError, "unexpected keyword argument 'rate'"),
        (lambda: schedules.constant(0.0), ValueError, "rate is a number above 0"),
        (lambda: schedules.inverse_time(-0.1, 0.1), ValueError, "rate is a number above 0"),
        (lambda: schedules.inverse_time(0.1, -0.1), ValueError, "decay is a number from 0 up"),
    ],
)
def test_wrong_use_says_what_to_write(call, error, advice):
    with pytest.raises(error, match=advice):
        call()
