# SPDX-License-Identifier: MIT
#
# Do the tests watch every rule? See force_rules.sh; docs/mutants.md has the
# result.

# Who is asked when no test of a rule fails: whoever plays with the core, fast
# ones first.
FORCE_TESTS = $(filter $(addprefix $(B)/tests/test_,fig% sec% beyond% core% \
	image% log% node% scenarios% cluster% explore%),$(TESTS))
FORCE_TESTS_IN_ORDER = $(filter-out %_random,$(FORCE_TESTS)) \
	$(filter %_random,$(FORCE_TESTS))
FORCE_LIBRARIES = $(B)/libtests.a $(B)/libraftsim.a $(B)/libraftbench.a \
	$(SERVER_LIBRARIES) $(B)/libcommon.a $(CMOCKA_LIBS) $(SERVER_LIBS) $(LDLIBS)

##@ Check
force-rules: $(TESTS) ## each guard forced, each act left out: its tests see it
	@B='$(B)' COMPILE='$(CC) $(ALL_CFLAGS)' LINK='$(FORCE_LIBRARIES)' \
		TESTS='$(notdir $(FORCE_TESTS_IN_ORDER))' \
		sh tests/check/force_rules.sh write

.PHONY: force-rules
