#!/usr/bin/env bash
# Installs and builds the browser assets into web/ui/dist, which the binary embeds.
# Does nothing when neither the lock file nor a source has changed since the last time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ui=web/ui
stamps=.cache/assets
[ -f "$ui/package-lock.json" ] || die "$ui/package-lock.json is missing: restore it from git and run again."
mkdir -p "$stamps"

fingerprint() { LC_ALL=C sort -z | xargs -0 cksum; }

lock_print=$(printf '%s\0' "$ui/package.json" "$ui/package-lock.json" | fingerprint)
source_print=$(find "$ui" \( -name node_modules -o -path "$ui/dist" \) -prune -o -type f ! -name '*.go' ! -name '*.templ' -print0 | fingerprint)

fresh() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

# A dist folder with the committed placeholder alone counts as never built.
built() { [ -n "$(find "$ui/dist" -type f ! -name README.md -print -quit 2>/dev/null)" ]; }

if fresh build "$source_print" && built && [ -d "$ui/node_modules" ]; then exit 0; fi

ensure_node
if ! fresh install "$lock_print" || [ ! -d "$ui/node_modules" ]; then
	say "installing the browser assets (npm ci) ..."
	rm -f "$stamps/install"
	(cd "$ui" && npm ci --no-audit --no-fund --loglevel=error </dev/null >&2) ||
		die "npm ci failed in $ui: see its message above; the packages come from the npm registry, so check the network and run again."
	printf '%s' "$lock_print" >"$stamps/install"
fi
say "building the browser assets (npm run build) ..."
rm -f "$stamps/build"
(cd "$ui" && npm run --silent build </dev/null >&2) || die "npm run build failed in $ui: see its message above."
built || die "npm run build left nothing in $ui/dist: its build script must write there."
printf '%s' "$source_print" >"$stamps/build"
