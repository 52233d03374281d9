"""What a compiler can change without anyone noticing is the same whether the engine runs as Python or as machine code.

Every assertion holds in the mode that runs it. Where the two word an error differently, the kind and the name in it are
asserted; where the words are the engine's own, they are asserted as they are.
"""

from __future__ import annotations

import copy
import decimal
import inspect
import math
import operator
import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import autograd
from autograd import Constant, Gate, NonFiniteError, Value, gates
from tests.engine import digests
from tests.engine.closeness import bits
from tests.engine.scaled import Scaled
from tests.engine.watching import Watched

ODD_NUMBERS = [-113.0, 113.0, 0.0, -0.0, 5e-324, -2.5e-310, 1.8e308, -1e308, 2.0**53 + 2, math.inf, -math.inf, math.nan]
"""Numbers that an engine could take for a sign of its own; -113.0 is what compiled functions return beside an error."""


def by_pickle(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


every_odd_number = pytest.mark.parametrize("number", ODD_NUMBERS, ids=repr)


# --- the same program gives the same bits -----------------------------------------------------------------------------


@pytest.mark.skipif(not autograd.compiled, reason="the engine is plain Python here as well")
def test_machine_code_and_python_agree_in_every_bit() -> None:
    roots = [str(Path(autograd.__file__).parents[1]), str(Path(__file__).parents[2])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(roots), "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, digests.__file__], env=environment, capture_output=True, check=True, encoding="utf-8"
    )
    in_python = run.stdout.split()
    assert len(in_python) == digests.COUNT
    assert [k for k, (a, b) in enumerate(zip(digests.digests(), in_python, strict=True)) if a != b] == []


# --- numbers ----------------------------------------------------------------------------------------------------------


@every_odd_number
def test_an_odd_number_is_a_number_as_data_gradient_and_seed(number: float) -> None:
    x = Value(number)
    x.grad = number
    assert (bits(x.data), bits(x.grad)) == (bits(number),) * 2
    assert repr(x) == f"Value(data={number!r}, grad={number!r})"
    x.data = x.grad = 1.0
    x.data, x.grad = number, number
    assert (bits(x.data), bits(x.grad)) == (bits(number),) * 2
    leaf = Value(2.0)
    leaf.backward(number)
    assert bits(leaf.grad + 0.0) == bits(number + 0.0)
    assert bits(autograd.gradients(leaf, [leaf], number)[0]) == bits(number)
    for duplicate in (copy.copy, copy.deepcopy, by_pickle):
        assert [bits(duplicate(x).data), bits(duplicate(x).grad)] == [bits(number)] * 2


class Given(Gate):
    """A gate that gives the number that it was made with, and has it as its slope."""

    symbol = "given"

    def __init__(self, number: float) -> None:
        self.number = number

    def forward(self, x: float) -> float:
        return self.number

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (self.number,)


@every_odd_number
def test_an_odd_number_comes_out_of_gates(number: float) -> None:
    x = Value(1.0)
    y = Given(number)(x)
    assert [bits(y.data), *map(bits, y.local_gradients)] == [bits(number)] * 2
    assert bits(Given(number)(1.0)) == bits(number)
    assert bits(autograd.gradients(y, [x])[0]) == bits(number)
    y.backward()
    assert bits(x.grad) == bits(number + 0.0)
    other = Value(1.0)
    z = x * Value(number) + other * number
    assert bits(z.data) == bits(number + number)
    assert bits(autograd.gradients(z, [x])[0]) == bits(number) == bits(autograd.gradients(z, [other])[0])


@every_odd_number
@pytest.mark.parametrize(
    "same",
    [
        lambda x: autograd.maximum(x, x),
        lambda x: autograd.minimum(x, x, x),
        lambda x: autograd.where(1.0, x, 3.0),
        lambda x: autograd.clip(x, -math.inf, math.inf),
        lambda x: autograd.leaky_relu(x, 1.0),
        lambda x: x + -0.0,
        lambda x: x - 0.0,
        lambda x: x * 1.0,
        lambda x: x / 1.0,
        lambda x: x**1.0,
        lambda x: -(x * -1.0),
        lambda x: +x,
        gates.DETACH,
    ],
)
def test_an_odd_number_passes_through_what_changes_nothing(same: Callable[[Any], Any], number: float) -> None:
    assert bits(same(number)) == bits(number)
    assert bits(same(Value(number)).data) == bits(number)


# --- what is assigned -------------------------------------------------------------------------------------------------

REFUSED: list[tuple[Any, str]] = [
    ("3", "a number, not the str '3': write float('3')"),
    (None, "a number, not None: write 0.0 if that is what it means"),
    (True, "a number, not the bool True: write 1.0 or 0.0"),
    (np.True_, "a number, not a bool: write 1.0 or 0.0"),
    (1j, "a number, not the complex 1j: gradients here are those of real numbers, write z.real"),
    ([1.0], "a number, not a list: write [Value(x) for x in xs]"),
    (np.array(1.0), "a number, not a ndarray: write array.item()"),
    (decimal.Decimal(1), "a number, not a Decimal: write float(x)"),
    (
        Value(1.0),
        "a number, not a Value: use the Value as it is, or write Value(v.data) for a leaf without its history",
    ),
    (object(), "a number, not an object: write the float you mean"),
]


@pytest.mark.parametrize(("thing", "refusal"), REFUSED, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("name", ["data", "grad"])
def test_what_is_no_number_is_refused_when_it_is_assigned(name: str, thing: Any, refusal: str) -> None:
    v, labelled = Value(5.0), Value(5.0, label="w")
    v.grad = labelled.grad = 5.0
    for node, who in ((v, "a Value"), (labelled, "w")):
        with pytest.raises(TypeError) as caught:
            setattr(node, name, thing)
        assert str(caught.value) == f"the {name} of {who} must be {refusal}"
        assert (node.data, node.grad) == (5.0, 5.0)


@pytest.mark.parametrize(("thing", "refusal"), REFUSED, ids=lambda x: type(x).__name__)
def test_what_is_no_number_is_refused_when_it_is_handed_over(thing: Any, refusal: str) -> None:
    x = Value(1.0)
    for call, who in (
        (Value, "Value takes"),
        (Value.constant, "Value takes"),
        (Watched, "Value takes"),
        (x.backward, "backward(gradient=...) takes"),
        (lambda gradient: autograd.gradients(x, [x], gradient), "gradient takes"),
    ):
        with pytest.raises(TypeError) as caught:
            call(thing)
        assert str(caught.value) == f"{who} {refusal}"
    assert x.grad == 0.0


@pytest.mark.parametrize("name", ["data", "grad"])
def test_an_integer_beyond_the_floats_is_refused_when_it_is_assigned(name: str) -> None:
    with pytest.raises(OverflowError, match=r"beyond 1\.8e308: write math\.inf"):
        setattr(Value(1.0), name, 10**400)


@pytest.mark.parametrize("number", [2, Fraction(1, 4), np.float32(0.5), np.int64(7), np.float64(1.5), 2**62, -(2**70)])
@pytest.mark.parametrize("name", ["data", "grad"])
def test_any_kind_of_number_becomes_a_float_when_it_is_assigned(name: str, number: Any) -> None:
    v = Value(0.0)
    setattr(v, name, number)
    assert bits(getattr(v, name)) == bits(float(number))


@pytest.mark.parametrize("thing", [3, None, b"x", 1.0], ids=repr)
def test_a_label_that_is_no_string_is_refused(thing: Any) -> None:
    v = Value(1.0, label="before")
    refusal = f"label takes a str, not {type(thing).__name__!r}: write label={str(thing or '')!r}"
    for call in (lambda: setattr(v, "label", thing), lambda: Value(1.0, thing), lambda: Value(1.0, label=thing)):
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value) == refusal
    assert v.label == "before"


def test_an_attribute_that_no_value_has_is_refused_by_name() -> None:
    for v in (Value(1.0), Constant(1.0), Value(1.0) * 2.0):
        for misspelt in ("grads", "Data", "lable"):
            refusal = f"'{type(v).__name__}' object has no attribute '{misspelt}'"
            for access in (lambda n, v=v: setattr(v, n, 0), lambda n, v=v: getattr(v, n), lambda n, v=v: delattr(v, n)):
                with pytest.raises(AttributeError) as caught:
                    access(misspelt)
                assert str(caught.value).startswith(refusal)  # CPython 3.13 adds why


@pytest.mark.parametrize("name", ["inputs", "local_gradients", "scope", "gate"])
def test_what_was_recorded_cannot_be_assigned(name: str) -> None:
    for v in (Value(1.0), Value(1.0) * 2.0):
        before = getattr(v, name)
        with pytest.raises(AttributeError, match=name):
            setattr(v, name, before)
        assert getattr(v, name) == before


DELETIONS = """
import autograd
for v in (autograd.Value(1.0, label="v"), autograd.Value(1.0) * 2.0, type("Mine", (autograd.Value,), {})(1.0)):
    for name in ("data", "grad", "label", "inputs", "local_gradients", "scope"):
        before = getattr(v, name)
        try:
            delattr(v, name)
        except AttributeError as error:
            print(name in str(error), getattr(v, name) == before)
"""


def test_no_part_of_a_value_can_be_deleted() -> None:
    root = str(Path(autograd.__file__).parents[1])
    run = subprocess.run(  # in a process of its own: what goes wrong here takes the process along
        [sys.executable, "-c", DELETIONS], env={**os.environ, "PYTHONPATH": root}, capture_output=True, check=False
    )
    assert (run.returncode, run.stdout.decode().split()) == (0, ["True"] * 36), run.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        ((), {}),
        ((), {"label": "a"}),
        ((1.0, "a", 3), {}),
        ((1.0,), {"lable": "a"}),
        ((1.0,), {"data": 2.0}),
        ((1.0, "a"), {"label": "b"}),
    ],
)
def test_wrong_arguments_of_the_constructor_are_refused(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    for kind in (Value, Constant, Watched):
        with pytest.raises(TypeError):
            kind(*arguments, **keywords)


def test_the_constructor_takes_its_arguments_by_place_and_by_name() -> None:
    for kind in (Value, Constant, Watched):
        for v in (kind(2.0, "v"), kind(2.0, label="v"), kind(data=2, label="v"), kind(label="v", data=2.0)):
            assert (type(v), v.data, v.label) == (kind, 2.0, "v")


def test_a_constructor_that_is_replaced_is_replaced_for_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    original, seen = Value.__init__, []

    def spy(self: Value, *arguments: Any, **keywords: Any) -> None:
        seen.append((*arguments, *keywords))
        original(self, *arguments, **keywords)

    monkeypatch.setattr(Value, "__init__", spy)
    found = [Value(1.0), Value(2.0, "a"), Value(data=3.0), *map(Value, [4.0])]
    assert [x.data for x in found] == [1.0, 2.0, 3.0, 4.0]
    assert seen == [(1.0,), (2.0, "a"), ("data",), (4.0,)]


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.backward(gradients=1.0),
        lambda x: x.backward(1.0, 2.0),
        lambda x: x.exp(1.0),
        lambda x: x.hypot(),
        autograd.gradients,
        lambda x: autograd.gradients(x, [x], 1.0, 2.0),  # type: ignore[call-arg]
        lambda x: autograd.exp(),  # type: ignore[call-arg]
        lambda x: autograd.exp(x, x),  # type: ignore[call-arg]
        gates.ADD,
        lambda x: gates.ADD(x, x, x),
        lambda x: gates.EXP(x, x),
        lambda x: gates.ADD(1.0),
        lambda x: gates.WHERE(x, x),
        lambda x: gates.SUM(terms=x),  # type: ignore[call-arg]
    ],
)
def test_a_call_with_the_wrong_arguments_is_a_type_error(call: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        call(Value(1.0))


# --- being an object --------------------------------------------------------------------------------------------------


def test_a_plain_value_cannot_be_referenced_weakly_and_a_subclass_can_say_that_it_can() -> None:
    for v in (Value(1.0), Constant(1.0), Value(1.0) * 2.0):
        with pytest.raises(TypeError) as caught:
            weakref.ref(v)
        assert str(caught.value) == f"cannot create weak reference to '{type(v).__name__}' object"
    v = Watched(1.0)
    assert weakref.ref(v)() is v


def test_values_are_hashed_compared_and_judged_as_python_objects() -> None:
    a, b, number, text = Value(1.0), Value(1.0), cast(Any, 1.0), cast(Any, "1")
    for kind in (Value, Constant, Watched):
        v = kind(0.0)
        assert isinstance(v, Value)
        assert hash(v) == object.__hash__(v) == hash(v)
        assert (v == v, v != v, v == kind(0.0), bool(v)) == (True, False, False, False)
        assert len({v, kind(0.0), v}) == 2
    assert issubclass(Constant, Value)
    assert (a == number, a != number, a == text, a == b, a in [b, a], [b].count(a)) == (
        False,
        True,
        False,
        False,
        True,
        0,
    )
    assert [type(x).__name__ for x in (a, Constant(1.0), gates.ADD)] == ["Value", "Constant", "Add"]
    assert Value.__module__ == "autograd.value"
    assert Value.__qualname__ == "Value"


@pytest.mark.parametrize(
    "documented",
    [Value, Constant, Gate, autograd.gradients, autograd.topological_order, autograd.exp, autograd.maximum],
    ids=lambda x: x.__name__,
)
def test_what_users_call_is_documented_at_run_time(documented: Any) -> None:
    text = inspect.getdoc(documented)
    assert text is not None
    assert len(text.splitlines()[0]) > 10


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (Value, ["data", "label"]),
        (Value.backward, ["self", "gradient"]),
        (Value.record, ["gate", "inputs"]),
        (autograd.gradients, ["root", "targets", "gradient"]),
        (autograd.gradient_graph, ["root", "targets", "gradient"]),
        (autograd.topological_order, ["roots"]),
        (autograd.exp, ["x"]),
        (gates.Add.forward, ["self", "a", "b"]),
    ],
    ids=lambda x: x.__qualname__ if callable(x) else "",
)
def test_signatures_can_be_asked_for(function: Callable[..., Any], names: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == names


# --- subclasses in Python ---------------------------------------------------------------------------------------------


class WithDict(Value):
    """With whatever attributes a user adds."""


class WithSlots(Value):
    __slots__ = ("remark",)
    kind = "parameter"


class Named(Value):
    """With a constructor of its own."""

    def __init__(self, name: str, x: float) -> None:
        super().__init__(x, label=name)
        self.name = name


class Shown(Value):
    __slots__ = ()

    def __repr__(self) -> str:
        return "shown"

    def __bool__(self) -> bool:
        return False

    def __add__(self, other: Any) -> Any:
        return "added"

    def __radd__(self, other: Any) -> Any:
        return "added to"

    def exp(self) -> Any:
        return "exp"


class Doubled(Value):
    """Shows another number than it computes with."""

    __slots__ = ()

    @property
    def data(self) -> float:
        return 2.0 * super().data

    @data.setter
    def data(self, data: Any) -> None:
        Value.data.__set__(self, data / 2.0)  # type: ignore[attr-defined]


def test_subclasses_with_and_without_a_dict_are_values() -> None:
    for v in (WithDict(3.0, "v"), WithSlots(3.0, "v"), Named("v", 3.0)):
        assert (v.data, v.grad, v.label, v.gate, v.inputs, v.local_gradients) == (3.0, 0.0, "v", None, (), ())
        assert repr(v) == f"{type(v).__name__}(data=3.0, grad=0.0, label='v')"
        y = v * v + 1.0
        assert (type(y), y.inputs[0].inputs) == (Value, (v, v))
        y.backward()
        assert v.grad == 6.0 == autograd.gradients(y, [v])[0]
        v.label, v.data = "w", 4
        assert (v.label, v.data) == ("w", 4.0)
    assert WithSlots(1.0).kind == "parameter"
    with pytest.raises(AttributeError, match="remarks"):
        WithSlots(1.0).remarks = "x"  # type: ignore[attr-defined]


def test_what_a_subclass_overrides_is_what_happens() -> None:
    v = Shown(1.0)
    assert (repr(v), str(v), f"{v:.1f}", bool(v)) == ("shown", "shown", "1.0", False)
    assert (v + 1.0, 1.0 + v, Value(1.0) + v, v + Value(1.0)) == ("added", "added to", "added to", "added")
    assert (v.exp(), autograd.exp(v), (v * 2.0).data) == ("exp", "exp", 2.0)
    d = Doubled(1.0)
    assert d.data == 2.0
    d.data = 6.0
    assert d.data == 6.0
    assert repr(d) == "Doubled(data=6.0, grad=0.0)"


DUPLICATES: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    *[lambda v, p=p: pickle.loads(pickle.dumps(v, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)],
]


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_subclasses_are_copied_with_their_attributes(duplicate: Callable[[Any], Any]) -> None:
    v = WithDict(-113.0, "v")
    v.remark, v.friend = [1, 2], Value(3.0) * 2.0  # type: ignore[attr-defined]
    v.grad = 7.0
    same = duplicate(v)
    assert (type(same), same.data, same.grad, same.label, same.remark) == (WithDict, -113.0, 7.0, "v", [1, 2])
    assert (same.friend.data, same.friend.gate) == (6.0, gates.MULTIPLY)
    assert same is not v
    named = duplicate(Named("n", 1.5))
    assert (type(named), named.name, named.label, named.data) == (Named, "n", "n", 1.5)
    y = duplicate(Shown(2.0) * WithSlots(3.0))
    assert [type(x) for x in y.inputs] == [Shown, WithSlots]
    assert (y.data, y.local_gradients) == (6.0, (3.0, 2.0))


@pytest.mark.parametrize("duplicate", DUPLICATES[1:])
def test_an_attribute_may_hold_what_was_computed_from_its_value(duplicate: Callable[[Any], Any]) -> None:
    v = WithDict(3.0)
    v.remark, v.friend = "kept", v * v  # type: ignore[attr-defined]
    same = duplicate(v)
    assert same.remark == "kept"
    assert same.friend.inputs == (same, same)


def test_deep_chains_of_subclasses_are_copied() -> None:
    y: Value = WithDict(1.0, "x")
    y.remark = "leaf"  # type: ignore[attr-defined]
    for _ in range(5_000):
        y = y + WithDict(1.0)
    for duplicate in (copy.deepcopy, by_pickle):
        first = autograd.topological_order(duplicate(y))[0]
        assert (first.label, first.remark) == ("x", "leaf")  # type: ignore[attr-defined]


# --- users' gates -----------------------------------------------------------------------------------------------------


class InSlots(Scaled):
    __slots__ = ("factor",)


@dataclass(frozen=True, repr=False)
class AsDataclass(Gate):
    factor: float
    symbol = "dataclass"

    def forward(self, x: float) -> float:
        return self.factor * x

    def local_gradients(self, out: Any, x: Any) -> tuple[Any, ...]:
        return (self.factor,)


@pytest.mark.parametrize("kind", [Given, InSlots, AsDataclass])
def test_gates_may_keep_numbers_in_a_dict_in_slots_or_as_dataclasses(kind: Callable[[float], Gate]) -> None:
    gate = kind(3.0)
    y = gate(Value(1.0))
    assert (y.gate, y.data, y.local_gradients) == (gate, 3.0, (3.0,))
    assert repr(gate) == f"<gate {gate.symbol}>"
    assert (gate.piecewise, gate.is_ours) == (False, False)
    assert pickle.loads(pickle.dumps(y)).gate.forward(1.0) == 3.0 == copy.deepcopy(y).gate.forward(1.0)
    assert kind(3.0) == gate
    assert hash(kind(3.0)) == hash(gate)


@pytest.mark.parametrize("kind", [Given, AsDataclass])
def test_gates_with_other_numbers_are_other_gates(kind: Callable[[float], Gate]) -> None:
    assert kind(3.0) != kind(4.0)
    assert len({kind(3.0), kind(4.0), kind(3.0)}) == 2


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "gate", [gates.ADD, gates.MAXIMUM, gates.ConstantPower(2.5), gates.Clip(-1.0, 2.0), gates.LeakyRelu(0.25)], ids=repr
)
def test_gates_of_the_engine_are_copied_with_their_numbers(gate: Gate, protocol: int) -> None:
    for same in (pickle.loads(pickle.dumps(gate, protocol)), copy.copy(gate), copy.deepcopy(gate)):
        assert same == gate
        assert (type(same), same.parameters, hash(same), repr(same)) == (
            type(gate),
            gate.parameters,
            hash(gate),
            repr(gate),
        )
        assert same(2.0, *[2.0] * (gate is gates.ADD)) == gate(2.0, *[2.0] * (gate is gates.ADD))


