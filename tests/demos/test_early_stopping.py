"""Both rules end training in time, and the second goes back to the best epoch."""

from __future__ import annotations

from itertools import pairwise

import pytest

from demos import early_stopping
from demos.early_stopping import PATIENCE, TOLERANCES


@pytest.fixture(scope="module")
def stopped():
    return early_stopping.by_validation()


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_training_ends_with_the_first_epoch_that_gains_less_than_the_tolerance(tolerance):
    history = early_stopping.by_tolerance(tolerance)
    gains = [earlier - later for earlier, later in pairwise(history.loss)]
    assert history.converged
    assert 0.0 <= gains[-1] < tolerance <= min(gains[:-1])


@pytest.mark.parametrize(
    ("rule", "worse"),
    [
        ("validation loss", lambda history: history.validation_loss),
        ("validation accuracy", lambda history: [-accuracy for accuracy in history.validation_accuracy]),
    ],
)
def test_training_ends_when_the_patience_is_over_and_goes_back_to_the_best_epoch(stopped, rule, worse):
    history = stopped[rule].history
    figures = worse(history)
    assert len(history) == stopped[rule].kept + 1 + PATIENCE < early_stopping.EPOCHS
    assert figures.index(min(figures)) == stopped[rule].kept


def test_the_rules_watch_one_and_the_same_training(stopped):
    full = stopped["none"].history
    assert len(full) == early_stopping.EPOCHS
    for each in stopped.values():
        assert full.validation_loss[: len(each.history)] == each.history.validation_loss


def test_without_stopping_the_network_overfits(stopped):
    full = stopped["none"]
    assert full.history.loss[-1] < 0.05
    for rule in ("validation loss", "validation accuracy"):
        assert stopped[rule].history.loss[stopped[rule].kept] > full.history.loss[-1]
        assert stopped[rule].held_out_loss < 0.7 * full.held_out_loss
