"""The slope of a plain function of one float, found from its values alone, with a bound on the error.

Central differences (f(x+h) − f(x−h)) / 2h are taken over a ladder of steps, each a quarter of the one before, and
Richardson extrapolation cancels the powers h², h⁴ and h⁶ of their error. What error remains, rounding included, is read
from how much the same estimate moves over the next three smaller steps. The estimate that moves least is the answer;
its bound is widened until it agrees with every other estimate that has converged.

The same ladder, read to one side at a time, gives the slopes from the left and from the right, which tell a kink or an
edge of the domain from a smooth place.

Sources: L. F. Richardson, "The approximate arithmetical solution by finite differences of physical problems", Phil.
Trans. R. Soc. A 210 (1911), for the extrapolation; C. J. F. Ridders, "Accurate computation of F'(x) and F'(x) F''(x)",
Advances in Engineering Software 4 (1982), for an error read from the table itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias, TypeGuard

Kind: TypeAlias = Literal["smooth", "kink", "edge", "inconclusive"]
Function: TypeAlias = Callable[[float], float | tuple[float, Hashable]]
"""A function of one float; it may also say which of its branches it took, as a pair `(value, branch)`."""

EPSILON = math.ulp(1.0)
TINY = math.ulp(0.0)

RATIO = 4.0
"""Each step is this much smaller than the one before: an error in h² shrinks sixteenfold, rounding grows fourfold."""
EVEN_SHRINKAGES = (RATIO**2, RATIO**4, RATIO**6)
"""How much h², h⁴ and h⁶ shrink at a step: the error of a central difference has even powers only."""
ALL_SHRINKAGES = (RATIO, RATIO**2, RATIO**3, RATIO**4)
"""How much h, h², h³ and h⁴ shrink: the error of a one-sided difference has every power."""

LARGEST_STEP = 0.6
"""In units of max(1, |x|). No round number in binary, so that steps do not fall in with a period of f."""
SMALLEST_STEP = 16.0
"""In units of the last place of x: with fewer, rounding x ± h would change the ratio of the steps."""
LEVELS = 27
"""How many steps it takes to use up the digits of a float: 4²⁶ is 2⁵²."""
LEVELS_AT_SCALE_ONE = 14
"""How many steps are tried before a tiny |x| is taken for the scale of f, as it is for log and 1/x."""
PROBE = 2.0**-14
"""The step of the last probe, relative to the answer's: far below it, where only a finer structure of f can differ."""

WITNESSES = 3
"""How many smaller steps tell how good an estimate is."""
SAFETY = 8.0
"""How many times the movement seen is the error allowed for."""
ROUNDINGS = 4.0
"""How many units in its last place a value of f is taken to be off, even where no movement is seen."""
NOISE = 1e-5
"""How large noise in f may be, relative to f, before it is taken for a finer structure that smaller steps resolve."""
CLEARLY = 4.0
"""How many times their bounds two slopes must differ to make a kink."""
SEEN = 100.0
"""How many times their bounds the slopes over one step must differ to say that this step sees a kink."""
RUN = 6
"""Over how many steps a slope must grow steadily to be called infinite."""


@dataclass(frozen=True, slots=True)
class Derivative:
    """A numerical derivative and how far to trust it.

    It claims that the derivative is within `bound` of `value`. Where it can claim nothing, they are inf and nan.
    """

    value: float
    """The slope. At a kink the middle of the two slopes; at an edge the slope inside the domain, if it has one."""
    bound: float
    """The absolute error that `value` may have. At a kink it reaches both slopes."""
    kind: Kind
    """`smooth`; `kink`: two different slopes; `edge`: of the domain, or an infinite slope; or `inconclusive`."""
    left: float
    """The slope from below: ±inf if it grows without end, nan if it did not converge."""
    left_bound: float
    """The absolute error that `left` may have."""
    right: float
    """The slope from above."""
    right_bound: float
    """The absolute error that `right` may have."""
    branches: tuple[Hashable, Hashable, Hashable]
    """The branch of f next to x on the left, the one at x, and the one next to x on the right; None if not reported."""
    calls: int
    """How often f was called."""


