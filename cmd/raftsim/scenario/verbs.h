/* SPDX-License-Identifier: MIT
 *
 * verbs.h - the verbs of a scenario: what they do, and the list of them.
 */

/* clang-format off */
/*
 * Words for who reads it, each to the end of its line:
 *   title TEXT      what the story is called
 *   say TEXT        is told at this place
 *   mark TEXT       a heading: the screen and pictures divide the story there
 *
 * Set-up, before anything happens:
 *   servers N       how many: S1 .. SN
 *   options ...     paper (default): Figure 2 to the letter, the logs hold
 *                   commands only. default: as raftd runs, and entry 1 is the
 *                   configuration. Then, one by one, each field of struct
 *                   raft_options (pre_vote=on, max_batch_entries=1, ...), and
 *                   seed=7 election=10..20 heartbeat=3 (ticks)
 *                   config=log|outside founder=*|S1 (whose entry 1 is there)
 *                   members=N (the first N servers; the others are not)
 *                   piece_bytes=N (of a snapshot, in one message).
 *                   The last such line counts, and it alone
 *   given ...       what is on the disks before anybody starts; comes last
 *
 * Time (the others' ticks; a server that is down notices none):
 *   tick            one tick on all, or as said; at-once: in one leap, as on
 *                   a server that was asleep
 *   clock Sx P      from now on Sx's clock runs at P per cent of the others'
 *   timeout Sx      time passes on Sx until it stands for election (or asks
 *                   for pre-votes)
 *   elect Sx        timeout; then the votes, and the first heartbeats with
 *                   their answers, are delivered, until Sx leads. term=T:
 *                   times out until T is reached. votes=...: only these are
 *                   asked, what was sent to others is lost
 *   run             deliver until nothing is in flight; run N: N ticks of all,
 *                   and after each deliver everything
 *   until COND      deliveries and ticks until it holds
 *
 * Clients:
 *   put Sx k=v ...  a client's write, all in one batch
 *   get Sx k        a client's read: after a round of heartbeats
 *                   (consistent); lease: without one while the lease holds
 *   transfer Sx Sy  Sx hands its leadership over (to Sy, or whom it likes)
 *   change Sx S...  Sx shall make these the members of the cluster
 *
 * Network. KIND: request-vote vote pre-vote pre-vote-reply append heartbeat
 * append-reply timeout-now snapshot snapshot-heartbeat snapshot-reply. nth=N,
 * on one link: the Nth oldest that fits:
 *   deliver A>B     the oldest message that fits, or the oldest NUMBER; with a
 *                   set of servers or *, all that are in flight now
 *   drop, dup       lose all that fit (nth=: that one); send the oldest a
 *                   second time (nth=: that one)
 *   hold, release   elect, run and until pass these links by; no more
 *   cut, heal       a link one way (A>B), between two sets, or around one set;
 *                   what is in flight there is lost. heal alone: all links are
 *                   as new, held ones, too
 *
 * Disks, state machines, crashes:
 *   disk Sx HOW     at-once (default); by-hand: writes are done by `persist`
 *                   only, snapshots by `publish`; snapshots-by-hand: these
 *                   alone; slow=N: each write is done N ticks of Sx's own clock
 *                   after it was asked for; fails: the next one is refused, and
 *                   the server stops
 *   persist Sx N    the oldest N writes under way (all) are done
 *   machine Sx HOW  at-once (default); by-hand: whatever happens to Sx applies
 *                   one batch of committed entries (max_apply_entries) at
 *                   most, the others are applied by `apply` only
 *   apply Sx        the next batch of committed entries
 *   snapshot Sx     Sx takes a snapshot of what it has applied
 *   publish Sx      what Sx has taken, or got whole from a leader, is durable;
 *                   only where these are by-hand, elsewhere it is at once
 *   crash Sx        unfinished writes are lost. torn: all but the last are
 *                   there, and half of that one. torn=W,E,H: the oldest W
 *                   writes, E entries of an append after them, and H further
 *                   savings of term and vote; as many as there are
 *   restart Sx      from what its disk holds
 *
 *   expect COND ... expect.h
 *
 * An event that makes no sense (no such message, the server is down, ...)
 * changes nothing; but the first event, whatever it is, starts the servers.
 */
