/* SPDX-License-Identifier: MIT
 *
 * test_explore_figure3.c - who decides on an entry when members change, as the
 * exhaustive search asks it (section 6, Figure 11).
 */
#include <string.h>

#include "cmd/raftsim/explore/figure3.h"
#include "tests/t.h"

/* C_old is S1 and S2. */
static const struct explore_world world = {
    .name = "figure3", .members = S1 | S2, .changes = {S1 | S2 | S3}};

enum { NO_OP = 0, WRITE = 1 };

static uint8_t code(uint8_t in_old, uint8_t in_new, uint8_t learners)
{
    struct raft_config config = {.is_joint = in_new != 0};

    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        if (((in_old | in_new | learners) >> i & 1) != 0) {
            struct raft_member *member = &config.members[config.member_count++];

            member->id = i + 1;
            member->in_old = (in_old >> i & 1) != 0;
            member->in_new = (in_new >> i & 1) != 0;
        }
    }
    return record_config_code(&config, NULL);
}

/* All entries are of term 1. */
static struct explore_log log_of(size_t count, const uint8_t payloads[])
{
    struct explore_log log = {.count = (uint8_t)count};

    memset(log.terms, 1, count);
    memcpy(log.payloads, payloads, count);
    return log;
}

/* Three servers, of which S1 does something. */
struct scene {
    struct explore_tables tables;
    struct explore_server facts[EXPLORE_SERVERS + 1];
    uint32_t servers[EXPLORE_SERVERS];
    struct explore_log log; /* of S1, then */
};

/* on_disk: how many of S1's entries. was_count: S1 had no more before. */
static void set_scene(struct scene *scene, const struct explore_log *log,
                      const uint8_t on_disk[EXPLORE_SERVERS], size_t was_count)
{
    struct explore_log was = log_of(was_count, log->payloads);

    *scene = (struct scene){.log = *log};
    scene->tables.glue.world = &world;
    scene->tables.servers = scene->facts;
    for (uint32_t i = 0; i < EXPLORE_SERVERS; i++) {
        struct explore_log disk = log_of(on_disk[i], log->payloads);

        scene->servers[i] = i;
        scene->facts[i].disk_log = tables_log_number(&scene->tables, &disk);
    }
    scene->facts[0].log = tables_log_number(&scene->tables, log);
    scene->facts[EXPLORE_SERVERS].log = tables_log_number(&scene->tables, &was);
}

static bool is_decided(const struct explore_log *log, uint8_t on_s1,
                       uint8_t on_s2, uint8_t on_s3, size_t was_count,
                       size_t index)
{
    const uint8_t on_disk[] = {on_s1, on_s2, on_s3};
    struct scene scene;

    set_scene(&scene, log, on_disk, was_count);

    const struct explore_change change = {scene.servers, 0, EXPLORE_SERVERS};
    const bool decided =
        figure3_is_decided(&scene.tables, &change, log, index - 1);

    intern_free(&scene.tables.logs);
    return decided;
}

/* ---- Majorities ---------------------------------------------------------- */

static void before_any_entry_the_first_members_decide(void **state)
{
    const struct explore_log log = log_of(1, (uint8_t[]){WRITE});

    (void)state;
    assert_true(is_decided(&log, 1, 1, 0, 1, 1));
    assert_false(is_decided(&log, 1, 0, 1, 1, 1));
}

static void learners_do_not_count(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, 0, S3), WRITE};
    const struct explore_log log = log_of(2, payloads);

    (void)state;
    assert_false(is_decided(&log, 2, 1, 2, 2, 2));
    assert_true(is_decided(&log, 2, 2, 0, 2, 2));
}

static void c_old_new_needs_both_majorities(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, S2 | S3, 0), WRITE};
    const struct explore_log log = log_of(2, payloads);

    (void)state;
    assert_false(is_decided(&log, 2, 2, 0, 2, 2)); /* S3 is missing */
    assert_false(is_decided(&log, 0, 2, 2, 2, 2)); /* S1 is */
    assert_true(is_decided(&log, 2, 2, 2, 2, 2));
}

/* S1 commits C_old,new, and appends C_new in the same event. */
static void c_new_does_not_decide_on_what_came_before(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, S2 | S3, 0), WRITE,
                                code(S2 | S3, 0, 0)};
    const struct explore_log log = log_of(3, payloads);

    (void)state;
    assert_false(is_decided(&log, 0, 3, 3, 2, 1));
    assert_true(is_decided(&log, 1, 3, 3, 2, 1));
    assert_true(is_decided(&log, 1, 3, 3, 2, 2)); /* but behind it */
    assert_false(is_decided(&log, 3, 3, 1, 2, 2));
}

/* An entry of the same index and another term is another. */
static void other_entries_do_not_count(void **state)
{
    const uint8_t payloads[] = {WRITE};
    struct explore_log log = log_of(1, payloads);

    (void)state;
    log.terms[0] = 2;
    assert_false(is_decided(&log, 1, 1, 1, 1, 1));
    log.terms[0] = 1;
    assert_true(is_decided(&log, 1, 1, 1, 1, 1));
}

/* ---- Changes ------------------------------------------------------------- */

static bool has_two_changes(const struct explore_log *log, size_t committed)
{
    const uint8_t nowhere[EXPLORE_SERVERS] = {0};
    struct explore_log all = log_of(committed, log->payloads);
    char broken[GLUE_BROKEN_BYTES] = "";
    struct scene scene;

    set_scene(&scene, log, nowhere, 0);

    const struct explore_change change = {scene.servers, 0, EXPLORE_SERVERS};

    figure3_changes(&scene.tables, &change,
                    tables_log_number(&scene.tables, &all), broken);
    intern_free(&scene.tables.logs);
    return broken[0] != '\0';
}

static void c_new_waits_for_c_old_new(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, 0, 0),
                                code(S1 | S2, S1 | S2 | S3, 0), NO_OP,
                                code(S1 | S2 | S3, 0, 0)};
    const struct explore_log log = log_of(4, payloads);

    (void)state;
    assert_true(has_two_changes(&log, 0));
    assert_true(has_two_changes(&log, 1));
    assert_false(has_two_changes(&log, 2));
    assert_false(has_two_changes(&log, 4));
}

static void learners_change_no_majority(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, 0, 0), code(S1 | S2, 0, S3),
                                code(S1 | S2, S1 | S2 | S3, 0)};
    const struct explore_log log = log_of(3, payloads);

    (void)state;
    assert_false(has_two_changes(&log, 1));
}

/* Neither what all begin with, nor the same members once more. */
static void same_voters_are_no_change(void **state)
{
    const uint8_t payloads[] = {code(S1 | S2, 0, 0), code(S1 | S3, 0, 0),
                                code(S1 | S3, 0, 0)};
    const struct explore_log log = log_of(3, payloads);

    (void)state;
    assert_false(has_two_changes(&log, 0));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(before_any_entry_the_first_members_decide),
    cmocka_unit_test(learners_do_not_count),
    cmocka_unit_test(c_old_new_needs_both_majorities),
    cmocka_unit_test(c_new_does_not_decide_on_what_came_before),
    cmocka_unit_test(other_entries_do_not_count),
    cmocka_unit_test(c_new_waits_for_c_old_new),
    cmocka_unit_test(learners_change_no_majority),
    cmocka_unit_test(same_voters_are_no_change),
};

T_MAIN(tests)
