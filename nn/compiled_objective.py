"""The objective of training by programs: one example is recorded once, and replayed over the rows of every batch.

It gives the numbers of `RecordedObjective`, up to the rounding of sums. Where a number is nan or infinite, the batch is
recorded after all, which finds the gate where it began.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import autograd
from autograd import Value
from autograd.functions import Scalar
from autograd.graph import topological_order
from autograd.modes import current_mode
from nn import losses
from nn.dropout import Dropout, Source, factors_from
from nn.examples import Example
from nn.module import Module, without_scopes
from nn.objective import Measurement, RecordedObjective, summary
from nn.outputs import Distribution
from nn.targets import is_vector

FEWEST_EXAMPLES = 128
"""How many have to be gone through before a program makes up for the time that compiling takes."""
SMALL_BATCH = 500
"""Below as many products in a batch, Python is faster than NumPy."""
LONG_TRAINING = 10_000_000
"""From as many products on, LLVM makes up for the time that it takes to get ready."""
CHECKED_EXAMPLES = 8
"""On how many a program is compared with recording, once; it is the same for every row."""
AGREEMENT = 1e-9
"""By how much they may differ, as a part of the largest number: sums are rounded in another order."""


class NotCompiledError(Exception):
    """A model and its loss are better recorded batch by batch; the message says why."""


def compiled(
    recorded: RecordedObjective, examples: Sequence[Example], batch_size: int, epochs: int, wanted: bool | None
) -> CompiledObjective:
    """The same objective by programs, after making sure that it gives the same numbers.

    Args:
        recorded: the objective, whose targets were looked at.
        examples: all that it will be asked for, by identity; those to train on first.
        batch_size: how many there are in a batch.
        epochs: how often the batches come.
        wanted: whether to compile also what may not be worth it or not be safe; None leaves it to us.

    Raises:
        NotCompiledError: it cannot be, should not be, or gives other numbers.
    """
    if current_mode().strict:
        raise NotCompiledError("strict() looks at every gate of every batch")
    if wanted is None:
        _check_worth(len(examples), epochs)
        _check_ours(recorded)
    products = len(recorded.parameters) + 10
    total = products * len(examples) * epochs
    try:
        found = CompiledObjective(
            recorded,
            examples,
            backend(batch_size * products, total),
            backend(len(examples) * products, total),
        )
        found.check(examples[:: max(1, len(examples) // CHECKED_EXAMPLES)][:CHECKED_EXAMPLES])
    except NotCompiledError:
        raise
    except Exception as error:  # whatever a model or a loss makes of Symbols; recording it shows if it is wrong
        raise NotCompiledError(str(error) or type(error).__name__) from error
    return found


def backend(products: int, total: int) -> str:
    """What to run a batch of so many products on, of so many in the whole training.

    The choice depends on nothing else, so that the same training gives the same bits.
    """
    from autograd.program.backends import is_installed

    if not is_installed("numpy"):
        return "python"
    if total >= LONG_TRAINING and is_installed("llvm"):
        return "llvm"
    return "python" if products < SMALL_BATCH else "numpy"


class CompiledObjective:
    """The objective by replaying two programs of one example: one for steps, one to measure."""

    def __init__(
        self, recorded: RecordedObjective, examples: Sequence[Example], for_steps: str, for_measuring: str
    ) -> None:
        self.recorded = recorded
        self.backend = for_steps
        self._table = _Table(examples, as_array={for_steps, for_measuring} != {"python"})
        self._form = _form(examples)
        self._draws = self._drawing()
        with recorded.model.in_use():
            scores = recorded.scores(examples[0][0])
        self._has_several_scores = is_vector(scores)
        self._weights = [0.0] * (1 + (len(scores) if is_vector(scores) else 1))
        first = examples[:1]
        self._steps = autograd.compile(
            self._cost,
            rows=["row"],
            gradient=recorded.parameters,
            reduction=recorded.reduction,
            backend=for_steps,
        ).program(self._table.rows(first, self._drawn(first)), 0.0)
        self._measuring = autograd.compile(
            self._results, rows=["row"], gradient="weights", backend=for_measuring, exact=True
        ).program(self._table.rows(first), self._weights)

    # --- what is recorded, of one example -----------------------------------------------------------------------------

    def _cost(self, row: Sequence[Value], penalty: Value) -> Scalar:
        """The loss of an example, and its share of the penalty."""
        x, target, factors = self._form.parts(row)
        with self._in_training(_in_turn(factors)):
            loss = self.recorded.recorded_loss(x, target)
        _check_recorded_now(loss)
        if not self.recorded.l2:
            return loss
        return loss + penalty * autograd.dot(self.recorded.parameters, self.recorded.parameters)

    def _results(self, row: Sequence[Value], weights: Sequence[Value]) -> Scalar:
        """A function whose gradient in the weights is the loss and the scores: a program gives one number only."""
        x, target, _ = self._form.parts(row)
        with self.recorded.model.in_use():
            scores = self.recorded.scores(x)
            loss = self.recorded.loss_of(scores, x, target)
        return autograd.dot(weights, [loss, *(scores if self._has_several_scores else [scores])])

    # --- dropout ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _in_training(self, source: Source) -> Iterator[None]:
        with self.recorded.model.switched(training=True), without_scopes(), factors_from(source):
            yield

    def _drawing(self) -> list[tuple[Dropout, int]]:
        """The dropouts in the order in which an example meets them, with the number of their inputs."""
        met: list[tuple[Dropout, int]] = []

        def source(dropout: Dropout, count: int) -> list[float]:
            met.append((dropout, count))
            return [1.0] * count

        with self._in_training(source), autograd.no_grad():
            self.recorded.recorded_loss(*self._table.examples[0])
        return met

    def _drawn(self, batch: Sequence[Example]) -> list[list[float]]:
        """What the nodes of every example are multiplied with, drawn in the order of recording them one by one."""
        if not self._draws:
            return []
        return [[f for dropout, count in self._draws for f in dropout.factors(count)] for _ in batch]

    # --- the objective ------------------------------------------------------------------------------------------------

    def cost_and_gradients(self, batch: Sequence[Example]) -> tuple[float, Sequence[float]]:
        """As `RecordedObjective`."""
        factors = self._drawn(batch)
        cost, gradients = self._replayed(batch, factors)
        if math.isfinite(cost + sum(gradients)):
            return cost, gradients
        return self._recorded(batch, factors)

    def _replayed(self, batch: Sequence[Example], factors: list[list[float]]) -> tuple[float, Sequence[float]]:
        share = 1 if self.recorded.reduction == "mean" else len(batch)
        found: tuple[float, Sequence[float]] = self._steps.value_and_grad(
            self._table.rows(batch, factors), self.recorded.l2 / share
        )
        return found

    def _recorded(self, batch: Sequence[Example], factors: list[list[float]]) -> tuple[float, Sequence[float]]:
        with factors_from(_in_turn(chain.from_iterable(factors))):
            return self.recorded.cost_and_gradients(batch)

    def measure(self, examples: Sequence[Example]) -> Measurement:
        """As `RecordedObjective`, to the bit."""
        results = self._measuring.grad(self._table.rows(examples), self._weights)
        results = results.tolist() if hasattr(results, "tolist") else results
        if not all(math.isfinite(loss) for loss, *_ in results):
            return self.recorded.measure(examples)
        return summary(
            [self._measured(target, *numbers) for (_, target), numbers in zip(examples, results, strict=True)]
        )

    def _measured(self, target: Any, loss: float, *scores: float) -> tuple[float, float]:
        return loss, self.recorded.is_right(list(scores) if self._has_several_scores else scores[0], target)

    # --- making sure --------------------------------------------------------------------------------------------------

    def check(self, some: Sequence[Example]) -> None:
        """Compare with the recorded objective on some examples.

        Raises:
            NotCompiledError: they disagree.
            FloatingPointError: the cost or a gradient is nan or infinite already.
        """
        factors = self._drawn(some)
        before = [parameter.grad for parameter in self.recorded.parameters]
        try:
            with self.recorded.model.switched(training=True):
                cost, gradients = self._recorded(some, factors)
        finally:
            for parameter, gradient in zip(self.recorded.parameters, before, strict=True):
                parameter.grad = gradient
        found, slopes = self._replayed(some, factors)
        measured, expected = self.measure(some), self.recorded.measure(some)
        pairs = [([found], [cost]), (slopes, gradients), ([measured.loss], [expected.loss])]
        if not all(_agree(*pair) for pair in pairs) or not _agree([measured.accuracy], [expected.accuracy]):
            raise NotCompiledError("the program gives other numbers than recording: does it draw random numbers?")


# --- rows of numbers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """Where the features, the target and the factors of dropout stand in the row of an example."""

    features: int
    targets: int | None
    """How many numbers a target has; None for a number that is no list."""

    def parts(self, row: Sequence[Any]) -> tuple[tuple[Any, ...], Any, Sequence[Any]]:
        end = self.features + (1 if self.targets is None else self.targets)
        target = row[self.features] if self.targets is None else tuple(row[self.features : end])
        return tuple(row[: self.features]), target, row[end:]


def _form(examples: Sequence[Example]) -> _Form:
    """What all examples have in common."""
    forms = {(len(x), len(target) if isinstance(target, tuple) else None) for x, target in examples}
    if len(forms) > 1:
        raise NotCompiledError("the targets are numbers and lists, or lists of several lengths")
    return _Form(*forms.pop())


class _Table:
    """The numbers of all examples, a row each, made once."""

    def __init__(self, examples: Sequence[Example], as_array: bool) -> None:
        self.examples = list(examples)  # kept, so that no other object gets the identity of one
        self._places = {id(example): place for place, example in enumerate(self.examples)}
        self._rows: Any = [_numbers(*example) for example in self.examples]
        self._is_array = as_array
        if as_array:
            import numpy as np

            self._rows = np.array(self._rows)

    def rows(self, some: Sequence[Example], factors: Sequence[Sequence[float]] = ()) -> Any:
        """The rows of some examples, followed by the factors of their nodes."""
        places = [self._places[id(example)] for example in some]
        if not self._is_array:
            rows = [self._rows[place] for place in places]
            return [row + list(more) for row, more in zip(rows, factors, strict=True)] if factors else rows
        import numpy as np

        taken = self._rows[places]
        return np.concatenate([taken, np.array(factors)], axis=1) if factors else taken


def _numbers(x: Sequence[Value], target: Any) -> list[float]:
    return [v.data for v in x] + (list(target) if isinstance(target, tuple) else [target])


def _in_turn(factors: Any) -> Source:
    """A source that gives out these factors one after another."""
    waiting = iter(factors)
    return lambda _, count: list(islice(waiting, count))


# --- what is not compiled ---------------------------------------------------------------------------------------------


def _check_worth(examples: int, epochs: int) -> None:
    if examples * epochs < FEWEST_EXAMPLES:
        raise NotCompiledError("there are too few examples to make up for compiling")


def _check_ours(recorded: RecordedObjective) -> None:
    """Make sure that nothing is computed but by parts of this package: they compute the same at every call."""
    model, loss = recorded.model, recorded.loss
    parts: list[Any] = [*model.modules(), *([] if recorded.output is None else [recorded.output])]
    for part in parts:
        if type(part).__module__.partition(".")[0] != _PACKAGE:
            raise NotCompiledError(f"{type(part).__name__} is a class of your own: {_ADVICE}")
    if getattr(losses, getattr(loss, "__name__", ""), None) is not loss:
        raise NotCompiledError(f"the loss is a function of your own: {_ADVICE}")
    if loss is losses.cross_entropy_of_probabilities and not isinstance(recorded.output, Distribution):
        raise NotCompiledError("whether the outputs are probabilities is looked at in every batch")


_PACKAGE = Module.__module__.partition(".")[0]
_ADVICE = "write compile=True if it computes the same at every call"


def _check_recorded_now(loss: Value) -> None:
    """Make sure that no part was computed before: recording takes its number as it is, a program computes it anew."""
    from autograd.program.symbol import Symbol

    for node in topological_order(loss):
        if node.gate is not None and not isinstance(node, Symbol):
            raise NotCompiledError(f"the loss builds on a Value that was computed before: {node!r}")


def _agree(found: Sequence[float], expected: Sequence[float]) -> bool:
    """Whether numbers are equal but for rounding, measured by the largest of them; nan is equal to nan."""
    scale = max(map(abs, expected), default=0.0)
    return all(
        abs(a - b) <= AGREEMENT * scale or a == b or (a != a and b != b) for a, b in zip(found, expected, strict=True)
    )
