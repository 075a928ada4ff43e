/* SPDX-License-Identifier: MIT
 *
 * survivor_report.c - what somebody must know before a cluster is given up.
 */
#include <inttypes.h>

#include "cmd/raftd/survivor.h"

/* ---- What the directory knows ------------------------------------------- */

/* It came from other servers: nothing that a terminal would obey. */
static void print_address(const char *address, FILE *out)
{
    for (const char *c = address; *c != '\0'; c++) {
        fputc(*c < '!' || *c > '~' ? '?' : *c, out);
    }
}

static void print_member(const struct survivor *survivor, size_t slot,
                         FILE *out)
{
    const struct raft_config *const config = &survivor->config;
    const struct raft_member *const member = &config->members[slot];
    const bool joins = config->is_joint && member->in_new;

    fprintf(out, "            %016" PRIx64 " ", member->id);
    print_address(member->address, out);
    fprintf(out, " %s%s\n",
            raft_config_is_learner(config, slot) ? "learner"
            : !config->is_joint                  ? "voter"
            : !joins                             ? "voter, leaving"
            : !member->in_old                    ? "voter, joining"
                                                 : "voter",
            member->id == survivor->identity.server_id ? ", this server" : "");
}

static void report_log(const struct survivor *survivor, FILE *out)
{
    if (survivor->snapshot_index > 0) {
        fprintf(out,
                "snapshot    of the entries up to %" PRIu64
                ", the last of term %" PRIu64 "\n",
                survivor->snapshot_index, survivor->snapshot_term);
    } else {
        fprintf(out, "snapshot    none\n");
    }
    if (survivor->first_index > survivor->last_index) {
        fprintf(out, "log         no entries behind the snapshot\n");
    } else {
        fprintf(out,
                "log         entries %" PRIu64 " to %" PRIu64
                ", the last of term %" PRIu64 "\n",
                survivor->first_index, survivor->last_index,
                survivor->last_term);
    }
}

void report_known(const struct survivor *survivor, const char *directory,
                  FILE *out)
{
    fprintf(out, "directory   %s\n", directory);
    fprintf(out, "server      %016" PRIx64 "\n",
            (uint64_t)survivor->identity.server_id);
    fprintf(out, "cluster     %016" PRIx64 "%s\n",
            survivor->identity.cluster_id,
            survivor->is_unfinished ? ", half made: --force-new-cluster was "
                                      "interrupted here"
                                    : "");
    fprintf(out, "term        %" PRIu64 "\n", survivor->current_term);
    report_log(survivor, out);
    fprintf(out,
            "members     of the latest configuration it has, index %" PRIu64
            ":\n",
            survivor->config.index);
    for (size_t slot = 0; slot < survivor->config.member_count; slot++) {
        print_member(survivor, slot, out);
    }
    if (survivor->config.member_count == 0) {
        fprintf(out, "            none is known\n");
    }
}

/* ---- What is lost ------------------------------------------------------- */

static void report_standing(const struct survivor *survivor, FILE *out)
{
    const int slot =
        raft_config_slot(&survivor->config, survivor->identity.server_id);

    if (slot < 0) {
        fprintf(out,
                "- This server is no member of that configuration: it may have "
                "been removed\n  long ago, and lack all that came after.\n");
    } else if (raft_config_is_learner(&survivor->config, (size_t)slot)) {
        fprintf(out,
                "- This server is a learner: no majority counted it, and it "
                "may lack much.\n");
    }
}

void report_losses(const struct survivor *survivor, const char *address,
                   FILE *out)
{
    fprintf(out, "\nThis would become a new cluster with a new id. Its one "
                 "member is this server, at\n");
    print_address(address, out);
    fprintf(out,
            ".\n\nWhat may be lost:\n"
            "- All that the other members acknowledged and this server had not "
            "received. It\n  can't know how much that is.\n");
    report_standing(survivor, out);
    fprintf(out,
            "What may come instead:\n"
            "- Entries at the end of this log that were perhaps never "
            "committed count as\n  committed then: writes whose clients were "
            "told 503 or 504.\n"
            "What is final:\n"
            "- The other members' directories belong to the old cluster and "
            "can't join the\n  new one. Empty them before their servers are "
            "added.\n"
            "While a majority of the members can be brought back, start those "
            "instead:\nthen nothing is lost.\n");
}

void report_not_done(const struct survivor *survivor,
                     const struct raftd_options *options, FILE *out)
{
    fprintf(out,
            "\nIf several directories are left, look at each, and take the one "
            "with the\ngreatest last term; of equal terms, the greatest last "
            "index (section 5.4.1).\nThis one:\n\n"
            "    last term %" PRIu64 ", last index %" PRIu64 "\n\n",
            survivor->last_term, survivor->last_index);
    fprintf(out,
            "Nothing was changed. To do it, on that one alone:\n\n"
            "    raftd --force-new-cluster --confirm-data-loss%s%s %s\n",
            options->names_raft_address ? " --raft-advertise " : "",
            options->names_raft_address ? options->raft_advertise : "",
            options->directory);
}

void report_done(const struct survivor *survivor, uint64_t old_cluster_id,
                 FILE *out)
{
    const struct raft_config *const config = &survivor->config;

    fprintf(out, "\nDone.\n");
    if (!survivor->is_unfinished) {
        fprintf(out, "old cluster %016" PRIx64 "\n", old_cluster_id);
    }
    fprintf(out,
            "new cluster %016" PRIx64 "\nmembers     of entry %" PRIu64
            ", term %" PRIu64 ":\n",
            survivor->identity.cluster_id, config->index, survivor->last_term);
    print_member(survivor, 0, out);
    fprintf(out,
            "\nStart it now without --force-new-cluster. Servers with empty "
            "directories are\nadded by PUT /cluster.\n");
}
