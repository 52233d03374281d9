"""Systems that are compared compute the same; nothing here is timed."""

from __future__ import annotations

import pytest

from benchmarks.peers import DATA, SYSTEMS, MissingError, measured
from benchmarks.programs import TITLES, Measured, _table, check_agreement


def test_every_system_has_a_line_in_the_table():
    assert set(TITLES) == set(SYSTEMS)


@pytest.mark.parametrize("workload", DATA)
@pytest.mark.parametrize("system", SYSTEMS)
def test_systems_agree_on_the_value_and_all_gradients(system, workload):
    try:
        found = measured(workload, system, 1)["results"]
    except MissingError as missing:
        pytest.skip(str(missing))
    assert len(found) == 1 + len(DATA[workload]().parameters)
    check_agreement(system, found, "NumPy", measured(workload, "NumPy", 1)["results"])


@pytest.mark.parametrize("place", [0, 1, 337])
def test_one_wrong_number_is_noticed(place):
    expected = measured("moons", "NumPy", 1)["results"]
    wrong = [x + 1e-8 * (i == place) for i, x in enumerate(expected)]
    with pytest.raises(ArithmeticError, match=f"C and NumPy do not agree on result {place}"):
        check_agreement("C", wrong, "NumPy", expected)


def test_the_table_gives_ratios_of_medians_and_what_is_missing():
    found = {
        "micrograd": Measured([1.0, 1.2, 0.1], [2.0], [1.0]),
        "llvm": Measured([2e-5, 1e-5, 3e-5], [0.25], [1.0]),
        "C": Measured([1e-5], [0.5], [1.0]),
        "JAX": Measured(missing="pip install jax"),
    }
    lines = [" ".join(line.split()) for line in _table("moons", found).splitlines()[1:]]
    assert lines == [
        "micrograd, rebuilding 1 s 2 s 1 100000.00",
        "gatewise, LLVM 20 µs 250 ms 50,000 2.00",
        "C by hand, 8 lanes, gcc -O3 10 µs 500 ms 100,000 1.00",
        "JAX, vectorised by hand, jit: left out, pip install jax",
    ]
