"""Scopes: which Values stand in which cluster, and a collapsed one as a box whose wires are those of the graph."""

import contextvars
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Constant, Value, dot, gradients, sigmoid, topological_order
from autograd.drawing import GraphTooLargeError, draw
from autograd.drawing.circuit import Fanin, Product, Through
from autograd.drawing.folding import fold
from autograd.drawing.formula import formulas
from autograd.drawing.tracing import trace


class Parameter(Value):
    kind = "parameter"


def neuron(xs, label):
    weights = [Parameter(0.5 * i - 0.25, label=f"{label}{i}") for i in range(len(xs))]
    with autograd.scope("neuron"):
        return sigmoid(dot(weights, xs, Parameter(0.1, label=f"{label}b")))


def network():
    x, y = Value(1.0, label="x"), Value(-2.0, label="y")
    with autograd.scope("layer 1"):
        hidden = [neuron([x, y], name) for name in ("p", "q")]
    with autograd.scope("layer 2"):
        out = neuron(hidden, "r")
    loss = (out - 1.0) ** 2
    loss.label = "L"
    loss.backward()
    return loss


def tree(circuit, clusters=None):
    """Clusters as nested lists of labels and wires."""
    return [
        (cluster.name, cluster.label, [circuit.wires[i].label or circuit.wires[i].data for i in cluster.values])
        + ((tree(circuit, cluster.clusters),) if cluster.clusters else ())
        for cluster in (circuit.clusters if clusters is None else clusters)
    ]


def boxes(circuit):
    return [gate for gate in circuit.gates if gate and gate.is_module]


# --- clusters ---------------------------------------------------------------------------------------------------------


def test_clusters_nest_as_the_scopes_do():
    two, one = tree(trace(network()))  # numbered as they appear: the weights of layer 2 come first
    assert (two[:3], one[:3]) == (("c1", "layer 2", []), ("c3", "layer 1", []))
    assert [(name, label, wires[:2]) for name, label, wires in two[3]] == [("c2", "neuron", ["r0", "r1"])]
    assert [(name, label, wires[:3]) for name, label, wires in one[3]] == [
        ("c4", "neuron", ["p0", "p1", "pb"]),
        ("c5", "neuron", ["q0", "q1", "qb"]),
    ]
    assert [len(wires) for _, _, wires in one[3]] == [5, 5]


def test_a_leaf_stands_in_the_innermost_scope_that_holds_all_its_uses():
    shared, alone, outside = (Parameter(1.0, label=name) for name in ("shared", "alone", "outside"))
    x, k = Value(2.0, label="x"), Constant(3.0, label="k")
    with autograd.scope("outer"):
        with autograd.scope("one"):
            a = x * shared * outside + alone
        with autograd.scope("two"):
            b = x * shared - k
        c = a * b
    for value, name in ((a, "a"), (b, "b"), (c, "c")):
        value.label = name
    circuit = trace(c + outside)
    ((_, _, values, ((_, _, one), (_, _, two))),) = tree(circuit)
    assert values == ["shared", "c"]
    assert [v for v in one if isinstance(v, str)] == ["alone", "a"]
    assert [v for v in two if isinstance(v, str)] == ["k", "b"]


def test_a_leaf_that_is_drawn_for_itself_stands_outside():
    w = Parameter(2.0, label="w")
    with autograd.scope("one"):
        y = w * w
    circuit = trace([w, y])
    assert tree(circuit) == [("c1", "one", [4.0])]
    assert boxes(trace([w, y], collapse=True))[0].inputs[0].value == 0


def test_what_an_unfolded_gate_is_made_of_is_in_its_scope():
    circuit = trace(network(), unfold=True)
    assert [len(cluster.values) for cluster in circuit.clusters[1].clusters] == [8, 8]
    assert [len(cluster.values) for cluster in trace(network()).clusters[1].clusters] == [5, 5]


def test_a_part_of_a_graph_has_the_clusters_of_what_it_shows():
    assert tree(trace(network(), depth=1)) == []
    assert [cluster[:2] for cluster in tree(trace(network(), depth=2))] == [("c1", "layer 2")]


# --- boxes ------------------------------------------------------------------------------------------------------------


def test_the_outermost_scopes_become_boxes():
    loss = network()
    circuit = trace(loss, collapse=True)
    one, two = boxes(circuit)
    assert (one.symbol, [wire.label for wire in one.inputs], len(one.outputs)) == ("layer 1", ["x", "y"], 2)
    assert (two.symbol, two.inputs, len(two.outputs)) == ("layer 2", one.outputs, 1)
    assert ((one.hidden, one.parameters), (two.hidden, two.parameters)) == ((8, 6), (4, 3))
    assert one.local_gradients == ()
    assert circuit.clusters == ()
    leaves = {value.label: value for value in topological_order(loss) if value.kind == "input"}
    for wire in one.inputs:
        assert wire.gradient == Through(pytest.approx(leaves[wire.label].grad))
    assert [wire.gradient.total for wire in one.outputs] == pytest.approx([v.grad for v in hidden_outputs(loss)])


