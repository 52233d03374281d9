"""Worked graphs, forwards and backwards

Small formulas as circuits, with every number of the forward and of the backward pass.

Above a wire stands its value, below it its gradient: how fast the result at the far right changes with it. And below
that stands where the gradient comes from: the gradient of the gate's output, times the gate's local gradient. Follow
the wires from right to left, and you have worked out the chain rule.

The backward pass is a circuit too, the *dual* of the first: × becomes two factors, + a fanout, a fanout +.
"""

from __future__ import annotations

import autograd
from autograd import Value
from demos import logistic_neuron, two_layers
from demos.handout import Handout
from demos.labelled import COLUMNS, labelled, rows, run_backwards


def product_and_sum() -> Value:
    """L = c·(a + 2b), by way of d = 2b and e = a + d, at a = 3, b = 1, c = -2."""
    a, b, c = Value(3.0), Value(1.0), Value(-2.0)
    d = 2 * b
    e = a + d
    L = c * e
    return run_backwards(L, a=a, b=b, c=c, d=d, e=e, L=L)


def sum_and_product() -> Value:
    """J = 3(a + b·c), by way of u = b·c and v = a + u, at a = 5, b = 3, c = 2."""
    a, b, c = Value(5.0), Value(3.0), Value(2.0)
    u = b * c
    v = a + u
    J = 3 * v
    return run_backwards(J, a=a, b=b, c=c, u=u, v=v, J=J)


def line(at: float) -> Value:
    """f = 3a."""
    a = Value(at)
    f = 3 * a
    return run_backwards(f, a=a, f=f)


def two_paths(at: float) -> Value:
    """z = x·y with x = t² and y = 3t."""
    t = Value(at)
    x, y = autograd.square(t), 3 * t
    z = x * y
    return run_backwards(z, t=t, x=x, y=y, z=z)


def run(handout: Handout) -> None:
    """The graphs, from three gates to a network."""
    handout.say("## 1. L = c·(a + 2b)")
    _show_small(handout, product_and_sum(), "product_and_sum")
    handout.animate(
        autograd.draw(product_and_sum()), "product_and_sum_steps", "Gate by gate: forwards, then backwards."
    )
    handout.say("## 2. J = 3(a + b·c)")
    _show_small(handout, sum_and_product(), "sum_and_product")
    handout.say("## 3. What a derivative is: f(a) = 3a")
    _show_slope(handout)
    handout.say("## A value that is used twice")
    _show_two_paths(handout)
    handout.say("## 4. The logistic neuron and its loss")
    _show_neuron(handout)
    handout.say("## 5. Two layers")
    _show_layers(handout)
    handout.say("## 6. ReLU and hinge")
    _show_hinge(handout)
    handout.say("## 7. The inner weights of a deep network")
    _show_deep(handout)


def _show_small(handout: Handout, root: Value, name: str) -> None:
    handout.draw(autograd.draw(root), name, "Both passes in one picture.")
    handout.draw(
        autograd.draw(root, mode="backward"),
        f"{name}_backward",
        "The backward pass by itself. It begins on the right, where the derivative of the result with respect to "
        "itself is 1. Each × multiplies by the *other* input, in blue; each + copies.",
    )
    handout.table(COLUMNS, rows(root))


def _show_slope(handout: Handout) -> None:
    handout.row(
        {f"line_{at:g}": autograd.draw(line(at), title="", legend=False) for at in (2.0, 5.0)},
        "The derivative of 3a is 3, at 2 and at 5: the same everywhere on a line.",
    )
    handout.say("Push a by a little, and f moves three times as much. That ratio is the derivative.")
    handout.table(
        ["a", "f(a)", "a + 0.001", "f(a + 0.001)", "change of f / change of a"],
        [[at, line(at).data, f"{at + 0.001:g}", f"{line(at + 0.001).data:g}", slope_by_steps(at)] for at in (2.0, 5.0)],
    )


def slope_by_steps(at: float) -> float:
    """How much f = 3a moves for a small push, per push."""
    return (line(at + 0.001).data - line(at).data) / 0.001


