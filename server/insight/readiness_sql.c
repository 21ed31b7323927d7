/* Counts and ticks of readiness. */
#include "insight/readiness_rows.h"

#include "base/arena.h"

#define RESPONDERS "FROM user_account WHERE disabled_at IS NULL AND role IN ('responder', 'lead', 'admin')"
SQL(SQL_READINESS_COUNTS, "i", "iiiiiii",
    "SELECT (SELECT count(*) " RESPONDERS
    "), "
    "(SELECT count(*) " RESPONDERS
    " AND email = '' AND phone = '' AND slack_id = ''), "
    "(SELECT count(*) FROM integration WHERE enabled = 1 AND removed_at IS NULL AND received > 0), "
    "(SELECT count(*) FROM runbook), (SELECT count(*) FROM component WHERE is_public = 1), "
    "(SELECT count(*) FROM vendor), "
    "(SELECT count(*) FROM (SELECT id FROM incident WHERE begin_at >= ?1 AND kind = 'drill' LIMIT 1) d)");
SQL(SQL_READINESS_TICKS, "", "ttti", "SELECT item, note, ticked_by, ticked_at FROM readiness_tick LIMIT 100");
SQL(SQL_READINESS_PUT, "ttti", "",
    "INSERT INTO readiness_tick (item, note, ticked_by, ticked_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (item) DO "
    "UPDATE "
    "SET note = excluded.note, ticked_by = excluded.ticked_by, ticked_at = excluded.ticked_at");
SQL(SQL_READINESS_REMOVE, "t", "", "DELETE FROM readiness_tick WHERE item = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_READINESS_COUNTS, &SQL_READINESS_TICKS, &SQL_READINESS_PUT,
                                                &SQL_READINESS_REMOVE };
const struct sql_list READINESS_STATEMENTS = { "readiness", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool readiness_sql_counts(struct tx *tx, int64_t drills_since_ms, struct readiness_counts *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_READINESS_COUNTS, ARGS(I64(drills_since_ms)), &row, &found, err)) return false;
    *out = (struct readiness_counts){ rows_i64(&row, 0), rows_i64(&row, 1), rows_i64(&row, 2), rows_i64(&row, 3),
                                      rows_i64(&row, 4), rows_i64(&row, 5), rows_i64(&row, 6) };
    return true;
}

bool readiness_sql_ticks(struct tx *tx, struct readiness_ticks *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_READINESS_TICKS, NO_ARGS, &rows, err)) return false;
    *out = (struct readiness_ticks){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct readiness_item), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct readiness_item){ .key = rows_text(&rows, 0),
                                                            .note = rows_text(&rows, 1),
                                                            .by = rows_text(&rows, 2),
                                                            .at_ms = rows_i64(&rows, 3) };
    }
    return true;
}

bool readiness_sql_put(struct tx *tx, const char *key, const char *note, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &SQL_READINESS_PUT, ARGS(TXT(key), TXT(note), TXT(op->actor->name), I64(op->now_ms)), NULL, err);
}

bool readiness_sql_remove(struct tx *tx, const char *key, struct error *err) {
    return tx_exec(tx, &SQL_READINESS_REMOVE, ARGS(TXT(key)), NULL, err);
}
