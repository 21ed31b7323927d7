#!/usr/bin/env bash
# A PostgreSQL server for tests: `postgres.sh start` prints its URL (for BONGSU_TEST_PG), `postgres.sh stop` ends it.
# It listens on a Unix socket in a temporary folder, belongs to the user postgres and does not sync: nothing to keep.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
folder="${TMPDIR:-/tmp}/bongsu-pg-$(printf %s "$root" | cksum | cut -d' ' -f1)"
bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)"
url="postgresql:///postgres?host=$folder&user=postgres"

as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

start() {
  [ -n "$bin" ] || { echo "postgres.sh: no PostgreSQL server installed" >&2; exit 1; }
  if [ -f "$folder/data/postmaster.pid" ] && as_postgres "$bin/pg_ctl" status -D "$folder/data" >/dev/null; then
    echo "$url"
    return
  fi
  rm -rf "$folder"
  mkdir -m 700 "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
  as_postgres "$bin/pg_ctl" start -w -s -D "$folder/data" -l "$folder/log" \
    -o "-k $folder -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200" >/dev/null
  echo "$url"
}

stop() {
  [ -d "$folder/data" ] || return 0
  as_postgres "$bin/pg_ctl" stop -w -s -m immediate -D "$folder/data" >/dev/null || true
  rm -rf "$folder"
}

case "${1:-}" in
start) start ;;
stop) stop ;;
*) echo "usage: postgres.sh start|stop" >&2; exit 2 ;;
esac
