"""A gate that says how it is made of simpler ones: they compute the same, and are drawn in its place where they do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    Constant,
    Gate,
    Value,
    dot,
    gates,
    gradients,
    hypot,
    log_sigmoid,
    logsumexp,
    mean,
    sigmoid,
    softplus,
)
from autograd.drawing import GraphTooLargeError, draw
from autograd.drawing.circuit import Fanin, Product
from autograd.drawing.tracing import trace
from autograd.testing.strategies import expressions, grid

FUSED = {type(gate): gate for gate in vars(gates).values() if isinstance(gate, Gate) and hasattr(gate, "unfolded")}
ONE, TWO = (gates.Sigmoid, gates.Softplus, gates.LogSigmoid, gates.Tanh), (gates.Hypot,)
ALL_NAMES = [kind.__name__ for kind in FUSED]

numbers = grid(bound=8.0).filter(bool)  # not 0, where hypot has a corner


def symbols(circuit):
    return [gate.symbol for gate in circuit.gates if gate]


# --- the law ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FUSED)
@given(data=st.data())
def test_the_simpler_gates_compute_the_same(kind, data):
    count = 1 if kind in ONE else 2 if kind in TWO else data.draw(st.integers(1, 4)) * 2 + 1
    xs = [Value(x) for x in data.draw(st.lists(numbers, min_size=count, max_size=count))]
    whole, made = FUSED[kind](*xs), FUSED[kind].unfolded(*xs)
    assert made.gate != whole.gate
    assert made.data == pytest.approx(whole.data, rel=1e-9, abs=1e-13)
    assert gradients(made, xs) == pytest.approx(gradients(whole, xs), rel=1e-9, abs=1e-13)


def test_a_dot_and_a_mean_unfold_to_the_same_bits():
    xs = [Value(x) for x in (0.1, 0.2, 0.3, 1e16, 1.0, -1e16, 0.7)]
    for kind in (gates.Dot, gates.Mean):
        assert FUSED[kind].unfolded(*xs).data == FUSED[kind](*xs).data


# --- pictures ---------------------------------------------------------------------------------------------------------


def neuron(**options):
    w1, w2, x1, x2 = (Value(x, label=name) for name, x in (("w1", 2.0), ("w2", -3.0), ("x1", -1.0), ("x2", -2.0)))
    y = sigmoid(dot([w1, w2], [x1, x2], **options))
    y.backward()
    return y


def test_a_neuron_is_drawn_as_in_the_lectures():
    circuit = trace(neuron(bias=Value(-3.0, label="b")), unfold=True)
    assert symbols(circuit) == ["×", "×", "+", "+", "σ"]
    labelled = [[wire.label for wire in gate.inputs] for gate in circuit.gates if gate]
    assert labelled == [["w1", "x1"], ["w2", "x2"], ["", ""], ["", "b"], [""]]
    slope = sigmoid(1.0) * sigmoid(-1.0)
    assert circuit.wires[0].gradient == Product(-slope, slope, -1.0)
    assert [wire.recorded_gradient for wire in circuit.wires] == [None] * 10
    assert circuit.clusters == ()


def test_more_products_than_two_have_one_adder():
    xs = [Value(float(i)) for i in range(6)]
    assert symbols(trace(dot(xs[:3], xs[3:]), unfold="dot")) == ["×", "×", "×", "Σ"]


def test_folded_a_dot_stands_beside_its_pairs():
    circuit = trace(neuron(bias=Value(-3.0, label="b")))
    gate = next(gate for gate in circuit.gates if gate)
    assert [wire.label for wire in gate.inputs] == ["w1", "w2", "x1", "x2", "b"]
    assert [gate.inputs[i].label for i in gate.drawing_order] == ["w1", "x1", "w2", "x2", "b"]
    without = next(gate for gate in trace(neuron()).gates if gate)
    assert [without.inputs[i].label for i in without.drawing_order] == ["w1", "x1", "w2", "x2"]
    assert without.local_gradients == (-1.0, -2.0, 2.0, -3.0)
    assert [*next(gate for gate in trace(Value(1.0) - 2).gates if gate).drawing_order] == [0, 1]


@pytest.mark.parametrize("unfold", [False, True])
def test_a_bias_that_was_not_given_is_not_drawn(unfold):
    circuit = trace(neuron(), unfold=unfold)
    assert [wire for wire in circuit.wires if wire.kind == "constant"] == []
    assert symbols(circuit) == (["×", "×", "+", "σ"] if unfold else ["Σwx", "σ"])


@pytest.mark.parametrize("bias", [Value(0.0), Constant(0.0, label="b"), Constant(0.5)])
def test_a_bias_that_was_given_is_drawn(bias):
    assert len(trace(neuron(bias=bias)).wires) == 7


def test_a_constant_0_with_another_use_is_drawn_there():
    zero = Constant(0.0)
    root = dot([Value(1.0, label="w")], [Value(2.0, label="x")], zero) - zero
    circuit = trace(root)
    assert [[wire.label or wire.data for wire in gate.inputs] for gate in circuit.gates if gate] == [
        ["w", "x"],
        [2.0, 0.0],
    ]
    assert circuit.fanouts == (None,) * 5
    assert len(trace([zero, root.inputs[0]]).wires) == 4


def test_a_dot_of_nothing_keeps_its_bias():
    for unfold in (False, True):
        assert symbols(trace(sigmoid(dot([], [], Value(2.0))), unfold=unfold)) == ["Σwx", "σ"]
        assert len(trace(autograd.dot([], [], Constant(0.0))).wires) == 2


@pytest.mark.parametrize(
    "repeated", [lambda x: dot([x], [x]), lambda x: dot([x, x], [x, x], x), lambda x: mean([x, x])]
)
def test_a_value_that_goes_in_several_times_is_one_wire(repeated):
    x = Value(3.0, label="x")
    root = repeated(x)
    root.backward()
    circuit = trace(root, unfold=True)
    assert [wire.label for wire in circuit.wires].count("x") == 1
    assert circuit.wires[0].gradient.total == x.grad
    assert circuit.wires[0].recorded_gradient is None


def test_true_means_sums_of_products_and_gates_of_ones_own():
    class Cube(Gate):
        symbol = "x³"

        def forward(self, x):
            return x * x * x

        def local_gradients(self, out, x):
            return (3.0 * x * x,)

        def unfolded(self, x):
            return x * x * x

    x = Value(2.0)
    root = sigmoid(Cube()(x)) + mean([x, x, x]) + dot([x], [x])
    assert symbols(trace(root, unfold=True)) == ["×", "×", "σ", "Σ", "÷", "+", "×", "+"]
    assert symbols(trace(root, unfold=["mean"])) == ["x³", "σ", "Σ", "÷", "+", "Σwx", "+"]
    assert symbols(trace(root, unfold="σ")) == ["x³", "−x", "exp", "+", "÷", "mean", "+", "Σwx", "+"]
    assert symbols(trace(root, unfold=())) == ["x³", "σ", "mean", "+", "Σwx", "+"]


def test_what_is_unfolded_may_hold_what_is_unfolded():
    root = log_sigmoid(Value(0.5))
    assert symbols(trace(root, unfold=["log_sigmoid", "Σwx", "σ"])) == ["−x", "exp", "+", "÷", "log"]
    assert symbols(trace(root, unfold="LogSigmoid")) == ["σ", "log"]


def test_a_gate_that_unfolds_into_itself_does_so_once():
    class Twice(Gate):
        symbol = "twice"

        def forward(self, x):
            return 2.0 * x

        def local_gradients(self, out, x):
            return (2.0,)

        def unfolded(self, x):
            return self(x) * 1.0

    assert symbols(trace(Twice()(Value(1.0)), unfold=True)) == ["twice", "×"]


@pytest.mark.parametrize(
    "root",
    [
        sigmoid(Value(-745.0)),
        softplus(Value(-50.0)),
        softplus(Value(800.0)),
        log_sigmoid(Value(40.0)),
        log_sigmoid(Value(-800.0)),
        logsumexp([Value(800.0), Value(1.0)]),
        logsumexp([Value(-800.0), Value(-801.0)]),
        hypot(Value(0.0), Value(0.0)),
        hypot(Value(1e200), Value(1.0)),
        Value(1e-9).tanh(),
        dot([Value(math.nan)], [Value(1.0)]),
        mean([Value(math.nan), Value(1.0)]),
    ],
)
def test_where_the_simpler_gates_would_give_another_number_the_gate_stays(root):
    assert symbols(trace(root, unfold=root.gate.symbol)) == [root.gate.symbol]


def test_where_infinity_goes_through_the_gate_unfolds():
    assert symbols(trace(dot([Value(math.inf)], [Value(1.0)], Value(1.0)), unfold=True)) == ["×", "+"]


def test_after_data_was_changed_the_gate_stays():
    w = Value(1.0)
    root = dot([w], [Value(2.0)])
    w.data = 5.0
    circuit = trace(root, unfold=True)
    assert symbols(circuit) == ["Σwx"]
    assert circuit.is_stale


def test_a_gate_whose_unfolding_is_no_graph_stays():
    class Flat(Gate):
        symbol = "flat"

        def __init__(self, answer):
            self.answer = answer

        def forward(self, x):
            return 0.0

        def local_gradients(self, out, x):
            return (0.0,)

        def unfolded(self, x):
            return self.answer(x)

    for answer in (lambda x: x, lambda x: 0.0, lambda x: Constant(0.0)):
        assert symbols(trace(Flat(answer)(Value(0.0)), unfold=True)) == ["flat"]


@given(expressions(min_inputs=2), st.sampled_from([True, ALL_NAMES]))
def test_unfolding_changes_no_number_and_every_product_holds(expression, unfold):
    """Every Value is still there, with its data and gradient; and every gate hands on what it got, times its slope."""
    root = expression(*[Value(x) for x in expression.inputs])
    for i, value in enumerate(autograd.topological_order(root)):
        value.label = f"n{i}"
    root.backward()
    circuit = trace(root, unfold=unfold)
    wires = {wire.label: wire for wire in circuit.wires if wire.label}
    for value in autograd.topological_order(root):
        assert wires[value.label].data == value.data
        if value.kind != "constant" and (value.gate is not None or value.grad != 0.0):
            assert wires[value.label].gradient.total == pytest.approx(value.grad, rel=1e-6, abs=1e-9)
    for gate in filter(None, circuit.gates):
        for wire, slope in zip(gate.inputs, gate.local_gradients, strict=True):
            assert wire.value < gate.output.value
            if wire.gradient is not None:
                assert isinstance(wire.gradient, Product)
                assert wire.gradient.local_gradient == slope
                assert wire.gradient.output_gradient == pytest.approx(gate.output.gradient.total, rel=1e-6, abs=1e-9)
    for wire in circuit.wires:
        if isinstance(wire.gradient, Fanin):
            assert wire.gradient.total == pytest.approx(math.fsum(t.total for t in wire.gradient.terms), abs=1e-9)


def test_modes_of_the_caller_do_not_matter():
    root = neuron()
    with autograd.no_grad(), autograd.strict(), autograd.scope("elsewhere"):
        circuit = trace(root, unfold=True)
    assert circuit == trace(root, unfold=True)


def test_the_limit_holds_after_unfolding_too():
    xs = [Value(1.0) for _ in range(10)]
    root = dot(xs[:5], xs[5:])
    assert draw(root, limit=11).source
    with pytest.raises(GraphTooLargeError, match="the part to be drawn has 16 values"):
        draw(root, limit=11, unfold=True)
    assert draw(root, limit=16, unfold=True).source


@pytest.mark.parametrize(
    ("unfold", "error", "message"),
    [
        ("sgmoid", ValueError, "unfold='sgmoid': there is no such gate; there are Tanh, Sigmoid, "),
        (["×"], ValueError, "unfold='×': this gate has no method unfolded(*inputs); there are Tanh, "),
        (3, TypeError, 'unfold takes True, a name or a list of names, not 3: write unfold="dot"'),
        ([gates.DOT], TypeError, 'write unfold="dot"'),
    ],
)
def test_wrong_names_are_answered(unfold, error, message):
    with pytest.raises(error) as caught:
        draw(neuron() * 2, unfold=unfold)
    assert message in str(caught.value)


def test_a_gate_that_is_not_there_may_be_named():
    assert symbols(trace(Value(1.0) * 2, unfold=["dot", "log_sigmoid"])) == ["×"]
