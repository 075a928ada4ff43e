/* SPDX-License-Identifier: MIT
 *
 * text.c - words of a scenario inside JSON, XML and Mermaid.
 */
#include "cmd/raftsim/pictures/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

static bool follows(unsigned char byte, unsigned char least, unsigned char most)
{
    return byte >= least && byte <= most;
}

/* U+FFFE and U+FFFF, which XML forbids. */
static bool is_no_character(const unsigned char *b)
{
    return b[0] == 0xEF && b[1] == 0xBF && b[2] >= 0xBE;
}

/*
 * Bytes of the character that stands first, 1 to 4; 0: no valid UTF-8 (the
 * Unicode Standard's table 3-7: no surrogates, no overlong forms). Stops at
 * the final NUL by itself, which never follows.
 */
static size_t character_bytes(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    const unsigned char least = b[0] == 0xE0   ? 0xA0
                                : b[0] == 0xF0 ? 0x90
                                               : 0x80;
    const unsigned char most = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;
    size_t count = 0;

    if (b[0] < 0x80) {
        return 1;
    }
    if (b[0] >= 0xC2 && b[0] <= 0xDF) {
        count = 2;
    } else if ((b[0] & 0xF0) == 0xE0) {
        count = 3;
    } else if (b[0] >= 0xF0 && b[0] <= 0xF4) {
        count = 4;
    }
    if (count == 0 || !follows(b[1], least, most)) {
        return 0;
    }
    for (size_t i = 2; i < count; i++) {
        if (!follows(b[i], 0x80, 0xBF)) {
            return 0;
        }
    }
    return is_no_character(b) ? 0 : count;
}

/* Prints a character as it is, or U+FFFD; returns the bytes it took. */
static size_t print_character(FILE *out, const char *text)
{
    const size_t count = character_bytes(text);

    if (count == 0) {
        fputs(replacement, out);
        return 1;
    }
    fwrite(text, 1, count, out);
    return count;
}

size_t text_length(const char *text, size_t byte_count)
{
    size_t length = 0;

    for (size_t i = 0; i < byte_count; length++) {
        const size_t count = character_bytes(text + i);

        i += count == 0 ? 1 : count;
    }
    return length;
}

void text_json(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text != '\0') {
        const unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\') {
            fprintf(out, "\\%c", byte);
            text++;
        } else if (byte < 0x20 || byte == 0x7F) {
            fprintf(out, "\\u%04x", byte);
            text++;
        } else {
            text += print_character(out, text);
        }
    }
    fputc('"', out);
}

void text_json_number(FILE *out, uint64_t number)
{
    const char *quote = number < UINT64_C(1000000000000000) ? "" : "\"";

    fprintf(out, "%s%" PRIu64 "%s", quote, number, quote);
}

void text_xml_part(FILE *out, const char *text, size_t byte_count)
{
    for (const char *end = text + byte_count; text < end;) {
        const unsigned char byte = (unsigned char)*text;

        switch (byte) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\t':
            fputc(' ', out);
            break;
        default:
            if (byte < 0x20 || byte == 0x7F) {
                fputs(replacement, out);
                break;
            }
            text += print_character(out, text);
            continue;
        }
        text++;
    }
}

void text_xml(FILE *out, const char *text)
{
    text_xml_part(out, text, strlen(text));
}

/* Entities are written #NUMBER; there. Letters, digits and plain signs stay:
 * everything else of ASCII may mean something in some version. */
void text_mermaid(FILE *out, const char *text)
{
    static const char plain[] = " .,=()/'+*_|!?-:[]";

    while (*text != '\0') {
        const unsigned char byte = (unsigned char)*text;

        if (byte >= 0x80) {
            text += print_character(out, text);
            continue;
        }
        if (byte < 0x20 || byte == 0x7F) {
            fputc(' ', out);
        } else if ((byte >= '0' && byte <= '9') ||
                   (byte >= 'A' && byte <= 'Z') ||
                   (byte >= 'a' && byte <= 'z') ||
                   strchr(plain, byte) != NULL) {
            fputc(byte, out);
        } else {
            fprintf(out, "#%u;", byte);
        }
        text++;
    }
}
