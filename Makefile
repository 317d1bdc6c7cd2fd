# `make demo` and `make test` each work as the only command after a clone. They need Python 3.11 or newer with pip;
# everything else is installed into .venv, and PostgreSQL for the tests where the machine lets us.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# How many processes run tests at once.
WORKERS ?= 4
# How long `make fuzz` goes on, and `make torture` lets faults happen on each database.
MINUTES ?= 10
# More arguments for the command that a target runs: make demo ARGS=--exit, make test ARGS='-k claim'.
ARGS ?=

PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --editable

.PHONY: help demo test check format bench torture fuzz overload clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1|\2/p' $(MAKEFILE_LIST) | tr '|' '\t' | expand -t 16

demo: $(VENV)/.server ## a server, a worker and a few workflows at work
	$(BIN)/mobius demo $(ARGS)

test: check ## all checks, then all tests on both databases; what CI runs
	.ci/install-postgres $(BIN)/pip
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/.dev ## formatting, lint, types, import contracts and the lints of the house
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/python -m lint

format: $(VENV)/.dev ## format the code and mend what the linter can
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

bench: $(VENV)/.dev ## the benchmark table
	$(BIN)/python -m bench $(ARGS)

torture: $(VENV)/.dev ## faults under load for MINUTES on each database, and what they broke
	.ci/install-postgres $(BIN)/pip
	$(BIN)/python -m tests.faults.torture --minutes $(MINUTES) $(ARGS)

fuzz: $(VENV)/.dev ## random requests against servers on both databases: make fuzz MINUTES=10
	.ci/install-postgres $(BIN)/pip
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(ARGS)

overload: $(VENV)/.dev ## ten times more requests than a server takes, for a minute on each database
	.ci/install-postgres $(BIN)/pip
	$(BIN)/python -m tests.faults.overload $(ARGS)

clean: ## remove .venv and all caches
	rm -rf $(VENV) .torture .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Mobius needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.server: pyproject.toml | $(BIN)/pip
	$(PIP_INSTALL) '.[server]'
	touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/pip
	$(PIP_INSTALL) '.[dev]'
	touch $@ $(VENV)/.server
