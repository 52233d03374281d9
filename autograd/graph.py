"""Walks over a recorded graph: topological order, the backward sweep, gradients without touching a node.

Everything here works on any nodes that know their inputs and local gradients; it never imports Value. Nothing recurses,
so a chain of a million nodes is walked like a short one.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import repeat
from typing import Any, Protocol, TypeVar

from autograd.conversion import to_float
from autograd.functions import Scalar, is_nan, plain
from autograd.gates import CHAIN_PRODUCT, Gate, LocalGradients
from autograd.modes import NonFiniteError, current_mode


class Node(Hashable, Protocol):
    """What the walks need of a node. `inputs` is (_first, _second, *_rest), as far as there are any."""

    data: float
    grad: float
    label: str
    gate: Gate | None
    _first: Any
    _second: Any
    _rest: tuple[Any, ...]
    _first_gradient: float
    _second_gradient: float
    _rest_gradients: tuple[float, ...]

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The operands, in order, repeated where one was used twice."""

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """∂out/∂input for each of the inputs, as recorded."""


N = TypeVar("N", bound=Node)


class StaleGraphError(RuntimeError):
    """The data of a node was changed after it had been recorded, so the graph no longer tells how it was computed."""


def topological_order(*roots: N) -> list[N]:
    """Every node that the roots were computed from, and the roots: inputs before outputs, each node once.

    The order depends on nothing but the graph: a depth-first search that takes the operands from left to right.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> [node.label or node.gate.symbol for node in topological_order(a * b + a)]
    ['a', 'b', '×', '+']
    """
    for root in roots:
        if not hasattr(root, "_first"):
            raise TypeError(f"expected Values, not {type(root).__name__!r}: write topological_order(y)")
    order: list[N] = []
    seen: set[N] = set()
    stack: list[Any] = [*reversed(roots)]
    push, done, see = stack.append, order.append, seen.add
    while stack:
        node = stack[-1]  # stays until all its inputs are done; a leaf among them is done on the spot
        first, second = node._first, node._second
        if first is not None and first not in seen:
            if first._first is not None:
                push(first)
                continue
            see(first)
            done(first)
        if second is not None and second not in seen:
            if second._first is not None:
                push(second)
                continue
            see(second)
            done(second)
        if node._rest and not seen.issuperset(node._rest):
            waiting = [x for x in node._rest if x not in seen]
            if [x for x in waiting if x._first is not None]:
                stack.extend(reversed(waiting))
                continue
            leaves = list(dict.fromkeys(waiting))
            seen.update(leaves)
            order.extend(leaves)
        if node not in seen:
            see(node)
            done(node)
        stack.pop()
    return order


# --- the backward pass, in place --------------------------------------------------------------------------------------


def backpropagate(root: Node, gradient: float) -> None:
    """Fill `.grad` from the root down: leaves accumulate, every other node holds the gradient of this pass.

    Whatever goes wrong on the way, an interrupt included, every `.grad` is then as it was before.
    """
    order = topological_order(root)
    before = [node.grad for node in order]
    swept_before = any(before)
    try:
        if swept_before:
            for node in order:
                node.grad = 0.0
        root.grad = gradient
        _sweep(order)
        if swept_before:
            for node, earlier in zip(order, before, strict=True):
                if node.gate is None:
                    node.grad += earlier
        if current_mode().strict:
            _refuse_non_finite(order)
    except BaseException:
        deque(map(setattr, order, repeat("grad"), before), maxlen=0)  # in C, so that no second interrupt cuts it short
        raise


def _sweep(order: Sequence[Node]) -> None:
    """The chain rule, once through the graph: input.grad += output gradient × local gradient, outputs before inputs.

    A node whose gradient has added up to 0 passes nothing on: 0 × inf would be nan, yet what was not taken has no say.
    """
    for node in reversed(order):
        gradient = node.grad
        first = node._first
        if gradient == 0.0 or first is None:
            continue
        if gradient - gradient != 0.0 and node.gate.piecewise:  # type: ignore[union-attr]  # the gradient is inf or nan
            _sweep_taken(node)
            continue
        first.grad += gradient * node._first_gradient
        second = node._second
        if second is not None:
            second.grad += gradient * node._second_gradient
            if node._rest:
                for operand, local_gradient in zip(node._rest, node._rest_gradients):  # noqa: B905  # strict costs time
                    operand.grad += gradient * local_gradient


def _sweep_taken(node: Node) -> None:
    """Through a piecewise gate, only to the branches that were taken."""
    for operand, local_gradient in zip(node.inputs, node.local_gradients, strict=True):
        if local_gradient != 0.0:
            operand.grad += node.grad * local_gradient


def _refuse_non_finite(order: Sequence[Node]) -> None:
    """Raise at the first gate, on the way back, where a finite gradient became infinite or nan."""
    root = order[-1]
    if not math.isfinite(root.grad):
        raise NonFiniteError(f"backward(gradient=...) was given {root.grad}")
    for node in reversed(order):
        for operand in node.inputs:
            if math.isfinite(node.grad) and not math.isfinite(operand.grad):
                symbol = node.gate.symbol  # type: ignore[union-attr]
                raise NonFiniteError(f"backward through {symbol} gave {operand.grad} at {described(node.inputs)}")


