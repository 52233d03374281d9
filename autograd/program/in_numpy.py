"""Codes on NumPy: equal gates that do not wait for each other are one operation on a block of registers and rows.

Registers that vary are lines of one array with a column for each row of the batch; all others are lines of an array
with one column, computed once. Instructions are sorted by how long a way their operands have come, so that the neurons
of a layer stand together: their adders become a matrix product, and so do the gradients of their weights, which are
sums of products over the rows. Large batches are run in blocks of rows that fit the cache; nothing is allocated twice.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd import gates
from autograd.gates import Gate
from autograd.program.arguments import fill
from autograd.program.instructions import Code
from autograd.program.summands import summands, taken_apart

Array: TypeAlias = Any
Arrays: TypeAlias = Sequence[Array]
Step: TypeAlias = Callable[[], Any]
Kernel: TypeAlias = Callable[..., Any]
"""Writes what a gate gives for some arrays into the array that it is given first."""

CACHED_NUMBERS = 1 << 20
"""How many numbers a block of rows may have."""
MOST_ROWS = 8192
FEWEST_ROWS = 8
BOUND_COUNTS = 4
"""For how many different numbers of rows the arrays are kept."""
SMALLEST_PRODUCT = 4
"""From as many numbers on, sums of products over the rows are one matrix product."""


# --- one kernel for each gate -----------------------------------------------------------------------------------------


def _where(out: Array, condition: Array, a: Array, b: Array) -> None:
    taken = np.not_equal(condition, 0.0)
    np.copyto(out, b)
    np.copyto(out, a, where=taken)


def _relu(out: Array, x: Array) -> None:
    np.maximum(x, 0.0, out=out)
    np.add(out, 0.0, out)  # -0.0 becomes 0.0


def _sigmoid(out: Array, x: Array) -> None:
    e = np.exp(-np.abs(x))
    np.divide(np.where(x >= 0.0, 1.0, e), 1.0 + e, out)


def _softplus(out: Array, x: Array) -> None:
    np.add(np.maximum(x, 0.0), np.log1p(np.exp(-np.abs(x))), out)


def _log_sigmoid(out: Array, x: Array) -> None:
    _softplus(out, -x)
    np.negative(out, out)


def _chain_product(out: Array, gradient: Array, slope: Array) -> None:
    zero = np.equal(gradient, 0.0)
    np.multiply(gradient, slope, out)
    np.copyto(out, 0.0, where=zero)


def _logsumexp(out: Array, *xs: Array) -> None:
    stacked = np.stack(np.broadcast_arrays(*xs))
    largest = stacked.max(axis=0)
    exponentials = np.exp(stacked - largest)
    np.put_along_axis(exponentials, stacked.argmax(axis=0)[None], 0.0, axis=0)
    others = np.log1p(np.add.reduce(exponentials, axis=0))
    np.copyto(out, np.where(np.isfinite(largest), largest + others, largest))


def _best(better: Kernel) -> Kernel:
    """The first of the best, as Python's max and min; nan if one is nan."""

    def kernel(out: Array, *xs: Array) -> None:
        best = np.array(np.broadcast_to(xs[0], out.shape))
        for x in xs[1:]:
            np.copyto(best, x, where=better(x, best) | np.isnan(x))
        np.copyto(out, best)

    return kernel


def _sum(out: Array, *xs: Array) -> None:
    total = 0.0
    for x in xs:
        total = total + x
    np.copyto(out, total)


def _mean(out: Array, *xs: Array) -> None:
    _sum(out, *xs)
    np.divide(out, float(len(xs)), out)


def _dot(out: Array, *xs: Array) -> None:
    n = len(xs) // 2
    total = 0.0
    for w, x in zip(xs[:n], xs[n:-1], strict=True):
        total = total + w * x
    np.copyto(out, total + xs[-1])


def _by_float(function: Callable[..., float], arity: int) -> Kernel:
    """A function of floats, number by number: where NumPy has none, or rounds otherwise."""
    elementwise = np.frompyfunc(function, arity, 1)

    def kernel(out: Array, *xs: Array) -> None:
        out[...] = elementwise(*xs)

    return kernel


def _into(ufunc: Any) -> Kernel:
    return lambda out, *xs: ufunc(*xs, out=out)


