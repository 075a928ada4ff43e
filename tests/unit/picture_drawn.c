/* SPDX-License-Identifier: MIT
 *
 * picture_drawn.c - pictures of scenarios, as text, for tests.
 */
#include "tests/unit/picture_drawn.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"

struct scenario *drawn_parse(const char *text)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_parse("test.raft", text, &error);

    if (scenario == NULL) {
        fail_msg("%s", error.text);
    }
    return scenario;
}

struct drawn drawn_picture(const struct scenario *scenario,
                           enum picture_format format)
{
    struct drawn drawn = {.text = NULL};
    size_t size = 0;
    FILE *out = open_memstream(&drawn.text, &size);

    assert_non_null(out);
    drawn.result = picture_draw(scenario, format, out, &drawn.error);
    assert_int_equal(fclose(out), 0);
    drawn.next = drawn.text;
    return drawn;
}

size_t drawn_count_until(const char *text, const char *end, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL && text < end) {
        text += strlen(part);
        count++;
    }
    return count;
}

size_t drawn_count_of(const char *text, const char *part)
{
    return drawn_count_until(text, text + strlen(text), part);
}

/* ---- Messages ------------------------------------------------------------ */

static void on_sent(void *self, const struct raft_message *m, uint64_t number)
{
    struct drawn_messages *messages = self;

    (void)m;
    messages->sent++;
    messages->lost += number == 0 ? 1 : 0;
}

static void on_received(void *self, const struct raft_message *m,
                        uint64_t number, enum player_fate fate)
{
    struct drawn_messages *messages = self;

    (void)m;
    (void)number;
    messages->arrived += fate == PLAYER_ARRIVED ? 1 : 0;
    messages->lost += fate == PLAYER_ARRIVED ? 0 : 1;
}

struct drawn_messages drawn_messages(const struct scenario *scenario)
{
    struct drawn_messages messages = {0};
    const struct player_listener listener = {
        .self = &messages, .sent = on_sent, .received = on_received};
    struct player *player = player_create(scenario, NULL);
    struct scenario_error error;

    player_listen(player, &listener);
    while (!player_is_done(player)) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    player_destroy(player);
    return messages;
}

/* ---- JSON ---------------------------------------------------------------- */

cJSON *drawn_line(struct drawn *drawn)
{
    char *end = strchr(drawn->next, '\n');

    if (*drawn->next == '\0') {
        return NULL;
    }
    assert_non_null(end);
    *end = '\0';

    cJSON *line = cJSON_ParseWithOpts(drawn->next, NULL, 1);

    if (!cJSON_IsObject(line)) {
        fail_msg("no JSON object: %.200s", drawn->next);
    }
    drawn->next = end + 1;
    return line;
}

const cJSON *drawn_member(const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

    if (value == NULL) {
        fail_msg("no \"%s\"", name);
    }
    return value;
}

uint64_t drawn_number(const cJSON *object, const char *name)
{
    const cJSON *value = drawn_member(object, name);

    assert_true(cJSON_IsNumber(value));
    return (uint64_t)value->valuedouble;
}

const char *drawn_word(const cJSON *object, const char *name)
{
    const cJSON *value = drawn_member(object, name);

    assert_true(cJSON_IsString(value));
    return value->valuestring;
}

/* ---- Scenarios ----------------------------------------------------------- */

void drawn_each(void (*test)(const struct scenario *scenario))
{
    glob_t found;

    assert_int_equal(glob("tests/scenarios/*.raft", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 20);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct scenario_error error;
        struct scenario *scenario = scenario_read(found.gl_pathv[i], &error);

        if (scenario == NULL) {
            fail_msg("%s", error.text);
        }
        test(scenario);
        scenario_free(scenario);
    }
    globfree(&found);
}
