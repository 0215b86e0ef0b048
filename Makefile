# make run: try it, or serve your own repository with REPO=x.fossil
# make test: set up everything and run all tests

VENV ?= .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8080
# One test more than there are processors runs at once, for many of them wait.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
DEMO := .demo/demo.fossil
NCHAN := /usr/lib/nginx/modules/ngx_nchan_module.so

.DEFAULT_GOAL := help
.PHONY: help run demo test check lint compare container bench screenshots setup setup-dev clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: setup ## serve a demo repository, or yours: make run REPO=x.fossil [PORT=8080]
	@$(if $(REPO),,$(BIN)/python -m repoweb.demo $(DEMO))
	@exec $(BIN)/repoweb serve "$(or $(REPO),$(DEMO))" --host $(HOST) --port $(PORT)

test: setup-dev ## run all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal --reruns 2 -rfER

check: setup-dev lint test ## what CI runs: lint and all tests

lint: setup-dev ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

compare: setup-dev ## compare with real fossil on a repository of yours: make compare REPO=x.fossil
	@scripts/need fossil:fossil
	REPOWEB_COMPARE="$(abspath $(REPO))" $(BIN)/python -m pytest tests/oracle -k compared

container: setup-dev ## build the container of deploy/Dockerfile, and try it
	@scripts/need buildah debootstrap
	$(BIN)/python -m pytest tests/deploy/test_container.py

bench: setup-dev ## measure beside real fossil, into docs/benchmarks.md
	@scripts/need cc:gcc wrk:wrk fossil:fossil nginx:nginx-light lighttpd
	$(BIN)/python benchmarks/run.py --write docs/benchmarks.md
	$(BIN)/python benchmarks/deploy.py --write docs/benchmarks.md
	$(BIN)/python benchmarks/rooms.py --write docs/benchmarks.md

screenshots: setup-dev ## draw the pictures of README and docs anew
	$(BIN)/python scripts/screenshots.py

setup:
	@scripts/venv $(VENV)

setup-dev:
	@scripts/need fossil:fossil chromium:chromium setpriv:util-linux npm:npm openssl \
		nginx:nginx-light apache2:apache2-bin lighttpd caddy redis-server \
		$(NCHAN):libnginx-mod-nchan \
		guile:guile-3.0 csi:chicken-bin xmllint:libxml2-utils
	@scripts/venv $(VENV) dev
	@[ node_modules -nt package-lock.json ] || { npm ci --silent && touch node_modules; }

clean: ## remove the virtual environment and the demo
	rm -rf $(VENV) .demo