def hidden_outputs(loss):
    return [v for v in topological_order(loss) if v.gate and v.gate.symbol == "σ" and v.scope.outer.name == "layer 1"]


@pytest.mark.parametrize(
    ("names", "symbols"),
    [
        (True, ["layer 1", "layer 2"]),
        ("layer*", ["layer 1", "layer 2"]),
        ("layer 1", ["layer 1"]),
        (["layer 1", "neuron"], ["layer 1", "neuron"]),
        ("neuron", ["neuron", "neuron", "neuron"]),
        (["*2", "n?uron"], ["neuron", "neuron", "layer 2"]),
        (False, []),
        ((), []),
    ],
)
def test_of_the_names_given_the_outermost_scopes_become_boxes(names, symbols):
    circuit = trace(network(), collapse=names)
    assert [box.symbol for box in boxes(circuit)] == symbols


def test_a_box_stands_in_the_cluster_around_it():
    circuit = trace(network(), collapse="neuron")
    assert [(label, len(wires)) for _, label, wires in tree(circuit)] == [("layer 1", 2), ("layer 2", 1)]


def test_a_name_with_brackets_is_a_name():
    with autograd.scope("layer[0]"):
        y = Value(1.0).exp()
    assert [box.symbol for box in boxes(trace(y, collapse="layer[0]"))] == ["layer[0]"]


def test_a_box_called_like_a_gate_takes_no_constant_into_it():
    with autograd.scope("×"):
        y = Value(2.0, label="x").exp() * Value(3.0)
    z = y * Constant(2.0)
    with autograd.scope("+"):
        z = z.exp() * 3.0 + y
    circuit = trace(z, collapse=True)
    assert [fold(box, circuit) for box in boxes(circuit)] == [None, None]
    assert draw(z, collapse=True).source


def test_what_comes_out_of_a_box_or_of_a_gate_left_out_has_no_formula():
    x = Value(2.0, label="x")
    with autograd.scope("2x"):
        y, z = x.exp(), x.sin()
    root = y + z * x
    assert formulas(trace(root, collapse=True)) == ["x", "", "", "", ""]
    assert formulas(trace(root, depth=1)) == ["", "", ""]
    z.label = "z"
    assert formulas(trace(root, collapse=True))[-2:] == ["zx", ""]


def test_a_box_called_like_a_dot_keeps_the_order_of_its_inputs():
    with autograd.scope("Σwx"):
        y = autograd.sum([Value(1.0), Value(2.0), Value(3.0), Value(4.0)])
    assert [*boxes(trace(y, collapse=True))[0].drawing_order] == [0, 1, 2, 3]


def test_an_output_that_is_used_inside_too_keeps_its_whole_gradient():
    x = Value(2.0, label="x")
    with autograd.scope("one"):
        y = x * 3.0
        z = y * y
    root = z + y
    root.backward()
    circuit = trace(root, collapse=True)
    (box,) = boxes(circuit)
    wire = box.outputs[0]
    assert (wire.data, wire.hidden_uses, wire.gradient.total, wire.recorded_gradient) == (6.0, 2, 13.0, None)
    assert [term.total for term in wire.gradient.terms] == [6.0, 6.0, 1.0]
    assert circuit.wires[0].gradient == Through(39.0)


def test_a_box_without_inputs_and_a_box_that_is_the_root():
    with autograd.scope("made"):
        y = Parameter(2.0).exp()
    circuit = trace(y, collapse=True)
    (box,) = boxes(circuit)
    assert (box.inputs, box.outputs, box.hidden, box.parameters) == ((), circuit.wires, 1, 1)
    assert draw(y, collapse=True).source


def test_depth_counts_a_box_as_one_gate():
    circuit = trace(network(), collapse=True, depth=3)
    assert [box.symbol for box in boxes(circuit)] == ["layer 2"]
    assert [wire.hidden_gate for wire in circuit.wires] == [True, True, False, False, False, False]
    assert [wire.hidden_gate for wire in trace(network(), collapse=True, depth=2).wires[:2]] == [True, False]


def test_a_box_shows_all_that_comes_out_of_it():
    x = Value(1.0, label="x")
    with autograd.scope("both"):
        y, z = x.exp(), x.sin()
    root = (z.exp().exp().exp() + y) * y
    near = trace(root, collapse=True, depth=2)
    assert [len(box.outputs) for box in boxes(near)] == [2]
    assert [wire.hidden_uses for wire in boxes(near)[0].outputs] == [1, 0]
    around = trace(root, collapse=True, around=x, radius=1)
    assert [wire.hidden_uses for wire in around.wires] == [0, 1, 2]


