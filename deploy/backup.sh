#!/bin/sh
# Copies everything that is kept into a new folder, while the service runs:  deploy/backup.sh /backups/2026-03-02
#
# Reads DISCOVERY_DATA_DIR and DISCOVERY_DATABASE_URL, as the service does. Run it as the user of the service: files that SQLite makes beside
# its database would otherwise belong to another. Needs the program sqlite3, or on PostgreSQL its pg_dump, of the server's version or a later one.
# The copy holds what people said: keep it as safe as the service.
#
# The database of background jobs beside SQLite is left out on purpose: after a restore, jobs that had not ended are handed in anew, and
# what they had read is not read again. On PostgreSQL it is part of the dump, of the same moment.
set -eu
umask 077
to=${1:?Say where to: deploy/backup.sh NEW-FOLDER}
data=${DISCOVERY_DATA_DIR:?the data folder of the service}
url=${DISCOVERY_DATABASE_URL:-sqlite:///$data/discovery.db}
needs() { command -v "$1" >/dev/null || { echo "The program $1 is needed and not installed (Debian: apt-get install $2)." >&2; exit 1; }; }
case $url in sqlite:///*) needs sqlite3 sqlite3 ;; *) needs pg_dump postgresql-client ;; esac
test ! -e "$to" || { echo "$to is there already." >&2; exit 1; }
rm -rf "$to.part"
mkdir -p "$to.part"

# The database first: what is added to the folders meanwhile is then too much, and nothing is missing.
case $url in
sqlite:///*) sqlite3 -cmd ".timeout 60000" "${url#sqlite:///}" "VACUUM INTO '$to.part/discovery.db'" ;;
*)
    # Without the name of a driver, which only the program knows.
    url=$(printf %s "$url" | sed "s/^postgres[a-z+_]*:/postgresql:/")
    pg_dump --format=custom --no-owner --file="$to.part/database.dump" "$url"
    ;;
esac
for folder in engagements knowledge; do
    test ! -d "$data/$folder" || cp -R "$data/$folder" "$to.part/$folder"
done
mv "$to.part" "$to"
