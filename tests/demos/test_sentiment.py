"""The numbers of the sentiment example."""

from __future__ import annotations

import math

import pytest

from demos.labelled import labelled
from demos.sentiment import LESSON, REVIEW, learn


def test_the_answer():
    assert (list(REVIEW.x), list(REVIEW.w), REVIEW.b) == ([3, 2, 1, 3, 0, 4.19], [2.5, -5.0, -1.2, 0.5, 2.0, 0.7], 0.1)
    found = labelled(REVIEW.loss())
    assert found["z"].data == pytest.approx(0.833, rel=1e-12)
    assert f"{found['a'].data:.2f}" == "0.70"


@pytest.mark.parametrize(("y", "loss"), [(1, "0.36"), (0, "1.2")])
def test_the_loss_of_the_answer(y, loss):
    found = labelled(REVIEW._replace(y=y).loss())
    assert f"{found['J'].data:.2g}" == loss
    assert found["z"].grad == pytest.approx(found["a"].data - y, rel=1e-13)


def test_one_step_from_zero():
    step = learn(LESSON)
    assert step.before == (0.0, 0.0, 0.0)
    assert step.gradient == (-1.5, -1.0, -0.5)
    assert step.after == pytest.approx((0.15, 0.10, 0.05), rel=1e-15)


def test_the_step_lowers_the_loss():
    *weights, bias = learn(LESSON).after
    before, after = LESSON.loss().data, LESSON._replace(w=weights, b=bias).loss().data
    assert before == pytest.approx(math.log(2), rel=1e-15)
    assert after == pytest.approx(math.log1p(math.exp(-0.7)), rel=1e-13)  # z = 3·0.15 + 2·0.1 + 0.05
    assert after < before
