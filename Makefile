# `make` alone says what can be made.
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.ready
export OMP_NUM_THREADS ?= 1

.PHONY: help setup run test check bench gpu clean

help:
	@echo "make run     set up, fetch the VGG-19 weights, serve the API and the practice page"
	@echo "make test    set up, run the tests"
	@echo "make check   format, lint, types, layers: what CI runs first"
	@echo "make bench   measure accuracy on real handwriting (../shared/ink), speed and memory"
	@echo "make gpu     run the GPU tests, then measure painting on this machine's card, into gpu.json"
	@echo "make setup   only make the environment, in .venv"
	@echo "make clean   remove the environment"

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@[ $$(df -Pk . | awk 'NR==2 {print $$4}') -gt 8000000 ] || { echo "8 GB of free disk are needed here (torch alone takes 5.5 GB): free some and run make again"; exit 1; }
	$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet torch==2.14.1 torchvision==0.29.1 -c constraints.txt || { echo "torch could not be installed: is the package index reachable, and is there room on the disk? The reason stands above."; exit 1; }
	@$(BIN)/pip install --quiet -e '.[service,postgres,redis,s3,anki,style,video,train,fit,plots,dev]' -c constraints.txt || { echo "The packages could not be installed: is the package index reachable, and is there room on the disk? The reason stands above."; exit 1; }
	@touch $@

setup: $(STAMP)

run: setup
	$(BIN)/hitsujun data build references
	$(BIN)/hitsujun weights fetch vgg19
	$(BIN)/hitsujun serve

test: setup
	$(BIN)/python -m pytest -q

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m tests.bench.grading ../shared/ink/people.jsonl.gz
	$(BIN)/python -m tests.bench.endings
	$(BIN)/python -m tests.bench.graders
	$(BIN)/python -m tests.bench.recognition
	$(BIN)/python -m tests.bench.rereading
	$(BIN)/python -m tests.bench.cursive
	$(BIN)/python -m tests.bench.compression --every 2
	$(BIN)/python -m tests.bench.stroke_order
	$(BIN)/python -m tests.bench.calibration
	$(BIN)/python -m tests.bench.writing
	$(BIN)/python -m tests.bench.rivals
	$(BIN)/python -m tests.bench.alignment
	$(BIN)/python -m tests.bench.evaluation
	$(BIN)/python -m tests.bench.descent ../shared/pictures/tubingen.jpg ../shared/pictures/starry_night.jpg
	$(BIN)/python -m tests.bench.parity ../shared/pictures/tubingen.jpg ../shared/pictures/starry_night.jpg --coarse-steps 50
	$(BIN)/python -m tests.bench.realism
	$(BIN)/python -m tests.bench.casia
	$(BIN)/python -m tests.bench.conversion
	$(BIN)/python -m tests.bench.feeding
	$(BIN)/python -m tests.bench.backbones
	$(BIN)/python -m tests.bench.presets
	$(BIN)/python -m tests.bench.style_losses
	$(BIN)/python -m tests.bench.dream
	$(BIN)/python -m tests.bench.dream_within

gpu: setup
	$(BIN)/python -m tests.bench.gpu

clean:
	rm -rf .venv
