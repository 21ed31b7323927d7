/* What calendars have been told about a schedule's shifts. Feeds show the shifts as the one function has them now; a
 * row for each adds how often it was changed, and keeps those that vanished as cancelled. Rows follow the schedule by a
 * due row that every change of it sets, and once a day as the feed's window moves on. */
#ifndef BONGSU_ONCALL_PLAN_H
#define BONGSU_ONCALL_PLAN_H

#include "ledger/ledger.h"
#include "oncall/rota.h"

#define SCHEDULE_CHANGED_DUE "schedule.changed"

enum { PLAN_DAYS_BACK = 15, PLAN_DAYS_AHEAD = 180 };

struct plan_row {
    const char *uid;
    int64_t schedule_id;
    const char *schedule_name;
    enum duty_role role;
    int64_t user_id;
    int64_t start, end; /* unix seconds */
    int64_t sequence, changed_ms;
    bool cancelled;
};
struct plan {
    struct plan_row *items; /* by start */
    size_t count;
};

/* The shifts from 15 days ago to 180 days ahead as rows without history: each whole, with its uid for ever. */
bool plan_of(struct tx *tx, const struct rota *rota, const struct schedule *schedule, struct plan *out,
             struct error *err) NODISCARD;
/* Gives them what the stored rows know, and appends the cancelled ones: what a feed shows. */
bool plan_told(struct tx *tx, const struct rota *rota, struct plan *plan, struct error *err) NODISCARD;
/* Cancelled shifts of one person in schedules that are gone. */
bool plan_orphans(struct tx *tx, int64_t user_id, struct plan *out, struct error *err) NODISCARD;

/* Due handler of kind SCHEDULE_CHANGED_DUE. */
bool schedule_changed_due(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

extern const struct sql_list PLAN_STATEMENTS;

#endif
