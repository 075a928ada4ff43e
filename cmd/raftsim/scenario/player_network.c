/* SPDX-License-Identifier: MIT
 *
 * player_network.c - deliver, drop, dup: what becomes of messages.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"
#include "cmd/raftsim/scenario/sim_text.h"

void player_deliver(struct player *player, size_t message_place)
{
    const struct sim_message *message =
        player->cluster->network.in_flight[message_place];
    const struct cluster_server *server =
        cluster_find(player->cluster, message->message.to);

    if (server != NULL && server->node != NULL) {
        player_tell_received(player, "arrives", message, PLAYER_ARRIVED);
    } else {
        player_tell_received(player, "nobody", message, PLAYER_NOBODY);
    }
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

    player_tell_received(player, "lost", message, PLAYER_LOST);
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
    if (player_link(player, player->event->words[0], &selection->from,
                    &selection->to) != PLAYER_OK) {
        return PLAYER_BAD;
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
    const struct sim_message *copy =
        sim_network_double(&player->cluster->network, place);

    player_tell_sent(player, &copy->message, copy->number);
}

enum player_result player_do_dup(struct player *player)
{
    struct selection selection;
    const enum player_result result = read_selection(player, &selection);

    return result != PLAYER_OK
               ? result
               : for_each_message(player, &selection, 1, double_message);
}
