"""Gates that users add: one class with a symbol, a forward and local gradients; mistakes are answered with advice."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Gate, NonFiniteError, Value
from tests.engine.closeness import bits
from tests.engine.scaled import Scaled


class Cube(Gate):
    symbol = "x³"

    def forward(self, x: float) -> float:
        return x * x * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (3 * x * x,)


class Affine(Gate):
    """a·x + b, with as many inputs as it says, and functions of the engine in its formula."""

    symbol = "affine"

    def forward(self, a: float, x: float, b: float) -> float:
        return a * x + math.exp(b)

    def local_gradients(self, out: Any, a: Any, x: Any, b: Any) -> tuple[Any, ...]:
        return x, a, autograd.exp(b)


class Triple(Gate):
    """A constant slope, written as an integer."""

    symbol = "3x"

    def forward(self, x: float) -> float:
        return 3 * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (3,)


class Floor(Gate):
    """A piecewise gate."""

    symbol = "⌊x⌋"
    piecewise = True

    def forward(self, x: float) -> float:
        return float(math.floor(x))

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (0.0,)


cube, affine, triple = Cube(), Affine(), Triple()


def gate(forward: Callable[..., Any], local_gradients: Callable[..., Any] = lambda out, *xs: (1.0,) * len(xs)) -> Gate:
    """A gate made of two functions."""

    class Made(Gate):
        symbol = "made"

        def forward(self, *inputs: float) -> float:
            return forward(*inputs)  # type: ignore[no-any-return]

        def local_gradients(self, out: Any, *inputs: Any) -> tuple[Any, ...]:
            return local_gradients(out, *inputs)  # type: ignore[no-any-return]

    return Made()


@given(st.integers(-64, 64).map(lambda k: k / 16))
def test_a_gate_of_five_lines_has_value_and_derivatives_of_every_order(x: float) -> None:
    leaf = Value(x)
    y = cube(leaf)
    derivatives = [y]
    for _ in range(4):
        derivatives += autograd.gradient_graph(derivatives[-1], [leaf])
    assert [d.data for d in derivatives] == [x**3, 3 * x**2, 6 * x, 6.0, 0.0]
    y.backward()
    assert leaf.grad == 3 * x**2
    assert (y.gate, y.inputs, y.local_gradients) == (cube, (leaf,), (3 * x**2,))


def test_a_gate_computes_plain_numbers_plainly() -> None:
    assert cube(2.0) == 8.0
    assert bits(cube(2)) == bits(8.0)
    assert bits(triple(2)) == bits(6.0)


def test_a_gate_mixes_with_everything_else() -> None:
    x = Value(2.0)
    y = affine(cube(x), x * 1.0, 0)
    assert y.data == 17.0
    assert [v.data for v in y.inputs] == [8.0, 2.0, 0.0]
    assert autograd.gradients(y, [x]) == (4 * 2.0**3,)
    (first,) = autograd.gradient_graph(y, [x])
    assert autograd.gradients(first, [x]) == (12 * 2.0**2,)


def test_an_integer_slope_is_a_number_like_any_other() -> None:
    x = Value(2.0)
    y = triple(x)
    assert (y.data, y.local_gradients, type(y.local_gradients[0])) == (6.0, (3.0,), float)
    for root, slope in ((y, 3.0), (triple(y), 9.0), (y * x, 12.0)):
        (graph,) = autograd.gradient_graph(root, [x])
        assert isinstance(graph, Value)
        assert graph.data == slope


def test_a_piecewise_gate_blocks_an_infinite_gradient() -> None:
    x = Value(0.5)
    y = Floor()(x).sqrt()
    y.backward()
    assert x.grad == 0.0 == autograd.gradients(y, [x])[0] == autograd.gradient_graph(y, [x])[0].data


def test_a_nan_value_has_nan_slopes_also_here() -> None:
    y = triple(Value(math.nan))
    assert list(map(bits, y.local_gradients)) == ["nan"]


def test_a_gate_is_asked_once_for_what_it_computed() -> None:
    """So it may keep a state, and yet nothing that was recorded changes."""

    class Counting(Gate):
        calls = 0

        def forward(self, x: float) -> float:
            return x

        def local_gradients(self, out: Any, x: Any) -> tuple[Any]:
            self.calls += 1
            return (float(self.calls),)

    y = Counting()(Value(2.0))
    y.backward()
    y.backward()
    y.data = 7.0
    assert (y.local_gradients, y.inputs[0].grad, copy.deepcopy(y).local_gradients) == ((1.0,), 2.0, (1.0,))


def test_modes_hold_for_users_gates() -> None:
    with autograd.no_grad():
        assert cube(Value(2.0)).inputs == ()
    with autograd.strict(), pytest.raises(NonFiniteError, match=r"x³ gave inf at p = 1e\+200"):
        cube(Value(1e200, label="p"))


def test_users_gates_are_pickled_with_the_graph() -> None:
    y = pickle.loads(pickle.dumps(cube(Value(2.0))))
    assert y.gate == cube
    assert autograd.gradient_graph(y, y.inputs)[0].data == 12.0


def test_two_gates_of_one_class_and_state_are_equal() -> None:
    assert Cube() == cube
    assert hash(Cube()) == hash(cube)
    assert Cube() != Affine()
    assert Scaled(2.0) == Scaled(2.0) != Scaled(3.0)
    assert len({Scaled(2.0), Scaled(2.0), Scaled(3.0), cube}) == 3
    assert repr(cube) == "<gate x³>"


@pytest.mark.parametrize(
    ("wrong", "error", "advice"),
    [
        (
            gate(lambda x: x, lambda out, x: ()),
            ValueError,
            r"made\.local_gradients gave \(\) for 1 input: return a tuple",
        ),
        (gate(lambda x: x, lambda out, x: (1.0, 2.0)), ValueError, "for 1 input: return a tuple with one number"),
        (gate(lambda x: x, lambda out, x: [1.0]), ValueError, r"made\.local_gradients gave \[1\.0\].*return a tuple"),
        (gate(lambda x: x, lambda out, x: 1.0), ValueError, r"made\.local_gradients gave 1\.0.*return a tuple"),
        (gate(lambda x: x, lambda out, x: None), ValueError, "gave None.*return a tuple"),
        (
            gate(lambda x: x, lambda out, x: ("1",)),
            TypeError,
            r"made\.local_gradients .*number.*write float\('1'\)",
        ),
        (gate(lambda x: x, lambda out, x: (None,)), TypeError, r"made\.local_gradients .*number, not None"),
        (gate(lambda x: None), TypeError, r"made\.forward .*number, not None"),
        (gate(lambda x: "a"), TypeError, r"made\.forward .*number, not the str 'a'"),
        (gate(lambda x: x > 0), TypeError, r"made\.forward .*number, not the bool.*write 1\.0 or 0\.0"),
        (gate(lambda x: 1j), TypeError, r"made\.forward .*number, not the complex 1j"),
        (gate(lambda x: [x]), TypeError, r"made\.forward .*number, not a list"),
    ],
)
def test_a_wrong_gate_says_what_to_return(wrong: Gate, error: type[Exception], advice: str) -> None:
    with pytest.raises(error, match=advice):
        wrong(Value(1.0))


@pytest.mark.parametrize("result", [None, "a", True, 1j, [1.0]], ids=repr)
def test_a_wrong_forward_is_refused_on_plain_numbers_as_well(result: Any) -> None:
    with pytest.raises(TypeError, match=r"made\.forward"):
        gate(lambda x: result)(1.0)


def test_two_inputs_and_one_slope_are_counted() -> None:
    with pytest.raises(ValueError, match="for 2 inputs: return a tuple with one number for each"):
        gate(lambda a, b: a, lambda out, a, b: (1.0,))(Value(1.0), 2.0)


def test_an_integer_or_numpy_result_becomes_a_float() -> None:
    assert bits(gate(lambda x: 3)(Value(1.0)).data) == bits(3.0)


@pytest.mark.parametrize("missing", ["forward", "local_gradients"])
def test_a_gate_without_one_of_its_two_functions_is_not_made(missing: str) -> None:
    methods = {"forward": lambda self, x: x, "local_gradients": lambda self, out, x: (1.0,)}
    del methods[missing]
    incomplete = type("Incomplete", (Gate,), {"symbol": "?", **methods})
    with pytest.raises(TypeError, match=missing):
        incomplete()


def test_a_gate_without_a_symbol_is_called_by_its_class() -> None:
    methods = {"forward": lambda self, x: x, "local_gradients": lambda self, out, x: (1.0,)}
    assert type("Nameless", (Gate,), methods)()(Value(1.0)).gate.symbol == "Nameless"


def test_math_functions_in_a_formula_are_answered_with_autograds() -> None:
    x = Value(1.0)
    y = gate(math.exp, lambda out, x: (math.exp(x),))(x)
    assert autograd.gradients(y, [x]) == (math.e,)
    with pytest.raises(TypeError, match=r"autograd\.exp\(v\)"):
        autograd.gradient_graph(y, [x])


class SineInSlots(Gate):
    """A gate that keeps its number in a slot, and whose forward cannot be followed by a program."""

    __slots__ = ("factor",)

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def forward(self, x: float) -> float:
        return self.factor * math.sin(x)

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (self.factor * autograd.cos(x),)


def test_gates_that_differ_in_a_slot_are_two_gates_also_in_a_program() -> None:
    assert SineInSlots(2.0) == SineInSlots(2.0)
    assert SineInSlots(2.0) != SineInSlots(3.0)
    assert len({SineInSlots(2.0), SineInSlots(3.0), SineInSlots(2.0)}) == 2
    both = autograd.compile(lambda x: SineInSlots(2.0)(x) + 10.0 * SineInSlots(3.0)(x), backend="python")
    assert both(1.0) == 2.0 * math.sin(1.0) + 10.0 * (3.0 * math.sin(1.0))
