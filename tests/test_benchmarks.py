"""Systems that are compared do the same work, and what was measured is told as it was. Nothing here is timed."""

from __future__ import annotations

import doctest
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.machinery import EXTENSION_SUFFIXES

import pytest

import autograd
from benchmarks import checking, installation, measuring, plan, plots, programs, recording, report, training, worker
from benchmarks.__main__ import main
from benchmarks.engines import ENGINES
from benchmarks.measuring import OFF, ON, Job, Key, Measured, MissingError, check_agreement
from benchmarks.programs import DATA, SYSTEMS
from benchmarks.workloads import TASKS

SIZES = {"W1": 2, "W2": 4, "W3": 40, "W4": 900}


def installed(measure, *arguments, **options):
    """What a system measures, if it is installed."""
    try:
        return measure(*arguments, **options)
    except (MissingError, ModuleNotFoundError) as missing:
        pytest.skip(str(missing))


# --- all systems compute the same -------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("workload", "size"), SIZES.items())
def test_engines_agree_on_the_value_and_all_gradients(engine, workload, size):
    found = installed(recording.measure, workload, engine, size, 0.0)["results"]
    assert len(found) == 1 + len(TASKS[workload](size).inputs)
    check_agreement(engine, found, "micrograd", recording.measure(workload, "micrograd", size, 0.0)["results"])


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_agree_on_the_latest_of_many_small_expressions(engine):
    assert installed(ENGINES[engine]).latency(5) == [-10.0, -2.0, -4.0, 5.0]


def test_training_moves_the_parameters_against_the_gradient():
    task = TASKS["W1"](4)
    assert recording.moved(task, [1.0], [2.0]) == [0.9]
    assert recording.moved(TASKS["W6"](4), [1.0], [2.0]) == [1.0]


@pytest.mark.parametrize("workload", ["W1", "W2", "W3", "W4"])
def test_tasks_have_as_many_operations_as_they_say(workload):
    task = TASKS[workload](SIZES[workload])
    root, _ = ENGINES["gatewise"]().record(task)
    assert task.operations == sum(node.gate is not None for node in autograd.topological_order(root))


@pytest.mark.parametrize("workload", DATA)
@pytest.mark.parametrize("system", SYSTEMS)
def test_programs_agree_with_an_engine_that_records(system, workload):
    found = installed(programs.measure, workload, system, 0.0)["results"]
    key, size = {"moons": ("W6", 100), "logistic": ("W2", 64)}[workload]
    check_agreement(system, found, "gatewise", recording.measure(key, "gatewise with dot", size, 0.0)["results"])


@pytest.mark.parametrize("engine", training.ENGINES)
def test_training_ends_with_the_same_parameters(engine):
    X, y = training.load("breast cancer")
    epoch, parameters = installed(training.ENGINES[engine], X[:64], y[:64].tolist(), 2)
    epoch()
    if found := parameters():
        other, expected = training.ENGINES["micrograd"](X[:64], y[:64].tolist(), 2)
        other()
        check_agreement(engine, found, "micrograd", expected())


@pytest.mark.parametrize("checker", checking.CHECKERS)
def test_checkers_check_the_same_gradient(checker):
    found = installed(checking.measure, checker, inputs=3, budget=0.0)["results"]
    check_agreement(checker, found, "gatewise", checking.measure("gatewise", inputs=3, budget=0.0)["results"])


def test_the_quality_of_a_checker_is_what_it_refuses():
    ours = measuring.run(Job(Key("", ""), "checking", {"checker": "gatewise", "points": 8}, "plain"), 60.0)
    assert ours["figures"] == dict(zip(plan.QUALITY, [0, *[1] * 6, 0, 0], strict=True))
    by_hand = checking.measure("central differences", points=8)["figures"]
    assert (by_hand["right"], by_hand["1e-1"], by_hand["1e-6"], by_hand["relu(0)"]) == (0, 1, 0, 1)


def test_the_plan_names_what_there_is():
    systems = [system for workload in plan.WORKLOADS for system in workload.systems]
    assert {s.arguments["engine"] for s in systems if s.module == "recording"} == set(ENGINES)
    assert {s.arguments["system"] for s in systems if s.module == "programs"} == set(SYSTEMS)
    assert {s.arguments["checker"] for s in systems if s.module == "checking"} == set(checking.CHECKERS)
    titles = {(workload.key, system.title) for workload in plan.WORKLOADS for system in workload.systems}
    for target in plan.TARGETS:
        assert (target.workload, target.system) in titles
        assert not target.of or (target.workload, target.of) in titles


