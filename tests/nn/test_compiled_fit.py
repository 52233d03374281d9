"""Compiled training: the same training as recorded, only sooner; whatever cannot be compiled is recorded."""

from __future__ import annotations

import math
import random
import re
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn import compiled_objective, losses, optimizers, training_run
from nn.compiled_objective import NotCompiledError, compiled
from nn.examples import examples
from nn.objective import RecordedObjective

COUNT = 13
X = np.random.default_rng(1).normal(size=(COUNT, 3)).tolist()
TWO = [int(x[0] + x[1] > 0.1) for x in X]
SIGNS = [2 * y - 1 for y in TWO]
SOFT = [(i % 5) / 4 for i in range(COUNT)]
NUMBERS = [x[0] - 2 * x[2] for x in X]
THREE = [i % 3 for i in range(COUNT)]
ONE_HOT = [[float(k == y) for k in range(3)] for y in THREE]
LABELS = [[i % 2, (i // 2) % 2, 0.25] for i in range(COUNT)]
PAIRS = [[x[0], x[1] * x[2]] for x in X]

BACKENDS = ["python", "numpy", pytest.param("llvm", marks=pytest.mark.skipif(not find_spec("llvmlite"), reason="llvm"))]

MODELS = {
    "logistic": (lambda: nn.LogisticRegression(3, nn.initializers.xavier_uniform, seed=1), TWO),
    "soft labels": (lambda: nn.LogisticRegression(3), SOFT),
    "linear": (lambda: nn.LinearRegression(3), NUMBERS),
    "signs": (lambda: nn.LinearClassifier(3), SIGNS),
    "softmax": (lambda: nn.SoftmaxRegression(3, 3, nn.initializers.xavier_uniform, seed=1), THREE),
    "one-hot": (lambda: nn.SoftmaxRegression(3, 3), ONE_HOT),
    "labels": (lambda: nn.MultiLabelClassifier(3, 3), LABELS),
    "perceptron": (lambda: nn.MLP(3, [5, 4, 1], seed=1), TWO),
    "perceptron of signs": (lambda: nn.MLP(3, [5, 1], activation="tanh", output="sign", seed=1), SIGNS),
    "perceptron of classes": (lambda: nn.MLP(3, [5, 3], output="softmax", seed=1), THREE),
    "perceptron of labels": (lambda: nn.MLP(3, [4, 3], activation="sigmoid", seed=1), LABELS),
    "perceptron of numbers": (lambda: nn.MLP(3, [4, 2], activation="tanh", output="identity", seed=1), PAIRS),
    "dropout": (lambda: nn.MLP(3, [6, 5, 1], dropout=0.4, seed=1), TWO),
    "neuron": (lambda: nn.Neuron(3, "tanh", seed=1), NUMBERS),
}
LOSSES = {
    "logistic": [losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits, losses.squared_error],
    "soft labels": [losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits],
    "linear": [losses.squared_error, losses.half_squared_error],
    "signs": [losses.hinge, losses.binary_softmax],
    "softmax": [losses.cross_entropy, losses.cross_entropy_of_probabilities],
    "one-hot": [losses.cross_entropy, losses.cross_entropy_of_probabilities, losses.squared_error],
    "labels": [losses.multilabel_cross_entropy, losses.multilabel_cross_entropy_with_logits],
    "neuron": [losses.squared_error],
}
OPTIMIZERS = {
    "sgd": optimizers.SGD,
    "momentum": lambda parameters: optimizers.SGD(parameters, learning_rate=0.05, momentum=0.9),
    "adagrad": lambda parameters: optimizers.AdaGrad(parameters, learning_rate=0.1),
    "adam": lambda parameters: optimizers.Adam(parameters, learning_rate=0.02),
}


def trained(make, y, compiles, optimizer=optimizers.SGD, epochs=6, **options):
    model = make()
    options = {"batch_size": 4, "progress": False, "validation": 0.2, **options}
    history = nn.fit(
        model, X, y, compile=compiles, epochs=epochs, optimizer=optimizer(model.parameters()), seed=5, **options
    )
    return history, list(model.state_dict().values())


def same(make, y, **options):
    """Train both ways, and make sure that it comes to the same."""
    (recorded, expected), (replayed, found) = (trained(make, y, compiles, **options) for compiles in (False, True))
    assert recorded.compiled is None
    assert replayed.compiled in ("python", "numpy", "llvm"), replayed.recorded_because
    scale = max(map(abs, expected))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)
    assert replayed.loss == pytest.approx(recorded.loss, rel=1e-9)
    assert replayed.validation_loss == pytest.approx(recorded.validation_loss, rel=1e-9)
    for compared in ("accuracy", "validation_accuracy"):
        assert getattr(replayed, compared) == pytest.approx(getattr(recorded, compared), nan_ok=True)
    assert len(set(recorded.loss)) > 1  # it did train
    return replayed


@pytest.fixture(params=BACKENDS)
def backend(request, monkeypatch):
    monkeypatch.setattr(compiled_objective, "backend", lambda *_: request.param)
    return request.param


# --- the same training ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "loss"),
    [(name, loss) for name in MODELS for loss in LOSSES.get(name, [None])],
    ids=lambda x: x if isinstance(x, str) else getattr(x, "__name__", "default"),
)
def test_every_model_and_loss_trains_as_recorded(name, loss, backend):
    assert same(*MODELS[name], loss=loss, l2=0.01).compiled == backend


@pytest.mark.parametrize("name", ["logistic", "perceptron of classes", "dropout"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("batch_size", [1, 4, 10])  # 10 examples are left to train on: 4 leaves a rest
def test_every_option_trains_as_recorded(name, optimizer, reduction, l2, batch_size):
    same(
        *MODELS[name],
        optimizer=OPTIMIZERS[optimizer],
        reduction=reduction,
        l2=l2,
        batch_size=batch_size,
        epochs=4,
    )


def test_every_loss_there_is_is_tried():
    others = {"Loss", "of_scores", "takes_scores", "zero_one"}
    assert {loss.__name__ for some in LOSSES.values() for loss in some} == set(losses.__all__) - others


def test_the_same_seed_gives_the_same_bits(backend):
    for name in ("dropout", "perceptron of classes"):
        (_, first), (_, again) = (trained(*MODELS[name], True) for _ in range(2))
        assert first == again


@pytest.mark.parametrize("name", ["logistic", "softmax", "labels", "perceptron of signs", "perceptron of classes"])
def test_measurements_are_those_of_recording_to_the_bit(name, backend):
    make, y = MODELS[name]
    model = make()
    history = nn.fit(model, X, y, epochs=5, batch_size=4, compile=True, progress=False)
    assert history.compiled == backend
    assert (history.loss[-1], history.accuracy[-1]) == nn.evaluate(model, X, y)


def test_a_score_that_cancels_to_zero_decides_as_it_does_without_a_program(backend):
    model = nn.LogisticRegression(2, lambda *_: 0.1)
    rows = [[0.1 * i, -0.1 * i] for i in range(1, 40)]  # 0.1·x - 0.1·x, which is not 0 where it is rounded once
    found = examples(rows, [1] * 38 + [0], "X")
    measured = compiled(RecordedObjective(model, None), found, 4, 1, wanted=True).measure(found)
    assert measured.accuracy == 38 / 39


def test_early_stopping_and_tolerance_stop_at_the_same_epoch():
    make, y = MODELS["logistic"]
    contrary = (X, [1 - target for target in y])
    for options in (
        {"patience": 3, "validation": contrary},
        {"tolerance": 1e-3, "batch_size": COUNT, "validation": None},
    ):
        (recorded, expected), (replayed, found) = (
            trained(make, y, compiles, epochs=200, **options) for compiles in (False, True)
        )
        assert replayed.compiled
        assert len(replayed) == len(recorded) < 200
        assert (replayed.best_epoch, replayed.converged) == (recorded.best_epoch, recorded.converged)
        assert found == pytest.approx(expected, rel=1e-9)


class Parabola(nn.Model):
    """A model of one's own, with a leaf that is no parameter of it."""

    output = nn.outputs.Number()

    def __init__(self):
        self.a, self.b = nn.Parameter(1.0), nn.Parameter(0.0)
        self.unused = nn.Parameter(3.0)
        self.offset = Value(0.5)

    def scores(self, x):
        return self.a * autograd.square(x[0]) + self.b * x[1] + self.offset


def test_a_model_and_a_loss_of_ones_own_are_compiled_if_asked_for(backend):
    assert same(Parabola, NUMBERS, loss=lambda p, y: autograd.maximum(p - y, 0.3 * (y - p))).compiled == backend


def test_the_parameters_are_up_to_date_at_every_step():
    visited = []

    class Watched(optimizers.SGD):
        def step(self):
            super().step()
            visited.append([parameter.data for parameter in self.parameters])

    history, last = trained(*MODELS["logistic"], True, optimizer=Watched, epochs=2)
    assert history.compiled
    assert len({tuple(point) for point in visited}) == len(visited) == 6
    assert visited[-1] == last


def test_an_interrupt_keeps_the_last_whole_step():
    class Interrupting(optimizers.SGD):
        def step(self):
            if self.steps == 7:
                raise KeyboardInterrupt
            super().step()

    (recorded, expected), (replayed, found) = (
        trained(*MODELS["logistic"], compiles, optimizer=Interrupting) for compiles in (False, True)
    )
    assert replayed.compiled
    assert replayed.interrupted
    assert len(replayed) == len(recorded) == 2
    assert found == pytest.approx(expected, rel=1e-12)


# --- what is not finite -----------------------------------------------------------------------------------------------


class Line(nn.Module):
    def __init__(self):
        self.w = nn.Parameter(1.0, label="w")

    def forward(self, x):
        return self.w * x[0]


class Quarters:
    """Takes a parameter to 0 in four steps."""

    def __init__(self, parameters):
        (self.w,) = parameters

    def step(self):
        self.w.data -= 0.25

    def zero_grad(self):
        self.w.grad = 0.0


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda p, y: 1.0 / p, r"became inf \(÷ gave inf of .*0.0\) at epoch 2, batch 2"),
        (lambda p, y: autograd.log(p), r"became -inf \(log gave -inf of input = 0.0\) at epoch 2, batch 2"),
        (lambda p, y: autograd.sqrt(p), r"backward through √ gave inf at input = 0.0 at epoch 2, batch 2"),
    ],
    ids=["value", "log", "gradient"],
)
def test_what_is_not_finite_names_epoch_batch_and_gate(loss, message, backend, monkeypatch):
    model = Line()
    replayed, replay = [], compiled_objective.CompiledObjective._replayed
    monkeypatch.setattr(
        compiled_objective.CompiledObjective, "_replayed", lambda *given: replayed.append(given) or replay(*given)
    )
    with pytest.raises(FloatingPointError, match=message):
        nn.fit(
            model, [[1.0], [2.0], [3.0], [4.0], [5.0]], [0.0] * 5, loss=loss, optimizer=Quarters(model.parameters()),
            batch_size=2, compile=True, progress=False,
        )  # fmt: skip
    assert len(replayed) == 1 + 5  # one to make sure, and the steps
    assert model.w.data == 0.0  # as the last step left it


