#!/usr/bin/env bash
# Writes the generated code again. It is committed; make test proves that this changes nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_go

go tool templ generate
go generate ./...
