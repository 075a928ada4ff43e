/* SPDX-License-Identifier: MIT
 *
 * test_image.c - the canonical image: nothing is left out, nothing is added,
 * and no bytes but an image are taken for one.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_harness.h"
#include "tests/unit/image_fields.h"

/* A leader of three with something in every part of it. */
static void given_busy_leader(struct test_server *s)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = &raft_options_default});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    when_change(s, 9, "1 3 4"); /* learner 4 stands in slot 3 */
    when_proposed(s, 2, 3);
    when_proposed(s, 1, 0);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    when_read(s, 8, RAFT_READ_CONSISTENT);
    when_transfer(s, 3);
    t_u64_eq(s->raft->pending_read_count, 2);
}

static bool same_image(const struct raft *a, const struct raft *b)
{
    size_t a_bytes = 0;
    size_t b_bytes = 0;
    uint8_t *a_image = image_of(a, &a_bytes);
    uint8_t *b_image = image_of(b, &b_bytes);
    const bool same =
        a_bytes == b_bytes && memcmp(a_image, b_image, a_bytes) == 0;

    free(a_image);
    free(b_image);
    return same;
}

static struct raft *clone_of(const struct raft *r)
{
    size_t byte_count = 0;
    uint8_t *image = image_of(r, &byte_count);
    struct raft *clone = raft_image_decode(image, byte_count);

    free(image);
    assert_non_null(clone);
    return clone;
}

static void every_field_changes_the_image(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s);
    s->raft->role = RAFT_CANDIDATE; /* its lowest bit changed: a role too */
    struct raft *clone = clone_of(s->raft);

    for (size_t i = 0; i < image_field_count; i++) {
        const struct image_field *field = &image_fields[i];
        uint8_t *at = (uint8_t *)clone + field->offset;

        if (!field->is_in_image) {
            continue;
        }
        *at ^= 1; /* true is false, 2 is 3, 'a' is '`' */
        if (same_image(clone, s->raft)) {
            fail_msg("the image lacks %s", field->name);
        }
        *at ^= 1;
        assert_true(same_image(clone, s->raft));
    }
    raft_destroy(clone);
}

static void every_part_of_an_entry_changes_the_image(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s);
    struct raft *clone = clone_of(s->raft);
    struct raft_entry *entry = &clone->log.entries[5];
    uint8_t *bytes = (uint8_t *)(uintptr_t)entry->bytes;
#define CHANGED(lvalue, value)                                 \
    do {                                                       \
        const struct raft_entry was = *entry;                  \
        const struct raft_log_mark mark = clone->log.marks[5]; \
        const uint8_t byte = bytes[2];                         \
        (lvalue) = (value);                                    \
        assert_false(same_image(clone, s->raft));              \
        *entry = was;                                          \
        clone->log.marks[5] = mark;                            \
        bytes[2] = byte;                                       \
        assert_true(same_image(clone, s->raft));               \
    } while (0)

    CHANGED(entry->term, 4);
    CHANGED(entry->type, RAFT_ENTRY_NO_OP);
    CHANGED(entry->byte_count, 2);
    CHANGED(bytes[2], 9);
    CHANGED(clone->log.marks[5].written_by, 1);
#undef CHANGED
    clone->log.count--;
    assert_false(same_image(clone, s->raft));
    clone->log.count++;
    raft_destroy(clone);
}

/* Whatever lies between two listed fields must be too small for a field. */
static void no_field_is_missing_in_the_list(void **state)
{
    size_t covered = 0;

    (void)state;
    for (size_t i = 0; i < image_field_count; i++) {
        const struct image_field *field = &image_fields[i];
        const size_t end = field->offset + field->size;
        /* It may begin a struct that is aligned more strictly. */
        const size_t padding = field->offset % 8 == 0 ? 8 : field->alignment;

        if (field->offset >= covered + padding) {
            fail_msg("a field before %s is not in the list", field->name);
        }
        covered = end > covered ? end : covered;
    }
    assert_true(sizeof(struct raft) - covered < 8);
}

/* What memory held before must not show: equal servers, equal bytes. */
static void dead_slots_and_capacity_are_not_in_the_image(void **state)
{
    struct test_server *s = *state;

    given_busy_leader(s);
    struct raft *clone = clone_of(s->raft);

    clone->next_index[4] = 99;
    clone->match_index[RAFT_MAX_SLOTS - 1] = 99;
    clone->peer[4].acked_round = 99;
    clone->config.members[4].id = 99;
    clone->change.wanted.members[3].id = 99;
    clone->pending_reads[2].read_id = 99;
    memset(clone->config.members[0].address + 10, 'x', 3);
    assert_true(same_image(clone, s->raft));
    assert_true(clone->log.capacity != s->raft->log.count);
    raft_destroy(clone);
}

