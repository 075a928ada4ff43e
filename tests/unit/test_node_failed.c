/* SPDX-License-Identifier: MIT
 *
 * test_node_failed.c - a node whose disk has failed: memory is ahead of it, so
 * nothing more may be said, and no further input taken.
 */
#include "tests/t.h"

#include "cmd/common/core_hooks.h"
#include "tests/unit/node_world.h"

enum { ELECTION_IS_DUE = 1000 };

static void lead_three(struct world *world)
{
    const struct raft_message vote = {
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = 2,
        .to = 1,
        .term = 1,
        .request_vote_result = {.vote_granted = true, .asked_term = 1}};
    struct raft_status status;

    world_create(world, &raft_options_paper);
    world_start(world, 3);
    assert_int_equal(raft_node_tick(world->node, ELECTION_IS_DUE), RAFT_OK);
    assert_int_equal(world_persist(world), RAFT_OK);
    assert_int_equal(raft_node_receive(world->node, &vote), RAFT_OK);
    raft_node_status(world->node, &status);
    assert_int_equal(status.role, RAFT_LEADER);
    world->diary[0] = '\0';
}

/* Without it a vote would wait for ever, for want of another write. */
static void term_and_vote_alone_are_flushed(void **state)
{
    struct world world;

    (void)state;
    world_create(&world, &raft_options_paper);
    world_start(&world, 3);
    world.diary[0] = '\0';
    assert_int_equal(raft_node_tick(world.node, ELECTION_IS_DUE), RAFT_OK);
    world_happened(&world, "hard flush ");
    world_destroy(&world);
}

/* What needs no write may go out at once, but not when one has failed. */
static void entries_that_could_not_be_written_are_not_sent(void **state)
{
    struct world world;
    raft_index first_index = 0;
    raft_term term = 0;

    (void)state;
    lead_three(&world);
    world.refused = "append";
    assert_int_equal(world_propose(&world, 1, &first_index, &term), RAFT_EDISK);
    world_happened(&world, "");
    world_destroy(&world);
}

static jmp_buf panicked;

static void on_panic(const char *what, const char *file, int line)
{
    (void)what;
    (void)file;
    (void)line;
    longjmp(panicked, 1);
}

static void next_input(struct world *world, int kind)
{
    raft_index first_index = 0;
    raft_term term = 0;

    switch (kind) {
    case 0:
        (void)raft_node_tick(world->node, 1);
        return;
    case 1:
        (void)raft_node_persisted(world->node, world->last_seq);
        return;
    default:
        (void)world_propose(world, 1, &first_index, &term);
    }
}

static bool panics_at(struct world *world, int kind)
{
    volatile bool panics = true;

    core_on_panic(on_panic);
    if (setjmp(panicked) == 0) {
        next_input(world, kind);
        panics = false;
    }
    core_on_panic(NULL);
    return panics;
}

/* Server 3 stands in a later term: the answer is held for the disk. */
static enum raft_error asked_for_a_vote(struct world *world, raft_term term)
{
    const struct raft_message request = {
        .type = RAFT_REQUEST_VOTE,
        .from = 3,
        .to = 1,
        .term = term,
        .request_vote = {.candidate_id = 3, .asked_term = term}};

    return raft_node_receive(world->node, &request);
}

static void after_a_failed_write_any_input_is_a_bug(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct world world;

        lead_three(&world);
        assert_int_equal(asked_for_a_vote(&world, 2), RAFT_OK);
        world_happened(&world, "hard flush ");
        world.refused = "hard";
        assert_int_equal(asked_for_a_vote(&world, 3), RAFT_EDISK);
        world.refused = NULL; /* it works again: too late */
        assert_true(panics_at(&world, kind));
        world_happened(&world, ""); /* nor is what was held let go */
        world_destroy(&world);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(term_and_vote_alone_are_flushed),
    cmocka_unit_test(entries_that_could_not_be_written_are_not_sent),
    cmocka_unit_test(after_a_failed_write_any_input_is_a_bug),
};

T_MAIN(tests)
