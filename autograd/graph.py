"""The backward pass, and other walks over a recorded graph.

Backpropagation is this, on any graph with its result L:

>>> from autograd import Value
>>> a, b, c = Value(3.0), Value(1.0), Value(-2.0)
>>> L = c * (a + 2 * b)
>>> L.grad = 1.0
>>> for node in reversed(topological_order(L)):
...     for x, local_gradient in zip(node.inputs, node.local_gradients):
...         x.grad += node.grad * local_gradient
>>> a.grad, b.grad, c.grad
(-2.0, -4.0, 5.0)

What follows is the same without recursion, safe against whatever goes wrong on the way, fast; and once more with
recorded Values in place of numbers, so that the gradients are a graph themselves. Nothing here knows how a Value is
made.
"""

from __future__ import annotations

import math
import operator
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol, SupportsFloat

from mypy_extensions import mypyc_attr

from autograd import copying
from autograd.conversion import to_float
from autograd.functions import Scalar, is_nan, plain
from autograd.gates import (
    CHAIN_PRODUCT,
    Add,
    Binary,
    ChainProduct,
    ConstantPower,
    Divide,
    Gate,
    LocalGradients,
    Multiply,
    Subtract,
    Unary,
)
from autograd.modes import USAGE, NonFiniteError, current_mode

if TYPE_CHECKING:
    from mypy_extensions import i32

    from autograd.value import Value


@mypyc_attr(native_class=False)
class StaleGraphError(RuntimeError):
    """The data of a node was changed after it had been recorded, so the graph no longer tells how it was computed."""


# --- the backward pass, in place --------------------------------------------------------------------------------------


def backpropagate(root: Value, gradient: float) -> None:
    """Fill `.grad` from the root down: leaves accumulate, every other node holds the gradient of this pass.

    Whatever goes wrong on the way, an interrupt included, every `.grad` is then as it was before.
    """
    order: list[Value] = []
    leaves: list[Value] = []
    _search([root], order, leaves)
    before: dict[Value, float] = {}
    for node in order:
        if node._grad:
            before[node] = node._grad
    for leaf in leaves:
        if leaf._grad:
            before[leaf] = leaf._grad
    try:
        for node in before:
            node._grad = 0.0
        root._grad = gradient
        order.reverse()
        _sweep(order)
        if before:
            for node, earlier in before.items():
                if node._first is None:
                    node._grad += earlier
        if USAGE.any and current_mode().strict:
            _refuse_non_finite(root, order)
    except BaseException:
        restored = chain(
            map(setattr, chain(order, leaves), repeat("_grad"), repeat(0.0)),
            map(setattr, before, repeat("_grad"), before.values()),
        )
        deque(restored, maxlen=0)  # in C, so that no second interrupt cuts it short
        raise


def _sweep(order: list[Value]) -> None:
    """The chain rule, once through the graph: input.grad += output gradient × local gradient.

    The order is that of all nodes but the leaves, outputs before inputs.

    A node whose gradient has added up to 0 passes nothing on: 0 × inf would be nan, yet what was not taken has no say.
    """
    for node in order:
        gradient = node._grad
        if not gradient:
            continue
        out = node._data
        extras = node._extras
        if gradient - gradient != 0.0 or out != out or (extras is not None and extras.local_gradients):
            _sweep_exceptional(node)
            continue
        first: Value = node._first  # type: ignore[assignment]
        second = node._second
        slope: float
        if second is not None:
            binary: Binary = node._gate  # type: ignore[assignment]
            second_slope: float
            slope, second_slope = binary.local_gradients(out, node._first_data, node._second_data)
            first._grad += gradient * slope
            second._grad += gradient * second_slope
        elif extras is not None and extras.inputs:
            slopes = node._gate.local_gradients_of(out, extras.data)
            for operand, slope in zip(extras.inputs, slopes):  # noqa: B905  # strict costs time
                operand._grad += gradient * slope
        else:
            unary: Unary = node._gate  # type: ignore[assignment]
            (slope,) = unary.local_gradients(out, node._first_data)
            first._grad += gradient * slope


def _sweep_exceptional(node: Value) -> None:
    """The same for any node. A piecewise gate passes what is infinite or nan only to branches that were taken."""
    gradient = node._grad
    is_blocked = gradient - gradient != 0.0 and node._gate.piecewise
    for operand, local_gradient in zip(node.inputs, node.local_gradients, strict=True):
        if not is_blocked or local_gradient != 0.0:
            operand._grad += gradient * local_gradient


