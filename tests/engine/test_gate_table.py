"""The gate table of the documentation, row by row: inputs, value, local gradients, conventions at the edges.

A row is held against a recorded Value (its data, its local gradients, `backward`, `gradients`, `gradient_graph`) and,
for the value, against the same call on plain floats. Numbers are exact unless the row says `about`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import autograd
from autograd import Value, maximum, minimum
from tests.engine.closeness import bits, same_number

inf, nan, tiny = math.inf, math.nan, 5e-324


@dataclass(frozen=True)
class Row:
    call: Callable[..., Any]
    inputs: tuple[float, ...]
    value: float
    slopes: tuple[float, ...]
    tolerance: float = 0.0

    def agrees(self, actual: float, expected: float) -> bool:
        assert type(actual) is float
        return same_number(actual, expected) or abs(actual - expected) <= self.tolerance * abs(expected)


def row(name: str, call: Callable[..., Any], inputs: Any, value: float, *slopes: float, about: float = 0.0) -> Any:
    xs = inputs if isinstance(inputs, tuple) else (inputs,)
    return pytest.param(Row(call, xs, value, slopes, about), id=f"{name} at {', '.join(map(repr, xs))}")


def add(a: Any, b: Any) -> Any:
    return a + b


def subtract(a: Any, b: Any) -> Any:
    return a - b


def multiply(a: Any, b: Any) -> Any:
    return a * b


def divide(a: Any, b: Any) -> Any:
    return a / b


def power(a: Any, b: Any) -> Any:
    return a**b


def to_the(exponent: float) -> Callable[[Any], Any]:
    return lambda x: x**exponent


def total(*xs: Any) -> Any:
    return autograd.sum(xs)


def average(*xs: Any) -> Any:
    return autograd.mean(xs)


def logsumexp(*xs: Any) -> Any:
    return autograd.logsumexp(xs)


def dot(*xs: Any) -> Any:
    n = len(xs) // 2
    return autograd.dot(xs[:n], xs[n:-1], xs[-1])


def one_over(x: Any) -> Any:
    return 1.0 / x


def max_with_one(x: Any) -> Any:
    return maximum(x, 1.0)


ULP = 4e-16

TABLE = [
    # exp, expm1: keep subnormals
    row("exp", autograd.exp, 0.0, 1.0, 1.0),
    row("exp", autograd.exp, 710.0, inf, inf),
    row("exp", autograd.exp, -745.0, tiny, tiny),
    row("exp", autograd.exp, -746.0, 0.0, 0.0),
    row("exp", autograd.exp, inf, inf, inf),
    row("exp", autograd.exp, -inf, 0.0, 0.0),
    row("exp", autograd.exp, nan, nan, nan),
    row("expm1", autograd.expm1, 0.0, 0.0, 1.0),
    row("expm1", autograd.expm1, 1e-20, 1e-20, 1.0),
    row("expm1", autograd.expm1, 710.0, inf, inf),
    row("expm1", autograd.expm1, -745.0, -1.0, tiny),
    row("expm1", autograd.expm1, nan, nan, nan),
    # log, log1p, sqrt: by continuity on the domain, nan outside
    row("log", autograd.log, 1.0, 0.0, 1.0),
    row("log", autograd.log, 0.0, -inf, inf),
    row("log", autograd.log, -0.0, -inf, inf),
    row("log", autograd.log, -1.0, nan, nan),
    row("log", autograd.log, -tiny, nan, nan),
    row("log", autograd.log, tiny, -744.4400719213812, inf),
    row("log", autograd.log, inf, inf, 0.0),
    row("log", autograd.log, -inf, nan, nan),
    row("log", autograd.log, nan, nan, nan),
    row("log1p", autograd.log1p, 0.0, 0.0, 1.0),
    row("log1p", autograd.log1p, 1e-20, 1e-20, 1.0),
    row("log1p", autograd.log1p, -1.0, -inf, inf),
    row("log1p", autograd.log1p, -2.0, nan, nan),
    row("log1p", autograd.log1p, inf, inf, 0.0),
    row("log1p", autograd.log1p, nan, nan, nan),
    row("sqrt", autograd.sqrt, 4.0, 2.0, 0.25),
    row("sqrt", autograd.sqrt, 0.0, 0.0, inf),
    row("sqrt", autograd.sqrt, -0.0, 0.0, inf),
    row("sqrt", autograd.sqrt, -1.0, nan, nan),
    row("sqrt", autograd.sqrt, inf, inf, 0.0),
    row("sqrt", autograd.sqrt, nan, nan, nan),
    row("square", autograd.square, -3.0, 9.0, -6.0),
    row("square", autograd.square, 0.0, 0.0, 0.0),
    row("square", autograd.square, 1e200, inf, 2e200),
    row("square", autograd.square, nan, nan, nan),
    # sigmoid and its relatives: the derivative is σ(x)·σ(-x), sech², σ(±x), to the last digits
    row("sigmoid", autograd.sigmoid, 0.0, 0.5, 0.25),
    row("sigmoid", autograd.sigmoid, 37.0, 1.0, 8.533047625744064338e-17, about=ULP),
    row("sigmoid", autograd.sigmoid, 40.0, 1.0, 4.2483542552915889592e-18, about=ULP),
    row("sigmoid", autograd.sigmoid, -700.0, 9.8596765437597708567e-305, 9.8596765437597708567e-305, about=ULP),
    row("sigmoid", autograd.sigmoid, -750.0, 0.0, 0.0),
    row("sigmoid", autograd.sigmoid, 750.0, 1.0, 0.0),
    row("sigmoid", autograd.sigmoid, inf, 1.0, 0.0),
    row("sigmoid", autograd.sigmoid, -inf, 0.0, 0.0),
    row("sigmoid", autograd.sigmoid, nan, nan, nan),
    row("tanh", autograd.tanh, 0.0, 0.0, 1.0),
    row("tanh", autograd.tanh, 15.0, 0.9999999999998128, 3.7430491875353693211e-13, about=ULP),
    row("tanh", autograd.tanh, 20.0, 1.0, 1.6993417021166355837e-17, about=ULP),
    row("tanh", autograd.tanh, -300.0, -1.0, 1.0601586212017243265e-260, about=ULP),
    row("tanh", autograd.tanh, inf, 1.0, 0.0),
    row("tanh", autograd.tanh, -inf, -1.0, 0.0),
    row("tanh", autograd.tanh, nan, nan, nan),
    row("softplus", autograd.softplus, 0.0, math.log(2.0), 0.5, about=ULP),
    row("softplus", autograd.softplus, 40.0, 40.0, 1.0),
    row("softplus", autograd.softplus, -40.0, 4.2483542552915889863e-18, 4.2483542552915889773e-18, about=ULP),
    row("softplus", autograd.softplus, -700.0, 9.8596765437597708567e-305, 9.8596765437597708567e-305, about=ULP),
    row("softplus", autograd.softplus, 1e308, 1e308, 1.0),
    row("softplus", autograd.softplus, inf, inf, 1.0),
    row("softplus", autograd.softplus, -inf, 0.0, 0.0),
    row("softplus", autograd.softplus, nan, nan, nan),
    row("log_sigmoid", autograd.log_sigmoid, 0.0, -math.log(2.0), 0.5, about=ULP),
    row("log_sigmoid", autograd.log_sigmoid, 40.0, -4.2483542552915889863e-18, 4.2483542552915889773e-18, about=ULP),
    row("log_sigmoid", autograd.log_sigmoid, -1000.0, -1000.0, 1.0),
    row("log_sigmoid", autograd.log_sigmoid, -1e308, -1e308, 1.0),
    row("log_sigmoid", autograd.log_sigmoid, inf, 0.0, 0.0),
    row("log_sigmoid", autograd.log_sigmoid, -inf, -inf, 1.0),
    row("log_sigmoid", autograd.log_sigmoid, nan, nan, nan),
    # logsumexp over the whole range; its local gradients, the softmax weights, sum to 1
    row("logsumexp", logsumexp, 3.0, 3.0, 1.0),
    row("logsumexp", logsumexp, (1000.0, 1000.0), 1000.0 + math.log(2.0), 0.5, 0.5, about=ULP),
    row("logsumexp", logsumexp, (-1000.0, -1000.0), -1000.0 + math.log(2.0), 0.5, 0.5, about=ULP),
    row("logsumexp", logsumexp, (1e50, -1e50), 1e50, 1.0, 0.0),
    row("logsumexp", logsumexp, (1e50, 1e50), 1e50, 0.5, 0.5),
    row("logsumexp", logsumexp, (1e308, -1e308), 1e308, 1.0, 0.0),
    row("logsumexp", logsumexp, (0.0, -40.0), 4.2483542552915889863e-18, 1.0, 4.2483542552915889773e-18, about=ULP),
    row("logsumexp", logsumexp, (inf, 0.0), inf, 1.0, 0.0),
    row("logsumexp", logsumexp, (inf, inf, 3.0), inf, 0.5, 0.5, 0.0),
    row("logsumexp", logsumexp, (inf, -inf), inf, 1.0, 0.0),
    row("logsumexp", logsumexp, (-inf, 2.0), 2.0, 0.0, 1.0),
    row("logsumexp", logsumexp, (-inf, -inf), -inf, 0.5, 0.5),
    row("logsumexp", logsumexp, (nan, 1.0), nan, nan, nan),
    row("logsumexp", logsumexp, (inf, nan), nan, nan, nan),
    # kinks: the slope nearest to 0 among all subgradients
    row("abs", abs, 0.0, 0.0, 0.0),
    row("abs", abs, -0.0, 0.0, 0.0),
    row("abs", abs, -3.0, 3.0, -1.0),
    row("abs", abs, tiny, tiny, 1.0),
    row("abs", abs, -inf, inf, -1.0),
    row("abs", abs, nan, nan, nan),
    row("relu", autograd.relu, 2.0, 2.0, 1.0),
    row("relu", autograd.relu, -2.0, 0.0, 0.0),
    row("relu", autograd.relu, 0.0, 0.0, 0.0),
    row("relu", autograd.relu, -0.0, 0.0, 0.0),
    row("relu", autograd.relu, tiny, tiny, 1.0),
    row("relu", autograd.relu, inf, inf, 1.0),
    row("relu", autograd.relu, -inf, 0.0, 0.0),
    row("relu", autograd.relu, nan, nan, nan),
    row("leaky_relu", autograd.leaky_relu, 2.0, 2.0, 1.0),
    row("leaky_relu", autograd.leaky_relu, -2.0, -0.02, 0.01),
    row("leaky_relu", autograd.leaky_relu, 0.0, 0.0, 0.01),
    row("leaky_relu slope 2", lambda x: autograd.leaky_relu(x, 2.0), 0.0, 0.0, 1.0),
    row("leaky_relu slope 2", lambda x: autograd.leaky_relu(x, 2.0), -1.0, -2.0, 2.0),
    row("leaky_relu slope 2", lambda x: autograd.leaky_relu(x, 2.0), 1.0, 1.0, 1.0),
    row("leaky_relu slope -1", lambda x: autograd.leaky_relu(x, slope=-1.0), 0.0, 0.0, 0.0),
    row("leaky_relu slope -1", lambda x: autograd.leaky_relu(x, slope=-1.0), -3.0, 3.0, -1.0),
    row("leaky_relu", autograd.leaky_relu, -inf, -inf, 0.01),
    row("leaky_relu", autograd.leaky_relu, nan, nan, nan),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), 0.5, 0.5, 1.0),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), 1.0, 1.0, 0.0),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), -1.0, -1.0, 0.0),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), 3.0, 1.0, 0.0),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), -inf, -1.0, 0.0),
    row("clip to ±1", lambda x: autograd.clip(x, -1.0, 1.0), nan, nan, nan),
    row("clip to 2, 2", lambda x: autograd.clip(x, 2.0, 2.0), 2.0, 2.0, 0.0),
    row("sign", autograd.sign, -3.0, -1.0, 0.0),
    row("sign", autograd.sign, 3.0, 1.0, 0.0),
    row("sign", autograd.sign, 0.0, 0.0, 0.0),
    row("sign", autograd.sign, -inf, -1.0, 0.0),
    row("sign", autograd.sign, nan, nan, nan),
    row("step", autograd.step, -3.0, 0.0, 0.0),
    row("step", autograd.step, 3.0, 1.0, 0.0),
    row("step", autograd.step, 0.0, 0.0, 0.0),
    row("step", autograd.step, nan, nan, nan),
    # + − × ÷: plain IEEE; real division, never a·b⁻¹; the plain product rule
    row("+", add, (1.5, -2.0), -0.5, 1.0, 1.0),
    row("+", add, (inf, -inf), nan, nan, nan),
    row("+", add, (1e308, 1e308), inf, 1.0, 1.0),
    row("−", subtract, (1.5, -2.0), 3.5, 1.0, -1.0),
    row("−", subtract, (inf, inf), nan, nan, nan),
    row("−x", lambda x: -x, 2.0, -2.0, -1.0),
    row("−x", lambda x: -x, nan, nan, nan),
    row("×", multiply, (3.0, -2.0), -6.0, -2.0, 3.0),
    row("×", multiply, (0.0, inf), nan, inf, 0.0),
    row("×", multiply, (inf, 0.0), nan, 0.0, inf),
    row("×", multiply, (1e200, 1e200), inf, 1e200, 1e200),
    row("÷", divide, (1.0, 49.0), 1.0 / 49.0, 1.0 / 49.0, -1.0 / 2401.0, about=ULP),
    row("÷", divide, (49.0, 49.0), 1.0, 1.0 / 49.0, -1.0 / 49.0),
    row("÷", divide, (1.0, 0.0), inf, inf, -inf),
    row("÷", divide, (1.0, -0.0), -inf, -inf, -inf),
    row("÷", divide, (-1.0, 0.0), -inf, inf, inf),
    row("÷", divide, (0.0, 0.0), nan, nan, nan),
    row("÷", divide, (-0.0, 0.0), nan, nan, nan),
    row("÷", divide, (inf, inf), nan, nan, nan),
    row("÷", divide, (nan, 0.0), nan, nan, nan),
    row("÷", divide, (inf, 0.0), inf, inf, -inf),
    row("÷", divide, (3.0, inf), 0.0, 0.0, 0.0),
    row("÷", divide, (1e308, 0.1), inf, 10.0, -inf),
    row("1/x", one_over, 4.0, 0.25, -0.0625),
    row("1/x", one_over, 0.0, inf, -inf),
    row("1/x", one_over, -0.0, -inf, -inf),
    # powers
    row("x**3", to_the(3), -2.0, -8.0, 12.0),
    row("x**2", to_the(2), 0.0, 0.0, 0.0),
    row("x**1", to_the(1), 0.0, 0.0, 1.0),
    row("x**-1", to_the(-1), 0.0, inf, -inf),
    row("x**-1", to_the(-1), -0.0, -inf, -inf),
    row("x**-2", to_the(-2), -0.0, inf, inf),
    row("x**0.5", to_the(0.5), 0.0, 0.0, inf),
    row("x**0.5", to_the(0.5), -2.0, nan, nan),
    row("x**1024", to_the(1024), 2.0, inf, inf),
    row("x**3", to_the(3), -1e200, -inf, inf),
    row("x**3", to_the(3), nan, nan, nan),
    *[row("x**0", to_the(0), x, 1.0, 0.0) for x in (0.0, -0.0, 5.0, -5.0, tiny, 1e308, inf, -inf)],
    row("x**nan", to_the(nan), 1.0, 1.0, nan),
    row("x**nan", to_the(nan), 2.0, nan, nan),
    row("pow", power, (2.0, 3.0), 8.0, 12.0, 8.0 * math.log(2.0), about=ULP),
    row("pow", power, (0.0, 0.0), 1.0, 0.0, 0.0),
    row("pow", power, (0.0, 1.0), 0.0, 1.0, 0.0),
    row("pow", power, (0.0, 2.0), 0.0, 0.0, 0.0),
    row("pow", power, (0.0, 0.5), 0.0, inf, 0.0),
    row("pow", power, (0.0, -1.0), inf, -inf, nan),
    row("pow", power, (-2.0, 3.0), -8.0, 12.0, nan),
    row("pow", power, (-2.0, 0.5), nan, nan, nan),
    row("pow", power, (-2.0, 0.0), 1.0, 0.0, nan),
    row("pow", power, (tiny, 0.0), 1.0, 0.0, -744.4400719213812, about=ULP),
    row("pow", power, (2.0, 1024.0), inf, inf, inf),
    row("pow", power, (nan, 0.0), 1.0, nan, nan),
    row("pow", power, (1.0, nan), 1.0, nan, nan),
    row("pow", power, (nan, nan), nan, nan, nan),
    row("2**x", lambda x: 2.0**x, 1024.0, inf, inf),
    row("2**x", lambda x: 2.0**x, 3.0, 8.0, 8.0 * math.log(2.0), about=ULP),
    # max, min: ties split evenly, by ==; a constant is an operand; nan in either order
    row("max", maximum, (3.0, 1.0), 3.0, 1.0, 0.0),
    row("max", maximum, (2.0, 2.0), 2.0, 0.5, 0.5),
    row("max", maximum, (0.0, -0.0), 0.0, 0.5, 0.5),
    row("max", maximum, (-0.0, 0.0), 0.0, 0.5, 0.5),
    row("max", maximum, (1.0, 4.0, 4.0, 4.0), 4.0, 0.0, 1 / 3, 1 / 3, 1 / 3),
    row("max", maximum, (inf, inf), inf, 0.5, 0.5),
    row("max", maximum, (-inf, 2.0), 2.0, 0.0, 1.0),
    row("max", maximum, 7.0, 7.0, 1.0),
    row("max", maximum, (nan, 1.0), nan, nan, nan),
    row("max", maximum, (1.0, nan), nan, nan, nan),
    row("max", maximum, (1.0, nan, inf), nan, nan, nan, nan),
    row("min", minimum, (3.0, 1.0), 1.0, 0.0, 1.0),
    row("min", minimum, (2.0, 2.0), 2.0, 0.5, 0.5),
    row("min", minimum, (0.0, -0.0), 0.0, 0.5, 0.5),
    row("min", minimum, (4.0, 1.0, 1.0, 1.0), 1.0, 0.0, 1 / 3, 1 / 3, 1 / 3),
    row("min", minimum, (nan, 1.0), nan, nan, nan),
    row("min", minimum, (1.0, nan), nan, nan, nan),
    row("min", minimum, (-inf, -inf, 0.0), -inf, 0.5, 0.5, 0.0),
    row("where", autograd.where, (1.0, 2.0, 3.0), 2.0, 0.0, 1.0, 0.0),
    row("where", autograd.where, (0.0, 2.0, 3.0), 3.0, 0.0, 0.0, 1.0),
    row("where", autograd.where, (-0.0, 2.0, 3.0), 3.0, 0.0, 0.0, 1.0),
    row("where", autograd.where, (-1.0, 2.0, nan), 2.0, 0.0, 1.0, 0.0),
    row("where", autograd.where, (1.0, nan, 3.0), nan, 0.0, nan, 0.0),
    row("where", autograd.where, (0.0, 2.0, nan), nan, 0.0, 0.0, nan),
    # many inputs
    row("Σ", total, (1.0, 2.0, 3.0), 6.0, 1.0, 1.0, 1.0),
    row("Σ", total, 4.0, 4.0, 1.0),
    row("Σ", total, (1e16, 1.0, -1e16), 0.0, 1.0, 1.0, 1.0),  # from left to right
    row("Σ", total, (inf, -inf), nan, nan, nan),
    row("mean", average, (1.0, 2.0, 6.0), 3.0, 1 / 3, 1 / 3, 1 / 3),
    row("mean", average, (nan, 1.0), nan, nan, nan),
    row("Σwx", dot, (2.0, 3.0, 5.0, 7.0, 11.0), 42.0, 5.0, 7.0, 2.0, 3.0, 1.0),
    row("Σwx", dot, 4.0, 4.0, 1.0),
    row("Σwx", dot, (0.0, inf, 1.0), nan, nan, nan, nan),
    # lengths and angles
    row("hypot", autograd.hypot, (3.0, -4.0), 5.0, 0.6, -0.8),
    row("hypot", autograd.hypot, (0.0, 0.0), 0.0, 0.0, 0.0),
    row("hypot", autograd.hypot, (3e300, 4e300), 5e300, 0.6, 0.8, about=ULP),
    row("hypot", autograd.hypot, (3e-300, 4e-300), 5e-300, 0.6, 0.8, about=ULP),
    row("hypot", autograd.hypot, (nan, 1.0), nan, nan, nan),
    row("atan2", autograd.atan2, (1.0, 1.0), math.pi / 4, 0.5, -0.5, about=ULP),
    row("atan2", autograd.atan2, (0.0, -1.0), math.pi, -1.0, 0.0),
    row("atan2", autograd.atan2, (3e200, 4e200), math.atan2(3.0, 4.0), 1.6e-201, -1.2e-201, about=ULP),
    row("atan2", autograd.atan2, (nan, 1.0), nan, nan, nan),
    # trigonometry
    row("sin", autograd.sin, 0.0, 0.0, 1.0),
    row("sin", autograd.sin, inf, nan, nan),
    row("cos", autograd.cos, 0.0, 1.0, 0.0),
    row("cos", autograd.cos, -inf, nan, nan),
    row("tan", autograd.tan, 0.0, 0.0, 1.0),
    row("tan", autograd.tan, inf, nan, nan),
    row("asin", autograd.asin, 0.0, 0.0, 1.0),
    row("asin", autograd.asin, 1.0, math.pi / 2, inf),
    row("asin", autograd.asin, -1.0, -math.pi / 2, inf),
    row("asin", autograd.asin, 1.5, nan, nan),
    row("acos", autograd.acos, 0.0, math.pi / 2, -1.0),
    row("acos", autograd.acos, 1.0, 0.0, -inf),
    row("acos", autograd.acos, -1.0, math.pi, -inf),
    row("acos", autograd.acos, -1.5, nan, nan),
    row("atan", autograd.atan, 1.0, math.pi / 4, 0.5),
    row("atan", autograd.atan, inf, math.pi / 2, 0.0),
    row("atan", autograd.atan, 1e155, math.pi / 2, 1e-310, about=1e-12),  # keep subnormals
    row("sinh", autograd.sinh, 0.0, 0.0, 1.0),
    row("sinh", autograd.sinh, -1000.0, -inf, inf),
    row("cosh", autograd.cosh, 0.0, 1.0, 0.0),
    row("cosh", autograd.cosh, -1000.0, inf, -inf),
    row("erf", autograd.erf, 0.0, 0.0, 2.0 / math.sqrt(math.pi), about=ULP),
    row("erf", autograd.erf, -inf, -1.0, 0.0),
    row("erf", autograd.erf, 30.0, 1.0, 0.0),
    *[
        row(function.__name__, function, nan, nan, nan)
        for function in (
            autograd.sin,
            autograd.cos,
            autograd.tan,
            autograd.asin,
            autograd.acos,
            autograd.atan,
            autograd.sinh,
            autograd.cosh,
            autograd.erf,
        )
    ],
]


@pytest.mark.parametrize("row", TABLE)
def test_a_recorded_gate_has_the_value_and_the_local_gradients_of_its_row(row: Row) -> None:
    leaves = [Value(x) for x in row.inputs]
    out = row.call(*leaves)
    assert row.agrees(out.data, row.value)
    recorded = {id(x): slope for x, slope in zip(out.inputs, out.local_gradients, strict=True)}
    for leaf, expected in zip(leaves, row.slopes, strict=True):
        assert row.agrees(recorded[id(leaf)], expected)


@pytest.mark.parametrize("row", TABLE)
def test_the_three_ways_to_a_gradient_give_the_slopes_of_the_row(row: Row) -> None:
    leaves = [Value(x) for x in row.inputs]
    out = row.call(*leaves)
    out.backward()
    pure = autograd.gradients(out, leaves)
    graphs = autograd.gradient_graph(out, leaves)
    for leaf, number, graph, expected in zip(leaves, pure, graphs, row.slopes, strict=True):
        assert row.agrees(leaf.grad, expected)
        assert row.agrees(number, expected)
        assert row.agrees(graph.data, expected)


@pytest.mark.parametrize("row", [p for p in TABLE if p.values[0].call.__module__.startswith("autograd")])
def test_a_function_of_plain_floats_gives_the_bits_of_the_recorded_value(row: Row) -> None:
    assert bits(row.call(*row.inputs)) == bits(row.call(*map(Value, row.inputs)).data)


@pytest.mark.parametrize("call", [maximum, minimum], ids=["max", "min"])
def test_a_value_against_itself_has_slope_one(call: Callable[..., Any]) -> None:
    x = Value(3.0)
    call(x, x).backward()
    assert x.grad == 1.0


@pytest.mark.parametrize("other", [1.0, 1])
def test_at_a_tie_with_a_constant_half_the_slope_is_the_constants_and_relu_gives_zero(other: float) -> None:
    x, zero = Value(1.0), Value(0.0)
    assert autograd.gradients(maximum(x, other), [x]) == (0.5,)
    assert autograd.gradients(minimum(other, x), [x]) == (0.5,)
    assert autograd.gradients(maximum(zero, 0.0), [zero]) == (0.5,)
    assert autograd.gradients(autograd.relu(zero), [zero]) == (0.0,)


def test_relu_of_minus_zero_is_plus_zero() -> None:
    assert bits(autograd.relu(-0.0)) == bits(0.0) == bits(Value(-0.0).relu().data)


def test_a_constant_exponent_asks_for_one_slope_only() -> None:
    assert (Value(-2.0) ** 3).local_gradients == (12.0,)


def test_the_sum_of_nothing_is_zero() -> None:
    assert bits(autograd.sum([])) == bits(0.0)


@pytest.mark.parametrize(
    "call",
    [
        maximum,
        minimum,
        lambda: autograd.mean([]),
        lambda: autograd.logsumexp([]),
        lambda: autograd.softmax([]),
    ],
    ids=["max", "min", "mean", "logsumexp", "softmax"],
)
def test_what_has_no_value_of_nothing_says_so(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"nothing.*give at least one"):
        call()


@pytest.mark.parametrize(
    ("scores", "weights"),
    [
        ([0.0, 0.0], [0.5, 0.5]),
        ([1e50, -1e50], [1.0, 0.0]),
        ([1e50, 1e50, 0.0], [0.5, 0.5, 0.0]),
        ([1e308, -1e308], [1.0, 0.0]),
        ([math.inf, 0.0], [1.0, 0.0]),
        ([math.inf, math.inf], [0.5, 0.5]),
        ([-math.inf, 3.0], [0.0, 1.0]),
        ([-math.inf, -math.inf], [0.5, 0.5]),
        ([7.0], [1.0]),
    ],
)
def test_softmax_weights_sum_to_one_over_the_whole_range(scores: list[float], weights: list[float]) -> None:
    assert autograd.softmax(scores) == weights
    assert [p.data for p in autograd.softmax([Value(x) for x in scores])] == weights
