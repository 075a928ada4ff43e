/* SPDX-License-Identifier: MIT
 *
 * test_image_view.c - the view of a server: what it leaves out cannot matter,
 * what can matter it shows.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_harness.h"
#include "tests/unit/image_fields.h"

static const raft_server_id turned[] = {0, 2, 3, 1};
static const raft_server_id turned_back[] = {0, 3, 1, 2};
static const raft_server_id same_names[] = {0, 1, 2, 3};

struct view {
    size_t byte_count;
    uint8_t *bytes;
};

static struct view view_of(const struct raft *r, const raft_server_id *renamed)
{
    struct view view = {.byte_count = raft_image_view(r, renamed, 4, NULL)};

    view.bytes = malloc(view.byte_count);
    assert_non_null(view.bytes);
    t_u64_eq(raft_image_view(r, renamed, 4, view.bytes), view.byte_count);
    return view;
}

static bool same_view_as(const struct raft *a, const raft_server_id *renamed,
                         const struct raft *b)
{
    const struct view x = view_of(a, renamed);
    const struct view y = view_of(b, renamed == NULL ? NULL : same_names);
    const bool same = x.byte_count == y.byte_count &&
                      memcmp(x.bytes, y.bytes, x.byte_count) == 0;

    free(x.bytes);
    free(y.bytes);
    return same;
}

static struct raft *server_seen(const struct raft *r,
                                const raft_server_id *renamed)
{
    const struct view view = view_of(r, renamed);
    struct raft *seen = raft_image_decode(view.bytes, view.byte_count);

    free(view.bytes);
    assert_non_null(seen);
    return seen;
}

static void given_busy_leader(struct test_server *s,
                              const struct raft_options *options)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = options});
    when_all_persisted(s);
    when_proposed(s, 1, 3);
    when_all_persisted(s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    when_change(s, 9, "1 3 4");
    when_proposed(s, 2, 3);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    when_read(s, 8, RAFT_READ_CONSISTENT);
    when_transfer(s, 3);
}

/* ---- What is shown ------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Alters every field in turn: those in `left_out`, and no others, are. */
static void then_left_out_are(struct raft *r, const char *const left_out[])
{
    struct raft *altered = server_seen(r, NULL);

    assert_true(same_view_as(altered, NULL, r));
    raft_destroy(altered);
    for (size_t i = 0; i < image_field_count; i++) {
        const struct image_field *field = &image_fields[i];

        if (!field->is_in_image) {
            continue;
        }
        const struct view before = view_of(r, NULL);
        uint8_t *at = (uint8_t *)r + field->offset;

        *at ^= 1;
        const struct view after = view_of(r, NULL);
        const bool same =
            before.byte_count == after.byte_count &&
            memcmp(before.bytes, after.bytes, before.byte_count) == 0;

        *at ^= 1;
        free(before.bytes);
        free(after.bytes);
        if (same != is_one_of(field->name, left_out)) {
            fail_msg("%s is%s in the view", field->name, same ? " not" : "");
        }
    }
}

static void view_shows_all_that_default_options_look_at(void **state)
{
    static const char *const left_out[] = {"settings.random_seed",
                                           "hard_state_seq", /* done */
                                           NULL};
    struct test_server *s = *state;

    given_busy_leader(s, &raft_options_default);
    s->raft->role = RAFT_CANDIDATE; /* its lowest bit changed: a role too */
    then_left_out_are(s->raft, left_out);
}

static void paper_options_look_at_fewer_clocks(void **state)
{
    static const char *const left_out[] = {
        "settings.random_seed", "hard_state_seq", "ticks_since_leader",
        "peer[0].ticks_silent", NULL};
    struct test_server *s = *state;

    given_busy_leader(s, NULL);
    s->raft->role = RAFT_CANDIDATE;
    then_left_out_are(s->raft, left_out);
}

static void random_state_counts_only_if_draws_differ(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s, NULL);
    struct raft *other = server_seen(s->raft, NULL);

    other->random_state ^= 1;
    assert_false(same_view_as(other, NULL, s->raft));
    other->settings.election_ticks_min = other->settings.election_ticks_max;
    struct raft *third = server_seen(other, NULL);

    third->random_state ^= 1;
    assert_true(same_view_as(third, NULL, other));
    raft_destroy(third);
    raft_destroy(other);
}

static void writes_are_counted_from_what_is_done(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s, NULL);
    struct raft *other = server_seen(s->raft, NULL);

    t_u64_eq(other->persisted_seq, 0);
    t_u64_eq(other->last_write_seq,
             s->raft->last_write_seq - s->raft->persisted_seq);
    t_u64_eq(other->log.marks[0].written_by, 0);
    t_u64_eq(other->log.marks[6].written_by, other->last_write_seq);
    raft_destroy(other);
}

