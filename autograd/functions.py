"""Elementary functions of one number: floats by IEEE 754, anything else by its own method of that name.

`exp(2.0)` is a float and never raises, whatever the float: a result out of range is ±inf, one out of the domain is nan,
as in NumPy, JAX and PyTorch (Python's `math` raises instead). `exp(v)` of any other object is `v.exp()`, as NumPy does
with objects. So one formula written with these functions and the operators serves floats and Values alike, and this
file need not know what a Value is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from autograd.conversion import to_float

inf = math.inf
nan = math.nan

Scalar: TypeAlias = Any
"""A float, or an object with a float's operators and the methods named here, such as a Value."""


def _of_another(function: Callable[[Scalar], Scalar], x: Scalar) -> Scalar:
    """What a function gives for anything but a float: its own method of that name, or the function of it as a float."""
    name = function.__name__
    method = getattr(x, name, None)
    return function(to_float(x, name)) if method is None else method()


def exp(x: Scalar) -> Scalar:
    """e to the power of x.

    >>> exp(0.0), exp(1000.0)
    (1.0, inf)
    """
    if type(x) is not float:
        return _of_another(exp, x)
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def expm1(x: Scalar) -> Scalar:
    """exp(x) - 1, exact also where x is tiny.

    >>> expm1(1e-20), expm1(1000.0)
    (1e-20, inf)
    """
    if type(x) is not float:
        return _of_another(expm1, x)
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def log(x: Scalar) -> Scalar:
    """The natural logarithm: -inf at 0, nan below.

    >>> log(1.0), log(0.0), log(-1.0)
    (0.0, -inf, nan)
    """
    if type(x) is not float:
        return _of_another(log, x)
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def log1p(x: Scalar) -> Scalar:
    """log(1 + x), exact also where x is tiny: -inf at -1, nan below.

    >>> log1p(1e-20), log1p(-1.0), log1p(-2.0)
    (1e-20, -inf, nan)
    """
    if type(x) is not float:
        return _of_another(log1p, x)
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def sqrt(x: Scalar) -> Scalar:
    """The square root: nan below 0.

    >>> sqrt(4.0), sqrt(-1.0)
    (2.0, nan)
    """
    if type(x) is not float:
        return _of_another(sqrt, x)
    return math.sqrt(x) if x >= 0.0 else nan


def square(x: Scalar) -> Scalar:
    """x · x.

    >>> square(-3.0)
    9.0
    """
    if type(x) is not float:
        return _of_another(square, x)
    return x * x


def sin(x: Scalar) -> Scalar:
    """The sine of x radians: nan at ±inf.

    >>> sin(0.0), sin(inf)
    (0.0, nan)
    """
    if type(x) is not float:
        return _of_another(sin, x)
    return math.sin(x) if math.isfinite(x) else nan


def cos(x: Scalar) -> Scalar:
    """The cosine of x radians: nan at ±inf.

    >>> cos(0.0), cos(inf)
    (1.0, nan)
    """
    if type(x) is not float:
        return _of_another(cos, x)
    return math.cos(x) if math.isfinite(x) else nan


def tan(x: Scalar) -> Scalar:
    """The tangent of x radians: nan at ±inf.

    >>> tan(0.0), tan(inf)
    (0.0, nan)
    """
    if type(x) is not float:
        return _of_another(tan, x)
    return math.tan(x) if math.isfinite(x) else nan


def asin(x: Scalar) -> Scalar:
    """The arc sine in radians, from -π/2 to π/2: nan outside [-1, 1].

    >>> asin(0.0), asin(2.0)
    (0.0, nan)
    """
    if type(x) is not float:
        return _of_another(asin, x)
    return math.asin(x) if -1.0 <= x <= 1.0 else nan


def acos(x: Scalar) -> Scalar:
    """The arc cosine in radians, from 0 to π: nan outside [-1, 1].

    >>> acos(1.0), acos(2.0)
    (0.0, nan)
    """
    if type(x) is not float:
        return _of_another(acos, x)
    return math.acos(x) if -1.0 <= x <= 1.0 else nan


