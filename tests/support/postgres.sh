# Runs a throw-away PostgreSQL server for as long as somebody uses it: holds a shared lock on the file $2.
# $1: the server's binaries. $3: where its address is told. Says "ready" when it is.
# It lingers a little, so that the test binaries of one run share it.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

command -v flock >/dev/null || { echo "flock is missing" >&2; exit 1; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/duet-postgres.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
[ "$(id -u)" != 0 ] || chown postgres "$dir" || exit 1
cd "$dir" || exit 1
as "$1/initdb" -D data -U duet -A trust -E UTF8 --locale=C --no-sync >&2 || exit 1
as "$1/pg_ctl" -D data -l log -w start >&2 -o "-c listen_addresses='' -k '$dir' -c max_connections=400 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" || exit 1
trap 'rm -f "$3"; as "$1/pg_ctl" -D data -m immediate stop >&2; cd /; rm -rf "$dir"' EXIT
echo "$dir" >"$3"
echo ready
exec >&- 9>>"$2"
until flock 9 && flock -u 9 && sleep 3 && flock -n 9; do :; done
