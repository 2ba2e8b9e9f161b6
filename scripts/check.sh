#!/usr/bin/env bash
# The quick inner loop: lint and every test on SQLite alone.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset KWOTE_TEST_DATABASE_URL

step "lint" scripts/lint.sh
step "go test (SQLite)" go test -short ./...
finish
