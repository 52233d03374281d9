"""Every gate: its symbol, what it computes forwards, and its local gradients. The only place where calculus lives.

A gate says three things, side by side:

- `symbol`: how it is printed and drawn;
- `forward(*inputs)`: its output, on floats, which never raises and follows IEEE 754;
- `local_gradients(out, *inputs)`: ∂out/∂input for every input. It is written with operators and `autograd.functions`
  only, so that it works on floats (in the backward pass) and on Values (when the backward pass itself is wanted as
  a graph, which can then be differentiated again).

A gate that is made of simpler ones may say how, for pictures: `unfolded(*inputs)`, its output in terms of theirs.

Conventions at the edges: at a kink the slope nearest to zero among all subgradients; ties are split evenly; where the
output is nan, so is every local gradient, except for products, which follow the plain product rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Any, ClassVar, Final, Self

from mypy_extensions import mypyc_attr

from autograd import copying
from autograd.conversion import to_float
from autograd.functions import (
    Scalar,
    acos,
    asin,
    atan,
    cos,
    cosh,
    divide,
    erf,
    exp,
    expm1,
    inf,
    is_nan,
    log,
    log1p,
    log_sigmoid,
    nan,
    plain,
    power,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    step,
    tan,
    tanh,
)

LocalGradients = tuple[Scalar, ...]


@mypyc_attr(allow_interpreted_subclasses=True)
class Gate:
    """One operation of the graph. Derive from it to add a gate of your own:

    >>> from autograd import Gate, Value
    >>> class Cube(Gate):
    ...     symbol = "x³"
    ...     def forward(self, x):
    ...         return x * x * x
    ...     def local_gradients(self, out, x):
    ...         return (3 * x * x,)
    >>> cube = Cube()
    >>> cube(2.0)
    8.0
    >>> y = cube(Value(2.0)); y.backward(); y
    Value(data=8.0, grad=1.0, gate='x³')
    >>> y.inputs[0].grad
    12.0

    Attributes:
        symbol: how the gate is printed and drawn; without one, the name of the class.
        forward: method: the output for its inputs, all of them floats.
        local_gradients: method: ∂out/∂input for every input, in order, as a tuple; `out` comes first, then the inputs.
            Of floats, and of Values: so it is written with operators and `autograd.exp`, `autograd.cos` ..., and not
            with those of `math`.
        piecewise: whether the gate selects one of several branches: a local gradient 0 then means "not taken" and
            blocks even an infinite output gradient.
        unfolded: method, if there is one: the output in terms of simpler gates, for pictures.
    """

    symbol: ClassVar[str]
    piecewise: ClassVar[bool] = False
    forward: ClassVar[Callable[..., Any]]
    local_gradients: ClassVar[Callable[..., Any]]

    parameter_names: ClassVar[tuple[str, ...]] = ()
    """The arguments of the constructor, of a gate of this file."""

    is_ours: ClassVar[bool] = False
    """Whether it stands in this file; what other gates return is checked whenever they are recorded."""

    def __new__(cls, *_: Any, **__: Any) -> Self:
        if cls in FAMILIES:
            raise TypeError(
                f"{cls.__name__} is what gates derive from: write class Cube(Gate), see help(autograd.Gate)"
            )
        for name in ("forward", "local_gradients"):
            if not hasattr(cls, name):
                raise TypeError(f"{cls.__name__} has no method {name}: see help(autograd.Gate) for what a gate needs")
        return object.__new__(cls)

    def __init_subclass__(cls) -> None:
        kind: Any = cls
        if any(base.is_ours for base in kind.__mro__[1:-1]):
            raise TypeError(f"{kind.__name__} derives from a gate of the engine: derive it from autograd.Gate")
        if not hasattr(kind, "symbol"):
            kind.symbol = kind.__name__

    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        """The local gradients where the output is nan: that nan, so that a nan value never carries a finite slope."""
        return (out,) * len(inputs)

    def slopes(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        """The local gradients under the rule for nan."""
        if hasattr(out, "explore"):  # a number that a program has yet to be given: both ways are recorded
            return out.explore(self.slopes_of, out, inputs)
        return self.slopes_of(out, inputs)

    def slopes_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> Any:
        """The same of a tuple, and of a number that is there."""
        return self.local_gradients_at_nan(out, *inputs) if is_nan(out) else self.local_gradients_of(out, inputs)

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> Any:
        """The local gradients of a tuple."""
        return self.local_gradients(out, *inputs)

    def __call__(self, *inputs: Scalar) -> Scalar:
        """Compute the gate's output: a float from plain numbers; recorded as a Value where an input is one."""
        return self.apply(inputs)

    def apply(self, inputs: tuple[Scalar, ...]) -> Scalar:
        """The same of a tuple."""
        for x in inputs:
            record = getattr(type(x), "record", None)
            if record is not None:
                return record(self, inputs)
        out = self.forward(*[to_float(x, self.symbol) for x in inputs])
        return out if type(out) is float else to_float(out, f"what {self.symbol}.forward returns", "must be")

    @property
    def parameters(self) -> dict[str, Any]:
        """What it was made with, by name: {"exponent": 2.0} of x²."""
        if self.is_ours:
            return {name: getattr(self, name) for name in self.parameter_names}
        return copying.attributes(self)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parameters == other.parameters

    def __hash__(self) -> int:
        return hash((type(self), *self.parameters.values()))

    def __reduce__(self) -> tuple[Any, ...]:
        if self.is_ours:
            return type(self), tuple(self.parameters.values())
        return _restored, (type(self), self.parameters)

    def __repr__(self) -> str:
        return f"<gate {self.symbol}>"


