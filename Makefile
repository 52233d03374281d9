# Two commands do everything from a fresh clone: `make demo` and `make test`. Each needs Python 3.11 or newer and pip.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := build/installed
PACKAGES := autograd nn

.PHONY: demo test checks pure wheel mutants benchmarks clean

demo: $(VENV)/installed-demos
	$(RUN) -m demos

# The engine is tested as plain Python and, where there is a C compiler, as machine code.
test: checks pure $(if $(shell command -v $(CC)),wheel)

checks: $(VENV)/installed-test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

pure: $(VENV)/installed-test
	$(RUN) -c 'import autograd; assert not autograd.compiled, autograd.__file__'
	$(RUN) -m pytest

# Both distributions, and the plain wheel that takes the place of a compiled one where compiling fails. The tests are those
# of the source distribution, whose own packages are taken away: they see what the compiled wheel installs.
wheel: $(VENV)/installed-test
	rm -rf build dist
	GATEWISE_COMPILED=1 $(RUN) -m build
	CC=false $(RUN) -m pip wheel --quiet --no-deps --wheel-dir build/plain dist/*.tar.gz
	test -f build/plain/*-none-any.whl
	mkdir -p $(INSTALLED)
	tar -xf dist/*.tar.gz -C $(INSTALLED) --strip-components=1
	rm -r $(PACKAGES:%=$(INSTALLED)/%)
	$(PYTHON) -m venv $(INSTALLED)/.venv
	$(INSTALLED)/$(RUN) -m pip install --quiet "$$(echo dist/*.whl)[test]"
	cd $(INSTALLED) && $(RUN) -c 'import autograd; assert autograd.compiled, autograd.__file__'
	cd $(INSTALLED) && $(RUN) -m pytest tests demos --pyargs $(PACKAGES)

mutants: $(VENV)/installed-test
	$(RUN) tests/mutants.py

# In an environment of its own, where the engine is compiled: editable it would not be.
benchmarks:
	$(PYTHON) -m venv build/benchmarks
	build/benchmarks/bin/python -m pip install --quiet ".[peers]"
	build/benchmarks/bin/python -m benchmarks

$(VENV)/installed-%: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "gatewise needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable ".[$*]"
	touch $@

clean:
	rm -rf $(VENV) out build dist *.egg-info *.so autograd/*.so .mypy_cache .pytest_cache .ruff_cache .hypothesis
