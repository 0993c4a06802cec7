# `make run` and `make test` need Rust, make and nothing else: every step prepares what it needs,
# says so in one line, and is skipped when done.

# Queries are checked against the data in .sqlx: building needs no database.
export SQLX_OFFLINE ?= true
-include .env
export

.PHONY: run release bundle test check lint bench soak interop mutants dev sqlx clean-test-databases

run: ## build it and serve it at http://127.0.0.1:3000
	@tools/run serve

release: ## one binary with everything inside, to deploy: target/release/atelier
	@tools/release

bundle: ## the browser client for debug builds: target/site
	@tools/prepare run
	cargo build --quiet -p bundle
	@tools/site client dev
	@tools/site bundle dev

test: ## everything that is checked: format, lints, tests, browser tests
	@tools/test

check: ## before a commit: format, lints and the tests of what has changed
	@tools/check

lint: ## format and lints, for the server and for the browser
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet -p frontend -p app -p model --features app/hydrate \
	  --target wasm32-unknown-unknown -- -D warnings

bench: release ## measure a release; the figures go to target/bench/*.json
	@tools/bench

soak: ## the guarantees under long fire, for ATELIER_SOAK_MINUTES of mixed trouble at the end
	@tools/soak

interop: ## beside other people's programs: the conformance suite of tool servers
	@tools/interop

mutants: ## which of the mistakes in tools/mutants.txt the tests notice
	@tools/mutants

dev: ## serve a debug build, rebuilt and restarted on every change
	@tools/dev

sqlx: ## refresh .sqlx after a change of a query or a migration
	@tools/prepare run
	@tools/sqlx

clean-test-databases: ## remove the throw-away PostgreSQL of test runs that were killed
	@tools/clean-test-databases
