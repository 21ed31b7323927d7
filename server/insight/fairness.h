/* Load and fairness of a month (R-D4, R-J7): hours on call by kind of day and by night, pages and interruptions a
 * person, and how good each schedule was. Hours come from schedule_range, the one function that also pages and draws;
 * they are elapsed time on the organisation's clock. Somebody on call in two schedules at once is counted once, and as
 * primary where one of them says so. Drills do not count. */
#ifndef BONGSU_INSIGHT_FAIRNESS_H
#define BONGSU_INSIGHT_FAIRNESS_H

#include "base/buf.h"
#include "oncall/schedule.h"
#include "store/db.h"

#include <jansson.h>

enum {
    FAIRNESS_NIGHT_FROM = 22, /* hours of the clock, as the Labour Standards Act has them */
    FAIRNESS_NIGHT_UNTIL = 6,
    FAIRNESS_PAGES_A_WEEK = 20, /* from here on a week is too much */
    FAIRNESS_CALM_MINUTES = 60 /* pages closer than this are one interruption */
};

/* A holiday is one whichever weekday it falls on; a weekend is a weekday on which the organisation does not work. */
enum fairness_day { FAIRNESS_WEEKDAY, FAIRNESS_WEEKEND, FAIRNESS_HOLIDAY, FAIRNESS_DAY_COUNT };
struct fairness_split {
    int64_t day[FAIRNESS_DAY_COUNT], night[FAIRNESS_DAY_COUNT]; /* seconds, or how many */
};
int64_t fairness_total(const struct fairness_split *split);

struct fairness_person {
    const char *id, *login, *name;
    struct fairness_split primary, secondary; /* seconds */
    struct fairness_split pages;
    int64_t interruptions, night_interruptions;
    int64_t busiest_pages, busiest_week; /* of the weeks that touch the month; unix seconds of its Monday */
};
struct fairness_schedule {
    const char *key, *name;
    struct quality quality;
};
struct fairness {
    const char *month; /* "2026-11" */
    const char *before, *after; /* its neighbours */
    int64_t from, until; /* unix seconds */
    bool running; /* what is to come is counted as it is planned */
    struct fairness_person *people; /* with hours or pages, by name */
    size_t people_count;
    struct fairness_schedule *schedules; /* by key */
    size_t schedule_count;
};

/* PERM_READ. month "2026-11", the running one if blank; field `month`: malformed. */
bool fairness_month(struct op *op, const char *month, struct fairness *out, struct error *err) NODISCARD;
json_t *fairness_json(struct op *op, const struct fairness *fairness);
/* One line a person and role; columns in the reader's language. */
void fairness_csv(struct op *op, const struct fairness *fairness, struct buf *out);

extern const struct sql_list FAIRNESS_STATEMENTS;

#endif