def derivative(f: Function, x: float) -> Derivative:
    """The derivative of `f` at `x` from values of f alone, with an error bound. It takes about 20 calls of f.

    `f` maps a float to a float. Where f is nan or infinite, or raises an ArithmeticError or a ValueError, it is outside
    its domain; such points are not used, closer ones are. No `f` and no `x` makes this raise anything of its own; what
    else f raises, such as a TypeError, passes through.

    >>> import math
    >>> slope = derivative(math.sin, 1.0)
    >>> slope.kind, abs(slope.value - math.cos(1.0)) <= slope.bound <= 1e-12
    ('smooth', True)
    >>> slope = derivative(abs, 0.0)
    >>> slope.kind, slope.left, slope.right
    ('kink', -1.0, 1.0)
    >>> derivative(math.sqrt, 0.0).kind, derivative(lambda x: math.nan, 0.0).kind
    ('edge', 'inconclusive')

    If f is put together from pieces, it may return a pair `(value, branch)`, where anything hashable is a branch. Then
    `value` is found only from points on the branch of x, and `left` and `right` only from points on the branch next to
    x on that side. So a kink close by does no harm:

    >>> slope = derivative(lambda x: (max(x, 0.0), x > 0.0), 1e-12)
    >>> slope.kind, slope.value
    ('smooth', 1.0)
    """
    sampler, x = _Sampler(f), float(x)
    centre = sampler.at(x)
    return _outside(sampler, x) if centre is None else _Ladder(sampler, centre).descend().verdict()


class _Point(NamedTuple):
    """f at one place."""

    x: float
    value: float
    branch: Hashable


@dataclass(slots=True)
class _Sampler:
    """f with its calls counted, and with None for a value outside its domain."""

    f: Function
    calls: int = 0

    def at(self, x: float) -> _Point | None:
        """The point of f at x."""
        if not math.isfinite(x):
            return None
        self.calls += 1
        try:
            result = self.f(x)
        except (ArithmeticError, ValueError):
            return None
        value, branch = result if isinstance(result, tuple) else (result, None)
        if isinstance(value, complex):  # as (-1.0) ** 0.5 is
            return None
        return _Point(x, float(value), branch) if math.isfinite(value) else None


class _Estimate(NamedTuple):
    """A slope, the error it may have, the step it was found with, and how far f is rounded there."""

    value: float
    error: float
    step: float
    rounding: float

    @property
    def is_usable(self) -> bool:
        """Whether this can be called an answer."""
        return self._is_within(1e-2, 1e6)

    @property
    def is_converged(self) -> bool:
        """Whether this is good enough to contradict another estimate."""
        return self._is_within(1e-4, NOISE / EPSILON)

    @property
    def is_settled(self) -> bool:
        """Whether smaller steps would gain little."""
        return self._is_within(1e-9, 1e3)

    def _is_within(self, tolerance: float, roundings: float) -> bool:
        """Whether the error is small beside the slope, or no more than so many roundings of f would make it."""
        return self.error <= tolerance * abs(self.value) or self.error * self.step <= roundings * self.rounding


UNKNOWN = _Estimate(math.nan, math.inf, math.inf, 0.0)


class _Level(NamedTuple):
    """What one step gave: slopes extrapolated to ever higher order, and how far each moved from the step before."""

    step: float
    slopes: list[float]
    moves: list[float]
    rounding: float