@pytest.mark.parametrize("where", ["forward", "local_gradients"])
@pytest.mark.parametrize("error", [ZeroDivisionError("mine"), KeyboardInterrupt("mine"), StopIteration("mine")])
def test_an_error_inside_a_users_gate_comes_out_as_it_is(where: str, error: BaseException) -> None:
    def fails(self: Gate, *inputs: Any) -> Any:
        raise error

    methods: dict[str, Any] = {"forward": lambda self, x: x, "local_gradients": lambda self, out, x: (1.0,)}
    gate = type("Fails", (Gate,), {**methods, where: fails})()
    x = Value(1.0)
    with pytest.raises(type(error), match="mine"):
        gate(x)
    assert (x.grad, autograd.topological_order(x)) == (0.0, [x])


# --- what stands beside a Value in an expression ----------------------------------------------------------------------

OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
}
every_operator = pytest.mark.parametrize("name", OPERATORS)


class Foreign:
    """Knows itself what to do beside a Value."""


for _name in OPERATORS:
    setattr(Foreign, f"__{_name}__", lambda self, other, name=_name: (name, type(other)))
    setattr(Foreign, f"__r{_name}__", lambda self, other, name=_name: (f"r{name}", type(other)))
for _name, _mirrored in (("lt", "gt"), ("gt", "lt"), ("le", "ge"), ("ge", "le")):
    setattr(Foreign, f"__{_name}__", lambda self, other, name=_name: (name, type(other)))


