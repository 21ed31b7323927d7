/* Thresholds in the database. */
#include "alert/threshold_sql.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"

#include <stdlib.h>

SQL(SQL_THRESHOLD_LIST, "i", "ttttTTTT",
    "SELECT metric, name, unit, direction, caution, danger, reason, expression FROM threshold ORDER BY id LIMIT ?1");
SQL(SQL_THRESHOLD_CLEAR, "", "", "DELETE FROM threshold");
SQL(SQL_THRESHOLD_INSERT,
    "itttt"
    "TTtt",
    "",
    "INSERT INTO threshold (id, metric, name, unit, direction, caution, danger, reason, expression, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)");

static const struct sql *const STATEMENTS[] = { &SQL_THRESHOLD_LIST, &SQL_THRESHOLD_CLEAR, &SQL_THRESHOLD_INSERT };
const struct sql_list THRESHOLD_STATEMENTS = { "threshold", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *or_empty(const char *text) {
    return text == NULL ? "" : text;
}

static double number(const char *text) {
    return text == NULL ? 0 : strtod(text, NULL); /* what number_text wrote */
}

bool threshold_read(struct tx *tx, struct threshold_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_THRESHOLD_LIST, ARGS(I64(THRESHOLDS_MAX)), &rows, err)) return false;
    out->list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct threshold);
    for (out->count = 0; rows_next(&rows); out->count++) {
        out->list[out->count] = (struct threshold){
            .metric = rows_text(&rows, 0),
            .name = rows_text(&rows, 1),
            .unit = rows_text(&rows, 2),
            .below = str_eq(rows_text(&rows, 3), "below"),
            .has_caution = !rows_is_null(&rows, 4),
            .caution = number(rows_text(&rows, 4)),
            .has_danger = !rows_is_null(&rows, 5),
            .danger = number(rows_text(&rows, 5)),
            .reason = or_empty(rows_text(&rows, 6)),
            .expression = or_empty(rows_text(&rows, 7)),
        };
    }
    return true;
}

static const char *number_text(struct arena *arena, bool has, double value) {
    return has ? arena_printf(arena, "%.15g", value) : NULL;
}

bool threshold_replace(struct tx *tx, const struct threshold_list *list, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    if (!tx_exec(tx, &SQL_THRESHOLD_CLEAR, NO_ARGS, NULL, err)) return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct threshold *t = &list->list[i];
        if (!tx_exec(tx, &SQL_THRESHOLD_INSERT,
                     ARGS(I64(id_new(tx_op(tx)->now_ms)), TXT(t->metric), TXT(t->name), TXT(t->unit),
                          TXT(t->below ? "below" : "above"), OPT_TXT(number_text(arena, t->has_caution, t->caution)),
                          OPT_TXT(number_text(arena, t->has_danger, t->danger)), TXT(t->reason), TXT(t->expression)),
                     NULL, err)) {
            return false;
        }
    }
    return true;
}
