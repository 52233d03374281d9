"""A recorded graph as a code: node for node, in the order of the backward pass."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.graph import topological_order
from autograd.program.instructions import Code, Instruction
from autograd.value import Constant, Value


def recorded(root: Value, inputs: Sequence[Value], varies: Sequence[bool]) -> tuple[Code, tuple[Value, ...]]:
    """The forward code of a graph, and its parameters: the leaves that are neither inputs nor constants.

    The graph is walked only as far as the inputs: one that was computed itself stands for its own number.
    """
    order = _order(root, set(inputs))
    given = set(inputs)
    parameters = [node for node in order if node.gate is None and node not in given and type(node) is not Constant]
    constants: dict[str, float] = {}
    for node in order:
        if type(node) is Constant and node not in given:
            constants.setdefault(_key(node.data), float(node.data))
    registers = {node: i for i, node in enumerate([*inputs, *parameters])}
    first_constant = len(registers)
    numbered = {key: first_constant + i for i, key in enumerate(constants)}
    instructions: list[Instruction] = []
    first_instruction = first_constant + len(constants)
    for node in order:
        if node in registers:
            continue
        if node.gate is None:
            registers[node] = numbered[_key(node.data)]
            continue
        registers[node] = first_instruction + len(instructions)
        instructions.append(Instruction(node.gate, tuple([registers[x] for x in node.inputs])))
    code = Code(
        tuple(varies),
        len(parameters),
        tuple(constants.values()),
        tuple(instructions),
        (registers[root],),
        (any(varies),),
    )
    return code, tuple(parameters)


def _order(root: Value, inputs: set[Value]) -> list[Value]:
    """Topological order, as of the engine, without what only the inputs were computed from."""
    order = topological_order(root)
    if all(node.gate is None for node in inputs):
        return order
    needed = {root}
    for node in reversed(order):
        if node in needed and node not in inputs:
            needed.update(node.inputs)
    return [node for node in order if node in needed]


def _key(x: float) -> str:
    return float(x).hex()
