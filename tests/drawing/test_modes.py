"""The three modes: the same wires in each of them, and a dual circuit that computes the gradients it shows."""

import math
import re
from collections import Counter, defaultdict
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

import autograd
from autograd import Constant, Gate, Value, hypot, maximum, minimum, relu, topological_order, where
from autograd import dot as weighted_sum
from autograd import sum as n_ary_sum
from autograd.drawing import Drawing, draw
from autograd.drawing.theme import LIGHT
from autograd.testing.strategies import expressions

MODES = ("both", "forward", "backward")


class Dot(NamedTuple):
    """What a DOT text says, line by line."""

    nodes: dict[str, str]
    """The attributes of every node, as they are written."""
    edges: list[tuple[str, str, str]]
    """Tail, head and attributes of every edge, without ports."""


def parsed(source: str) -> Dot:
    nodes, edges = {}, []
    for line in source.splitlines():
        if edge := re.fullmatch(r"\t([a-z]\w*)(?::w:e)? -> ([a-z]\w*)(?::w:w)?(?: \[(.*)\])?", line):
            edges.append((edge[1], edge[2], edge[3] or ""))
        elif (node := re.fullmatch(r"\t([a-z]\w*) \[(.*)\]", line)) and node[1] not in ("graph", "node", "edge"):
            assert node[1] not in nodes
            nodes[node[1]] = node[2]
    return Dot(nodes, edges)


def table(attributes: str) -> list[str]:
    """The rows of a node's table as a reader sees them; the rule of a wire is an empty row."""
    (markup,) = re.findall(r"label=<(<TABLE.*</TABLE>)>", attributes)
    rows = ["".join(row.itertext()) for row in ElementTree.fromstring(markup)]
    return [row.replace("\u00a0", " ").replace("\\\\", "\\") for row in rows]


def label(attributes: str) -> str:
    (text,) = re.findall(r'label=("[^"]*"|\S+)', attributes)
    return text.strip('"')


def number(text: str) -> float:
    return float(text.rpartition("= ")[2].lstrip("▪× ").replace("−", "-"))


def lecture_example() -> Value:
    a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    L = c * (a + 2 * b)
    L.label = "L"
    L.backward()
    return L


# --- the same wires in every mode -------------------------------------------------------------------------------------


def wires_of(root: Value, with_constants: bool) -> Counter[tuple[str, str]]:
    """The edges of the graph itself: a Value with several uses goes through a fanout to a branch for each."""
    order = topological_order(root)
    index = {value: i for i, value in enumerate(order)}
    uses = defaultdict(list)
    for j, value in enumerate(order):
        for operand in value.inputs:
            uses[index[operand]].append(j)
    edges: Counter[tuple[str, str]] = Counter()
    for i, value in enumerate(order):
        if not with_constants and value.kind == "constant":
            continue
        if len(uses[i]) < 2:
            edges.update((f"v{i}", f"g{j}") for j in uses[i])
        else:
            edges[f"v{i}", f"f{i}"] += 1
            for k, j in enumerate(uses[i], start=1):
                edges.update([(f"f{i}", f"v{i}_{k}"), (f"v{i}_{k}", f"g{j}")])
        if value.gate is not None and (with_constants or any(x.kind != "constant" for x in value.inputs)):
            edges[f"g{i}", f"v{i}"] += 1
    return edges


@settings(deadline=None)
@given(expressions())
def test_forward_pictures_have_the_wires_of_the_graph(expression):
    root = expression(*map(Value, expression.inputs))
    expected = wires_of(root, with_constants=True)
    order = topological_order(root)
    for mode in ("both", "forward"):
        nodes, edges = parsed(draw(root, mode=mode, limit=None).source)
        inside = {f"v{i}" for i, value in enumerate(order) if value.kind == "constant"} - nodes.keys()
        assert Counter((tail, head) for tail, head, _ in edges) == Counter(
            {edge: times for edge, times in expected.items() if edge[0] not in inside}
        )
        assert nodes.keys() == {name for edge in expected for name in edge} - inside or len(order) == 1


