"""Programs as JSON: numbers, names of gates and register numbers. What is loaded is checked, and never evaluated."""

from __future__ import annotations

import inspect
import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograd import files, gates
from autograd.conversion import to_float
from autograd.gates import Gate
from autograd.program.arguments import Argument
from autograd.program.instructions import Code, Instruction
from autograd.program.program import REDUCTIONS, Program
from autograd.value import Value

FORMAT = "gatewise program"
VERSION = 1

MOST_INPUTS = 10**7
"""How many numbers the arguments of a file may have for one example: a few bytes could ask for all memory."""

GATES: dict[str, type[Gate]] = {kind.__name__: kind for kind in gates.kinds() if kind.is_ours}
"""The gates that a file may name."""


class ProgramFormatError(ValueError):
    """The text is no program that this version can load; the message says where."""


def to_json(program: Program) -> str:
    """The program as JSON text, with the present data of its parameters.

    Raises:
        TypeError: a gate is not one of `autograd.gates`; such programs can be pickled.
    """
    code = program.forward
    parameters = {parameter: i for i, parameter in enumerate(program.parameters)}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "arguments": [_argument_written(a) for a in program.arguments],
        "parameters": [{"label": p.label, "data": _written(p.data)} for p in program.parameters],
        "constants": list(map(_written, code.constants)),
        "instructions": [_instruction(instruction) for instruction in code.instructions],
        "output": code.outputs[0],
        "targets": [_target(target, parameters) for target in program.targets],
        "single": program.single,
        "reduction": program.reduction,
        "backend": program.backend,
        "exact": program.exact,
        "threads": program.threads,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _argument_written(x: Argument) -> dict[str, Any]:
    return {"name": x.name, "shape": list(x.shape), "rows": x.rows, "columns": x.columns}


def _written(x: float) -> float | str:
    """A number of JSON, which has none for nan and the infinities."""
    return float(x) if math.isfinite(x) else repr(float(x))


def _instruction(instruction: Instruction) -> list[Any]:
    gate, operands = instruction
    if not gate.is_ours:
        raise TypeError(f"{gate.symbol} is a gate of your own, which JSON cannot hold: pickle the program instead")
    return [type(gate).__name__, list(map(_written, gate.parameters.values())), list(operands)]


def _target(target: int | Value, parameters: Mapping[Value, int]) -> list[Any]:
    if isinstance(target, Value):
        return ["parameter", parameters.get(target, -1)]  # -1: the result does not depend on it
    return ["argument", target]


# --- loading ----------------------------------------------------------------------------------------------------------