def test_batches_that_only_recording_gets_right_are_recorded(backend, monkeypatch):
    """Where p is 1, a program for all targets has 0 · log 0 in it, and the recorded loss of class 1 has not."""
    recorded_batches = []
    recording = RecordedObjective.cost_and_gradients
    monkeypatch.setattr(
        RecordedObjective,
        "cost_and_gradients",
        lambda self, batch: recorded_batches.append(len(batch)) or recording(self, batch),
    )

    def run(compiles):
        model = nn.LogisticRegression(1)
        rows, y = [[1.0], [2.0], [40.0], [-1.0], [-2.0], [-3.0]], [1, 1, 1, 0, 0, 0]
        history = nn.fit(
            model, rows, y, loss=losses.binary_cross_entropy, batch_size=2, compile=compiles, epochs=5, progress=False
        )
        return history, list(model.state_dict().values())

    recorded, expected = run(False)
    del recorded_batches[:]
    replayed, found = run(True)
    assert replayed.compiled == backend
    assert 2 in recorded_batches
    assert len(recorded_batches) < 15
    assert found == pytest.approx(expected, rel=1e-9)
    assert replayed.loss == pytest.approx(recorded.loss, rel=1e-9)


def test_a_dropout_that_was_drawn_is_not_drawn_again_for_recording(backend):
    make, y = MODELS["dropout"]
    model = make()
    recorded = RecordedObjective(model, None)
    found = examples(X, y, "X")
    objective = compiled(recorded, found, 4, 1, wanted=True)
    model.train()
    model.dropout.random.seed(3)
    expected = recorded.cost_and_gradients(found[:4])
    objective._replayed = lambda batch, factors: (math.nan, [])
    model.dropout.random.seed(3)
    assert objective.cost_and_gradients(found[:4]) == expected


