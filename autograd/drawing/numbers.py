"""Numbers as a reader writes them: four significant digits, a true minus sign."""

from __future__ import annotations

LARGEST_WHOLE = 1_000_000


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
