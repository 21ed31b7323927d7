/* Rows of what calendars were told. */
#include "oncall/plan_rows.h"

#include "base/arena.h"

enum { ROWS_MAX = 20000 };

#define COLUMNS "uid, schedule_id, schedule_name, role, user_id, start_at, end_at, sequence, changed_at, cancelled"
#define RESULT "titiiiiiii"
SQL(SQL_PLAN_LIST, "iii", RESULT,
    "SELECT " COLUMNS " FROM schedule_plan WHERE schedule_id = ?1 AND end_at > ?2 ORDER BY start_at, uid LIMIT ?3");
SQL(SQL_PLAN_ORPHANS, "iii", RESULT,
    "SELECT " COLUMNS
    " FROM schedule_plan WHERE user_id = ?1 AND end_at > ?2 AND cancelled = 1 AND NOT EXISTS "
    "(SELECT 1 FROM schedule s WHERE s.id = schedule_plan.schedule_id) ORDER BY start_at, uid LIMIT ?3");
SQL(SQL_PLAN_PUT, RESULT, "",
    "INSERT INTO schedule_plan (" COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (uid) DO "
    "UPDATE SET schedule_name = excluded.schedule_name, end_at = excluded.end_at, sequence = excluded.sequence, "
    "changed_at = excluded.changed_at, cancelled = excluded.cancelled");
SQL(SQL_PLAN_FORGET, "ii", "", "DELETE FROM schedule_plan WHERE schedule_id = ?1 AND end_at < ?2");

static const struct sql *const STATEMENTS[] = { &SQL_PLAN_LIST, &SQL_PLAN_ORPHANS, &SQL_PLAN_PUT, &SQL_PLAN_FORGET };
const struct sql_list PLAN_STATEMENTS = { "plan", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static void read_rows(struct tx *tx, struct rows *rows, struct plan *out) {
    *out = (struct plan){ ARENA_ARRAY(tx_op(tx)->arena, rows->count, struct plan_row), 0 };
    while (rows_next(rows)) {
        out->items[out->count++] = (struct plan_row){ .uid = rows_text(rows, 0),
                                                      .schedule_id = rows_i64(rows, 1),
                                                      .schedule_name = rows_text(rows, 2),
                                                      .role = (enum duty_role)rows_i64(rows, 3),
                                                      .user_id = rows_i64(rows, 4),
                                                      .start = rows_i64(rows, 5),
                                                      .end = rows_i64(rows, 6),
                                                      .sequence = rows_i64(rows, 7),
                                                      .changed_ms = rows_i64(rows, 8),
                                                      .cancelled = rows_i64(rows, 9) == 1 };
    }
}

bool plan_sql_list(struct tx *tx, int64_t schedule_id, int64_t since, struct plan *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_PLAN_LIST, ARGS(I64(schedule_id), I64(since), I64(ROWS_MAX)), &rows, err)) return false;
    read_rows(tx, &rows, out);
    return true;
}

bool plan_sql_orphans(struct tx *tx, int64_t user_id, int64_t since, struct plan *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_PLAN_ORPHANS, ARGS(I64(user_id), I64(since), I64(ROWS_MAX)), &rows, err)) return false;
    read_rows(tx, &rows, out);
    return true;
}

bool plan_sql_put(struct tx *tx, const struct plan_row *row, struct error *err) {
    return tx_exec(tx, &SQL_PLAN_PUT,
                   ARGS(TXT(row->uid), I64(row->schedule_id), TXT(row->schedule_name), I64(row->role),
                        I64(row->user_id), I64(row->start), I64(row->end), I64(row->sequence), I64(row->changed_ms),
                        I64(row->cancelled ? 1 : 0)),
                   NULL, err);
}

bool plan_sql_forget(struct tx *tx, int64_t schedule_id, int64_t before, struct error *err) {
    return tx_exec(tx, &SQL_PLAN_FORGET, ARGS(I64(schedule_id), I64(before)), NULL, err);
}
