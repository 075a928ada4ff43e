/* SPDX-License-Identifier: MIT
 *
 * main.c - raftsim: plays scenarios and prints what happens.
 */
#include "cmd/raftsim/program.h"

int main(int argc, char **argv)
{
    return raftsim_main(argc, argv, stdout, stderr);
}
