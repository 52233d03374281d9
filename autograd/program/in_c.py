"""Codes as C: one function to take elsewhere, without any dependency but the C library."""

from __future__ import annotations

from autograd.program.instructions import Code
from autograd.program.schedule import MANY, SINGLE
from autograd.program.source import LIBRARY, OWN_NAMES, Language, Source, checked_name

_KEYWORDS = (
    frozenset(
        [
            "auto",
            "break",
            "case",
            "char",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extern",
            "float",
            "for",
            "goto",
            "if",
            "inline",
            "int",
            "long",
            "main",
            "register",
            "restrict",
            "return",
            "short",
            "signed",
            "sizeof",
            "static",
            "struct",
            "switch",
            "typedef",
            "union",
            "unsigned",
            "void",
            "volatile",
            "while",
        ]
    )
    | OWN_NAMES
    | {*LIBRARY.values(), "erf", "pow", "fabs", "malloc", "free", "abs"}
)
ON_STACK = 4096
"""Up to as many numbers an array is a local variable."""


def _helper(name: str, arguments: tuple[str, ...], lines: list[str]) -> str:
    given = "const double *x, long n" if arguments == ("x", "n") else ", ".join([f"double {x}" for x in arguments])
    return "\n".join([f"static double {name}({given}) {{", *[f"  {line}" for line in lines], "}"])


_C = Language(
    words={
        **{"real": "const double", "variable": "double", "index": "long"},
        **{name: name for name in (*LIBRARY.values(), "erf")},
        **{"abs": "fabs", "power": "pow", "infinity": "INFINITY", "nan": "NAN"},
    },
    helper=_helper,
    many=lambda name, xs: f"{name}((const double[]){{{', '.join(xs)}}}, {len(xs)})",
    extra={},
    column="columns[{} * count + row]",
    given="rows[{} * count + row]",
    table=lambda name, numbers: f"static const double {name}[] = {{{', '.join(numbers)}}};",
)

_TAKEN = (
    "const double *columns, const double *shared, const double *parameters, long count, double *outputs, double *rows"
)
_PASSED = "columns, shared, parameters, count, outputs, rows"


def c_source(code: Code, name: str = "program", *, exact: bool = False) -> str:
    """C99 that computes the outputs of a code; a comment at its head says how to call it.

    >>> from autograd import gates
    >>> from autograd.program.instructions import Instruction
    >>> code = Code((True,), 1, (), (Instruction(gates.MULTIPLY, (0, 1)),), (2,), (False,))
    >>> "const double r2 = columns[0 * count + row] * parameters[0];" in c_source(code)
    True

    Raises:
        ValueError: the name is no identifier.
        TypeError: a gate computes floats in Python only.
    """
    checked_name(name, _KEYWORDS)
    source = Source(code, _C, name, exact=exact)
    parts = [_function(f"{name}_{kind}{i}", lines) for kind, lines, i in _long_parts(source)]
    return "\n".join([_head(source, name), *source.helpers.values(), *parts, *_whole(source, name), ""])


def _long_parts(source: Source) -> list[tuple[str, list[str], int]]:
    """The parts that are functions of their own: all, if there is more than one of a kind."""
    return [
        (kind, lines, i)
        for kind, parts in (("ahead", source.ahead), ("rows", source.rows))
        if len(parts) > 1
        for i, lines in enumerate(parts)
    ]


def _function(name: str, lines: list[str]) -> str:
    head = f"static void {name}({_TAKEN}, double *single, double *many, long row) {{"
    return "\n".join([head, *[f"  {line}" for line in lines], "}"])


def _called(source: Source, name: str, kind: str) -> list[str]:
    """The lines of the parts of a kind, or calls of the functions that they are."""
    parts = source.ahead if kind == "ahead" else source.rows
    if len(parts) == 1:
        return parts[0]
    row = "row" if kind == "rows" else "0"
    return [f"{name}_{kind}{i}({_PASSED}, single, many, {row});" for i in range(len(parts))]


def _whole(source: Source, name: str) -> list[str]:
    code = source.code
    single, many = max(1, source.schedule.lines[SINGLE]), max(1, source.schedule.lines[MANY])
    on_stack = single + many <= ON_STACK
    memory = [f"double single[{single}], many[{many}];", "(void)single; (void)many;"]
    if not on_stack:
        memory = [
            f"double *single = malloc(sizeof(double) * {single + many}), *many = single + {single};",
            "if (single == NULL) return 1;",
        ]
    lines = [
        *memory,
        f"for (long i = 0; i < {len(code.outputs)}; i++) outputs[i] = 0.0;",
        *_called(source, name, "ahead") * bool(source.ahead),
    ]
    if source.rows:
        body = [f"  {line}" for line in _called(source, name, "rows")]
        lines += ["for (long row = 0; row < count; row++) {", *body, "}"]
    lines += source.after
    lines += ["return 0;"] if on_stack else ["free(single);", "return 0;"]
    return [f"int {name}({_TAKEN}) {{", *[f"  {line}" for line in lines], "}"]


def _head(source: Source, name: str) -> str:
    code, schedule = source.code, source.schedule
    by_row = len(schedule.by_row)
    order = ", ".join(
        [f"rows[{line} * count + row]: output {output}" for line, output in enumerate(schedule.by_row[:8])]
    )
    given = f" ({order}{', ...' * (by_row > 8)})" if by_row else ", may be NULL"
    return f"""/* int {name}(columns, shared, parameters, count, outputs, rows)

   columns: {sum(code.varies)} inputs that vary from row to row: input i is columns[i * count + row].
   shared: the {code.inputs - sum(code.varies)} other inputs. parameters: {code.parameters} numbers.
   count: the number of rows.
   outputs: room for {len(code.outputs)} results; sums over the rows are there, and what no row has its own of.
   rows: room for {by_row} * count results of single rows{given}.
   It returns 0, or 1 if there is no memory. Link with -lm. With -ffp-contract=off it rounds after every operation. */

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
"""
