"""The laws of the numerical derivative: the bound holds and is tight; kinks and edges are told from smooth places."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import cos, mpf, workdps

from autograd.testing import Derivative, derivative
from benchmarks.derivative_accuracy import SMOOTH, measure

eighths = st.integers(-64, 64).map(lambda k: k / 8)
slopes = st.integers(-20, 20).map(lambda k: k / 4)
distances = st.floats(-14.0, -6.0).map(lambda exponent: 10.0**exponent)


def holds(slope: Derivative, truth: object, slack: float = 0.0) -> bool:
    """Whether the slope claims something that is true."""
    with workdps(50):
        return math.isfinite(slope.value) and abs(mpf(slope.value) - truth) <= slope.bound + slack


def sides_hold(slope: Derivative, left: float, right: float) -> bool:
    """Whether both one-sided slopes are as claimed, and known well."""
    return (
        abs(slope.left - left) <= slope.left_bound <= 1e-4
        and abs(slope.right - right) <= slope.right_bound <= 1e-4
        and abs(slope.value - left) <= slope.bound
        and abs(slope.value - right) <= slope.bound
    )


# --- smooth functions -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def accuracy():
    return measure(cases=200 * len(SMOOTH), seed=1)


def test_there_are_enough_smooth_functions():
    assert len(SMOOTH) >= 26


def test_the_bound_holds(accuracy):
    assert accuracy.bound_holds >= 0.999


def test_the_bound_is_tight(accuracy):
    assert accuracy.bound_within_1e_6 >= 0.97


def test_the_slope_is_accurate(accuracy):
    assert accuracy.median_error <= 1e-12
    assert accuracy.error_of_99_percent <= 1e-4


def test_smooth_places_are_called_smooth(accuracy):
    assert accuracy.kinds["smooth"] >= 0.999
    assert accuracy.kinds.get("kink", 0.0) <= 1e-4
    assert accuracy.kinds.get("edge", 0.0) <= 1e-4


def test_it_takes_about_two_dozen_calls(accuracy):
    assert accuracy.mean_calls <= 26.0
    assert accuracy.median_calls <= 24.0


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), eighths)
@example([0, 1, 1, -2], 0.0)
def test_polynomials_against_rational_arithmetic(coefficients, x):
    slope = derivative(lambda t: math.fsum(c * t**k for k, c in enumerate(coefficients)), x)
    truth = sum(k * c * Fraction(x) ** (k - 1) for k, c in enumerate(coefficients) if k)
    assert slope.kind == "smooth"
    assert abs(Fraction(slope.value) - truth) <= Fraction(slope.bound)


@given(st.integers(1, 300), eighths)  # so that frequency · t has next to no rounding of its own
def test_oscillation(frequency, x):
    slope = derivative(lambda t: math.sin(frequency * t), x)
    with workdps(50):
        truth = frequency * cos(mpf(frequency) * x)
    assert slope.kind == "smooth"
    assert holds(slope, truth)
    assert slope.bound <= 1e-7 * frequency


@pytest.mark.parametrize(
    ("function", "x", "truth"),
    [
        (lambda x: x**3, 0.0, 0.0),
        (math.exp, 0.0, 1.0),
        (math.exp, 1e-300, 1.0),
        (math.log, 1e-300, 1e300),
        (lambda x: 1.0 / x, 1e-100, -1e200),
        (lambda x: x, 1e300, 1.0),
        (lambda x: x, 1.7e308, 1.0),
        (lambda x: x**3, 1e100, 3e200),
        (lambda x: 1e300 * x, 3.0, 1e300),
        (lambda x: 1e-300 * x, 3.0, 1e-300),
        (math.exp, 709.0, math.exp(709.0)),
        (lambda x: math.exp(-x * x), 20.0, -40.0 * math.exp(-400.0)),
        (lambda x: math.tanh(1e6 * x), 0.0, 1e6),
        (lambda x: x + 1e-3 * math.tanh(1e4 * x), 0.0, 11.0),
    ],
)
def test_every_scale(function, x, truth):
    slope = derivative(function, x)
    assert slope.kind == "smooth"
    assert abs(slope.value - truth) <= slope.bound + 1e-15 * abs(truth)
    assert slope.bound <= 1e-8 * abs(truth) + 1e-12


@pytest.mark.parametrize("constant", [0.0, 1.0, -1e300, 5e-324])
@pytest.mark.parametrize("x", [0.0, 1.0, -1e5])
def test_a_constant_has_slope_0(constant, x):
    slope = derivative(lambda _: constant, x)
    assert (slope.kind, slope.value) == ("smooth", 0.0)
    assert slope.bound <= 1e-14 * abs(constant) + 1e-322


@given(st.integers(-900, 900), st.floats(-5.0, 5.0))
def test_a_power_of_two_in_front_scales_the_slope_exactly(exponent, x):
    factor = 2.0**exponent
    plain, scaled = derivative(math.sin, x), derivative(lambda t: factor * math.sin(t), x)
    assert scaled.value == factor * plain.value
    assert scaled.calls == plain.calls


@given(st.sampled_from([math.exp, math.atan, abs, lambda t: max(t, 0.25), math.sqrt]), eighths)
def test_a_mirrored_function_has_the_opposite_slopes(function, x):
    plain, mirrored = derivative(function, x), derivative(lambda t: function(-t), -x)
    expected = (plain.kind, -plain.value, plain.bound, -plain.right, -plain.left)
    actual = (mirrored.kind, mirrored.value, mirrored.bound, mirrored.left, mirrored.right)
    assert str(actual).replace("-0.0", "0.0") == str(expected).replace("-0.0", "0.0")


# --- noise ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [2.0**10, 2.0**20, 2.0**26])
def test_noise_beyond_rounding_widens_the_bound_and_makes_no_kinks(offset):
    points = [k / 128 + 1e-3 for k in range(400)]
    found = [derivative(lambda t: (math.sin(t) + offset) - offset, x) for x in points]
    assert sum(slope.kind == "smooth" for slope in found) >= 396
    assert sum(holds(slope, cos(mpf(x))) for slope, x in zip(found, points, strict=True)) >= 396


def test_frozen_noise_is_no_edge():
    assert derivative(lambda x: (1.0 - math.cos(x)) / (x * x), 0.000183).kind != "edge"


def test_noise_is_outvoted_by_larger_steps():
    slope = derivative(lambda x: (math.sin(x) + 1e8) - 1e8, 0.3)
    assert slope.kind == "smooth"
    assert 1e-8 < slope.bound < 1e-3
    assert holds(slope, cos(0.3))


def test_bounds_hold_under_noise_almost_always():
    def noisy(x: float) -> float:
        return math.sin(x + 1e-12 * math.sin(1e13 * x))

    cases = [k / 128 for k in range(1, 1000)]
    with workdps(50):
        missed = [x for x in cases if not holds(derivative(noisy, x), cos(x))]
    assert len(missed) <= 5


@pytest.mark.parametrize("amplitude", [1e-6, 1e-7, 1e-8, 1e-9])
def test_a_fine_structure_is_resolved_or_admitted(amplitude):
    slope = derivative(lambda x: x + amplitude * math.tanh(x / amplitude), 0.0)
    assert abs(slope.value - 2.0) <= slope.bound
    assert slope.kind == "inconclusive" or slope.bound <= 1e-3


# --- kinks ------------------------------------------------------------------------------------------------------------


def with_kink(x: float, left: float, right: float) -> Callable[[float], float]:
    """A function that bends at x, on top of a smooth one."""
    return lambda t: (left if t < x else right) * (t - x) + math.sin(t)


@given(eighths, slopes, slopes, st.booleans())
@example(0.0, -1.0, 1.0, False)
@example(0.0, 0.0, 1.0, True)
def test_a_kink_is_seen_with_both_slopes(x, left, right, reports):
    plain = with_kink(x, left, right)
    slope = derivative((lambda t: (plain(t), (t > x) - (t < x))) if reports else plain, x)
    assert slope.kind == ("smooth" if left == right else "kink")
    assert sides_hold(slope, left + math.cos(x), right + math.cos(x))
    assert slope.branches == ((-1, 0, 1) if reports else (None, None, None))


@pytest.mark.parametrize(
    ("function", "x", "left", "right"),
    [
        (abs, 0.0, -1.0, 1.0),
        (lambda x: max(0.0, x), 0.0, 0.0, 1.0),
        (lambda x: max(x, 3.0 * x - 4.0), 2.0, 1.0, 3.0),
        (lambda x: min(x, 1e-5), 1e-5, 1.0, 0.0),
        (lambda x: 1e200 * abs(x), 0.0, -1e200, 1e200),
        (lambda x: max(x, 0.0) * math.exp(x), 0.0, 0.0, 1.0),
        (lambda x: abs(x - 1e10), 1e10, -1.0, 1.0),
    ],
)
def test_piecewise_functions(function, x, left, right):
    slope = derivative(function, x)
    assert slope.kind == "kink"
    assert abs(slope.left - left) <= slope.left_bound
    assert abs(slope.right - right) <= slope.right_bound
    assert slope.value - slope.bound <= min(left, right) <= max(left, right) <= slope.value + slope.bound


@given(eighths, distances, st.booleans(), slopes)
def test_a_kink_nearby_does_no_harm_where_the_branch_is_reported(kink, distance, above, right):
    x = kink + distance if above else kink - distance
    plain = with_kink(kink, 0.0, right)
    slope = derivative(lambda t: (plain(t), t > kink), x)
    truth = cos(mpf(x)) + (right if x > kink else 0.0)
    assert slope.kind == "smooth"
    assert holds(slope, truth, slack=1e-12)
    assert slope.bound <= 1e-6


@given(eighths, distances, slopes)
def test_a_kink_nearby_is_never_overlooked(kink, distance, right):
    x = kink + distance
    slope = derivative(with_kink(kink, 0.0, right), x)
    truth = cos(mpf(x)) + (right if x > kink else 0.0)
    assert slope.kind == "inconclusive" or holds(slope, truth, slack=1e-12)


@given(st.floats(-5.0, 5.0), st.sampled_from([math.sin, math.exp, abs, math.sqrt]))
def test_a_branch_that_never_changes_changes_nothing(x, function):
    plain, reporting = derivative(function, x), derivative(lambda t: (function(t), "one"), x)
    assert reporting.kind == plain.kind
    assert reporting.calls == plain.calls
    assert (reporting.left, reporting.right) == (plain.left, plain.right) or plain.kind != "kink"


def test_pieces_that_join_smoothly_are_smooth():
    slope = derivative(lambda x: (max(x, 0.0) ** 2 + x, x > 0.0), 0.0)
    assert slope.kind == "smooth"
    assert abs(slope.value - 1.0) <= slope.bound <= 1e-10
    assert slope.branches == (False, False, True)


def test_a_tie_that_stays_a_tie_is_smooth():
    slope = derivative(lambda x: (max(math.sin(x), math.sin(x)), "tie"), 1.0)
    assert slope.kind == "smooth"
    assert holds(slope, cos(1))


# --- edges ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "x", "left", "right"),
    [
        (math.sqrt, 0.0, math.nan, math.inf),
        (math.log, 0.0, math.nan, math.nan),
        (math.asin, 1.0, math.inf, math.nan),
        (math.acos, -1.0, math.nan, -math.inf),
        (math.acosh, 1.0, math.nan, math.inf),
        (math.cbrt, 0.0, math.inf, math.inf),
        (lambda x: math.sqrt(abs(x)), 0.0, -math.inf, math.inf),
        (lambda x: x**0.5, 0.0, math.nan, math.inf),
        (lambda x: x * math.log(x) if x else 0.0, 0.0, math.nan, -math.inf),
        (lambda x: float(x > 0.0), 0.0, 0.0, math.inf),
        (lambda x: 1.0 / x, 0.0, math.nan, math.nan),
        (lambda x: math.sin(x) if x <= 1.0 else math.nan, 1.0, math.cos(1.0), math.nan),
    ],
)
def test_edges(function, x, left, right):
    slope = derivative(function, x)
    assert slope.kind == "edge"
    assert (slope.left, slope.right) == pytest.approx((left, right), rel=1e-9, nan_ok=True)


def test_the_value_at_an_edge_is_the_slope_inside():
    slope = derivative(lambda x: math.exp(x) if x >= 0.0 else math.nan, 0.0)
    assert (slope.value, slope.bound) == (slope.right, slope.right_bound)
    assert holds(slope, 1)


@given(st.floats(-10.0, -1.0), st.sampled_from([(math.log, 0.0), (math.sqrt, 0.0), (math.asin, 1.0)]))
def test_an_edge_nearby_does_no_harm(exponent, case):
    function, edge = case
    x = abs(edge - 10.0**exponent)
    slope = derivative(function, x)
    with workdps(50):
        exact = {math.log: 1 / mpf(x), math.sqrt: mpf(x) ** -0.5 / 2, math.asin: (1 - mpf(x) ** 2) ** -0.5}[function]
    assert slope.kind == "smooth"
    assert holds(slope, exact)
    assert slope.bound <= 1e-4 * slope.value


# --- nothing to say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda _: math.nan, 1.0),
        (lambda _: math.inf, 1.0),
        (math.sqrt, -1.0),
        (math.sin, math.nan),
        (math.sin, math.inf),
        (lambda x: 1.0 / x, 1e-200),
        (lambda x: math.sin(1e18 * x), 1.0),
        (lambda x: math.sin(1.0 / x) if x else 0.0, 0.0),
    ],
)
def test_where_there_is_no_slope_it_says_so(function, x):
    slope = derivative(function, x)
    assert slope.kind == "inconclusive"
    assert math.isnan(slope.value)
    assert math.isinf(slope.bound)


@given(st.floats(), st.sampled_from([smooth.function for smooth in SMOOTH]))
@settings(max_examples=300)
def test_it_never_raises_on_any_float(x, function):
    slope = derivative(function, x)
    assert slope.kind in {"smooth", "kink", "edge", "inconclusive"}
    assert slope.bound >= 0.0


def test_mistakes_in_the_function_pass_through():
    with pytest.raises(TypeError):
        derivative(lambda _: None, 1.0)  # type: ignore[arg-type, return-value]


def test_calls_are_counted():
    seen = []
    slope = derivative(lambda x: (seen.append(x), math.sin(x))[1], 1.0)
    assert slope.calls == len(seen)
    assert 10 <= slope.calls <= 24


def test_the_points_of_a_stencil_are_exact():
    seen: list[float] = []
    derivative(lambda x: (seen.append(x), math.sin(x))[1], 1.1)
    assert {Fraction(x) - Fraction(1.1) for x in seen} == {Fraction(1.1) - Fraction(x) for x in seen}


def test_a_tiny_x_costs_little_more():
    assert derivative(math.log, 1e-300).calls <= 26


def test_no_slope_is_minus_zero():
    slope = derivative(lambda x: max(x, 0.0), 0.0)
    assert str(slope.left) == "0.0"


def test_it_is_deterministic():
    assert derivative(math.sin, 1.0) == derivative(math.sin, 1.0)
