"""Early stopping counts the epochs since the best one, and goes back to it."""

from __future__ import annotations

import pytest

from nn import EarlyStopping, Parameter
from nn.objective import Measurement


@pytest.mark.parametrize(
    ("figures", "patience", "stops_after", "best"),
    [
        ([5, 4, 3, 2, 1], 1, None, 4),
        ([5, 4, 6, 3, 1], 1, 3, 1),
        ([5, 4, 6, 3, 4, 4], 2, 6, 3),
        ([5, 5, 5, 5], 3, 4, 0),  # as good as the best is not better
        ([5, 6, 6, 4, 7, 7, 7, 7], 3, 7, 3),
        ([float("inf"), 5, 6], 1, 3, 1),
        ([float("nan"), 5, float("nan"), 4, 6], 2, None, 3),
        ([float("nan"), float("nan")], 1, 2, 0),
    ],
)
@pytest.mark.parametrize("monitor", ["loss", "accuracy"])
def test_it_is_over_after_so_many_epochs_without_a_new_best(figures, patience, stops_after, best, monitor):
    w = Parameter(-1.0)
    stopping = EarlyStopping([w], patience, monitor)
    for epoch, figure in enumerate(figures):
        w.data = float(epoch)
        other = float(epoch % 2)  # of what is not monitored
        measured = Measurement(figure, other) if monitor == "loss" else Measurement(other, -figure)
        if stopping.is_over(measured):
            break
    assert epoch + 1 == (stops_after or len(figures))
    assert stopping.best_epoch == best
    stopping.restore()
    assert w.data == best


def test_before_the_first_epoch_there_is_nothing_to_go_back_to():
    w = Parameter(7.0)
    stopping = EarlyStopping([w], 1, "loss")
    stopping.restore()
    assert (w.data, stopping.best_epoch) == (7.0, None)
