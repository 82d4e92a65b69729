# Everything runs on a machine with Go, make and git; tests in the browser and
# under Node install what they need where they can. `make help` lists it all.

PORT      ?= 8080
LINK_PORT ?= 8081

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

GO_WASM := $(shell go env GOROOT)/lib/wasm
# The race detector needs a C compiler.
RACE    := $(if $(shell command -v $$(go env CC)),-race)
JS      := GOOS=js GOARCH=wasm
JS_ROOMS := ./core/... ./jsbridge/... ./wasm/...

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-16s %s\n", $$1, $$2}' Makefile

##### Make #####

.PHONY: run fleet fleet-doc build gen fmt size clean
run: build .cache/fleet/fleet.wasm ## serve the demo with every fault at hand (PORT, LINK_PORT)
	go run ./e2e/faultserver/cmd/faultserver -control 127.0.0.1:$(PORT) -link 127.0.0.1:$(LINK_PORT) \
		-mount /=web/demo -mount /dist/=web/dist -mount /fleet/=.cache/fleet

.PHONY: .cache/fleet/fleet.wasm
.cache/fleet/fleet.wasm: # the simulator for the demo's page
	@mkdir -p .cache/fleet
	$(JS) go build -trimpath -ldflags='-s -w' -o $@ ./core/fleet/cmd/module
	@cp $(GO_WASM)/wasm_exec.js .cache/fleet/

build: ## make web/dist: module, scripts, types, compressed forms, hashes
	go run ./web/build

# How large the fleet is, and whatever else the command takes.
CLIENTS ?= 100000
FLEET   ?=
fleet: ## simulate a reconnect storm, into .cache/storm.html (CLIENTS, FLEET=-outage 5m …)
	@mkdir -p .cache
	go run ./core/fleet/cmd/fleet -clients $(CLIENTS) -outage 60s -html .cache/storm.html $(FLEET)
	@echo "charts: .cache/storm.html"

fleet-doc: ## simulate anew what docs/fleet.md shows (some minutes)
	go run ./core/fleet/cmd/fleet -doc docs/fleet.md

gen: ## write again what is generated from core/contract
	go generate ./...

fmt: ## format the Go code
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

size: ## print the sizes of the last build, and what is in the module
	@go run ./web/build -size

clean: ## remove what was built, and the caches
	rm -rf web/dist .cache

##### Check #####

.PHONY: test check-fmt check-gen vet test-build test-core test-js test-web e2e
test: check-fmt check-gen vet test-build test-core test-js build test-web e2e ## all checks and tests, in this order

check-fmt: ## fail if Go code is not formatted
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')) && [ -z "$$bad" ] || \
		{ echo "not formatted; run 'make fmt':"; echo "$$bad"; exit 1; }

# What differs from the last commit, by content: generating must not change it.
gen-state = git ls-files -mo --exclude-standard | sort -u | while read -r f; do \
	echo "$$f $$(git hash-object -- "$$f" 2>/dev/null || echo removed)"; done

check-gen: ## fail if a generated file is out of date
	@mkdir -p .cache && $(gen-state) >.cache/gen.before
	go generate ./...
	@$(gen-state) >.cache/gen.after
	@cmp -s .cache/gen.before .cache/gen.after || { \
		echo "generated files were out of date; they have been written again, commit them:"; \
		diff .cache/gen.before .cache/gen.after | sed -n 's/^[<>] \(.*\) [0-9a-z]*$$/  \1/p' | sort -u; exit 1; }

vet: ## go vet and staticcheck, for this machine and for the page
	go vet ./...
	$(JS) go vet $(JS_ROOMS)
	go run $(STATICCHECK) ./...
	go run -exec 'env $(JS)' $(STATICCHECK) $(JS_ROOMS)

test-build: ## test the builder
	go test ./web/build/...

test-core: ## test the machine and its leaves, with the race detector
	go test $(RACE) ./core/...

test-js: ensure-node differential ## test the bridge, and the Go client as a page has it, under Node
	@mkdir -p .cache
	PATH="$(GO_WASM):$$PATH" $(JS) go test -count=1 -v ./jsbridge/... ./core/client >.cache/test-js.log 2>&1; \
		status=$$?; cat .cache/test-js.log; exit $$status
	@grep -q '^--- PASS: ' .cache/test-js.log || { echo "no test of the bridge ran"; exit 1; }

