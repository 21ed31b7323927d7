/* Stored schedules: statements and rows. */
#include "oncall/rota_rows.h"

#include "oncall/handover.h"
#include "oncall/plan.h"

#include "base/arena.h"
#include "base/id.h"

enum { ROWS_MAX = 10000 };

#define ROTA_SELECT "SELECT id, schedule_key, name, document, created_at, updated_at, version FROM schedule "
#define ROTA_RESULT "itttiii"
#define OVERRIDE_SELECT                                                                                           \
    "SELECT id, schedule_id, role, kind, out_user, in_user, start_at, end_at, note, created_by, created_at FROM " \
    "schedule_override "
#define OVERRIDE_RESULT "iittIIiitti"

SQL(SQL_SCHEDULE_BY_ID, "i", ROTA_RESULT, ROTA_SELECT "WHERE id = ?1");
SQL(SQL_SCHEDULE_BY_KEY, "t", ROTA_RESULT, ROTA_SELECT "WHERE schedule_key = ?1");
SQL(SQL_SCHEDULE_ALL, "i", ROTA_RESULT, ROTA_SELECT "ORDER BY schedule_key LIMIT ?1");
SQL(SQL_SCHEDULE_INSERT, "ittti", "i",
    "INSERT INTO schedule (id, schedule_key, name, document, created_at, updated_at, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1) ON CONFLICT (schedule_key) DO NOTHING RETURNING id");
SQL(SQL_SCHEDULE_UPDATE, "ittii", "",
    "UPDATE schedule SET name = ?2, document = ?3, updated_at = ?4, version = version + 1 "
    "WHERE id = ?1 AND version = ?5");
SQL(SQL_SCHEDULE_TOUCH, "ii", "", "UPDATE schedule SET updated_at = ?2, version = version + 1 WHERE id = ?1");
SQL(SQL_SCHEDULE_CHANGES_DELETE, "i", "", "DELETE FROM schedule_change WHERE schedule_id = ?1");
SQL(SQL_SCHEDULE_OVERRIDES_DELETE, "i", "", "DELETE FROM schedule_override WHERE schedule_id = ?1");
SQL(SQL_SCHEDULE_FEEDS_DELETE, "i", "", "DELETE FROM schedule_feed WHERE schedule_id = ?1");
SQL(SQL_SCHEDULE_HANDOVERS_DELETE, "i", "", "DELETE FROM handover WHERE schedule_id = ?1");
SQL(SQL_SCHEDULE_SWAPS_DELETE, "i", "", "DELETE FROM shift_swap WHERE schedule_id = ?1");
SQL(SQL_SCHEDULE_DELETE, "i", "", "DELETE FROM schedule WHERE id = ?1");
SQL(SQL_CHANGE_INSERT, "iititti", "",
    "INSERT INTO schedule_change (id, schedule_id, layer_id, effective_at, participants, created_by, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
SQL(SQL_CHANGES, "ii", "iitit",
    "SELECT id, schedule_id, layer_id, effective_at, participants FROM schedule_change WHERE schedule_id = ?1 "
    "ORDER BY id LIMIT ?2");
SQL(SQL_OVERRIDE_INSERT, "iittIIiitti", "",
    "INSERT INTO schedule_override (id, schedule_id, role, kind, out_user, in_user, start_at, end_at, note, "
    "created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
SQL(SQL_OVERRIDES, "ii", OVERRIDE_RESULT, OVERRIDE_SELECT "WHERE schedule_id = ?1 ORDER BY id LIMIT ?2");
SQL(SQL_OVERRIDE_BY_ID, "i", OVERRIDE_RESULT, OVERRIDE_SELECT "WHERE id = ?1");
SQL(SQL_OVERRIDE_END, "ii", "", "UPDATE schedule_override SET end_at = ?2 WHERE id = ?1");
SQL(SQL_OVERRIDE_DELETE, "i", "", "DELETE FROM schedule_override WHERE id = ?1");
SQL(SQL_ROTA_PEOPLE, "i", "itI", "SELECT id, name, disabled_at FROM user_account ORDER BY id LIMIT ?1");

static const struct sql *const STATEMENTS[] = {
    &SQL_SCHEDULE_BY_ID,
    &SQL_SCHEDULE_BY_KEY,
    &SQL_SCHEDULE_ALL,
    &SQL_SCHEDULE_INSERT,
    &SQL_SCHEDULE_UPDATE,
    &SQL_SCHEDULE_TOUCH,
    &SQL_CHANGE_INSERT,
    &SQL_CHANGES,
    &SQL_OVERRIDE_INSERT,
    &SQL_OVERRIDES,
    &SQL_OVERRIDE_BY_ID,
    &SQL_OVERRIDE_END,
    &SQL_OVERRIDE_DELETE,
    &SQL_ROTA_PEOPLE,
    &SQL_SCHEDULE_CHANGES_DELETE,
    &SQL_SCHEDULE_OVERRIDES_DELETE,
    &SQL_SCHEDULE_FEEDS_DELETE,
    &SQL_SCHEDULE_HANDOVERS_DELETE,
    &SQL_SCHEDULE_SWAPS_DELETE,
    &SQL_SCHEDULE_DELETE,
};
const struct sql_list ROTA_STATEMENTS = { "rota", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct rota rota_of(const struct rows *rows) {
    return (struct rota){ .id = rows_i64(rows, 0),
                          .key = rows_text(rows, 1),
                          .name = rows_text(rows, 2),
                          .document = rows_text(rows, 3),
                          .created_ms = rows_i64(rows, 4),
                          .updated_ms = rows_i64(rows, 5),
                          .version = rows_i64(rows, 6) };
}

bool rota_sql_find(struct tx *tx, int64_t id, const char *key, struct rota *out, bool *found, struct error *err) {
    struct rows row;
    bool fine = id != 0 ? tx_query_one(tx, &SQL_SCHEDULE_BY_ID, ARGS(I64(id)), &row, found, err)
                        : tx_query_one(tx, &SQL_SCHEDULE_BY_KEY, ARGS(TXT(key)), &row, found, err);
    if (fine && *found) *out = rota_of(&row);
    return fine;
}

bool rota_sql_all(struct tx *tx, struct rota_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_SCHEDULE_ALL, ARGS(I64(ROTA_MAX)), &rows, err)) return false;
    *out = (struct rota_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct rota), 0 };
    while (rows_next(&rows)) out->items[out->count++] = rota_of(&rows);
    return true;
}

