/* Insight: figures of the incidents of a period (R-H1 … R-H3).
 *
 * Only normal and backfilled incidents count: drills, false alarms and merged duplicates never do. An incident belongs
 * to the period it began in. Times that are not known are counted as such and never become a zero (R-J14).
 * Minutes are differences of the minutes shown. */
#ifndef BONGSU_INSIGHT_INSIGHT_H
#define BONGSU_INSIGHT_INSIGHT_H

#include "incident/incident.h"

#include <jansson.h>

struct insight_period {
    int64_t from, until; /* half-open; until > from, at most four years apart */
    const char *service; /* key, or NULL for all */
    const char *severity; /* code, or NULL for all */
};

struct measure_figures {
    int64_t recorded, pending, not_applicable, invalid;
    int64_t median, mean, p90; /* minutes of the recorded ones; -1 if there are none */
};

struct tally {
    const char *key; /* service key, severity code, category …; "" for "not given" */
    const char *label; /* service name; NULL where the key is the label */
    int64_t count;
    int64_t down_minutes; /* sum of begin → recovery of the recovered ones */
};
struct tally_list {
    struct tally *items; /* by count, largest first, then key */
    size_t count;
};

struct punctuality {
    int64_t met, missed, pending; /* clocks of the incidents of the period */
    int64_t percent; /* met of met and missed; -1 if there are none */
};

enum { INSIGHT_HOURS = 24, INSIGHT_WEEKDAYS = 7, INSIGHT_MONTHS_MAX = 49 };

struct insight {
    int64_t total, recovered, open;
    int64_t recurrences; /* incidents linked as the recurrence of an earlier one */
    struct measure_figures measures[MEASURE_COUNT];
    struct tally_list by_severity, by_service, by_category, by_month; /* by_month: "2026-03" in order */
    int64_t by_hour[INSIGHT_HOURS], by_weekday[INSIGHT_WEEKDAYS]; /* of the beginning, organisation's zone, Mon first */
    struct punctuality updates, reports, retros;
};

/* PERM_READ. ERR_INVALID with fields from, until. */
bool insight_compute(struct op *op, const struct insight_period *period, struct insight *out,
                     struct error *err) NODISCARD;
/* Inside the caller's transaction, with a period that is right. */
bool insight_compute_tx(struct tx *tx, const struct insight_period *period, struct insight *out,
                        struct error *err) NODISCARD;
json_t *insight_json(struct op *op, const struct insight *insight);

/* Availability of services with a target (R-H2). Downtime is the union of their incidents' times within the period, so
 * that two at once count once. */
struct slo_row {
    const char *key, *name;
    int64_t target_milli; /* 99950 is 99.95 % */
    int64_t down_minutes, period_minutes, budget_minutes;
    int64_t used_percent; /* of the budget; may exceed 100 */
    int64_t actual_milli;
};
struct slo_list {
    struct slo_row *items;
    size_t count;
};
bool insight_slo(struct op *op, int64_t from, int64_t until, struct slo_list *out, struct error *err) NODISCARD;
bool insight_slo_tx(struct tx *tx, int64_t from, int64_t until, struct slo_list *out, struct error *err) NODISCARD;

/* 'Today in our history' (R-J15): lessons of incidents that began on this day of an earlier year, newest first. */
struct lesson {
    const char *incident_ref, *lesson, *runbook_change; /* texts may be NULL */
};
struct lesson_list {
    struct lesson *items;
    size_t count;
};
bool insight_today(struct op *op, struct lesson_list *out, struct error *err) NODISCARD;

/* The nines (001 Q1): allowed downtime for a target. */
int64_t insight_budget_seconds(int64_t target_milli, int64_t period_seconds);

#endif
