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
    uint64_t most;    /* so many of them, oldest first; 0: not said */
    uint64_t nth;     /* this one alone; 0: not said */
};

static bool is_one(word_servers servers)
{
    return servers != 0 && (servers & (servers - 1)) == 0;
}

static bool is_one_link(const struct selection *selection)
{
    return is_one(selection->from) && is_one(selection->to);
}

static enum player_result read_nth(struct player *player,
                                   struct selection *selection,
                                   const char *word, const char *value)
{
    if (!is_one_link(selection)) {
        return player_bad(player, word, "needs one link: S1>S2");
    }
    if (!word_number(value, &selection->nth) || selection->nth < 1) {
        return player_bad(player, word, "nth=1 is the oldest");
    }
    return PLAYER_OK;
}

/* What stands behind the link: a kind first, then how many or which. */
static enum player_result read_word(struct player *player,
                                    struct selection *selection, size_t place)
{
    const char *word = player->event->words[place];
    const char *nth = word_value(word, "nth");

    if (selection->most != 0 || selection->nth != 0) {
        return player_bad(player, word,
                          nth != NULL
                              ? "NUMBER and nth= exclude each other"
                              : "one word too many: KIND stands before NUMBER");
    }
    if (nth != NULL) {
        return read_nth(player, selection, word, nth);
    }
    if (place == 1 && sim_is_message_kind(word)) {
        selection->kind = word;
        return PLAYER_OK;
    }
    if (player->event->verb == SCENARIO_DELIVER &&
        word_number(word, &selection->most)) {
        return selection->most > 0 ? PLAYER_OK
                                   : player_bad(player, word, "1 or more");
    }
    return player_bad(player, word,
                      place == 1 ? "no such kind of message"
                      : player->event->verb == SCENARIO_DELIVER
                          ? "not a number"
                          : "not nth=NUMBER");
}

static enum player_result read_selection(struct player *player,
                                         struct selection *selection)
{
    const struct scenario_event *event = player->event;
    enum player_result result;

    *selection = (struct selection){.kind = NULL};
    result =
        player_link(player, event->words[0], &selection->from, &selection->to);
    for (size_t i = 1; result == PLAYER_OK && i < event->word_count; i++) {
        result = read_word(player, selection, i);
    }
    return result;
}

/* Was sent before this event, on such a link, and is of this kind? */
static bool fits(const struct player *player, const struct selection *selection,
                 const struct sim_message *sent)
{
    const struct raft_message *message = &sent->message;

    return sent->number <= player->transcript.sent_before &&
           word_set_has(selection->from, (size_t)message->from - 1) &&
           word_set_has(selection->to, (size_t)message->to - 1) &&
           (selection->kind == NULL ||
            strcmp(selection->kind, sim_message_kind(message)) == 0);
}

/* The nth that fits, 1 being the oldest; returns how many were met. */
static uint64_t find_message(const struct player *player,
                             const struct selection *selection, uint64_t nth,
                             size_t *place)
{
    const struct sim_network *network = &player->cluster->network;
    uint64_t met = 0;

    for (size_t i = 0; met < nth && i < network->count; i++) {
        if (fits(player, selection, network->in_flight[i])) {
            *place = i;
            met++;
        }
    }
    return met;
}

/* Do something to the nth message, or to the oldest `most` that fit. */
static enum player_result
for_each_message(struct player *player, const struct selection *selection,
                 uint64_t most, void (*what)(struct player *, size_t))
{
    const char *word = player->event->words[0];
    const uint64_t nth = selection->nth == 0 ? 1 : selection->nth;
    size_t place = 0;
    const uint64_t met = find_message(player, selection, nth, &place);

    if (met == 0) {
        return player_bad(player, word, "no such message is in flight");
    }
    if (met < nth) {
        return player_bad(player, word, "only %llu such messages in flight",
                          (unsigned long long)met);
    }
    if (selection->nth != 0) {
        most = 1;
    }
    do {
        what(player, place);
    } while (--most > 0 && find_message(player, selection, 1, &place) == 1);
    return PLAYER_OK;
}

/* ---- deliver, drop, dup -------------------------------------------------- */

/* One link: one message; more links: all there are. */
enum player_result player_do_deliver(struct player *player)
{
    struct selection selection;
    const enum player_result result = read_selection(player, &selection);

    if (result == PLAYER_OK && selection.most == 0) {
        selection.most = is_one_link(&selection) ? 1 : UINT64_MAX;
    }
    return result != PLAYER_OK
               ? result
               : for_each_message(player, &selection, selection.most,
                                  player_deliver);
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
