/* Alert review as rows: see review.h. Everything is counted by the database, a name at a time. */
#include "alert/alert_sql.h"
#include "alert/review_internal.h"

#include "base/arena.h"

#define COUNT_IF(condition) "CAST(COALESCE(sum(CASE WHEN " condition " THEN 1 ELSE 0 END), 0) AS BIGINT)"
#define CLASSES                                                                                \
    COUNT_IF("a.class = 'acted'")                                                              \
    ", " COUNT_IF("a.class = 'flapped'") ", " COUNT_IF("a.class = 'threshold'") ", " COUNT_IF( \
        "a.class = 'duplicate'") ", " COUNT_IF("a.class = 'obsolete'") ", " COUNT_IF("a.class IS NULL")

/* ?1 from, ?2 until, ?3 brief, ?4 limit */
SQL(REVIEW_NAMES, "iiii", "ittiiiiiiiiii",
    "SELECT a.integration_id, g.name, a.name, count(*), " COUNT_IF("a.incident_id IS NOT NULL") ", " COUNT_IF(
        "a.incident_id IS NULL AND a.resolved_at - a.starts_at < ?3") ", " CLASSES ", max(a.first_seen_at) "
    "FROM alert a JOIN integration g ON g.id = a.integration_id WHERE a.first_seen_at >= ?1 AND a.first_seen_at < ?2 "
    "GROUP BY a.integration_id, g.name, a.name "
    "ORDER BY " COUNT_IF("a.class IS NULL") " DESC, count(*) DESC, a.name, a.integration_id LIMIT ?4");

SQL(REVIEW_TOTAL, "ii", "iiiiiii",
    "SELECT count(*), " CLASSES " FROM alert a WHERE a.first_seen_at >= ?1 AND a.first_seen_at < ?2");

/* ?1 two weeks ago, ?2 one week ago, ?3 now, ?4 how often, ?5 limit */
SQL(REVIEW_TWO_WEEKS, "iiiii", "ittiii",
    "SELECT a.integration_id, g.name, a.name, count(*), min(a.first_seen_at), max(a.first_seen_at) "
    "FROM alert a JOIN integration g ON g.id = a.integration_id "
    "WHERE a.first_seen_at >= ?1 AND a.first_seen_at < ?3 AND g.removed_at IS NULL "
    "GROUP BY a.integration_id, g.name, a.name "
    "HAVING count(*) >= ?4 AND min(a.first_seen_at) < ?2 AND max(a.first_seen_at) >= ?2 "
    "ORDER BY count(*) DESC, a.name, a.integration_id LIMIT ?5");

/* ?1 three months ago, ?2 now, ?3 limit. An incident that was no false alarm is an action, too. */
SQL(REVIEW_THREE_MONTHS, "iii", "ittiii",
    "SELECT a.integration_id, g.name, a.name, count(*), min(a.first_seen_at), max(a.first_seen_at) "
    "FROM alert a JOIN integration g ON g.id = a.integration_id LEFT JOIN incident i ON i.id = a.incident_id "
    "WHERE a.first_seen_at >= ?1 AND a.first_seen_at < ?2 AND g.removed_at IS NULL "
    "AND EXISTS (SELECT 1 FROM alert o WHERE o.integration_id = a.integration_id AND o.name = a.name "
    "AND o.first_seen_at < ?1) "
    "GROUP BY a.integration_id, g.name, a.name "
    "HAVING " COUNT_IF("a.class = 'acted' OR (i.id IS NOT NULL AND i.state <> 'false_alarm')") " = 0 "
    "ORDER BY count(*) DESC, a.name, a.integration_id LIMIT ?3");

/* ?1 from, ?2 until, ?3 length of a week */
SQL(REVIEW_WEEKS_OF, "iii", "iiii",
    "SELECT (a.first_seen_at - ?1) / ?3, count(*), " COUNT_IF("a.class IS NOT NULL") ", " COUNT_IF(
        "a.class = 'acted'") " "
    "FROM alert a WHERE a.first_seen_at >= ?1 AND a.first_seen_at < ?2 GROUP BY (a.first_seen_at - ?1) / ?3");

SQL(REVIEW_CLASS, "itiitti", "",
    "UPDATE alert SET class = ?5, class_by = ?6, class_at = ?7, version = version + 1 "
    "WHERE integration_id = ?1 AND name = ?2 AND first_seen_at >= ?3 AND first_seen_at < ?4 AND class IS NULL");

static const struct sql *const STATEMENTS[] = { &REVIEW_NAMES,        &REVIEW_TOTAL,    &REVIEW_TWO_WEEKS,
                                                &REVIEW_THREE_MONTHS, &REVIEW_WEEKS_OF, &REVIEW_CLASS };
