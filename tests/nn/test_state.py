"""State: every float comes back to the bit, and what does not fit changes nothing."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import Parameter

SPECIAL = [math.nan, math.inf, -math.inf, -0.0, 0.0, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3]


class Numbers(nn.Module):
    def __init__(self, numbers):
        self.numbers = [Parameter(number) for number in numbers]


def bits(model):
    return [struct.pack("d", parameter.data) for parameter in model.parameters()]


@given(st.lists(st.floats() | st.sampled_from(SPECIAL), max_size=9))
def test_floats_come_back_to_the_bit(tmp_path_factory, numbers):
    saved = Numbers([math.nan if x != x else x for x in numbers])
    path = tmp_path_factory.mktemp("state") / "model.json"
    assert saved.save(path) == str(path)
    loaded = Numbers([7.0] * len(numbers))
    assert loaded.load(path) is loaded
    assert bits(loaded) == bits(saved)


def test_the_file_is_valid_json_of_names_and_numbers(tmp_path):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    path = Numbers([math.nan, -math.inf, -0.0, 0.25]).save(tmp_path / "model.json")
    content = json.loads((tmp_path / "model.json").read_text("utf-8"), parse_constant=refuse)
    assert path.endswith("model.json")
    assert (content["format"], content["version"], content["of"]) == ("gatewise state", 1, "Numbers")
    assert content["state"] == {"numbers.0": "nan", "numbers.1": "-inf", "numbers.2": 0.0, "numbers.3": 0.25}


def test_a_trained_model_predicts_the_same_after_loading(tmp_path):
    X, y = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0], [-1.0, 0.3]], [0, 1, 2, 0]
    model, other = (nn.MLP(2, [4, 3], output="softmax", seed=seed) for seed in (1, 2))
    nn.fit(model, X, y, progress=False)
    model.save(tmp_path / "model.json")
    assert other.predict_probabilities(X) != model.predict_probabilities(X)
    assert other.load(tmp_path / "model.json").predict_probabilities(X) == model.predict_probabilities(X)


def test_a_state_dict_is_a_copy():
    model = nn.LogisticRegression(1)
    state = model.state_dict()
    model.neuron.bias.data = 5.0
    assert state == {"neuron.weights.0": 0.0, "neuron.bias": 0.0}
    assert model.load_state_dict(state).neuron.bias.data == 0.0


def test_a_shared_parameter_is_saved_once():
    shared = Parameter(1.0)
    model = nn.Module()
    model.first, model.second = shared, shared
    assert model.state_dict() == {"first": 1.0}


def test_two_parameters_of_one_path_are_refused():
    model = nn.Module()
    model.weights = {1: Parameter(1.0), "1": Parameter(2.0)}
    with pytest.raises(ValueError, match="two parameters of the same path"):
        model.state_dict()
    with pytest.raises(ValueError, match="two parameters of the same path"):
        model.load_state_dict({"weights.1": 3.0})
    assert [parameter.data for parameter in model.parameters()] == [1.0, 2.0]


GOOD = {"neuron.weights.0": 1.0, "neuron.weights.1": 2.0, "neuron.bias": 3.0}


@pytest.mark.parametrize(
    ("state", "error", "advice"),
    [
        (
            {"neuron.bias": 1.0},
            ValueError,
            "fit LogisticRegression: it lacks neuron.weights.0, neuron.weights.1$",
        ),
        (GOOD | {"neuron.weights.2": 1.0}, ValueError, "it has unexpected neuron.weights.2$"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, ValueError, "lacks neuron.* and has unexpected a, b, c and 1 more$"),
        (GOOD | {"neuron.bias": [1.0]}, TypeError, "the state's neuron.bias must be a number, not a list"),
        (GOOD | {"neuron.bias": "1.0"}, TypeError, "neuron.bias must be a number, not the str"),
        (GOOD | {"neuron.bias": True}, TypeError, "neuron.bias must be a number, not the bool"),
        (GOOD | {"neuron.bias": None}, TypeError, "neuron.bias must be a number, not None"),
        (list(GOOD.values()), TypeError, "a dict of numbers by name"),
        (nn.LogisticRegression(2), TypeError, "a dict of numbers by name"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state, error, advice):
    model = nn.LogisticRegression(2)
    with pytest.raises(error, match=advice) as caught:
        model.load_state_dict(state)
    assert "\n" not in str(caught.value)
    assert set(model.state_dict().values()) == {0.0}


def saved(**changes):
    return json.dumps({"format": "gatewise state", "version": 1, "of": "LogisticRegression", "state": GOOD} | changes)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "no JSON, or only a part"),
        (saved()[:60], "no JSON, or only a part"),
        ("\x80PICKLE", "no JSON, or only a part"),
        ("[" * 100_000, "no JSON, or only a part"),
        ("[]", "not what save"),
        ('{"weights": [1, 2]}', "not what save"),
        (saved(format="other"), "not what save"),
        (saved(version=2), "of version 2, and this release reads version 1"),
        (saved(version=True), "of version True"),
        (saved(version=None), "of version None"),
        (saved(state=[1.0, 2.0, 3.0]), "state is no object"),
        (saved(state={}), "lacks neuron.weights.0"),
        (saved().replace('"neuron.bias": 3.0', '"neuron.bias": 3.0, "neuron.bias": 4.0'), "each by a name of its own"),
        (saved().replace('"version"', '"format": "gatewise state", "version"'), "not what save"),
        (saved(state=GOOD | {"a\nb": 1.0}), r"has unexpected 'a\\nb'$"),
        (saved(state=GOOD | {"neuron.bias": "NaN"}), "neuron.bias must be a number, not the str"),
        (saved(state=GOOD | {"neuron.bias": {}}), "neuron.bias must be a number, not a dict"),
        (saved(state=GOOD | {"neuron.bias": 10**400}), "beyond 1.8e308"),
    ],
)
def test_a_file_that_is_no_state_changes_nothing(text, advice, tmp_path):
    path = tmp_path / "model.json"
    path.write_text(text, encoding="latin-1")
    model = nn.LogisticRegression(2)
    with pytest.raises(ValueError, match=advice) as caught:
        model.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert set(model.state_dict().values()) == {0.0}


def test_the_good_file_of_these_tests_is_good(tmp_path):
    (tmp_path / "model.json").write_text(saved())
    assert nn.LogisticRegression(2).load(tmp_path / "model.json").state_dict() == GOOD


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    model, path = nn.LogisticRegression(2), tmp_path / "model.json"
    model.save(path)
    before = path.read_bytes()
    model.neuron.bias.data = 1.0

    def full(self, content):
        self.touch()
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        model.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["model.json"]


def test_folders_are_not_made_up(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it first"):
        nn.Neuron(1).save(tmp_path / "no" / "model.json")
    with pytest.raises(FileNotFoundError):
        nn.Neuron(1).load(tmp_path / "model.json")
