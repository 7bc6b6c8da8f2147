# Every target sets up what it needs first; what is in place is skipped within a second.
# PYTHON=python3.12 names the Python to start from; ARGS="…" is passed on to the program.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
SETUP := $(PYTHON) ops/setup.py
PYTEST := export YIZHAN_CHROMIUM="$$(node ops/chromium.mjs)" && $(VENV_PYTHON) -m pytest -q
TOLD := .cache/tests
PAGES := tests/e2e
FEW := 5
BESIDE := $(addprefix tests/,architecture assistant bench_wait cards core office replay search sim \
          store web wire)
CHECKS := check-format check-lint check-types check-imports check-wire check-locks \
          check-front-end check-front-end-types

export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup run demo test check bench lock test-back-end test-front-end \
        test-clocked test-pages test-again test-beside test-said $(CHECKS)
.DEFAULT_GOAL := help

help: ## What there is
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 12

setup: ## Install everything into this directory: no root needed
	@$(SETUP)

run: setup ## Start the hall; Ctrl-C stops it
	@exec $(VENV_PYTHON) -m backend run $(ARGS)

demo: setup ## Start a hall with sample data and simulated visitors
	@exec $(VENV_PYTHON) -m backend demo $(ARGS)

test: setup ## Run all tests, on real servers and in a real browser
ifdef ARGS
	@$(MAKE) --no-print-directory --keep-going --jobs=1 test-back-end test-front-end
else
	@rm -rf $(TOLD) && mkdir -p $(TOLD)
	@$(MAKE) --no-print-directory --keep-going --jobs=2 test-clocked test-pages test-beside test-said; \
	status=$$?; cat $(TOLD)/pages $(TOLD)/beside $(TOLD)/front-end; \
	$(MAKE) --no-print-directory test-again || status=$$?; \
	cd $(TOLD); grep -sE '^(FAILED|ERROR| FAIL) ' clocked pages again beside front-end; exit $$status
endif

check: ## Format, lint, types, layers, generated files: under a minute
	@$(SETUP) python node
	@$(MAKE) --no-print-directory --keep-going --jobs=4 --output-sync=target $(CHECKS)
	@echo "All checks passed."

bench: setup ## Measure speed
	@$(VENV_PYTHON) -m tests.bench $(ARGS)

.PHONY: bench-day
bench-day: setup ## Live a day of 5,000 visitors on real processes as fast as it goes
	@$(VENV_PYTHON) -m tests.bench_day $(ARGS)

.PHONY: bench-hub
bench-hub: setup ## Measure ten thousand sockets beside other servers; needs a C compiler
	@$(VENV_PYTHON) -m tests.bench_hub $(ARGS)

.PHONY: bench-soak
bench-soak: setup ## Watch the hub's memory for MINUTES=10 under clients that misbehave
	@$(VENV_PYTHON) -m tests.bench_hub.soak $(MINUTES)

.PHONY: soak-pages
soak-pages: setup ## Watch the memory of open pages under a day's events in MINUTES=15
	@YIZHAN_CHROMIUM="$$(node ops/chromium.mjs)" $(VENV_PYTHON) -m tests.soak_pages $(MINUTES)

.PHONY: bench-failover
bench-failover: setup ## Kill the primary of a replicated Redis under load, and count
	@$(VENV_PYTHON) -m tests.bench_failover $(ARGS)

.PHONY: soak-printer
soak-printer: setup ## Print TICKETS=5000 at a virtual printer; what the agent grows by
	@$(VENV_PYTHON) -m tests.agents.printer.soak $(TICKETS)

.PHONY: sim
sim: setup ## Live SEEDS=1000 simulated days FROM=0, on JOBS=2 processes
	@$(VENV_PYTHON) -m tests.sim --seeds $(or $(SEEDS),1000) --from $(or $(FROM),0) \
		$(if $(JOBS),--jobs $(JOBS)) $(if $(MINUTES),--minutes $(MINUTES))

.PHONY: chaos
chaos: setup ## Live SEEDS=20 on a bad network with killed hubs, FROM=0, for MINUTES=60 at most
	@$(VENV_PYTHON) -m tests.processes.chaos --seeds $(or $(SEEDS),20) --from $(or $(FROM),0) \
		--minutes $(or $(MINUTES),60)

.PHONY: fuzz-http
fuzz-http: setup ## Send made-up requests to every HTTP route, as every role, for MINUTES=10 FROM=1
	@$(VENV_PYTHON) -m tests.fuzz_http $(or $(MINUTES),10) $(or $(FROM),1)