@every_operator
def test_a_foreign_class_that_knows_values_has_its_say(name: str) -> None:
    v = Value(2.0)
    assert OPERATORS[name](v, Foreign()) == (f"r{name}", Value)
    assert OPERATORS[name](Foreign(), v) == (name, Value)


@pytest.mark.parametrize(("name", "mirrored"), [("lt", "gt"), ("gt", "lt"), ("le", "ge"), ("ge", "le")])
def test_a_foreign_class_that_compares_itself_has_its_say(name: str, mirrored: str) -> None:
    v = Value(2.0)
    assert getattr(operator, name)(v, Foreign()) == (mirrored, Value)
    assert getattr(operator, name)(Foreign(), v) == (name, Value)


class Evasive:
    """Asked for its class, it raises an error."""

    @property
    def __class__(self) -> Any:
        raise LookupError("no class")

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        pass


@every_operator
def test_an_error_of_a_strangers_comes_out_as_it_is(name: str) -> None:
    for a, b in ((Value(2.0), Evasive()), (Evasive(), Value(2.0))):
        with pytest.raises(LookupError, match="no class"):
            OPERATORS[name](a, b)


@every_operator
@pytest.mark.parametrize("thing", [decimal.Decimal(1), object(), print], ids=lambda x: type(x).__name__)
def test_operators_with_a_stranger_fail_as_between_any_two_strangers(name: str, thing: Any) -> None:
    for a, b in ((Value(2.0), thing), (thing, Value(2.0))):
        names = [type(x).__name__ if not isinstance(x, decimal.Decimal) else "decimal.Decimal" for x in (a, b)]
        with pytest.raises(TypeError) as caught:
            OPERATORS[name](a, b)
        text = str(caught.value)
        assert text.startswith("unsupported operand type(s) for ")
        assert text.endswith(f": '{names[0]}' and '{names[1]}'")


