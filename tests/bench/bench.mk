# SPDX-License-Identifier: MIT
#
# Benchmarks: real processes on free loopback ports, data under build/bench,
# removed when they end.

##@ Measure
bench: release ## three nodes under load, beside what bounds them
	@B=$(B) bash tests/bench/bench.sh

bench-etcd: release ## the same load on etcd and on us, in turn
	@B=$(B) bash tests/bench/bench_etcd.sh

bench-snapshot: ## what a snapshot of a million keys costs the loop
	@$(MAKE) --no-print-directory -s B=$(B)/o2 OPTIMIZE='-O2 -g' \
		$(B)/o2/kv_snapshot
	@$(B)/o2/kv_snapshot

bench-million: release ## a million keys: snapshots under load, restart, a fourth node
	@B=$(B) bash tests/bench/bench_million.sh

bench-log: release ## the log on disk under endless overwriting
	@B=$(B) bash tests/bench/bench_log.sh

$(B)/kv_snapshot: $(B)/tests/bench/kv_snapshot.o $(B)/libkv.a $(B)/libstorage.a
	$(call SAY,LINK)
	$(LINK) $^ -lpthread $(LDLIBS)

.PHONY: bench bench-etcd bench-snapshot bench-million bench-log
