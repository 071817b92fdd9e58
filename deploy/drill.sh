#!/usr/bin/env bash
# A drill of backup and restore, on the demo: back it up while it runs, destroy
# it, restore it, and compare what the content API answers before and after.
# Exit 0 only if all of it is the same.
#
#   deploy/drill.sh [program]      needs bash, curl and coreutils
#
# Twice: the restricted side is lost and the public store survives; then all is
# lost, and somebody has to confirm that.
set -euo pipefail

gongkai=$(command -v "${1:-gongkai}") || { echo "there is no program ${1:-gongkai}" >&2 && exit 2; }
gongkai=$(realpath "$gongkai")
work=$(mktemp -d)
program=
finish() {
	[ -z "$program" ] || kill -9 "$program" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
cd "$work"

port=21000
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
base=http://127.0.0.1:$port

say() { printf '%s\n' "$*"; }
fail() {
	say "DRILL FAILED: $*" >&2
	[ ! -s log ] || tail -n 20 log >&2
	exit 1
}

start() {
	"$gongkai" demo --addr "127.0.0.1:$port" --data data >log 2>&1 &
	program=$!
	for _ in $(seq 600); do
		curl -fsS "$base/healthz" >/dev/null 2>&1 && return
		kill -0 "$program" 2>/dev/null || fail "the program ended"
		sleep 0.2
	done
	fail "the program is not ready"
}

# destroy ends the program as a power cut would.
destroy() {
	kill -9 "$program"
	wait "$program" 2>/dev/null || true
	program=
}

# ids lists the items that a site shows.
ids() {
	local after=
	while :; do
		local page
		page=$(curl -fsS "$base/content/v1/items?site=$1&limit=100${after:+&after=$after}") || return 1
		grep -o '{"id":"[0-9a-f-]*"' <<<"$page" | cut -d'"' -f4
		after=$(grep -o '"next":"[^"]*"' <<<"$page" | cut -d'"' -f4)
		[ -n "$after" ] || return 0
	done
}

# shown is what every site shows: ids, paths, numbers, editions and digests.
shown() {
	local site id
	for site in $(curl -fsS "$base/content/v1/sites" | grep -o '{"id":"[^"]*"' | cut -d'"' -f4); do
		for id in $(ids "$site" | sort -u); do
			printf '%s ' "$site"
			curl -fsS "$base/content/v1/items/$id?site=$site" | grep -oE '"(id|path|title|index_no|edition|digest)":("[^"]*"|[0-9]+)' | tr '\n' ' '
			echo
		done
	done
}

# owing tells whether the public side is still owed something, now or later.
owing() { [ "$(curl -fsS "$base/metrics" | grep -cxF 'gongkai_oldest_debt_seconds{kind="item"} 0')" != 1 ]; }

# settle waits until all is told and what is shown does not change any more.
settle() {
	shown >last 2>/dev/null || true
	for _ in $(seq 240); do
		sleep 0.5
		shown >now 2>/dev/null || true
		[ -s now ] && cmp -s now last && ! owing && return
		mv now last
	done
	fail "what is shown does not settle"
}

# retold waits until every page was told anew: with the epoch of the restore.
retold() {
	local site id old
	for _ in $(seq 240); do
		old=0
		for site in $(curl -fsS "$base/content/v1/sites" | grep -o '{"id":"[^"]*"' | cut -d'"' -f4); do
			for id in $(ids "$site"); do
				curl -fsS "$base/content/v1/items/$id?site=$site" | grep -q "\"epoch\":$1," || old=$((old + 1))
			done
		done
		[ "$old" -ne 0 ] || return 0
		sleep 0.5
	done
	fail "$old pages were not told anew"
}

# epoch is that of the last restore, as the restore says it.
epoch() { grep -o 'epoch [0-9]*' restored | cut -d' ' -f2; }

# same waits until what is shown is what was shown before.
same() {
	for _ in $(seq 240); do
		shown >now 2>/dev/null || true
		cmp -s before now && return
		sleep 0.5
	done
	diff before now | head -n 20 >&2
	fail "$1: not what it was"
}

start
settle
mv now before
"$gongkai" backup --data data --to backup.tar.zst >/dev/null 2>&1 || fail "backup"
"$gongkai" backup --verify backup.tar.zst 2>/dev/null
say "backed up beside the running program: $(wc -l <before) pages, $(wc -c <backup.tar.zst) bytes"

destroy
mv data wreck
rm -rf wreck/content.db* wreck/secret.key wreck/files/originals wreck/search.db*
"$gongkai" restore backup.tar.zst --data data --public wreck >restored 2>/dev/null || fail "restore beside the public store that survived"
start
same "the restricted side was lost"
retold "$(epoch)"
curl -fsS "$base/readyz" | grep -q '"restore":true' || fail "a restore beside the public store holds nothing"
say "the restricted side was lost: all pages are as before"

destroy
rm -rf data wreck
"$gongkai" restore backup.tar.zst --data data >restored 2>/dev/null || fail "restore"
start
curl -sS "$base/readyz" | grep -q '"restore":false' || fail "nobody has confirmed the lost window, and the program does not say so"
"$gongkai" restore --confirm-lost-window --data data || fail "the confirmation"
same "everything was lost"
retold "$(epoch)"
curl -fsS "$base/readyz" | grep -q '"restore":true' || fail "confirmed, and still held"
"$gongkai" audit verify --data data || fail "the trail"
say "everything was lost: all pages are as before, in $SECONDS s"
