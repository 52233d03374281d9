"""Law 10. Values hash and compare equal by identity; `< <= > >=` compare data; `bool(v)` is `bool(v.data)`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value

ORDERINGS = [operator.lt, operator.le, operator.gt, operator.ge]


def test_values_are_equal_by_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert not a == b  # noqa: SIM201
    assert a != 1.0  # type: ignore[comparison-overlap]
    assert np.float64(1.0) != a


def test_values_live_in_sets_dicts_and_lists() -> None:
    a, b, nan = Value(1.0), Value(1.0), Value(math.nan)
    assert len({a, b, a, nan, nan}) == 3
    grads = {a: 1, b: 2}
    assert (grads[a], grads[b]) == (1, 2)
    assert [b, a].index(a) == 1
    assert nan in [nan]
    assert b not in [a]


def test_the_hash_stays_while_data_grad_and_label_change() -> None:
    v = Value(1.0)
    held = {v}
    v.data, v.grad, v.label = 2.0, 3.0, "v"
    v.backward()
    assert v in held


@settings(max_examples=200)
@given(st.floats(), st.floats() | st.integers() | st.fractions())
@pytest.mark.parametrize("compare", ORDERINGS, ids=lambda f: f.__name__)
def test_orderings_are_those_of_the_data(compare: Callable[..., bool], x: float, y: Any) -> None:
    assert compare(Value(x), y) is compare(x, y)
    assert compare(y, Value(x)) is compare(y, x)
    if type(y) is float:
        assert compare(Value(x), Value(y)) is compare(x, y)


@pytest.mark.parametrize("number", [10**400, -(10**400), 2**53 + 1, Fraction(1, 10)], ids=lambda n: str(n)[:10])
def test_orderings_with_numbers_that_no_float_holds_are_pythons_own(number: Any) -> None:
    for x, compare in product([2.0**53, 0.1, math.inf, -math.inf, math.nan], ORDERINGS):
        assert compare(Value(x), number) is compare(x, number)
        assert compare(number, Value(x)) is compare(number, x)


@pytest.mark.parametrize("compare", ORDERINGS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("thing", ["1", None, [1.0], 1j], ids=repr)
def test_what_has_no_order_has_none_with_values(compare: Callable[..., bool], thing: Any) -> None:
    with pytest.raises(TypeError):
        compare(Value(1.0), thing)
    with pytest.raises(TypeError):
        compare(thing, Value(1.0))


def test_values_sort_and_pythons_max_picks_one() -> None:
    a, b, c = Value(3.0), Value(1.0), Value(2.0)
    assert sorted([a, b, c]) == [b, c, a]
    assert max(a, b, c) is a
    assert min([a, b, c]) is b


@given(st.floats())
def test_truth_is_that_of_the_data(x: float) -> None:
    assert bool(Value(x)) is bool(x)


def test_comparisons_record_nothing() -> None:
    a = Value(1.0)
    before = autograd.topological_order(a)
    _ = a < 2, a >= a, bool(a), a == a
    assert autograd.topological_order(a) == before == [a]


def test_a_value_is_what_it_was_made_of() -> None:
    v = Value(3, label="v")
    assert (v.data, v.grad, v.label, v.gate, v.inputs, v.local_gradients) == (3.0, 0.0, "v", None, (), ())
    assert (type(v.data), type(v.grad)) == (float, float)
    assert Value(1.0).label == ""


@pytest.mark.parametrize("name", ["inputs", "local_gradients"])
def test_what_was_recorded_is_not_assigned(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Value(1.0) + 1.0, name, ())


def test_a_misspelt_attribute_is_refused() -> None:
    with pytest.raises(AttributeError):
        Value(1.0).gradient = 1.0  # type: ignore[attr-defined]


def test_repr_shows_class_data_gradient_gate_and_label() -> None:
    a = Value(2.0, label="a")
    y = a * a
    y.backward()
    assert repr(a) == "Value(data=2.0, grad=4.0, label='a')"
    assert repr(y) == "Value(data=4.0, grad=1.0, gate='×')"
    assert repr((a * 3).inputs[1]) == "Constant(data=3.0, grad=0.0)"


def test_format_gives_the_number_where_a_format_is_asked_for() -> None:
    v = Value(3.14159, label="v")
    assert f"{v:.2f}" == "3.14"
    assert f"{v:10.1e}" == "   3.1e+00"
    assert f"{v}" == str(v) == repr(v)