/* A clone is the same server: the same inputs, the same effects and state. */
static void clone_lives_on_as_the_original_does(void **state)
{
    struct test_server *s = *state;
    static struct raft_effects effects;

    srand(12);
    given_busy_leader(s);
    for (int i = 0; i < 3000; i++) {
        struct raft_message m = {.type = RAFT_APPEND_ENTRIES_RESULT,
                                 .from = 2 + (raft_server_id)(rand() % 2),
                                 .to = 1,
                                 .term = s->raft->current_term};
        struct raft_input in = {.type = RAFT_IN_TICK, .ticks = 1};
        struct raft *clone = clone_of(s->raft);

        if (rand() % 3 == 0) {
            in = (struct raft_input){.type = RAFT_IN_PERSISTED,
                                     .persisted = s->raft->last_write_seq};
        } else if (rand() % 2 == 0) {
            m.type = s->raft->role == RAFT_LEADER ? m.type
                                                  : RAFT_REQUEST_VOTE_RESULT;
            if (s->raft->role != RAFT_LEADER) {
                m.request_vote_result = (struct raft_request_vote_result){
                    .vote_granted = rand() % 3 == 0,
                    .pre_vote = s->raft->pre_voting,
                    .asked_term =
                        s->raft->current_term + (s->raft->pre_voting ? 1 : 0)};
            }
            in = (struct raft_input){.type = RAFT_IN_MESSAGE, .message = m};
        }
        when(s, &in);
        assert_int_equal(raft_step(clone, &in, &effects), s->error);
        t_u64_eq(effects.message_count, s->effects.message_count);
        t_u64_eq(effects.append_seq, s->effects.append_seq);
        t_u64_eq(effects.rule_event_count, s->effects.rule_event_count);
        assert_true(same_image(clone, s->raft));
        raft_destroy(clone);
    }
}

/* ---- Bytes that are no image -------------------------------------------- */

/* In a block of exactly its size, so that a sanitizer sees any overrun. */
static bool is_taken(const uint8_t *image, size_t byte_count)
{
    uint8_t *copy = malloc(byte_count > 0 ? byte_count : 1);

    assert_non_null(copy);
    memcpy(copy, image, byte_count);
    struct raft *r = raft_image_decode(copy, byte_count);
    free(copy);
    if (r == NULL) {
        return false;
    }
    /* Taken: then it is THE image of the server it describes. */
    size_t again_bytes = 0;
    uint8_t *again = image_of(r, &again_bytes);

    t_u64_eq(again_bytes, byte_count);
    assert_memory_equal(again, image, byte_count);
    free(again);
    raft_destroy(r);
    return true;
}

static void cut_and_lengthened_images_are_refused(void **state)
{
    struct test_server *s = *state;
    size_t byte_count = 0;

    given_busy_leader(s);
    uint8_t *image = image_of(s->raft, &byte_count);
    uint8_t *longer = calloc(1, byte_count + 1);

    assert_non_null(longer);
    assert_true(is_taken(image, byte_count));
    for (size_t cut = 0; cut < byte_count; cut++) {
        assert_false(is_taken(image, cut));
    }
    memcpy(longer, image, byte_count);
    assert_false(is_taken(longer, byte_count + 1));
    free(longer);
    free(image);
}

static void changed_images_are_refused_or_canonical(void **state)
{
    struct test_server *s = *state;
    const uint8_t values[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    size_t byte_count = 0;
    size_t refused = 0;

    given_busy_leader(s);
    uint8_t *image = image_of(s->raft, &byte_count);

    for (size_t at = 0; at < byte_count; at++) {
        const uint8_t was = image[at];

        for (size_t i = 0; i < sizeof(values); i++) {
            image[at] = values[i];
            refused += is_taken(image, byte_count) ? 0 : 1;
        }
        image[at] = was;
    }
    assert_true(refused > byte_count); /* most are */
    assert_true(is_taken(image, byte_count));
    image[0]++; /* the version */
    assert_false(is_taken(image, byte_count));
    free(image);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(every_field_changes_the_image),
    T_SERVER(every_part_of_an_entry_changes_the_image),
    T_SERVER(no_field_is_missing_in_the_list),
    T_SERVER(dead_slots_and_capacity_are_not_in_the_image),
    T_SERVER(clone_lives_on_as_the_original_does),
    T_SERVER(cut_and_lengthened_images_are_refused),
    T_SERVER(changed_images_are_refused_or_canonical),
};

T_MAIN(tests)
