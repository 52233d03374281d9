"""Hypothesis strategies: numbers, Values and random expressions.

    from hypothesis import given, reject
    from autograd.testing import InconclusiveCheckError, check_gradients
    from autograd.testing.strategies import expressions

    @given(expressions())
    def test_gradients(expression):
        try:
            check_gradients(expression, *expression.inputs)
        except InconclusiveCheckError:
            reject()  # a point that is too flat for finite differences

With hypothesis installed, `st.from_type(Value)` and `st.builds` of functions that take a Value work by themselves.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from autograd.gates import Gate
from autograd.testing.expressions import BACKWARDS, OPERATIONS, PIECEWISE, SMOOTH, Expression, assemble
from autograd.value import Value


def grid(*, bound: float = 2.0, denominator: int = 64) -> st.SearchStrategy[float]:
    """Multiples of 1/denominator from -bound to bound: exact ties and zeros are frequent, near-ties do not exist.

    >>> grid(bound=1.0, denominator=2).validate()

    Raises:
        InvalidArgument: a bound or a denominator that leaves nothing to draw from.
    """
    if not (math.isfinite(bound) and bound >= 0.0):
        raise InvalidArgument(f"bound is a finite number from 0 up, not {bound!r}")
    if isinstance(denominator, bool) or not isinstance(denominator, int) or denominator < 1:
        raise InvalidArgument(f"denominator is a whole number from 1 up, not {denominator!r}")
    most = math.floor(bound * denominator)
    return st.integers(-most, most).map(lambda k: k / denominator)


def values(data: st.SearchStrategy[float] | None = None, *, labels: st.SearchStrategy[str] | None = None) -> Any:
    """Leaves: Values of any float, nan and infinities included, or of the data given.

    >>> values(grid()).validate()

    Args:
        data: a strategy for the numbers.
        labels: a strategy for the labels; without one they are empty.

    Raises:
        InvalidArgument: data or labels is no strategy.
    """
    data = st.floats() if data is None else data
    labels = st.just("") if labels is None else labels
    for name, strategy in (("data", data), ("labels", labels)):
        if not isinstance(strategy, st.SearchStrategy):
            raise InvalidArgument(f"{name} is a strategy, such as st.floats(), not {strategy!r}")
    return st.builds(Value, data, label=labels)


def expressions(  # noqa: PLR0913
    *,
    gates: Iterable[str | Gate] | None = None,
    smooth: bool = False,
    inputs: st.SearchStrategy[float] | None = None,
    min_inputs: int = 1,
    max_inputs: int = 3,
    max_steps: int = 12,
) -> st.SearchStrategy[Expression]:
    """Random expressions: functions of Values together with a point well inside their domain.

    Sharing, repeated operands and hubs are common. A step that would leave its domain, or grow beyond 1000 in value or
    slope, is left out. Nodes that nothing uses are added to the result, so that every input has a path to it. They
    shrink to few steps, and print as Python that makes them again.

    >>> expressions(smooth=True, max_steps=4).validate()

    Args:
        gates: what to choose from: names of `autograd.testing.expressions.OPERATIONS`, and gates of your own. By
            default every gate.
        smooth: leave out the gates with kinks.
        inputs: a strategy for the point; by default `grid()`.
        min_inputs: how many inputs, at least.
        max_inputs: how many inputs, at most.
        max_steps: how many steps, at most, before loose ends are joined.

    Raises:
        InvalidArgument: an unknown gate, no gates, or bounds the wrong way round.
    """
    if not 1 <= min_inputs <= max_inputs:
        raise InvalidArgument(f"min_inputs={min_inputs!r} and max_inputs={max_inputs!r}: 1 <= min <= max is needed")
    if max_steps < 0:
        raise InvalidArgument(f"max_steps is a whole number from 0 up, not {max_steps!r}")
    table = _table(gates, smooth)
    points = st.lists(grid() if inputs is None else inputs, min_size=min_inputs, max_size=max_inputs)
    references = st.integers(0, len(BACKWARDS) - 1)
    codes = st.tuples(st.integers(0, len(table) - 1), references, references, references)
    return st.builds(
        lambda point, code: assemble(point, code, table), points, st.lists(codes, max_size=max_steps)
    )  # fmt: skip


def _table(gates: Iterable[str | Gate] | None, smooth: bool) -> list[tuple[int, str | Gate]]:
    """What to choose from, each with how many operands it takes."""
    names = (SMOOTH if smooth else OPERATIONS) if gates is None else list(gates)
    if not names:
        raise InvalidArgument("gates is empty: name at least one, such as gates=['+', 'exp']")
    return [(_arity(name), name) for name in names if not (smooth and name in PIECEWISE)]


def _arity(name: str | Gate) -> int:
    if isinstance(name, Gate):
        parameters = inspect.signature(name.forward).parameters.values()
        return len([p for p in parameters if p.kind is not p.VAR_POSITIONAL]) or 3
    if name not in OPERATIONS:
        raise InvalidArgument(f"there is no gate {name!r}: there are {', '.join(OPERATIONS)}, and gates of your own")
    return OPERATIONS[name][0]
