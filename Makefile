# A one-word command for every chore. Each creates the environment that it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := -m pip --quiet --disable-pip-version-check
# a part of requirements.txt: only what is in it, each file by its hash, what has no wheel built by what is here
LOCKED := $(PIP) install --no-deps --no-build-isolation --use-pep517 --require-hashes --requirement

# Each Whoosh in an environment of its own, $(VENV)-reloaded and so on.
FORKS := reloaded whoosh3 original
PACKAGE_reloaded := Whoosh-Reloaded
PACKAGE_whoosh3 := whoosh3
PACKAGE_original := Whoosh==2.7.4

# the 20,000-post sample, where it is beside the checkout
SAMPLE ?= ../shared/posts-20k.tar.xz

.PHONY: demo demo-cluster test test-cluster test-latest mutants test-forks $(FORKS:%=test-%) torture lint lock catalogs dist bench bench-growth clean

demo: $(VENV)/installed
	$(BIN)/searchkit rebuild-index --corpus corpus --index index
	$(BIN)/searchkit search 香港 通关 --index index -n 3
	$(BIN)/searchkit search '"全文檢索"' --index index -n 3

# the same on a node of OpenSearch: Java 17, Maven
demo-cluster: $(VENV)/test
	PATH=$(abspath $(BIN)):$$PATH PYTHONPATH=tests $(BIN)/python -m opensearch "set -ex; \
		searchkit rebuild-index --corpus corpus; \
		searchkit search 香港 通关 -n 3; \
		searchkit search '\"全文檢索\"' -n 3"

test: $(VENV)/test lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# what needs nodes of OpenSearch; skipped where Java 17, Maven or a network are missing
test-cluster: $(VENV)/test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m opensearch -rs

# with the newest of everything, made anew each time: passes before make lock is committed
test-latest:
	$(PYTHON) -m venv --clear $(VENV)-latest
	$(VENV)-latest/bin/python $(PIP) install --upgrade pip setuptools wheel
	$(VENV)-latest/bin/python $(PIP) install --no-build-isolation --editable '.[browse,serve,notebook,mcp,watch,opensearch,eval,test,lint]'
	$(VENV)-latest/bin/ruff check .
	$(VENV)-latest/bin/mypy
	$(VENV)-latest/bin/python -m pytest

test-forks: $(FORKS:%=test-%)

# what Whoosh sees of the index; nothing else imports Whoosh
$(FORKS:%=test-%): test-%: $(VENV)-%/test
	$(VENV)-$*/bin/python -m pytest tests/engines/test_whoosh_door.py tests/engines/test_whoosh_docs.py \
		tests/reliability/test_whoosh_killed.py

# every kind of attack on an index: make torture SEED=1 MINUTES=60 KINDS="kills readers"; AGAIN=1/kills/3 is one round again
torture: $(VENV)/test
	PYTHONPATH=tests $(BIN)/python -m torture $(KINDS) $(SEED:%=--seed %) $(MINUTES:%=--minutes %) $(AGAIN:%=--round %)

# each promise of docs/reliability.md broken by one line: its test must fail
mutants: $(VENV)/test
	$(BIN)/python tools/mutants.py

lint: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/mypy

# the newest versions into requirements.txt
lock: $(VENV)-lock/uv
	$(VENV)-lock/bin/python tools/lock.py

# the messages of the code into searchkit/locale/, and those compiled
catalogs: $(VENV)/test
	$(BIN)/python tools/catalogs.py

# a wheel and a source archive in dist/
dist: $(VENV)/test
	rm -rf dist
	$(BIN)/python -m build --no-isolation

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks $(SAMPLE)
	$(BIN)/python -m benchmarks $(SAMPLE) --posts 50000
	$(BIN)/python -m benchmarks.growth $(SAMPLE) --plot docs/growth.svg

# make bench-growth LARGE=--large goes up to 500,000 posts
bench-growth: $(VENV)/bench
	$(BIN)/python -m benchmarks.growth $(SAMPLE) $(LARGE) --plot docs/growth.svg

clean:
	rm -rf $(VENV) $(VENV)-latest $(VENV)-lock $(FORKS:%=$(VENV)-%) build dist *.egg-info

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

# the part of requirements.txt under a heading; it counts on the parts above
$(VENV)/%.txt: requirements.txt $(VENV)/python
	awk '/^## / { wanted = ($$2 == "$*") } wanted' requirements.txt > $@

# compiled too, as pip does with what it copies: where Python may not write beside the modules, each start would
$(VENV)/installed: $(VENV)/build.txt $(VENV)/run.txt pyproject.toml
	$(BIN)/python $(LOCKED) $(VENV)/build.txt
	$(BIN)/python $(LOCKED) $(VENV)/run.txt
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q searchkit
	touch $@

$(VENV)/test: $(VENV)/test.txt $(VENV)/installed
	$(BIN)/python $(LOCKED) $(VENV)/test.txt
	touch $@

$(FORKS:%=$(VENV)-%/test): $(VENV)-%/test: pyproject.toml
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	$(VENV)-$*/bin/python -m pip uninstall --quiet --yes Whoosh-Reloaded
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall '$(PACKAGE_$*)'
	touch $@

$(VENV)/bench: $(VENV)/bench.txt $(VENV)/test
	$(BIN)/python $(LOCKED) $(VENV)/bench.txt
	touch $@

$(VENV)-lock/uv:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python $(PIP) install uv
	touch $@
