"""Dropout keeps a random part in training, everything in use, and the expected value in both."""

from __future__ import annotations

import math

import pytest

import autograd
import nn
from autograd import Value
from nn import Dropout


def kept(dropout, count=1000):
    return [x.data for x in dropout([Value(1.0)] * count)]


@pytest.mark.parametrize("p", [0.0, 0.25, 0.5, 0.9])
def test_training_drops_the_part_p_and_keeps_the_mean(p):
    outputs = kept(Dropout(p, seed=1), 10_000)
    assert set(outputs) <= {0.0, 1.0 / (1.0 - p)}
    assert outputs.count(0.0) / 10_000 == pytest.approx(p, abs=0.02)  # four standard deviations
    assert sum(outputs) / 10_000 == pytest.approx(1.0, abs=0.12)


def test_use_drops_nothing_and_records_nothing():
    x = [Value(1.0), Value(2.0)]
    assert Dropout(0.5).eval()(x) == x
    assert Dropout(0.0)(x) == x


def test_a_seed_repeats_to_the_bit_and_every_call_draws_anew():
    first, second = Dropout(seed=3), Dropout(seed=3)
    assert kept(first) == kept(second)
    assert kept(first) != kept(Dropout(seed=3)) != kept(Dropout(seed=4))


def test_only_what_was_kept_gets_a_gradient():
    x = [Value(1.0) for _ in range(100)]
    outputs = Dropout(0.75, seed=0)(x)
    autograd.sum(outputs).backward()
    assert [v.grad for v in x] == [out.data for out in outputs]
    assert {v.grad for v in x} == {0.0, 4.0}


def test_what_is_dropped_is_zero_whatever_it_was():
    outputs = Dropout(0.5, seed=0)([Value(math.inf)] * 20)
    assert {v.data for v in outputs} == {0.0, math.inf}


@pytest.mark.parametrize("p", [1.0, -0.1, float("nan"), 2])
def test_p_outside_its_range_is_refused(p):
    with pytest.raises(ValueError, match="p is a number from 0 to below 1"):
        Dropout(p)
    with pytest.raises(ValueError, match="p is a number from 0 to below 1"):
        nn.MLP(2, [3, 1], dropout=p)


def test_an_mlp_drops_nodes_of_its_hidden_layers_only_while_training():
    model = nn.MLP(2, [8, 1], dropout=0.5, seed=0)
    outputs = {model([1.0, 2.0]).data for _ in range(20)}
    assert len(outputs) > 1
    model.eval()
    assert len({model([1.0, 2.0]).data for _ in range(5)}) == 1


def test_predictions_drop_nothing_and_leave_the_mode_as_it_was():
    model = nn.MLP(2, [8, 1], dropout=0.5, seed=0)
    model.dropout.eval()
    assert model.predict_probabilities([[1.0, 2.0]] * 5) == [model.eval()([1.0, 2.0]).data] * 5
    model.train().dropout.eval()
    model.predict([[1.0, 2.0]])
    assert (model.training, model.dropout.training) == (True, False)


@pytest.mark.parametrize("seeds", [(1, 1), (1, 2)])
def test_the_seed_of_fit_is_that_of_the_dropout(seeds):
    start = nn.MLP(1, [8, 1], seed=0).state_dict()

    def trained(seed):
        model = nn.MLP(1, [8, 1], dropout=0.5).load_state_dict(start)  # whose dropout has another seed every time
        nn.fit(model, [[-1.0], [1.0]], [0, 1], epochs=3, batch_size=2, seed=seed, progress=False)
        return model.state_dict()

    assert (trained(seeds[0]) == trained(seeds[1])) == (seeds[0] == seeds[1])


def test_fit_turns_the_dropout_on_and_leaves_it_off():
    def trained(prepare):
        model = prepare(nn.MLP(1, [8, 1], dropout=0.5, seed=0))
        nn.fit(model, [[-1.0], [1.0]], [0, 1], epochs=3, batch_size=2, progress=False)
        return model.state_dict(), [module.training for module in model.modules()]

    in_use, training = trained(nn.Module.eval), trained(nn.Module.train)
    assert in_use == training
    assert not any(in_use[1])
