/* SPDX-License-Identifier: MIT
 *
 * test_node.c - effects are carried out once, in order, and not too early.
 */
#include "tests/t.h"

#include <errno.h>

#include "tests/unit/node_world.h"

static void the_configuration_is_told_at_start(void **state)
{
    struct world world;

    (void)state;
    world_create(&world, &raft_options_paper);
    world_start(&world, 3);
    world_happened(&world, "configure:3 ");
    world_destroy(&world);
}

static void fig2_ps1_an_answer_waits_for_all_its_writes(void **state)
{
    struct world world;

    (void)state;
    world_create(&world, &raft_options_paper);
    world_start(&world, 3);
    world.diary[0] = '\0';
    assert_int_equal(world_receive_append(&world, 1, 0, 0, 1), RAFT_OK);
    world_happened(&world, "hard append flush "); /* and no answer yet */
    assert_int_equal(raft_node_persisted(world.node, 1), RAFT_OK);
    world_happened(&world, "");
    assert_int_equal(raft_node_persisted(world.node, 2), RAFT_OK);
    world_happened(&world, "send:4 ");
    assert_int_equal(raft_node_persisted(world.node, 2), RAFT_OK);
    world_happened(&world, ""); /* once */

    /* Nothing new to write: nothing to wait for. */
    assert_int_equal(world_receive_append(&world, 1, 1, 1, 0), RAFT_OK);
    world_happened(&world, "send:4 ");
    world_destroy(&world);
}

static void writes_stand_in_the_order_of_their_numbers(void **state)
{
    struct world world;

    (void)state;
    world_create(&world, &raft_options_paper);
    world_start(&world, 3);
    assert_int_equal(world_receive_append(&world, 1, 0, 0, 1), RAFT_OK);
    world.diary[0] = '\0';
    assert_int_equal(world_receive_append(&world, 2, 0, 0, 2), RAFT_OK);
    world_happened(&world, "hard truncate append flush ");
    t_u64_eq(world.last_seq, 5);
    world_destroy(&world);
}

static void committed_entries_are_applied_batch_by_batch(void **state)
{
    struct raft_options options = raft_options_paper;
    struct world world;
    struct raft_status status;
    raft_index first_index = 0;
    raft_term term = 0;

    (void)state;
    options.max_apply_entries = 2;
    world_lead_alone(&world, &options);
    assert_int_equal(world_propose(&world, 3, &first_index, &term), RAFT_OK);
    t_u64_eq(first_index, 1);
    t_u64_eq(term, 1);
    world_happened(&world, "append flush ");
    assert_int_equal(world_persist(&world), RAFT_OK);
    world_happened(&world, "apply:1 apply:2 ");
    assert_true(raft_node_has_more(world.node));
    assert_int_equal(raft_node_apply_more(world.node), RAFT_OK);
    world_happened(&world, "apply:3 ");
    assert_false(raft_node_has_more(world.node));
    raft_node_status(world.node, &status);
    t_u64_eq(status.last_applied, 3);
    world_destroy(&world);
}

static void a_read_is_answered_after_what_it_waits_for_is_applied(void **state)
{
    struct world world;
    raft_index first_index = 0;
    raft_term term = 0;

    (void)state;
    world_lead_alone(&world, &raft_options_paper);
    assert_int_equal(raft_node_read(world.node, 7, RAFT_READ_CONSISTENT),
                     RAFT_OK);
    world_happened(&world, "");
    assert_int_equal(world_propose(&world, 1, &first_index, &term), RAFT_OK);
    world.diary[0] = '\0';
    assert_int_equal(world_persist(&world), RAFT_OK);
    world_happened(&world, "apply:1 read:7:1 ");
    world_destroy(&world);
}

static void refused_proposals_say_nothing_of_an_index(void **state)
{
    struct world world;
    raft_index first_index = 99;
    raft_term term = 99;

    (void)state;
    world_create(&world, &raft_options_paper);
    world_start(&world, 3);
    world.diary[0] = '\0';
    assert_int_equal(world_propose(&world, 1, &first_index, &term),
                     RAFT_ENOTLEADER);
    assert_int_equal(raft_node_transfer(world.node, 2), RAFT_ENOTLEADER);
    t_u64_eq(first_index, 99);
    t_u64_eq(term, 99);
    world_happened(&world, "");
    t_u64_eq(raft_node_rule_count(world.node, CL_1)->declined, 2);
    t_u64_eq(raft_node_rule_count(world.node, CL_1)->taken, 0);
    world_destroy(&world);
}

static void after_a_failed_write_nothing_is_said_or_done(void **state)
{
    static const struct {
        const char *refused;
        const char *diary;
    } cases[] = {{"hard", ""},
                 {"truncate", "hard "},
                 {"append", "hard truncate "},
                 {"flush", "hard truncate append "}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world world;

        world_create(&world, &raft_options_paper);
        world_start(&world, 3);
        assert_int_equal(world_receive_append(&world, 1, 0, 0, 1), RAFT_OK);
        world.diary[0] = '\0';
        world.refused = cases[i].refused;
        assert_int_equal(world_receive_append(&world, 2, 0, 0, 2), RAFT_EDISK);
        world_happened(&world, cases[i].diary);
        world_destroy(&world);
    }
}

static void a_failed_write_of_a_proposal_is_told(void **state)
{
    struct world world;
    raft_index first_index = 0;
    raft_term term = 0;

    (void)state;
    world_lead_alone(&world, &raft_options_paper);
    world.refused = "append";
    assert_int_equal(world_propose(&world, 1, &first_index, &term), RAFT_EDISK);
    world_happened(&world, "");
    world_destroy(&world);
}

static void settings_that_make_no_sense_are_refused(void **state)
{
    const struct raft_settings settings = {.id = RAFT_NO_SERVER};
    const struct raft_node_parts parts = {.storage = {.self = NULL}};

    (void)state;
    errno = 0;
    assert_null(raft_node_create(&settings, &parts));
    assert_int_equal(errno, EINVAL);
    raft_node_destroy(NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_configuration_is_told_at_start),
    cmocka_unit_test(fig2_ps1_an_answer_waits_for_all_its_writes),
    cmocka_unit_test(writes_stand_in_the_order_of_their_numbers),
    cmocka_unit_test(committed_entries_are_applied_batch_by_batch),
    cmocka_unit_test(a_read_is_answered_after_what_it_waits_for_is_applied),
    cmocka_unit_test(refused_proposals_say_nothing_of_an_index),
    cmocka_unit_test(after_a_failed_write_nothing_is_said_or_done),
    cmocka_unit_test(a_failed_write_of_a_proposal_is_told),
    cmocka_unit_test(settings_that_make_no_sense_are_refused),
};

T_MAIN(tests)
