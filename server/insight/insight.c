/* Insight: see insight.h. */
#include "insight/insight_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/organisation.h"
#include "policy/policy.h"
#include "service/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t FOUR_YEARS_MS = (int64_t)1461 * 86400 * 1000;

/* --- tallies --- */

enum { TALLY_MAX = 1024 };

static void tally_add(struct arena *arena, struct tally_list *list, const char *key, const char *label,
                      int64_t minutes) {
    if (list->items == NULL) list->items = ARENA_ARRAY(arena, TALLY_MAX, struct tally);
    for (size_t i = 0; i < list->count; i++) {
        if (!str_eq(list->items[i].key, key)) continue;
        list->items[i].count++;
        list->items[i].down_minutes += minutes;
        return;
    }
    if (list->count == TALLY_MAX) return; /* more services than that are not shown one by one */
    list->items[list->count++] = (struct tally){ key, label, 1, minutes };
}

static int by_count(const void *a, const void *b) {
    const struct tally *left = a;
    const struct tally *right = b;
    if (left->count != right->count) return left->count > right->count ? -1 : 1;
    return strcmp(left->key, right->key);
}

static void tally_sort(struct tally_list *list) {
    if (list->count > 1) qsort(list->items, list->count, sizeof *list->items, by_count);
}

/* --- measures --- */

struct samples {
    int64_t *minutes;
    size_t count;
};

static int ascending(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void summarise(struct samples *samples, struct measure_figures *out) {
    out->median = out->mean = out->p90 = -1;
    if (samples->count == 0) return;
    qsort(samples->minutes, samples->count, sizeof *samples->minutes, ascending);
    int64_t sum = 0;
    for (size_t i = 0; i < samples->count; i++) sum += samples->minutes[i];
    size_t middle = samples->count / 2;
    out->median = samples->count % 2 == 1 ? samples->minutes[middle]
                                          : (samples->minutes[middle - 1] + samples->minutes[middle]) / 2;
    out->mean = sum / (int64_t)samples->count;
    out->p90 = samples->minutes[(samples->count * 9 + 9) / 10 - 1]; /* nearest rank */
}

static void count_measure(const struct incident *incident, enum measure measure, struct samples *samples,
                          struct measure_figures *figures) {
    struct measurement found = incident_measure(incident, measure);
    switch (found.state) {
    case MEASURE_RECORDED:
        figures->recorded++;
        samples->minutes[samples->count++] = found.minutes;
        break;
    case MEASURE_PENDING: figures->pending++; break;
    case MEASURE_NOT_APPLICABLE: figures->not_applicable++; break;
    case MEASURE_INVALID: figures->invalid++; break;
    }
}

static int64_t down_minutes(const struct incident *incident) {
    int64_t recovered = incident->phase_at[PHASE_RECOVERED];
    int64_t minutes = recovered / 60000 - incident_begin(incident) / 60000;
    return recovered == 0 || minutes < 0 ? 0 : minutes;
}

static const char *month_key(struct arena *arena, const struct civil *when) {
    return arena_printf(arena, "%04lld-%02d", (long long)when->year, when->month);
}

static void count_fact(struct arena *arena, const struct tz *tz, const struct fact *fact, struct insight *out) {
    const struct incident *incident = &fact->incident;
    const char *category = incident_category_name(incident->category);
    int64_t down = down_minutes(incident);
    struct civil when;
    tz_local(tz, incident_begin(incident) / 1000, &when);
    out->total++;
    out->recovered += incident->phase_at[PHASE_RECOVERED] != 0;
    out->open += incident_is_open(incident->state);
    out->recurrences += fact->recurrence;
    out->by_hour[when.hour]++;
    out->by_weekday[civil_weekday(civil_days(when.year, when.month, when.day))]++;
    tally_add(arena, &out->by_severity, incident->severity, NULL, down);
    tally_add(arena, &out->by_service, fact->service_key, fact->service_name, down);
    tally_add(arena, &out->by_category, category == NULL ? "" : category, NULL, down);
    tally_add(arena, &out->by_month, month_key(arena, &when), NULL, down);
}

static void rate(struct punctuality *figures) {
    int64_t due = figures->met + figures->missed;
    figures->percent = due == 0 ? -1 : figures->met * 100 / due;
}

struct computing {
    const struct insight_period *period;
    struct insight insight;
};

/* A filter that names nothing is a mistake, not an empty answer. */
static bool check_filters(struct tx *tx, const struct insight_period *period, struct error *err) {
    struct op *op = tx_op(tx);
    op->fields = (struct field_errors){ 0 }; /* a retried run starts clean */
    if (!policy_filter_check(tx, period->severity, err)) return false;
    if (period->service != NULL) {
        struct service service;
        bool found;
        if (!service_find_named(tx, period->service, &service, &found, err)) return false;
        if (!found || !str_eq(service.key, period->service)) op_field_error(op, "service", "unknown", NULL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static bool compute_tx(struct tx *tx, void *arg, struct error *err) {
    struct computing *computing = arg;
    struct arena *arena = tx_op(tx)->arena;
    struct insight insight = { 0 };
    struct organisation organisation;
    struct fact_list facts;
    if (!check_filters(tx, computing->period, err) || !organisation_find(tx, &organisation, err) ||
        !facts_load(tx, computing->period, &facts, err) || !clocks_count(tx, computing->period, &insight, err)) {
        return false;
    }
    for (enum measure measure = MEASURE_DETECT; measure < MEASURE_COUNT; measure++) {
        struct samples samples = { ARENA_ARRAY(arena, facts.count, int64_t), 0 };
        for (size_t i = 0; i < facts.count; i++) {
            count_measure(&facts.items[i].incident, measure, &samples, &insight.measures[measure]);
        }
        summarise(&samples, &insight.measures[measure]);
    }
    for (size_t i = 0; i < facts.count; i++) count_fact(arena, organisation.tz, &facts.items[i], &insight);
    tally_sort(&insight.by_severity);
    tally_sort(&insight.by_service);
    tally_sort(&insight.by_category); /* months stay in the order they came: facts are sorted by beginning */
    rate(&insight.updates);
    rate(&insight.reports);
    rate(&insight.retros);
    computing->insight = insight;
    return true;
}

bool insight_compute(struct op *op, const struct insight_period *period, struct insight *out, struct error *err) {
    if (!permission_check(op, PERM_READ, err)) return false;
    if (period->until <= period->from) op_field_error(op, "until", "too_early", NULL);
    else if (period->until - period->from > FOUR_YEARS_MS) op_field_error(op, "until", "out_of_range", "4");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    struct computing computing = { .period = period };
    if (!store_read(op, compute_tx, &computing, err)) return false;
    *out = computing.insight;
    return true;
}

bool insight_compute_tx(struct tx *tx, const struct insight_period *period, struct insight *out, struct error *err) {
    struct computing computing = { .period = period };
    if (!compute_tx(tx, &computing, err)) return false;
    *out = computing.insight;
    return true;
}
