"""The line above a picture: the formula that the whole graph computes, whatever part of it is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.formula import LONGEST, formula
from autograd.drawing.notation import shown
from autograd.drawing.operands import operands
from autograd.drawing.parts import Surroundings, parts
from autograd.drawing.wiring import wired
from autograd.value import Value

_MOST = 4 * LONGEST  # operands and operations: every one of them would be a character or more


def title_of(roots: Sequence[Value]) -> str:
    """Label and formula of every root. What is too long is cut short to the labels, or left away.

    >>> x = Value(2.0, label="x")
    >>> title_of([2 * x, x.exp()])
    '2x, exp(x)'
    """
    formulas = [_formula(root) for root in roots[:LONGEST]]
    if len(roots) == 1:
        return formulas[0]
    lines = [texts for texts in (formulas, [shown(root.label) for root in roots]) if all(texts)]
    return next((line for texts in lines if len(line := ", ".join(texts)) <= LONGEST), "")


def _formula(root: Value) -> str:
    values = _behind(root, stop_at_labels=False) or _behind(root, stop_at_labels=True) or [root]
    known = Surroundings(set(values), None, {}, lambda _: False)
    return formula(wired([*parts(values, known)], [root], values))


def _behind(root: Value, stop_at_labels: bool) -> list[Value]:
    """What a root was computed from, and the root; nothing if that is more than a formula has room for."""
    done: dict[Value, None] = {}
    stack = [root]
    while stack:
        value = stack[-1]
        is_name = stop_at_labels and value.label and value is not root
        waiting = [] if is_name else [operand for operand in operands(value) if operand not in done]
        if len(done) + len(stack) + len(waiting) > _MOST:
            return []
        if waiting:
            stack.extend(reversed(waiting))
        else:
            done[stack.pop()] = None
    return [*done]