KERNELS: dict[type[Gate], Kernel] = {
    gates.Add: _into(np.add),
    gates.Subtract: _into(np.subtract),
    gates.Multiply: _into(np.multiply),
    gates.Divide: _into(np.divide),
    gates.Negate: _into(np.negative),
    gates.Power: _into(np.power),
    gates.Absolute: _into(np.absolute),
    gates.Exp: _into(np.exp),
    gates.Expm1: _into(np.expm1),
    gates.Log: _into(np.log),
    gates.Log1p: _into(np.log1p),
    gates.Sqrt: _into(np.sqrt),
    gates.Square: _into(np.square),
    gates.Sin: _into(np.sin),
    gates.Cos: _into(np.cos),
    gates.Tan: _into(np.tan),
    gates.Asin: _into(np.arcsin),
    gates.Acos: _into(np.arccos),
    gates.Atan: _into(np.arctan),
    gates.Sinh: _into(np.sinh),
    gates.Cosh: _into(np.cosh),
    gates.Tanh: _into(np.tanh),
    gates.Erf: _by_float(math.erf, 1),
    gates.Sigmoid: _sigmoid,
    gates.Softplus: _softplus,
    gates.LogSigmoid: _log_sigmoid,
    gates.Relu: _relu,
    gates.Sign: _into(np.sign),
    gates.Step: lambda out, x: np.heaviside(x, 0.0, out=out),
    gates.Hypot: _into(np.hypot),
    gates.Atan2: _into(np.arctan2),
    gates.Where: _where,
    gates.Greater: _into(np.greater),
    gates.GreaterOrEqual: _into(np.greater_equal),
    gates.ChainProduct: _chain_product,
    gates.Maximum: _best(np.greater),
    gates.Minimum: _best(np.less),
    gates.LogSumExp: _logsumexp,
    gates.Sum: _sum,
    gates.Mean: _mean,
    gates.Dot: _dot,
}

_ROUNDS_ALIKE = (
    *(gates.Add, gates.Subtract, gates.Multiply, gates.Divide, gates.Negate, gates.Absolute, gates.Sqrt, gates.Square),
    *(gates.Relu, gates.Sign, gates.Step, gates.Where, gates.Greater, gates.GreaterOrEqual, gates.ChainProduct),
    *(gates.Maximum, gates.Minimum, gates.Sum, gates.Mean, gates.Dot, gates.Clip, gates.LeakyRelu),
)
"""Gates whose kernels give the bits of the engine."""


def _kernel(gate: Gate, arity: int, exact: bool) -> Kernel:
    """What computes a gate on arrays."""
    if exact and type(gate) not in _ROUNDS_ALIKE:
        return _by_float(gate.forward, arity)
    match gate:
        case gates.Clip(low=low, high=high):
            return lambda out, x: np.clip(x, low, high, out=out)
        case gates.LeakyRelu(slope=slope):
            return lambda out, x: np.copyto(out, np.where(x > 0.0, x, slope * x))
        case gates.ConstantPower(exponent=exponent):
            return _power(exponent)
    if type(gate) not in KERNELS:
        raise TypeError(f'{gate.symbol} computes floats only, its forward cannot be followed: write backend="python"')
    return KERNELS[type(gate)]


def _power(exponent: float) -> Kernel:
    if exponent == 2.0:
        return _into(np.square)
    if exponent == 3.0:
        return lambda out, x: np.multiply(x * x, x, out=out)
    if exponent == -1.0:
        return lambda out, x: np.divide(1.0, x, out=out)
    if exponent == 0.5:
        return _root
    return lambda out, x: np.power(x, exponent, out=out)


def _root(out: Array, x: Array) -> None:
    """x ** 0.5, which is sqrt but at -0.0 and -inf."""
    np.sqrt(x + 0.0, out=out)
    np.copyto(out, np.inf, where=np.isneginf(x))


# --- blocks of registers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Instructions of one gate that do not wait for each other, on registers next to each other."""

    gate: Gate
    varies: bool
    registers: tuple[int, ...]
    operands: tuple[tuple[int, ...], ...]
    """For each place of the gate, the registers that stand there."""
    product: int | None = None
    """Of adders with the same varying numbers: at which half of the operands these stand, 0 or 1."""


