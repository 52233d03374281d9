"""The drawing as an object: engines, files, SVG, notebooks, themes."""

import itertools
import re
import stat
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from autograd import Value
from autograd import sum as n_ary_sum
from autograd.drawing import Drawing, EngineError, draw, engines
from autograd.drawing.labels import shown
from autograd.drawing.metrics import text_width
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


def program(folder: Path, script: str) -> None:
    """Install a shell script as `dot`."""
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)


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


def test_the_svg_has_a_name_and_no_tooltips(engine):
    root = ElementTree.fromstring(draw(product(), title='A "<title>"').svg())
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A "<title>"'
    assert [title.text for title in root.iter(f"{SVG}title")] == ['A "<title>"']


def test_ids_of_two_pictures_on_a_page_differ(engine):
    ids = []
    for drawing in (draw(product()), draw(product() * 2), draw(product(), theme="light")):
        found = [element.get("id") for element in ElementTree.fromstring(drawing.svg()).iter() if element.get("id")]
        assert len(found) == len(set(found)) > 5
        ids += found
    assert len(ids) == len(set(ids))


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


# --- engines ----------------------------------------------------------------------------------------------------------


def test_dot_is_asked_first(without_dot):
    program(
        without_dot, 'cat > /dev/null; echo \'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g/></svg>\''
    )
    without_dot.joinpath("cat").symlink_to("/bin/cat")
    assert len(draw(product()).svg()) < 4000


def test_without_an_engine_the_error_names_the_ways_out(no_engine):
    for use in (lambda d: d.svg(), lambda d: d.pipe("png"), lambda d: d.pipe("pdf")):
        with pytest.raises(EngineError, match=r'install Graphviz .*|pip install "gatewise\[wasm\]"'):
            use(draw(product()))


def test_without_an_engine_text_and_dot_still_work(no_engine, tmp_path):
    drawing = draw(product())
    assert drawing.pipe("dot") == drawing.pipe("gv") == drawing.source.encode()
    assert drawing.pipe("txt").decode().startswith("f = xy + x")
    assert Path(drawing.save(tmp_path / "f.gv")).read_text(encoding="utf-8") == drawing.source


def test_png_without_dot_names_the_ways_out(without_dot):
    with pytest.raises(EngineError, match=r"png needs the program dot: install Graphviz .*gatewise\[wasm\]"):
        draw(product()).pipe("png")


def test_a_failing_dot_is_quoted(without_dot, without_wasm):
    program(without_dot, "echo 'no such luck' >&2; exit 3")
    with pytest.raises(EngineError, match="dot failed with exit status 3: no such luck"):
        draw(product()).svg()


def test_a_hanging_dot_is_stopped(without_dot, without_wasm, monkeypatch):
    program(without_dot, "while :; do :; done")
    monkeypatch.setattr(engines, "TIMEOUT", 0.2)
    with pytest.raises(EngineError, match=r"stopped after 0\.2 s"):
        draw(product()).svg()


def test_a_dot_that_is_no_program_is_an_error_with_advice(without_dot, without_wasm):
    program(without_dot, "")
    (without_dot / "dot").write_bytes(b"\x7fnonsense")
    with pytest.raises(EngineError, match="install Graphviz"):
        draw(product()).svg()


# --- notebooks --------------------------------------------------------------------------------------------------------


def test_a_notebook_shows_the_picture_and_has_the_text(engine):
    drawing = draw(product())
    assert drawing._repr_mimebundle_() == {"image/svg+xml": drawing.svg(), "text/plain": str(drawing)}
    assert list(drawing._repr_mimebundle_(include=["text/plain"])) == ["text/plain"]
    assert list(drawing._repr_mimebundle_(exclude={"text/plain"})) == ["image/svg+xml"]


@pytest.mark.parametrize("script", [None, "exit 1", "kill -9 $$", "echo no svg", "while :; do :; done"])
def test_a_notebook_never_sees_an_error(script, without_dot, without_wasm, monkeypatch):
    if script is not None:
        program(without_dot, script)
    monkeypatch.setattr(engines, "TIMEOUT", 0.2)
    bundle = draw(product())._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert bundle["text/plain"].startswith(str(draw(product())))


def test_a_notebook_without_an_engine_says_how_to_get_one(no_engine):
    last_line = draw(product())._repr_mimebundle_()["text/plain"].splitlines()[-1]
    assert 'pip install "gatewise[wasm]"' in last_line


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


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of sRGB."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_contrast(theme: Theme):
    for role in ("ink", "value", "gradient", "muted"):
        assert contrast(theme.colour(role), theme.background) >= 4.5
    assert contrast(theme.ink, theme.gate) >= 4.5


def test_the_style_sheet_can_tell_the_light_colours_apart():
    colours = [getattr(LIGHT, name) for name in Theme.__slots__]
    assert len(set(colours)) == len(colours)
    assert all(colour == colour.lower() for colour in colours)


def test_a_drawing_is_what_draw_returns():
    assert isinstance(draw(product()), Drawing)
