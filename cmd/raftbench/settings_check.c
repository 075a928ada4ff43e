/* SPDX-License-Identifier: MIT
 *
 * settings_check.c - what the table of raftbench's options cannot say.
 */
#include <string.h>

#include "cmd/raftbench/settings.h"

enum { KEY_PREFIX_BYTES = 64, SINCE_DIGITS = 19 }; /* 10^19 fits in 64 bits */

static bool is_key_prefix(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    return strlen(text) <= KEY_PREFIX_BYTES &&
           text[strspn(text, allowed)] == '\0';
}

static bool is_nanoseconds(const char *text)
{
    const size_t digits = strspn(text, "0123456789");

    return digits >= 1 && digits <= SINCE_DIGITS && text[digits] == '\0';
}

static int count_instead(const struct settings *s)
{
    return s->ceilings + s->await_ready + s->find_leader + s->first_write +
           (s->free_port_count > 0) + (s->show_file != NULL) +
           (s->figure != NULL);
}

const char *settings_wrong(const struct settings *s)
{
    const struct {
        bool holds;
        const char *text;
    } wrong[] = {
        {s->load.key_count < s->load.connection_count,
         "--keys: fewer than --connections"},
        {!is_key_prefix(s->load.key_prefix),
         "--key-prefix: up to 64 letters, digits, '-' and '_'"},
        {count_instead(s) > 1,
         "only one of the options that stand for no load"},
        {s->verify && count_instead(s) > 0, "--verify goes with a load"},
        {s->verify_targets != NULL && !s->verify,
         "--verify-targets goes with --verify"},
        {s->directory_by != OPTION_DEFAULT && !s->ceilings,
         "--directory goes with --ceilings"},
        {s->since != NULL && !s->first_write,
         "--since goes with --first-write"},
        {s->since != NULL && !is_nanoseconds(s->since),
         "--since: not nanoseconds, as date +%s%N prints them"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (wrong[i].holds) {
            return wrong[i].text;
        }
    }
    return NULL;
}
