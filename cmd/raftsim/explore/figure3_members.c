/* SPDX-License-Identifier: MIT
 *
 * figure3_members.c - who decides on an entry, when members change (section 6,
 * Figure 11).
 */
#include <stdio.h>

#include "cmd/raftsim/explore/figure3.h"

/* ---- Majorities ---------------------------------------------------------- */

static bool is_on_disk(const struct explore_tables *tables, uint32_t server,
                       const struct explore_log *log, size_t i)
{
    struct explore_log disk;

    tables_log(tables, tables->servers[server].disk_log, &disk);
    return i < disk.count && disk.terms[i] == log->terms[i] &&
           disk.payloads[i] == log->payloads[i];
}

/* Of C_old, or of C_new. */
static bool is_on_majority(const struct explore_tables *tables,
                           const uint32_t servers[EXPLORE_SERVERS],
                           const struct raft_config *config, bool of_new,
                           const struct explore_log *log, size_t i)
{
    size_t voters = 0;
    size_t count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (of_new ? member->in_new : member->in_old) {
            voters++;
            count += is_on_disk(tables, servers[member->id - 1], log, i);
        }
    }
    return count > voters / 2;
}

static bool agree(const struct explore_tables *tables,
                  const uint32_t servers[EXPLORE_SERVERS],
                  const struct raft_config *config,
                  const struct explore_log *log, size_t i)
{
    return is_on_majority(tables, servers, config, false, log, i) &&
           (!config->is_joint ||
            is_on_majority(tables, servers, config, true, log, i));
}

/* How many of the entries the latest configuration of a log ends, or 0. */
static size_t latest(const struct explore_log *log)
{
    size_t count = log->count;

    while (count > 0 && log->payloads[count - 1] < RECORD_FIRST_CONFIG) {
        count--;
    }
    return count;
}

static struct raft_config in_force(const struct explore_tables *tables,
                                   const struct explore_log *log)
{
    const size_t count = latest(log);

    return count == 0 ? explore_members(tables->glue.world)
                      : record_code_config(log->payloads[count - 1]);
}

/*
 * By the configuration that was in force; or, of what came behind that, by one
 * that has come into force meanwhile, since its own entry is decided by the
 * one before.
 */
bool figure3_is_decided(const struct explore_tables *tables,
                        const struct explore_change *change,
                        const struct explore_log *log, size_t i)
{
    const struct explore_server *is =
        &tables->servers[change->servers[change->place]];
    struct explore_log was_log;
    struct explore_log is_log;

    tables_log(tables, tables->servers[change->was].log, &was_log);
    tables_log(tables, is->log, &is_log);

    const struct raft_config before = in_force(tables, &was_log);
    const struct raft_config now = in_force(tables, &is_log);

    return agree(tables, change->servers, &before, log, i) ||
           (i >= latest(&was_log) &&
            agree(tables, change->servers, &now, log, i));
}

/* ---- Changes ------------------------------------------------------------- */

/* Other voters than before: new servers that only receive the log are none. */
void figure3_changes(const struct explore_tables *tables,
                     const struct explore_change *change, uint16_t committed,
                     char broken[GLUE_BROKEN_BYTES])
{
    const struct explore_server *is =
        &tables->servers[change->servers[change->place]];
    struct explore_log log;
    struct explore_log all;
    const struct raft_config first = explore_members(tables->glue.world);
    uint8_t voters = record_config_code(&first, NULL);
    size_t count = 0;

    tables_log(tables, is->log, &log);
    tables_log(tables, committed, &all);
    for (size_t i = 0; i < log.count; i++) {
        if (log.payloads[i] >= RECORD_FIRST_CONFIG) {
            const uint8_t next = record_voters_code(log.payloads[i]);

            count += i >= all.count && next != voters;
            voters = next;
        }
    }
    if (count > 1) {
        snprintf(broken, GLUE_BROKEN_BYTES,
                 "Sec6:MB.6: S%zu has two changes of members in its log that "
                 "are not committed",
                 change->place + 1);
    }
}
