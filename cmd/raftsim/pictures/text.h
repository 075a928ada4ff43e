/* SPDX-License-Identifier: MIT
 *
 * text.h - words of a scenario inside JSON, XML and Mermaid.
 *
 * Whatever bytes a scenario has, what is printed is valid UTF-8 and valid in
 * the format: a byte that is no UTF-8, or a control byte that XML forbids,
 * becomes U+FFFD; a tab and other controls become a blank where they cannot
 * be said.
 */
#ifndef RAFTSIM_PICTURE_TEXT_H
#define RAFTSIM_PICTURE_TEXT_H

#include <stdint.h>
#include <stdio.h>

/* In quotes. */
void text_json(FILE *out, const char *text);
/* A number: in quotes from 10^15 on, where readers lose precision. */
void text_json_number(FILE *out, uint64_t number);
/* For contents and for attributes in double quotes. */
void text_xml(FILE *out, const char *text);
void text_xml_part(FILE *out, const char *text, size_t byte_count);
void text_mermaid(FILE *out, const char *text);

/* Characters, not bytes: what a text takes on a line. */
size_t text_length(const char *text, size_t byte_count);

#endif
