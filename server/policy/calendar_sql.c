/* The organisation's own calendar days: statements and rows. */
#include "policy/calendar_rows.h"

#include "base/arena.h"

SQL(SQL_CALENDAR_INSERT, "itttti", "i",
    "INSERT INTO calendar_day (day, kind, name, reason, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (day) DO NOTHING RETURNING day");
SQL(SQL_CALENDAR_DELETE, "i", "i", "DELETE FROM calendar_day WHERE day = ?1 RETURNING day");
SQL(SQL_CALENDAR_LIST, "iii", "itttti",
    "SELECT day, kind, name, reason, created_by, created_at FROM calendar_day WHERE day >= ?1 AND day < ?2 "
    "ORDER BY day LIMIT ?3");

static const struct sql *const STATEMENTS[] = { &SQL_CALENDAR_INSERT, &SQL_CALENDAR_DELETE, &SQL_CALENDAR_LIST };
const struct sql_list CALENDAR_STATEMENTS = { "calendar", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool calendar_sql_insert(struct tx *tx, const struct calendar_day *day, bool *inserted, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_CALENDAR_INSERT,
                        ARGS(I64(day->day), TXT(day->kind), TXT(day->name), TXT(day->reason), TXT(day->created_by),
                             I64(day->created_ms)),
                        &row, inserted, err);
}

bool calendar_sql_delete(struct tx *tx, int64_t day, bool *deleted, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_CALENDAR_DELETE, ARGS(I64(day)), &row, deleted, err);
}

bool calendar_sql_list(struct tx *tx, int64_t from, int64_t until, struct calendar_days *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_CALENDAR_LIST, ARGS(I64(from), I64(until), I64(CALENDAR_DAYS_MAX)), &rows, err))
        return false;
    *out = (struct calendar_days){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct calendar_day), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct calendar_day){
            .day = rows_i64(&rows, 0),
            .kind = rows_text(&rows, 1),
            .name = rows_text(&rows, 2),
            .reason = rows_text(&rows, 3),
            .created_by = rows_text(&rows, 4),
            .created_ms = rows_i64(&rows, 5),
        };
    }
    return true;
}
