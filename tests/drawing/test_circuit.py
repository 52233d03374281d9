"""The circuit is the graph: its wires, gates, numbers and operand order, whatever the graph."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Constant, Value, gradients, maximum, sigmoid, topological_order
from autograd import dot as weighted_sum
from autograd.drawing import GraphTooLargeError, draw
from autograd.drawing.circuit import Fanin, Product, Seed
from autograd.drawing.folding import fold
from autograd.drawing.tracing import trace

OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    maximum,
    lambda a, b: sigmoid(a) * b,
    lambda a, b: a * 2.0,
    lambda a, b: 3.0 - b,
)
steps = st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 5), st.integers(0, 5))
programs = st.lists(steps, min_size=1, max_size=15)


def build(program: list[tuple[int, int, int]]) -> Value:
    """Three inputs, then one operation a step on values that were made shortly before; sharing is common."""
    values = [Value(1.5, label="x_1"), Value(-0.75, label="x_2"), Value(0.5, label="x_3")]
    for operation, back_a, back_b in program:
        a, b = (values[-1 - back % len(values)] for back in (back_a, back_b))
        values.append(OPERATIONS[operation](a, b))
    return values[-1]


@given(programs)
def test_every_value_is_a_wire_and_every_operand_arrives_in_order(program):
    root = build(program)
    order = topological_order(root)
    circuit = trace(root, None)
    assert [wire.data for wire in circuit.wires] == [value.data for value in order]
    assert [wire.label for wire in circuit.wires] == [value.label for value in order]
    for value, gate in zip(order, circuit.gates, strict=True):
        assert (gate is None) == (value.gate is None)
        if gate is not None:
            assert gate.symbol == value.gate.symbol
            assert [order[wire.value] for wire in gate.inputs] == list(value.inputs)


@given(programs)
def test_every_use_is_a_wire_of_its_own(program):
    circuit = trace(build(program), None)
    ends = [wire.name for gate in circuit.gates if gate for wire in gate.inputs]
    assert len(ends) == len(set(ends))
    for wire, fanout in zip(circuit.wires, circuit.fanouts, strict=True):
        uses = [end for gate in circuit.gates if gate for end in gate.inputs if end.value == wire.value]
        assert (fanout is not None) == (len(uses) > 1)
        assert fanout is None or set(fanout.branches) == set(uses)


@given(programs)
def test_every_wire_shows_output_gradient_times_local_gradient(program):
    root = build(program)
    root.backward()
    circuit = trace(root, None)
    order = topological_order(root)
    for value, gate in zip(order, circuit.gates, strict=True):
        for wire, local_gradient in zip(gate.inputs if gate else (), value.local_gradients, strict=True):
            if circuit.wires[wire.value].kind != "constant":
                expected = Product(value.grad * local_gradient, value.grad, local_gradient)
                assert wire.gradient == expected


@given(programs)
def test_gradients_of_the_uses_add_up_to_the_recorded_one(program):
    root = build(program)
    root.backward()
    circuit = trace(root, None)
    for value, wire in zip(topological_order(root), circuit.wires, strict=True):
        if wire.kind != "constant":
            assert wire.gradient.total == pytest.approx(value.grad, rel=1e-9, abs=1e-12)
            assert wire.recorded_gradient is None
            if isinstance(wire.gradient, Fanin):
                assert wire.gradient.total == pytest.approx(sum(term.total for term in wire.gradient.terms))


@given(programs)
def test_drawing_changes_nothing(program):
    root = build(program)
    root.backward()
    order = topological_order(root)
    before = [(value.data, value.grad, value.label) for value in order]
    drawing = draw(root)
    assert drawing.source
    assert str(drawing)
    assert [(value.data, value.grad, value.label) for value in order] == before


def test_the_root_has_the_seed():
    root = Value(3.0) * Value(2.0)
    root.backward(gradient=5.0)
    assert trace(root, None).root.gradient == Seed(5.0)


def test_a_square_is_two_uses():
    a = Value(3.0, label="a")
    root = a * a
    root.backward()
    (fanout,) = [fanout for fanout in trace(root, None).fanouts if fanout]
    assert fanout.stem.gradient == Fanin(6.0, (Product(3.0, 1.0, 3.0), Product(3.0, 1.0, 3.0)))
    assert [branch.gradient.total for branch in fanout.branches] == [3.0, 3.0]


def test_before_a_backward_pass_there_are_no_gradients():
    circuit = trace(Value(3.0) * Value(2.0), None)
    assert not circuit.has_gradients
    assert all(wire.gradient is None for wire in circuit.wires)


def test_constants_have_no_gradient():
    k = Constant(2.0, label="k")
    root = Value(3.0) * k + k
    root.backward()
    circuit = trace(root, None)
    (stem,) = [wire for wire in circuit.wires if wire.label == "k"]
    assert stem.gradient is None
    assert all(branch.gradient is None for branch in circuit.fanouts[stem.value].branches)


def test_a_leaf_with_more_passes_shows_this_one_and_says_what_it_holds():
    x = Value(3.0, label="x")
    root = x * 2
    root.backward()
    root.backward()
    wire = trace(root, None).wires[0]
    assert wire.gradient == Product(2.0, 1.0, 2.0)
    assert wire.recorded_gradient == 4.0
    assert "2&#160;this&#160;pass,&#160;.grad&#160;is&#160;4" in draw(root).source
    assert "; .grad is 4" in str(draw(root))


def test_a_later_pass_from_another_root_does_not_spoil_the_picture():
    x = Value(2.0, label="x")
    inner = x * 3
    first, second = inner * inner, inner + x
    first.backward()
    second.backward()
    circuit = trace(first, None)
    assert [wire.gradient.total for wire in circuit.wires if wire.kind != "constant"] == [36.0, 12.0, 1.0]
    assert [wire.recorded_gradient for wire in circuit.wires if wire.kind != "constant"] == [40.0, 1.0, None]


def test_a_zero_gradient_blocks_even_an_infinite_slope():
    x = Value(0.0, label="x")
    root = maximum(x.log(), Value(1.0))
    root.backward()
    wire = trace(root, None).wires[0]
    assert wire.gradient == Product(0.0, 0.0, math.inf)
    assert wire.blocked


def test_an_untaken_branch_stays_0_under_an_infinite_gradient():
    x, y = Value(3.0), Value(1.0)
    root = maximum(x, y)
    root.backward(gradient=math.inf)
    assert [wire.gradient.total for wire in trace(root, None).wires] == [math.inf, 0.0, math.inf]
    assert y.grad == 0.0


def test_a_gradient_of_nan_agrees_with_nan():
    x = Value(math.nan)
    root = x * x
    root.backward()
    assert trace(root, None).wires[0].recorded_gradient is None


# --- several roots ----------------------------------------------------------------------------------------------------


@given(programs, st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0, -2.5])), min_size=1, max_size=4))
def test_the_gradients_of_several_roots_add_up(program, chosen):
    values = topological_order(build(program))
    seeds = {values[-1 - i % len(values)]: seed for i, seed in chosen}
    for root, seed in seeds.items():
        root.grad = seed
    order = topological_order(*seeds)
    outermost = [root for root in seeds if not any(root in value.inputs for value in order)]
    passes = [gradients(root, order, root.grad) for root in outermost if root.grad]
    circuit = trace(seeds)
    assert [order[i] for i in circuit.roots] == [*seeds]
    assert circuit.has_gradients == any(root.grad and root.kind != "constant" for root in outermost)
    for wire, *terms in zip(circuit.wires, *passes, strict=True):
        if circuit.has_gradients and wire.kind != "constant":
            assert wire.gradient.total == pytest.approx(sum(terms), rel=1e-9, abs=1e-12)
            assert isinstance(wire.gradient, Seed) == (order[wire.value] in outermost)


def test_roots_that_share_a_graph_show_the_sum_of_their_passes():
    x = Value(3.0, label="x")
    y, z = x * x, x * 4.0
    y.backward()
    z.backward(gradient=10.0)
    circuit = trace([y, z])
    assert circuit.wires[0].gradient.total == x.grad == 46.0
    assert circuit.wires[0].recorded_gradient is None
    assert [circuit.wires[root].gradient for root in circuit.roots] == [Seed(1.0), Seed(10.0)]
    assert circuit.root.gradient == Seed(10.0)


def test_a_root_inside_another_gives_no_gradient_of_its_own():
    x = Value(3.0)
    inner = x * 2.0
    outer = inner.exp()
    inner.backward()
    assert not trace([inner, outer]).has_gradients
    assert trace(inner).has_gradients


def test_a_sum_of_0_is_not_handed_on_to_an_infinite_slope():
    x = Value(0.0, label="x")
    inner = x.sqrt()
    y, z = inner * 1.0, inner * -1.0
    y.grad = z.grad = 1.0
    circuit = trace([y, z])
    assert [wire.gradient.total for wire in circuit.wires if wire.kind != "constant"] == [0.0, 0.0, 1.0, 1.0]


def test_a_root_that_is_nan_keeps_its_seed():
    x = Value(math.nan)
    y = x * 2.0
    y.backward()
    assert trace([y, Value(1.0)]).wires[0].gradient == Product(2.0, 1.0, 2.0)


def test_a_root_that_is_a_constant_gives_no_gradient():
    k = Constant(2.0)
    k.grad = 1.0
    assert not trace([k, Value(3.0).exp()]).has_gradients


def test_a_root_that_is_a_constant_is_not_drawn_inside_a_gate():
    k = Constant(2.0)
    circuit = trace([k, k * Value(3.0)])
    assert fold(circuit.gates[-1], circuit) is None


def test_a_list_of_one_and_a_value_twice_are_that_value():
    y = Value(2.0).exp()
    y.backward()
    assert draw([y]).source == draw((y, y)).source == draw(iter([y])).source == draw(y).source


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([], ValueError, r"draw takes at least one Value: write draw\(L\)"),
        (None, TypeError, r"draw takes a Value or a list of Values, not NoneType: write draw\(L\)"),
        (3.0, TypeError, "not float"),
        ("L", TypeError, "not str"),
        ([Value(1.0), 2.0], TypeError, "not float"),
    ],
)
def test_what_is_no_value_is_answered(value, error, message):
    with pytest.raises(error, match=message):
        draw(value)


# --- the limit --------------------------------------------------------------------------------------------------------


def test_above_the_limit_the_error_shows_counts_and_calls():
    L = x = Value(1.0, label="x")
    for _ in range(200):
        L = L.exp()
    L.label = "L"
    with pytest.raises(GraphTooLargeError) as caught:
        draw(L)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == (
        "the graph has 201 values and 200 gates, more than the limit of 200 values: draw a part of it with "
        "draw(L, depth=3), draw(L, around=x, radius=2), or all of it with draw(L, limit=None)"
    )
    for options in ({"depth": 3}, {"around": x, "radius": 2}, {"limit": None}):
        assert draw(L, **options).source


@pytest.mark.parametrize(
    ("labels", "options", "calls"),
    [
        ([""], {}, r"draw\(L, depth=3\), .*, or all of it with draw\(L, limit=None\)$"),
        (["two words"], {}, r"draw\(L, depth=3\)"),
        (["lambda"], {}, r"draw\(L, depth=3\)"),
        (["y", "z"], {}, r"draw\(\[y, z\], depth=3\), draw\(\[y, z\], around=u, radius=2\)"),
        (["y", "", "", ""], {}, r"draw\(\[y, y2, y3, \.\.\.\], depth=3\)"),
        (["y"], {"depth": 3}, r"draw\(y, depth=2\)"),
        (["y"], {"depth": 9}, r"draw\(y, depth=3\)"),
        (["y"], {"depth": 1}, r"part of it with draw\(y, around"),
    ],
)
def test_the_calls_carry_the_callers_names(labels, options, calls):
    u = Value(1.0, label="u")
    roots = [weighted_sum([u] * 3, [Value(2.0), Value(1.0), Value(0.0)]) for _ in labels]
    for root, label in zip(roots, labels, strict=True):
        root.label = label
    with pytest.raises(GraphTooLargeError, match=calls):
        draw(roots, limit=1, **options)


def test_the_example_is_around_something_else_than_the_root():
    root = Value(2.0).exp()
    root.label = "y"
    with pytest.raises(GraphTooLargeError, match=r"draw\(y, around=x, radius=2\)"):
        draw(root, limit=1)


def test_a_million_nodes_are_refused_and_a_part_of_them_is_drawn():
    start = x = Value(0.0)
    for _ in range(1_000_000):
        x = -x
    with pytest.raises(GraphTooLargeError, match="1,000,001 values"):
        draw(x)
    assert str(draw(x, depth=1)).count("\n") == 2
    assert len(trace(x, around=start).wires) == 3


def test_without_a_limit_any_depth_is_written_and_nothing_recurses():
    x = Value(0.5)
    for _ in range(6_000):
        x = x.sin()
    x.backward()
    drawing = draw(x, limit=None)
    assert drawing.source.count("PORT") == 6_001
    assert len(str(drawing).splitlines()) > 6_000
