# Two commands matter: `make run` and `make test`. Both set up what they need; nothing but Python >= 3.11 and make is assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q

.PHONY: run setup test lock

run: setup
	$(BIN)/python -m bot serve

setup: $(VENV)/.installed

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("掌柜帮 needs Python 3.11, 3.12 or 3.13; this is %d.%d. Set PYTHON=/path/to/python3.12" % sys.version_info[:2] if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.txt | $(VENV)/.python
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(VENV)/.python
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

test: $(VENV)/.installed-dev
	@BIN=$(BIN) sh tests/run

# New versions: needs uv; the locks carry hashes and no addresses.
lock:
	uv pip compile pyproject.toml --extra ocr --extra s3 $(LOCK) --upgrade -o requirements.txt
	uv pip compile pyproject.toml $(LOCK) -c requirements.txt -o requirements-lean.txt
	uv pip compile pyproject.toml --extra ocr --extra s3 --group dev $(LOCK) -c requirements.txt -o requirements-dev.txt
