.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := .quotedesk/sample

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed ## Make the environment in .venv.

chat: install ## Index the sample articles and open the web chat over them.
	$(BIN)/quotedesk index eval/sample/articles --library $(SAMPLE)
	$(BIN)/quotedesk serve --library $(SAMPLE) --example "Susan Li今年多少岁？" \
		--example "What was the price of Oculus when Facebook bought it?" \
		--example "メタの第1世代MTIAの消費電力は？" --example "AI联盟成员一年的研发投入加起来有多少？"

test: install ## Run every test.
	$(BIN)/pytest

lint: install ## Check style and layout.
	$(BIN)/ruff check
	$(BIN)/ruff format --check

type: install ## Check the types, strictly.
	$(BIN)/mypy

eval: install ## Measure the answers on the sample questions, with a report in .quotedesk/report.
	$(BIN)/quotedesk index eval/sample/articles --library $(SAMPLE)
	$(BIN)/quotedesk eval eval/sample/questions.jsonl --library $(SAMPLE) --report .quotedesk/report

shots: install ## Take the README's pictures of the page, with Debian's chromium.
	$(BIN)/quotedesk index eval/sample/articles --library $(SAMPLE)
	$(BIN)/python -m tests.shots $(SAMPLE) docs

bench: install ## Measure speed, as ratios within one run.
	$(BIN)/python -m eval.bench

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

.PHONY: help install chat test lint type eval shots bench
