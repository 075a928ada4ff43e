/* SPDX-License-Identifier: MIT
 *
 * tally.c - what came of the requests: latencies, and errors by kind.
 */
#include "cmd/raftbench/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void tally_end(struct tally *tally, uint64_t end_ns)
{
    const uint64_t gap_ns =
        end_ns > tally->last_ns ? end_ns - tally->last_ns : 0;

    if (gap_ns > tally->longest_gap_ns) {
        tally->longest_gap_ns = gap_ns;
    }
}

void tally_success(struct tally *tally, const struct client_result *result)
{
    histogram_add(&tally->latency_ns, result->ended_ns - result->started_ns);
    tally_end(tally, result->ended_ns);
    tally->last_ns = result->ended_ns;
}

void tally_error(struct tally *tally, const struct client_result *result)
{
    tally->error_count++;
    if (result->outcome == CLIENT_ANSWERED) {
        tally->status_counts[result->status]++;
    } else {
        tally->outcome_counts[result->outcome]++;
    }
}

static void add_kind(char text[TALLY_KINDS_BYTES], const char *name, int number,
                     uint64_t count)
{
    const size_t used = strlen(text);
    char digits[16] = "";

    if (count == 0) {
        return;
    }
    if (number != 0) {
        snprintf(digits, sizeof(digits), " %d", number);
    }
    snprintf(text + used, TALLY_KINDS_BYTES - used, "%s%s%s %" PRIu64,
             used > 0 ? ", " : "", name, digits, count);
}

void tally_kinds(const struct tally *tally, char text[TALLY_KINDS_BYTES])
{
    static const char *const names[] = {
        [CLIENT_CONNECT] = "connect",     [CLIENT_TIMEOUT] = "timeout",
        [CLIENT_CLOSED] = "closed",       [CLIENT_MALFORMED] = "malformed",
        [CLIENT_REDIRECTS] = "redirects",
    };

    text[0] = '\0';
    for (int i = CLIENT_CONNECT; i <= CLIENT_REDIRECTS; i++) {
        add_kind(text, names[i], 0, tally->outcome_counts[i]);
    }
    for (int i = 0; i < TALLY_STATUS_COUNT; i++) {
        add_kind(text, "http", i, tally->status_counts[i]);
    }
}
