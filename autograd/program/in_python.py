"""Codes as Python: straight-line source without any dependency, on floats, fractions and mpmath numbers.

The text consists of register names, numbers and the templates below. A loop runs over the rows; what does not vary is
computed ahead of it. Long codes are split into functions that share a list of registers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from autograd import gates
from autograd.gates import Gate
from autograd.program.arithmetic import QUICK, SAFE, Arithmetic, arithmetic_of
from autograd.program.collector import collector_paused
from autograd.program.instructions import Code, Instruction, Run, runs
from autograd.program.summands import Product, summands, taken_apart

STRAIGHT = 20_000
"""The most instructions in one function."""
PART = 4_000
"""How many instructions stand in each function of a code that is longer."""
LOOP_FROM = 64
"""From as many terms on, a sum is a loop."""
LONGEST_EXPRESSION = 400
"""How many characters an expression may have that stands inside another."""

TEMPLATES: dict[type[Gate], str] = {
    gates.Add: "{0} + {1}",
    gates.Subtract: "{0} - {1}",
    gates.Multiply: "{0} * {1}",
    gates.Divide: "{0} / {1}",
    gates.Negate: "-{0}",
    gates.Power: "power({0}, {1})",
    gates.ConstantPower: "power({0}, {exponent})",
    gates.Absolute: "abs({0})",
    gates.Exp: "exp({0})",
    gates.Expm1: "expm1({0})",
    gates.Log: "log({0})",
    gates.Log1p: "log1p({0})",
    gates.Sqrt: "sqrt({0})",
    gates.Square: "{0} * {0}",
    gates.Sin: "sin({0})",
    gates.Cos: "cos({0})",
    gates.Tan: "tan({0})",
    gates.Asin: "asin({0})",
    gates.Acos: "acos({0})",
    gates.Atan: "atan({0})",
    gates.Sinh: "sinh({0})",
    gates.Cosh: "cosh({0})",
    gates.Tanh: "tanh({0})",
    gates.Erf: "erf({0})",
    gates.Sigmoid: "sigmoid({0})",
    gates.Softplus: "softplus({0})",
    gates.LogSigmoid: "log_sigmoid({0})",
    gates.Relu: "{zero} if {0} <= 0 else {0}",
    gates.LeakyRelu: "{0} if {0} > 0 else {slope} * {0}",
    gates.Clip: "{low} if {0} < {low} else {high} if {0} > {high} else {0}",
    gates.Sign: "sign({0})",
    gates.Step: "step({0})",
    gates.Hypot: "hypot({0}, {1})",
    gates.Atan2: "atan2({0}, {1})",
    gates.Where: "{1} if {0} else {2}",
    gates.Greater: "{one} if {0} > {1} else {zero}",
    gates.GreaterOrEqual: "{one} if {0} >= {1} else {zero}",
    gates.ChainProduct: "{zero} if {0} == 0 else {0} * {1}",
}
"""One expression for each gate of a fixed number of inputs."""

_CALLS: dict[type[Gate], str] = {gates.Maximum: "maximum", gates.Minimum: "minimum", gates.LogSumExp: "logsumexp"}
_OF_TWO: dict[type[Gate], str] = {
    gates.Maximum: "{1} if {1} > {0} else {0} if {1} == {1} else {1}",
    gates.Minimum: "{1} if {1} < {0} else {0} if {1} == {1} else {1}",
}
_SMALL_POWERS = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", -1.0: "{one} / {0}"}
_CONDITIONS: dict[type[Gate], str] = {gates.Greater: "{0} > {1}", gates.GreaterOrEqual: "{0} >= {1}"}


class InPython:
    """A code that runs as Python. The first run in an arithmetic generates its text."""

    name = "python"
    takes_arrays = False

    def __init__(self, code: Code, *, exact: bool) -> None:
        self.code = code
        self.exact = exact
        self._functions: dict[int, tuple[Arithmetic, Callable[..., list[Any]]]] = {}

    def __call__(
        self, columns: Sequence[Any], shared: Sequence[Any], parameters: Sequence[Any], count: int
    ) -> list[Any]:
        """The outputs: a number each, or a list of `count` numbers where they vary and are not summed.

        Args:
            columns: for each input that varies, its number in every row.
            shared: the other inputs.
            parameters: the parameters.
            count: the number of rows.
        """
        arithmetic = arithmetic_of([*shared, *[x for column in columns for x in column[:1]]])
        if arithmetic is not None:
            number = arithmetic.number
            columns = [list(map(number, column)) for column in columns]
            shared, parameters = list(map(number, shared)), list(map(number, parameters))
            return self._function(arithmetic)(columns, shared, parameters, count)
        try:
            return self._function(QUICK)(columns, shared, parameters, count)
        except (ArithmeticError, ValueError):  # division by zero, or outside of what math takes
            return self._function(SAFE)(columns, shared, parameters, count)

    def _function(self, arithmetic: Arithmetic) -> Callable[..., list[Any]]:
        key = id(arithmetic) if arithmetic in (QUICK, SAFE) else 0
        known = self._functions.get(key)
        if known is None or known[0] is not arithmetic:
            with collector_paused():
                known = self._functions[key] = arithmetic, _Writer(self.code, arithmetic, self.exact).function()
        return known[1]

    def __getstate__(self) -> tuple[Code, bool]:
        return self.code, self.exact

    def __setstate__(self, state: tuple[Code, bool]) -> None:
        self.__init__(state[0], exact=state[1])  # type: ignore[misc]


class _Writer:
    """Writes the source of one code for one arithmetic."""

    def __init__(self, code: Code, arithmetic: Arithmetic, exact: bool) -> None:
        self.code = code
        self.arithmetic = arithmetic
        self.exact = exact
        self.on_floats = arithmetic in (QUICK, SAFE)
        self.names: dict[str, Any] = {
            **arithmetic.names,
            **{"inf": math.inf, "nan": math.nan, "reduce": reduce, "add": add, "mul": mul},
            **{"zero": arithmetic.number(0.0), "one": arithmetic.number(1.0)},
        }
        self.is_split = len(code.instructions) > STRAIGHT
        self.conditions = self._conditions()
        self.products = [[] if self.is_split or exact else summands(code, i) for i in range(len(code.outputs))]
        self.absorbed = set() if self.is_split or exact else taken_apart(code)
        self.inner: dict[int, str] = {}
        """Expressions that stand inside another, by register."""

    # --- the whole ----------------------------------------------------------------------------------------------------

    def function(self) -> Callable[..., list[Any]]:
        """The function (columns, shared, parameters, count) → outputs."""
        if self.is_split:
            return self._split_function()
        return self._compiled("run", self._lines())

    def _compiled(self, name: str, lines: Iterator[str]) -> Callable[..., Any]:
        exec(compile("\n".join(lines), "<program>", "exec"), self.names)
        return self.names[name]  # type: ignore[no-any-return]

    def _lines(self) -> Iterator[str]:
        yield "def run(columns, shared, parameters, count):"
        yield from self._given()
        varying = self.code.varying
        numbered = [(register, i) for register, i in self.code.numbered() if register not in self.absorbed]
        yield from self._statements([(r, i) for r, i in numbered if not varying[r]], " ")
        if any(self.code.varies):
            yield from self._loop([(r, i) for r, i in numbered if varying[r]])
        yield f" return [{', '.join(self._results())}]"

    def _given(self) -> Iterator[str]:
        shared = [f"r{i}" for i, varies in enumerate(self.code.varies) if not varies]
        parameters = [f"r{i}" for i in range(self.code.inputs, self.code.first_constant)]
        if shared:
            yield f" {', '.join(shared)}, = shared"
        if parameters:
            yield f" {', '.join(parameters)}, = parameters"

    def _loop(self, numbered: list[tuple[int, Instruction]]) -> Iterator[str]:
        outputs = list(enumerate(zip(self.code.outputs, self.code.summed, strict=True)))
        varying = [(i, r, s) for i, (r, s) in outputs if self.code.varying[r]]
        if not varying:
            return
        for i, _, summed in varying:
            yield f" s{i} = {self._zero()}" if summed else f" s{i} = []"
        columns = [f"r{i}" for i, varies in enumerate(self.code.varies) if varies]
        yield f" for {', '.join(columns)}, in zip(*columns):"
        yield from self._statements(numbered, "  ")
        for i, register, summed in varying:
            if not summed:
                yield f"  s{i}.append({self._operand(register)})"
            elif self.products[i]:
                yield from [f"  s{i} += {self._product(*p)}" for p in self._split(i)[0]]
            else:
                yield f"  s{i} += {self._operand(register)}"

    def _results(self) -> Iterator[str]:
        for i, (register, summed) in enumerate(zip(self.code.outputs, self.code.summed, strict=True)):
            if not self.code.varying[register]:
                yield f"{self._operand(register)} * count" if summed else self._operand(register)
            elif self.products[i] and (shared := self._split(i)[1]):
                yield f"s{i} + count * ({' + '.join([self._product(*p) for p in shared])})"
            else:
                yield f"s{i}"

    def _split(self, output: int) -> tuple[list[Product], list[Product]]:
        """The products of a summed output that vary, and those that do not."""
        varying = self.code.varying
        parts: tuple[list[Product], list[Product]] = [], []
        for a, b in self.products[output]:
            parts[not (varying[a] or (b != -1 and varying[b]))].append((a, b))
        return parts

    # --- statements ---------------------------------------------------------------------------------------------------

    def _statements(self, numbered: Sequence[tuple[int, Instruction]], indent: str) -> Iterator[str]:
        here = {register for register, _ in numbered}
        inside = self._inside(numbered, here)
        for register, instruction in numbered:
            text = self._expression(register, instruction)
            if register in inside and len(text) <= LONGEST_EXPRESSION:
                self.inner[register] = f"({text})"
            else:
                yield f"{indent}r{register} = {text}"

    def _inside(self, numbered: Sequence[tuple[int, Instruction]], here: set[int]) -> set[int]:
        """Registers with one use, in a place of an expression that is written once."""
        inside: set[int] = set()
        if self.is_split:
            return inside
        for _, (gate, operands) in numbered:
            template = self._template(gate, operands)
            for position, operand in enumerate(operands):
                if operand in here and self.code.uses[operand] == 1:
                    once = template is None or len(re.findall(rf"\{{{position}\}}", template)) == 1
                    if once and len(operands) < LOOP_FROM:
                        inside.add(operand)
        return inside

    def _operand(self, register: int) -> str:
        inner = self.inner.get(register)
        if inner is not None:
            return inner
        constant = register - self.code.first_constant
        if 0 <= constant < len(self.code.constants):
            return self._number(self.code.constants[constant])
        return f"r{register}"

    def _number(self, x: float) -> str:
        if not self.on_floats and math.isfinite(x):
            name = f"k{len(self.names)}"
            self.names[name] = self.arithmetic.number(x)
            return name
        text = "nan" if x != x else repr(x)
        return f"({text})" if text.startswith("-") else text

    def _zero(self) -> str:
        return "0.0" if self.on_floats else "zero"

    # --- expressions --------------------------------------------------------------------------------------------------

    def _conditions(self) -> set[int]:
        """Comparisons that are asked for nothing but which way to go."""
        code = self.code
        numbers = set(code.outputs)
        for gate, operands in code.instructions:
            numbers.update(operands[1:] if type(gate) is gates.Where else operands)
        return {r for r, (gate, _) in code.numbered() if type(gate) in _CONDITIONS and r not in numbers}

    def _template(self, gate: Gate, operands: tuple[int, ...]) -> str | None:
        kind = type(gate)
        if kind in _OF_TWO and len(operands) == 2:
            return _OF_TWO[kind]
        if kind is gates.ConstantPower and not self.exact and self.arithmetic is QUICK:
            return _SMALL_POWERS.get(gate.exponent, TEMPLATES[kind])  # type: ignore[attr-defined]
        if kind is gates.Divide and self.arithmetic is not QUICK:
            return "divide({0}, {1})"
        return TEMPLATES.get(kind)

    def _expression(self, register: int, instruction: Instruction) -> str:
        gate, operands = instruction
        template = _CONDITIONS[type(gate)] if register in self.conditions else self._template(gate, operands)
        if template is not None:
            numbers = {name: self._number(number) for name, number in gate.parameters.items() if gate.is_ours}
            one = "1.0" if self.on_floats else "one"
            return template.format(*map(self._operand, operands), **numbers, zero=self._zero(), one=one)
        if type(gate) in (gates.Sum, gates.Mean):
            total = self._sum([(x, -1) for x in operands])
            return total if type(gate) is gates.Sum else f"({total}) / {len(operands)}"
        if type(gate) is gates.Dot:
            return self._dot(operands)
        return f"{self._function_name(gate)}({', '.join(map(self._operand, operands))})"

    def _function_name(self, gate: Gate) -> str:
        name = _CALLS.get(type(gate))
        if name is None:
            if not self.on_floats:
                raise TypeError(f"{gate.symbol} computes floats only: its forward cannot be followed")
            name = f"gate{len(self.names)}"
            self.names[name] = gate
        return name

    def _dot(self, operands: tuple[int, ...]) -> str:
        n = len(operands) // 2
        bias = self._operand(operands[-1])
        total = self._sum(list(zip(operands[:n], operands[n:-1], strict=True)))
        return total if bias in ("0.0", "zero") else f"{total} + {bias}"

    def _sum(self, products: list[Product]) -> str:
        """0.0 + the products, from left to right."""
        if len(products) < LOOP_FROM:
            return " + ".join([self._zero(), *[self._product(a, b) for a, b in products]])
        first = self._sequence([a for a, _ in products])
        if all(b == -1 for _, b in products):
            return f"reduce(add, {first}, {self._zero()})"
        return f"reduce(add, map(mul, {first}, {self._sequence([b for _, b in products])}), {self._zero()})"

    def _product(self, a: int, b: int) -> str:
        factors = [self._operand(x) for x in (a, b) if x != -1]
        factors = [factor for factor in factors if factor != "1.0"] or ["1.0"]
        return " * ".join(factors)

    def _sequence(self, registers: list[int]) -> str:
        """The numbers of many registers, in order; a slice where they are parameters."""
        parts = runs(tuple(registers))
        first = self.code.inputs
        if (
            len(parts) == 1
            and parts[0].step == 1
            and first <= registers[0]
            and registers[-1] < self.code.first_constant
        ):
            return f"parameters[{registers[0] - first}:{registers[-1] - first + 1}]"
        return f"({', '.join(map(self._operand, registers))},)"

    # --- long codes ---------------------------------------------------------------------------------------------------

    def _split_function(self) -> Callable[..., list[Any]]:
        """Functions of `PART` instructions each on one list of registers."""
        code = self.code
        varying = code.varying
        ahead, looped = ([(r, i) for r, i in code.numbered() if varying[r] == v] for v in (False, True))
        parts = [[self._part(chunk) for chunk in _chunks(numbered)] for numbered in (ahead, looped)]
        number = self.arithmetic.number
        constants = list(map(number, code.constants))
        zero = number(0.0)

        def run(columns: Sequence[Any], shared: Sequence[Any], parameters: Sequence[Any], count: int) -> list[Any]:
            numbers = iter(shared)
            given = [None if varies else next(numbers) for varies in code.varies]
            registers = [*given, *parameters, *constants, *[None] * len(code.instructions)]
            for part in parts[0]:
                part(registers)
            results = _starting(code, registers, count, zero)
            inputs = [i for i, varies in enumerate(code.varies) if varies]
            for row in zip(*columns, strict=True) if inputs else ():
                for i, x in zip(inputs, row, strict=True):
                    registers[i] = x
                for part in parts[1]:
                    part(registers)
                _collect(code, registers, results)
            return results

        return run

    def _part(self, numbered: list[tuple[int, Instruction]]) -> Callable[[list[Any]], None]:
        """A function that computes some instructions from the list of registers, and into it."""
        here = {register for register, _ in numbered}
        first = self.code.first_constant
        constants = range(first, self.code.first_instruction)
        if len(numbered) == 1 and len(numbered[0][1].operands) >= LOOP_FROM:
            return self._compiled("part", iter(["def part(registers):", *self._statement_of_many(*numbered[0])]))
        needed = sorted({x for _, (_, operands) in numbered for x in operands if x not in here and x not in constants})
        inside: dict[int, int] = dict.fromkeys(here, 0)
        for _, (_, operands) in numbered:
            for operand in operands:
                if operand in inside:
                    inside[operand] += 1
        kept = [register for register in here if inside[register] < self.code.uses[register]]
        lines = [f" r{r} = registers[{r}]" for r in needed]
        lines += self._statements(numbered, " ")
        lines += [f" registers[{r}] = r{r}" for r in sorted(kept)]
        return self._compiled("part", iter(["def part(registers):", *lines]))

    def _statement_of_many(self, register: int, instruction: Instruction) -> Iterator[str]:
        """An instruction of many operands, which it takes from the list in slices."""
        for name, half in zip(("w", "x"), _halves(instruction), strict=False):
            yield f" {name} = [{', '.join([f'*registers[{_slice(run)}]' for run in runs(half)])}]"
        kind, last = type(instruction.gate), instruction.operands[-1]
        total = f"reduce(add, {'map(mul, w, x)' if kind is gates.Dot else 'w'}, {self._zero()})"
        if kind is gates.Dot:
            text = f"{total} + registers[{last}]"
        elif kind in (gates.Sum, gates.Mean):
            text = total if kind is gates.Sum else f"{total} / {len(instruction.operands)}"
        else:
            text = f"{self._function_name(instruction.gate)}(*w)"
        yield f" registers[{register}] = {text}"


def _halves(instruction: Instruction) -> list[tuple[int, ...]]:
    gate, operands = instruction
    n = len(operands) // 2
    return [operands[:n], operands[n:-1]] if type(gate) is gates.Dot else [operands]


def _slice(run: Run) -> str:
    """The place of a run in the list of registers."""
    start, step, count = run
    if step == 0:
        return f"{start}:{start + 1}] * {count} + registers[0:0"
    stop = start + step * count
    return f"{start}:{stop if stop >= 0 else ''}:{step}"


def _chunks(numbered: list[tuple[int, Instruction]]) -> Iterator[list[tuple[int, Instruction]]]:
    """The instructions in parts; one of many operands is a part of its own."""
    chunk: list[tuple[int, Instruction]] = []
    for item in numbered:
        is_long = len(item[1].operands) >= LOOP_FROM
        if chunk and (is_long or len(chunk) >= PART):
            yield chunk
            chunk = []
        chunk.append(item)
        if is_long:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _starting(code: Code, registers: list[Any], count: int, zero: Any) -> list[Any]:
    """The outputs before the first row."""
    results: list[Any] = []
    for register, summed in zip(code.outputs, code.summed, strict=True):
        if not code.varying[register]:
            results.append(registers[register] * count if summed else registers[register])
        else:
            results.append(zero if summed else [])
    return results


def _collect(code: Code, registers: list[Any], results: list[Any]) -> None:
    """What one row adds to the outputs."""
    for i, (register, summed) in enumerate(zip(code.outputs, code.summed, strict=True)):
        if code.varying[register]:
            if summed:
                results[i] += registers[register]
            else:
                results[i].append(registers[register])
