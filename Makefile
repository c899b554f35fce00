# make lab rehearses the sample network; make test runs the tests. Both set up what they need first.
PYTHON ?= python3

# Two for each processor: many tests wait for daemons, machines that boot, caches that expire. With more, tests that bound a time
# are starved now and then. A module runs in one worker: its tests share machines and daemons, and some go on from each other.
WORKERS ?= $(shell expr $$(nproc) \* 2)

# Compiled modules are kept, whatever the caller's shell says: reading them anew costs each worker six seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-gate setup-vm lab test test-long test-vm test-fast lint
setup:
	@$(PYTHON) -m tools.setup

setup-gate:
	@$(PYTHON) -m tools.setup --for gate

setup-vm:
	@$(PYTHON) -m tools.setup --for vm

lab: setup
	@.venv/bin/ffinfra lab run

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

test-fast: setup
	.venv/bin/python -m pytest -n auto -m "not full and not root"

test: lint
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not long and not vm"

test-long: setup
	.venv/bin/python -m pytest -m long

test-vm: setup-vm
	timeout 3600 .venv/bin/python -m pytest -m vm