def grouped(code: Code, exact: bool) -> list[Group]:
    """The instructions in groups, those without a rest of the batch first; operands before what needs them."""
    depth = [0] * code.registers
    absorbed = set() if exact else taken_apart(code)
    found: dict[Any, list[int]] = defaultdict(list)
    for register, (gate, operands) in code.numbered():
        if register in absorbed:
            continue
        depth[register] = 1 + max([depth[operand] for operand in operands])
        product = None if exact else _product_side(code, gate, operands)
        n = len(operands) // 2
        same = operands[n:-1] if product == 1 else operands[:n]
        pattern = same if product is not None else tuple([code.varying[operand] for operand in operands])
        found[code.varying[register], depth[register], gate, product, pattern].append(register)
    groups = []
    for (varies, _, gate, product, _), registers in sorted(found.items(), key=lambda item: item[0][:2]):
        places = zip(*[code.instructions[r - code.first_instruction].operands for r in registers], strict=True)
        groups.append(Group(gate, varies, tuple(registers), tuple(places), product))
    return groups


def _product_side(code: Code, gate: Gate, operands: tuple[int, ...]) -> int | None:
    """Whether an adder multiplies numbers that vary with numbers that do not, and where those that vary stand."""
    if type(gate) is not gates.Dot or len(operands) < 3:
        return None
    n = len(operands) // 2
    first, second = ({code.varying[x] for x in half} for half in (operands[:n], operands[n:-1]))
    if (first, second) == ({False}, {True}):
        return 1
    return 0 if (first, second) == ({True}, {False}) else None


class _Layout:
    """Where the registers stand: lines of the array of what varies, or of the array of what does not."""

    def __init__(self, code: Code, exact: bool) -> None:
        self.code = code
        self.groups = grouped(code, exact)
        self.lines = [0] * code.registers
        ahead = [r for r in range(code.first_instruction) if not code.varying[r]]
        inputs = [r for r in range(code.inputs) if code.varying[r]]
        self.shared = self._place(chain(ahead, *[g.registers for g in self.groups if not g.varies]))
        self.varying = self._place(chain(inputs, *[g.registers for g in self.groups if g.varies]))

    def _place(self, registers: Any) -> int:
        count = 0
        for register in registers:
            self.lines[register] = count
            count += 1
        return count


