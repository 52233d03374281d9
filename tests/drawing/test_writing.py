"""Numbers, labels and formulas."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, maximum, sigmoid
from autograd import dot as weighted_sum
from autograd import sum as n_ary_sum
from autograd.drawing import draw
from autograd.drawing.formula import LONGEST, formula
from autograd.drawing.metrics import text_width
from autograd.drawing.notation import printable, shown, written, written_sum
from autograd.drawing.tracing import trace


@given(st.floats(-1e308, 1e308) | st.sampled_from([math.inf, -math.inf, math.nan]))
def test_a_written_number_is_the_number_to_four_digits(x):
    back = float(written(x).replace("−", "-"))
    assert back == pytest.approx(x, rel=5.1e-4, abs=0, nan_ok=True)
    assert "-" not in written(x)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e300, "1e300"),
        (-5e-324, "−4.941e−324"),
        (999_999.0, "999999"),
        (1e6, "1e6"),
        (math.nan, "nan"),
        (-math.inf, "−inf"),
    ],
)
def test_numbers_at_the_edges(x, text):
    assert written(x) == text


def test_sums_with_odd_terms():
    assert written_sum([math.inf, -math.inf, math.nan]) == "inf − inf + nan"
    assert written_sum([-1.0, 0.0]) == "−1 + 0"


@given(st.text())
def test_a_printable_text_fits_xml_and_one_line(text):
    result = printable(text)
    assert len(result) == len(text)
    assert all(character >= " " for character in result)
    assert len(result.splitlines()) <= 1 or any(c in text for c in "\u2028\u2029")
    result.encode()


def test_control_characters_and_halves_of_characters_are_made_visible():
    assert all(printable(chr(code)) == chr(0x2400 + code) for code in range(0x20))
    assert printable("\x7f\x85\ud800\uffff") == "����"


def test_wide_texts_are_wide():
    assert text_width("日本", 14) > text_width("ab", 14) > text_width("il", 14)
    assert text_width("e\u0301", 14) == text_width("e", 14)


# --- formulas ---------------------------------------------------------------------------------------------------------

a, b, c, x = (Value(2.0, label=label) for label in "abcx")
negative = -a
w1, x1, w2, x2 = (Value(2.0, label=label) for label in ("w_1", "x1", "w_2", "x2"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (c * (a + 2 * b), "c·(a + 2b)"),
        (maximum(x, a) * x, "max(x, a)·x"),
        (sigmoid(w1 * x1 + w2 * x2 + b), "σ(w₁x₁ + w₂x₂ + b)"),
        (sigmoid(weighted_sum([w1, w2], [x1, x2], b)), "σ(w₁x₁ + w₂x₂ + b)"),
        (weighted_sum([w1, w2], [x1, x2]), "w₁x₁ + w₂x₂"),
        (3 * (a + b * c), "3·(a + bc)"),
        (a - (b - c), "a − (b − c)"),
        (a - b - c, "a − b − c"),
        (a / (b * c), "a/(bc)"),
        (a / b / c, "a/b/c"),
        (a * (b / c), "a·(b/c)"),
        ((a / b) * c, "(a/b)·c"),
        (a - b / c, "a − b/c"),
        ((a + b) / c, "(a + b)/c"),
        (-a / b, "−a/b"),
        (c - (-a / b), "c − (−a/b)"),
        (c * (-a / b), "c·(−a/b)"),
        (-(a / b), "−a/b"),
        (-negative, "−(−a)"),
        (-2 / a, "−2/a"),
        (a * a, "a·a"),
        (-(a + b), "−(a + b)"),
        (-a * b, "(−a)·b"),
        ((a + b) ** 2, "(a + b)²"),
        (a**b, "a^b"),
        (abs(a - b), "|a − b|"),
        ((a + b).sqrt(), "√(a + b)"),
        (a.exp().log(), "log(exp(a))"),
        (a * -2, "a·(−2)"),
        (n_ary_sum([a, b, c]), "a + b + c"),
        (a + Value(1.0, label="b + c"), "a + (b + c)"),
        (Value(1.0, label="rate") * a, "rate·a"),
        (Value(4.0) * a, "4a"),
    ],
)
def test_formula(value, text):
    assert formula(trace(value, None)) == text


def test_a_formula_names_its_root():
    root = a * b
    root.label = "y_1"
    assert formula(trace(root, None)) == "y₁ = ab"
    assert formula(trace(a, None)) == "a"


def test_a_long_formula_stops_at_labels_then_gives_up():
    inner = n_ary_sum([a] * 30)
    assert formula(trace(inner * b, None)) == ""
    inner.label = "s"
    assert formula(trace(inner * b, None)) == "sb"


def test_a_shared_formula_does_not_explode():
    y = x
    for _ in range(100):
        y = y + y
    y.label = "y"
    assert len(formula(trace(y, None))) <= LONGEST


def test_repr_is_one_line():
    assert repr(draw(a * b)) == "<Drawing of 3 values: ab>"


def test_shown_labels():
    assert [shown(text) for text in ("x_1", "x1", "x_10", "x_i", "_1", "1", "a_1_2", "é2")] == [
        "x₁", "x₁", "x₁₀", "x_i", "_1", "1", "a_1_2", "é₂",
    ]  # fmt: skip
