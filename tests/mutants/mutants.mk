# SPDX-License-Identifier: MIT
#
# The bug museum: each file here is one mistake that somebody made, as a line
# of our code and what to put in its place. See docs/mutants.md.

MUTANTS = B='$(B)' COMPILE='$(CC) $(ALL_CFLAGS) -Werror' \
	LINKER='$(CC) $(OPTIMIZE) $(VARIANT_LDFLAGS) $(LDFLAGS)' \
	SIM_LIBRARIES='$(CORE_LIBRARIES) -lpthread $(LDLIBS)' \
	TEST_LIBRARIES='$(B)/libtests.a $(B)/libraftsim.a $(B)/libraftbench.a \
		$(SERVER_LIBRARIES) $(CMOCKA_LIBS) $(SERVER_LIBS) $(LDLIBS)' \
	sh tests/check/mutants.sh
MUTANT_NEEDS = $(TEST_OBJECTS) $(B)/libtests.a $(B)/cmd/raftsim/main.o \
	$(B)/libraftsim.a $(B)/libraftbench.a $(SERVER_LIBRARIES)

test: mutants-check

##@ Learn
bug: ## N=11: a copy of this tree with a mistake in it, for you to find
	@B='$(B)' MAKE='$(MAKE)' sh tests/check/mutants_bug.sh build '$(N)'

bug-hint bug-answer: ## a nudge; or what it is, and why it matters
	@B='$(B)' sh tests/check/mutants_bug.sh $(@:bug-%=%)

##@ Check
mutants: $(MUTANT_NEEDS) ## each known mistake, made on purpose, fails its tests
	@$(MUTANTS) kill $(N)

mutants-search: $(MUTANT_NEEDS) ## the same by random and exhaustive search (slow)
	@$(MUTANTS) search $(N)

mutants-random: $(MUTANT_NEEDS) ## the same by random search alone
	@$(MUTANTS) random $(N)

mutants-explore: $(MUTANT_NEEDS) ## by exhaustive search alone (N='30 37': these)
	@$(MUTANTS) explore $(N)

mutants-check: ## the mistakes still fit the code, and docs/mutants.md them
	@sh tests/check/mutants.sh check

.PHONY: bug bug-hint bug-answer mutants mutants-search mutants-random \
	mutants-explore mutants-check
