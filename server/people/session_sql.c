/* Sessions: statements and rows. */
#include "people/people_internal.h"
#include "people/people_sql.h"

#include "base/arena.h"

#define SESSION_COLUMNS "s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.user_agent, s.remote"
#define SESSION_RESULT "iiiiitt"

SQL(SQL_SESSION_FIND, "tii", SESSION_RESULT USER_RESULT,
    "SELECT " SESSION_COLUMNS ", " USER_COLUMNS("u") " FROM session s JOIN user_account u ON u.id = s.user_id "
    "WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 AND u.disabled_at IS NULL");
SQL(SQL_SESSION_INSERT, "itiiiitt", "",
    "INSERT INTO session (id, token_hash, user_id, created_at, last_seen_at, expires_at, user_agent, remote) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
SQL(SQL_SESSION_TOUCH, "ii", "", "UPDATE session SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2");
SQL(SQL_SESSION_OF_USER, "iii", SESSION_RESULT,
    "SELECT " SESSION_COLUMNS
    " FROM session s WHERE s.user_id = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3 "
    "ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 100");
SQL(SQL_SESSION_END_ALL, "ii", "", "DELETE FROM session WHERE user_id = ?1 AND id <> ?2");
SQL(SQL_SESSION_END, "iI", "", "DELETE FROM session WHERE id = ?1 AND (?2 IS NULL OR user_id = ?2)");
SQL(SQL_SESSION_END_HASH, "t", "", "DELETE FROM session WHERE token_hash = ?1");
SQL(SQL_SESSION_SWEEP, "i", "", "DELETE FROM session WHERE expires_at <= ?1");

static const struct sql *const STATEMENTS[] = { &SQL_SESSION_FIND,     &SQL_SESSION_INSERT,  &SQL_SESSION_TOUCH,
                                                &SQL_SESSION_OF_USER,  &SQL_SESSION_END_ALL, &SQL_SESSION_END,
                                                &SQL_SESSION_END_HASH, &SQL_SESSION_SWEEP };
const struct sql_list SESSION_STATEMENTS = { "session", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

enum { USER_AT = 7 };

static void session_from_row(const struct rows *rows, struct session_row *out) {
    *out = (struct session_row){
        .id = rows_i64(rows, 0),
        .user_id = rows_i64(rows, 1),
        .created_ms = rows_i64(rows, 2),
        .last_seen_ms = rows_i64(rows, 3),
        .expires_ms = rows_i64(rows, 4),
        .user_agent = rows_text(rows, 5),
        .remote = rows_text(rows, 6),
    };
}

bool session_sql_find(struct tx *tx, const char *token_hash, struct session_row *row, struct user *user, bool *found,
                      struct error *err) {
    struct rows rows;
    int64_t now = tx_op(tx)->now_ms;
    if (!tx_query_one(tx, &SQL_SESSION_FIND, ARGS(TXT(token_hash), I64(now), I64(now - SESSION_IDLE_MS)), &rows, found,
                      err)) {
        return false;
    }
    if (!*found) return true;
    session_from_row(&rows, row);
    user_from_row(&rows, USER_AT, user);
    return true;
}

bool session_sql_insert(struct tx *tx, const struct session_row *row, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_INSERT,
                   ARGS(I64(row->id), TXT(row->token_hash), I64(row->user_id), I64(row->created_ms),
                        I64(row->last_seen_ms), I64(row->expires_ms), TXT(row->user_agent), TXT(row->remote)),
                   NULL, err);
}

bool session_sql_touch(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_TOUCH, ARGS(I64(id), I64(tx_op(tx)->now_ms)), NULL, err);
}

bool session_sql_of_user(struct tx *tx, int64_t user_id, struct session_list *out, struct error *err) {
    struct rows rows;
    int64_t now = tx_op(tx)->now_ms;
    if (!tx_query(tx, &SQL_SESSION_OF_USER, ARGS(I64(user_id), I64(now), I64(now - SESSION_IDLE_MS)), &rows, err)) {
        return false;
    }
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct session);
    out->count = 0;
    while (rows_next(&rows)) {
        struct session_row row;
        session_from_row(&rows, &row);
        out->items[out->count++] = (struct session){
            .id = row.id,
            .created_ms = row.created_ms,
            .last_seen_ms = row.last_seen_ms,
            .expires_ms = row.expires_ms,
            .user_agent = row.user_agent,
            .remote = row.remote,
        };
    }
    return true;
}

bool session_sql_end_all(struct tx *tx, int64_t user_id, int64_t except, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_END_ALL, ARGS(I64(user_id), I64(except)), NULL, err);
}

bool session_sql_end(struct tx *tx, int64_t id, int64_t user_id, int64_t *ended, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_END, ARGS(I64(id), OPT_ID(user_id)), ended, err);
}

bool session_sql_end_hash(struct tx *tx, const char *token_hash, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_END_HASH, ARGS(TXT(token_hash)), NULL, err);
}

bool session_sql_sweep(struct tx *tx, struct error *err) {
    return tx_exec(tx, &SQL_SESSION_SWEEP, ARGS(I64(tx_op(tx)->now_ms)), NULL, err);
}
