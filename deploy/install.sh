#!/bin/sh
# Installs the program for use, without what only its development needs: every package from a lock, with its hashes.
#
#   sh deploy/install.sh packages /opt/discovery-agent    # from deploy/requirements.lock
#   sh deploy/install.sh program /opt/discovery-agent     # from the source, packed with what requirements.lock pins
#
# To be called from the root of the repository, with Python 3.11 to 3.13 as python3 (PYTHON names another one).
set -eu
what=${1:?Say deploy/install.sh packages FOLDER, then deploy/install.sh program FOLDER} to=${2:?Say into which folder}
python=${PYTHON:-python3}
packing=$(mktemp -d)
trap 'rm -rf "$packing"' EXIT
"$python" -m venv "$packing/venv"
pip() { "$packing/venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

case $what in
packages)
    test -x "$to/bin/python" || "$python" -m venv --without-pip "$to"
    echo "Fetching and installing the packages of deploy/requirements.lock; this takes some minutes, without a word."
    pip --python "$to/bin/python" install --no-cache-dir --require-hashes --no-deps -r deploy/requirements.lock
    ;;
program)
    awk '/^[^ ]/ { wanted = /^(hatchling|packaging|pathspec|pluggy|trove-classifiers)==/ } wanted' requirements.lock >"$packing/packing.lock"
    pip install --no-cache-dir --require-hashes --no-deps -r "$packing/packing.lock"
    pip wheel --no-deps --no-build-isolation --wheel-dir "$packing" .
    pip --python "$to/bin/python" install --no-deps --force-reinstall "$packing"/*.whl
    ;;
*)
    echo "Say packages or program." >&2
    exit 2
    ;;
esac