/* ---- Names --------------------------------------------------------------- */

static void renaming_there_and_back_is_the_same_view(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s, &raft_options_default);
    struct raft *there = server_seen(s->raft, turned);

    assert_false(same_view_as(there, NULL, s->raft));
    assert_true(same_view_as(there, turned_back, s->raft));
    t_u64_eq(there->settings.id, 2);
    t_u64_eq(there->voted_for, turned[s->raft->voted_for]);
    t_u64_eq(there->leader_id, 2);
    t_u64_eq(there->transfer_to, 1);
    for (size_t slot = 0; slot < 3; slot++) {
        t_u64_eq(there->config.members[slot].id, slot + 1); /* in order */
    }
    t_u64_eq(there->match_index[2], s->raft->match_index[1]);
    raft_destroy(there);
}

/* ---- It acts as the original --------------------------------------------- */

static struct raft_input random_input(const struct raft *r)
{
    struct raft_message m = {.type = RAFT_APPEND_ENTRIES_RESULT,
                             .from = 2 + (raft_server_id)(rand() % 2),
                             .to = 1,
                             .term = r->current_term};

    switch (rand() % 4) {
    case 0:
        return (struct raft_input){.type = RAFT_IN_TICK,
                                   .ticks = 1 + (uint32_t)(rand() % 4)};
    case 1:
        return (struct raft_input){.type = RAFT_IN_PERSISTED,
                                   .persisted = r->last_write_seq};
    case 2:
        if (r->role == RAFT_LEADER) {
            m.append_entries_result.success = rand() % 2 == 0;
            m.append_entries_result.match_index =
                (raft_index)rand() % (raft_log_last_index(&r->log) + 1);
            break;
        }
        m.type = RAFT_REQUEST_VOTE_RESULT;
        m.request_vote_result = (struct raft_request_vote_result){
            .vote_granted = rand() % 3 > 0,
            .pre_vote = r->pre_voting,
            .asked_term = r->current_term + (r->pre_voting ? 1 : 0)};
        break;
    default:
        m.type = RAFT_REQUEST_VOTE;
        m.term += rand() % 8 == 0 ? 1 : 0;
        m.request_vote = (struct raft_request_vote){
            .candidate_id = m.from,
            .last_log_index = raft_log_last_index(&r->log),
            .last_log_term = raft_log_last_term(&r->log),
            .asked_term = m.term};
        break;
    }
    return (struct raft_input){.type = RAFT_IN_MESSAGE, .message = m};
}

static void then_same_messages(const struct raft_effects *a,
                               const struct raft_effects *b,
                               raft_write_seq done)
{
    t_u64_eq(a->message_count, b->message_count);
    for (size_t i = 0; i < a->message_count; i++) {
        const struct raft_message *x = &a->messages[i];
        const struct raft_message *y = &b->messages[i];

        t_u64_eq(x->type, y->type);
        t_u64_eq(x->to, y->to);
        t_u64_eq(x->term, y->term);
        t_u64_eq(x->needs_write,
                 y->needs_write > 0 ? y->needs_write + done : 0);
    }
}

static void server_seen_acts_as_the_original(void **state)
{
    const struct raft_options *options[] = {&raft_options_default, NULL};
    struct test_server *s = *state;
    static struct raft_effects effects;

    srand(21);
    for (int round = 0; round < 4000; round++) {
        if (round % 40 == 0) {
            given_busy_leader(s, options[round / 40 % 2]);
        }
        const raft_write_seq done = s->raft->persisted_seq;
        struct raft *seen = server_seen(s->raft, NULL);
        const struct raft_input in = random_input(s->raft);
        struct raft_input same = in;

        if (in.type == RAFT_IN_PERSISTED) {
            same.persisted -= done;
        }
        when(s, &in);
        assert_int_equal(raft_step(seen, &same, &effects), s->error);
        then_same_messages(&s->effects, &effects, done);
        t_u64_eq(s->effects.apply.count, effects.apply.count);
        assert_true(same_view_as(seen, NULL, s->raft));
        raft_destroy(seen);
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(view_shows_all_that_default_options_look_at),
    T_SERVER(paper_options_look_at_fewer_clocks),
    T_SERVER(random_state_counts_only_if_draws_differ),
    T_SERVER(writes_are_counted_from_what_is_done),
    T_SERVER(renaming_there_and_back_is_the_same_view),
    T_SERVER(server_seen_acts_as_the_original),
};

T_MAIN(tests)
