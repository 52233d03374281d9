"""The drawing as an object: files, SVG, themes."""

import itertools
import math
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from autograd import Gate, Value, maximum, scope
from autograd import sum as n_ary_sum
from autograd.drawing import Drawing, EngineError, draw
from autograd.drawing.metrics import text_width
from autograd.drawing.notation import shown
from autograd.drawing.theme import DARK, LIGHT, Theme

SVG = "{http://www.w3.org/2000/svg}"
NASTY = [
    "<b>bold</b>",
    'say "x"\\',
    "port:w",
    "two\nlines",
    "&amp;",
    "\\N",
    "{a|<w>b}",
    "]]>",
    "\x00\x1b",
    "日本語 🎉",
    "x" * 60,
]


def product() -> Value:
    x, y = Value(3.0, label="x"), Value(-2.0, label="y")
    root = x * y + x
    root.label = "f"
    root.backward()
    return root


def texts(svg: str) -> list[str]:
    found = ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    return [text.replace("\u00a0", " ") for text in found]


# --- SVG --------------------------------------------------------------------------------------------------------------


def test_the_svg_shows_every_number(engine):
    shown_texts = texts(draw(product()).svg())
    assert shown_texts.count("f = −3") == 1
    for text in (
        "f = xy + x    forward and backward",
        "x = 3",
        "y = −2",
        "−6",
        "◂ −1",
        "−2 + 1",
        "1 × (−2)",
        "seed",
        "×",
        "+",
    ):
        assert text in shown_texts


def test_both_engines_write_the_same_texts_at_nasty_labels(engine):
    root = Value(1.0)
    for label in NASTY:
        root = root * Value(2.0, label=label)
    root.backward()
    svg = draw(root).svg()
    for label in NASTY:
        assert f"{shown(label)} = 2" in texts(svg)


def crowded() -> Value:
    """Wires with long names above and three rows below, close together."""
    root = n_ary_sum([Value(-12.34 * i, label=label) * Value(1e-7) for i, label in enumerate(NASTY)])
    for label in NASTY[:4]:
        root = root * Value(-12.34, label=label) + Value(1.5)
    root.backward()
    root.backward()
    return root


def wires(svg: str) -> list[tuple[Element, list[tuple[float, float]]]]:
    """The group of every wire, and the corners of its rule."""
    groups = [group for group in ElementTree.fromstring(svg).iter(f"{SVG}g") if group.get("text-anchor")]
    corners = [group.find(f"{SVG}polygon").get("points").split() for group in groups]
    return [(group, [tuple(map(float, c.split(","))) for c in its]) for group, its in zip(groups, corners, strict=True)]


def test_no_text_is_wider_than_its_wire(engine):
    for group, rule in wires(draw(crowded()).svg()):
        length = max(x for x, _ in rule) - min(x for x, _ in rule)
        for text in group.findall(f"{SVG}text"):
            runs = [(run.text, float(run.get("font-size")), "font-weight" in run.attrib) for run in text]
            assert sum(text_width(*run) for run in runs) <= length + 2


def test_no_two_wires_overlap(engine):
    boxes = []
    for group, rule in wires(draw(crowded()).svg()):
        baselines = [float(text.get("y")) for text in group.findall(f"{SVG}text")]
        xs = [x for x, _ in rule]
        boxes.append((min(xs), max(xs), min(baselines) - 12, max(baselines) + 3))
    assert len(boxes) > 40
    for (left, right, top, bottom), (left2, right2, top2, bottom2) in itertools.combinations(boxes, 2):
        assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


@pytest.mark.parametrize("label", [*NASTY, "\ud800", "\ufffe"])
def test_titles_symbols_and_scopes_may_hold_any_character(label, engine):
    class Doubled(Gate):
        symbol = label

        def forward(self, x):
            return 2.0 * x

        def local_gradients(self, out, x):
            return (2.0,)

    x = Value(3.0, label="x")
    with scope(label):
        inside = x * x
    root = Doubled()(inside)
    root.backward()
    for drawing in (draw(root), draw(root, title=label, collapse=True)):
        ElementTree.fromstring(drawing.svg())
        ElementTree.fromstring(drawing.steps().svg())
        assert "\x00" not in drawing.pipe("txt").decode() + drawing.source + str(drawing.steps())


def test_a_label_as_long_as_a_book_is_cut_short(engine):
    root = Value(1.0, label="x" * 20_000).exp()
    root.label = "<" * 20_000
    root.backward()
    for mode in ("both", "backward"):
        drawing = draw(root, mode=mode)
        assert max(map(len, texts(drawing.svg()))) < 200
        if engine == "dot":
            assert drawing.pipe("png").startswith(b"\x89PNG")


