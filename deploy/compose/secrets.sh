#!/bin/sh
# Writes deploy/.env with new random secrets; never over one that is there.
# Usage: sh deploy/compose/secrets.sh [VERSION]
set -eu
umask 077
env=$(dirname "$0")/../.env
[ ! -e "$env" ] || { echo "$env is there already: delete it only if its data may be lost" >&2; exit 1; }

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# A key of Meilisearch is the HMAC-SHA256 of its id under the master key.
meili_key() { printf '%s' "$2" | openssl dgst -sha256 -hmac "$1" | sed 's/.* //'; }

master=$(random)
worker=$(meili_key "$master" 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a01)
content=$(meili_key "$master" 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a02)
[ ${#worker} -eq 64 ] && [ ${#content} -eq 64 ] || { echo "openssl is needed" >&2; exit 1; }

set -C # never over a file that somebody else has just made
cat >"$env" <<END
# Secrets of deploy/compose.yaml. GONGKAI_SECRET belongs into the backup.
GONGKAI_VERSION=${1:-dev}
GONGKAI_SECRET=$(random)
MONGODB_KEY=$(random)
MONGODB_ROOT_PASSWORD=$(random)
MONGODB_PASSWORD=$(random)
MONGODB_PUBLIC_PASSWORD=$(random)
MONGODB_CONTENT_PASSWORD=$(random)
REDIS_PASSWORD=$(random)
MEILI_MASTER_KEY=$master
MEILI_WORKER_KEY=$worker
MEILI_CONTENT_KEY=$content
END
echo "written: $env"
