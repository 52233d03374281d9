"""A picture drawn after data was changed says so, because its values and gradients do not belong together."""

from autograd import Value, draw
from autograd.drawing.lettering import STALE


def test_changed_data_is_told():
    w, x = Value(1.0, label="w"), Value(2.0, label="x")
    L = w * x
    L.backward()
    assert STALE not in str(draw(L))
    w.data -= 1.0
    drawing = draw(L)
    assert STALE in str(drawing)
    assert STALE.replace(" ", "&#160;") in drawing.source
    w.data += 1.0
    assert STALE not in str(draw(L))
