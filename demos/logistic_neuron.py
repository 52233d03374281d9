"""The logistic neuron

A neuron has three elements: *synapses*, which multiply every input xᵢ by a weight wᵢ; an *adder*, which adds up the
products and a bias b; and an *activation*. The adder's output z = Σ wᵢ·xᵢ + b is the neuron's *signal*.

The activation of the logistic neuron is the sigmoid σ(z) = 1 / (1 + e⁻ᶻ). It turns any signal into a number between 0
and 1, which is read as a probability: a = σ(z) = P(y = 1 | x).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

import autograd
import nn
from autograd import Constant, Value
from demos.handout import BLUE, ORANGE, Cell, Handout, figure
from demos.labelled import labelled, run_backwards


class Case(NamedTuple):
    """A neuron, an example, and its class."""

    x: Sequence[float]
    w: Sequence[float]
    b: float
    y: float

    def loss(self) -> Value:
        """J = -y log a - (1 - y) log(1 - a) with a = σ(z) and z = Σ wᵢ·xᵢ + b, after a backward pass."""
        x = [Value(number, label=f"x_{i}") for i, number in enumerate(self.x, start=1)]
        w = [nn.Parameter(number, label=f"w_{i}") for i, number in enumerate(self.w, start=1)]
        z = autograd.dot(w, x, nn.Parameter(self.b, label="b"))
        a = autograd.sigmoid(z)
        J = nn.losses.binary_cross_entropy(a, self.y)
        return run_backwards(J, z=z, a=a, J=J)


CASE = Case((-1.0, -2.0), (2.0, -3.0), -3.0, 1.0)
CASES = (
    CASE,
    CASE._replace(y=0.0),
    Case((0.5, -1.5), (0.8, -0.4), 0.1, 1.0),
    Case((0.5, -1.5), (0.8, -0.4), 0.1, 0.0),
    Case((3.0, 2.0), (0.0, 0.0), 0.0, 1.0),
    Case((2.0, 1.0), (-1.5, 0.5), -1.0, 1.0),
    Case((2.0, 1.0), (-1.5, 0.5), -1.0, 0.0),
)


def signal_with_bias_as_weight(case: Case) -> Value:
    """z = Σ wᵢ·xᵢ from i = 0, where w₀ is the bias and x₀ = 1."""
    x = [Constant(1.0, "x_0"), *[Value(number, label=f"x_{i}") for i, number in enumerate(case.x, start=1)]]
    w = [nn.Parameter(number, label=f"w_{i}") for i, number in enumerate((case.b, *case.w))]
    z: Value = autograd.dot(w, x)
    z.label = "z"
    return z


LINEAR_MODELS = {
    "linear regression": ("z", "a number, such as a price"),
    "linear classification": ("sign", "a class, −1 or 1"),
    "logistic regression": ("σ", "a probability, P(y = 1 | x)"),
}
"""The label of each one's output, and what the output means."""


def linear_models() -> list[Value]:
    """What the three put out for the signal of `CASE`."""
    z = labelled(CASE.loss())["z"]
    outputs = [z, autograd.sign(z), autograd.sigmoid(z)]
    for output, (label, _) in zip(outputs, LINEAR_MODELS.values(), strict=True):
        output.label = label
    return outputs


def sigmoid_slope(z: float) -> float:
    """σ'(z) out of the recorded gate.

    >>> sigmoid_slope(0.0)
    0.25
    """
    leaf = Value(z)
    return autograd.gradients(autograd.sigmoid(leaf), [leaf])[0]


def run(handout: Handout) -> None:
    """The parts of a neuron, its curve, its two siblings, and its delta error."""
    handout.say("## Three elements")
    _show_elements(handout)
    handout.say("## The sigmoid")
    _plot_sigmoid(handout)
    handout.say("## One signal, three linear models")
    _show_linear_models(handout)
    handout.say("## The delta error")
    _show_delta(handout)


def _show_elements(handout: Handout) -> None:
    a = labelled(CASE.loss())["a"]
    handout.draw(
        autograd.draw(a, mode="forward", unfold=True),
        "elements",
        "From left to right: the synapses (×), the adder (+), the activation (σ). Squares mark what is learnt, the "
        "*parameters*: weights and bias.",
    )
    handout.draw(
        autograd.draw(a, mode="forward"),
        "neuron",
        "The same with synapses and adder as one gate, Σwx. That is how we draw neurons from here on.",
    )
    handout.say(
        "The bias may be written as one more weight w₀, whose input x₀ is always 1: then z = w·x + b is the single sum "
        "Σ wᵢ·xᵢ from i = 0."
    )
    handout.draw(
        autograd.draw(signal_with_bias_as_weight(CASE), mode="forward", title="z = w₀x₀ + w₁x₁ + w₂x₂"),
        "bias_as_weight",
        "The same signal with w₀ = b = −3 and x₀ = 1.",
    )
    handout.table(
        ["x", "w", "b", "w·x + b", "(b, w)·(1, x)"],
        [
            [_vector(x), _vector(w), b, labelled(case.loss())["z"].data, signal_with_bias_as_weight(case).data]
            for case in CASES[::2]
            for x, w, b, _ in [case]
        ],
    )


