/* SPDX-License-Identifier: MIT
 *
 * cluster_image.c - all there is of a simulated cluster, as bytes.
 */
#include "tests/unit/cluster_image.h"

#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(FILE *out, const void *bytes, size_t byte_count)
{
    if (byte_count > 0) {
        assert_int_equal(fwrite(bytes, 1, byte_count, out), byte_count);
    }
}

static void put_entries(FILE *out, const struct raft_entry *entries,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "[%d %d ", (int)entries[i].term, (int)entries[i].type);
        put(out, entries[i].bytes, entries[i].byte_count);
    }
}

static void put_disk(FILE *out, const struct sim_disk *disk)
{
    fprintf(out, "disk %d %d %zu %zu %d %d %d ", (int)disk->current_term,
            (int)disk->voted_for, disk->log_count, disk->write_count,
            (int)disk->done, (int)disk->now, disk->fails);
    put_entries(out, disk->log, disk->log_count);
    for (size_t i = 0; i < disk->write_count; i++) {
        const struct sim_write *write = &disk->writes[i];

        fprintf(out, "(%d %d %d %d %d %d ", (int)write->type, (int)write->seq,
                (int)write->asked, (int)write->current_term,
                (int)write->voted_for, (int)write->first_index);
        put_entries(out, write->entries, write->count);
    }
}

static void put_server(FILE *out, const struct cluster_server *server)
{
    fprintf(out, "S%d %d %d %d %d %d %d %d %d ", (int)server->id,
            server->node != NULL, server->disk_by_hand,
            server->snapshots_by_hand, (int)server->disk_slow_ticks,
            server->apply_by_hand, (int)server->start_count,
            (int)server->clock_percent, (int)server->clock_remainder);
    put_disk(out, &server->disk);
    if (server->node != NULL) {
        const struct raft *core = raft_node_core(server->node);
        const size_t size = raft_image_size(core);
        uint8_t *image = malloc(size);

        assert_non_null(image);
        raft_image_encode(core, image);
        put(out, image, size);
        free(image);
        fprintf(out, " %d", raft_node_has_more(server->node));
    }
}

static void put_network(FILE *out, const struct sim_network *network)
{
    fprintf(out, "network %d %d ", (int)network->sent_count,
            (int)network->lost_count);
    put(out, network->sequence, sizeof(network->sequence));
    put(out, network->cut, sizeof(network->cut));
    put(out, network->held, sizeof(network->held));
    for (size_t i = 0; i < network->count; i++) {
        fprintf(out, "(%d ", (int)network->in_flight[i]->number);
        put(out, network->in_flight[i]->bytes,
            network->in_flight[i]->byte_count);
    }
}

struct cluster_image cluster_image_of(const struct cluster *cluster)
{
    struct cluster_image image = {NULL, 0};
    FILE *out = open_memstream(&image.bytes, &image.size);

    assert_non_null(out);
    for (size_t i = 0; cluster != NULL && i < cluster->settings.server_count;
         i++) {
        put_server(out, &cluster->servers[i]);
    }
    if (cluster != NULL) {
        put(out, &cluster->settings.options, sizeof(struct raft_options));
        fprintf(out, "%d %d %d %d ", (int)cluster->settings.seed,
                (int)cluster->settings.election_ticks_max,
                (int)cluster->settings.heartbeat_ticks,
                cluster->settings.config_in_log);
        put_network(out, &cluster->network);
    }
    assert_int_equal(fclose(out), 0);
    return image;
}

bool cluster_image_equals(const struct cluster_image *a,
                          const struct cluster_image *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}
