/* SPDX-License-Identifier: MIT
 *
 * test_sec6_configuration.c - section 6: which configuration is in force, and
 * the bytes it is kept in.
 */
#include "tests/unit/core_harness.h"

/* An AppendEntries of server 2 with one configuration entry. */
static void when_config_arrives(struct test_server *s, raft_term term,
                                raft_index prev, raft_term prev_term,
                                const struct raft_config *config)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = term,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(config, bytes),
        .bytes = bytes};
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES,
        .from = 2,
        .to = 1,
        .term = term,
        .append_entries = {.leader_id = 2,
                           .prev_log_index = prev,
                           .prev_log_term = prev_term,
                           .entries = &entry,
                           .entry_count = 1}};
    when_message(s, &m);
}

/* Bug M2 (NuRaft #67): not only once it is committed. */
static void sec6_mb1_latest_in_the_log_is_in_force_uncommitted(void **state)
{
    struct test_server *s = *state;
    const struct raft_config five = voters(5);

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1"});
    when_config_arrives(s, 4, 2, 1, &five);

    t_u64_eq(fired(s, MB_1), 1);
    assert_true(s->effects.config_changed);
    t_u64_eq(raft_config_of(s->raft)->member_count, 5);
    t_u64_eq(raft_config_of(s->raft)->index, 3);
    t_u64_eq(s->raft->commit_index, 0);
    assert_string_equal(raft_config_of(s->raft)->members[4].address,
                        "server:5");
}

static void sec6_mb1_commands_change_no_configuration(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1"});
    when_append_entries(s, 2, 4, 2, 1, "4 4", 0);

    t_u64_eq(fired(s, MB_1), 0);
    assert_false(s->effects.config_changed);
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
}

/* Not even one whose bytes look like one: clients choose them. */
static void sec6_mb1_command_that_looks_like_one_is_a_command(void **state)
{
    struct test_server *s = *state;
    const struct raft_config five = voters(5);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .type = RAFT_ENTRY_COMMAND,
        .byte_count = (uint32_t)raft_config_encode(&five, bytes),
        .bytes = bytes};

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 4});
    when(s, &(struct raft_input){.type = RAFT_IN_PROPOSE,
                                 .propose = {.entries = &entry, .count = 1}});
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(fired(s, MB_1), 0);
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
}

static void sec6_mb1_deleted_entry_brings_back_the_one_before(void **state)
{
    struct test_server *s = *state;
    const struct raft_config four = voters(4);
    const struct raft_config five = voters(5);

    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_config_arrives(s, 4, 1, 1, &four);
    when_config_arrives(s, 4, 2, 4, &five);
    t_u64_eq(raft_config_of(s->raft)->member_count, 5);

    when_append_entries(s, 3, 5, 2, 4, "5", 0); /* deletes entry 3 */
    t_u64_eq(raft_config_of(s->raft)->member_count, 4);
    t_u64_eq(raft_config_of(s->raft)->index, 2);

    when_append_entries(s, 3, 6, 1, 1, "6", 0); /* and entry 2 */
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
    t_u64_eq(raft_config_of(s->raft)->index, 0);
}

/* Bug M2 again: the log is read at start, whatever was committed. */
static void sec6_mb1_restart_finds_it_in_the_log(void **state)
{
    struct test_server *s = *state;
    const struct raft_config four = voters(4);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry log[] = {
        {.term = 1, .type = RAFT_ENTRY_NO_OP},
        {.term = 1,
         .type = RAFT_ENTRY_CONFIG,
         .byte_count = (uint32_t)raft_config_encode(&four, bytes),
         .bytes = bytes},
        {.term = 1, .type = RAFT_ENTRY_NO_OP}};

    given(s, &(struct given){.current_term = 4}); /* fills in settings */
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when(s,
         &(struct raft_input){
             .type = RAFT_IN_START,
             .start = {.current_term = 4,
                       .log = {.first_index = 1, .count = 3, .entries = log}}});

    assert_true(s->effects.config_changed);
    t_u64_eq(raft_config_of(s->raft)->member_count, 4);
    t_u64_eq(raft_config_of(s->raft)->index, 2);
}