@dataclass(slots=True)
class _Table:
    """Richardson's table: a level per step of the ladder, and in it one slope more for every power cancelled."""

    shrinkages: Sequence[float]
    levels: list[_Level] = field(default_factory=list)
    estimates: list[_Estimate] = field(default_factory=list)
    """The best of each level that has its witnesses."""
    best: _Estimate = UNKNOWN
    """The converged one with the smallest error."""
    noise: float = 0.0
    """How much noise a last probe has found in f; one witness more."""

    def add(self, a: _Point, b: _Point, step: float) -> None:
        """Add the difference quotient of two points, unless it overflows."""
        slope = _quotient(a, b)
        if not math.isfinite(slope):
            return
        before = self.levels[-1].slopes if self.levels else []
        slopes = _extrapolate(slope, before, self.shrinkages)
        moves = [abs(new - old) for new, old in zip(slopes, before, strict=False)]
        self.levels.append(_Level(step, slopes, moves, EPSILON * max(abs(a.value), abs(b.value)) + TINY))
        if len(self.levels) > WITNESSES:
            self._appraise(*self.levels[-1 - WITNESSES :])

    def _appraise(self, level: _Level, *witnesses: _Level) -> None:
        """Say how good a level is, now that the smaller steps are known."""
        estimate = _best_of_level(level, witnesses)
        self.estimates.append(estimate)
        if estimate.error < self.best.error and estimate.is_converged:
            self.best = estimate

    def clear(self) -> None:
        """Forget everything: the larger steps led out of the domain, or onto another branch."""
        self.levels.clear()
        self.estimates.clear()
        self.best = UNKNOWN

    @property
    def is_past_its_best(self) -> bool:
        """Whether smaller steps only add rounding."""
        return self.best.is_settled and self.best is not self.estimates[-1]

    def answer(self, limit: float) -> _Estimate:
        """The best estimate with a step below the limit, with an error that reaches every one that contradicts it."""
        trusted = [estimate for estimate in self.estimates if estimate.is_converged and estimate.step < limit]
        best = min(trusted, key=_by_error_without_standstill, default=UNKNOWN)
        gaps = [abs(other.value - best.value) + other.error for other in trusted if self._is_contradicted(best, other)]
        return best._replace(error=max([best.error, SAFETY * RATIO * self.noise / best.step, *gaps]))

    def _is_contradicted(self, best: _Estimate, other: _Estimate) -> bool:
        """Whether two estimates are further apart than both errors and the noise in f explain."""
        gap = abs(other.value - best.value) - other.error - best.error
        return gap > 0.0 and gap > self._noise_between(best.step, other.step) / other.step

    def _noise_between(self, large: float, small: float) -> float:
        """How much noise f shows from one step down to a smaller one.

        At the smallest steps noise may look smooth, as of (1 - cos(x)) / x², where cos(x) no longer changes at all.
        """
        between = (estimate for estimate in self.estimates if small < estimate.step <= large)
        return max((estimate.error * estimate.step for estimate in between), default=0.0)

    def verdict(self, limit: float) -> _Estimate:
        """The answer, or an infinite slope."""
        answer, growth = self.answer(limit), self.growth
        return answer if answer.is_usable or math.isnan(growth) else UNKNOWN._replace(value=growth)

    @property
    def growth(self) -> float:
        """±inf if the slope grows without end, by amounts of a steady ratio as of sqrt, log and jumps; else nan."""
        slopes = [level.slopes[0] for level in self.levels[-RUN:]]
        amounts = [new - old for old, new in pairwise(slopes)]
        ratios = [new / old for old, new in pairwise(amounts)] if all(amounts) else []
        is_steady = len(ratios) == RUN - 2 and min(ratios) > 0.9 and max(ratios) < 1.1 * min(ratios)
        return math.copysign(math.inf, amounts[-1]) if is_steady and not self._grows_by_noise(ratios[-1]) else math.nan

    def _grows_by_noise(self, ratio: float) -> bool:
        """Whether f seems to jump at x, but by so little that it may be rounding."""
        level = self.levels[-1]
        return ratio > 0.9 * RATIO and abs(level.slopes[0]) * level.step < NOISE / EPSILON * level.rounding


def _quotient(a: _Point, b: _Point) -> float:
    return (b.value - a.value) / (b.x - a.x) + 0.0  # never -0.0


def _extrapolate(slope: float, before: Sequence[float], shrinkages: Sequence[float]) -> list[float]:
    """Cancel one power of the step after the other: of an error that shrank s-fold, 1/(s-1) of the change is left."""
    slopes = [slope]
    for old, shrinkage in zip(before, shrinkages, strict=False):
        slope += (slope - old) / (shrinkage - 1.0)
        slopes.append(slope)
    return slopes


def _by_error_without_standstill(estimate: _Estimate) -> tuple[bool, float]:
    """The order of trust. Where f stands still, that may be its rounding, as of (x + 1e8) - 1e8 at tiny steps."""
    return estimate.value == 0.0, estimate.error


def _best_of_level(level: _Level, witnesses: Sequence[_Level]) -> _Estimate:
    """The slope of the order that moves least at the smaller steps; each of them multiplies rounding by RATIO."""
    unseen = ROUNDINGS * level.rounding / level.step + TINY
    best = UNKNOWN
    for order, slope in enumerate(level.slopes):
        movement = max(witness.moves[order] / RATIO**k for k, witness in enumerate(witnesses))
        error = SAFETY * movement + unseen
        if error < best.error:
            best = _Estimate(slope, error, level.step, level.rounding)
    return best


