#!/usr/bin/env bash
# Builds Kwote with its browser assets and starts the demo network.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/assets.sh
scripts/build.sh
exec bin/kwote demo
