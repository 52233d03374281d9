"""Law 4. Floats behave as IEEE 754 has it: arithmetic never raises and is never complex; nan in, nan out. A strict mode
raises at the first result that is not finite and names gate, inputs and label.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import NonFiniteError, Value
from tests.engine.catalogue import CATALOGUE, Entry, of_any_floats
from tests.engine.closeness import bits

inf, nan = math.inf, math.nan

edges = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 5e-324, -5e-324, 2.2e-308, 1.8e308, -1.8e308, inf, -inf, nan]
)
any_float = st.floats() | edges

every_gate = pytest.mark.parametrize("entry", CATALOGUE, ids=repr)

PRODUCTS = ("*", "chain product")
DECISIONS = (">", ">=", "detach")
"""What programs decide by: through them no gradient flows at all."""
"""Where the plain product rule holds, also at nan: ∂(a·b)/∂a is b."""


@every_gate
@settings(max_examples=120)
@given(data=st.data())
def test_no_float_makes_a_gate_raise_or_give_anything_but_floats(entry: Entry, data: st.DataObject) -> None:
    leaves = [Value(x) for x in data.draw(of_any_floats(entry, any_float))]
    out = entry.call(*leaves)
    assert type(out.data) is float
    assert all(type(slope) is float for slope in out.local_gradients)
    out.backward()
    assert all(type(leaf.grad) is float for leaf in leaves)
    for first in autograd.gradient_graph(out, leaves):
        assert all(type(second) is float for second in autograd.gradients(first, leaves))


@every_gate
@settings(max_examples=100)
@given(data=st.data())
def test_a_nan_input_gives_nan_in_value_and_gradient(entry: Entry, data: st.DataObject) -> None:
    inputs = list(data.draw(of_any_floats(entry, any_float)))
    inputs[data.draw(st.integers(0, len(inputs) - 1))] = nan
    out = entry.call(*map(Value, inputs))
    slopes = dict(enumerate(out.local_gradients))
    if entry.name == "where":  # it looks at one branch only; the condition nan is not 0
        condition, a, b = inputs
        taken = 2 if condition == 0.0 else 1
        assert bits(out.data) == bits((a, b)[taken - 1])
        slopes = {taken: slopes[taken]} if out.data != out.data else {}
    elif entry.name in (*PRODUCTS, *DECISIONS, "x**0.0"):
        slopes = {}
    elif entry.name not in ("**", "hypot"):  # 1 ** nan and nan ** 0 are 1, hypot(inf, nan) is inf
        assert bits(out.data) == "nan"
    assert all(bits(slope) == "nan" for slope in slopes.values())


@every_gate
@settings(max_examples=100)
@given(data=st.data())
def test_a_nan_value_never_carries_a_finite_slope(entry: Entry, data: st.DataObject) -> None:
    out = entry.call(*map(Value, data.draw(of_any_floats(entry, any_float))))
    if bits(out.data) == "nan" and entry.name not in (*PRODUCTS, *DECISIONS, "where"):
        assert {bits(slope) for slope in out.local_gradients} == {"nan"}


@given(any_float, any_float)
def test_products_follow_the_plain_product_rule_also_at_nan(a: float, b: float) -> None:
    assert list(map(bits, (Value(a) * Value(b)).local_gradients)) == [bits(b), bits(a)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda v: v(1000.0).exp(), inf),
        (lambda v: v(0.0).log(), -inf),
        (lambda v: 1 / v(0.0), inf),
        (lambda v: 1 / v(-0.0), -inf),
        (lambda v: v(-2.0) ** 0.5, nan),
        (lambda v: v(-2.0) ** v(0.5), nan),
        (lambda v: (-2.0) ** v(0.5), nan),
        (lambda v: v(2.0) ** 1024, inf),
        (lambda v: v(-2.0) ** 1025, -inf),
        (lambda v: v(-0.0) ** -1, -inf),
        (lambda v: v(-0.0) ** -2, inf),
        (lambda v: v(-0.0) ** -0.5, inf),
        (lambda v: v(0.0) ** -1, inf),
        (lambda v: v(1e308) * 10, inf),
        (lambda v: v(1e308) + 1e308, inf),
        (lambda v: v(-1.0).sqrt(), nan),
        (lambda v: v(0.0) / 0, nan),
        (lambda v: -1 / v(0.0), -inf),
        (lambda v: v(nan) / 0, nan),
        (lambda v: v(inf).sin(), nan),
    ],
)
def test_out_of_range_is_infinite_and_out_of_the_domain_is_nan(call: Callable[..., Value], expected: float) -> None:
    assert bits(call(Value).data) == bits(expected)


@given(any_float)
def test_values_agree_with_numpy_on_every_float(x: float) -> None:
    with np.errstate(all="ignore"):
        for name in (
            "exp",
            "expm1",
            "log",
            "log1p",
            "sqrt",
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
            "sign",
            "square",
        ):
            ours, numpys = getattr(Value(x), name)().data, float(getattr(np, name)(np.float64(x)))
            assert bits(ours) == bits(numpys) or math.isclose(ours, numpys, rel_tol=1e-13), name


@given(any_float, any_float)
def test_arithmetic_agrees_with_numpy_on_every_pair_of_floats(x: float, y: float) -> None:
    a, b = np.float64(x), np.float64(y)
    with np.errstate(all="ignore"):
        pairs = [
            (Value(x) + y, a + b),
            (Value(x) - y, a - b),
            (Value(x) * y, a * b),
            (Value(x) / y, a / b),
            (autograd.maximum(Value(x), y), np.maximum(a, b) if x != y else a),
            (autograd.minimum(Value(x), y), np.minimum(a, b) if x != y else a),
        ]
        power, numpys = (Value(x) ** Value(y)).data, float(a**b)
    assert [bits(ours.data) for ours, _ in pairs] == [bits(float(theirs)) for _, theirs in pairs]
    assert bits(power) == bits(numpys) or math.isclose(power, numpys, rel_tol=1e-13)


@pytest.mark.parametrize(
    "number", [-2, np.float64(-2.0), np.float32(-2.0), Fraction(-2)], ids=lambda n: type(n).__name__
)
def test_data_that_was_set_to_another_number_type_computes_as_a_float(number: Any) -> None:
    x = Value(1.0)
    x.data = number
    results = [
        x**0.5,
        x**-1,
        x * x,
        x + 1,
        -x,
        abs(x),
        x.relu(),
        x.exp(),
        autograd.maximum(x, 0.0),
        autograd.sum([x, x]),
    ]
    assert [type(y.data) for y in results] == [float] * len(results)
    assert bits(results[0].data) == "nan"
    assert x < 0
    (x * x).backward()
    assert (x.grad, type(x.grad)) == (-4.0, float)


@pytest.mark.parametrize("number", [0, np.float64(0.0)], ids=lambda n: type(n).__name__)
def test_data_that_was_set_to_another_zero_divides_as_a_float(number: Any) -> None:
    x = Value(1.0)
    x.data = number
    assert (1 / x).data == inf == (x**-1).data


# --- strict mode -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda p: p.log(), r"log gave -inf at p = 0\.0"),
        (lambda p: 1.0 / p, r"÷ gave inf at input = 1\.0, p = 0\.0"),
        (lambda p: p / p, r"÷ gave nan at p = 0\.0, p = 0\.0"),
        (lambda p: (p + 1000).exp(), r"exp gave inf at input = 1000\.0"),
        (lambda p: p**-1, r"x⁻¹ gave inf at p = 0\.0"),
        (lambda p: autograd.sum([p, math.inf, p]), r"Σ gave inf at p = 0\.0, input = inf, p = 0\.0"),
        (lambda p: autograd.sum([p] * 100 + [nan]), r"Σ gave nan at p = 0\.0, .*\(101 inputs\)"),
        (lambda p: p * nan, "× gave nan at p = 0.0, input = nan"),
    ],
)
def test_strict_raises_at_the_first_result_that_is_not_finite(compute: Callable[[Value], Value], message: str) -> None:
    with autograd.strict(), pytest.raises(NonFiniteError, match=message):
        compute(Value(0.0, label="p"))


def test_strict_accepts_what_is_finite_and_takes_nonfinite_leaves_as_they_are() -> None:
    with autograd.strict():
        x = Value(inf)
        assert (Value(2.0) * 3).data == 6.0
        assert autograd.where(0, x, 1.0).data == 1.0


def test_a_strict_backward_raises_at_the_first_gradient_that_is_not_finite() -> None:
    x = Value(0.0, label="x")
    y = x.sqrt()
    with autograd.strict(), pytest.raises(NonFiniteError, match=r"backward through √ gave inf at x = 0\.0"):
        y.backward()
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_a_strict_backward_refuses_a_leaf_whose_passes_add_up_beyond_the_largest_float() -> None:
    x = Value(1.0)
    y = x * 1e308
    with autograd.strict():
        y.backward()
        with pytest.raises(NonFiniteError):
            y.backward()
    assert x.grad == 1e308


@pytest.mark.parametrize("seed", [inf, nan])
def test_a_strict_backward_refuses_a_seed_that_is_not_finite(seed: float) -> None:
    x = Value(1.0)
    with autograd.strict(), pytest.raises(NonFiniteError):
        (x * 2.0).backward(seed)
    assert x.grad == 0.0


def test_a_strict_error_is_a_floating_point_error() -> None:
    assert issubclass(NonFiniteError, FloatingPointError)


def test_a_strict_gradient_graph_raises_as_well() -> None:
    x = Value(0.0)
    y = x.sqrt()
    with autograd.strict(), pytest.raises(NonFiniteError):
        autograd.gradient_graph(y * y + y, [x])


def test_a_strict_backward_names_the_gate_whose_product_is_not_finite() -> None:
    """Not another gate that passes a finite gradient to the same node."""
    a, b = Value(0.0, label="a"), Value(2.0, label="b")
    with autograd.strict(), pytest.raises(autograd.NonFiniteError, match=r"through √ gave inf at input = 0\.0"):
        ((a * b).sqrt() + b).backward()