def test_the_svg_has_a_name_and_no_tooltips(engine):
    root = ElementTree.fromstring(draw(product(), title='A "<title>"').svg())
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A "<title>"'
    assert [title.text for title in root.iter(f"{SVG}title")] == ['A "<title>"']


@pytest.mark.parametrize("mode", ["both", "forward", "backward"])
def test_pictures_on_one_page_cannot_be_taken_for_each_other(engine, mode):
    """No ids that could clash; the style sheets of different pictures speak of different classes."""
    other = product().exp()
    other.backward()
    drawings = [draw(product(), mode=mode), draw(other, mode=mode), draw(product(), mode=mode, theme="light")]
    roots = [ElementTree.fromstring(drawing.svg()) for drawing in drawings]
    assert not any("id" in element.attrib for root in roots for element in root.iter())
    classes = [root.get("class") for root in roots]
    assert len(set(classes)) == 3
    style = roots[0].findtext(f"{SVG}style")
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", style.partition("{")[2])
    assert rules
    assert all(rule.startswith(f".{classes[0]} ") for rule in rules)
    assert draw(product(), mode=mode).svg() == drawings[0].svg()


def test_auto_follows_the_reader_and_the_others_do_not(engine):
    auto, light, dark = (draw(product(), theme=theme).svg() for theme in ("auto", "light", "dark"))
    assert "@media (prefers-color-scheme: dark)" in auto
    assert "@media" not in light + dark
    assert LIGHT.background in light
    assert DARK.background in dark
    assert LIGHT.ink not in re.sub(DARK.gate, "", dark)


def test_every_colour_of_an_auto_picture_has_its_dark_rule(engine):
    svg = draw(product()).svg()
    style = svg[svg.index("<style>") : svg.index("</style>")]
    for paint, colour in set(re.findall(r'(fill|stroke)="(#[0-9a-f]{6})"', svg.replace(style, ""))):
        assert f'[{paint}="{colour}"]' in style


def test_the_background_can_be_taken_away(engine):
    assert LIGHT.background not in draw(product(), theme="light", graph_attr={"bgcolor": "transparent"}).svg()


def test_the_font_can_be_chosen(engine):
    for attributes, font in (({}, "Arial"), ({"fontname": "Georgia"}, "Georgia")):
        root = ElementTree.fromstring(draw(product(), node_attr=attributes).svg())
        assert root.get("font-family") == font
        assert {element.get("font-family", font) for element in root.iter()} == {font}


def test_the_heading_has_room(engine):
    long_title = "a title that is a good deal wider than a small picture of one wire ever is"
    root = ElementTree.fromstring(draw(Value(1.0), title=long_title).svg())
    assert float(root.get("viewBox").split()[2]) > 7 * len(long_title)


@pytest.mark.parametrize(("mode", "wire"), [("both", 0.0), ("forward", 4.0)])
def test_there_is_as_much_room_below_as_above(mode, wire, engine):
    """In the forward picture the lowest wire is below its text."""
    root = ElementTree.fromstring(draw(product(), mode=mode, title="", legend=False).svg())
    (shift,) = re.findall(r"translate\([-0-9.]+[ ,]([-0-9.]+)\)", root.find(f"{SVG}g").get("transform"))
    baselines = [float(text.get("y")) + float(shift) for text in root.iter(f"{SVG}text")]
    top, height = (float(root.get("viewBox").split()[i]) for i in (1, 3))
    above, below = min(baselines) - 10 - top, top + height - max(baselines) - 3
    assert above == pytest.approx(18, abs=2)
    assert below == pytest.approx(18 + wire, abs=2)


# --- files ------------------------------------------------------------------------------------------------------------


def test_render_writes_what_the_suffix_says(engine, tmp_path):
    drawing = draw(product())
    for suffix, beginning in {".svg": b"<svg", ".dot": b"digraph", ".GV": b"digraph", ".txt": b"f = "}.items():
        path = drawing.render(tmp_path / f"f{suffix}")
        assert path == str(tmp_path / f"f{suffix}")
        assert Path(path).read_bytes().startswith(beginning)
    if engine == "dot":
        assert Path(drawing.render(f"{tmp_path}/f.png")).read_bytes().startswith(b"\x89PNG")
        assert Path(drawing.render(f"{tmp_path}/f.pdf")).read_bytes().startswith(b"%PDF")


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"must end in one of \.svg \.png \.pdf \.dot \.gv \.txt"):
        draw(product()).render(tmp_path / "f.jpeg")
    with pytest.raises(ValueError, match="format must be one of svg, png, pdf, dot, gv, txt, not 'jpeg'"):
        draw(product()).pipe("jpeg")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_picture_leaves_the_old_file(no_engine, tmp_path):
    path = tmp_path / "f.svg"
    path.write_text("old")
    with pytest.raises(EngineError):
        draw(product()).render(path)
    assert path.read_text() == "old"


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        draw(product()).save(tmp_path / "f.gv")
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


