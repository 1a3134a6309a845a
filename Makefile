# Two commands do everything: `make demo` makes a quarterly list, `make test` passes the tests.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test lint docs clean

demo: $(VENV)/.run-ready  ## Make the quarterly list of the demo province under demo/
	$(BIN)/oshrisk demo --folder demo

test: $(VENV)/.dev-ready  ## Pass all tests
	$(BIN)/python -m pytest -n 2 --dist loadscope $(PYTEST_ARGS)

lint: $(VENV)/.dev-ready  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.dev-ready  ## Build the documentation under docs/_build, without a warning
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --jobs auto -c docs . docs/_build

clean:  ## Remove the environment and what was made
	rm -rf $(VENV) demo dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@echo "[1/2] making the environment in $(VENV)"
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run-ready: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "[2/2] installing oshrisk (about a minute the first time)"
	$(PIP) install --constraint constraints.txt --editable ".[documents,desk]"
	@touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "[2/2] installing oshrisk and its development tools (a minute or two the first time)"
	$(PIP) install --constraint constraints.txt --editable ".[dev,sql,postgresql,learn,scale,s3,hdfs,notebooks,site,documents,desk]"
	@touch $@ $(VENV)/.run-ready
