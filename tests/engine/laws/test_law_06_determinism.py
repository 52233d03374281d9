"""Law 6. The same program gives the same bits and the same order; operands keep order and multiplicity."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings

import autograd
from autograd import Value
from autograd.copying import walk
from tests.engine.interpreter import recorded
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs

SCRIPT = """
import autograd
from autograd import Value
xs = [Value(0.1 * k, label=f"x{k}") for k in range(1, 20)]
clutter = [object() for _ in range(len(autograd.__name__) * 7)]
hidden = [autograd.tanh(autograd.dot([0.01 * i * j for j in range(19)], xs, bias=xs[i])) for i in range(10)]
y = autograd.logsumexp([h * h + x.sin() / (1.0 + h) for h, x in zip(hidden, xs)] + hidden + [autograd.maximum(*xs)])
y.backward()
graphs = autograd.gradient_graph(y, xs)
second = autograd.gradients(graphs[3], xs)
for x, graph, number in zip(xs, graphs, second):
    print(x.grad.hex(), graph.data.hex(), number.hex())
for root in (y, *graphs):
    print(" ".join(node.label or (node.gate.symbol if node.gate else repr(node.data))
          for node in autograd.topological_order(root)))
"""


def output(seed: str, script: str = SCRIPT) -> str:
    root = str(Path(autograd.__file__).parents[1])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, check=True, encoding="utf-8").stdout


def test_another_process_with_another_hash_seed_gives_the_same_bits_in_the_same_order() -> None:
    first = output("0")
    assert first.count("\n") == 19 + 20
    assert output("1") == first == output("12345")


def test_what_was_recorded_before_changes_nothing() -> None:
    script = "from autograd import Value; x = Value(2.0); {} print((x ** {}).gate.symbol, (x ** {}).local_gradients)"
    for first, second in (("0.0", "-0.0"), ("-0.0", "0.0")):
        alone = output("0", script.format("", second, second))
        assert output("0", script.format(f"x ** {first};", second, second)) == alone


def names(*roots: Value) -> list[str]:
    return [node.label or (node.gate.symbol if node.gate else "") for node in autograd.topological_order(*roots)]


def leaves(text: str) -> list[Value]:
    return [Value(1.0 + k, label=label) for k, label in enumerate(text)]


def test_operands_keep_order_and_multiplicity() -> None:
    a, b, c = leaves("abc")
    assert (b - a).inputs == (b, a)
    assert (a * a).inputs == (a, a)
    assert autograd.sum([c, a, c, b, c]).inputs == (c, a, c, b, c)
    assert autograd.dot([a, b], [b, c], a).inputs == (a, b, b, c, a)
    assert [x.data for x in (2 - a).inputs] == [2.0, 1.0]


def test_the_order_is_depth_first_from_left_to_right() -> None:
    a, b, c, d = leaves("abcd")
    assert names((b - a) * (c + d)) == ["b", "a", "−", "c", "d", "+", "×"]
    assert names(a * (b * (c * d))) == ["a", "b", "c", "d", "×", "×", "×"]
    assert names(autograd.sum([-a, -b, c * d, a / b, -d])) == ["a", "−x", "b", "−x", "c", "d", "×", "÷", "−x", "Σ"]


def test_the_order_is_depth_first_from_left_to_right_also_through_gates_of_many_inputs() -> None:
    a, b, c, d, e = leaves("abcde")
    assert names(autograd.sum([a, b, c, d * e])) == ["a", "b", "c", "d", "e", "×", "Σ"]
    assert names(autograd.sum([a * b, c, d * e, a, -e])) == ["a", "b", "×", "c", "d", "e", "×", "−x", "Σ"]


def test_several_roots_share_one_order() -> None:
    a, b, c = leaves("abc")
    first, second = a + b, b * c
    assert names(first, second, first, a) == ["a", "b", "+", "c", "×"]
    assert names(c, first) == ["c", "a", "b", "+"]
    assert autograd.topological_order() == []


def depth_first(root: Value) -> list[Value]:
    """The textbook's recursion."""
    order: list[Value] = []

    def visit(node: Value) -> None:
        if node not in order:
            for x in node.inputs:
                visit(x)
            order.append(node)

    visit(root)
    return order


@settings(max_examples=200)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_the_order_is_that_of_the_textbooks_recursion(program: Program) -> None:
    _, nodes = recorded(program)
    order = depth_first(nodes[-1])
    assert autograd.topological_order(nodes[-1]) == order
    assert walk([nodes[-1]], lambda node: False) == order  # the walk that marks nothing


@settings(max_examples=200)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_inputs_come_before_outputs_and_each_node_once(program: Program) -> None:
    _, nodes = recorded(program)
    order = autograd.topological_order(*nodes)
    position = {node: k for k, node in enumerate(order)}
    assert len(position) == len(order)
    assert all(position[x] < position[node] for node in order for x in node.inputs)
    assert set(nodes) <= set(order)
