"""Every row of the tables of cross-entropies, worked out, and the gradient of the softmax."""

from __future__ import annotations

from math import exp, inf, isnan, log

import pytest

import autograd
from demos import cross_entropy
from demos.cross_entropy import LARGE_SCORES, SCORES, binary_loss, loss_of_scores, multi_label_loss, one_hot
from demos.labelled import labelled


@pytest.mark.parametrize(
    ("losses", "probabilities_of_the_truth"),
    [
        (cross_entropy.binary_losses, [[0.7], [0.9], [0.2], [0.5], [0.4]]),
        (cross_entropy.multi_class_losses, [[0.5], [0.2], [0.4], [0.5], [0.4]]),
        (
            cross_entropy.multi_label_losses,
            [[0.5, 0.4, 0.8], [0.9, 0.4, 0.7], [0.8, 0.8, 0.4], [0.7, 0.5, 0.4], [0.5, 0.1, 0.5]],
        ),
    ],
)
def test_every_row(losses, probabilities_of_the_truth):
    expected = [-sum(map(log, row)) for row in probabilities_of_the_truth]
    assert losses() == pytest.approx(expected, rel=1e-14)


def test_the_rows_that_the_lectures_work_out():
    assert f"{cross_entropy.multi_class_losses()[0]:.3f}" == "0.693"
    assert f"{cross_entropy.multi_label_losses()[0]:.3f}" == "1.833"


@pytest.mark.parametrize(("y", "slope"), [(1, -1 / 0.7), (0, 1 / 0.3)])
def test_the_slope_of_the_binary_loss(y, slope):
    assert labelled(binary_loss(y, 0.7))["ŷ"].grad == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize("true", [0, 1, 2])
def test_the_gradient_in_the_scores_is_output_minus_target(true):
    found = labelled(loss_of_scores(SCORES, true))
    total = sum(map(exp, SCORES))
    y = one_hot(cross_entropy.CLASSES[true])
    assert found["J"].data == pytest.approx(-log(exp(SCORES[true]) / total), rel=1e-13)
    gradients = [found[f"f_{k}"].grad for k in (1, 2, 3)]
    assert gradients == pytest.approx([exp(f) / total - each for f, each in zip(SCORES, y, strict=True)], rel=1e-13)


def test_the_softmax_does_not_overflow_where_its_formula_does():
    small = [0.0, 1.0, 2.0]
    assert autograd.exp(LARGE_SCORES[0]) == inf
    assert all(map(isnan, cross_entropy.naive_softmax(LARGE_SCORES)))
    assert autograd.softmax(LARGE_SCORES) == autograd.softmax(small)
    assert autograd.softmax(small) == pytest.approx(cross_entropy.naive_softmax(small), rel=1e-14)


def test_each_label_has_its_gradient_to_itself():
    found = labelled(multi_label_loss())
    gradients = [found[f"ŷ_{k}"].grad for k in (1, 2, 3)]
    assert gradients == pytest.approx([-1 / 0.5, -1 / 0.4, 1 / 0.8], rel=1e-14)
