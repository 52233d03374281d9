"""How wide a text is in Arial, for shapes that must hold a text before any engine has measured it."""

from __future__ import annotations

import unicodedata

_WIDTHS = {
    character: width
    for width, characters in {
        0.21: "ijl'",
        0.28: " \u00a0!,./:;I[\\]ft",
        0.34: "()-`r|{}·₀₁₂₃₄₅₆₇₈₉⁰¹²³",
        0.39: '*"°',
        0.5: "ckvxyzJs∂",
        0.56: "0123456789abdeghnopqu#$?L_",
        0.58: "+−×÷=<>~^σ",
        0.67: "ABEKPSVXY&FTZ",
        0.72: "CDHNRUw",
        0.78: "GOQ",
        0.84: "Mm",
        0.95: "W%",
        1.0: "@…",
    }.items()
    for character in characters
}
_BOLD = 1.08


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width in points, a little generous for characters that are not in the table.

    >>> round(text_width("2", 14), 2)
    7.84
    """
    return sum(map(_character_width, text)) * size * (_BOLD if bold else 1.0)


def _character_width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    return 1.1 if unicodedata.east_asian_width(character) in "WF" else 0.75
