"""What a handout writes into its page."""

from __future__ import annotations

import re

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


def test_a_bar_in_a_cell_does_not_end_the_cell(tmp_path):
    handout = Handout(tmp_path, "page", "Title")
    handout.table(["P(y | x)"], [["|x|"], [-0.0]])
    handout.write()
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall("<t[hd]>(.*?)</t[hd]>", page) == ["P(y | x)", "|x|", "0"]
