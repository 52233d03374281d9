"""Planted bugs: the code is broken in many ways, one at a time, and the suite must notice each (`make mutants`).

Every mutant is a copy of the packages in a temporary folder with one text replaced, so the tree itself is never touched,
also when this is interrupted. `python tests/mutants.py WORD ...` plants those whose description has one of the words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
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
    "engine/test_threads.py",
    "engine/test_random_graphs.py",
    "engine/test_gradient_graph.py",
    "engine/test_transforms.py",
    "engine/test_transforms_agreement.py",
    "engine/test_gates.py",
    "engine/laws",
]
"""The quick and telling ones first: a mutant is dead at the first test that fails."""

TESTS_OF_NN = ["nn", "test_lectures.py"]

TESTS_OF_DRAWING = [
    "drawing/test_circuit.py",
    "drawing/test_dot.py",
    "drawing/test_modes.py",
    "drawing/test_text.py",
    "drawing/test_writing.py",
    "drawing/test_collapsing.py",
    "drawing/test_clusters.py",
    "drawing/test_picture.py",
    "drawing",
    "test_command_line.py",
]

TESTS_OF_PROGRAMS = [
    "program/test_in_numpy.py",
    "program/test_program.py",
    "program/test_saving.py",
    "program/test_laws.py",
    "program/test_recording.py",
    "program/test_agreement.py",
]
PROGRAM_FILES = [
    "arguments",
    "backends",
    "builder",
    "collector",
    "compiling",
    "gradient",
    "in_numpy",
    "in_python",
    "program",
    "recording",
    "results",
    "saving",
    "tracing",
]

FIRST = {
    "copying.py": ["engine/test_copies.py", "engine/test_scopes.py", "engine/laws/test_law_03_no_recursion.py"],
    "modes.py": ["engine/test_modes.py", "engine/test_scopes.py"],
    "operations.py": ["engine/laws/test_law_09_wrong_use.py"],
    "transforms.py": ["engine/test_transforms.py"],
    "graph.py": ["engine/test_gradient_graph.py"],
    "conversion.py": ["engine/laws/test_law_09_wrong_use.py"],
    "value.py": ["engine/laws/test_law_08_python_floats.py", "engine/laws/test_law_10_identity.py"],
    "drawing/engines.py": ["drawing/test_engines.py"],
    "drawing/film.py": ["drawing/test_steps.py"],
    "drawing/sandbox.py": ["drawing/test_engines.py"],
    "drawing/schedule.py": ["drawing/test_steps.py"],
    "drawing/selection.py": ["drawing/test_selection.py"],
    "drawing/unfolding.py": ["drawing/test_unfolding.py"],
    "nn/early_stopping.py": ["nn/test_early_stopping.py"],
    "nn/examples.py": ["nn/test_training.py"],
    "nn/initializers.py": ["nn/test_module.py"],
    "nn/learning_rate_search.py": ["nn/test_learning_rate_search.py"],
    "nn/losses.py": ["nn/test_losses.py"],
    "nn/module.py": ["nn/test_module.py", "nn/test_models.py"],
    "nn/objective.py": ["nn/test_training.py"],
    "nn/optimizers.py": ["nn/test_optimizers.py"],
    "nn/outputs.py": ["nn/test_outputs.py"],
    "nn/state.py": ["nn/test_state.py"],
    "nn/targets.py": ["nn/test_losses.py"],
    "nn/training_run.py": ["nn/test_training.py", "nn/test_dropout.py"],
    **dict.fromkeys([f"program/{name}.py" for name in PROGRAM_FILES], TESTS_OF_PROGRAMS),
}


class Mutant(NamedTuple):
    """A file of `autograd`, or of `nn` as "nn/...", a text in it, and what stands there instead."""

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
            print(f"{mutant.file:26} {mutant.what:40} {killer or 'SURVIVED'}", flush=True)
    print(f"{len(chosen)} planted, {len(chosen) - survivors} killed, {survivors} survived")
    return int(survivors > 0)


def _killer(mutant: Mutant) -> str | None:
    """The test that fails on a copy with this bug; None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("autograd", "nn", "demos", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        is_of_nn = mutant.file.startswith("nn/")
        _plant(mutant, copy / ("" if is_of_nn else "autograd") / mutant.file)
        return _first_failure(copy, [*FIRST.get(mutant.file, []), *_tests(mutant)])


def _tests(mutant: Mutant) -> list[str]:
    folder = mutant.file.partition("/")[0]
    return {"nn": TESTS_OF_NN, "drawing": TESTS_OF_DRAWING}.get(folder, TESTS)


def _plant(mutant: Mutant, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if mutant.text not in source:
        raise LookupError(f"{mutant.what}: {mutant.file} no longer has the text {mutant.text!r}")
    path.write_text(source.replace(mutant.text, mutant.instead, 1), encoding="utf-8")


def _first_failure(copy: Path, tests: list[str]) -> str | None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", *_files(copy, tests)]
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


def _files(copy: Path, tests: list[str]) -> list[str]:
    """The test files, those of a folder one by one: given the folder, pytest would forget the order of its files."""
    paths = [copy / "tests" / name for name in tests]
    files = [sorted(path.rglob("test_*.py")) if path.is_dir() else [path] for path in paths]
    return list(dict.fromkeys(map(str, chain.from_iterable(files))))


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
    Mutant("/ as a·b⁻¹", "gates.py", "return divide(a, b)\n", "return a * divide(1.0, b)\n"),
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
        "if self._exponent == 0.0:\n            return (0.0,)",
        "if False:\n            return (0.0,)",
    ),
    Mutant(
        "x**n slope",
        "gates.py",
        "return (self._exponent * power(x, self._exponent - 1.0),)",
        "return (power(x, self._exponent - 1.0),)",
    ),
    Mutant(
        "x**n slope as out/x",
        "gates.py",
        "return (self._exponent * power(x, self._exponent - 1.0),)",
        "return (self._exponent * divide(out, x),)",
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
        "        return (sigmoid(-x),)\n\n    def unfolded(self, x: Scalar) -> Scalar:\n        return log(sigmoid(x))",
        "        return (sigmoid(x),)\n\n    def unfolded(self, x: Scalar) -> Scalar:\n        return log(sigmoid(x))",
    ),
    Mutant("relu at 0 slope 1", "gates.py", "return (1.0 if x > 0.0 else 0.0,)", "return (1.0 if x >= 0.0 else 0.0,)"),
    Mutant("leaky at 0", "gates.py", "max(0.0, min(self._slope, 1.0))", "1.0"),
    Mutant("leaky slope clamp", "gates.py", "max(0.0, min(self._slope, 1.0))", "self._slope"),
    Mutant("leaky value", "gates.py", "return x if x > 0.0 else self._slope * x", "return max(x, self._slope * x)"),
    Mutant("clip at bound", "gates.py", "self._low < x < self._high", "self._low <= x < self._high"),
    Mutant("clip at bound high", "gates.py", "self._low < x < self._high", "self._low < x <= self._high"),
    Mutant("hypot tip", "gates.py", "if not plain(out):", "if False:"),
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
    Mutant("ties not split", "gates.py", "share = 1.0 / reduce(add, won)", "share = 1.0"),
    Mutant(
        "ties half always",
        "gates.py",
        "share = 1.0 / reduce(add, won)",
        "share = 1.0 if reduce(add, won) == 1 else 0.5",
    ),
    Mutant(
        "ties first wins",
        "gates.py",
        "return tuple([share * w for w in won])",
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
    Mutant("logsumexp inf rule", "gates.py", "if abs(largest) >= inf:  #", "if False:  #"),
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
        "return type(self) is type(other) and self.parameters == other.parameters",
        "return type(self) is type(other)",
    ),
    Mutant(
        "* at nan",
        "gates.py",
        "    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:\n        return inputs[::-1]\n",
        "    def local_gradients_at_nan(self, out: Scalar, *inputs: Scalar) -> LocalGradients:\n        return inputs\n",
    ),
    Mutant(
        "pow slope base at 0**0",
        "gates.py",
        "if not plain(exponent) and abs(power(plain(base), -1.0)) >= inf:",
        "if False:",
    ),
    Mutant("reciprocal at -0.0", "gates.py", "divide(1.0, x + 0.0) if x >= 0.0", "divide(1.0, x) if x >= 0.0"),
    Mutant("tanh slope 1 - y²", "gates.py", "return (square(divide(1.0, cosh(x))),)", "return (1.0 - out * out,)"),
    Mutant("atan beyond the squares", "gates.py", "if abs(plain(x)) < 1e150:", "if True:"),
    Mutant(
        "where: nan rule",
        "gates.py",
        "return (0.0, out, 0.0) if inputs[0] else (0.0, 0.0, out)",
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
    Mutant("log 0", "functions.py", "return -inf if x == 0.0 else nan\n\n\ndef log1p", "return nan\n\n\ndef log1p"),
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
        "first._grad += gradient * slope\n            second",
        "first._grad = gradient * slope\n            second",
    ),
    Mutant(
        "accumulate = only",
        "graph.py",
        "node._first_data)\n            first._grad += gradient * slope",
        "node._first_data)\n            first._grad = gradient * slope",
    ),
    Mutant(
        "accumulate = second",
        "graph.py",
        "second._grad += gradient * second_slope",
        "second._grad = gradient * second_slope",
    ),
    Mutant("accumulate = rest", "graph.py", "operand._grad += gradient * slope", "operand._grad = gradient * slope"),
    Mutant(
        "accumulate = taken",
        "graph.py",
        "operand._grad += gradient * local_gradient",
        "operand._grad = gradient * local_gradient",
    ),
    Mutant("slopes swapped in sweep", "graph.py", "slope, second_slope = binary", "second_slope, slope = binary"),
    Mutant(
        "data swapped in sweep",
        "graph.py",
        "binary.local_gradients(out, node._first_data, node._second_data)",
        "binary.local_gradients(out, node._second_data, node._first_data)",
    ),
    Mutant("skip zero removed", "graph.py", "        if not gradient:\n            continue\n", ""),
    Mutant("sweep forward order", "graph.py", "        order.reverse()\n", ""),
    Mutant("taken: zero check removed", "graph.py", "if not is_blocked or local_gradient != 0.0:", "if True:"),
    Mutant(
        "taken never",
        "graph.py",
        "is_blocked = gradient - gradient != 0.0 and node._gate.piecewise",
        "is_blocked = False",
    ),
    Mutant(
        "taken: infinite gradients not seen",
        "graph.py",
        "if gradient - gradient != 0.0 or out != out or",
        "if out != out or",
    ),
    Mutant(
        "nan rule skipped in sweep",
        "graph.py",
        "gradient - gradient != 0.0 or out != out or",
        "gradient - gradient != 0.0 or",
    ),
    Mutant("kept local gradients ignored", "graph.py", " or (extras is not None and extras.local_gradients):", ":"),
    Mutant("seed ignored", "graph.py", "root._grad = gradient\n", "root._grad = 1.0\n"),
    Mutant("interior not reset", "graph.py", "        for node in before:\n            node._grad = 0.0\n", ""),
    Mutant("leaves do not accumulate", "graph.py", "node._grad += earlier", "pass"),
    Mutant(
        "interior accumulates",
        "graph.py",
        "                if node._first is None:\n                    node._grad += earlier",
        "                if True:\n                    node._grad += earlier",
    ),
    Mutant("rollback removed", "graph.py", "        deque(restored, maxlen=0)", "        pass"),
    Mutant("rollback only Exception", "graph.py", "except BaseException:", "except Exception:"),
    Mutant(
        "rollback to zero",
        "graph.py",
        'map(setattr, before, repeat("_grad"), before.values())',
        'map(setattr, before, repeat("_grad"), repeat(0.0))',
    ),
    Mutant(
        "rollback without leaves", "graph.py", "map(setattr, chain(order, leaves), repeat", "map(setattr, order, repeat"
    ),
    Mutant("strict backward unchecked", "graph.py", "if current_mode().strict:", "if False:"),
    Mutant(
        "order: right to left",
        "graph.py",
        "                if first._mark != walk:\n",
        "                first, second = second or first, first if second else None\n                if first._mark != walk:\n",
    ),
    Mutant(
        "order: waiting for the first is taken for the last",
        "graph.py",
        "                        path.append(node)\n                        node = first\n",
        "                        node._mark = last\n                        path.append(node)\n                        node = first\n",
    ),
    Mutant(
        "order: who waited is forgotten",
        "graph.py",
        "            if mark == last:\n                node._mark = walk\n                order.append(node)\n",
        "            if mark == last:\n                node._mark = walk\n",
    ),
    Mutant(
        "order: leaves beside gates",
        "graph.py",
        "(leaves if node._first is None else order).append(node)",
        "order.append(node)",
    ),
    Mutant("order: a walk beside is not noticed", "graph.py", "    if is_late:\n", "    if False:\n"),
    Mutant("order: beside, right to left", "copying.py", "path.extend(reversed(waiting))", "path.extend(waiting)"),
    Mutant(
        "order: several roots",
        "graph.py",
        "return _order_above([*reversed(roots)])",
        "return _order_above([*roots])",
    ),
    Mutant("order: rest reversed", "graph.py", "        unseen.reverse()\n", ""),
    Mutant(
        "order: stack top not rechecked",
        "graph.py",
        "            elif mark != walk:\n                break",
        "            else:\n                break",
    ),
    Mutant("gradients default seed", "graph.py", 'to_float(gradient, "gradient"))], wanted', "1.0)], wanted"),
    Mutant(
        "pull_back overwrite",
        "graph.py",
        "arithmetic.sum(found[node], contribution) if node in found else contribution",
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
        "if isinstance(local_gradient, float) and local_gradient == 1.0:\n            return gradient",
        "if isinstance(local_gradient, float) and local_gradient == -1.0:\n            return gradient",
    ),
    Mutant("stale nan equals", "graph.py", "return a == b or (is_nan(a) and is_nan(b))", "return a == b"),
    Mutant("single target accepted", "graph.py", 'if hasattr(nodes, "local_gradients"):', "if False:"),
    Mutant(
        "zero_grad",
        "graph.py",
        'for node in _nodes(nodes, "zero_grad([x])"):\n        node._grad = 0.0',
        'for node in _nodes(nodes, "zero_grad([x])"):\n        node._grad = 0.0\n        break',
    ),
    Mutant(
        "recompute slopes from current data",
        "graph.py",
        'staticmethod(attrgetter("local_gradients"))',
        "staticmethod(lambda node: node.gate.slopes(node.data, *[x.data for x in node.inputs]))",
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
        'to_float(slope, "a local gradient", "must be")',
        "slope",
    ),
    Mutant("push_forward: overwrite", "graph.py", "found = dict(tangents)\n", "found = dict.fromkeys(tangents, 1.0)\n"),
    Mutant(
        "push_forward: branch not taken",
        "graph.py",
        "if not _is_zero(tangent) and not (_is_zero(local_gradient) and node.gate.piecewise):",
        "if not _is_zero(tangent):",
    ),
    Mutant(
        "push_forward: strict unchecked",
        "graph.py",
        "        _refuse_results(roots, results)",
        "        pass",
    ),
    Mutant(
        "pull_back: one seed per root", "graph.py", "_accumulate(found, root, seed, arithmetic)", "found[root] = seed"
    ),
    Mutant(
        "simplify: into the history",
        "graph.py",
        "not isinstance(x, float) and x not in known]",
        "not isinstance(x, float)]",
    ),
    Mutant("simplify: coefficients forgotten", "graph.py", "        kept.role = COEFFICIENT\n", ""),
    Mutant(
        "simplify: every constant is a coefficient",
        "graph.py",
        "elif node.role == COEFFICIENT:",
        'elif node.kind == "constant":',
    ),
    Mutant("simplify: nan hidden", "graph.py", "same is not None and not is_nan(node) and", "same is not None and"),
    Mutant(
        "simplify: minus zero",
        "graph.py",
        "not is_nan(node) and _bits(same.data) == _bits(node.data):",
        "not is_nan(node):",
    ),
    Mutant(
        "simplify: x · 0 is 0",
        "graph.py",
        "        first, second = operands[:2]\n",
        "        first, second = operands[:2]\n"
        "        if type(gate) in (Multiply, ChainProduct) and second in self._coefficients and second.data == 0.0:\n"
        "            return second\n",
    ),
    Mutant("simplify: 0 − x is x", "graph.py", "{Add: 0.0, Multiply", "{Add: 0.0, Subtract: 0.0, Multiply"),
    Mutant("simplify: 1 ÷ x is x", "graph.py", "{Add: 0.0, Multiply", "{Add: 0.0, Divide: 1.0, Multiply"),
    Mutant(
        "simplify: stale node shared",
        "graph.py",
        "if earlier is not None and _same_record(earlier, node):",
        "if earlier is not None:",
    ),
    Mutant(
        "simplify: stale slope shared",
        "graph.py",
        "_bits(a.data) == _bits(b.data) and all(map(_same, a.local_gradients, b.local_gradients))",
        "_bits(a.data) == _bits(b.data)",
    ),
    Mutant(
        "simplify: stale sign of zero shared",
        "graph.py",
        "_bits(a.data) == _bits(b.data) and all(",
        "_same(a.data, b.data) and all(",
    ),
    Mutant("simplify: nothing shared", "graph.py", "        self._recorded[key] = node\n", ""),
    Mutant(
        "simplify: old operands kept", "graph.py", "if any(map(operator.is_not, operands, node.inputs)):", "if False:"
    ),
    Mutant(
        "simplify: gate ignored",
        "graph.py",
        "return (id(gate), *map(id, operands))",
        "return (len(operands), *map(id, operands))",
    ),
    Mutant(
        "simplify: operands in any order",
        "graph.py",
        "(id(gate), *map(id, operands))",
        "(id(gate), *sorted(map(id, operands)))",
    ),
    Mutant(
        "transforms: the argument itself",
        "transforms.py",
        "return ADD(x, -0.0) if isinstance(x, Value)",
        "return x if isinstance(x, Value)",
    ),
    Mutant(
        "transforms: a leaf for a Value",
        "transforms.py",
        "ADD(x, -0.0) if isinstance(x, Value)",
        "Value(x.data) if isinstance(x, Value)",
    ),
    Mutant("transforms: minus zero", "transforms.py", "ADD(x, -0.0)", "ADD(x, 0.0)"),
    Mutant(
        "transforms: always plain",
        "transforms.py",
        "self._is_plain = not self._involves_values(",
        "self._is_plain = True or (",
    ),
    Mutant("transforms: closures are numbers", "transforms.py", "and x not in own and x.role != SPENT", "and False"),
    Mutant(
        "transforms: variables stay Values",
        "transforms.py",
        "                    x.role = SPENT\n",
        "                    pass\n",
    ),
    Mutant("transforms: constants are Values", "transforms.py", "and not isinstance(x, Constant) ", ""),
    Mutant(
        "transforms: directions are numbers",
        "transforms.py",
        "[*numbers, *(x for xs in along for x in xs)]",
        "numbers",
    ),
    Mutant(
        "transforms: recorded in no_grad",
        "transforms.py",
        "return x if current_mode().records else Value(x.data)",
        "return x",
    ),
    Mutant(
        "transforms: no_grad obeyed",
        "transforms.py",
        "        with recording():\n            run = _Run(f, args, kwargs, chosen)\n            root",
        "        if True:\n            run = _Run(f, args, kwargs, chosen)\n            root",
    ),
    Mutant("transforms: named tuples", "transforms.py", 'if hasattr(tree, "_fields"):', "if False:"),
    Mutant(
        "transforms: jacobian transposed",
        "transforms.py",
        "for row in mine for i in block",
        "for i in block for row in mine",
    ),
    Mutant(
        "transforms: shapes inside out",
        "transforms.py",
        "_shape(output) + _shape(leaf)",
        "_shape(leaf) + _shape(output)",
    ),
    Mutant(
        "transforms: dict order of v",
        "transforms.py",
        "pairs = [(tree[key], other[key]) for key in tree]",
        "pairs = list(zip(tree.values(), other.values()))",
    ),
    Mutant("transforms: argument twice", "transforms.py", "if len(set(positions)) < len(positions):", "if False:"),
    Mutant(
        "transforms: negative argnums",
        "transforms.py",
        "positions = [number % count",
        "positions = [abs(number) % count",
    ),
    Mutant(
        "transforms: bool argnums",
        "transforms.py",
        ' or isinstance(number, bool):\n            raise TypeError(f"argnums',
        ':\n            raise TypeError(f"argnums',
    ),
    Mutant(
        "transforms: hvp forgets v",
        "transforms.py",
        "zip(slopes, direction, strict=True)",
        "[(slope, 1.0) for slope in slopes]",
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
        "        if current_mode() is not NORMAL:\n            return _in_mode(gate, (a,))",
        "        if False:\n            return _in_mode(gate, (a,))",
    ),
    Mutant("symbols go on, unary", "value.py", "            _refuse_symbols((a,))\n", "            pass\n"),
    Mutant(
        "modes ignored binary",
        "value.py",
        "        if current_mode() is not NORMAL:\n            return _in_mode(gate, (a, b))",
        "        if False:\n            return _in_mode(gate, (a, b))",
    ),
    Mutant("symbols go on, first", "value.py", "if x != x or y != y:", "if y != y:"),
    Mutant("symbols go on, second", "value.py", "if x != x or y != y:", "if x != x:"),
    Mutant("symbols go on, n-ary", "value.py", "    if USAGE.any and out != out:\n", "    if False:\n"),
    Mutant(
        "symbols go on, users' gates",
        "value.py",
        '    """The record of a gate that has run."""\n    if USAGE.any:\n',
        '    """The record of a gate that has run."""\n    if USAGE.any and out != out:\n',
    ),
    Mutant(
        "modes ignored n-ary",
        "value.py",
        "        if USAGE.any and current_mode() is not NORMAL:\n            return _in_mode(gate, operands)\n",
        "",
    ),
    Mutant("strict ignores inf", "value.py", "if mode.strict and out - out != 0.0:", "if mode.strict and out != out:"),
    Mutant("scope forgotten", "value.py", "        node._with_extras().scope = mode.scope\n", "        pass\n"),
    Mutant("scopes do not nest", "modes.py", "Scope(name, mode.scope)", "Scope(name)"),
    Mutant("scope ends strict", "modes.py", "Mode(mode.records, mode.strict, Scope", "Mode(mode.records, False, Scope"),
    Mutant(
        "copies lose the scope", "value.py", "            self._with_extras().scope = scope\n", "            pass\n"
    ),
    Mutant(
        "users' gate unchecked",
        "value.py",
        "_checked(gate, gate.slopes_of(out, data), len(data))",
        "gate.slopes_of(out, data)",
    ),
    Mutant(
        "users' gate asked again",
        "value.py",
        "    if not gate.is_ours:\n",
        "    if False:\n",
    ),
    Mutant("rest dropped", "value.py", "extras.data = data\n", "extras.data = data[::-1]\n"),
    Mutant("label not checked", "value.py", "if type(label) is not str:", "if False:"),
    Mutant("constant kind", "value.py", "constant = _blank_constant()", "constant = _blank()"),
    Mutant(
        "constant power cached by value only",
        "value.py",
        "_constant_power = lru_cache(maxsize=1024)(gates.ConstantPower)",
        "_constant_power = lru_cache(maxsize=1024)(lambda p: gates.ConstantPower(round(p)))",
    ),
    Mutant(
        "backward default",
        "value.py",
        "def backward(self, gradient: SupportsFloat = 1.0)",
        "def backward(self, gradient: SupportsFloat = 2.0)",
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
    Mutant("no gate is ours", "gates.py", "    _kind.is_ours = True", "    pass"),
    Mutant(
        "nan rule skipped", "gates.py", "self.local_gradients_at_nan(out, *inputs) if is_nan(out) else self", "self"
    ),
    Mutant(
        "other numbers not settled",
        "value.py",
        'number = data if type(data) is float else self._as_float("data", data)',
        "number = data",
    ),
    Mutant(
        "data of results carries local gradients along",
        "value.py",
        "self._with_extras().local_gradients = self.local_gradients  #",
        "pass  #",
    ),
    Mutant(
        "copies lose kept local gradients",
        "value.py",
        "            self._with_extras().local_gradients = local_gradients\n",
        "            pass\n",
    ),
    Mutant("deepcopy shares inputs", "copying.py", "tuple([memo[id(x)] for x in inputs])", "inputs"),
    Mutant(
        "pickle order",
        "copying.py",
        "return list, (), None, iter(self.nodes)",
        "return list, (), None, reversed(self.nodes)",
    ),
    Mutant(
        "copy loses class",
        "copying.py",
        "    copied = rebuild(type(node), None, node._state())",
        "    copied = rebuild(type(node).__mro__[-2], None, node._state())",
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
    Mutant("clip bounds unchecked", "operations.py", "if not lower <= upper:", "if False:"),
    Mutant("clip takes Values", "operations.py", 'if hasattr(bound, "local_gradients"):', "if False:"),
    Mutant("leaky default", "operations.py", "slope: SupportsFloat = 0.01", "slope: SupportsFloat = 0.1"),
    Mutant("atan2 swapped", "operations.py", "return gates.ATAN2(y, x)", "return gates.ATAN2(x, y)"),
    Mutant("minimum is maximum", "operations.py", "return gates.MINIMUM.apply(", "return gates.MAXIMUM.apply("),
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
    Mutant("huge int boundary", "conversion.py", "x < 1 << 53", "x < 1 << 1100"),
    Mutant(
        "huge int as an operand", "value.py", "            to_float(x, symbol)  # which says so", "            raise"
    ),
    Mutant("value advice gone", "conversion.py", 'if hasattr(x, "local_gradients"):', "if False:"),
    Mutant(
        "nn: sign boundary", "nn/outputs.py", "return 1 if scores >= 0.0 else -1", "return 1 if scores > 0.0 else -1"
    ),
    Mutant(
        "nn: loss of probabilities",
        "nn/outputs.py",
        "staticmethod(losses.binary_cross_entropy_with_logits)",
        "staticmethod(losses.binary_cross_entropy)",
    ),
    Mutant(
        "nn: label targets unchecked",
        "nn/outputs.py",
        "return targets.labels(target, len(scores), taker)",
        "return list(target)",
    ),
    Mutant(
        "nn: last of equal classes",
        "nn/outputs.py",
        "return scores.index(max(scores))",
        "return len(scores) - 1 - scores[::-1].index(max(scores))",
    ),
    Mutant(
        "nn: He of both numbers", "nn/initializers.py", "math.sqrt(2.0 / inputs)", "math.sqrt(2.0 / (inputs + outputs))"
    ),
    Mutant("nn: Xavier of the inputs", "nn/initializers.py", "6.0 / (inputs + outputs)", "6.0 / (inputs + inputs)"),
    Mutant(
        "nn: Xavier is normal",
        "nn/initializers.py",
        "random.uniform(-bound, bound)",
        "random.gauss(0.0, bound / 3**0.5)",
    ),
    Mutant("nn: parameters out of order", "nn/module.py", "in reversed(_parts(found))", "in _parts(found)"),
    Mutant(
        "nn: use forgets the modes",
        "nn/module.py",
        "                module.training = mode",
        "                pass",
    ),
    Mutant(
        "nn: paths that clash are loaded",
        "nn/module.py",
        "        parameters = self._parameters_by_path()\n        set_data",
        "        parameters = dict(self.named_parameters())\n        set_data",
    ),
    Mutant("nn: held out are trained on", "nn/examples.py", "if i not in chosen],", "],"),
    Mutant("nn: sets are rows", "nn/targets.py", "bytearray, dict, set, frozenset)", "bytearray, dict)"),
    Mutant(
        "nn: cross-entropy overflows", "nn/losses.py", "    f = [score - largest for score in f]\n", "    f = list(f)\n"
    ),
    Mutant("nn: log(1 - p)", "nn/losses.py", "-autograd.log1p(-probability)\n", "-autograd.log(1.0 - probability)\n"),
    Mutant("nn: hinge without its sign's name", "nn/losses.py", 'z = Constant(z, "z")', "z = Constant(z)"),
    Mutant(
        "nn: binary softmax of one score",
        "nn/losses.py",
        "autograd.softplus(-2.0 * z *",
        "autograd.softplus(-1.0 * z *",
    ),
    Mutant(
        "nn: momentum is dampened",
        "nn/optimizers.py",
        "self.momentum * v + g for",
        "self.momentum * v + (1.0 - self.momentum) * g for",
    ),
    Mutant(
        "nn: Adam's ε in the root",
        "nn/optimizers.py",
        "(sqrt(v * square_scale) + self.epsilon)",
        "sqrt(v * square_scale + self.epsilon)",
    ),
    Mutant("nn: one moment loaded for all", "nn/optimizers.py", "numbers[i * n : (i + 1) * n]", "numbers[:n]"),
    Mutant("nn: steps may diverge", "nn/optimizers.py", '        self._refuse_non_finite(moved, "")\n', ""),
    Mutant("nn: as good is better", "nn/early_stopping.py", "or figure < self._best:", "or figure <= self._best:"),
    Mutant(
        "nn: shuffled once",
        "nn/training_run.py",
        "                random.shuffle(self.trained)\n",
        "                epoch or random.shuffle(self.trained)\n",
    ),
    Mutant(
        "nn: no dropout in training",
        "nn/training_run.py",
        "        self.model.train()\n",
        "        self.model.eval()\n",
    ),
    Mutant("nn: half of l2", "nn/objective.py", "cost + self.l2 * autograd.dot", "cost + 0.5 * self.l2 * autograd.dot"),
    Mutant("nn: gradients add up", "nn/objective.py", "        autograd.zero_grad(self.parameters)\n", ""),
    Mutant(
        "nn: rates share their start",
        "nn/learning_rate_search.py",
        "        model.load_state_dict(start)\n        try",
        "        try",
    ),
    Mutant("nn: examples read once", "nn/learning_rate_search.py", '    X, y = _kept(X, y, "X")\n', ""),
    Mutant(
        "nn: the last of two names",
        "nn/state.py",
        "return found if len(found) == len(pairs) else pairs",
        "return found",
    ),
    Mutant(
        "nn: dropout without scale",
        "nn/dropout.py",
        "scale, draw = 1.0 / (1.0 - self.p),",
        "scale, draw = 1.0,",
    ),
    Mutant(
        "nn: last layer as the others",
        "nn/mlp.py",
        "[activation] * (len(sizes) - 2) + [output]",
        "[activation] * (len(sizes) - 1)",
    ),
    Mutant(
        "program: a nan is hidden, x·0",
        "program/builder.py",
        "            if self.number(other) == 1.0:\n                return x\n",
        "            if self.number(other) == 1.0:\n                return x\n            if self.number(other) == 0.0:\n                return other\n",
    ),
    Mutant(
        "program: x + 0.0 dropped",
        "program/builder.py",
        "if number == 0.0 and (math.copysign(1.0, number) < 0.0 or self._never_minus_zero(x)):",
        "if number == 0.0:",
    ),
    Mutant(
        "program: 0 - x folded",
        "program/builder.py",
        "return operands[0] if number == 0.0 and math.copysign(1.0, number) > 0.0 else None",
        "return operands[0] if number == 0.0 else None",
    ),
    Mutant(
        "program: rounded constants folded",
        "program/builder.py",
        "math.isfinite(result) and Fraction(result) == exact",
        "math.isfinite(result)",
    ),
    Mutant(
        "program: constants told apart by value",
        "program/builder.py",
        "self._append(float(x).hex(), float(x))",
        "self._append(float(x) + 0.0, float(x))",
    ),
    Mutant(
        "program: subtraction commutes",
        "program/builder.py",
        "_COMMUTATIVE = (gates.Add, gates.Multiply)",
        "_COMMUTATIVE = (gates.Add, gates.Multiply, gates.Subtract)",
    ),
    Mutant(
        "program: where(c, 0, 1) taken for c",
        "program/builder.py",
        "(self.number(a), self.number(b)) == (1.0, 0.0)",
        "{self.number(a), self.number(b)} == {1.0, 0.0}",
    ),
    Mutant(
        "program: nan condition not taken",
        "program/builder.py",
        "return a if number else b",
        "return a if number and number == number else b",
    ),
    Mutant(
        "program: detach lost early",
        "program/tracing.py",
        "return symbol if current_mode().records else Symbol(DETACH, (symbol,))",
        "return symbol",
    ),
    Mutant(
        "program: careful without zero rule",
        "program/gradient.py",
        "self.builder.emit(gates.CHAIN_PRODUCT, (gradient, slope))",
        "self.builder.emit(gates.MULTIPLY, (gradient, slope))",
    ),
    Mutant(
        "program: careful without branch rule",
        "program/gradient.py",
        "self.builder.emit(gates.WHERE, (slope, product, self.zero)) if gate.piecewise else product",
        "product",
    ),
    Mutant(
        "program: careful without nan rule",
        "program/gradient.py",
        "gate.slopes if self.careful else gate.local_gradients",
        "gate.local_gradients",
    ),
    Mutant(
        "program: contributions overwrite",
        "program/gradient.py",
        "self.terms.setdefault(operand, []).append(term(gate, gradient, slope))",
        "self.terms[operand] = [term(gate, gradient, slope)]",
    ),
    Mutant(
        "program: sweep forwards",
        "program/gradient.py",
        "range(self.code.registers - 1, -1, -1)",
        "range(self.code.registers)",
    ),
    Mutant(
        "program: shared gradients not summed",
        "program/gradient.py",
        "code.summed[0] and not _varies(code, x)",
        "False and not _varies(code, x)",
    ),
    Mutant(
        "program: piecewise product",
        "program/gradient.py",
        "self.builder.selected(slope) if gate.piecewise else None",
        "self.builder.selected(slope)",
    ),
    Mutant(
        "program: branches joined the wrong way",
        "program/tracing.py",
        "zip(taken, other, strict=True)",
        "zip(other, taken, strict=True)",
    ),
    Mutant("program: branch goes unnoticed", "program/tracing.py", "if self._decisions is None:", "if False:"),
    Mutant(
        "program: inputs in the middle walked through",
        "program/recording.py",
        "if node in needed and node not in inputs:",
        "if node in needed:",
    ),
    Mutant(
        "program: constants as parameters",
        "program/recording.py",
        "node not in given and type(node) is not Constant]",
        "node not in given]",
    ),
    Mutant(
        "program: careful never runs",
        "program/program.py",
        'self._run(("quick", "careful"), given, shapes)',
        'self._run(("quick",), given, shapes)',
    ),
    Mutant(
        "program: only the value is checked",
        "program/program.py",
        "        if not all_finite(outputs):\n",
        "        if not all_finite(outputs[:1]):\n",
    ),
    Mutant(
        "program: mean is sum",
        "program/program.py",
        'divided(outputs, count) if self.reduction == "mean" and count > 1 else outputs',
        "outputs",
    ),
    Mutant("program: strict ignored", "program/program.py", "if current_mode().strict and", "if False and"),
    Mutant(
        "program: parameters frozen",
        "program/program.py",
        "parameters = [parameter.data for parameter in self.parameters]",
        "parameters = self.__dict__.setdefault('_frozen', [parameter.data for parameter in self.parameters])",
    ),
    Mutant(
        "program: executables pickled",
        "program/program.py",
        'return {**self.__dict__, "_executables": {}}',
        'return {**self.__dict__, "parameters": ()}',
    ),
    Mutant(
        "program: safe floats never run",
        "program/in_python.py",
        "except (ArithmeticError, ValueError):",
        "except ZeroDivisionError:",
    ),
    Mutant("program: shared part counted once", "program/in_python.py", "s{i} + count * (", "s{i} + 1 * ("),
    Mutant(
        "program: fixed sums counted once",
        "program/in_python.py",
        '{self._operand(register)} * count" if summed',
        '{self._operand(register)}" if summed',
    ),
    Mutant(
        "program: relu of nan", "program/in_python.py", '"{zero} if {0} <= 0 else {0}"', '"{0} if {0} > 0 else {zero}"'
    ),
    Mutant(
        "program: max of nan",
        "program/in_python.py",
        '"{1} if {1} > {0} else {0} if {1} == {1} else {1}"',
        '"{1} if {1} > {0} else {0}"',
    ),
    Mutant(
        "program: bias forgotten",
        "program/in_python.py",
        'return total if bias in ("0.0", "zero") else f"{total} + {bias}"',
        "return total",
    ),
    Mutant(
        "program: long sums from one",
        "program/in_python.py",
        "map(mul, {first}, {self._sequence([b for _, b in products])}), {self._zero()})",
        "map(mul, {first}, {self._sequence([b for _, b in products])}), 1)",
    ),
    Mutant(
        "program: split keeps too little",
        "program/in_python.py",
        "if inside[register] < self.code.uses[register]]",
        "if self.code.uses[register] > 2]",
    ),
    Mutant("program: blocks overwrite", "program/in_numpy.py", "else sums + row_sums.run()", "else row_sums.run()"),
    Mutant(
        "program: matrix of the wrong half",
        "program/in_numpy.py",
        "halves[1 - (group.product or 0)]",
        "halves[group.product or 0]",
    ),
    Mutant(
        "program: bias not added",
        "program/in_numpy.py",
        "if all(constant == 0.0 for constant in constants):",
        "if any(constant == 0.0 for constant in constants) or True:",
    ),
    Mutant(
        "program: one workspace for all threads",
        "program/in_numpy.py",
        "self._idle.pop() if self._idle else",
        "self._idle[0] if self._idle else",
    ),
    Mutant("program: descending lines", "program/in_numpy.py", "(stop if stop >= 0 else None)", "stop"),
    Mutant(
        "program: logsumexp twice the largest",
        "program/in_numpy.py",
        "    np.put_along_axis(exponentials, stacked.argmax(axis=0)[None], 0.0, axis=0)\n",
        "",
    ),
    Mutant(
        "program: softmax of infinities",
        "program/in_numpy.py",
        "np.where(np.isfinite(largest), largest + others, largest)",
        "largest + others",
    ),
    Mutant("program: operands not counted", "program/saving.py", "_check(_takes(kind, len(registers))", "_check(True"),
    Mutant(
        "program: any name is a gate",
        "program/saving.py",
        "for kind in gates.kinds() if kind.is_ours}",
        "for kind in [*gates.kinds(), Gate]}",
    ),
    Mutant(
        "program: version unchecked",
        "program/saving.py",
        "_check(type(version) is int and version == VERSION",
        "_check(True",
    ),
    Mutant(
        "program: rows not compared", "program/arguments.py", "if count is not None and here != count:", "if False:"
    ),
    Mutant(
        "program: columns mixed",
        "program/arguments.py",
        "numbers[i::size] for i in range(size)",
        "numbers[i * count : (i + 1) * count] for i in range(size)",
    ),
    Mutant("program: text and bools in arrays", "program/arguments.py", 'if x.dtype.kind not in "fiu":', "if False:"),
    Mutant("program: no rows at all", "program/arguments.py", "            if here == 0:\n", "            if False:\n"),
    Mutant(
        "drawing: two uses are one wire",
        "drawing/wiring.py",
        "if len(arrivals) < 2 or not drawn:",
        "if len(arrivals) < 3 or not drawn:",
    ),
    Mutant(
        "drawing: inner roots get seeds",
        "drawing/uses.py",
        "return tuple([root for root in roots if root not in used])",
        "return tuple(roots)",
    ),
    Mutant(
        "drawing: 0 × inf is nan", "drawing/uses.py", "stopped = output_gradient == 0.0 or (local", "stopped = (local"
    ),
    Mutant(
        "drawing: what was recorded hides the pass",
        "drawing/uses.py",
        "    return None if agrees else recorded\n",
        "    return None\n",
    ),
    Mutant(
        "drawing: a box counts first uses",
        "drawing/uses.py",
        "totals[operand] += product.total",
        "totals[operand] = product.total",
    ),
    Mutant(
        "drawing: a labelled 0 is no operand",
        "drawing/operands.py",
        " and bias.data == 0.0 and not bias.label",
        " and bias.data == 0.0",
    ),
    Mutant(
        "drawing: around forgets what goes in",
        "drawing/selection.py",
        "found.union(after, *map(inputs_of, gates))",
        "found.union(after)",
    ),
    Mutant(
        "drawing: a parameter is in its first scope",
        "drawing/scopes.py",
        "homes[operand] = _common(homes.get(operand, scope), scope)",
        "homes.setdefault(operand, scope)",
    ),
    Mutant(
        "drawing: a box on a cycle",
        "drawing/collapsing.py",
        "            elif source in path:\n                return [], _boxes_from(source, path)\n",
        "",
    ),
    Mutant(
        "drawing: overflow is unfolded",
        "drawing/unfolding.py",
        "or not _agrees(result, stand_ins, step.node)",
        "or False",
    ),
    Mutant(
        "drawing: limit of values before unfolding",
        "drawing/tracing.py",
        "    _check_size(sum(len(part.outputs) for part in its_parts), request, values, scopes)\n",
        "",
    ),
    Mutant(
        "drawing: controls are shown",
        "drawing/notation.py",
        'unicodedata.category(character) in ("Cc", "Cs")',
        'unicodedata.category(character) == "Cs"',
    ),
    Mutant(
        "drawing: no brackets in a quotient",
        "drawing/formula.py",
        "/{right.within(_POWER)}",
        "/{right.within(_PRODUCT)}",
    ),
    Mutant(
        "drawing: 2 − x is x − 2",
        "drawing/folding.py",
        'is_first and symbol in ("−", "÷")',
        'is_first and symbol == "÷"',
    ),
    Mutant(
        "drawing: dot operands unpaired", "drawing/circuit.py", 'if self.symbol != "Σwx" or self.is_module:', "if True:"
    ),
    Mutant(
        "drawing: factors of the other input",
        "drawing/backward.py",
        "(factor_row(gate.local_gradients[position]),)",
        "(factor_row(gate.local_gradients[-1 - position]),)",
    ),
    Mutant("drawing: tooltips stay", "drawing/svg.py", "            element.remove(name)\n", "            pass\n"),
    Mutant(
        "drawing: labels are HTML",
        "drawing/dot.py",
        'text = html.escape(run.text).replace(" "',
        'text = run.text.replace(" "',
    ),
    Mutant(
        "drawing: a failed dot is believed", "drawing/engines.py", "if done.returncode != 0:", "if done.returncode > 1:"
    ),
    Mutant(
        "drawing: a slow sandbox goes on",
        "drawing/sandbox.py",
        "            process.kill()\n\n        alarm",
        "            pass\n\n        alarm",
    ),
    Mutant("drawing: frames are early", "drawing/film.py", "first <= step <= last:", "first <= step + 1 <= last:"),
    Mutant(
        "drawing: backward in forward order",
        "drawing/schedule.py",
        "zip(*map(reversed, (circuit.wires, circuit.gates, circuit.fanouts)), strict=True)",
        "zip(circuit.wires, circuit.gates, circuit.fanouts, strict=True)",
    ),
    Mutant(
        "drawing: lanes end early",
        "drawing/lanes.py",
        "last_uses[operand] = row\n",
        "last_uses[operand] = max(row - 1, operand)\n",
    ),
    Mutant(
        "drawing: frames lose their ports",
        "drawing/framing.py",
        "if wire.name in ordered or self._homes[wire.name] != self._homes[gate.name]:",
        "if wire.name in ordered:",
    ),
]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
