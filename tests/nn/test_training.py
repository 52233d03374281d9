"""fit: every example once an epoch, the closed form's steps, the same bits from the same seed."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn.losses import binary_cross_entropy, binary_cross_entropy_with_logits

X = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0], [-1.0, 0.3], [0.2, 0.2]]
Y = [0, 1, 1, 0, 1]


def fit(model, X=X, y=Y, **options):
    return nn.fit(model, X, y, progress=False, **options)


def seen_batches(batch_size, epochs=2):
    """Which examples came together in one step, told by a loss that takes notes."""
    steps: list[list[float]] = [[]]

    def loss(prediction, target):
        if not isinstance(prediction, Value) or prediction.gate is None:
            return prediction  # measuring, not training
        steps[-1].append(target)
        return prediction

    class Optimizer:
        def step(self):
            steps.append([])

        def zero_grad(self):
            pass

    fit(nn.Neuron(1), [[float(i)] for i in range(5)], range(5), loss=loss, optimizer=Optimizer(),
        batch_size=batch_size, epochs=epochs)  # fmt: skip
    return steps[:-1]


@pytest.mark.parametrize(("batch_size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (None, [5])])
def test_an_epoch_sees_every_example_once_in_batches_of_m(batch_size, sizes):
    steps = seen_batches(batch_size)
    assert [len(step) for step in steps] == sizes * 2
    for epoch in (steps[: len(sizes)], steps[len(sizes) :]):
        assert sorted(target for step in epoch for target in step) == [0, 1, 2, 3, 4]


def test_examples_are_shuffled_anew_every_epoch():
    steps = seen_batches(1, epochs=3)
    epochs = [tuple(steps[i : i + 5]) for i in (0, 5, 10)]
    orders = {tuple(step[0] for step in epoch) for epoch in epochs}
    assert len(orders) > 1


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(batch_size):
    def trained(seed):
        model = nn.LogisticRegression(2)
        history = fit(model, batch_size=batch_size, epochs=3, seed=seed)
        return [p.data for p in model.parameters()], history.loss

    assert trained(1) == trained(1)
    if batch_size < 5:
        assert trained(1) != trained(2)


def test_batch_training_takes_the_steps_of_the_closed_form():
    model = nn.LogisticRegression(2)
    fit(model, batch_size=len(X), epochs=50)
    A, y, theta = np.column_stack([X, np.ones(5)]), np.array(Y), np.zeros(3)
    for _ in range(50):
        theta -= 0.1 * A.T @ (1 / (1 + np.exp(-A @ theta)) - y) / 5
    assert [p.data for p in model.parameters()] == pytest.approx(theta, abs=1e-12)


def test_history_measures_after_each_epoch():
    model = nn.LogisticRegression(2)
    history = fit(model, epochs=4, validation=([[1.0, 1.0]], [1]))
    assert len(history) == len(history.accuracy) == len(history.validation_loss) == 4
    assert (history.loss[-1], history.accuracy[-1]) == nn.evaluate(model, X, Y)
    assert (history.validation_loss[-1], history.validation_accuracy[-1]) == nn.evaluate(model, [[1.0, 1.0]], [1])
    assert history.loss[-1] < history.loss[0] < math.log(2)


def test_validation_data_changes_nothing():
    plain, watched = nn.LogisticRegression(2), nn.LogisticRegression(2)
    fit(plain)
    fit(watched, validation=([[9.0, 9.0]], [0]))
    assert [p.data for p in plain.parameters()] == [p.data for p in watched.parameters()]


def test_losses_from_scores_and_from_probabilities_train_alike():
    by_score, by_probability = nn.LogisticRegression(2), nn.LogisticRegression(2)
    fit(by_score, loss=binary_cross_entropy_with_logits)
    fit(by_probability, loss=binary_cross_entropy)
    expected = [p.data for p in by_score.parameters()]
    assert [p.data for p in by_probability.parameters()] == pytest.approx(expected, rel=1e-12)


def test_predictions_are_plain_and_leave_no_trace():
    model = nn.LogisticRegression(2)
    fit(model, epochs=100)
    assert model.predict(X) == [int(p >= 0.5) for p in model.predict_probabilities(X)]
    assert {type(p) for p in model.predict_probabilities(X)} == {float}
    assert nn.LogisticRegression(1).predict([[0.0]]) == [1]


def test_targets_may_be_bools():
    from_numbers, from_bools = nn.LogisticRegression(2), nn.LogisticRegression(2)
    fit(from_numbers)
    fit(from_bools, y=np.array(Y) == 1)
    assert [p.data for p in from_numbers.parameters()] == [p.data for p in from_bools.parameters()]


def test_a_model_without_parameters_is_told_what_to_use():
    class Plain(nn.Module):
        def __call__(self, x):
            return Value(1.0)

    with pytest.raises(ValueError, match=r"nn\.Parameter"):
        fit(Plain(), loss=binary_cross_entropy)


def test_predictions_of_one_example_say_how_to_ask():
    with pytest.raises(TypeError, match=r"predict\(\[x\]\)"):
        nn.LogisticRegression(2).predict([1.0, 2.0])


def test_arrays_are_examples_too():
    from_lists, from_arrays = nn.LogisticRegression(2), nn.LogisticRegression(2)
    fit(from_lists)
    fit(from_arrays, np.array(X), np.array(Y))
    assert [p.data for p in from_lists.parameters()] == [p.data for p in from_arrays.parameters()]


def test_an_interrupt_keeps_the_last_whole_step():
    class Interrupting(nn.optimizers.SGD):
        steps = 0

        def step(self):
            if self.steps == 7:
                raise KeyboardInterrupt
            super().step()
            self.steps += 1

    interrupted, whole = nn.LogisticRegression(2), nn.LogisticRegression(2)
    history = fit(interrupted, batch_size=1, epochs=9, optimizer=Interrupting(interrupted.parameters()))
    assert history.interrupted
    assert len(history) == 1
    steps = Interrupting(whole.parameters())
    fit(whole, batch_size=1, epochs=9, optimizer=steps)
    assert [p.data for p in interrupted.parameters()] == [p.data for p in whole.parameters()]


def test_a_loss_that_becomes_infinite_stops_training_and_says_where():
    model = nn.LogisticRegression(1)
    optimizer = nn.optimizers.SGD(model.parameters(), learning_rate=1e308)
    with pytest.raises(FloatingPointError, match=r"became (inf|nan) at epoch \d+, batch \d+"):
        fit(model, [[1e200], [-1e200]], [0, 1], loss=lambda p, y: p * 1e308 * p * 1e308, optimizer=optimizer, epochs=3)


@pytest.mark.parametrize(
    ("changes", "error", "advice"),
    [
        ({"X": [], "y": []}, ValueError, "X has no examples"),
        ({"y": [0, 1]}, ValueError, "5 examples and 2 targets"),
        ({"X": [[1.0, 2.0], [1.0]], "y": [0, 1]}, ValueError, r"X\[1\] has 1 features"),
        ({"X": [[1.0, math.nan]], "y": [0]}, ValueError, r"X\[0\]\[1\] is nan"),
        ({"X": [[1.0, "a"]], "y": [0]}, TypeError, r"X\[0\]\[1\] takes a number, not the str 'a'"),
        ({"X": [1.0, 2.0], "y": [0, 1]}, TypeError, r"write \[\[1.0\], ...\]"),
        ({"X": ["ab"], "y": [0]}, TypeError, r"X\[0\] is no row"),
        ({"X": [[1.0, 2.0, 3.0]], "y": [0]}, ValueError, "2 weights and 3 inputs"),
        ({"y": [0, 1, 2, 0, 1]}, ValueError, "target from 0 to 1, not 2"),
        ({"y": [0, 1, math.inf, 0, 1]}, ValueError, "is inf"),
        ({"y": [[0], [1], [1], [0], [1]]}, TypeError, r"y\.ravel\(\)"),
        ({"validation": [[1.0, 2.0]]}, TypeError, r"validation=\(X_held_out, y_held_out\)"),
        ({"validation": 0.2}, TypeError, r"validation=\(X_held_out, y_held_out\)"),
        ({"optimizer": nn.optimizers.SGD}, TypeError, r"SGD\(model\.parameters\(\)\)"),
        ({"optimizer": "sgd"}, TypeError, r"SGD\(model\.parameters\(\)\)"),
        ({"optimizer": nn.optimizers.SGD([nn.Parameter(1.0)])}, ValueError, "moves none of the model's"),
        ({"loss": "bce"}, TypeError, "loss is 'bce'"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": 6}, ValueError, "batch_size is a whole number from 1 to 5"),
        ({"batch_size": 2.0}, ValueError, "batch_size"),
        ({"epochs": 0}, ValueError, "epochs"),
        ({"validation": ([], [])}, ValueError, "validation has no examples"),
    ],
)
def test_wrong_input_says_what_is_wrong_and_changes_nothing(changes, error, advice):
    model = nn.LogisticRegression(2)
    with pytest.raises(error, match=advice):
        fit(model, **changes)
    assert {p.data for p in model.parameters()} == {0.0}


def test_a_model_without_a_loss_is_told_to_name_one():
    with pytest.raises(ValueError, match=r"loss=nn\.losses"):
        fit(nn.Neuron(2))
    with pytest.raises(ValueError, match=r"no method scores"):
        fit(nn.Neuron(2), loss=binary_cross_entropy_with_logits)


def test_fit_does_not_disturb_the_mode_or_leave_the_model_in_use():
    model = nn.LogisticRegression(2)
    fit(model)
    assert (Value(1.0) * 2.0).gate is not None
    with autograd.no_grad():
        assert nn.evaluate(model, X, Y)
