"""The text that LLVM compiles: only numbers, names of our own and the templates here stand in it.

One module has the functions `ahead` (what does not vary), `rows` (a block of rows), `run` (all blocks, called from
outside), each in as many parts as it takes, and the vector functions of `llvm_math` that they call. All of them work on
one piece of memory, whose layout is `Layout`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from autograd import gates
from autograd.gates import Gate
from autograd.program.instructions import Instruction
from autograd.program.schedule import (
    ARRAY,
    COLUMNS,
    LOOP_FROM,
    MANY,
    NOWHERE,
    Loop,
    Row,
    RowSums,
    Schedule,
    Segment,
    Single,
    Unit,
    is_inner_loop,
    segments,
    terms_in_loop,
    terms_of,
)

LINE = 64
"""Bytes of a cache line."""
CACHED = 1 << 18
"""How many bytes the columns of a workspace may have, if it holds more than one block of rows."""
MOST_ROWS = 4096
AT_ONCE = 4
"""How many terms of a loop stand side by side."""


class Layout:
    """Where everything stands in a workspace, in bytes from its start."""

    def __init__(self, schedule: Schedule, lanes: int) -> None:
        code = schedule.code
        self.lanes = lanes
        lines = schedule.lines
        self.count_columns, self.count_shared, self.count_parameters = lines[:3]
        self.constant_numbers = code.constants
        self.count_sums = len(code.outputs)
        self.count_by_row = len(schedule.by_row)
        self.rows = self._rows()
        self.size = 0
        self.columns = self._piece(8 * self.rows * self.count_columns)
        self.by_row = self._piece(8 * self.rows * self.count_by_row)
        self.shared = self._piece(8 * self.count_shared)
        self.parameters = self._piece(8 * self.count_parameters)
        self.constants = self._piece(8 * len(self.constant_numbers))
        self.single = self._piece(8 * lines[4])
        self.sums = self._piece(8 * self.count_sums)
        self.in_lanes = self._piece(8 * lanes * self.count_sums)
        self.in_last_lanes = self._piece(8 * lanes * self.count_sums)
        self.many = self._piece(8 * lanes * lines[MANY])
        starts = (self.columns, self.shared, self.parameters, self.constants, self.single, self.many)
        widths = (8 * self.rows, 8, 8, 8, 8, 8 * lanes)
        self.arrays = tuple(zip(starts, widths, strict=True))

    def _rows(self) -> int:
        """How many rows a workspace holds: an odd number of cache lines, so that columns do not crowd a cache set."""
        wanted = CACHED // (8 * max(1, self.count_columns + self.count_by_row))
        blocks = max(1, min(MOST_ROWS, wanted) // 8 - 1) | 1
        return 8 * blocks

    def _piece(self, size: int) -> int:
        start = self.size
        self.size += -(-size // LINE) * LINE
        return start

    def offset(self, place: int) -> int:
        """Where the number of a place stands, in the first row of a block."""
        array, line = divmod(place, ARRAY)
        start, width = self.arrays[array]
        return start + line * width

    def stride(self, place: int, step: int) -> int:
        """How many bytes further on the next place stands."""
        return step * self.arrays[place // ARRAY][1]


# --- one function -----------------------------------------------------------------------------------------------------


def hexadecimal(x: float) -> str:
    """A double as LLVM reads it, exactly.

    >>> hexadecimal(1.0)
    '0x3FF0000000000000'
    """
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


class Body:
    """The instructions of one function, line by line, on vectors of `lanes` numbers, or with one lane on numbers.

    Attributes:
        lines: the text.
        called: the names of the functions that it calls, each with the number of lanes.
        exact: whether nothing may be fused.
    """

    def __init__(self, lanes: int, exact: bool) -> None:
        self.lines: list[str] = []
        self.called: set[tuple[str, int]] = set()
        self.exact = exact
        self.flags = "" if exact else "contract "
        self.block = "entry"
        self._count = 0
        self.set_lanes(lanes)

    def set_lanes(self, lanes: int) -> None:
        """Go on with vectors of so many numbers."""
        self.lanes = lanes
        self.type = self.vector("double")

    def vector(self, element: str) -> str:
        """The type of as many elements as there are lanes."""
        return element if self.lanes == 1 else f"<{self.lanes} x {element}>"

    def op(self, text: str) -> str:
        """A name for the result of an LLVM instruction."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"{name} = {text}")
        return name

    # --- arithmetic ---------------------------------------------------------------------------------------------------

    def constant(self, x: float) -> str:
        return self.spread_text(f"double {hexadecimal(x)}")

    def integer(self, x: int) -> str:
        return self.spread_text(f"i64 {x}")

    def spread_text(self, text: str) -> str:
        if self.lanes == 1:
            return text.partition(" ")[2]
        return f"<{', '.join([text] * self.lanes)}>"

    def binary(self, name: str, a: str, b: str) -> str:
        return self.op(f"{name} {self.flags}{self.type} {a}, {b}")

    def add(self, a: str, b: str) -> str:
        return self.binary("fadd", a, b)

    def subtract(self, a: str, b: str) -> str:
        return self.binary("fsub", a, b)

    def multiply(self, a: str, b: str) -> str:
        return self.binary("fmul", a, b)

    def divide(self, a: str, b: str) -> str:
        return self.binary("fdiv", a, b)

    def negate(self, a: str) -> str:
        return self.op(f"fneg {self.type} {a}")

    def absolute(self, a: str) -> str:
        return self.intrinsic("fabs", a)

    def intrinsic(self, name: str, *operands: str) -> str:
        suffix = "f64" if self.lanes == 1 else f"v{self.lanes}f64"
        given = ", ".join([f"{self.type} {x}" for x in operands])
        return self.op(f"call {self.type} @llvm.{name}.{suffix}({given})")

    def integers(self, name: str, a: str, b: str) -> str:
        return self.op(f"{name} {self.vector('i64')} {a}, {b}")

    def as_integers(self, a: str) -> str:
        return self.op(f"bitcast {self.type} {a} to {self.vector('i64')}")

    def as_doubles(self, a: str) -> str:
        return self.op(f"bitcast {self.vector('i64')} {a} to {self.type}")

    def compare(self, how: str, a: str, b: str) -> str:
        """A truth value by one of LLVM's comparisons: ogt is "ordered and greater", une "unordered or not equal"."""
        return self.op(f"fcmp {how} {self.type} {a}, {b}")

    def both(self, name: str, a: str, b: str) -> str:
        return self.op(f"{name} {self.vector('i1')} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        return self.op(f"select {self.vector('i1')} {condition}, {self.type} {a}, {self.type} {b}")

    def call(self, name: str, *operands: str) -> str:
        """A function of `llvm_math`, or of C where it is not there."""
        self.called.add((name, self.lanes))
        given = ", ".join([f"{self.type} {x}" for x in operands])
        return self.op(f"call {self.type} @{function_name(name, self.lanes)}({given})")

    # --- memory -------------------------------------------------------------------------------------------------------

    def address(self, base: str, offset: int, index: str | None = None, stride: int = 0) -> str:
        pointer = base if offset == 0 else self.op(f"getelementptr i8, ptr {base}, i64 {offset}")
        if index is None or stride == 0:
            return pointer
        return self.op(f"getelementptr i8, ptr {pointer}, i64 {self.op(f'mul i64 {index}, {stride}')}")

    def load(self, pointer: str, align: int) -> str:
        return self.op(f"load {self.type}, ptr {pointer}, align {align}")

    def load_one(self, pointer: str) -> str:
        """One number, in every lane."""
        number = self.op(f"load double, ptr {pointer}, align 8")
        return number if self.lanes == 1 else self.spread(number)

    def spread(self, number: str) -> str:
        first = self.op(f"insertelement {self.type} poison, double {number}, i64 0")
        return self.op(f"shufflevector {self.type} {first}, {self.type} poison, {self.vector('i32')} zeroinitializer")

    def store(self, x: str, pointer: str, align: int) -> None:
        self.lines.append(f"store {self.type} {x}, ptr {pointer}, align {align}")

    # --- loops --------------------------------------------------------------------------------------------------------

    def loop(
        self, count: int | str, carried: Sequence[str], body: Callable[[str, list[str]], Sequence[str]], step: int = 1
    ) -> list[str]:
        """Run `body(index, carried numbers)` for 0, step, ... below count; at least once."""
        self._count += 1
        label, before, kind = f"loop{self._count}", self.block, self.type
        self.lines += [f"br label %{label}", f"{label}:"]
        self.block = label
        index = f"%i{self._count}"
        heads = [len(self.lines) + i for i in range(len(carried) + 1)]
        names = [f"{index}.{i}" for i in range(len(carried))]
        self.lines += [""] * len(heads)
        results = body(index, names)
        following = self.op(f"add i64 {index}, {step}")
        going = self.op(f"icmp slt i64 {following}, {count}")
        self.lines += [f"br i1 {going}, label %{label}, label %{label}.end", f"{label}.end:"]
        self.lines[heads[0]] = f"{index} = phi i64 [ 0, %{before} ], [ {following}, %{self.block} ]"
        for head, name, start, result in zip(heads[1:], names, carried, results, strict=True):
            self.lines[head] = f"{name} = phi {kind} [ {start}, %{before} ], [ {result}, %{self.block} ]"
        self.block = f"{label}.end"
        return list(results)


def function_name(name: str, lanes: int) -> str:
    return name if lanes == 1 else f"{name}.{lanes}"


# --- gates ------------------------------------------------------------------------------------------------------------


def _largest(how: str) -> Callable[..., str]:
    """The first of the best, as Python's max and min; nan if one is nan."""

    def emit(b: Body, *xs: str) -> str:
        best = xs[0]
        for x in xs[1:]:
            taken = b.both("or", b.compare(how, x, best), b.compare("uno", x, x))
            best = b.select(taken, x, best)
        return best

    return emit


_maximum = _largest("ogt")


def _relu(b: Body, x: str) -> str:
    zero = b.constant(0.0)
    return b.select(b.compare("ole", x, zero), zero, x)


def _sign(b: Body, x: str) -> str:
    zero, one = b.constant(0.0), b.constant(1.0)
    up = b.select(b.compare("ogt", x, zero), one, zero)
    found = b.select(b.compare("olt", x, zero), b.constant(-1.0), up)
    return b.select(b.compare("uno", x, x), x, found)


def _step(b: Body, x: str) -> str:
    found = b.select(b.compare("ogt", x, b.constant(0.0)), b.constant(1.0), b.constant(0.0))
    return b.select(b.compare("uno", x, x), x, found)


def _sigmoid(b: Body, x: str) -> str:
    one = b.constant(1.0)
    e = b.call("exp", b.negate(b.absolute(x)))
    numerator = b.select(b.compare("oge", x, b.constant(0.0)), one, e)
    return b.divide(numerator, b.add(one, e))


def _softplus(b: Body, x: str) -> str:
    zero = b.constant(0.0)
    above = b.select(b.compare("ogt", zero, x), zero, x)
    return b.add(above, b.call("log1p", b.call("exp", b.negate(b.absolute(x)))))


def _chain_product(b: Body, gradient: str, slope: str) -> str:
    zero = b.constant(0.0)
    return b.select(b.compare("oeq", gradient, zero), zero, b.multiply(gradient, slope))


def _logsumexp(b: Body, *xs: str) -> str:
    largest = _maximum(b, *xs)
    zero = b.constant(0.0)
    seen, total = None, zero
    for x in xs:
        here = b.compare("oeq", x, largest)
        left_out = here if seen is None else b.both("and", here, b.both("xor", seen, b.spread_text("i1 true")))
        seen = here if seen is None else b.both("or", seen, here)
        total = b.add(total, b.select(left_out, zero, b.call("exp", b.subtract(x, largest))))
    infinite = b.compare("oeq", b.absolute(largest), b.constant(float("inf")))
    return b.select(infinite, largest, b.add(largest, b.call("log1p", total)))


def _by_name(name: str) -> Callable[..., str]:
    return lambda b, *xs: b.call(name, *xs)


GATES: dict[type[Gate], Callable[..., str]] = {
    gates.Add: Body.add,
    gates.Subtract: Body.subtract,
    gates.Multiply: Body.multiply,
    gates.Divide: Body.divide,
    gates.Negate: Body.negate,
    gates.Absolute: Body.absolute,
    gates.Sqrt: lambda b, x: b.intrinsic("sqrt", x),
    gates.Square: lambda b, x: b.multiply(x, x),
    gates.Exp: _by_name("exp"),
    gates.Expm1: _by_name("expm1"),
    gates.Log: _by_name("log"),
    gates.Log1p: _by_name("log1p"),
    gates.Sin: _by_name("sin"),
    gates.Cos: _by_name("cos"),
    gates.Tan: _by_name("tan"),
    gates.Asin: _by_name("asin"),
    gates.Acos: _by_name("acos"),
    gates.Atan: _by_name("atan"),
    gates.Sinh: _by_name("sinh"),
    gates.Cosh: _by_name("cosh"),
    gates.Tanh: _by_name("tanh"),
    gates.Erf: _by_name("erf"),
    gates.Hypot: _by_name("hypot"),
    gates.Atan2: _by_name("atan2"),
    gates.Power: _by_name("pow"),
    gates.Sigmoid: _sigmoid,
    gates.Softplus: _softplus,
    gates.LogSigmoid: lambda b, x: b.negate(_softplus(b, b.negate(x))),
    gates.Relu: _relu,
    gates.Sign: _sign,
    gates.Step: _step,
    gates.ChainProduct: _chain_product,
    gates.Maximum: _maximum,
    gates.Minimum: _largest("olt"),
    gates.LogSumExp: _logsumexp,
}
"""What computes a gate; comparisons, `where` and sums are in `_Writer`."""

_COMPARISONS = {gates.Greater: "ogt", gates.GreaterOrEqual: "oge"}


def _with_numbers(b: Body, gate: Gate, x: str) -> str:
    """A gate that has numbers of its own."""
    match gate:
        case gates.Clip(low=low, high=high):
            bottom, top = b.constant(low), b.constant(high)
            raised = b.select(b.compare("ogt", bottom, x), bottom, x)
            return b.select(b.compare("olt", top, raised), top, raised)
        case gates.LeakyRelu(slope=slope):
            return b.select(b.compare("ogt", x, b.constant(0.0)), x, b.multiply(b.constant(slope), x))
        case gates.ConstantPower(exponent=exponent):
            return _power(b, x, exponent)
    raise TypeError(f'{gate.symbol} computes floats only, its forward cannot be followed: write backend="python"')


def _power(b: Body, x: str, exponent: float) -> str:
    if not b.exact and exponent in (2.0, 3.0):
        square = b.multiply(x, x)
        return square if exponent == 2.0 else b.multiply(square, x)
    if not b.exact and exponent == -1.0:
        return b.divide(b.constant(1.0), x)
    return b.call("pow", x, b.constant(exponent))


# --- the parts of a code ----------------------------------------------------------------------------------------------


class _Writer:
    """Writes the instructions of one part into a body.

    `%m` is the workspace, `%c` the same moved on to the rows of the block, `%s` where the lanes of the sums are.
    """

    def __init__(self, schedule: Schedule, layout: Layout, body: Body) -> None:
        self.schedule = schedule
        self.layout = layout
        self.body = body
        self.code = schedule.code
        self.known: dict[int, str] = {}
        """Names by place."""
        self.truths: dict[str, str] = {}
        """Truth values by the names of the numbers 1.0 and 0.0 that were made of them."""
        self.along = False
        """Whether the lanes are neighbours in memory instead of rows."""

    def unit(self, unit: Unit) -> None:
        if isinstance(unit, Single):
            self._single(unit)
        elif isinstance(unit, Loop):
            self._loop(unit)
        elif isinstance(unit, RowSums):
            self.each(unit.terms, self._add_to_sum)
        else:
            self.each(unit.terms, self._give)

    def each(self, terms: Segment, emit: Callable[[Row, Row, str | None], list[str]]) -> None:
        """Something for each row of a segment, in a loop if there are many."""
        if terms.length < LOOP_FROM:
            for row in terms.rows():
                emit(row, (0,) * len(row), None)
        else:
            self.body.loop(terms.length, [], lambda i, _: emit(terms.start, terms.step, i))

    # --- numbers ------------------------------------------------------------------------------------------------------

    def number(self, place: int, index: str | None = None, step: int = 0) -> str:
        """The number of a place, or in a loop of the place `index` steps further on."""
        if place in self.known and (index is None or step == 0):
            return self.body.spread(self.known[place]) if self.along else self.known[place]
        array = place // ARRAY
        b, offset, stride = self.body, self.layout.offset(place), self.layout.stride(place, step)
        base = "%c" if array == COLUMNS else "%m"
        pointer = b.address(base, offset, index, stride)
        if array in (COLUMNS, MANY):
            return b.load(pointer, 8 * self.layout.lanes)
        if self.along and step == 1:
            return b.load(pointer, 8)
        return b.load_one(pointer)

    def keep(self, name: str, place: int, index: str | None = None, step: int = 0) -> None:
        """Store a result."""
        align = 8 * self.layout.lanes if place // ARRAY == MANY else 8
        pointer = self.body.address("%m", self.layout.offset(place), index, self.layout.stride(place, step))
        self.body.store(name, pointer, align)

    # --- instructions -------------------------------------------------------------------------------------------------

    def _single(self, unit: Single) -> None:
        gate, operands = unit.instruction
        place = self.schedule.place
        if type(gate) in (gates.Sum, gates.Mean, gates.Dot):
            name = self._long_sum(unit.instruction)
        else:
            name = self._gate(gate, [self.number(place[operand]) for operand in operands])
        self.known[place[unit.register]] = name
        if unit.register in self.schedule.kept:
            self.keep(name, place[unit.register])

    def _gate(self, gate: Gate, xs: list[str]) -> str:
        b = self.body
        kind = type(gate)
        if kind in _COMPARISONS:
            truth = b.compare(_COMPARISONS[kind], *xs)
            name = b.select(truth, b.constant(1.0), b.constant(0.0))
            self.truths[name] = truth
            return name
        if kind is gates.Where:
            condition = self.truths.get(xs[0]) or b.compare("une", xs[0], b.constant(0.0))
            return b.select(condition, xs[1], xs[2])
        emit = GATES.get(kind)
        return emit(b, *xs) if emit is not None else _with_numbers(b, gate, *xs)

    # --- sums ---------------------------------------------------------------------------------------------------------

    def _long_sum(self, instruction: Instruction) -> str:
        """A sum from left to right, or where it is long, in several strands; with a bias, or divided for a mean."""
        gate, operands = instruction
        b = self.body
        found = terms_of(self.schedule, instruction)
        total = b.constant(0.0)
        for segment in found:
            if segment.length >= LOOP_FROM:
                total = self._summed(segment, total)
            else:
                for row in segment.rows():
                    total = b.add(total, self._term([self.number(place) for place in row]))
        return self._finished(gate, operands[-1], len(operands), total)

    def _finished(self, gate: Gate, last: int, count: int, total: str) -> str:
        b = self.body
        if type(gate) is gates.Mean:
            return b.divide(total, b.constant(float(count)))
        if type(gate) is gates.Sum:
            return total
        place = self.schedule.place[last]
        bias = self._constant(last)
        return total if bias == 0.0 and str(bias) == "0.0" else b.add(total, self.number(place))

    def _constant(self, register: int) -> float | None:
        i = register - self.code.first_constant
        return self.code.constants[i] if 0 <= i < len(self.code.constants) else None

    def _term(self, factors: list[str]) -> str:
        return factors[0] if len(factors) == 1 else self.body.multiply(*factors)

    def _summed(self, segment: Segment, total: str) -> str:
        """Total + the terms of a segment, in a loop; in neighbouring strands where order does not matter."""
        b = self.body
        if self.schedule.exact:
            return b.loop(segment.length, [total], lambda i, t: [b.add(t[0], self._term_at(segment, i))])[0]
        neighbours = b.lanes == 1 and all(step in (0, 1) for step in segment.step)
        width = self.layout.lanes if neighbours else 1
        at_once = AT_ONCE * width
        many = segment.length // at_once
        if many:
            self._set_along(neighbours)
            strands = b.loop(
                many * at_once,
                [b.constant(0.0)] * AT_ONCE,
                lambda i, t: [b.add(x, self._term_at(_moved(segment, k * width), i)) for k, x in enumerate(t)],
                at_once,
            )
            strand = b.add(b.add(strands[0], strands[1]), b.add(strands[2], strands[3]))
            self._set_along(False)
            total = b.add(total, reduced(b, strand, width) if neighbours else strand)
        for row in _moved(segment, many * at_once).rows():
            total = b.add(total, self._term([self.number(place) for place in row]))
        return total

    def _set_along(self, along: bool) -> None:
        """Lanes become neighbours in memory, or what they were."""
        if along != self.along:
            self.along = along
            self.body.set_lanes(self.layout.lanes if along else 1)

    def _term_at(self, segment: Segment, index: str) -> str:
        pairs = zip(segment.start, segment.step, strict=True)
        return self._term([self.number(place, index, step) for place, step in pairs])

    # --- loops --------------------------------------------------------------------------------------------------------

    def _loop(self, unit: Loop) -> None:
        """Like instructions: side by side in the lanes where they are neighbours and do not wait for each other."""
        places, width = unit.places, 1
        if self._are_neighbours(unit):
            width = self.layout.lanes
            many = places.length // width * width
            self._set_along(True)
            self.body.loop(many, [], lambda i, _: self._one_of(unit, places, i), width)
            self._set_along(False)
            rest = _moved(places, many)
            if rest.length:
                self.body.loop(rest.length, [], lambda i, _: self._one_of(unit, rest, i))
            return
        self.body.loop(places.length, [], lambda i, _: self._one_of(unit, places, i))

    def _are_neighbours(self, unit: Loop) -> bool:
        start, step, count = unit.places
        if self.body.lanes != 1 or step[0] != 1 or not all(s in (0, 1) for s in step):
            return False
        if type(unit.gate) in (gates.Sum, gates.Mean, gates.Dot):
            return False
        return not any(
            start[0] <= place + s * (count - 1) and place < start[0] + count
            for place, s in zip(start[1:], step[1:], strict=True)
        )

    def _one_of(self, unit: Loop, places: Segment, index: str) -> list[str]:
        gate = unit.gate
        if type(gate) in (gates.Sum, gates.Mean, gates.Dot):
            name = self._sum_in_loop(gate, places, index)
        else:
            pairs = zip(places.start[1:], places.step[1:], strict=True)
            name = self._gate(gate, [self.number(place, index, step) for place, step in pairs])
        self.keep(name, places.start[0], index, places.step[0])
        return []

    def _sum_in_loop(self, gate: Gate, places: Segment, index: str) -> str:
        """A sum in each turn of a loop; long ones are a loop themselves."""
        b = self.body
        total = b.constant(0.0)
        for segment in terms_in_loop(gate, places):
            inner = is_inner_loop(segment)
            for row in [segment.start] if inner else segment.rows():
                bases = list(zip(row[::2], row[1::2], strict=True))
                if inner:
                    total = self._nested(bases, segment, index, total)
                else:
                    total = b.add(total, self._term([self.number(place, index, step) for place, step in bases]))
        if type(gate) is gates.Mean:
            return b.divide(total, b.constant(float(len(places.start) - 1)))
        bias = places.start[-1], index, places.step[-1]
        return b.add(total, self.number(*bias)) if type(gate) is gates.Dot else total

    def _nested(self, bases: list[tuple[int, int]], segment: Segment, outer: str, total: str) -> str:
        """Total + terms that go on in a loop inside a loop."""
        b = self.body

        def factor(place: int, outer_step: int, step: int, inner: str) -> str:
            stride = self.layout.stride(place, outer_step)
            pointer = b.address("%c" if place // ARRAY == COLUMNS else "%m", self.layout.offset(place), outer, stride)
            if step:
                pointer = b.address(pointer, 0, inner, self.layout.stride(place, step))
            return b.load(pointer, 8) if place // ARRAY in (COLUMNS, MANY) else b.load_one(pointer)

        def term(inner: str) -> str:
            steps = segment.step[::2]
            return self._term([factor(p, o, s, inner) for (p, o), s in zip(bases, steps, strict=True)])

        return b.loop(segment.length, [total], lambda i, t: [b.add(t[0], term(i))])[0]

    # --- outputs ------------------------------------------------------------------------------------------------------

    def _give(self, row: Row, step: Row, index: str | None) -> list[str]:
        """An output of each row."""
        width = 8 * self.layout.rows
        pointer = self.body.address("%c", self.layout.by_row + width * row[0], index, width * step[0])
        self.body.store(self.number(row[1], index, step[1]), pointer, 8 * self.layout.lanes)
        return []

    def _add_to_sum(self, row: Row, step: Row, index: str | None) -> list[str]:
        """A product for a sum over the rows."""
        b = self.body
        pairs = [(place, s) for place, s in zip(row[1:], step[1:], strict=True) if place != NOWHERE]
        factors = [self.number(place, index, s) for place, s in pairs]
        term = self._term(factors)
        if self.schedule.exact:
            pointer = b.address("%m", self.layout.sums + 8 * row[0], index, 8 * step[0])
            b.lines.append(f"store double {in_order(b, pointer, term)}, ptr {pointer}, align 8")
            return []
        width = 8 * self.layout.lanes
        pointer = b.address("%s", width * row[0], index, width * step[0])
        b.store(b.add(b.load(pointer, width), term), pointer, width)
        return []


def _moved(segment: Segment, by: int) -> Segment:
    start = tuple([a + by * s for a, s in zip(segment.start, segment.step, strict=True)])
    return Segment(start, segment.step, segment.length - by)


def reduced(b: Body, vector: str, lanes: int) -> str:
    """The sum of the lanes, in any order."""
    given = f"double {hexadecimal(-0.0)}, <{lanes} x double> {vector}"
    return b.op(f"call reassoc double @llvm.vector.reduce.fadd.v{lanes}f64({given})")


def in_order(b: Body, pointer: str, vector: str) -> str:
    """The number at a pointer + the lanes that are rows, from the first to the last."""
    before = b.op(f"load double, ptr {pointer}, align 8")
    rows = b.select("%mask", vector, b.constant(0.0))
    return b.op(f"call double @llvm.vector.reduce.fadd.v{b.lanes}f64(double {before}, {b.type} {rows})")


# --- the module -------------------------------------------------------------------------------------------------------


def module(schedule: Schedule, layout: Layout) -> str:
    """The text of the module for a schedule."""
    from autograd.program.llvm_math import definitions

    exact, lanes = schedule.exact, layout.lanes
    functions: list[str] = []
    called: set[tuple[str, int]] = set()

    def write(name: str, units: Sequence[Unit], width: int, extra: Sequence[str] = ()) -> None:
        body = Body(width, exact)
        body.lines += extra
        writer = _Writer(schedule, layout, body)
        for unit in units:
            writer.unit(unit)
        functions.append(_function(f"void @{name}(ptr %m, ptr %c, ptr %s, i64 %valid)", body))
        called.update(body.called)

    mask = _mask(lanes) if exact else []
    for i, part in enumerate(schedule.ahead):
        write(f"ahead{i}", part, 1)
    for i, part in enumerate(schedule.rows):
        write(f"rows{i}", part, lanes, mask)
    functions.append(_finish(schedule, layout))
    functions.append(_run(schedule, layout))
    return "\n".join([*functions, *definitions(called, exact), ""])


def _function(head: str, body: Body, linkage: str = "internal") -> str:
    lines = [f"define {linkage} {head} nounwind {{".replace("  ", " "), "entry:", *body.lines, "ret void", "}"]
    return "\n".join(lines)


def _mask(lanes: int) -> list[str]:
    """Which lanes are rows."""
    numbers = ", ".join([f"i64 {i}" for i in range(lanes)])
    kind = f"<{lanes} x i64>"
    return [
        f"%valid.0 = insertelement {kind} poison, i64 %valid, i64 0",
        f"%valid.n = shufflevector {kind} %valid.0, {kind} poison, <{lanes} x i32> zeroinitializer",
        f"%mask = icmp slt {kind} <{numbers}>, %valid.n",
    ]


def _finish(schedule: Schedule, layout: Layout) -> str:
    """The outputs that are one number each, after the last row."""
    code, exact = schedule.code, schedule.exact
    b = Body(1, exact)
    total = b.op("sitofp i64 %valid to double")
    sums = [i for i, r in enumerate(code.outputs) if code.summed[i] and code.varying[r]]
    width = 8 * layout.lanes
    if sums and not exact:
        for start, step, count in segments([(i,) for i in sums]):

            def reduce(index: str, _: list[str], start: int = start[0], step: int = step[0]) -> list[str]:
                b.set_lanes(layout.lanes)
                found = b.load(b.address("%s", width * start, index, width * step), width)
                b.set_lanes(1)
                b.store(reduced(b, found, layout.lanes), b.address("%m", layout.sums + 8 * start, index, 8 * step), 8)
                return []

            b.loop(count, [], reduce)
    writer = _Writer(schedule, layout, b)
    for segment in schedule.after:
        writer.each(segment, lambda row, step, index: _add_shared(writer, row, step, total, index))
    for i, register in enumerate(code.outputs):
        if not code.varying[register]:
            number = writer.number(schedule.place[register])
            b.store(b.multiply(number, total) if code.summed[i] else number, b.address("%m", layout.sums + 8 * i), 8)
    return _function("void @finish(ptr %m, ptr %c, ptr %s, i64 %valid)", b)


def _add_shared(writer: _Writer, start: Row, step: Row, total: str, index: str | None) -> list[str]:
    b = writer.body
    pairs = [(p, s) for p, s in zip(start[1:], step[1:], strict=True) if p != NOWHERE]
    product = total
    for place, s in pairs:
        product = b.multiply(product, writer.number(place, index, s))
    pointer = b.address("%m", writer.layout.sums + 8 * start[0], index, 8 * step[0])
    b.store(b.add(b.load(pointer, 8), product), pointer, 8)
    return []


def _run(schedule: Schedule, layout: Layout) -> str:
    """The function called from outside: (workspace, rows here, whether these are the first, rows in all or 0)."""
    lanes = layout.lanes
    width = 8 * lanes
    sums = layout.count_sums

    def calls(name: str, parts: Sequence[Any], column: str, to: str, valid: str) -> str:
        line = "call void @{}{}(ptr %m, ptr {}, ptr {}, i64 {})"
        return "\n".join([line.format(name, i, column, to, valid) for i in range(len(parts))])

    ahead = calls("ahead", schedule.ahead, "%m", "%s", "0")
    exact = schedule.exact
    return f"""
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define void @run(ptr %m, i64 %count, i64 %first, i64 %total) nounwind {{
entry:
%s = getelementptr i8, ptr %m, i64 {layout.in_lanes}
%last = getelementptr i8, ptr %m, i64 {layout.in_last_lanes}
%o = getelementptr i8, ptr %m, i64 {layout.sums}
%full = sdiv i64 %count, {lanes}
%rest = srem i64 %count, {lanes}
%bytes = mul i64 %full, {width}
%isfirst = icmp ne i64 %first, 0
br i1 %isfirst, label %start, label %check
start:
call void @llvm.memset.p0.i64(ptr %s, i8 0, i64 {width * sums}, i1 false)
call void @llvm.memset.p0.i64(ptr %o, i8 0, i64 {8 * sums}, i1 false)
{ahead}
br label %check
check:
%some = icmp sgt i64 %bytes, 0
br i1 %some, label %blocks, label %remainder
blocks:
%at = phi i64 [ 0, %check ], [ %next, %blocks ]
%c = getelementptr i8, ptr %m, i64 %at
{calls("rows", schedule.rows, "%c", "%s", str(lanes))}
%next = add i64 %at, {width}
%more = icmp slt i64 %next, %bytes
br i1 %more, label %blocks, label %remainder
remainder:
%any = icmp sgt i64 %rest, 0
br i1 %any, label %final, label %end
final:
%d = getelementptr i8, ptr %m, i64 %bytes
call void @llvm.memset.p0.i64(ptr %last, i8 0, i64 {0 if exact else width * sums}, i1 false)
{calls("rows", schedule.rows, "%d", "%last", "%rest")}
{"" if exact else "call void @join(ptr %s, ptr %last, i64 %rest)"}
br label %end
end:
%done = icmp sgt i64 %total, 0
br i1 %done, label %finish, label %return
finish:
call void @finish(ptr %m, ptr %m, ptr %s, i64 %total)
br label %return
return:
ret void
}}
{"" if exact else _join(layout)}"""


def _join(layout: Layout) -> str:
    """Add the lanes of the last block that are rows to the others."""
    b = Body(layout.lanes, exact=True)
    b.lines += _mask(layout.lanes)
    width = 8 * layout.lanes

    def add(index: str, _: list[str]) -> list[str]:
        pointer = b.address("%s", 0, index, width)
        found = b.load(b.address("%last", 0, index, width), width)
        b.store(b.add(b.load(pointer, width), b.select("%mask", found, b.constant(0.0))), pointer, width)
        return []

    b.loop(layout.count_sums, [], add)
    return _function("void @join(ptr %s, ptr %last, i64 %valid)", b)
