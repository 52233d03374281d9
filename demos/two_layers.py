"""Two layers, and the gradients of inner weights

A neural network is neurons in layers: what one layer puts out, the next takes in. Forwards it is one formula inside the
other,

z1 = W1·x + b1,  a1 = ReLU(z1),  z2 = W2·a1 + b2,  ŷ = σ(z2).

W1 has a row for each neuron of the first layer, and z1, a1 and b1 a component. For the weights of the last layer the
gradient is as easy as for a single neuron. For an inner weight one has to ask through which ways it reaches the loss:
lectures often leave that out as "quite involved". For the graph an inner weight is a leaf like any other. Below we
derive the formulas, and hold them against the gradients that come out of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import autograd
import nn
from autograd import Value, topological_order
from autograd.drawing.notation import shown
from demos.handout import Cell, Handout
from demos.labelled import COLUMNS, labelled, rows, run_backwards

Array: TypeAlias = NDArray[np.float64]

X = (2.0, 1.0)
FIRST_LAYER = ((1.0, -1.0, 0.5), (-2.0, 1.0, 0.0))
"""Of each neuron the weights, then the bias."""
SECOND_LAYER = ((1.5, -0.5, -1.0),)

HINGE_X = (2.0, -1.0)
HINGE_W1 = ((0.5, -1.0), (-1.0, 0.5))
HINGE_W2 = (0.4, 0.7)
HINGE = "ℓ = max(0, 1 − y·z)"

DEEP_X, DEEP_Y = (0.5, -1.0), (1.0, 0.0)
DEEP = nn.MLP(2, [3, 2, 2], activation="sigmoid", output="sigmoid", seed=3)
"""Two inputs, two inner layers and two labels."""


def network(x: Sequence[Value]) -> Value:
    """ŷ of the two layers, every part labelled.

    w_ji are the weights in W1, v_j those in W2, c is b2; z_12 is the signal of neuron 2 in layer 1, a_12 its output.
    """
    model = nn.MLP(len(x), [len(FIRST_LAYER), len(SECOND_LAYER)])
    names = ("w_11", "w_12", "b_1", "w_21", "w_22", "b_2", "v_1", "v_2", "c")
    numbers = np.concatenate([*FIRST_LAYER, *SECOND_LAYER])
    for parameter, name, number in zip(model.parameters(), names, numbers, strict=True):
        parameter.label, parameter.data = name, float(number)
    y: Value = model(x)
    _label_signals(y)
    y.label = "ŷ"
    return y


def _label_signals(root: Value) -> None:
    """A neuron's number and its layer's stand in the names of its scopes."""
    for node in topological_order(root):
        letter = {"Σwx": "z", "ReLU": "a"}.get(node.gate.symbol if node.gate else "")
        if letter and node.scope and node.scope.outer:
            node.label = f"{letter}_{node.scope.outer.name[-1]}{node.scope.name[-1]}"


def two_layer_loss() -> Value:
    """The cross-entropy of ŷ for y = 1, after a backward pass."""
    x = [Value(number, label=f"x_{i}") for i, number in enumerate(X, start=1)]
    J = nn.losses.binary_cross_entropy(network(x), 1)
    return run_backwards(J, J=J)


def relu_and_hinge(sign: int = 1, w2: Sequence[float] = HINGE_W2) -> Value:
    """ℓ = max(0, 1 - y·z) with y = w2·h, h = ReLU(a) and a = W1·x, for the true sign z, after a backward pass."""
    x = [Value(number, label=f"x_{i}") for i, number in enumerate(HINGE_X, start=1)]
    h = []
    for j, row in enumerate(HINGE_W1, start=1):
        weights = [nn.Parameter(number, label=f"w_{j}{i}") for i, number in enumerate(row, start=1)]
        a = autograd.dot(weights, x)
        h.append(autograd.relu(a))
        a.label, h[-1].label = f"a_{j}", f"h_{j}"
    y = autograd.dot([nn.Parameter(number, label=f"v_{j}") for j, number in enumerate(w2, start=1)], h)
    loss = nn.losses.hinge(y, sign)
    y.label, loss.label = "y", "ℓ"
    return run_backwards(loss)


def hinge_gradients(sign: int = 1, w2: Sequence[float] = HINGE_W2) -> tuple[Array, Array]:
    """∂ℓ/∂w2 and ∂ℓ/∂W1 in closed form: -z·h and -z·(w2 ⊙ [a > 0])·xᵀ where y·z < 1, else 0."""
    a = np.array(HINGE_W1) @ HINGE_X
    h = np.maximum(a, 0.0)
    delta = -sign * float(sign * (h @ w2) < 1.0)
    return delta * h, np.outer(delta * np.array(w2) * (a > 0.0), HINGE_X)


def deep_loss() -> Value:
    """The multi-label cross-entropy of the deep network's outputs, after a backward pass."""
    DEEP.zero_grad()
    J: Value = nn.losses.multilabel_cross_entropy_with_logits(DEEP.scores(DEEP_X), DEEP_Y)
    return run_backwards(J, J=J)


