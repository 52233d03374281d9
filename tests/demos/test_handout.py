"""What a handout writes into its page."""

from __future__ import annotations

import html
import re

import pytest

import autograd
from autograd import Value
from demos.handout import Handout


def test_a_row_holds_its_pictures_side_by_side_with_one_caption(tmp_path):
    handout = Handout(tmp_path, "page", "Title")
    handout.row({name: autograd.draw(2 * Value(3.0)) for name in ("left", "right")}, "both **sides**")
    handout.write()
    (figure,) = re.findall("<figure.*?</figure>", (tmp_path / "page.html").read_text(encoding="utf-8"))
    assert re.findall('src="(.*?)"', figure) == ["page_left.svg", "page_right.svg"]
    assert figure.endswith("<figcaption>both <strong>sides</strong></figcaption></figure>")
    assert all((tmp_path / file).stat().st_size for file in ("page_left.svg", "page_right.svg"))


def test_a_picture_is_described_in_plain_text_and_leads_to_itself(tmp_path):
    handout = Handout(tmp_path, "page", "Title")
    handout.draw(autograd.draw(2 * Value(3.0)), "wide", 'the *delta error* and **both** "sides" of `a < b`')
    handout.write()
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    (alt,) = re.findall('alt="(.*?)"', page)
    assert html.unescape(alt) == 'the delta error and both "sides" of a < b'
    assert '<a href="page_wide.svg"><img' in page


@pytest.mark.parametrize("index", ["", "index.html", "gallery.html"])
def test_a_page_leads_to_the_index_that_it_is_given(index, tmp_path):
    handout = Handout(tmp_path, "page", "Title")
    handout.write(index)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall('<a href="(.*?)">all pages</a>', page) == ([index] if index else [])


def test_a_bar_in_a_cell_does_not_end_the_cell(tmp_path):
    handout = Handout(tmp_path, "page", "Title")
    handout.table(["P(y | x)"], [["|x|"], [-0.0]])
    handout.write()
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall("<t[hd]>(.*?)</t[hd]>", page) == ["P(y | x)", "|x|", "0"]