@every_operator
@pytest.mark.parametrize(("thing", "refusal"), REFUSED[:3] + REFUSED[4:6], ids=lambda x: str(x)[:12])
def test_operators_with_what_is_no_number_say_so_on_either_side(name: str, thing: Any, refusal: str) -> None:
    symbol = {"add": "+", "sub": "−", "mul": "×", "truediv": "÷", "pow": "**"}[name]
    for a, b in ((Value(2.0), thing), (thing, Value(2.0))):
        with pytest.raises(TypeError) as caught:
            OPERATORS[name](a, b)
        assert str(caught.value) == f"{symbol} takes {refusal}"


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda f: f.__name__)
def test_comparisons_give_bools_arrays_and_errors_as_those_of_floats_do(compare: Callable[..., Any]) -> None:
    v = Value(2.0)
    for number in (1, 2.0, Fraction(5, 2), np.float64(2.0), 10**400, math.nan):
        assert compare(v, number) is bool(compare(2.0, number))
        assert bool(compare(number, v)) is bool(compare(number, 2.0))
    array = np.array([1.0, 2.0, 3.0])
    assert list(compare(v, array)) == list(compare(2.0, array))
    assert list(compare(array, v)) == list(compare(array, 2.0))
    for thing in ("a", None, object(), [2.0]):
        for a, b in ((v, thing), (thing, v)):
            with pytest.raises(TypeError) as caught:
                compare(a, b)
            assert str(caught.value).endswith(f"'{type(a).__name__}' and '{type(b).__name__}'")


