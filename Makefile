# Every command a person needs. `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-all fuzz lint format lock audit eval eval-demo train vectors bench soak schema docs reference site site-serve build sbom clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(READY) ## make .venv with the pinned packages

# The lock holds every package, so pip resolves nothing; the project itself is installed editable.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Discovery Agent needs Python 3.11 to 3.13. Name one: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Making $(VENV) failed. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing packages into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## analyse the sample engagement; needs no key and no network
	@$(BIN)/discovery-agent demo

serve: $(READY) ## open the sample engagement in a browser: interview and lead's pages
	@$(BIN)/discovery-agent serve --demo

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not exhaustive"

test-all: $(READY) ## run the tests, those that try every edge of the API for minutes included
	@$(BIN)/python -m pytest -n auto

fuzz: $(READY) ## look for rare counter-examples in the property tests with fresh random input
	@$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile=fuzz

lint: $(READY) ## check style, types and floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports

format: $(READY) ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(READY) ## pin every dependency with its hashes
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet --constraint requirements.lock -o deploy/requirements.lock

audit: $(READY) ## ask whether a pinned package has a known vulnerability; needs the network
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock

eval: $(READY) ## measure the configured analyst on the annotated transcripts
	@$(BIN)/discovery-agent eval run extraction

eval-demo: $(READY) ## show three experiments from recordings: a worse prompt, a rewording, too few cases
	@bash scripts/eval_demo.sh

train: $(READY) ## fit the sentence model to the labelled sentences in training/
	@$(BIN)/python -m training

vectors: $(READY) ## compute the vectors of the knowledge pages, which ship with them
	@$(BIN)/python -m discovery_agent.knowledge.shipped

bench: $(READY) ## measure speed and memory: every figure aimed at, in one table; takes half an hour
	@$(BIN)/python -m benchmarks

soak: $(READY) ## hold the service under load for an hour and see what grows
	@$(BIN)/python -m benchmarks.soak

schema: $(READY) ## publish the JSON schemas of the results
	@$(BIN)/python -m discovery_agent.discovery.report.json_schema
	@$(BIN)/discovery-agent eval schema
	@$(BIN)/python -m scripts.openapi

docs: $(READY) ## write docs/reference from the code, and the tables of README.md
	@$(BIN)/python scripts/reference.py
	@$(BIN)/python scripts/readme.py

reference: $(READY) ## write docs/reference from the code, which is the quick half of `make docs`
	@$(BIN)/python scripts/reference.py

site: $(READY) ## build the documentation as a site in site/; needs no network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

site-serve: $(READY) ## show the documentation at http://127.0.0.1:8001, and build it anew whenever it changes
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --no-strict --dev-addr 127.0.0.1:8001

# The time of the last commit stands in the archives, so that the same commit gives the same bytes.
build: $(READY) ## build the wheel and the sdist into dist/, with their hashes; needs no network
	@rm -rf dist && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 1577836800) $(BIN)/hatchling build -d dist
	@cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS

sbom: $(READY) ## list what is installed with the program, with licences: dist/sbom.cdx.json and docs/licences.md
	@$(BIN)/python -m scripts.licences

clean: ## remove what make made
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo-report dist site
