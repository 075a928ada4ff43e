/* SPDX-License-Identifier: MIT
 *
 * settings.h - how the flags become options: what is beaten is dropped
 * (settings_counting.c), the demos' words are settled with ours
 * (dialect_flags.c), then each is checked (settings_addresses.c, settings.c).
 */
#ifndef RAFTD_SETTINGS_H
#define RAFTD_SETTINGS_H

#include "cmd/raftd/options.h"

/* A value, and what gave it, for messages: "-haddr", "PORT". NULL: nothing. */
struct setting {
    const char *value, *from;
};

/* One value a setting, whichever demo's word for it was used. */
struct settled {
    struct setting id, haddr, raddr, directory, join;
    const char *bootstrap_from; /* who asked to found; NULL: nobody */
    bool names_raft_address;    /* raddr is not only a default */
    bool founds;                /* unless --peers or a join is given */
    char haddr_text[2 * ADDRESS_BYTES];
    char raddr_text[2 * ADDRESS_BYTES];
};

/* ---- settings_counting.c ------------------------------------------------ */

/* Drop what is beaten, and read the ports that are left. As below. */
int settings_counting(struct raftd_flags *flags);

/* ---- dialect_flags.c ---------------------------------------------------- */

/* settled borrows from flags. -1, or an exit code, told on stderr. */
int settings_settle(const struct raftd_flags *flags, struct settled *settled,
                    struct raftd_options *options);

/* ---- settings_addresses.c ----------------------------------------------- */

/* As above. */
int settings_addresses(const struct raftd_flags *flags,
                       const struct settled *settled,
                       struct raftd_options *options);
int settings_peers(const struct raftd_flags *flags,
                   const struct settled *settled,
                   struct raftd_options *options);
int settings_join(const struct raftd_flags *flags,
                  const struct settled *settled, struct raftd_options *options);

/* ---- settings.c --------------------------------------------------------- */

/* One line on stderr. Returns code. */
__attribute__((format(printf, 2, 3))) int
settings_fail(int code, const char *format, ...);

/* The program's name in such lines; borrowed. Else it is raftd. */
void settings_called_by(const char *name);

#endif
