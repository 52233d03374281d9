"""fit: every example once an epoch, the closed form's steps, the same bits from the same seed."""

from __future__ import annotations

import math
import traceback

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn.examples import rows
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


# --- what is measured -------------------------------------------------------------------------------------------------


class Counting(nn.LogisticRegression):
    """Counts how often its scores are computed, in training and in use."""

    __call__ = nn.Module.__call__  # by way of the scores

    def __init__(self, inputs):
        super().__init__(inputs)
        self.calls = {True: 0, False: 0}

    def scores(self, x):
        self.calls[self.training] += 1
        return super().scores(x)


@pytest.mark.parametrize("loss", [binary_cross_entropy, binary_cross_entropy_with_logits, nn.losses.squared_error])
def test_measuring_evaluates_the_model_once_for_each_example(loss):
    model = Counting(2)
    fit(model, epochs=3, loss=loss, validation=([[1.0, 1.0], [0.0, 0.0]], [1, 0]))
    assert model.calls == {True: 3 * 5, False: (3 + 1) * (5 + 2)}


@pytest.mark.parametrize(
    ("model", "y", "loss", "accuracy"),
    [
        (nn.LogisticRegression(2), Y, math.log(2), 3 / 5),
        (nn.LinearClassifier(2), [-1, 1, 1, -1, 1], 1.0, 3 / 5),
        (nn.SoftmaxRegression(2, 4), [0, 1, 2, 3, 0], math.log(4), 2 / 5),
        (nn.SoftmaxRegression(2, 2), [[1, 0], [0, 1], [0, 1], [1, 0], [0, 1]], math.log(2), 2 / 5),
        (nn.MultiLabelClassifier(2, 2), [[1, 1], [0, 1], [0, 0], [1, 0], [1, 1]], 2 * math.log(2), 2 / 5),
        (nn.LinearRegression(2), [1.0, 2.0, 0.0, -1.0, 2.0], 2.0, math.nan),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_model_at_zero_has_the_loss_and_accuracy_of_guessing(model, y, loss, accuracy):
    assert nn.evaluate(model, X, y) == pytest.approx((loss, accuracy), nan_ok=True)


# --- the cost ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_a_step_goes_down_the_cost_that_the_options_say(reduction, l2):
    model = nn.LogisticRegression(2)
    model.load_state_dict({"neuron.weights.0": 0.5, "neuron.weights.1": -1.0, "neuron.bias": 0.25})
    fit(model, epochs=1, batch_size=5, reduction=reduction, l2=l2)
    A, theta = np.column_stack([X, np.ones(5)]), np.array([0.5, -1.0, 0.25])
    gradient = A.T @ (1 / (1 + np.exp(-A @ theta)) - np.array(Y))
    gradient = gradient / (5 if reduction == "mean" else 1) + l2 * 2 * theta
    assert list(model.state_dict().values()) == pytest.approx(theta - 0.1 * gradient, rel=1e-13)


@pytest.mark.parametrize("number", [1e308, -1e308])
def test_a_mean_loss_beyond_the_largest_float_is_infinite(number):
    assert nn.evaluate(nn.LinearRegression(2), X, Y, loss=lambda p, y: p + number)[0] == math.copysign(math.inf, number)


def test_what_l2_adds_is_not_in_the_history():
    model = nn.LogisticRegression(2)
    history = fit(model, epochs=2, l2=5.0)
    assert history.loss[-1] == nn.evaluate(model, X, Y)[0]


# --- when it stops ----------------------------------------------------------------------------------------------------


def test_patience_stops_and_goes_back_to_the_best_epoch():
    model, snapshots = nn.LogisticRegression(2), []

    class Watched(nn.optimizers.SGD):
        def step(self):
            super().step()
            snapshots.append(model.state_dict())

    contrary = (X, [1 - y for y in Y])  # gets worse with every epoch
    history = fit(
        model, epochs=50, batch_size=5, validation=contrary, patience=3, optimizer=Watched(model.parameters())
    )
    assert (len(history), history.best_epoch) == (4, 0)
    assert model.state_dict() == snapshots[0] != snapshots[-1]
    assert nn.evaluate(model, *contrary)[0] == history.validation_loss[0]


@pytest.mark.parametrize("monitor", ["loss", "accuracy"])
def test_patience_goes_on_while_validation_improves(monitor):
    model = nn.LogisticRegression(2)
    history = fit(model, epochs=30, validation=(X, Y), patience=2, monitor=monitor)
    figures = history.validation_loss if monitor == "loss" else [-a for a in history.validation_accuracy]
    assert history.best_epoch == figures.index(min(figures))
    assert len(history) == (30 if monitor == "loss" else history.best_epoch + 3)
    assert not history.converged


def test_training_that_is_interrupted_keeps_the_best_so_far():
    model = nn.LogisticRegression(2)

    class Interrupting(nn.optimizers.SGD):
        def step(self):
            if self.steps == 3:
                raise KeyboardInterrupt
            super().step()

    history = fit(model, epochs=50, batch_size=5, validation=(X, [1 - y for y in Y]), patience=9,
                  optimizer=Interrupting(model.parameters()))  # fmt: skip
    assert history.interrupted
    assert (len(history), history.best_epoch) == (3, 0)
    assert nn.evaluate(model, X, Y)[0] == history.loss[0]


@pytest.mark.parametrize(("reduction", "times"), [("mean", 1), ("sum", 5)])
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_a_tolerance_stops_where_the_cost_no_longer_falls(l2, reduction, times):
    model, states = nn.LogisticRegression(2), []

    class Watched(nn.optimizers.SGD):
        def step(self):
            super().step()
            states.append(model.state_dict())

    options = {"batch_size": 5, "tolerance": 1e-4, "l2": l2, "reduction": reduction}
    history = fit(model, epochs=5000, optimizer=Watched(model.parameters()), **options)
    norms = [sum(p**2 for p in state.values()) for state in states]
    costs = [times * loss + l2 * norm for loss, norm in zip(history.loss, norms, strict=True)]
    falls = -np.diff(costs)
    assert history.converged
    assert 2 < len(history) < 5000
    assert falls[-1] < 1e-4 <= min(falls[:-1])


def test_without_patience_or_tolerance_all_epochs_are_run():
    history = fit(nn.LogisticRegression(2), epochs=7, validation=(X, [1 - y for y in Y]))
    assert (len(history), history.best_epoch, history.converged, history.interrupted) == (7, None, False, False)


def test_a_part_of_the_data_can_be_held_out():
    def trained(part, seed=0):
        model = nn.LogisticRegression(2)
        return fit(model, epochs=1, validation=part, seed=seed, batch_size=1), model.state_dict()

    history, _ = trained(0.2)
    assert len(history.validation_loss) == 1
    assert history.validation_accuracy[0] in (0.0, 1.0)  # of one example
    assert trained(0.4) == trained(0.4)
    assert len({trained(0.4, seed)[0].validation_loss[0] for seed in range(5)}) > 1


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_loss_that_becomes_infinite_names_epoch_batch_and_gate():
    model = nn.LogisticRegression(1)
    optimizer = nn.optimizers.SGD(model.parameters(), learning_rate=1e308)
    where = r"became inf \(× gave inf of .*\) at epoch \d+, batch \d+: try a smaller learning rate"
    with pytest.raises(FloatingPointError, match=where):
        fit(model, [[1e200], [-1e200]], [0, 1], loss=lambda p, y: p * 1e308 * p * 1e308, optimizer=optimizer, epochs=3)
    assert not model.training


class Root(nn.Module):
    """√w, whose slope at 0 is infinite."""

    def __init__(self):
        self.w = nn.Parameter(1.0, label="w")

    def forward(self, x):
        return autograd.sqrt(self.w * x[0])


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (
            lambda p, y: autograd.log(p) if y else p * 1.0,
            "became -inf .log gave -inf of input = 0.0. at epoch 2",
        ),
        (lambda p, y: p * 1.0, "backward through √ gave inf at input = 0.0 at epoch 2, batch 2"),
        (lambda p, y: p / (p * 0.0 if y else 1.0), "became nan .÷ gave nan of .* at epoch 2, batch 2"),
    ],
    ids=["loss", "gradient", "nan"],
)
def test_the_gate_where_it_began_is_named_for_values_and_gradients(loss, message):
    model = Root()

    class Zeroing:
        """Moves w to 0 with the third step."""

        steps = 0

        def step(self):
            self.steps += 1
            model.w.data = 0.0 if self.steps == 3 else 1.0

        def zero_grad(self):
            model.zero_grad()

    def fits(prediction, y):
        return loss(prediction, y) if model.training and zeroing.steps == 3 else prediction * 1.0

    zeroing = Zeroing()
    with pytest.raises(FloatingPointError, match=message):
        fit(model, [[1.0], [2.0]], [1, 1], batch_size=1, epochs=3, loss=fits, optimizer=zeroing)
    assert model.w.data == 0.0  # as the last step left it


