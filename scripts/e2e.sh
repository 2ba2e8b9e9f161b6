#!/usr/bin/env bash
# The browser tests, against the real binary's pages.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_go
ensure_chromium
scripts/assets.sh
exec go test -count=1 -tags e2e ./e2e/...
