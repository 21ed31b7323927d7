/* The quarterly review (002 §7.2) as a document that writes itself: frequency and patterns, recovery times, accuracy of
 * alerts, what changed in the runbooks, service levels and actions. */
#ifndef BONGSU_INSIGHT_QUARTER_H
#define BONGSU_INSIGHT_QUARTER_H

#include "insight/insight.h"
#include "text/tz.h"

struct quarter {
    int year, number; /* 2000 … 2100, 1 … 4 */
};

/* The quarter an instant lies in, in the organisation's zone; its half-open span. */
struct quarter quarter_of(const struct tz *tz, int64_t ms);
void quarter_span(const struct tz *tz, struct quarter quarter, int64_t *from, int64_t *until);

/* Markdown in the op's arena and language. PERM_READ. ERR_INVALID with fields year, q. */
bool quarter_markdown(struct op *op, struct quarter quarter, const char **out, struct error *err) NODISCARD;

#endif