@pytest.mark.parametrize(
    "call",
    [
        int,
        complex,
        round,
        len,
        list,
        lambda v: v(),
        lambda v: v // 2,
        lambda v: v % 2,
        lambda v: divmod(v, 2),
        lambda v: v @ v,
        lambda v: v & v,
        lambda v: ~v,
        lambda v: v[0],
        lambda v: [1][v],
        lambda v: pow(v, 2, 5),
        lambda v: pow(2, v, 5),
    ],
)
def test_what_a_value_cannot_do_is_a_type_error(call: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        call(Value(1.0))


# --- passes that are refused change nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("passes_before", [0, 1, 2])
@pytest.mark.parametrize(
    ("compute", "seed", "refusal"),
    [
        (lambda a, b: (a * 3.0).sqrt() + b, 1.0, "backward through √ gave inf at input = 0.0"),
        (lambda a, b: autograd.sum([b, a.sqrt(), b]) * 2.0, 1.0, "backward through √ gave inf at a = 0.0"),
        (lambda a, b: autograd.dot([b, b], [b, a], a) * 1e200, 1e200, "backward through × gave inf at "),
        (lambda a, b: a + b, math.inf, "given inf"),
        (lambda a, b: a + b, math.nan, "given nan"),
    ],
)
def test_a_strict_pass_that_is_refused_changes_no_gradient(
    compute: Callable[..., Value], seed: float, refusal: str, passes_before: int
) -> None:
    a, b = Value(0.0, label="a"), Value(2.0, label="b")
    root = compute(a, b)
    nodes = autograd.topological_order(root)
    for k, node in enumerate(nodes):
        node.grad = 10.0 * k
    for _ in range(passes_before):
        (a * b + b).backward()
    before = [node.grad for node in nodes]
    with autograd.strict(), pytest.raises(NonFiniteError) as caught:
        root.backward(seed)
    assert refusal in str(caught.value)
    assert [node.grad for node in nodes] == before


@pytest.mark.parametrize("family", gates.FAMILIES)
def test_families_of_gates_are_no_gates(family: Callable[[], Gate]) -> None:
    with pytest.raises(TypeError, match="is what gates derive from: write class"):
        family()


@pytest.mark.parametrize("thing", [Value, gates.ADD, gates.Add, 1.0, None])
def test_what_is_no_node_is_refused_as_one(thing: Any) -> None:
    for call in (autograd.topological_order, lambda x: autograd.zero_grad([x]), lambda x: autograd.gradients(x, [x])):
        with pytest.raises(TypeError, match="expected Values, not"):
            call(thing)
    assert Value(2.0).grad == 0.0
