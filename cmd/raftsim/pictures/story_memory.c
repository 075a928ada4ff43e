/* SPDX-License-Identifier: MIT
 *
 * story_memory.c - what a story keeps of messages and texts.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/pictures/story.h"
#include "cmd/raftsim/scenario/sim_text.h"

static void keep_block(struct story *story, void *block)
{
    story->blocks = sim_grow(story->blocks, story->block_count,
                             &story->block_capacity, sizeof(*story->blocks));
    story->blocks[story->block_count++] = block;
}

void *story_memory(struct story *story, size_t count, size_t item_bytes)
{
    void *block = sim_calloc(count, item_bytes);

    keep_block(story, block);
    return block;
}

/* The bytes of an entry are not kept, only what stands in pictures. */
const struct raft_message *story_keep_message(struct story *story,
                                              const struct raft_message *m)
{
    struct raft_message *copy = story_memory(story, 1, sizeof(*copy));

    *copy = *m;
    if (m->type == RAFT_APPEND_ENTRIES && m->append_entries.entry_count > 0) {
        const size_t count = m->append_entries.entry_count;
        struct raft_entry *entries =
            story_memory(story, count, sizeof(*entries));

        for (size_t i = 0; i < count; i++) {
            entries[i].term = m->append_entries.entries[i].term;
            entries[i].type = m->append_entries.entries[i].type;
        }
        copy->append_entries.entries = entries;
    }
    return copy;
}

/* A stream into a text that lives as long as the story. */
static const char *close_text(struct story *story, FILE *out, char **text)
{
    if (fclose(out) != 0) {
        fputs("raftsim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    keep_block(story, *text);
    return *text;
}

static FILE *open_text(char **text, size_t *size)
{
    FILE *out = open_memstream(text, size);

    if (out == NULL) {
        fputs("raftsim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return out;
}

const char *story_message_text(struct story *story,
                               const struct raft_message *message)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_text(&text, &size);

    sim_print_message(out, message);
    return strchr(close_text(story, out, &text), ' ') + 1;
}

const char *story_entry_text(struct story *story,
                             const struct raft_entry *entry)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_text(&text, &size);

    sim_print_entry(out, entry);
    return close_text(story, out, &text);
}

const char *story_answer_text(struct story *story,
                              const struct player_answer *answer)
{
    char *text = NULL;
    size_t size;
    const char *told = answer->outcome == PLAYER_REFUSED   ? "refused"
                       : answer->outcome == PLAYER_UNKNOWN ? "no answer"
                       : answer->value == NULL             ? "none"
                                                           : answer->value;

    if (answer->outcome == PLAYER_DONE && answer->verb != SCENARIO_GET) {
        return NULL;
    }

    FILE *out = open_text(&text, &size);

    fprintf(out, "%s %s: %s", scenario_verb_text(answer->verb), answer->asked,
            told);
    return close_text(story, out, &text);
}
