"""Elementary functions of one number: floats by IEEE 754, anything else by its own method of that name.

`exp(2.0)` is a float and never raises, whatever the float: a result out of range is ±inf, one out of the domain is nan,
as in NumPy, JAX and PyTorch (Python's `math` raises instead). `exp(v)` of any other object is `v.exp()`, as NumPy does
with objects. So one formula written with these functions and the operators serves floats and Values alike, and this
file need not know what a Value is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from autograd.conversion import to_float

inf = math.inf
nan = math.nan

Scalar: TypeAlias = Any
"""A float, or an object with a float's operators and the methods named here, such as a Value."""


def _of_scalars(function: Callable[[float], float]) -> Callable[[Scalar], Scalar]:
    """Let a function of floats also take objects that have a method of its name."""
    name = function.__name__

    @wraps(function)
    def of_scalar(x: Scalar) -> Scalar:
        if type(x) is float:
            return function(x)
        method = getattr(x, name, None)
        return function(to_float(x, name)) if method is None else method()

    return of_scalar


@_of_scalars
def exp(x: float) -> float:
    """e to the power of x.

    >>> exp(0.0), exp(1000.0)
    (1.0, inf)
    """
    try:
        return math.exp(x)
    except OverflowError:
        return inf


@_of_scalars
def expm1(x: float) -> float:
    """exp(x) - 1, exact also where x is tiny.

    >>> expm1(1e-20), expm1(1000.0)
    (1e-20, inf)
    """
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


@_of_scalars
def log(x: float) -> float:
    """The natural logarithm: -inf at 0, nan below.

    >>> log(1.0), log(0.0), log(-1.0)
    (0.0, -inf, nan)
    """
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


@_of_scalars
def log1p(x: float) -> float:
    """log(1 + x), exact also where x is tiny: -inf at -1, nan below.

    >>> log1p(1e-20), log1p(-1.0), log1p(-2.0)
    (1e-20, -inf, nan)
    """
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


@_of_scalars
def sqrt(x: float) -> float:
    """The square root: nan below 0.

    >>> sqrt(4.0), sqrt(-1.0)
    (2.0, nan)
    """
    return math.sqrt(x) if x >= 0.0 else nan


@_of_scalars
def square(x: float) -> float:
    """x · x.

    >>> square(-3.0)
    9.0
    """
    return x * x


@_of_scalars
def sin(x: float) -> float:
    """The sine of x radians: nan at ±inf.

    >>> sin(0.0), sin(inf)
    (0.0, nan)
    """
    return math.sin(x) if math.isfinite(x) else nan


@_of_scalars
def cos(x: float) -> float:
    """The cosine of x radians: nan at ±inf.

    >>> cos(0.0), cos(inf)
    (1.0, nan)
    """
    return math.cos(x) if math.isfinite(x) else nan


@_of_scalars
def tan(x: float) -> float:
    """The tangent of x radians: nan at ±inf.

    >>> tan(0.0), tan(inf)
    (0.0, nan)
    """
    return math.tan(x) if math.isfinite(x) else nan


@_of_scalars
def asin(x: float) -> float:
    """The arc sine in radians, from -π/2 to π/2: nan outside [-1, 1].

    >>> asin(0.0), asin(2.0)
    (0.0, nan)
    """
    return math.asin(x) if -1.0 <= x <= 1.0 else nan


@_of_scalars
def acos(x: float) -> float:
    """The arc cosine in radians, from 0 to π: nan outside [-1, 1].

    >>> acos(1.0), acos(2.0)
    (0.0, nan)
    """
    return math.acos(x) if -1.0 <= x <= 1.0 else nan


@_of_scalars
def atan(x: float) -> float:
    """The arc tangent in radians, from -π/2 to π/2.

    >>> atan(0.0)
    0.0
    """
    return math.atan(x)


@_of_scalars
def sinh(x: float) -> float:
    """The hyperbolic sine.

    >>> sinh(0.0), sinh(-1000.0)
    (0.0, -inf)
    """
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


@_of_scalars
def cosh(x: float) -> float:
    """The hyperbolic cosine.

    >>> cosh(0.0), cosh(-1000.0)
    (1.0, inf)
    """
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


