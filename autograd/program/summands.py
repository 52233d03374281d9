"""An output that is summed over the rows, as products: those that do not vary need not be computed in every row."""

from __future__ import annotations

from typing import TypeAlias

from autograd import gates
from autograd.program.instructions import Code

Product: TypeAlias = tuple[int, int]
"""Two registers to be multiplied; -1 in the second place for none."""


def summands(code: Code, output: int) -> list[Product]:
    """The products that a summed output adds up in each row; nothing if it is not summed or does not vary.

    Only what is written for this output alone is taken apart. Adding up term by term is another order than row by row.
    """
    register = code.outputs[output]
    if not code.summed[output] or not code.varying[register]:
        return []
    if register < code.first_instruction or code.uses[register] != 1:
        return [(register, -1)]
    gate, operands = code.instructions[register - code.first_instruction]
    kind = type(gate)
    if kind is gates.Multiply:
        return [(operands[0], operands[1])]
    if kind in (gates.Sum, gates.Add):
        return [(operand, -1) for operand in operands]
    if kind is gates.Dot:
        n = len(operands) // 2
        bias = [] if _is_zero(code, operands[-1]) else [(operands[-1], -1)]
        return [*zip(operands[:n], operands[n:-1], strict=True), *bias]
    return [(register, -1)]


def taken_apart(code: Code) -> set[int]:
    """The outputs' registers that need not be computed, because their products are added up instead."""
    return {
        register
        for i, register in enumerate(code.outputs)
        if (products := summands(code, i)) and products != [(register, -1)]
    }


def _is_zero(code: Code, register: int) -> bool:
    constant = register - code.first_constant
    return 0 <= constant < len(code.constants) and code.constants[constant] == 0.0