class _Bound:
    """The arrays and steps for one number of rows."""

    def __init__(self, layout: _Layout, single: Array, count: int, exact: bool) -> None:
        self.layout = layout
        self.code = layout.code
        self.exact = exact
        self.count = count
        self.single = single
        self.many = np.zeros((layout.varying, count))
        self.inputs = self.many[: sum(self.code.varies)]
        self.steps: list[Step] = [step for g in layout.groups if g.varies for step in self.steps_of(g)]

    def lines(self, registers: Sequence[int]) -> tuple[Array, Step | None]:
        """The numbers of registers of one kind, a line each, and what has to be done to have them there."""
        varies = self.code.varying[registers[0]]
        source = self.many if varies else self.single
        found = [self.layout.lines[register] for register in registers]
        step = found[1] - found[0] if len(found) > 1 else 1
        if len(set(found)) == 1:
            return source[found[0] : found[0] + 1], None
        if step and found == list(range(found[0], found[0] + len(found) * step, step)):
            stop = found[-1] + (1 if step > 0 else -1)
            return source[found[0] : (stop if stop >= 0 else None) : step], None
        index = np.array(found)
        buffer = np.empty((len(found), source.shape[1]))
        return buffer, lambda: np.take(source, index, axis=0, out=buffer, mode="clip")

    def steps_of(self, group: Group) -> list[Step]:
        """What computes the registers of a group."""
        first = self.layout.lines[group.registers[0]]
        out = (self.many if group.varies else self.single)[first : first + len(group.registers)]
        if group.product is not None:
            return self._matrix_product(group, out)
        if not self.exact and type(group.gate) in (gates.Sum, gates.Dot) and (steps := self._long_sum(group, out)):
            return steps
        ready, operands = self._operands(group.operands)
        kernel = _kernel(group.gate, len(operands), self.exact)
        return [*ready, lambda: kernel(out, *operands)]

    def _operands(self, places: Sequence[tuple[int, ...]]) -> tuple[list[Step], list[Array]]:
        found = [self.lines(registers) for registers in places]
        return [step for _, step in found if step is not None], [array for array, _ in found]

    def _matrix_product(self, group: Group, out: Array) -> list[Step]:
        """Adders with the same varying numbers: weights @ numbers + bias."""
        n = len(group.operands) // 2
        halves = group.operands[:n], group.operands[n:-1]
        ready, numbers = self.line_block([place[0] for place in halves[group.product or 0]])
        more, weights = self._matrix(halves[1 - (group.product or 0)])
        steps = [*ready, *more, lambda: np.matmul(weights, numbers, out)]
        return steps + self._bias(group.operands[-1], out)

    def _bias(self, registers: tuple[int, ...], out: Array) -> list[Step]:
        constants = [self._constant(register) for register in registers]
        if all(constant == 0.0 for constant in constants):
            return []
        steps = []
        for varies in (False, True):
            places = [i for i, register in enumerate(registers) if self.code.varying[register] == varies]
            if not places:
                continue
            bias, ready = self.lines([registers[i] for i in places])
            target = out if len(places) == len(registers) else None
            if ready is not None:
                steps.append(ready)
            steps.append(_adding(out, target, places, bias))
        return steps

    def _constant(self, register: int) -> float | None:
        i = register - self.code.first_constant
        return self.code.constants[i] if 0 <= i < len(self.code.constants) else None

    def line_block(self, registers: list[int]) -> tuple[list[Step], Array]:
        """A line for each register, also where all are the same one."""
        array, ready = self.lines(registers)
        if len(array) != len(registers):
            array = np.broadcast_to(array, (len(registers), array.shape[1]))
        return [] if ready is None else [ready], array

    def _matrix(self, places: Sequence[tuple[int, ...]]) -> tuple[list[Step], Array]:
        """Numbers that do not vary as a matrix: a row for each instruction, a column for each place."""
        index = np.array([[self.layout.lines[register] for register in place] for place in places]).T
        across = index[0, 1] - index[0, 0] if index.shape[1] > 1 else 0
        down = index[1, 0] - index[0, 0] if index.shape[0] > 1 else 0
        regular = index[0, 0] + down * np.arange(index.shape[0])[:, None] + across * np.arange(index.shape[1])
        stride = self.single.strides[0]
        if (index == regular).all() and across >= 0 and down >= 0:
            return [], as_strided(self.single[index[0, 0] :], index.shape, (stride * down, stride * across))
        buffer = np.empty(index.shape)
        flat = self.single[:, 0]
        return [lambda: np.take(flat, index, out=buffer, mode="clip")], buffer

    def _long_sum(self, group: Group, out: Array) -> list[Step]:
        """One sum of many terms of one kind as one reduction."""
        if len(group.registers) > 1:
            return []
        operands = [place[0] for place in group.operands]
        n = len(operands) // 2
        halves = [operands] if type(group.gate) is gates.Sum else [operands[:n], operands[n:-1]]
        if any(len({self.code.varying[x] for x in half}) != 1 for half in halves):
            return []
        blocks = [self.line_block(half) for half in halves]
        ready = [step for steps, _ in blocks for step in steps]
        if len(blocks) == 1:
            array = blocks[0][1]
            return [*ready, lambda: np.add.reduce(array, axis=0, out=out[0])]
        a, b = blocks[0][1], blocks[1][1]
        return [*ready, lambda: np.add.reduce(a * b, axis=0, out=out[0]), *self._bias((operands[-1],), out)]


def _adding(out: Array, target: Array | None, places: list[int], bias: Array) -> Step:
    if target is not None:
        return lambda: np.add(target, bias, target)

    def add() -> None:
        out[places] += bias

    return add


# --- sums over the rows -----------------------------------------------------------------------------------------------


