# Two commands matter: `make demo` and `make test`. Both set up everything from the lock, on a machine that has
# only git, make and a Python 3.12+ with venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
SERVE ?= 1
export PYTHONDONTWRITEBYTECODE ?=
# The newest Python that is new enough and can make virtual environments.
PYTHON := $(shell for p in python3.13 python3.14 python3.12 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 && { echo $$p; break; }; done)
# A machine's own certificates where it has some: a network may stand behind an authority of its own.
CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)
BIN := .venv/bin
RUN := $(BIN)/python manage.py
# What serves ends with make, even where make is killed: no shell in between.
BOUND := ENDS_WITH_PARENT=1 exec $(RUN)

.PHONY: help setup demo run test lint bench proof clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.synced ## install everything from the lock

.venv/.synced: pyproject.toml uv.lock
ifeq ($(PYTHON),)
	@echo "A Python 3.12 or newer with venv is needed (Debian: apt-get install python3 python3-venv; or pyenv install 3.13)." >&2; exit 1
else
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'; }
	@VIRTUAL_ENV= $(BIN)/uv sync --quiet --frozen --no-progress $(CERTS) --python $(BIN)/python
	@touch $@
endif

demo: setup ## load the fictional region, tell one loan's story, serve the site (SERVE=0 ends after the story; PORT=8000)
	@PLATFORM_MODE=demo $(BOUND) demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

run: setup ## serve what is there, without demo data (PLATFORM_MODE, DATABASE_URL and DATABASE_OWNER_URL apply)
	@$(BOUND) serve --port $(PORT)

test: setup ## every test, in parallel, against the embedded PostgreSQL
	@$(BIN)/python -m pytest -n $${PYTEST_WORKERS:-auto} --dist loadgroup

lint: setup ## ruff, import-linter, mypy, deployment check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@PLATFORM_MODE=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		SEALING_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=example.org \
		$(RUN) check --deploy --fail-level WARNING

bench: setup ## the speed tables (ratios inside one run; PEERS=1 first installs the peers they compare with)
ifdef PEERS
	@VIRTUAL_ENV= $(BIN)/uv sync --quiet --frozen --no-progress $(CERTS) --group peers --python $(BIN)/python
endif
	@$(BIN)/python -m bench

proof: setup ## every test and every long proof; writes docs/proof.txt
	@set -o pipefail; { git log -1 --format='Commit %h of %cs, %s' 2>/dev/null; $(BIN)/python -V; \
		PROOF=1 $(BIN)/python -m pytest -n $${PYTEST_WORKERS:-auto} --dist loadgroup --durations=25; } 2>&1 | tee docs/proof.txt

clean: ## remove what the other targets made: environment, embedded database, secrets, caches (docs/proof.txt stays)
	@test ! -x $(BIN)/python || $(BIN)/python -B -m finance_platform.foundation.embedded_postgres remove
	@rm -rf .venv .local staticfiles .hypothesis .mypy_cache .ruff_cache
	@find . -type d -name __pycache__ -prune -exec rm -rf {} +