# --- themes -----------------------------------------------------------------------------------------------------------

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour: str) -> tuple[float, ...]:
    """Red, green and blue as amounts of light: IEC 61966-2-1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> tuple[float, ...]:
    return tuple(sum(a * x for a, x in zip(row, vector, strict=True)) for row in matrix)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2."""
    luminances = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other))]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


# what is written in the text roles stands on the background or, in gates and factors, on the gates' own colour


@THEMES
def test_every_text_has_contrast(theme: Theme):
    for role in ("ink", "value", "gradient", "muted"):
        assert contrast(theme.colour(role), theme.background) >= 4.5
        assert contrast(theme.colour(role), theme.gate) >= 4.5


@THEMES
def test_every_line_has_contrast(theme: Theme):
    """Wires, gates, factors, highlights; and what is blocked, which is to be seen too."""
    for role in ("ink", "value", "gradient", "blocked"):
        assert contrast(theme.colour(role), theme.background) >= 3.0
        assert contrast(theme.colour(role), theme.gate) >= 3.0


# Machado, Oliveira and Fernandes: A physiologically-based model for simulation of color vision deficiency (2009),
# severity 1, for amounts of light
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.089)


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    """CIE L*a*b*, as a reader with this vision sees the colour."""
    light = [min(max(c, 0.0), 1.0) for c in times(VISION[vision], linear(colour))]
    x, y, z = (_lightness(c / white) for c, white in zip(times(XYZ, light), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lightness(t: float) -> float:
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def test_the_difference_of_colours_is_the_published_one():
    """White and black are 100 apart; red, green and blue of sRGB where tables of CIE L*a*b* have them."""
    assert math.dist(lab("#ffffff", "normal"), lab("#000000", "normal")) == pytest.approx(100, abs=0.1)
    assert lab("#ff0000", "normal") == pytest.approx((53.24, 80.09, 67.20), abs=0.1)
    assert lab("#00ff00", "normal") == pytest.approx((87.73, -86.18, 83.18), abs=0.1)
    assert lab("#0000ff", "normal") == pytest.approx((32.30, 79.19, -107.86), abs=0.1)


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_colours_stay_apart_for_every_reader(theme: Theme, vision: str):
    """By 20 in CIE ΔE, of which 2 can just be seen."""
    for one, other in itertools.combinations(("ink", "value", "gradient", "blocked"), 2):
        assert math.dist(lab(theme.colour(one), vision), lab(theme.colour(other), vision)) >= 20, (one, other)


@THEMES
@pytest.mark.parametrize("mode", ["both", "forward", "backward"])
def test_pictures_have_no_other_colours(theme: Theme, mode, engine):
    """So that what holds of the theme holds of gates, factors and multiplexers too."""
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    root = maximum(x, y) * x
    root.backward()
    drawing = draw(root, mode=mode, theme="light" if theme is LIGHT else "dark")
    allowed = {*(getattr(theme, name) for name in Theme.__slots__), "none", "transparent"}
    for svg in (drawing.svg(), drawing.steps().svg()):
        elements = list(ElementTree.fromstring(svg).iter())
        assert {element.get(paint, "none") for element in elements for paint in ("fill", "stroke")} <= allowed


def test_the_style_sheet_can_tell_the_light_colours_apart():
    colours = [getattr(LIGHT, name) for name in Theme.__slots__]
    assert len(set(colours)) == len(colours)
    assert all(colour == colour.lower() for colour in colours)


def test_a_drawing_is_what_draw_returns():
    assert isinstance(draw(product()), Drawing)


@pytest.mark.parametrize("name", ["x.png", "x.svg", "x.PDF", "x.txt"])
def test_save_writes_no_dot_text_under_the_name_of_a_picture(name, tmp_path):
    with pytest.raises(ValueError, match=r"save writes DOT text: write render\('.*"):
        draw(Value(1.0)).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_drawing_without_a_title_has_a_whole_repr():
    assert repr(draw(Value(1.0), title="")) == "<Drawing of 1 values>"