class _RowSums:
    """The summed outputs of one block of rows: matrix products where outputs are sums of products."""

    def __init__(self, bound: _Bound, exact: bool) -> None:
        self.bound = bound
        code = bound.code
        outputs = [i for i, r in enumerate(code.outputs) if code.summed[i] and code.varying[r]]
        products = [(i, a, b) for i in outputs for a, b in _summands(code, i, exact)]
        varying = code.varying
        self.owners: list[int] = []
        self.steps: list[Step] = []
        self.parts: list[Array] = []
        of_shared = [(i, a, b) for i, a, b in products if not (varying[a] or (b != -1 and varying[b]))]
        plain = [(i, a) for i, a, b in products if b == -1 and varying[a]]
        mixed = [(i, a, b) for i, a, b in products if b != -1 and varying[a] and varying[b]]
        scaled = [
            (i, a, b) if varying[a] else (i, b, a) for i, a, b in products if b != -1 and varying[a] != varying[b]
        ]
        self._add_plain(plain)
        self._add_scaled(scaled)
        self._add_products(mixed)
        self._add_shared(of_shared)
        sizes = [part.size for part in self.parts]
        self.total = np.zeros(sum(sizes))
        self.owner = np.array(self.owners, dtype=np.intp)
        self.outputs = len(code.outputs)
        self.is_one_each = len(set(self.owners)) == len(self.owners)

    def _part(self, owners: Sequence[int], *shape: int) -> Array:
        self.owners += owners
        self.parts.append(np.zeros(shape or len(owners)))
        return self.parts[-1]

    def _add_plain(self, plain: list[tuple[int, int]]) -> None:
        if plain:
            array, ready = self.bound.lines([a for _, a in plain])
            part = self._part([i for i, _ in plain])
            self._ready(ready)
            self.steps.append(
                lambda: (
                    np.add.reduce(array, axis=1, out=part[: len(array)])
                    if len(array) == len(part)
                    else np.copyto(part, np.add.reduce(array, axis=1))
                )
            )

    def _add_scaled(self, scaled: list[tuple[int, int, int]]) -> None:
        if scaled:
            array, ready = self.bound.lines([a for _, a, _ in scaled])
            factors, also = self.bound.lines([b for _, _, b in scaled])
            part = self._part([i for i, _, _ in scaled])
            self._ready(ready, also)
            self.steps.append(lambda: np.copyto(part, np.add.reduce(array, axis=1) * factors[:, 0]))

    def _add_products(self, mixed: list[tuple[int, int, int]]) -> None:
        """Where the same lines are multiplied with several others, one matrix product; the others line by line."""
        partners: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for i, a, b in mixed:
            partners[a].append((b, i))
        blocks: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for a, others in partners.items():
            blocks[tuple([b for b, _ in others])].append(a)
        alone: list[tuple[int, int, int]] = []
        for partner, lines in blocks.items():
            if len(partner) * len(lines) >= SMALLEST_PRODUCT:
                owners = [i for a in lines for _, i in partners[a]]
                self._add_block(owners, lines, list(partner))
            else:
                alone += [(i, a, b) for a in lines for b, i in partners[a]]
        if alone:
            ready, left = self.bound.line_block([a for _, a, _ in alone])
            also, right = self.bound.line_block([b for _, _, b in alone])
            part = self._part([i for i, _, _ in alone])
            self._ready(*ready, *also)
            self.steps.append(lambda: np.add.reduce(left * right, axis=1, out=part))

    def _add_block(self, owners: list[int], lines: list[int], others: list[int]) -> None:
        ready, left = self.bound.line_block(lines)
        also, right = self.bound.line_block(others)
        part = self._part(owners, len(lines), len(others))
        self._ready(*ready, *also)
        self.steps.append(lambda: np.matmul(left, right.T, out=part))

    def _add_shared(self, shared: list[tuple[int, int, int]]) -> None:
        """What does not vary counts once for every row."""
        for both in (True, False):
            chosen = [(i, a, b) for i, a, b in shared if (b != -1) == both]
            if chosen:
                ready, left = self.bound.line_block([a for _, a, _ in chosen])
                also, right = self.bound.line_block([b for _, _, b in chosen]) if both else ([], None)
                part = self._part([i for i, _, _ in chosen])
                self._ready(*ready, *also)
                self.steps.append(self._shared_step(part, left, right))

    def _shared_step(self, part: Array, left: Array, right: Array | None) -> Step:
        count = self.bound.count
        if right is None:
            return lambda: np.multiply(left[:, 0], count, part)
        return lambda: np.multiply(left[:, 0] * right[:, 0], count, part)

    def _ready(self, *steps: Step | None) -> None:
        self.steps += [step for step in steps if step is not None]

    def run(self) -> Array:
        """The sums, for every output; 0 for those that are not sums."""
        for step in self.steps:
            step()
        flat = np.concatenate([part.ravel() for part in self.parts]) if self.parts else self.total
        if self.is_one_each:
            sums = np.zeros(self.outputs)
            sums[self.owner] = flat
            return sums
        return np.bincount(self.owner, flat, self.outputs)


def _summands(code: Code, output: int, exact: bool) -> list[tuple[int, int]]:
    return [(code.outputs[output], -1)] if exact else summands(code, output)