test-web: web/node_modules/.package-lock.json ## check the types of the page's code and of samples, then test it under Node
	cd web && node_modules/.bin/tsc -p tsconfig.json
	cd web && node_modules/.bin/tsc -p test/types/tsconfig.json
	cd web && node_modules/.bin/tsc -p test/types/tsconfig.json --lib esnext,dom
	go run ./web/build/webtest

e2e: build ensure-chromium e2e/bench/node_modules/.package-lock.json e2e/engines/node_modules/.package-lock.json e2e/frameworks/node_modules/.package-lock.json e2e/protocols/node_modules/.package-lock.json ## test in Chromium against the fault server (CHROME names another browser)
	chrome=$$(go run ./web/build/ensure chromium) && \
		CHROME="$$chrome" E2E=1 go test -count=1 -timeout 30m ./e2e/...

# The same suite elsewhere (docs/engines.md).
suite = E2E=1 go test -count=1 -v -timeout 30m -run TestSuite ./e2e/engines

# Not in a lock file: of each, this machine's binary alone is installed.
RUNTIMES := node-linux-$(if $(filter arm64,$(shell go env GOARCH)),arm64,x64)@22.23.3 deno@2.9.6 bun@1.4.4

.PHONY: test-browsers test-runtimes
test-browsers: build ## run the page suite in Firefox and WebKit
	@go run ./web/build/ensure firefox webkit xvfb >/dev/null
	ENGINES=firefox,webkit $(suite)

test-runtimes: build ensure-node ## run it in Node 22, Deno and Bun, whose binaries come out of npm packages
	cd e2e/engines && npm ci --no-progress && npm install --no-progress --ignore-scripts --no-save --no-package-lock $(RUNTIMES)
	ENGINES=node22,deno,bun $(suite)

##### Prove ##### docs/proof.md

FUZZTIME ?= 30s
DEPTH    ?= 6
MUTATE   ?= -n 60
FUZZ     := core:FuzzMachine core/dump:FuzzCodec core/port:FuzzHub core/replay:FuzzParse core/client:FuzzServerWords \
	core/client:FuzzCodeRange core/fleet:FuzzOptions web/build/slim:FuzzJoin e2e/faultserver:FuzzFaults

.PHONY: prove fuzz mutate differential
prove: ## every sequence of up to DEPTH events (6: about a minute and a half), all invariants after each
	go test -count=1 -timeout 1h -v -run TestExhaustive ./core -args -depth $(DEPTH)

fuzz: ## fuzz every parser, and sequences of events, FUZZTIME each (30s)
	@for f in $(FUZZ); do echo "$$f"; \
		go test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x ./$${f%:*} || exit 1; done

mutate: ## break the core in one place at a time; report what the tests miss (MUTATE="-all" for all, which takes an hour)
	go run ./core/mutate $(MUTATE)

differential: build ensure-node ## a thousand random lives through the native build and the module, byte for byte
	@mkdir -p .cache
	WASM=web/dist/websocket-reconnect.wasm go test -count=1 -v -run TestSameAsWasm ./core/port >.cache/differential.log 2>&1; \
		status=$$?; cat .cache/differential.log; exit $$status
	@grep -q '^--- PASS: TestSameAsWasm' .cache/differential.log || { echo "no life was taken through both builds"; exit 1; }

# How long, and from which seed.
SOAK ?= 30m
SEED ?= 1
.PHONY: soak
soak: build ensure-chromium ## chaos in Chromium, both placements, for SOAK from SEED; 10,000 clients and reconnections that leave nothing behind
	chrome=$$(go run ./web/build/ensure chromium) && \
		CHROME="$$chrome" E2E=1 SOAK=$(SOAK) SEED=$(SEED) go test -count=1 -timeout 24h -v ./e2e -run 'TestChaos$$|Leaks$$'

##### Measure #####

.PHONY: bench
bench: build ensure-chromium e2e/bench/node_modules/.package-lock.json ## measure us beside native and other libraries; write docs/benchmark.md and README's table (BENCH: more flags)
	chrome=$$(go run ./web/build/ensure chromium) && \
		CHROME="$$chrome" go run ./e2e/bench -doc docs/benchmark.md -readme README.md -json .cache/bench.json $(BENCH)

##### Tools #####

.PHONY: ensure-chromium ensure-node
ensure-chromium: ## find a Chromium, or install Debian's
	@go run ./web/build/ensure chromium >/dev/null

ensure-node: ## find Node, or install Debian's
	@go run ./web/build/ensure node >/dev/null

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@go run ./web/build/ensure node npm >/dev/null
	cd $* && npm ci --no-progress
	@touch $@
