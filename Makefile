# Two commands for everyone: `make run` and `make test`. The rest serves developers; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
NODE_CLIENT := tests/contract/node
TEST_PROCESSES ?= auto

# The first Python on PATH that is new enough and can make an environment. The tried versions come first.
FIND_PYTHON = for python in "$${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do \
	  [ -n "$$python" ] && "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    && { echo "$$python"; exit 0; }; \
	done; echo "Python 3.11 or newer with the venv module is needed; set PYTHON=/path/to/it" >&2; exit 1

.PHONY: help run test check format bench docs clean vendor lock install install-tests

help:
	@echo "make run      install what is locked, make the database, load the demonstration registry, start the hub"
	@echo "make test     set up the same and pass every test (TESTS=path and PYTEST_ARGS=... choose some)"
	@echo "make check    format, lint, types, import contracts, structure"
	@echo "make format   rewrite the code as the formatter and the safe lint fixes want it"
	@echo "make bench    every benchmark, or one: make bench NAME=soap"
	@echo "make docs     the reference of formats, codes and contracts into var/docs"
	@echo "make vendor   fetch the browser parts again (npm) and lock their hashes"
	@echo "make lock     resolve the dependencies again and lock their hashes"
	@echo "make clean    remove what these commands made, but for the data in var/"

$(VENV)/.installed: server/requirements.lock pyproject.toml
	@[ -x $(BIN)/python ] || { python="$$( $(FIND_PYTHON) )"; "$$python" -m venv $(VENV); }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r server/requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-tests: tests/requirements.lock $(VENV)/.installed
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

install: $(VENV)/.installed
install-tests: $(VENV)/.installed-tests

# Both commands before `serve` leave alone what is already there.
run: $(VENV)/.installed
	@$(BIN)/hub init
	@$(BIN)/hub demo load
	@exec $(BIN)/hub serve

# tests/services.py finds or starts what the tests talk to, runs them, and says last what was left out.
test: $(VENV)/.installed-tests
	@$(BIN)/python tests/services.py $(BIN)/python -m pytest -n $(TEST_PROCESSES) $(PYTEST_ARGS) $(TESTS)

check: $(VENV)/.installed-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/structure

format: $(VENV)/.installed-tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-tests
	@if [ -n "$(NAME)" ]; then $(BIN)/hub bench $(NAME) --json; \
	else for file in tests/benchmarks/[a-z]*.py; do $(BIN)/hub bench $$(basename $$file .py) --json; done; fi

docs: $(VENV)/.installed
	$(BIN)/hub contracts export var/docs

vendor:
	@python="$$( $(FIND_PYTHON) )"; "$$python" server/vendoring.py

# uv resolves once for every supported Python and platform; it lives apart, the hub does not need it.
lock:
	@[ -x var/lock/bin/uv ] || { python="$$( $(FIND_PYTHON) )"; "$$python" -m venv var/lock; var/lock/bin/pip install --quiet uv; }
	var/lock/bin/uv pip compile pyproject.toml --extra build $(LOCK) -o server/requirements.lock
	var/lock/bin/uv pip compile pyproject.toml --extra build --extra dev --extra linkage $(LOCK) -c server/requirements.lock -o tests/requirements.lock

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

clean:
	rm -rf $(VENV) dist tests/output $(NODE_CLIENT)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find registry server soap migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