def atan(x: Scalar) -> Scalar:
    """The arc tangent in radians, from -π/2 to π/2.

    >>> atan(0.0)
    0.0
    """
    if type(x) is not float:
        return _of_another(atan, x)
    return math.atan(x)


def sinh(x: Scalar) -> Scalar:
    """The hyperbolic sine.

    >>> sinh(0.0), sinh(-1000.0)
    (0.0, -inf)
    """
    if type(x) is not float:
        return _of_another(sinh, x)
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def cosh(x: Scalar) -> Scalar:
    """The hyperbolic cosine.

    >>> cosh(0.0), cosh(-1000.0)
    (1.0, inf)
    """
    if type(x) is not float:
        return _of_another(cosh, x)
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


def tanh(x: Scalar) -> Scalar:
    """The hyperbolic tangent.

    >>> tanh(0.0), tanh(inf)
    (0.0, 1.0)
    """
    if type(x) is not float:
        return _of_another(tanh, x)
    return math.tanh(x)


def erf(x: Scalar) -> Scalar:
    """The error function, 2/√π · ∫₀ˣ exp(-t²) dt.

    >>> erf(0.0), erf(inf)
    (0.0, 1.0)
    """
    if type(x) is not float:
        return _of_another(erf, x)
    return math.erf(x)


def sigmoid(x: Scalar) -> Scalar:
    """The logistic function σ(x) = 1 / (1 + exp(-x)), without overflow.

    >>> sigmoid(0.0), sigmoid(-1000.0), sigmoid(1000.0)
    (0.5, 0.0, 1.0)
    """
    if type(x) is not float:
        return _of_another(sigmoid, x)
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)  # exp of a negative number cannot overflow
    return e / (1.0 + e)


def softplus(x: Scalar) -> Scalar:
    """log(1 + exp(x)), without overflow and without a threshold.

    >>> softplus(0.0) == math.log(2.0), softplus(1000.0)
    (True, 1000.0)
    """
    if type(x) is not float:
        return _of_another(softplus, x)
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid(x: Scalar) -> Scalar:
    """log σ(x) = -log(1 + exp(-x)), also where σ(x) rounds to 0 or 1.

    >>> log_sigmoid(-1000.0), log_sigmoid(0.0) == -math.log(2.0)
    (-1000.0, True)
    """
    if type(x) is not float:
        return _of_another(log_sigmoid, x)
    return -softplus(-x)


def relu(x: Scalar) -> Scalar:
    """The rectified linear unit, max(0, x); 0.0 at -0.0.

    >>> relu(2.0), relu(-2.0), relu(nan)
    (2.0, 0.0, nan)
    """
    if type(x) is not float:
        return _of_another(relu, x)
    return 0.0 if x <= 0.0 else x


def sign(x: Scalar) -> Scalar:
    """-1, 0 or 1.

    >>> sign(-3.0), sign(0.0), sign(nan)
    (-1.0, 0.0, nan)
    """
    if type(x) is not float:
        return _of_another(sign, x)
    return x if x != x else float((x > 0.0) - (x < 0.0))


def step(x: Scalar) -> Scalar:
    """The unit step: 1 above 0, else 0 (0 at 0, as the slope of `relu`).

    >>> step(2.0), step(0.0), step(nan)
    (1.0, 0.0, nan)
    """
    if type(x) is not float:
        return _of_another(step, x)
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


def plain(x: Scalar) -> Scalar:
    """The float behind a scalar: itself, or its `data`. For decisions that no gradient flows through.

    What has no number yet, in the recording of a program, stands for itself without its gradient.

    >>> plain(2.0)
    2.0
    """
    if not _is_recorded(x):
        return float(x)
    return x.detached() if hasattr(x, "detached") else x.data


def _is_recorded(x: Scalar) -> bool:
    return hasattr(x, "local_gradients")


def is_nan(x: Scalar) -> bool:
    """Whether a scalar is nan.

    >>> is_nan(nan), is_nan(1.0)
    (True, False)
    """
    return not plain(x) <= inf
