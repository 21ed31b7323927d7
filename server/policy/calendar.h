/* The business calendar (R-J5): Korean public holidays as text/holiday.h computes them, and what the organisation adds:
 * temporary holidays, company days, and public holidays on which it works. Rows with reasons are kept here; their days
 * stand in struct organisation as well, so that due times need no other read. A change counts at once: it sets
 * CALENDAR_CLOCKS_DUE and CALENDAR_PATHS_DUE, whose handlers move what was promised by the old calendar. */
#ifndef BONGSU_POLICY_CALENDAR_H
#define BONGSU_POLICY_CALENDAR_H

#include "policy/organisation.h"
#include "text/holiday.h"

enum { CALENDAR_NAME_MAX = 60, CALENDAR_REASON_MAX = 200, CALENDAR_DAYS_MAX = 500 };

#define CALENDAR_CLOCKS_DUE "calendar.clocks"
#define CALENDAR_PATHS_DUE "calendar.paths"

struct calendar_day {
    int64_t day; /* since 1970 */
    const char *kind; /* temporary, company, working */
    const char *name, *reason, *created_by;
    int64_t created_ms;
};
struct calendar_days {
    struct calendar_day *items; /* by day */
    size_t count;
};
struct calendar_input {
    const char *date, *kind, *name, *reason;
};

/* PERM_SCHEDULE. Fields date, kind, name, reason; ERR_CONFLICT `calendar.exists`. "working" needs a public holiday that
 * falls on a day of work. */
bool calendar_add(struct op *op, const struct calendar_input *input, struct error *err) NODISCARD;
/* PERM_SCHEDULE. ERR_NOT_FOUND `calendar.not_found`. */
bool calendar_remove(struct op *op, const char *date, const char *reason, struct error *err) NODISCARD;

/* A year's holidays, computed and own, as people read them. PERM_READ.
 * {year, holidays: [{date, weekday (1 = Monday), name, kind, own, day_off, reason?, by?}], rule ("kr", "none"),
 *  decreed_until}. Field `year`: out_of_range. */
bool calendar_year(struct op *op, const char *year, json_t **out, struct error *err) NODISCARD;

extern const struct sql_list CALENDAR_STATEMENTS;

#endif
