/* SPDX-License-Identifier: MIT
 *
 * force_new_cluster.c - looks first, without changing a byte; then, if that was
 * confirmed, makes the one server that is left a cluster.
 */
#include "cmd/raftd/force_new_cluster.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "cmd/raftd/look_only.h"
#include "cmd/raftd/server.h"
#include "cmd/raftd/survivor.h"
#include "raft/numbers.h"

static int refuse(int code, const struct raftd_options *options,
                  const char *why)
{
    fprintf(stderr, "raftd: %s: %s\n", options->directory, why);
    return code;
}

/* As above: its text begins with the directory. */
static int storage_refused(const struct storage_error *error)
{
    fprintf(stderr, "raftd: %s\n", error->text);
    return server_storage_code(error);
}

/* ---- Looking ------------------------------------------------------------ */

static int read_loaded(struct storage *s, const struct raft_start *start,
                       const struct raftd_options *options,
                       struct survivor *survivor)
{
    const raft_index unreadable = survivor_read(start, survivor);
    char why[80];

    storage_loaded_free(s);
    if (unreadable == 0) {
        return -1;
    }
    snprintf(why, sizeof why, "entry %" PRIu64 " is no configuration",
             unreadable);
    return refuse(EXIT_CORRUPT, options, why);
}

/* It belongs to the cluster from then on, but storage will load it only here,
 * until it is ready. */
static int begin_and_load(struct storage *s, uint64_t cluster_id,
                          const struct raftd_options *options,
                          struct survivor *survivor)
{
    struct raft_start start;
    struct storage_error error;

    if (storage_force_new_cluster(s, cluster_id, &error) != 0 ||
        storage_load(s, &start, &error) != 0) {
        return storage_refused(&error);
    }
    survivor->identity = *storage_identity(s);
    return read_loaded(s, &start, options, survivor);
}

/* storage_load(): begun before, and interrupted. */
static bool is_unfinished(const struct storage_error *error)
{
    return error->problem == STORAGE_EIO && error->errno_value == 0;
}

static int load(struct storage *s, const struct raftd_options *options,
                struct survivor *survivor)
{
    struct raft_start start;
    struct storage_error error;

    *survivor = (struct survivor){.identity = *storage_identity(s)};
    if (storage_load(s, &start, &error) == 0) {
        return read_loaded(s, &start, options, survivor);
    }
    survivor->is_unfinished = is_unfinished(&error);
    return survivor->is_unfinished
               ? begin_and_load(s, survivor->identity.cluster_id, options,
                                survivor)
               : storage_refused(&error);
}

static int look_at(struct storage *s, const struct look_only *look,
                   const struct raftd_options *options,
                   struct survivor *survivor)
{
    if (look->begins_anew || storage_identity(s)->cluster_id == 0) {
        return refuse(
            EXIT_CONFIG, options,
            "holds no data of a cluster: there is nothing to go on from");
    }
    const int code = load(s, options, survivor);

    if (code == -1 && survivor->last_index == 0) {
        return refuse(EXIT_CONFIG, options,
                      "holds no log and no snapshot: there is nothing to go "
                      "on from");
    }
    return code;
}

static int look(const struct raftd_options *options, const struct file_ops *ops,
                struct survivor *survivor)
{
    struct look_only look = {.real = ops};
    const struct file_ops look_ops = look_only_ops(&look);
    const struct storage_settings settings = {0};
    struct storage_error error;
    struct storage *const s =
        storage_open(options->directory, &look_ops, &settings, &error);

    if (s == NULL) {
        return storage_refused(&error);
    }
    const int code = look_at(s, &look, options, survivor);

    storage_close(s);
    return code;
}

/* ---- Doing -------------------------------------------------------------- */

static int draw_id(uint64_t *cluster_id)
{
    *cluster_id = 0;
    while (*cluster_id == 0) {
        if (getrandom(cluster_id, sizeof *cluster_id, 0) !=
            (ssize_t)sizeof *cluster_id) {
            return -1;
        }
    }
    return 0;
}

