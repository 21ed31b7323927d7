/* Inside insight/: what readiness is seen by (readiness_sql.c). */
#ifndef BONGSU_INSIGHT_READINESS_ROWS_H
#define BONGSU_INSIGHT_READINESS_ROWS_H

#include "insight/readiness.h"

struct readiness_counts {
    int64_t responders, unreachable, integrations, runbooks, components, vendors, drills;
};
bool readiness_sql_counts(struct tx *tx, int64_t drills_since_ms, struct readiness_counts *out,
                          struct error *err) NODISCARD;

struct readiness_ticks {
    struct readiness_item *items; /* key, note, by, at_ms */
    size_t count;
};
bool readiness_sql_ticks(struct tx *tx, struct readiness_ticks *out, struct error *err) NODISCARD;
bool readiness_sql_put(struct tx *tx, const char *key, const char *note, struct error *err) NODISCARD;
bool readiness_sql_remove(struct tx *tx, const char *key, struct error *err) NODISCARD;

#endif
