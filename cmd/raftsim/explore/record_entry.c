/* SPDX-License-Identifier: MIT
 *
 * record_entry.c - what an entry says, in one byte.
 *
 * 0 is a no-op, 1 to 9 are writes of clients, from RECORD_FIRST_CONFIG on are
 * configurations: one digit for each server says how it stands in it.
 */
#include <string.h>

#include "cmd/raftsim/explore/record_internal.h"
#include "raft/check.h"

/* ---- Configurations ------------------------------------------------------ */

/* The digits. */
enum standing { ABSENT, LEARNER, IN_OLD, IN_NEW, IN_BOTH, STANDINGS };

enum { CONFIG_CODES = STANDINGS * STANDINGS * STANDINGS };

static uint8_t digit_weight(raft_server_id id)
{
    uint8_t weight = 1;

    raft_assert(id >= 1 && id <= EXPLORE_SERVERS);
    for (raft_server_id i = 1; i < id; i++) {
        weight *= STANDINGS;
    }
    return weight;
}

static enum standing standing_of(const struct raft_member *member)
{
    if (member->in_old) {
        return member->in_new ? IN_BOTH : IN_OLD;
    }
    return member->in_new ? IN_NEW : LEARNER;
}

uint8_t record_config_code(const struct raft_config *config,
                           const raft_server_id *renamed)
{
    unsigned code = RECORD_FIRST_CONFIG;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];
        const raft_server_id id =
            renamed == NULL ? member->id : renamed[member->id];

        code += digit_weight(id) * (unsigned)standing_of(member);
    }
    return (uint8_t)code;
}

static enum standing standing_in(uint8_t code, raft_server_id id)
{
    return (enum standing)((code - RECORD_FIRST_CONFIG) / digit_weight(id) %
                           STANDINGS);
}

struct raft_config record_code_config(uint8_t code)
{
    struct raft_config config = {.index = 0};

    for (raft_server_id id = 1; id <= EXPLORE_SERVERS; id++) {
        const enum standing standing = standing_in(code, id);
        struct raft_member *member = &config.members[config.member_count];

        if (standing == ABSENT) {
            continue;
        }
        config.member_count++;
        member->id = id;
        member->in_old = standing == IN_OLD || standing == IN_BOTH;
        member->in_new = standing == IN_NEW || standing == IN_BOTH;
        config.is_joint = config.is_joint || member->in_new;
    }
    return config;
}

uint8_t record_voters_code(uint8_t code)
{
    unsigned voters = code;

    for (raft_server_id id = 1; id <= EXPLORE_SERVERS; id++) {
        if (standing_in(code, id) == LEARNER) {
            voters -= digit_weight(id) * (unsigned)LEARNER;
        }
    }
    return (uint8_t)voters;
}

/* ---- Entries ------------------------------------------------------------- */

static const uint8_t payloads[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

struct raft_entry record_command(uint8_t number)
{
    raft_assert(number > 0 && number < sizeof(payloads));
    return (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                               .byte_count = 1,
                               .bytes = &payloads[number]};
}

bool record_is_command(uint8_t payload)
{
    return payload > 0 && payload < sizeof(payloads);
}

/* Servers in the order of their names, as in all worlds there are. */
static struct raft_entry configuration(uint8_t code)
{
    static struct {
        uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
        uint32_t byte_count;
    } made[CONFIG_CODES];
    const size_t at = code - (size_t)RECORD_FIRST_CONFIG;

    raft_assert(at < CONFIG_CODES);
    if (made[at].byte_count == 0) {
        const struct raft_config config = record_code_config(code);

        made[at].byte_count =
            (uint32_t)raft_config_encode(&config, made[at].bytes);
    }
    return (struct raft_entry){.type = RAFT_ENTRY_CONFIG,
                               .byte_count = made[at].byte_count,
                               .bytes = made[at].bytes};
}

struct raft_entry record_entry(uint8_t payload)
{
    if (payload == 0) {
        return (struct raft_entry){.type = RAFT_ENTRY_NO_OP};
    }
    return payload < RECORD_FIRST_CONFIG ? record_command(payload)
                                         : configuration(payload);
}

static uint8_t config_payload(const struct raft_entry *entry)
{
    struct raft_config config;

    raft_assert(raft_config_decode(entry->bytes, entry->byte_count, &config));

    const uint8_t code = record_config_code(&config, NULL);
    const struct raft_entry same = configuration(code);

    raft_assert(same.byte_count == entry->byte_count);
    raft_assert(memcmp(same.bytes, entry->bytes, same.byte_count) == 0);
    return code;
}

uint8_t record_payload(const struct raft_entry *entry)
{
    if (entry->type == RAFT_ENTRY_CONFIG) {
        return config_payload(entry);
    }
    return entry->byte_count == 0 ? 0 : entry->bytes[0];
}

void record_entry_fields(struct image *im, struct raft_entry *entry)
{
    size_t payload = im->mode == READ ? 0 : record_payload(entry);

    u64(im, &entry->term);
    payload = small(im, payload, UINT8_MAX);
    if (im->mode == READ) {
        const raft_term term = entry->term;

        *entry = record_entry((uint8_t)payload);
        entry->term = term;
    }
}
