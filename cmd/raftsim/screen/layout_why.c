/* SPDX-License-Identifier: MIT
 *
 * layout_why.c - why: the rules of the paper that were at work in an event,
 * those that declined included, and the functions that carry them out.
 */
#include <stdio.h>

#include "cmd/raftsim/screen/layout.h"
#include "cmd/raftsim/screen/rule_sites.h"

enum { WHY_COLUMN = 5 }; /* the sentences are long */

/* What a student looks for first comes first when there is little room. */
enum interest {
    KEEPS_SAFE, /* says no to what must not happen */
    DECIDES,    /* a vote, a leader, a commitment, a read */
    DOES,       /* what else the event is about */
    ROUTINE,    /* what nearly every event does */
    NO_REASON,  /* a guard that had no reason to act */
    INTEREST_COUNT
};

static enum interest interest_of(const struct happened_rule *r)
{
    switch ((int)r->rule) {
    case RV_2:
    case CM_1:
        return r->taken ? DECIDES : KEEPS_SAFE;
    case UP_1:
    case CL_1:
    case CL_5:
        return r->taken ? DOES : KEEPS_SAFE;
    case AE_1:
    case AE_2:
    case AE_3:
    case RV_1:
    case MB_8:
    case CQ_1:
        return r->taken ? KEEPS_SAFE : NO_REASON;
    case CND_2:
    case PV_3:
    case CL_4:
    case LS_1:
        return r->taken ? DECIDES : ROUTINE;
    case PV_2:
    case LDR_4:
        return r->taken ? DOES : ROUTINE;
    case RT_1:
    case FLW_1:
    case PS_1:
    case PS_3:
    case LDR_3:
    case FC_1:
    case MB_1:
        return r->taken ? ROUTINE : NO_REASON;
    default:
        return r->taken ? DOES : NO_REASON;
    }
}

/* ---- One rule ------------------------------------------------------------ */

static void put_site(struct page *page, const struct rule_site *site)
{
    char text[100];

    snprintf(text, sizeof(text), " %s() %s", site->function, site->file);
    page_wrap(page, WHY_COLUMN + 2, PAGE_DIM, text);
}

static void put_rule(struct page *page, const struct happened_rule *r,
                     size_t site_count)
{
    const struct raft_rule_text *text = raft_rule_text(r->rule);
    char servers[LAYOUT_SERVERS_BYTES];

    page_printf(page, PAGE_BOLD, "%s ",
                layout_servers_text(r->servers, servers));
    page_printf(page, PAGE_CYAN, "%s ", text->place);
    if (!r->taken) {
        page_text(page, PAGE_RED | PAGE_BOLD, "NOT taken: ");
    }
    page_wrap(page, WHY_COLUMN + 2, PAGE_PLAIN, text->says);
    for (size_t i = 0; i < site_count; i++) {
        if (rule_sites[r->rule][i].function[0] != '\0') {
            put_site(page, &rule_sites[r->rule][i]);
        }
    }
}

static void begin_rule(struct page *page, bool first)
{
    if (first) {
        page_line(page);
        page_to(page, 1);
        page_text(page, PAGE_BOLD, "why ");
    } else {
        page_line(page);
        page_to(page, WHY_COLUMN);
    }
}

void layout_put_why_all(struct page *page, const struct stage *stage)
{
    for (size_t i = 0; i < stage->happened.rule_count; i++) {
        begin_rule(page, i == 0);
        put_rule(page, &stage->happened.rules[i], RULE_MAX_SITES);
    }
}

/* ---- As many as fit ------------------------------------------------------ */

static size_t lines_of(const struct page *page, const struct happened_rule *r)
{
    struct page trial;
    size_t lines;

    page_init(&trial, page->columns);
    begin_rule(&trial, false);
    put_rule(&trial, r, 1);
    lines = trial.rows;
    page_free(&trial);
    return lines;
}

/* The order in which rules are told; returns how many there are. */
static size_t by_interest(const struct happened *happened,
                          const struct happened_rule **order)
{
    size_t count = 0;

    for (int interest = 0; interest < INTEREST_COUNT; interest++) {
        for (size_t i = 0; i < happened->rule_count; i++) {
            if ((int)interest_of(&happened->rules[i]) == interest) {
                order[count++] = &happened->rules[i];
            }
        }
    }
    return count;
}

/* The places of the rest; "-" behind those that declined. */
static void put_rest(struct page *page, const struct happened_rule **rest,
                     size_t count)
{
    page_text(page, PAGE_DIM, "and");
    for (size_t i = 0; i < count; i++) {
        page_printf(page, PAGE_DIM, " %s%s",
                    raft_rule_text(rest[i]->rule)->place,
                    rest[i]->taken ? "" : "-");
    }
}

void layout_put_why(struct page *page, const struct stage *stage,
                    size_t line_count)
{
    const struct happened_rule *order[2 * RAFT_RULE_COUNT];
    const size_t count = by_interest(&stage->happened, order);
    const size_t first_row = page->rows;
    size_t told = 0;

    for (; told < count; told++) {
        const size_t last = told + 1 == count ? 0 : 1; /* the rest's line */
        const size_t used = page->rows - first_row;

        if (used + lines_of(page, order[told]) + last > line_count) {
            break;
        }
        begin_rule(page, told == 0);
        put_rule(page, order[told], 1);
    }
    if (told < count) {
        begin_rule(page, told == 0);
        put_rest(page, order + told, count - told);
    }
}
