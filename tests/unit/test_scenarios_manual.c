/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_manual.c - the comment that explains the verbs has them all,
 * each at the beginning of a line.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/scenario/scenario.h"

enum { MANUAL_BYTES = 1 << 14, WHAT_IT_DOES = 21 }; /* its second column */

/* A line " *   deliver A>B     the oldest ..." is about this verb. */
static bool is_about(const char *line, size_t length, const char *verb)
{
    const size_t bytes = strlen(verb);

    if (length <= WHAT_IT_DOES || memcmp(line, " *   ", 5) != 0 ||
        line[5] == ' ' || line[WHAT_IT_DOES - 1] != ' ') {
        return false;
    }
    for (const char *at = line + 5; at + bytes <= line + WHAT_IT_DOES; at++) {
        if (memcmp(at, verb, bytes) == 0 && strchr(" ,", at[bytes]) != NULL &&
            at[-1] == ' ') {
            return true;
        }
    }
    return false;
}

static bool has_line_about(const char *manual, const char *verb)
{
    for (const char *line = manual; *line != '\0';) {
        const size_t length = strcspn(line, "\n");

        if (is_about(line, length, verb)) {
            return true;
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return false;
}

static void the_manual_has_a_line_about_every_verb(void **state)
{
    static char manual[MANUAL_BYTES];
    FILE *file = fopen("cmd/raftsim/scenario/verbs.h", "r");

    (void)state;
    assert_non_null(file);
    manual[fread(manual, 1, sizeof(manual) - 1, file)] = '\0';
    fclose(file);
    for (int verb = 0; verb < SCENARIO_VERB_COUNT; verb++) {
        const char *text = scenario_verb_text((enum scenario_verb)verb);

        if (!has_line_about(manual, text)) {
            fail_msg("no line of verbs.h begins with %s", text);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_manual_has_a_line_about_every_verb),
};

T_MAIN(tests)
