"""Planted bugs: the engine is broken in many ways, one at a time, and the suite must notice each (`make mutants`).

Every mutant is a copy of the package in a temporary folder with one text replaced, so the tree itself is never touched,
also when this is interrupted. `python tests/mutants.py WORD ...` plants those whose description has one of the words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TIMEOUT = 300.0

TESTS = [
    "engine/test_gate_table.py",
    "engine/laws/test_law_05_untaken_branches.py",
    "engine/test_users_gates.py",
    "engine/test_modes.py",
    "engine/test_scopes.py",
    "test_trials.py",
    "engine/laws/test_law_01_backward.py",
    "engine/laws/test_law_02_recorded_forward.py",
    "engine/laws/test_law_06_determinism.py",
    "engine/laws/test_law_09_wrong_use.py",
    "engine/test_life_cycle.py",
    "engine/test_copies.py",
    "engine/test_random_graphs.py",
    "engine/test_gates.py",
    "engine/laws",
]
"""The quick and telling ones first: a mutant is dead at the first test that fails."""

FIRST = {
    "copying.py": ["engine/test_copies.py", "engine/test_scopes.py", "engine/laws/test_law_03_no_recursion.py"],
    "modes.py": ["engine/test_modes.py", "engine/test_scopes.py"],
    "operations.py": ["engine/laws/test_law_09_wrong_use.py"],
    "conversion.py": ["engine/laws/test_law_09_wrong_use.py"],
    "value.py": ["engine/laws/test_law_08_python_floats.py", "engine/laws/test_law_10_identity.py"],
}


class Mutant(NamedTuple):
    """A file of `autograd`, a text in it, and what stands there instead."""

    what: str
    file: str
    text: str
    instead: str


def main(words: list[str]) -> int:
    """Plant the mutants and print what became of each; the exit status is 1 if one survived."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.what for word in words)]
    survivors = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant, killer in zip(chosen, pool.map(_killer, chosen), strict=True):
            survivors += killer is None
            print(f"{mutant.file:14} {mutant.what:40} {killer or 'SURVIVED'}", flush=True)
    print(f"{len(chosen)} planted, {len(chosen) - survivors} killed, {survivors} survived")
    return int(survivors > 0)


