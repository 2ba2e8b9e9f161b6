# The whole of a contributor's day; the work itself is in scripts/.
# Settings pass through from the environment or the command line: make run KWOTE_ADDR=127.0.0.1:9000

.DEFAULT_GOAL := help
.PHONY: help run build check lint test e2e bench generate

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## Build Kwote and start its demo network (KWOTE_ADDR, KWOTE_DATA, KWOTE_DATABASE_URL)
	@scripts/run.sh

build: ## Build bin/kwote with its browser assets
	@scripts/assets.sh && scripts/build.sh

check: ## The quick inner loop: lint and tests on SQLite, no PostgreSQL, no browser
	@scripts/check.sh

lint: ## gofmt, go vet and staticcheck
	@scripts/lint.sh

test: ## Everything, on SQLite and PostgreSQL and in a browser; installs what is missing
	@scripts/test.sh

e2e: ## The browser tests alone
	@scripts/e2e.sh

bench: ## Every benchmark as JSON lines on standard output; ONLY=NAME for one
	@scripts/bench.sh

generate: ## Write the generated code again (templ, go generate)
	@scripts/generate.sh