# --- disagreement is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1, 337])
def test_one_wrong_number_is_noticed(place):
    expected = programs.measure("moons", "NumPy", 0.0)["results"]
    wrong = [x + 1e-8 * (i == place) for i, x in enumerate(expected)]
    with pytest.raises(ArithmeticError, match=f"C and NumPy do not agree on result {place}"):
        check_agreement("C", wrong, "NumPy", expected)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
def test_results_that_are_no_results_are_noticed(wrong):
    with pytest.raises(ArithmeticError, match="do not agree on result 0"):
        check_agreement("C", [wrong], "NumPy", [1.0])
    with pytest.raises(ArithmeticError, match="C gives 1 results, and NumPy gives 2"):
        check_agreement("C", [1.0], "NumPy", [1.0, 2.0])


def answers(monkeypatch, table):
    """Let processes answer as the table says, and return the list of those that were asked."""
    asked = []

    def run(job, timeout):
        asked.append(job.key)
        return table(job.key)

    monkeypatch.setattr(measuring, "run", run)
    return asked


def jobs(*keys):
    return [Job(Key(*key), "recording", {}) for key in keys]


def test_measuring_ends_when_two_systems_disagree(monkeypatch):
    asked = answers(monkeypatch, lambda key: {"figures": {"seconds": 1.0}, "results": [3.0, float(len(key.system))]})
    with pytest.raises(ArithmeticError, match=r"W1 ccc and W1 aa do not agree on result 1: 3\.0 and 2\.0"):
        measuring.measure(jobs(("W1", "aa"), ("W1", "bb"), ("W2", "dddd"), ("W1", "ccc"), ("W1", "ee")), 5, 60.0)
    assert [key.system for key in asked] == ["aa", "bb", "dddd", "ccc"]


# --- what cannot be measured is left out ------------------------------------------------------------------------------


def test_systems_take_turns_and_one_that_fails_is_asked_once(monkeypatch):
    answer = {"figures": {"seconds": 2.0}, "results": []}
    asked = answers(monkeypatch, lambda key: {"left out": "not installed"} if key.system == "b" else answer)
    found = measuring.measure(jobs(("W1", "a"), ("W1", "b"), ("W1", "c")), 3, 60.0)
    assert "".join(key.system for key in asked) == "abc" + "ac" * 2
    assert [(m.figures, m.left_out) for m in found.values()] == [
        ({"seconds": [2.0] * 3}, ""), ({}, "not installed"), ({"seconds": [2.0] * 3}, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (lambda size: 1e-6 * size**2, "n/a: 1 s for 1,000, growing as n^2.0: 100 s expected for 10,000"),
        (lambda size: 1e-6 * size, ""),
        (lambda size: 30.0 / size, ""),
    ],
)
def test_what_would_take_too_long_is_foreseen(monkeypatch, seconds, expected):
    asked = answers(monkeypatch, lambda key: {"figures": {"seconds": seconds(key.size)}, "results": []})
    found = measuring.measure(jobs(*(("W3", "a", 10**k) for k in (2, 3, 4, 5))), 1, 60.0)
    assert [m.left_out for m in found.values()] == ["", "", expected, expected]
    assert len(asked) == (2 if expected else 4)


JOB = {"workload": "W3", "engine": "gatewise", "size": 10, "budget": 0.0}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder that processes find modules in before all others."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_a_missing_peer_a_crash_and_a_timeout_are_told_in_one_line_and_the_rest_goes_on(site):
    (site / "mygrad.py").write_text("import a_module_that_is_missing")
    (site / "micrograd.py").write_text("import os; os.abort()")
    changes = [{"engine": "mygrad"}, {"engine": "micrograd"}, {"engine": "none"}, {"size": 10**9}, {}]
    found = measuring.measure(
        [Job(Key("W3", str(i)), "recording", JOB | change) for i, change in enumerate(changes)], 1, 2.0
    )
    assert [m.left_out for m in found.values()] == [
        "not installed: pip install a_module_that_is_missing",
        "crashed: SIGABRT",
        "crashed: KeyError: 'none'",
        "n/a: longer than 2 s",
        "",
    ]
    assert found[Key("W3", "4")].results == recording.measure("W3", "micrograd", 10, 0.0)["results"]


# --- which gatewise is measured ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "compiled", "error"),
    [
        ("installed", True, None),
        ("installed", False, None),
        ("compiled", True, None),
        ("compiled", False, MissingError),
        ("plain", True, RuntimeError),
        ("plain", False, None),
    ],
)
def test_the_engine_that_is_asked_for_must_be_there(monkeypatch, wanted, compiled, error):
    monkeypatch.setattr(autograd, "compiled", compiled)
    if error is None:
        worker._check_engine(wanted)
    else:
        with pytest.raises(error):
            worker._check_engine(wanted)


