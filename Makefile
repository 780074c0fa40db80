# `make` alone says what there is. Everything is set up on first use, from the two lock files.
PYTHON ?= python3
UV := .venv-uv/bin/uv
UV_VERSION := 0.13.9
RUN := PYTHONPATH=layers/core .venv/bin/python
TESTS_OF_JOBS := tests/workflows tests/faults tests/apis
TESTS_OF_PARTS := tests/unit tests/property tests/integration tests/extensions
NJS_PACKAGE := (apt-get download -qq njs || (apt-get update -qq && apt-get download -qq njs))
export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test test-fast test-faults test-sfn-local lint format api tables catalog bench clean

help: ## Say what there is
	@echo "CloudFront Extensions: Step Functions workflows for many domains on Amazon CloudFront"
	@echo
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready .venv-localaws/ready .venv-lambda/ready node_modules/ready .njs/ready ## Install the pinned tools (done by the others on first use)

demo: setup ## Onboard 24 domains on the embedded AWS; break one, and roll it back by canary; then see a day of logs as metrics
	@$(RUN) -m demo

up: setup ## Start the embedded AWS with everything deployed, and leave it running (an hour passes in 36 s)
	@$(RUN) -m localaws up --deploy --time-scale 0.01

down: ## Stop the embedded AWS that `make up` started
	@$(RUN) -m localaws down

test: setup ## All tests, with sam build and the coverage of the state machines
	@mkdir -p build; \
	echo "The jobs, and beside them, in build/tests-of-parts.txt, the parts:"; \
	$(RUN) -m pytest $(TESTS_OF_PARTS) >build/tests-of-parts.txt 2>&1 & parts=$$!; \
	{ $(RUN) -m pytest $(TESTS_OF_JOBS) 2>&1; echo $$? >build/tests-of-jobs.code; } | tee build/tests-of-jobs.txt; \
	wait $$parts; parts=$$?; jobs=$$(cat build/tests-of-jobs.code); \
	[ $$parts = 0 ] || cat build/tests-of-parts.txt; tail -n 1 build/tests-of-parts.txt; \
	[ $$jobs = 0 ] || { echo "The jobs failed:"; grep -v '^\.*  *\[' build/tests-of-jobs.txt | tail -n 200; }; \
	exit $$((jobs || parts))

test-fast: setup ## The tests that need no embedded AWS
	@$(RUN) -m pytest tests/unit tests/property

test-faults: setup ## Jobs on bad days: killed functions, lost answers, throttling, late events
	@$(RUN) -m pytest tests/faults

test-sfn-local: setup ## The state machines on Step Functions Local (needs Docker)
	@tests/stepfunctions_local/run

lint: setup ## Formatting, types, dependency direction, templates, state machines, known vulnerabilities
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	PYTHONPATH=layers/core .venv/bin/lint-imports
	.venv/bin/cfn-lint
	.venv/bin/python -m extensions.harness lint
	for template in template.yaml stacks/*/template.yaml; do .venv/bin/sam validate --lint --template $$template --region us-east-1 || exit 1; done
	for machine in statemachines/*.asl.json; do node_modules/.bin/asl-validator --silent --json-path $$machine || exit 1; done
	.venv/bin/pip-audit --progress-spinner off --requirement layers/core/requirements.txt --requirement functions/export_metrics/requirements.txt --requirement functions/import_certificate/requirements.txt --requirement functions/look_at_certificates/requirements.txt --requirement functions/fetch_urls/requirements.txt --requirement functions/rest_api/requirements.txt --requirement extensions/image-resize/requirements.txt

format: setup ## Let ruff format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

api: setup ## Write the contract of the REST API, and what API Gateway takes of it, from the routes
	@$(RUN) -m api

tables: setup ## Write the tables and views of the logs, as Glue has them, from the fields of the logs
	@$(RUN) -m logs.tables

catalog: setup ## Write the code of extensions into their templates, and the catalogue of them
	@$(RUN) -m extensions.catalog

bench: setup ## Measure jobs of up to 1,000 domains (calls, speed, memory, sizes), the pace at ACM's rates, versions and rollbacks, the APIs under 50 clients, 5 million lines of logs, edge functions beside one that does nothing, import times; writes build/bench.json
	@$(RUN) -m benchmarks

clean: ## Remove everything that can be made again
	rm -rf .venv .venv-uv .venv-localaws .venv-lambda .njs node_modules .aws-sam .localaws build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv-uv
	@.venv-uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/ready: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --locked --python $(PYTHON)
	@touch $@

.venv-localaws/ready: uv.lock pyproject.toml | $(UV)
	@UV_PROJECT_ENVIRONMENT=.venv-localaws $(UV) sync --quiet --locked --python $(PYTHON) --only-group localaws
	@touch $@

.venv-lambda/ready: uv.lock pyproject.toml | $(UV)
	@UV_PROJECT_ENVIRONMENT=.venv-lambda $(UV) sync --quiet --locked --python $(PYTHON) --only-group lambda-runtime
	@touch $@

node_modules/ready: package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

# The engine of CloudFront Functions, where Debian's package can be had; without it they run on Node alone.
.njs/ready:
	@mkdir -p .njs
	@command -v njs >/dev/null || (cd .njs && $(NJS_PACKAGE) && dpkg -x njs_*.deb .) >/dev/null 2>&1 || \
		echo "njs is not there (Debian: apt-get install njs): edge functions are tried on Node alone" >&2
	@touch $@
