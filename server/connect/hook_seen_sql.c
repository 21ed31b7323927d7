/* Requests taken: see hook_seen.h. */
#include "connect/hook_seen.h"

enum { FORGET_AT_ONCE = 20 };
#define KEEP_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

SQL(SQL_HOOK_TAKE, "ti", "t",
    "INSERT INTO hook_seen (seen_key, seen_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING seen_key");
SQL(SQL_HOOK_ANSWER, "t", "T", "SELECT answer FROM hook_seen WHERE seen_key = ?1");
SQL(SQL_HOOK_ANSWERED, "tt", "", "UPDATE hook_seen SET answer = ?2 WHERE seen_key = ?1");
SQL(SQL_HOOK_FORGET, "ii", "",
    "DELETE FROM hook_seen WHERE seen_key IN "
    "(SELECT seen_key FROM hook_seen WHERE seen_at < ?1 ORDER BY seen_at LIMIT ?2)");

static const struct sql *const STATEMENTS[] = { &SQL_HOOK_TAKE, &SQL_HOOK_ANSWER, &SQL_HOOK_ANSWERED,
                                                &SQL_HOOK_FORGET };
const struct sql_list HOOK_SEEN_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool hook_take(struct tx *tx, const char *key, bool *first, const char **answer, struct error *err) {
    int64_t now = tx_op(tx)->now_ms;
    struct rows row;
    bool found;
    *answer = NULL;
    if (!tx_exec(tx, &SQL_HOOK_FORGET, ARGS(I64(now - KEEP_MS), I64(FORGET_AT_ONCE)), NULL, err)) return false;
    if (!tx_query_one(tx, &SQL_HOOK_TAKE, ARGS(TXT(key), I64(now)), &row, first, err)) return false;
    if (*first) return true;
    if (!tx_query_one(tx, &SQL_HOOK_ANSWER, ARGS(TXT(key)), &row, &found, err)) return false;
    if (found) *answer = rows_text(&row, 0);
    return true;
}

bool hook_answered(struct tx *tx, const char *key, const char *answer, struct error *err) {
    return tx_exec(tx, &SQL_HOOK_ANSWERED, ARGS(TXT(key), TXT(answer)), NULL, err);
}
