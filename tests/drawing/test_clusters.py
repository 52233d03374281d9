"""Scopes as frames, collapsed scopes as boxes, dots where a picture leaves something out."""

import re
from collections import Counter
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

import nn
from autograd import Value, relu, scope, topological_order
from autograd import dot as weighted_sum
from autograd.drawing import Drawing, draw
from autograd.drawing.backward import backward_diagram
from autograd.drawing.diagram import Port
from autograd.drawing.dot import Overrides, dot_outline
from autograd.drawing.engines import lay_out
from autograd.drawing.forward import forward_diagram
from autograd.drawing.theme import LIGHT
from autograd.drawing.tracing import trace

SVG = "{http://www.w3.org/2000/svg}"
MODES = ("both", "forward", "backward")
NASTY = 'layer <2> & "x" \\N\\'


class Weight(Value):
    kind = "parameter"


def network() -> Value:
    """Two neurons in a layer, and one in a second layer whose name is not easy to write."""
    x = [Value(1.0, label="x_1"), Value(-2.0, label="x_2")]
    hidden = []
    with scope("layer 1"):
        for k in (1, 2):
            with scope(f"neuron {k}"):
                weights = [Weight(0.5 * k, label=f"w_{k}"), Weight(-0.25, label=f"u_{k}")]
                hidden.append(relu(weighted_sum(weights, x, Weight(0.1, label=f"b_{k}"))))
    with scope(NASTY):
        y = weighted_sum([Weight(2.0, label="v_1"), Weight(1.0, label="v_2")], hidden, Weight(0.0, label="c"))
    y.label = "y"
    y.backward()
    return y


class Box(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def misses(self, other: "Box") -> bool:
        across = other.right < self.left or self.right < other.left
        return across or other.bottom < self.top or self.bottom < other.top


def outline(group: ElementTree.Element) -> Box:
    """The box around the shape of a node or a frame."""
    ellipse = group.find(f"{SVG}ellipse")
    if ellipse is not None:
        x, y, rx, ry = (float(ellipse.get(name, "")) for name in ("cx", "cy", "rx", "ry"))
        return Box(x - rx, x + rx, y - ry, y + ry)
    shape = next(shape for shape in group if shape.tag in (f"{SVG}polygon", f"{SVG}path"))
    numbers = [float(x) for x in re.findall(r"-?[\d.]+", shape.get("points", "") or shape.get("d", ""))]
    return Box(min(numbers[::2]), max(numbers[::2]), min(numbers[1::2]), max(numbers[1::2]))


def texts(group: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()).replace("\u00a0", " ") for text in group.iter(f"{SVG}text")]


def groups(drawing: Drawing, kind: str) -> list[ElementTree.Element]:
    return [group for group in ElementTree.fromstring(drawing.svg()).iter(f"{SVG}g") if group.get("class") == kind]


@pytest.mark.parametrize("mode", MODES)
def test_frames_hold_what_is_in_them_and_nothing_else(mode, engine):
    drawing = draw(network(), mode=mode)
    frames = {texts(group)[0]: outline(group) for group in groups(drawing, "cluster")}
    assert frames.keys() == {"layer 1", "neuron 1", "neuron 2", NASTY}
    assert frames["layer 1"].holds(frames["neuron 1"])
    assert frames["layer 1"].holds(frames["neuron 2"])
    assert frames["neuron 1"].misses(frames["neuron 2"])
    assert frames["layer 1"].misses(frames[NASTY])
    for group in groups(drawing, "node"):
        inside = {name for name, frame in frames.items() if frame.holds(outline(group))}
        outside = {name for name, frame in frames.items() if frame.misses(outline(group))}
        label = next(iter(texts(group)), "")
        for name, mark in (("neuron 1", "₁"), ("neuron 2", "₂"), (NASTY, "v")):
            if re.search(rf"[wub]{mark} =", label) or (mark == "v" and "v" in label.partition(" =")[0]):
                assert name in inside, label
            if re.search(r"x[₁₂] =", label):
                assert name in outside, label