# --- what is not compiled ---------------------------------------------------------------------------------------------


class Branching(Parabola):
    def scores(self, x):
        score = super().scores(x)
        return score if score > 0.0 else -0.1 * score


class Noisy(Parabola):
    def __init__(self):
        super().__init__()
        self.random = random.Random(4)

    def scores(self, x):
        return super().scores(x) * self.random.random()


class Ahead(Parabola):
    """Computes with its parameters once, for all examples to come."""

    def __init__(self):
        super().__init__()
        self.twice = 2.0 * self.a

    def scores(self, x):
        return self.twice * x[0]


class Scaled(Parabola):
    """Takes the number out of a Value."""

    def scores(self, x):
        return self.a * math.exp(x[0].data)


@pytest.mark.parametrize(
    ("make", "y", "options", "reason"),
    [
        (Parabola, NUMBERS, {"compiles": None}, "Parabola is a class of your own: write compile=True"),
        (
            MODELS["linear"][0],
            NUMBERS,
            {"compiles": None, "loss": lambda p, y: (p - y) ** 2},
            "the loss is a function of your own: write compile=True",
        ),
        (MODELS["linear"][0], NUMBERS, {"compiles": None, "epochs": 9}, "too few examples"),
        (Branching, NUMBERS, {}, r"test_compiled_fit.py:\d+: a branch on a number"),
        (Scaled, NUMBERS, {}, "has no number while a program is recorded"),
        (Ahead, NUMBERS, {}, "computed before"),
        (Noisy, NUMBERS, {}, "other numbers than recording"),
        (
            MODELS["linear"][0],
            NUMBERS,
            {"loss": lambda p, y: autograd.square(p - y) if y > 0.0 else autograd.relu(p)},
            "a branch on a number",
        ),
    ],
    ids=["own model", "own loss", "few", "branch", "float", "ahead", "noise", "loss"],
)
def test_what_cannot_be_compiled_is_recorded_to_the_bit(make, y, options, reason):
    options = {"compiles": True, "epochs": 10, **options}
    history, found = trained(make, y, **options)
    recorded, expected = trained(make, y, **{**options, "compiles": False})
    assert history.compiled is None
    assert recorded.recorded_because == ""
    assert re.search(reason, history.recorded_because)
    if make is not Noisy:  # whose numbers differ from call to call
        assert found == expected
        assert history.loss == recorded.loss


