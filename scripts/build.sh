#!/usr/bin/env bash
# Builds bin/kwote: static, without paths of the machine it was built on, with the version git knows.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_go

version=$(git describe --tags --always --dirty 2>/dev/null || echo dev)
CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$version" -o bin/kwote ./cmd/kwote
