"""The gradient part of a program: the chain rule over a code, by the gates' own local gradients on Symbols."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import gates
from autograd.modes import tracing
from autograd.program.builder import Builder
from autograd.program.instructions import Code

Terms = list[tuple[int, int]]
"""Registers of output gradients and of local gradients: the sum of their products is a gradient."""


def with_gradients(code: Code, targets: Sequence[int], *, careful: bool) -> Code:
    """The code with the gradients of its first output beside it, for every target, quick or careful.

    A gradient with respect to an input that varies stands for each row; all others are summed over the rows.

    Args:
        code: a forward code.
        targets: registers of inputs, parameters or anything else that the output was computed from.
        careful: whether the engine's rules for nan and for output gradients of 0 are part of it.
    """
    builder = Builder(code.varies, code.parameters)
    registers = builder.replay(code)
    with tracing(builder):
        found = _PullBack(builder, code, registers, careful).run(targets)
    outputs = [registers[code.outputs[0]], *found]
    return builder.code(outputs, [code.summed[0], *[code.summed[0] and not _varies(code, x) for x in targets]])


def _varies(code: Code, register: int) -> bool:
    return register < code.inputs and code.varies[register]


class _PullBack:
    """One sweep from the output back, outputs before inputs."""

    def __init__(self, builder: Builder, code: Code, registers: list[int], careful: bool) -> None:
        self.builder = builder
        self.code = code
        self.registers = registers
        self.careful = careful
        self.terms: dict[int, Terms] = {}
        self.zero, self.one = builder.constant(0.0), builder.constant(1.0)

    def run(self, targets: Sequence[int]) -> list[int]:
        """The registers of the gradients for the targets."""
        relevant = self._relevant(targets)
        self.terms[self.code.outputs[0]] = [(self.one, self.one)]
        wanted = set(targets)
        gradients: dict[int, int] = {}
        for register in range(self.code.registers - 1, -1, -1):
            terms = self.terms.pop(register, None)
            if terms is None or not relevant[register]:
                continue
            gradient = self._sum(terms)
            if register in wanted:
                gradients[register] = gradient
            if register >= self.code.first_instruction:
                self._pull_through(register, gradient, relevant)
        return [gradients.get(target, self.zero) for target in targets]

    def _relevant(self, targets: Sequence[int]) -> list[bool]:
        """For each register, whether a target is it or leads to it."""
        relevant = [False] * self.code.registers
        for target in targets:
            relevant[target] = True
        for register, (_, operands) in self.code.numbered():
            relevant[register] = relevant[register] or any(map(relevant.__getitem__, operands))
        return relevant

    def _pull_through(self, register: int, gradient: int, relevant: list[bool]) -> None:
        """The terms that a gate adds to the gradients of its operands."""
        gate, operands = self.code.instructions[register - self.code.first_instruction]
        if not any(map(relevant.__getitem__, operands)):
            return
        for operand, slope in zip(operands, self._slopes(gate, register, operands), strict=True):
            if not relevant[operand] or (gate.piecewise and slope == self.zero):
                continue
            term = self._careful_term if self.careful else self._quick_term
            self.terms.setdefault(operand, []).append(term(gate, gradient, slope))

    def _slopes(self, gate: gates.Gate, register: int, operands: tuple[int, ...]) -> list[int]:
        """The registers of the local gradients."""
        out, *inputs = [self.builder.symbol(self.registers[x]) for x in (register, *operands)]
        formula = gate.slopes if self.careful else gate.local_gradients
        slopes = self.builder.explore(formula, out, *inputs)
        return [self.builder.register(slope) for slope in slopes]

    def _quick_term(self, gate: gates.Gate, gradient: int, slope: int) -> tuple[int, int]:
        """A product; through a piecewise gate a choice where the local gradient is one."""
        selected = self.builder.selected(slope) if gate.piecewise else None
        if selected is None:
            return gradient, slope
        condition, factor = selected
        product = self.builder.emit(gates.MULTIPLY, (gradient, factor))
        return self.builder.emit(gates.WHERE, (condition, product, self.zero)), self.one

    def _careful_term(self, gate: gates.Gate, gradient: int, slope: int) -> tuple[int, int]:
        """A product that an output gradient of 0, or a branch not taken, keeps at 0."""
        product = self.builder.emit(gates.CHAIN_PRODUCT, (gradient, slope))
        return (self.builder.emit(gates.WHERE, (slope, product, self.zero)) if gate.piecewise else product), self.one

    def _sum(self, terms: Terms) -> int:
        """Σ of products: one instruction, however many there are. As in the backward pass, it starts from 0.0."""
        if len(terms) == 1:
            return self.builder.emit(gates.MULTIPLY, terms[0])
        gradients, slopes = zip(*terms, strict=True)
        if all(slope == self.one for slope in slopes):
            return self.builder.emit(gates.SUM, gradients)
        return self.builder.emit(gates.DOT, (*gradients, *slopes, self.zero))
