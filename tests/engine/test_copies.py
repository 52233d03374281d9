"""Copies and pickles of recorded graphs: everything is kept, what is shared stays shared, copies are independent."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

import autograd
from autograd import Constant, Value
from tests.engine.closeness import bits
from tests.engine.interpreter import recorded
from tests.engine.naive import PIECEWISE, RATIONAL, SMOOTH, Program, programs
from tests.engine.scaled import Scaled

Duplicate = Callable[[Any], Any]


class Parameter(Value):
    """A leaf of another kind."""

    __slots__ = ()
    kind = "parameter"


def by_pickle(protocol: int) -> Duplicate:
    def duplicate(x: Any) -> Any:
        return pickle.loads(pickle.dumps(x, protocol))

    duplicate.__name__ = f"pickle protocol {protocol}"
    return duplicate


def by_pickle_in_python(x: Any) -> Any:
    buffer = io.BytesIO()
    pickle._Pickler(buffer).dump(x)
    buffer.seek(0)
    return pickle._Unpickler(buffer).load()


WAYS: list[Duplicate] = [copy.deepcopy, *map(by_pickle, range(pickle.HIGHEST_PROTOCOL + 1)), by_pickle_in_python]

every_way = pytest.mark.parametrize("duplicate", WAYS, ids=lambda f: f.__name__)


def told(root: Value) -> list[Any]:
    """Everything a graph says, with its nodes numbered in topological order."""
    order = autograd.topological_order(root)
    number = {node: k for k, node in enumerate(order)}
    return [
        (
            type(node),
            bits(node.data),
            bits(node.grad),
            node.label,
            node.gate,
            [number[x] for x in node.inputs],
            list(map(bits, node.local_gradients)),
        )
        for node in order
    ]


@every_way
@settings(max_examples=40)
@given(program=programs(RATIONAL, PIECEWISE, SMOOTH))
def test_a_copy_tells_the_same_and_shares_no_node(duplicate: Duplicate, program: Program) -> None:
    leaves, nodes = recorded(program)
    nodes[-1].backward()
    root = duplicate(nodes[-1])
    assert told(root) == told(nodes[-1])
    assert not set(autograd.topological_order(root)) & set(autograd.topological_order(*nodes))
    root.backward()
    assert [leaf.grad for leaf in leaves] == list(autograd.gradients(nodes[-1], leaves))


@every_way
def test_what_is_shared_across_containers_stays_shared(duplicate: Duplicate) -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    shared = a * b
    roots = [a, shared + a, {"b": b, "again": (shared * b, shared)}, b]
    a2, root, inner, b2 = duplicate(roots)
    again, shared2 = inner["again"]
    assert inner["b"] is b2
    assert root.inputs == (shared2, a2)
    assert again.inputs == (shared2, b2)
    assert shared2.inputs == (a2, b2)
    assert (a2.label, b2.label) == ("a", "b")
    assert a2 is not a


@every_way
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_leaf_root_and_what_is_between_keep_together_in_any_order(duplicate: Duplicate, order: tuple[int, ...]) -> None:
    a = Value(2.0)
    y = a.exp()
    z = y * a
    graph = [a, y, z]
    copies = duplicate([graph[i] for i in order])
    a2, y2, z2 = (copies[order.index(i)] for i in range(3))
    assert z2.inputs == (y2, a2)
    assert y2.inputs == (a2,)


@every_way
def test_a_value_of_zero_is_copied_as_any_other(duplicate: Duplicate) -> None:
    a, b = Value(0.0), Value(-0.0)
    y = autograd.sum([a * b, b, a])
    copies = autograd.topological_order(duplicate(y))
    assert len(copies) == 4
    assert not set(copies) & {a, b, y, y.inputs[0]}


@every_way
def test_a_value_used_twice_and_a_gate_of_many_inputs_keep_their_operands(duplicate: Duplicate) -> None:
    a, b = Value(2.0), Value(3.0)
    y = duplicate(autograd.dot([a, b, a], [b, b, a], a))
    a2, b2 = y.inputs[:2]
    assert y.inputs == (a2, b2, a2, b2, b2, a2, a2)
    assert y.local_gradients == (3.0, 3.0, 2.0, 2.0, 3.0, 2.0, 1.0)


@every_way
def test_users_gates_kinds_of_leaves_labels_and_gradients_are_kept(duplicate: Duplicate) -> None:
    p = Parameter(2.0, label="p")
    y = Scaled(10.0)(p) * 3
    y.label = "y"
    y.backward()
    y2 = duplicate(y)
    scaled, constant = y2.inputs
    assert (y2.label, y2.grad, scaled.gate, scaled.gate.factor) == ("y", 1.0, Scaled(10.0), 10.0)
    assert type(scaled.inputs[0]) is Parameter
    assert (scaled.inputs[0].label, scaled.inputs[0].grad) == ("p", 30.0)
    assert type(constant) is Constant
    assert autograd.gradient_graph(y2, [scaled.inputs[0]])[0].data == 30.0


@every_way
def test_copies_are_independent(duplicate: Duplicate) -> None:
    a = Value(2.0)
    y = a * a
    y2 = duplicate(y)
    a2 = y2.inputs[0]
    y2.backward()
    a2.data, a2.label = 7.0, "copy"
    assert (a.data, a.grad, a.label, y.grad) == (2.0, 0.0, "", 0.0)
    y.backward()
    assert (a.grad, a2.grad) == (4.0, 4.0)


@every_way
def test_a_gradient_graph_is_copied_as_any_graph(duplicate: Duplicate) -> None:
    x = Value(3.0)
    y = x**3 * x.sin()
    (first,) = autograd.gradient_graph(y, [x])
    x2, first2 = duplicate((x, first))
    assert autograd.gradients(first2, [x2]) == autograd.gradients(first, [x])


def test_a_shallow_copy_stands_on_the_same_inputs() -> None:
    a = Value(2.0)
    y = a * a
    y.label, y.grad = "y", 5.0
    y2 = copy.copy(y)
    assert y2 is not y
    assert y2.inputs == (a, a)
    assert (y2.data, y2.grad, y2.label, y2.gate, y2.local_gradients) == (4.0, 5.0, "y", y.gate, (2.0, 2.0))
    y2.backward()
    assert (a.grad, y.grad) == (4.0, 5.0)
    assert type(copy.copy(Parameter(1.0))) is Parameter


def test_a_deep_copy_knows_what_was_copied_before() -> None:
    a = Value(2.0)
    y = a * a
    memo: dict[int, Any] = {}
    a2 = copy.deepcopy(a, memo)
    y2 = copy.deepcopy(y, memo)
    assert y2.inputs == (a2, a2)
    assert copy.deepcopy(y, memo) is y2


def test_one_pickler_writes_several_graphs_in_turn() -> None:
    a = Value(2.0)
    y = a.exp()
    z = y + a
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    for root in (y, z, a):
        pickler.dump(root)
    buffer.seek(0)
    unpickler = pickle.Unpickler(buffer)
    y2, z2, a2 = (unpickler.load() for _ in range(3))
    assert z2.inputs == (y2, a2)


def test_the_same_pickler_cleared_writes_a_graph_anew() -> None:
    y = Value(2.0).exp()
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dump(y)
    pickler.clear_memo()
    pickler.dump(y)
    buffer.seek(0)
    first, second = pickle.load(buffer), pickle.load(buffer)
    assert told(first) == told(second)
    assert first is not second


def test_pickling_that_fails_does_not_hinder_the_next() -> None:
    y = Value(2.0).exp()
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps([y, lambda: None])
    assert told(pickle.loads(pickle.dumps(y))) == told(y)
