# The everyday commands; `make` lists them.

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-long bench-crowd bench-api generate client release

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the demonstration, with everything inside, on a loopback port
	go run ./cmd/gongkai demo

test: ## all tests; nothing needs to be installed
	go test ./...

check: ## what the CI runs: format, vet, linters, tests, race, Redis, generated files
	bash .ci/run

bench: ## short benchmarks (10 k items)
	go test -run '^$$' -bench . -benchtime 1s -short ./...

bench-long: ## the same up to a million items; takes long and several GB of disk
	GONGKAI_LONG=1 go test -run '^$$' -bench . -benchtime 3s -timeout 2h ./...

bench-crowd: ## 41 sites, 41,000 calls; a dead site; a withdrawal behind 50,000 calls; GONGKAI_TEST_REDIS_URL names a Redis
	go test ./jobs -run '^$$' -bench Crowd -benchtime 1x -count 3 -timeout 1h

bench-api: ## the content API beside a bare Fiber program, with wrk; GONGKAI_TEST_ITEMS="10000 1000000"
	go test ./cmd/gongkai -run '^$$' -bench API -benchtime 1x -timeout 2h

generate: ## write the generated pages of docs/ anew
	go generate ./...

client: ## the TypeScript client: types from the API's description, lint, contract test; needs Node.js
	cd clients/typescript && npm ci && npm run describe && npm run lint && npm run generate && npm test

release: ## static programs for Linux with checksums and bills of materials, in dist/
	bash deploy/release/build.sh
