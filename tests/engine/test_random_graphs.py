"""Random graphs against a naive engine, rational arithmetic and finite differences in 60 digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd import Value
from tests.engine.closeness import bits, close
from tests.engine.interpreter import record, recorded
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs

mp.dps = 60


@settings(max_examples=300)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_every_node_has_the_value_and_the_gradient_of_the_naive_engine(program: Program) -> None:
    _, nodes = recorded(program)
    nodes[-1].backward()
    values = program.run(program.inputs)
    exact = program.differentiate(values)
    scale = program.differentiate(values, size=abs)
    for node, value, gradient, size in zip(nodes, values, exact, scale, strict=True):
        assert close(node.data, value, 1e-12, 1e-11)
        assert close(node.grad, gradient, 1e-9, 1e-10 * size)


def representable(x: Any) -> bool:
    return bool(Fraction(float(x)) == x)


@settings(max_examples=300)
@given(programs(RATIONAL, PIECEWISE, most=8))
def test_rational_programs_are_exact(program: Program) -> None:
    values = program.run([Fraction(x) for x in program.inputs])
    assume(all(map(representable, values)))
    gradients, scale = program.differentiate(values), program.differentiate(values, size=abs)
    _, nodes = recorded(program)
    nodes[-1].backward()
    for node, value, gradient, size in zip(nodes, values, gradients, scale, strict=True):
        assert Fraction(node.data) == value
        assert abs(Fraction(node.grad) - Fraction(gradient)) <= size * Fraction(1, 10**14)


@settings(max_examples=150)
@given(programs(RATIONAL, SMOOTH, most=8))
def test_gradients_are_central_differences_of_the_plain_program_in_60_digits(program: Program) -> None:
    leaves, nodes = recorded(program)
    gradients = autograd.gradients(nodes[-1], leaves)
    scale = program.differentiate(program.run(program.inputs), size=abs)
    h = mpf(10) ** -20
    for i, actual in enumerate(gradients):
        low, high = ([mpf(x) + (j == i) * step for j, x in enumerate(program.inputs)] for step in (-h, h))
        difference = (program.run(high, mp)[-1] - program.run(low, mp)[-1]) / (2 * h)
        assert close(actual, difference, 1e-9, 1e-10 * scale[i] + 1e-30)  # h² is 1e-40


@settings(max_examples=60)
@given(programs(RATIONAL, SMOOTH, most=5))
def test_second_derivatives_are_central_differences_of_the_naive_gradient(program: Program) -> None:
    leaves, nodes = recorded(program)
    h = mpf(10) ** -20

    def gradient(at: list[Any]) -> list[Any]:
        return program.differentiate(program.run(at, mp), mp)

    for i, first in enumerate(autograd.gradient_graph(nodes[-1], leaves)):
        for j, second in enumerate(autograd.gradients(first, leaves)):
            low, high = ([mpf(x) + (k == j) * step for k, x in enumerate(program.inputs)] for step in (-h, h))
            difference = (gradient(high)[i] - gradient(low)[i]) / (2 * h)
            assert close(second, difference, 1e-7, 1e-7)


@settings(max_examples=150)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_backward_gradients_and_gradient_graph_are_the_same_numbers(program: Program) -> None:
    _, nodes = recorded(program)
    pure = autograd.gradients(nodes[-1], nodes)
    graphs = autograd.gradient_graph(nodes[-1], nodes)
    assert [graph.data for graph in graphs] == list(pure)
    nodes[-1].backward()
    assert [node.grad for node in nodes] == list(pure)


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH), st.data())
def test_a_subset_of_targets_gets_the_gradients_it_gets_among_all(program: Program, data: st.DataObject) -> None:
    _, nodes = recorded(program)
    among_all = dict(zip(nodes, map(bits, autograd.gradients(nodes[-1], nodes)), strict=True))
    targets = data.draw(st.lists(st.sampled_from(nodes), max_size=4))
    assert list(map(bits, autograd.gradients(nodes[-1], targets))) == [among_all[target] for target in targets]


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_recording_again_gives_the_same_bits(program: Program) -> None:
    def results() -> list[str]:
        _, nodes = recorded(program)
        nodes[-1].backward()
        return [bits(x) for node in nodes for x in (node.data, node.grad)]

    assert results() == results()


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_one_node_is_recorded_per_operation(program: Program) -> None:
    leaves, nodes = recorded(program)
    constants = sum(operation.name == "half" for operation, _ in program.instructions)
    assert len(autograd.topological_order(nodes[-1], *leaves)) == len(nodes) + constants


@settings(max_examples=100)
@given(programs(RATIONAL, PIECEWISE, SMOOTH))
def test_without_recording_the_bits_are_the_same(program: Program) -> None:
    _, nodes = recorded(program)
    with autograd.no_grad():
        plain = record(program, [Value(x) for x in program.inputs])
    assert [bits(node.data) for node in plain] == [bits(node.data) for node in nodes]
    assert not any(node.inputs for node in plain)