def described(nodes: Iterable[Node]) -> str:
    """The nodes with their data, for an error message; a long list is cut short."""
    texts = [f"{node.label or 'input'} = {node.data!r}" for node in nodes]
    return ", ".join(texts) if len(texts) <= 6 else f"{', '.join(texts[:6])}, ... ({len(texts)} inputs)"


# --- gradients as results: nothing is touched -------------------------------------------------------------------------


def gradients(root: N, targets: Iterable[N], gradient: float = 1.0) -> tuple[float, ...]:
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
    found = _pull_back(root, wanted, to_float(gradient, "gradient"), lambda node: node.local_gradients)
    return tuple([found.get(target, 0.0) for target in wanted])


def gradient_graph(root: N, targets: Iterable[N], gradient: Scalar = 1.0) -> tuple[N, ...]:
    """∂root/∂target for every target as a recorded graph, which can be drawn, evaluated and differentiated again.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> first, = gradient_graph(x ** 3, [x])
    >>> second, = gradient_graph(first, [x])
    >>> first.data, second.data
    (12.0, 12.0)

    Branches (`max`, `where`, `abs`, ...) are those that the recorded data took. A gradient can be a node that was there
    before: that of a·b with respect to a is b itself.

    Raises:
        TypeError: `targets` is a single Value.
        StaleGraphError: the data of a node that matters was changed since the graph was recorded.
    """
    wanted = _nodes(targets, "gradient_graph(y, [x])")
    _nodes([root], "gradient_graph(y, [x])")
    seed = gradient if hasattr(gradient, "local_gradients") else to_float(gradient, "gradient")
    found = _pull_back(root, wanted, seed, _local_gradients_as_graph)
    return tuple([_as_node(found.get(target, 0.0), root) for target in wanted])


def zero_grad(nodes: Iterable[Node]) -> None:
    """Set the gradient of every node to 0, as before each step of training.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> (x * x).backward()
    >>> zero_grad([x]); x.grad
    0.0
    """
    for node in _nodes(nodes, "zero_grad([x])"):
        node.grad = 0.0


def _nodes(nodes: Iterable[N], call: str) -> list[N]:
    if hasattr(nodes, "local_gradients"):
        raise TypeError(f"expected a list of Values, not one Value: write {call}")
    found = list(nodes)
    for node in found:
        if not hasattr(node, "local_gradients"):
            raise TypeError(f"expected Values, not {type(node).__name__!r}: write {call}")
    return found


def _pull_back(
    root: N, targets: list[N], seed: Scalar, local_gradients: Callable[[N], LocalGradients]
) -> dict[N, Scalar]:
    """The chain rule from the root to all nodes that a target leads to, in floats or in recorded Values."""
    order = topological_order(root)
    relevant = set(targets)
    for node in order:
        if not relevant.isdisjoint(node.inputs):
            relevant.add(node)
    found: dict[N, Scalar] = {root: seed}
    for node in reversed(order):
        gradient = found.get(node, 0.0)
        if node.gate is None or node not in relevant or _is_zero(gradient) or relevant.isdisjoint(node.inputs):
            continue
        for operand, local_gradient in zip(node.inputs, local_gradients(node), strict=True):
            if operand in relevant and not (_is_zero(local_gradient) and node.gate.piecewise):
                contribution = _chain(gradient, local_gradient)
                found[operand] = found[operand] + contribution if operand in found else contribution
    if current_mode().strict:
        _refuse_results([(target, found.get(target, 0.0)) for target in targets])
    return found


def _refuse_results(results: list[tuple[N, Scalar]]) -> None:
    for target, gradient in results:
        if not math.isfinite(plain(gradient)):
            raise NonFiniteError(f"the gradient is {plain(gradient)} at {described([target])}")


def _is_zero(x: Scalar) -> bool:
    """Whether x is the plain number 0; a recorded 0 can still have a slope."""
    return isinstance(x, float) and x == 0.0


def _chain(gradient: Scalar, local_gradient: Scalar) -> Scalar:
    """Output gradient × local gradient, without recording a factor of 1."""
    if isinstance(gradient, float) and (gradient == 1.0 or isinstance(local_gradient, float)):
        return gradient * local_gradient if isinstance(local_gradient, float) else local_gradient
    if isinstance(local_gradient, float) and local_gradient == 1.0:
        return gradient
    return CHAIN_PRODUCT(gradient, local_gradient)


def _local_gradients_as_graph(node: Node) -> LocalGradients:
    """The gate's local gradients recorded on its inputs, after making sure that they are those of the recorded pass."""
    assert node.gate is not None
    if differs_from_record(node):
        raise StaleGraphError(
            f"{node.gate.symbol} was recorded as {node.data!r}, and its inputs now are {described(node.inputs)}: "
            "record the expression again after changing data, or take gradients(y, xs), which needs only numbers"
        )
    slopes = node.gate.slopes(node, *node.inputs)
    return tuple([x if hasattr(x, "local_gradients") else to_float(x, "a local gradient", "must be") for x in slopes])


def differs_from_record(node: Node) -> bool:
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
    if node.gate is None:
        return False
    data = [operand.data for operand in node.inputs]
    out = node.gate.forward(*data)
    return not all(map(_same, (node.data, *node.local_gradients), (out, *node.gate.slopes(out, *data))))


def _same(a: float, b: float) -> bool:
    return a == b or (is_nan(a) and is_nan(b))


def _as_node(x: Scalar, like: Any) -> Any:
    return like.constant(x) if isinstance(x, float) else x
