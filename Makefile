# make run    the whole product on http://127.0.0.1:8000
# make test   linter, formatter, types and the test suite
# make lint   only the first three
# make bench  what completions, sweeps and memory cost, beside the same SQL and the stock recipe
# make chaos  what killed workers, a lost broker, standstills and wrong clocks do: about an hour
# make attack requests that nobody thought of, to every call of the machine API: minutes
# make mutants  what checks and walk say of a thousand slips in a diagram, beside running them: minutes
# make indicators PM4PY=…/bin/python  whether pm4py finds in the event log what the report says
# make pictures  the pictures of the owner's page, taken while the ten edits are tried: minutes
# make folder FOLDER=…  everything that a server without internet is installed from, tried out
# make golden   keep what this program writes, for all programs after it to read (at each release)
# make lock   choose new versions of everything and pin them by hash

SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.9
# as many as the machine has processors, but for memory no more than four
TEST_WORKERS ?= $(shell n=$$(nproc); echo $$((n > 4 ? 4 : n)))
PIN := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

# uv would otherwise look for a Python of its own on the network
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/.venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# every part of the product would otherwise compile all of it anew at each start
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test lint bench chaos attack mutants indicators pictures golden folder lock clean

run: export KSDD_ENV := $(or $(KSDD_ENV),development)
run: .venv/.product
	@exec .venv/bin/ksdd serve

test: lint
	@exec .venv/bin/pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

lint: .venv/.product .venv/.tools
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: .venv/.product .venv/.tools
	@exec .venv/bin/python -m tests.bench

chaos: .venv/.product .venv/.tools
	@KSDD_TEST_RACES=300 .venv/bin/pytest tests/faults/test_races.py
	@KSDD_TEST_TAMPERS=1000 .venv/bin/pytest tests/faults/test_tampers.py
	@exec .venv/bin/python -m tests.chaos $(CHAOS_ARGS)

attack: .venv/.product .venv/.tools
	@exec .venv/bin/python -m tests.webhooks.api.attack $(ATTACK_ARGS)

mutants: .venv/.product .venv/.tools
	@exec .venv/bin/python -m tests.engine.agreement $(or $(MUTANTS),1000)

# pm4py is AGPL and large: it stays in an interpreter of its own that somebody names
indicators: .venv/.product .venv/.tools
	@test -n "$(PM4PY)" || { echo 'Sebutkan interpreter yang mempunyai pm4py: make indicators PM4PY=/tmp/pm4py/bin/python' >&2; exit 1; }
	.venv/bin/python -m tests.outside.make_log $(or $(KSDD_DATA),var)/indicators
	@$(PM4PY) tests/outside/agree_with_pm4py.py $(or $(KSDD_DATA),var)/indicators

pictures: .venv/.product .venv/.tools
	mkdir -p $(or $(KSDD_DATA),var)/pictures
	KSDD_TEST_PICTURES=$(or $(KSDD_DATA),var)/pictures .venv/bin/pytest -n0 tests/browser/test_ten_edits*.py
	.venv/bin/python -m tests.browser.small_pictures $(or $(KSDD_DATA),var)/pictures processes/gambar

folder: .venv/.product
	@exec sh worker/server/siapkan.sh "$(or $(FOLDER),dist/ksdd)"

golden: .venv/.product .venv/.tools
	@exec .venv/bin/python -m tests.golden

lock: .venv/.uv
	.venv/bin/uv pip compile pyproject.toml --group build $(PIN) --upgrade -o requirements.txt
	.venv/bin/uv pip compile --group pyproject.toml:dev -c requirements.txt $(PIN) --upgrade -o requirements-dev.txt
	@! grep -nE 'https?://' requirements.txt requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache *.egg-info

# Each stamp is written last, so a step that was cut short is done again.
.venv/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'KSDD memerlukan Python 3.11 atau lebih baru. Tunjuk yang lain dengan: make run PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo 'Modul venv belum terpasang. Jalankan: sudo apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet uv==$(UV_VERSION)
	@touch $@

.venv/.product: .venv/.uv requirements.txt pyproject.toml
	.venv/bin/uv pip install --quiet --require-hashes -r requirements.txt
	.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --offline -e .
	@touch $@

.venv/.tools: .venv/.uv .venv/.product requirements-dev.txt
	.venv/bin/uv pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
