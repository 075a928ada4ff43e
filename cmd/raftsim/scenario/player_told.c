/* SPDX-License-Identifier: MIT
 *
 * player_told.c - what happens goes to the transcript and to the listener.
 */
#include "cmd/raftsim/scenario/player_internal.h"

void player_listen(struct player *player,
                   const struct player_listener *listener)
{
    player->listener = *listener;
}

void player_print_to(struct player *player, FILE *out)
{
    transcript_print_to(&player->transcript, player->cluster, out);
}

/* ---- Events -------------------------------------------------------------- */

void player_tell_words(struct player *player)
{
    const struct player_listener *listener = &player->listener;

    if (listener->told != NULL) {
        listener->told(listener->self, player->event);
    }
}

void player_tell_begin(struct player *player)
{
    const struct player_listener *listener = &player->listener;

    transcript_begin(&player->transcript, player->cluster, player->event);
    if (listener->begun != NULL) {
        listener->begun(listener->self, player->transcript.event_number,
                        player->event);
    }
}

void player_tell_end(struct player *player)
{
    const struct player_listener *listener = &player->listener;

    transcript_end(&player->transcript, player->cluster);
    if (listener->ended != NULL) {
        listener->ended(listener->self, player->cluster);
    }
}

/* ---- Messages ------------------------------------------------------------ */

void player_tell_sent(struct player *player, const struct raft_message *message,
                      uint64_t number)
{
    const struct player_listener *listener = &player->listener;

    if (listener->sent != NULL) {
        listener->sent(listener->self, message, number);
    }
}

void player_tell_received(struct player *player, const char *says,
                          const struct sim_message *message,
                          enum player_fate fate)
{
    const struct player_listener *listener = &player->listener;

    transcript_message(&player->transcript, says, &message->message);
    if (listener->received != NULL) {
        listener->received(listener->self, &message->message, message->number,
                           fate);
    }
}

void player_tell_answer(struct player *player, size_t place,
                        enum scenario_verb verb, const char *asked,
                        enum player_outcome outcome, const char *value)
{
    const struct player_listener *listener = &player->listener;
    const struct player_answer answer = {
        .verb = verb, .asked = asked, .outcome = outcome, .value = value};

    if (listener->answered != NULL) {
        listener->answered(listener->self, place, &answer);
    }
}

/* ---- What the cluster tells ---------------------------------------------- */

static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    struct player *player = self;
    const struct player_listener *listener = &player->listener;

    transcript_rules(&player->transcript, place, out);
    if (listener->stepped != NULL) {
        listener->stepped(listener->self, place, out);
    }
}

static void on_sent(void *self, const struct raft_message *message,
                    uint64_t number)
{
    struct player *player = self;

    if (number == 0) {
        transcript_message(&player->transcript, "cut off", message);
    }
    player_tell_sent(player, message, number);
}

static void on_applied(void *self, size_t place, raft_index index,
                       const struct raft_entry *entry)
{
    struct player *player = self;
    const struct player_listener *listener = &player->listener;

    player->applied[place] = index;
    transcript_applied(&player->transcript, player->cluster->servers[place].id,
                       index, entry);
    if (listener->applied != NULL) {
        listener->applied(listener->self, place, index, entry);
    }
}

static void on_installed(void *self, size_t place,
                         const struct raft_snapshot *snapshot)
{
    struct player *player = self;

    player->applied[place] = snapshot->last_index;
    transcript_line(&player->transcript,
                    "installed S%llu the snapshot of entries 1 to %llu",
                    (unsigned long long)player->cluster->servers[place].id,
                    (unsigned long long)snapshot->last_index);
}

static void on_change_ended(void *self, size_t place, uint64_t change_id,
                            enum raft_change_outcome outcome)
{
    static const char *const says[] = {
        [RAFT_CHANGE_NONE] = "",
        [RAFT_CHANGE_DONE] = "done",
        [RAFT_CHANGE_FAILED] = "failed: a new server does not catch up",
        [RAFT_CHANGE_UNKNOWN] = "unknown: no longer leader"};
    struct player *player = self;

    (void)change_id; /* one at a time */
    transcript_line(&player->transcript, "change    S%llu: %s",
                    (unsigned long long)player->cluster->servers[place].id,
                    says[outcome]);
}

static void on_started(void *self, size_t place)
{
    struct player *player = self;
    const struct player_listener *listener = &player->listener;

    player->applied[place] =
        player->cluster->servers[place].disk.snapshot.meta.last_index;
    if (listener->started != NULL) {
        listener->started(listener->self, place);
    }
}

static void on_stopped(void *self, size_t place, bool disk_failed)
{
    struct player *player = self;
    const struct player_listener *listener = &player->listener;

    if (disk_failed) {
        transcript_line(&player->transcript,
                        "stopped   S%llu: a write failed, memory is ahead of "
                        "the disk",
                        (unsigned long long)player->cluster->servers[place].id);
    }
    if (listener->stopped != NULL) {
        listener->stopped(listener->self, place, disk_failed);
    }
}

void player_watch(struct player *player)
{
    player->cluster->watcher =
        (struct cluster_watcher){.self = player,
                                 .started = on_started,
                                 .stepped = on_stepped,
                                 .sent = on_sent,
                                 .applied = on_applied,
                                 .read_answered = player_on_read_answered,
                                 .change_ended = on_change_ended,
                                 .installed = on_installed,
                                 .stopped = on_stopped};
}
