#!/usr/bin/env bash
# make release: static programs for Linux in archives with what an operator
# needs, their bill of materials and checksums, in dist/. The same commit gives
# the same bytes. Needs git, Go, GNU tar; the network only for Go modules that
# are not in the module cache yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C TZ=UTC CGO_ENABLED=0 GOFLAGS=-mod=readonly

version=${VERSION:-$(git describe --tags --always --dirty)}
written=$(git log -1 --format=%ct) # the time that every file gets
rm -rf dist && mkdir dist
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
go -C deploy/release build -o "$work/" tool # those of its go.mod, for this machine

for arch in amd64 arm64; do
	name=gongkai-$version-linux-$arch
	folder=$work/$name
	mkdir "$folder"
	GOOS=linux GOARCH=$arch go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version" -o "$folder/gongkai" ./cmd/gongkai
	git ls-files -z README.md README.zh-CN.md LICENSE CHANGELOG.md docs deploy ':!deploy/release' |
		xargs -0 tar -cf - | tar -xf - -C "$folder"

	# The modules that are in this very program, and their licences.
	GOOS=linux GOARCH=$arch "$work/cyclonedx-gomod" app -json -std -noserial -notimestamp -output-version 1.5 -main cmd/gongkai -output "$folder/sbom.cdx.json" . 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
	GOOS=linux GOARCH=$arch "$work/go-licenses" save ./cmd/gongkai --ignore gongkai --save_path "$folder/licenses" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }

	chmod -R u=rwX,go=rX "$folder"
	tar --sort=name --mtime="@$written" --owner=0 --group=0 --numeric-owner --format=ustar -C "$work" -cf - "$name" | gzip -9n >"dist/$name.tar.gz"
	cp "$folder/sbom.cdx.json" "dist/$name.cdx.json"
done
(cd dist && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