def _plot_sigmoid(handout: Handout) -> None:
    x = np.linspace(-6, 6, 241)
    plot, (steepness, shift, slope) = figure(10, 3.2, ncols=3, sharey=True)
    for w in (0.5, 1.0, 2.0, 5.0):
        steepness.plot(x, [autograd.sigmoid(w * float(each)) for each in x], label=f"w = {w:g}")
    for b in (-3.0, 0.0, 3.0):
        shift.plot(x, [autograd.sigmoid(float(each) + b) for each in x], label=f"b = {b:g}".replace("-", "−"))
    slope.plot(x, [autograd.sigmoid(float(each)) for each in x], color=BLUE, label="σ(z)")
    slope.plot(x, [sigmoid_slope(float(each)) for each in x], color=ORANGE, label="σ'(z)")
    for axes, title, label in (
        (steepness, "σ(w·x): the weight sets the steepness", "x"),
        (shift, "σ(x + b): the bias shifts", "x"),
        (slope, "σ and its slope", "z"),
    ):
        axes.set_title(title, fontsize=11)
        axes.set_xlabel(label)
        axes.legend(loc="upper left", fontsize=9)
    handout.plot(
        plot,
        "sigmoid",
        "A large weight makes a steep curve. The curve crosses ½ where w·x + b = 0, that is at x = −b/w. The slope is "
        "largest in the middle, ¼, and dies out on both sides.",
    )
    handout.say(
        "σ(0) = ½, and σ' = σ(1 − σ): the slope comes out of the value that the forward pass has computed anyway."
    )
    handout.table(
        ["z", "σ(z)", "σ(1 − σ)", "σ'(z) out of the gate"],
        [_slope_row(z) for z in (-4.0, -2.0, 0.0, 1.0, 2.0, 4.0)],
    )


def _slope_row(z: float) -> list[Cell]:
    output = autograd.sigmoid(z)
    return [z, output, output * (1 - output), sigmoid_slope(z)]


def _show_linear_models(handout: Handout) -> None:
    outputs = linear_models()
    handout.draw(
        autograd.draw(outputs, mode="forward", title="z, sign(z), σ(z)"),
        "linear_models",
        "The same signal z = 1, put out as it is, as its sign, and through σ.",
    )
    handout.table(
        ["model", "puts out", "here", "which means"],
        [
            [name, label, output.data, meaning]
            for (name, (label, meaning)), output in zip(LINEAR_MODELS.items(), outputs, strict=True)
        ],
    )


def _show_delta(handout: Handout) -> None:
    handout.say(
        "The loss of an example with the class y (0 or 1) is the cross-entropy J = −y·log a − (1 − y)·log(1 − a): "
        "−log of the probability that the neuron gave to what is true. Run it backwards, gate by gate:\n\n"
        "- ∂J/∂a = −y/a + (1 − y)/(1 − a), the slope of the loss;\n"
        "- ∂J/∂z = ∂J/∂a · σ'(z) = ∂J/∂a · a(1 − a) = **a − y = δ**, the *delta error*: output minus target;\n"
        "- ∂J/∂wⱼ = xⱼ·δ, since × swaps; ∂J/∂b = δ, since + copies."
    )
    handout.draw(
        autograd.draw(CASE.loss(), unfold=True),
        "delta",
        "For y = 1 the loss is J = −log a. Below z stands δ = a − y = 0.7311 − 1 = −0.2689, and from there it goes "
        "on to the bias as it is, and to each weight times its input.",
    )
    handout.animate(autograd.draw(CASE.loss()), "delta_steps", "Forwards, then backwards, gate by gate.")
    handout.table(["x", "w", "b", "y", "a", "∂J/∂a", "∂J/∂z", "a − y"], map(_delta_row, CASES))
    handout.table(["δ", "x", "∂J/∂w", "x·δ", "∂J/∂b"], map(_gradient_row, CASES))
    handout.say(
        "∂J/∂z, ∂J/∂w and ∂J/∂b come out of the graph, a − y and x·δ out of the formulas: the columns agree. The "
        "delta is never more than 1 in size, and it is 0 only for an output that is exactly right."
    )


def _delta_row(case: Case) -> list[Cell]:
    found = labelled(case.loss())
    a, z = found["a"], found["z"]
    return [_vector(case.x), _vector(case.w), case.b, case.y, a.data, a.grad, z.grad, a.data - case.y]


def _gradient_row(case: Case) -> list[Cell]:
    found = labelled(case.loss())
    delta = found["a"].data - case.y
    weights = [found[f"w_{i}"].grad for i in range(1, len(case.w) + 1)]
    return [delta, _vector(case.x), _vector(weights), _vector([x * delta for x in case.x]), found["b"].grad]


def _vector(numbers: Sequence[float]) -> str:
    return f"({', '.join([f'{number:.4g}' for number in numbers])})".replace("-", "−")
