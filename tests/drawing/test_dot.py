"""The DOT text: a pure function of the graph, laid out as the specification says, right for any label."""

import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Constant, Value, maximum
from autograd import sum as n_ary_sum
from autograd.drawing import Drawing, draw
from autograd.drawing.notation import shown
from autograd.drawing.theme import LIGHT

NASTY = [
    "<b>bold</b>",
    'say "x"\\',
    "port:w",
    "two\nlines",
    "&amp;",
    "\\N",
    "\\",
    "{a|<w>b}",
    "]]>",
    "\x00\x1b[1m",
    "日本語 🎉",
]


def lecture_example() -> Value:
    a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    L = c * (a + 2 * b)
    L.label = "L"
    L.backward()
    return L


def gate_texts(drawing: Drawing) -> list[str]:
    return [text.strip('"') for text in re.findall(r'^\tg\d+ \[label=("[^"]*"|\S+)', drawing.source, re.MULTILINE)]


def rows(drawing: Drawing, name: str) -> list[str]:
    """The rows of a wire as a reader sees them."""
    (table,) = re.findall(rf"^\t{name} \[label=<(.*?)> fixedsize.*\]$", drawing.source, re.MULTILINE)
    cells = ["".join(row.itertext()) for row in ElementTree.fromstring(table)]
    return [cell.replace("\u00a0", " ") for cell in cells if cell]


def test_the_lecture_example_reads_as_in_the_lecture():
    drawing = draw(lecture_example())
    assert rows(drawing, "v0") == ["c = −2", "◂ 5", "1 × 5"]
    assert rows(drawing, "v1") == ["a = 3", "◂ −2", "−2 × 1"]
    assert rows(drawing, "v3") == ["b = 1", "◂ −4", "−2 × 2"]
    assert rows(drawing, "v4") == ["2", "◂ −2", "−2 × 1"]
    assert rows(drawing, "v5") == ["5", "◂ −2", "1 × (−2)"]
    assert rows(drawing, "v6") == ["L = −10", "◂ 1", "seed"]
    assert gate_texts(drawing) == ["×2", "+", "×"]


def test_edges_come_in_operand_order():
    edges = re.findall(r"(\S+) -> (\S+)", draw(lecture_example()).source)
    assert [tail for tail, head in edges if head == "g5"] == ["v1:w:e", "v4:w:e"]
    assert [tail for tail, head in edges if head == "g6"] == ["v0:w:e", "v5:w:e"]
    assert ("g6", "v6:w:w") in edges

    assert "ordering=in" in draw(lecture_example()).source


def test_the_local_gradient_is_underlined():
    x = Value(3.0, label="x")
    root = x * 4
    root.backward()
    underlined = re.findall("<U>(.*?)</U>", draw(root).source)
    assert underlined == ["local&#160;gradient", "4"]


def test_the_uses_of_one_gate_stand_in_operand_order():
    x = Value(3.0, label="x")
    root = x - x
    root.backward()
    assert rows(draw(root), "v0") == ["x = 3", "◂ 0", "1 − 1"]


def test_the_same_graph_gives_the_same_text():
    assert draw(lecture_example()).source == draw(lecture_example()).source


def test_a_drawing_is_a_copy():
    root = lecture_example()
    drawing = draw(root)
    root.data, root.grad, root.label = 7.0, 8.0, "changed"
    assert drawing.source == draw(lecture_example()).source


def test_before_a_backward_pass_nothing_speaks_of_gradients():
    x = Value(3.0, label="x")
    source = draw(x * x).source
    assert "◂" not in source
    assert ">&#160;&#160;&#160;&#160;forward&#160;pass<" in source
    assert ">&#160;&#160;&#160;&#160;forward&#160;and&#160;backward<" in draw(lecture_example()).source


def test_a_losing_branch_is_grey():
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = maximum(x, y)
    root.backward()
    grey = [line for line in draw(root).source.splitlines() if LIGHT.blocked in line]
    assert [line.split()[0] for line in grey] == ["v1", "v1:w:e"]


def test_a_fanout_writes_its_sum_out():
    x = Value(2.0, label="x")
    root = x * x - x * 3
    root.backward()
    drawing = draw(root)
    assert rows(drawing, "v0") == ["x = 2", "◂ 1", "2 + 2 − 3"]
    assert rows(drawing, "v0_3") == ["2", "◂ −3", "−1 × 3"]
    assert drawing.source.count("shape=point") == 1


def test_beyond_four_terms_the_sum_is_shortened():
    x = Value(2.0, label="x")
    root = x
    for _ in range(4):
        root = root + x
    root.backward()
    assert rows(draw(root), "v0")[-1] == "1 + 1 + … + 1 (5 terms)"


