#!/usr/bin/env bash
# Every check and every test, on SQLite and PostgreSQL and in a browser. Nothing is skipped:
# what is missing is installed, and what cannot be had ends the run.
# KWOTE_TEST_DATABASE_URL names a PostgreSQL server to use instead of a throw-away one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ -z "${KWOTE_TEST_PREPARED:-}" ]; then
	need_go
	ensure_node
	ensure_chromium
	scripts/assets.sh
	export KWOTE_TEST_PREPARED=1
	if [ -z "${KWOTE_TEST_DATABASE_URL:-}" ]; then
		ensure_postgres
		exec scripts/with-postgres.sh scripts/test.sh </dev/null
	fi
fi

step "lint" scripts/lint.sh
step "generated code is up to date" scripts/generated.sh
step "go.mod is tidy" go mod tidy -diff
step "modules are what go.sum says" go mod verify
step "go test (SQLite and PostgreSQL)" go test ./...
step "browser tests" scripts/e2e.sh
finish
