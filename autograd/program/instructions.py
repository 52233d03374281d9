"""What a program consists of: a flat list of gates over numbered registers.

Registers are numbered from 0, in this order: the inputs, the parameters, the constants, then one for every instruction.
An instruction is a gate of `autograd.gates` and the registers of its operands, all of them numbered below its own, so
that one pass from the first to the last computes everything. A gate's own numbers (the exponent of `ConstantPower`, the
bounds of `Clip`, the slope of `LeakyRelu`) are attributes of the gate. There are no other kinds of instructions: what a
gate computes is what its `forward` says.

>>> from autograd.gates import MULTIPLY, ADD, ConstantPower
>>> code = Code(
...     varies=(True, False),  # two inputs: register 0 has another number in every row, register 1 is shared
...     parameters=1,  # register 2
...     constants=(3.0,),  # register 3
...     instructions=(
...         Instruction(MULTIPLY, (0, 1)),  # register 4
...         Instruction(ConstantPower(2.0), (4,)),  # register 5
...         Instruction(ADD, (5, 3)),  # register 6
...     ),
...     outputs=(6, 2),
...     summed=(True, False),
... )
>>> print(code)
inputs r0* r1; parameters r2
r3 = 3.0
r4 = r0 × r1
r5 = x²(r4)
r6 = r5 + r3
outputs Σr6 r2

A code describes one example. It is run on one, or on the m rows of a batch: registers that depend on an input that
`varies` then have m numbers, all others one. An output is one number for each row, or, where `summed` says so, the sum
over the rows, added from the first to the last (a register that does not vary counts m times). Dividing by m, for a
mean, is left to whoever called.

Three codes belong to a program, all with the same inputs and parameters:

- *forward*: what was recorded, node for node. Its one output is the value.
- *quick* gradients: outputs are the value and then the gradients, each Σ output gradient × local gradient. Where one
  node gets its gradient over several ways, that sum is one instruction: `Σwx` (the gate `Dot`: w₁ ... wₙ, x₁ ... xₙ, b;
  0.0 + w₁·x₁ + ... + wₙ·xₙ + b) or `Σ`. It leaves out the engine's rules for nan and for output gradients of 0.
- *careful* gradients: the same outputs with these rules, made of `where`, comparisons and `ChainProduct`.

A run uses the quick code; if one of its outputs is not finite, the careful code is run instead, for all rows. That is
exact: wherever the two differ, the quick code has an output that is not finite. For the rules only replace a term of a
gradient's sum, which is then 0 × inf, 0 × nan, inf × 0 or nan × 0 in the quick code, or belongs to a node whose value
is nan; sums and products with something that is not finite are not finite, so what was replaced shows in the gradient;
and a nan value that the value of the program depends on shows in that value.

Codes for printing and for backends are simplified: equal instructions stand once, a factor of 1 and its like are gone,
what no output needs is gone. No rule of simplification changes a number or hides a nan. `Detach` is then gone too, and
gates that users wrote have become the instructions of their `forward`; only a `forward` that cannot be followed (it
calls `math`) remains as a gate of its own, which the Python backend alone can run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

from autograd import gates
from autograd.gates import Gate


class Instruction(NamedTuple):
    """One gate on the numbers of some registers; its result has a register of its own."""

    gate: Gate
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Code:
    """Instructions with their registers, inputs and outputs: see the head of this file.

    Attributes:
        varies: for each input, whether it has a number of its own in every row of a batch.
        parameters: how many parameters there are.
        constants: the numbers of the constants.
        instructions: the gates, in an order in which they can be computed.
        outputs: the registers of the results.
        summed: for each output, whether it is summed over the rows.

    Raises:
        ValueError: a register number is out of place; nothing runs that is not of this form.
    """

    varies: tuple[bool, ...]
    parameters: int
    constants: tuple[float, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]
    summed: tuple[bool, ...]

    def __post_init__(self) -> None:
        one_nan = tuple([math.nan if x != x else x for x in self.constants])  # so that equal codes compare equal
        object.__setattr__(self, "constants", one_nan)
        for register, (gate, operands) in self.numbered():
            if not operands:
                raise ValueError(f"register {register}: {gate.symbol} has no operands")
            if operands and not (min(operands) >= 0 and max(operands) < register):
                raise ValueError(f"register {register}: the operands {operands} are not all of earlier registers")
        if len(self.summed) != len(self.outputs) or not all(0 <= output < self.registers for output in self.outputs):
            raise ValueError(f"the outputs {self.outputs} are not registers of this code")

    def __reduce__(self) -> tuple[Any, ...]:
        return Code, tuple([getattr(self, field.name) for field in fields(self)])

    @cached_property
    def inputs(self) -> int:
        """How many inputs there are; they are the first registers."""
        return len(self.varies)

    @cached_property
    def first_constant(self) -> int:
        """The register of the first constant; before it stand the inputs and the parameters."""
        return self.inputs + self.parameters

    @cached_property
    def first_instruction(self) -> int:
        """The register of the first instruction."""
        return self.first_constant + len(self.constants)

    @cached_property
    def registers(self) -> int:
        """How many registers there are."""
        return self.first_instruction + len(self.instructions)

    def numbered(self) -> Iterator[tuple[int, Instruction]]:
        """Every instruction with the register of its result."""
        return enumerate(self.instructions, self.first_instruction)

    @cached_property
    def varying(self) -> tuple[bool, ...]:
        """For each register, whether it has a number of its own in every row."""
        varying = [*self.varies, *[False] * (self.parameters + len(self.constants))]
        for _, operands in self.instructions:
            varying.append(any(map(varying.__getitem__, operands)))
        return tuple(varying)

    @cached_property
    def uses(self) -> tuple[int, ...]:
        """For each register, how often it is an operand or an output."""
        uses = [0] * self.registers
        for _, operands in self.instructions:
            for operand in operands:
                uses[operand] += 1
        for output in self.outputs:
            uses[output] += 1
        return tuple(uses)

    def __str__(self) -> str:
        """The instructions for reading, one a line: an input that varies has a star, a sum over rows a Σ."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The lines of the text, one by one."""
        inputs = [f"r{i}{'*' * varies}" for i, varies in enumerate(self.varies)]
        parameters = [f"r{i}" for i in range(self.inputs, self.first_constant)]
        yield "; ".join([_listed("inputs", inputs), _listed("parameters", parameters)])
        for register, constant in enumerate(self.constants, self.first_constant):
            yield f"r{register} = {constant!r}"
        for register, instruction in self.numbered():
            yield f"r{register} = {written(instruction)}"
        results = [f"{'Σ' * summed}r{output}" for output, summed in zip(self.outputs, self.summed, strict=True)]
        yield _listed("outputs", results)


