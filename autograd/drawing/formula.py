"""The formula that a circuit computes, such as c·(a + 2b), put together from its gates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autograd.drawing.circuit import Circuit, Gate, Wire
from autograd.drawing.labels import shown
from autograd.drawing.numbers import written

LONGEST = 60
_SYMBOL = re.compile(r"[^\W\d_][₀-₉]*")
_PLAIN_NUMBER = re.compile(r"[0-9.]+(e−?[0-9]+)?")
_OPERAND = re.compile(r"(?<![A-Za-z])x(?![A-Za-z])")  # the x in x², |x|, −x; not the one in exp or max

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


class Term(NamedTuple):
    text: str
    binding: int

    def within(self, binding: int) -> str:
        """The term as an operand, in brackets where it would otherwise be torn apart."""
        return self.text if self.binding >= binding else f"({self.text})"


def formula(circuit: Circuit) -> str:
    """Label and formula of the root: "L = c·(a + 2b)". What is too long stops at the labels, or is left away."""
    right = _expanded(circuit, stop_at_labels=False) or _expanded(circuit, stop_at_labels=True)
    return " = ".join(filter(None, (shown(circuit.root.label), right)))


def _expanded(circuit: Circuit, stop_at_labels: bool) -> str:
    """The root's formula, or "" if it is too long or the root is a leaf. One step per gate, whatever is shared."""
    terms: list[Term | None] = []
    for wire, gate in zip(circuit.wires, circuit.gates, strict=True):
        is_name = gate is None or (stop_at_labels and wire.label != "" and wire is not circuit.root)
        terms.append(_leaf(wire) if is_name else _applied(gate, terms))
    root = terms[-1]
    return "" if root is None or circuit.gates[-1] is None else root.text


def _leaf(wire: Wire) -> Term:
    text = shown(wire.label) if wire.label else written(wire.data)
    is_one_piece = text.isidentifier() or _SYMBOL.fullmatch(text) or _PLAIN_NUMBER.fullmatch(text)
    return Term(text, _ATOM if is_one_piece else _SUM)


def _applied(gate: Gate | None, terms: Sequence[Term | None]) -> Term | None:
    assert gate is not None
    operands = [terms[wire.value] for wire in gate.inputs[:LONGEST]]
    known = [operand for operand in operands if operand is not None]
    if len(known) < len(gate.inputs):
        return None
    term = _written(gate.symbol, known)
    return term if len(term.text) <= LONGEST else None


def _written(symbol: str, operands: list[Term]) -> Term:
    match symbol, operands:
        case "×", [left, right]:
            return _product(left, right)
        case "÷", [left, right]:
            return Term(f"{left.within(_PRODUCT)} / {right.within(_POWER)}", _PRODUCT)
        case "−", [left, right]:
            return Term(f"{left.text} − {right.within(_PRODUCT)}", _SUM)
        case "^", [base, exponent]:
            return Term(f"{base.within(_ATOM)}^{exponent.within(_ATOM)}", _POWER)
        case "√", [operand]:
            return Term(f"√{operand.within(_ATOM)}", _POWER)
        case (("+" | "Σ"), [first, *others]):
            return Term(" + ".join([first.text, *(other.within(_PRODUCT) for other in others)]), _SUM)
        case "Σwx", [*factors, bias]:
            return _weighted_sum(factors, bias)
        case _, [operand] if _OPERAND.search(symbol):
            return _in_place(symbol, operand)
    return Term(f"{symbol}({', '.join([operand.text for operand in operands])})", _ATOM)


def _product(left: Term, right: Term) -> Term:
    """Side by side where that is how one writes it: 2b, w₁x₁; else with a dot."""
    factor = _SYMBOL.fullmatch(left.text) or _PLAIN_NUMBER.fullmatch(left.text)
    if factor and _SYMBOL.fullmatch(right.text) and left != right:
        return Term(left.text + right.text, _PRODUCT)
    return Term(f"{left.within(_PRODUCT)}·{right.within(_POWER)}", _PRODUCT)


def _weighted_sum(factors: list[Term], bias: Term) -> Term:
    half = len(factors) // 2
    products = [_product(*pair) for pair in zip(factors[:half], factors[half:], strict=True)]
    summands = [*products, bias] if bias.text != "0" else products
    return _written("Σ", summands) if summands else bias


def _in_place(symbol: str, operand: Term) -> Term:
    """The operand in place of the x: −x, |x|, x²."""
    if symbol == "|x|":
        return Term(f"|{operand.text}|", _ATOM)
    binding = _PRODUCT if symbol == "−x" else _ATOM
    return Term(_OPERAND.sub(lambda _: operand.within(binding), symbol), _SUM if symbol == "−x" else _POWER)
