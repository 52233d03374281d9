"""How numbers and labels are written: four significant digits, every character printable, an index as a subscript."""

from __future__ import annotations

import re
import unicodedata

LARGEST_WHOLE = 1_000_000
LONGEST_LABEL = 60

_INDEXED = re.compile(r"(?P<base>[^\W\d_]|[^\W\d_]+(?=_))_?(?P<index>[0-9]+)")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


# --- numbers ----------------------------------------------------------------------------------------------------------


def written(x: float) -> str:
    """The number in four significant digits; whole numbers below a million in full. The sign of a zero is left away.

    >>> [written(x) for x in (-10.0, 2 / 3, 1.5e-7, 12288.0, float("-inf"), -0.0)]
    ['−10', '0.6667', '1.5e−7', '12288', '−inf', '0']
    """
    if abs(x) < LARGEST_WHOLE and x == int(x):
        return str(int(x)).replace("-", "−")
    mantissa, _, exponent = f"{x:.4g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def bracketed(x: float) -> str:
    """A number as a right-hand factor: in brackets if there is a minus sign in front.

    >>> bracketed(2.0), bracketed(-2.0)
    ('2', '(−2)')
    """
    text = written(x)
    return f"({text})" if text.startswith("−") else text


def written_sum(terms: list[float]) -> str:
    """The terms of a sum written out; beyond four of them the middle is left out and their number given.

    >>> written_sum([3.0, -2.0]), written_sum([1.0] * 12)
    ('3 − 2', '1 + 1 + … + 1 (12 terms)')
    """
    return shortened([written(terms[0]), *map(_signed, terms[1:])])


def shortened(terms: list[str]) -> str:
    """The terms, each with its sign in front; beyond four the middle is left out and their number given."""
    if len(terms) > 4:
        return f"{terms[0]} {terms[1]} + … {terms[-1]} ({len(terms)} terms)"
    return " ".join(terms)


def _signed(term: float) -> str:
    text = written(term)
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"


# --- labels -----------------------------------------------------------------------------------------------------------


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
    """The label with its index as a subscript, if it has one; what is too long for a picture is cut short.

    >>> [shown(label) for label in ("w_1", "x12", "hidden_2", "conv2d", "layer1", "w_out")]
    ['w₁', 'x₁₂', 'hidden₂', 'conv2d', 'layer1', 'w_out']
    """
    indexed = _INDEXED.fullmatch(label)
    if indexed:
        return indexed["base"] + indexed["index"].translate(_SUBSCRIPTS)
    text = printable(label)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def one_piece(label: str) -> str:
    """The label as it is shown, in brackets where it is more than a name.

    >>> one_piece("w_1"), one_piece("a + b")
    ('w₁', '(a + b)')
    """
    text = shown(label)
    return text if text.translate(_DIGITS).isidentifier() else f"({text})"
