# What one does here, each thing in one word. Targets make .venv when it is missing.
VENV   := .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
# Packages that benchmarks compare with, apart from our own.
PEERS  := $(VENV)/peers/.ready
PEERS_PYTHON := $(VENV)/peers/bin/python
# Two processes suit a small machine; `make test JOBS=0` runs in one, for a debugger.
JOBS   ?= 2

.PHONY: help install refresh ui test slow every-test spark lint format types docs manual picture check sample bench \
	bench-large bench-compare pins clean

help:             ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

install: $(READY) ## what is needed into .venv, and nothing built

refresh: $(READY) ## build the warehouse from raw/, and say where to look next
	@$(BIN)/nqpf refresh

ui: $(READY)      ## the lineage graph in Dagster, on 127.0.0.1:3000
	@$(BIN)/nqpf ui

test: $(DEV)      ## the quick tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

slow: $(DEV)      ## the slow tests: wheel, browser, simulations, the built sample
	@$(BIN)/python -m pytest -m slow -n $(JOBS) --dist worksteal

every-test: $(DEV) ## both, in one run
	@$(BIN)/python -m pytest -m 'slow or not slow' -n $(JOBS) --dist worksteal

spark: $(DEV)     ## Apache Spark beside DuckDB: installs PySpark, once, and needs Java 17
	@$(PIP) install --constraint constraints.txt --editable '.[spark]'
	@$(BIN)/python -m pytest -m slow -n 0 tests/warehouse/test_spark.py

lint: $(DEV)      ## style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(DEV)    ## mend what of the style can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(DEV)     ## types
	@$(BIN)/mypy

docs: $(DEV)      ## write anew the pages that are made from the code
	@$(BIN)/python -m tests.docs.generated

manual: $(DEV)    ## the documentation as a site, in build/manual/site; a dead link stops it
	@$(BIN)/python -m tests.docs.manual build/manual

picture: refresh  ## draw the picture of the README anew
	@$(BIN)/nqpf plot province.nqpf --output docs/images/nqpf.svg

check: lint types every-test ## everything that CI runs

sample: $(DEV)    ## write raw/ anew: the synthetic files of the two sample studies
	@$(BIN)/python -m sample raw

bench: $(DEV) $(PEERS) ## measure time and memory beside other packages, and write docs/benchmarks.md
	@$(BIN)/python -m benchmarks.suite --peers $(PEERS_PYTHON)

bench-large: $(DEV) $(PEERS) ## the same with up to millions of rows; an hour
	@$(BIN)/python -m benchmarks.suite --large --peers $(PEERS_PYTHON)

bench-compare: $(DEV) $(PEERS) ## measure, and say which ratios have changed since the page was written
	@$(BIN)/python -m benchmarks.suite --compare --peers $(PEERS_PYTHON)

pins: $(DEV)      ## newest versions of everything into constraints.txt; run `make check` after it
	@rm -rf build/pins && $(PYTHON) -m venv build/pins
	@build/pins/bin/python -m pip install -qq --upgrade pip hatchling setuptools
	@build/pins/bin/python -m pip install -qq --editable '.[export,figures,server,shell,mcp,spark,storage]' --group dev --group fuzz
	@grep '^#' constraints.txt > build/pins/constraints.txt
	@build/pins/bin/python -m pip freeze --all --exclude-editable >> build/pins/constraints.txt
	@mv build/pins/constraints.txt constraints.txt && rm -r build/pins

clean:            ## remove what was built, not what was installed
	rm -rf .dagster build dist
	find warehouse -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

# pip itself is pinned too: the one that comes with Python may not know dependency groups.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || { echo "setting up $(VENV), once: about a minute" >&2; $(PYTHON) -m venv $(VENV); }
	@$(PIP) install --upgrade --constraint constraints.txt pip
	@$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable '.[export,figures,server,shell,mcp,storage]'
	@touch $@

$(DEV): $(READY)
	@echo "installing what tests and checks need, once" >&2
	@$(PIP) install --constraint constraints.txt --group dev
	@touch $@

$(PEERS): benchmarks/suite/peers.txt
	@echo "installing the packages that benchmarks compare with, once" >&2
	@$(PYTHON) -m venv $(VENV)/peers
	@$(PEERS_PYTHON) -m pip -qq --disable-pip-version-check install -r $<
	@touch $@
