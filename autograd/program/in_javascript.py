"""Codes as JavaScript: one function, exported from a module, for pages."""

from __future__ import annotations

from autograd.program.instructions import Code
from autograd.program.schedule import MANY, SINGLE
from autograd.program.source import LIBRARY, OWN_NAMES, Language, Source, checked_name

_KEYWORDS = (
    frozenset(
        [
            "arguments",
            "await",
            "break",
            "case",
            "catch",
            "class",
            "const",
            "continue",
            "debugger",
            "default",
            "delete",
            "do",
            "else",
            "enum",
            "eval",
            "export",
            "extends",
            "false",
            "finally",
            "for",
            "function",
            "if",
            "implements",
            "import",
            "in",
            "instanceof",
            "interface",
            "let",
            "new",
            "null",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "true",
            "try",
            "typeof",
            "var",
            "void",
            "while",
            "with",
            "yield",
            "Math",
            "NaN",
            "Infinity",
            "undefined",
            "Float64Array",
        ]
    )
    | OWN_NAMES
)

_POWER = """function {name}_power(base, exponent) {{
  if (base === 1.0 || (base === -1.0 && Math.abs(exponent) === Infinity)) return 1.0;
  return Math.pow(base, exponent);
}}"""

_ERF = """function {name}_erf(x) {{
  const size = Math.abs(x);
  if (!(size < 6.0)) return x !== x ? x : x < 0.0 ? -1.0 : 1.0;
  if (size < 1.0) {{
    let term = x, total = x;
    for (let k = 1; k < 40; k++) {{
      term *= x * x / (k + 0.5);
      total += term;
    }}
    return 1.1283791670955126 * total * Math.exp(-x * x);
  }}
  let fraction = 0.0;
  for (let k = 120; k > 0; k--) fraction = 0.5 * k / (size + fraction);
  const rest = 0.5641895835477563 * Math.exp(-x * x) / (size + fraction);
  return x < 0.0 ? rest - 1.0 : 1.0 - rest;
}}"""
"""Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.6 for small x, and 7.1.14 for large ones."""


def _helper(name: str, arguments: tuple[str, ...], lines: list[str]) -> str:
    count = ["  const n = x.length;"] if arguments == ("x", "n") else []
    given = "x" if count else ", ".join(arguments)
    return "\n".join([f"function {name}({given}) {{", *count, *[f"  {line}" for line in lines], "}"])


_JAVASCRIPT = Language(
    words={
        **{"real": "const", "variable": "let", "index": "let"},
        **{name: f"Math.{name}" for name in LIBRARY.values()},
        **{"power": "{name}_power", "erf": "{name}_erf", "infinity": "Infinity", "nan": "NaN"},
    },
    helper=_helper,
    many=lambda name, xs: f"{name}([{', '.join(xs)}])",
    extra={"power": _POWER, "erf": _ERF},
    column="columns[{}][row]",
    given="rows[{}][row]",
    table=lambda name, numbers: f"const {name} = [{', '.join(numbers)}];",
)

_TAKEN = "columns, shared, parameters, count, outputs, rows, single, many, row"


def javascript_source(code: Code, name: str = "program") -> str:
    """An ES module that exports a function (columns, shared, parameters, count) → outputs.

    JavaScript rounds after every operation; sums over the rows are in the order of the schedule.

    Raises:
        ValueError: the name is no identifier.
        TypeError: a gate computes floats in Python only.
    """
    checked_name(name, _KEYWORDS)
    source = Source(code, _JAVASCRIPT, name, exact=True)
    parts = [
        _function(f"{name}_{kind}{i}", lines)
        for kind, parts in (("ahead", source.ahead), ("rows", source.rows))
        if len(parts) > 1
        for i, lines in enumerate(parts)
    ]
    return "\n".join([_head(source, name), *source.helpers.values(), *parts, *_whole(source, name), ""])


def _function(name: str, lines: list[str]) -> str:
    return "\n".join([f"function {name}({_TAKEN}) {{", *[f"  {line}" for line in lines], "}"])


def _called(parts: list[list[str]], name: str, row: str) -> list[str]:
    if len(parts) == 1:
        return parts[0]
    passed = f"{_TAKEN.rpartition(',')[0]}, {row}"
    return [f"{name}{i}({passed});" for i in range(len(parts))]


def _whole(source: Source, name: str) -> list[str]:
    code, schedule = source.code, source.schedule
    lines = [
        f"const single = new Float64Array({schedule.lines[SINGLE]}), many = new Float64Array({schedule.lines[MANY]});",
        f"const outputs = new Array({len(code.outputs)}).fill(0.0);",
        f"const rows = Array.from({{ length: {len(schedule.by_row)} }}, () => new Float64Array(count));",
        *_called(source.ahead, f"{name}_ahead", "0") * bool(source.ahead),
    ]
    if source.rows:
        body = [f"  {line}" for line in _called(source.rows, f"{name}_rows", "row")]
        lines += ["for (let row = 0; row < count; row++) {", *body, "}"]
    lines += source.after
    lines += [f"outputs[{output}] = rows[{line}];" for line, output in enumerate(schedule.by_row)]
    head = f"export function {name}(columns, shared, parameters, count) {{"
    return [head, *[f"  {line}" for line in [*lines, "return outputs;"]], "}"]


def _head(source: Source, name: str) -> str:
    code = source.code
    return f"""// {name}(columns, shared, parameters, count): an array of {len(code.outputs)} results.
// columns: {sum(code.varies)} arrays, for each input that varies its number in every row.
// shared: the {code.inputs - sum(code.varies)} other inputs. parameters: {code.parameters} numbers.
// count: the number of rows.
// A result is one number, sums over the rows included, or a Float64Array with one for each row.
"""
