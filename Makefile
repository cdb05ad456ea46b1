# Everything that a fresh Linux with Python 3.11 or newer and make needs, in one step each. `make` alone lists the targets.

SHELL := /bin/sh
PORT ?= 8000
ARGS ?=
LOCALES := portal/translations
# The machine's own certificates too: behind a company's proxy npm fails without them.
NPM := NODE_OPTIONS=--use-system-ca .venv/bin/npm

VENV := .venv
PY := $(VENV)/bin/python
# The program that reads the types of the field client; npm's own shims would look for another node.
TSC := $(VENV)/bin/node node_modules/typescript/bin/tsc
BASE_PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)

HAS_VENV := $(BASE_PYTHON) -c 'import ensurepip, venv' 2>/dev/null
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300

# Stamps are named after the content of the locks: an unchanged lock is never installed twice, whatever its date says.
hash = $(shell cat $(1) 2>/dev/null | cksum | tr -d ' ')
PACKAGES := $(VENV)/.installed-$(call hash,requirements-dev.lock)
MODULES := node_modules/.installed-$(call hash,package-lock.json .npmrc)
PEER := benchmarks/peer/node_modules/.installed-$(call hash,benchmarks/peer/package-lock.json)
ASSETS := .make/assets-$(call hash,package-lock.json portal/assets.py static/icons.txt)

.PHONY: help run test check bench soak lock baseline assets setup translations messages chromium clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: setup ## Serve the portal on http://127.0.0.1:$(PORT), with demo data the first time
	@$(PY) -m portal migrate
	@$(PY) -m portal demo --if-empty
	@exec $(PY) -m portal serve --port $(PORT)

test: setup chromium ## Run the tests (ARGS="-k name" for some of them)
	$(PY) -m pytest -n 2 $(ARGS)

check: setup ## Look over the code without running it
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint --quiet templates
	$(TSC) -p tsconfig.json
	$(TSC) -p tsconfig.worker.json
	$(TSC) -p tests/field
	$(PY) -m pytest -q tests/architecture

bench: setup chromium $(PEER) ## Measure against bare implementations of the same work
	$(PY) -m benchmarks $(ARGS)

soak: setup ## Play 100,000 schedules of field sync going wrong (ARGS="--count N --seed N")
	$(PY) -m tests.fieldsync.simulation $(ARGS)
	FIELD_RUNS=10000 FIELD_KILLS=500 FIELD_SERVER_KILLS=50 FIELD_DATABASE_KILLS=50 \
	$(PY) -m pytest -q -s tests/field tests/browser/test_field_kills.py

baseline: setup ## Write the first migration anew from the mapped classes
	$(PY) -m models.baseline

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml
lock: $(PACKAGES) ## Pin the dependencies anew (ARGS="--upgrade" for newer ones)
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --extra dev --output-file requirements-dev.lock
	$(NPM) install --package-lock-only --ignore-scripts
	$(NPM) install --prefix benchmarks/peer --package-lock-only --ignore-scripts
	$(PY) -m portal.assets lock

assets: $(ASSETS) ## Copy the browser's files from the npm packages to static/vendor

setup: $(PACKAGES) $(ASSETS) translations ## Install everything that running and testing need

translations: $(PACKAGES)
	@for po in $(LOCALES)/*/LC_MESSAGES/*.po; do \
		[ ! -f "$$po" ] || [ "$${po%.po}.mo" -nt "$$po" ] || \
		$(VENV)/bin/pybabel --quiet compile --input-file "$$po" --output-file "$${po%.po}.mo" || exit 1; \
	done

BABEL := $(VENV)/bin/pybabel --quiet
# The field app's texts travel to the laptop, so they are a catalogue of their own: domain `field`.
messages: $(PACKAGES) ## Collect the texts of code and templates into the catalogues, and compile them
	@mkdir -p .make
	@set -e; for domain in messages field; do \
		mapping=babel.cfg; [ $$domain = messages ] || mapping=babel-$$domain.cfg; \
		$(BABEL) extract --mapping-file $$mapping --keywords "N_ _l lazy_gettext" --add-location file --sort-by-file \
			--project channel-portal --version 1 --output-file .make/$$domain.pot .; \
		for locale in tr it; do \
			$(BABEL) update --domain $$domain --input-file .make/$$domain.pot --output-dir $(LOCALES) --init-missing \
				--locale $$locale --no-fuzzy-matching --ignore-obsolete --width 120; \
		done; \
	done
	@$(MAKE) --no-print-directory translations

chromium: $(PACKAGES)
	@$(PY) -m tests.browser.chromium

$(PY):
	@[ -n "$(BASE_PYTHON)" ] || { echo "Python 3.11 or newer is needed: install it (apt-get install python3)."; exit 1; }
	@$(HAS_VENV) || { \
		package=$$($(BASE_PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			$(APT) update; $(APT) install -y "$$package" || $(APT) install -y python3-venv; \
		fi; \
		$(HAS_VENV) || { \
			echo "Python's venv module is missing. Install it and repeat:  sudo apt-get install $$package"; exit 1; }; }
	$(BASE_PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(PACKAGES): | $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip  # an environment whose making was cut off
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-*; touch $@

$(MODULES): | $(PACKAGES)
	$(NPM) ci --ignore-scripts --no-progress --loglevel=error
	@rm -f node_modules/.installed-*; touch $@

$(PEER): | $(PACKAGES)
	$(NPM) ci --prefix benchmarks/peer --ignore-scripts --no-progress --loglevel=error
	@rm -f benchmarks/peer/node_modules/.installed-*; touch $@

$(ASSETS): | $(MODULES)
	$(PY) -m portal.assets
	@mkdir -p .make; rm -f .make/assets-*; touch $@

clean: ## Remove what the set-up made; the data stays
	rm -rf .make node_modules benchmarks/peer/node_modules static/vendor build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	[ -L $(VENV) ] || rm -rf $(VENV)
