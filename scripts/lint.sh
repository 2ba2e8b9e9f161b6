#!/usr/bin/env bash
# Formatting and static analysis of everything, the browser tests included.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_go

formatted() {
	local wrong
	wrong=$(find . \( -name node_modules -o -name '.?*' -o -name testdata \) -prune -o -type f -name '*.go' -print0 | xargs -0 gofmt -l) || return
	if [ -z "$wrong" ]; then return; fi
	say "not formatted (run gofmt -w on them):"
	say "$wrong"
	return 1
}

step "gofmt" formatted
step "go vet" go vet -tags e2e ./...
step "staticcheck" go tool staticcheck -tags e2e ./...
finish