def test_an_untaken_branch_is_not_where_it_began():
    def loss(p, y):
        return autograd.where(p > 9.0, autograd.exp(p * 1e9), p * 1e308 * 1e308)

    with pytest.raises(FloatingPointError, match=r"became inf \(× gave inf"):
        fit(nn.Neuron(1), [[1.0], [2.0]], [0, 1], loss=loss)


def test_a_loss_that_was_not_computed_from_parameters_is_refused():
    class Detached(Root):
        def forward(self, x):
            with autograd.no_grad():
                return super().forward(x)

    with pytest.raises(RuntimeError, match=r"not recorded: compute it from the model, outside of no_grad"):
        fit(Detached(), X, Y, loss=lambda p, y: p)


def test_the_optimizer_may_move_more_than_the_model():
    model, margin = nn.LinearClassifier(2), nn.Parameter(1.0)
    optimizer = nn.optimizers.SGD([*model.parameters(), margin], learning_rate=0.1)
    signs = [-1, 1, 1, -1, 1]

    @nn.losses.of_scores
    def loss(score, z):
        return z * score + margin * 1.0

    fit(model, y=signs, loss=loss, epochs=3, batch_size=5, optimizer=optimizer)
    assert margin.data == pytest.approx(1.0 - 3 * 0.1)


