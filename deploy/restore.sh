#!/bin/sh
# Puts a copy made by backup.sh in place, before the service is started:  deploy/restore.sh /backups/2026-03-02
#
# Reads DISCOVERY_DATA_DIR and DISCOVERY_DATABASE_URL, as the service does. The data folder must have no database in it, or the PostgreSQL
# database nothing but its extension (`createdb`, `CREATE EXTENSION vector`): nothing is overwritten. Run it as the user of the service.
set -eu
umask 077
from=$1
data=${DISCOVERY_DATA_DIR:?the data folder of the service}
url=${DISCOVERY_DATABASE_URL:-sqlite:///$data/discovery.db}
needs() { command -v "$1" >/dev/null || { echo "The program $1 is needed and not installed (Debian: apt-get install $2)." >&2; exit 1; }; }
case $url in sqlite:///*) database=discovery.db ;; *) database=database.dump && needs pg_restore postgresql-client ;; esac
test -r "$from/$database" || { echo "$(id -un) can read no $from/$database. Name the folder of a copy, and give it to that user (chown -R)." >&2; exit 1; }
mkdir -p "$data" 2>/dev/null && test -w "$data" || { echo "$(id -un) cannot write $data. Make it first (install -d -m 0700 -o $(id -un) $data)." >&2; exit 1; }

case $url in
sqlite:///*)
    file=${url#sqlite:///}
    for old in "$file" "$file-wal" "${file%.*}-jobs.db"; do
        test ! -e "$old" || { echo "$old is there. Move the old database away, with all files beside it." >&2; exit 1; }
    done
    mkdir -p "$(dirname "$file")"
    cp "$from/discovery.db" "$file.part"
    mv "$file.part" "$file"
    ;;
*)
    # Without the name of a driver, which only the program knows.
    url=$(printf %s "$url" | sed "s/^postgres[a-z+_]*:/postgresql:/")
    # The only comment is that of the extension, which belongs to the administrator of PostgreSQL.
    pg_restore --no-owner --no-comments --exit-on-error --single-transaction --dbname="$url" "$from/database.dump"
    ;;
esac
for folder in engagements knowledge; do
    test ! -d "$from/$folder" || cp -R "$from/$folder" "$data/"
done
