"""The search keeps the rate that does best on validation data, from the same start for each."""

from __future__ import annotations

import math

import pytest

import nn
from nn import History, LearningRateSearch, search_learning_rate

X = [[-2.0, 0.3], [-1.0, -0.4], [1.0, 0.1], [2.0, 0.5]]
Y = [0, 0, 1, 1]
HELD_OUT = ([[-1.5, 0.0], [1.5, 0.0]], [0, 1])


def search(model, **options):
    return search_learning_rate(model, X, Y, **({"validation": HELD_OUT, "progress": False, "epochs": 5} | options))


def alone(rate, start, optimizer=nn.optimizers.SGD):
    model = nn.LogisticRegression(2).load_state_dict(start)
    history = nn.fit(model, X, Y, validation=HELD_OUT, epochs=5, progress=False,
                     optimizer=optimizer(model.parameters(), rate))  # fmt: skip
    return history, model.state_dict()


@pytest.mark.parametrize("optimizer", [nn.optimizers.SGD, nn.optimizers.Adam])
def test_every_rate_is_tried_from_the_same_start_and_the_best_is_kept(optimizer):
    model = nn.LogisticRegression(2, initializer=nn.initializers.xavier_uniform, seed=1)
    start = model.state_dict()
    found = search(model, optimizer=optimizer)
    assert list(found.histories) == [0.001, 0.01, 0.1, 1.0]
    for rate, history in found.histories.items():
        assert history == alone(rate, start, optimizer)[0]
    assert found.best == min(found.histories, key=lambda rate: found.histories[rate].validation_loss[-1])
    assert model.state_dict() == alone(found.best, start, optimizer)[1]


def test_of_equally_good_rates_the_first_is_kept():
    model = nn.LogisticRegression(2)
    assert search(model, rates=(1.0, 0.5, 0.1), monitor="accuracy").best == 1.0
    assert search(nn.LogisticRegression(2), rates=(0.1, 0.5, 1.0), monitor="accuracy").best == 0.1


def test_with_patience_the_best_epoch_counts():
    found = search(nn.LogisticRegression(2), validation=(HELD_OUT[0], [1, 0]), rates=(0.01, 1.0), patience=2)
    assert [history.best_epoch for history in found.histories.values()] == [0, 0]
    assert found.best == 0.01


def test_rates_that_diverge_are_left_out():
    model = nn.LinearRegression(2)
    found = search(model, rates=(1e200, 0.01), epochs=50)
    assert (found.best, found.diverged, list(found.histories)) == (0.01, [1e200], [0.01])


def test_if_every_rate_diverges_nothing_has_changed():
    model = nn.LinearRegression(2)
    with pytest.raises(FloatingPointError, match=r"diverged at every learning rate: 1e\+200, 1e\+250"):
        search(model, rates=(1e200, 1e250), epochs=50)
    assert set(model.state_dict().values()) == {0.0}


def test_an_interrupt_ends_the_search_with_the_best_so_far():
    class Interrupting(nn.optimizers.SGD):
        def step(self):
            if self.rate == 0.1 and self.steps == 2:
                raise KeyboardInterrupt
            super().step()

    model = nn.LogisticRegression(2)
    start = model.state_dict()
    found = search(model, optimizer=Interrupting, rates=(1.0, 0.1, 0.01))
    assert (list(found.histories), found.best) == ([1.0, 0.1], 1.0)
    assert model.state_dict() == alone(1.0, start)[1]


def test_an_interrupt_before_the_first_epoch_is_over_changes_nothing():
    class Interrupting(nn.optimizers.SGD):
        def step(self):
            super().step()
            raise KeyboardInterrupt

    model = nn.LogisticRegression(2)
    with pytest.raises(KeyboardInterrupt, match="before the first epoch"):
        search(model, optimizer=Interrupting)
    assert set(model.state_dict().values()) == {0.0}


@pytest.mark.parametrize("held_out", [lambda: 0.25, lambda: tuple(map(iter, HELD_OUT))], ids=["part", "pair"])
def test_examples_may_be_what_can_be_gone_through_once(held_out):
    from_lists, from_iterators = nn.LogisticRegression(2), nn.LogisticRegression(2)
    expected = search(from_lists, validation=0.25 if held_out() == 0.25 else HELD_OUT)
    found = search_learning_rate(from_iterators, map(iter, X), iter(Y), validation=held_out(), epochs=5, progress=False)
    assert found == expected
    assert from_iterators.state_dict() == from_lists.state_dict()


@pytest.mark.parametrize(
    ("options", "error", "advice"),
    [
        ({"rates": []}, ValueError, "rates has no candidates"),
        ({"rates": [0.1, 0.0]}, ValueError, "a learning rate is a number above 0, not 0.0"),
        ({"rates": [math.nan]}, ValueError, "a learning rate is a number above 0"),
        ({"rates": ["0.1"]}, TypeError, r"write float\('0.1'\)"),
        ({"validation": None}, ValueError, "judges by validation data"),
        (
            {"optimizer": nn.optimizers.Adam([nn.Parameter(1.0)])},
            TypeError,
            "optimizer=Adam, the class; only fit takes",
        ),
        ({"optimizer": "adam"}, TypeError, "optimizer is 'adam': write the class"),
        ({"monitor": "f1"}, ValueError, "monitor is one of"),
    ],
)
def test_wrong_use_says_what_to_write_and_changes_nothing(options, error, advice):
    model = nn.LogisticRegression(2)
    with pytest.raises(error, match=advice):
        search(model, **options)
    assert set(model.state_dict().values()) == {0.0}


def test_its_text_is_one_line_with_what_every_rate_reached():
    found = LearningRateSearch(
        0.1, {0.1: History(validation_loss=[0.5, 0.25, 0.3], loss=[1.0] * 3, best_epoch=1), 1.0: History()}, [10.0]
    )
    assert repr(found) == "LearningRateSearch(best 0.1; validation loss 0.25 at 0.1; diverged at 10)"
    by_accuracy = search(nn.LogisticRegression(2), rates=(1.0, 0.5), monitor="accuracy")
    assert repr(by_accuracy) == "LearningRateSearch(best 1; validation accuracy 1 at 1, 1 at 0.5)"


@pytest.mark.parametrize("monitor", ["loss", "accuracy"])
def test_it_is_drawn_with_a_line_for_every_rate(monitor):
    found = search(nn.LogisticRegression(2), rates=(0.001, 1.0), monitor=monitor)
    (axes,) = found.plot().axes
    lines = {line.get_label().removesuffix(" (best)"): list(line.get_ydata()) for line in axes.lines}
    assert lines == {
        f"{rate:g}": getattr(history, f"validation_{monitor}") for rate, history in found.histories.items()
    }
    assert [line.get_label() for line in axes.lines if "best" in line.get_label()] == [f"{found.best:g} (best)"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", f"validation {monitor}")
