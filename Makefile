# Two commands matter to a stranger: make demo, make test. "make help" lists the others.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test soak bench lint leaks clean toolchain

JOBS := $(shell nproc)
# What the build needs, what running needs (time zones), and what the tests need on top.
BUILD_PACKAGES := git ca-certificates pkg-config libsqlite3-dev libpq-dev libisal-dev tzdata
TEST_PACKAGES := $(BUILD_PACKAGES) postgresql-15 sqlite3 openssl strace systemd python3 python3-venv unzip 7zip age gnupg
SOURCES := $(wildcard Sources Tests Benchmarks Package.swift)

help: ## Lists the commands
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: toolchain ## Builds a release binary and shows it at work on five tenants, in ./wis-demo
	@.ci/packages $(BUILD_PACKAGES)
	@echo "==> building the release binary (some minutes the first time)"
	@swift build -c release --product wis --static-swift-stdlib -j $(JOBS)
	@echo "==> wis demo ./wis-demo"
	@"$$(swift build -c release --product wis --static-swift-stdlib --show-bin-path)/wis" demo ./wis-demo

test: toolchain ## Runs all tests, against a throw-away PostgreSQL server
	@.ci/packages $(TEST_PACKAGES)
	@Tests/run

soak: toolchain ## Disturbs a run in a thousand ways on each engine (about an hour; WIS_FAULTS=... for another number, or for a part: 0-99)
	@.ci/packages $(TEST_PACKAGES)
	@WIS_FAULTS=$${WIS_FAULTS:-1000} Tests/run --filter FaultTests

bench: toolchain ## Measures Wis against the engines themselves and writes Benchmarks/RESULTS.md (ARGS=... for its arguments)
	@.ci/packages $(TEST_PACKAGES)
	@swift build -c release --product Benchmarks -j $(JOBS)
	@Tests/with-postgresql "$$(swift build -c release --product Benchmarks --show-bin-path)/Benchmarks" $(ARGS)

lint: toolchain ## Checks the style of every Swift file
	@swift format lint --strict --parallel --recursive $(SOURCES)

leaks: toolchain ## Looks for memory leaks in the database drivers
	@.ci/packages $(TEST_PACKAGES) liblsan0
	@Tests/leaks

clean: ## Removes what was built, the Python environment and the demo
	@rm -rf .build .build-venv wis-demo

toolchain:
	@command -v swift >/dev/null || { echo "missing: a Swift toolchain of 6.2 or later on the PATH (https://www.swift.org/install/linux/)" >&2; exit 1; }