class _OrderedSums:
    """The summed outputs of one block of rows, added row after row to those of the blocks before."""

    def __init__(self, bound: _Bound) -> None:
        code = bound.code
        self.outputs = len(code.outputs)
        self.chosen = [i for i, r in enumerate(code.outputs) if code.summed[i] and code.varying[r]]
        self.ready: list[Step] = []
        self.array: Array = None
        if self.chosen:
            self.ready, self.array = bound.line_block([code.outputs[i] for i in self.chosen])

    def run(self, before: Array) -> Array:
        """The sums so far."""
        if not self.chosen:
            return before
        for step in self.ready:
            step()
        running = np.concatenate([before[self.chosen][:, None], self.array], axis=1)
        before[self.chosen] = np.add.accumulate(running, axis=1)[:, -1]
        return before


# --- the backend ------------------------------------------------------------------------------------------------------


class InNumPy:
    """A code that runs on NumPy arrays."""

    name = "numpy"
    takes_arrays = True

    def __init__(self, code: Code, *, exact: bool) -> None:
        self.code = code
        self.exact = exact
        self.layout = _Layout(code, exact)
        self._idle: list[_Workspace] = []

    def __call__(self, columns: Arrays, shared: Arrays, parameters: Sequence[float], count: int) -> Any:
        """The outputs: an array if all are single numbers; else a list, with an array for each one that varies.

        Args:
            columns: arrays with a line for each input that varies and a column for each row.
            shared: arrays of the other inputs.
            parameters: the parameters.
            count: the number of rows.
        """
        workspace = self._idle.pop() if self._idle else _Workspace(self.layout, self.exact)  # one for each thread
        try:
            with np.errstate(all="ignore"):
                return workspace.run(columns, shared, parameters, count)
        finally:
            self._idle.append(workspace)

    def __getstate__(self) -> tuple[Code, bool]:
        return self.code, self.exact

    def __setstate__(self, state: tuple[Code, bool]) -> None:
        self.__init__(state[0], exact=state[1])  # type: ignore[misc]


class _Workspace:
    """The arrays of one run at a time."""

    def __init__(self, layout: _Layout, exact: bool) -> None:
        self.layout = layout
        self.code = layout.code
        self.exact = exact
        self.single = np.zeros((layout.shared, 1))
        first = self.code.first_constant - sum(self.code.varies)
        self.given = self.single[:first, 0]
        self.single[first : first + len(self.code.constants), 0] = self.code.constants
        ahead = _Bound(layout, self.single, 0, exact)
        self.ahead = [step for group in layout.groups if not group.varies for step in ahead.steps_of(group)]
        self.bounds: dict[int, tuple[_Bound, Any]] = {}
        self.block = min(MOST_ROWS, max(FEWEST_ROWS, CACHED_NUMBERS // max(1, layout.varying)))
        code = self.code
        self.fixed = [i for i, r in enumerate(code.outputs) if not code.varying[r]]
        self.fixed_lines = [layout.lines[code.outputs[i]] for i in self.fixed]
        self.by_row = [i for i, r in enumerate(code.outputs) if code.varying[r] and not code.summed[i]]

    def run(self, columns: Arrays, shared: Arrays, parameters: Sequence[float], count: int) -> Any:
        """All outputs."""
        code = self.code
        split = len(self.given) - len(parameters)
        fill(self.given[:split], shared)
        self.given[split:] = parameters
        for step in self.ahead:
            step()
        sums = np.zeros(len(code.outputs))
        rows = {i: np.empty(count) for i in self.by_row}
        if any(code.varies):
            for start in range(0, count, self.block):
                stop = min(start + self.block, count)
                sums = self._run_block(columns, start, stop, sums, rows)
        for i, line in zip(self.fixed, self.fixed_lines, strict=True):
            sums[i] = self.single[line, 0] * (count if code.summed[i] else 1)
        return [rows.get(i, x) for i, x in enumerate(sums.tolist())] if rows else sums

    def _run_block(self, columns: Arrays, start: int, stop: int, sums: Array, rows: dict[int, Array]) -> Array:
        bound, row_sums = self._bound(stop - start)
        fill(bound.inputs, [array[:, start:stop] for array in columns])
        for step in bound.steps:
            step()
        for i, output in rows.items():
            output[start:stop] = bound.many[self.layout.lines[self.code.outputs[i]]]
        return row_sums.run(sums) if self.exact else sums + row_sums.run()

    def _bound(self, count: int) -> tuple[_Bound, Any]:
        if count not in self.bounds:
            while len(self.bounds) >= BOUND_COUNTS:
                del self.bounds[next(iter(self.bounds))]
            bound = _Bound(self.layout, self.single, count, self.exact)
            self.bounds[count] = bound, _OrderedSums(bound) if self.exact else _RowSums(bound, exact=False)
        return self.bounds[count]
