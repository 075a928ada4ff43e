/* SPDX-License-Identifier: MIT
 *
 * chaos_internal.h - one run, between chaos.c and its helpers.
 */
#ifndef RAFTSIM_CHAOS_INTERNAL_H
#define RAFTSIM_CHAOS_INTERNAL_H

#include "cmd/raftsim/cluster/sim_random.h"
#include "cmd/raftsim/random/act.h"
#include "cmd/raftsim/random/chaos.h"
#include "cmd/raftsim/random/client_history.h"

enum { CHAOS_KEYS = 5, CHAOS_CLIENTS = 64, CHAOS_READS = 64, CHAOS_LATE = 16 };

enum client_state {
    CLIENT_IDLE = 0, /* about to write something new */
    CLIENT_WAITING,  /* for the answer to a write that was accepted */
    CLIENT_AGAIN     /* about to try the same write once more */
};

/* Somebody who writes one thing after the other. */
struct chaos_client {
    enum client_state state;
    unsigned key;
    uint64_t number;        /* what it writes; no two writes have the same */
    unsigned attempt;       /* 1, 2, ...: each is an operation of its own */
    size_t place;           /* of the server that took it */
    uint64_t life;          /* its start_count then; a later one owes nothing */
    raft_index index;       /* where the entry stands */
    raft_term term;         /* ... and of which term */
    size_t operation;       /* of the history */
    uint64_t patient_until; /* a time of chaos->clock */
};

struct chaos_read {
    uint64_t read_id; /* 0: no read */
    enum raft_read_level level;
    unsigned key;
    raft_index issued; /* checker_read_issued() */
    size_t operation;  /* of the history */
};

/* What is drawn once per seed; chances in a thousand. */
struct chaos_profile {
    uint64_t tick, write, read, persist, apply, fault; /* the rest delivers */
    uint64_t loss, doubling, overtaking, lateness;
    uint64_t change, snapshot;
    size_t most_in_flight; /* above: deliver before anything else */
    uint64_t patience;     /* of clients, in ticks */
    bool disks_by_hand;
    bool apply_by_hand;
    bool clocks_differ;
    bool cuts; /* else what is held back survives */
    bool founder_only;
    bool tour; /* changes lead through clusters of 1, 3, 5, 2 servers */
};

/* A message that is held back. */
struct chaos_late {
    uint64_t number;
    uint64_t until; /* a time of chaos->clock */
};

/* chaos_plots.c: what needs several things to go wrong, one after the other. */
enum plot_kind {
    PLOT_NONE = 0,
    PLOT_DETOUR,  /* a snapshot overtakes the entries it is of */
    PLOT_LONELY,  /* a leader that nobody hears changes the members */
    PLOT_FAREWELL /* a transfer that was given up succeeds */
};

struct chaos_plot {
    enum plot_kind kind;
    size_t leader;
    size_t other;      /* whom it sends a snapshot to, or hands over to */
    raft_index index;  /* of the configuration nobody else has */
    bool has_snapshot; /* the leader has taken it */
    bool is_released;  /* what was held back */
    uint64_t until;    /* a time of chaos->clock: it fails */
};

struct chaos_server {
    uint32_t down_ticks;   /* until it is restarted */
    uint32_t paused_ticks; /* until it goes on */
    uint32_t missed_ticks; /* of a pause */
    uint32_t slow_ticks;   /* until its disk is as before */
    uint32_t percent;      /* how fast its clock runs */
    uint32_t hundredths;   /* of its next tick */
};

struct chaos {
    struct act act;
    struct sim_random random;
    struct cluster_settings settings;
    struct chaos_profile profile;
    struct chaos_server servers[CLUSTER_MAX_SERVERS];
    uint64_t clock;
    uint32_t cut_ticks_left; /* until the network is whole again */
    struct chaos_client clients[CHAOS_CLIENTS];
    struct chaos_read reads[CHAOS_READS];
    uint64_t last_number;
    struct chaos_late late[CHAOS_LATE];
    size_t late_count;
    struct chaos_plot plot;
    size_t tour_stops; /* changes of it that have begun */
    struct history *history;
    struct chaos_totals totals; /* of this run */
    struct chaos_verdict verdict;
    const struct chaos_plan *plan;
};

