"""The formula that a circuit computes, such as c·(a + 2b), put together from its gates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autograd.drawing.circuit import Circuit, Gate, Wire
from autograd.drawing.notation import shown, written

LONGEST = 60
_SYMBOL = re.compile(r"[^\W\d_][₀-₉]*")
_PLAIN_NUMBER = re.compile(r"[0-9.]+(e−?[0-9]+)?")
_OPERAND = re.compile(r"(?<![A-Za-z])x(?![A-Za-z])")  # the x in x², |x|, −x; not the one in exp or max

_SUM, _NEGATIVE, _QUOTIENT, _PRODUCT, _POWER, _ATOM = range(6)


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


def formulas(circuit: Circuit) -> list[str]:
    """For every value its label, or its formula in terms of labels; "" for a bare number and what is too long."""
    terms = _terms(circuit, stop_at_labels=True)
    is_bare = [gate is None and not wire.label for wire, gate in zip(circuit.wires, circuit.gates, strict=True)]
    return ["" if bare or term is None else term.text for bare, term in zip(is_bare, terms, strict=True)]


def applied(symbol: str, operands: Sequence[float]) -> str:
    """The formula of one gate with numbers for its operands, such as 3·(−2); "" if it is too long."""
    if len(operands) > LONGEST:
        return ""
    text = _written(symbol, [_number(operand) for operand in operands]).text
    return text if len(text) <= LONGEST else ""


def _expanded(circuit: Circuit, stop_at_labels: bool) -> str:
    """The root's formula, or "" if it is too long or the root is a leaf."""
    root = _terms(circuit, stop_at_labels)[circuit.root.value]
    return "" if root is None or circuit.gates[circuit.root.value] is None else root.text


def _terms(circuit: Circuit, stop_at_labels: bool) -> list[Term | None]:
    """The formula of every value, None if it is too long. One step per gate, whatever is shared."""
    terms: list[Term | None] = []
    for wire, gate in zip(circuit.wires, circuit.gates, strict=True):
        is_name = gate is None or (stop_at_labels and wire.label != "" and wire is not circuit.root)
        is_unknown = gate is None and not (wire.kind or wire.label)  # its gate is left out, or inside a module
        terms.append(None if is_unknown else _leaf(wire) if is_name else _applied(gate, terms))
    return terms


def _number(x: float) -> Term:
    text = written(x)
    if _PLAIN_NUMBER.fullmatch(text):
        return Term(text, _ATOM)
    return Term(text, _NEGATIVE if _PLAIN_NUMBER.fullmatch(text.removeprefix("−")) else _SUM)


def _leaf(wire: Wire) -> Term:
    if not wire.label:
        return _number(wire.data)
    text = shown(wire.label)
    is_one_piece = text.isidentifier() or _SYMBOL.fullmatch(text) or _PLAIN_NUMBER.fullmatch(text)
    return Term(text, _ATOM if is_one_piece else _SUM)


def _applied(gate: Gate | None, terms: Sequence[Term | None]) -> Term | None:
    assert gate is not None
    if gate.is_module:
        return None
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
            text = f"{left.within(_NEGATIVE)}/{right.within(_POWER)}"
            return Term(text, _NEGATIVE if left.binding == _NEGATIVE else _QUOTIENT)
        case "−", [left, right]:
            return Term(f"{left.text} − {right.within(_QUOTIENT)}", _SUM)
        case "^", [base, exponent]:
            return Term(f"{base.within(_ATOM)}^{exponent.within(_ATOM)}", _POWER)
        case "√", [operand]:
            return Term(f"√{operand.within(_ATOM)}", _POWER)
        case (("+" | "Σ"), [first, *others]):
            return Term(" + ".join([first.text, *(other.within(_QUOTIENT) for other in others)]), _SUM)
        case "Σwx", [_, _, *_]:
            return _weighted_sum(operands)
        case _, [operand] if _OPERAND.search(symbol):
            return _in_place(symbol, operand)
    return Term(f"{symbol}({', '.join([operand.text for operand in operands])})", _ATOM)


def _product(left: Term, right: Term) -> Term:
    """Side by side where that is how one writes it: 2b, w₁x₁; else with a dot."""
    factor = _SYMBOL.fullmatch(left.text) or _PLAIN_NUMBER.fullmatch(left.text)
    if factor and _SYMBOL.fullmatch(right.text) and left != right:
        return Term(left.text + right.text, _PRODUCT)
    return Term(f"{left.within(_PRODUCT)}·{right.within(_POWER)}", _PRODUCT)


def _weighted_sum(operands: list[Term]) -> Term:
    n = len(operands) // 2
    products = [_product(*pair) for pair in zip(operands[:n], operands[n : 2 * n], strict=True)]
    return _written("Σ", [*products, *operands[2 * n :]])


def _in_place(symbol: str, operand: Term) -> Term:
    """The operand in place of the x: −x, |x|, x²."""
    if symbol == "|x|":
        return Term(f"|{operand.text}|", _ATOM)
    if symbol == "−x":
        return Term(f"−{operand.within(_QUOTIENT)}", _NEGATIVE)
    return Term(_OPERAND.sub(lambda _: operand.within(_ATOM), symbol), _POWER)
