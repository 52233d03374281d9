"""A random life of a graph: build, join, sweep, change data, zero, forget. After every step each node is compared with
a naive record of what it should hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import autograd
from autograd import StaleGraphError, Value
from tests.engine.interpreter import ENGINE
from tests.engine.naive import PIECEWISE, RATIONAL, Operation, sixty_fourths

OPERATIONS = (*RATIONAL, *PIECEWISE)
back = st.integers(0, 7)


@dataclass(eq=False)
class Expected:
    """What a node should hold, with the slopes of the moment when it was recorded."""

    data: float
    inputs: tuple[Expected, ...] = ()
    slopes: tuple[float, ...] = ()
    recorded: tuple[float, ...] = ()
    """The data of the node and of its inputs when it was recorded."""
    grad: float = 0.0

    @property
    def is_stale(self) -> bool:
        return self.inputs != () and self.recorded != (self.data, *[x.data for x in self.inputs])

    def ancestry(self) -> list[Expected]:
        """Inputs before outputs, by plain recursion: these graphs are small."""
        order: list[Expected] = []

        def visit(node: Expected) -> None:
            if node not in order:
                for x in node.inputs:
                    visit(x)
                order.append(node)

        visit(self)
        return order

    def derivatives(self, seed: float) -> dict[Expected, float]:
        """seed · ∂self/∂node for every node it was computed from."""
        order = self.ancestry()
        found = dict.fromkeys(order, 0.0)
        found[self] = seed
        for node in reversed(order):
            for x, slope in zip(node.inputs, node.slopes, strict=True):
                found[x] += found[node] * slope
        return found

    def backward(self, seed: float) -> None:
        for node, gradient in self.derivatives(seed).items():
            node.grad = gradient if node.inputs else node.grad + gradient


def near(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9 * max(1.0, abs(a)))


class LifeOfAGraph(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[Value] = []
        self.expected: list[Expected] = []

    def pick(self, reference: int) -> int:
        return len(self.nodes) - 1 - reference % len(self.nodes)

    @rule(x=sixty_fourths)
    def make_a_leaf(self, x: float) -> None:
        self.nodes.append(Value(x))
        self.expected.append(Expected(x))

    @precondition(lambda self: self.nodes)
    @rule(operation=st.sampled_from(OPERATIONS), first=back, second=back)
    def record(self, operation: Operation, first: int, second: int) -> None:
        references = [self.pick(first), self.pick(second)][: operation.arity]
        data = [self.expected[i].data for i in references]
        out = operation.run(math, *data)
        if abs(out) > 64:
            return
        self.nodes.append(ENGINE[operation.name](*[self.nodes[i] for i in references]))
        slopes = tuple(map(float, operation.slopes(math, *data)))
        operands = tuple([self.expected[i] for i in references])
        self.expected.append(Expected(float(out), operands, slopes, (float(out), *data)))

    @precondition(lambda self: self.nodes)
    @rule(root=back, seed=st.sampled_from([1.0, -2.0, 0.5, 0.0]))
    def backward(self, root: int, seed: float) -> None:
        i = self.pick(root)
        self.nodes[i].backward(gradient=seed)
        self.expected[i].backward(seed)

    @precondition(lambda self: self.nodes)
    @rule(root=back, seed=st.sampled_from([1.0, -3.0]))
    def take_gradients(self, root: int, seed: float) -> None:
        i = self.pick(root)
        expected = self.expected[i].derivatives(seed)
        for actual, node in zip(autograd.gradients(self.nodes[i], self.nodes, seed), self.expected, strict=True):
            assert near(actual, expected.get(node, 0.0))

    @precondition(lambda self: self.nodes)
    @rule(root=back)
    def take_the_gradient_graph(self, root: int) -> None:
        i = self.pick(root)
        expected = self.expected[i].derivatives(1.0)
        try:
            graphs = autograd.gradient_graph(self.nodes[i], self.nodes)
        except StaleGraphError:
            assert any(node.is_stale for node in expected)
            return
        for actual, node in zip(graphs, self.expected, strict=True):
            assert near(actual.data, expected.get(node, 0.0))

    @precondition(lambda self: self.nodes)
    @rule(reference=back)
    def zero(self, reference: int) -> None:
        i = self.pick(reference)
        autograd.zero_grad([self.nodes[i]])
        self.expected[i].grad = 0.0

    @precondition(lambda self: len(self.nodes) > 2)
    @rule(reference=back)
    def forget(self, reference: int) -> None:
        i = self.pick(reference)
        del self.nodes[i], self.expected[i]

    @precondition(lambda self: self.nodes)
    @rule(reference=back, x=sixty_fourths)
    def change_data(self, reference: int, x: float) -> None:
        i = self.pick(reference)
        self.nodes[i].data = x
        self.expected[i].data = x

    @invariant()
    def every_node_holds_what_it_should(self) -> None:
        for node, expected in zip(self.nodes, self.expected, strict=True):
            assert node.data == expected.data
            assert node.local_gradients == expected.slopes
            assert near(node.grad, expected.grad)


TestLifeOfAGraph = LifeOfAGraph.TestCase
TestLifeOfAGraph.settings = settings(max_examples=150, stateful_step_count=30)
