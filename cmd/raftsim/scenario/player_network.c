/* SPDX-License-Identifier: MIT
 *
 * player_network.c - deliver, drop, dup, hold, release, cut, heal.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"
#include "cmd/raftsim/scenario/sim_text.h"

void player_deliver(struct player *player, size_t message_place)
{
    const struct raft_message *message =
        &player->cluster->network.in_flight[message_place]->message;
    const struct cluster_server *server =
        cluster_find(player->cluster, message->to);

    transcript_message(
        &player->transcript,
        server != NULL && server->node != NULL ? "arrives" : "nobody", message);
    (void)cluster_deliver(player->cluster, message_place);
}

bool player_deliver_next(struct player *player)
{
    const struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count; i++) {
        if (!sim_network_is_held(network, &network->in_flight[i]->message)) {
            player_deliver(player, i);
            return true;
        }
    }
    return false;
}

void player_lose(struct player *player, size_t message_place)
{
    struct sim_message *message =
        sim_network_take(&player->cluster->network, message_place);

    transcript_message(&player->transcript, "lost", &message->message);
    sim_message_free(message);
}

/* ---- Which messages ------------------------------------------------------ */

struct selection {
    word_servers from;
    word_servers to;
    const char *kind; /* NULL: any */
    bool is_one_link;
};

static bool is_one(word_servers servers)
{
    return servers != 0 && (servers & (servers - 1)) == 0;
}

static enum player_result read_link(struct player *player,
                                    struct selection *selection)
{
    const char *word = player->event->words[0];

    if (!word_link(word, player->settings.server_count, &selection->from,
                   &selection->to)) {
        return player_bad(player, word, "not a link: S1>S2, S1>*, S1,S2>S3");
    }
    selection->is_one_link = is_one(selection->from) && is_one(selection->to);
    return PLAYER_OK;
}

static enum player_result read_selection(struct player *player,
                                         struct selection *selection)
{
    const struct scenario_event *event = player->event;

    selection->kind = event->word_count > 1 ? event->words[1] : NULL;
    if (selection->kind != NULL && !sim_is_message_kind(selection->kind)) {
        return player_bad(player, selection->kind, "no such kind of message");
    }
    return read_link(player, selection);
}

static bool fits(const struct player *player, const struct selection *selection,
                 size_t message_place)
{
    const struct raft_message *message =
        &player->cluster->network.in_flight[message_place]->message;

    return word_set_has(selection->from, (size_t)message->from - 1) &&
           word_set_has(selection->to, (size_t)message->to - 1) &&
           (selection->kind == NULL ||
            strcmp(selection->kind, sim_message_kind(message)) == 0);
}

/* The oldest that fits and was sent before this event; false: none. */
static bool find_message(const struct player *player,
                         const struct selection *selection, size_t *place)
{
    const struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count; i++) {
        if (network->in_flight[i]->number <= player->transcript.sent_before &&
            fits(player, selection, i)) {
            *place = i;
            return true;
        }
    }
    return false;
}

/* Do something to the oldest `most` messages that fit. */
static enum player_result
for_each_message(struct player *player, const struct selection *selection,
                 uint64_t most, void (*what)(struct player *, size_t))
{
    uint64_t count = 0;
    size_t place;

    while (count < most && find_message(player, selection, &place)) {
        what(player, place);
        count++;
    }
    if (count == 0) {
        return player_bad(player, player->event->words[0],
                          "no such message is in flight");
    }
    return PLAYER_OK;
}

/* ---- deliver, drop, dup -------------------------------------------------- */

/* FROM>TO [KIND] [NUMBER]; one link: one message, more: all there are. */
enum player_result player_do_deliver(struct player *player)
{
    const struct scenario_event *event = player->event;
    struct selection selection = {.kind = NULL};
    uint64_t most = UINT64_MAX;
    size_t next = 1;

    if (read_link(player, &selection) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (selection.is_one_link) {
        most = 1;
    }
    if (next < event->word_count && !word_number(event->words[next], &most)) {
        if (read_selection(player, &selection) != PLAYER_OK) {
            return PLAYER_BAD;
        }
        next++;
    }
    if (next < event->word_count && !word_number(event->words[next], &most)) {
        return player_bad(player, event->words[next], "not a number");
    }
    if (next + 1 < event->word_count) {
        return player_bad(player, event->words[next + 1],
                          "one word too many: KIND stands before NUMBER");
    }
    return for_each_message(player, &selection, most, player_deliver);
}

enum player_result player_do_drop(struct player *player)
{
    struct selection selection;
    const enum player_result result = read_selection(player, &selection);

    return result != PLAYER_OK
               ? result
               : for_each_message(player, &selection, UINT64_MAX, player_lose);
}

static void double_message(struct player *player, size_t place)
{
    sim_network_double(&player->cluster->network, place);
}

enum player_result player_do_dup(struct player *player)
{
    struct selection selection;
    const enum player_result result = read_selection(player, &selection);

    return result != PLAYER_OK
               ? result
               : for_each_message(player, &selection, 1, double_message);
}

/* ---- Links --------------------------------------------------------------- */

static void for_each_link(struct player *player, word_servers from,
                          word_servers to,
                          void (*what)(struct sim_network *, raft_server_id,
                                       raft_server_id))
{
    const size_t count = player->settings.server_count;

    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if (a != b && word_set_has(from, a) && word_set_has(to, b)) {
                what(&player->cluster->network, player->cluster->servers[a].id,
                     player->cluster->servers[b].id);
            }
        }
    }
}

static void hold_link(struct sim_network *network, raft_server_id from,
                      raft_server_id to)
{
    network->held[from][to] = true;
}

static void release_link(struct sim_network *network, raft_server_id from,
                         raft_server_id to)
{
    network->held[from][to] = false;
}

enum player_result player_do_hold(struct player *player)
{
    struct selection link;
    const enum player_result result = read_link(player, &link);

    if (result == PLAYER_OK) {
        for_each_link(player, link.from, link.to, hold_link);
    }
    return result;
}

enum player_result player_do_release(struct player *player)
{
    struct selection link;
    const enum player_result result = read_link(player, &link);

    if (result == PLAYER_OK) {
        for_each_link(player, link.from, link.to, release_link);
    }
    return result;
}

/* One way, or both ways between two sets; one set: and all the others. */
static enum player_result
change_links(struct player *player,
             void (*what)(struct sim_network *, raft_server_id, raft_server_id))
{
    const struct scenario_event *event = player->event;
    struct selection link;
    word_servers all = (1u << player->settings.server_count) - 1;
    enum player_result result;

    if (strchr(event->words[0], '>') != NULL && event->word_count == 1) {
        result = read_link(player, &link);
        if (result == PLAYER_OK) {
            for_each_link(player, link.from, link.to, what);
        }
        return result;
    }
    result = player_servers(player, event->words[0], &link.from);
    link.to = all & ~link.from;
    if (result == PLAYER_OK && event->word_count > 1) {
        result = player_servers(player, event->words[1], &link.to);
    }
    if (result == PLAYER_OK) {
        for_each_link(player, link.from, link.to, what);
        for_each_link(player, link.to, link.from, what);
    }
    return result;
}

enum player_result player_do_cut(struct player *player)
{
    return change_links(player, sim_network_cut);
}

enum player_result player_do_heal(struct player *player)
{
    if (player->event->word_count == 0) {
        sim_network_heal_all(&player->cluster->network);
        return PLAYER_OK;
    }
    return change_links(player, sim_network_heal);
}
