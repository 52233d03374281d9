"""Binary cross-entropy: exact over the whole range of floats, with the slope that the lectures derive."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from nn.losses import binary_cross_entropy, binary_cross_entropy_with_logits

TARGETS = st.sampled_from([0.0, 1.0, 0.25])
LOGITS = st.floats(-1e4, 1e4)


def exact(z: float, y: float) -> mpmath.mpf:
    with mpmath.workdps(50):
        z, y = mpmath.mpf(z), mpmath.mpf(y)
        return y * mpmath.log1p(mpmath.exp(-z)) + (1 - y) * mpmath.log1p(mpmath.exp(z))


@given(LOGITS, TARGETS)
def test_from_logits_is_exact(z, y):
    expected = exact(z, y)
    assert binary_cross_entropy_with_logits(z, y) == pytest.approx(float(expected), rel=1e-13, abs=1e-320)


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
def test_from_probabilities_is_exact(p, y):
    with mpmath.workdps(50):
        expected = -(mpmath.mpf(y) * mpmath.log(p) + (1 - mpmath.mpf(y)) * mpmath.log1p(-mpmath.mpf(p)))
    assert binary_cross_entropy(p, y) == pytest.approx(float(expected), rel=1e-13)


def test_a_certain_prediction_costs_nothing_or_everything():
    assert binary_cross_entropy(1.0, 1) == binary_cross_entropy(0.0, 0) == 0.0
    assert binary_cross_entropy(0.0, 1) == binary_cross_entropy(1.0, 0) == math.inf


@given(st.floats(-30, 30), TARGETS)
def test_both_ways_agree(z, y):
    from_logit = binary_cross_entropy_with_logits(z, y)
    assert binary_cross_entropy(autograd.sigmoid(z), y) == pytest.approx(from_logit, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("target", [2, -1, math.nan, math.inf])
def test_targets_outside_0_to_1_are_refused(target):
    for loss in (binary_cross_entropy, binary_cross_entropy_with_logits):
        with pytest.raises(ValueError, match="target from 0 to 1"):
            loss(0.5, target)


def test_a_logit_taken_for_a_probability_is_refused():
    with pytest.raises(ValueError, match="probability from 0 to 1, not 3"):
        binary_cross_entropy(Value(3.0), 1)
