# Two commands do everything from a fresh clone: `make demo` and `make test`. Each needs Python 3.11 or newer and pip.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo test mutants benchmarks clean

demo: $(VENV)/installed-demos
	$(RUN) -m demos

test: $(VENV)/installed-test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) -m pytest

mutants: $(VENV)/installed-test
	$(RUN) tests/mutants.py

benchmarks: $(VENV)/installed-benchmarks
	$(RUN) -m benchmarks

$(VENV)/installed-%: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "gatewise needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable ".[$*]"
	touch $@

clean:
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
