# Every daily action. `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8000
WORKERS ?= 2
# More arguments for what is called at the end: make test ARGS="libs/chassis -k retry"
ARGS ?=

BIN := .venv/bin
STEP := @ops/step.sh
WITH_SERVERS := $(BIN)/python -m ops.servers exec --
SOURCES := $(wildcard libs/*/src services/*/src ops/src) conftest.py
TESTS = $(shell find libs services ops tests -path '*tests/*.py' 2>/dev/null)

.PHONY: help run test lint types unit bench bench-ai golden chaos docs format lock hooks clean venv chromium

help: ## list these actions
	@awk -v on="$$(test -t 1 && printf 1)" ' \
		BEGIN { FS = ":.*## "; if (on) { bold = "\033[1;36m"; plain = "\033[0m" } } \
		/^[a-z-]+:.*## / { printf "  %smake %-8s%s %s\n", bold, $$1, plain, $$2 }' $(MAKEFILE_LIST)

run: venv ## start everything here; Ctrl-C stops it (PORT=8000 is the gateway)
	@PORT=$(PORT) exec $(BIN)/bellhop up $(ARGS)

test: lint types unit ## all checks and all tests, with a RabbitMQ and a Redis of their own

lint: venv ## style, formatting, and who may import whom
	$(STEP) "ruff check" $(BIN)/ruff check --quiet --output-format concise .
	$(STEP) "ruff format" $(BIN)/ruff format --quiet --check .
	$(STEP) "import rules" $(BIN)/lint-imports --no-logo

# The folder ai-router is no Python name; as a base of its own its tests have one all the same.
types: venv ## mypy, strict
	$(STEP) "types" env MYPYPATH=services/ai-router $(BIN)/mypy --no-error-summary $(SOURCES) $(TESTS)

unit: venv chromium
	$(STEP) "tests" $(WITH_SERVERS) $(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

bench: venv ## measure a message's way through the house beside a bare echo
	$(STEP) "bench" $(WITH_SERVERS) $(BIN)/python -m ops.bench $(ARGS)

bench-ai: venv ## measure what routing a question to an AI costs, beside LiteLLM's proxy
	$(STEP) "bench-ai" $(BIN)/python -m ops.bench_ai $(ARGS)

golden: venv ## say the golden conversations again, and show what is not as it was (ARGS=name)
	@$(BIN)/bellhop golden check $(ARGS)

chaos: venv ## break everything while customers write, and account for every message (MINUTES= SEED=)
	@$(BIN)/python -m ops.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(ARGS)

docs: venv ## write the generated documentation anew
	$(STEP) "docs" $(BIN)/python -m ops.docs $(ARGS)

format: venv ## let ruff format the code and mend what it can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lock: venv ## choose package versions anew (requirements*.lock)
	@ops/lock.sh

hooks: venv ## check every commit before it is made
	@$(BIN)/pre-commit install

clean: ## delete .venv, caches, and what `make run` stored
	@rm -rf .venv .bellhop .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find libs services ops tests -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@ops/bootstrap.sh

chromium:
	@test -n "$$BELLHOP_TEST_CHROMIUM" || command -v chromium >/dev/null || { \
		echo "Installing chromium for the tests of the pages (once) …"; \
		$(BIN)/python -m ops.servers install chromium || echo "No chromium: those tests will be skipped."; }
