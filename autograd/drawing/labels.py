"""Labels as they are shown: every character printable, an index as a subscript."""

from __future__ import annotations

import re
import unicodedata

_INDEXED = re.compile(r"(?P<base>[^\W\d_]|[^\W\d_]+(?=_))_?(?P<index>[0-9]+)")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def printable(text: str) -> str:
    """The text without characters that XML or a terminal cannot show: a newline becomes ␊.

    >>> printable("a\\nb")
    'a␊b'
    """
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    unshowable = unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
    return "�" if unshowable else character


def shown(label: str) -> str:
    """The label with its index as a subscript, if it has one.

    >>> [shown(label) for label in ("w_1", "x12", "hidden_2", "conv2d", "layer1", "w_out")]
    ['w₁', 'x₁₂', 'hidden₂', 'conv2d', 'layer1', 'w_out']
    """
    indexed = _INDEXED.fullmatch(label)
    if indexed:
        return indexed["base"] + indexed["index"].translate(_SUBSCRIPTS)
    return printable(label)


def one_piece(label: str) -> str:
    """The label as it is shown, in brackets where it is more than a name.

    >>> one_piece("w_1"), one_piece("a + b")
    ('w₁', '(a + b)')
    """
    text = shown(label)
    return text if text.translate(_DIGITS).isidentifier() else f"({text})"
