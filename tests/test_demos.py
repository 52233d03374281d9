"""Every demo runs, and writes a page whose pictures are there and can be read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib import import_module

import pytest

from demos import __main__ as command
from demos import breast_cancer


@pytest.mark.parametrize("name", command.DEMOS)
def test_a_demo_prints_its_text_and_writes_it_as_a_page_with_pictures(name, tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert command.main([name, "--out", str(folder)]) == 0
    printed = capsys.readouterr().out
    page = (folder / f"{name}.html").read_text(encoding="utf-8")
    title = import_module(f"demos.{name}").__doc__.splitlines()[0]
    assert printed.splitlines()[0] == title.rstrip(".")
    assert printed.endswith(f"wrote {folder / f'{name}.html'}\n")
    assert "all pages" not in page  # there is no index
    pictures = re.findall(r'src="([^"]+)"', page)
    assert sorted(pictures) == sorted(path.name for path in folder.glob("*.svg"))
    assert pictures
    for picture in pictures:
        assert ET.parse(folder / picture).getroot().tag.endswith("svg")
        assert f"[{picture}]" in printed


def test_without_a_name_the_main_demo_runs_and_prints_every_epoch(capsys, tmp_path):
    assert command.main(["--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    epochs = re.findall(r"^\| (\d+) +(?:\| [\d.]+ +){4}\|$", printed, re.MULTILINE)
    assert epochs == [str(i + 1) for i in range(breast_cancer.EPOCHS)]
    assert re.search(r"^held-out accuracy: 0\.9[5-9]\d$", printed, re.MULTILINE)
    assert "differ by at most" in printed
    assert (tmp_path / "breast_cancer_neuron.svg").exists()


@pytest.mark.parametrize(
    ("asked", "index", "pages"),
    [("gallery", "gallery.html", ("least_squares",)), ("all", "index.html", ("least_squares", "margin_losses"))],
)
def test_an_index_leads_to_every_page_and_back(asked, index, pages, few_demos, tmp_path):
    assert command.main([asked, "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.glob("*.html")} == {index, *(f"{name}.html" for name in pages)}
    text = (tmp_path / index).read_text(encoding="utf-8")
    assert re.findall('class="card" href="(.*?)"', text) == [f"{name}.html" for name in pages]
    assert "least_squares_graph.svg" in text
    for name in pages:
        assert f'<a href="{index}">all pages</a>' in (tmp_path / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("later", ["gallery", "least_squares"])
def test_what_runs_after_all_keeps_the_index_of_all(later, few_demos, tmp_path):
    for asked in ("all", later):
        assert command.main([asked, "--out", str(tmp_path)]) == 0
    for name in command.DEMOS:
        assert f'href="{name}.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
        assert '<a href="index.html">all pages</a>' in (tmp_path / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def few_demos(monkeypatch):
    monkeypatch.setattr(command, "GALLERY", ("least_squares",))
    monkeypatch.setattr(command, "DEMOS", ("least_squares", "margin_losses"))


def test_a_demo_that_measures_no_time_writes_the_same_bytes_again(tmp_path):
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        assert command.main(["least_squares", "--out", str(folder)]) == 0
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second


def test_a_file_where_a_folder_should_be_is_refused(tmp_path, capsys):
    (tmp_path / "out").write_text("")
    with pytest.raises(SystemExit):
        command.main(["--out", str(tmp_path / "out")])
    assert "--out takes a folder" in capsys.readouterr().err
