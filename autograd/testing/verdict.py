"""The verdict on one gradient, given a numerical derivative with an error bound."""

from __future__ import annotations

import math
import sys
from collections.abc import Hashable, Sequence
from typing import Literal, TypeAlias

from autograd.graph import topological_order
from autograd.testing.derivative import Derivative
from autograd.value import Value

Verdict: TypeAlias = Literal["pass", "kink", "edge", "negligible", "inconclusive", "fail"]

CONCLUSIVE = 1e-4
"""A pass needs a tolerance of at most this part of the gradient: what is less certain proves nothing."""


def tolerance(gradient: float, numerical: Derivative, value: float, at: float, paths: float) -> float:
    """How far a right gradient may be from the numerical one.

    Beside the numerical derivative's own bound there are the rounding errors of the function and of its gradient.

    Args:
        gradient: what is claimed.
        numerical: what finite differences say.
        value: of the function at the point.
        at: the input.
        paths: the sum over all paths through the graph of the absolute products of local gradients: a gradient that
            is a small difference of large numbers carries their rounding errors.
    """
    rounding = 16 * sys.float_info.epsilon * abs(value) / max(abs(at), 1e-6) + 1e-12 * abs(value) / max(1.0, abs(at))
    return numerical.bound + 1e-10 * max(abs(gradient), abs(numerical.value)) + 1e-12 * paths + rounding + 1e-12


def judge(gradient: float, numerical: Derivative, allowed: float) -> Verdict:
    """What can be said of a gradient that may be `allowed` away from the numerical one."""
    if _jumps(numerical.branches):
        return "edge"
    if numerical.kind in ("edge", "inconclusive"):
        return numerical.kind
    if numerical.kind == "kink":
        return _judge_at_kink(gradient, numerical, allowed)
    if not abs(gradient - numerical.value) <= allowed:
        is_certain = math.isfinite(allowed) and _flips(numerical.branches) <= 1  # kinks of several gates may cancel
        return "fail" if is_certain else "inconclusive"
    size = max(abs(gradient), abs(numerical.value))
    if allowed <= CONCLUSIVE * size:
        return "pass"
    return "negligible" if size <= allowed else "inconclusive"


def _judge_at_kink(gradient: float, numerical: Derivative, allowed: float) -> Verdict:
    """Between the slopes on both sides, if the kink is one gate's; where several turn at once anything may be right."""
    if _flips(numerical.branches) > 1:
        return "inconclusive"
    low, high = sorted((numerical.left, numerical.right))
    allowed += max(numerical.left_bound, numerical.right_bound) - numerical.bound  # the bound there spans the kink
    return "kink" if low - allowed <= gradient <= high + allowed else "fail"


def _flips(branches: tuple[Hashable, Hashable, Hashable]) -> int:
    """How many gates take another branch on the left than on the right; 1 where the function does not tell."""
    return sum(left != right for left, _, right in _by_gate(branches)) or 1


def _jumps(branches: tuple[Hashable, Hashable, Hashable]) -> bool:
    """Whether a gate goes from one level to another (`step`), or has a branch for this one point (`where`).

    Then the function takes a jump there, or only happens not to, and no slope of its surroundings judges the gradient.
    """
    return any(
        (left != right and isinstance(left, float) and isinstance(right, float)) or (left == right != centre)
        for left, centre, right in _by_gate(branches)
    )


def _by_gate(branches: tuple[Hashable, Hashable, Hashable]) -> list[tuple[Hashable, Hashable, Hashable]]:
    """The branches next to the point, at it, and on the other side, for every piecewise gate."""
    left, centre, right = branches
    if not (isinstance(left, tuple) and isinstance(centre, tuple) and isinstance(right, tuple)):
        return []
    return list(zip(left, centre, right, strict=True)) if len(left) == len(centre) == len(right) else []


def branches_taken(root: Value) -> tuple[Hashable, ...]:
    """Which branch every piecewise gate of the graph took, in topological order."""
    nodes = (node for node in topological_order(root) if node.gate is not None and node.gate.piecewise)
    return tuple([branch_of(node.data, node.local_gradients) for node in nodes])


def branch_of(out: float, local_gradients: Sequence[float]) -> Hashable:
    """The branch of a piecewise gate: its slopes, or where they are all 0, the level that it is on."""
    return tuple(local_gradients) if any(local_gradients) else out


def absolute_paths(root: Value, leaves: Sequence[Value]) -> list[float]:
    """For each leaf, the sum over all paths to the root of the absolute products of local gradients."""
    found: dict[Value, float] = {root: 1.0}
    for node in reversed(topological_order(root)):
        size = found.get(node, 0.0)
        if size != 0.0:
            for operand, local_gradient in zip(node.inputs, node.local_gradients, strict=True):
                if local_gradient != 0.0:
                    found[operand] = found.get(operand, 0.0) + size * abs(local_gradient)
    return [found.get(leaf, 0.0) for leaf in leaves]
