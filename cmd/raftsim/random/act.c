/* SPDX-License-Identifier: MIT
 *
 * act.c - what a random run does to its cluster, and the words for it.
 */
#include "cmd/raftsim/random/act.h"

#include <stdarg.h>
#include <string.h>

#include "cmd/raftsim/random/act_internal.h"
#include "cmd/raftsim/scenario/sim_text.h"
#include "raft/check.h"

enum { MAX_COMMAND_BYTES = 96 };

void act_line(struct act *act, const char *format, ...)
{
    va_list values;

    if (act->tape == NULL) {
        return;
    }
    va_start(values, format);
    vfprintf(act->tape, format, values);
    va_end(values);
    fputc('\n', act->tape);
}

/* ---- Time ---------------------------------------------------------------- */

void act_tick(struct act *act, size_t place, uint32_t ticks)
{
    if (ticks == 1) {
        act_line(act, "tick S%zu", place + 1);
    } else {
        act_line(act, "tick S%zu %u at-once", place + 1, ticks);
    }
    (void)cluster_pass_time(act->cluster, place, ticks);
}

/* ---- Clients ------------------------------------------------------------- */

static void write_put(struct act *act, size_t place, char pairs[][ACT_MAX_WORD],
                      size_t count)
{
    char words[ACT_MAX_PAIRS * (ACT_MAX_WORD + 1)] = "";

    if (act->tape == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(words);

        snprintf(words + used, sizeof(words) - used, " %s", pairs[i]);
    }
    act_line(act, "put S%zu%s", place + 1, words);
}

enum raft_error act_put(struct act *act, size_t place,
                        char pairs[][ACT_MAX_WORD], size_t count,
                        raft_index *first_index, raft_term *term)
{
    uint8_t bytes[ACT_MAX_PAIRS][MAX_COMMAND_BYTES];
    struct raft_entry entries[ACT_MAX_PAIRS];

    raft_assert(count <= ACT_MAX_PAIRS);
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(pairs[i], '=');
        const struct kv_operation put = {.type = KV_PUT,
                                         .key = (const uint8_t *)pairs[i],
                                         .key_bytes =
                                             (size_t)(equals - pairs[i]),
                                         .value = (const uint8_t *)equals + 1,
                                         .value_bytes = strlen(equals + 1)};
        const size_t size = kv_command_size(&put, 1);

        raft_assert(size <= MAX_COMMAND_BYTES);
        kv_command_encode(&put, 1, bytes[i]);
        entries[i] = (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                                         .byte_count = (uint32_t)size,
                                         .bytes = bytes[i]};
    }
    write_put(act, place, pairs, count);
    return cluster_propose(act->cluster, place, entries, count, first_index,
                           term);
}

enum raft_error act_get(struct act *act, size_t place, const char *key,
                        enum raft_read_level level)
{
    act_line(act, "get S%zu %s %s", place + 1, key,
             level == RAFT_READ_LEASE ? "lease" : "consistent");
    return cluster_read(act->cluster, place, ++act->last_read_id, level);
}

enum raft_error act_transfer(struct act *act, size_t place, raft_server_id to)
{
    if (to == RAFT_NO_SERVER) {
        act_line(act, "transfer S%zu", place + 1);
    } else {
        act_line(act, "transfer S%zu S%llu", place + 1, (unsigned long long)to);
    }
    return cluster_transfer(act->cluster, place, to);
}

/* ---- Messages ------------------------------------------------------------ */

/* A message by its link, its kind, and how many of those are older. */
static void write_message(struct act *act, const char *verb, size_t place)
{
    const struct sim_network *network = &act->cluster->network;
    const struct raft_message *message = &network->in_flight[place]->message;
    const char *kind = sim_message_kind(message);
    unsigned nth = 1;

    if (act->tape == NULL) {
        return;
    }
    for (size_t i = 0; i < place; i++) {
        const struct raft_message *older = &network->in_flight[i]->message;

        if (older->from == message->from && older->to == message->to &&
            strcmp(sim_message_kind(older), kind) == 0) {
            nth++;
        }
    }
    act_line(act, "%s S%llu>S%llu %s nth=%u", verb,
             (unsigned long long)message->from, (unsigned long long)message->to,
             kind, nth);
}

void act_deliver(struct act *act, size_t message_place)
{
    write_message(act, "deliver", message_place);
    (void)cluster_deliver(act->cluster, message_place);
}

void act_drop(struct act *act, size_t message_place)
{
    write_message(act, "drop", message_place);
    sim_message_free(sim_network_take(&act->cluster->network, message_place));
}

