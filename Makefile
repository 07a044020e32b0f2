# Concord: `make demo`, `make test`, `make serve`. Each sets up what it needs by itself.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SETUP = @$(PYTHON) -m curation.bootstrap $(VENV)

.PHONY: audit help demo serve test test-live test-browser test-postgres test-ray test-api lint types contracts check bench setup dev-setup clean

help:
	@echo "make demo     the main job on recorded answers: curated dataset, classifiers, report"
	@echo "make serve    open the same project in the browser (Ctrl+C stops everything)"
	@echo "make test     the tests"
	@echo "make check    lint, types and import contracts"
	@echo "make test-live     tests against a real Label Studio server"
	@echo "make test-postgres tests on PostgreSQL (needs postgresql)"
	@echo "make test-browser  tests in a real browser (needs chromium)"
	@echo "make test-ray  tests on a Ray cluster of two hosts on this machine"
	@echo "make test-api  5,000 made-up requests to the interface for programs"
	@echo "make audit    asks about known weaknesses of the pinned packages (needs a network)"
	@echo "make bench    benchmarks"

setup:
	$(SETUP) requirements.txt

demo: setup
	@$(RUN) manage.py demo $(ARGS)

serve: setup
	@$(RUN) manage.py serve $(ARGS)

dev-setup:
	$(SETUP) requirements-dev.txt

test: dev-setup
	@$(RUN) -m pytest -n 2 $(ARGS)

test-live: dev-setup
	@$(RUN) manage.py labelstudio install
	@$(RUN) -m pytest -m live -p no:randomly $(ARGS)

test-postgres: dev-setup
	@.ci/with-postgres $(RUN) -m pytest -n 2 -m "database and not live and not browser" \
		tests/curation tests/generation tests/training \
		--ignore=tests/training/fitting --ignore=tests/training/executors $(ARGS)

test-browser: dev-setup
	@$(RUN) -m pytest -n 2 -m browser $(ARGS)

test-ray: dev-setup
	$(SETUP) requirements-scale.txt
	@CONCORD_TEST_RAY=1 $(RUN) -m pytest tests/training/executors/test_ray.py $(ARGS)

test-api: dev-setup
	@CONCORD_API_CASES=5000 $(RUN) -m pytest tests/curation/api/test_properties.py $(ARGS)

lint: dev-setup
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

types: dev-setup
	@$(RUN) -m mypy curation generation training tests benchmarks manage.py

contracts: dev-setup
	@$(VENV)/bin/lint-imports

check: lint types contracts

bench: setup
	@$(RUN) -m benchmarks $(ARGS)

audit:
	@$(PYTHON) -m curation.bootstrap.audit .venv-audit

clean:
	rm -rf var/concord.sqlite3* var/demo var/runs
