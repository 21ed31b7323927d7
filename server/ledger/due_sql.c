/* Due times are rows. See ledger.h; the worker (work/scheduler_sql.c) runs them. */
#include "ledger/ledger.h"
#include "ledger/ledger_sql.h"

SQL(SQL_DUE_SET, "titiT", "",
    "INSERT INTO due (kind, subject_id, variant, due_at, run_at, attempts, payload) VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5) "
    "ON CONFLICT (kind, subject_id, variant) DO UPDATE SET due_at = excluded.due_at, run_at = excluded.run_at, "
    "attempts = 0, last_error = NULL, payload = excluded.payload");
SQL(SQL_DUE_CANCEL, "tit", "", "DELETE FROM due WHERE kind = ?1 AND subject_id = ?2 AND variant = ?3");
SQL(SQL_DUE_CANCEL_ALL, "ti", "", "DELETE FROM due WHERE kind = ?1 AND subject_id = ?2");

static const struct sql *const STATEMENTS[] = { &SQL_DUE_SET, &SQL_DUE_CANCEL, &SQL_DUE_CANCEL_ALL };
const struct sql_list DUE_STATEMENTS = { "due", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool due_set(struct tx *tx, const struct due *due, struct error *err) {
    /* the scheduler looks every second by itself; it is woken only for what it would find at once */
    if (due->due_ms <= tx_op(tx)->now_ms) tx_on_commit(tx, "due");
    return tx_exec(
        tx, &SQL_DUE_SET,
        ARGS(TXT(due->kind), I64(due->subject_id), TXT(due->variant), I64(due->due_ms), OPT_TXT(due->payload)), NULL,
        err);
}

bool due_cancel(struct tx *tx, const char *kind, int64_t subject_id, const char *variant, struct error *err) {
    return tx_exec(tx, &SQL_DUE_CANCEL, ARGS(TXT(kind), I64(subject_id), TXT(variant)), NULL, err);
}

bool due_cancel_all(struct tx *tx, const char *kind, int64_t subject_id, struct error *err) {
    return tx_exec(tx, &SQL_DUE_CANCEL_ALL, ARGS(TXT(kind), I64(subject_id)), NULL, err);
}
