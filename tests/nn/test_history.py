"""A history is whole epochs, and can be drawn."""

from __future__ import annotations

import math
import sys

import pytest

import nn
from demos import handout
from nn import History

X, Y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]


def lines(axes):
    return {line.get_label(): list(line.get_ydata()) for line in axes.lines if line.get_label() != "best epoch"}


def trained(model, y=Y, **options):
    return nn.fit(model, X, y, epochs=6, progress=False, **options)


def test_a_classifier_is_drawn_with_losses_and_accuracies():
    history = trained(nn.LogisticRegression(1), validation=(X, Y), patience=50)
    figure = history.plot()
    losses, accuracies = figure.axes
    assert lines(losses) == {"training": history.loss, "validation": history.validation_loss}
    assert lines(accuracies) == {"training": history.accuracy, "validation": history.validation_accuracy}
    assert [list(line.get_xdata()) for line in losses.lines[:2]] == [[1, 2, 3, 4, 5, 6]] * 2
    (best,) = [line for line in losses.lines if line.get_label() == "best epoch"]
    assert set(best.get_xdata()) == {history.best_epoch + 1}
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "accuracy"]
    assert [line.get_color() for line in losses.lines[:2]] == [handout.BLUE, handout.ORANGE]
    assert figure.axes[-1].get_xlabel() == "epoch"


def test_a_regression_is_drawn_with_losses_alone():
    history = trained(nn.LinearRegression(1))
    (axes,) = history.plot().axes
    assert lines(axes) == {"training": history.loss}


def test_the_figure_is_written_to_a_file_and_not_kept(tmp_path):
    from matplotlib import pyplot

    trained(nn.LogisticRegression(1)).plot().savefig(tmp_path / "history.svg")
    assert (tmp_path / "history.svg").stat().st_size > 1000
    assert pyplot.get_fignums() == []


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "gatewise\[demos\]"'):
        History(loss=[1.0], accuracy=[math.nan]).plot()


def test_a_history_without_epochs_has_nothing_to_draw():
    with pytest.raises(ValueError, match="after training"):
        History().plot()


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (History(), "History(0 epochs)"),
        (History(loss=[0.25], accuracy=[math.nan]), "History(1 epoch, loss 0.25)"),
        (
            History(loss=[0.6789123, 0.5] * 1000, accuracy=[0.5, 1.0] * 1000, converged=True),
            "History(2,000 epochs, loss 0.6789 → 0.5, accuracy 0.5 → 1, converged)",
        ),
        (
            History([3.0, 2.0], [math.nan] * 2, [4.0, 1e-9], [math.nan] * 2, interrupted=True, best_epoch=1),
            "History(2 epochs, loss 3 → 2, validation loss 4 → 1e-09, best_epoch 1, interrupted)",
        ),
    ],
)
def test_its_text_is_one_line_whatever_its_length(history, text):
    assert repr(history) == text
