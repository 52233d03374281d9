"""The passes gate by gate: what each frame shows, what it says, and the one moving picture of them all."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, maximum, topological_order, where
from autograd.drawing import EngineError, Steps, draw
from autograd.drawing.notation import written
from autograd.drawing.theme import DARK, LIGHT
from autograd.testing.strategies import expressions
from tests.drawing.conftest import HAS_DOT

SVG = "{http://www.w3.org/2000/svg}"


def lecture_example() -> Value:
    a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    L = c * (a + 2 * b)
    L.label = "L"
    L.backward()
    return L


def seen(element: Element) -> str:
    """The text that is not hidden."""
    if element.get("visibility") == "hidden":
        return ""
    return ((element.text or "") + "".join(map(seen, element))).replace("\u00a0", " ")


def rows(svg: str) -> Counter[str]:
    """The rows at the wires that a reader sees."""
    groups = [group for group in ElementTree.fromstring(svg).iter(f"{SVG}g") if group.get("class") == "node"]
    strips = [group for group in groups if group.find(f"{SVG}ellipse") is None]
    return Counter(filter(None, [seen(text) for group in strips for text in group.findall(f"{SVG}text")]))


def highlighted(svg: str) -> list[tuple[str, str]]:
    """What has a thick line, as tag and colour."""
    thick = [element for element in ElementTree.fromstring(svg).iter() if element.get("stroke-width") == "4"]
    return [(element.tag.removeprefix(SVG), element.get("stroke", "")) for element in thick]


# --- frames -----------------------------------------------------------------------------------------------------------


def test_the_lecture_example_in_words():
    assert str(draw(lecture_example()).steps()).splitlines() == [
        "The inputs: c = −2, a = 3, b = 1",
        "Forward through ×: 2b = 2·1 = 2",
        "Forward through +: a + 2b = 3 + 2 = 5",
        "Forward through ×: L = (−2)·5 = −10",
        "The backward pass begins: ∂L/∂L = 1",
        "Backward through × (swaps its inputs): ∂L/∂c = 1 × 5 = 5; ∂L/∂(a + 2b) = 1 × (−2) = −2",
        "Backward through + (copies the gradient): ∂L/∂a = −2 × 1 = −2; ∂L/∂(2b) = −2 × 1 = −2",
        "Backward through × (swaps its inputs): ∂L/∂b = −2 × 2 = −4",
    ]


def test_the_lecture_example_in_pictures(engine):
    frames = draw(lecture_example(), theme="light").steps()
    beginning = ["c = −2", "a = 3", "b = 1", "L"]
    assert rows(frames[0].svg()) == Counter(beginning)
    assert rows(frames[1].svg()) == Counter([*beginning, "2"])
    assert rows(frames[2].svg()) == Counter([*beginning, "2", "5"])
    values = ["c = −2", "a = 3", "b = 1", "2", "5", "L = −10"]
    assert rows(frames[3].svg()) == Counter(values)
    assert rows(frames[4].svg()) == Counter([*values, "◂ 1", "seed"])
    gradients = ["◂ 1", "seed", "◂ 5", "1 × 5", "◂ −2", "1 × (−2)"]
    assert rows(frames[5].svg()) == Counter([*values, *gradients])
    assert highlighted(frames[0].svg()) == highlighted(frames[4].svg()) == []
    assert highlighted(frames[1].svg()) == [("ellipse", LIGHT.value)]
    assert highlighted(frames[5].svg()) == [("ellipse", LIGHT.gradient)]


def texts_by_step(root: Value) -> list[Counter[str]]:
    """What is to be seen in every frame, from the graph itself: a naive run of both passes."""
    order = topological_order(root)
    uses: dict[Value, list[tuple[Value, int]]] = {value: [] for value in order}
    for value in order:
        for position, operand in enumerate(value.inputs):
            uses[operand].append((value, position))
    shown: Counter[str] = Counter()

    def show_value(value: Value) -> None:
        shown[written(value.data)] += 1 + (len(uses[value]) if len(uses[value]) > 1 else 0)

    for value in order:
        if value.gate is None:
            show_value(value)
    frames = [shown.copy()]
    for value in order:
        if value.gate is not None:
            show_value(value)
            frames.append(shown.copy())
    shown[f"◂ {written(1.0)}"] += 1
    frames.append(shown.copy())
    received: dict[tuple[Value, int], float] = {}
    for value in reversed(order):
        arrived = [received[use] for use in received if use in uses[value]]  # in the order in which the sweep adds them
        gradient = sum(arrived) if uses[value] else 1.0
        if len(uses[value]) > 1:
            shown[f"◂ {written(gradient)}"] += 1
            frames.append(shown.copy())
        for position, local in enumerate(value.local_gradients):
            received[value, position] = gradient * local
            shown[f"◂ {written(gradient * local)}"] += 1
        if value.gate is not None:
            frames.append(shown.copy())
    return frames


@pytest.mark.skipif(not HAS_DOT, reason="dot is not installed")
@settings(deadline=None, max_examples=12)
@given(expressions(gates=["+", "*", "-", "maximum", "exp", "sigmoid"], max_steps=6))
def test_a_frame_shows_what_is_known_by_then(expression):
    root = expression(*map(Value, expression.inputs))
    root.backward()
    frames = draw(root, limit=None).steps()
    expected = texts_by_step(root)
    assert len(frames) == len(expected)
    for frame, texts in zip(frames, expected, strict=True):
        found = Counter({text: n for text, n in rows(frame.svg()).items() if "×" not in text and text != "seed"})
        sums = {text for text in found if re.search(r" [+−] ", text)}  # written out below a fanout
        assert Counter({text: n for text, n in found.items() if text not in sums}) == texts


def test_before_a_backward_pass_there_are_only_forward_frames():
    x = Value(3.0, label="x")
    assert str(draw((x * x).exp()).steps()).splitlines() == [
        "The inputs: x = 3",
        "Forward through ×: x·x = 3·3 = 9",
        "Forward through exp: exp(x·x) = exp(9) = 8103",
    ]


def test_the_last_frame_is_the_whole_picture(engine):
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    root = maximum(x, y) * x
    root.backward()
    drawing = draw(root)
    assert rows(drawing.steps()[-1].svg()) == rows(drawing.svg())


def test_all_frames_have_one_layout(engine):
    drawing = draw(lecture_example(), theme="light")
    places = []
    for picture in (frame.svg() for frame in drawing.steps()):
        root = ElementTree.fromstring(picture)
        ellipses = [e.attrib for e in root.iter(f"{SVG}ellipse") if e.get("stroke-width") != "4"]
        places.append((root.get("viewBox"), ellipses))
    assert all(place == places[0] for place in places)


def test_a_wire_turns_grey_when_its_gradient_turns_out_to_be_0(engine):
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    root = maximum(x, y)
    root.backward()
    grey = [frame.svg().count(f'"{LIGHT.blocked}"') for frame in draw(root, theme="light").steps()]
    assert grey[:3] == [0, 0, 0]
    drawing = draw(root, theme="light")
    assert grey[3] == drawing.svg().count(f'"{LIGHT.blocked}"') > 0
    assert drawing.steps()[3].svg().count("<path") == drawing.svg().count("<path")


def test_a_wire_into_a_frame_turns_grey_with_its_gradient_too(engine):
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    with autograd.scope("module"):
        root = maximum(x, y)
    root.backward()
    drawing = draw(root, theme="light")
    grey = [frame.svg().count(f'"{LIGHT.blocked}"') for frame in drawing.steps()]
    frame_alone = draw(root, theme="light", mode="forward").svg().count(f'"{LIGHT.blocked}"')
    assert grey[:3] == [frame_alone] * 3
    assert grey[3] == drawing.svg().count(f'"{LIGHT.blocked}"') > frame_alone + 2  # the strip, the port, two lines


def test_every_mode_has_the_same_steps():
    root = lecture_example()
    assert len({str(draw(root, mode=mode).steps()) for mode in ("both", "forward", "backward")}) == 1


@pytest.mark.parametrize(
    "attributes",
    [
        {"graph_attr": {"bgcolor": "transparent", "splines": "none"}},
        {"node_attr": {"shape": "none"}, "edge_attr": {"color": "#123456"}},
        {"graph_attr": {"rankdir": "TB", "concentrate": "true"}},
        {"node_attr": {"URL": "https://example.org", "class": "mine"}, "graph_attr": {"class": "mine"}},
        {"node_attr": {"style": "invis"}},
    ],
)
def test_the_callers_attributes_stay(attributes, engine):
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    root = maximum(x, y) * x
    root.backward()
    drawing = draw(root, **attributes)
    assert rows(drawing.steps()[-1].svg()) == rows(drawing.svg())
    assert frozen(drawing.steps().svg(), 100) == texts(drawing.steps()[-1].svg())


# --- captions ---------------------------------------------------------------------------------------------------------


def captions(root: Value) -> list[str]:
    root.label = "L"
    root.backward()
    return str(draw(root).steps()).splitlines()


@pytest.mark.parametrize(
    ("make", "caption"),
    [
        (lambda x, y: x - y, "Backward through − (copies the gradient, with a minus sign for the second input): "
         "∂L/∂x = 1 × 1 = 1; ∂L/∂y = 1 × (−1) = −1"),
        (maximum, "Backward through max (the gradient goes to the input that won): "
         "∂L/∂x = 1 × 0 = 0; ∂L/∂y = 1 × 1 = 1"),
        (lambda x, y: maximum(x, x, y - 1), "Backward through max (a tie: the inputs that won share the gradient): "
         "this use of x: 1 × 0.3333 = 0.3333; this use of x: 1 × 0.3333 = 0.3333; "
         "∂L/∂(y − 1) = 1 × 0.3333 = 0.3333"),
        (lambda x, y: where(x, x, y), "Backward through where (the gradient goes to the branch that was taken): "
         "this use of x: 1 × 0 = 0; this use of x: 1 × 1 = 1; ∂L/∂y = 1 × 0 = 0"),
        (lambda x, y: x / y, "Backward through ÷ (times the local gradients): "
         "∂L/∂x = 1 × 0.25 = 0.25; ∂L/∂y = 1 × (−0.1875) = −0.1875"),
        (lambda x, y: x.exp(), "Backward through exp: ∂L/∂x = 1 × 20.09 = 20.09"),
        (lambda x, y: (x * 1.0).exp().exp() * 0, "Backward through exp (the output gradient is 0: nothing to pass on): "
         "∂L/∂(exp(x·1)) = 0 × 5.285e8 = 0"),
        (lambda x, y: x * x, "Backward through the fanout of x: the gradients of the uses add up: ∂L/∂x = 3 + 3 = 6"),
        (lambda x, y: maximum(x.exp(), y - 99), "Backward through − (in a branch that was not taken: no gradient): "
         "∂L/∂y = 0 × 1 = 0"),
        (lambda x, y: autograd.sum([x, y, x, y, x]), "Backward through Σ (copies the gradient): this use of x: "
         "1 × 1 = 1; this use of y: 1 × 1 = 1; this use of x: 1 × 1 = 1; … (5 in all)"),
    ],
)  # fmt: skip
def test_what_a_gate_does_backwards(make, caption):
    assert caption in captions(make(Value(3.0, label="x"), Value(4.0, label="y")))


def test_inputs_are_named_as_far_as_there_is_room():
    few, many = ([Value(1.0, label=f"x_{i}") for i in range(n)] for n in (12, 13))
    assert captions(autograd.sum(few))[0].endswith("x₁₀ = 1, x₁₁ = 1")
    assert captions(autograd.sum(many))[0].endswith("x₁₀ = 1, … (13 in all)")


def test_values_without_names_are_counted():
    assert captions(Value(3.0) * Value(4.0))[-1] == (
        "Backward through × (swaps its inputs): input 1: 1 × 4 = 4; input 2: 1 × 3 = 3"
    )


def test_modules_and_cuts_have_their_steps():
    x = Value(3.0, label="x")
    with autograd.scope("square"):
        inner = x * x
    root = inner + 1
    root.label = "L"
    root.backward()
    assert str(draw(root, collapse=True).steps()).splitlines() == [
        "The inputs: x = 3",
        "Forward through square: 9",
        "Forward through +: L = 9 + 1 = 10",
        "The backward pass begins: ∂L/∂L = 1",
        "Backward through + (copies the gradient): 1 × 1 = 1",
        "Backward through square: ∂L/∂x = 6",
    ]
    assert str(draw(root, depth=1).steps()).splitlines()[-1].startswith("Backward through +")


# --- a sequence -------------------------------------------------------------------------------------------------------


def test_steps_are_a_sequence():
    steps = draw(lecture_example()).steps()
    assert len(steps) == len(list(steps)) == 8
    assert steps[-1].caption == steps[7].caption == [frame.caption for frame in steps][7]
    assert [frame.caption for frame in steps[5:7]] == str(steps).splitlines()[5:7]
    assert repr(steps) == "<Steps: 8 frames>"
    with pytest.raises(IndexError):
        steps[8]


def test_a_notebook_shows_the_steps_and_never_sees_an_error(engine):
    steps = draw(lecture_example()).steps()
    assert steps._repr_mimebundle_() == {"image/svg+xml": steps.svg(), "text/plain": str(steps)}
    frame = steps[2]
    assert frame._repr_mimebundle_() == {"image/svg+xml": frame.svg(), "text/plain": frame.caption}


def test_without_an_engine_the_words_are_there(no_engine):
    steps = draw(lecture_example()).steps()
    assert list(steps._repr_mimebundle_()) == ["text/plain"]
    assert steps._repr_mimebundle_()["text/plain"].startswith(str(steps))


# --- files ------------------------------------------------------------------------------------------------------------


def test_frames_are_numbered_files(engine, tmp_path):
    steps = draw(lecture_example()).steps()
    paths = steps.render_frames(tmp_path / "frames")
    assert [Path(path).name for path in paths] == [f"00{k}.svg" for k in range(1, 9)]
    assert [Path(path).read_text(encoding="utf-8") for path in paths] == [frame.svg() for frame in steps]
    assert steps.render_frames(tmp_path / "frames") == paths
    assert [path.name for path in tmp_path.iterdir() if path.name != "bin"] == ["frames"]


def test_frames_can_be_written_into_the_folder_where_one_is(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = draw(Value(1.0)).steps().render_frames(".")
    assert paths == [path.name for path in tmp_path.glob("*.svg")] == ["001.svg"]


def test_an_error_leaves_no_frames(no_engine, tmp_path):
    with pytest.raises(EngineError):
        draw(lecture_example()).steps().render_frames(tmp_path / "frames")
    with pytest.raises(FileNotFoundError, match="make it first"):
        draw(lecture_example()).steps().render_frames(tmp_path / "no" / "frames")
    assert [path for path in tmp_path.iterdir() if path.name != "bin"] == []


def test_a_failed_write_leaves_nothing_behind(engine, tmp_path, monkeypatch):
    steps = draw(lecture_example()).steps()
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    for write in (lambda: steps.render_frames(tmp_path / "frames"), lambda: steps.render(tmp_path / "L.svg")):
        with pytest.raises(OSError, match="disk full"):
            write()
    assert [path for path in tmp_path.iterdir() if path.name != "bin"] == []


def test_the_moving_picture_is_an_svg(tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.svg; single pictures: render_frames"):
        draw(lecture_example()).steps().render(tmp_path / "L.gif")
    assert list(tmp_path.iterdir()) == []


# --- the moving picture -----------------------------------------------------------------------------------------------


def visible_classes(style: str, moment: float) -> set[str]:
    """The classes that the style sheet shows at a moment, in percent of the whole."""
    visible = set()
    for name, frames in re.findall(r"@keyframes gatewise-\w+-(s\d+-\d+)\{((?:[^{}]*\{[^{}]*\})*)\}", style):
        changes = [(float(at), state) for at, state in re.findall(r"([\d.]+)%\{visibility:(\w+)\}", frames)]
        assert changes == sorted(changes)
        assert changes[0][0] == 0
        state = [state for at, state in changes if at <= moment][-1]
        if state == "visible":
            visible.add(name)
    return visible


def frozen(svg: str, moment: float) -> Counter[str]:
    """The texts of the moving picture at a moment."""
    root = ElementTree.fromstring(svg)
    visible = visible_classes(root.findtext(f"{SVG}style", ""), moment)
    for element in root.iter():
        if re.fullmatch(r"s\d+-\d+", name := element.get("class", "")):
            element.set("visibility", "visible" if name in visible else "hidden")
    hidden = {text for group in root.iter() if group.get("visibility") == "hidden" for text in group.iter()}
    return Counter(filter(None, [seen(text) for text in root.iter(f"{SVG}text") if text not in hidden]))


def texts(svg: str) -> Counter[str]:
    return Counter(filter(None, [seen(text) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]))


def test_the_moving_picture_shows_the_frames_one_after_the_other(engine):
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    root = maximum(x, y) * x + y.exp()
    root.backward()
    steps = draw(root).steps()
    moving = steps.svg()
    (seconds,) = {float(total) for total in re.findall(r"animation:\S+ ([\d.]+)s step-end infinite", moving)}
    assert seconds > 2.0 * len(steps)
    for position, frame in enumerate(steps):
        assert frozen(moving, 100 * (2.0 * position + 1.0) / seconds) == texts(frame.svg())
    assert frozen(moving, 100) == texts(steps[-1].svg())


def test_a_reader_who_wants_nothing_to_move_sees_the_last_step(engine):
    steps = draw(lecture_example()).steps()
    moving = steps.svg()
    style = ElementTree.fromstring(moving).findtext(f"{SVG}style", "")
    still, _, motion = style.partition("@media (prefers-reduced-motion:no-preference){")
    assert "animation" not in still
    assert motion.count("@keyframes") > 8
    root = ElementTree.fromstring(moving)
    gone = {text for g in root.iter() if g.get("visibility") == "hidden" for text in g.iter()}
    left = Counter(filter(None, [seen(text) for text in root.iter(f"{SVG}text") if text not in gone]))
    assert left == texts(steps[-1].svg())


def test_the_moving_picture_has_no_script_and_one_copy_of_the_shapes(engine):
    drawing = draw(lecture_example())
    moving = drawing.steps().svg()
    names = Counter(element.tag for element in ElementTree.fromstring(moving).iter())
    assert names[f"{SVG}path"] == drawing.svg().count("<path")
    assert f"{SVG}script" not in names


def test_the_moving_picture_follows_the_theme(engine):
    moving = {theme: draw(lecture_example(), theme=theme).steps().svg() for theme in ("auto", "light", "dark")}
    assert f'[stroke="{LIGHT.gradient}"]{{stroke:{DARK.gradient}}}' in moving["auto"]
    assert "prefers-color-scheme" not in moving["light"] + moving["dark"]
    assert f'stroke="{DARK.gradient}"' in moving["dark"]


def test_the_same_graph_gives_the_same_steps(engine):
    def everything(steps: Steps) -> list[str]:
        return [steps.svg(), *(frame.svg() for frame in steps)]

    assert everything(draw(lecture_example()).steps()) == everything(draw(lecture_example()).steps())


def test_long_captions_are_wrapped_inside_the_picture(engine):
    x, y = Value(3.0, label="a rather long name of an input"), Value(4.0, label="another quite long name")
    root = x * y
    root.label = "the loss of it all"
    root.backward()
    frame = draw(root, theme="light").steps()[-1]
    picture = ElementTree.fromstring(frame.svg())
    lines = [seen(text) for text in picture.findall(f"{SVG}g/{SVG}text")]
    assert " ".join(lines) == frame.caption
    assert len(lines) > 1
    _, top, _, height = map(float, picture.get("viewBox", "").split())
    assert all(float(text.get("y", "")) < top + height - 3 for text in picture.findall(f"{SVG}g/{SVG}text"))
