/* SPDX-License-Identifier: MIT
 *
 * test_sec6_names.c - section 6: a member keeps the name it was added with, in
 * the bytes of its configuration and through a change. Raft does not look at
 * it.
 */
#include <stdio.h>
#include <string.h>

#include "raft/internal.h"
#include "tests/unit/core_harness.h"

static void name_it(struct raft_member *member, const char *name)
{
    snprintf(member->name, sizeof(member->name), "%s", name);
}

static void config_names_survive_their_bytes(void **state)
{
    struct raft_config config = voters(3);
    struct raft_config decoded;
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    char longest[RAFT_MAX_NAME_BYTES];

    (void)state;
    memset(longest, 'n', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = 0;
    name_it(&config.members[0], "a");
    name_it(&config.members[2], longest);
    const size_t count = raft_config_encode(&config, bytes);

    assert_true(raft_config_decode(bytes, count, &decoded));
    assert_string_equal(decoded.members[0].name, "a");
    assert_string_equal(decoded.members[1].name, "");
    assert_string_equal(decoded.members[2].name, longest);
    assert_string_equal(decoded.members[1].address, config.members[1].address);
    for (size_t cut = 0; cut < count; cut++) {
        assert_false(raft_config_decode(bytes, cut, &decoded));
    }
}

/* 18 members, each with the longest name and address, are what there is room
 * for. */
static void config_of_the_greatest_length_fits(void **state)
{
    struct raft_config config = {.is_joint = true};
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct raft_config decoded;

    (void)state;
    for (size_t i = 0; i < RAFT_MAX_SLOTS; i++) {
        struct raft_member *member = &config.members[config.member_count++];

        member->id = i + 1;
        member->in_old = i < RAFT_MAX_VOTERS;
        member->in_new = i >= RAFT_MAX_VOTERS;
        memset(member->address, 'a', sizeof(member->address) - 1);
        memset(member->name, 'n', sizeof(member->name) - 1);
    }
    const size_t count = raft_config_encode(&config, bytes);

    assert_true(count <= sizeof(bytes));
    assert_true(raft_config_decode(bytes, count, &decoded));
    t_u64_eq(decoded.member_count, RAFT_MAX_SLOTS);
    assert_memory_equal(&decoded.members, &config.members,
                        sizeof(config.members));
}

/* A server of the version before this one reads what has no names. */
static void config_without_names_is_written_as_before(void **state)
{
    struct raft_config config = {.member_count = 1};
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    static const uint8_t plain[] = {1, 0, 1, 7, 0, 0,   0,   0,
                                    0, 0, 0, 1, 3, 'x', ':', '1'};
    static const uint8_t with_a_name[] = {2, 0, 1, 7, 0,   0,   0,   0, 0,
                                          0, 0, 1, 3, 'x', ':', '1', 1, 'n'};

    (void)state;
    config.members[0] = (struct raft_member){.id = 7, .in_old = true};
    snprintf(config.members[0].address, sizeof(config.members[0].address),
             "x:1");
    t_u64_eq(raft_config_encode(&config, bytes), sizeof(plain));
    assert_memory_equal(bytes, plain, sizeof(plain));
    name_it(&config.members[0], "n");
    t_u64_eq(raft_config_encode(&config, bytes), sizeof(with_a_name));
    assert_memory_equal(bytes, with_a_name, sizeof(with_a_name));
    bytes[0] = 3;
    assert_false(raft_config_decode(bytes, sizeof(with_a_name), &config));
    bytes[0] = 2;
    bytes[17] = 0; /* a NUL in the name */
    assert_false(raft_config_decode(bytes, sizeof(with_a_name), &config));
}

/* C_old, with learners, joint, C_new: the name goes along. */
static void config_names_go_through_a_change(void **state)
{
    const struct raft_config now = voters(2);
    struct raft_config wanted = voters(3);

    (void)state;
    name_it(&wanted.members[0], "renamed");
    name_it(&wanted.members[2], "third");
    const struct raft_config learning =
        raft_config_with_learners(&now, &wanted);
    const struct raft_config joint = raft_config_joint(&learning, &wanted);
    const struct raft_config last = raft_config_new(&joint);

    assert_string_equal(learning.members[2].name, "third");
    assert_string_equal(joint.members[2].name, "third");
    assert_string_equal(last.members[0].name, "renamed");
    assert_string_equal(last.members[2].name, "third");
    wanted = last;
    name_it(&wanted.members[1], "only its name");
    assert_true(raft_config_same_members(&last, &wanted));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(config_names_survive_their_bytes),
    cmocka_unit_test(config_of_the_greatest_length_fits),
    cmocka_unit_test(config_without_names_is_written_as_before),
    cmocka_unit_test(config_names_go_through_a_change),
};

T_MAIN(tests)
