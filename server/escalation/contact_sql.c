/* Contacts: statements and rows. */
#include "escalation/contact_rows.h"

#include "base/arena.h"

enum { TRIALS_MAX = 50 };

SQL(SQL_CONTACT_FIND, "i", "itttIIIi",
    "SELECT c.user_id, c.document, COALESCE(b.name, ''), COALESCE(b.login, ''), c.backup_id, c.confirmed_at, "
    "c.asked_at, c.version "
    "FROM contact_card c LEFT JOIN user_account b ON b.id = c.backup_id AND b.disabled_at IS NULL "
    "WHERE c.user_id = ?1");
SQL(SQL_CONTACT_PUT, "itIii", "i",
    "INSERT INTO contact_card (user_id, document, backup_id, confirmed_at, asked_at, version) "
    "VALUES (?1, ?2, ?3, ?4, NULL, ?5 + 1) ON CONFLICT (user_id) DO UPDATE SET document = excluded.document, "
    "backup_id = excluded.backup_id, confirmed_at = excluded.confirmed_at, asked_at = NULL, "
    "version = contact_card.version + 1 WHERE contact_card.version = ?5 RETURNING version");
SQL(SQL_CONTACT_CONFIRM, "iit", "",
    "INSERT INTO contact_card (user_id, document, confirmed_at, version) VALUES (?1, ?3, ?2, 1) "
    "ON CONFLICT (user_id) DO UPDATE SET confirmed_at = excluded.confirmed_at, asked_at = NULL");
SQL(SQL_CONTACT_ASK, "iit", "",
    "INSERT INTO contact_card (user_id, document, asked_at, version) VALUES (?1, ?3, ?2, 1) "
    "ON CONFLICT (user_id) DO UPDATE SET asked_at = COALESCE(contact_card.asked_at, excluded.asked_at)");
SQL(SQL_TRIAL_PUT, "ittIi", "",
    "INSERT INTO contact_trial (user_id, kind, address, outbox_id, at) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (user_id, kind, address) DO UPDATE SET outbox_id = excluded.outbox_id, at = excluded.at");
SQL(SQL_TRIALS, "ii", "ttIi",
    "SELECT kind, address, outbox_id, at FROM contact_trial WHERE user_id = ?1 ORDER BY at DESC, kind LIMIT ?2");

static const struct sql *const STATEMENTS[] = { &SQL_CONTACT_FIND, &SQL_CONTACT_PUT, &SQL_CONTACT_CONFIRM,
                                                &SQL_CONTACT_ASK,  &SQL_TRIAL_PUT,   &SQL_TRIALS };
const struct sql_list CONTACT_STATEMENTS = { "contact", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool contact_sql_find(struct tx *tx, int64_t user_id, struct contact_row *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_CONTACT_FIND, ARGS(I64(user_id)), &row, found, err)) return false;
    if (!*found) return true;
    *out = (struct contact_row){ .user_id = rows_i64(&row, 0),
                                 .document = rows_text(&row, 1),
                                 .backup_name = rows_text(&row, 2),
                                 .backup_login = rows_text(&row, 3),
                                 .backup_id = rows_i64(&row, 4),
                                 .confirmed_ms = rows_i64(&row, 5),
                                 .asked_ms = rows_i64(&row, 6),
                                 .version = rows_i64(&row, 7) };
    return true;
}

bool contact_sql_put(struct tx *tx, const struct contact_row *row, bool *written, struct error *err) {
    struct rows rows;
    return tx_query_one(
        tx, &SQL_CONTACT_PUT,
        ARGS(I64(row->user_id), TXT(row->document), OPT_ID(row->backup_id), I64(row->confirmed_ms), I64(row->version)),
        &rows, written, err);
}

/* A row made by the way keeps the standard methods: an empty document says so. */
bool contact_sql_confirm(struct tx *tx, int64_t user_id, struct error *err) {
    return tx_exec(tx, &SQL_CONTACT_CONFIRM, ARGS(I64(user_id), I64(tx_op(tx)->now_ms), TXT("{}")), NULL, err);
}

bool contact_sql_ask(struct tx *tx, int64_t user_id, struct error *err) {
    return tx_exec(tx, &SQL_CONTACT_ASK, ARGS(I64(user_id), I64(tx_op(tx)->now_ms), TXT("{}")), NULL, err);
}

bool contact_sql_trial_put(struct tx *tx, int64_t user_id, const struct contact_method *method, int64_t outbox_id,
                           struct error *err) {
    return tx_exec(tx, &SQL_TRIAL_PUT,
                   ARGS(I64(user_id), TXT(personal_kind_name(method->kind)), TXT(method->address), OPT_ID(outbox_id),
                        I64(tx_op(tx)->now_ms)),
                   NULL, err);
}

bool contact_sql_trials(struct tx *tx, int64_t user_id, struct contact_trial_rows *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_TRIALS, ARGS(I64(user_id), I64(TRIALS_MAX)), &rows, err)) return false;
    *out = (struct contact_trial_rows){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct contact_trial_row), 0 };
    while (rows_next(&rows))
        out->items[out->count++] = (struct contact_trial_row){ rows_text(&rows, 0), rows_text(&rows, 1),
                                                               rows_i64(&rows, 2), rows_i64(&rows, 3) };
    return true;
}
