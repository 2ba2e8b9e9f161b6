#!/usr/bin/env bash
# Runs every benchmark, or those named in ONLY (comma-separated), and prints one JSON line for each.
# KWOTE_SHARED names the folder of real data (default: ../shared beside the repository).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_go

go build -o bin/bench ./bench
needs=$(bin/bench -only "${ONLY:-}" -needs)
case " $needs " in *" binary "*) scripts/build.sh ;; esac
if [[ " $needs " == *" postgres "* && -z "${KWOTE_TEST_DATABASE_URL:-}" ]]; then
	ensure_postgres
	exec scripts/with-postgres.sh bin/bench -only "${ONLY:-}" </dev/null
fi
exec bin/bench -only "${ONLY:-}"
