"""Losses: exact over the whole range of floats, with the slopes that calculus gives them."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import autograd
from autograd import Value
from nn import losses
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    binary_softmax,
    cross_entropy,
    cross_entropy_of_probabilities,
    half_squared_error,
    hinge,
    multilabel_cross_entropy,
    multilabel_cross_entropy_with_logits,
    squared_error,
)

TARGETS = st.sampled_from([0.0, 1.0, 0.25])
SIGNS = st.sampled_from([-1.0, 1.0])
LOGITS = st.floats(-1e4, 1e4)
ANY = st.floats(-1e300, 1e300) | st.sampled_from([0.0, -0.0, 1000.0, -1000.0, 1e50, -1e50]) | LOGITS


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


def exact_binary(z, y):
    z, y = mpmath.mpf(z), mpmath.mpf(y)
    return y * mpmath.log1p(mpmath.exp(-z)) + (1 - y) * mpmath.log1p(mpmath.exp(z))


def exact_cross_entropy(scores, y):
    differences = [mpmath.mpf(f) - mpmath.mpf(scores[y]) for k, f in enumerate(scores) if k != y]
    largest = max(0, *differences)
    if largest > 0:
        return largest + mpmath.log(mpmath.exp(-largest) + sum(mpmath.exp(d - largest) for d in differences))
    return mpmath.log1p(sum(map(mpmath.exp, differences)))


def rounding(scores):
    """What rounding the difference of two scores can do to a probability, relative to it: half a last place of each."""
    return 1e-13 + 4e-16 * min(max(map(abs, scores)), 800.0)


# --- two classes ------------------------------------------------------------------------------------------------------


@given(LOGITS, TARGETS)
def test_from_logits_is_exact(z, y):
    with mpmath.workdps(50):
        expected = float(exact_binary(z, y))
    assert binary_cross_entropy_with_logits(z, y) == pytest.approx(expected, rel=1e-13, abs=1e-320)


@given(LOGITS, TARGETS)
def test_slope_in_the_logit_is_the_delta_error(z, y):
    logit = Value(z)
    binary_cross_entropy_with_logits(logit, y).backward()
    with mpmath.workdps(50):
        up, down = (1 / (1 + mpmath.exp(sign * mpmath.mpf(z))) for sign in (-1, 1))
        delta = float((1 - y) * up - y * down)  # σ(z) - y, without the difference of two numbers near 1
    assert logit.grad == pytest.approx(delta, rel=1e-12, abs=1e-16 if y == 0.25 else 1e-320)


@pytest.mark.parametrize("z", [1e50, -1e50, 1e308, -1e308, 1000.0, -1000.0])
@pytest.mark.parametrize("y", [0, 1])
def test_from_logits_stays_finite_at_any_float(z, y):
    logit = Value(z)
    loss = binary_cross_entropy_with_logits(logit, y)
    loss.backward()
    assert loss.data == (abs(z) if (z > 0) != (y == 1) else 0.0)
    assert abs(logit.grad) == (1.0 if (z > 0) != (y == 1) else 0.0)


@given(st.floats(1e-300, 1 - 1e-12), TARGETS)
@example(1e-20, 0.0)
@example(1e-9, 0.25)
def test_from_probabilities_is_exact(p, y):
    with mpmath.workdps(50):
        expected = -(mpmath.mpf(y) * mpmath.log(p) + (1 - mpmath.mpf(y)) * mpmath.log1p(-mpmath.mpf(p)))
    assert binary_cross_entropy(p, y) == pytest.approx(float(expected), rel=1e-13, abs=0.0)


def test_a_certain_prediction_costs_nothing_or_everything():
    assert binary_cross_entropy(1.0, 1) == binary_cross_entropy(0.0, 0) == 0.0
    assert binary_cross_entropy(0.0, 1) == binary_cross_entropy(1.0, 0) == math.inf


@given(st.floats(-30, 30), TARGETS)
def test_both_ways_agree(z, y):
    from_logit = binary_cross_entropy_with_logits(z, y)
    assert binary_cross_entropy(autograd.sigmoid(z), y) == pytest.approx(from_logit, rel=1e-3, abs=1e-12)


# --- signs ------------------------------------------------------------------------------------------------------------


@given(ANY, SIGNS)
def test_binary_softmax_is_exact_with_its_slope(s, z):
    score = Value(s)
    loss = binary_softmax(score, z)
    loss.backward()
    with mpmath.workdps(50):
        margin = -2 * mpmath.mpf(z) * mpmath.mpf(s)
        expected, slope = exact_binary(margin, 0), -2 * z * sigmoid(margin)
    assert loss.data == pytest.approx(float(expected), rel=1e-13, abs=1e-320)
    assert score.grad == pytest.approx(float(slope), rel=1e-12, abs=1e-320)


@given(ANY, SIGNS)
def test_binary_softmax_is_the_cross_entropy_of_two_scores(s, z):
    assert binary_softmax(s, z) == pytest.approx(cross_entropy([s, -s], 0 if z == 1 else 1), rel=1e-12, abs=1e-320)


@given(ANY, SIGNS)
def test_hinge_is_exact_with_its_slope(s, z):
    score = Value(s)
    loss = hinge(score, z)
    loss.backward()
    assert loss.data == max(0.0, 1.0 - z * s)
    assert score.grad == (-z if 1.0 - z * s > 0.0 else 0.0)


@pytest.mark.parametrize("z", [-1, 1])
def test_at_its_kink_hinge_has_the_slope_0(z):
    score = Value(float(z))
    hinge(score, z).backward()
    assert score.grad == 0.0


@pytest.mark.parametrize("z", [-1, 1])
def test_a_picture_of_the_hinge_says_its_formula(z):
    picture = str(autograd.draw(hinge(Value(0.25, label="s"), z)))
    assert picture.startswith("ReLU(1 − zs)\n")
    assert re.search(r"z +constant +(−?1)", picture)[1] == f"{z}".replace("-", "−")


# --- one class of several ---------------------------------------------------------------------------------------------


@given(st.lists(ANY, min_size=2, max_size=6), st.data())
def test_cross_entropy_of_scores_is_exact_with_its_slopes(numbers, data):
    y = data.draw(st.integers(0, len(numbers) - 1))
    scores = [Value(f) for f in numbers]
    loss = cross_entropy(scores, y)
    loss.backward()
    with mpmath.workdps(50):
        expected = float(exact_cross_entropy(numbers, y))
        probabilities = [mpmath.exp(-exact_cross_entropy(numbers, k)) for k in range(len(numbers))]
        slopes = [float(p - (k == y)) for k, p in enumerate(probabilities)]
    assert loss.data == pytest.approx(expected, rel=rounding(numbers), abs=1e-300)
    assert [score.grad for score in scores] == pytest.approx(slopes, rel=rounding(numbers), abs=1e-15)


@pytest.mark.parametrize("numbers", [[1000.0, -1000.0, 0.0], [1e50, 1e50, -1e50], [-1e50, 1e50, 1000.0]])
def test_a_class_number_and_one_hot_are_the_same(numbers):
    for y in range(3):
        one_hot = [float(k == y) for k in range(3)]
        for target in (one_hot, np.array(one_hot), tuple(one_hot), [k == y for k in range(3)], float(y), np.int64(y)):
            assert cross_entropy(numbers, target) == cross_entropy(numbers, y)
        assert math.isfinite(cross_entropy(numbers, y))


@given(st.lists(st.floats(-15, 15), min_size=2, max_size=6), st.data())
def test_cross_entropy_of_probabilities_is_that_of_their_scores(numbers, data):
    y = data.draw(st.integers(0, len(numbers) - 1))
    expected = cross_entropy(numbers, y)
    assert cross_entropy_of_probabilities(autograd.softmax(numbers), y) == pytest.approx(expected, rel=1e-9, abs=1e-15)


# --- labels -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(ANY, TARGETS), min_size=1, max_size=6))
def test_multilabel_is_the_sum_over_labels(pairs):
    logits, ys = zip(*pairs, strict=True)
    with mpmath.workdps(50):
        expected = float(sum(exact_binary(z, y) for z, y in pairs if abs(z) < 1e4) + 0)
        expected += sum(abs(z) * (1 - y if z > 0 else y) for z, y in pairs if abs(z) >= 1e4)
    assert multilabel_cross_entropy_with_logits(logits, ys) == pytest.approx(expected, rel=1e-12, abs=1e-320)
    probabilities = [autograd.sigmoid(z) for z in logits if abs(z) < 30]
    if len(probabilities) == len(logits):
        assert multilabel_cross_entropy(probabilities, ys) == pytest.approx(expected, rel=1e-3, abs=1e-12)


# --- numbers ----------------------------------------------------------------------------------------------------------


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_squared_errors_and_their_slopes(prediction, y):
    for loss, factor in ((squared_error, 1.0), (half_squared_error, 0.5)):
        output = Value(prediction)
        cost = loss(output, y)
        cost.backward()
        assert cost.data == factor * ((prediction - y) * (prediction - y))  # ** 2 is off by a last place here and there
        assert output.grad == factor * 2.0 * (prediction - y)


def test_squared_error_of_several_numbers_is_the_sum():
    assert squared_error([1.0, 2.0, 3.0], np.array([0, 0, 1])) == 9.0
    assert half_squared_error([1.0, 2.0], (0, 0)) == 2.5


# --- what they take ---------------------------------------------------------------------------------------------------


def test_losses_say_whether_they_take_scores():
    taking = {name for name in losses.__all__ if getattr(getattr(losses, name), "takes_scores", False)}
    assert taking == {
        "binary_cross_entropy_with_logits",
        "binary_softmax",
        "cross_entropy",
        "hinge",
        "multilabel_cross_entropy_with_logits",
        "zero_one",
    }
    assert losses.takes_scores(losses.of_scores(lambda score, target: score))
    assert not losses.takes_scores(lambda output, target: output)


@pytest.mark.parametrize("target", [2, -1, math.nan, math.inf])
def test_targets_outside_0_to_1_are_refused(target):
    for loss in (binary_cross_entropy, binary_cross_entropy_with_logits):
        with pytest.raises(ValueError, match="target from 0 to 1"):
            loss(0.5, target)


@pytest.mark.parametrize(
    ("call", "error", "advice"),
    [
        (lambda: binary_cross_entropy(Value(3.0), 1), ValueError, "probability from 0 to 1, not 3"),
        (lambda: binary_cross_entropy(math.nan, 1), ValueError, "probability from 0 to 1, not nan"),
        (lambda: binary_cross_entropy(0.5, "1"), TypeError, r"write float\('1'\)"),
        (lambda: binary_cross_entropy(0.5, [1]), TypeError, r"one number as its target, not \[1\]: write y.ravel"),
        (lambda: hinge(0.5, 0), ValueError, r"hinge takes a target of -1 or 1, not 0: write 2 \* y - 1"),
        (lambda: hinge(0.5, Value(1.0)), TypeError, r"write v\.data"),
        (lambda: hinge(0.5, 1 + 1e-9), ValueError, "hinge takes a target of -1 or 1"),
        (lambda: binary_softmax(0.5, 0.5), ValueError, "binary softmax takes a target of -1 or 1"),
        (lambda: cross_entropy([1.0, 2.0], 2), ValueError, "a class from 0 to 1, or 2 numbers of which one is 1"),
        (lambda: cross_entropy([1.0, 2.0], -1), ValueError, "a class from 0 to 1"),
        (lambda: cross_entropy([1.0, 2.0], 0.5), ValueError, "a class from 0 to 1"),
        (lambda: cross_entropy([1.0, 2.0], math.nan), ValueError, "a class from 0 to 1"),
        (lambda: cross_entropy([1.0, 2.0], [1, 1]), ValueError, "one is 1 and the rest 0"),
        (lambda: cross_entropy([1.0, 2.0], [0, 0]), ValueError, "one is 1 and the rest 0"),
        (lambda: cross_entropy([1.0, 2.0], [0.5, 0.5]), ValueError, "one is 1 and the rest 0"),
        (lambda: cross_entropy([1.0, 2.0], [2, 0]), ValueError, "one is 1 and the rest 0"),
        (lambda: cross_entropy([1.0, 2.0], [1, 0, 0]), ValueError, "2 numbers of which one is 1"),
        (lambda: cross_entropy([1.0, 2.0], "cat"), TypeError, "takes a number, not the str 'cat'"),
        (lambda: cross_entropy_of_probabilities([0.5, 0.6], 0), ValueError, "add up to 1"),
        (lambda: cross_entropy_of_probabilities([1.5, -0.5], 0), ValueError, "probability from 0 to 1, not 1.5"),
        (lambda: multilabel_cross_entropy([0.5, 0.5], [1]), ValueError, "takes 2 targets, one for each label, not 1"),
        (lambda: multilabel_cross_entropy([0.5, 0.5], 1), TypeError, "2 targets from 0 to 1"),
        (lambda: multilabel_cross_entropy_with_logits([0.5], [2]), ValueError, "target from 0 to 1, not 2"),
        (lambda: cross_entropy([1.0, 2.0], [1]), TypeError, r"one class as its target, not \[1\]: write y.ravel"),
        (lambda: cross_entropy(Value(1.0), 1), TypeError, "takes a list of predictions, not a single Value"),
        (lambda: cross_entropy_of_probabilities(0.5, 1), TypeError, "takes a list of predictions, not a single float"),
        (lambda: multilabel_cross_entropy(0.5, [1]), TypeError, "takes a list of predictions, not a single float"),
        (lambda: binary_cross_entropy([0.5, 0.5], 1), TypeError, "takes one prediction, not a list of 2"),
        (lambda: binary_cross_entropy_with_logits([0.5], 1), TypeError, "takes one prediction, not a list of 1"),
        (lambda: hinge([0.5, 0.5], 1), TypeError, "hinge takes one prediction, not a list of 2"),
        (lambda: binary_softmax([0.5, 0.5], 1), TypeError, "binary softmax takes one prediction, not a list of 2"),
        (lambda: squared_error([1.0, 2.0], 1), TypeError, "as many targets as predictions, not 1"),
        (lambda: squared_error([1.0, 2.0], [1]), ValueError, "got 1 and 2"),
        (lambda: squared_error(1.0, [1]), TypeError, "one number as its target"),
        (lambda: cross_entropy([], 0), ValueError, "cross-entropy takes at least one prediction"),
        (lambda: multilabel_cross_entropy([], []), ValueError, "takes at least one prediction"),
        (lambda: cross_entropy({0.5, 1.5}, 0), TypeError, "takes a list of predictions, not a single set"),
        (lambda: multilabel_cross_entropy([0.5], {0: 1}), TypeError, "takes 1 targets from 0 to 1"),
        (lambda: squared_error(1.0, None), TypeError, "takes a number, not None"),
    ],
)
def test_wrong_targets_say_what_to_write(call, error, advice):
    with pytest.raises(error, match=advice) as caught:
        call()
    assert "\n" not in str(caught.value)
