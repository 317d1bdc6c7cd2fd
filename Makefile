# `make demo` and `make test` each work as the only command after a clone. `make help` lists all targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 4

.PHONY: help demo test check bench

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(STAMP) ## a server, a worker and a workflow at work, with nothing else to set up
	$(BIN)/mobius demo $(ARGS)

check: $(STAMP) ## formatting, lint, types, import contracts and the lints of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## everything that CI runs: check, then all tests on both databases
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

bench: $(STAMP) ## the benchmark table
	$(BIN)/python -m bench $(ARGS)