static inline void chaos_count(struct chaos *chaos, enum chaos_count count)
{
    chaos->totals.counts[count]++;
}

/* chaos_draw.c: what the seed decides. */
void chaos_draw(struct chaos *chaos);

/* chaos_network.c: a message arrives, or is late, or lost, or doubled. */
void chaos_deliver(struct chaos *chaos);
/* Whatever was held back long enough may arrive. */
void chaos_end_lateness(struct chaos *chaos);

/* chaos_clients.c */
void chaos_write(struct chaos *chaos);
/* One command of a new client at a server; false: refused. */
bool chaos_write_at(struct chaos *chaos, size_t place, raft_index *index);
void chaos_on_applied(void *self, size_t place, raft_index index,
                      const struct raft_entry *entry);
void chaos_on_stopped(void *self, size_t place, bool disk_failed);

/* chaos_reads.c */
void chaos_read(struct chaos *chaos);
void chaos_read_at(struct chaos *chaos, size_t place, unsigned key,
                   enum raft_read_level level);
void chaos_on_read_answered(void *self, size_t place,
                            const struct raft_read_answer *answer);

void chaos_on_installed(void *self, size_t place,
                        const struct raft_snapshot *snapshot);

/* chaos_members.c */
void chaos_change(struct chaos *chaos);
/* Any members; false: refused. */
bool chaos_change_at(struct chaos *chaos, size_t place);
void chaos_snapshot(struct chaos *chaos);
void chaos_on_change_ended(void *self, size_t place, uint64_t change_id,
                           enum raft_change_outcome outcome);
/* Have these servers majorities of every configuration that is anywhere? */
bool chaos_is_quorum(const struct chaos *chaos, act_servers servers);
/* Does this leader change the members? Then it may soon be none. */
bool chaos_is_changing(const struct chaos *chaos, size_t leader);
bool chaos_is_member_of(const struct chaos *chaos, size_t leader, size_t place);
/* Would servers that were taken out disturb the others for ever? */
bool chaos_may_be_disturbed(const struct chaos *chaos);

/* chaos_faults.c */
void chaos_fault(struct chaos *chaos);
/* The old leader may be the last to hear of the new one. */
void chaos_deafen(struct chaos *chaos, size_t place);
/* No message between these and the others. */
void chaos_isolate(struct chaos *chaos, act_servers side, uint32_t ticks);
bool chaos_transfer_at(struct chaos *chaos, size_t place, raft_server_id to);

/* chaos_plots.c */
void chaos_begin_plot(struct chaos *chaos, enum plot_kind kind);
/* Does it go on, and is that all that happens now? */
bool chaos_go_on_with_plot(struct chaos *chaos);
/* Does the plot hold this message back? */
bool chaos_is_detained(const struct chaos *chaos,
                       const struct raft_message *message);
size_t chaos_count_detained(const struct chaos *chaos);

/* chaos_clock.c: a tick of the world: restarts, ends of pauses and cuts. */
void chaos_tick(struct chaos *chaos);
void chaos_restart(struct chaos *chaos, size_t place);
/* Its disk is as the seed has it. */
void chaos_mend_disk(struct chaos *chaos, size_t place);
/* All faults of one server end. */
void chaos_repair(struct chaos *chaos, size_t place);
/* Somebody who leads, or anybody. */
size_t chaos_pick_leader(struct chaos *chaos);
size_t chaos_pick(struct chaos *chaos);
bool chaos_is_up(const struct chaos *chaos, size_t place);

/* chaos_end.c, chaos_recover.c: fills in the verdict. */
void chaos_end(struct chaos *chaos);
/* The place of the only leader among them, or -1. */
int chaos_leader(const struct chaos *chaos, act_servers members);
/* Do these servers find one leader, commit and agree? What they write. */
bool chaos_recovers(struct chaos *chaos, act_servers members);
/* Is there one leader among them, and does it stay? */
bool chaos_stays(struct chaos *chaos, act_servers members);
/* Does their leader answer a read of every key? */
bool chaos_answers(struct chaos *chaos, act_servers members);
__attribute__((format(printf, 3, 4))) void
chaos_fail(struct chaos *chaos, enum chaos_problem problem, const char *format,
           ...);

#endif
