/* SPDX-License-Identifier: MIT
 *
 * net_samples.h - one frame of each kind, for the tests of net/frame.
 */
#ifndef TESTS_NET_SAMPLES_H
#define TESTS_NET_SAMPLES_H

#include "net/frame.h"

enum {
    SAMPLE_KINDS = 14,
    SAMPLE_FIRST_PLAIN = 8, /* behind the raft messages */
    SAMPLE_ROOM = 1024,
    SAMPLE_MAX_BODY = 1024 * 1024
};

/*
 * kind: 0 is a HELLO, then each raft message by its number, then the frames
 * without a body, then APPLIED. Every number in it is value, unless the frame
 * would make no sense, but the sender is always 7.
 * Writes at most SAMPLE_ROOM bytes and returns how many.
 */
size_t sample_frame(uint8_t *to, int kind, uint64_t value);

/* frame_decode() from a heap block without a byte to spare; everything the
 * frame lends is read, so that a sanitizer sees one byte too many. */
enum frame_error sample_decode(const uint8_t *bytes, size_t count,
                               struct frame *frame, size_t *used);

#endif
