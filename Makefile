# What can be done here. Everything runs in .venv, made from the lock files; only Python 3.11
# or newer and make must be there before.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check -qq
# Where npm installs the Graph client of tests/practice/node.
NODE := tests/practice/node/node_modules
# How many processes run tests; how often the torture kills; `BENCH=quick` leaves the million out.
WORKERS ?= 2
ROUNDS ?= 300
BENCH ?=
DAY ?=

.DEFAULT_GOAL := help
.PHONY: help demo learn test test-fast test-day check format bench torture synapse node docs words lock clean

help: ## say what can be done
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile | expand -t 16

demo: .venv/.can-run ## open the inbox on the practice platform
	@.venv/bin/carecli demo

learn: .venv/.can-run ## learn the keys by doing, in ten lessons
	@.venv/bin/carecli learn

test: .venv/.can-test .venv-synapse/.can-run $(NODE)/.can-run ## pass all tests, but for the long torture
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal -m "not torture"

test-fast: .venv/.can-test ## pass the tests that need no servers and no terminals, in about a minute
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal -m "not torture and not long"

test-day: .venv/.can-test ## pass the quick tests on a day that is hard for dates, one by rotation or DAY=leap-day
	$(RUN) -m tests.hard_days $(DAY)

check: .venv/.can-test ## lint, types, layer contracts
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports

format: .venv/.can-test ## bring the code into its usual form
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: .venv/.can-test ## measure start, keys, search, memory and ingest from outside
	$(RUN) -m benchmarks $(BENCH)

torture: .venv/.can-test ## kill the engine hundreds of times, and count what arrived
	TORTURE_ROUNDS=$(ROUNDS) $(RUN) -m pytest -m torture --timeout 7200

synapse: .venv-synapse/.can-run ## install the real Matrix server that tests start

docs: .venv/.can-test ## write the generated pages and the picture of the inbox
	$(RUN) -m tests.hygiene.pages
	$(RUN) -m tests.support.screenshot

node: $(NODE)/.can-run ## install the JavaScript Graph client that a test drives

words: .venv/.can-test ## bring the catalogues of all languages up to date with the code
	$(RUN) -m tests.hygiene.words

lock: ## find the newest versions and write the lock files
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install -q 'setuptools>=77' .
	@echo '# Exact versions of everything carecli runs with; written by `make lock`.' > requirements.lock
	build/lock/bin/pip freeze --all --exclude carecli >> requirements.lock
	build/lock/bin/pip install -q '.[dev]'
	@echo '# Exact versions of everything the tests need beside; written by `make lock`.' > requirements-dev.lock
	@echo '-r requirements.lock' >> requirements-dev.lock
	build/lock/bin/pip freeze --all --exclude carecli | grep -vxFf requirements.lock >> requirements-dev.lock
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install -q 'matrix-synapse>=1.150'
	@echo '# Exact versions of the Matrix server that tests start; written by `make lock`.' > requirements-synapse.lock
	build/lock/bin/pip freeze >> requirements-synapse.lock
	rm -rf build/lock

clean: ## remove everything that was made here
	rm -rf .venv .venv-synapse $(NODE) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# A stamp is newer than its lock file exactly when that was installed.
.venv/.can-run: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "carecli needs Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("carecli needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv, once ..."
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/.can-test: .venv/.can-run requirements-dev.lock
	@$(PIP) install -r requirements-dev.lock
	@touch $@

.venv-synapse/.can-run: requirements-synapse.lock
	@test -x .venv-synapse/bin/python || $(PYTHON) -m venv .venv-synapse
	@.venv-synapse/bin/python -m pip --disable-pip-version-check -qq install -r requirements-synapse.lock
	@touch $@

$(NODE)/.can-run: tests/practice/node/package-lock.json
	@command -v npm >/dev/null || { echo "The tests drive a JavaScript client: apt-get install nodejs npm" >&2; exit 1; }
	@cd tests/practice/node && npm ci --silent --no-audit --no-fund
	@touch $@
