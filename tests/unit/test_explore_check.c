/* SPDX-License-Identifier: MIT
 *
 * test_explore_check.c - what the exhaustive search asks of one server at rest
 * (sections 6 and 7): a server that is in order passes, one that is not is
 * found.
 */
#include <string.h>

#include "cmd/raftsim/explore/glue_internal.h"
#include "tests/t.h"

/* S1 alone: it elects itself, and commits what it writes. */
static const struct explore_world world = {
    .name = "check",
    .terms = 2,
    .entries = 2,
    .members = S1,
    .changes = {S1 | S2},
    .snapshots = 2,
    .options = {.no_op = true, .keep_entries = 1}};

/* The same, but for where the first configuration stands. */
static const struct explore_world outside = {.name = "outside", .members = S1};

static struct glue glue;

static void take(const struct glue_event *event)
{
    assert_true(glue_take(&glue, event));
    assert_string_equal(glue.broken, "");
}

/* A configuration, a no-op, a write: a snapshot of these, and one more. */
static int begin(void **state)
{
    (void)state;
    glue = (struct glue){.world = &world};
    glue_first_start(&glue, 1);
    take(&(struct glue_event){.type = GLUE_TIMEOUT});
    take(&(struct glue_event){.type = GLUE_PUT, .payload = 1});
    take(&(struct glue_event){.type = GLUE_SNAPSHOT});
    take(&(struct glue_event){.type = GLUE_PUT, .payload = 2});
    return 0;
}

static int end(void **state)
{
    (void)state;
    record_free_server(&glue.server);
    return 0;
}

static void assert_found(const char *what)
{
    glue_check(&glue);
    if (strstr(glue.broken, what) == NULL) {
        fail_msg("'%s' is not '%s'", glue.broken, what);
    }
}

static struct raft_snapshot *meta(void)
{
    return &glue.server.disk.snapshot.meta;
}

static void server_in_order_passes(void **state)
{
    (void)state;
    glue_check(&glue);
    assert_string_equal(glue.broken, "");
    t_u64_eq(meta()->last_index, 3);
    t_u64_eq(meta()->config.index, 1);
    t_u64_eq(glue.server.disk.log_base, 2);
    t_u64_eq(glue.machine.count, 4);
    take(&(struct glue_event){.type = GLUE_CRASH});
    take(&(struct glue_event){.type = GLUE_RESTART});
    t_u64_eq(glue.machine.count, 3); /* no more is known to be committed */
}

static void disk_lacks_entries(void **state)
{
    (void)state;
    glue.server.disk.log_base = 4;
    assert_found("begins after 4, and its snapshot ends at 3");
}

static void snapshot_is_of_another_index(void **state)
{
    (void)state;
    meta()->last_index = 4;
    assert_found("is of something else");
}

static void snapshot_is_of_another_term(void **state)
{
    (void)state;
    meta()->last_term = 1;
    assert_found("is of something else");
}

static void snapshot_has_other_members(void **state)
{
    (void)state;
    meta()->config.members[0].id = 2;
    assert_found("another configuration");
}

static void snapshot_has_a_later_configuration(void **state)
{
    (void)state;
    meta()->config.index = 2;
    assert_found("another configuration");
}

static void disk_has_another_snapshot_than_the_core(void **state)
{
    const struct raft_snapshot newer = {
        .last_index = 4,
        .last_term = 2,
        .byte_count = 1,
        .config = raft_snapshot_of(glue.server.core)->config};

    (void)state;
    t_u64_eq(raft_step(glue.server.core,
                       &(struct raft_input){.type = RAFT_IN_SNAPSHOT_TAKEN,
                                            .snapshot = &newer},
                       &glue.out),
             RAFT_OK);
    assert_found("goes by a snapshot up to 4, and its disk has one up to 3");
}

/* keep_entries: entry 3 is in both. */
static void log_and_snapshot_differ(void **state)
{
    (void)state;
    glue.server.disk.snapshot.bytes[RECORD_PIECE_BYTES + 3]++;
    assert_found("different entries at 3");
}

static void something_else_was_applied(void **state)
{
    (void)state;
    glue.machine.payloads[3]++;
    assert_found("Fig3:SMS");
}

static void too_little_was_applied(void **state)
{
    (void)state;
    glue.machine.count--;
    assert_found("Fig3:SMS");
}

/* Without a snapshot, which would be found first. */
static void other_configuration_is_in_force(void **state)
{
    (void)state;
    end(state);
    glue = (struct glue){.world = &outside};
    glue_first_start(&glue, 1);
    assert_string_equal(glue.broken, "");
    glue.world = &world; /* nothing in the log says who is a member */
    assert_found("Sec6:MB.1");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

static const struct CMUnitTest tests[] = {
    CASE(server_in_order_passes),
    CASE(disk_lacks_entries),
    CASE(snapshot_is_of_another_index),
    CASE(snapshot_is_of_another_term),
    CASE(snapshot_has_other_members),
    CASE(snapshot_has_a_later_configuration),
    CASE(disk_has_another_snapshot_than_the_core),
    CASE(log_and_snapshot_differ),
    CASE(something_else_was_applied),
    CASE(too_little_was_applied),
    CASE(other_configuration_is_in_force),
};

T_MAIN(tests)