def _restored(kind: type[Gate], state: dict[str, Any]) -> Gate:
    """A gate of a user's from its pickled state."""
    gate = kind.__new__(kind)
    copying.set_attributes(gate, state)
    return gate


@mypyc_attr(allow_interpreted_subclasses=True)
class Unary(Gate):
    """A gate of this file with one input."""

    def forward(self, x: float) -> float:
        raise NotImplementedError

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        raise NotImplementedError


@mypyc_attr(allow_interpreted_subclasses=True)
class Binary(Gate):
    """A gate of this file with two inputs."""

    def forward(self, a: float, b: float) -> float:
        raise NotImplementedError

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        raise NotImplementedError


@mypyc_attr(allow_interpreted_subclasses=True)
class Nary(Gate):
    """A gate of this file with any number of inputs. Its formulas take them as one tuple, which saves copying."""

    def forward(self, *inputs: float) -> float:
        return self.forward_of(inputs)

    def local_gradients(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        return self.local_gradients_of(out, inputs)

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        raise NotImplementedError


FAMILIES: Final[tuple[type[Gate], ...]] = (Gate, Unary, Binary, Nary)
"""What gates derive from."""

# --- arithmetic -------------------------------------------------------------------------------------------------------


class Add(Binary):
    symbol = "+"

    def forward(self, a: float, b: float) -> float:
        return a + b

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return 1.0, 1.0


class Subtract(Binary):
    symbol = "−"

    def forward(self, a: float, b: float) -> float:
        return a - b

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return 1.0, -1.0


class Multiply(Binary):
    symbol = "×"

    def forward(self, a: float, b: float) -> float:
        return a * b

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return b, a

    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        return inputs[::-1]  # 0 × nan is nan, and yet a slope of 0


class Divide(Binary):
    symbol = "÷"

    def forward(self, a: float, b: float) -> float:
        return divide(a, b)

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return divide(1.0, b), divide(-out, b)


class Negate(Unary):
    symbol = "−x"

    def forward(self, x: float) -> float:
        return -x

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (-1.0,)


class Power(Binary):
    """base ** exponent, both of them inputs. Where the exponent is a plain number, `ConstantPower` is recorded."""

    symbol = "^"

    def forward(self, base: float, exponent: float) -> float:
        return power(base, exponent)

    def local_gradients(self, out: Scalar, base: Scalar, exponent: Scalar) -> tuple[Scalar, Scalar]:
        if is_nan(base) or is_nan(exponent):  # pow(nan, 0) and pow(1, nan) are 1
            return nan, nan
        return _slope_in_base(base, exponent), _slope_in_exponent(out, base, exponent)


def _slope_in_base(base: Scalar, exponent: Scalar) -> Scalar:
    """∂(base ** exponent)/∂base; 0 where the formula would say 0 · ∞, at an exponent of 0 and a base of (nearly) 0."""
    if not plain(exponent) and abs(power(plain(base), -1.0)) >= inf:
        return 0.0
    return exponent * power(base, exponent - 1.0)


def _slope_in_exponent(out: Scalar, base: Scalar, exponent: Scalar) -> Scalar:
    """∂(base ** exponent)/∂exponent; 0 · log 0 is 0 for an exponent from 0 up."""
    if not plain(base):
        return 0.0 if plain(exponent) >= 0.0 else nan
    return out * log(base)


_SUPERSCRIPTS = str.maketrans("-.0123456789", "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹")


class ConstantPower(Unary):
    """x ** exponent with a plain number as the exponent: only the slope in x is asked for."""

    parameter_names = ("exponent",)

    def __init__(self, exponent: float) -> None:
        self._exponent = exponent

    @property
    def exponent(self) -> float:
        return self._exponent

    @property
    def symbol(self) -> str:  # type: ignore[override]
        return "x" + f"{self._exponent:g}".translate(_SUPERSCRIPTS)

    def forward(self, x: float) -> float:
        return power(x, self._exponent)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        if self._exponent == 0.0:
            return (0.0,)
        return (self._exponent * power(x, self._exponent - 1.0),)


class Absolute(Unary):
    symbol = "|x|"
    piecewise = True

    def forward(self, x: float) -> float:
        return abs(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (sign(plain(x)),)


# --- functions of one input -------------------------------------------------------------------------------------------


class Exp(Unary):
    symbol = "exp"

    def forward(self, x: float) -> float:
        return exp(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (out,)


class Expm1(Unary):
    symbol = "expm1"

    def forward(self, x: float) -> float:
        return expm1(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (exp(x),)  # out + 1 would lose every digit where x is very negative


class Log(Unary):
    symbol = "log"

    def forward(self, x: float) -> float:
        return log(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (_reciprocal(x),)


class Log1p(Unary):
    symbol = "log1p"

    def forward(self, x: float) -> float:
        return log1p(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (_reciprocal(1.0 + x),)


class Sqrt(Unary):
    symbol = "√"

    def forward(self, x: float) -> float:
        return sqrt(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (0.5 * _reciprocal(out),)


def _reciprocal(x: Scalar) -> Scalar:
    """1/x on the domain of log and sqrt: inf at 0.0 and, by continuity from the right, at -0.0; nan below."""
    if x > 0.0:
        return divide(1.0, x)
    return divide(1.0, x + 0.0) if x >= 0.0 else nan  # -0.0 + 0.0 is 0.0


class Square(Unary):
    symbol = "x²"

    def forward(self, x: float) -> float:
        return square(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (2.0 * x,)


class Sin(Unary):
    symbol = "sin"

    def forward(self, x: float) -> float:
        return sin(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (cos(x),)


class Cos(Unary):
    symbol = "cos"

    def forward(self, x: float) -> float:
        return cos(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (-sin(x),)


class Tan(Unary):
    symbol = "tan"

    def forward(self, x: float) -> float:
        return tan(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (1.0 + out * out,)


class Asin(Unary):
    symbol = "asin"

    def forward(self, x: float) -> float:
        return asin(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (_reciprocal(sqrt((1.0 - x) * (1.0 + x))),)  # 1 - x·x would cancel near ±1


class Acos(Unary):
    symbol = "acos"

    def forward(self, x: float) -> float:
        return acos(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (-_reciprocal(sqrt((1.0 - x) * (1.0 + x))),)


class Atan(Unary):
    symbol = "atan"

    def forward(self, x: float) -> float:
        return atan(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        if abs(plain(x)) < 1e150:
            return (divide(1.0, 1.0 + x * x),)
        return (divide(divide(1.0, x), x),)  # x² would overflow, and 1 is nothing beside it


class Sinh(Unary):
    symbol = "sinh"

    def forward(self, x: float) -> float:
        return sinh(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (cosh(x),)


class Cosh(Unary):
    symbol = "cosh"

    def forward(self, x: float) -> float:
        return cosh(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (sinh(x),)


class Tanh(Unary):
    symbol = "tanh"

    def forward(self, x: float) -> float:
        return tanh(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (square(divide(1.0, cosh(x))),)  # 1 - tanh² would lose every digit from x = 19 on

    def unfolded(self, x: Scalar) -> Scalar:
        return 2.0 * sigmoid(2.0 * x) - 1.0


class Erf(Unary):
    symbol = "erf"

    def forward(self, x: float) -> float:
        return erf(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (2.0 / math.sqrt(math.pi) * exp(-(x * x)),)


class Sigmoid(Unary):
    symbol = "σ"

    def forward(self, x: float) -> float:
        return sigmoid(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (out * sigmoid(-x),)  # σ(1 - σ), but 1 - σ would lose every digit from x = 37 on

    def unfolded(self, x: Scalar) -> Scalar:
        return 1.0 / (1.0 + exp(-x))


class Softplus(Unary):
    symbol = "softplus"

    def forward(self, x: float) -> float:
        return softplus(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (sigmoid(x),)

    def unfolded(self, x: Scalar) -> Scalar:
        return log(1.0 + exp(x))


class LogSigmoid(Unary):
    symbol = "log σ"

    def forward(self, x: float) -> float:
        return log_sigmoid(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (sigmoid(-x),)

    def unfolded(self, x: Scalar) -> Scalar:
        return log(sigmoid(x))


class Relu(Unary):
    symbol = "ReLU"
    piecewise = True

    def forward(self, x: float) -> float:
        return relu(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (1.0 if x > 0.0 else 0.0,)


class LeakyRelu(Unary):
    """x above 0, slope · x below."""

    symbol = "leaky ReLU"
    piecewise = True
    parameter_names = ("slope",)

    def __init__(self, slope: float) -> None:
        self._slope = slope

    @property
    def slope(self) -> float:
        return self._slope

    def forward(self, x: float) -> float:
        return x if x > 0.0 else self._slope * x

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        if x > 0.0:
            return (1.0,)
        return (self._slope if x < 0.0 else max(0.0, min(self._slope, 1.0)),)


class Clip(Unary):
    """x held between low and high."""

    symbol = "clip"
    piecewise = True
    parameter_names = ("low", "high")

    def __init__(self, low: float, high: float) -> None:
        self._low = low
        self._high = high

    @property
    def low(self) -> float:
        return self._low

    @property
    def high(self) -> float:
        return self._high

    def forward(self, x: float) -> float:
        return min(max(x, self._low), self._high)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (1.0 if self._low < x < self._high else 0.0,)


class Sign(Unary):
    symbol = "sign"
    piecewise = True

    def forward(self, x: float) -> float:
        return sign(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (0.0,)


class Step(Unary):
    symbol = "step"
    piecewise = True

    def forward(self, x: float) -> float:
        return step(x)

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (0.0,)


# --- functions of several inputs --------------------------------------------------------------------------------------


class Hypot(Binary):
    """The length √(x² + y²), without overflow in the squares."""

    symbol = "hypot"

    def forward(self, x: float, y: float) -> float:
        return math.hypot(x, y)

    def local_gradients(self, out: Scalar, x: Scalar, y: Scalar) -> tuple[Scalar, Scalar]:
        if not plain(out):  # the tip of the cone: 0 is the subgradient of least norm
            return 0.0, 0.0
        return divide(x, out), divide(y, out)

    def unfolded(self, x: Scalar, y: Scalar) -> Scalar:
        return sqrt(square(x) + square(y))


class Atan2(Binary):
    """The angle of the point (x, y) in radians; its inputs are y, x, in this order."""

    symbol = "atan2"

    def forward(self, y: float, x: float) -> float:
        return math.atan2(y, x)

    def local_gradients(self, out: Scalar, y: Scalar, x: Scalar) -> tuple[Scalar, Scalar]:
        radius = HYPOT(x, y)  # divided by twice, because its square may overflow
        return divide(divide(x, radius), radius), divide(divide(-y, radius), radius)


class Where(Gate):
    """`a` where the condition is not 0, else `b`; the branch not taken gets a gradient of exactly 0."""

    symbol = "where"
    piecewise = True

    def forward(self, condition: float, a: float, b: float) -> float:
        return a if condition else b

    def local_gradients(self, out: Scalar, condition: Scalar, a: Scalar, b: Scalar) -> LocalGradients:
        return (0.0, 1.0, 0.0) if condition else (0.0, 0.0, 1.0)

    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        return (0.0, out, 0.0) if inputs[0] else (0.0, 0.0, out)


class Maximum(Nary):
    """The largest input; the winners of a tie share the gradient evenly. nan if an input is nan."""

    symbol = "max"
    piecewise = True

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        return nan if any(map(math.isnan, inputs)) else max(inputs)

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        return _shares([x >= out for x in inputs])


class Minimum(Nary):
    """The smallest input; the winners of a tie share the gradient evenly. nan if an input is nan."""

    symbol = "min"
    piecewise = True

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        return nan if any(map(math.isnan, inputs)) else min(inputs)

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        return _shares([x <= out for x in inputs])


def _shares(won: list[Scalar]) -> LocalGradients:
    share = 1.0 / reduce(add, won)
    return tuple([share * w for w in won])


def _added(terms: Sequence[Scalar]) -> Scalar:
    """The sum by the gate that one would draw for it: none for one term, + for two, Σ for more."""
    if len(terms) == 1:
        return terms[0]
    return terms[0] + terms[1] if len(terms) == 2 else SUM(*terms)


class Sum(Nary):
    """Σ inputs, added from left to right."""

    symbol = "Σ"

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        return reduce(add, inputs, 0.0)

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        return (1.0,) * len(inputs)


class Mean(Nary):
    """Σ inputs / n."""

    symbol = "mean"

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        return reduce(add, inputs, 0.0) / len(inputs)

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        return (1.0 / len(inputs),) * len(inputs)

    def unfolded(self, *inputs: Scalar) -> Scalar:
        return _added(inputs) / float(len(inputs))


class Dot(Nary):
    """A neuron's adder, Σ wᵢ·xᵢ + b. Its inputs are w₁ ... wₙ, x₁ ... xₙ, b."""

    symbol = "Σwx"

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        n = len(inputs) // 2
        total = 0.0
        for w, x in zip(inputs, inputs[n:-1]):  # noqa: B905  # until the second of them ends
            total += w * x
        return total + inputs[-1]

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        n = len(inputs) // 2
        return inputs[n:-1] + inputs[:n] + (1.0,)

    def unfolded(self, *inputs: Scalar) -> Scalar:
        """Also without the bias, which is then left out."""
        n = len(inputs) // 2
        products = [w * x for w, x in zip(inputs[:n], inputs[n:])]  # noqa: B905  # the bias is left over
        return _added([*([_added(products)] if products else []), *inputs[2 * n :]])


class LogSumExp(Nary):
    """log Σ exp(inputs), without overflow. Its local gradients are the softmax of its inputs."""

    symbol = "logΣexp"

    def forward_of(self, inputs: tuple[float, ...]) -> float:
        largest = MAXIMUM.forward_of(inputs)
        if math.isinf(largest) or math.isnan(largest):
            return largest
        i = inputs.index(largest)
        others = inputs[:i] + inputs[i + 1 :]  # whose sum may be too small to be seen beside exp(0) = 1
        return largest + log1p(reduce(add, [exp(x - largest) for x in others], 0.0))

    def local_gradients_of(self, out: Scalar, inputs: tuple[Scalar, ...]) -> LocalGradients:
        numbers = [plain(x) for x in inputs]
        largest = MAXIMUM(*numbers)
        if abs(largest) >= inf:  # x - largest would be inf - inf
            return _shares([x >= largest for x in numbers])
        exponentials = [exp(x - largest) for x in inputs]
        total = SUM(*exponentials)
        return tuple([e / total for e in exponentials])

    def unfolded(self, *inputs: Scalar) -> Scalar:
        return log(_added([exp(x) for x in inputs]))


class Greater(Binary):
    """1.0 where a > b, else 0.0, as for nan; what a comparison becomes in a program."""

    symbol = ">"
    piecewise = True

    def forward(self, a: float, b: float) -> float:
        return float(a > b)

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return 0.0, 0.0


class GreaterOrEqual(Binary):
    """1.0 where a ≥ b, else 0.0, as for nan; what a comparison becomes in a program."""

    symbol = "≥"
    piecewise = True

    def forward(self, a: float, b: float) -> float:
        return float(a >= b)

    def local_gradients(self, out: Scalar, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
        return 0.0, 0.0


class Detach(Unary):
    """x itself, through which no gradient flows; what a plain number becomes in a program, where it has none yet."""

    symbol = "detach"
    piecewise = True

    def forward(self, x: float) -> float:
        return x

    def local_gradients(self, out: Scalar, x: Scalar) -> tuple[Scalar]:
        return (0.0,)

    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        return (0.0,)


class ChainProduct(Binary):
    """Output gradient × local gradient, as the backward pass multiplies them: an output gradient of 0 stays 0."""

    symbol = "×"

    def forward(self, gradient: float, local_gradient: float) -> float:
        return 0.0 if gradient == 0.0 else gradient * local_gradient

    def local_gradients(self, out: Scalar, gradient: Scalar, local_gradient: Scalar) -> tuple[Scalar, Scalar]:
        return local_gradient, gradient

    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:
        return inputs[::-1]


def kinds() -> list[type[Gate]]:
    """Every kind of gate that there is now, those of users included."""
    found = [kind for family in FAMILIES for kind in family.__subclasses__() if kind not in FAMILIES]
    for kind in found:  # which grows meanwhile
        found.extend(kind.__subclasses__())
    return found


ADD: Final = Add()
SUBTRACT: Final = Subtract()
MULTIPLY: Final = Multiply()
DIVIDE: Final = Divide()
NEGATE: Final = Negate()
POWER: Final = Power()
ABSOLUTE: Final = Absolute()
EXP: Final = Exp()
EXPM1: Final = Expm1()
LOG: Final = Log()
LOG1P: Final = Log1p()
SQRT: Final = Sqrt()
SQUARE: Final = Square()
SIN: Final = Sin()
COS: Final = Cos()
TAN: Final = Tan()
ASIN: Final = Asin()
ACOS: Final = Acos()
ATAN: Final = Atan()
SINH: Final = Sinh()
COSH: Final = Cosh()
TANH: Final = Tanh()
ERF: Final = Erf()
SIGMOID: Final = Sigmoid()
SOFTPLUS: Final = Softplus()
LOG_SIGMOID: Final = LogSigmoid()
RELU: Final = Relu()
SIGN: Final = Sign()
STEP: Final = Step()
HYPOT: Final = Hypot()
ATAN2: Final = Atan2()
WHERE: Final = Where()
MAXIMUM: Final = Maximum()
MINIMUM: Final = Minimum()
SUM: Final = Sum()
MEAN: Final = Mean()
DOT: Final = Dot()
LOGSUMEXP: Final = LogSumExp()
GREATER: Final = Greater()
GREATER_OR_EQUAL: Final = GreaterOrEqual()
DETACH: Final = Detach()
CHAIN_PRODUCT: Final = ChainProduct()


for _kind in kinds():  # those of users are made later, whatever they say where
    _kind.is_ours = True
