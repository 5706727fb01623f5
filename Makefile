# A one-word command for every chore. Each creates the environment that it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Each Whoosh in an environment of its own, $(VENV)-reloaded and so on.
FORKS := reloaded whoosh3 original
PACKAGE_reloaded := Whoosh-Reloaded
PACKAGE_whoosh3 := whoosh3
PACKAGE_original := Whoosh==2.7.4

# the 20,000-post sample, where it is beside the checkout
SAMPLE ?= ../shared/posts-20k.tar.xz

.PHONY: demo test test-forks $(FORKS:%=test-%) lint bench bench-growth clean

demo: $(VENV)/installed
	$(BIN)/searchkit rebuild-index --corpus corpus --index index
	$(BIN)/searchkit search 香港 通关 --index index -n 3
	$(BIN)/searchkit search '"全文檢索"' --index index -n 3

test: $(VENV)/test lint
	$(BIN)/python -m pytest

test-forks: $(FORKS:%=test-%)

$(FORKS:%=test-%): test-%: $(VENV)-%/test
	$(VENV)-$*/bin/python -m pytest tests/engines tests/query tests/test_api.py tests/test_index.py tests/test_indexing.py \
		tests/cli/test_cli_process.py

lint: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks $(SAMPLE)
	$(BIN)/python -m benchmarks $(SAMPLE) --posts 50000
	$(BIN)/python -m benchmarks.growth $(SAMPLE) --plot docs/growth.svg

# make bench-growth LARGE=--large goes up to 500,000 posts
bench-growth: $(VENV)/bench
	$(BIN)/python -m benchmarks.growth $(SAMPLE) $(LARGE) --plot docs/growth.svg

clean:
	rm -rf $(VENV) $(FORKS:%=$(VENV)-%) build dist *.egg-info

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

# compiled too, as pip does with what it copies: where Python may not write beside the modules, each start would
$(VENV)/installed: $(VENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q searchkit
	touch $@

$(VENV)/test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

$(FORKS:%=$(VENV)-%/test): $(VENV)-%/test: pyproject.toml
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	$(VENV)-$*/bin/python -m pip uninstall --quiet --yes Whoosh-Reloaded
	$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall '$(PACKAGE_$*)'
	touch $@

$(VENV)/bench: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@
