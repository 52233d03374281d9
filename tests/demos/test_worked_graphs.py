"""The numbers of the worked graphs, as the lectures have them."""

from __future__ import annotations

import pytest

from demos.labelled import labelled
from demos.worked_graphs import line, product_and_sum, slope_by_steps, sum_and_product, two_paths


@pytest.mark.parametrize(
    ("root", "values", "gradients"),
    [
        (product_and_sum(), "a=3 b=1 c=-2 d=2 e=5 L=-10", "a=-2 b=-4 c=5 d=-2 e=-2 L=1"),
        (sum_and_product(), "a=5 b=3 c=2 u=6 v=11 J=33", "a=3 b=6 c=9 u=3 v=3 J=1"),
        (line(2.0), "a=2 f=6", "a=3 f=1"),
        (line(5.0), "a=5 f=15", "a=3 f=1"),
        (two_paths(2.0), "t=2 x=4 y=6 z=24", "t=36 x=6 y=4 z=1"),
    ],
)
def test_every_number_of_a_graph(root, values, gradients):
    found = labelled(root)
    assert {name: node.data for name, node in found.items()} == numbers(values)
    assert {name: node.grad for name, node in found.items()} == numbers(gradients)


def numbers(text: str) -> dict[str, float]:
    return {name: float(number) for name, number in (pair.split("=") for pair in text.split())}


@pytest.mark.parametrize("at", [2.0, 5.0])
def test_the_derivative_is_the_ratio_of_small_steps(at):
    assert line(at + 0.001).data == pytest.approx(3 * at + 0.003, rel=1e-15)
    assert slope_by_steps(at) == pytest.approx(3.0, rel=1e-9)


@pytest.mark.parametrize("at", [-1.5, 0.0, 0.7])
def test_a_value_used_twice_gets_the_sum_over_its_ways(at):
    found = labelled(two_paths(at))
    x, y, t = found["x"], found["y"], found["t"]
    assert t.grad == pytest.approx(x.grad * 2 * at + y.grad * 3) == pytest.approx(9 * at * at)
