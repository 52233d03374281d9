"""Every gate is in the gallery, and the rule beside its picture is what the engine does."""

from __future__ import annotations

import pytest

from autograd import Value
from demos.gates_and_dualities import DUALITIES, GATES, Example, fanout
from tests.engine.catalogue import gates_of_the_engine

EXAMPLES = [example for examples in GATES.values() for example in examples]
NOT_WRITTEN_BY_USERS = {"Greater", "GreaterOrEqual", "Detach", "ChainProduct"}
"""What programs and backward passes put into their graphs of themselves."""


def test_every_gate_that_one_can_write_is_shown():
    of_the_engine = {kind.__name__ for kind in gates_of_the_engine()}
    shown = {type(example.circuit().gate).__name__ for example in EXAMPLES}
    assert len(of_the_engine) > 40
    assert shown == of_the_engine - NOT_WRITTEN_BY_USERS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_rule_gives_the_recorded_local_gradients(example: Example):
    rule = [gradient.data for gradient in example.computed_rule()]
    assert example.circuit().local_gradients == pytest.approx(rule, rel=1e-14)


def test_a_rule_is_written_in_the_words_of_the_field():
    rules = {example.name: example.rule() for example in EXAMPLES}
    assert rules["×"] == "∂out/∂x = y, ∂out/∂y = x"
    assert rules["sigmoid"] == "∂out/∂x = σ(x)·(1 − σ(x))"
    assert rules["−"] == "∂out/∂x = 1, ∂out/∂y = −1"
    assert rules["erf"] == "∂out/∂x = 2·exp(−x²)/√π"


@pytest.mark.parametrize(("duality", "gradients"), [("multiply", (8.0, 6.0)), ("sum", (2.0, 2.0)), ("max", (0.0, 2.0))])
def test_what_a_gate_hands_back(duality, gradients):
    out = DUALITIES[duality][1]()
    assert isinstance(out, Value)
    assert tuple(x.grad for x in out.inputs) == gradients


def test_a_fanout_adds_up_what_comes_back():
    p, q = fanout()
    (x,) = {x for use in (p, q) for x in use.inputs if x.label}
    assert (p.local_gradients[1], q.local_gradients[1], x.grad) == (2.0, 5.0, 7.0)
