"""The seam between training and how costs are computed: whoever gives the same numbers gives the same run."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

import nn
from nn import training_run
from nn.examples import examples
from nn.objective import Measurement, RecordedObjective
from nn.training_run import Options, TrainingRun

X = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0], [-1.0, 0.3], [0.2, 0.2], [0.7, -0.4]]
Y = [0, 1, 1, 0, 1, 0]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Vectorised:
    """The costs and gradients of logistic regression as NumPy computes them."""

    def __init__(self, model, l2):
        self.model, self.l2 = model, l2

    def _arrays(self, some):
        A = np.array([[*(v.data for v in x), 1.0] for x, _ in some])
        return A, np.array([y for _, y in some]), np.array([p.data for p in self.model.parameters()])

    def cost_and_gradients(self, batch):
        A, y, theta = self._arrays(batch)
        gradients = A.T @ (sigmoid(A @ theta) - y) / len(y) + self.l2 * 2 * theta
        return self.measure(batch).loss + self.l2 * theta @ theta, list(map(float, gradients))

    def measure(self, some):
        A, y, theta = self._arrays(some)
        p = sigmoid(A @ theta)
        losses = -y * np.log(p) - (1 - y) * np.log(1 - p)
        return Measurement(float(losses.mean()), float(np.mean((p >= 0.5) == y)))


@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_another_objective_gives_the_same_run(l2):
    def run(objective_of):
        model = nn.LogisticRegression(2)
        optimizer = nn.optimizers.Adam(model.parameters(), learning_rate=0.05)
        options = Options(epochs=20, reduction="mean", l2=l2, patience=None, monitor="loss", tolerance=None, seed=3)
        some = examples(X, Y, "X")
        history = TrainingRun(model, objective_of(model), optimizer, options, None, some, some[:2], 4).run(False)
        return [*model.state_dict().values()], history

    vectorised, history = run(lambda model: Vectorised(model, l2))
    recorded, expected = run(lambda model: RecordedObjective(model, None, l2=l2))
    assert vectorised == pytest.approx(recorded, abs=1e-12)
    assert history.loss == pytest.approx(expected.loss, abs=1e-12)
    assert history.validation_accuracy == expected.validation_accuracy


def test_the_recorded_objective_agrees_with_the_closed_form():
    model = nn.LogisticRegression(2, initializer=nn.initializers.xavier_uniform, seed=2)
    some = examples(X, Y, "X")
    recorded, vectorised = RecordedObjective(model, None, l2=0.3), Vectorised(model, 0.3)
    cost, gradients = recorded.cost_and_gradients(some)
    expected_cost, expected = vectorised.cost_and_gradients(some)
    assert cost == pytest.approx(expected_cost, rel=1e-13)
    assert gradients == pytest.approx(expected, rel=1e-13)
    assert recorded.cost_and_gradients(some) == (cost, gradients)  # nothing has added up
    measured, wanted = recorded.measure(some), vectorised.measure(some)
    assert (measured.loss, measured.accuracy) == pytest.approx((wanted.loss, wanted.accuracy), rel=1e-13)


@pytest.mark.parametrize(("progress", "disable"), [(True, None), (False, True)])
def test_the_progress_bar_shows_epochs_and_is_closed_whatever_happens(progress, disable, monkeypatch):
    bars = []

    class Bar(list):
        def __init__(self, epochs, **options):
            super().__init__(epochs)
            self.options, self.texts, self.closed = options, [], False
            bars.append(self)

        def set_postfix(self, **figures):
            self.texts.append(figures)

        def close(self):
            self.closed = True

    monkeypatch.setattr(training_run, "_bars", lambda progress: Bar)
    history = nn.fit(nn.LogisticRegression(2), X, Y, epochs=3, progress=progress)
    with pytest.raises(FloatingPointError):
        nn.fit(nn.LinearRegression(2), X, Y, loss=lambda p, y: (p + 1e308) * 1e308 * p, progress=progress)
    assert [bar.closed for bar in bars] == [True, True]
    assert (len(bars[0]), bars[0].options["disable"], bars[0].options["unit"]) == (3, disable, "epoch")
    assert bars[0].texts == [{"loss": f"{loss:.4f}"} for loss in history.loss]


@pytest.mark.parametrize(("progress", "looked_for"), [(True, True), (False, False)])
def test_without_progress_no_bar_for_notebooks_is_looked_for(progress, looked_for):
    """To look for one without widgets gives a warning."""
    program = f"""
import sys
import nn
nn.fit(nn.LogisticRegression(1), [[0.0], [1.0]], [0, 1], progress={progress})
print("tqdm.autonotebook" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(looked_for)]


def test_training_needs_neither_numpy_nor_matplotlib():
    program = """
import sys
for name in ("numpy", "matplotlib", "sklearn", "pandas"):
    sys.modules[name] = None
import nn
model = nn.MLP(1, [2, 1], seed=0)
print(len(nn.fit(model, [[0.0], [1.0]], [0, 1], epochs=2, progress=False)), model.predict([[1.0]]))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.stdout.startswith("2 [")


def test_a_measurement_of_no_classes_has_no_accuracy():
    assert math.isnan(RecordedObjective(nn.Neuron(2), lambda p, y: p * y).measure(examples(X, Y, "X")).accuracy)
