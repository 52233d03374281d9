"""The gradient of every use of a Value, and how they add up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import chain
from operator import add
from typing import TypeAlias

from autograd.drawing.circuit import Fanin, Gradient, Product, Seed, Through
from autograd.drawing.collapsing import Box
from autograd.drawing.operands import operands
from autograd.gates import Gate, LocalGradients
from autograd.graph import gradients
from autograd.value import Value

Received: TypeAlias = Mapping[Value, float]
"""The gradient of every Value in the pass that is drawn."""


class _Seeds(Gate):
    """A gate behind all the roots that hands each of them its seed, so that one pass is enough."""

    def __init__(self, seeds: tuple[float, ...]) -> None:
        self.seeds = seeds

    def forward(self, *roots: float) -> float:
        return 0.0

    def local_gradients(self, out: float, *roots: float) -> LocalGradients:
        return self.seeds


def received(values: Sequence[Value], roots: Sequence[Value]) -> Received | None:
    """The gradients of the pass that gave the roots theirs; None if no root has one.

    They are asked of the engine again, because `.grad` may hold more: a leaf adds up several passes, and a Value inside
    may have been part of a later pass from another root. A root that others were computed from gets no seed.
    """
    outermost = _outermost(values, roots)
    seeds = tuple([0.0 if root.kind == "constant" else root.grad for root in outermost])
    if not any(seeds):
        return None
    end = Value.record(_Seeds(seeds), outermost)
    return dict(zip(values, gradients(end, values), strict=True))


def _outermost(values: Sequence[Value], roots: Sequence[Value]) -> tuple[Value, ...]:
    used = set(chain.from_iterable([value.inputs for value in values])) if len(roots) > 1 else set()
    return tuple([root for root in roots if root not in used])


def products(node: Value, gradient: float) -> list[Product]:
    """The gradient of every input of a gate whose output has this gradient."""
    return [_product(gradient, local_gradient, node.gate) for local_gradient in node.local_gradients]


def _product(output_gradient: float, local_gradient: float, gate: Gate | None) -> Product:
    """A gradient of 0, or a branch not taken, passes on nothing, also where 0 × inf would be nan."""
    assert gate is not None
    stopped = output_gradient == 0.0 or (local_gradient == 0.0 and gate.piecewise)
    return Product(0.0 if stopped else output_gradient * local_gradient, output_gradient, local_gradient)


def sums_inside(box: Box, gradients: Received) -> dict[Value, Through]:
    """For every Value that goes into a box, the gradient of all its uses inside."""
    totals: dict[Value, float] = dict.fromkeys(box.inputs, 0.0)
    for member in box.members:
        for operand, product in zip(operands(member), products(member, gradients[member]), strict=False):
            if operand in totals:
                totals[operand] += product.total
    return {value: Through(total) for value, total in totals.items()}


def total(terms: Sequence[Product | Through], value: Value, gradients: Received) -> Gradient:
    """The gradient of a Value from those of its uses. One without uses is a root, which has its seed.

    Where the engine has the sum it is the engine's, which adds in another order: what goes on from here is that number.
    """
    if not terms:
        return Seed(value.grad)
    if len(terms) == 1:
        return terms[0]
    return Fanin(gradients[value] if value in gradients else reduce(add, [term.total for term in terms]), tuple(terms))


def differing(recorded: float, gradient: Gradient) -> float | None:
    """What a Value has in `.grad`, if that is something else than the gradient, but for rounding in another order."""
    if math.isnan(recorded) and math.isnan(gradient.total):
        return None
    terms = gradient.terms if isinstance(gradient, Fanin) else (gradient,)
    rounding = 1e-12 * sum(abs(term.total) for term in terms)
    agrees = recorded == gradient.total or abs(recorded - gradient.total) <= rounding
    return None if agrees else recorded
