/* Shared inside insight/ only. */
#ifndef BONGSU_INSIGHT_INTERNAL_H
#define BONGSU_INSIGHT_INTERNAL_H

#include "insight/insight.h"
#include "insight/insight_sql.h"

/* One incident, as far as figures need it. */
struct fact {
    struct incident incident; /* severity, state, kind, category, times */
    const char *service_key, *service_name; /* "" without a service */
    bool recurrence;
};
struct fact_list {
    struct fact *items;
    size_t count;
};
bool facts_load(struct tx *tx, const struct insight_period *period, struct fact_list *out, struct error *err) NODISCARD;

/* Clocks of the same incidents: kind → met, missed, pending. */
bool clocks_count(struct tx *tx, const struct insight_period *period, struct insight *out, struct error *err) NODISCARD;

struct target {
    int64_t id;
    const char *key, *name;
    int64_t slo_milli;
};
struct outage {
    int64_t service_id, from, until; /* until 0: not recovered */
};
struct slo_facts {
    struct target *targets;
    size_t target_count;
    struct outage *outages; /* by service, then by from */
    size_t outage_count;
};
/* What retrospectives of the period's incidents taught. */
bool lessons_load(struct tx *tx, int64_t from, int64_t until, struct lesson_list *out, struct error *err) NODISCARD;

bool slo_load(struct tx *tx, int64_t from, int64_t until, struct slo_facts *out, struct error *err) NODISCARD;

#endif