# --- constants --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x: 2 * x, "×2"),
        (lambda x: x * 2, "×2"),
        (lambda x: x + 2, "+2"),
        (lambda x: 2 + x, "+2"),
        (lambda x: x - 2, "−2"),
        (lambda x: 2 - x, "2−"),
        (lambda x: x / 2, "÷2"),
        (lambda x: 2 / x, "2÷"),
        (lambda x: x * -2, "×(−2)"),
        (lambda x: x * 0.5, "×0.5"),
    ],
)
def test_a_lone_constant_is_drawn_inside_the_gate(make, text):
    drawing = draw(make(Value(3.0, label="x")))
    assert gate_texts(drawing) == [text]
    assert drawing.source.count("PORT") == 2


def test_other_constants_are_wires_without_gradients():
    x, shared = Value(3.0, label="x"), Constant(2.0)
    for root in (x * Constant(2.0, label="k"), x * 123456, x * shared + shared, maximum(x, 1.0), x * (shared + 1)):
        root.backward()
        source = draw(root).source
        constants = [line for line in source.splitlines() if "PORT" in line and "◂" not in line]
        assert constants, source
        assert all("×&#160;" not in line for line in constants)


def test_two_constants_are_not_folded_into_each_other():
    assert gate_texts(draw(Constant(2.0) * Constant(3.0))) == ["×"]


def test_parameters_carry_a_mark():
    class Weight(Value):
        kind = "parameter"

    drawing = draw(Weight(2.0, label="w") * Value(3.0, label="x"))
    assert rows(drawing, "v0") == ["▪ w = 2"]
    assert rows(drawing, "v1") == ["x = 3"]
    assert "▪&#160;parameter" in drawing.source


def test_a_gate_of_many_inputs_stands_back():
    few, many = (draw(n_ary_sum([Value(1.0) for _ in range(n)])).source for n in (4, 61))
    assert "minlen" not in few
    assert many.count("minlen=7") == 61


def test_a_long_symbol_gets_an_ellipse():
    short, long = draw(Value(1.0).relu()), draw(Value(1.0).softplus())
    assert gate_texts(short) == ["ReLU"]
    assert "ellipse" not in short.source
    assert "g1 [label=softplus fontsize=14 shape=ellipse width=0.92]" in long.source


# --- attributes -------------------------------------------------------------------------------------------------------


def test_attributes_can_be_overridden():
    drawing = draw(
        lecture_example(),
        graph_attr={"rankdir": "TB", "comment": 'a "quoted" \\'},
        node_attr={"penwidth": 3},
        edge_attr={"arrowsize": 0.3},
    )
    assert "rankdir=TB" in drawing.source
    assert 'comment="a \\"quoted\\" \\\\"' in drawing.source
    assert re.search(r"node \[.*penwidth=3", drawing.source)
    assert re.search(r"edge \[.*arrowsize=0.3", drawing.source)


@pytest.mark.parametrize("name", ["graph_attr", "node_attr", "edge_attr"])
@pytest.mark.parametrize("wrong", [3, "rankdir", [("rankdir", "TB")], {3: 4}, 0, []])
def test_attributes_are_a_dict(name, wrong):
    with pytest.raises(TypeError, match=f"^{name} takes a dict such as "):
        draw(Value(1.0), **{name: wrong})


def test_title_and_legend_can_be_chosen():
    root = lecture_example()
    assert "L&#160;=&#160;c·(a&#160;+&#160;2b)" in draw(root).source
    assert "A&#160;&lt;title&gt;" in draw(root, title="A <title>").source
    assert "▸" not in draw(root, legend=False).source
    assert "<TABLE" not in draw(root, title="", legend=False).source.splitlines()[1]


def test_wrong_choices_are_answered_with_the_right_ones():
    with pytest.raises(ValueError, match="mode must be 'both' or 'forward' or 'backward', not 'sideways'"):
        draw(lecture_example(), mode="sideways")
    with pytest.raises(ValueError, match="theme must be 'auto' or 'light' or 'dark', not 'pink'"):
        draw(lecture_example(), theme="pink")


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("dot") is None, reason="dot is not installed")
@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=12))
@example("<b>bold</b>")
@example('say "x"\\')
@example("\\N\\l")
@example("&amp;")
@example("two\nlines")
@example("\x00\ufffe")
def test_dot_shows_any_label_as_it_is(label):
    root = Value(2.0, label=label) * Value(3.0)
    source = draw(root, title="", legend=False).source
    svg = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True).stdout
    groups = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
    (wire,) = [group for group in groups if group.findtext("{http://www.w3.org/2000/svg}title") == "v0"]
    texts = [text.text or "" for text in wire.findall("{http://www.w3.org/2000/svg}text")]
    assert "".join(texts).replace("\u00a0", " ") == f"{shown(label)} = 2".replace("\u00a0", " ")


@pytest.mark.parametrize("symbol", [*NASTY, "x³", ""])
def test_any_symbol_of_a_gate_is_shown_as_it_is(symbol, engine):
    from autograd import Gate

    class Odd(Gate):
        def forward(self, x):
            return x

        def local_gradients(self, out, x):
            return (1.0,)

    Odd.symbol = symbol
    svg = ElementTree.fromstring(draw(Odd()(Value(2.0)), title="", legend=False).svg())
    texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert (shown(symbol) in texts) or symbol == ""
