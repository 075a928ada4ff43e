/* SPDX-License-Identifier: MIT
 *
 * bench.c - raftbench: from options to what is to be done.
 */
#include "cmd/raftbench/bench.h"

#include <stdarg.h>

#include "cmd/raftbench/modes.h"

int bench_fail(struct bench *b, int exit_status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(b->err, "raftbench: ");
    vfprintf(b->err, format, arguments);
    fputc('\n', b->err);
    va_end(arguments);
    return exit_status;
}

const char *bench_label(const struct bench *b, const char *otherwise)
{
    return b->settings->label != NULL ? b->settings->label : otherwise;
}

/* False: told. */
static bool add_targets(struct bench *b, struct targets *targets,
                        const char *option, const char *list)
{
    char error[TARGET_ERROR_BYTES] = "none is given";

    targets->allow_remote = b->settings->allow_remote;
    if (!targets_add_list(targets, list, error) || targets->count == 0) {
        (void)bench_fail(b, OPTIONS_EXIT_USAGE, "%s: %s", option, error);
        return false;
    }
    return true;
}

int bench_main(int argc, char **argv, FILE *out, FILE *err)
{
    struct bench b = {.report.out = out, .err = err};

    switch (settings_parse(argc, argv, out, err, &b.settings)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return OPTIONS_EXIT_USAGE;
    case OPTIONS_RUN:
        break;
    }
    b.report.json = b.settings->json;
    const struct settings *s = b.settings;
    const char *verify_targets =
        s->verify_targets != NULL ? s->verify_targets : s->targets;
    if (!add_targets(&b, &b.targets, "--targets", s->targets) ||
        !add_targets(&b, &b.verify_targets, "--verify-targets",
                     verify_targets)) {
        return OPTIONS_EXIT_USAGE;
    }
    return s->ceilings              ? mode_ceilings(&b)
           : s->await_ready         ? mode_await_ready(&b)
           : s->find_leader         ? mode_find_leader(&b)
           : s->first_write         ? mode_first_write(&b)
           : s->free_port_count > 0 ? mode_free_ports(&b)
           : s->show_file != NULL   ? mode_show(&b)
           : s->figure != NULL      ? mode_figure(&b)
                                    : mode_load(&b);
}
