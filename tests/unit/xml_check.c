/* SPDX-License-Identifier: MIT
 *
 * xml_check.c - is it well-formed XML, of the kind that our pictures are?
 */
#include "tests/unit/xml_check.h"

#include <ctype.h>
#include <string.h>

#include "tests/t.h"

enum { MOST_DEPTH = 16, NAME_BYTES = 32 };

struct xml {
    const char *at;
    char open[MOST_DEPTH][NAME_BYTES];
    size_t depth;
};

static void bad(const struct xml *xml, const char *why)
{
    fail_msg("not well-formed, %s: %.60s", why, xml->at);
}

/* &amp; and the like: nothing else may follow an ampersand. */
static void entity(struct xml *xml)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strncmp(xml->at, known[i], strlen(known[i])) == 0) {
            xml->at += strlen(known[i]);
            return;
        }
    }
    bad(xml, "an unknown entity");
}

/* Characters up to one that ends them, which is not taken. */
static void characters(struct xml *xml, char end)
{
    while (*xml->at != end && *xml->at != '\0') {
        if (*xml->at == '&') {
            entity(xml);
            continue;
        }
        if (*xml->at == '<' ||
            ((unsigned char)*xml->at < 0x20 && *xml->at != '\n')) {
            bad(xml, "a character that must be escaped");
        }
        xml->at++;
    }
}

static void name(struct xml *xml, char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)*xml->at) || *xml->at == '-' ||
           *xml->at == ':') {
        assert_true(length + 1 < NAME_BYTES);
        text[length++] = *xml->at++;
    }
    if (length == 0) {
        bad(xml, "no name");
    }
    text[length] = '\0';
}

static void expect_sign(struct xml *xml, char sign)
{
    if (*xml->at != sign) {
        bad(xml, "another sign is missing");
    }
    xml->at++;
}

static void attributes(struct xml *xml)
{
    char text[NAME_BYTES];

    while (*xml->at == ' ') {
        xml->at++;
        name(xml, text);
        expect_sign(xml, '=');
        expect_sign(xml, '"');
        characters(xml, '"');
        expect_sign(xml, '"');
    }
}

static void tag(struct xml *xml)
{
    char text[NAME_BYTES];

    expect_sign(xml, '<');
    if (*xml->at == '/') {
        xml->at++;
        name(xml, text);
        if (xml->depth == 0 || strcmp(text, xml->open[xml->depth - 1]) != 0) {
            bad(xml, "another element is open");
        }
        xml->depth--;
        expect_sign(xml, '>');
        return;
    }
    assert_true(xml->depth < MOST_DEPTH);
    name(xml, xml->open[xml->depth]);
    attributes(xml);
    if (*xml->at == '/') {
        xml->at++;
    } else {
        xml->depth++;
    }
    expect_sign(xml, '>');
}

void xml_is_well_formed(const char *text)
{
    struct xml xml = {.at = text};

    do {
        tag(&xml);
        characters(&xml, '<');
    } while (xml.depth > 0);
    assert_string_equal(xml.at, "");
}
