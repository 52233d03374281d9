"""What the compiling backends share: where every register stands, and which instructions are loops.

A register's place is one number, so that likeness is arithmetic: like instructions follow each other in a loop if their
places, of result and operands, go on in equal steps. Places are numbered line by line within one of these arrays:

- *columns*: inputs that vary; *shared*: all other inputs; *parameters*; *constants*;
- *single*: results of instructions that do not vary, computed once, ahead of the rows;
- *many*: results of instructions that vary, computed in every row.

Loops need their operands in memory. Everything else may stay in a variable of the generated function; a long code is
cut into parts, functions that hand on to each other what they compute through these arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from autograd import gates
from autograd.gates import Gate
from autograd.program.instructions import Code, Instruction
from autograd.program.summands import summands

ARRAYS = COLUMNS, SHARED, PARAMETERS, CONSTANTS, SINGLE, MANY = tuple(range(6))
"""The arrays, by number."""

ARRAY = 1 << 40
"""The distance between the places of two arrays; none is that long."""

LOOP_FROM = 64
"""From as many like terms or instructions on there is a loop."""
SORTED_FROM = 6_000
"""From as many instructions on, like ones are brought together."""
PART = 1_500
"""The most instructions and terms of one function of straight-line code, loops counting as one."""

NOWHERE = -ARRAY
"""The place of a factor that is not there."""

Row: TypeAlias = tuple[int, ...]


class Segment(NamedTuple):
    """Rows of numbers in equal steps: start, start + step, ..., `length` of them."""

    start: Row
    step: Row
    length: int

    def rows(self) -> Iterable[Row]:
        """The rows, one by one."""
        for i in range(self.length):
            yield tuple([a + i * b for a, b in zip(self.start, self.step, strict=True)])


def segments(rows: Sequence[Row]) -> list[Segment]:
    """Rows of numbers, in their order, as arithmetic progressions, each as long as it goes.

    >>> segments([(1, 5), (2, 5), (3, 5), (9, 9)])
    [Segment(start=(1, 5), step=(1, 0), length=3), Segment(start=(9, 9), step=(0, 0), length=1)]
    """
    found: list[Segment] = []
    position = 0
    while position < len(rows):
        start = rows[position]
        if position + 1 == len(rows):
            found.append(Segment(start, (0,) * len(start), 1))
            break
        last = rows[position + 1]
        step = tuple([b - a for a, b in zip(start, last, strict=True)])
        count = 2 if max(map(abs, step), default=0) < ARRAY // 2 else 1
        while 1 < count < len(rows) - position:
            last = tuple([a + b for a, b in zip(last, step, strict=True)])
            if rows[position + count] != last:
                break
            count += 1
        found.append(Segment(start, step if count > 1 else (0,) * len(start), count))
        position += count
    return found


@dataclass(frozen=True)
class Single:
    """One instruction."""

    register: int
    instruction: Instruction


@dataclass(frozen=True)
class Loop:
    """Like instructions: one gate, on places that go on in equal steps; the first place is that of the result."""

    gate: Gate
    places: Segment
    registers: tuple[int, ...]


@dataclass(frozen=True)
class RowSums:
    """Products that every row adds to summed outputs: rows of (number of the output, place, place or NOWHERE)."""

    terms: Segment


@dataclass(frozen=True)
class RowResults:
    """Outputs that are not summed: rows of (number among them, place)."""

    terms: Segment


Unit: TypeAlias = Single | Loop | RowSums | RowResults


class Schedule:
    """The parts of a code, in order, and the places of its registers.

    Attributes:
        code: the code.
        place: for each register, its place.
        lines: for each array, how many lines it has.
        ahead: the parts that are computed once.
        rows: the parts that are computed for every row.
        by_row: the outputs that every row has its own of.
        kept: registers that must be in memory, because a loop or another part asks for them.
        after: products of registers that do not vary; each is added once for every row.
    """

    def __init__(self, code: Code, *, exact: bool) -> None:
        self.code = code
        self.exact = exact
        self.products = [_summands(code, i, exact) for i in range(len(code.outputs))]
        self.absorbed = {
            r for r, found in zip(code.outputs, self.products, strict=True) if found and found != [(r, -1)]
        }
        self.by_row = [i for i, r in enumerate(code.outputs) if code.varying[r] and not code.summed[i]]
        self.lines = [0] * len(ARRAYS)
        self.place = [0] * code.registers
        order = self._order()
        self._give_places(order)
        varying = code.varying
        ahead, looped = ([r for r in order if varying[r] == way] for way in (False, True))
        self.after = self._shared_products()
        self.ahead = self._parts(self._units(ahead))
        self.rows = self._parts(self._with_outputs(self._units(looped)))
        self.kept = self._kept()

    # --- order and places ---------------------------------------------------------------------------------------------

    def _order(self) -> list[int]:
        """The registers of the instructions; in long codes like ones stand together, after what they need."""
        code = self.code
        order = [register for register, _ in code.numbered() if register not in self.absorbed]
        if len(order) < SORTED_FROM:
            return order
        depth = [0] * code.registers
        names: dict[Gate, int] = {}
        gate_of: dict[int, tuple[int, int]] = {}
        for register, (gate, operands) in code.numbered():
            depth[register] = 1 + max([depth[operand] for operand in operands])
            gate_of[register] = names.setdefault(gate, len(names)), len(operands)
        return sorted(order, key=lambda r: (depth[r], *gate_of[r]))

    def _give_places(self, order: Sequence[int]) -> None:
        code = self.code
        for register in range(code.inputs):
            self._give_place(register, COLUMNS if code.varies[register] else SHARED)
        for register in range(code.inputs, code.first_constant):
            self._give_place(register, PARAMETERS)
        for register in range(code.first_constant, code.first_instruction):
            self._give_place(register, CONSTANTS)
        for register in order:
            self._give_place(register, MANY if code.varying[register] else SINGLE)

    def _give_place(self, register: int, array: int) -> None:
        self.place[register] = array * ARRAY + self.lines[array]
        self.lines[array] += 1

    # --- units --------------------------------------------------------------------------------------------------------

    def _units(self, registers: Sequence[int]) -> list[Unit]:
        """Loops where like instructions follow each other, else single instructions."""
        first = self.code.first_instruction
        units: list[Unit] = []
        position = 0
        while position < len(registers):
            gate, operands = self.code.instructions[registers[position] - first]
            stop = position + 1
            while stop < len(registers):
                other = self.code.instructions[registers[stop] - first]
                if other.gate != gate or len(other.operands) != len(operands):
                    break
                stop += 1
            units += self._group(gate, registers[position:stop])
            position = stop
        return units

    def _group(self, gate: Gate, registers: Sequence[int]) -> list[Unit]:
        """One gate, again and again."""
        first = self.code.first_instruction
        instructions = [self.code.instructions[register - first] for register in registers]
        units: list[Unit] = []
        done = 0
        found = (
            segments([self._places_of(*pair) for pair in zip(registers, instructions, strict=True)])
            if (len(registers) >= LOOP_FROM)
            else [Segment((), (), len(registers))]
        )
        for segment in found:
            these = slice(done, done + segment.length)
            done += segment.length
            if segment.start and segment.length >= LOOP_FROM:
                units.append(Loop(gate, segment, tuple(registers[these])))
            else:
                units += [Single(r, i) for r, i in zip(registers[these], instructions[these], strict=True)]
        return units

    def _places_of(self, register: int, instruction: Instruction) -> Row:
        place = self.place
        return (place[register], *[place[operand] for operand in instruction.operands])

    # --- sums over the rows -------------------------------------------------------------------------------------------

    def _with_outputs(self, units: list[Unit]) -> list[Unit]:
        """The units, and after each the outputs of single rows and the sums over the rows that it completes."""
        position = {}
        for i, unit in enumerate(units):
            if isinstance(unit, Single):
                position[unit.register] = i
            elif isinstance(unit, Loop):
                position.update(dict.fromkeys(unit.registers, i))
        sums: dict[int, list[Row]] = {}
        results: dict[int, list[Row]] = {}
        for output, products in enumerate(self.products):
            for a, b in products:
                if self.code.varying[a] or (b != -1 and self.code.varying[b]):
                    ready = max(position.get(a, -1), position.get(b, -1))
                    sums.setdefault(ready, []).append(self._term(output, a, b))
        for line, output in enumerate(self.by_row):
            register = self.code.outputs[output]
            results.setdefault(position.get(register, -1), []).append((line, self.place[register]))
        arranged: list[Unit] = []
        for i in range(-1, len(units)):
            arranged += units[i : i + 1] if i >= 0 else []
            arranged += [RowSums(segment) for segment in segments(sums.get(i, []))]
            arranged += [RowResults(segment) for segment in segments(results.get(i, []))]
        return arranged

    def _term(self, output: int, a: int, b: int) -> Row:
        return (output, self.place[a], NOWHERE if b == -1 else self.place[b])

    def _shared_products(self) -> list[Segment]:
        varying = self.code.varying
        rows = []
        for output, products in enumerate(self.products):
            rows += [self._term(output, a, b) for a, b in products if not (varying[a] or (b != -1 and varying[b]))]
        return segments(_by_round(rows))

    # --- parts --------------------------------------------------------------------------------------------------------

    def _parts(self, units: list[Unit]) -> list[list[Unit]]:
        parts: list[list[Unit]] = []
        size = PART
        for unit in units:
            if size >= PART:
                parts.append([])
                size = 0
            parts[-1].append(unit)
            size += 1 if not isinstance(unit, Single) else min(len(unit.instruction.operands), LOOP_FROM)
        return parts

    def _kept(self) -> set[int]:
        """Results that are asked for where they are in no variable: in a loop, or in another part."""
        self.register_at = {self.place[r]: r for r in range(self.code.registers)}
        kept: set[int] = set()
        for part in (*self.ahead, *self.rows):
            here: set[int] = set()
            for unit in part:
                if isinstance(unit, Single):
                    kept.update([x for x in unit.instruction.operands if x not in here])
                    if long_terms(self, unit.instruction):
                        kept.update(unit.instruction.operands)
                    here.add(unit.register)
                elif isinstance(unit, Loop):
                    kept.update(
                        self.code.instructions[r - self.code.first_instruction].operands[i]
                        for r in unit.registers
                        for i in range(len(unit.places.start) - 1)
                    )
                    kept.update(unit.registers)
                else:
                    looped = unit.terms.length >= LOOP_FROM
                    for row in unit.terms.rows():
                        asked = [self.register_at[place] for place in row[1:] if place != NOWHERE]
                        kept.update([x for x in asked if looped or x not in here])
        for segment in self.after:
            for row in segment.rows():
                kept.update([self.register_at[place] for place in row[1:] if place != NOWHERE])
        kept.update([r for r in self.code.outputs if not self.code.varying[r]])
        return {r for r in kept if r >= self.code.first_instruction}


def _summands(code: Code, output: int, exact: bool) -> list[tuple[int, int]]:
    """In exact codes a sum over the rows adds up what the engine would: one number a row."""
    if not exact:
        return summands(code, output)
    register = code.outputs[output]
    return [(register, -1)] if code.summed[output] and code.varying[register] else []


def _by_round(rows: list[Row]) -> list[Row]:
    """The first product of every output, then the second of every output, and so on."""
    seen: dict[int, int] = {}
    rounds: list[int] = []
    for output, *_ in rows:
        seen[output] = seen.get(output, -1) + 1
        rounds.append(seen[output])
    return [rows[i] for i in sorted(range(len(rows)), key=rounds.__getitem__)]


def terms_of(schedule: Schedule, instruction: Instruction) -> list[Segment]:
    """What a sum or an adder adds up: rows of one place, or of two to be multiplied."""
    gate, operands = instruction
    places = [schedule.place[operand] for operand in operands]
    if type(gate) is not gates.Dot:
        return segments([(place,) for place in places])
    n = len(places) // 2
    return segments(list(zip(places[:n], places[n:-1], strict=True)))


def terms_in_loop(gate: Gate, places: Segment) -> list[Segment]:
    """The same of the sums that are the turns of a loop: after each place its step from turn to turn."""
    operands = list(zip(places.start[1:], places.step[1:], strict=True))
    if type(gate) is not gates.Dot:
        return segments([(*x,) for x in operands])
    n = len(operands) // 2
    return segments([(*w, *x) for w, x in zip(operands[:n], operands[n:-1], strict=True)])


def is_inner_loop(segment: Segment) -> bool:
    """Whether terms of `terms_in_loop` are a loop inside the loop: many, all with the same steps from turn to turn."""
    return segment.length >= LOOP_FROM and not any(segment.step[1::2])


def long_terms(schedule: Schedule, instruction: Instruction) -> bool:
    """Whether an instruction adds up so many terms that they are loops."""
    gate, operands = instruction
    if type(gate) not in (gates.Sum, gates.Mean, gates.Dot) or len(operands) < LOOP_FROM:
        return False
    return any(segment.length >= LOOP_FROM for segment in terms_of(schedule, instruction))
