"""Schedules: runs of equal steps, and units in an order in which they can be computed."""

from __future__ import annotations

from itertools import chain, groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import gates
from autograd.program.instructions import Code, Instruction
from autograd.program.schedule import ARRAY, LOOP_FROM, NOWHERE, Loop, Schedule, Segment, Single, segments

STEPS = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
PROGRESSIONS = st.lists(st.tuples(STEPS, STEPS, st.integers(1, 9)), max_size=8)


def rows_of(progressions: list[tuple[tuple[int, int], tuple[int, int], int]]) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(Segment(*progression).rows() for progression in progressions))


@given(PROGRESSIONS)
def test_segments_are_the_rows(progressions: list[tuple[tuple[int, int], tuple[int, int], int]]) -> None:
    rows = rows_of(progressions)
    assert rows_of(segments(rows)) == rows  # type: ignore[arg-type]


@given(PROGRESSIONS)
def test_no_segment_could_be_longer(progressions: list[tuple[tuple[int, int], tuple[int, int], int]]) -> None:
    for one, other in pairwise(segments(rows_of(progressions))):
        following = tuple(a + one.length * b for a, b in zip(one.start, one.step, strict=True))
        assert one.length > 1
        assert other.start != following


def test_a_segment_stays_in_one_array() -> None:
    rows = [(1, NOWHERE), (2, 0), (3, ARRAY), (4, 2 * ARRAY), (5, 2 * ARRAY + 1)]
    assert [segment.length for segment in segments(rows)] == [1, 1, 1, 2]


@st.composite
def codes(draw: st.DrawFn) -> Code:
    """A code in which likely some instructions are alike."""
    inputs = draw(st.integers(1, 3))
    varies = tuple(draw(st.booleans()) for _ in range(inputs))
    instructions: list[Instruction] = []
    for _ in range(draw(st.integers(1, 4))):
        gate = draw(st.sampled_from([gates.ADD, gates.MULTIPLY, gates.SUM]))
        last = inputs + len(instructions) - 1
        a, b = draw(st.integers(0, last)), draw(st.integers(0, last))
        moves = draw(st.integers(0, 1))
        count = draw(st.sampled_from([1, 2, LOOP_FROM - 1, LOOP_FROM, LOOP_FROM + 5]))
        instructions += [Instruction(gate, (min(a + moves * k, last + k), b)) for k in range(count)]
    outputs = tuple(draw(st.lists(st.integers(0, inputs + len(instructions) - 1), min_size=1, max_size=4)))
    summed = tuple(draw(st.booleans()) for _ in outputs)
    return Code(varies, 0, (), tuple(instructions), outputs, summed)


@given(codes(), st.booleans())
def test_every_number_is_there_when_it_is_needed(code: Code, exact: bool) -> None:
    """Parts hand on only what is kept; loops read only what is kept; everything is computed before it is asked for."""
    schedule = Schedule(code, exact=exact)
    in_memory = {schedule.place[register] for register in range(code.first_instruction)}
    for part in (*schedule.ahead, *schedule.rows):
        in_variables: set[int] = set()
        for unit in part:
            if isinstance(unit, Single):
                asked = {schedule.place[operand] for operand in unit.instruction.operands}
                assert asked <= in_memory | in_variables
                in_variables.add(schedule.place[unit.register])
                if unit.register in schedule.kept:
                    in_memory.add(schedule.place[unit.register])
            elif isinstance(unit, Loop):
                for row in unit.places.rows():
                    assert set(row[1:]) <= in_memory
                    in_memory.add(row[0])
            else:
                there = in_memory if unit.terms.length >= LOOP_FROM else in_memory | in_variables
                for row in unit.terms.rows():
                    assert {place for place in row[1:] if place != NOWHERE} <= there
    assert {schedule.place[r] for r in code.outputs if not code.varying[r]} <= in_memory


@pytest.mark.parametrize("count", [LOOP_FROM - 1, LOOP_FROM, 1000])
def test_like_instructions_are_one_loop_if_there_are_enough(count: int) -> None:
    code = Code(
        (True,), count, (), tuple(Instruction(gates.MULTIPLY, (0, 1 + k)) for k in range(count)), (count + 1,), (False,)
    )
    kinds = [type(unit) for part in Schedule(code, exact=False).rows for unit in part][:-1]
    found = [(kind, len(list(group))) for kind, group in groupby(kinds)]
    assert found[0] == ((Loop, 1) if count >= LOOP_FROM else (Single, 1))