def _refuse_non_finite(root: Value, order: Sequence[Value]) -> None:
    """Raise at the first gate, on the way back, where a finite gradient became infinite or nan.

    That is a product of the chain rule, or else a sum that went beyond the largest float.
    """
    if not math.isfinite(root.grad):
        raise NonFiniteError(f"backward(gradient=...) was given {root.grad}")
    passed = [node for node in order if node.grad != 0.0 and math.isfinite(node.grad)]
    for node in passed:
        for local_gradient in node.local_gradients:
            _refuse_at(node, node.grad * local_gradient)
    for node in passed:
        for operand in node.inputs:
            _refuse_at(node, operand.grad)


def _refuse_at(node: Value, gradient: float) -> None:
    if not math.isfinite(gradient):
        symbol = node.gate.symbol  # type: ignore[union-attr]
        raise NonFiniteError(f"backward through {symbol} gave {gradient} at {described(node.inputs)}")


def described(nodes: Iterable[Value]) -> str:
    """The nodes with their data, for an error message; a long list is cut short."""
    texts = [f"{node.label or 'input'} = {node.data!r}" for node in nodes]
    return ", ".join(texts) if len(texts) <= 6 else f"{', '.join(texts[:6])}, ... ({len(texts)} inputs)"


# --- topological order ------------------------------------------------------------------------------------------------


class _Walks:
    """A walk has a number, and marks every node that it has seen with it; there is one such walk at a time."""

    __slots__ = ("is_under_way", "number")

    number: i32
    is_under_way: bool

    def __init__(self) -> None:
        self.number = 0
        self.is_under_way = False


_walks: Final = _Walks()
_LAST_NUMBER: Final = 2**30 - 1


def topological_order(*roots: Value | Any) -> list[Value]:
    """Every node that the roots were computed from, and the roots: inputs before outputs, each node once.

    The order depends on nothing but the graph: a depth-first search that takes the operands from left to right.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> [node.label or node.gate.symbol for node in topological_order(a * b + a)]
    ['a', 'b', '×', '+']
    """
    for root in roots:
        if not _is_node(root):
            raise TypeError(f"expected Values, not {type(root).__name__!r}: write topological_order(y)")
    return _order_above([*reversed(roots)])


def _order_above(roots: list[Value], seen: list[Value] | None = None) -> list[Value]:
    """The topological order of what some roots, the first of them last, were computed from, without what was seen."""
    order: list[Value] = []
    if roots:
        _search(roots, order, order, seen)
    return order


def _search(path: list[Value], order: list[Value], leaves: list[Value], seen: list[Value] | None = None) -> None:
    """Fill two lists, which may be one, with what some roots were computed from, as far as it was not seen before.

    Both are in topological order: `order` are the nodes that a gate gave, and the others the leaves. The path to walk
    begins as the roots, the first of them last.

    While another thread walks, the marks are that one's, and a set takes their place.
    """
    is_late, _walks.is_under_way = _walks.is_under_way, True  # in one line: between lines, tracers let others run
    if is_late:
        for node in copying.walk(path, set(seen or ()).__contains__):
            (leaves if node._first is None else order).append(node)
        return
    try:
        walk = _walks.number = _walks.number % _LAST_NUMBER + 1
        if seen is not None:
            for node in seen:
                node._mark = walk
        _walk(path, walk, order, leaves)
    finally:
        _walks.is_under_way = False


def _walk(path: list[Value], walk: i32, order: list[Value], leaves: list[Value]) -> None:  # noqa: PLR0912
    """Depth first from the last of the path. A node is done, and in the order, when its inputs are; a leaf on the spot.

    The path holds the nodes that wait for `node` to be done. One that waits for the last of its inputs is marked with
    the negative number of the walk: when its turn comes again, it is done without another look at its inputs.
    """
    last: i32 = -walk
    node = path.pop()
    while True:
        first = node._first
        if first is None:
            node._mark = walk
            leaves.append(node)
        else:
            second = node._second
            if second is None and (extras := node._extras) is not None and extras.inputs:
                waiting = _unseen(extras.inputs, walk, leaves)
                if waiting:
                    node._mark = last
                    path.append(node)
                    node = waiting.pop()
                    path.extend(waiting)
                    continue
            else:
                if first._mark != walk:
                    if first._first is not None:
                        path.append(node)
                        node = first
                        continue
                    first._mark = walk
                    leaves.append(first)
                if second is not None and second._mark != walk:
                    if second._first is not None:
                        node._mark = last
                        path.append(node)
                        node = second
                        continue
                    second._mark = walk
                    leaves.append(second)
            node._mark = walk
            order.append(node)
        while path:
            node = path.pop()
            mark = node._mark
            if mark == last:
                node._mark = walk
                order.append(node)
            elif mark != walk:
                break
        else:
            return


