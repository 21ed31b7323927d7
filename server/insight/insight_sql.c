/* What figures are made from. One pass over the incidents of the period; everything else is arithmetic in C. */
#include "insight/insight_internal.h"

#include "base/arena.h"
#include "base/str.h"

enum { FACTS_MAX = 100000 };

SQL(INSIGHT_FACTS, "iiTTi", "tttTIIIIIiTTi",
    "SELECT i.severity, i.state, i.kind, i.category, i.started_at, i.detected_at, i.recovered_at, i.acknowledged_at, "
    "i.closed_at, i.declared_at, s.service_key, s.name, "
    "CASE WHEN EXISTS (SELECT 1 FROM incident_relation r WHERE r.incident_id = i.id AND r.kind = 'recurrence') "
    "THEN 1 ELSE 0 END "
    "FROM incident i LEFT JOIN service s ON s.id = i.service_id "
    "WHERE i.begin_at >= ?1 AND i.begin_at < ?2 AND i.kind IN ('normal', 'backfilled') "
    "AND i.state NOT IN ('false_alarm', 'merged') AND (?3 IS NULL OR s.service_key = ?3) AND (?4 IS NULL OR i.severity "
    "= ?4) "
    "ORDER BY i.begin_at, i.id LIMIT ?5");

SQL(INSIGHT_CLOCKS, "iiTT", "tti",
    "SELECT c.kind, c.state, count(*) FROM incident i JOIN incident_clock c ON c.incident_id = i.id "
    "LEFT JOIN service s ON s.id = i.service_id "
    "WHERE i.begin_at >= ?1 AND i.begin_at < ?2 AND i.kind IN ('normal', 'backfilled') "
    "AND i.state NOT IN ('false_alarm', 'merged') AND (?3 IS NULL OR s.service_key = ?3) AND (?4 IS NULL OR i.severity "
    "= ?4) "
    "AND c.kind IN ('update', 'report', 'retro') GROUP BY c.kind, c.state");

SQL(SLO_TARGETS, "", "itti",
    "SELECT id, service_key, name, slo_milli FROM service WHERE slo_milli > 0 AND retired_at IS NULL ORDER BY "
    "service_key LIMIT 500");

SQL(SLO_OUTAGES, "ii", "iiI",
    "SELECT i.service_id, i.begin_at, i.recovered_at FROM incident i JOIN service s ON s.id = i.service_id "
    "WHERE s.slo_milli > 0 AND s.retired_at IS NULL AND i.begin_at < ?2 AND (i.recovered_at IS NULL OR i.recovered_at "
    "> ?1) "
    "AND i.kind IN ('normal', 'backfilled') AND i.state NOT IN ('false_alarm', 'merged') "
    "ORDER BY i.service_id, i.begin_at, i.id LIMIT 100000");

SQL(LESSONS, "ii", "tTT",
    "SELECT i.ref, d.lesson, d.runbook_change FROM incident i JOIN document d ON d.incident_id = i.id "
    "WHERE i.begin_at >= ?1 AND i.begin_at < ?2 AND i.kind IN ('normal', 'backfilled') AND d.kind = 'retro' "
    "AND (d.lesson IS NOT NULL OR d.runbook_change IS NOT NULL) ORDER BY i.begin_at, i.id LIMIT 500");

static const struct sql *const STATEMENTS[] = { &INSIGHT_FACTS, &INSIGHT_CLOCKS, &SLO_TARGETS, &SLO_OUTAGES, &LESSONS };
const struct sql_list INSIGHT_STATEMENTS = { "insight", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct fact read_fact(const struct rows *row) {
    struct fact fact = { .recurrence = rows_i64(row, 12) == 1 };
    struct incident *incident = &fact.incident;
    incident->severity = rows_text(row, 0);
    if (!incident_state_parse(rows_text(row, 1), &incident->state) ||
        !incident_kind_parse(rows_text(row, 2), &incident->kind)) {
        die("incident in unknown state or of unknown kind");
    }
    const char *category = rows_text(row, 3);
    if (category != NULL && !incident_category_parse(category, &incident->category)) die("unknown category");
    incident->phase_at[PHASE_OCCURRED] = rows_i64(row, 4);
    incident->phase_at[PHASE_DETECTED] = rows_i64(row, 5);
    incident->phase_at[PHASE_RECOVERED] = rows_i64(row, 6);
    incident->acknowledged_at = rows_i64(row, 7);
    incident->closed_at = rows_i64(row, 8);
    incident->declared_at = rows_i64(row, 9);
    fact.service_key = rows_is_null(row, 10) ? "" : rows_text(row, 10);
    fact.service_name = rows_is_null(row, 11) ? "" : rows_text(row, 11);
    return fact;
}

bool facts_load(struct tx *tx, const struct insight_period *period, struct fact_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &INSIGHT_FACTS,
                  ARGS(I64(period->from), I64(period->until), OPT_TXT(period->service), OPT_TXT(period->severity),
                       I64(FACTS_MAX)),
                  &rows, err)) {
        return false;
    }
    *out = (struct fact_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct fact), 0 };
    while (rows_next(&rows)) out->items[out->count++] = read_fact(&rows);
    return true;
}

static struct punctuality *which(struct insight *insight, const char *kind) {
    if (str_eq(kind, "report")) return &insight->reports;
    return str_eq(kind, "retro") ? &insight->retros : &insight->updates;
}

bool clocks_count(struct tx *tx, const struct insight_period *period, struct insight *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &INSIGHT_CLOCKS,
                  ARGS(I64(period->from), I64(period->until), OPT_TXT(period->service), OPT_TXT(period->severity)),
                  &rows, err)) {
        return false;
    }
    while (rows_next(&rows)) {
        struct punctuality *figures = which(out, rows_text(&rows, 0));
        const char *state = rows_text(&rows, 1);
        int64_t count = rows_i64(&rows, 2);
        if (str_eq(state, "met")) figures->met += count;
        else if (str_eq(state, "missed")) figures->missed += count;
        else if (str_eq(state, "pending")) figures->pending += count;
    }
    return true;
}

bool slo_load(struct tx *tx, int64_t from, int64_t until, struct slo_facts *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rows targets, outages;
    if (!tx_query(tx, &SLO_TARGETS, NO_ARGS, &targets, err) ||
        !tx_query(tx, &SLO_OUTAGES, ARGS(I64(from), I64(until)), &outages, err)) {
        return false;
    }
    *out = (struct slo_facts){ .targets = ARENA_ARRAY(arena, targets.count, struct target),
                               .outages = ARENA_ARRAY(arena, outages.count, struct outage) };
    while (rows_next(&targets)) {
        out->targets[out->target_count++] = (struct target){ rows_i64(&targets, 0), rows_text(&targets, 1),
                                                             rows_text(&targets, 2), rows_i64(&targets, 3) };
    }
    while (rows_next(&outages)) {
        out->outages[out->outage_count++] =
            (struct outage){ rows_i64(&outages, 0), rows_i64(&outages, 1), rows_i64(&outages, 2) };
    }
    return true;
}

bool lessons_load(struct tx *tx, int64_t from, int64_t until, struct lesson_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &LESSONS, ARGS(I64(from), I64(until)), &rows, err)) return false;
    *out = (struct lesson_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct lesson), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct lesson){ rows_text(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2) };
    }
    return true;
}
