/* Housekeeping: see housekeeping.h. In small steps, so that no write waits long behind it. */
#include "work/housekeeping.h"

enum { STEP = 1000, MINUTE_MS = 60 * 1000 };
static const int64_t DAY_MS = 24 * 60 * 60 * 1000;

SQL(SQL_OLD_ANSWERS_DELETE, "ii", "",
    "DELETE FROM idempotency_key WHERE (scope, key) IN "
    "(SELECT scope, key FROM idempotency_key WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)");
SQL(SQL_OLD_MESSAGES_DELETE, "ii", "",
    "DELETE FROM outbox WHERE id IN "
    "(SELECT id FROM outbox WHERE state = 'sent' AND finished_at < ?1 ORDER BY id LIMIT ?2)");
SQL(SQL_HOUSEKEEPING_EXISTS, "t", "i", "SELECT due_at FROM due WHERE kind = ?1 AND subject_id = 0 AND variant = ''");

static const struct sql *const STATEMENTS[] = { &SQL_OLD_ANSWERS_DELETE, &SQL_OLD_MESSAGES_DELETE,
                                                &SQL_HOUSEKEEPING_EXISTS };
const struct sql_list HOUSEKEEPING_STATEMENTS = { "work", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static bool set_next(struct tx *tx, int64_t wait_ms, struct error *err) {
    return due_set(tx, &(struct due){ .kind = HOUSEKEEPING_KIND, .variant = "", .due_ms = tx_op(tx)->now_ms + wait_ms },
                   err);
}

bool housekeeping_run(struct tx *tx, const struct due *due, struct error *err) {
    int64_t now = tx_op(tx)->now_ms, answers = 0, messages = 0;
    (void)due;
    if (!tx_exec(tx, &SQL_OLD_ANSWERS_DELETE, ARGS(I64(now - DAY_MS), I64(STEP)), &answers, err) ||
        !tx_exec(tx, &SQL_OLD_MESSAGES_DELETE, ARGS(I64(now - 30 * DAY_MS), I64(STEP)), &messages, err)) {
        return false;
    }
    return set_next(tx, answers == STEP || messages == STEP ? MINUTE_MS : DAY_MS, err);
}

static bool start(struct tx *tx, void *arg, struct error *err) {
    struct rows row;
    bool found;
    (void)arg;
    if (!tx_query_one(tx, &SQL_HOUSEKEEPING_EXISTS, ARGS(TXT(HOUSEKEEPING_KIND)), &row, &found, err)) return false;
    return found || set_next(tx, DAY_MS, err);
}

bool housekeeping_start(struct op *op, struct error *err) {
    return store_write(op, start, NULL, err);
}