def _unseen(inputs: tuple[Value, ...], walk: i32, leaves: list[Value]) -> list[Value]:
    """The inputs that are still to be done, the first of them last; if these are leaves only, they are done here."""
    unseen = [x for x in inputs if x._mark != walk]
    if [x for x in unseen if x._first is not None]:
        unseen.reverse()
        return unseen
    for leaf in unseen:
        if leaf._mark != walk:  # it may stand there twice
            leaf._mark = walk
            leaves.append(leaf)
    return []


# --- gradients as results: nothing is touched -------------------------------------------------------------------------


def gradients(root: Value | Any, targets: Iterable[Value], gradient: SupportsFloat = 1.0) -> tuple[float, ...]:
    """∂root/∂target for every target, times `gradient`; touches no node. 0.0 where the root does not depend on it.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> gradients(a * b + a, [a, b])
    (4.0, 2.0)

    Raises:
        TypeError: `targets` is a single Value.
    """
    wanted = _nodes(targets, "gradients(y, [x])")
    _nodes([root], "gradients(y, [x])")
    return tuple(pull_back([(root, to_float(gradient, "gradient"))], wanted, IN_FLOATS))


def gradient_graph(root: Value | Any, targets: Iterable[Value], gradient: Scalar = 1.0) -> tuple[Value, ...]:
    """∂root/∂target for every target as a recorded graph, which can be drawn, evaluated and differentiated again.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> first, = gradient_graph(x ** 3, [x])
    >>> second, = gradient_graph(first, [x])
    >>> first.data, second.data
    (12.0, 12.0)

    Branches (`max`, `where`, `abs`, ...) are those that the recorded data took. A gradient can be a node that was there
    before: that of a·b with respect to a is b itself. The graph is recorded simplified, see `GradientRecorder`.

    Raises:
        TypeError: `targets` is a single Value.
        StaleGraphError: the data of a node that matters was changed since the graph was recorded.
    """
    wanted = _nodes(targets, "gradient_graph(y, [x])")
    _nodes([root], "gradient_graph(y, [x])")
    seed = gradient if hasattr(gradient, "local_gradients") else to_float(gradient, "gradient")
    found = pull_back([(root, seed)], wanted, GradientRecorder(topological_order(root)))
    return tuple([_as_node(x, root) for x in found])


def zero_grad(nodes: Iterable[Value]) -> None:
    """Set the gradient of every node to 0, as before each step of training.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> (x * x).backward()
    >>> zero_grad([x]); x.grad
    0.0
    """
    for node in _nodes(nodes, "zero_grad([x])"):
        node._grad = 0.0


def _nodes(nodes: Iterable[Any], call: str) -> list[Any]:
    if hasattr(nodes, "local_gradients"):
        raise TypeError(f"expected a list of Values, not one Value: write {call}")
    found = list(nodes)
    for node in found:
        if not _is_node(node):
            raise TypeError(f"expected Values, not {type(node).__name__!r}: write {call}")
    return found


def _is_node(x: Any) -> bool:
    """Whether it has what nodes have. Gates have local gradients, too, and classes have the attributes' names."""
    return hasattr(x, "local_gradients") and hasattr(x, "inputs") and not isinstance(x, type)


# --- the chain rule, backwards and forwards ---------------------------------------------------------------------------


class Arithmetic(Protocol):
    """What the chain rule multiplies and adds: numbers, or recorded Values."""

    def local_gradients(self, node: Any, /) -> LocalGradients:
        """∂node/∂input for each of its inputs."""

    def product(self, gradient: Scalar, local_gradient: Scalar, /) -> Scalar:
        """What a gradient becomes through one input of a gate."""

    def sum(self, a: Scalar, b: Scalar, /) -> Scalar:
        """What two uses of a node add up to."""


@mypyc_attr(native_class=False)
class _InFloats:
    """The chain rule in numbers: nothing is recorded."""

    local_gradients = staticmethod(attrgetter("local_gradients"))
    product = staticmethod(operator.mul)
    sum = staticmethod(operator.add)


IN_FLOATS: Arithmetic = _InFloats()


