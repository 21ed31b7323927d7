/* Policy versions: statements. */
#include "policy/policy_sql.h"

SQL(SQL_POLICY_CURRENT, "", "ittI",
    "SELECT version, document, created_by, created_at FROM policy_version ORDER BY version DESC LIMIT 1");
SQL(SQL_POLICY_GET, "i", "ittI",
    "SELECT version, document, created_by, created_at FROM policy_version WHERE version = ?1");
SQL(SQL_POLICY_INSERT, "itit", "i",
    "INSERT INTO policy_version (version, document, created_at, created_by) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (version) DO NOTHING RETURNING version");
SQL(SQL_POLICY_LIST, "", "ittI",
    "SELECT version, document, created_by, created_at FROM policy_version ORDER BY version DESC LIMIT 100");

static const struct sql *const STATEMENTS[] = { &SQL_POLICY_CURRENT, &SQL_POLICY_GET, &SQL_POLICY_INSERT,
                                                &SQL_POLICY_LIST };
const struct sql_list POLICY_STATEMENTS = { "policy", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool policy_sql_get(struct tx *tx, int64_t version, struct policy_row *out, bool *found, struct error *err) {
    struct rows row;
    if (version == 0 ? !tx_query_one(tx, &SQL_POLICY_CURRENT, NO_ARGS, &row, found, err)
                     : !tx_query_one(tx, &SQL_POLICY_GET, ARGS(I64(version)), &row, found, err)) {
        return false;
    }
    if (!*found) return true;
    *out = (struct policy_row){
        .version = rows_i64(&row, 0),
        .document = rows_text(&row, 1),
        .created_by = rows_text(&row, 2),
        .created_ms = rows_i64(&row, 3),
    };
    return true;
}

bool policy_sql_insert(struct tx *tx, const struct policy_row *row, bool *inserted, struct error *err) {
    struct rows returned;
    return tx_query_one(tx, &SQL_POLICY_INSERT,
                        ARGS(I64(row->version), TXT(row->document), I64(row->created_ms), TXT(row->created_by)),
                        &returned, inserted, err);
}

bool policy_sql_list(struct tx *tx, struct rows *out, struct error *err) {
    return tx_query(tx, &SQL_POLICY_LIST, NO_ARGS, out, err);
}