def from_json(text: str) -> Program:
    """The program of a JSON text; its parameters are new Values.

    Raises:
        ProgramFormatError: it is no program, of another version, or damaged.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProgramFormatError(f"this is no JSON: {error}") from None
    _check(isinstance(content, dict) and content.get("format") == FORMAT, "this is no saved program")
    version = content.get("version")
    _check(type(version) is int and version == VERSION, f"version {version!r} is not {VERSION}, which this reads")
    try:
        return _program(content)
    except KeyError as error:
        raise ProgramFormatError(f"{error.args[0]!r} is missing") from None


def _program(content: Mapping[str, Any]) -> Program:
    arguments = [_argument(x) for x in _list(content["arguments"], "arguments")]
    parameters = [_parameter(x) for x in _list(content["parameters"], "parameters")]
    reduction, backend = content["reduction"], content["backend"]
    _check(reduction in REDUCTIONS and isinstance(reduction, str | None), "reduction is not mean, sum or null")
    _check(isinstance(backend, str), "backend is no name")
    threads = _whole(content["threads"], "threads")
    _check(threads > 0, f"threads is {threads}, and not at least 1")
    _check(sum(argument.size for argument in arguments) <= MOST_INPUTS, f"there are more than {MOST_INPUTS:,} inputs")
    varies = tuple([argument.varies for argument in arguments for _ in range(argument.size)])
    constants = tuple([_number(x, "constants") for x in _list(content["constants"], "constants")])
    instructions = tuple([_read(x) for x in _list(content["instructions"], "instructions")])
    output = _whole(content["output"], "output")
    summed = any(varies) and reduction is not None
    try:
        code = Code(varies, len(parameters), constants, instructions, (output,), (summed,))
    except ValueError as error:
        raise ProgramFormatError(str(error)) from None
    targets = [_read_target(x, arguments, parameters) for x in _list(content["targets"], "targets")]
    single = _flag(content, "single")
    _check(not single or len(targets) == 1, f"single goes with one target, not {len(targets)}")
    return Program(
        code,
        arguments,
        parameters,
        targets,
        single=single,
        reduction=reduction,
        backend=backend,
        exact=_flag(content, "exact"),
        threads=threads,
    )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise ProgramFormatError(message)


def _list(x: Any, what: str) -> list[Any]:
    _check(isinstance(x, list), f"{what} is no list")
    return x  # type: ignore[no-any-return]


def _whole(x: Any, what: str) -> int:
    _check(type(x) is int, f"{what} is no whole number")
    return x  # type: ignore[no-any-return]


def _flag(content: Mapping[str, Any], name: str) -> bool:
    _check(type(content[name]) is bool, f"{name} is not true or false")
    return content[name]  # type: ignore[no-any-return]


def _number(x: Any, what: str) -> float:
    if isinstance(x, str) and x in ("nan", "inf", "-inf"):
        return float(x)
    try:
        return to_float(x, what, "holds")
    except (TypeError, OverflowError) as error:
        raise ProgramFormatError(str(error)) from None


def _argument(x: Any) -> Argument:
    _check(isinstance(x, dict) and isinstance(x.get("name"), str), "an argument has no name")
    shape = tuple([_whole(length, "a shape") for length in _list(x["shape"], "a shape")])
    _check(all(length > 0 for length in shape), f"the shape {shape} has nothing in it")
    rows, columns = _flag(x, "rows"), _flag(x, "columns")
    _check(not (rows and columns), f"{x['name']!r} has both rows and columns")
    return Argument(x["name"], shape, rows, columns)


def _parameter(x: Any) -> Value:
    _check(isinstance(x, dict) and isinstance(x.get("label"), str), "a parameter has no label")
    return Value(_number(x["data"], "a parameter"), label=x["label"])


def _read(x: Any) -> Instruction:
    """An instruction, with a gate that exists and as many operands as it takes."""
    _check(
        isinstance(x, list) and len(x) == 3 and isinstance(x[0], str), "an instruction is not [gate, numbers, operands]"
    )
    name, numbers, operands = x
    _check(name in GATES, f"there is no gate {name!r}")
    kind = GATES[name]
    own = [_number(number, name) for number in _list(numbers, f"the numbers of {name}")]
    wanted = len(kind.parameter_names)
    _check(len(own) == wanted, f"{name} has {len(own)} numbers of its own instead of {wanted}")
    registers = tuple(
        [_whole(operand, f"an operand of {name}") for operand in _list(operands, f"the operands of {name}")]
    )
    _check(_takes(kind, len(registers)), f"{name} does not take {len(registers)} operands")
    return Instruction(_made(kind, own), registers)


def _made(kind: Callable[..., Gate], numbers: list[float]) -> Gate:
    return kind(*numbers)


def _takes(kind: type[Gate], count: int) -> bool:
    """Whether a gate takes so many operands: as many as its `forward`; adders weights, numbers and a bias."""
    parameters = list(inspect.signature(kind.forward).parameters.values())[1:]
    if all(p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for p in parameters):
        return count == len(parameters)
    return count % 2 == 1 if kind is gates.Dot else count >= 1


def _read_target(x: Any, arguments: list[Argument], parameters: list[Value]) -> int | Value:
    _check(isinstance(x, list) and len(x) == 2 and x[0] in ("argument", "parameter"), "a target is not [kind, number]")
    kind, number = x[0], _whole(x[1], "a target")
    if kind == "parameter" and number == -1:
        return Value(0.0)
    _check(0 <= number < len(arguments if kind == "argument" else parameters), f"there is no {kind} {number}")
    return number if kind == "argument" else parameters[number]


# --- files ------------------------------------------------------------------------------------------------------------


def save(program: Program, path: str | os.PathLike[str]) -> str:
    """Write the program to a file, whole or not at all, and return the path."""
    return files.write(path, to_json(program).encode())


def load(path: str | os.PathLike[str]) -> Program:
    """The program in a file.

    Raises:
        ProgramFormatError: the file holds none.
    """
    try:
        return from_json(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ProgramFormatError(f"{os.fspath(path)!r} is no text: {error.reason}") from None
