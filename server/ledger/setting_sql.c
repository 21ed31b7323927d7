/* Counters and settings. See ledger.h. */
#include "ledger/ledger.h"
#include "ledger/ledger_sql.h"

#include "base/arena.h"

SQL(SQL_COUNTER_NEXT, "t", "i",
    "INSERT INTO counter (name, value) VALUES (?1, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value");
SQL(SQL_SETTING_GET, "t", "ti", "SELECT value, version FROM setting WHERE name = ?1");
SQL(SQL_SETTING_PUT, "tti", "",
    "INSERT INTO setting (name, value, version, updated_at) VALUES (?1, ?2, 1, ?3) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = setting.version + 1, "
    "updated_at = excluded.updated_at");

static const struct sql *const STATEMENTS[] = { &SQL_COUNTER_NEXT, &SQL_SETTING_GET, &SQL_SETTING_PUT };
const struct sql_list SETTING_STATEMENTS = { "setting", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool counter_next(struct tx *tx, const char *name, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_COUNTER_NEXT, ARGS(TXT(name)), &row, &found, err)) return false;
    REQUIRE(found);
    *out = rows_i64(&row, 0);
    return true;
}

bool setting_get_version(struct tx *tx, const char *name, const char **json, int64_t *version, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_SETTING_GET, ARGS(TXT(name)), &row, &found, err)) return false;
    *json = found ? rows_text(&row, 0) : NULL;
    *version = found ? rows_i64(&row, 1) : 0;
    return true;
}

bool setting_get(struct tx *tx, const char *name, const char **json, struct error *err) {
    int64_t version;
    return setting_get_version(tx, name, json, &version, err);
}

bool setting_put(struct tx *tx, const char *name, const char *json, struct error *err) {
    struct op *op = tx_op(tx);
    /* the value may hold secrets, so the audit row names the setting only */
    const char *subject = arena_printf(op->arena, "setting/%s", name);
    tx_on_commit(tx, subject);
    return tx_exec(tx, &SQL_SETTING_PUT, ARGS(TXT(name), TXT(json), I64(op->now_ms)), NULL, err) &&
           audit_add(tx, "setting.changed", subject, NULL, err);
}
