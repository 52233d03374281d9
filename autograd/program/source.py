"""Codes as source text of a language with braces: what C and JavaScript have in common.

The text consists of numbers, names of our own and the templates here; no label and no name from outside reaches it
but the name of the function, which must be an identifier. What does not vary is computed ahead of the loop over the
rows. Runs of like instructions are loops over arrays: `single` (what does not vary) and `many` (what does); everything
else is a local constant. Long codes are several functions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograd import gates
from autograd.gates import Gate
from autograd.program.instructions import Code, Instruction
from autograd.program.schedule import (
    ARRAY,
    COLUMNS,
    CONSTANTS,
    LOOP_FROM,
    MANY,
    NOWHERE,
    PARAMETERS,
    SHARED,
    SINGLE,
    Loop,
    Row,
    RowSums,
    Schedule,
    Segment,
    Single,
    Unit,
    is_inner_loop,
    terms_in_loop,
    terms_of,
)

OWN_NAMES = frozenset(["columns", "shared", "parameters", "count", "outputs", "rows", "single", "many", "row"])
"""What the printed function calls its own variables, so that no program may be called so."""

TEMPLATES: dict[type[Gate], str] = {
    gates.Add: "{0} + {1}",
    gates.Subtract: "{0} - {1}",
    gates.Multiply: "{0} * {1}",
    gates.Divide: "{0} / {1}",
    gates.Negate: "-{0}",
    gates.Square: "{0} * {0}",
    gates.Relu: "{0} <= 0.0 ? 0.0 : {0}",
    gates.LeakyRelu: "{0} > 0.0 ? {0} : {slope} * {0}",
    gates.Where: "{0} != 0.0 ? {1} : {2}",
    gates.Greater: "{0} > {1} ? 1.0 : 0.0",
    gates.GreaterOrEqual: "{0} >= {1} ? 1.0 : 0.0",
    gates.ChainProduct: "{0} == 0.0 ? 0.0 : {0} * {1}",
}
"""One expression for each gate that operators compute."""

LIBRARY: dict[type[Gate], str] = {
    gates.Absolute: "abs",
    gates.Exp: "exp",
    gates.Expm1: "expm1",
    gates.Log: "log",
    gates.Log1p: "log1p",
    gates.Sqrt: "sqrt",
    gates.Sin: "sin",
    gates.Cos: "cos",
    gates.Tan: "tan",
    gates.Asin: "asin",
    gates.Acos: "acos",
    gates.Atan: "atan",
    gates.Sinh: "sinh",
    gates.Cosh: "cosh",
    gates.Tanh: "tanh",
    gates.Atan2: "atan2",
    gates.Hypot: "hypot",
}
"""Gates that both languages' libraries have."""

HELPERS: dict[type[Gate], tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    gates.Clip: (
        "clip",
        ("x", "low", "high"),
        ("{real} raised = low > x ? low : x;", "return high < raised ? high : raised;"),
    ),
    gates.Sign: ("sign", ("x",), ("return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x == 0.0 ? 0.0 : x;",)),
    gates.Step: ("step", ("x",), ("return x > 0.0 ? 1.0 : x <= 0.0 ? 0.0 : x;",)),
    gates.Sigmoid: (
        "sigmoid",
        ("x",),
        ("{real} e = {exp}(-{abs}(x));", "return (x >= 0.0 ? 1.0 : e) / (1.0 + e);"),
    ),
    gates.Softplus: ("softplus", ("x",), ("return (0.0 > x ? 0.0 : x) + {log1p}({exp}(-{abs}(x)));",)),
    gates.LogSigmoid: ("log_sigmoid", ("x",), ("return -((x > 0.0 ? 0.0 : -x) + {log1p}({exp}(-{abs}(x))));",)),
}
"""Gates that take a function of a few lines: its name, arguments and lines."""