@pytest.mark.parametrize(
    ("changes", "error", "advice"),
    [
        ({"X": [], "y": []}, ValueError, "X has no examples"),
        ({"y": [0, 1]}, ValueError, "5 examples and 2 targets"),
        ({"X": [[1.0, 2.0], [1.0]], "y": [0, 1]}, ValueError, r"X\[1\] has 1 features"),
        ({"X": [[1.0, math.nan]], "y": [0]}, ValueError, r"X\[0\]\[1\] is nan"),
        ({"X": [[1.0, "a"]], "y": [0]}, TypeError, r"X\[0\]\[1\] takes a number, not the str 'a'"),
        ({"X": [1.0, 2.0], "y": [0, 1]}, TypeError, r"but 1.0: write \[\[1.0, 2.0\], ...\]"),
        ({"X": ["ab"], "y": [0]}, TypeError, r"X\[0\] is no row"),
        ({"X": [{1.0, 2.0}], "y": [0]}, TypeError, r"X\[0\] is no row"),  # a set has no order
        ({"X": [{"a": 1.0, "b": 2.0}], "y": [0]}, TypeError, r"X\[0\] is no row"),
        ({"X": [[1.0, 10**400]], "y": [0]}, ValueError, r"X\[0\]\[1\] is inf: only finite numbers"),
        ({"X": [[1.0, Value(2.0)]], "y": [0]}, TypeError, r"X\[0\]\[1\] is a Value: .* write v\.data"),
        ({"y": set(range(5))}, TypeError, "y is a list or an array"),
        (
            {"X": [[1.0, 2.0, 3.0]], "y": [0]},
            ValueError,
            r"X: at example 0: LogisticRegression\(2\) has 2 inputs, .* 3 features",
        ),
        ({"X": "abc"}, TypeError, "X is a list or an array, one entry for each example, not 'str'"),
        ({"X": None}, TypeError, "X is a list or an array"),
        (
            {"X": np.zeros((5, 2, 2))},
            TypeError,
            "but 'list': an example is one row of numbers",
        ),
        ({"X": [[], [], [], [], []]}, ValueError, "2 inputs, and the row has 0 features"),
        ({"y": 3}, TypeError, "y is a list or an array"),
        ({"y": np.array(1)}, TypeError, "y is a list or an array"),
        ({"y": ["no", "yes", "yes", "no", "yes"]}, TypeError, r"X\[0\] is 'no', and classes .* \[label == 'no' for"),
        (
            {"y": np.array(["a", "b", "a", "b", "a"])},
            TypeError,
            r"is 'a', .* write y = \[label == 'a' for label in y\], or",
        ),
        ({"y": ["0", "1", "1", "0", "1"]}, TypeError, r"write float\('0'\)"),
        ({"y": [1, 1, 1, 1, 1]}, ValueError, "every target in y is 1.0: a classifier learns from at least two classes"),
        ({"y": [-1, 1, 1, -1, 1]}, ValueError, "at example 0: LogisticRegression takes a target from 0 to 1, not -1.0"),
        (
            {"y": [-1, 1, 1, -1, 1], "loss": nn.losses.hinge},
            ValueError,
            "LogisticRegression takes a target from 0 to 1",
        ),
        ({"loss": nn.losses.hinge}, ValueError, "at example 0: hinge takes a target of -1 or 1, not 0.0"),
        ({"y": [0, 1, 2, 0, 1]}, ValueError, "X: at example 2: LogisticRegression takes a target from 0 to 1, not 2"),
        ({"y": [0, 1, math.inf, 0, 1]}, ValueError, "is inf"),
        ({"y": [[0], [1], [1], [0], [1]]}, TypeError, r"y\.ravel\(\)"),
        ({"validation": [[1.0, 2.0]]}, TypeError, r"validation=\(X_held_out, y_held_out\)"),
        ({"validation": "20%"}, TypeError, r"or validation=0.2"),
        ({"validation": 0.0}, ValueError, "a part from 0 to 1"),
        ({"validation": 1.0}, ValueError, "a part from 0 to 1"),
        ({"validation": 0.01}, ValueError, "leaves no examples on one side: there are 5"),
        ({"validation": ([[1.0, 2.0]], [3])}, ValueError, "validation: at example 0: .* target from 0 to 1"),
        ({"patience": 3}, ValueError, r"patience watches validation data: write validation="),
        ({"patience": 0, "validation": (X, Y)}, ValueError, "patience is a whole number from 1 up, not 0"),
        ({"monitor": "f1"}, ValueError, "monitor is one of loss, accuracy, not 'f1'"),
        ({"reduction": "max"}, ValueError, "reduction is one of mean, sum, not 'max'"),
        ({"l2": -0.1}, ValueError, "l2 is a number from 0 up, not -0.1"),
        ({"l2": math.nan}, ValueError, "l2 is a number from 0 up, not nan"),
        ({"tolerance": -1}, ValueError, "tolerance is a number from 0 up"),
        ({"tolerance": "1e-3"}, TypeError, r"write float\('1e-3'\)"),
        ({"seed": "a"}, TypeError, "seed is a whole number, not 'a'"),
        ({"seed": None}, TypeError, "seed is a whole number, not None"),
        ({"optimizer": nn.optimizers.SGD}, TypeError, r"SGD\(model\.parameters\(\)\)"),
        (
            {"optimizer": nn.optimizers.Adam},
            TypeError,
            r"the class Adam: write optimizer=Adam\(model\.parameters\(\)\)",
        ),
        ({"optimizer": "sgd"}, TypeError, r"SGD\(model\.parameters\(\)\)"),
        (
            {"optimizer": nn.optimizers.SGD([nn.Parameter(1.0)])},
            ValueError,
            r"moves none of the model's .* write SGD\(",
        ),
        (
            {"optimizer": nn.optimizers.Adam([nn.Parameter(1.0)])},
            ValueError,
            r"moves none of the model's .* write Adam\(",
        ),
        ({"loss": "bce"}, TypeError, "loss is 'bce'"),
        ({"loss": np.zeros((2, 2))}, TypeError, "loss is an object of the kind ndarray: write a function"),
        ({"reduction": np.zeros((2, 2))}, ValueError, "one of mean, sum, not an object of the kind ndarray"),
        ({"optimizer": np.zeros((2, 2))}, TypeError, "optimizer is an object of the kind ndarray: write"),
        ({"epochs": np.zeros((2, 2))}, ValueError, "epochs is a whole number from 1 up, not an object"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": 6}, ValueError, "batch_size is a whole number from 1 to 5"),
        ({"batch_size": 2.0}, ValueError, "batch_size"),
        ({"epochs": 0}, ValueError, "epochs"),
        ({"validation": ([], [])}, ValueError, "validation has no examples"),
    ],
)
def test_wrong_input_says_what_is_wrong_and_changes_nothing(changes, error, advice):
    model = nn.LogisticRegression(2)
    with pytest.raises(error, match=advice) as caught:
        fit(model, **changes)
    assert "\n" not in str(caught.value)
    assert {p.data for p in model.parameters()} == {0.0}


def test_an_error_in_a_model_of_ones_own_shows_where_it_was_raised():
    class Misspelt(nn.Module):
        def __init__(self):
            self.w = nn.Parameter(1.0)

        def forward(self, x):
            return self.w + "x"

    with pytest.raises(TypeError, match="X: at example 0: ") as caught:
        fit(Misspelt(), loss=lambda p, y: p)
    assert "forward" in {frame.name for frame in traceback.extract_tb(caught.value.__cause__.__traceback__)}


def test_a_model_without_a_loss_is_told_to_name_one():
    with pytest.raises(ValueError, match=r"loss=nn\.losses"):
        fit(nn.Neuron(2))
    with pytest.raises(ValueError, match=r"no method scores"):
        fit(nn.Neuron(2), loss=binary_cross_entropy_with_logits)


def test_what_is_no_module_is_told_what_to_be():
    with pytest.raises(TypeError, match=r"derive it from nn\.Module"):
        fit(lambda x: x)


def test_regression_has_no_accuracy_to_watch():
    with pytest.raises(ValueError, match="LinearRegression has no accuracy: write monitor='loss'"):
        fit(nn.LinearRegression(2), validation=(X, Y), patience=1, monitor="accuracy")
    assert len(fit(nn.LinearRegression(2), y=[1] * 5, epochs=2)) == 2  # equal targets are no single class there


class Frame:
    """What matters of a data frame: iterating over it gives the names of its columns."""

    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        return iter(["first", "second"])

    def to_numpy(self):
        return np.array(self.rows)


@pytest.mark.parametrize(
    "convert", [np.array, tuple, iter, Frame, lambda X: [np.array(x) for x in X], lambda X: [tuple(x) for x in X]]
)
def test_examples_come_in_many_forms(convert):
    from_lists, converted = nn.LogisticRegression(2), nn.LogisticRegression(2)
    fit(from_lists)
    fit(converted, convert(X), np.array(Y))
    assert converted.state_dict() == from_lists.state_dict()
    assert from_lists.predict(convert(X)) == from_lists.predict(X)


def test_the_rows_of_wide_examples_share_their_labels():
    first, second = rows([[1.0, 2.0, 3.0]] * 2, "X")
    assert [x.label for x in first] == ["x_1", "x_2", "x_3"]
    assert all(a.label is b.label for a, b in zip(first, second, strict=True))


def test_fit_does_not_disturb_the_mode_or_leave_the_model_in_use():
    model = nn.LogisticRegression(2)
    fit(model)
    assert (Value(1.0) * 2.0).gate is not None
    with autograd.no_grad():
        assert nn.evaluate(model, X, Y)
