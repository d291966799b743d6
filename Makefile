# Everything that is done with Hale, by name. `make` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps deps-test build run test test-library worlds simulate digests mutate soak bench format check clean

BIN := .build/release
# The flags of a package's traits come in the order of a Swift set, and those of colours from the terminal: without this they
# change from build to build, and all is compiled anew.
BUILD := SWIFT_DETERMINISTIC_HASHING=1 swift build --no-color-diagnostics
SEEDS ?= 2000
DAYS ?= 50

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

deps: ## Install what building and running need
	@Scripts/install-packages run

deps-test: ## Install what the tests need
	@Scripts/install-packages run test
	@Scripts/install-python-tools

build: deps ## Build hale and hale-keeper (release)
	$(BUILD) -c release --product hale
	$(BUILD) -c release --product hale-keeper

run: build ## Start Hale on the quick-start configuration
	@cd Examples/quickstart && exec ../../$(BIN)/hale run

APART := HaleProbesTests HaleSimulatorTests HaleServicesTests HaleMonitorTests EndToEndTests

# In processes of their own: the tests of the simulator and of its scenarios, which compute without a pause for a minute;
# those with a Hale in their own process, which would get no thread beside them; those of the probes, whose sockets the
# programs that other tests start would inherit; and those of the services, one of which takes the process's descriptors
# away for a moment.
test: deps-test ## The whole test suite
	$(BUILD) --build-tests
	swift test --skip-build --filter HaleProbesTests
	swift test --skip-build --filter HaleSimulatorTests
	swift test --skip-build --filter HaleServicesTests
	swift test --skip-build --filter HaleMonitorTests --skip HaleMonitorTests.HealthMonitorTests
	swift test --skip-build --filter HaleMonitorTests.HealthMonitorTests
	swift test --skip-build --filter EndToEndTests
	swift test --skip-build $(foreach suite,$(APART),--skip $(suite))
	$(MAKE) --no-print-directory simulate

test-library: deps ## The libraries as others use them: consumer, articles, examples
	$(BUILD) --target HaleResilienceFoundation
	Tests/documentation/check.sh .build
	Tests/consumer/check.sh
	$(BUILD) --package-path Examples/guarded-http
	Examples/guarded-http/.build/debug/GuardedHTTP

WORLDS := Benchmarks/Engine/.build/release/worlds
DIGESTS := Tests/HaleSimulatorTests/digests.txt

# The plan of a nested package does not notice files that are new in the package that it depends on.
worlds:
	@rm -f Benchmarks/Engine/.build/release.yaml
	$(BUILD) -c release --package-path Benchmarks/Engine

simulate: worlds ## Check the engine's promises over $(SEEDS) hours and $(DAYS) days of simulated trouble
	diff <($(WORLDS) 8 20 digests) $(DIGESTS)
	$(WORLDS) 200 60
	$(WORLDS) $(SEEDS) 60 components=20 marks
	$(WORLDS) $(DAYS) 1440 components=20

digests: worlds ## Write down what a few seeds lead to, after a change of the engine or the simulator
	$(WORLDS) 8 20 digests > $(DIGESTS)

mutate: ## Break the engine in many ways, one at a time, and see that the tests notice (an hour)
	Scripts/mutate

soak: deps-test build ## The long run: more kills, more seeds
	$(BUILD) --build-tests
	HALE_E2E_KILLS=200 swift test --skip-build --filter EndToEndTests
	HALE_FUZZ_SECONDS=600 HALE_FUZZ_SEED=$$RANDOM swift test --skip-build --filter HaleMonitorTests.FuzzTests
	HALE_FUZZ_SECONDS=300 swift test --skip-build --filter 'HaleProbesTests.*(Crashes|everyRunEnds)'
	$(MAKE) --no-print-directory worlds
	$(WORLDS) 20000 240 marks
	$(WORLDS) 10000 60 components=20
	$(WORLDS) 300 1440 components=20

bench: deps-test build ## Measure, beside peers; the figures are in docs/performance.md
	$(BUILD) -c release --package-path Benchmarks
	for name in victim spawn-loop; do $(CC) -O2 -o Benchmarks/.build/release/$$name Benchmarks/Programs/$$name.c; done
	Benchmarks/.build/release/restart "$$PWD/$(BIN)/hale"
	@if command -v haproxy >/dev/null; then Benchmarks/Checks/run.py "$$PWD/$(BIN)/hale"; else echo "haproxy is not installed: checks are not measured"; fi
	Benchmarks/Resilience/run.sh

format: ## Format the Swift sources in place
	swift format --in-place --recursive --parallel Sources Tests Benchmarks/Sources Benchmarks/Engine/Sources Package.swift

check: ## Format, imports and documents, as CI checks them
	swift format lint --strict --recursive --parallel Sources Tests Benchmarks/Sources Benchmarks/Engine/Sources Package.swift
	Scripts/check-imports
	Scripts/check-docs

clean: ## Remove what was built
	rm -rf .build .build-mutants Benchmarks/.build Benchmarks/Engine/.build Benchmarks/Resilience/.build Examples/guarded-http/.build
