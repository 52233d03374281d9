"""The title is the formula of the whole graph, of every root; what is too long is cut short to labels, or left away."""

import pytest

import autograd
from autograd import Value, dot, draw, mean
from autograd.drawing.formula import LONGEST
from autograd.drawing.title import title_of

a, b, x = (Value(2.0, label=label) for label in "abx")


def named(value, label):
    value.label = label
    return value


@pytest.mark.parametrize(
    ("roots", "title"),
    [
        ([named(a * b, "y_1")], "y₁ = ab"),
        ([a], "a"),
        ([Value(2.0)], ""),
        ([a * b, b.exp()], "ab, exp(b)"),
        ([named(a * b, "y_1"), b], "y₁ = ab, b"),
        ([named(a + b * x, f"long name {i}") for i in range(4)], "long name 0, long name 1, long name 2, long name 3"),
        ([named(a + b * x, f"long name {i}") for i in range(9)], ""),
        ([a * b, Value(2.0)], ""),
        ([dot([a], [x])], "ax"),
        ([dot([a, b], [x, x])], "ax + bx"),
        ([dot([a, b], [x, x], b)], "ax + bx + b"),
        ([dot([a], [x], 0.5)], "ax + 0.5"),
    ],
)
def test_the_title_of_roots(roots, title):
    assert title_of(roots) == title


def test_a_graph_of_any_size_has_the_title_that_its_labels_allow():
    y = x
    for _ in range(100_000):
        y = y.exp()
    root = named(y, "h") * a + b
    assert title_of([root]) == "ha + b"
    assert title_of([y.exp()]) == "exp(h)"
    assert title_of([named(autograd.sum([a] * 10_000), "s")]) == "s"


def test_no_formula_that_fits_is_left_away():
    """The one with the most operations for its length: no sign stands between its factors."""
    root = Value(3.0, label="c")
    for _ in range(LONGEST // 2):
        root = root * a
    assert len(title_of([root])) == LONGEST
    assert title_of([root * a]) == ""


def test_the_title_knows_nothing_of_what_is_drawn():
    with autograd.scope("layer"):
        y = mean([dot([a], [x]), b])
    assert {str(draw(y, **options)).splitlines()[0] for options in ({}, {"unfold": True}, {"collapse": True})} == {
        "mean(ax, b)"
    }
