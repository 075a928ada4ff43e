/* SPDX-License-Identifier: MIT
 *
 * tally.h - what came of the requests: latencies, and errors by kind.
 */
#ifndef RAFTBENCH_TALLY_H
#define RAFTBENCH_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "cmd/raftbench/client.h"
#include "cmd/raftbench/histogram.h"

enum { TALLY_STATUS_COUNT = 600, TALLY_KINDS_BYTES = 256 };

struct tally {
    struct histogram latency_ns; /* of what succeeded */
    uint64_t last_ns;            /* when the last success came */
    uint64_t longest_gap_ns;     /* between one success and the next */
    uint64_t missing_count;      /* reads that found nothing: no error */
    uint64_t error_count;
    uint64_t outcome_counts[CLIENT_REDIRECTS + 1]; /* enum client_outcome */
    uint64_t status_counts[TALLY_STATUS_COUNT];    /* of errors only */
};

/*
 * Count a success by its latency, and how long the one before it is past: so
 * last_ns is set to the beginning first, and tally_end() told the end.
 */
void tally_success(struct tally *tally, const struct client_result *result);
void tally_end(struct tally *tally, uint64_t end_ns);

/* Count one result as an error of its kind. */
void tally_error(struct tally *tally, const struct client_result *result);

/* "timeout 3, http 503 12"; "" when there are none. */
void tally_kinds(const struct tally *tally, char text[TALLY_KINDS_BYTES]);

#endif