def graph_gradients() -> list[Array]:
    """For each layer of the deep network ∂J/∂w_ji, with ∂J/∂b_j in the last column, out of the graph."""
    deep_loss()
    return [np.array([[p.grad for p in (*n.weights, n.bias)] for n in layer.neurons]) for layer in DEEP.layers]


def recursion() -> list[Array]:
    """The same by the recursion: δ_j = (Σ_k δ_k w_kj) σ'(z_j), ∂J/∂w_ji = δ_j x_i and ∂J/∂b_j = δ_j."""
    layers = [np.array([[p.data for p in (*n.weights, n.bias)] for n in layer.neurons]) for layer in DEEP.layers]
    outputs = [np.array(DEEP_X)]
    for layer in layers:
        outputs.append(1.0 / (1.0 + np.exp(-layer @ np.append(outputs[-1], 1.0))))
    delta = outputs[-1] - DEEP_Y
    gradients = []
    for layer, x in zip(reversed(layers), reversed(outputs[:-1]), strict=True):
        gradients.append(np.outer(delta, np.append(x, 1.0)))
        delta = (layer[:, :-1].T @ delta) * x * (1.0 - x)
    return gradients[::-1]


def run(handout: Handout) -> None:
    """The network forwards; then inner weights by hand and by the graph."""
    handout.say("## Forwards, and backwards")
    _show_network(handout)
    handout.say("## ReLU and hinge")
    _show_hinge(handout)
    handout.say("## An inner weight of a deep network")
    _show_recursion(handout)


def _show_network(handout: Handout) -> None:
    J = two_layer_loss()
    handout.draw(
        autograd.draw(labelled(J)["ŷ"], mode="forward"),
        "forward",
        "Two inputs, two neurons with ReLU, one with σ. The weights w are those of W1, v those of W2, c is b2. z₁₂ "
        "is the signal of neuron 2 in layer 1: it is negative, so its ReLU puts out 0.",
    )
    handout.draw(
        autograd.draw(J, title="J = −log ŷ"),
        "both",
        "The same with its loss J for y = 1, every adder as one gate. What goes back from z₂ is ŷ − y. Neuron 2 of "
        "layer 1 is off, and nothing passes its ReLU: the grey wires have a gradient of 0.",
    )
    names = ("z_11", "z_12", "a_11", "a_12", "z_21", "ŷ", "J")
    handout.table(COLUMNS, rows(J, names))


