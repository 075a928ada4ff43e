/* SPDX-License-Identifier: MIT
 *
 * own_address.c - a loopback address for each process that runs now.
 */
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/own_address.h"

const char *own_address(void)
{
    static char text[sizeof "127.127.255.255"];
    const unsigned pid = (unsigned)getpid(); /* Linux: less than 2^22 */

    snprintf(text, sizeof text, "127.%u.%u.%u", 64 + pid / 65536 % 64,
             pid / 256 % 256, pid % 256);
    return text;
}