void act_double(struct act *act, size_t message_place)
{
    write_message(act, "dup", message_place);
    (void)sim_network_double(&act->cluster->network, message_place);
}

/* ---- Links --------------------------------------------------------------- */

static void write_servers(char *words, size_t size, act_servers servers)
{
    size_t used = 0;

    words[0] = '\0';
    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        if ((servers >> i & 1u) != 0) {
            used += (size_t)snprintf(words + used, size - used, "%sS%zu",
                                     used == 0 ? "" : ",", i + 1);
        }
    }
}

void act_cut(struct act *act, act_servers from, act_servers to)
{
    const size_t count = act->cluster->settings.server_count;
    char from_words[4 * CLUSTER_MAX_SERVERS];
    char to_words[4 * CLUSTER_MAX_SERVERS];

    write_servers(from_words, sizeof(from_words), from);
    write_servers(to_words, sizeof(to_words), to);
    act_line(act, "cut %s>%s", from_words, to_words);
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if (a != b && (from >> a & 1u) != 0 && (to >> b & 1u) != 0) {
                sim_network_cut(&act->cluster->network, a + 1, b + 1);
            }
        }
    }
}

void act_heal(struct act *act)
{
    act_line(act, "heal");
    sim_network_heal_all(&act->cluster->network);
}

void act_heal_link(struct act *act, size_t from, size_t to)
{
    act_line(act, "heal S%zu>S%zu", from + 1, to + 1);
    sim_network_heal(&act->cluster->network, from + 1, to + 1);
}

/* ---- Disks and state machines -------------------------------------------- */

/* What was under way is done first. */
static void set_disk(struct act *act, size_t place, bool by_hand,
                     uint32_t slow_ticks)
{
    struct cluster_server *server = &act->cluster->servers[place];

    server->disk_by_hand = by_hand;
    server->snapshots_by_hand = false;
    server->disk_slow_ticks = slow_ticks;
    if (!by_hand && slow_ticks == 0 && server->node != NULL) {
        (void)cluster_persist(act->cluster, place, server->disk.write_count);
    }
}

void act_disk_at_once(struct act *act, size_t place)
{
    act_line(act, "disk S%zu at-once", place + 1);
    set_disk(act, place, false, 0);
}

void act_disk_by_hand(struct act *act, size_t place)
{
    act_line(act, "disk S%zu by-hand", place + 1);
    set_disk(act, place, true, 0);
}

void act_snapshots_by_hand(struct act *act, size_t place)
{
    act_line(act, "disk S%zu snapshots-by-hand", place + 1);
    set_disk(act, place, false, 0);
    act->cluster->servers[place].snapshots_by_hand = true;
}

void act_disk_slow(struct act *act, size_t place, uint32_t ticks)
{
    act_line(act, "disk S%zu slow=%u", place + 1, ticks);
    set_disk(act, place, false, ticks);
}

void act_disk_fails(struct act *act, size_t place)
{
    act_line(act, "disk S%zu fails", place + 1);
    act->cluster->servers[place].disk.fails = true;
}

void act_persist(struct act *act, size_t place, size_t count)
{
    act_line(act, "persist S%zu %zu", place + 1, count);
    (void)cluster_persist(act->cluster, place, count);
}

void act_machine_at_once(struct act *act, size_t place)
{
    act_line(act, "machine S%zu at-once", place + 1);
    act->cluster->servers[place].apply_by_hand = false;
    if (cluster_is_running(act->cluster, place)) {
        (void)cluster_apply(act->cluster, place);
    }
}

void act_machine_by_hand(struct act *act, size_t place)
{
    act_line(act, "machine S%zu by-hand", place + 1);
    act->cluster->servers[place].apply_by_hand = true;
}

void act_apply(struct act *act, size_t place)
{
    act_line(act, "apply S%zu", place + 1);
    (void)cluster_apply(act->cluster, place);
}

void act_crash(struct act *act, size_t place, const struct sim_torn *torn)
{
    if (torn == NULL) {
        act_line(act, "crash S%zu", place + 1);
    } else {
        act_line(act, "crash S%zu torn=%zu,%zu,%zu", place + 1, torn->writes,
                 torn->entries, torn->hard_states);
    }
    cluster_crash(act->cluster, place, torn);
}

void act_restart(struct act *act, size_t place)
{
    act_line(act, "restart S%zu", place + 1);
    (void)cluster_start(act->cluster, place);
}
