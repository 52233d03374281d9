"""Law 5. An untaken branch contributes exactly 0: a node whose accumulated gradient is 0 is not swept through."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

import autograd
from autograd import Value, maximum, minimum, where
from tests.engine.closeness import bits

inf, nan = math.inf, math.nan

Branching = Callable[[Value], Value]

UNTAKEN: list[tuple[str, Branching, float, float]] = [
    ("max(sqrt x, 1) at 0", lambda x: maximum(x.sqrt(), 1.0), 0.0, 0.0),
    ("max(1, sqrt x) at 0", lambda x: maximum(1.0, x.sqrt()), 0.0, 0.0),
    ("min(log x, 5) at 0", lambda x: maximum(x.log(), -5.0), 0.0, 0.0),
    ("min(1/x, 1) at 0", lambda x: minimum(1 / x, 1.0), 0.0, 0.0),
    ("where(x > 0, log x, 0) at 0", lambda x: where(x > 0, x.log(), 0.0), 0.0, 0.0),
    ("where(x > 0, log x, 0) at -1", lambda x: where(x > 0, x.log(), 0.0), -1.0, 0.0),
    ("where(x, log x, x) at 0", lambda x: where(x, x.log(), x), 0.0, 1.0),
    ("where(x > 0, sqrt x, x²) at -3", lambda x: where(x > 0, x.sqrt(), x * x), -3.0, -6.0),
    ("relu(log x) at 0", lambda x: x.log().relu(), 0.0, 0.0),
    ("clip(1/x) at 0", lambda x: autograd.clip(1 / x, -1, 1), 0.0, 0.0),
    ("step(1/x) at 0", lambda x: (1 / x).step(), 0.0, 0.0),
    ("sign(log x) at 0", lambda x: x.log().sign(), 0.0, 0.0),
    ("0 · log x at 0.5", lambda x: 0.0 * x.log(), 0.5, 0.0),
    ("|sqrt x| at 0", lambda x: abs(x.sqrt()), 0.0, 0.0),
    ("sqrt(relu x) at -1, infinite from above", lambda x: x.relu().sqrt(), -1.0, 0.0),
    ("sqrt(relu x) at 0, infinite from above", lambda x: x.relu().sqrt(), 0.0, 0.0),
    ("sqrt(|x|) at 0, infinite from above", lambda x: abs(x).sqrt(), 0.0, 0.0),
    ("log(clip x) at -1, infinite from above", lambda x: autograd.clip(x, 0, 1).log(), -1.0, 0.0),
    ("sqrt(max(x, 0)) at -1, infinite from above", lambda x: maximum(x, 0.0).sqrt(), -1.0, 0.0),
    ("sqrt(min(0, x)) at 1, infinite from above", lambda x: minimum(0.0, x).sqrt(), 1.0, 0.0),
    ("sqrt(where(0, x, 0)) at 3, infinite from above", lambda x: where(0, x, 0.0).sqrt(), 3.0, 0.0),
    ("sqrt(step x) at -3, infinite from above", lambda x: x.step().sqrt(), -3.0, 0.0),
    ("sqrt(sign x) at 0, infinite from above", lambda x: x.sign().sqrt(), 0.0, 0.0),
    ("log(step(x)) · nan, nan from above", lambda x: x.step() * nan, 3.0, 0.0),
    ("max(x, 1) · nan, nan from above", lambda x: maximum(x, 1.0) * nan, 0.0, 0.0),
    ("max of three, the middle one taken", lambda x: maximum(x.log(), 2.0, x.sqrt()), 0.0, 0.0),
    ("leaky_relu with slope 0 under sqrt", lambda x: autograd.leaky_relu(x, 0.0).square().sqrt(), -2.0, 0.0),
]

untaken = pytest.mark.parametrize(("branching", "x", "slope"), [pytest.param(*r[1:], id=r[0]) for r in UNTAKEN])


@untaken
def test_backward(branching: Branching, x: float, slope: float) -> None:
    leaf = Value(x)
    branching(leaf).backward()
    assert bits(leaf.grad + 0.0) == bits(slope)


@untaken
def test_gradients(branching: Branching, x: float, slope: float) -> None:
    leaf = Value(x)
    assert bits(autograd.gradients(branching(leaf), [leaf])[0] + 0.0) == bits(slope)


@untaken
def test_gradient_graph(branching: Branching, x: float, slope: float) -> None:
    leaf = Value(x)
    assert bits(autograd.gradient_graph(branching(leaf), [leaf])[0].data + 0.0) == bits(slope)


@untaken
def test_beside_a_branch_that_is_taken(branching: Branching, x: float, slope: float) -> None:
    leaf = Value(x)
    out = branching(leaf)
    if not math.isfinite(out.data):
        return  # the sum would be nan, and nan has no branches
    total = out + 3.0 * leaf
    total.backward()
    assert leaf.grad == slope + 3.0
    assert autograd.gradient_graph(total, [leaf])[0].data == slope + 3.0


@pytest.mark.parametrize("seed", [inf, -inf, nan])
def test_a_seed_that_is_not_finite_does_not_reach_an_untaken_branch(seed: float) -> None:
    a, b = Value(1.0), Value(2.0)
    y = maximum(a, b)
    y.backward(seed)
    assert (bits(a.grad), bits(b.grad)) == (bits(0.0), bits(seed))
    assert list(map(bits, autograd.gradients(y, [a, b], seed))) == [bits(0.0), bits(seed)]
    assert [bits(g.data) for g in autograd.gradient_graph(y, [a, b], seed)] == [bits(0.0), bits(seed)]


def test_infinite_gradients_of_opposite_sign_that_meet_behind_branches_add_up_to_nan() -> None:
    x = Value(0.0)
    y = maximum(x, x).sqrt() - minimum(x, x).sqrt()
    y.backward()
    assert (y.data, bits(x.grad)) == (0.0, "nan")
    assert list(map(bits, autograd.gradients(y, [x]))) == ["nan"]
    assert [bits(g.data) for g in autograd.gradient_graph(y, [x])] == ["nan"]


@pytest.mark.parametrize("make", [lambda y: y * 0.0, lambda y: y - y, lambda y: 0.0 * y + 0.0])
def test_a_node_whose_gradient_adds_up_to_zero_is_not_swept_through(make: Branching) -> None:
    x = Value(0.0)
    y = x.sqrt()
    make(y).backward()
    assert (y.grad, x.grad) == (0.0, 0.0)
    assert autograd.gradients(make(y), [x]) == (0.0,)
    assert autograd.gradient_graph(make(y), [x])[0].data == 0.0


def test_a_seed_of_zero_gives_zero_everywhere() -> None:
    x = Value(0.0)
    y = x.log() * x.sqrt()
    y.backward(0.0)
    assert x.grad == 0.0
    assert autograd.gradients(y, [x], 0.0) == (0.0,)
    assert [g.data for g in autograd.gradient_graph(y, [x], 0.0)] == [0.0]


def test_a_gradient_that_is_zero_here_still_has_a_slope() -> None:
    a, x = Value(0.0), Value(4.0)
    (first,) = autograd.gradient_graph(a * x * x, [x])
    assert first.data == 0.0
    assert autograd.gradients(first, [a, x]) == (8.0, 0.0)


def test_the_second_derivative_of_an_untaken_branch_is_zero_as_well() -> None:
    x = Value(0.0)
    (first,) = autograd.gradient_graph(where(x > 0, x.log(), x * x), [x])
    assert autograd.gradients(first, [x]) == (2.0,)
