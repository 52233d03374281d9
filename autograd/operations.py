"""Functions of several numbers or Values: `maximum`, `minimum`, `sum`, `mean`, `dot`, `logsumexp`, ...

Each records one gate, however many inputs it has. Of plain numbers they give a plain float.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, SupportsFloat

from autograd import gates
from autograd.conversion import to_float
from autograd.functions import Scalar


def maximum(*xs: Scalar) -> Scalar:
    """The largest of the numbers; nan if one of them is nan. The winners of a tie share the gradient evenly.

    >>> from autograd import Value
    >>> x, y = Value(3.0), Value(1.0)
    >>> maximum(x, y).local_gradients, maximum(x, x).local_gradients
    ((1.0, 0.0), (0.5, 0.5))

    Raises:
        ValueError: of nothing.
    """
    return gates.MAXIMUM.apply(tuple(_some(xs, "maximum(*xs)")))


def minimum(*xs: Scalar) -> Scalar:
    """The smallest of the numbers; nan if one of them is nan. The winners of a tie share the gradient evenly.

    >>> minimum(3.0, 1.0, 2.0)
    1.0

    Raises:
        ValueError: of nothing.
    """
    return gates.MINIMUM.apply(tuple(_some(xs, "minimum(*xs)")))


def sum(xs: Iterable[Scalar]) -> Scalar:
    """Σ xs as one gate, added from left to right; 0.0 of nothing.

    >>> sum([1.0, 2.0, 3.0]), sum([])
    (6.0, 0.0)
    """
    return gates.SUM.apply(tuple(_all(xs, "sum(xs)")))


def mean(xs: Iterable[Scalar]) -> Scalar:
    """Σ xs / n as one gate.

    >>> mean([1.0, 2.0, 6.0])
    3.0

    Raises:
        ValueError: of nothing.
    """
    return gates.MEAN.apply(tuple(_some(_all(xs, "mean(xs)"), "mean(xs)")))


def dot(ws: Iterable[Scalar], xs: Iterable[Scalar], bias: Scalar = 0.0) -> Scalar:
    """A neuron's adder, Σ wᵢ·xᵢ + bias, as one gate.

    >>> dot([1.0, 2.0], [3.0, 4.0], bias=0.5)
    11.5

    Raises:
        ValueError: as many weights as inputs are needed.
    """
    ws, xs = _all(ws, "dot(ws, xs)"), _all(xs, "dot(ws, xs)")
    if len(ws) != len(xs):
        raise ValueError(f"dot takes as many weights as inputs: got {len(ws)} weights and {len(xs)} inputs")
    inputs = ws + xs
    inputs.append(bias)
    return gates.DOT.apply(tuple(inputs))


def logsumexp(xs: Iterable[Scalar]) -> Scalar:
    """log Σ exp(xᵢ) as one gate, without overflow. Its local gradients are the softmax of xs.

    >>> round(logsumexp([1000.0, 1000.0]) - 1000.0, 6)  # log 2
    0.693147

    Raises:
        ValueError: of nothing.
    """
    return gates.LOGSUMEXP.apply(tuple(_some(_all(xs, "logsumexp(xs)"), "logsumexp(xs)")))


def softmax(xs: Iterable[Scalar]) -> list[Scalar]:
    """exp(xᵢ) / Σ exp(xⱼ) for every i: positive numbers that sum to 1, over the whole range of floats.

    >>> softmax([0.0, 0.0]), softmax([1e50, -1e50])
    ([0.5, 0.5], [1.0, 0.0])

    Raises:
        ValueError: of nothing.
    """
    scores = _some(_all(xs, "softmax(xs)"), "softmax(xs)")
    total = gates.LOGSUMEXP(*scores)
    probabilities = gates.LOGSUMEXP.slopes(total, *scores)
    if isinstance(total, float):
        return list(probabilities)
    return [total.constant(p) if isinstance(p, float) else p for p in probabilities]


def where(condition: Scalar, a: Scalar, b: Scalar) -> Scalar:
    """`a` where the condition is true (not 0), else `b`. The branch not taken gets a gradient of exactly 0.

    >>> from autograd import Value
    >>> x = Value(-1.0)
    >>> y = where(x > 0, x.log(), 0.0); y.backward(); x.grad
    0.0
    """
    if isinstance(condition, bool) or type(condition).__name__ == "bool":  # NumPy's too
        condition = float(condition)
    return gates.WHERE(condition, a, b)


def clip(x: Scalar, low: SupportsFloat, high: SupportsFloat) -> Scalar:
    """x, held between two plain numbers. At either bound the local gradient is 0.

    >>> clip(3.0, -1.0, 1.0)
    1.0

    Raises:
        TypeError: a bound is a Value: write minimum(maximum(x, low), high) for that.
        ValueError: low is above high.
    """
    for bound in (low, high):
        if hasattr(bound, "local_gradients"):
            raise TypeError("clip takes plain numbers as bounds: write minimum(maximum(x, low), high)")
    lower, upper = to_float(low, "clip"), to_float(high, "clip")
    if not lower <= upper:
        raise ValueError(f"clip takes low <= high, not low={lower!r} and high={upper!r}")
    return gates.Clip(lower, upper)(x)


def leaky_relu(x: Scalar, slope: SupportsFloat = 0.01) -> Scalar:
    """x above 0, slope · x below; `slope` is a plain number.

    >>> leaky_relu(2.0), leaky_relu(-2.0, slope=0.5)
    (2.0, -1.0)
    """
    return gates.LeakyRelu(to_float(slope, "leaky_relu(slope=...)"))(x)


def hypot(x: Scalar, y: Scalar) -> Scalar:
    """√(x² + y²), without overflow in the squares; at (0, 0) both local gradients are 0.

    >>> hypot(3.0, 4.0)
    5.0
    """
    return gates.HYPOT(x, y)


def atan2(y: Scalar, x: Scalar) -> Scalar:
    """The angle of the point (x, y) in radians, from -π to π; at (0, 0) the local gradients are nan.

    >>> atan2(0.0, -1.0)
    3.141592653589793
    """
    return gates.ATAN2(y, x)


def _all(xs: Any, call: str) -> list[Any]:
    if type(xs) is list:
        return xs
    if isinstance(xs, str) or not hasattr(xs, "__iter__"):
        raise TypeError(f"{call} takes a list of numbers or Values, not {type(xs).__name__!r}")
    return list(xs)


def _some(xs: Sequence[Any], call: str) -> Sequence[Any]:
    if len(xs) == 1 and hasattr(xs[0], "__iter__"):
        raise TypeError(f"{call} takes numbers and Values, not a {type(xs[0]).__name__}: write a star before the list")
    if not xs:
        raise ValueError(f"{call} of nothing has no value: give at least one number or Value")
    return xs
