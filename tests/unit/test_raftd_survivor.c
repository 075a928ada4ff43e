/* SPDX-License-Identifier: MIT
 *
 * test_raftd_survivor.c - what a directory's log and snapshot say about the
 * cluster: the latest configuration, and how far the log goes.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftd/survivor.h"

enum { OWN = 7, MAX_ENTRIES = 4 };

/* A log and, perhaps, a snapshot, as storage_load() hands them over. */
struct given {
    struct raft_entry entries[MAX_ENTRIES];
    uint8_t bytes[MAX_ENTRIES][RAFT_MAX_CONFIG_BYTES];
    struct raft_snapshot snapshot;
    struct raft_start start;
};

static struct raft_config config_of(raft_server_id id, const char *address)
{
    struct raft_config config = {.member_count = 2};

    config.members[0] = (struct raft_member){.id = id, .in_old = true};
    config.members[1] = (struct raft_member){.id = 99, .in_old = true};
    (void)snprintf(config.members[0].address, RAFT_MAX_ADDRESS_BYTES, "%s",
                   address);
    return config;
}

static void given_log(struct given *given, raft_index first_index)
{
    *given = (struct given){.start = {.current_term = 9}};
    given->start.log = (struct raft_slice){.first_index = first_index,
                                           .entries = given->entries};
}

static void given_command(struct given *given, raft_term term)
{
    given->entries[given->start.log.count++] =
        (struct raft_entry){.term = term, .type = RAFT_ENTRY_COMMAND};
}

static void given_config(struct given *given, raft_term term,
                         const char *address)
{
    const struct raft_config config = config_of(OWN, address);
    const size_t at = given->start.log.count++;

    given->entries[at] = (struct raft_entry){
        .term = term,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, given->bytes[at]),
        .bytes = given->bytes[at]};
}

static void given_snapshot(struct given *given, raft_index last_index,
                           raft_term last_term)
{
    given->snapshot =
        (struct raft_snapshot){.last_index = last_index,
                               .last_term = last_term,
                               .config = config_of(OWN, "snapshot:1")};
    given->snapshot.config.index = 1;
    given->start.snapshot = &given->snapshot;
}

static struct survivor read_given(const struct given *given)
{
    struct survivor survivor = {.identity = {.server_id = OWN}};

    t_u64_eq(survivor_read(&given->start, &survivor), 0);
    return survivor;
}

static void ends_at(const struct survivor *survivor, raft_index first_index,
                    raft_index last_index, raft_term last_term)
{
    t_u64_eq(survivor->first_index, first_index);
    t_u64_eq(survivor->last_index, last_index);
    t_u64_eq(survivor->last_term, last_term);
}

/* Section 6: the latest in the log, committed or not. */
static void survivor_takes_the_latest_configuration(void **state)
{
    struct given given;

    (void)state;
    given_log(&given, 1);
    given_config(&given, 1, "first:1");
    given_config(&given, 2, "second:2");
    given_command(&given, 3);
    const struct survivor survivor = read_given(&given);

    t_u64_eq(survivor.config.index, 2);
    assert_string_equal(survivor.config.members[0].address, "second:2");
    t_u64_eq(survivor.current_term, 9);
    ends_at(&survivor, 1, 3, 3);
    assert_false(survivor.drops_log);
}

static void survivor_without_any_knows_none(void **state)
{
    struct given given;

    (void)state;
    given_log(&given, 1);
    given_command(&given, 1);
    const struct survivor survivor = read_given(&given);

    t_u64_eq(survivor.config.member_count, 0);
    t_u64_eq(survivor.config.index, 0);
    assert_false(survivor_is_alone(&survivor));
}

static void survivor_prefers_the_log_behind_the_snapshot(void **state)
{
    struct given given;

    (void)state;
    given_log(&given, 3); /* a tail was kept for slow followers */
    given_config(&given, 4, "kept:3");
    given_command(&given, 5);
    given_command(&given, 5);
    given_snapshot(&given, 4, 5);
    struct survivor survivor = read_given(&given);

    assert_string_equal(survivor.config.members[0].address, "snapshot:1");
    t_u64_eq(survivor.config.index, 1);
    ends_at(&survivor, 3, 5, 5);
    assert_false(survivor.drops_log);
    given_config(&given, 6, "behind:6");
    survivor = read_given(&given);
    assert_string_equal(survivor.config.members[0].address, "behind:6");
    t_u64_eq(survivor.config.index, 6);
    ends_at(&survivor, 3, 6, 6);
}

static void survivor_with_nothing_behind_the_snapshot(void **state)
{
    struct given given;

    (void)state;
    given_log(&given, 16);
    given_snapshot(&given, 15, 4);
    const struct survivor survivor = read_given(&given);

    ends_at(&survivor, 16, 15, 4);
    assert_false(survivor.drops_log); /* it is where it should be */
    assert_string_equal(survivor.config.members[0].address, "snapshot:1");
}

/* Figure 13, rule 7: a log that went another way, or not as far. */
static void survivor_drops_a_log_without_the_snapshots_last_entry(void **state)
{
    struct given given;

    (void)state;
    given_log(&given, 1);
    given_config(&given, 1, "old:1");
    given_config(&given, 3, "old:2");
    given_config(&given, 3, "old:3");
    given_snapshot(&given, 2, 3);
    assert_false(read_given(&given).drops_log);
    given_snapshot(&given, 3, 3);
    assert_false(read_given(&given).drops_log);
    given_snapshot(&given, 4, 3);
    assert_true(read_given(&given).drops_log);
    given_snapshot(&given, 2, 4);
    const struct survivor survivor = read_given(&given);

    assert_true(survivor.drops_log);
    ends_at(&survivor, 3, 2, 4);
    assert_string_equal(survivor.config.members[0].address, "snapshot:1");
}

static void survivor_is_where_the_options_say_or_where_it_was(void **state)
{
    static struct raftd_options options = {.raft_advertise = "default:8080"};
    struct survivor survivor = {.identity = {.server_id = OWN}};

    (void)state;
    survivor.config = config_of(OWN, "was:1");
    assert_string_equal(survivor_address(&survivor, &options), "was:1");
    options.names_raft_address = true;
    assert_string_equal(survivor_address(&survivor, &options), "default:8080");
    options.names_raft_address = false;
    survivor.config = config_of(8, "was:1");
    assert_string_equal(survivor_address(&survivor, &options), "");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(survivor_takes_the_latest_configuration),
    cmocka_unit_test(survivor_without_any_knows_none),
    cmocka_unit_test(survivor_prefers_the_log_behind_the_snapshot),
    cmocka_unit_test(survivor_with_nothing_behind_the_snapshot),
    cmocka_unit_test(survivor_drops_a_log_without_the_snapshots_last_entry),
    cmocka_unit_test(survivor_is_where_the_options_say_or_where_it_was),
};

T_MAIN(tests)