def test_an_installed_package_comes_before_the_clone(site):
    (site / "autograd.py").write_text("from benchmarks.history_scalar import Scalar as Value\ncompiled = True\n")
    answer = measuring.run(Job(Key("W3", "a"), "recording", JOB, "compiled"), 60.0)
    assert answer["results"] == recording.measure("W3", "micrograd", 10, 0.0)["results"]
    answer = measuring.run(Job(Key("W3", "a"), "recording", JOB, "plain"), 60.0)
    assert answer == {
        "left out": "crashed: RuntimeError: the plain engine was asked for, and autograd.compiled is true"
    }


@pytest.mark.parametrize(("changed", "stale"), [(None, False), ("other", True), ("new", True)])
def test_an_installed_package_of_other_sources_is_noticed(tmp_path, monkeypatch, changed, stale):
    clone, package = tmp_path / "autograd", tmp_path / "site" / "autograd"
    for folder in (clone, package):
        (folder / "drawing").mkdir(parents=True)
        (folder / "drawing" / "one.py").write_text("same")
    if changed is not None:
        (clone / "drawing" / ("one.py" if changed == "other" else "two.py")).write_text("diff")
    monkeypatch.setattr(autograd, "__file__", str(package / "__init__.py"))
    assert installation._stale(tmp_path) is stale


def test_plain_python_is_found_beside_extension_modules(tmp_path):
    package = tmp_path / "autograd"
    package.mkdir()
    (package / "__init__.py").write_text("from autograd.engine import name")
    (package / "engine.py").write_text("name = 'plain'")
    (package / f"engine{EXTENSION_SUFFIXES[0]}").write_bytes(b"no machine code")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(worker.ROOT / 'benchmarks')!r}]\n"
        "if sys.argv[1:]:\n    from worker import SourcesOnly; sys.meta_path.insert(0, SourcesOnly())\n"
        "import json, autograd; print(autograd.name)"
    )
    command = [sys.executable, "-c", program]
    assert subprocess.run([*command, "plain"], capture_output=True, text=True, check=True).stdout == "plain\n"
    assert "ImportError" in subprocess.run(command, capture_output=True, text=True, check=False).stderr


# --- the report -------------------------------------------------------------------------------------------------------

FIGURES = {
    Key("W1", "gatewise, plain Python", 100, ON): Measured({"seconds": [0.06, 0.05, 0.07]}),
    Key("W1", "gatewise, compiled", 100, ON): Measured(left_out="gatewise is not compiled here"),
    Key("W1", "micrograd", 100, ON): Measured({"seconds": [1.2, 1.0, 1.1]}),
    Key("W1", "gatewise, plain Python", 100, OFF): Measured({"seconds": [0.04]}),
    Key("W1", "gatewise, compiled", 100, OFF): Measured(left_out="gatewise is not compiled here"),
    Key("W1", "micrograd", 100, OFF): Measured(left_out="n/a: longer than 60 s"),
    Key("W3", "gatewise, plain Python", 10_000, ON): Measured({"seconds": [2e-4], "bytes": [90.0], "peak": [95.0]}),
    Key("W3", "micrograd", 10_000, ON): Measured({"seconds": [5e-4], "bytes": [900.0], "peak": [950.0]}),
    Key("W3", "gatewise, plain Python", 10**6, ON): Measured({"seconds": [1.0], "bytes": [210.0], "peak": [260.0]}),
    Key("W3", "micrograd", 10**6, ON): Measured(left_out="n/a: 30 s expected"),
    Key("W3", "gatewise, plain Python", 10**5, "traced"): Measured({"traced": [128.0]}),
    Key("gradient-checking", "gatewise, plain Python", 8, "quality"): Measured(
        {name: [float(0 < i < 7)] for i, name in enumerate(plan.QUALITY)}
    ),
    Key("gradient-checking", "JAX, check_grads", 8, "quality"): Measured(
        {name: [float(i in (1, 7))] for i, name in enumerate(plan.QUALITY)}
    ),
}
MACHINE = report.Machine("1 May 2026", "CPython 3.11.7", "a processor", 2, "micrograd 0.1.0")


def shown(tables):
    return [" ".join(line.split()) for table in tables for line in report.as_text(table).splitlines()]


def workload(key):
    return next(workload for workload in plan.WORKLOADS if workload.key == key)


def test_a_table_gives_medians_spreads_ratios_targets_and_what_is_left_out():
    assert shown(report.tables(workload("W1"), FIGURES)) == [
        "collector on time over micrograd's collector off to reach",
        "micrograd 1.1 s (1–1.2) 1 n/a",
        "gatewise, plain Python 60 ms (50–70) 1/18.3 40 ms ≤ 1/18 of micrograd ✓",
        "gatewise, compiled: gatewise is not compiled here",
        "micrograd, collector off: n/a: longer than 60 s",
    ]