/* One voter, in a term and at an index that no entry has had. */
static void configure(struct survivor *survivor, const char *address)
{
    struct raft_config config = {.index = survivor->last_index + 1,
                                 .member_count = 1};
    struct raft_member *const member = &config.members[0];

    member->id = survivor->identity.server_id;
    member->in_old = true;
    snprintf(member->address, sizeof member->address, "%s", address);
    survivor->config = config;
    survivor->last_index = config.index;
    survivor->last_term =
        raft_max(survivor->current_term, survivor->last_term) + 1;
}

/* What configure() made; behind the snapshot if that is all there is. */
static int queue_entry(struct storage *s, const struct survivor *survivor)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = survivor->last_term,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&survivor->config, bytes),
        .bytes = bytes};
    const struct raft_slice slice = {survivor->last_index, 1, &entry};
    const struct raft_storage disk = storage_interface(s);
    raft_write_seq seq = 0;

    if (survivor->drops_log &&
        disk.reset(disk.self, ++seq, survivor->snapshot_index,
                   survivor->snapshot_term) != 0) {
        return -1;
    }
    return disk.save_hard_state(disk.self, ++seq, survivor->last_term,
                                RAFT_NO_SERVER) != 0 ||
                   disk.append(disk.self, ++seq, &slice) != 0
               ? -1
               : 0;
}

/* From here on the directory is in nobody's cluster until all is done. */
static int make(struct storage *s, const struct raftd_options *options,
                struct survivor *survivor)
{
    struct storage_error error;
    raft_write_seq done;
    uint64_t cluster_id;
    char address[ADDRESS_BYTES];

    snprintf(address, sizeof address, "%s",
             survivor_address(survivor, options));
    if (draw_id(&cluster_id) != 0) {
        return refuse(EXIT_IO, options, strerror(errno));
    }
    const int code = begin_and_load(s, cluster_id, options, survivor);

    if (code != -1) {
        return code;
    }
    configure(survivor, address);
    if (queue_entry(s, survivor) != 0) {
        return refuse(EXIT_IO, options, strerror(errno));
    }
    if (storage_write_queued(s, &done, &error) != 0 ||
        storage_new_cluster_ready(s, &error) != 0) {
        return storage_refused(&error);
    }
    return -1;
}

static int open_and_make(const struct raftd_options *options,
                         const struct file_ops *ops, struct survivor *survivor)
{
    const struct storage_settings settings = {0};
    struct storage_error error;
    struct storage *const s =
        storage_open(options->directory, ops, &settings, &error);

    if (s == NULL) {
        return storage_refused(&error);
    }
    const int code = make(s, options, survivor);

    storage_close(s);
    return code;
}

/* ---- In order ----------------------------------------------------------- */

static int why_not(const struct survivor *survivor,
                   const struct raftd_options *options)
{
    if (survivor_is_alone(survivor) && !survivor->is_unfinished) {
        return refuse(EXIT_CONFIG, options,
                      "this server is the only voter, so nothing is lost: "
                      "start it without --force-new-cluster");
    }
    if (*survivor_address(survivor, options) == '\0') {
        return refuse(EXIT_USAGE, options,
                      "this server is in no configuration that it knows: say "
                      "with --raft-advertise HOST:PORT where others reach it");
    }
    return -1;
}

int force_new_cluster_on(const struct raftd_options *options,
                         const struct file_ops *ops, FILE *out)
{
    struct survivor survivor;
    int code = look(options, ops, &survivor);

    if (code != -1) {
        return code;
    }
    report_known(&survivor, options->directory, out);
    code = why_not(&survivor, options);
    if (code != -1) {
        return code;
    }
    report_losses(&survivor, survivor_address(&survivor, options), out);
    if (!options->confirm_data_loss) {
        report_not_done(&survivor, options, out);
        return refuse(EXIT_USAGE, options,
                      "unchanged: --force-new-cluster loses data and wants "
                      "--confirm-data-loss as well");
    }
    const uint64_t old_cluster_id = survivor.identity.cluster_id;

    fflush(out);
    code = open_and_make(options, ops, &survivor);
    if (code != -1) {
        return code;
    }
    report_done(&survivor, old_cluster_id, out);
    return 0;
}

int force_new_cluster(const struct raftd_options *options, FILE *out)
{
    struct stat status;

    /* Storage would make it. */
    if (stat(options->directory, &status) != 0) {
        return refuse(EXIT_CONFIG, options, strerror(errno));
    }
    return force_new_cluster_on(options, &file_ops_posix, out);
}
