#!/bin/sh
# Backs the database up: hands over to `delicego backup`, with the same flags.
# The program is $DELICEGO_BIN, or the one built in this repository, or the one in PATH.
set -eu

ici=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
construit="$ici/../../../target/release/delicego"
if [ -n "${DELICEGO_BIN-}" ]; then
    programme=$DELICEGO_BIN
elif [ -x "$construit" ]; then
    programme=$construit
else
    programme=$(command -v delicego) || programme=delicego
fi
if [ ! -f "$programme" ] || [ ! -x "$programme" ]; then
    echo "backup_postgres.sh : le programme delicego est introuvable ($programme)." >&2
    echo "Construisez-le (cargo build --release), ou indiquez-le dans DELICEGO_BIN." >&2
    exit 2
fi
exec "$programme" backup "$@"
