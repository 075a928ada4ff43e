/* SPDX-License-Identifier: MIT
 *
 * core_given.c - leads a server into the state a test begins with, through
 * real inputs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "tests/unit/core_harness.h"

enum { ENTRY_BYTES = 16 };

int setup_server(void **state)
{
    *state = calloc(1, sizeof(struct test_server));
    return *state == NULL ? -1 : 0;
}

int teardown_server(void **state)
{
    struct test_server *s = *state;

    raft_destroy(s->raft);
    free(s);
    return 0;
}

static struct raft_member member_of(raft_server_id id)
{
    struct raft_member member = {.id = id, .in_old = true};

    snprintf(member.address, sizeof(member.address), "server:%llu",
             (unsigned long long)id);
    return member;
}

struct raft_config voters(size_t n)
{
    struct raft_config config = {.member_count = n};

    for (size_t slot = 0; slot < n; slot++) {
        config.members[slot] = member_of(slot + 1);
    }
    return config;
}

struct raft_change change_to(uint64_t change_id, const char *ids)
{
    struct raft_change change = {.change_id = change_id};
    char *end = NULL;

    for (const char *from = ids; *from != '\0'; from = end) {
        assert_true(change.member_count < RAFT_MAX_VOTERS);
        change.members[change.member_count++] =
            member_of(strtoull(from, &end, 10));
        assert_true(end > from);
    }
    return change;
}

/* An entry's bytes name it, so that two of them can be told apart. */
static const uint8_t *bytes_of(raft_index index, raft_term term)
{
    static uint8_t bytes[TEST_MAX_ENTRIES][ENTRY_BYTES];
    uint8_t *entry = bytes[index % TEST_MAX_ENTRIES];

    put_u64(entry, index);
    put_u64(entry + 8, term);
    return entry;
}

size_t entries_of(const char *terms, raft_index first,
                  struct raft_entry *entries)
{
    size_t count = 0;
    const char *from = terms == NULL ? "" : terms;
    char *end = NULL;

    for (;; from = end, count++) {
        const unsigned long long term = strtoull(from, &end, 10);

        if (end == from) {
            break;
        }
        assert_true(count < TEST_MAX_ENTRIES);
        entries[count] =
            (struct raft_entry){.term = term,
                                .type = RAFT_ENTRY_COMMAND,
                                .byte_count = ENTRY_BYTES,
                                .bytes = bytes_of(first + count, term)};
    }
    assert_true(from[strspn(from, " ")] == '\0');
    return count;
}

static void start(struct test_server *s, const struct given *g, raft_term term,
                  raft_server_id voted_for)
{
    struct raft_entry entries[TEST_MAX_ENTRIES];
    const struct raft_slice log = {.first_index = 1,
                                   .count =
                                       entries_of(g->log_terms, 1, entries),
                                   .entries = entries};

    s->raft = raft_create(&s->settings);
    assert_non_null(s->raft);
    when(s, &(struct raft_input){.type = RAFT_IN_START,
                                 .start = {.current_term = term,
                                           .voted_for = voted_for,
                                           .log = log,
                                           .initial_config = &s->config}});
    assert_int_equal(s->error, RAFT_OK);
    if (term > 0) { /* D6.4:LS.2 has tests of its own */
        s->raft->ticks_since_leader = s->settings.election_ticks_max;
    }
}

/* The others' answers, for as many as it takes. */
static void grant(struct test_server *s, bool pre_vote)
{
    const enum raft_role wanted = pre_vote ? RAFT_CANDIDATE : RAFT_LEADER;
    const raft_term term = s->raft->current_term;

    for (size_t slot = 0; slot < s->config.member_count; slot++) {
        const raft_server_id from = s->config.members[slot].id;

        if (from == s->settings.id || s->raft->role == wanted) {
            continue;
        }
        struct raft_message m = {
            .type = RAFT_REQUEST_VOTE_RESULT,
            .from = from,
            .to = s->settings.id,
            .term = term,
            .request_vote_result = {.vote_granted = true,
                                    .asked_term = term + (pre_vote ? 1 : 0),
                                    .pre_vote = pre_vote}};
        when_message(s, &m);
    }
    assert_int_equal(s->raft->role, wanted);
}

static void stand_for_election(struct test_server *s, raft_term term)
{
    when_election_times_out(s);
    if (s->raft->role == RAFT_FOLLOWER && s->raft->pre_voting) {
        grant(s, true);
    }
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(s->raft->current_term, term);
}

void given(struct test_server *s, const struct given *g)
{
    raft_destroy(s->raft);
    s->config = g->config != NULL
                    ? *g->config
                    : voters(g->voter_count > 0 ? g->voter_count : 3);
    s->settings = (struct raft_settings){
        .id = 1,
        .random_seed = 7,
        .election_ticks_min = TEST_ELECTION_TICKS_MIN,
        .election_ticks_max = TEST_ELECTION_TICKS_MAX,
        .heartbeat_ticks = TEST_HEARTBEAT_TICKS,
        .options = g->options != NULL ? *g->options : raft_options_paper};
    if (g->role == RAFT_FOLLOWER) {
        start(s, g, g->current_term, g->voted_for);
        if (g->commit_index > 0) {
            when_append_entries(
                s, 2, g->current_term, g->commit_index,
                raft_log_term_at(&s->raft->log, g->commit_index), "",
                g->commit_index);
        }
        return;
    }
    assert_true(g->current_term > 0);
    start(s, g, g->current_term - 1, g->voted_for);
    stand_for_election(s, g->current_term);
    if (g->role == RAFT_LEADER) {
        when_all_persisted(s);
        if (s->raft->role != RAFT_LEADER) {
            grant(s, false);
        }
    }
}
