#!/usr/bin/env bash
# with-postgres.sh COMMAND [ARGUMENT...]: runs the command beside a throw-away PostgreSQL cluster.
# The command finds it by KWOTE_TEST_DATABASE_URL, psql by the PG* variables. The cluster is fast and
# forgetful (no fsync), listens on 127.0.0.1 only, and is stopped and deleted however the command or
# this script ends: a guard in a session of its own holds the other end of a pipe that closes with us.
set -euo pipefail

# The guard's turn comes when its standard input ends. A server that was still starting is met again.
if [ "${1:-}" = --guard ]; then
	dir=$2 bin=$3 user=$4
	trap '' INT TERM HUP
	cat >/dev/null
	cd /
	as_user=()
	if [ -n "$user" ]; then as_user=(runuser -u "$user" --); fi
	for _ in {1..50}; do
		if [ -f "$dir/data/postmaster.pid" ]; then
			"${as_user[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 20 stop >/dev/null 2>&1 || true
		fi
		rm -rf "$dir" 2>/dev/null || true
		if [ ! -e "$dir" ]; then exit 0; fi
		sleep 0.2
	done
	echo "kwote: the throw-away PostgreSQL in $dir could not be removed: stop it and delete the folder." >&2
	exit 1
fi

here=$PWD
self="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/with-postgres.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -gt 0 ] || die "with-postgres.sh wants a command to run, for example: scripts/with-postgres.sh psql"
ensure_postgres
bin=$(postgres_bin)

# PostgreSQL refuses to run as root; the package's own user is the natural stand-in.
user=""
as_user=()
if [ "$(id -u)" -eq 0 ]; then
	command -v runuser >/dev/null || die "PostgreSQL does not run as root and runuser is missing: install util-linux or run as an ordinary user."
	user=nobody
	if id postgres >/dev/null 2>&1; then user=postgres; fi
	as_user=(runuser -u "$user" --)
fi

# Not in TMPDIR: a socket's path must be short, and the unprivileged user must reach the folder.
dir=$(mktemp -d /tmp/kwote-pg.XXXXXX)
apart=$(command -v setsid || echo env)
exec 9> >(exec "$apart" "$self" --guard "$dir" "$bin" "$user" >/dev/null)
guard=$!
command_pid=""

# Ten seconds to end in order, with everything the command started.
end_command() {
	kill -TERM -- "-$command_pid" 2>/dev/null || return 0
	for _ in {1..100}; do
		kill -0 -- "-$command_pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$command_pid" 2>/dev/null || true
}

end() {
	local rc=$?
	trap '' INT TERM HUP
	if [ -n "$command_pid" ]; then end_command; fi
	exec 9>&-
	wait "$guard" || rc=1
	exit "$rc"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

[ -z "$user" ] || chown "$user" "$dir"
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" | "${as_user[@]}" tee "$dir/password" >/dev/null
cd "$dir"
"${as_user[@]}" "$bin/initdb" -D "$dir/data" -U kwote --pwfile="$dir/password" --auth=scram-sha-256 \
	--encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 ||
	die "PostgreSQL's initdb failed: $(tail -n 5 "$dir/initdb.log")"
"${as_user[@]}" tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '2GB'
jit = off
CONF

# Below the range the system hands out by itself; a port that is taken all the same means another try.
started=""
for _ in {1..10}; do
	port=$((20000 + RANDOM % 10000))
	if "${as_user[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "-p $port" -w -t 60 start >/dev/null 2>&1 9>&-; then
		started=yes
		break
	fi
	grep -q 'could not bind' "$dir/server.log" || break
	: >"$dir/server.log"
done
[ -n "$started" ] || die "PostgreSQL did not start: $(tail -n 5 "$dir/server.log")"

cd "$here"
export KWOTE_TEST_DATABASE_URL="postgres://kwote:$password@127.0.0.1:$port/postgres?sslmode=disable"
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=kwote PGPASSWORD=$password PGDATABASE=postgres

# At a terminal the command keeps it (psql is usable). Otherwise it gets a process group of its own,
# so that a signal to this script ends it and everything it started.
if [ -t 0 ]; then
	"$@" 9>&-
	exit
fi
set -m
"$@" <&0 9>&- &
command_pid=$!
set +m
rc=0
wait "$command_pid" || rc=$?
command_pid=""
exit "$rc"
