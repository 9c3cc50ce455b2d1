# make run needs Go and nothing else. make test installs what it lacks.
ADDR ?= 127.0.0.1:8080
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help run build test check quality bench web fmt

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build one binary and serve the seeded record (ADDR=127.0.0.1:8080)
	bin/onrecord demo --addr $(ADDR)

build: ## build bin/onrecord
	go build -trimpath -o bin/onrecord ./server/onrecord

test: ## every test: vet, race, all packages, crashes, browser
	.ci/test

check: ## what a change must pass before it is submitted
	.ci/check

quality: ## how good extraction is, with the worst errors (ONRECORD_CORPORA=../shared/corpora)
	.ci/quality

bench: ## benchmarks, into docs/benchmarks.md (SIZES="10000 100000", BENCH=regexp)
	BENCH='$(BENCH)' .ci/bench

web: ## rebuild GraphiQL and the pages' scripts in server/web (needs Node)
	.ci/web build

fmt: ## format the Go sources
	go tool -modfile=.ci/tools.mod gofumpt -w graph schema seed server