@pytest.mark.parametrize("mode", MODES)
def test_every_shape_is_in_one_place(mode):
    """All but the inputs stands in a scope, once: what it computes, its parameters, the branches that lead into it."""
    y = network()
    source = draw(y, mode=mode).source
    members: dict[str, list[str]] = {}
    stack: list[str] = []
    for line in source.splitlines():
        if opened := re.search(r"subgraph (cluster_\w+) \{", line):
            stack.append(opened[1])
            members[stack[-1]] = []
        elif line.strip() == "{":
            stack.append("a column")
        elif stack and line.strip() == "}":
            stack.pop()
        elif stack and (node := re.fullmatch(r"\t+([a-z]\w*)", line)):
            members[stack[-1]].append(node[1])
    assert not stack
    placed = Counter(name for names in members.values() for name in names)
    assert set(placed.values()) == {1}
    inputs = [number for number, value in enumerate(topological_order(y)) if value.label.startswith("x")]
    outside = {f"{kind}{number}" for kind in "vf" for number in inputs}
    shapes = set(re.findall(r"^\t([a-z]\w*) \[", source, re.MULTILINE)) - {"graph", "node", "edge"}
    assert shapes - placed.keys() == outside


def thirty() -> Value:
    """So many inputs from outside that Graphviz would rather sort them in its own way."""
    w, x = ([Value(0.1 * i, label=f"{name}_{i}") for i in range(15)] for name in "wx")
    with scope("neuron"):
        return weighted_sum(w, x, Value(1.0, label="b")).sigmoid()


def swapped() -> Value:
    """A module whose outputs are used in another order than they come out of it."""
    with scope("module"):
        x = Value(3.0, label="x")
        first, second, third = x.exp(), x.sin(), x.cos()
    return third - second / first


def repeated() -> Value:
    with scope("s"):
        x = Value(3.0, label="x")
        y = relu(x * x - x)
    with scope("t"):
        z = Value(2.0, label="z")
        return z * z + z - y


def shared() -> Value:
    """A parameter in two neurons, and all of them in a term of the loss that is in no neuron."""
    x, w = [Value(1.0, label="x_1"), Value(-2.0, label="x_2")], Weight(0.5, label="w")
    ends = []
    for k in (1, 2):
        with scope(f"neuron {k}"):
            ends.append(relu(weighted_sum([w, Weight(1.0, label=f"u_{k}")], x)))
    return ends[0] - ends[1] + 0.1 * w * w


def layers() -> Value:
    first, second = nn.MLP(2, [3, 2], seed=1)([Value(3.0, label="x_1"), Value(2.0, label="x_2")])
    return first - second


