/* Inside insight/: what fairness is made from (fairness_sql.c), and how time is split (fairness_split.c). */
#ifndef BONGSU_INSIGHT_FAIRNESS_ROWS_H
#define BONGSU_INSIGHT_FAIRNESS_ROWS_H

#include "insight/fairness.h"
#include "policy/organisation.h"

struct fairness_page {
    const char *user; /* id */
    int64_t at; /* unix seconds */
};
struct fairness_pages {
    struct fairness_page *items; /* in order */
    size_t count;
};
bool fairness_sql_pages(struct tx *tx, int64_t from, int64_t until, struct fairness_pages *out,
                        struct error *err) NODISCARD;

struct fairness_people {
    struct fairness_person *items; /* everybody, by name */
    size_t count;
};
bool fairness_sql_people(struct tx *tx, struct fairness_people *out, struct error *err) NODISCARD;

/* --- fairness_split.c --- */
/* Kinds of the days around a month, so that no piece of time looks them up again. */
struct fairness_days {
    const struct tz *tz;
    int64_t first; /* days since 1970 */
    size_t count;
    enum fairness_day *kinds;
};
void fairness_days_init(struct fairness_days *days, const struct organisation *organisation, int64_t first,
                        size_t count, struct arena *arena);
void fairness_add_time(const struct fairness_days *days, int64_t from, int64_t until, struct fairness_split *split);
bool fairness_add_one(const struct fairness_days *days, int64_t at, struct fairness_split *split); /* true: at night */

struct span {
    int64_t from, until;
};
/* Sorts and joins spans that meet or overlap; the new count. */
size_t spans_join(struct span *spans, size_t count);
/* What of `spans` lies outside of `taken`, both joined; *out has room for the sum of both. */
size_t spans_without(const struct span *spans, size_t count, const struct span *taken, size_t taken_count,
                     struct span *out);

#endif