def test_of_a_box_that_is_left_out_only_what_is_near_is_shown():
    x = Value(1.0, label="x")
    with autograd.scope("both"):
        near = x.exp()
        far = near.sin()
        last = far.cos()
    root = far.exp().exp().exp() + near.cos() * last
    root.backward()
    part = trace(root, collapse=True, depth=2)
    cut = {wire.data: wire.hidden_uses for wire in part.wires if wire.hidden_gate}
    assert cut == {far.exp().exp().data: 0, near.cos().data: 0, last.data: 0}
    part = trace(root, collapse=True, depth=3)
    assert [box.symbol for box in boxes(part)] == ["both"]
    (wire,) = [wire for wire in part.wires if wire.data == near.data]
    assert (wire.hidden_uses, wire.gradient.total) == (1, pytest.approx(near.grad))


def test_around_something_inside_a_box_is_an_error():
    loss = network()
    inside = next(value for value in topological_order(loss) if value.label == "pb")
    with pytest.raises(ValueError, match="inside 'layer 1', which is collapsed: leave that scope out of collapse"):
        trace(loss, collapse=True, around=inside)
    assert trace(loss, collapse="layer 2", around=inside)
    assert trace(loss, collapse=True, around=hidden_outputs(loss)[0])


def test_data_that_was_changed_inside_a_box_is_told():
    w = Parameter(2.0)
    with autograd.scope("one"):
        y = w * 3.0
    w.data = 1.0
    assert trace(y, collapse=True).is_stale


def test_before_a_backward_pass_a_box_has_no_gradients():
    with autograd.scope("one"):
        y = Value(2.0) * 3.0
    assert not trace(y, collapse=True).has_gradients


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (
            "layer3",
            ValueError,
            "collapse='layer3': no scope of this graph has that name: there are 'layer 1', 'layer 2', ",
        ),
        (["layer*", "x"], ValueError, "collapse='x': no scope of this graph has that name"),
        (3, TypeError, 'collapse takes True, a name or a list of names, not 3: write collapse="layer*"'),
        ([True], TypeError, "collapse takes True, a name"),
    ],
)
def test_wrong_names_are_answered(names, error, message):
    with pytest.raises(error) as caught:
        draw(network(), collapse=names)
    assert message in str(caught.value)


def test_where_there_are_no_scopes_the_error_says_how_to_make_one():
    with pytest.raises(ValueError, match=r"record one with `with autograd\.scope\('layer 1'\):`"):
        draw(Value(1.0).exp(), collapse="layer 1")
    assert trace(Value(1.0).exp(), collapse=True) == trace(Value(1.0).exp())


def test_the_limit_tells_how_many_values_remain_collapsed():
    with pytest.raises(GraphTooLargeError, match=r"draw\(L, collapse=True\) with 8 values"):
        draw(network(), limit=10)
    assert len(draw(network(), limit=8, collapse=True).source) > 0
    with pytest.raises(GraphTooLargeError) as caught:
        draw(network(), limit=7, collapse=True)
    assert "collapse" not in str(caught.value)


# --- any graph, any scopes --------------------------------------------------------------------------------------------

SCOPES = ("a", "b", "b/inner", None)
operations = st.sampled_from([lambda x, y: x * y, lambda x, y: x + y, lambda x, y: sigmoid(x), autograd.maximum])
steps = st.lists(st.tuples(operations, st.integers(0, 4), st.integers(0, 4), st.sampled_from(SCOPES)), max_size=12)


def build(program):
    """Operations in scopes that stay open beside each other, so that Values leave a scope and come back."""
    contexts = {name: contextvars.copy_context() for name in SCOPES}
    for name in ("a", "b"):
        contexts[name].run(autograd.scope(name).__enter__)
    contexts["b/inner"] = contexts["b"].run(contextvars.copy_context)
    contexts["b/inner"].run(autograd.scope("inner").__enter__)
    values = [Value(0.5), Parameter(-0.75), Parameter(1.25)]
    for operation, i, j, name in program:
        values.append(contexts[name].run(operation, values[-1 - i % len(values)], values[-1 - j % len(values)]))
    root = values[-1]
    for i, value in enumerate(topological_order(root)):
        value.label = f"n{i}"
    root.backward()
    return root


def members(name, values, root):
    """What is inside the scope of that name: recorded there, or a parameter whose uses all were."""
    inside = {v for v in values if v.scope and name in (v.scope.name, getattr(v.scope.outer, "name", None))}
    users = {v: [user for user in values if v in user.inputs] for v in values}
    return inside | {
        v for v in values if v.kind == "parameter" and v is not root and users[v] and inside.issuperset(users[v])
    }