@dataclass(slots=True)
class _Ladder:
    """Smaller and smaller steps to both sides of x, and the tables they fill."""

    sampler: _Sampler
    centre: _Point
    both: _Table = field(default_factory=lambda: _Table(EVEN_SHRINKAGES))
    left: _Table = field(default_factory=lambda: _Table(ALL_SHRINKAGES))
    right: _Table = field(default_factory=lambda: _Table(ALL_SHRINKAGES))
    low: _Point | None = None
    """The latest point on the left, if it is in the domain."""
    high: _Point | None = None
    """The latest point on the right."""
    is_doubted: bool = False
    """Whether the last probe has found something else than the steps before it."""

    def descend(self) -> _Ladder:
        """Go down until the slopes are known and a last probe agrees, or until the digits of x are used up."""
        for step in self._steps():
            self._add(step)
            if not self.is_doubted and self._is_settled():
                self.is_doubted = not self._probe_agrees()
                if not self.is_doubted:
                    break
        return self

    def _steps(self) -> Iterator[float]:
        """Steps down from max(1, |x|); if nothing comes of them and |x| is smaller, steps down from |x|."""
        size = abs(self.centre.x)
        for level, step in enumerate(_quarters(max(size, 1.0), self.centre.x)):
            if step > size > 0.0 and (level == LEVELS_AT_SCALE_ONE or (level == 1 and self._zero_is_an_edge())):
                self._clear()
                yield from _quarters(size, self.centre.x)
                return
            yield step

    def _zero_is_an_edge(self) -> bool:
        """Whether the first step was too large because it crossed zero, as it is for log."""
        return not self.both.levels and not self._belongs(self.sampler.at(-self.centre.x))

    def _clear(self) -> None:
        for table in (self.both, self.left, self.right):
            table.clear()

    def _belongs(self, point: _Point | None) -> TypeGuard[_Point]:
        """Whether a point is in the domain and on the branch of x."""
        return point is not None and point.branch == self.centre.branch

    def _add(self, step: float) -> None:
        """Look a step away to both sides."""
        low, high = self._ends(step)
        if self._belongs(low) and self._belongs(high):
            self.both.add(low, high, step)
        else:
            self.both.clear()
        self._add_side(self.left, low, self.low, step)
        self._add_side(self.right, high, self.high, step)
        self.low, self.high = low, high

    def _ends(self, step: float) -> tuple[_Point | None, _Point | None]:
        return self.sampler.at(self.centre.x - step), self.sampler.at(self.centre.x + step)

    def _add_side(self, side: _Table, point: _Point | None, before: _Point | None, step: float) -> None:
        """A side may be on another branch than x, but on the same one all the way down to x."""
        if point is None or before is None or point.branch != before.branch:
            side.clear()
        if point is not None:
            side.add(self.centre, point, step)

    def _is_settled(self) -> bool:
        """Whether smaller steps only add rounding to the slope, or to both slopes of a kink."""
        if self.left.best is UNKNOWN or self.right.best is UNKNOWN:
            return False
        if self.both.levels and not _differ(self.left.best, self.right.best):
            return self.both.is_past_its_best
        return self.left.is_past_its_best and self.right.is_past_its_best

    def _probe_agrees(self) -> bool:
        """Whether a much smaller step leads to the same branches and, where x is smooth, to the same slope."""
        x, best = self.centre.x, self.both.best
        is_smooth = best is not UNKNOWN and not _differ(self.left.best, self.right.best)
        step = _exact(PROBE * best.step, x) if is_smooth else _smallest_step(x)
        if step == 0.0:
            return True
        low, high = self._ends(step)
        if _branch(low) != _branch(self.low) or _branch(high) != _branch(self.high):
            return False
        return not is_smooth or low is None or high is None or self._slope_agrees(_quotient(low, high), step)

    def _slope_agrees(self, slope: float, step: float) -> bool:
        """Whether the plain slope over a tiny step is the best one, up to its curvature and rounding."""
        best = self.both.best
        plain = next(level.slopes[0] for level in self.both.levels if level.step == best.step)
        curvature = 2.0 * abs(plain - best.value) * (step / best.step) ** 2
        self.both.noise = max(abs(slope - best.value) - curvature, 0.0) * step
        return self.both.noise <= best.error * best.step

    def verdict(self) -> Derivative:
        """What the tables say."""
        limit = self._step_that_sees_a_kink_nearby()
        left, right = self._on_branch(self.left.verdict(limit), self.right.verdict(limit))
        kind, slope = self._judge(left, self.both.answer(limit), right)
        branches = (_branch(self.low), self.centre.branch, _branch(self.high))
        slopes = (left.value, left.error, right.value, right.error)
        return Derivative(slope.value, slope.error, kind, *slopes, branches, self.sampler.calls)

    def _step_that_sees_a_kink_nearby(self) -> float:
        """The smallest of the large steps that see a kink where smaller ones see none; inf if there are none."""
        limit = math.inf
        if _differ(self.left.best, self.right.best):
            return limit  # the kink is at x
        rights = {right.step: right for right in self.right.estimates}
        for left in self.left.estimates:
            right = rights.get(left.step, UNKNOWN)
            if _are_apart(left, right, SEEN):
                limit = left.step
            elif left.is_converged and right.is_converged:
                break
        return limit

    def _on_branch(self, left: _Estimate, right: _Estimate) -> tuple[_Estimate, _Estimate]:
        """The slopes of both sides; only that of the branch of x, if the other one begins a few floats further on."""
        if self._belongs(self.high) and self._begins_beside(self.low, -math.inf):
            return right, right
        if self._belongs(self.low) and self._begins_beside(self.high, math.inf):
            return left, left
        return left, right

    def _begins_beside(self, point: _Point | None, direction: float) -> bool:
        """Whether a side is on another branch than x, but the very next float is not."""
        if point is None or point.branch == self.centre.branch:
            return False
        return self._belongs(self.sampler.at(math.nextafter(self.centre.x, direction)))

    def _judge(self, left: _Estimate, both: _Estimate, right: _Estimate) -> tuple[Kind, _Estimate]:
        """What kind of place x is, and its slope."""
        if _differ(left, right):
            return "kink", _between(left, right)
        if self.low is None or self.high is None or math.isinf(left.value) or math.isinf(right.value):
            return "edge", self._slope_at_edge(left, right)
        if left.is_usable and right.is_usable and not self.both.levels:
            return "smooth", _between(left, right)
        slope = min(both, self._slope_of_branch(left, right), key=attrgetter("error"))
        return "smooth" if slope.is_usable else "inconclusive", slope

    def _slope_of_branch(self, left: _Estimate, right: _Estimate) -> _Estimate:
        """The better one-sided slope, if f says that x is inside a branch; it may reach further to one side."""
        is_inside = self.centre.branch is not None and self._belongs(self.low) and self._belongs(self.high)
        return min(left, right, key=attrgetter("error")) if is_inside else UNKNOWN

    def _slope_at_edge(self, left: _Estimate, right: _Estimate) -> _Estimate:
        """The slope of the side that is inside the domain, or of both if they are the same."""
        if self.low is None:
            return right
        return left if self.high is None or left.value == right.value else UNKNOWN


