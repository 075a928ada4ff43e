/* SPDX-License-Identifier: MIT
 *
 * version.h - the one place that knows the version.
 */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#define VERSION_NUMBER "0.1.0"

/* -DBUILD_COMMIT='"1a2b3c4"' says which commit a program was built from. */
#ifdef BUILD_COMMIT
#define VERSION VERSION_NUMBER " (" BUILD_COMMIT ")"
#else
#define VERSION VERSION_NUMBER
#endif

#endif
