# shellcheck shell=bash
# Sourced by the scripts beside it: where the repository is, how to report, how to get a missing tool.
# A tool that cannot be had ends the run with one sentence that says which and how to get it.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT" || exit 1

say() { printf '%s\n' "$*" >&2; }

die() {
	say "kwote: $*"
	exit 1
}

need_go() {
	command -v go >/dev/null || die "Go is missing: install Go $(awk '$1 == "go" { print $2; exit }' go.mod) or newer from https://go.dev/dl and run again."
}

# apt_install TOOL PACKAGE...: installs Debian packages without asking anything.
apt_install() {
	local tool=$1
	shift
	local remedy="install it (on Debian: sudo apt-get install $*) and run again"
	command -v apt-get >/dev/null || die "$tool is missing and this system has no apt-get: $remedy."
	local as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || die "$tool is missing and installing it needs root: $remedy."
		sudo -n true 2>/dev/null || die "$tool is missing and sudo asks for a password: $remedy."
		as_root=(sudo -n)
	fi
	local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold)
	say "installing $tool ($*) from Debian's packages ..."
	if [ -z "${KWOTE_APT_UPDATED:-}" ]; then
		# A stale list is no reason to stop: the installation below decides.
		"${apt[@]}" update >&2 || say "apt-get update failed; trying with the package lists at hand"
		export KWOTE_APT_UPDATED=1
	fi
	"${apt[@]}" install -y --no-install-recommends "$@" </dev/null >&2 || die "$tool could not be installed from Debian's packages: $remedy."
}

ensure_node() {
	if command -v node >/dev/null && command -v npm >/dev/null; then return; fi
	apt_install "Node.js" nodejs npm
}

# The directory of PostgreSQL's server programs: beside the initdb on PATH, else Debian's newest version.
postgres_bin() {
	local initdb dir
	if initdb=$(command -v initdb); then
		dir=$(dirname "$(readlink -f "$initdb")")
		if [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ]; then
			echo "$dir"
			return
		fi
	fi
	for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
		if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ]; then
			echo "$dir"
			return
		fi
	done
	return 1
}

# Debian's package would create and start a cluster of its own; a drop-in keeps it from that
# and is taken away afterwards, so that the machine's later choices are its owner's.
ensure_postgres() {
	if postgres_bin >/dev/null; then return; fi
	local dropin=/etc/postgresql-common/createcluster.d/kwote-no-main-cluster.conf as_root=()
	if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
	if "${as_root[@]}" mkdir -p "${dropin%/*}" 2>/dev/null; then
		echo "create_main_cluster = false" | "${as_root[@]}" tee "$dropin" >/dev/null
	fi
	local rc=0
	(apt_install "PostgreSQL" postgresql) || rc=$?
	"${as_root[@]}" rm -f "$dropin" 2>/dev/null || true
	[ "$rc" -eq 0 ] || exit "$rc"
	postgres_bin >/dev/null || die "PostgreSQL is installed but initdb, pg_ctl and postgres are neither on PATH nor in /usr/lib/postgresql/*/bin: put them on PATH and run again."
}

find_chromium() {
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name"; then return; fi
	done
	return 1
}

# Sets KWOTE_TEST_CHROMIUM, the path of the browser that the tests drive.
ensure_chromium() {
	if [ -n "${KWOTE_TEST_CHROMIUM:-}" ]; then
		[ -x "$KWOTE_TEST_CHROMIUM" ] || die "KWOTE_TEST_CHROMIUM is \"$KWOTE_TEST_CHROMIUM\", which is no program: set it to the path of a Chromium browser, or unset it."
		return
	fi
	find_chromium >/dev/null || apt_install "Chromium" chromium
	KWOTE_TEST_CHROMIUM=$(find_chromium) || die "Chromium is installed but no chromium program is on PATH: set KWOTE_TEST_CHROMIUM to its path and run again."
	export KWOTE_TEST_CHROMIUM
}

# step NAME COMMAND...: runs one check and goes on after a failure, so that one run shows everything;
# finish ends with the exit code of the first that failed. Both speak on standard output, in order.
failed_names=()
failed_code=0
step() {
	local name=$1 begin=$SECONDS rc=0
	shift
	echo "== $name"
	"$@" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		echo "   ok: $name, $((SECONDS - begin)) s"
		return
	fi
	echo "   FAILED: $name, exit code $rc, $((SECONDS - begin)) s"
	failed_names+=("$name")
	if [ "$failed_code" -eq 0 ]; then failed_code=$rc; fi
}

finish() {
	local name
	if [ "$failed_code" -eq 0 ]; then
		echo "== passed in $SECONDS s"
	else
		echo "== FAILED:"
		for name in "${failed_names[@]}"; do echo "   $name"; done
	fi
	exit "$failed_code"
}
