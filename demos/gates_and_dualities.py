"""Every gate, forwards and backwards

A circuit is made of *gates*. Forwards, a gate computes its output from its inputs; backwards, it hands gradients to
them.

The *output gradient* g, which comes in from the right, says how fast the result of the whole circuit changes with this
output. Each input gets a gradient of its own: g times the *local gradient* ∂out/∂in. That is the chain rule, and it is
all that a gate has to know: backpropagation runs a circuit of any size by asking one gate after the other.

Each row shows a gate running forwards, from left to right, with its values in blue; beside it its dual, from right to
left, with the gradients in orange; then the local gradients as formulas. In all these pictures g = 2 comes in from
the right as ∂out, and ∂x is short for the gradient of x. The blue factors on the way back are the local gradients: the
forward pass has left them behind. Grey and dashed is what gets no gradient.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import autograd
from autograd import Value
from autograd.drawing import Drawing
from autograd.drawing.heading import Mode
from autograd.drawing.notation import shown
from autograd.drawing.title import title_of
from autograd.expression import parse
from demos.handout import Handout, written

G = 2.0
"""The output gradient in all pictures of gates."""


class Example(NamedTuple):
    """A gate with numbers at its inputs."""

    name: str
    function: Callable[..., Value]
    inputs: Mapping[str, float]
    local_gradients: Sequence[str]
    """That of each input, as an expression of the inputs."""
    note: str = ""

    def circuit(self) -> Value:
        """The gate after a forward and a backward pass."""
        out = self.function(*[Value(number, label=label) for label, number in self.inputs.items()])
        out.label = "out"
        out.backward(G)
        return out

    def computed_rule(self) -> list[Value]:
        """The local gradients, computed from their expressions."""
        known: dict[str, float | Value] = {**self.inputs, "pi": Value(math.pi, label="π")}
        return [
            parse(text, {name: known[name] for name in known if name in _names(text)}) for text in self.local_gradients
        ]

    def rule(self) -> str:
        """The local gradients as formulas, such as "∂out/∂x = y, ∂out/∂y = x"."""
        formulas = [title_of([result]) or written(result.data) for result in self.computed_rule()]
        return ", ".join([f"∂out/∂{shown(label)} = {text}" for label, text in zip(self.inputs, formulas, strict=True)])


def _names(expression: str) -> set[str]:
    return set(re.findall(r"\w+", expression))


_X, _XY = {"x": 0.5}, {"x": 3.0, "y": 4.0}

GATES: dict[str, Sequence[Example]] = {
    "Arithmetic": (
        Example("+", lambda x, y: x + y, _XY, ("1", "1"), "Copies the gradient: sum ↔ fanout."),
        Example("−", lambda x, y: x - y, _XY, ("1", "-1"), "Copies it, once with the sign turned round."),
        Example("×", lambda x, y: x * y, _XY, ("y", "x"), "Swaps: each input gets the gradient times the other."),
        Example("÷", lambda x, y: x / y, _XY, ("1/y", "-(x/y**2)")),
        Example("−x", lambda x: -x, _X, ("-1",)),
        Example("x^n, a fixed exponent", lambda x: x**3, {"x": 2.0}, ("3*x**2",)),
        Example("a^b", lambda a, b: a**b, {"a": 2.0, "b": 3.0}, ("b*a**(b-1)", "a**b*log(a)")),
        Example("|x|", abs, {"x": -3.0}, ("sign(x)",), "A kink at 0, where the gradient is 0 by convention."),
        Example("square", autograd.square, {"x": 3.0}, ("2*x",)),
        Example("square root", autograd.sqrt, {"x": 4.0}, ("1/(2*sqrt(x))",)),
    ),
    "Exponentials and logarithms": (
        Example("exp", autograd.exp, _X, ("exp(x)",), "Its own derivative: the local gradient is the output."),
        Example("expm1", autograd.expm1, _X, ("exp(x)",), "exp(x) − 1, exact also for tiny x."),
        Example("log", autograd.log, _X, ("1/x",), "The natural logarithm: the local gradient is 1/in."),
        Example("log1p", autograd.log1p, _X, ("1/(1+x)",), "log(1 + x), exact also for tiny x."),
    ),
    "Trigonometry": (
        Example("sin", autograd.sin, _X, ("cos(x)",)),
        Example("cos", autograd.cos, _X, ("-sin(x)",)),
        Example("tan", autograd.tan, _X, ("1/cos(x)**2",)),
        Example("asin", autograd.asin, _X, ("1/sqrt(1-x**2)",)),
        Example("acos", autograd.acos, _X, ("-(1/sqrt(1-x**2))",)),
        Example("atan", autograd.atan, _X, ("1/(1+x**2)",)),
        Example("sinh", autograd.sinh, _X, ("cosh(x)",)),
        Example("cosh", autograd.cosh, _X, ("sinh(x)",)),
    ),
    "Activations": (
        Example("sigmoid", autograd.sigmoid, _X, ("sigmoid(x)*(1-sigmoid(x))",), "σ' = σ(1 − σ)."),
        Example("tanh", autograd.tanh, _X, ("(1-tanh(x)**2)",)),
        Example("ReLU, on", autograd.relu, {"x": 3.0}, ("step(x)",), "1 above 0: the gradient passes."),
        Example("ReLU, off", autograd.relu, {"x": -3.0}, ("step(x)",), "0 below 0: the gradient is blocked."),
        Example(
            "leaky ReLU",
            lambda x: autograd.leaky_relu(x, 0.1),
            {"x": -3.0},
            ("where(step(x), 1, 0.1)",),
            "1 above 0; below, a slope that lets a little pass, here 0.1.",
        ),
        Example("softplus", autograd.softplus, _X, ("sigmoid(x)",), "log(1 + exp(x)), a smooth ReLU."),
        Example("log σ", autograd.log_sigmoid, _X, ("sigmoid(-x)",)),
        Example("erf", autograd.erf, _X, ("2*exp(-x**2)/sqrt(pi)",), "The integral of the bell curve."),
    ),
    "Choices and steps": (
        Example(
            "max",
            autograd.maximum,
            _XY,
            ("step(x-y)", "step(y-x)"),
            "The gradient goes to the input that won: max ↔ mux. The winners of a tie share it.",
        ),
        Example("min", autograd.minimum, _XY, ("step(y-x)", "step(x-y)"), "The same with the smallest input."),
        Example(
            "where",
            autograd.where,
            {"c": 1.0, "x": 3.0, "y": 4.0},
            ("0", "where(c, 1, 0)", "where(c, 0, 1)"),
            "x if the condition c is not 0, else y. The condition gets no gradient.",
        ),
        Example(
            "clip",
            lambda x: autograd.clip(x, -1, 1),
            _X,
            ("step(1-abs(x))",),
            "Held between two bounds, here −1 and 1. Outside of them the gradient is blocked.",
        ),
        Example(
            "step", autograd.step, _X, ("0",), "1 above 0, else 0. Flat: no gradient passes, nothing can be learnt."
        ),
        Example("sign", autograd.sign, _X, ("0",), "−1, 0 or 1. Flat as well."),
    ),
    "Many inputs": (
        Example(
            "Σ",
            lambda *xs: autograd.sum(xs),
            {"x": 3.0, "y": 4.0, "z": 5.0},
            ("1", "1", "1"),
            "A copy for every input.",
        ),
        Example(
            "mean",
            lambda *xs: autograd.mean(xs),
            {"x": 3.0, "y": 4.0, "z": 5.0},
            ("1/3", "1/3", "1/3"),
            "An equal share for every input.",
        ),
        Example(
            "dot, a neuron's adder",
            lambda w_1, w_2, x_1, x_2, b: autograd.dot([w_1, w_2], [x_1, x_2], b),
            {"w_1": 2.0, "w_2": -3.0, "x_1": 3.0, "x_2": 4.0, "b": 1.0},
            ("x_1", "x_2", "w_1", "w_2", "1"),
            "Products, then their sum: weights and inputs swap, the bias gets a copy.",
        ),
        Example(
            "logΣexp",
            lambda *xs: autograd.logsumexp(xs),
            {"x": 1.0, "y": 2.0},
            ("exp(x)/(exp(x)+exp(y))", "exp(y)/(exp(x)+exp(y))"),
            "A soft maximum. Its local gradients are the softmax of its inputs.",
        ),
        Example("hypot", autograd.hypot, _XY, ("x/hypot(x, y)", "y/hypot(x, y)"), "The length of (x, y)."),
        Example(
            "atan2", autograd.atan2, {"y": 4.0, "x": 3.0}, ("x/(x**2+y**2)", "-(y/(x**2+y**2))"), "The angle of (x, y)."
        ),
    ),
}


def fanout() -> list[Value]:
    """x used twice, with gradients of 2 and 5 coming back."""
    x = Value(3.0, label="x")
    uses = [2 * x, 5 * x]
    for use, label in zip(uses, ("p", "q"), strict=True):
        use.label = label
        use.backward()
    return uses


DUALITIES: dict[str, tuple[str, Callable[[], Value | list[Value]]]] = {
    "multiply": (
        "**mul swaps.** Each input gets the gradient times the *other* input: ∂x = g·y = 2·4 = 8, ∂y = g·x = 2·3 = 6.",
        Example("×", lambda x, y: x * y, _XY, ()).circuit,
    ),
    "sum": (
        "**sum ↔ fanout.** A sum run backwards is a fanout: the gradient is copied to every input.",
        Example("+", lambda x, y: x + y, _XY, ()).circuit,
    ),
    "fanout": (
        "**fanout ↔ sum.** A value that is used twice has two gradients coming back, here 2 and 5. A fanout run "
        "backwards is a sum: ∂x = 2 + 5 = 7.",
        fanout,
    ),
    "max": (
        "**max ↔ mux.** The gradient goes to the input that won; the other gets 0. Backwards, max is a switch (a "
        "*multiplexer*) that stands where the forward pass has set it.",
        Example("max", autograd.maximum, _XY, ()).circuit,
    ),
}
"""What to say of each, and its circuit after both passes."""


def run(handout: Handout) -> None:
    """The four dualities, then all gates by groups."""
    handout.say("## Four dualities")
    for name, (text, circuit) in DUALITIES.items():
        handout.row(both_ways(circuit(), name), text)
    for group, examples in GATES.items():
        handout.say(f"## {group}")
        for example in examples:
            handout.row(both_ways(example.circuit(), _file_name(group, example)), _caption(example))


def both_ways(circuit: Value | list[Value], name: str) -> dict[str, Drawing]:
    """The forward and the backward picture, by the names of their files."""
    modes: tuple[Mode, ...] = ("forward", "backward")
    return {f"{name}_{mode}": autograd.draw(circuit, mode=mode, title="", legend=False) for mode in modes}


def _file_name(group: str, example: Example) -> str:
    return f"{group.split(maxsplit=1)[0].lower()}_{GATES[group].index(example) + 1}"


def _caption(example: Example) -> str:
    """Name, rule and note, each on a line of its own."""
    return "  \n".join(filter(None, (f"**{example.name}**", example.rule(), example.note)))
