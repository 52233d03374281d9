"""Which gate is at fault: every gate of a recorded graph, differenced on its own inputs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from autograd.gates import Gate
from autograd.graph import topological_order
from autograd.testing.derivative import Derivative, derivative
from autograd.testing.verdict import branch_of, judge, tolerance
from autograd.value import Value


@dataclass(frozen=True)
class Fault:
    """A gate that gave a wrong local gradient, and for which of its inputs."""

    gate: Gate
    inputs: tuple[float, ...]
    position: int
    said: float
    should_be: Derivative

    def __str__(self) -> str:
        at = ", ".join(map(repr, self.inputs))
        which = f" of input {self.position + 1}" if len(self.inputs) > 1 else ""
        return (
            f"the gate at fault is {self.gate.symbol} ({type(self.gate).__name__}) at ({at}): "
            f"its local gradient{which} is {self.said!r} "
            f"and should be {self.should_be.value:.10g} ± {self.should_be.bound:.1g}"
        )


def find_fault(root: Value) -> Fault | None:
    """The first gate, inputs before outputs, whose local gradient is wrong on the inputs that it had.

    >>> from autograd import Gate
    >>> class Cube(Gate):
    ...     symbol = "x³"
    ...     def forward(self, x): return x * x * x
    ...     def local_gradients(self, out, x): return (2 * x * x,)
    >>> print(find_fault(Cube()(Value(2.0)) + 1.0))
    the gate at fault is x³ (Cube) at (2.0): its local gradient is 8.0 and should be 12 ± ...
    """
    for node in topological_order(root):
        if node.gate is not None and (fault := _fault_of(node)):
            return fault
    return None


def _fault_of(node: Value) -> Fault | None:
    assert node.gate is not None
    data = tuple([operand.data for operand in node.inputs])
    for position, said in enumerate(node.local_gradients):
        if node.inputs[position].kind == "constant":
            continue  # nothing asks for its gradient
        numerical = derivative(_of_one_input(node.gate, data, position), data[position])
        allowed = tolerance(said, numerical, node.data, data[position], abs(said))
        if judge(said, numerical, allowed) == "fail":
            return Fault(node.gate, data, position, said, numerical)
    return None


def _of_one_input(gate: Gate, data: Sequence[float], position: int) -> Callable[[float], tuple[float, Hashable]]:
    """The gate's forward as a function of one of its inputs, with the branch that it takes."""

    def forward(x: float) -> tuple[float, Hashable]:
        inputs = [*data[:position], x, *data[position + 1 :]]
        out = gate.forward(*inputs)
        return out, (branch_of(out, gate.slopes(out, *inputs)),) if gate.piecewise else ()

    return forward
