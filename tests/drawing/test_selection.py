"""A part of a graph is exactly what is that near; its numbers are those of the whole graph."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Constant, Value, dot, gradients, maximum, sigmoid, topological_order
from autograd.drawing import GraphTooLargeError, draw
from autograd.drawing.circuit import Fanin, Product
from autograd.drawing.folding import fold
from autograd.drawing.tracing import trace
from autograd.testing.strategies import expressions


def labelled(expression):
    """The root of an expression, every Value of it named."""
    root = expression(*[Value(x) for x in expression.inputs])
    for i, value in enumerate(topological_order(root)):
        value.label = f"n{i}"
    root.backward()
    return root


def distances(start, neighbours, values):
    """How many steps away each Value is: lowered, edge by edge, until nothing changes."""
    found = dict.fromkeys(values, math.inf) | {start: 0}
    edges = [(value, neighbour) for value in values for neighbour in neighbours(value)]
    for _ in values:
        for value, neighbour in edges:
            found[neighbour] = min(found[neighbour], found[value] + 1)
    return found


def check_part(circuit, root, expected):
    """The circuit shows the expected Values; gates whose inputs are all there; the gradients of the whole graph."""
    values = topological_order(root)
    total = dict(zip(values, gradients(root, values, root.grad), strict=True))
    shown = [value for value in values if value in expected]
    assert [wire.label for wire in circuit.wires] == [value.label for value in shown]
    drawn = {value for value in shown if value.gate is not None and expected.issuperset(value.inputs)}
    for value, wire, gate, fanout in zip(shown, circuit.wires, circuit.gates, circuit.fanouts, strict=True):
        assert wire.hidden_gate == (value.gate is not None and value not in drawn)
        uses = [user for user in values for operand in user.inputs if operand is value]
        assert wire.hidden_uses == sum(user not in drawn for user in uses)
        assert (fanout is not None) == (len(uses) > 1 and wire.hidden_uses < len(uses))
        assert fanout is None or len(fanout.branches) == len(uses) - wire.hidden_uses
        assert (gate is not None) == (value in drawn)
        if gate is not None:
            labels = [circuit.wires[operand.value].label for operand in gate.inputs]
            assert labels == [operand.label for operand in value.inputs]
        if value.kind == "constant":
            assert wire.gradient is None
            continue
        assert wire.gradient.total == pytest.approx(total[value], rel=1e-9, abs=1e-12)
        if isinstance(wire.gradient, Fanin):
            assert len(wire.gradient.terms) == len(uses)
            assert wire.gradient.total == pytest.approx(math.fsum(term.total for term in wire.gradient.terms), abs=1e-9)
            assert all(
                term.output_gradient == total[user] for term, user in zip(wire.gradient.terms, uses, strict=True)
            )


@given(expressions(), st.integers(1, 6))
def test_depth_shows_what_is_so_many_gates_before_the_root(expression, depth):
    root = labelled(expression)
    values = topological_order(root)
    away = distances(root, lambda value: value.inputs, values)
    expected = {value for value in values if away[value] <= depth}
    check_part(trace(root, depth=depth), root, expected)


@given(expressions(), st.integers(1, 4), st.data())
def test_around_shows_what_is_so_many_gates_before_or_after(expression, radius, data):
    root = labelled(expression)
    values = topological_order(root)
    centre = data.draw(st.sampled_from(values))
    users = {value: [user for user in values if value in user.inputs] for value in values}
    before = distances(centre, lambda value: value.inputs, values)
    after = distances(centre, users.__getitem__, values)
    expected = {value for value in values if min(before[value], after[value]) <= radius}
    expected.update(operand for value in values if 1 <= after[value] <= radius for operand in value.inputs)
    circuit = trace(root, around=centre, radius=radius)
    check_part(circuit, root, expected)
    assert circuit.roots == ((len(circuit.wires) - 1,) if root in expected else ())
    assert draw(root, around=centre, radius=radius, limit=None).source


def chain(count):
    values = [Value(0.5, label="x")]
    for i in range(count):
        values.append(sigmoid(values[-1]))
        values[-1].label = f"h{i}"
    values[-1].backward()
    return values


def test_two_gates_is_the_radius_that_is_not_given():
    values = chain(9)
    circuit = trace(values[-1], around=values[4])
    assert [wire.label for wire in circuit.wires] == ["h1", "h2", "h3", "h4", "h5"]
    assert [wire.hidden_gate for wire in circuit.wires] == [True, False, False, False, False]
    assert [wire.hidden_uses for wire in circuit.wires] == [0, 0, 0, 0, 1]
    assert [gate.symbol for gate in circuit.gates if gate] == ["σ"] * 4


def test_the_depth_is_counted_from_the_nearest_of_several_roots():
    values = chain(9)
    circuit = trace([values[-1], values[2]], depth=1)
    assert [wire.label for wire in circuit.wires] == ["h0", "h1", "h7", "h8"]
    assert [circuit.wires[root].label for root in circuit.roots] == ["h8", "h1"]


def test_the_other_operands_of_the_gates_after_it_are_there():
    a, b, c = (Value(x, label=name) for name, x in (("a", 1.0), ("b", 2.0), ("c", 3.0)))
    inner = b.exp()
    inner.label = "inner"
    root = a * inner + c
    assert [wire.label for wire in trace(root, around=a, radius=1).wires] == ["a", "inner", ""]


def test_a_wire_with_one_drawn_use_of_several_branches_to_it():
    x = Value(3.0, label="x")
    y = x * 2
    root = y.exp() + x
    root.backward()
    circuit = trace(root, depth=1)
    (fanout,) = filter(None, circuit.fanouts)
    assert [branch.gradient for branch in fanout.branches] == [Product(1.0, 1.0, 1.0)]
    assert fanout.stem.hidden_uses == 1
    assert fanout.stem.gradient.total == x.grad
    assert [term.total for term in fanout.stem.gradient.terms] == [x.grad - 1.0, 1.0]


def test_a_constant_with_a_hidden_use_keeps_its_wire():
    k, x = Constant(2.0), Value(3.0, label="x")
    root = (x * k).exp() * k
    circuit = trace(root, depth=1)
    assert [(wire.kind, wire.hidden_uses) for wire in circuit.wires] == [("constant", 1), ("", 0), ("", 0)]
    assert fold(circuit.gates[-1], circuit) is None


def test_a_gate_that_is_cut_is_not_unfolded():
    xs = [Value(float(i)) for i in range(1, 5)]
    root = sigmoid(sigmoid(dot(xs[:2], xs[2:])))
    assert [gate.symbol for gate in trace(root, depth=2, unfold=True).gates if gate] == ["σ", "σ"]
    assert [gate.symbol for gate in trace(root, depth=3, unfold=True).gates if gate] == ["×", "×", "+", "σ", "σ"]


def test_a_part_is_stale_only_if_what_it_shows_is():
    x = Value(3.0, label="x")
    y = x.exp()
    root = (y.log() * 2).sin()
    x.data = 1.0
    assert trace(root).is_stale
    assert not trace(root, depth=2).is_stale
    assert trace(root, depth=4).is_stale


def test_before_a_backward_pass_a_part_has_no_gradients():
    assert not trace(sigmoid(sigmoid(Value(1.0))), depth=1).has_gradients


def test_the_title_is_that_of_the_whole_graph():
    values = chain(3)
    assert str(draw(values[-1], depth=1)).startswith("h₂ = σ(σ(σ(x)))\n")
    assert str(draw(values[-1], around=values[0], radius=1)).startswith("h₂ = σ(σ(σ(x)))\n")


def test_the_limit_is_that_of_the_part():
    values = chain(300)
    assert len(trace(values[-1], 200, depth=199).wires) == 200
    with pytest.raises(GraphTooLargeError, match=r"301 values and 300 gates, and the part to be drawn has 201 values"):
        trace(values[-1], 200, depth=200)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"depth": 0}, ValueError, "depth is a whole number of gates from 1 up, not 0"),
        ({"depth": -1}, ValueError, "depth is a whole number of gates from 1 up, not -1"),
        ({"depth": "3"}, ValueError, "depth is a whole number of gates from 1 up, not '3'"),
        ({"depth": True}, ValueError, "depth is a whole number"),
        ({"depth": 1.5}, ValueError, "depth is a whole number"),
        ({"limit": 0}, ValueError, "limit is a whole number of values from 1 up; None for no limit, not 0"),
        ({"radius": 3}, ValueError, "radius goes with around: write around=x, radius=3, or depth=3"),
        ({"radius": 0}, ValueError, "radius is a whole number of gates from 1 up, not 0"),
        ({"around": "x"}, TypeError, "around takes a Value of the graph, not str: write around=x"),
        ({"around": Value(1.0)}, ValueError, "is not in this graph: what is drawn does not depend on it"),
        (
            {"around": Value(1.0), "depth": 2},
            ValueError,
            "depth counts from the roots, and around from a Value: write one",
        ),
    ],
)
def test_wrong_options_are_answered(options, error, message):
    with pytest.raises(error) as caught:
        draw(chain(1)[-1], **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_losing_branch_stays_0_in_a_part():
    root = maximum(Value(3.0).log(), Value(1.0).exp()).sin()
    root.backward()
    assert [wire.blocked for wire in trace(root, depth=2).wires] == [True, False, False, False]
