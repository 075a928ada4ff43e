# SPDX-License-Identifier: MIT
#
# Benchmarks: real processes on free loopback ports, data under build/bench,
# removed when they end.

##@ Measure
bench: release ## three nodes under load, beside what bounds them
	@B=$(B) bash tests/bench/bench.sh

bench-etcd: release ## the same load on etcd and on us, in turn
	@B=$(B) bash tests/bench/bench_etcd.sh

.PHONY: bench bench-etcd
