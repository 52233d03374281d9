"""The text drawing: a table of every Value, and beside it the wires that lead from row to row."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import Constant, Value, maximum, topological_order
from autograd import sum as n_ary_sum
from autograd.drawing import draw
from autograd.drawing.circuit import Circuit, Cluster, Gate, Product, Through, Wire
from autograd.drawing.lanes import MOST_LANES, lanes, upside_down
from autograd.drawing.text import in_ascii, text_drawing
from autograd.testing.strategies import expressions


def lecture_example() -> Value:
    a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    root = c * (a + 2 * b)
    root.label = "L"
    root.backward()
    return root


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_text_drawing_shows_the_same_facts():
    assert str(draw(lecture_example())).splitlines() == [
        "L = c·(a + 2b)",
        "",
        "       name  computed as  value  gradient  = output gradient × local gradient",
        "○      c     input           −2         5  1 × 5",
        "│ ○    a     input            3        −2  −2 × 1",
        "│ │ ○  b     input            1        −4  −2 × 2",
        "│ │ ●  v1    2 × b            2        −2  −2 × 1",
        "│ ●─┘  v2    a + v1           5        −2  1 × (−2)",
        "●─┘    L     c × v2         −10         1  seed",
    ]


def test_forward_leaves_the_gradients_out():
    assert str(draw(lecture_example(), mode="forward", title="")).splitlines() == [
        "       name  computed as  value",
        "○      c     input           −2",
        "│ ○    a     input            3",
        "│ │ ○  b     input            1",
        "│ │ ●  v1    2 × b            2",
        "│ ●─┘  v2    a + v1           5",
        "●─┘    L     c × v2         −10",
    ]


def test_backward_begins_at_the_root_with_the_gradients():
    assert str(draw(lecture_example(), mode="backward", title="")).splitlines() == [
        "       name  gradient  = output gradient × local gradient  value  computed as",
        "●─┐    L            1  seed                                  −10  c × v2",
        "│ ●─┐  v2          −2  1 × (−2)                                5  a + v1",
        "│ │ ●  v1          −2  −2 × 1                                  2  2 × b",
        "│ │ ○  b           −4  −2 × 2                                  1  input",
        "│ ○    a           −2  −2 × 1                                  3  input",
        "○      c            5  1 × 5                                  −2  input",
    ]


def test_a_fanout_is_a_lane_that_runs_on():
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = maximum(x, y) * x
    root.backward()
    assert str(draw(root)).splitlines() == [
        "max(x, y)·x",
        "",
        "     name  computed as  value  gradient  = output gradient × local gradient",
        "○    x     input            3         6  3 × 1 + 1 × 3",
        "│ ○  y     input            1         0  3 × 0",
        "├─●  v1    max(x, y)        3         3  1 × 3",
        "●─┘  v2    v1 × x           9         1  seed",
    ]


def test_before_a_backward_pass_the_text_has_no_gradients():
    lines = str(draw(Value(3.0, label="p") * Value(2.0, label="p"))).splitlines()
    assert lines[2:] == [
        "     name  computed as  value",
        "○    p#0   input            3",
        "│ ○  p#1   input            2",
        "●─┘  v1    p#0 × p#1        6",
    ]


@pytest.mark.parametrize(
    ("make", "origin"),
    [
        (lambda p: p**2, "v1²"),
        (lambda p: -p, "−v1"),
        (abs, "|v1|"),
        (lambda p: 2 * p, "2 × v1"),
        (lambda p: p.exp(), "exp(v1)"),
        (maximum, "max(v1)"),
    ],
)
def test_how_a_value_came_about(make, origin):
    _, *rows = str(draw(make(Value(3.0, label="v1")), title="")).splitlines()
    assert [row.split()[:2] for row in rows] == [["○", "v1"], ["●", "v2"]]
    assert [cell.strip() for cell in rows[-1].split("  ") if cell][2] == origin


def test_columns_align_under_wide_characters():
    lines = str(draw(Value(3.0, label="日本") + Value(2.0, label="n"))).splitlines()[3:]
    assert lines[0].startswith("○    日本  input")
    assert lines[1].startswith("│ ○  n     input")


def test_negative_terms_are_bracketed():
    p = Value(2.0, label="p")
    root = p - (p * p)
    root.backward()
    assert str(draw(root)).splitlines()[3].endswith("−1 × 2 + (−1) × 2 + 1 × 1")


def test_a_number_alone_has_a_row():
    assert str(draw(Value(2.0), title="")).splitlines()[1] == "○  2     input            2"
    assert str(draw(Constant(2.0), title="")).splitlines()[1] == "○  2     constant         2"


def boxed() -> Circuit:
    """A collapsed module with two outputs, in a frame with one of them; a gate and a use that are left out."""
    x = Wire(0, 0, 1.0, "x", "input", Through(7.0))
    y = Wire(1, 0, 2.0, "y", hidden_gate=True, gradient=Through(5.0))
    p, q = Wire(2, 0, 3.0, "p", gradient=Product(4.0, 1.0, 4.0)), Wire(3, 0, 4.0, "q", hidden_uses=2)
    root = Wire(4, 0, 12.0, "r")
    box = Gate("layer 1", (x, y), (p, q), (), is_module=True)
    times = Gate("×", (p, q), (root,), (4.0, 3.0))
    clusters = (Cluster("c1", "net", (2,), (Cluster("c2", "neuron", (3,)),)),)
    return Circuit((x, y, p, q, root), (None, None, box, None, times), (None,) * 5, (3, 4), clusters)


def test_boxes_scopes_and_what_is_left_out():
    assert text_drawing(boxed(), "").splitlines() == [
        "       name  in            computed as        value  gradient  = output gradient × local gradient",
        "○      x                   input                  1         7  7 through a module",
        "│ ○    y                   …                      2         5  5 through a module",
        "├─┼─●  p     net           layer 1(x, y)          3         4  1 × 4",
        "●─┘ │  q     net / neuron  layer 1(x, y) → …      4",
        "●───┘  r                   p × q                 12",
    ]


def test_a_very_large_text_drawing_has_a_row_for_every_value():
    y = Value(1.0)
    for _ in range(2_000):
        y = y * y
    lines = str(draw(y, limit=None, title="")).splitlines()
    assert len(lines) == 2_002
    assert {line[:4] for line in lines[2:]} == {"╘═● ", "●═╛ "}


# --- the lanes, read back ---------------------------------------------------------------------------------------------

FROM_ABOVE = "│┘└┴┤├┼╛╘╧╡╞╪"
JOINED = "┘└┴┤├┼╛╘╧╡╞╪"
JOINED_TWICE = "╛╘╧╡╞╪"
GOING_ON = "│┤├┼╡╞╪○●"
LEFTWARDS, RIGHTWARDS = "┘┴┤┼╛╧╡╪", "└┴├┼╘╧╞╪"


def read(lines: list[str]) -> list[dict[int, bool]]:
    """For each row the rows that go into it, and whether more than once: from the characters alone."""
    found = []
    above: dict[int, int] = {}  # the row whose lane comes down in each column
    for row, line in enumerate(lines):
        columns = dict(enumerate(line[::2]))
        (place,) = (column for column, character in columns.items() if character in "○●")
        assert all(column in above for column, character in columns.items() if character in FROM_ABOVE)
        into = {above[c]: columns[c] in JOINED_TWICE for c in joined(line, place)}
        if columns[place] == "●" and place in above:
            into[above[place]] = False
        assert {c for c, character in columns.items() if character in JOINED} == set(joined(line, place))
        found.append(into)
        above = {c: row if c == place else above[c] for c, character in columns.items() if character in GOING_ON}
    return found


def joined(line: str, place: int) -> list[int]:
    """The columns that a horizontal line from the gate reaches; it passes behind the lanes in its way."""
    reached = []
    for step, towards_the_gate, onwards in ((1, LEFTWARDS, RIGHTWARDS), (-1, RIGHTWARDS, LEFTWARDS)):
        position = 2 * place + step
        while 0 <= position < len(line) and line[position] in "─═│" + JOINED:
            character = line[position]
            if character in JOINED:
                assert character in towards_the_gate
                reached.append(position // 2)
                if character not in onwards:
                    break
            position += step
        else:
            assert position == 2 * place + step  # a line never ends in nothing
    return reached


def counted(operands: list[list[int]]) -> list[dict[int, bool]]:
    return [{operand: its.count(operand) > 1 for operand in its} for its in operands]


def graphs(rows: int = 30, reach: int = 8) -> st.SearchStrategy[list[list[int]]]:
    """Operands of every row, all of them earlier; a row may be used by nobody."""
    backwards = st.lists(st.lists(st.integers(1, reach), max_size=5), max_size=rows)
    return backwards.map(lambda code: [[i - back for back in its if back <= i] for i, its in enumerate(code)])


@given(graphs())
def test_lanes_lead_from_every_row_to_those_that_use_it_and_nowhere_else(operands):
    lines = lanes(operands)
    assume(lines is not None)
    assert read(lines) == counted(operands)


@given(graphs())
def test_lanes_upside_down_are_the_same_wires(operands):
    lines = lanes(operands)
    assume(lines is not None)
    back = str.maketrans("┐┌┬╕╒╤", "┘└┴╛╘╧")
    turned = upside_down(lines)
    assert not set("┘└┴╛╘╧") & set("".join(turned))
    assert read([line.translate(back) for line in reversed(turned)]) == counted(operands)


@given(expressions(max_inputs=5))
def test_the_printed_lanes_are_the_graph(expression):
    root = expression(*[Value(x, label=f"x{i}") for i, x in enumerate(expression.inputs)])
    order = topological_order(root)
    rows = [value for value in order if value.kind != "constant" or value is root]
    number = {value: i for i, value in enumerate(rows)}
    header, *lines = str(draw(root, title="")).splitlines()
    gutter = [line[: header.index("name")].rstrip() for line in lines]
    assert read(gutter) == counted([[number[x] for x in value.inputs if x in number] for value in rows])


@given(graphs(rows=80, reach=80))
def test_the_gutter_is_never_too_wide(operands):
    lines = lanes(operands)
    last_uses = {operand: row for row, its in enumerate(operands) for operand in its}
    at_once = [sum(made <= row <= last for made, last in last_uses.items()) for row in range(len(operands))]
    if lines is None:
        assert max(at_once) > MOST_LANES - 3
    else:
        assert max(at_once, default=0) <= MOST_LANES + 1
        assert max(map(len, lines), default=0) <= 2 * MOST_LANES - 1


def test_a_gate_of_too_many_inputs_has_a_table_without_lanes():
    def drawn(count: int) -> list[str]:
        return str(draw(n_ary_sum([Value(1.0, label="x") for _ in range(count)]), title="")).splitlines()

    assert drawn(MOST_LANES)[-1].startswith("●─┴─")
    assert drawn(MOST_LANES + 1)[0].startswith("name  computed as")


# --- terminals that lack the characters -------------------------------------------------------------------------------


def test_in_ascii_every_character_is_one_and_every_distinction_stays():
    signs = {"○", "●", "│", "─═", "┘└┴", "╛╘╧", "┤├┼", "╡╞╪", "┐┌┬", "╕╒╤"}
    plain = [{in_ascii(UnicodeEncodeError("ascii", sign, 0, 1, ""))[0] for sign in alike} for alike in signs - {"─═"}]
    assert all(len(alike) == 1 for alike in plain)
    assert len(set.union(*plain)) == len(plain)
    assert in_ascii(UnicodeEncodeError("ascii", "a─═×−÷·σ日b", 1, 9, "")) == ("-=*-/*??", 9)


def test_only_encoding_is_mended():
    error = UnicodeDecodeError("ascii", b"\xff", 0, 1, "")
    with pytest.raises(UnicodeDecodeError):
        in_ascii(error)
