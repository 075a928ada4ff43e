/* SPDX-License-Identifier: MIT
 *
 * player_internal.h - one scenario being played; one function a verb.
 */
#ifndef RAFTSIM_PLAYER_INTERNAL_H
#define RAFTSIM_PLAYER_INTERNAL_H

#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/transcript.h"
#include "cmd/raftsim/scenario/words.h"

enum {
    PLAYER_MAX_WRITES = 256,
    PLAYER_MAX_READS = 64,
    PLAYER_MAX_VALUE = 512,
    PLAYER_MAX_BROKEN = 200,
    PLAYER_MOST_TICKS = 1000 /* so that what cannot end says so */
};

/* What `servers` and `options` say. */
struct player_setup {
    struct cluster_settings cluster;
    raft_server_id founder; /* RAFT_NO_SERVER: all */
};

/* A write that its client waits for. */
struct player_write {
    size_t place;
    uint64_t life; /* of the server: its start_count */
    raft_index index;
    raft_term term;
    const char *word; /* of the scenario: x=2 */
};

/* The latest `get` on a server. */
struct player_read {
    uint64_t read_id;
    const char *key;
    char value[PLAYER_MAX_VALUE]; /* what `expect Sx.read` compares */
    bool is_found;                /* it is the value of the key */
};

/* What anybody had been told when a read began. */
struct player_issued {
    uint64_t read_id;
    raft_index index;
};

struct player {
    const struct scenario *scenario;
    size_t next_event;
    struct cluster_settings settings;
    raft_server_id founder;  /* RAFT_NO_SERVER: all */
    bool given;              /* the disks have been laid out */
    struct cluster *cluster; /* NULL until `servers` */
    bool started;
    struct transcript transcript;
    struct player_listener listener;
    struct player_write writes[PLAYER_MAX_WRITES];
    size_t write_count;
    raft_index applied[CLUSTER_MAX_SERVERS]; /* the last, by each server */
    struct player_read reads[CLUSTER_MAX_SERVERS];
    struct player_issued issued[PLAYER_MAX_READS]; /* by read_id */
    uint64_t last_read_id;
    uint64_t last_change_id;
    const struct scenario_event *event; /* the one being played */
    struct scenario_error *error;
    enum player_result result;                      /* of the event */
    char broken[PLAYER_MAX_BROKEN];                 /* in a core; "": nothing */
    struct raft_entry proposed[SCENARIO_MAX_WORDS]; /* of `put` */
    size_t proposed_count;
};

/* Record what is wrong with a word, or with the event as a whole (NULL). */
__attribute__((format(printf, 3, 4))) enum player_result
player_bad(struct player *player, const char *word, const char *format, ...);
__attribute__((format(printf, 3, 4))) enum player_result
player_failed(struct player *player, const char *word, const char *format, ...);

/* Words that name servers; the server must run (or must not). */
enum player_result player_servers(struct player *player, const char *word,
                                  word_servers *servers);
enum player_result player_running(struct player *player, const char *word,
                                  size_t *place);
/* A link, or many: S1>S2, S1>*. */
enum player_result player_link(struct player *player, const char *word,
                               word_servers *from, word_servers *to);

/* The message at a place in flight arrives. */
void player_deliver(struct player *player, size_t message_place);
/* The oldest message that is not on a held link arrives; false: none. */
bool player_deliver_next(struct player *player);
void player_lose(struct player *player, size_t message_place);
/* Time passes on a server, if it runs. */
void player_tick(struct player *player, size_t place, uint32_t ticks);

/* player_setup.c: what holds when nothing is said; make the cluster anew. */
extern const struct player_setup player_usual_setup;
enum player_result player_set_up(struct player *player,
                                 const struct player_setup *setup);
/* Can such disks be, all together? */
enum player_result player_check_disks(struct player *player);

/* player_timeout.c; a server that is down leads nothing and has no term. */
bool player_is_leader(const struct player *player, size_t place);
raft_term player_term(const struct player *player, size_t place);
/* Who may stand for election: a server that runs and does not lead. */
enum player_result player_candidate(struct player *player, const char *word,
                                    size_t *place);
enum player_result player_time_out(struct player *player, const char *word,
                                   size_t place);

/* One function a verb; words and count were checked by scenario.c. */
enum player_result player_do_servers(struct player *player);
enum player_result player_do_options(struct player *player);
enum player_result player_do_given(struct player *player);
enum player_result player_do_tick(struct player *player);
enum player_result player_do_timeout(struct player *player);
enum player_result player_do_elect(struct player *player);
enum player_result player_do_put(struct player *player);
enum player_result player_do_get(struct player *player);
enum player_result player_do_transfer(struct player *player);
enum player_result player_do_change(struct player *player);
enum player_result player_do_snapshot(struct player *player);
enum player_result player_do_publish(struct player *player);
enum player_result player_do_deliver(struct player *player);
enum player_result player_do_drop(struct player *player);
enum player_result player_do_dup(struct player *player);
enum player_result player_do_hold(struct player *player);
enum player_result player_do_release(struct player *player);
enum player_result player_do_cut(struct player *player);
enum player_result player_do_heal(struct player *player);
enum player_result player_do_disk(struct player *player);
enum player_result player_do_persist(struct player *player);
enum player_result player_do_machine(struct player *player);
enum player_result player_do_apply(struct player *player);
enum player_result player_do_clock(struct player *player);
enum player_result player_do_crash(struct player *player);
enum player_result player_do_restart(struct player *player);
enum player_result player_do_run(struct player *player);
enum player_result player_do_until(struct player *player);
enum player_result player_do_expect(struct player *player);

/* player_told.c: to the transcript and to whoever listens. */
void player_watch(struct player *player);
void player_tell_words(struct player *player);
void player_tell_begin(struct player *player);
void player_tell_end(struct player *player);
void player_tell_sent(struct player *player, const struct raft_message *message,
                      uint64_t number);
/* says: what the transcript calls its fate. */
void player_tell_received(struct player *player, const char *says,
                          const struct sim_message *message,
                          enum player_fate fate);
void player_tell_answer(struct player *player, size_t place,
                        enum scenario_verb verb, const char *asked,
                        enum player_outcome outcome, const char *value);

/* player_clients.c: of the latest `put`. */
void player_free_proposed(struct player *player);
/* Told by the cluster. */
void player_on_read_answered(void *self, size_t place,
                             const struct raft_read_answer *answer);
/* Which writes have been decided? After each event. */
void player_settle_writes(struct player *player);

#endif
