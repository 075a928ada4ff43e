/* SPDX-License-Identifier: MIT
 *
 * test_image_snapshot.c - the image of a server with snapshots: one that is
 * taken for an image describes a server that can go on.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_snapshot.h"

/* Server 3 has 400 bytes of the snapshot; two entries of its tail are left. */
static void given_sending_leader(struct test_server *s)
{
    struct raft_options options = raft_options_paper;

    options.keep_entries = 2;
    given_compacted_leader(s, &options);
    when_append_fails(s, 3, 4, 0, 1);
    when_place_is_told(s, 3, 6, 400);
    when_proposed(s, 1, 10);
    t_u64_eq(s->raft->peer[2].sending.offset, 400);
}

/* It has a snapshot of its own, and 400 bytes of the next one. */
static void given_receiving_follower(struct test_server *s)
{
    const struct raft_snapshot snapshot = snapshot_of(9, 5);

    given(s, &(struct given){.current_term = 5,
                             .log_terms = "1 1 4 4 5 5",
                             .commit_index = 4});
    when_applied(s);
    when_taken(s);
    when_piece(s, 5, &snapshot, 0, 400);
    t_u64_eq(s->raft->receiving.bytes_stored, 400);
    t_u64_eq(s->raft->snapshot.last_index, 4);
}

/* What a server is asked in the next steps; effects that are as good. */
static void go_on(struct raft *r)
{
    static struct raft_effects out;
    const struct raft_message append = {
        .type = RAFT_APPEND_ENTRIES,
        .from = 2,
        .to = 1,
        .term = r->current_term + 1,
        .append_entries = {.leader_id = 2, .prev_log_index = 1}};
    struct raft_input in = {.type = RAFT_IN_TICK, .ticks = 1};

    for (int i = 0; i < TEST_ELECTION_TICKS_MAX; i++) {
        (void)raft_step(r, &in, &out);
    }
    in = (struct raft_input){.type = RAFT_IN_MESSAGE, .message = append};
    (void)raft_step(r, &in, &out);
}

static void then_image_is_sound(const struct test_server *s)
{
    const uint8_t values[] = {0, 1, 2, 9, 0x7f, 0xff};
    size_t byte_count = 0;
    uint8_t *image = image_of(s->raft, &byte_count);
    struct raft *clone = raft_image_decode(image, byte_count);
    size_t clone_bytes = 0;

    assert_non_null(clone);
    uint8_t *again = image_of(clone, &clone_bytes);

    t_u64_eq(clone_bytes, byte_count);
    assert_memory_equal(again, image, byte_count);
    raft_destroy(clone);
    free(again);
    for (size_t at = 0; at < byte_count; at++) {
        const uint8_t was = image[at];

        for (size_t i = 0; i < sizeof(values); i++) {
            image[at] = values[i];
            struct raft *r = raft_image_decode(image, byte_count);

            if (r != NULL) {
                go_on(r);
            }
            raft_destroy(r);
        }
        image[at] = was;
    }
    free(image);
}

static void image_of_a_leader_that_sends_a_snapshot(void **state)
{
    struct test_server *s = *state;

    given_sending_leader(s);
    then_image_is_sound(s);
}

static void image_of_a_follower_that_receives_a_snapshot(void **state)
{
    struct test_server *s = *state;

    given_receiving_follower(s);
    then_image_is_sound(s);
}

static void image_of_a_server_whose_log_is_empty(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 5", .commit_index = 2});
    when_applied(s);
    when_taken(s);
    then_log_begins_after(s, 2, 5, "");
    then_image_is_sound(s);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(image_of_a_leader_that_sends_a_snapshot),
    T_SERVER(image_of_a_follower_that_receives_a_snapshot),
    T_SERVER(image_of_a_server_whose_log_is_empty),
};

T_MAIN(tests)