OF_MANY: dict[type[Gate], tuple[str, tuple[str, ...]]] = {
    gates.Maximum: (
        "maximum",
        (
            "{variable} best = x[0];",
            "for ({index} i = 1; i < n; i++) if (x[i] > best || x[i] != x[i]) best = x[i];",
            "return best;",
        ),
    ),
    gates.Minimum: (
        "minimum",
        (
            "{variable} best = x[0];",
            "for ({index} i = 1; i < n; i++) if (x[i] < best || x[i] != x[i]) best = x[i];",
            "return best;",
        ),
    ),
    gates.LogSumExp: (
        "logsumexp",
        (
            "{index} at = 0;",
            "for ({index} i = 1; i < n; i++) if (x[i] > x[at] || x[i] != x[i]) at = i;",
            "{real} largest = x[at];",
            "if ({abs}(largest) == {infinity} || largest != largest) return largest;",
            "{variable} total = 0.0;",
            "for ({index} i = 0; i < n; i++) if (i != at) total += {exp}(x[i] - largest);",
            "return largest + {log1p}(total);",
        ),
    ),
}
"""Gates of any number of inputs, x[0] to x[n - 1]."""


@dataclass(frozen=True)
class Language:
    """How a language writes what the languages do not have in common.

    Attributes:
        words: `real` and `variable` declare a number that stays and one that changes, `index` a whole number; the names
            of the functions of its library, and of infinity and nan.
        helper: a function by its name, arguments and lines; the arguments are numbers, or `x` and `n` for many.
        many: a call with many numbers.
        extra: functions that its library lacks, by name; `{name}` stands before the name of each.
        column: the number of an input that varies, by its line.
        given: a result of a row, by its line.
        table: an array of constants, by its name and numbers.
    """

    words: dict[str, str]
    helper: Callable[[str, tuple[str, ...], list[str]], str]
    many: Callable[[str, list[str]], str]
    extra: dict[str, str]
    column: str
    given: str
    table: Callable[[str, list[str]], str]


