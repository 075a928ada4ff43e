/* SPDX-License-Identifier: MIT
 *
 * own_address.h - a loopback address for each process that runs now.
 */
#ifndef TESTS_UNIT_OWN_ADDRESS_H
#define TESTS_UNIT_OWN_ADDRESS_H

/*
 * All of 127.0.0.0/8 is loopback. On 127.0.0.1 a port that was closed may be
 * somebody else's a moment later: another test's, or that of a connection that
 * goes out. On this address nobody else listens, and none goes out from it.
 */
const char *own_address(void);

#endif
