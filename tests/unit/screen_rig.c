/* SPDX-License-Identifier: MIT
 *
 * screen_rig.c - raftsim's screen without a terminal: keys in, text out.
 */
#include "tests/unit/screen_rig.h"

#include <stdlib.h>
#include <string.h>

#include "tests/t.h"

static void begin(struct screen_rig *rig, struct scenario *scenario,
                  const struct scenario_error *error)
{
    *rig = (struct screen_rig){.rows = 24, .columns = 80};
    if (scenario == NULL) {
        fail_msg("%s", error->text);
    }
    rig->scenario = scenario;
    control_open(&rig->control, scenario);
    rig_show(rig);
}

void rig_watch(struct screen_rig *rig, const char *path)
{
    struct scenario_error error = {""};

    begin(rig, scenario_read(path, &error), &error);
}

void rig_watch_text(struct screen_rig *rig, const char *text)
{
    struct scenario_error error = {""};

    begin(rig, scenario_parse("test.raft", text, &error), &error);
}

void rig_leave(struct screen_rig *rig)
{
    control_close(&rig->control);
    scenario_free(rig->scenario);
    free(rig->shown);
}

/* ---- Drawing ------------------------------------------------------------- */

static void draw(struct screen_rig *rig, struct page *page)
{
    control_draw(&rig->control, rig->rows, rig->columns, page);
    t_u64_eq(page->rows, rig->rows);
    t_u64_eq(page->columns, rig->columns);
    assert_true(rig->control.bounds.cursor_column < rig->columns);
}

static void check_bytes(const struct screen_rig *rig)
{
    for (const char *c = rig->shown; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;

        assert_true(byte == '\n' || byte >= ' ');
        assert_true(byte != 0x7f);
        assert_true(!rig->ascii || byte < 0x80);
    }
}

const char *rig_show(struct screen_rig *rig)
{
    const struct page_look look = {.utf8 = !rig->ascii};
    size_t size;
    struct page page;
    FILE *out;

    free(rig->shown);
    rig->shown = NULL;
    out = open_memstream(&rig->shown, &size);
    assert_non_null(out);
    draw(rig, &page);
    page_print_text(&page, &look, out);
    page_free(&page);
    assert_int_equal(fclose(out), 0);
    check_bytes(rig);
    return rig->shown;
}

char *rig_cells(struct screen_rig *rig)
{
    struct page page;
    size_t size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    draw(rig, &page);
    for (size_t i = 0; i < page.rows * page.columns; i++) {
        fprintf(out, "%x/%x ", (unsigned)page.cells[i].character,
                (unsigned)page.cells[i].style);
    }
    page_free(&page);
    assert_int_equal(fclose(out), 0);
    return text;
}

const char *rig_press_key(struct screen_rig *rig, int key)
{
    control_key(&rig->control, key);
    return rig_show(rig);
}

const char *rig_press(struct screen_rig *rig, const char *keys)
{
    for (; *keys != '\0'; keys++) {
        rig_press_key(rig, *keys);
    }
    return rig->shown;
}

void rig_sees_at(const struct screen_rig *rig, const char *text, bool expected,
                 const char *file, int line)
{
    if ((strstr(rig->shown, text) != NULL) != expected) {
        print_error("'%s' is %s:\n%s", text, expected ? "missing" : "there",
                    rig->shown);
        _fail(file, line);
    }
}
