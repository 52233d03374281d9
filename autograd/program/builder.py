"""Building a code instruction by instruction: equal ones stand once, and what changes nothing is left out.

No rule here changes a number or hides a nan, at any inputs: x·0 stays, x + 0.0 goes only where x cannot be -0.0.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from autograd import gates
from autograd.gates import Gate
from autograd.modes import tracing
from autograd.program.instructions import Code, Instruction
from autograd.program.symbol import Symbol
from autograd.program.tracing import Tracer
from autograd.value import Value

_NEVER_MINUS_ZERO = (
    gates.Greater,
    gates.GreaterOrEqual,
    gates.Exp,
    gates.Cosh,
    gates.Sigmoid,
    gates.Square,
    gates.Absolute,
    gates.Relu,
    gates.Sum,
    gates.Hypot,
    gates.Softplus,
)
_COMPARISONS = (gates.Greater, gates.GreaterOrEqual)
_COMMUTATIVE = (gates.Add, gates.Multiply)
_EXACT: dict[type[Gate], Callable[..., Any]] = {
    gates.Add: operator.add,
    gates.Subtract: operator.sub,
    gates.Multiply: operator.mul,
    gates.Negate: operator.neg,
    gates.Absolute: abs,
}
"""What these gates compute, on rational numbers."""


class Builder(Tracer):
    """Registers and their instructions, as they come. While it is the tracer, Symbols know their registers at once."""

    def __init__(self, varies: Sequence[bool], parameters: int) -> None:
        super().__init__()
        self.varies = tuple(varies)
        self.parameters = parameters
        self._given = len(self.varies) + parameters
        self._entries: list[Instruction | float | None] = [None] * self._given
        self._known: dict[Any, int] = {}

    # --- as a tracer --------------------------------------------------------------------------------------------------

    def record(self, gate: Gate, operands: tuple[Value, ...]) -> Value:
        """The Symbol for a gate on these operands."""
        return self.symbol(self.emit(gate, tuple([self.register(x) for x in operands])))

    def symbol(self, register: int) -> Symbol:
        """A Symbol that stands for a register."""
        symbol = Symbol()
        symbol.register = register
        return symbol

    def register(self, x: Any) -> int:
        """The register of a Symbol that stands for one, or of a constant."""
        if isinstance(x, Symbol):
            return x.register
        return self.constant(x.data if isinstance(x, Value) else float(x))

    # --- registers ----------------------------------------------------------------------------------------------------

    def constant(self, x: float) -> int:
        """The register of a number."""
        return self._append(float(x).hex(), float(x))

    def number(self, register: int) -> float | None:
        """The number of a constant's register, else None."""
        entry = self._entries[register]
        return entry if isinstance(entry, float) else None

    def emit(self, gate: Gate, operands: tuple[int, ...]) -> int:
        """The register of a gate on some registers, simplified."""
        simpler = self._simplified(gate, operands)
        if simpler is not None:
            return simpler
        if type(gate) is gates.Multiply and -1.0 in (self.number(operands[0]), self.number(operands[1])):
            return self.emit(gates.NEGATE, (operands[self.number(operands[0]) == -1.0],))
        if not gate.is_ours:
            inlined = self._inlined(gate, operands)
            if inlined is not None:
                return inlined
        key = (gate, tuple(sorted(operands)) if type(gate) in _COMMUTATIVE else operands)
        return self._append(key, Instruction(gate, operands))

    def _append(self, key: Any, entry: Instruction | float) -> int:
        register = self._known.setdefault(key, len(self._entries))
        if register == len(self._entries):
            self._entries.append(entry)
        return register

    def _inlined(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        """A user's gate by the instructions of its `forward`; None if that does not run on Symbols."""
        symbols = [self.symbol(operand) for operand in operands]
        try:
            with tracing(self):
                (result,) = self.explore(lambda: (gate.forward(*symbols),))
            return self.register(result)
        except (TypeError, ValueError, AttributeError, ArithmeticError):
            return None

    # --- simplification -----------------------------------------------------------------------------------------------

    def _simplified(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        """A register that holds the same number already, if there is one."""
        rule = _RULES.get(type(gate))
        found = None if rule is None else rule(self, gate, operands)
        return self._folded(gate, operands) if found is None and type(gate) in _EXACT else found

    def _folded(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        """The number of a gate on finite constants, where floats give it without rounding."""
        numbers: list[float] = []
        for operand in operands:
            number = self.number(operand)
            if number is None or not math.isfinite(number):
                return None
            numbers.append(number)
        result = gate.forward(*numbers)
        exact = _EXACT[type(gate)](*[Fraction(number) for number in numbers])
        return self.constant(result) if math.isfinite(result) and Fraction(result) == exact else None

    def _add(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        for x, other in (operands, operands[::-1]):
            number = self.number(other)
            if number == 0.0 and (math.copysign(1.0, number) < 0.0 or self._never_minus_zero(x)):
                return x
        return None

    def _subtract(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        number = self.number(operands[1])
        return operands[0] if number == 0.0 and math.copysign(1.0, number) > 0.0 else None

    def _multiply(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        for x, other in (operands, operands[::-1]):
            if self.number(other) == 1.0:
                return x
        return None

    def _divide(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        return operands[0] if self.number(operands[1]) == 1.0 else None

    def _negate(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        entry = self._entries[operands[0]]
        return entry.operands[0] if isinstance(entry, Instruction) and type(entry.gate) is gates.Negate else None

    def _detach(self, gate: Gate, operands: tuple[int, ...]) -> int:
        return operands[0]

    def _power(self, gate: gates.ConstantPower, operands: tuple[int, ...]) -> int | None:
        if gate.exponent == 1.0:
            return operands[0]
        return self.constant(1.0) if gate.exponent == 0.0 else None

    def _where(self, gate: Gate, operands: tuple[int, ...]) -> int | None:
        condition, a, b = operands
        if a == b:
            return a
        number = self.number(condition)
        if number is not None:
            return a if number else b
        return condition if self._is_comparison(condition) and (self.number(a), self.number(b)) == (1.0, 0.0) else None

    def _never_minus_zero(self, register: int) -> bool:
        entry = self._entries[register]
        if isinstance(entry, float):
            return entry != 0.0 or math.copysign(1.0, entry) > 0.0
        return entry is not None and type(entry.gate) in _NEVER_MINUS_ZERO

    def _is_comparison(self, register: int) -> bool:
        """Whether a register holds 1.0 or 0.0, as comparisons do."""
        entry = self._entries[register]
        return isinstance(entry, Instruction) and type(entry.gate) in _COMPARISONS

    def selected(self, register: int) -> tuple[int, int] | None:
        """(condition, a) where a register holds `a` or else 0.0; for a comparison `a` is 1."""
        entry = self._entries[register]
        if self._is_comparison(register):
            return register, self.constant(1.0)
        if isinstance(entry, Instruction) and type(entry.gate) is gates.Where and self.number(entry.operands[2]) == 0.0:
            return entry.operands[:2]  # type: ignore[return-value]
        return None

    # --- codes --------------------------------------------------------------------------------------------------------

    def replay(self, code: Code) -> list[int]:
        """Emit all instructions of a code; the register here of each register there."""
        registers = [*range(self._given), *map(self.constant, code.constants)]
        for gate, operands in code.instructions:
            registers.append(self.emit(gate, tuple([registers[operand] for operand in operands])))
        return registers

    def code(self, outputs: Sequence[int], summed: Sequence[bool]) -> Code:
        """What the outputs need, numbered afresh."""
        needed = self._needed(outputs)
        kept = [register for register in range(self._given, len(self._entries)) if needed[register]]
        constants = [register for register in kept if isinstance(self._entries[register], float)]
        instructions = [register for register in kept if not isinstance(self._entries[register], float)]
        order = [*range(self._given), *constants, *instructions]
        new = dict(zip(order, range(len(order)), strict=True))
        return Code(
            self.varies,
            self.parameters,
            tuple([self._entries[register] for register in constants]),  # type: ignore[misc]
            tuple([self._renumbered(register, new) for register in instructions]),
            tuple([new[output] for output in outputs]),
            tuple(summed),
        )

    def _needed(self, outputs: Sequence[int]) -> list[bool]:
        needed = [False] * len(self._entries)
        for output in outputs:
            needed[output] = True
        for register in range(len(self._entries) - 1, self._given - 1, -1):
            entry = self._entries[register]
            if needed[register] and isinstance(entry, Instruction):
                for operand in entry.operands:
                    needed[operand] = True
        return needed

    def _renumbered(self, register: int, new: dict[int, int]) -> Instruction:
        gate, operands = self._entries[register]  # type: ignore[misc]
        return Instruction(gate, tuple([new[operand] for operand in operands]))


_RULES: dict[type[Gate], Callable[[Builder, Any, tuple[int, ...]], int | None]] = {
    gates.Add: Builder._add,
    gates.Subtract: Builder._subtract,
    gates.Multiply: Builder._multiply,
    gates.ChainProduct: Builder._multiply,
    gates.Divide: Builder._divide,
    gates.Negate: Builder._negate,
    gates.Where: Builder._where,
    gates.Detach: Builder._detach,
    gates.ConstantPower: Builder._power,
}


def merged(code: Code) -> Code:
    """The code with equal instructions once, and no other change: each is to be differentiated as it was recorded."""
    registers = list(range(code.first_instruction))
    known: dict[Any, int] = {}
    instructions: list[Instruction] = []
    for gate, operands in code.instructions:
        found = tuple([registers[operand] for operand in operands])
        key = (gate, tuple(sorted(found)) if type(gate) in _COMMUTATIVE else found)
        register = known.setdefault(key, code.first_instruction + len(instructions))
        if register == code.first_instruction + len(instructions):
            instructions.append(Instruction(gate, found))
        registers.append(register)
    outputs = tuple([registers[output] for output in code.outputs])
    return replace(code, instructions=tuple(instructions), outputs=outputs)


def simplified(code: Code) -> Code:
    """The same outputs, by no more instructions than they need."""
    builder = Builder(code.varies, code.parameters)
    registers = builder.replay(code)
    return builder.code([registers[output] for output in code.outputs], code.summed)
