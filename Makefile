# The commands of DéliceGo; README.md says what they do, CONTRIBUTING.md how to work with them.
# ARGS is passed on: make demo ARGS='--listen 127.0.0.1:9000', make test ARGS='fefo'.

# rustup writes there; a shell opened before it does not know yet.
export PATH := $(PATH):$(HOME)/.cargo/bin
# Queries are checked against .sqlx: a DATABASE_URL meant for running plays no part in building.
export SQLX_OFFLINE ?= true

.PHONY: demo test endurance promises tirage check bench sqlx fmt

# From an empty machine to the demonstration chain in the browser. As the tests build it: what serves
# for real is built with --release (README.md).
demo:
	scripts/installer
	cargo build --locked
	exec $${CARGO_TARGET_DIR:-target}/debug/delicego demo $(ARGS)

# Everything that is proved, on a real PostgreSQL of its own.
test:
	scripts/installer --tests
	scripts/tests $(ARGS)

# What the suite has once, at length, after the promises: all that is drawn, each size and light of each
# page, a row each.
endurance: promises
	scripts/installer --tests
	scripts/repetitions --au-long $(ARGS)

# Each so many times, a row each: make promises DELICEGO_FOIS=20 ARGS='receiver'.
promises:
	scripts/installer --tests
	scripts/repetitions $(ARGS)

# Recipe books drawn by the hundred, with their truth, a row for each kind of them.
tirage:
	scripts/installer --tests
	scripts/tirage

# What CI runs: form, lints, the offline queries, the tests.
check:
	.ci/run

# Times against a floor, as ratios of one run. BANC: one of them alone, with options of its own.
BANC ?= production preparation livres_lecture livres_ecriture garde_fous
bench:
	scripts/installer
	statut=0; for banc in $(BANC); do \
		cargo bench --locked --bench $$banc -- $(ARGS) || statut=1; done; exit $$statut

# After a change of SQL or of the schema: describes the queries anew in .sqlx.
sqlx:
	scripts/sqlx

fmt:
	cargo fmt