/* What the paper's quorums need: a vote counts where the voter stands. */
static void sec6_mb1_joint_election_needs_both_majorities(void **state)
{
    struct test_server *s = *state;
    struct raft_config joint = voters(5); /* old: 1 2 3; new: 1 4 5 */

    joint.is_joint = true;
    joint.members[3].in_old = joint.members[4].in_old = false;
    joint.members[0].in_new = joint.members[3].in_new =
        joint.members[4].in_new = true;
    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 4, .config = &joint});
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 4);
    when_all_persisted(s);
    when_vote(s, 2, 4, true);
    when_vote(s, 3, 4, true); /* all of C_old */
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);

    when_vote(s, 5, 4, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* Server 2 leaves, 4 comes: 3 stands in another slot. No request changes a
 * leader's configuration yet. */
static void sec6_mb1_what_is_known_of_a_member_moves_with_it(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[1] = config.members[2];
    config.members[2] = config.members[3];
    config.member_count = 3;
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4 4"});
    when_append_succeeds(s, 2, 4);
    when_append_fails(s, 3, 4, 0, 1);
    when_append_succeeds(s, 3, 2);
    raft_adopt_config(s->raft, &config, &s->effects);

    t_u64_eq(s->raft->match_index[1], 2);
    t_u64_eq(s->raft->next_index[1], 4);
    assert_true(s->raft->peer[1].matched);
    t_u64_eq(s->raft->match_index[2], 0);
    t_u64_eq(s->raft->next_index[2], 5); /* new: a guess, as when elected */
    assert_false(s->raft->peer[2].matched);
}

static void config_entry_that_is_none_is_refused(void **state)
{
    struct test_server *s = *state;
    const struct raft_config none = {0};

    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_config_arrives(s, 4, 1, 1, &none);

    assert_int_equal(s->error, RAFT_EINVALID);
    then_log_is(s, "1");
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
}

/* Every cut, and every byte changed: refused, or a sound configuration. */
static void config_bytes_of_any_kind_are_checked(void **state)
{
    struct raft_config config = voters(3);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const size_t count = raft_config_encode(&config, bytes);

    (void)state;
    assert_true(raft_config_decode(bytes, count, &config));
    for (size_t cut = 0; cut < count; cut++) {
        assert_false(raft_config_decode(bytes, cut, &config));
    }
    for (size_t at = 0; at < count; at++) {
        for (unsigned change = 1; change < 256; change++) {
            bytes[at] ^= (uint8_t)change;
            if (raft_config_decode(bytes, count, &config)) {
                assert_true(config.member_count >= 1);
                assert_true(config.member_count <= RAFT_MAX_SLOTS);
                assert_int_not_equal(config.members[0].id, RAFT_NO_SERVER);
            }
            bytes[at] ^= (uint8_t)change;
        }
    }
    t_u64_eq(config.member_count, 3);
}

static void config_of_every_size_survives_its_bytes(void **state)
{
    (void)state;
    for (size_t n = 1; n <= RAFT_MAX_VOTERS; n++) {
        const struct raft_config config = voters(n);
        struct raft_config decoded;
        uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
        const size_t count = raft_config_encode(&config, bytes);

        assert_true(raft_config_decode(bytes, count, &decoded));
        t_u64_eq(decoded.member_count, n);
        for (size_t i = 0; i < n; i++) {
            t_u64_eq(decoded.members[i].id, i + 1);
            assert_true(decoded.members[i].in_old);
            assert_false(decoded.members[i].in_new);
            assert_string_equal(decoded.members[i].address,
                                config.members[i].address);
        }
    }
    const struct raft_config too_many = voters(RAFT_MAX_VOTERS + 1);
    struct raft_config decoded;
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];

    assert_false(raft_config_decode(bytes, raft_config_encode(&too_many, bytes),
                                    &decoded));
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb1_latest_in_the_log_is_in_force_uncommitted),
    T_SERVER(sec6_mb1_commands_change_no_configuration),
    T_SERVER(sec6_mb1_command_that_looks_like_one_is_a_command),
    T_SERVER(sec6_mb1_deleted_entry_brings_back_the_one_before),
    T_SERVER(sec6_mb1_restart_finds_it_in_the_log),
    T_SERVER(sec6_mb1_joint_election_needs_both_majorities),
    T_SERVER(sec6_mb1_what_is_known_of_a_member_moves_with_it),
    T_SERVER(config_entry_that_is_none_is_refused),
    T_SERVER(config_bytes_of_any_kind_are_checked),
    T_SERVER(config_of_every_size_survives_its_bytes),
};

T_MAIN(tests)