IN_ORDER = {
    "network": (network, {}),
    "neurons collapsed": (network, {"collapse": "neuron *"}),
    "a layer collapsed": (network, {"collapse": "layer 1"}),
    "unfolded": (network, {"unfold": True}),
    "the last gates": (network, {"depth": 2}),
    "thirty": (thirty, {}),
    "swapped": (swapped, {}),
    "swapped and collapsed": (swapped, {"collapse": True}),
    "repeated": (repeated, {}),
    "shared": (shared, {}),
    "layers": (layers, {}),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", IN_ORDER)
def test_operands_and_outputs_stand_in_order_from_top_to_bottom(name, mode, engine):
    make, options = IN_ORDER[name]
    root = make()
    root.backward()
    circuit = trace([root], **options)
    diagram = backward_diagram(circuit) if mode == "backward" else forward_diagram(circuit, mode == "both")
    svg = ElementTree.fromstring(lay_out(dot_outline(diagram, LIGHT, Overrides())))
    places = {name: outline(group).top for name, group in named(svg).items() if re.fullmatch(r"[vp]\d+(_\d+)?", name)}
    ports = {shape.wire: shape.name for shape in diagram.shapes if isinstance(shape, Port)}
    checked = 0
    for gate in filter(None, circuit.gates):
        operands = [gate.inputs[position].name for position in gate.drawing_order]
        for column in ([ports.get(wire, wire) for wire in operands], [wire.name for wire in gate.outputs]):
            heights = [places[wire] for wire in column if wire in places]
            assert heights == sorted(heights), (gate, heights)
            checked += len(heights) > 1
    assert checked


def named(svg: ElementTree.Element) -> dict[str, ElementTree.Element]:
    nodes = [group for group in svg.iter(f"{SVG}g") if group.get("class") == "node"]
    return {group.findtext(f"{SVG}title", ""): group for group in nodes}


@pytest.mark.parametrize("mode", MODES)
def test_a_wire_from_outside_comes_in_between_the_operands_beside_it(mode, engine):
    drawing = draw(network(), mode=mode)
    frames = {texts(group)[0]: outline(group) for group in groups(drawing, "cluster")}
    ports = [outline(group) for group in groups(drawing, "node") if not texts(group) and len(group) == 1]
    ports = [port for port in ports if port.bottom - port.top == 1.5]
    assert len(ports) == 2
    for port in ports:
        assert frames[NASTY].holds(port)
        assert port.left - frames[NASTY].left < 60


@pytest.mark.parametrize("mode", MODES)
def test_a_collapsed_scope_is_a_box(mode, engine):
    drawing = draw(network(), mode=mode, collapse=["layer 1"])
    (box,) = (group for group in groups(drawing, "node") if "layer 1" in texts(group))
    assert texts(box) == ["layer 1", "6 parameters"]
    (title,) = (text for text in texts(box) if text.startswith("layer"))
    assert outline(box).right - outline(box).left > 6 * len(title)
    edges = parsed(drawing.source)
    (gate,) = re.findall(r"^\t(g\d+) \[.*layer&#160;1", drawing.source, re.MULTILINE)
    assert len([head for _, head in edges if head == gate]) == 2
    assert len([tail for tail, _ in edges if tail == gate]) == 2


def test_a_collapsed_scope_is_run_backwards_too():
    lines = draw(network(), mode="backward", collapse=True).source.splitlines()
    arrows = [re.search(r"dir=\w+", line)[0] for line in lines if " -> " in line]
    assert arrows == ["dir=back"] * 7


def test_a_box_without_parameters_says_how_much_is_in_it():
    with scope("square"):
        x = Value(3.0)
        inner = (x * x).exp()
    assert "1&#160;value<" in draw(inner + 1, collapse=True).source


def test_the_gradient_out_of_a_box_is_said_to_come_through_it():
    assert "through&#160;the&#160;module" in draw(network(), collapse=["layer 1"]).source


@pytest.mark.parametrize("mode", MODES)
def test_dots_stand_where_the_picture_is_cut(mode, engine):
    drawing = draw(network(), mode=mode, depth=1)
    dots = [group for group in groups(drawing, "node") if texts(group) == ["…"]]
    assert len(dots) == 2  # the two hidden neurons
    whole = draw(network(), mode=mode)
    assert "…" not in [text for group in groups(whole, "node") for text in texts(group)]


def test_dots_stand_before_and_after_a_part():
    y = network()
    (first, _) = (value for value in topological_order(y) if value.gate is not None and value.gate.symbol == "ReLU")
    edges = parsed(draw(y, around=first, radius=1).source)
    assert [re.fullmatch(r"b(\d+)", tail)[1] == head[1:] for tail, head in edges if tail[0] == "b"] == [True, True]
    edges = parsed(draw(y, around=first.inputs[0], radius=1).source)
    dots = [tail for tail, head in edges if head[0] == "a"]
    assert Counter(name[0] for name in dots) == {"f": 2, "v": 1}  # of both inputs another use, and the neuron's output


def parsed(source: str) -> list[tuple[str, str]]:
    """The edges, without ports."""
    return re.findall(r"^\t(\w+)\S* -> (\w+)", source, re.MULTILINE)


@pytest.mark.parametrize("mode", MODES)
def test_lines_into_a_frame_have_room_to_come_in_from_the_left(mode):
    x = Value(3.0)
    with scope("square"):
        root = Weight(2.0) * x
    root.backward()
    lines = [line for line in draw(root, mode=mode).source.splitlines() if " -> " in line and line.startswith("\tv")]
    assert sorted("minlen=2" in line for line in lines) == [False, True]


def test_frames_do_not_inherit_the_heading(engine):
    drawing = draw(network(), title="The title")
    assert all(texts(group)[0] != "The title" for group in groups(drawing, "cluster"))
    unnamed = re.findall(r"subgraph cluster_\w+ \{\n\t+graph \[(.*)\]", drawing.source)
    assert len(unnamed) == 4
    assert all("label=" in attributes and LIGHT.blocked in attributes for attributes in unnamed)


def test_the_source_with_frames_is_a_pure_function_of_the_graph():
    assert len({draw(network(), mode=mode).source for mode in MODES for _ in range(2)}) == 3
