/* SPDX-License-Identifier: MIT
 *
 * core_then.c - looks at what a step has done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "tests/unit/core_harness.h"

void then_log_is(const struct test_server *s, const char *terms)
{
    struct raft_entry expected[TEST_MAX_ENTRIES];
    const size_t count = entries_of(terms, 1, expected);

    t_u64_eq(raft_log_last_index(&s->raft->log), count);
    for (raft_index index = 1; index <= count; index++) {
        const struct raft_entry *entry = raft_entry_at(s->raft, index);

        assert_non_null(entry);
        t_u64_eq(entry->term, expected[index - 1].term);
    }
    assert_null(raft_entry_at(s->raft, count + 1));
}

size_t sent_count(const struct test_server *s, enum raft_message_type type,
                  raft_server_id to)
{
    size_t count = 0;

    for (size_t i = 0; i < s->effects.message_count; i++) {
        const struct raft_message *m = &s->effects.messages[i];

        if (m->type == type && (to == RAFT_NO_SERVER || m->to == to)) {
            count++;
        }
    }
    return count;
}

const struct raft_message *sent(const struct test_server *s,
                                enum raft_message_type type, raft_server_id to)
{
    for (size_t i = s->effects.message_count; i-- > 0;) {
        const struct raft_message *m = &s->effects.messages[i];

        if (m->type == type && (to == RAFT_NO_SERVER || m->to == to)) {
            return m;
        }
    }
    fail_msg("no message of type %d to server %llu", (int)type,
             (unsigned long long)to);
    return NULL;
}

const struct raft_request_vote_result *vote_reply(const struct test_server *s)
{
    return &sent(s, RAFT_REQUEST_VOTE_RESULT, RAFT_NO_SERVER)
                ->request_vote_result;
}

const struct raft_append_entries_result *
append_reply(const struct test_server *s)
{
    return &sent(s, RAFT_APPEND_ENTRIES_RESULT, RAFT_NO_SERVER)
                ->append_entries_result;
}

void then_config_is(const struct raft *r, const char *expected)
{
    const struct raft_config *config = raft_config_of(r);
    char text[256] = "";
    size_t used = 0;

    for (raft_server_id id = 1; id <= RAFT_MAX_SLOTS; id++) {
        const int slot = raft_config_slot(config, id);

        if (slot >= 0) {
            const bool in_old = config->members[slot].in_old;
            const bool in_new = config->members[slot].in_new;
            const char *part = in_old   ? (in_new ? "b" : "o")
                               : in_new ? "n"
                                        : "-";

            used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%d%s",
                                     used > 0 ? " " : "", (int)id, part);
        }
    }
    (void)snprintf(text + used, sizeof(text) - used, "%s",
                   config->index > r->commit_index ? " *" : "");
    assert_string_equal(text, expected);
}

static size_t event_count(const struct test_server *s, enum raft_rule rule,
                          bool taken)
{
    size_t count = 0;

    for (size_t i = 0; i < s->effects.rule_event_count; i++) {
        const struct raft_rule_event *event = &s->effects.rule_events[i];

        if (event->rule == rule && event->taken == taken) {
            count += event->count;
        }
    }
    return count;
}

size_t fired(const struct test_server *s, enum raft_rule rule)
{
    return event_count(s, rule, true);
}

size_t declined(const struct test_server *s, enum raft_rule rule)
{
    return event_count(s, rule, false);
}

uint8_t *image_of(const struct raft *r, size_t *byte_count)
{
    *byte_count = raft_image_size(r);

    uint8_t *bytes = malloc(*byte_count);

    assert_non_null(bytes);
    raft_image_encode(r, bytes);
    return bytes;
}