def pull_back(seeds: Iterable[tuple[Value, Scalar]], targets: Sequence[Value], arithmetic: Arithmetic) -> list[Scalar]:
    """Σ seed · ∂root/∂target over the pairs (root, seed), for every target; the number 0 where no root depends on it.

    The chain rule from the roots down, through the nodes that a target leads to. A gradient that is the plain number 0
    is not passed on, and neither is any to a branch of a piecewise gate that was not taken.
    """
    found: dict[Value, Scalar] = {}
    for root, seed in seeds:
        _accumulate(found, root, seed, arithmetic)
    order = topological_order(*found)
    relevant = set(targets)
    for node in order:
        if not relevant.isdisjoint(node.inputs):
            relevant.add(node)
    for node in reversed(order):
        gradient = found.get(node, 0.0)
        if node.gate is None or node not in relevant or _is_zero(gradient) or relevant.isdisjoint(node.inputs):
            continue
        for operand, local_gradient in zip(node.inputs, arithmetic.local_gradients(node), strict=True):
            if operand in relevant and not (_is_zero(local_gradient) and node.gate.piecewise):
                _accumulate(found, operand, arithmetic.product(gradient, local_gradient), arithmetic)
    results = [found.get(target, 0.0) for target in targets]
    if current_mode().strict:
        _refuse_results(targets, results)
    return results


def push_forward(tangents: Mapping[Value, Scalar], roots: Sequence[Value], arithmetic: Arithmetic) -> list[Scalar]:
    """Σ ∂root/∂x · tangent over the nodes x that tangents are given for, for every root; 0 where it depends on none.

    The chain rule from these nodes up, by the same rules for 0 as `pull_back`.
    """
    found = dict(tangents)
    for node in topological_order(*roots):
        if node.gate is None or found.keys().isdisjoint(node.inputs):
            continue
        for operand, local_gradient in zip(node.inputs, arithmetic.local_gradients(node), strict=True):
            tangent = found.get(operand, 0.0)
            if not _is_zero(tangent) and not (_is_zero(local_gradient) and node.gate.piecewise):
                _accumulate(found, node, arithmetic.product(tangent, local_gradient), arithmetic)
    results = [found.get(root, 0.0) for root in roots]
    if current_mode().strict:
        _refuse_results(roots, results)
    return results


def _accumulate(found: dict[Value, Scalar], node: Value, contribution: Scalar, arithmetic: Arithmetic) -> None:
    found[node] = arithmetic.sum(found[node], contribution) if node in found else contribution


def _refuse_results(nodes: Iterable[Value], results: Iterable[Scalar]) -> None:
    for node, gradient in zip(nodes, results, strict=True):
        if not math.isfinite(plain(gradient)):
            raise NonFiniteError(f"the gradient is {plain(gradient)} at {described([node])}")


def _is_zero(x: Scalar) -> bool:
    """Whether x is the plain number 0; a recorded 0 can still have a slope."""
    return isinstance(x, float) and x == 0.0


# --- the chain rule as a recorded graph -------------------------------------------------------------------------------

COEFFICIENT: Final = "coefficient"
"""The role of constants that gradient graphs brought along. Nobody differentiates with respect to these, so equal ones
may be one; two constants of a user's are two."""


