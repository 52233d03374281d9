"""The main demo: what it claims of its data, its accuracy, its gradients and its picture is true."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from demos import breast_cancer
from demos.handout import Handout


@pytest.fixture(scope="module")
def trained():
    data = breast_cancer.load()
    return data, *breast_cancer.train(data, progress=False)


def test_data_are_split_80_20_and_standardised_by_the_training_part(trained):
    data, _, _ = trained
    assert (data.X.shape, data.X_held_out.shape) == ((455, 30), (114, 30))
    assert np.abs(data.X.mean(axis=0)).max() < 1e-12
    assert np.abs(data.X.std(axis=0) - 1).max() < 1e-12
    assert not np.array_equal(breast_cancer.load(seed=1).y, data.y)
    assert len({tuple(row) for row in [*data.X, *data.X_held_out]}) == 569


def test_at_least_095_of_the_held_out_part_is_right(trained):
    data, model, history = trained
    right = np.mean(np.array(model.predict(data.X_held_out)) == data.y_held_out)
    assert right == history.validation_accuracy[-1]
    assert right >= 0.95


def test_the_graph_gives_the_closed_form(trained):
    data, model, _ = trained
    gradient = breast_cancer.graph_gradient(model, data.X, data.y)
    assert gradient == pytest.approx(breast_cancer.closed_form(model, data.X, data.y), abs=1e-12)
    assert np.abs(gradient).max() > 1e-4


def test_the_drawn_neuron_is_the_trained_one(trained):
    data, model, _ = trained
    x, y = data.X_held_out[3], data.y_held_out[3]
    loss = breast_cancer.neuron_graph(model, x, y)
    (a,) = (node for node in autograd.topological_order(loss) if node.label == "a")
    assert a.data == pytest.approx(model(x).data, rel=1e-12)
    (z,) = a.inputs
    assert autograd.gradients(loss, [z])[0] == pytest.approx(a.data - y, rel=1e-12)


def test_a_wrong_gradient_is_not_passed_over(trained, monkeypatch, tmp_path):
    data, model, _ = trained
    monkeypatch.setattr(breast_cancer, "closed_form", lambda *_: np.zeros(31))
    with pytest.raises(ArithmeticError, match="off by"):
        breast_cancer._compare_gradients(Handout(tmp_path, "x", "Title"), model, data)
