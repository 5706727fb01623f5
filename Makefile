# A one-word command for every chore. Each creates the environment that it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# the 20,000-post sample, where it is beside the checkout
SAMPLE ?= ../shared/posts-20k.tar.xz

.PHONY: demo test lint bench bench-growth clean

demo: $(VENV)/installed
	$(BIN)/searchkit rebuild-index --corpus corpus --index index
	$(BIN)/searchkit search 香港 通关 --index index -n 3
	$(BIN)/searchkit search '"全文檢索"' --index index -n 3

test: $(VENV)/test lint
	$(BIN)/python -m pytest

lint: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks $(SAMPLE)
	$(BIN)/python -m benchmarks $(SAMPLE) --posts 50000

# make bench-growth LARGE=--large goes up to 500,000 posts
bench-growth: $(VENV)/bench
	$(BIN)/python -m benchmarks.growth $(SAMPLE) $(LARGE) --plot docs/growth.svg

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

$(VENV)/bench: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@
