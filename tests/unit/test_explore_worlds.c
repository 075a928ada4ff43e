/* SPDX-License-Identifier: MIT
 *
 * test_explore_worlds.c - what is to be searched for happens in the worlds.
 */
#include <string.h>

#include "cmd/raftsim/explore/search.h"
#include "tests/t.h"

#define MEMORY ((size_t)16 << 20) /* the first states will do */

/* The servers of a world: with an append that can be torn; that cut a log. */
struct counts {
    size_t torn;
    size_t cut;
};

static struct counts count_servers(const struct explore_tables *tables)
{
    struct counts counts = {0};

    for (uint32_t i = 0; i < tables->server_bytes.count; i++) {
        static struct record_server server;
        size_t byte_count;
        const uint8_t *bytes =
            intern_bytes(&tables->server_bytes, i, &byte_count);

        assert_true(record_read_server(bytes, byte_count, &server));
        for (size_t at = 0; at < server.disk.write_count; at++) {
            counts.cut += server.disk.writes[at].type == SIM_WRITE_TRUNCATE;
        }
        counts.torn += tables->servers[i].torn_entries > 1;
        record_free_server(&server);
    }
    return counts;
}

static void disks_tear_appends_and_cut_logs(void **state)
{
    static const char *const names[] = {"disk-log", "disk-no-op"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct explore_search *search =
            search_create(explore_find_world(names[i]), MEMORY);

        search_run(search, NULL);
        const struct counts counts = count_servers(&search->tables);

        assert_true(counts.torn > 0);
        assert_true(counts.cut > 0);
        search_free(search);
    }
}

/* Where a leader never has two entries to send, a limit of one is none. */
static void batch_limits_limit_something(void **state)
{
    (void)state;
    for (size_t i = 0; i < explore_world_count; i++) {
        const struct explore_world *world = &explore_worlds[i];
        const unsigned entries =
            world->entries + (world->options.no_op ? world->terms : 0u);

        if (world->options.max_batch_entries > 0 &&
            entries <= world->options.max_batch_entries) {
            fail_msg("%s", world->name);
        }
    }
}

/* Readers may miss a no-op: nobody wrote it. */
static void no_op_is_not_written_by_clients(void **state)
{
    const struct explore_world world = {.name = "no-op",
                                        .terms = 1,
                                        .entries = 1,
                                        .in_flight = 1,
                                        .options = {.no_op = true}};
    struct explore_search *search = search_create(&world, MEMORY);
    bool met[3] = {false};

    (void)state;
    search_run(search, NULL);
    for (size_t i = 0; i < search->state_count; i++) {
        struct explore_history history;
        struct explore_log log;
        size_t byte_count;
        const uint32_t number = search_state(search, i)->history;

        memcpy(&history,
               intern_bytes(&search->histories.bytes, number, &byte_count),
               sizeof(history));
        tables_log(&search->tables, history.committed, &log);
        t_u64_eq(history_written(&search->histories, &search->tables, number),
                 log.count == 2 ? 2 : 0); /* the no-op, then the write */
        met[log.count] = true;
    }
    assert_true(met[1] && met[2]);
    search_free(search);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(disks_tear_appends_and_cut_logs),
    cmocka_unit_test(batch_limits_limit_something),
    cmocka_unit_test(no_op_is_not_written_by_clients),
};

T_MAIN(tests)
