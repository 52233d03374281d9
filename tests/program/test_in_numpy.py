"""What is particular to NumPy: neurons of a layer stand together, and arrays serve one run at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

import autograd
from autograd import Value, gates
from autograd.program.in_numpy import InNumPy, grouped


def layers(widths: tuple[int, ...]) -> autograd.Program:
    generator = np.random.default_rng(0)

    def network(x: Any) -> Any:
        for weights in parameters:
            x = [autograd.dot(ws, x, bias).relu() for *ws, bias in weights]
        return autograd.sum(x)

    parameters = [[[Value(w) for w in generator.normal(size=a + 1)] for _ in range(b)] for a, b in pairwise(widths)]
    flat = [w for weights in parameters for ws in weights for w in ws]
    f = autograd.compile(network, rows="x", reduction="sum", gradient=flat, backend="numpy")
    return f.program([[1.0] * widths[0]])  # type: ignore[no-any-return]


def test_the_number_of_steps_does_not_grow_with_the_width_of_layers() -> None:
    narrow, wide = (grouped(layers((3, n, n, 2)).code("quick"), exact=False) for n in (4, 32))
    assert len(narrow) == len(wide) < 24
    adders = [group for group in wide if type(group.gate) is gates.Dot]
    assert [group.product for group in adders] == [1, 1, 1, 0, 0]


class Interrupting:
    """Columns that, when a block of them is taken, first let something else happen."""

    def __init__(self, columns: Any, happening: Callable[[], Any]) -> None:
        self.columns = columns
        self.happening = happening

    def __getitem__(self, key: Any) -> Any:
        self.happening()
        return self.columns[key]


def test_a_run_in_the_midst_of_another_leaves_it_alone() -> None:
    f = autograd.compile(lambda w, x: w * x, rows="x", reduction="sum", backend="numpy")
    run = InNumPy(f.program(1.0, [1.0]).code("quick"), exact=False)
    columns = np.array([[1.0, 2.0, 3.0]])
    interrupted = Interrupting(columns, lambda: run([10.0 * columns], [np.array([7.0])], [], 3))
    assert run([columns], [np.array([2.0])], [], 3).tolist() == [12.0, 6.0]
    assert run([interrupted], [np.array([2.0])], [], 3).tolist() == [12.0, 6.0]


def test_relu_of_minus_zero_is_plus_zero() -> None:
    f = autograd.compile(lambda x: 1.0 / x.relu(), rows="x", backend="numpy")
    assert f([-0.0] * 9).tolist() == [np.inf] * 9
