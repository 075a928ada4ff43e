/* SPDX-License-Identifier: MIT
 *
 * xml_check.h - is it well-formed XML, of the kind that our pictures are?
 */
#ifndef TESTS_XML_CHECK_H
#define TESTS_XML_CHECK_H

/* Fails unless it is one element, tags in pairs, all signs escaped, and
 * nothing else: no comments, no processing instructions. */
void xml_is_well_formed(const char *text);

#endif
