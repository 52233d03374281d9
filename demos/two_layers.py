"""Two layers, and the gradients of inner weights

A neural network is neurons in layers: what one layer puts out, the next takes in. Forwards it is one formula inside the
other,

z1 = W1·x + b1,  a1 = ReLU(z1),  z2 = W2·a1 + b2,  ŷ = σ(z2).

W1 has a row for each neuron of the first layer, and z1, a1 and b1 a component. In the pictures z₁₂ is component 2 of
z1, so layer 1, neuron 2; a weight w₁₂ is row 1, column 2 of W1, so neuron 1, input 2. For the weights of the last layer
the gradient is as easy as for a single neuron. For an inner weight one has to ask through which ways it reaches the
loss: lectures often leave that out as "quite involved". For the graph an inner weight is a leaf like any other. Below
we derive the formulas, and hold them against the gradients that come out of the graph.
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
from demos.handout import Handout, written
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
HINGE_WEIGHTS = ("v_1", "v_2", "w_11", "w_12", "w_21", "w_22")
HINGE_CASES = (
    (1, HINGE_W2, "right, y·z = 0.8 < 1"),
    (-1, HINGE_W2, "wrong side, y·z = −0.8"),
    (1, (0.7, 0.7), "right by far, y·z = 1.4 > 1"),
)
"""The true sign, w2, and what that makes of the example."""

DEEP_X, DEEP_Y = (0.5, -1.0), (1.0, 0.0)
DEEP = nn.MLP(2, [3, 2, 2], activation="sigmoid", output="sigmoid", seed=3)
"""Two inputs, two inner layers and two labels."""


def network(x: Sequence[Value]) -> Value:
    """ŷ of the two layers, every part labelled.

    wⱼᵢ are the weights in W1, vⱼ those in W2, c is b2; z₁₂ is the signal of neuron 2 in layer 1, a₁₂ its output.
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
    """For each layer of the deep network ∂J/∂wⱼᵢ, with ∂J/∂bⱼ in the last column, out of the graph."""
    deep_loss()
    return [np.array([[p.grad for p in (*n.weights, n.bias)] for n in layer.neurons]) for layer in DEEP.layers]


def recursion() -> list[Array]:
    """The same by the recursion: δⱼ = (Σₖ δₖ wₖⱼ) σ'(zⱼ), ∂J/∂wⱼᵢ = δⱼ xᵢ and ∂J/∂bⱼ = δⱼ."""
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
        "Two inputs, two neurons with ReLU, one with σ. The weights w are those of W1, v those of W2, c is b2. w₁₂ "
        "leads from x₂ into neuron 1. z₁₂ is the signal of neuron 2 in layer 1: it is negative, so its ReLU puts out "
        "0.",
    )
    handout.draw(
        autograd.draw(J, title="J = −log ŷ"),
        "both",
        "The same with its loss J for y = 1, every adder as one gate. What goes back from z₂₁ is ŷ − y. Neuron 2 of "
        "layer 1 is off, and nothing passes its ReLU: the grey wires have a gradient of 0.",
    )
    names = ("z_11", "z_12", "a_11", "a_12", "z_21", "ŷ", "J")
    handout.table(COLUMNS, rows(J, names))