def _killer(mutant: Mutant) -> str | None:
    """The test that fails on a copy with this bug; None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("autograd", "nn", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        _plant(mutant, copy / "autograd" / mutant.file)
        return _first_failure(copy, [*FIRST.get(mutant.file, []), *TESTS])


def _plant(mutant: Mutant, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if mutant.text not in source:
        raise LookupError(f"{mutant.what}: {mutant.file} no longer has the text {mutant.text!r}")
    path.write_text(source.replace(mutant.text, mutant.instead, 1), encoding="utf-8")


def _first_failure(copy: Path, tests: list[str]) -> str | None:
    paths = [str(copy / "tests" / name) for name in dict.fromkeys(tests)]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", *paths]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "CI": "1"}
    try:
        run = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return "(ran out of time)"
    if run.returncode == 0:
        return None
    failures = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if run.returncode not in (1, 2) or not failures:  # the tests did not run, which would prove nothing
        raise RuntimeError(f"pytest ended with status {run.returncode}: {run.stdout[-500:]}{run.stderr[-500:]}")
    return failures[0].removeprefix("FAILED ").removeprefix("ERROR ").partition(" - ")[0].partition("tests/")[2]


MUTANTS = [
    Mutant("+ slope", "gates.py", "return 1.0, 1.0", "return 1.0, 2.0"),
    Mutant("- slope", "gates.py", "return 1.0, -1.0", "return 1.0, 1.0"),
    Mutant(
        "* swap",
        "gates.py",
        "        return b, a\n\n    def local_gradients_at_nan",
        "        return a, b\n\n    def local_gradients_at_nan",
    ),
    Mutant("/ slope a", "gates.py", "return divide(1.0, b), divide(-out, b)", "return divide(out, b), divide(-out, b)"),
    Mutant(
        "/ slope b sign", "gates.py", "return divide(1.0, b), divide(-out, b)", "return divide(1.0, b), divide(out, b)"
    ),
    Mutant("/ as a·b⁻¹", "gates.py", "return divide(a, b)  # type", "return a * divide(1.0, b)  # type"),
    Mutant("neg slope", "gates.py", "return (-1.0,)", "return (1.0,)"),
    Mutant("pow nan rule removed", "gates.py", "if is_nan(base) or is_nan(exponent):", "if False:"),
    Mutant(
        "pow slope base",
        "gates.py",
        "return exponent * power(base, exponent - 1.0)",
        "return exponent * power(base, exponent)",
    ),
    Mutant(
        "pow slope base as out/base",
        "gates.py",
        "return exponent * power(base, exponent - 1.0)",
        "return exponent * divide(power(base, exponent), base)",
    ),
    Mutant(
        "pow 0 exponent edge",
        "gates.py",
        "return 0.0 if plain(exponent) >= 0.0 else nan",
        "return 0.0 if plain(exponent) > 0.0 else nan",
    ),
    Mutant("pow 0 negative exponent", "gates.py", "return 0.0 if plain(exponent) >= 0.0 else nan", "return 0.0"),
    Mutant("pow slope exponent", "gates.py", "return out * log(base)", "return log(base)"),
    Mutant(
        "x**0 slope",
        "gates.py",
        "if self.exponent == 0.0:\n            return (0.0,)",
        "if False:\n            return (0.0,)",
    ),
    Mutant(
        "x**n slope",
        "gates.py",
        "return (self.exponent * power(x, self.exponent - 1.0),)",
        "return (power(x, self.exponent - 1.0),)",
    ),
    Mutant(
        "x**n slope as out/x",
        "gates.py",
        "return (self.exponent * power(x, self.exponent - 1.0),)",
        "return (self.exponent * divide(out, x),)",
    ),
    Mutant("abs at 0", "gates.py", "return (sign(plain(x)),)", "return (1.0 if x >= 0.0 else -1.0,)"),
    Mutant("abs not piecewise", "gates.py", 'symbol = "|x|"\n    piecewise = True', 'symbol = "|x|"'),
    Mutant("relu not piecewise", "gates.py", 'symbol = "ReLU"\n    piecewise = True', 'symbol = "ReLU"'),
    Mutant("leaky not piecewise", "gates.py", 'symbol = "leaky ReLU"\n    piecewise = True', 'symbol = "leaky ReLU"'),
    Mutant("clip not piecewise", "gates.py", 'symbol = "clip"\n    piecewise = True', 'symbol = "clip"'),
    Mutant("sign not piecewise", "gates.py", 'symbol = "sign"\n    piecewise = True', 'symbol = "sign"'),
    Mutant("step not piecewise", "gates.py", 'symbol = "step"\n    piecewise = True', 'symbol = "step"'),
    Mutant("where not piecewise", "gates.py", 'symbol = "where"\n    piecewise = True', 'symbol = "where"'),
    Mutant("max not piecewise", "gates.py", 'symbol = "max"\n    piecewise = True', 'symbol = "max"'),
    Mutant("min not piecewise", "gates.py", 'symbol = "min"\n    piecewise = True', 'symbol = "min"'),
    Mutant(
        "exp slope a little off",
        "gates.py",
        "return (out,)\n\n\nclass Expm1",
        "return (out * 1.0000000001,)\n\n\nclass Expm1",
    ),
    Mutant("expm1 slope via out", "gates.py", "return (exp(x),)  #", "return (out + 1.0,)  #"),
    Mutant("log slope", "gates.py", "return (_reciprocal(x),)", "return (divide(1.0, x),)"),
    Mutant("log1p slope", "gates.py", "return (_reciprocal(1.0 + x),)", "return (_reciprocal(x),)"),
    Mutant("sqrt slope", "gates.py", "return (0.5 * _reciprocal(out),)", "return (0.5 * out,)"),
    Mutant("square slope", "gates.py", "return (2.0 * x,)", "return (2 * out,)"),
    Mutant("sin slope", "gates.py", "return (cos(x),)", "return (-cos(x),)"),
    Mutant("cos slope", "gates.py", "return (-sin(x),)", "return (sin(x),)"),
    Mutant("tan slope", "gates.py", "return (1.0 + out * out,)", "return (1.0 - out * out,)"),
    Mutant(
        "asin cancel",
        "gates.py",
        "return (_reciprocal(sqrt((1.0 - x) * (1.0 + x))),)  #",
        "return (_reciprocal(sqrt(1.0 - x * x)),)  #",
    ),
    Mutant(
        "acos sign",
        "gates.py",
        "return (-_reciprocal(sqrt((1.0 - x) * (1.0 + x))),)",
        "return (_reciprocal(sqrt((1.0 - x) * (1.0 + x))),)",
    ),
    Mutant("atan slope", "gates.py", "return (divide(1.0, 1.0 + x * x),)", "return (divide(1.0, 1.0 + x),)"),
    Mutant("sinh slope", "gates.py", "return (cosh(x),)", "return (sinh(x),)"),
    Mutant("cosh slope", "gates.py", "return (sinh(x),)", "return (cosh(x),)"),
    Mutant("erf constant", "gates.py", "2.0 / math.sqrt(math.pi) * exp", "1.128379167 * exp"),
    Mutant("sigmoid s(1-s)", "gates.py", "return (out * sigmoid(-x),)", "return (out * (1.0 - out),)"),
    Mutant("softplus slope", "gates.py", "        return (sigmoid(x),)", "        return (sigmoid(-x),)"),
    Mutant(
        "log_sigmoid slope",
        "gates.py",
        "        return (sigmoid(-x),)\n\n\nclass Relu",
        "        return (sigmoid(x),)\n\n\nclass Relu",
    ),
    Mutant("relu at 0 slope 1", "gates.py", "return (1.0 if x > 0.0 else 0.0,)", "return (1.0 if x >= 0.0 else 0.0,)"),
    Mutant("leaky at 0", "gates.py", "max(0.0, min(self.slope, 1.0))", "1.0"),
    Mutant("leaky slope clamp", "gates.py", "max(0.0, min(self.slope, 1.0))", "self.slope"),
    Mutant("leaky value", "gates.py", "return x if x > 0.0 else self.slope * x", "return max(x, self.slope * x)"),
    Mutant("clip at bound", "gates.py", "self.low < x < self.high", "self.low <= x < self.high"),
    Mutant("clip at bound high", "gates.py", "self.low < x < self.high", "self.low < x <= self.high"),
    Mutant("hypot tip", "gates.py", "if plain(out) == 0.0:", "if False:"),
    Mutant("hypot swap", "gates.py", "return divide(x, out), divide(y, out)", "return divide(y, out), divide(x, out)"),
    Mutant("hypot overflow", "gates.py", "return math.hypot(x, y)", "return math.sqrt(x * x + y * y)"),
    Mutant("atan2 sign", "gates.py", "divide(divide(-y, radius), radius)", "divide(divide(y, radius), radius)"),
    Mutant(
        "atan2 overflow",
        "gates.py",
        "return divide(divide(x, radius), radius), ",
        "return divide(x, radius * radius), ",
    ),
    Mutant("where branch", "gates.py", "return (0.0, 1.0, 0.0) if condition", "return (0.0, 0.0, 1.0) if condition"),
    Mutant("max nan", "gates.py", "return nan if any(map(math.isnan, inputs)) else max(inputs)", "return max(inputs)"),
    Mutant("min nan", "gates.py", "return nan if any(map(math.isnan, inputs)) else min(inputs)", "return min(inputs)"),
    Mutant("ties not split", "gates.py", "share = 1.0 / sum(won)", "share = 1.0"),
    Mutant("ties half always", "gates.py", "share = 1.0 / sum(won)", "share = 1.0 if sum(won) == 1 else 0.5"),
    Mutant(
        "ties first wins",
        "gates.py",
        "return tuple([share if w else 0.0 for w in won])",
        "return tuple([1.0 if i == won.index(True) else 0.0 for i in range(len(won))])",
    ),
    Mutant("sum order", "gates.py", "return reduce(add, inputs, 0.0)\n", "return math.fsum(inputs)\n"),
    Mutant("mean slope", "gates.py", "return (1.0 / len(inputs),) * len(inputs)", "return (1.0,) * len(inputs)"),
    Mutant(
        "dot slopes swapped",
        "gates.py",
        "return inputs[n:-1] + inputs[:n] + (1.0,)",
        "return inputs[:n] + inputs[n:-1] + (1.0,)",
    ),
    Mutant("dot bias slope", "gates.py", "inputs[:n] + (1.0,)", "inputs[:n] + (0.0,)"),
    Mutant("dot bias forgotten", "gates.py", "return total + inputs[-1]", "return total"),
    Mutant("logsumexp inf rule", "gates.py", "if math.isinf(largest):  #", "if False:  #"),
    Mutant("logsumexp value inf", "gates.py", "if math.isinf(largest) or math.isnan(largest):", "if False:"),
    Mutant(
        "chain product zero",
        "gates.py",
        "return 0.0 if gradient == 0.0 else gradient * local_gradient",
        "return gradient * local_gradient",
    ),
    Mutant(
        "chain product slopes",
        "gates.py",
        "        return local_gradient, gradient\n\n    def",
        "        return gradient, local_gradient\n\n    def",
    ),
    Mutant(
        "gate eq ignores state",
        "gates.py",
        "return type(self) is type(other) and vars(self) == vars(other)",
        "return type(self) is type(other)",
    ),
    Mutant(
        "* at nan",
        "gates.py",
        "    def local_gradients_at_nan(self, out: Scalar, a: Scalar, b: Scalar) -> LocalGradients:\n        return b, a",
        "    def local_gradients_at_nan(self, out: Scalar, a: Scalar, b: Scalar) -> LocalGradients:\n        return nan, nan",
    ),
    Mutant(
        "pow slope base at 0**0",
        "gates.py",
        "if plain(exponent) == 0.0 and math.isinf(power(plain(base), -1.0)):",
        "if False:",
    ),
    Mutant("reciprocal at -0.0", "gates.py", "divide(1.0, x + 0.0) if x >= 0.0", "divide(1.0, x) if x >= 0.0"),
    Mutant("tanh slope 1 - y²", "gates.py", "return (square(divide(1.0, cosh(x))),)", "return (1.0 - out * out,)"),
    Mutant("atan beyond the squares", "gates.py", "if abs(plain(x)) < 1e150:", "if True:"),
    Mutant(
        "where: nan rule",
        "gates.py",
        "return (0.0, out, 0.0) if condition else (0.0, 0.0, out)",
        "return (out, out, out)",
    ),
    Mutant(
        "logsumexp unstable", "gates.py", "exp(x - largest) for x in others], 0.0)", "exp(x) for x in others], 0.0)"
    ),
    Mutant(
        "logsumexp loses small terms",
        "gates.py",
        "largest + log1p(reduce(add, [exp(x - largest) for x in others], 0.0))",
        "largest + log(1.0 + reduce(add, [exp(x - largest) for x in others], 0.0))",
    ),
    Mutant("nan rule gone", "gates.py", "return (out,) * len(inputs)", "return self.local_gradients(out, *inputs)"),
    Mutant("nan rule gives a constant", "gates.py", "return (out,) * len(inputs)", "return (nan,) * len(inputs)"),
    Mutant(
        "plain forward unchecked",
        "gates.py",
        "return out if type(out) is float else to_float(",
        "return out if True else to_float(",
    ),
    Mutant(
        "exp overflow 0",
        "functions.py",
        "        return math.exp(x)\n    except OverflowError:\n        return inf",
        "        return math.exp(x)\n    except OverflowError:\n        return 1.7e308",
    ),
    Mutant("sinh overflow sign", "functions.py", "return math.copysign(inf, x)", "return inf"),
    Mutant(
        "log 0",
        "functions.py",
        "return -inf if x == 0.0 else nan\n\n\n@_of_scalars\ndef log1p",
        "return nan\n\n\n@_of_scalars\ndef log1p",
    ),
    Mutant("sqrt neg", "functions.py", "math.sqrt(x) if x >= 0.0 else nan", "math.sqrt(x) if x >= 0.0 else 0.0"),
    Mutant(
        "sigmoid always",
        "functions.py",
        "    if x >= 0.0:\n        return 1.0 / (1.0 + math.exp(-x))\n    e",
        "    if x >= -1e400:\n        return 1.0 / (1.0 + math.exp(-x))\n    e",
    ),
    Mutant(
        "softplus threshold",
        "functions.py",
        "return max(x, 0.0) + math.log1p(math.exp(-abs(x)))",
        "return x if x > 20.0 else max(x, 0.0) + math.log1p(math.exp(-abs(x)))",
    ),
    Mutant("softplus log", "functions.py", "math.log1p(math.exp(-abs(x)))", "math.log(1.0 + math.exp(-abs(x)))"),
    Mutant("log_sigmoid naive", "functions.py", "return -softplus(-x)", "return log(sigmoid(x))"),
    Mutant("relu -0.0", "functions.py", "return 0.0 if x <= 0.0 else x", "return 0.0 if x < 0.0 else x"),
    Mutant("relu nan", "functions.py", "return 0.0 if x <= 0.0 else x", "return x if x > 0.0 else 0.0"),
    Mutant("step at 0", "functions.py", "float(x > 0.0)", "float(x >= 0.0)"),
    Mutant(
        "divide sign of zero", "functions.py", "math.copysign(inf, a) * math.copysign(1.0, b)", "math.copysign(inf, a)"
    ),
    Mutant("divide 0/0", "functions.py", "return nan if a == 0.0 or a != a else", "return"),
    Mutant(
        "power odd sign",
        "functions.py",
        "return math.copysign(inf, base) if whole and exponent % 2.0 == 1.0 else inf",
        "return inf",
    ),
    Mutant(
        "power nan", "functions.py", "if base < 0.0 and not whole:\n        return nan", "if False:\n        return nan"
    ),
    Mutant(
        "function: method ignored",
        "functions.py",
        "return function(to_float(x, name)) if method is None else method()",
        "return function(to_float(x, name))",
    ),
    Mutant(
        "accumulate = first",
        "graph.py",
        "first.grad += gradient * node._first_gradient",
        "first.grad = gradient * node._first_gradient",
    ),
    Mutant(
        "accumulate = second",
        "graph.py",
        "second.grad += gradient * node._second_gradient",
        "second.grad = gradient * node._second_gradient",
    ),
    Mutant(
        "accumulate = rest",
        "graph.py",
        "operand.grad += gradient * local_gradient",
        "operand.grad = gradient * local_gradient",
    ),
    Mutant(
        "accumulate = taken",
        "graph.py",
        "operand.grad += node.grad * local_gradient",
        "operand.grad = node.grad * local_gradient",
    ),
    Mutant(
        "slopes swapped in sweep",
        "graph.py",
        "first.grad += gradient * node._first_gradient",
        "first.grad += gradient * node._second_gradient",
    ),
    Mutant("skip zero removed", "graph.py", "if gradient == 0.0 or first is None:", "if first is None:"),
    Mutant(
        "sweep forward order",
        "graph.py",
        "    for node in reversed(order):\n        gradient = node.grad",
        "    for node in order:\n        gradient = node.grad",
    ),
    Mutant("taken: zero check removed", "graph.py", "if local_gradient != 0.0:", "if True:"),
    Mutant("taken never", "graph.py", "if gradient - gradient != 0.0 and node.gate.piecewise:", "if False:"),
    Mutant("seed ignored", "graph.py", "root.grad = gradient\n", "root.grad = 1.0\n"),
    Mutant(
        "interior not reset",
        "graph.py",
        "if swept_before:\n            for node in order:\n                node.grad = 0.0",
        "if False:\n            for node in order:\n                node.grad = 0.0",
    ),
    Mutant("leaves do not accumulate", "graph.py", "node.grad += earlier", "pass"),
    Mutant(
        "interior accumulates",
        "graph.py",
        "if node.gate is None:\n                    node.grad",
        "if True:\n                    node.grad",
    ),
    Mutant(
        "rollback removed",
        "graph.py",
        '        deque(map(setattr, order, repeat("grad"), before), maxlen=0)',
        "        pass",
    ),
    Mutant("rollback only Exception", "graph.py", "except BaseException:", "except Exception:"),
    Mutant("rollback to zero", "graph.py", 'repeat("grad"), before)', 'repeat("grad"), repeat(0.0))'),
    Mutant("strict backward unchecked", "graph.py", "if current_mode().strict:", "if False:"),
    Mutant(
        "order: right to left",
        "graph.py",
        "first, second = node._first, node._second",
        "second, first = node._first, node._second",
    ),
    Mutant("order: several roots", "graph.py", "[*reversed(roots)]", "[*roots]"),
    Mutant("order: rest reversed", "graph.py", "stack.extend(reversed(waiting))", "stack.extend(waiting)"),
    Mutant(
        "order: stack top not rechecked",
        "graph.py",
        "        if node not in seen:\n            see(node)\n            done(node)\n        stack.pop()",
        "        see(node)\n        done(node)\n        stack.pop()",
    ),
    Mutant("gradients default seed", "graph.py", 'to_float(gradient, "gradient"), lambda', "1.0, lambda"),
    Mutant(
        "pull_back overwrite",
        "graph.py",
        "found[operand] + contribution if operand in found else contribution",
        "contribution",
    ),
    Mutant("pull_back piecewise rule", "graph.py", "and not (_is_zero(local_gradient) and node.gate.piecewise)", ""),
    Mutant("pull_back zero gradient", "graph.py", "or _is_zero(gradient) ", ""),
    Mutant(
        "pull_back: relevance of targets only",
        "graph.py",
        "        if not relevant.isdisjoint(node.inputs):\n            relevant.add(node)",
        "        pass",
    ),
    Mutant(
        "chain: unit shortcut wrong",
        "graph.py",
        "if isinstance(local_gradient, float) and local_gradient == 1.0:\n        return gradient",
        "if isinstance(local_gradient, float) and local_gradient == -1.0:\n        return gradient",
    ),
    Mutant("stale nan equals", "graph.py", "return a == b or (is_nan(a) and is_nan(b))", "return a == b"),
    Mutant("single target accepted", "graph.py", 'if hasattr(nodes, "local_gradients"):', "if False:"),
    Mutant(
        "zero_grad",
        "graph.py",
        'for node in _nodes(nodes, "zero_grad([x])"):\n        node.grad = 0.0',
        'for node in _nodes(nodes, "zero_grad([x])"):\n        node.grad = 0.0\n        break',
    ),
    Mutant(
        "recompute slopes from current data",
        "graph.py",
        "lambda node: node.local_gradients)",
        "lambda node: node.gate.slopes(node.data, *[x.data for x in node.inputs]) if node.gate else ())",
    ),
    Mutant(
        "graph seed ignored",
        "graph.py",
        'seed = gradient if hasattr(gradient, "local_gradients")',
        'seed = 1.0 if hasattr(gradient, "local_gradients")',
    ),
    Mutant("stale check removed", "graph.py", "    if differs_from_record(node):", "    if False:"),
    Mutant(
        "stale check: value only",
        "graph.py",
        "(node.data, *node.local_gradients), (out, *node.gate.slopes(out, *data))",
        "(node.data,), (out,)",
    ),
    Mutant(
        "stale check: slopes only",
        "graph.py",
        "(node.data, *node.local_gradients), (out, *node.gate.slopes(out, *data))",
        "node.local_gradients, node.gate.slopes(out, *data)",
    ),
    Mutant(
        "graph slopes unchecked",
        "graph.py",
        'to_float(x, "a local gradient", "must be") for x in slopes',
        "x for x in slopes",
    ),
    Mutant("rsub swapped", "value.py", "_binary(gates.SUBTRACT, other, self)", "_binary(gates.SUBTRACT, self, other)"),
    Mutant("rtruediv swapped", "value.py", "_binary(gates.DIVIDE, other, self)", "_binary(gates.DIVIDE, self, other)"),
    Mutant("rpow swapped", "value.py", "_binary(gates.POWER, base, self)", "_binary(gates.POWER, self, base)"),
    Mutant("radd operand order", "value.py", "_binary(gates.ADD, other, self)", "_binary(gates.ADD, self, other)"),
    Mutant(
        "rmul operand order", "value.py", "_binary(gates.MULTIPLY, other, self)", "_binary(gates.MULTIPLY, self, other)"
    ),
    Mutant(
        "sub as add neg",
        "value.py",
        "        return _binary(gates.SUBTRACT, self, other)",
        "        return _binary(gates.ADD, self, -other)",
    ),
    Mutant("bool always", "value.py", "return bool(self.data)", "return True"),
    Mutant(
        "__float__ detaches",
        "value.py",
        "    def __float__(self) -> float:\n        raise TypeError(",
        "    def __float__(self) -> float:\n        return self.data\n        raise TypeError(",
    ),
    Mutant(
        "pos copies",
        "value.py",
        "    def __pos__(self) -> Value:\n        return self",
        "    def __pos__(self) -> Value:\n        return Value(self.data)",
    ),
    Mutant("no_grad ignored", "value.py", "    if not mode.records:", "    if False:"),
    Mutant(
        "modes ignored unary",
        "value.py",
        "if current_mode() is not NORMAL:\n        return _in_mode(gate, (a,))",
        "if False:\n        return _in_mode(gate, (a,))",
    ),
    Mutant(
        "modes ignored binary",
        "value.py",
        "if current_mode() is not NORMAL:\n        return _in_mode(gate, (a, b))",
        "if False:\n        return _in_mode(gate, (a, b))",
    ),
    Mutant(
        "modes ignored n-ary",
        "value.py",
        "_recorded(gate, operands) if current_mode() is NORMAL else _in_mode(gate, operands)",
        "_recorded(gate, operands)",
    ),
    Mutant("strict ignores inf", "value.py", "if mode.strict and out - out != 0.0:", "if mode.strict and out != out:"),
    Mutant("scope forgotten", "value.py", "        node._scope = mode.scope\n", "        pass\n"),
    Mutant("scopes do not nest", "modes.py", "Scope(name, mode.scope)", "Scope(name)"),
    Mutant("scope ends strict", "modes.py", "Mode(mode.records, mode.strict, Scope", "Mode(mode.records, False, Scope"),
    Mutant("copies lose the scope", "copying.py", '    "_scope",\n', '    # "_scope",\n'),
    Mutant("users' gate unchecked", "value.py", "if not gate.is_ours:", "if False:"),
    Mutant("rest dropped", "value.py", "node._rest_gradients = slopes[2:]", "node._rest_gradients = slopes[1:-1]"),
    Mutant("label not checked", "value.py", "if type(label) is not str:", "if False:"),
    Mutant("constant kind", "value.py", "    return Constant(x)\n", "    return Value(x)\n"),
    Mutant(
        "constant power cached by value only",
        "value.py",
        "_constant_power = lru_cache(maxsize=1024)(gates.ConstantPower)",
        "_constant_power = lru_cache(maxsize=1024)(lambda p: gates.ConstantPower(round(p)))",
    ),
    Mutant(
        "backward default",
        "value.py",
        "def backward(self, gradient: float = 1.0)",
        "def backward(self, gradient: float = 2.0)",
    ),
    Mutant("repr drops label", "value.py", 'label = f", label={self.label!r}" if self.label else ""', 'label = ""'),
    Mutant(
        "arctan2 swapped",
        "value.py",
        "return Value.record(gates.ATAN2, (self, x))",
        "return Value.record(gates.ATAN2, (x, self))",
    ),
    Mutant("le is lt", "value.py", "_compare(self, other, operator.le)", "_compare(self, other, operator.lt)"),
    Mutant("gt is ge", "value.py", "_compare(self, other, operator.gt)", "_compare(self, other, operator.ge)"),
    Mutant(
        "nan rule skipped, unary",
        "value.py",
        "gate.local_gradients(out, x) if out == out else gate.local_gradients_at_nan(out, x)",
        "gate.local_gradients(out, x)",
    ),
    Mutant(
        "nan rule skipped, binary",
        "value.py",
        "gate.local_gradients(out, x, y) if out == out else gate.local_gradients_at_nan(out, x, y)",
        "gate.local_gradients(out, x, y)",
    ),
    Mutant(
        "nan rule skipped, n-ary",
        "value.py",
        "slopes = gate.local_gradients(out, *data) if out == out else gate.local_gradients_at_nan(out, *data)",
        "slopes = gate.local_gradients(out, *data)",
    ),
    Mutant("other numbers not settled", "value.py", "    if type(y) is not float:\n        y = _settled(b)\n", ""),
    Mutant("deepcopy shares inputs", "copying.py", "copied._rest = tuple([memo[id(x)] for x in node._rest])", "pass"),
    Mutant(
        "pickle order",
        "copying.py",
        "return list, (), None, iter(self.nodes)",
        "return list, (), None, reversed(self.nodes)",
    ),
    Mutant(
        "copy loses class",
        "copying.py",
        "return rebuild(type(node), None,",
        "return rebuild(type(node).__mro__[-2], None,",
    ),
    Mutant(
        "deep copy forgets zeros",
        "copying.py",
        "None if node._first is None else memo[id(node._first)]",
        "node._first and memo[id(node._first)]",
    ),
    Mutant("pickle recursion", "copying.py", "    return _Ancestors(order[:-1], session)", "    return None"),
    Mutant(
        "two picklers taken for one",
        "copying.py",
        "if session is None or node in session.given:",
        "if session is None:",
    ),
    Mutant("mode not undone", "modes.py", "        _mode.reset(self._tokens.pop())", "        pass"),
    Mutant("nested modes forget", "modes.py", "self._change(_mode.get())", "self._change(NORMAL)"),
    Mutant("dot lengths", "operations.py", "if len(ws) != len(xs):", "if False:"),
    Mutant("softmax plain", "operations.py", "return list(probabilities)", "return list(probabilities)[::-1]"),
    Mutant("mean of nothing", "operations.py", '_some(_all(xs, "mean(xs)"), "mean(xs)")', '_all(xs, "mean(xs)")'),
    Mutant("clip bounds unchecked", "operations.py", "if not low <= high:", "if False:"),
    Mutant("clip takes Values", "operations.py", 'if hasattr(bound, "local_gradients"):', "if False:"),
    Mutant("leaky default", "operations.py", "slope: float = 0.01", "slope: float = 0.1"),
    Mutant("atan2 swapped", "operations.py", "return gates.ATAN2(y, x)", "return gates.ATAN2(x, y)"),
    Mutant("minimum is maximum", "operations.py", "return gates.MINIMUM(", "return gates.MAXIMUM("),
    Mutant(
        "where: text is true",
        "operations.py",
        "    return gates.WHERE(condition, a, b)",
        "    return gates.WHERE(condition if hasattr(condition, 'data') else float(bool(condition)), a, b)",
    ),
    Mutant(
        "bool accepted",
        "conversion.py",
        "if isinstance(x, Real) and not isinstance(x, bool):",
        "if isinstance(x, Real):",
    ),
    Mutant("overflow advice", "conversion.py", "except OverflowError:", "except ZeroDivisionError:"),
    Mutant("float subclass kept", "conversion.py", "if type(x) is float:", "if isinstance(x, float):"),
    Mutant("huge int boundary", "conversion.py", "_SAFE = 1 << 1023", "_SAFE = 1 << 1100"),
    Mutant("value advice gone", "conversion.py", 'if hasattr(x, "local_gradients"):', "if False:"),
]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
