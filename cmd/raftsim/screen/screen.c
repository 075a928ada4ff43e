/* SPDX-License-Identifier: MIT
 *
 * screen.c - a scenario on a terminal: keys come in, pages go out.
 */
#include "cmd/raftsim/screen/screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/program.h"
#include "cmd/raftsim/screen/control.h"
#include "cmd/raftsim/screen/keys.h"
#include "cmd/raftsim/screen/terminal.h"

/* So long may the bytes of one key be apart. */
enum { KEY_MS = 50, MAX_BYTES = 256 };

struct keyboard {
    char bytes[MAX_BYTES];
    size_t count;
};

static void draw(struct control *control, const struct page_look *look)
{
    char *bytes = NULL;
    size_t count = 0;
    FILE *out = open_memstream(&bytes, &count);
    struct page page;
    size_t rows;
    size_t columns;

    if (out == NULL) {
        return;
    }
    terminal_size(&rows, &columns);
    control_draw(control, rows, columns, &page);
    page_print_screen(&page, look, control->bounds.cursor_column,
                      control->question != ASK_NOTHING, out);
    page_free(&page);
    if (fclose(out) == 0) {
        terminal_write(bytes, count);
    }
    free(bytes);
}

/* All whole keys; quiet: what is left over is one, too. */
static void press_keys(struct control *control, struct keyboard *keyboard,
                       bool quiet)
{
    while (keyboard->count > 0 && !control->done) {
        size_t used;
        const int key = key_take(keyboard->bytes, keyboard->count,
                                 quiet || keyboard->count == MAX_BYTES, &used);

        if (key == KEY_MORE) {
            return;
        }
        control_key(control, key);
        keyboard->count -= used;
        memmove(keyboard->bytes, keyboard->bytes + used, keyboard->count);
    }
}

static void run(struct control *control)
{
    const struct page_look look = page_look_of_environment();
    struct keyboard keyboard = {.count = 0};
    bool stale = true;

    while (!control->done) {
        size_t count = MAX_BYTES - keyboard.count;

        if (stale) {
            draw(control, &look);
        }
        stale = true;
        switch (terminal_wait(keyboard.count > 0 ? KEY_MS : -1,
                              keyboard.bytes + keyboard.count, &count)) {
        case TERMINAL_BYTES:
            keyboard.count += count;
            press_keys(control, &keyboard, false);
            stale = keyboard.count == 0;
            break;
        case TERMINAL_QUIET:
            press_keys(control, &keyboard, true);
            break;
        case TERMINAL_REDRAW:
            break;
        case TERMINAL_ENDED:
            return;
        }
    }
}

static int result_of(const struct control *control, FILE *err)
{
    if (control->worst == PLAYER_OK) {
        return RAFTSIM_OK;
    }
    fprintf(err, "%s\n", control->trouble.text);
    return control->worst == PLAYER_FAILED ? RAFTSIM_FAILED
                                           : RAFTSIM_BAD_SCENARIO;
}

/* A terminal that cannot move its cursor gets the transcript. */
static int print_transcript(const struct scenario *scenario, FILE *err)
{
    struct scenario_error error;
    enum player_result result;

    fputs("raftsim: TERM says this terminal cannot show a screen; this is the "
          "transcript\n",
          err);
    result = player_play(scenario, stdout, &error);
    if (result == PLAYER_OK) {
        return RAFTSIM_OK;
    }
    fprintf(err, "%s\n", error.text);
    return result == PLAYER_FAILED ? RAFTSIM_FAILED : RAFTSIM_BAD_SCENARIO;
}

static int show(const struct scenario *scenario, FILE *err)
{
    const char *term = getenv("TERM");
    struct control control;

    if (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0) {
        return print_transcript(scenario, err);
    }
    control_open(&control, scenario);
    if (control.worst == PLAYER_OK) { /* else there is nothing to show */
        if (terminal_open() != 0) {
            fprintf(err, "raftsim: the terminal: %s\n", strerror(errno));
            control_close(&control);
            return RAFTSIM_NO_OUTPUT;
        }
        run(&control);
        terminal_close();
    }
    const int code = result_of(&control, err);

    control_close(&control);
    return code;
}

int screen_run(const char *path, FILE *err)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_read(path, &error);
    int code;

    if (scenario == NULL) {
        fprintf(err, "%s\n", error.text);
        return RAFTSIM_BAD_SCENARIO;
    }
    code = show(scenario, err);
    scenario_free(scenario);
    return code;
}