/* Every change of a schedule comes through here: whoever was told of its shifts is told anew. */
static bool follow(struct tx *tx, int64_t id, struct error *err) {
    return due_set(tx, &(struct due){ SCHEDULE_CHANGED_DUE, id, "", tx_op(tx)->now_ms, NULL }, err);
}

bool rota_sql_insert(struct tx *tx, const struct rota *rota, bool *inserted, struct error *err) {
    struct rows row;
    return tx_query_one(
               tx, &SQL_SCHEDULE_INSERT,
               ARGS(I64(rota->id), TXT(rota->key), TXT(rota->name), TXT(rota->document), I64(rota->created_ms)), &row,
               inserted, err) &&
           (!*inserted || follow(tx, rota->id, err));
}

bool rota_sql_update(struct tx *tx, const struct rota *rota, bool *changed, struct error *err) {
    int64_t rows = 0;
    bool fine =
        tx_exec(tx, &SQL_SCHEDULE_UPDATE,
                ARGS(I64(rota->id), TXT(rota->name), TXT(rota->document), I64(rota->updated_ms), I64(rota->version)),
                &rows, err);
    *changed = rows == 1;
    return fine && (!*changed || follow(tx, rota->id, err));
}

bool rota_sql_touch(struct tx *tx, int64_t id, struct error *err) {
    tx_on_commit(tx, "schedules");
    return tx_exec(tx, &SQL_SCHEDULE_TOUCH, ARGS(I64(id), I64(tx_op(tx)->now_ms)), NULL, err) && follow(tx, id, err);
}

