#!/bin/sh
# Makes the data directory once, sets the superuser's password to what the Secret says, and becomes the server.
set -eu
umask 077
here=/data/pgdata
major=$(postgres --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')

if [ -s "$here/PG_VERSION" ] && [ "$(cat "$here/PG_VERSION")" != "$major" ]; then
  echo "The volume holds PostgreSQL $(cat "$here/PG_VERSION"), this image is $major: dump it with the old image and restore it with this one." >&2
  exit 1
fi

single() { postgres --single -j -D "$1" -c log_statement=none "$2" >/dev/null; }

if [ ! -s "$here/PG_VERSION" ]; then
  # Built beside its place and moved when it is whole: a pod killed half-way starts over.
  rm -rf /data/new
  printf %s "$POSTGRES_PASSWORD" > /tmp/password
  initdb -D /data/new -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 -E UTF8 \
    --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 --data-checksums
  rm /tmp/password
  printf 'CREATE ROLE monitor LOGIN IN ROLE pg_monitor;\n\nCREATE DATABASE "%s";\n\n' "$POSTGRES_DATABASE" | single /data/new postgres
  mv /data/new "$here"
else
  rm -f "$here/postmaster.pid"
  printf "ALTER ROLE \"%s\" PASSWORD '%s';\n\n" "$POSTGRES_USER" "$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")" | single "$here" postgres
fi

printf 'platform %s monitor\n' "$(id -un)" > /tmp/pg_ident.conf
exec postgres -D "$here" -c config_file=/etc/postgres/postgresql.conf