def test_under_strict_every_gate_is_looked_at():
    with autograd.strict():
        history, _ = trained(*MODELS["logistic"], True)
    assert history.compiled is None
    assert "strict()" in history.recorded_because


def test_what_is_no_distribution_is_looked_at_in_every_batch():
    """Three numbers that happen to be probabilities at first."""
    model = nn.MLP(3, [3], output="identity", seed=0)
    start = {name: 1.0 / 3.0 if name.endswith("bias") else 0.0 for name in model.state_dict()}
    with pytest.raises(ValueError, match="probabilities that add up to 1"):
        nn.fit(model.load_state_dict(start), X * 20, ONE_HOT * 20,
               loss=losses.cross_entropy_of_probabilities, progress=False)  # fmt: skip


def test_targets_of_several_forms_are_recorded():
    recorded = RecordedObjective(nn.SoftmaxRegression(3, 3), None)
    with pytest.raises(NotCompiledError, match="numbers and lists"):
        compiled(recorded, examples(X, [*THREE[:-1], ONE_HOT[-1]], "X"), 4, 1, wanted=True)


def test_a_program_that_gives_other_numbers_is_not_used(monkeypatch):
    replayed = compiled_objective.CompiledObjective._replayed

    def wrong(self, batch, factors):
        cost, (first, *others) = replayed(self, batch, factors)
        return cost, [first * (1 + 1e-8), *others]

    monkeypatch.setattr(compiled_objective.CompiledObjective, "_replayed", wrong)
    history, _ = trained(*MODELS["logistic"], True)
    assert "other numbers" in history.recorded_because