bool rota_sql_delete(struct tx *tx, int64_t id, struct error *err) {
    static const struct sql *const steps[] = { &SQL_SCHEDULE_CHANGES_DELETE, &SQL_SCHEDULE_OVERRIDES_DELETE,
                                               &SQL_SCHEDULE_FEEDS_DELETE,   &SQL_SCHEDULE_HANDOVERS_DELETE,
                                               &SQL_SCHEDULE_SWAPS_DELETE,   &SQL_SCHEDULE_DELETE };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!tx_exec(tx, steps[i], ARGS(I64(id)), NULL, err)) return false;
    }
    return due_cancel_all(tx, SCHEDULE_CHANGED_DUE, id, err) && due_cancel_all(tx, HANDOVER_DUE, id, err) &&
           follow(tx, id, err);
}

bool rota_sql_change_insert(struct tx *tx, const struct rota_change *change, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &SQL_CHANGE_INSERT,
                   ARGS(I64(id_new(op->now_ms)), I64(change->schedule_id), TXT(change->layer_id),
                        I64(change->effective_ms), TXT(change->participants), TXT(op->actor->login), I64(op->now_ms)),
                   NULL, err);
}

bool rota_sql_changes(struct tx *tx, int64_t schedule_id, struct rota_changes *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_CHANGES, ARGS(I64(schedule_id), I64(ROWS_MAX)), &rows, err)) return false;
    *out = (struct rota_changes){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct rota_change), 0 };
    while (rows_next(&rows))
        out->items[out->count++] = (struct rota_change){ rows_i64(&rows, 0), rows_i64(&rows, 1), rows_text(&rows, 2),
                                                         rows_i64(&rows, 3), rows_text(&rows, 4) };
    return true;
}

static struct rota_override override_of(const struct rows *rows) {
    return (struct rota_override){ .id = rows_i64(rows, 0),
                                   .schedule_id = rows_i64(rows, 1),
                                   .role = rows_text(rows, 2),
                                   .kind = rows_text(rows, 3),
                                   .out_user = rows_i64(rows, 4),
                                   .in_user = rows_i64(rows, 5),
                                   .start_ms = rows_i64(rows, 6),
                                   .end_ms = rows_i64(rows, 7),
                                   .note = rows_text(rows, 8),
                                   .created_by = rows_text(rows, 9),
                                   .created_ms = rows_i64(rows, 10) };
}

bool rota_overrides(struct tx *tx, int64_t schedule_id, struct rota_overrides *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_OVERRIDES, ARGS(I64(schedule_id), I64(ROWS_MAX)), &rows, err)) return false;
    *out = (struct rota_overrides){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct rota_override), 0 };
    while (rows_next(&rows)) out->items[out->count++] = override_of(&rows);
    return true;
}

bool rota_sql_override_insert(struct tx *tx, const struct rota_override *override, struct error *err) {
    return tx_exec(tx, &SQL_OVERRIDE_INSERT,
                   ARGS(I64(override->id), I64(override->schedule_id), TXT(override->role), TXT(override->kind),
                        OPT_ID(override->out_user), OPT_ID(override->in_user), I64(override->start_ms),
                        I64(override->end_ms), TXT(override->note), TXT(override->created_by),
                        I64(override->created_ms)),
                   NULL, err);
}

bool rota_sql_override_find(struct tx *tx, int64_t id, struct rota_override *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_OVERRIDE_BY_ID, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) *out = override_of(&row);
    return true;
}

bool rota_sql_override_end(struct tx *tx, int64_t id, int64_t end_ms, struct error *err) {
    return tx_exec(tx, &SQL_OVERRIDE_END, ARGS(I64(id), I64(end_ms)), NULL, err);
}

bool rota_sql_override_delete(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_OVERRIDE_DELETE, ARGS(I64(id)), NULL, err);
}

bool rota_sql_people(struct tx *tx, struct rota_people *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_ROTA_PEOPLE, ARGS(I64(ROWS_MAX)), &rows, err)) return false;
    *out = (struct rota_people){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct rota_person), 0 };
    while (rows_next(&rows))
        out->items[out->count++] = (struct rota_person){ rows_i64(&rows, 0), rows_text(&rows, 1), rows_i64(&rows, 2) };
    return true;
}
