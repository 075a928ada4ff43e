# Builds with GNU make 3.81 or newer and gcc or clang. `make help` lists all.
# Each directory is a library, each program links what it needs; what is built
# goes below $(B) and nowhere else. CFLAGS, LDFLAGS, LDLIBS are yours: last.

B ?= build
CC ?= cc
OPTIMIZE = -Og -g3 -fno-omit-frame-pointer
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
# A variant is the same tree with other flags in another directory: see asan.
VARIANT_FLAGS =
VARIANT_LDFLAGS = $(VARIANT_FLAGS)
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -I. -MMD -MP $(WARNINGS) \
	$(OPTIMIZE) $(VARIANT_FLAGS) $(CPPFLAGS) $(CFLAGS)
LINK = $(Q)$(CC) $(OPTIMIZE) $(VARIANT_LDFLAGS) $(LDFLAGS) -o $@

# A short line for each file; whole commands with V=1, none with -s.
V ?=
Q = $(if $(V),,@)
SAY = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-5s %s\n' $(1) $@)

# All processors, unless the command line says -j.
ifeq ($(MAKELEVEL)$(filter -j% --jobs%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN)
endif

CIVETWEB_LIBS ?= -lcivetweb
CJSON_LIBS ?= -lcjson
CMOCKA_LIBS ?= -lcmocka

prefix ?= /usr/local
bindir ?= $(prefix)/bin
NODES ?= 3

# One library a folder; a program's main stands in main.c and is in no library.
sources = $(filter-out %/main.c,$(wildcard $(addsuffix /*.c,$(1))))
objects = $(patsubst %.c,$(B)/%.o,$(call sources,$(1)))

CORE_OBJECTS := $(call objects,raft)
RAFT_OBJECTS := $(CORE_OBJECTS) $(call objects,raft/node)
STORAGE_OBJECTS := $(call objects,raft/storage)
KV_OBJECTS := $(call objects,kv)
NET_OBJECTS := $(call objects,net)
HTTP_OBJECTS := $(call objects,http)
COMMON_OBJECTS := $(call objects,cmd/common)
SIM_OBJECTS := $(call objects,cmd/raftsim cmd/raftsim/*)
RAFTD_OBJECTS := $(call objects,cmd/raftd)
BENCH_OBJECTS := $(call objects,cmd/raftbench)

# What needs nothing but a compiler, and what needs the packages.
PROGRAM_NAMES = raftd raftsim raftbench
# Other names of raftd, as users of two demos type them.
LINK_NAMES = hraftd raft-kv-demo
PROGRAMS = $(addprefix $(B)/,$(PROGRAM_NAMES) $(LINK_NAMES))
PACKAGE_OBJECTS := $(HTTP_OBJECTS) $(RAFTD_OBJECTS) $(BENCH_OBJECTS) \
	$(B)/cmd/raftd/main.o $(B)/cmd/raftbench/main.o

TEST_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/*.c))
TEST_SUPPORT := $(filter-out $(B)/tests/unit/test_%,$(TEST_OBJECTS))
TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
ALL_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard raft/*.c raft/*/*.c kv/*.c \
	net/*.c http/*.c cmd/*/*.c cmd/*/*/*.c tests/*/*.c))
# The upgrade builds another version first: `make upgrade`.
E2E := $(filter-out tests/e2e/upgrade.sh,$(wildcard tests/e2e/*.sh))

.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:

##@ Learn
help: ## this list
	@awk -f tests/check/help.awk $(MAKEFILE_LIST)

raftsim: $(B)/raftsim ## the simulator alone: a compiler is all it needs

step: $(B)/raftsim ## gdb, standing in the handler of the first vote
	@sh tests/check/step.sh run $<

rules: ## docs/paper-map.md: each rule of the paper, its code, its tests
	@sh tests/check/rules.sh write

golden: $(B)/tests/test_scenarios ## write the transcripts anew; show what changed
	@sh tests/check/golden.sh $<

run: cluster ## the same as make cluster

cluster: release ## a cluster on this machine, logs here, Ctrl-C ends it
	@NODES=$(NODES) RAFTD=$(B)/release/raftd cmd/raftd/cluster.sh run

cluster-up: release ## the same in the background (NODES=5 for five)
	@NODES=$(NODES) RAFTD=$(B)/release/raftd cmd/raftd/cluster.sh up

cluster-down cluster-status: ## stop it; show it
	@NODES=$(NODES) RAFTD=$(B)/release/raftd \
		cmd/raftd/cluster.sh $(@:cluster-%=%)

##@ Build
all: $(PROGRAMS) ## all programs, for stepping (-Og -g3)

deps: ## install what is missing, with the distribution's packages
	@CC='$(CC)' sh tests/check/deps.sh install server tests

release: ## build/release: the programs as they are installed (-O2)
	@echo "building $(B)/release"
	@$(MAKE) --no-print-directory -s B=$(B)/release OPTIMIZE='-O2 -g' \
		VARIANT_FLAGS='-fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2' \
		VARIANT_LDFLAGS='-pie -Wl,-z,relro,-z,now' all

clean: ## remove everything that was built, and the clusters' data
	rm -rf $(B)

# Other flags than last time: everything is compiled again.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(CC) $(ALL_CFLAGS)" | cmp -s - $@ || \
		echo "$(CC) $(ALL_CFLAGS)" > $@

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call SAY,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libraft.a: $(RAFT_OBJECTS)
$(B)/libstorage.a: $(STORAGE_OBJECTS)
$(B)/libkv.a: $(KV_OBJECTS)
$(B)/libnet.a: $(NET_OBJECTS)
$(B)/libhttp.a: $(HTTP_OBJECTS)
$(B)/libcommon.a: $(COMMON_OBJECTS)
$(B)/libraftsim.a: $(SIM_OBJECTS)
$(B)/libraftd.a: $(RAFTD_OBJECTS)
$(B)/libraftbench.a: $(BENCH_OBJECTS)
$(B)/libtests.a: $(TEST_SUPPORT)
$(B)/lib%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(call SAY,AR)
	$(Q)$(AR) rcs $@ $^

CORE_LIBRARIES = $(B)/libraftsim.a $(B)/libcommon.a $(B)/libkv.a $(B)/libnet.a \
	$(B)/libstorage.a $(B)/libraft.a
SERVER_LIBRARIES = $(B)/libraftd.a $(B)/libhttp.a $(B)/libnet.a \
	$(B)/libcommon.a $(B)/libkv.a $(B)/libstorage.a $(B)/libraft.a
SERVER_LIBS = $(CIVETWEB_LIBS) $(CJSON_LIBS) -lpthread

$(B)/raftsim: $(B)/cmd/raftsim/main.o $(CORE_LIBRARIES)
	$(call SAY,LINK)
	$(LINK) $^ -lpthread $(LDLIBS)

$(B)/raftd: $(B)/cmd/raftd/main.o $(SERVER_LIBRARIES)
	$(call SAY,LINK)
	$(LINK) $^ $(SERVER_LIBS) $(LDLIBS)

$(addprefix $(B)/,$(LINK_NAMES)): $(B)/raftd
	$(call SAY,LINK)
	$(Q)ln -sf raftd $@

$(B)/raftbench: $(B)/cmd/raftbench/main.o $(B)/libraftbench.a $(SERVER_LIBRARIES)
	$(call SAY,LINK)
	$(LINK) $^ $(SERVER_LIBS) $(LDLIBS)

# A test program: its own file, what it needs of the support files beside it,
# every library; the hooks once more, for what only libraft asks for.
$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libtests.a $(B)/libraftsim.a \
		$(B)/libraftbench.a $(SERVER_LIBRARIES)
	@mkdir -p $(@D)
	$(call SAY,LINK)
	$(LINK) $^ $(B)/libcommon.a $(CMOCKA_LIBS) $(SERVER_LIBS) $(LDLIBS)

# Packages are looked for once; `make` alone says what is missing, the targets
# a newcomer starts with install it.
INSTALLING = $(filter deps test check run cluster cluster-up asan tsan bench,$(MAKECMDGOALS))
export RAFT_DEPS := $(if $(INSTALLING),install,$(or $(RAFT_DEPS),check))

$(B)/packages-%:
	@mkdir -p $(@D)
	@CC='$(CC)' sh tests/check/deps.sh $(RAFT_DEPS) $*
	@touch $@
$(B)/packages-tests: | $(B)/packages-server

$(PACKAGE_OBJECTS): | $(B)/packages-server
$(TEST_OBJECTS): | $(B)/packages-tests

##@ Check
test: rules-check check-docs run-tests ## everything that is tested; ends with the rules
check: test ## the same, by its GNU name

RUN_TESTS = B=$(B) RAFTD=$(B)/raftd RAFTSIM=$(B)/raftsim \
	RAFTBENCH=$(B)/raftbench sh tests/check/run_tests.sh

run-tests: $(TESTS) $(PROGRAMS)
	@$(RUN_TESTS) $(E2E) $(TESTS)

rules-check: ## each rule has code and a test, and the paper map is true
	@sh tests/check/rules.sh check

check-docs: $(B)/raftsim ## what the documents name is there
	@sh tests/check/docs.sh $<
	@sh tests/check/worlds.sh check $<

step-check: $(B)/raftsim ## does `make step` stand where it should?
	@sh tests/check/step.sh check $<

upgrade: $(B)/raftd ## a cluster of the last version becomes one of this
	@B=$(B) RAFTD=$(B)/raftd tests/e2e/upgrade.sh

search: release ## every order of events in small worlds (minutes)
	@mkdir -p $(B)/search
	@$(B)/release/raftsim --explore --directory $(B)/search

purity: ## the core calls nothing but mem*, and has no globals
	@$(MAKE) --no-print-directory B=$(B)/purity \
		VARIANT_FLAGS='-fno-stack-protector -U_FORTIFY_SOURCE' purity-core
	@sh tests/check/purity.sh $(B)/purity/core.o

purity-core: $(B)/core.o
$(B)/core.o: $(CORE_OBJECTS)
	$(call SAY,LD)
	$(Q)$(LD) -r -o $@ $^

layers: ## who may include whom; sizes of files and functions
	@sh tests/check/layers.sh

# Sanitizers slow a test down: it gets more time, for each step and in all.
# Memory that is not to be had is NULL there, too: some tests ask for too much.
SANITIZED = ASAN_OPTIONS=allocator_may_return_null=1 \
	TSAN_OPTIONS=allocator_may_return_null=1 \
	$(MAKE) --no-print-directory TEST_TIMEOUT=$(or $(TEST_TIMEOUT),900) \
	PATIENCE=$(or $(PATIENCE),4)
ASAN = -fsanitize=address,undefined -fno-sanitize-recover=all

asan: ## all tests under the address and undefined behaviour sanitizers
	+@$(SANITIZED) B=$(B)/asan VARIANT_FLAGS='$(ASAN)' run-tests

tsan: ## all tests under the thread sanitizer
	+@$(SANITIZED) B=$(B)/tsan VARIANT_FLAGS=-fsanitize=thread run-tests

strict: ## the whole tree without a warning, gcc and clang
	@for cc in gcc clang; do \
		command -v $$cc >/dev/null || { echo "strict: no $$cc"; continue; }; \
		echo "strict: $$cc"; \
		$(MAKE) --no-print-directory -sk B=$(B)/strict-$$cc CC=$$cc \
			OPTIMIZE=-O2 VARIANT_FLAGS=-Werror objects || exit 1; \
	done

objects: $(ALL_OBJECTS)

format: ## rewrite all sources in the one style (clang-format 14)
	@sh tests/check/format.sh write

format-check: ## the same, but only look
	@sh tests/check/format.sh check

lint: ## clang-tidy
	@sh tests/check/lint.sh

analyze: ## gcc's static analyser
	@$(MAKE) --no-print-directory -s B=$(B)/analyze CC=gcc \
		OPTIMIZE=-O1 VARIANT_FLAGS='-fanalyzer -Werror' objects

shellcheck: ## the scripts
	@sh tests/check/shellcheck.sh

ci: ## what runs for every change
	@.ci/run

##@ Ship
INSTALL ?= install
INSTALLED = $(addprefix $(DESTDIR)$(bindir)/,$(PROGRAM_NAMES) $(LINK_NAMES))

install: release ## to $(DESTDIR)$(bindir), prefix=/usr/local by default
	$(INSTALL) -d $(DESTDIR)$(bindir)
	$(INSTALL) -m 755 $(addprefix $(B)/release/,$(PROGRAM_NAMES)) \
		$(DESTDIR)$(bindir)
	for name in $(LINK_NAMES); do \
		ln -sf raftd $(DESTDIR)$(bindir)/$$name || exit 1; \
	done

uninstall: ## exactly what install put there
	rm -f $(INSTALLED)

-include tests/bench/bench.mk
-include tests/check/force_rules.mk
-include tests/mutants/mutants.mk
-include $(ALL_OBJECTS:.o=.d)

FORCE:
.PHONY: FORCE help raftsim step step-check check-docs rules golden run cluster \
	cluster-up cluster-down cluster-status all deps release clean test \
	check search upgrade run-tests rules-check \
	purity purity-core layers asan tsan strict objects format format-check \
	lint analyze shellcheck ci install uninstall
