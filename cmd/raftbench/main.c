/* SPDX-License-Identifier: MIT
 *
 * main.c - raftbench: loads a cluster and measures what it does.
 */
#include "cmd/raftbench/bench.h"

int main(int argc, char **argv)
{
    return bench_main(argc, argv, stdout, stderr);
}
