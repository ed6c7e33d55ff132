# Everything a technician or developer starts by hand; `make` lists it.
# Each target works on a fresh machine: it makes .venv and installs what it needs first.
# pip's own PIP_* variables are honoured, for a mirror or a CPU build of torch.

PYTHON ?= python3
PORT   ?= 8000
GOLD   ?= eval/gold/*.jsonl
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
BABEL  := $(BIN)/python -m babel.messages.frontend

VENV_STAMP    := $(VENV)/.stamp-venv
RUNTIME_STAMP := $(VENV)/.stamp-runtime
MODEL_VENV    := .venv-model
MODEL_STAMP   := $(MODEL_VENV)/.stamp
DEV_STAMP     := $(VENV)/.stamp-dev
PINS          := pyproject.toml constraints.txt

# What the machine itself decides stays out of the tests and off the network.
TEST_ENV := HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 TOKENIZERS_PARALLELISM=false

# A process for each core, each with one thread of its own; a file's tests stay together,
# since they share what was indexed. Four processes hold about 6 GB of models.
PARALLEL := -n auto --maxprocesses 4 --dist loadfile

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test check long eval train golden messages pictures corpus clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

run: $(RUNTIME_STAMP)  ## index corpus/ when no index fits, then serve http://127.0.0.1:8000 (PORT=)
	@$(BIN)/coi-qa index corpus --if-needed
	@exec $(BIN)/coi-qa serve --host 127.0.0.1 --port $(PORT)

test: $(DEV_STAMP)  ## every test but those marked long
	@OMP_NUM_THREADS=1 $(TEST_ENV) $(PYTEST) $(PARALLEL) -m "not long" $(PYTEST_ARGS)

check: $(DEV_STAMP)  ## lint, types, import contracts and the fast tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@OMP_NUM_THREADS=1 $(TEST_ENV) $(PYTEST) $(PARALLEL) -q \
		-m "not long and not model and not browser" $(PYTEST_ARGS) \
		tests/unit tests/contracts tests/architecture src

long: $(DEV_STAMP) $(MODEL_STAMP)  ## the tests marked long: minutes each (builds a model server)
	@$(TEST_ENV) $(PYTEST) -m long $(PYTEST_ARGS)

eval: $(RUNTIME_STAMP)  ## ask the gold questions, print the measures (fails below the gate; GOLD=)
	@$(BIN)/coi-qa index corpus --if-needed
	@$(BIN)/coi-qa eval $(GOLD)

train: $(DEV_STAMP)  ## train what is trained here again (five hours; needs COI_QA_SHARED)
	@$(BIN)/python eval/evidence/train.py --poquad "$(COI_QA_SHARED)/data/poquad"
	@$(BIN)/python eval/evidence/tune.py --poquad "$(COI_QA_SHARED)/data/poquad"
	@$(BIN)/python eval/scope/fit.py --write

golden: $(DEV_STAMP)  ## rebuild the golden PDFs and what is expected of them; read the diff
	@$(BIN)/python tests/golden/rebuild.py

messages: $(DEV_STAMP)  ## take the words of the pages into the English catalogue; fill in what is new
	@$(BABEL) --quiet extract -F babel.cfg --omit-header --no-location --sort-output \
		-o $(VENV)/messages.pot .
	@$(BABEL) --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header --width=88 -l en \
		-i $(VENV)/messages.pot -d src/coi_qa/web/locale

pictures: $(DEV_STAMP)  ## take the pictures of the README again (needs Debian's chromium)
	@$(BIN)/coi-qa index corpus --if-needed
	@$(TEST_ENV) $(BIN)/python docs/images/take.py

corpus: $(DEV_STAMP)  ## typeset the sample reports in corpus/ again
	@$(BIN)/python corpus/build.py

clean:  ## remove .venv and caches; indexes, state and eval runs stay
	@rm -rf $(VENV) $(MODEL_VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .grimp_cache
	@find src tests docker corpus eval -name __pycache__ -type d -prune -exec rm -rf {} +

# --- installing -----------------------------------------------------------------------

# A .venv that answers is kept; one that is broken or has an old Python is made anew.
$(VENV_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "coi-qa needs Python 3.11 or newer; '$(PYTHON)' is" \
			"'$$($(PYTHON) --version 2>&1 | tail -n 1)'." >&2; \
		echo "Install a newer one, or name it: make PYTHON=/path/to/python3.11" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "'$(PYTHON)' lacks its venv module." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	@if ! { $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			&& $(BIN)/python -m pip --version; } >/dev/null 2>&1; then \
		echo "making $(VENV)"; $(PYTHON) -m venv --clear $(VENV); fi
	@touch $@

$(RUNTIME_STAMP): $(VENV_STAMP) $(PINS)
	@echo "installing coi-qa (the first time: several minutes)"
	@$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(DEV_STAMP): $(VENV_STAMP) $(PINS)
	@echo "installing coi-qa and its tools (the first time: several minutes)"
	@$(PIP) install --quiet -c constraints.txt -e '.[dev,corpus,ocr]'
	@touch $(RUNTIME_STAMP) $@

# Apart from .venv: what the server needs is not what the service is pinned to.
$(MODEL_STAMP): tests/long/model_server.txt
	@echo "building a model server for the long tests (some 20 minutes; needs c++)"
	@$(PYTHON) -m venv $(MODEL_VENV)
	@$(MODEL_VENV)/bin/python -m pip install --quiet -r tests/long/model_server.txt
	@touch $@