def _show_hinge(handout: Handout) -> None:
    handout.say(
        "The network a = W1·x, h = ReLU(a), y = w2·h is trained on the margin loss ℓ = max(0, 1 − y·z), where z = ±1 "
        "is the true sign. (Here z is the target, and in the pictures the weights w2 are called v₁, v₂.) Where y·z < "
        "1, the loss is 1 − y·z, so ∂ℓ/∂y = −z; elsewhere it is 0, and so are all gradients.\n\n"
        "- y = Σ v_j·h_j, so ∂y/∂v_j = h_j and **∂ℓ/∂w2 = −z·h**.\n"
        "- h_j = max(0, a_j) passes the gradient where a_j > 0. So ∂ℓ/∂a_j = −z·v_j where a_j > 0, else 0.\n"
        "- a_j = Σ w_ji·x_i, so **∂ℓ/∂w_ji = −z·v_j·x_i where a_j > 0, else 0**: the part that is called quite "
        "involved."
    )
    loss = relu_and_hinge()
    handout.draw(
        autograd.draw(loss, mode="backward", title=HINGE),
        "hinge_backward",
        "The chain rule as a circuit, from right to left, for z = 1. Both hidden neurons get −z·v_j; ReLU lets it "
        "through to a₁ = 2 and blocks it before a₂ = −2.5.",
    )
    handout.draw(
        autograd.draw(loss, title=HINGE),
        "hinge_both",
        "The same with the values. w₂₁ and w₂₂ belong to the neuron that is off.",
    )
    handout.table(
        ["case", "ℓ", "weight", "by hand", "out of the graph"],
        [
            row
            for sign, w2, case in ((1, HINGE_W2, "y·z < 1"), (-1, HINGE_W2, "wrong side"), (1, (0.7, 0.7), "y·z > 1"))
            for row in _hinge_rows(case, sign, w2)
        ],
    )


def _hinge_rows(case: str, sign: int, w2: Sequence[float]) -> list[list[Cell]]:
    loss = relu_and_hinge(sign, w2)
    by_hand = [number for part in hinge_gradients(sign, w2) for number in part.ravel().tolist()]
    out_of_the_graph = rows(loss, ("v_1", "v_2", "w_11", "w_12", "w_21", "w_22"))
    pairs = zip(out_of_the_graph, by_hand, strict=True)
    return [[case, loss.data, name, number, gradient] for (name, _, gradient), number in pairs]


def _show_recursion(handout: Handout) -> None:
    handout.say(
        "In a deep network the weight w_ji leads from x_i, an output of the layer before, into neuron j with the "
        "signal z_j = Σ_i w_ji·x_i + b_j. With the *delta error* δ_j = ∂J/∂z_j we have ∂J/∂w_ji = δ_j·x_i and "
        "∂J/∂b_j = δ_j, as for a single neuron. What is δ_j? The neuron's output σ(z_j) fans out to all neurons k of "
        "the next layer, and comes back as a sum over them: **δ_j = (Σ_k δ_k·w_kj)·σ'(z_j)**. In the last layer δ_k "
        "= ŷ_k − y_k. So the deltas are computed layer by layer, from the last to the first: that recursion *is* "
        "backpropagation."
    )
    J = deep_loss()
    signal = next(node for node in topological_order(J) if node.gate and node.gate.symbol == "Σwx")
    handout.draw(
        autograd.draw(J, collapse="neuron *", title="J, the cross-entropy of two labels"),
        "deep",
        "A network with two inner layers of sigmoid neurons and two labels, every neuron as a box. Where an output "
        "fans out, the gradients of its uses add up: Σ_k δ_k·w_kj.",
    )
    signal.label = "z_j"
    handout.draw(
        autograd.draw(J, around=signal, radius=1, title="z_j"),
        "inner",
        "One inner neuron of the first layer: below z_j stands its δ_j, and below each weight δ_j times the weight's "
        "input.",
    )
    pairs = zip(recursion(), graph_gradients(), strict=True)
    handout.table(
        ["layer", "weight", "δ_j·x_i by the recursion", "out of the graph"],
        [
            [str(layer), shown(f"w_{j}{i}" if i < len(row) else f"b_{j}"), *both]
            for layer, (by_hand, graph) in enumerate(pairs, start=1)
            for j, (row, graph_row) in enumerate(zip(by_hand.tolist(), graph.tolist(), strict=True), start=1)
            for i, both in enumerate(zip(row, graph_row, strict=True), start=1)
        ],
    )
    difference = max(np.abs(a - b).max() for a, b in zip(recursion(), graph_gradients(), strict=True))
    handout.say(f"The two columns differ by at most {difference:.0e}.")
