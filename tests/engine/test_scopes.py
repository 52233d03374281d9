"""`scope`: what is recorded inside has a name, and is otherwise recorded like everything else."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Gate, NonFiniteError, Scope, Value
from tests.engine.catalogue import CATALOGUE, Entry


class Twice(Gate):
    symbol = "2x"

    def forward(self, x):  # type: ignore[no-untyped-def]
        return 2.0 * x

    def local_gradients(self, out, x):  # type: ignore[no-untyped-def]
        return (2.0,)


def names(scope: Scope | None) -> list[str]:
    """From the outermost in."""
    found: list[str] = []
    while scope is not None:
        found.insert(0, scope.name)
        scope = scope.outer
    return found


def test_what_is_recorded_inside_has_the_scope_and_leaves_have_none() -> None:
    x = Value(3.0)
    before = x * x
    with autograd.scope("layer"):
        leaf = Value(1.0)
        first = x + leaf
        with autograd.scope("neuron"):
            second = Twice()(first)
        third = autograd.dot([x], [leaf])
    after = -x
    scopes = [node.scope for node in (x, before, leaf, first, second, third, after)]
    assert [names(scope) for scope in scopes] == [[], [], [], ["layer"], ["layer", "neuron"], ["layer"], []]
    assert first.scope is third.scope is second.scope.outer  # type: ignore[union-attr]


def test_every_entering_opens_a_scope_of_its_own() -> None:
    @autograd.scope("square")
    def square(x: Value) -> Value:
        return x * x

    a, b = square(Value(1.0)), square(Value(2.0))
    assert a.scope is not b.scope
    assert names(a.scope) == names(b.scope) == ["square"]


@pytest.mark.parametrize("entry", CATALOGUE, ids=repr)
@given(data=st.data())
def test_a_scope_changes_nothing_else(entry: Entry, data: st.DataObject) -> None:
    numbers = data.draw(entry.inputs)
    plain, scoped = [Value(x) for x in numbers], [Value(x) for x in numbers]
    expected = entry.call(*plain)
    with autograd.scope("here"):
        found = entry.call(*scoped)
    assert names(found.scope) == ["here"]
    assert (found.data, found.local_gradients, found.gate) == (expected.data, expected.local_gradients, expected.gate)
    assert autograd.gradients(found, scoped) == autograd.gradients(expected, plain)


def test_scopes_are_undone_by_an_exception() -> None:
    with pytest.raises(KeyError), autograd.scope("broken"):
        raise KeyError
    assert (Value(1.0) + 1.0).scope is None


def test_a_scope_keeps_the_modes_around_it() -> None:
    with autograd.no_grad(), autograd.scope("unrecorded"):
        assert (Value(1.0) + 1.0).gate is None
    with autograd.strict(), autograd.scope("strict"), pytest.raises(NonFiniteError):
        Value(0.0).log()
    with autograd.scope("outside"), autograd.strict():
        assert names((Value(1.0) + 1.0).scope) == ["outside"]


def _pickled(node: Value) -> Value:
    return pickle.loads(pickle.dumps(node))  # type: ignore[no-any-return]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, _pickled])
def test_copies_keep_their_scopes_and_which_of_them_are_the_same(copied: Callable[[Value], Value]) -> None:
    x = Value(3.0)
    with autograd.scope("outer"):
        first = x + 1.0
        with autograd.scope("inner"):
            second = copied(first * first)
    assert names(second.scope) == ["outer", "inner"]
    assert second.inputs[0].scope is second.scope.outer  # type: ignore[union-attr]


def test_a_scope_needs_a_name() -> None:
    with pytest.raises(TypeError, match=r'write scope\("layer 1"\)'):
        autograd.scope(3)  # type: ignore[arg-type]