MOST_LISTED = 12
"""Beyond as many registers a line shows the first and the last only."""


def _listed(what: str, names: list[str]) -> str:
    if not names:
        return f"no {what}"
    shown = names if len(names) <= MOST_LISTED else [*names[:2], "...", *names[-1:], f"({len(names)})"]
    return " ".join([what, *shown])


def written(instruction: Instruction) -> str:
    """The right-hand side of an instruction, for reading.

    >>> written(Instruction(gates.SUBTRACT, (0, 1))), written(Instruction(gates.EXP, (2,)))
    ('r0 − r1', 'exp(r2)')
    """
    gate, operands = instruction
    names = [f"r{operand}" for operand in operands]
    if type(gate) in _INFIX:
        return f"{names[0]} {_INFIX[type(gate)]} {names[1]}"
    if len(names) > MOST_LISTED:
        names = [*names[:2], "...", names[-1]]
    numbers = "".join([f"; {name}={number!r}" for name, number in gate.parameters.items() if name != "exponent"])
    return f"{gate.symbol}({', '.join(names)}{numbers})"


_INFIX: dict[type[Gate], str] = {
    type(gate): gate.symbol
    for gate in (gates.ADD, gates.SUBTRACT, gates.MULTIPLY, gates.DIVIDE, gates.POWER, gates.CHAIN_PRODUCT)
}


# --- runs of registers ------------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """Registers start, start + step, ..., so many of them."""

    start: int
    step: int
    length: int


def runs(registers: tuple[int, ...]) -> list[Run]:
    """The registers as arithmetic progressions, in order, each as long as it goes.

    With it `dot` and `sum` of many terms become loops.

    >>> runs((4, 5, 6, 7, 2, 2, 2))
    [Run(start=4, step=1, length=4), Run(start=2, step=0, length=3)]
    """
    found: list[Run] = []
    position = 0
    while position < len(registers):
        start = registers[position]
        step = registers[position + 1] - start if position + 1 < len(registers) else 1
        count = 1
        while position + count < len(registers) and registers[position + count] == start + count * step:
            count += 1
        found.append(Run(start, step, count))
        position += count
    return found
