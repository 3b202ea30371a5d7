# The four things one does here. Every target makes .venv when it is missing.
VENV   := .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev

.PHONY: refresh test ui lint types docs check sample clean help

help:             ## what can be made
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

refresh: $(READY) ## build the warehouse from raw/, and say where to look next
	@$(BIN)/nqpf refresh

ui: $(READY)      ## the lineage graph in Dagster, on 127.0.0.1:3000
	@$(BIN)/nqpf ui

test: $(DEV)      ## the quick tests
	@$(BIN)/python -m pytest

slow: $(DEV)      ## the slow tests
	@$(BIN)/python -m pytest -m slow

lint: $(DEV)      ## style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV)     ## types
	@$(BIN)/mypy

sample: $(DEV)    ## write raw/ anew: the synthetic files of the two sample studies
	@$(BIN)/python -m nqpf_assets.sample raw

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev
	@touch $@

clean:            ## remove what was built, not what was installed
	rm -rf warehouse .dagster build dist
