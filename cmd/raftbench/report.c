/* SPDX-License-Identifier: MIT
 *
 * report.c - rows of results, as a table or as one JSON object a line.
 *
 * A row is a JSON object first; the table is printed from it, so that both
 * say the same.
 */
#include "cmd/raftbench/report.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

enum { LINE_BYTES = 4096 };

/* One decimal is all that repeats from run to run. */
static double rounded(double value)
{
    return (double)(uint64_t)(value * 10 + 0.5) / 10;
}

static double microseconds(const struct tally *tally, uint64_t part_per_100000)
{
    return rounded(
        (double)histogram_percentile(&tally->latency_ns, part_per_100000) /
        1000);
}

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

    return text != NULL ? text : "";
}

static double number_of(const cJSON *row, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void print_as_table(struct report *report, const cJSON *row)
{
    const char *kinds = text_of(row, "error_kinds");

    if (!report->has_heading) {
        fprintf(report->out, "%-40s %5s %9s %8s %8s %9s %9s %8s %6s\n", "",
                "conns", "per s", "p50 us", "p99 us", "p99.9 us", "max us",
                "gap ms", "errors");
        report->has_heading = true;
    }
    if (cJSON_HasObjectItem(row, "value")) {
        fprintf(report->out, "%-40s %15.1f %s\n", text_of(row, "what"),
                number_of(row, "value"), text_of(row, "unit"));
        return;
    }
    fprintf(report->out,
            "%-40s %5.0f %9.0f %8.0f %8.0f %9.0f %9.0f %8.1f %6.0f%s%s\n",
            text_of(row, "what"), number_of(row, "connections"),
            number_of(row, "per_second"), number_of(row, "p50_us"),
            number_of(row, "p99_us"), number_of(row, "p999_us"),
            number_of(row, "max_us"), number_of(row, "gap_ms"),
            number_of(row, "errors"), kinds[0] != '\0' ? "  " : "", kinds);
}

/* Takes the row over. */
static void print_row(struct report *report, cJSON *row)
{
    if (report->json) {
        char *text = cJSON_PrintUnformatted(row);

        fprintf(report->out, "%s\n", text != NULL ? text : "{}");
        cJSON_free(text);
    } else {
        print_as_table(report, row);
    }
    cJSON_Delete(row);
    fflush(report->out);
}

void report_run(struct report *report, const char *what, uint32_t connections,
                const struct tally *tally, uint64_t measured_ns)
{
    const uint64_t count = tally->latency_ns.count;
    const double seconds = (double)measured_ns / 1e9;
    char kinds[TALLY_KINDS_BYTES];
    cJSON *row = cJSON_CreateObject();

    tally_kinds(tally, kinds);
    cJSON_AddStringToObject(row, "what", what);
    cJSON_AddNumberToObject(row, "connections", connections);
    cJSON_AddNumberToObject(row, "operations", (double)count);
    cJSON_AddNumberToObject(row, "per_second",
                            seconds > 0 ? rounded((double)count / seconds) : 0);
    cJSON_AddNumberToObject(row, "p50_us", microseconds(tally, 50000));
    cJSON_AddNumberToObject(row, "p99_us", microseconds(tally, 99000));
    cJSON_AddNumberToObject(row, "p999_us", microseconds(tally, 99900));
    cJSON_AddNumberToObject(row, "max_us",
                            rounded((double)tally->latency_ns.max / 1000));
    cJSON_AddNumberToObject(row, "gap_ms",
                            rounded((double)tally->longest_gap_ns / 1e6));
    cJSON_AddNumberToObject(row, "missing", (double)tally->missing_count);
    cJSON_AddNumberToObject(row, "errors", (double)tally->error_count);
    cJSON_AddStringToObject(row, "error_kinds", kinds);
    print_row(report, row);
}

void report_figure(struct report *report, const char *what, double value,
                   const char *unit)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "what", what);
    cJSON_AddNumberToObject(row, "value", rounded(value));
    cJSON_AddStringToObject(row, "unit", unit);
    print_row(report, row);
}

bool report_show(struct report *report, FILE *rows, char *error,
                 size_t error_bytes)
{
    char line[LINE_BYTES];

    for (unsigned n = 1; fgets(line, sizeof(line), rows) != NULL; n++) {
        cJSON *row = cJSON_Parse(line);

        if (!cJSON_IsObject(row)) {
            cJSON_Delete(row);
            snprintf(error, error_bytes, "line %u is not a row", n);
            return false;
        }
        print_row(report, row);
    }
    return true;
}
