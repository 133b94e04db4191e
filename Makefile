# make demo and make test are all a newcomer needs: Python 3.11, pip and make.
export UV_PYTHON_DOWNLOADS = never
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
DEMO_HOMES ?= demo-homes
SERVE ?= 1
PORT ?= 8000

.PHONY: setup web dev demo serve check test accept coverage load bench docs screenshots lock clean

setup: .venv/.base

.tools/bin/uv:
	$(PYTHON) -m pip install --quiet --target .tools uv

.venv/.base: .tools/bin/uv requirements/base.txt pyproject.toml
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
	touch $@

web: .venv/.web

.venv/.web: .venv/.base requirements/web.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/web.txt
	touch $@

serve: web
	$(BIN)/kernklant serve --home $(DEMO_HOMES)/de-vries-techniek --port $(PORT)

dev: .venv/.dev

.venv/.dev: .venv/.base requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	touch $@

# SERVE=0 ends after the evaluations.
demo: setup web
	$(BIN)/kernklant demo --homes $(DEMO_HOMES)
	@if [ "$(SERVE)" != 0 ]; then $(MAKE) --no-print-directory serve; fi

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_architecture.py

test: check
	$(BIN)/python -m tests.environments
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	env -u KERNKLANT_REQUESTS $(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n 2 --dist loadgroup tests/web

# The long proofs, about three hours: twenty invented companies whose future is known, then 1,000
# kills, every fault of a disk in turn, 1.6 million generated cells, 10,000 evaluations twice.
accept: dev
	$(BIN)/python -m benchmarks.truth
	$(BIN)/python -m tests.environments
	$(BIN)/python -m tests.accept

# Every branch of ledger and store, a quarter of an hour. Readers may write no file, so they cannot
# tell what they did: first they read in the process of the tests, then the rest runs as it is,
# but for the bombs: a reader that is watched is too slow for its second.
coverage: dev
	mkdir -p .build/coverage && rm -f .build/coverage/*
	$(BIN)/python -m coverage run -m pytest -n 2 -p tests.reading_here \
	  --ignore tests/engine/ledger/test_apart.py --ignore tests/engine/ledger/test_hostile.py \
	  tests/engine/ledger tests/engine/store tests/engine/evaluation tests/cli tests/contracts
	$(BIN)/python -m coverage run -m pytest -n 2 -k "not bomb" tests/engine/ledger/test_apart.py \
	  tests/engine/ledger/test_hostile.py tests/conformance tests/faults
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

# Fifty people at a million customers, a quarter of an hour.
load: dev
	$(BIN)/python -m benchmarks.load

bench: dev
	$(BIN)/python -m benchmarks

docs: dev
	$(BIN)/python -m docs.build

screenshots: dev
	$(BIN)/kernklant demo --homes $(DEMO_HOMES)
	$(BIN)/python -m docs.screenshots $(DEMO_HOMES)

lock: .tools/bin/uv
	for name in base web postgres dev spark duckdb-oldest; do \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	    --no-annotate --no-header requirements/$$name.in -o requirements/$$name.txt; done
	$(UV) pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url \
	  --no-annotate --no-header requirements/bench.in -o requirements/bench.txt
	$(UV) pip compile --quiet --generate-hashes --python-version 3.12 --no-emit-index-url \
	  --no-annotate --no-header requirements/bench-pymc.in -o requirements/bench-pymc.txt

clean:
	rm -rf .venv .tools .build $(DEMO_HOMES)
