# Builds with GNU make 3.81 or newer and gcc or clang. `make help` lists all.

B ?= build
CC ?= cc
CFLAGS ?= -Og -g3 -fno-omit-frame-pointer
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -I. -MMD -MP $(WARNINGS) \
	$(VARIANT_FLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(VARIANT_FLAGS) $(LDFLAGS)

CIVETWEB_LIBS ?= -lcivetweb
CJSON_LIBS ?= -lcjson
CMOCKA_LIBS ?= -lcmocka

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
SIM_OBJECTS := $(call objects,cmd/raftsim)
RAFTD_OBJECTS := $(call objects,cmd/raftd)
BENCH_OBJECTS := $(call objects,cmd/raftbench)

# What needs nothing but a compiler, and what needs the three packages.
CORE_PROGRAMS = $(B)/raftsim
SERVER_PROGRAMS = $(B)/raftd $(B)/raftbench

TEST_SUPPORT := $(patsubst %.c,$(B)/%.o,$(filter-out tests/unit/test_%, \
	$(wildcard tests/unit/*.c)))
TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))

.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:

##@ Build
all: $(CORE_PROGRAMS) $(SERVER_PROGRAMS) ## the programs, for stepping (-Og -g3)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libraft.a: $(RAFT_OBJECTS)
$(B)/libstorage.a: $(STORAGE_OBJECTS)
$(B)/libkv.a: $(KV_OBJECTS)
$(B)/libnet.a: $(NET_OBJECTS)
$(B)/libhttp.a: $(HTTP_OBJECTS)
$(B)/libcommon.a: $(COMMON_OBJECTS)
$(B)/libraftsim.a: $(SIM_OBJECTS)
$(B)/libraftd.a: $(RAFTD_OBJECTS)
$(B)/libraftbench.a: $(BENCH_OBJECTS)
$(B)/lib%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

CORE_LIBRARIES = $(B)/libraftsim.a $(B)/libcommon.a $(B)/libkv.a \
	$(B)/libstorage.a $(B)/libraft.a
SERVER_LIBRARIES = $(B)/libraftd.a $(B)/libhttp.a $(B)/libnet.a \
	$(B)/libcommon.a $(B)/libkv.a $(B)/libstorage.a $(B)/libraft.a

$(B)/raftsim: $(B)/cmd/raftsim/main.o $(CORE_LIBRARIES)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread

$(B)/raftd: $(B)/cmd/raftd/main.o $(SERVER_LIBRARIES)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CIVETWEB_LIBS) $(CJSON_LIBS) -lpthread

$(B)/raftbench: $(B)/cmd/raftbench/main.o $(B)/libraftbench.a $(SERVER_LIBRARIES)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CIVETWEB_LIBS) $(CJSON_LIBS) -lpthread

# A test program: its own file, the support files beside it, every library.
$(B)/tests/%: $(B)/tests/unit/%.o $(TEST_SUPPORT) $(B)/libraftsim.a $(SERVER_LIBRARIES)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(CIVETWEB_LIBS) \
		$(CJSON_LIBS) -lpthread

-include $(shell find $(B) -name '*.d' 2>/dev/null)
