/* Shared between the reader of postmortems (postmortem_text.c) and its lines (postmortem_line.c). */
#ifndef BONGSU_REVIEW_POSTMORTEM_INTERNAL_H
#define BONGSU_REVIEW_POSTMORTEM_INTERNAL_H

#include "review/postmortem.h"
#include "text/tz.h"

/* --- postmortem_text.c --- */
/* Reads into *out; what a line has wrong becomes a field error `line.N` of the op. */
void postmortem_parse(struct op *op, const struct tz *tz, const char *markdown, struct postmortem *out);

/* --- postmortem_line.c: one line at a time --- */
enum line_fact {
    FACT_NONE,
    FACT_SEVERITY,
    FACT_SPAN,
    FACT_START,
    FACT_END,
    FACT_DATE,
    FACT_IMPACT,
    FACT_SERVICE,
    FACT_ATTENDEES
};
/* "- **장애 등급**: P1", "| 장애 등급 | P1 |": which fact, and its value without marks. */
enum line_fact line_fact(struct arena *arena, const char *line, const char **value);

enum { CELLS_MAX = 12 };
/* The cells of a table row; 0 if the line is none. */
size_t line_cells(struct arena *arena, const char *line, const char *cells[CELLS_MAX]);
bool line_is_rule(const char *line); /* |:---|---| */

/* The first instant in the text, a date alone as its midnight; `base` lends its day to a time alone. *rest: behind it.
 */
bool line_instant(const char *text, const struct tz *tz, int64_t base, int64_t *out, const char **rest);
/* "2024-01-20" of "1/20", "2024.01.20", "Jan …" is none; the year is that of `base`, or the next one. NULL: no date. */
const char *line_day(struct arena *arena, const char *text, const struct tz *tz, int64_t base);
bool line_has(struct arena *arena, const char *text, const char *const *words); /* folded; words ended by NULL */

#endif
