/* Idempotency keys: see idempotency.h. */
#include "ledger/idempotency.h"
#include "ledger/ledger_sql.h"

#include "base/str.h"

SQL(SQL_IDEMPOTENCY_CLAIM, "ttti", "t",
    "INSERT INTO idempotency_key (scope, key, body_hash, created_at) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (scope, key) DO NOTHING RETURNING key");
SQL(SQL_IDEMPOTENCY_FIND, "tt", "tITT",
    "SELECT body_hash, status, answer, location FROM idempotency_key WHERE scope = ?1 AND key = ?2");
SQL(SQL_IDEMPOTENCY_FINISH, "ttitT", "",
    "UPDATE idempotency_key SET status = ?3, answer = ?4, location = ?5 WHERE scope = ?1 AND key = ?2");
SQL(SQL_IDEMPOTENCY_DROP, "tt", "", "DELETE FROM idempotency_key WHERE scope = ?1 AND key = ?2 AND status IS NULL");

static const struct sql *const STATEMENTS[] = { &SQL_IDEMPOTENCY_CLAIM, &SQL_IDEMPOTENCY_FIND, &SQL_IDEMPOTENCY_FINISH,
                                                &SQL_IDEMPOTENCY_DROP };
const struct sql_list IDEMPOTENCY_STATEMENTS = { "idempotency", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

struct work {
    const struct idempotency_claim *claim;
    const struct idempotency_answer *answer; /* to keep */
    struct idempotency_answer found;
    bool answered;
};

static bool begin(struct tx *tx, void *arg, struct error *err) {
    struct work *work = arg;
    const struct idempotency_claim *claim = work->claim;
    struct rows row;
    bool claimed, found;
    struct args values = ARGS(TXT(claim->scope), TXT(claim->key), TXT(claim->body_hash), I64(tx_op(tx)->now_ms));
    if (!tx_query_one(tx, &SQL_IDEMPOTENCY_CLAIM, values, &row, &claimed, err)) return false;
    work->answered = !claimed;
    if (claimed) return true;
    if (!tx_query_one(tx, &SQL_IDEMPOTENCY_FIND, ARGS(TXT(claim->scope), TXT(claim->key)), &row, &found, err))
        return false;
    if (!found) return ERROR(err, ERR_BUSY, "store.busy", "key went away");
    if (!str_eq(rows_text(&row, 0), claim->body_hash)) {
        return ERROR(err, ERR_INVALID, "idempotency.other_body", "%s", claim->scope);
    }
    if (rows_is_null(&row, 1)) return ERROR(err, ERR_CONFLICT, "idempotency.running", "%s", claim->scope);
    work->found = (struct idempotency_answer){ rows_i64(&row, 1), rows_text(&row, 2), rows_text(&row, 3) };
    return true;
}

bool idempotency_begin(struct op *op, const struct idempotency_claim *claim, bool *answered,
                       struct idempotency_answer *out, struct error *err) {
    struct work work = { .claim = claim };
    if (!store_write(op, begin, &work, err)) return false;
    *answered = work.answered;
    *out = work.found;
    return true;
}

static bool finish(struct tx *tx, void *arg, struct error *err) {
    const struct work *work = arg;
    const struct idempotency_answer *answer = work->answer;
    return tx_exec(tx, &SQL_IDEMPOTENCY_FINISH,
                   ARGS(TXT(work->claim->scope), TXT(work->claim->key), I64(answer->status), TXT(answer->body),
                        OPT_TXT(answer->location)),
                   NULL, err);
}

bool idempotency_finish(struct op *op, const struct idempotency_claim *claim, const struct idempotency_answer *answer,
                        struct error *err) {
    struct work work = { .claim = claim, .answer = answer };
    return store_write(op, finish, &work, err);
}

static bool drop(struct tx *tx, void *arg, struct error *err) {
    const struct work *work = arg;
    return tx_exec(tx, &SQL_IDEMPOTENCY_DROP, ARGS(TXT(work->claim->scope), TXT(work->claim->key)), NULL, err);
}

bool idempotency_drop(struct op *op, const struct idempotency_claim *claim, struct error *err) {
    struct work work = { .claim = claim };
    return store_write(op, drop, &work, err);
}
