# `make` alone says what can be made.
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.ready
export OMP_NUM_THREADS ?= 1

.PHONY: help setup lock run test test-all check docs torture benchmarks bench gpu clean

help:
	@echo "make run     set up, build and fetch what is missing, serve the API and the practice page"
	@echo "             (make run SERVE='--port 8001': any options of hitsujun serve)"
	@echo "make test    set up, run the tests but for the slow ones, some minutes"
	@echo "make test-all  run all tests, as CI does"
	@echo "make check   format, lint, types, layers: what CI runs first"
	@echo "make docs    build the site of the documents, in site/"
	@echo "make torture mutated files for every reader, everything killed and resumed; up to an hour"
	@echo "make benchmarks  measure the figures of docs/benchmarks.md, rivals too, and write that page"
	@echo "make bench   measure more: accuracy on real handwriting (../shared/ink), speed and memory"
	@echo "make gpu     run the GPU tests, then measure painting on this machine's card, into gpu.json"
	@echo "make setup   only make the environment, in .venv (LOCKED=1: by the hashes of locked.txt)"
	@echo "make lock    write locked.txt after a change of constraints.txt; needs uv"
	@echo "make clean   remove the environment"

# torch first and by itself, so that it comes from where pip is told to take it from.
TORCH := torch==2.14.1 torchvision==0.29.1
EXTRAS := service,postgres,redis,s3,anki,style,video,train,stream,fit,plots,docs,dev
PIP := $(BIN)/pip --disable-pip-version-check install -qq --root-user-action=ignore
# uv is faster, but knows nothing of pip's indexes, folders and constraints: so not where pip has any.
UV := $(shell command -v uv >/dev/null && ! $(PYTHON) -m pip config list 2>/dev/null | grep -qE 'index|find-links|constraint' && echo uv pip install -q --python $(BIN)/python)
INSTALL = $(or $(UV),$(PIP))

$(STAMP): pyproject.toml constraints.txt locked.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is `$(PYTHON) --version`; 3.11 is needed: install it, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@[ $$(df -Pk . | awk 'NR==2 {print $$4}') -gt 8000000 ] || { echo "8 GB of free disk are needed here (torch alone takes 5.5 GB): free some and run make again"; exit 1; }
	@echo "1 of 3: an environment in .venv, some seconds"
	@$(PYTHON) -m venv .venv
	@echo "2 of 3: torch, 5.5 GB on the disk: 1 to 5 minutes, by the speed of the network and the disk"
	@$(INSTALL) $(TORCH) -c constraints.txt || { echo "torch could not be installed: is the package index reachable, and is there room on the disk? The reason stands above."; exit 1; }
	@echo "3 of 3: hitsujun and the other packages: about a minute"
	@if [ -n "$(LOCKED)" ]; then $(PIP) --no-deps --require-hashes -r locked.txt && $(PIP) --no-deps --no-build-isolation -e .; \
	else $(INSTALL) -e '.[$(EXTRAS)]' -c constraints.txt; fi || { echo "The packages could not be installed: is the package index reachable, and is there room on the disk? The reason stands above."; exit 1; }
	@touch $@

setup: $(STAMP)

# The hashes of all pins but those of torch, which comes from where pip is told to take it from: a mirror
# or a folder has builds of its own, with hashes of their own. `make setup LOCKED=1` installs by them.
UNLOCKED := torch torchvision triton $(shell grep -oE '^(nvidia|cuda)[^=]*' constraints.txt)
lock:
	printf 'hatchling\neditables\ntrove-classifiers\n' | uv pip compile constraints.txt - --no-deps --generate-hashes \
		--no-header --no-annotate --python-version 3.11.7 -q -o locked.txt $(UNLOCKED:%=--no-emit-package %)
	sed -i '1i # constraints.txt with the sha256 of every file of each package, without torch and its libraries: `make lock`.' locked.txt

run: setup
	@$(BIN)/hitsujun serve --prepare $(SERVE)

# As many processes as the machine that this is measured on has cores; each may take 2 GB.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

test: setup
	@$(PYTEST) -m "not slow"
	@echo "Left out: the tests marked slow: whole trainings, long comparisons, most of the practice page. make test-all runs them too."

test-all: setup
	@$(PYTEST) --durations=30

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Its short part, with seeds, is in the tests.
torture: setup
	HITSUJUN_TORTURE=300 timeout 1200 $(BIN)/python -m pytest -q tests/test_hostile_files.py
	timeout 900 $(BIN)/python -m tests.bench.fuzz --count 50000
	timeout 900 $(BIN)/python -m pytest -q tests -k "killed or interrupted or resumed or full_disk or read_only"
	timeout 900 $(BIN)/python -m tests.bench.service crash --rounds 40
	timeout 300 $(BIN)/python -m tests.bench.service abuse

# The figures of docs/benchmarks.md, in about ten minutes.
FIGURES := docs/benchmarks.json
benchmarks: setup
	$(BIN)/hitsujun bench --json $(FIGURES) --plot docs/benchmarks.png > /dev/null
	$(BIN)/python -m tests.bench.recognition --every 3 --json $(FIGURES)
	$(BIN)/python -m tests.bench.grading ../shared/ink/people.jsonl.gz --json $(FIGURES)
	$(BIN)/python -m tests.bench.rivals --every 10 --json $(FIGURES)
	$(BIN)/python -m tests.bench.report

# All that the other pages of docs say was printed, in some hours, and what no page says.
bench: benchmarks
	$(BIN)/python -m tests.bench.pages --run bench hitsujun
	$(BIN)/python -m tests.bench.compression --every 2
	$(BIN)/python -m tests.bench.stroke_order
	$(BIN)/python -m tests.bench.calibration
	$(BIN)/python -m tests.bench.realism
	$(BIN)/python -m tests.bench.style_losses

gpu: setup
	$(BIN)/python -m tests.bench.gpu

clean:
	rm -rf .venv