class Gamma(autograd.Gate):
    """A forward that only floats go through."""

    def forward(self, x):
        return math.gamma(x)

    def local_gradients(self, out, x):
        return (out * 0.3,)


@pytest.mark.parametrize("backend", ["numpy", "python"], indirect=True)
def test_a_gate_of_ones_own_is_compiled_where_a_backend_can(backend):
    def loss(p, y):
        return Gamma()(1.5 + autograd.sigmoid(p)) * y * y

    history, found = trained(MODELS["linear"][0], NUMBERS, True, loss=loss)
    assert history.compiled == (None if backend == "numpy" else "python")
    assert found == pytest.approx(trained(MODELS["linear"][0], NUMBERS, False, loss=loss)[1], rel=1e-9)


# --- around it --------------------------------------------------------------------------------------------------------


def test_making_sure_leaves_the_model_as_it_was():
    make, y = MODELS["dropout"]
    model = make()
    for number, parameter in enumerate(model.parameters()):
        parameter.grad = float(number)
    model.train().dropout.eval()
    state = model.state_dict()
    compiled(RecordedObjective(model, None), examples(X, y, "X"), 4, 1, wanted=True)
    assert model.state_dict() == state
    assert [parameter.grad for parameter in model.parameters()] == list(map(float, range(len(state))))
    assert (model.training, model.dropout.training) == (True, False)


@pytest.mark.parametrize(("compiles", "title"), [(True, "fit (compiled, python)"), (False, "fit")])
def test_the_progress_bar_says_how(compiles, title, monkeypatch):
    titles = []

    class Bar(list):
        def __init__(self, epochs, *, desc, **_):
            super().__init__(epochs)
            titles.append(desc)

        def set_postfix(self, **_):
            pass

        def close(self):
            pass

    monkeypatch.setattr(training_run, "_bars", lambda progress: Bar)
    trained(*MODELS["logistic"], compiles)
    assert titles == [title]


@pytest.mark.parametrize(
    ("products", "total", "absent", "expected"),
    [
        (100, 10**5, (), "python"),
        (10**4, 10**6, (), "numpy"),
        (10**4, 10**8, (), "llvm"),
        (100, 10**8, (), "llvm"),
        (10**4, 10**8, ("llvm",), "numpy"),
        (100, 10**8, ("llvm",), "python"),
        (10**4, 10**8, ("numpy",), "python"),
    ],
)
def test_the_backend_depends_on_the_size_and_on_what_is_installed(products, total, absent, expected, monkeypatch):
    monkeypatch.setattr("autograd.program.backends.is_installed", lambda name: name not in absent)
    assert compiled_objective.backend(products, total) == expected


def test_without_numpy_training_is_compiled_to_python():
    program = """
import sys
for name in ("numpy", "llvmlite"):
    sys.modules[name] = None
import nn
model = nn.MLP(2, [6, 3], output="softmax", dropout=0.2, seed=0)
X = [[i * 0.3 % 1.0, i * 0.7 % 1.0] for i in range(40)]
history = nn.fit(model, X, [i % 3 for i in range(40)], epochs=4, l2=0.01, progress=False)
print(history.compiled, history.recorded_because, history.loss[-1].hex())
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    name, loss = run.stdout.split()
    model = nn.MLP(2, [6, 3], output="softmax", dropout=0.2, seed=0)
    rows = [[i * 0.3 % 1.0, i * 0.7 % 1.0] for i in range(40)]
    history = nn.fit(model, rows, [i % 3 for i in range(40)], epochs=4, l2=0.01, compile=False, progress=False)
    assert name == "python"
    assert float.fromhex(loss) == pytest.approx(history.loss[-1], rel=1e-9)


def test_compile_is_yes_no_or_by_default():
    with pytest.raises(TypeError, match="compile is True, False or None, not 'numpy'"):
        trained(*MODELS["logistic"], "numpy")
