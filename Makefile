# Everything from a fresh clone with Python 3.11 or newer and nothing else.
# Each target sets up what it needs in .venv; `make PYTHON=/path/to/python3 ...` chooses another Python.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

.PHONY: help demo lab test check bench docs clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    the main job on a simulated observation, results in nuwidgets-demo/"
	@echo "make lab     JupyterLab on notebooks/quickstart.ipynb"
	@echo "make test    all tests, the notebooks and the browser included"
	@echo "make check   formatting, lint, types, layers, spelling, house rules"
	@echo "make bench   benchmarks, as JSON"
	@echo "make docs    the documentation, in site/"
	@echo "make clean   remove .venv and everything that was made"

demo: $(VENV)/.ready
	$(BIN)/nuwidgets demo --out nuwidgets-demo

lab: $(VENV)/.ready-lab
	$(BIN)/python -m jupyter lab notebooks/quickstart.ipynb

test: $(VENV)/.ready-test
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --ignore tests/browser tests
	$(BIN)/python -m pytest -p nbval --nbval --nbval-current-env tests/browser notebooks

check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m pytest --quiet tests/house

bench: $(VENV)/.ready-test
	@for script in benchmarks/bench_*.py; do \
	  echo "$$script" >&2; $(BIN)/python $$script || exit 1; \
	done

docs: $(VENV)/.ready-docs
	$(BIN)/python -m mkdocs build --quiet --strict

clean:
	rm -rf $(VENV) nuwidgets-demo site build dist *.egg-info .benchmarks .hypothesis \
	  .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find nuwidgets tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# ".ready" is the package alone, ".ready-x" the package with its extra x.
$(VENV)/.ready: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "Installing nuwidgets into $(VENV) ..." >&2
	@$(INSTALL) .
	@touch $@

$(VENV)/.ready-%: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "Installing nuwidgets with its extra '$*' into $(VENV) ..." >&2
	@$(INSTALL) ".[$*]"
	@touch $@ $(VENV)/.ready

$(VENV)/pyvenv.cfg:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { lame=$$python; continue; }; \
	  rm -rf $(VENV); "$$python" -m venv $(VENV) && exit 0; \
	done; \
	rm -rf $(VENV); \
	if [ -n "$$lame" ]; then \
	  echo "Cannot set up $(VENV): $$lame has no module venv. Install it (on Debian and Ubuntu:" \
	    "apt install python3-venv), then call make again." >&2; \
	else \
	  echo "Cannot set up $(VENV): no Python 3.11 or newer was found. Install one, or name it:" \
	    "make PYTHON=/path/to/python3 ..." >&2; \
	fi; exit 1
