"""Value: a number that remembers the gate it came out of.

Operators and methods compute on floats and record what they did; `backward()` walks the record from the result back to
the leaves. What each gate computes, and its local gradients, stands in `gates.py`; the walk stands in `graph.py`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from numbers import Real
from typing import Any, ClassVar

from autograd import copying, gates, graph
from autograd.conversion import to_float
from autograd.gates import Gate
from autograd.modes import NORMAL, NonFiniteError, Scope, current_mode


class Value:
    """A float that remembers which gate it came out of, and from which inputs.

    >>> a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    >>> L = c * (a + 2 * b)
    >>> L.label = "L"
    >>> L.backward()
    >>> L
    Value(data=-10.0, grad=1.0, gate='×', label='L')
    >>> a.grad, b.grad, c.grad
    (-2.0, -4.0, 5.0)

    Values hash and compare equal by identity, so that they live in sets and dicts; `<`, `<=`, `>`, `>=` and `bool`
    look at the data.

    Attributes:
        data: the number. Changing it changes nothing that was recorded before.
        grad: what `backward()` found, ∂root/∂self. Leaves accumulate over passes until `zero_grad`.
        label: a name, for printing and drawing.
        gate: the gate it came out of; None for a leaf.
    """

    # An operation of one or two inputs keeps them in slots of its own rather than in tuples: containers are what the
    # interpreter's garbage collector spends its time on. Inputs from the third on stand in _rest.
    __slots__ = (
        "__weakref__",
        "_first",
        "_first_gradient",
        "_rest",
        "_rest_gradients",
        "_scope",  # not set outside of scopes, which costs nothing
        "_second",
        "_second_gradient",
        "data",
        "gate",
        "grad",
        "label",
    )

    kind: ClassVar[str] = "input"
    """What a leaf of this class is in a picture: "input", "parameter" or "constant"."""

    data: float
    grad: float
    label: str
    gate: Gate | None
    _first: Value | None
    _second: Value | None
    _rest: tuple[Value, ...]
    _first_gradient: float
    _second_gradient: float
    _rest_gradients: tuple[float, ...]
    _scope: Scope

    def __init__(self, data: float, label: str = "") -> None:
        """A leaf of the graph.

        Args:
            data: an int, float, `fractions.Fraction` or NumPy scalar; it becomes a float.
            label: a name, for printing and drawing.

        Raises:
            TypeError: data is no number (a string, None, a bool, an array, a Value); the message says what to write.
        """
        if type(label) is not str:
            raise TypeError(f"label takes a str, not {type(label).__name__!r}: write label={str(label)!r}")
        self.data = data if type(data) is float else to_float(data, "Value")
        self.grad = 0.0
        self.label = label
        self.gate = None
        self._first = self._second = None
        self._rest = self._rest_gradients = ()
        self._first_gradient = self._second_gradient = 0.0

    # --- what was recorded --------------------------------------------------------------------------------------------

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The operands, in order; one that was used twice stands twice. Empty for a leaf."""
        if self._first is None:
            return ()
        return (self._first,) if self._second is None else (self._first, self._second, *self._rest)

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """∂self/∂input for each of the inputs, at the data of the moment of recording."""
        if self._first is None:
            return ()
        if self._second is None:
            return (self._first_gradient,)
        return (self._first_gradient, self._second_gradient, *self._rest_gradients)

    @property
    def scope(self) -> Scope | None:
        """The `autograd.scope` that it was recorded in: its name, and the scope outside of that."""
        return getattr(self, "_scope", None)

    @staticmethod
    def record(gate: Gate, inputs: tuple[Any, ...]) -> Value:
        """Run any gate on any number of inputs and record it. Built-in operators have shorter ways to the same.

        Raises:
            TypeError: an input is no number and no Value, or the gate does not give numbers.
            ValueError: the gate gives another number of local gradients than it has inputs.
        """
        operands = _operands(gate, inputs)
        return _recorded(gate, operands) if current_mode() is NORMAL else _in_mode(gate, operands)

    @staticmethod
    def constant(data: float) -> Constant:
        """A leaf of the kind that a number written into an expression becomes."""
        return Constant(data)

    # --- gradients ----------------------------------------------------------------------------------------------------

    def backward(self, gradient: float = 1.0) -> None:
        """Fill `.grad` of everything this Value was computed from with ∂self/∂it, times `gradient`.

        Leaves accumulate over calls; every other node holds the gradient of the latest pass. If anything goes wrong on
        the way, no `.grad` has changed. `autograd.gradients` finds the same numbers and touches no node; threads that
        share leaves use that.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> y.backward(); y.backward(gradient=10.0); x.grad
        66.0
        """
        if type(gradient) is not float:
            gradient = to_float(gradient, "backward(gradient=...)")
        graph.backpropagate(self, gradient)

    # --- operators ----------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Value:
        if not isinstance(other, Value) and (other := _operand(other, "+")) is NotImplemented:
            return NotImplemented
        return _binary(gates.ADD, self, other)

    def __radd__(self, other: Any) -> Value:  # other + self
        other = _operand(other, "+")
        return NotImplemented if other is NotImplemented else _binary(gates.ADD, other, self)

    def __sub__(self, other: Any) -> Value:
        if not isinstance(other, Value) and (other := _operand(other, "−")) is NotImplemented:
            return NotImplemented
        return _binary(gates.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Value:  # other - self
        other = _operand(other, "−")
        return NotImplemented if other is NotImplemented else _binary(gates.SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Value:
        if not isinstance(other, Value) and (other := _operand(other, "×")) is NotImplemented:
            return NotImplemented
        return _binary(gates.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Value:  # other * self
        other = _operand(other, "×")
        return NotImplemented if other is NotImplemented else _binary(gates.MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Value:
        if not isinstance(other, Value) and (other := _operand(other, "÷")) is NotImplemented:
            return NotImplemented
        return _binary(gates.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Value:  # other / self
        other = _operand(other, "÷")
        return NotImplemented if other is NotImplemented else _binary(gates.DIVIDE, other, self)

    def __pow__(self, exponent: Any) -> Value:
        if isinstance(exponent, Value):
            return _binary(gates.POWER, self, exponent)
        number = _number(exponent, "**")
        return number if number is NotImplemented else _unary(_constant_power(number), self)

    def __rpow__(self, base: Any) -> Value:  # base ** self
        base = _operand(base, "**")
        return NotImplemented if base is NotImplemented else _binary(gates.POWER, base, self)

    def __neg__(self) -> Value:
        return _unary(gates.NEGATE, self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return _unary(gates.ABSOLUTE, self)

    def __lt__(self, other: Any) -> bool:
        return _compare(self, other, operator.lt)

    def __le__(self, other: Any) -> bool:
        return _compare(self, other, operator.le)

    def __gt__(self, other: Any) -> bool:
        return _compare(self, other, operator.gt)

    def __ge__(self, other: Any) -> bool:
        return _compare(self, other, operator.ge)

    def __bool__(self) -> bool:
        tracer = current_mode().tracer
        if tracer is not None:
            return tracer.decide(self)
        return bool(self.data)

    # --- functions, by the names under which NumPy calls them on arrays of objects ------------------------------------

    def exp(self) -> Value:
        return _unary(gates.EXP, self)

    def expm1(self) -> Value:
        return _unary(gates.EXPM1, self)

    def log(self) -> Value:
        return _unary(gates.LOG, self)

    def log1p(self) -> Value:
        return _unary(gates.LOG1P, self)

    def sqrt(self) -> Value:
        return _unary(gates.SQRT, self)

    def square(self) -> Value:
        return _unary(gates.SQUARE, self)

    def sin(self) -> Value:
        return _unary(gates.SIN, self)

    def cos(self) -> Value:
        return _unary(gates.COS, self)

    def tan(self) -> Value:
        return _unary(gates.TAN, self)

    def asin(self) -> Value:
        return _unary(gates.ASIN, self)

    def acos(self) -> Value:
        return _unary(gates.ACOS, self)

    def atan(self) -> Value:
        return _unary(gates.ATAN, self)

    arcsin, arccos, arctan = asin, acos, atan

    def sinh(self) -> Value:
        return _unary(gates.SINH, self)

    def cosh(self) -> Value:
        return _unary(gates.COSH, self)

    def tanh(self) -> Value:
        return _unary(gates.TANH, self)

    def erf(self) -> Value:
        return _unary(gates.ERF, self)

    def sigmoid(self) -> Value:
        return _unary(gates.SIGMOID, self)

    def relu(self) -> Value:
        return _unary(gates.RELU, self)

    def softplus(self) -> Value:
        return _unary(gates.SOFTPLUS, self)

    def log_sigmoid(self) -> Value:
        return _unary(gates.LOG_SIGMOID, self)

    def sign(self) -> Value:
        return _unary(gates.SIGN, self)

    def step(self) -> Value:
        return _unary(gates.STEP, self)

    def hypot(self, other: Any) -> Value:
        return Value.record(gates.HYPOT, (self, other))

    def atan2(self, x: Any) -> Value:
        return Value.record(gates.ATAN2, (self, x))

    arctan2 = atan2

    def conjugate(self) -> Value:
        """Itself, since it is a real number; NumPy asks for it in variances."""
        return self

    # --- being an object ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        gate = f", gate={self.gate.symbol!r}" if self.gate is not None else ""
        label = f", label={self.label!r}" if self.label else ""
        return f"{type(self).__name__}(data={self.data!r}, grad={self.grad!r}{gate}{label})"

    def __format__(self, specification: str) -> str:
        return format(self.data, specification) if specification else str(self)

    def __float__(self) -> float:
        raise TypeError(
            "a Value does not turn into a float by itself, because that would lose its gradient: "
            "write autograd.exp(v) or v.exp() instead of math.exp(v), or v.data for the number alone"
        )

    def __copy__(self) -> Value:
        return copying.shallow_copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return copying.deep_copy(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        return copying.reduce(self)


class Constant(Value):
    """A number that was written into an expression, as the 2 in `2 * b`: a leaf that is drawn without a gradient."""

    __slots__ = ()
    kind = "constant"


def _operands(gate: Gate, inputs: tuple[Any, ...]) -> tuple[Value, ...]:
    """The inputs of a gate, with constants in place of plain numbers."""
    for kind in set(map(type, inputs)):  # kinds are few where inputs are many
        if not issubclass(kind, Value):
            return tuple([x if isinstance(x, Value) else Constant(to_float(x, gate.symbol)) for x in inputs])
    return inputs


def _checked(gate: Gate, slopes: Any, count: int) -> tuple[float, ...]:
    """The local gradients that a gate, which a user may have written, gave for `count` inputs."""
    if type(slopes) is not tuple or len(slopes) != count:
        raise ValueError(
            f"{gate.symbol}.local_gradients gave {slopes!r} for {count} input{'s' * (count != 1)}: "
            "return a tuple with one number for each, such as (2.0 * x,)"
        )
    return tuple([to_float(slope, f"what {gate.symbol}.local_gradients returns", "must be") for slope in slopes])


def _number(x: Any, symbol: str) -> Any:
    """The float on the other side of an operator; NotImplemented where it may itself know what to do with a Value."""
    if type(x) is float:
        return x
    return to_float(x, symbol) if isinstance(x, _OURS_TO_JUDGE) else NotImplemented


_OURS_TO_JUDGE = (int, Real, str, bytes, complex, list, tuple, dict, set, type(None))


def _operand(x: Any, symbol: str) -> Any:
    """What stands on the other side of an operator, as a constant."""
    if type(x) is not float and (x := _number(x, symbol)) is NotImplemented:
        return NotImplemented
    return Constant(x)


_constant_power = lru_cache(maxsize=1024)(gates.ConstantPower)


def _compare(a: Value, b: Any, holds: Callable[[Any, Any], bool]) -> bool:
    if current_mode().tracer is not None:
        return _traced_comparison(a, b, holds)  # type: ignore[no-any-return]
    if isinstance(b, Value):
        return holds(a.data, b.data)
    return bool(holds(a.data, b)) if isinstance(b, Real) else NotImplemented


def _traced_comparison(a: Value, b: Any, holds: Callable[[Any, Any], bool]) -> Any:
    """The comparison as a node that is 1.0 or 0.0 when it is computed; a < b is recorded as b > a."""
    if not isinstance(b, Value) and (b := _operand(b, holds.__name__)) is NotImplemented:
        return NotImplemented
    gate = gates.GREATER if holds in (operator.gt, operator.lt) else gates.GREATER_OR_EQUAL
    return _in_mode(gate, (a, b) if holds in (operator.gt, operator.ge) else (b, a))


def _recorded(gate: Gate, operands: tuple[Value, ...]) -> Value:
    """Run and record any gate."""
    return _node(gate, operands, *_run(gate, operands))


def _in_mode(gate: Gate, operands: tuple[Value, ...]) -> Value:
    """Run and record any gate as the mode of the present context asks for."""
    mode = current_mode()
    if mode.tracer is not None:
        return mode.tracer.record(gate, operands)  # type: ignore[no-any-return]
    out, data = _run(gate, operands)
    if mode.strict and out - out != 0.0:
        raise NonFiniteError(f"{gate.symbol} gave {out} at {graph.described(operands)}")
    if not mode.records:
        return Value(out)
    node = _node(gate, operands, out, data)
    if mode.scope is not None:
        node._scope = mode.scope
    return node


def _run(gate: Gate, operands: tuple[Value, ...]) -> tuple[float, tuple[float, ...]]:
    """The gate's output, and the data that it came from."""
    data = tuple([operand.data for operand in operands])
    out = gate.forward(*data)
    if type(out) is not float:
        if set(map(type, data)) != {float}:
            data = tuple(map(_settled, operands))
            out = gate.forward(*data)
        out = to_float(out, f"what {gate.symbol}.forward returns", "must be")
    return out, data


def _node(gate: Gate, operands: tuple[Value, ...], out: float, data: tuple[float, ...]) -> Value:
    """The record of a gate that has run."""
    slopes = gate.local_gradients(out, *data) if out == out else gate.local_gradients_at_nan(out, *data)
    if not gate.is_ours:
        slopes = _checked(gate, slopes, len(data))
    node = Value(out)
    node.gate = gate
    node._first = operands[0]
    node._first_gradient = slopes[0]
    if len(slopes) > 1:
        node._second = operands[1]
        node._second_gradient = slopes[1]
        node._rest = operands[2:]
        node._rest_gradients = slopes[2:]
    return node


# The two recorders that nearly every operation goes through fill the slots in place: a helper for both, or a call of
# Value(...), costs 15 to 40 % of an operation's time.

_new = object.__new__


def _unary(gate: Gate, a: Value) -> Value:
    """Record a built-in gate of one input."""
    if current_mode() is not NORMAL:
        return _in_mode(gate, (a,))
    x = a.data
    if type(x) is not float:
        x = _settled(a)
    out = gate.forward(x)
    node = _new(Value)
    node.data = out
    node.grad = 0.0
    node.label = ""
    node.gate = gate
    node._first = a
    node._second = None
    node._rest = node._rest_gradients = ()
    (node._first_gradient,) = gate.local_gradients(out, x) if out == out else gate.local_gradients_at_nan(out, x)
    node._second_gradient = 0.0
    return node


def _binary(gate: Gate, a: Value, b: Value) -> Value:
    """Record a built-in gate of two inputs."""
    if current_mode() is not NORMAL:
        return _in_mode(gate, (a, b))
    x = a.data
    y = b.data
    if type(x) is not float:
        x = _settled(a)
    if type(y) is not float:
        y = _settled(b)
    out = gate.forward(x, y)
    node = _new(Value)
    node.data = out
    node.grad = 0.0
    node.label = ""
    node.gate = gate
    node._first = a
    node._second = b
    node._rest = node._rest_gradients = ()
    node._first_gradient, node._second_gradient = (
        gate.local_gradients(out, x, y) if out == out else gate.local_gradients_at_nan(out, x, y)
    )
    return node


def _settled(node: Value) -> float:
    """The data of a node, after an int or a NumPy scalar that it was set to has become the float that it stands for."""
    node.data = to_float(node.data, f"the data of {node.label or 'a Value'}", "must be")
    return node.data
