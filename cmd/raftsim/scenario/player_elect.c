/* SPDX-License-Identifier: MIT
 *
 * player_elect.c - elect: time-outs, votes, the first heartbeats.
 */
#include "cmd/raftsim/scenario/player_internal.h"

enum { MOST_ROUNDS = 64 };

/* ---- elect --------------------------------------------------------------- */

struct election {
    const char *word; /* the server's */
    size_t place;
    raft_server_id id;
    raft_term term; /* to be reached; 0 = whatever comes */
    word_servers voters;
    bool voters_given;
};

static enum player_result read_election(struct player *player,
                                        struct election *election)
{
    const struct scenario_event *event = player->event;

    *election =
        (struct election){.word = event->words[0],
                          .voters = (1u << player->settings.server_count) - 1};
    if (player_candidate(player, election->word, &election->place) !=
        PLAYER_OK) {
        return PLAYER_BAD;
    }
    election->id = player->cluster->servers[election->place].id;
    for (size_t i = 1; i < event->word_count; i++) {
        const char *term = word_value(event->words[i], "term");
        const char *votes = word_value(event->words[i], "votes");

        if (votes != NULL &&
            word_server_set(votes, player->settings.server_count,
                            &election->voters)) {
            election->voters_given = true;
        } else if (term == NULL || !word_number(term, &election->term)) {
            return player_bad(player, event->words[i],
                              "term=NUMBER or votes=SERVERS");
        }
    }
    return PLAYER_OK;
}

static bool is_vote(const struct raft_message *message)
{
    return message->type == RAFT_REQUEST_VOTE ||
           message->type == RAFT_REQUEST_VOTE_RESULT;
}

/* Between the candidate and a voter (or, with others: anybody else)? */
static bool concerns(const struct election *election,
                     const struct raft_message *message, bool others)
{
    const raft_server_id peer =
        message->from == election->id ? message->to : message->from;

    return (message->from == election->id || message->to == election->id) &&
           word_set_has(election->voters, (size_t)peer - 1) != others;
}

/* The oldest vote message of this election that is under way, or -1. */
static int find_vote(const struct player *player,
                     const struct election *election)
{
    const struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count; i++) {
        const struct raft_message *message = &network->in_flight[i]->message;

        if (is_vote(message) && concerns(election, message, false) &&
            !sim_network_is_held(network, message)) {
            return (int)i;
        }
    }
    return -1;
}

static void collect_votes(struct player *player,
                          const struct election *election)
{
    int place;

    while ((place = find_vote(player, election)) >= 0) {
        player_deliver(player, (size_t)place);
    }
}

/* The first of a type and this term from one to the other arrives, if any. */
static void deliver_first(struct player *player, enum raft_message_type type,
                          raft_term term, raft_server_id from,
                          raft_server_id to)
{
    const struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count; i++) {
        const struct raft_message *message = &network->in_flight[i]->message;

        if (message->type == type && message->term == term &&
            message->from == from && message->to == to &&
            !sim_network_is_held(network, message)) {
            player_deliver(player, i);
            return;
        }
    }
}

/* All hear of the new leader, and it of them. */
static void exchange_heartbeats(struct player *player,
                                const struct election *election)
{
    const raft_term term = player_term(player, election->place);

    for (size_t i = 0; i < player->settings.server_count; i++) {
        const raft_server_id id = player->cluster->servers[i].id;

        if (i != election->place && word_set_has(election->voters, i)) {
            deliver_first(player, RAFT_APPEND_ENTRIES, term, election->id, id);
        }
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        const raft_server_id id = player->cluster->servers[i].id;

        if (i != election->place && word_set_has(election->voters, i)) {
            deliver_first(player, RAFT_APPEND_ENTRIES_RESULT, term, id,
                          election->id);
        }
    }
}

/* votes_only: what an election that came to nothing left behind. */
static void lose_messages(struct player *player,
                          const struct election *election, bool votes_only)
{
    const struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count;) {
        const struct raft_message *message = &network->in_flight[i]->message;

        if (votes_only ? is_vote(message) && message->from == election->id
                       : concerns(election, message, true)) {
            player_lose(player, i);
        } else {
            i++;
        }
    }
}

/* The minimum time-out passes for those who hold their vote back till then. */
static void let_voters_wait(struct player *player,
                            const struct election *election)
{
    if (!player->settings.options.stickiness) {
        return;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (i == election->place || !word_set_has(election->voters, i) ||
            !cluster_is_running(player->cluster, i) ||
            player_is_leader(player, i)) {
            continue;
        }
        struct raft_status status;

        cluster_status(player->cluster, i, &status);
        if (status.leader_contact_ticks < player->settings.election_ticks_min) {
            player_tick(player, i,
                        player->settings.election_ticks_min -
                            (uint32_t)status.leader_contact_ticks);
        }
    }
}

/* Time out, and ask; again while the term is not reached. */
static enum player_result stand(struct player *player,
                                const struct election *election)
{
    for (int i = 0; i < MOST_ROUNDS; i++) {
        let_voters_wait(player, election);

        const enum player_result result =
            player_time_out(player, election->word, election->place);

        if (result != PLAYER_OK ||
            !cluster_is_running(player->cluster, election->place) ||
            player_is_leader(player, election->place)) {
            return result;
        }
        if (!player->settings.options.pre_vote &&
            player_term(player, election->place) < election->term) {
            lose_messages(player, election, true);
            continue;
        }
        collect_votes(player, election);
        if (!cluster_is_running(player->cluster, election->place) ||
            player_is_leader(player, election->place) || election->term == 0 ||
            player_term(player, election->place) >= election->term) {
            return PLAYER_OK;
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_elect(struct player *player)
{
    struct election election;
    enum player_result result = read_election(player, &election);

    if (result != PLAYER_OK) {
        return result;
    }
    if (election.term > 0 &&
        player_term(player, election.place) >= election.term) {
        return player_bad(
            player, election.word, "it is in term %llu already",
            (unsigned long long)player_term(player, election.place));
    }
    result = stand(player, &election);
    if (result != PLAYER_OK) {
        return result;
    }
    if (!player_is_leader(player, election.place)) {
        return player_failed(player, election.word, "it was not elected");
    }
    exchange_heartbeats(player, &election);
    if (election.voters_given) {
        lose_messages(player, &election, false);
    }
    if (election.term > 0 &&
        player_term(player, election.place) != election.term) {
        return player_failed(
            player, election.word, "elected for term %llu",
            (unsigned long long)player_term(player, election.place));
    }
    return PLAYER_OK;
}