def test_many_sizes_stand_side_by_side_and_memory_is_that_of_the_largest():
    assert shown(report.tables(workload("W3"), FIGURES)) == [
        "10,000 operations time over micrograd's 1,000,000 operations",
        "micrograd 500 µs 1 n/a",
        "gatewise, plain Python 200 µs 1/2.5 1 s",
        "micrograd, 1,000,000 operations: n/a: 30 s expected",
        "(memory)",
        "operations bytes per operation most, with the sweep Python's allocator to reach",
        "micrograd 10,000 900 950 –",
        "gatewise, plain Python 1,000,000 210 260 128 ≤ 200 ✗",
    ]


def test_examples_of_numbers_are_right():
    assert doctest.testmod(report) == doctest.TestResults(failed=0, attempted=2)


def test_the_quality_of_checkers_is_told():
    assert shown(report.tables(workload("gradient-checking"), FIGURES))[-2:] == [
        "gatewise, plain Python 0 % 100 % 100 % 100 % 100 % 100 % 100 % –",
        "JAX, check_grads 0 % 100 % 0 % 0 % 0 % 0 % 0 % relu(0)",
    ]


def test_the_page_has_every_workload_that_was_measured():
    page = report.page(FIGURES, MACHINE, ["growth.svg"])
    assert page.startswith("# gatewise and its peers\n\n1 May 2026, CPython 3.11.7 on a processor, 2 cores.")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## W1: A training step, op by op", "## W3: A long chain", "## Checking gradients",
    ]  # fmt: skip
    assert "| gatewise, plain Python | 60 ms (50–70) | 1/18.3 | 40 ms | ≤ 1/18 of micrograd ✓ |" in page
    assert "- gatewise, compiled: gatewise is not compiled here\n" in page
    assert "(growth.svg)" in page
    assert "step.svg" not in page
    assert "quick look" in report.page(FIGURES, MACHINE, [], quick=True)
    assert "Here with" not in page
    small = {Key("W1", "micrograd", 20): Measured({"seconds": [1.0]})}
    assert "every parameter moved. Here with 20 points.\n" in report.page(small, MACHINE, [])


@pytest.mark.parametrize("target", plan.TARGETS, ids=str)
def test_a_target_is_reached_at_its_limit_and_not_beyond(target):
    size = (10**6 if target.figure == "bytes" else 100, ON)
    for factor, verdict in ((1.0, "✓"), (1.001, "✗")):
        figures = {Key(target.workload, target.system, *size): Measured({target.figure: [factor * target.limit]})}
        if target.of:
            figures[Key(target.workload, target.of, *size)] = Measured({"seconds": [1.0]})
        assert report.reached(target, figures, size).endswith(verdict)
    assert report.reached(target, {}, size)[-1] not in "✓✗"


def test_pictures_show_every_system_and_are_always_the_same(tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "again").mkdir()
    names = plots.draw(FIGURES, tmp_path)
    assert plots.draw(FIGURES, tmp_path / "again") == names == ["step.svg", "growth.svg", "memory.svg"]
    for name in names:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text == (tmp_path / "again" / name).read_text(encoding="utf-8")
        assert {"micrograd", "gatewise, plain Python"} <= {
            "".join(element.itertext()) for element in ET.fromstring(text).iter()
        }
    assert plots.draw({}, tmp_path) == []


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["W9"],
            "there is no workload 'W9': write one of W1, W2, W3, W4, W5, W6, gradient-checking, programs, training",
        ),
        (["W1", "checking"], "checking is measured alone: write python -m benchmarks checking"),
        (["checking", "W1"], "checking is measured alone: write python -m benchmarks checking"),
        (["W1", "--output", "no such folder"], "there is no folder 'no such folder': make it first"),
    ],
)
def test_wrong_arguments_are_answered_with_what_to_write(arguments, message):
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert str(error.value).startswith(message)


def test_the_command_prints_tables_and_writes_the_report_where_it_is_asked_to(tmp_path, monkeypatch, capsys):
    answers(monkeypatch, lambda key: {"figures": {"seconds": 1e-5}, "results": []})
    monkeypatch.setattr("benchmarks.__main__.run", lambda job, timeout: {"figures": {"compiled": 1.0, "stale": 0.0}})
    main(["W5", "w6", "--output", str(tmp_path)])
    assert "W5: Latency\n" in capsys.readouterr().out
    assert "## W6: Recorded once" in (tmp_path / "report.md").read_text(encoding="utf-8")
