"""Outputs: each has the activation, the loss, the decision and the targets that its table promises."""

from __future__ import annotations

import math

import pytest

from autograd import Value
from nn import losses, outputs
from nn.model import plain_scores

TABLE = {
    # scores, what is put out, the decision, and the loss that it is trained on
    outputs.Number: (2.75, 2.75, 2.75, losses.squared_error),
    outputs.Sign: (-2.5, -1.0, -1, losses.hinge),
    outputs.Probability: (math.log(3.0), 0.75, 1, losses.binary_cross_entropy_with_logits),
    outputs.Numbers: ([2.75, -1.5], [2.75, -1.5], [2.75, -1.5], losses.squared_error),
    outputs.Distribution: ([0.0, math.log(3.0), 0.0], [0.2, 0.6, 0.2], 1, losses.cross_entropy),
    outputs.Labels: ([math.log(3.0), -1e3], [0.75, 0.0], [1, 0], losses.multilabel_cross_entropy_with_logits),
}


@pytest.mark.parametrize("kind", TABLE)
def test_an_output_is_what_the_table_says(kind):
    scores, put_out, decision, loss = TABLE[kind]
    values = [Value(s) for s in scores] if kind.is_vector else Value(scores)
    assert plain_scores(kind().outputs(scores)) == pytest.approx(put_out, abs=1e-15)
    assert plain_scores(kind().outputs(values)) == pytest.approx(put_out, abs=1e-15)
    assert (kind().decision(scores), type(kind().decision(scores))) == (decision, type(decision))
    assert kind().default_loss is loss
    assert kind.is_vector == isinstance(scores, list)
    assert kind.classifies == (kind not in (outputs.Number, outputs.Numbers))
    assert kind.is_probability == (kind in (outputs.Probability, outputs.Distribution, outputs.Labels))


@pytest.mark.parametrize(
    ("kind", "target", "right"),
    [
        (outputs.Number, 3, 3.0),
        (outputs.Sign, -1, -1.0),
        (outputs.Probability, True, 1.0),
        (outputs.Numbers, (1, 2.5), [1.0, 2.5]),
        (outputs.Distribution, 2, 2),
        (outputs.Distribution, [0, 0, 1], 2),
        (outputs.Labels, [0, True], [0.0, 1.0]),
    ],
)
def test_a_target_becomes_the_decision_that_is_right(kind, target, right):
    assert kind().target(target, TABLE[kind][0], "model") == right


@pytest.mark.parametrize(
    ("kind", "target", "error", "advice"),
    [
        (outputs.Number, [1.0], TypeError, "model takes one number as its target"),
        (outputs.Number, "1", TypeError, "model takes a number, not the str"),
        (outputs.Sign, 0, ValueError, "model takes a target of -1 or 1, not 0"),
        (outputs.Probability, -1, ValueError, "model takes a target from 0 to 1, not -1"),
        (outputs.Numbers, [1.0], ValueError, r"model takes 2 numbers as a target, not \[1.0\]"),
        (outputs.Numbers, 1.0, ValueError, "model takes 2 numbers as a target, not 1.0"),
        (outputs.Numbers, [1.0, "2"], TypeError, "model takes a number, not the str"),
        (outputs.Distribution, 3, ValueError, "model takes a class from 0 to 2"),
        (outputs.Distribution, [0.5, 0.5, 0.0], ValueError, "one is 1 and the rest 0"),
        (outputs.Labels, [0, 2], ValueError, "model takes a target from 0 to 1, not 2"),
        (outputs.Labels, [0, 1, 1], ValueError, "model takes 2 targets, one for each label, not 3"),
    ],
)
def test_a_target_that_can_never_be_right_is_refused(kind, target, error, advice):
    with pytest.raises(error, match=advice) as caught:
        kind().target(target, TABLE[kind][0], "model")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "scores"), [(outputs.Probability, -5e-324), (outputs.Sign, -5e-324)])
def test_just_below_the_boundary_the_decision_is_not_1(kind, scores):
    assert kind().decision(scores) != 1 == kind().decision(-scores) == kind().decision(0.0) == kind().decision(-0.0)
