/* SPDX-License-Identifier: MIT
 *
 * test_cluster_checker_members.c - the checker sees a server that goes by
 * another configuration than the latest in its log: made by hand.
 */
#include "tests/t.h"

#include "raft/internal.h"
#include "tests/unit/loner.h"

static const struct raft_effects nothing;

/* The loner's configuration is that of `index`; entry 1 is a command. */
static void goes_by(raft_index index, const struct raft_effects *out,
                    const char *expected)
{
    struct checker *checker = checker_create();
    struct loner loner;

    loner_live(&loner, checker, 0, 0, NULL);
    loner_commit(&loner, "a");
    loner.core->config.index = index;
    checker_step(checker, 0, loner.core, out);
    raft_destroy(loner.core);
    checker_must_say(checker, expected);
}

static void sec6_mb1_a_configuration_that_is_nowhere_is_seen(void **state)
{
    (void)state;
    goes_by(0, &nothing, NULL); /* the one outside the log */
    goes_by(1, &nothing, "Sec6:MB.1: S1 goes by configuration 1, which is not");
    goes_by(7, &nothing, "Sec6:MB.1: S1 goes by configuration 7, which is not");
}

static void sec6_mb1_a_configuration_that_is_passed_over_is_seen(void **state)
{
    static const struct raft_member self = {.id = 1, .in_old = true};
    const struct raft_config config = {.members = {self}, .member_count = 1};
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct raft_entry entries[] = {
        {.term = 1,
         .type = RAFT_ENTRY_CONFIG,
         .byte_count = (uint32_t)raft_config_encode(&config, bytes),
         .bytes = bytes},
        {.term = 1, .type = RAFT_ENTRY_COMMAND}};
    const struct raft_effects appended = {.append = {2, 2, entries}};

    (void)state;
    goes_by(0, &appended, "Sec6:MB.1: S1 goes by configuration 0, which is no");
    entries[0].type = RAFT_ENTRY_COMMAND;
    goes_by(0, &appended, NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sec6_mb1_a_configuration_that_is_nowhere_is_seen),
    cmocka_unit_test(sec6_mb1_a_configuration_that_is_passed_over_is_seen),
};

T_MAIN(tests)
