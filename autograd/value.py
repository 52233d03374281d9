"""Value: a number that remembers the gate it came out of.

Operators and methods compute on floats and record what they did; `backward()` walks the record from the result back to
the leaves. What each gate computes, and its local gradients, stands in `gates.py`, which is best read first. Recording
is `_node`, below: run the gate, and connect what came out with what went in (`_unary`, `_binary` and `_nary` are the
same, faster). The local gradients follow from that when they are asked for, most of all by the chain rule, which is
`_sweep` in `graph.py`.

The file compiles with mypyc as it stands. What is there for its sake: `mypyc_attr` (acyclic: no garbage collector need
look at a node, since inputs never lead back to it), the annotations of the slots, setters behind properties, `_of`, and
what is bound twice.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache, partial
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Final, SupportsFloat

from mypy_extensions import mypyc_attr

from autograd import copying, gates, graph
from autograd.conversion import to_float
from autograd.gates import Binary, Gate, Nary, Unary
from autograd.modes import NORMAL, USAGE, NonFiniteError, Scope, current_mode

if TYPE_CHECKING:
    from mypy_extensions import i32


_NO_LABEL: Final = ""  # compared by identity: what every Value goes through is not to look at a type, too


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
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
    look at the data. An attribute of a subclass that leads back to its own Value keeps both alive for good where the
    engine is compiled, since no garbage collector looks at Values there.

    Attributes:
        data: the number. Changing it changes nothing that was recorded before.
        grad: what `backward()` found, ∂root/∂self. Leaves accumulate over passes until `zero_grad`.
        label: a name, for printing and drawing.
        gate: the gate it came out of; None for a leaf.
    """

    # An operation of one or two inputs keeps them in slots of its own rather than in tuples: containers are what an
    # interpreter's time and memory go to. A leaf has no first input, and what would follow from that is not set.
    # Compiled, a node takes 96 bytes, and no garbage collector looks at it.
    __slots__ = (
        "_data",
        "_extras",
        "_first",
        "_first_data",
        "_gate",
        "_grad",
        "_mark",
        "_second",
        "_second_data",
    )

    kind: ClassVar[str] = "input"
    """What a leaf of this class is in a picture: "input", "parameter" or "constant"."""

    _mark: i32  # of the last walk that came by; first, where it fits into a gap that the compiler leaves
    _gate: Gate
    _first: Value | None
    _second: Value | None
    _extras: Extras | None
    _grad: float
    _first_data: float  # of the first input, when the gate ran: the input's own may change
    _second_data: float
    _data: float

    def __init__(self, data: SupportsFloat, label: str | Any = _NO_LABEL) -> None:
        """A leaf of the graph.

        Args:
            data: an int, float, `fractions.Fraction` or NumPy scalar; it becomes a float.
            label: a name, for printing and drawing.

        Raises:
            TypeError: data is no number (a string, None, a bool, an array, a Value); the message says what to write.
        """
        self._data = data if type(data) is float else to_float(data, "Value")
        self._grad = 0.0
        self._mark = 0
        self._first = None
        self._extras = None
        if label is not _NO_LABEL:
            self._name(label)

    @staticmethod
    def _of(data: SupportsFloat) -> Value:
        """A leaf without a label: what calling the class with one number comes down to where it is compiled."""
        return Value(data)

    def _name(self, label: str | Any) -> None:
        if type(label) is not str:
            raise TypeError(f"label takes a str, not {type(label).__name__!r}: write label={str(label or '')!r}")
        self._with_extras().label = label

    def _connect(self, gate: Gate, inputs: tuple[Value, ...], data: tuple[float, ...]) -> None:
        """Make it what came out of a gate that ran on these data of its inputs."""
        self._gate = gate
        self._first = inputs[0]
        self._second = None
        if len(inputs) > 2 or isinstance(gate, Nary):
            extras = self._with_extras()
            extras.inputs = inputs
            extras.data = data
            return
        self._first_data = data[0]
        if len(inputs) == 2:
            self._second = inputs[1]
            self._second_data = data[1]

    def _restore(self, state: tuple[Any, ...]) -> None:
        """Make it what another was (see copying.py): in place of the constructor, which a subclass may have changed."""
        data, grad, label, gate, inputs, ran_on, local_gradients, scope = state
        Value.__init__(self, data, label)
        self._grad = grad
        if gate is not None:
            self._connect(gate, inputs, ran_on)
        if local_gradients:
            self._with_extras().local_gradients = local_gradients
        if scope is not None:
            self._with_extras().scope = scope

    def _state(self) -> tuple[Any, ...]:
        """What `_restore` takes."""
        kept = () if self._extras is None else self._extras.local_gradients
        return self.data, self.grad, self.label, self.gate, self.inputs, self._ran_on(), kept, self.scope

    def _ran_on(self) -> tuple[float, ...]:
        """The data of the inputs when the gate ran."""
        if self._first is None:
            return ()
        if self._second is not None:
            return self._first_data, self._second_data
        if self._extras is not None and self._extras.inputs:
            return self._extras.data
        return (self._first_data,)

    def _with_extras(self) -> Extras:
        if self._extras is None:
            self._extras = Extras()
        return self._extras

    # --- what a user sees of it ---------------------------------------------------------------------------------------

    @property
    def data(self) -> float:
        """The number. Changing it changes nothing that was recorded before."""
        return self._data

    @data.setter
    def data(self, data: SupportsFloat) -> None:
        number = data if type(data) is float else self._as_float("data", data)
        if self._first is not None:
            self._with_extras().local_gradients = self.local_gradients  # they may follow from the data
        if self._extras is not None:
            self._extras.number = None
        self._data = number

    @property
    def grad(self) -> float:
        """What `backward()` found, ∂root/∂self. Leaves accumulate over passes until `zero_grad`."""
        return self._grad

    @grad.setter
    def grad(self, grad: SupportsFloat) -> None:
        self._grad = grad if type(grad) is float else self._as_float("grad", grad)

    def _as_float(self, name: str, x: SupportsFloat) -> float:
        return to_float(x, f"the {name} of {self.label or 'a Value'}", "must be")

    @property
    def label(self) -> str:
        """A name, for printing and drawing."""
        return "" if self._extras is None else self._extras.label

    @label.setter
    def label(self, label: str | Any) -> None:
        self._name(label)

    @property
    def gate(self) -> Gate | None:
        """The gate it came out of; None for a leaf."""
        return None if self._first is None else self._gate

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The operands, in order; one that was used twice stands twice. Empty for a leaf."""
        if self._first is None:
            return ()
        if self._second is not None:
            return self._first, self._second
        if self._extras is not None and self._extras.inputs:
            return self._extras.inputs
        return (self._first,)

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """∂self/∂input for each of the inputs, at the data of the moment of recording."""
        if self._first is None:
            return ()
        kept = () if self._extras is None else self._extras.local_gradients
        return kept or self._gate.slopes_of(self._data, self._ran_on())

    @property
    def scope(self) -> Scope | None:
        """The `autograd.scope` that it was recorded in: its name, and the scope outside of that."""
        return None if self._extras is None else self._extras.scope

    @property
    def role(self) -> str:
        """What the engine uses a leaf for, where it is not a user's: see `COEFFICIENT` in graph.py."""
        return "" if self._extras is None else self._extras.role

    @role.setter
    def role(self, role: str) -> None:
        self._with_extras().role = role

    @staticmethod
    def record(gate: Gate, inputs: tuple[Any, ...]) -> Value:
        """Run any gate on any number of inputs and record it. Built-in operators have shorter ways to the same.

        Raises:
            TypeError: an input is no number and no Value, or the gate does not give numbers.
            ValueError: the gate gives another number of local gradients than it has inputs.
        """
        if not inputs:
            raise TypeError(f"{gate.symbol} takes at least one input")
        operands = _operands(gate, inputs)
        if USAGE.any and current_mode() is not NORMAL:
            return _in_mode(gate, operands)
        data = _data_of(operands)
        if isinstance(gate, Nary) and gate.is_ours:
            return _nary(gate, operands, data)
        return _node(gate, operands, _run(gate, data), data)

    @staticmethod
    def constant(data: SupportsFloat) -> Constant:
        """A leaf of the kind that a number written into an expression becomes."""
        return Constant(data)

    # --- gradients ----------------------------------------------------------------------------------------------------

    def backward(self, gradient: SupportsFloat = 1.0) -> None:
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

    def __add__(self, other: Any) -> Value | Any:
        if not isinstance(other, Value) and (other := _operand(other, "+")) is NotImplemented:
            return NotImplemented
        return _binary(gates.ADD, self, other)

    def __radd__(self, other: Any) -> Value | Any:  # other + self
        other = _operand(other, "+")
        if other is NotImplemented:
            return NotImplemented
        return _binary(gates.ADD, other, self)

    def __sub__(self, other: Any) -> Value | Any:
        if not isinstance(other, Value) and (other := _operand(other, "−")) is NotImplemented:
            return NotImplemented
        return _binary(gates.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Value | Any:  # other - self
        other = _operand(other, "−")
        if other is NotImplemented:
            return NotImplemented
        return _binary(gates.SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Value | Any:
        if not isinstance(other, Value) and (other := _operand(other, "×")) is NotImplemented:
            return NotImplemented
        return _binary(gates.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Value | Any:  # other * self
        other = _operand(other, "×")
        if other is NotImplemented:
            return NotImplemented
        return _binary(gates.MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Value | Any:
        if not isinstance(other, Value) and (other := _operand(other, "÷")) is NotImplemented:
            return NotImplemented
        return _binary(gates.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Value | Any:  # other / self
        other = _operand(other, "÷")
        if other is NotImplemented:
            return NotImplemented
        return _binary(gates.DIVIDE, other, self)

    def __pow__(self, exponent: Any) -> Value | Any:
        if isinstance(exponent, Value):
            return _binary(gates.POWER, self, exponent)
        number = _number(exponent, "**")
        if number is NotImplemented:
            return NotImplemented
        return _unary(_constant_power(number + 0.0), self)  # -0.0 is 0.0, also to the cache

    def __rpow__(self, base: Any) -> Value | Any:  # base ** self
        base = _operand(base, "**")
        if base is NotImplemented:
            return NotImplemented
        return _binary(gates.POWER, base, self)

    def __neg__(self) -> Value:
        return _unary(gates.NEGATE, self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return _unary(gates.ABSOLUTE, self)

    def __lt__(self, other: Any) -> Any:
        return _compare(self, other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return _compare(self, other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return _compare(self, other, operator.gt)

    def __ge__(self, other: Any) -> Any:
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

    def arcsin(self) -> Value:
        return self.asin()

    def arccos(self) -> Value:
        return self.acos()

    def arctan(self) -> Value:
        return self.atan()

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

    def arctan2(self, x: Any) -> Value:
        return self.atan2(x)

    def conjugate(self) -> Value:
        """Itself, since it is a real number; NumPy asks for it in variances."""
        return self

    # --- being an object ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        gate = "" if self._first is None else f", gate={self._gate.symbol!r}"
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


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Constant(Value):
    """A number that was written into an expression, as the 2 in `2 * b`: a leaf that is drawn without a gradient."""

    __slots__ = ()
    kind = "constant"


@mypyc_attr(acyclic=True)
class Extras:
    """What most nodes have not. Kept out of them, it costs them one word of memory."""

    __slots__ = ("data", "inputs", "label", "local_gradients", "number", "role", "scope")

    def __init__(self) -> None:
        self.label: str = ""
        self.scope: Scope | None = None
        self.inputs: tuple[Value, ...] = ()
        """All of them, where they are more than two, or the gate takes any number."""
        self.data: tuple[float, ...] = ()
        """That of these inputs, when the gate ran."""
        self.local_gradients: tuple[float, ...] = ()
        """Kept where they are not to be computed again: a gate of a user's is asked once, and data may have changed."""
        self.role: str = ""
        self.number: Any = None
        """The data as an object, once it was asked for."""


# Compiled classes that define `<` lose the hash by identity, and a method for it would be slow in either mode.
for _kind in (Value, Constant):
    setattr(_kind, "__hash__", object.__hash__)  # noqa: B010  # type checkers refuse the assignment


def _operands(gate: Gate, inputs: tuple[Any, ...]) -> tuple[Value, ...]:
    """The inputs of a gate, with constants in place of plain numbers."""
    for x in inputs:
        if not isinstance(x, Value):
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
    """What stands on the other side of an operator, as a constant.

    Its slots are filled in place: an interpreter is fast at what it always finds of one class, and the constructor's
    are those of a Value.
    """
    if type(x) is int:
        try:
            x = x + 0.0
        except OverflowError:
            to_float(x, symbol)  # which says so
    elif type(x) is not float and (x := _number(x, symbol)) is NotImplemented:
        return NotImplemented
    constant = _blank_constant()
    constant._data = x
    constant._grad = 0.0
    constant._mark = 0
    constant._first = None
    constant._extras = None
    return constant


_constant_power = lru_cache(maxsize=1024)(gates.ConstantPower)


def _compare(a: Value, b: Any, holds: Callable[[Any, Any], Any]) -> Any:
    if current_mode().tracer is not None:
        return _traced_comparison(a, b, holds)
    if isinstance(b, Value):
        return holds(a.data, b.data)
    return bool(holds(a.data, b)) if isinstance(b, Real) else NotImplemented


def _traced_comparison(a: Value, b: Any, holds: Callable[[Any, Any], Any]) -> Any:
    """The comparison as a node that is 1.0 or 0.0 when it is computed; a < b is recorded as b > a."""
    if not isinstance(b, Value) and (b := _operand(b, holds.__name__)) is NotImplemented:
        return NotImplemented
    gate = gates.GREATER if holds in (operator.gt, operator.lt) else gates.GREATER_OR_EQUAL
    return _in_mode(gate, (a, b) if holds in (operator.gt, operator.ge) else (b, a))


def _in_mode(gate: Gate, operands: tuple[Value, ...]) -> Value:
    """Run and record any gate as the mode of the present context asks for."""
    mode = current_mode()
    if mode.tracer is not None:
        return mode.tracer.record(gate, operands)  # type: ignore[no-any-return]
    data = tuple([x.data for x in operands])
    out = _run(gate, data)
    if mode.strict and out - out != 0.0:
        raise NonFiniteError(f"{gate.symbol} gave {out} at {graph.described(operands)}")
    if not mode.records:
        return Value(out)
    node = _node(gate, operands, out, data)
    if mode.scope is not None:
        node._with_extras().scope = mode.scope
    return node


def _run(gate: Gate, data: tuple[float, ...]) -> float:
    """The gate's output."""
    out = gate.forward(*data)
    return out if type(out) is float else to_float(out, f"what {gate.symbol}.forward returns", "must be")


def _node(gate: Gate, operands: tuple[Value, ...], out: float, data: tuple[float, ...]) -> Value:
    """The record of a gate that has run."""
    if USAGE.any:
        _refuse_symbols(operands)
    node = Value(out)
    node._connect(gate, operands, data)
    if not gate.is_ours:
        node._with_extras().local_gradients = _checked(gate, gate.slopes_of(out, data), len(data))
    return node


def _refuse_symbols(operands: tuple[Value, ...]) -> None:
    """A number that a program has yet to be given (`program/symbol.py`) is nan in its slot, and asked for its data it
    raises an error: one that has outlived its recording is found out here."""
    for x in operands:
        _ = x.data


_ZERO: Final[Any] = float()  # noqa: UP018  # an object: out of 0.0, compiled code would make one again and again


def _blank() -> Value:
    """A node whose slots are still to be filled."""
    return Value(_ZERO)


def _blank_constant() -> Constant:
    """The same for a constant."""
    return Constant(_ZERO)


def _data_of(operands: tuple[Value, ...]) -> tuple[float, ...]:
    """The data of many operands. Gates of many inputs keep it, and share what they keep."""
    return tuple([_as_object(x) for x in operands])


def _as_object(x: Value) -> Any:
    """The data as an object, which is made once."""
    extras = x._extras
    if extras is None:
        extras = x._extras = Extras()
    number = extras.number
    if number is None:
        number = extras.number = x._data
    return number


# Compiled code goes on calling the functions above. Interpreted code finds others under their names: constructors would
# take a third of an operation's time there, and data are objects already.
globals()["_blank"] = partial(object.__new__, Value)
globals()["_blank_constant"] = partial(object.__new__, Constant)
globals()["_data_of"] = lambda operands: tuple([x._data for x in operands])


# The two recorders that nearly every operation goes through fill the slots in place: a helper for both would cost 15 to
# 40 % of an operation's time.


def _unary(gate: Unary, a: Value) -> Value:
    """Record a built-in gate of one input."""
    x = a._data
    if USAGE.any:
        if current_mode() is not NORMAL:
            return _in_mode(gate, (a,))
        if x != x:
            _refuse_symbols((a,))
    out = gate.forward(x)
    node = _blank()
    node._gate = gate
    node._mark = 0
    node._first = a
    node._second = None
    node._extras = None
    node._grad = 0.0
    node._first_data = x
    node._data = out
    return node


def _binary(gate: Binary, a: Value, b: Value) -> Value:
    """Record a built-in gate of two inputs."""
    x = a._data
    y = b._data
    if USAGE.any:
        if current_mode() is not NORMAL:
            return _in_mode(gate, (a, b))
        if x != x or y != y:
            _refuse_symbols((a, b))
    out = gate.forward(x, y)
    node = _blank()
    node._gate = gate
    node._mark = 0
    node._first = a
    node._second = b
    node._extras = None
    node._grad = 0.0
    node._first_data = x
    node._second_data = y
    node._data = out
    return node


def _nary(gate: Nary, operands: tuple[Value, ...], data: tuple[float, ...]) -> Value:
    """Record a built-in gate of any number of inputs."""
    out = gate.forward_of(data)
    if USAGE.any and out != out:
        _refuse_symbols(operands)
    node = Value(out)
    node._connect(gate, operands, data)
    return node
