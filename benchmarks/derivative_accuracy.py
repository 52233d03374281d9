"""How good the numerical derivative is: on smooth functions over wide ranges, against 50-digit arithmetic.

`measure(cases=100_000, seed=0)` returns the figures and prints nothing.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

import mpmath
from mpmath import mpf

from autograd.functions import sigmoid, softplus
from autograd.testing.derivative import Derivative, derivative

Real: TypeAlias = Any
"""A number of mpmath."""

DIGITS = 50


@dataclass(frozen=True)
class Smooth:
    """A smooth function on floats, its exact derivative, and where to take it."""

    name: str
    function: Callable[[float], float]
    slope: Callable[[Real], Real]
    low: float
    high: float
    spread: str = "even"
    """`even` over the interval; `positive` or `signed`: even in the exponent, with |x| from low to high."""

    def draw(self, generator: random.Random) -> float:
        """A random point of its domain."""
        if self.spread == "even":
            return generator.uniform(self.low, self.high)
        size = math.exp(generator.uniform(math.log(self.low), math.log(self.high)))
        return -size if self.spread == "signed" and generator.random() < 0.5 else size


def _logistic(x: Real) -> Real:
    return 1 / (1 + mpmath.exp(-x))


def _bump(x: float) -> float:
    return math.exp(-1.0 / (x * x)) if x else 0.0


def _cubic(x: Real) -> Real:
    return ((2 * x - 3) * x + 1) * x - 5


SMOOTH = [
    Smooth("exp", math.exp, mpmath.exp, -300.0, 700.0),
    Smooth("exp near 0", math.exp, mpmath.exp, 1e-12, 1e1, "signed"),
    Smooth("log", math.log, lambda x: 1 / x, 1e-300, 1e300, "positive"),
    Smooth("log1p", math.log1p, lambda x: 1 / (1 + x), 1e-6, 1e6, "positive"),
    Smooth("sin", math.sin, mpmath.cos, -1e3, 1e3),
    Smooth("cos", math.cos, lambda x: -mpmath.sin(x), 1e-6, 1e4, "signed"),
    Smooth("tan", math.tan, lambda x: mpmath.sec(x) ** 2, -20.0, 20.0),
    Smooth("tanh", math.tanh, lambda x: mpmath.sech(x) ** 2, -6.0, 6.0),
    Smooth("sigmoid", sigmoid, lambda x: _logistic(x) * _logistic(-x), -40.0, 12.0),
    Smooth("softplus", softplus, _logistic, -100.0, 100.0),
    Smooth("sqrt", math.sqrt, lambda x: 1 / (2 * mpmath.sqrt(x)), 1e-300, 1e300, "positive"),
    Smooth("cube root", lambda x: math.copysign(abs(x) ** (1 / 3), x),
           lambda x: mpmath.power(abs(x), mpf(1 / 3) - 1) * mpf(1 / 3), 1e-9, 1e9, "signed"),
    Smooth("x**2.5", lambda x: x**2.5, lambda x: 2.5 * mpmath.power(x, 1.5), 1e-9, 1e9, "positive"),
    Smooth("erf", math.erf, lambda x: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x), -3.5, 3.5),
    Smooth("sinh", math.sinh, mpmath.cosh, -300.0, 300.0),
    Smooth("cosh", math.cosh, mpmath.sinh, 1e-3, 300.0, "signed"),
    Smooth("atan", math.atan, lambda x: 1 / (1 + x * x), 1e-6, 1e3, "signed"),
    Smooth("asin", math.asin, lambda x: 1 / mpmath.sqrt(1 - x * x), -1.0, 1.0),
    Smooth("1/x", lambda x: 1.0 / x, lambda x: -1 / (x * x), 1e-100, 1e100, "signed"),
    Smooth("x**3", lambda x: x**3, lambda x: 3 * x * x, 1e-6, 1e100, "signed"),
    Smooth("x**x", lambda x: x**x, lambda x: mpmath.power(x, x) * (1 + mpmath.log(x)), 1e-6, 100.0, "positive"),
    Smooth("a cubic", _cubic, lambda x: (6 * x - 6) * x + 1, -10.0, 10.0),
    Smooth("a product of ten", lambda x: math.prod(x - k for k in range(10)),
           lambda x: mpmath.fsum(mpmath.fprod(x - k for k in range(10) if k != i) for i in range(10)), -2.0, 12.0),
    Smooth("exp(-x²)", lambda x: math.exp(-x * x), lambda x: -2 * x * mpmath.exp(-x * x), -20.0, 20.0),
    Smooth("exp(sin(3x))", lambda x: math.exp(math.sin(3.0 * x)),
           lambda x: 3 * mpmath.cos(3 * x) * mpmath.exp(mpmath.sin(3 * x)), -50.0, 50.0),
    Smooth("sin(100x)", lambda x: math.sin(100.0 * x), lambda x: 100 * mpmath.cos(100 * x), -10.0, 10.0),
    Smooth("x·sin(1/x)", lambda x: x * math.sin(1.0 / x), lambda x: mpmath.sin(1 / x) - mpmath.cos(1 / x) / x,
           0.01, 100.0, "signed"),
    Smooth("(1 - cos(x))/x²", lambda x: (1.0 - math.cos(x)) / (x * x),
           lambda x: mpmath.sin(x) / x**2 - 2 * (1 - mpmath.cos(x)) / x**3, 1e-4, 10.0, "signed"),
    Smooth("exp(-1/x²)", _bump, lambda x: 2 / x**3 * mpmath.exp(-1 / x**2), 0.04, 100.0, "signed"),
    Smooth("log(exp(x) + exp(1) + exp(-2x))", lambda x: math.log(math.exp(x) + math.e + math.exp(-2.0 * x)),
           lambda x: (mpmath.exp(x) - 2 * mpmath.exp(-2 * x)) / (mpmath.exp(x) + mpf(math.e) + mpmath.exp(-2 * x)),
           -30.0, 30.0),
    Smooth("tanh(50x)·log(2 + x²)", lambda x: math.tanh(50.0 * x) * math.log(2.0 + x * x),
           lambda x: 50 * mpmath.sech(50 * x) ** 2 * mpmath.log(2 + x * x) + mpmath.tanh(50 * x) * 2 * x / (2 + x * x),
           -2.0, 2.0),
]  # fmt: skip


@dataclass(frozen=True)
class Accuracy:
    """The figures; a fraction is of all cases."""

    cases: int
    bound_holds: float
    median_error: float
    """Relative to the exact derivative, as is the next; infinite where there is no answer."""
    error_of_99_percent: float
    bound_within_1e_6: float
    """The fraction whose bound is at most 1e-6 of the derivative."""
    kinds: dict[str, float]
    median_calls: float
    mean_calls: float
    median_microseconds: float
    escapes: list[tuple[str, float, Derivative, float]]
    """Every case outside its bound, or not called smooth: function, point, answer, exact derivative."""


def measure(cases: int, seed: int) -> Accuracy:
    """Take that many derivatives of all functions in turn, and compare them with the exact ones."""
    generator = random.Random(seed)
    with mpmath.workdps(DIGITS):
        return _summary([_case(SMOOTH[i % len(SMOOTH)], generator) for i in range(cases)])


@dataclass(frozen=True)
class _Case:
    name: str
    x: float
    answer: Derivative
    exact: Real
    seconds: float

    @property
    def error(self) -> Real:
        return abs(mpf(self.answer.value) - self.exact)

    @property
    def relative_error(self) -> float:
        error = float(self.error / abs(self.exact)) if self.exact else float(self.error)
        return math.inf if math.isnan(error) else error

    @property
    def holds(self) -> bool:
        return bool(self.error <= self.answer.bound)


def _case(smooth: Smooth, generator: random.Random) -> _Case:
    x = smooth.draw(generator)
    start = perf_counter()
    answer = derivative(smooth.function, x)
    seconds = perf_counter() - start
    return _Case(smooth.name, x, answer, smooth.slope(mpf(x)), seconds)


def _summary(cases: list[_Case]) -> Accuracy:
    count = len(cases)
    errors = sorted(case.relative_error for case in cases)
    escapes = [case for case in cases if not case.holds or case.answer.kind != "smooth"]
    kinds = Counter(case.answer.kind for case in cases)
    return Accuracy(
        cases=count,
        bound_holds=sum(case.holds for case in cases) / count,
        median_error=errors[count // 2],
        error_of_99_percent=errors[99 * count // 100],
        bound_within_1e_6=sum(case.answer.bound <= 1e-6 * abs(case.exact) for case in cases) / count,
        kinds={kind: number / count for kind, number in kinds.items()},
        median_calls=statistics.median(case.answer.calls for case in cases),
        mean_calls=statistics.fmean(case.answer.calls for case in cases),
        median_microseconds=1e6 * statistics.median(case.seconds for case in cases),
        escapes=[(case.name, case.x, case.answer, float(case.exact)) for case in escapes],
    )