@_of_scalars
def tanh(x: float) -> float:
    """The hyperbolic tangent.

    >>> tanh(0.0), tanh(inf)
    (0.0, 1.0)
    """
    return math.tanh(x)


@_of_scalars
def erf(x: float) -> float:
    """The error function, 2/√π · ∫₀ˣ exp(-t²) dt.

    >>> erf(0.0), erf(inf)
    (0.0, 1.0)
    """
    return math.erf(x)


@_of_scalars
def sigmoid(x: float) -> float:
    """The logistic function σ(x) = 1 / (1 + exp(-x)), without overflow.

    >>> sigmoid(0.0), sigmoid(-1000.0), sigmoid(1000.0)
    (0.5, 0.0, 1.0)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)  # exp of a negative number cannot overflow
    return e / (1.0 + e)


@_of_scalars
def softplus(x: float) -> float:
    """log(1 + exp(x)), without overflow and without a threshold.

    >>> softplus(0.0) == math.log(2.0), softplus(1000.0)
    (True, 1000.0)
    """
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@_of_scalars
def log_sigmoid(x: float) -> float:
    """log σ(x) = -log(1 + exp(-x)), also where σ(x) rounds to 0 or 1.

    >>> log_sigmoid(-1000.0), log_sigmoid(0.0) == -math.log(2.0)
    (-1000.0, True)
    """
    return -softplus(-x)  # type: ignore[no-any-return]


@_of_scalars
def relu(x: float) -> float:
    """The rectified linear unit, max(0, x); 0.0 at -0.0.

    >>> relu(2.0), relu(-2.0), relu(nan)
    (2.0, 0.0, nan)
    """
    return 0.0 if x <= 0.0 else x


@_of_scalars
def sign(x: float) -> float:
    """-1, 0 or 1.

    >>> sign(-3.0), sign(0.0), sign(nan)
    (-1.0, 0.0, nan)
    """
    return x if x != x else float((x > 0.0) - (x < 0.0))


@_of_scalars
def step(x: float) -> float:
    """The unit step: 1 above 0, else 0 (0 at 0, as the slope of `relu`).

    >>> step(2.0), step(0.0), step(nan)
    (1.0, 0.0, nan)
    """
    return x if x != x else float(x > 0.0)


def divide(a: Scalar, b: Scalar) -> Scalar:
    """a / b, where dividing a float by zero gives ±inf or nan instead of an exception.

    >>> divide(1.0, 0.0), divide(1.0, -0.0), divide(0.0, 0.0)
    (inf, -inf, nan)
    """
    if type(a) is not float or type(b) is not float:
        return a / b if _is_recorded(a) or _is_recorded(b) else divide(float(a), float(b))
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0.0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """base ** exponent; of two numbers by IEEE 754: never an exception, never a complex number.

    >>> power(2.0, 10.0), power(2.0, 1024.0), power(0.0, -1.0), power(-2.0, 0.5)
    (1024.0, inf, inf, nan)
    """
    if type(base) is not float or type(exponent) is not float:
        recorded = _is_recorded(base) or _is_recorded(exponent)
        return base**exponent if recorded else power(float(base), float(exponent))
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        return _power_beyond_range(base, exponent)


def _power_beyond_range(base: float, exponent: float) -> float:
    """The result where C's pow overflows or divides by zero (±inf), or leaves the real numbers (nan)."""
    whole = exponent % 1.0 == 0.0
    if base < 0.0 and not whole:
        return nan
    return math.copysign(inf, base) if whole and exponent % 2.0 == 1.0 else inf


def plain(x: Scalar) -> float:
    """The float behind a scalar: itself, or its `data`. For decisions that no gradient flows through.

    What has no number yet, in the recording of a program, stands for itself without its gradient.

    >>> plain(2.0)
    2.0
    """
    if not _is_recorded(x):
        return float(x)
    return x.detached() if hasattr(x, "detached") else x.data  # type: ignore[no-any-return]


def _is_recorded(x: Scalar) -> bool:
    return hasattr(x, "local_gradients")


def is_nan(x: Scalar) -> bool:
    """Whether a scalar is nan.

    >>> is_nan(nan), is_nan(1.0)
    (True, False)
    """
    return not plain(x) <= inf
