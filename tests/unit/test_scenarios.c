/* SPDX-License-Identifier: MIT
 *
 * test_scenarios.c - every scenario ends as it says, and tells the same story.
 *
 * RAFT_WRITE_GOLDEN=1 writes the transcripts anew instead of comparing.
 */
#include "tests/t.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/cluster.h"
#include "cmd/raftsim/scenario/player.h"
#include "tests/unit/rule_coverage.h"

static void add_to_coverage(const struct player *player)
{
    struct cluster_totals totals;

    cluster_count_rules(player_cluster(player), &totals);
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        coverage_add((enum raft_rule)i, true, totals.rules[i].taken);
        coverage_add((enum raft_rule)i, false, totals.rules[i].declined);
    }
}

/* The whole transcript; free it. Fails when the scenario does. */
static char *play(const char *path)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_read(path, &error);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    if (scenario == NULL) {
        fail_msg("%s", error.text);
    }
    struct player *player = player_create(scenario, out);

    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
    add_to_coverage(player);
    player_destroy(player);
    scenario_free(scenario);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* fig8.raft -> fig8.golden */
static void golden_path(const char *path, char *golden, size_t size)
{
    const size_t stem = strlen(path) - strlen(".raft");

    assert_true(stem + sizeof(".golden") <= size);
    memcpy(golden, path, stem);
    strcpy(golden + stem, ".golden");
}

static char *read_all(const char *path)
{
    enum { MAX_BYTES = 1 << 20 };
    char *text = calloc(1, MAX_BYTES);
    FILE *file = fopen(path, "r");

    assert_non_null(text);
    if (file == NULL) {
        fail_msg("%s is missing", path);
    }
    assert_true(fread(text, 1, MAX_BYTES - 1, file) < MAX_BYTES - 1);
    fclose(file);
    return text;
}

static int line_of_difference(const char *a, const char *b)
{
    int line = 1;

    while (*a != '\0' && *a == *b) {
        line += *a == '\n' ? 1 : 0;
        a++;
        b++;
    }
    return line;
}

/* 1 when they differ. */
static unsigned compare(const char *path, const char *text)
{
    char golden[256];
    unsigned differs = 0;

    golden_path(path, golden, sizeof(golden));
    if (getenv("RAFT_WRITE_GOLDEN") != NULL) {
        FILE *file = fopen(golden, "w");

        assert_non_null(file);
        fputs(text, file);
        assert_int_equal(fclose(file), 0);
        return 0;
    }
    char *expected = read_all(golden);

    if (strcmp(text, expected) != 0) {
        print_error("%s: another story from line %d on\n", golden,
                    line_of_difference(text, expected));
        differs = 1;
    }
    free(expected);
    return differs;
}

static void scenarios_end_as_they_say_and_tell_the_same_story(void **state)
{
    glob_t files;
    unsigned differing = 0;

    (void)state;
    assert_int_equal(glob("tests/scenarios/*.raft", 0, NULL, &files), 0);
    assert_true(files.gl_pathc >= 20);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *text = play(files.gl_pathv[i]);

        differing += compare(files.gl_pathv[i], text);
        free(text);
    }
    globfree(&files);
    assert_int_equal(differing, 0);
}

/* ---- One step back is all events but the last ------------------------------
 */

/* The images of all servers, one after the other. */
struct images {
    uint8_t *bytes;
    size_t size;
};

static void append_bytes(struct images *images, const void *bytes, size_t size)
{
    images->bytes = realloc(images->bytes, images->size + size + 1);
    assert_non_null(images->bytes);
    memcpy(images->bytes + images->size, bytes, size);
    images->size += size;
}

static struct images images_of(const struct cluster *cluster)
{
    struct images images = {NULL, 0};

    if (cluster == NULL) {
        return images;
    }
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        if (!cluster_is_running(cluster, i)) {
            continue;
        }
        const struct raft *core = raft_node_core(cluster->servers[i].node);
        const size_t size = raft_image_size(core);
        uint8_t *bytes = malloc(size);

        assert_non_null(bytes);
        raft_image_encode(core, bytes);
        append_bytes(&images, bytes, size);
        free(bytes);
    }
    append_bytes(&images, &cluster->network.count, sizeof(size_t));
    return images;
}

static struct images images_after(const struct scenario *scenario,
                                  size_t event_count)
{
    struct player *player = player_create(scenario, NULL);
    struct scenario_error error;
    struct images images;

    for (size_t i = 0; i < event_count; i++) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    images = images_of(player_cluster(player));
    player_destroy(player);
    return images;
}

static void a_step_back_is_all_events_but_the_last(void **state)
{
    struct scenario_error error;
    struct scenario *scenario =
        scenario_read("tests/scenarios/fig8-safe.raft", &error);
    struct player *player;

    (void)state;
    assert_non_null(scenario);
    player = player_create(scenario, NULL);
    for (size_t i = 0; i < scenario->event_count; i++) {
        struct images once = images_of(player_cluster(player));
        struct images again = images_after(scenario, i);

        t_u64_eq(again.size, once.size);
        if (once.size > 0) {
            assert_memory_equal(again.bytes, once.bytes, once.size);
        }
        free(once.bytes);
        free(again.bytes);
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    player_destroy(player);
    scenario_free(scenario);
}

/* The scenario in a document: between its title and the next "```". */
static void the_one_in_the_document_holds(void **state)
{
    char *document = read_all("docs/raftsim.md");
    char *begin = strstr(document, "\n```\ntitle ");
    char *end = begin == NULL ? NULL : strstr(begin + 5, "```");
    struct scenario_error error = {""};
    struct scenario *scenario;

    (void)state;
    assert_non_null(end);
    *end = '\0';
    scenario = scenario_parse("raftsim.md", begin + 5, &error);
    if (scenario == NULL || player_play(scenario, NULL, &error) != PLAYER_OK) {
        fail_msg("%s", error.text);
    }
    scenario_free(scenario);
    free(document);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(scenarios_end_as_they_say_and_tell_the_same_story),
    cmocka_unit_test(a_step_back_is_all_events_but_the_last),
    cmocka_unit_test(the_one_in_the_document_holds),
};

T_MAIN(tests)