class GradientRecorder:
    """Records the chain rule, and simplifies what it records as long as no bit of any value changes.

    - What was recorded before, here or in the graph that is differentiated, is used again.
    - What depends on nothing but coefficients, as the 2 in 2·x, is a number.
    - x · 1, x ÷ 1, x + 0, x − 0 and x¹ are x, except where x is nan: the gates' slopes there say so, and those of a
      leaf do not. x · 0 stays, because an infinite gradient that comes down to it makes a nan.

    Every simplified node has the bits of what it stands for, and so has everything recorded above it, up to the sign of
    a zero: 0 as a number is not passed on, where 0 as a node adds a positive zero.

    Args:
        order: the graph that is differentiated, in topological order.
    """

    def __init__(self, order: Iterable[Any]) -> None:
        self._recorded: dict[tuple[int, ...], Any] = {}
        self._numbers: dict[str, Any] = {}
        """The coefficients in use, by their bits."""
        self._coefficients: set[Any] = set()
        """The same."""
        for node in order:
            if node.gate is not None:
                self._recorded.setdefault(_identity(node.gate, node.inputs), node)
            elif node.role == COEFFICIENT:
                self._coefficient(node)

    def local_gradients(self, node: Any) -> LocalGradients:
        """The gate's local gradients recorded on its inputs, which must still be those of the recorded pass."""
        if differs_from_record(node):
            raise StaleGraphError(
                f"{node.gate.symbol} was recorded as {node.data!r}, and its inputs now are {described(node.inputs)}: "
                "record the expression again after changing data, or take gradients(y, xs), which needs only numbers"
            )
        slopes = node.gate.slopes(node, *node.inputs)
        return self._simplified([_checked(x) for x in slopes], {node, *node.inputs})

    def product(self, gradient: Scalar, local_gradient: Scalar) -> Scalar:
        """Output gradient × local gradient."""
        if isinstance(gradient, float) and (gradient == 1.0 or isinstance(local_gradient, float)):
            return gradient * local_gradient if isinstance(local_gradient, float) else local_gradient
        if isinstance(local_gradient, float) and local_gradient == 1.0:
            return gradient
        return self._simplified([CHAIN_PRODUCT(gradient, local_gradient)], {gradient, local_gradient})[0]

    def sum(self, a: Scalar, b: Scalar) -> Scalar:
        """The sum of two gradients."""
        return self._simplified([a + b], {a, b})[0]

    def _simplified(self, fresh: Sequence[Scalar], known: set[Scalar]) -> LocalGradients:
        """What to use for expressions that were just recorded on known nodes."""
        roots = [x for x in fresh if not isinstance(x, float) and x not in known]
        kept: dict[Any, Any] = {}
        for node in _order_above(roots[::-1], [x for x in known if not isinstance(x, float)]):
            kept[node] = self._kept(node, tuple([kept.get(x, x) for x in node.inputs]))
        return tuple([self._as_scalar(kept.get(x, x)) for x in fresh])

    def _kept(self, node: Any, operands: tuple[Any, ...]) -> Any:
        """What to use for a node; its operands are simplified already."""
        if node.gate is None:
            return self._coefficient(node) if node.kind == "constant" else node
        if hasattr(node, "explore"):  # it has no number as yet: the program that it is recorded for simplifies itself
            return node
        if self._coefficients.issuperset(operands):
            return self._coefficient(node.constant(node.data))
        same = self._neutral(node.gate, operands)
        if same is not None and not is_nan(node) and _bits(same.data) == _bits(node.data):
            return same
        key = _identity(node.gate, operands)
        earlier = self._recorded.get(key)
        if earlier is not None and _same_record(earlier, node):
            return earlier
        if any(map(operator.is_not, operands, node.inputs)):
            node = node.record(node.gate, operands)
        self._recorded[key] = node
        return node

    def _neutral(self, gate: Gate, operands: tuple[Any, ...]) -> Any | None:
        """The operand x of x · 1, 1 · x, x ÷ 1, x + 0, 0 + x, x − 0 and x¹; None for anything else."""
        if len(operands) == 1:
            return operands[0] if isinstance(gate, ConstantPower) and gate.exponent == 1.0 else None
        first, second = operands[:2]
        if second in self._coefficients and second.data == _NEUTRAL_RIGHT.get(type(gate)):
            return first
        return second if first in self._coefficients and first.data == _NEUTRAL_LEFT.get(type(gate)) else None

    def _coefficient(self, node: Any) -> Any:
        kept = self._numbers.setdefault(_bits(node.data), node)
        self._coefficients.add(kept)
        kept.role = COEFFICIENT
        return kept

    def _as_scalar(self, x: Scalar) -> Scalar:
        return x.data if x in self._coefficients else x


_NEUTRAL_LEFT: dict[type[Gate], float] = {Add: 0.0, Multiply: 1.0, ChainProduct: 1.0}
_NEUTRAL_RIGHT: dict[type[Gate], float] = {**_NEUTRAL_LEFT, Subtract: 0.0, Divide: 1.0}


def _identity(gate: Gate, operands: tuple[Any, ...]) -> tuple[int, ...]:
    """The same for two nodes of the same gate on the same operands, which must live on meanwhile."""
    return (id(gate), *map(id, operands))


def _same_record(a: Any, b: Any) -> bool:
    """Whether two nodes of one gate on the same operands still agree, after data may have been changed."""
    return _bits(a.data) == _bits(b.data) and all(map(_same, a.local_gradients, b.local_gradients))


def _bits(x: float) -> str:
    """The same for floats of the same bits; all nan are one."""
    return float(x).hex()


def _checked(slope: Scalar) -> Scalar:
    return slope if hasattr(slope, "local_gradients") else to_float(slope, "a local gradient", "must be")


def differs_from_record(node: Value | Any) -> bool:
    """Whether the gate, run again on the data that its inputs have now, gives anything else than what was recorded.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> y = x * x
    >>> differs_from_record(y)
    False
    >>> x.data = 5.0
    >>> differs_from_record(y)
    True
    """
    if node.gate is None or hasattr(node, "explore"):
        return False
    data = [operand.data for operand in node.inputs]
    out = node.gate.forward(*data)
    return not all(map(_same, (node.data, *node.local_gradients), (out, *node.gate.slopes(out, *data))))


def _same(a: float, b: float) -> bool:
    return a == b or (is_nan(a) and is_nan(b))


def _as_node(x: Scalar, like: Any) -> Any:
    return like.constant(x) if isinstance(x, float) else x