const struct sql_list ALERT_REVIEW_STATEMENTS = { "alert/review", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static void read_classes(const struct rows *row, size_t first, int64_t *classes, int64_t *unclassed) {
    for (size_t i = 0; i < ALERT_CLASS_COUNT; i++) classes[i] = rows_i64(row, first + i);
    *unclassed = rows_i64(row, first + ALERT_CLASS_COUNT);
}

bool review_rows_names(struct tx *tx, int64_t from, int64_t until, struct review_names *out, struct error *err) {
    enum { BRIEF_MS = 5 * 60 * 1000 };
    struct rows row;
    if (!tx_query(tx, &REVIEW_NAMES, ARGS(I64(from), I64(until), I64(BRIEF_MS), I64(REVIEW_NAMES_MAX + 1)), &row, err))
        return false;
    *out = (struct review_names){ ARENA_ARRAY(tx_op(tx)->arena, row.count, struct review_name), 0, false };
    while (rows_next(&row)) {
        if (out->count == REVIEW_NAMES_MAX) {
            out->more = true;
            break;
        }
        struct review_name *name = &out->items[out->count++];
        *name = (struct review_name){ .integration_id = rows_i64(&row, 0),
                                      .source = rows_text(&row, 1),
                                      .name = rows_text(&row, 2),
                                      .fired = rows_i64(&row, 3),
                                      .incidents = rows_i64(&row, 4),
                                      .brief = rows_i64(&row, 5),
                                      .last_at = rows_i64(&row, 12) };
        read_classes(&row, 6, name->classes, &name->unclassed);
    }
    return true;
}

bool review_rows_total(struct tx *tx, struct alert_review *review, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &REVIEW_TOTAL, ARGS(I64(review->from), I64(review->until)), &row, &found, err)) return false;
    review->total = rows_i64(&row, 0);
    read_classes(&row, 1, review->classes, &review->unclassed);
    return true;
}

static bool findings(struct tx *tx, const struct sql *sql, struct args args, struct review_findings *out,
                     struct error *err) {
    struct rows row;
    if (!tx_query(tx, sql, args, &row, err)) return false;
    *out = (struct review_findings){ ARENA_ARRAY(tx_op(tx)->arena, row.count, struct review_finding), 0 };
    while (rows_next(&row)) {
        out->items[out->count++] = (struct review_finding){ .integration_id = rows_i64(&row, 0),
                                                            .source = rows_text(&row, 1),
                                                            .name = rows_text(&row, 2),
                                                            .fired = rows_i64(&row, 3),
                                                            .first_at = rows_i64(&row, 4),
                                                            .last_at = rows_i64(&row, 5) };
    }
    return true;
}

bool review_rows_findings(struct tx *tx, struct alert_review *review, struct error *err) {
    enum { OFTEN = 3, WEEK_DAYS = 7, QUARTER_DAYS = 90 };
    int64_t now = review->until, week = WEEK_DAYS * REVIEW_DAY_MS;
    return findings(tx, &REVIEW_TWO_WEEKS,
                    ARGS(I64(now - 2 * week), I64(now - week), I64(now), I64(OFTEN), I64(REVIEW_NAMES_MAX)),
                    &review->two_weeks, err) &&
           findings(tx, &REVIEW_THREE_MONTHS,
                    ARGS(I64(now - QUARTER_DAYS * REVIEW_DAY_MS), I64(now), I64(REVIEW_NAMES_MAX)),
                    &review->three_months, err);
}

bool review_rows_weeks(struct tx *tx, struct alert_review *review, struct error *err) {
    const int64_t week = 7 * REVIEW_DAY_MS, from = review->until - REVIEW_WEEKS * week;
    struct rows row;
    if (!tx_query(tx, &REVIEW_WEEKS_OF, ARGS(I64(from), I64(review->until), I64(week)), &row, err)) return false;
    for (int64_t i = 0; i < REVIEW_WEEKS; i++) {
        review->weeks[i] = (struct review_week){ from + i * week, { .percent = -1 } };
    }
    while (rows_next(&row)) {
        int64_t index = rows_i64(&row, 0);
        if (index < 0 || index >= REVIEW_WEEKS) continue;
        struct alert_accuracy *accuracy = &review->weeks[index].accuracy;
        *accuracy = (struct alert_accuracy){ rows_i64(&row, 1), rows_i64(&row, 2), rows_i64(&row, 3), -1 };
        if (accuracy->classed > 0) accuracy->percent = accuracy->acted * 100 / accuracy->classed;
    }
    return true;
}

bool review_rows_class(struct tx *tx, const struct review_classing *classing, int64_t *changed, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &REVIEW_CLASS,
                   ARGS(I64(classing->integration_id), TXT(classing->name),
                        I64(op->now_ms - classing->days * REVIEW_DAY_MS), I64(op->now_ms + 1), TXT(classing->class),
                        TXT(op->actor->name), I64(op->now_ms)),
                   changed, err);
}