@settings(deadline=None)
@given(expressions())
def test_the_backward_picture_has_the_same_wires_but_for_constants(expression):
    root = expression(*map(Value, expression.inputs))
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward", limit=None).source)
    factors = {name for name in nodes if re.fullmatch(r"g\d+_\d+", name)}
    contracted = Counter(
        (tail, head.partition("_")[0] if head in factors else head) for tail, head, _ in edges if tail not in factors
    )
    assert contracted == wires_of(root, with_constants=False)
    assert sorted(tail for tail, _, _ in edges if tail in factors) == sorted(factors)
    assert all(tail.partition("_")[0] == head for tail, head, _ in edges if tail in factors)


@settings(deadline=None)
@given(expressions())
def test_the_dual_circuit_computes_the_gradients_it_shows(expression):
    """Run from right to left: points copy, factors multiply, + adds up, a multiplexer lets the whole edges through."""
    root = expression(*map(Value, expression.inputs))
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward", limit=None).source)
    right = defaultdict(list)
    for tail, head, attributes in edges:
        right[tail].append((head, "style=dashed" in attributes))
    shown = {name: number(table(text)[0]) for name, text in nodes.items() if name.startswith("v")}

    def received(name: str) -> tuple[float, float]:
        """The gradient that comes to a node from the right, and the sizes of what was added up to it."""
        ways = [(0.0, 0.0) if dashed and shown.get(name) == 0.0 else passed(head) for head, dashed in right[name]]
        return sum(gradient for gradient, _ in ways), sum(size for _, size in ways)

    def passed(name: str) -> tuple[float, float]:
        if name in shown:
            return shown[name], abs(shown[name])
        factor = number(table(nodes[name])[0]) if "TABLE" in nodes[name] else 1.0
        gradient, size = received(name)
        return gradient * factor, size * abs(factor)

    for name, gradient in shown.items():
        if right[name]:
            expected, size = received(name)
            assert gradient == pytest.approx(expected, rel=0, abs=2e-3 * size), name


@settings(deadline=None)
@given(expressions())
def test_arrows_point_against_the_forward_pass_and_grey_is_dashed(expression):
    root = expression(*map(Value, expression.inputs))
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward", limit=None).source)
    for tail, head, attributes in edges:
        wire = tail if tail.startswith("v") else head
        if wire.startswith("v"):
            assert ("style=dashed" in attributes) == (number(table(nodes[wire])[0]) == 0)
        assert re.search(r"\bdir=(back|none)\b", attributes)
        assert (f'color="{LIGHT.blocked}"' in attributes) == ("style=dashed" in attributes)


# --- what the gates become --------------------------------------------------------------------------------------------


def test_the_lecture_example_backwards():
    nodes, edges = parsed(draw(lecture_example(), mode="backward").source)
    rows = {name: table(attributes)[0] for name, attributes in nodes.items() if "TABLE" in attributes}
    assert rows == {
        "v0": "∂L/∂c = 5",
        "v1": "∂L/∂a = −2",
        "v3": "∂L/∂b = −4",
        "v4": "−2",
        "v5": "−2",
        "v6": "∂L/∂L = 1",
        "g4": "×2",
        "g6_1": "×5",
        "g6_2": "×−2",
    }
    assert {name for name, attributes in nodes.items() if "shape=point" in attributes} == {"g5", "g6"}
    assert [(tail, head) for tail, head, attributes in edges if "dir=none" in attributes] == [
        ("g5", "v5"),
        ("g6", "v6"),
    ]


def dual(root: Value) -> tuple[str, list[str], int]:
    """What the root's gate becomes: its shape, the factors in order, the number of ways through it."""
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward").source)
    (gate,) = (tail for tail, head, _ in edges if head == f"v{len(topological_order(root)) - 1}")
    shape = next(name for name in ("point", "trapezium", "rounded") if name in nodes[gate])
    boxes = [name for name in nodes if name == gate or name.startswith(f"{gate}_")]
    factors = [table(nodes[name])[0] for name in boxes if "TABLE" in nodes[name]]
    return shape, factors, sum(head == gate for _, head, _ in edges)


class Cube(Gate):
    symbol = "x³"

    def forward(self, x):
        return x**3

    def local_gradients(self, out, x):
        return (3 * x**2,)


