# Two commands do it all on a fresh machine with Python 3.11+, pip, venv and make:
#   make report            builds the default area's edition and prints the path of its index.html
#   make report AREA=Leeds another authority, by code or name; DATA="folder" adds publishers' files
#   make test              runs the tests;  make test-all  runs the slow ones too
#   make screenshots       pictures of the newest edition's pages, in outputs/screenshots
# There is no logic here that the `cyp` command does not have: Windows users call it directly.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE := $(VENV)/node/.ready

.PHONY: report test test-all screenshots lint lock env clean
.DELETE_ON_ERROR:

report: $(READY)
	@$(BIN)/cyp build $(if $(AREA),--area "$(AREA)") $(if $(DATA),--data "$(DATA)")

test: $(READY) $(NODE)
	@$(BIN)/python -m pytest -n auto --dist loadfile

test-all: $(READY) $(NODE)
	@HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n auto --dist loadfile -m "slow or not slow"

screenshots: $(READY)
	@$(BIN)/python -m cyp_analysis.tools.screenshots $(EDITION)

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

# The virtual environment, made again whenever the lock or the project file changes.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it and try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# The checker of HTML, where there is Node; without it the tests that need it say so and skip.
$(NODE): tests/pages/package-lock.json | $(READY)
	@mkdir -p $(@D) && cp tests/pages/package.json tests/pages/package-lock.json $(@D)
	@if ! command -v npm >/dev/null; then echo "No npm: the tests of valid HTML will skip."; \
	elif npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error; \
	then touch $@; else echo "npm could not install html-validate: its tests will skip."; fi

# For maintainers: refresh the lock and environment.yml from pyproject.toml.
lock:
	uv pip compile pyproject.toml --extra test --extra maps --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --output-file requirements.lock

env: $(READY)
	$(BIN)/python -m cyp_analysis.tools.envfile

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