.PHONY: soak-voice
soak-voice: setup ## A day's calls through a display agent at 100 times the speed: 15 minutes
	@$(VENV_PYTHON) -m tests.agents.display.soak $(ARGS)

.PHONY: rush-voice
rush-voice: setup ## 100 calls in a minute, and 31 at once, through a display agent in real time: 3 minutes
	@$(VENV_PYTHON) -m tests.agents.display.rush $(ARGS)

.PHONY: bench-wait
bench-wait: setup ## Measure wait estimates on DATA=file (docs/wait.md)
	@$(VENV_PYTHON) -m tests.bench_wait $(DATA) $(ARGS)

.PHONY: bench-year
bench-year: setup ## Live, store and count a year of the reference hall; ask and check its figures
	@$(VENV_PYTHON) -m tests.bench_year $(ARGS)

.PHONY: bench-search
bench-search: setup ## Measure search and assistant, on QUERIES=file or the project's own (docs/search.md)
	@$(VENV_PYTHON) -m tests.bench_search $(QUERIES) $(ARGS)

lock: ## Pin what pyproject.toml and package.json ask for; ARGS=--upgrade renews
	@$(SETUP) python
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes \
		--no-annotate --no-header --quiet $(ARGS) -o requirements.lock
	npm install --package-lock-only --no-fund --no-audit
	@$(MAKE) --no-print-directory check-locks

test-back-end:
	@$(PYTEST) $(ARGS)

test-front-end:
	@npm test --silent

# Half of the time of what watches a clock (agents, processes that die, pages in a browser) is waiting,
# so the pages are beside the rest, and then what only computes or asks and is answered, which gives
# way.  A new directory watches the clock until it is named here.
test-clocked: SHELL := bash
test-clocked: .SHELLFLAGS := -o pipefail -c
test-clocked:
	@$(PYTEST) -o cache_dir=$(TOLD)/of-clocked $(PAGES:%=--ignore=%) $(BESIDE:%=--ignore=%) 2>&1 | \
	tee $(TOLD)/clocked || touch $(TOLD)/clocked-failed

test-pages:
	@$(PYTEST) -o cache_dir=$(TOLD)/of-pages $(PAGES) > $(TOLD)/pages 2>&1 || touch $(TOLD)/pages-failed

# A clock goes on when others have the machine.  What failed for that, and only that, passes when it
# has the machine for itself: a few are asked once more in the end.  Both answers are told.
test-again: SHELL := bash
test-again: .SHELLFLAGS := -o pipefail -c
test-again:
	@for part in clocked pages beside; do \
		if [ -e $(TOLD)/$$part-failed ]; then \
			test "$$(grep -cE '^(FAILED|ERROR) ' $(TOLD)/$$part)" -le $(FEW) || exit 1; \
			echo "Failed beside others; once more:"; \
			$(PYTEST) -o cache_dir=$(TOLD)/of-$$part --last-failed --last-failed-no-failures=none 2>&1 | \
			tee -a $(TOLD)/again || exit 1; \
		fi; \
	done

test-beside:
	@nice -n 5 $(VENV_PYTHON) -m pytest -q -o cache_dir=$(TOLD)/of-beside $(BESIDE) > $(TOLD)/beside 2>&1 || \
	touch $(TOLD)/beside-failed

test-said:
	@NO_COLOR=1 npm test --silent > $(TOLD)/front-end 2>&1

check-format:
	@.venv/bin/ruff format --check --quiet --diff .

check-lint:
	@.venv/bin/ruff check --quiet .

check-types:
	@$(VENV_PYTHON) -m mypy --no-error-summary

check-imports:
	@.venv/bin/lint-imports --no-logo

check-wire:
	@$(VENV_PYTHON) -m backend wire-types --check

# A lock that names a host would send every later install there; one that lacks a package for some
# other machine works where it was written and nowhere else (npm ci refuses it).
check-locks:
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements.lock
	@! grep -n '"resolved"' package-lock.json ops/chromium/package-lock.json \
		tests/load/peers/package-lock.json
	@words="$$(npm ci --dry-run --offline --ignore-scripts 2>&1)" || \
	{ echo "$$words" | grep -E 'Missing|Invalid|npm ci'; exit 1; }

check-front-end:
	@npm run check --silent

check-front-end-types:
	@npm run typecheck --silent