@pytest.mark.parametrize(
    ("make", "shape", "factors", "ways"),
    [
        (lambda x, y: x * y, "point", ["×4", "×3"], 2),
        (lambda x, y: x + y, "point", [], 2),
        (lambda x, y: n_ary_sum([x, y, x]), "point", [], 3),
        (lambda x, y: x - y, "point", ["×−1"], 2),
        (lambda x, y: x / y, "point", ["×0.25", "×−0.1875"], 2),
        (hypot, "point", ["×0.6", "×0.8"], 2),
        (lambda x, y: weighted_sum([x], [Value(1.0)], y), "point", ["×1", "×3"], 3),
        (maximum, "trapezium", [], 2),
        (lambda x, y: minimum(x, x, y), "trapezium", ["×0.5", "×0.5"], 3),
        (lambda x, y: where(x, x, y), "trapezium", [], 3),
        (lambda x, y: maximum(x, 0.0), "trapezium", [], 1),
        (lambda x, y: relu(x), "rounded", ["×1"], 1),
        (lambda x, y: -x, "rounded", ["×−1"], 1),
        (lambda x, y: Cube()(x), "rounded", ["×27"], 1),
        (lambda x, y: 2 * x, "rounded", ["×2"], 1),
        (lambda x, y: 2 - x, "rounded", ["×−1"], 1),
        (lambda x, y: x * 1.0, "rounded", ["×1"], 1),
        (lambda x, y: x - 2, "point", [], 1),
        (lambda x, y: 2 + x, "point", [], 1),
        (lambda x, y: x * Constant(5.0, label="k"), "rounded", ["×5"], 1),
    ],
)
def test_what_a_gate_becomes(make, shape, factors, ways):
    assert dual(make(Value(3.0, label="x"), Value(4.0, label="y"))) == (shape, factors, ways)


def test_wires_with_and_without_a_factor_stand_at_one_rank():
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = x - y
    root.backward()
    _, edges = parsed(draw(root, mode="backward").source)
    assert [(tail, head, "minlen=2" in attributes) for tail, head, attributes in edges if head != "v2"] == [
        ("v0", "g2", True),
        ("v1", "g2_2", False),
        ("g2_2", "g2", False),
    ]


def test_a_fanout_becomes_a_sum():
    x = Value(3.0, label="x")
    root = x * x
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward").source)
    assert label(nodes["f0"]) == "+"
    assert [(tail, head) for tail, head, _ in edges if "f0" in (tail, head)] == [
        ("v0", "f0"),
        ("f0", "v0_1"),
        ("f0", "v0_2"),
    ]


def test_the_losing_branch_is_grey_and_dashed():
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = maximum(x, y)
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward").source)
    assert label(nodes["g2"]) == "mux"
    assert [(tail, head) for tail, head, attributes in edges if "dashed" in attributes] == [("v1", "g2")]
    assert [name for name, attributes in nodes.items() if LIGHT.blocked in attributes] == ["v1"]


def test_the_multiplexer_is_wide_where_its_inputs_are(engine):
    root = maximum(Value(3.0), Value(1.0))
    root.backward()
    shapes = ElementTree.fromstring(draw(root, mode="backward").svg()).iter("{http://www.w3.org/2000/svg}polygon")
    outlines = [[tuple(map(float, p.split(","))) for p in shape.get("points").split()] for shape in shapes]
    (mux,) = (corners for corners in outlines if len({y for _, y in corners}) == 4)
    left, right = ([y for x, y in mux if x == end(x for x, _ in mux)] for end in (min, max))
    assert max(left) - min(left) > 1.2 * (max(right) - min(right)) > 0


def test_constants_have_no_part_in_the_backward_pass():
    x, k = Value(3.0, label="x"), Constant(2.0)
    root = maximum(x * k, k) * (k + k)
    root.backward()
    nodes, edges = parsed(draw(root, mode="backward").source)
    order = topological_order(root)
    constants = {f"v{i}" for i, value in enumerate(order) if value.kind == "constant"}
    assert constants
    assert not [name for name in nodes if name.partition("_")[0] in constants]
    assert all(name in nodes for edge in edges for name in edge[:2])


# --- names ------------------------------------------------------------------------------------------------------------


def first_row(drawing: Drawing, name: str) -> str:
    return table(parsed(drawing.source).nodes[name])[0]


