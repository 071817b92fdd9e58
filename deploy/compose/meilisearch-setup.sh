#!/bin/sh
# Makes the two keys of Meilisearch, and proves that they are those of deploy/.env.
set -eu
at=http://meilisearch:7700
until curl -fsS "$at/health" >/dev/null 2>&1; do sleep 1; done

key() { # id, name, actions
  status=$(curl -sS -o /tmp/answer -w '%{http_code}' -X POST "$at/keys" \
    -H "Authorization: Bearer $MASTER" -H 'Content-Type: application/json' \
    -d "{\"uid\":\"$1\",\"name\":\"$2\",\"actions\":$3,\"indexes\":[\"gongkai\"],\"expiresAt\":null}")
  case $status in
    201) ;;
    409) ;; # made by an earlier start
    *) echo "Meilisearch answers $status for the key $2" >&2; exit 1 ;;
  esac
}
known() { # id, key: Meilisearch has it under that id
  curl -fsS "$at/keys/$1" -H "Authorization: Bearer $MASTER" | grep -q "\"key\":\"$2\"" ||
    { echo "the key of deploy/.env is not the one that Meilisearch has" >&2; exit 1; }
}

key 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a01 gongkai-worker \
  '["search","documents.add","documents.get","documents.delete","tasks.get","indexes.get","indexes.create","settings.get","settings.update"]'
key 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a02 gongkai-content '["search"]'
known 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a01 "$WORKER"
known 5b0c8a1e-0f0a-4b6e-9d1e-2f9c6b7d1a02 "$CONTENT"
