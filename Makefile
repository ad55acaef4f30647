# Needs Python 3.11 or newer and make; everything else comes from uv.lock into .venv/.

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs lineage install \
	check-lock check-style check-types check-imports check-sql check-yaml check-lineage check-schema check-pipelines

PYTHON ?= python3
UV_VERSION := 0.13.9
UV_HOME := .uv
UV := $(or $(shell command -v uv 2>/dev/null),$(UV_HOME)/bin/uv)
RUN := $(UV) run --frozen --no-sync
ARGS ?=

# Where the machine keeps certificates of its own, a company's proxy may be among them.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## Run a whole desk on simulated history until Ctrl-C (ARGS=--once: report and stop)
	@$(RUN) sluice demo $(ARGS)

test: install ## Run the tests on an embedded PostgreSQL (ARGS="tests/api -k sla" to narrow)
	$(RUN) pytest -n auto --dist loadfile $(ARGS)

check: install check-lock check-style check-types check-imports check-sql check-yaml check-lineage check-schema check-pipelines ## Check everything that needs no test run

fix: install ## Format the code and repair what the linters can
	$(RUN) ruff check --fix .
	$(RUN) ruff format .
	$(RUN) sqlfluff fix dbt_project/models dbt_project/tests

bench: install ## Measure the endpoints and the pipeline (prints tables, asserts nothing)
	$(RUN) python -m bench $(ARGS)

docs: install ## Build the dbt documentation as one page
	$(RUN) sluice docs

lineage: install ## Write down which columns each field of each answer comes from
	$(RUN) python .ci/with_scratch_database.py sh -ec 'alembic upgrade head && python -m sluice.lineage'

install: $(UV)
	@$(UV) sync --frozen --quiet

$(UV_HOME)/bin/uv:
	$(PYTHON) -m venv $(UV_HOME)
	$(UV_HOME)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

check-lock:
	$(UV) lock --check

check-style:
	$(RUN) ruff check .
	$(RUN) ruff format --check .

check-types:
	$(RUN) mypy

check-imports:
	$(RUN) lint-imports

check-sql:
	$(RUN) sqlfluff lint dbt_project/models dbt_project/tests

check-yaml:
	$(RUN) yamllint --strict .

check-lineage:
	$(RUN) python -m sluice.lineage.check

check-schema:
	$(RUN) python .ci/with_scratch_database.py sh -ec \
		'alembic upgrade head && alembic check && alembic downgrade -1 && alembic upgrade head'

check-pipelines:
	$(RUN) python .ci/with_scratch_database.py sh -ec \
		'dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project && \
		dagster definitions validate --workspace workspace.yaml'
