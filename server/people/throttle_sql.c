/* Failed logins: statements. */
#include "people/people_internal.h"
#include "people/people_sql.h"

SQL(SQL_THROTTLE_GET, "t", "iii", "SELECT attempts, last_at, blocked_until FROM login_throttle WHERE subject = ?1");
SQL(SQL_THROTTLE_PUT, "tiii", "",
    "INSERT INTO login_throttle (subject, attempts, last_at, blocked_until) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (subject) DO UPDATE SET attempts = excluded.attempts, last_at = excluded.last_at, "
    "blocked_until = excluded.blocked_until");
SQL(SQL_THROTTLE_DELETE, "t", "", "DELETE FROM login_throttle WHERE subject = ?1");
SQL(SQL_THROTTLE_SWEEP, "i", "", "DELETE FROM login_throttle WHERE last_at < ?1");

static const struct sql *const STATEMENTS[] = { &SQL_THROTTLE_GET, &SQL_THROTTLE_PUT, &SQL_THROTTLE_DELETE,
                                                &SQL_THROTTLE_SWEEP };
const struct sql_list THROTTLE_STATEMENTS = { "login_throttle", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool throttle_sql_get(struct tx *tx, struct throttle_row *row, struct error *err) {
    struct rows found_row;
    bool found;
    if (!tx_query_one(tx, &SQL_THROTTLE_GET, ARGS(TXT(row->subject)), &found_row, &found, err)) return false;
    row->attempts = found ? rows_i64(&found_row, 0) : 0;
    row->last_ms = found ? rows_i64(&found_row, 1) : 0;
    row->blocked_until_ms = found ? rows_i64(&found_row, 2) : 0;
    return true;
}

bool throttle_sql_put(struct tx *tx, const struct throttle_row *row, struct error *err) {
    return tx_exec(tx, &SQL_THROTTLE_PUT,
                   ARGS(TXT(row->subject), I64(row->attempts), I64(row->last_ms), I64(row->blocked_until_ms)), NULL,
                   err);
}

bool throttle_sql_delete(struct tx *tx, const char *subject, struct error *err) {
    return tx_exec(tx, &SQL_THROTTLE_DELETE, ARGS(TXT(subject)), NULL, err);
}

bool throttle_sql_sweep(struct tx *tx, int64_t before_ms, struct error *err) {
    return tx_exec(tx, &SQL_THROTTLE_SWEEP, ARGS(I64(before_ms)), NULL, err);
}
