/* SPDX-License-Identifier: MIT
 *
 * options_value.c - from the text of an option to its value, within limits.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/common/options.h"

static bool assign_flag(bool *destination, const char *text, char *error,
                        size_t error_bytes)
{
    static const char *const yes[] = {"true", "1", "yes", "on"};
    static const char *const no[] = {"false", "0", "no", "off"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (strcasecmp(text, yes[i]) == 0) {
            *destination = true;
            return true;
        }
        if (strcasecmp(text, no[i]) == 0) {
            *destination = false;
            return true;
        }
    }
    snprintf(error, error_bytes, "'%s' is neither true nor false", text);
    return false;
}

/* Decimal digits only; *rest is what follows them. False: none, too many. */
static bool read_digits(const char *text, uint64_t *value, const char **rest)
{
    char *end = NULL;

    if (text[0] < '0' || text[0] > '9') {
        return false; /* strtoull would take blanks and signs */
    }
    errno = 0;
    *value = strtoull(text, &end, 10);
    *rest = end;
    return errno == 0;
}

static bool within(const struct option_spec *spec, uint64_t value,
                   const char *text, char *error, size_t error_bytes)
{
    if (value < spec->min) {
        snprintf(error, error_bytes, "%s is less than %" PRIu64, text,
                 spec->min);
        return false;
    }
    if (value > spec->max) {
        snprintf(error, error_bytes, "%s is more than %" PRIu64, text,
                 spec->max);
        return false;
    }
    return true;
}

static bool assign_u32(const struct option_spec *spec, const char *text,
                       char *error, size_t error_bytes)
{
    const char *rest = "";
    uint64_t value = 0;

    if (!read_digits(text, &value, &rest) || *rest != '\0') {
        snprintf(error, error_bytes,
                 "'%s' is not a number from %" PRIu64 " to %" PRIu64, text,
                 spec->min, spec->max);
        return false;
    }
    if (!within(spec, value, text, error, error_bytes)) {
        return false;
    }
    *(uint32_t *)spec->destination = (uint32_t)value;
    return true;
}

/* The power of two of a unit such as "K", "KB" or "KiB"; -1: no unit. */
static int unit_shift(const char *unit)
{
    static const char letters[] = "KMGT";

    if (*unit == '\0' || strcasecmp(unit, "B") == 0) {
        return 0;
    }
    for (int i = 0; letters[i] != '\0'; i++) {
        if (strncasecmp(unit, &letters[i], 1) == 0 &&
            (unit[1] == '\0' || strcasecmp(unit + 1, "B") == 0 ||
             strcasecmp(unit + 1, "iB") == 0)) {
            return 10 * (i + 1);
        }
    }
    return -1;
}

static bool assign_bytes(const struct option_spec *spec, const char *text,
                         char *error, size_t error_bytes)
{
    const char *unit = "";
    uint64_t value = 0;
    const bool is_number = read_digits(text, &value, &unit);
    const int shift = unit_shift(unit);

    if (!is_number || shift < 0 || value > UINT64_MAX >> shift) {
        snprintf(error, error_bytes,
                 "'%s' is not a size from %" PRIu64 " to %" PRIu64
                 " bytes (such as 4096, 64K, 1M)",
                 text, spec->min, spec->max);
        return false;
    }
    if (!within(spec, value << shift, text, error, error_bytes)) {
        return false;
    }
    *(uint64_t *)spec->destination = value << shift;
    return true;
}

static bool assign_enum(const struct option_spec *spec, const char *text,
                        char *error, size_t error_bytes)
{
    size_t used = 0;

    for (const struct option_choice *c = spec->choices; c->name != NULL; c++) {
        if (strcmp(c->name, text) == 0) {
            *(uint32_t *)spec->destination = c->value;
            return true;
        }
    }
    snprintf(error, error_bytes, "'%s' is none of", text);
    for (const struct option_choice *c = spec->choices; c->name != NULL; c++) {
        used = strlen(error);
        snprintf(error + used, error_bytes - used, "%s%s",
                 c == spec->choices ? " " : ", ", c->name);
    }
    return false;
}

bool options_assign(const struct option_spec *spec, const char *text,
                    char *error, size_t error_bytes)
{
    switch (spec->type) {
    case OPTION_FLAG:
        return assign_flag(spec->destination, text, error, error_bytes);
    case OPTION_STRING:
        *(const char **)spec->destination = text;
        return true;
    case OPTION_U32:
        return assign_u32(spec, text, error, error_bytes);
    case OPTION_BYTES:
        return assign_bytes(spec, text, error, error_bytes);
    case OPTION_ENUM:
        return assign_enum(spec, text, error, error_bytes);
    }
    snprintf(error, error_bytes, "its table entry has no type");
    return false;
}
