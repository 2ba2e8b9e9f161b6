#!/usr/bin/env bash
# Fails when generating again changes a generated file (*_templ.go, *_gen.go), and names it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

fingerprint() {
	find . \( -name node_modules -o -name '.?*' \) -prune -o -type f \( -name '*_templ.go' -o -name '*_gen.go' \) -print0 |
		LC_ALL=C sort -z | xargs -0 -r cksum
}

before=$(fingerprint)
scripts/generate.sh
after=$(fingerprint)
[ "$before" = "$after" ] && exit 0
say "generated code was not up to date; these files have just been written, commit them:"
diff <(echo "$before") <(echo "$after") | awk '/^[<>]/ && $4 { print "  " $4 }' | sort -u >&2
exit 1