def _show_hinge(handout: Handout) -> None:
    handout.say(
        "The network a = W1·x, h = ReLU(a), y = w2·h is trained on the margin loss ℓ = max(0, 1 − y·z), where z = ±1 "
        "is the true sign. (Here z is the target, and in the pictures the weights w2 are called v₁, v₂.) Where y·z < "
        "1, the loss is 1 − y·z, so ∂ℓ/∂y = −z; elsewhere it is 0, and so are all gradients. The gate of both maxima "
        "is ReLU(u) = max(0, u).\n\n"
        "- y = Σ vⱼ·hⱼ, so ∂y/∂vⱼ = hⱼ and **∂ℓ/∂w2 = −z·h**.\n"
        "- hⱼ = max(0, aⱼ) passes the gradient where aⱼ > 0. So ∂ℓ/∂aⱼ = −z·vⱼ where aⱼ > 0, else 0.\n"
        "- aⱼ = Σ wⱼᵢ·xᵢ, so **∂ℓ/∂wⱼᵢ = −z·vⱼ·xᵢ where aⱼ > 0, else 0**: the part that is called quite involved."
    )
    loss = relu_and_hinge()
    handout.draw(
        autograd.draw(loss, mode="backward", title=HINGE),
        "hinge_backward",
        "The chain rule as a circuit, from right to left, for z = 1. Both hidden neurons get −z·vⱼ; ReLU lets it "
        "through to a₁ = 2 and blocks it before a₂ = −2.5.",
    )
    handout.draw(
        autograd.draw(loss, title=HINGE),
        "hinge_both",
        "The same with the values. w₂₁ and w₂₂ belong to the neuron that is off.",
    )
    by_hand, out_of_the_graph = (np.array([of(sign, w2) for sign, w2, _ in HINGE_CASES]) for of in (_by_hand, _graph))
    handout.table(
        ["gradient of ℓ in", *[case for *_, case in HINGE_CASES]],
        [[shown(name), *numbers] for name, numbers in zip(HINGE_WEIGHTS, out_of_the_graph.T.tolist(), strict=True)],
    )
    handout.say(
        "These come out of the graph; the largest difference from the formulas above is "
        f"{written(np.abs(by_hand - out_of_the_graph).max())}. In the last case, v = (0.7, 0.7), the score is right by "
        "more than 1, and nothing is left to learn."
    )


def _by_hand(sign: int, w2: Sequence[float]) -> Array:
    return np.concatenate([part.ravel() for part in hinge_gradients(sign, w2)])


def _graph(sign: int, w2: Sequence[float]) -> Array:
    found = labelled(relu_and_hinge(sign, w2))
    return np.array([found[name].grad for name in HINGE_WEIGHTS])


def _show_recursion(handout: Handout) -> None:
    handout.say(
        "In a deep network the weight wⱼᵢ leads from xᵢ, an output of the layer before, into neuron j with the "
        "signal zⱼ = Σᵢ wⱼᵢ·xᵢ + bⱼ. With the *delta error* δⱼ = ∂J/∂zⱼ we have ∂J/∂wⱼᵢ = δⱼ·xᵢ and "
        "∂J/∂bⱼ = δⱼ, as for a single neuron. What is δⱼ? The neuron's output σ(zⱼ) fans out to all neurons k of "
        "the next layer, and comes back as a sum over them: **δⱼ = (Σₖ δₖ·wₖⱼ)·σ'(zⱼ)**. In the last layer δₖ "
        "= ŷₖ − yₖ. So the deltas are computed layer by layer, from the last to the first: that recursion *is* "
        "backpropagation."
    )
    J = deep_loss()
    signal = next(node for node in topological_order(J) if node.gate and node.gate.symbol == "Σwx")
    handout.draw(
        autograd.draw(J, collapse="neuron *", title="J, the cross-entropy of two labels"),
        "deep",
        "A network with two inner layers of sigmoid neurons and two labels, every neuron as a box. Where an output "
        "fans out, the gradients of its uses add up: Σₖ δₖ·wₖⱼ.",
    )
    signal.label = "zⱼ"
    handout.draw(
        autograd.draw(J, around=signal, radius=1, title="zⱼ"),
        "inner",
        "One inner neuron of the first layer: below zⱼ stands its δⱼ, and below each weight δⱼ times the weight's "
        "input.",
    )
    pairs = list(zip(recursion(), graph_gradients(), strict=True))
    handout.table(
        ["layer", "gradient in", "δⱼ·xᵢ by the recursion", "out of the graph"],
        [
            [str(layer), shown(f"w_1{i}" if i < by_hand.shape[1] else "b_1"), *both]
            for layer, (by_hand, graph) in enumerate(pairs, start=1)
            for i, both in enumerate(zip(by_hand[0].tolist(), graph[0].tolist(), strict=True), start=1)
        ],
    )
    difference = max(np.abs(by_hand - graph).max() for by_hand, graph in pairs)
    count = sum(graph.size for _, graph in pairs)
    handout.say(
        f"These are the weights of the first neuron of each layer. Over all {count} weights and biases the two "
        f"columns differ by at most {written(difference)}."
    )