/* clang-format on */
#ifndef RAFTSIM_VERBS_H
#define RAFTSIM_VERBS_H

enum { SCENARIO_MAX_WORDS = 24 };

/* Verb, as it is written, least and most words after it, what they are. */
/* clang-format off */
#define SCENARIO_VERBS(X) \
    X(TITLE,    "title",    1, 1,  "TEXT") \
    X(SERVERS,  "servers",  1, 1,  "NUMBER") \
    X(OPTIONS,  "options",  1, 24, "paper|default [NAME=on|off|NUMBER]...") \
    X(GIVEN,    "given",    2, 4,  "SERVERS log=TERMS [term=N] [vote=SERVER]") \
    X(SAY,      "say",      1, 1,  "TEXT") \
    X(MARK,     "mark",     1, 1,  "TEXT") \
    X(TICK,     "tick",     0, 3,  "[SERVERS] [NUMBER [at-once]]") \
    X(CLOCK,    "clock",    2, 2,  "SERVERS PERCENT") \
    X(TIMEOUT,  "timeout",  1, 1,  "SERVER") \
    X(ELECT,    "elect",    1, 3,  "SERVER [term=NUMBER] [votes=SERVERS]") \
    X(PUT,      "put",      2, 9,  "SERVER KEY=VALUE...") \
    X(GET,      "get",      2, 3,  "SERVER KEY [lease|consistent]") \
    X(TRANSFER, "transfer", 1, 2,  "SERVER [SERVER]") \
    X(CHANGE,   "change",   2, 2,  "SERVER SERVERS") \
    X(DELIVER,  "deliver",  1, 3,  "FROM>TO [KIND] [NUMBER|nth=NUMBER]") \
    X(DROP,     "drop",     1, 3,  "FROM>TO [KIND] [nth=NUMBER]") \
    X(DUP,      "dup",      1, 3,  "FROM>TO [KIND] [nth=NUMBER]") \
    X(HOLD,     "hold",     1, 1,  "FROM>TO") \
    X(RELEASE,  "release",  1, 1,  "FROM>TO") \
    X(CUT,      "cut",      1, 2,  "FROM>TO | SERVERS [SERVERS]") \
    X(HEAL,     "heal",     0, 2,  "[FROM>TO | SERVERS [SERVERS]]") \
    X(DISK,     "disk",     2, 2, \
      "SERVERS at-once|by-hand|slow=TICKS|fails|snapshots-by-hand") \
    X(PERSIST,  "persist",  1, 2,  "SERVER [NUMBER]") \
    X(MACHINE,  "machine",  2, 2,  "SERVERS at-once|by-hand") \
    X(APPLY,    "apply",    1, 1,  "SERVER") \
    X(SNAPSHOT, "snapshot", 1, 1,  "SERVER") \
    X(PUBLISH,  "publish",  1, 1,  "SERVER") \
    X(CRASH,    "crash",    1, 2,  "SERVERS [torn[=WRITES,ENTRIES,STATES]]") \
    X(RESTART,  "restart",  1, 1,  "SERVERS") \
    X(RUN,      "run",      0, 1,  "[TICKS]") \
    X(UNTIL,    "until",    1, 3,  "CONDITION") \
    X(EXPECT,   "expect",   1, 12, "CONDITION...")
/* clang-format on */

#define SCENARIO_VERB(verb, word, least, most, usage) SCENARIO_##verb,
enum scenario_verb { SCENARIO_VERBS(SCENARIO_VERB) SCENARIO_VERB_COUNT };
#undef SCENARIO_VERB

#endif
