/* SPDX-License-Identifier: MIT
 *
 * net_samples.c - one frame of each kind, for the tests of net/frame.
 */
#include "tests/unit/net_samples.h"

#include <stdlib.h>
#include <string.h>

#include "tests/t.h"

/* The last three bytes of a file, so there are three at least. */
static struct raft_install_snapshot sample_piece(uint64_t value,
                                                 const uint8_t *contents)
{
    const uint64_t file_bytes = value < 3 ? 3 : value;

    return (struct raft_install_snapshot){
        .leader_id = 7,
        .last_included_index = value == 0 ? 1 : value,
        .last_included_term = value == 0 ? 1 : value,
        .offset = file_bytes - 3,
        .bytes = contents,
        .byte_count = 3,
        .done = true,
        .file_bytes = file_bytes,
        .checksum = (uint32_t)value,
        .read_round = value,
        .sent_tick = value};
}

size_t sample_frame(uint8_t *to, int kind, uint64_t value)
{
    static const uint8_t contents[] = "entry";
    static const enum frame_type plain[] = {
        FRAME_INVITE, FRAME_PING, FRAME_PONG, FRAME_ABSORB, FRAME_DECLINED};
    const struct raft_entry entries[] = {{.term = 1, .type = RAFT_ENTRY_NO_OP},
                                         {.term = 1,
                                          .type = RAFT_ENTRY_COMMAND,
                                          .byte_count = 5,
                                          .bytes = contents},
                                         {.term = value,
                                          .type = RAFT_ENTRY_CONFIG,
                                          .byte_count = 1,
                                          .bytes = contents}};
    const struct frame_route route = {value, 7, value, value};
    const struct net_hello hello = {.cluster_id = value,
                                    .server_id = 7,
                                    .name = "node \xc3\xa9",
                                    .raft_address = "127.0.0.1:7001",
                                    .http_address = "[::1]:8001"};
    struct raft_message m = {.type = (enum raft_message_type)kind,
                             .from = 7,
                             .to = value,
                             .term = value};

    switch (kind) {
    case 0:
        return frame_put_hello(to, &hello, value, value);
    case RAFT_REQUEST_VOTE:
        m.request_vote =
            (struct raft_request_vote){7, value, value, value, true, true};
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        m.request_vote_result =
            (struct raft_request_vote_result){true, value, true};
        break;
    case RAFT_APPEND_ENTRIES:
        m.append_entries =
            (struct raft_append_entries){7,
                                         value > 3 ? value - 3 : 0,
                                         0,
                                         entries,
                                         value > 0 ? 3 : 0,
                                         value,
                                         value,
                                         value};
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        m.append_entries_result = (struct raft_append_entries_result){
            true, value, value, value, value, value, value};
        break;
    case RAFT_TIMEOUT_NOW:
        break;
    case RAFT_INSTALL_SNAPSHOT:
        m.install_snapshot = sample_piece(value, contents);
        m.term = m.install_snapshot.last_included_term;
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        m.install_snapshot_result = (struct raft_install_snapshot_result){
            value, true, value, value, value};
        break;
    case SAMPLE_KINDS - 1:
        return frame_put_applied(to, &route, value);
    default:
        return frame_put_plain(to, plain[kind - SAMPLE_FIRST_PLAIN], &route);
    }
    assert_true(frame_message_bytes(&m) > FRAME_HEADER_BYTES);
    const size_t count = frame_put_message(to, value, value, &m);
    t_u64_eq(count, frame_message_bytes(&m));
    return count;
}

enum frame_error sample_decode(const uint8_t *bytes, size_t count,
                               struct frame *frame, size_t *used)
{
    struct frame_scratch scratch = {0};
    uint8_t *const exact = malloc(count > 0 ? count : 1);

    assert_non_null(exact);
    memcpy(exact, bytes, count);
    const enum frame_error error =
        frame_decode(exact, count, SAMPLE_MAX_BODY, &scratch, frame, used);
    if (error == FRAME_OK && frame->type == RAFT_APPEND_ENTRIES) {
        /* Read all that the frame lends us. */
        volatile uint8_t sum = 0;
        for (size_t i = 0; i < frame->message.append_entries.entry_count; i++) {
            const struct raft_entry *entry =
                &frame->message.append_entries.entries[i];
            for (uint32_t b = 0; b < entry->byte_count; b++) {
                sum = (uint8_t)(sum + entry->bytes[b]);
            }
        }
    }
    if (error == FRAME_OK && frame->type == RAFT_INSTALL_SNAPSHOT) {
        const struct raft_install_snapshot *piece =
            &frame->message.install_snapshot;
        volatile uint8_t sum = 0;

        for (uint32_t b = 0; b < piece->byte_count; b++) {
            sum = (uint8_t)(sum + piece->bytes[b]);
        }
    }
    free(exact);
    frame_scratch_free(&scratch);
    return error;
}
