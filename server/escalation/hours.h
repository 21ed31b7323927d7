/* Opening hours: weekdays, a span of the wall clock in a zone, dates left out. For the clock of paths that count
 * office minutes, and for steps that are sent only at certain times. Instants are unix seconds; half-open. */
#ifndef BONGSU_ESCALATION_HOURS_H
#define BONGSU_ESCALATION_HOURS_H

#include "text/tz.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hours {
    const struct tz *zone;
    unsigned days; /* bit 0 = Monday */
    int from, to; /* minutes; to <= from ends on the next day, equal is the whole day */
    const int64_t *holidays; /* days since 1970, ascending; the date on which hours would begin */
    size_t holiday_count;
};

bool hours_open(const struct hours *hours, int64_t at);
/* The first instant inside the hours at which `seconds` of them have gone by since `at`; with 0 the next opening, or
 * `at` itself while open. What ends at closing time ends at the next opening. INT64_MAX if they never open again. */
int64_t hours_plus(const struct hours *hours, int64_t at, int64_t seconds);

#endif