class Source:
    """The parts of a code's text: functions that are called, and the lines of the parts.

    Attributes:
        helpers: the text of every function that is called.
        ahead: the lines of each part that is computed once.
        rows: the lines of each part that is computed for every row.
        after: the lines that complete the outputs.
    """

    def __init__(self, code: Code, language: Language, name: str, *, exact: bool) -> None:
        self.code = code
        self.name = name
        self.language = language
        self.schedule = Schedule(code, exact=exact)
        self.helpers: dict[str, str] = {}
        self._registers = self.schedule.register_at
        self._indices = 0
        self.needs_table = False
        self.ahead = [self._part(part) for part in self.schedule.ahead]
        self.rows = [self._part(part) for part in self.schedule.rows]
        self.after = list(self._after())
        if self.needs_table:
            constants = list(map(self.number, code.constants))
            self.helpers["constants"] = language.table(f"{name}_constants", constants)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _part(self, units: Sequence[Unit]) -> list[str]:
        self._known: set[int] = set()
        return [line for unit in units for line in self._unit(unit)]

    def _unit(self, unit: Unit) -> Iterator[str]:
        if isinstance(unit, Single):
            yield from self._single(unit)
        elif isinstance(unit, Loop):
            yield from self._loop(unit)
        elif isinstance(unit, RowSums):
            yield from self._each(unit.terms, self._add_to_output)
        else:
            yield from self._each(unit.terms, self._give)

    def _single(self, unit: Single) -> Iterator[str]:
        gate, operands = unit.instruction
        place = self.schedule.place[unit.register]
        name = f"r{unit.register}"
        if type(gate) in (gates.Sum, gates.Mean, gates.Dot):
            yield from self._sum(name, unit.instruction)
        else:
            xs = [self._at(self.schedule.place[operand]) for operand in operands]
            yield f"{self._word('real')} {name} = {self._expression(gate, xs)};"
        self._known.add(place)
        if unit.register in self.schedule.kept:
            yield f"{self._stored(place)} = {name};"

    def _loop(self, unit: Loop) -> Iterator[str]:
        index = self._index()
        yield f"for ({self._word('index')} {index} = 0; {index} < {unit.places.length}; {index}++) {{"
        start, step, _ = unit.places
        operands = list(zip(start[1:], step[1:], strict=True))
        target = self._stored(start[0], index, step[0])
        if type(unit.gate) in (gates.Sum, gates.Mean, gates.Dot):
            yield from [f"  {line}" for line in self._sum_in_loop(unit.gate, unit.places, index)]
            yield f"  {target} = total;"
        else:
            xs = [self._at(place, index, s) for place, s in operands]
            yield f"  {target} = {self._expression(unit.gate, xs)};"
        yield "}"

    def _each(self, terms: Segment, line: Callable[[Row, Row, str], str]) -> Iterator[str]:
        """A line for each row of a segment, or a loop with one."""
        if terms.length < LOOP_FROM:
            for row in terms.rows():
                yield line(row, (0,) * len(row), "")
        else:
            index = self._index()
            yield f"for ({self._word('index')} {index} = 0; {index} < {terms.length}; {index}++) {{"
            yield f"  {line(terms.start, terms.step, index)}"
            yield "}"

    def _add_to_output(self, row: Row, step: Row, index: str) -> str:
        return f"outputs[{_moved(row[0], index, step[0])}] += {self._product(row[1:], step[1:], index)};"

    def _give(self, row: Row, step: Row, index: str) -> str:
        target = self.language.given.format(_bracketed(_moved(row[0], index, step[0])))
        return f"{target} = {self._at(row[1], index, step[1])};"

    def _after(self) -> Iterator[str]:
        self._known = set()
        for segment in self.schedule.after:
            yield from self._each(segment, self._add_shared)
        for i, register in enumerate(self.code.outputs):
            if not self.code.varying[register]:
                number = self._at(self.schedule.place[register])
                yield f"outputs[{i}] = {number}{' * count' * self.code.summed[i]};"

    def _add_shared(self, row: Row, step: Row, index: str) -> str:
        product = self._product(row[1:], step[1:], index)
        return f"outputs[{_moved(row[0], index, step[0])}] += count * ({product});"

    # --- sums ---------------------------------------------------------------------------------------------------------

    def _sum(self, name: str, instruction: Instruction) -> Iterator[str]:
        """A sum from left to right: an expression, or with loops a variable."""
        gate, operands = instruction
        found = terms_of(self.schedule, instruction)
        bias = [self._at(self.schedule.place[operands[-1]])] if type(gate) is gates.Dot else []
        bias = [x for x in bias if x != "0.0"]
        if all(segment.length < LOOP_FROM for segment in found):
            terms = [self._product(row, (0,) * len(row), "") for segment in found for row in segment.rows()]
            total = " + ".join(["0.0", *terms, *bias])
            text = f"({total}) / {len(operands)}.0" if type(gate) is gates.Mean else total
            yield f"{self._word('real')} {name} = {text};"
            return
        yield f"{self._word('variable')} {name} = 0.0;"
        for segment in found:
            yield from self._each(segment, lambda row, step, i: f"{name} += {self._product(row, step, i)};")
        yield from [f"{name} += {x};" for x in bias]
        if type(gate) is gates.Mean:
            yield f"{name} /= {len(operands)}.0;"

    def _sum_in_loop(self, gate: Gate, places: Segment, outer: str) -> Iterator[str]:
        """The lines that compute `total`, in each turn of a loop; long sums are loops themselves."""
        yield f"{self._word('variable')} total = 0.0;"
        for segment in terms_in_loop(gate, places):
            if not is_inner_loop(segment):
                for row in segment.rows():
                    yield f"total += {self._product(row[::2], row[1::2], outer)};"
                continue
            start, step, count = segment
            index = self._index()
            factors = [
                self._at(place, outer, by, index, s)
                for place, by, s in zip(start[::2], start[1::2], step[::2], strict=True)
            ]
            head = f"for ({self._word('index')} {index} = 0; {index} < {count}; {index}++)"
            yield f"{head} total += {' * '.join(factors)};"
        if type(gate) is gates.Dot:
            yield f"total += {self._at(places.start[-1], outer, places.step[-1])};"
        if type(gate) is gates.Mean:
            yield f"total /= {len(places.start) - 1}.0;"

    # --- expressions --------------------------------------------------------------------------------------------------

    def _product(self, places: Row, steps: Row, index: str) -> str:
        factors = [self._at(p, index, s) for p, s in zip(places, steps, strict=True) if p != NOWHERE]
        return " * ".join([factor for factor in factors if factor != "1.0"] or ["1.0"])

    def _at(self, place: int, index: str = "", step: int = 0, inner: str = "", inner_step: int = 0) -> str:
        """The number of a place, or in a loop of a place some steps further on."""
        array, line = divmod(place, ARRAY)
        fixed = step == 0 and inner_step == 0
        if fixed and place in self._known:
            return f"r{self._registers[place]}"
        if array == CONSTANTS:
            if fixed:
                return self.number(self.code.constants[line])
            self.needs_table = True
        at = _moved(line, index, step)
        at = at if not inner_step else f"{at} + {_times(inner, inner_step)}"
        return self.language.column.format(_bracketed(at)) if array == COLUMNS else f"{self._array(array)}[{at}]"

    def _array(self, array: int) -> str:
        return f"{self.name}_constants" if array == CONSTANTS else _NAMES[array]

    def _stored(self, place: int, index: str = "", step: int = 0) -> str:
        array, line = divmod(place, ARRAY)
        return f"{'single' if array == SINGLE else 'many'}[{_moved(line, index, step)}]"

    def number(self, x: float) -> str:
        """A number, exactly: the shortest decimals that round to it."""
        if x != x:
            return self._word("nan")
        text = self._word("infinity") if math.isinf(x) else repr(abs(x))
        return f"(-{text})" if math.copysign(1.0, x) < 0.0 else text

    def _expression(self, gate: Gate, xs: list[str]) -> str:
        kind = type(gate)
        numbers = {name: self.number(number) for name, number in gate.parameters.items()} if gate.is_ours else {}
        if kind in TEMPLATES:
            return TEMPLATES[kind].format(*xs, **numbers)
        if kind in LIBRARY:
            return f"{self._word(LIBRARY[kind])}({', '.join(xs)})"
        if kind in HELPERS:
            name, arguments, lines = HELPERS[kind]
            return f"{self._helped(name, arguments, lines)}({', '.join([*xs, *numbers.values()])})"
        if kind in OF_MANY:
            name, lines = OF_MANY[kind]
            return self.language.many(self._helped(name, ("x", "n"), lines), xs)
        for known, name in ((gates.Power, "power"), (gates.ConstantPower, "power"), (gates.Erf, "erf")):
            if kind is known:
                if name in self.language.extra:
                    self.helpers[name] = self.language.extra[name].format(name=self.name)
                return f"{self._word(name).format(name=self.name)}({', '.join([*xs, *numbers.values()])})"
        raise TypeError(f"{gate.symbol} computes floats in Python only: its forward cannot be followed")

    def _helped(self, name: str, arguments: tuple[str, ...], lines: tuple[str, ...]) -> str:
        """The full name of a function, which is then among the helpers."""
        full = f"{self.name}_{name}"
        if name not in self.helpers:
            filled = [re.sub(r"\{(\w+)\}", lambda found: self._word(found[1]), line) for line in lines]
            self.helpers[name] = self.language.helper(full, arguments, filled)
        return full

    def _word(self, word: str) -> str:
        return self.language.words[word]

    def _index(self) -> str:
        self._indices += 1
        return f"i{self._indices}"


_NAMES = {SHARED: "shared", PARAMETERS: "parameters", SINGLE: "single", MANY: "many"}


def _times(index: str, step: int) -> str:
    return index if step == 1 else f"{step} * {index}"


def _moved(line: int, index: str, step: int) -> str:
    """line + step · index, as text."""
    if not index or step == 0:
        return str(line)
    return f"{line} - {_times(index, -step)}" if step < 0 else f"{line} + {_times(index, step)}"


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def checked_name(name: str, keywords: frozenset[str]) -> None:
    """Check the name of a function.

    Raises:
        ValueError: it is no identifier of the language.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or name in keywords:
        raise ValueError(f"{name!r} cannot be the name of a function: write letters, digits and _, as in 'loss'")