def _quarters(scale: float, x: float) -> Iterator[float]:
    """The steps of a ladder from a scale down."""
    for level in range(LEVELS):
        step = _exact(LARGEST_STEP * scale / RATIO**level, x)
        if step == 0.0:
            return
        yield step


def _smallest_step(x: float) -> float:
    """The last step of a ladder; 0 where there is none."""
    return min(_quarters(abs(x) or 1.0, x), default=0.0)


def _exact(step: float, x: float) -> float:
    """A step close to the given one that leads from x to a float, as nearly as can be; 0 if it is too small for x."""
    size = abs(x)
    return (size + step) - size if step >= SMALLEST_STEP * math.ulp(x) else 0.0


def _branch(point: _Point | None) -> Hashable:
    return None if point is None else point.branch


def _differ(left: _Estimate, right: _Estimate) -> bool:
    """Whether two slopes are known, and known to differ."""
    return left.is_converged and right.is_converged and _are_apart(left, right, CLEARLY)


def _are_apart(left: _Estimate, right: _Estimate, times: float) -> bool:
    """Whether two slopes differ by so many times the errors they may have."""
    return abs(right.value - left.value) > times * (left.error + right.error)


def _between(left: _Estimate, right: _Estimate) -> _Estimate:
    """The middle of two slopes, with an error that reaches both."""
    middle = left.value / 2.0 + right.value / 2.0
    error = max(abs(middle - side.value) + side.error for side in (left, right))
    return left._replace(value=middle, error=error)


def _outside(sampler: _Sampler, x: float) -> Derivative:
    """The verdict where f has no value: an edge if it has one next to x, else nothing."""
    step = _smallest_step(x) if math.isfinite(x) else math.nan
    low, high = sampler.at(x - step), sampler.at(x + step)
    kind: Kind = "inconclusive" if low is None and high is None else "edge"
    nothing = (math.nan, math.inf)
    return Derivative(*nothing, kind, *nothing, *nothing, (_branch(low), None, _branch(high)), sampler.calls)