def is_left_and_entered_again(inside, values):
    """Whether something outside depends on the inside, and something inside on that."""
    after, again = set(inside), set()
    for value in values:
        if value not in inside and not after.isdisjoint(value.inputs):
            after.add(value)
    again = {operand for value in inside for operand in value.inputs if operand in after - inside}
    return bool(again)


@given(steps, st.sampled_from([True, "a", "b", "inner"]))
def test_the_wires_of_a_box_are_those_that_cross_its_boundary(program, names):
    root = build(program)
    values = topological_order(root)
    scopes = {scope.name for v in values if v.scope for scope in (v.scope, v.scope.outer) if scope}
    if names is not True and names not in scopes:
        with pytest.raises(ValueError, match="no scope"):
            trace(root, collapse=names)
        return
    circuit = trace(root, collapse=names)
    by_label = {value.label: value for value in values}
    shown = [by_label[wire.label] for wire in circuit.wires]
    total = dict(zip(values, gradients(root, values, root.grad), strict=True))
    inside = {box.symbol: members(box.symbol, values, root) for box in boxes(circuit)}
    assert set(shown) == {
        v
        for v in values
        if v is root
        or not any(v in m for m in inside.values())
        or any(v in m and v in user.inputs and user not in m for m in inside.values() for user in values)
    }
    for box in boxes(circuit):
        its = inside[box.symbol]
        entering = dict.fromkeys(x for v in values if v in its for x in v.inputs if x not in its)
        leaving = [v for v in values if v in its and (v is root or any(v in u.inputs for u in values if u not in its))]
        assert [shown[wire.value] for wire in box.inputs] == [*entering]
        assert [shown[wire.value] for wire in box.outputs] == leaving
        assert box.hidden == len(its) - len(leaving)
        assert box.parameters == sum(v.kind == "parameter" for v in its.difference(leaving))
        for wire, value in zip(box.inputs, entering, strict=True):
            slopes = [(v, *pair) for v in its for pair in zip(v.inputs, v.local_gradients, strict=True)]
            uses = [total[user] * slope for user, operand, slope in slopes if operand is value]
            assert isinstance(wire.gradient, Through)
            assert wire.gradient.total == pytest.approx(math.fsum(uses), rel=1e-9, abs=1e-12)
    for value, wire, gate in zip(shown, circuit.wires, circuit.gates, strict=True):
        assert wire.gradient.total == pytest.approx(total[value], rel=1e-9, abs=1e-12)
        if gate is not None:
            assert all(operand.value < min(output.value for output in gate.outputs) for operand in gate.inputs)
            if not gate.is_module:
                assert [shown[operand.value] for operand in gate.inputs] == list(value.inputs)
        if isinstance(wire.gradient, Fanin):
            assert wire.gradient.total == pytest.approx(math.fsum(t.total for t in wire.gradient.terms), abs=1e-12)
            assert all(isinstance(term, Product | Through) for term in wire.gradient.terms)


@given(steps, st.sampled_from(["a", "b", "inner"]))
def test_a_scope_stays_open_exactly_if_a_value_leaves_it_and_comes_back(program, name):
    root = build(program)
    values = topological_order(root)
    inside = members(name, values, root)
    if not any(value.gate for value in inside):
        return
    circuit = trace(root, collapse=name)
    assert [box.symbol for box in boxes(circuit)] == ([] if is_left_and_entered_again(inside, values) else [name])


def test_of_two_boxes_that_stand_before_each_other_one_stays_open():
    contexts = [contextvars.copy_context() for _ in range(2)]
    for name, context in zip("ab", contexts, strict=True):
        context.run(autograd.scope(name).__enter__)
    x, y = Value(1.0), Value(2.0)
    a1, b2 = contexts[0].run(x.exp), contexts[1].run(y.exp)
    b1, a2 = contexts[1].run(a1.exp), contexts[0].run(b2.exp)
    assert len(boxes(trace([b1, a2], collapse=True))) == 1
    assert [len(boxes(trace([b1, a2], collapse=name))) for name in "ab"] == [1, 1]


def test_the_box_in_the_gap_of_another_is_not_the_one_that_stays_open():
    context = contextvars.copy_context()
    context.run(autograd.scope("around").__enter__)
    y = context.run(Value(1.0).exp)
    with autograd.scope("within"):
        y = y.exp().exp()
    assert [box.symbol for box in boxes(trace(context.run(y.exp), collapse=True))] == ["within"]


def test_collapsing_is_suggested_only_where_it_helps():
    x = Value(1.0)
    for i in range(10):
        with autograd.scope(f"step {i}"):
            x = x.exp().tanh()
    with pytest.raises(GraphTooLargeError, match=r"collapse=True\) with 11 values"):
        draw(x, limit=11)
    with pytest.raises(GraphTooLargeError, match=r"radius=2\), or all of it"):
        draw(x, limit=10)