def _show_two_paths(handout: Handout) -> None:
    handout.say(
        "If z depends on x and y, and both depend on t, then **dz/dt = ∂z/∂x · dx/dt + ∂z/∂y · dy/dt**. In a circuit "
        "that is the rule for a fanout: t is copied to two uses, so its gradients come back along two paths and are "
        "added."
    )
    root = two_paths(2.0)
    handout.draw(
        autograd.draw(root),
        "two_paths",
        "z = x·y with x = t² and y = 3t at t = 2. Below t stands the sum of its two uses: 6·4 + 4·3 = 24 + 12 = 36.",
    )
    handout.draw(
        autograd.draw(root, mode="backward"),
        "two_paths_backward",
        "Backwards, the fanout is a +. The upper way multiplies ∂z/∂x = 6 by dx/dt = 4, the lower one ∂z/∂y = 4 by "
        "dy/dt = 3.",
    )
    handout.animate(
        autograd.draw(root),
        "two_paths_steps",
        "Gate by gate: t has its whole gradient only when both paths are through.",
    )
    handout.table(COLUMNS, rows(root))


def _show_neuron(handout: Handout) -> None:
    loss = logistic_neuron.CASE.loss()
    handout.draw(
        autograd.draw(loss, unfold=True),
        "neuron",
        "z = w₁x₁ + w₂x₂ + b, a = σ(z), and for y = 1 the loss J = −log a. Below z: ∂J/∂z = a − y = 0.7311 − 1 = "
        "−0.2689, the delta error.",
    )
    handout.draw(autograd.draw(loss), "neuron_folded", "The same with synapses and adder as one gate.")
    handout.draw(
        autograd.draw(loss, mode="backward"),
        "neuron_backward",
        "Backwards: the delta error goes to the bias as it is, to each weight times its input, to each input times its "
        "weight.",
    )
    handout.table(COLUMNS, rows(loss))


def _show_layers(handout: Handout) -> None:
    loss = two_layers.two_layer_loss()
    title = "J = −log ŷ"
    handout.draw(
        autograd.draw(loss, title=title),
        "layers",
        "z1 = W1·x + b1, a1 = ReLU(z1), z2 = W2·a1 + b2, ŷ = σ(z2), with the loss for y = 1. Frames are layers and "
        "neurons. Neuron 2 of layer 1 is off: its wires are grey, and their gradients 0.",
    )
    handout.draw(autograd.draw(loss, title=title, collapse="neuron *"), "layers_neurons", "Every neuron as a box.")
    handout.draw(
        autograd.draw(loss, title=title, collapse="layer *"),
        "layers_collapsed",
        "Every layer as a box. The gradients on its left are those that have gone through all of it.",
    )
    handout.table(COLUMNS, rows(loss))


def _show_hinge(handout: Handout) -> None:
    loss = two_layers.relu_and_hinge()
    handout.draw(
        autograd.draw(loss, title=two_layers.HINGE),
        "hinge",
        "a = W1·x, h = ReLU(a), y = w2·h and ℓ = max(0, 1 − y·z), with ReLU(u) = max(0, u), for the true sign z = 1. "
        "The weights of w2 are v₁ and v₂: their gradients are −z·h. Those of W1 go through the ReLU that is on.",
    )
    handout.table(COLUMNS, rows(loss))


def _show_deep(handout: Handout) -> None:
    handout.draw(
        autograd.draw(two_layers.deep_loss(), collapse="neuron *"),
        "deep",
        "Two inner layers of sigmoid neurons. A gradient that comes back to a neuron is the sum over the neurons "
        "behind it: δⱼ = (Σₖ δₖ·wₖⱼ)·σ'(zⱼ), and ∂J/∂wⱼᵢ = δⱼ·xᵢ. The page on two layers works that out.",
    )
    loss = two_layers.two_layer_loss()
    first = labelled(loss)["z_11"]
    handout.draw(
        autograd.draw(loss, around=first, radius=1),
        "inner",
        "Near the signal of one inner neuron of graph 5: below z₁₁ stands its delta error; each weight has it times "
        "its input.",
    )
