/* SPDX-License-Identifier: MIT
 *
 * test_random_tape.c - what is written down of a random run is that run.
 *
 * The tape of a run, played as a scenario, must leave every server as the run
 * left it, to the bit.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/random/chaos.h"
#include "cmd/raftsim/scenario/player.h"

enum { SEED_COUNT = 25, INPUTS = 1500 };

/* The servers at the end: bytes of their cores, disks and states. */
struct picture {
    size_t server_count;
    uint8_t *images[CLUSTER_MAX_SERVERS]; /* NULL: down */
    size_t image_bytes[CLUSTER_MAX_SERVERS];
    uint64_t state_hash[CLUSTER_MAX_SERVERS];
    size_t writes_under_way[CLUSTER_MAX_SERVERS];
    uint64_t sent_count;
    uint64_t steps;
};

static void take_picture(void *self, const struct cluster *cluster)
{
    struct picture *picture = self;

    picture->server_count = cluster->settings.server_count;
    picture->sent_count = cluster->network.sent_count;
    picture->steps = cluster->totals.steps;
    for (size_t i = 0; i < picture->server_count; i++) {
        const struct cluster_server *server = &cluster->servers[i];
        struct kv_stats stats;

        picture->writes_under_way[i] = server->disk.write_count;
        if (server->node == NULL) {
            continue;
        }
        const struct raft *core = raft_node_core(server->node);

        kv_stats(server->kv, &stats);
        picture->state_hash[i] = stats.state_hash;
        picture->image_bytes[i] = raft_image_size(core);
        picture->images[i] = malloc(picture->image_bytes[i]);
        assert_non_null(picture->images[i]);
        raft_image_encode(core, picture->images[i]);
    }
}

static void free_picture(struct picture *picture)
{
    for (size_t i = 0; i < picture->server_count; i++) {
        free(picture->images[i]);
    }
}

static void assert_same_pictures(const struct picture *a,
                                 const struct picture *b)
{
    t_u64_eq(b->steps, a->steps);
    t_u64_eq(b->sent_count, a->sent_count);
    t_u64_eq(b->server_count, a->server_count);
    for (size_t i = 0; i < a->server_count; i++) {
        t_u64_eq(b->image_bytes[i], a->image_bytes[i]);
        t_u64_eq(b->state_hash[i], a->state_hash[i]);
        t_u64_eq(b->writes_under_way[i], a->writes_under_way[i]);
        if (a->images[i] != NULL) {
            assert_memory_equal(b->images[i], a->images[i], a->image_bytes[i]);
        }
    }
}

/* Plays all of it; the picture is what is left. */
static void play(const char *tape, struct picture *picture)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_parse("tape", tape, &error);

    if (scenario == NULL) {
        print_error("%s\n", error.text);
    }
    assert_non_null(scenario);

    struct player *player = player_create(scenario, NULL);

    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
    take_picture(picture, player_cluster(player));
    player_destroy(player);
    scenario_free(scenario);
}

static void check_seed(uint64_t seed)
{
    static struct chaos_totals totals;
    struct picture run = {0};
    struct picture played = {0};
    char *tape = NULL;
    size_t tape_bytes = 0;
    FILE *file = open_memstream(&tape, &tape_bytes);
    const struct chaos_plan plan = {.seed = seed,
                                    .input_count = INPUTS,
                                    .tape = file,
                                    .ended = take_picture,
                                    .self = &run};

    assert_non_null(file);

    const struct chaos_verdict verdict = chaos_run(&plan, &totals);

    assert_int_equal(fclose(file), 0);
    assert_string_equal(verdict.failure, "");
    play(tape, &played);
    assert_same_pictures(&run, &played);
    free_picture(&run);
    free_picture(&played);
    free(tape);
}

static void a_tape_played_ends_as_the_run_did(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
        check_seed(seed);
    }
}

/* A run does not depend on whether it is written down. */
static void a_tape_changes_nothing(void **state)
{
    static struct chaos_totals with;
    static struct chaos_totals without;
    char *tape = NULL;
    size_t tape_bytes = 0;
    FILE *file = open_memstream(&tape, &tape_bytes);

    (void)state;
    assert_non_null(file);
    (void)chaos_run(
        &(struct chaos_plan){.seed = 3, .input_count = INPUTS, .tape = file},
        &with);
    (void)chaos_run(&(struct chaos_plan){.seed = 3, .input_count = INPUTS},
                    &without);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(&with, &without, sizeof(with));
    free(tape);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_tape_played_ends_as_the_run_did),
    cmocka_unit_test(a_tape_changes_nothing),
};

T_MAIN(tests)
