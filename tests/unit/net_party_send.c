/* SPDX-License-Identifier: MIT
 *
 * net_party_send.c - what a party sends.
 */
#include <stdlib.h>

#include "tests/t.h"
#include "tests/unit/net_party.h"

void party_send(struct party *party, const struct raft_message *message)
{
    const struct raft_transport transport = net_transport(party->net);

    transport.send(transport.self, message);
}

static void send_append(struct party *party, raft_server_id to, raft_term term,
                        const struct raft_append_entries *append)
{
    struct raft_message message = {.type = RAFT_APPEND_ENTRIES,
                                   .from = party->settings.self.server_id,
                                   .to = to,
                                   .term = term,
                                   .append_entries = *append};

    message.append_entries.leader_id = message.from;
    party_send(party, &message);
}

void party_append(struct party *party, raft_server_id to, raft_term term,
                  size_t entry_count, uint32_t entry_bytes)
{
    uint8_t *const bytes = malloc(entry_bytes + 1u);
    struct raft_entry *const entries = calloc(entry_count + 1, sizeof *entries);

    assert_true(bytes != NULL && entries != NULL);
    for (uint32_t i = 0; i < entry_bytes; i++) {
        bytes[i] = (uint8_t)(i * 31 + i / 251);
    }
    for (size_t i = 0; i < entry_count; i++) {
        entries[i] =
            (struct raft_entry){term, RAFT_ENTRY_COMMAND, entry_bytes, bytes};
    }
    send_append(party, to, term,
                &(struct raft_append_entries){.entries = entries,
                                              .entry_count = entry_count});
    free(entries);
    free(bytes);
}

void party_heartbeat(struct party *party, raft_server_id to, raft_term term,
                     uint64_t read_round)
{
    send_append(party, to, term,
                &(struct raft_append_entries){.read_round = read_round});
}