def test_gradients_are_named_after_a_single_root_with_seed_one():
    x = Value(3.0, label="step size")
    y, z = x * 2, x * 5
    y.label, z.label = "y_1", "z"
    y.backward()
    assert first_row(draw(y, mode="backward"), "v0") == "∂y₁/∂(step size) = 2"
    autograd.zero_grad([x])
    y.backward(3.0)
    assert first_row(draw(y, mode="backward"), "v0") == "∂(step size) = 6"
    assert first_row(draw(y, mode="backward"), "v2") == "∂y₁ = 3"
    z.backward()
    assert first_row(draw([y, z], mode="backward"), "v0") == "∂(step size) = 11"


def test_without_a_label_of_the_root_only_the_variable_is_named():
    x = Value(3.0, label="x")
    root = x * 2
    root.backward()
    assert [first_row(draw(root, mode="backward"), name) for name in ("v0", "v2")] == ["∂x = 2", "1"]


def test_what_the_value_itself_recorded_stands_below():
    x = Value(3.0, label="x")
    for _ in range(2):
        root = x * 2
        root.backward()
    rows = table(parsed(draw(root, mode="backward").source).nodes["v0"])
    assert rows == ["∂x = 2", "", "2 this pass, .grad is 4"]


def test_the_backward_picture_needs_a_backward_pass():
    x = Value(3.0, label="x")
    root = x * 2
    root.label = "y"
    with pytest.raises(ValueError, match=r'no gradients yet: call y\.backward\(\) before draw\(y, mode="backward"\)'):
        draw(root, mode="backward")
    with pytest.raises(ValueError, match=r'^2 is a constant, which has no gradient: draw it with mode="forward"$'):
        draw(Constant(2.0), mode="backward")


# --- headings ---------------------------------------------------------------------------------------------------------


def heading(source: str) -> list[str]:
    (line,) = re.findall(r"^\tgraph \[.*\]$", source, re.MULTILINE)
    return [row for row in table(line) if row]


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        (
            "both",
            [
                "f = max(x, y)·x    forward and backward",
                "▸ value, above the wire",
                "◂ gradient, below the wire = output gradient × local gradient",
            ],
        ),
        ("forward", ["f = max(x, y)·x    forward pass"]),
        (
            "backward",
            [
                "f = max(x, y)·x    backward pass (the same circuit, run from right to left)",
                "the gradient is ● copied   × times the local gradient   + added up   mux to the input that won",
            ],
        ),
    ],
)
def test_the_heading_explains_what_is_in_the_picture(mode, rows):
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = maximum(x, y) * x
    root.label = "f"
    root.backward()
    assert heading(draw(root, mode=mode).source) == rows
    assert heading(draw(root, mode=mode, legend=False).source) == rows[:1]


def test_the_legend_leaves_out_what_does_not_occur():
    root = Value(3.0, label="x").exp()
    root.backward()
    assert heading(draw(root, mode="backward").source)[1:] == ["the gradient is × times the local gradient"]
    with autograd.scope("module"):
        root = Value(3.0, label="x").exp()
    root.backward()
    assert heading(draw(root, mode="backward", collapse=True).source)[1:] == []


def test_forward_pictures_are_the_same_before_and_after_a_backward_pass():
    root = maximum(Value(3.0, label="x"), Value(2.0, label="y"))
    before = draw(root, mode="forward").source
    root.backward()
    assert draw(root, mode="forward").source == before
    assert "◂" not in before


# --- both engines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_the_svg_shows_what_the_dot_text_says(mode, engine):
    x, y = Value(-3.0, label="x"), Value(math.inf, label="<y>&amp;\\N")
    root = maximum(x, y, x) * x - hypot(x, 4.0) / (y * 1e-300)
    root.backward()
    drawing = draw(root, mode=mode)
    nodes, _ = parsed(drawing.source)
    rows = [row for attributes in nodes.values() if "TABLE" in attributes for row in table(attributes) if row]
    rows += [label(attributes) for attributes in nodes.values() if "TABLE" not in attributes and "label" in attributes]
    svg = ElementTree.fromstring(drawing.svg())
    texts = ["".join(text.itertext()).replace("\u00a0", " ") for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert Counter(texts) == Counter(rows + heading(drawing.source))
