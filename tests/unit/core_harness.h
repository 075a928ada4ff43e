/* SPDX-License-Identifier: MIT
 *
 * core_harness.h - one server under test: given a state, when an input, then
 * look at the effects.
 *
 * The state is reached through real inputs wherever there is a way, so no
 * test begins in a state that cannot be. Servers are 1, 2, 3...; the one under
 * test is 1. Logs are written as Figure 7 draws them: "1 1 4" are three
 * entries of terms 1, 1 and 4.
 */
#ifndef TESTS_UNIT_CORE_HARNESS_H
#define TESTS_UNIT_CORE_HARNESS_H

#include "raft/internal.h"
#include "tests/t.h"
#include "tests/unit/rule_coverage.h"

enum {
    TEST_ELECTION_TICKS_MIN = 10,
    TEST_ELECTION_TICKS_MAX = 20,
    TEST_HEARTBEAT_TICKS = 3,
    TEST_MAX_ENTRIES = 1024
};

struct test_server {
    struct raft *raft;
    struct raft_settings settings;
    struct raft_config config; /* the first one */
    enum raft_error error;     /* of the last step */
    struct raft_effects effects;
    struct raft_install_snapshot
        store; /* effects.store, once the input is gone */
};

/* What is 0 or NULL is not asked for. */
struct given {
    enum raft_role role;
    raft_term current_term;
    raft_server_id voted_for;           /* a follower's */
    const char *log_terms;              /* on disk before the story begins */
    raft_index commit_index;            /* of a follower; heard from server 2 */
    size_t voter_count;                 /* 0 = 3 */
    const struct raft_config *config;   /* instead of voter_count */
    const struct raft_options *options; /* NULL = the paper's */
};

/* cmocka's setup and teardown: an empty struct test_server. */
int setup_server(void **state);
int teardown_server(void **state);
#define T_SERVER(test) \
    cmocka_unit_test_setup_teardown(test, setup_server, teardown_server)

/* May be called again for another story. */
void given(struct test_server *s, const struct given *g);

/* n voters 1..n; address "server:<id>". */
struct raft_config voters(size_t n);

/* The request for these members: "1 2 4". */
struct raft_change change_to(uint64_t change_id, const char *ids);

/* Entries of these terms; each holds its index and term as 8 bytes. */
size_t entries_of(const char *terms, raft_index first,
                  struct raft_entry *entries);

/* ---- When: each is one step ------------------------------------------- */

void when(struct test_server *s, const struct raft_input *in);
void when_ticks(struct test_server *s, uint32_t ticks);
/* As long as it takes at most. */
void when_election_times_out(struct test_server *s);
void when_heartbeat_is_due(struct test_server *s);
void when_persisted(struct test_server *s, raft_write_seq seq);
/* All that was asked for. */
void when_all_persisted(struct test_server *s);
/* All that was handed out. */
void when_applied(struct test_server *s);
void when_proposed(struct test_server *s, size_t count, uint32_t bytes_each);
void when_read(struct test_server *s, uint64_t read_id,
               enum raft_read_level level);
void when_transfer(struct test_server *s, raft_server_id to);
/* The cluster shall have these members: "1 2 4"; addresses as in voters(). */
void when_change(struct test_server *s, uint64_t change_id, const char *ids);
void when_message(struct test_server *s, const struct raft_message *m);
void when_request_vote(struct test_server *s, raft_server_id from,
                       raft_term term, raft_index last_log_index,
                       raft_term last_log_term);
void when_pre_vote(struct test_server *s, raft_server_id from, raft_term term,
                   raft_index last_log_index, raft_term last_log_term);
void when_vote(struct test_server *s, raft_server_id from, raft_term term,
               bool vote_granted);
void when_append_entries(struct test_server *s, raft_server_id from,
                         raft_term term, raft_index prev_log_index,
                         raft_term prev_log_term, const char *terms,
                         raft_index leader_commit);
/* The answer to a request of this term: equal up to match_index. */
void when_append_succeeds(struct test_server *s, raft_server_id from,
                          raft_index match_index);
/* ... refused at prev_log_index, with no conflicting term. */
void when_append_fails(struct test_server *s, raft_server_id from,
                       raft_index prev_log_index, raft_term conflict_term,
                       raft_index conflict_index);
/* The answer that the server `from` gives to the last request sent to it. */
void when_answered(struct test_server *s, raft_server_id from,
                   const struct raft_message *request);

/* What must hold of the effects of any step; when() sees to it. */
void effects_are_sound(const struct raft *r, const struct raft_effects *out);

/* ---- Then -------------------------------------------------------------- */

/* The log as given: "1 1 4". */
void then_log_is(const struct test_server *s, const char *terms);
/* How many messages of a type go to a server (RAFT_NO_SERVER: to anyone). */
size_t sent_count(const struct test_server *s, enum raft_message_type type,
                  raft_server_id to);
/* The last of them; fails the test when there is none. */
const struct raft_message *sent(const struct test_server *s,
                                enum raft_message_type type, raft_server_id to);
/* The last answer to whoever asked; fails the test when there is none. */
const struct raft_request_vote_result *vote_reply(const struct test_server *s);
const struct raft_append_entries_result *
append_reply(const struct test_server *s);
/* The members in force, in the order of ids: "1b 2o 3n 4-" for one in both
 * sets, in C_old, in C_new, a learner. A last " *": not committed as far as
 * this server knows. */
void then_config_is(const struct raft *r, const char *expected);
/* How often a rule was carried out (declined) in the last step. */
size_t fired(const struct test_server *s, enum raft_rule rule);
size_t declined(const struct test_server *s, enum raft_rule rule);

/* The canonical image; free() it. */
uint8_t *image_of(const struct raft *r, size_t *byte_count);

#endif
