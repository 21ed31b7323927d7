/* Running escalations: statements and rows. */
#include "escalation/stored.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

enum { MEMBERS_MAX = 500, WAITING_MAX = 1000 };

SQL(SQL_ESCALATION_FIND, "i", "iitttiiiiiiiiIIIt",
    "SELECT incident_id, paths_version, severity, notice_severity, seen_state, status, run, loop, step, pass_paged, "
    "maintenance, root_cause, started_at, next_due, ack_due, silent_until, fired FROM escalation "
    "WHERE incident_id = ?1");
SQL(SQL_ESCALATION_PUT, "iitttiiiiiiiiIIIt", "",
    "INSERT INTO escalation (incident_id, paths_version, severity, notice_severity, seen_state, status, run, loop, "
    "step, pass_paged, maintenance, root_cause, started_at, next_due, ack_due, silent_until, fired) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT (incident_id) DO UPDATE "
    "SET paths_version = excluded.paths_version, severity = excluded.severity, "
    "notice_severity = excluded.notice_severity, seen_state = excluded.seen_state, status = excluded.status, "
    "run = excluded.run, loop = excluded.loop, step = excluded.step, pass_paged = excluded.pass_paged, "
    "maintenance = excluded.maintenance, root_cause = excluded.root_cause, started_at = excluded.started_at, "
    "next_due = excluded.next_due, ack_due = excluded.ack_due, silent_until = excluded.silent_until, "
    "fired = excluded.fired");
SQL(SQL_PATHS_FIND, "i", "t", "SELECT document FROM escalation_paths WHERE version = ?1");
SQL(SQL_PATHS_NEWEST, "", "i", "SELECT version FROM escalation_paths ORDER BY version DESC LIMIT 1");
SQL(SQL_PATHS_INSERT, "itit", "",
    "INSERT INTO escalation_paths (version, document, created_at, created_by) VALUES (?1, ?2, ?3, ?4)");
SQL(SQL_ROLE_MEMBERS, "ti", "i",
    "SELECT id FROM user_account WHERE role = ?1 AND disabled_at IS NULL ORDER BY id LIMIT ?2");
SQL(SQL_ESCALATION_WAITING, "ii", "i",
    "SELECT incident_id FROM escalation WHERE next_due > ?1 ORDER BY incident_id LIMIT ?2");

static const struct sql *const STATEMENTS[] = { &SQL_ESCALATION_FIND,   &SQL_ESCALATION_PUT, &SQL_PATHS_FIND,
                                                &SQL_PATHS_NEWEST,      &SQL_PATHS_INSERT,   &SQL_ROLE_MEMBERS,
                                                &SQL_ESCALATION_WAITING };
const struct sql_list ESCALATION_STATEMENTS = { "escalation", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static int64_t time_of(const struct rows *row, size_t column) {
    return rows_is_null(row, column) ? ESCALATION_NEVER : rows_i64(row, column);
}

static struct arg time_arg(int64_t seconds) {
    return OPT_I64(seconds != ESCALATION_NEVER, seconds);
}

static bool read_fired(struct tx *tx, const char *text, struct escalation_state *state, struct error *err) {
    json_t *fired, *count;
    const char *kind;
    if (!json_parse(tx_op(tx)->arena, text, strlen(text), &fired, err)) return false;
    json_object_foreach(fired, kind, count) {
        if (state->fired_count == NOTICE_KINDS_MAX) break;
        state->fired[state->fired_count++] = (struct notice_fired){ kind, (size_t)json_integer_value(count) };
    }
    return true;
}

bool stored_find(struct tx *tx, int64_t incident_id, struct stored *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_ESCALATION_FIND, ARGS(I64(incident_id)), &row, found, err)) return false;
    if (!*found) return true;
    *out = (struct stored){ .incident_id = incident_id, .paths_version = rows_i64(&row, 1) };
    out->severity = rows_text(&row, 2);
    out->notice_severity = rows_text(&row, 3);
    out->seen_state = rows_text(&row, 4);
    struct escalation_state *state = &out->state;
    state->status = (enum escalation_status)rows_i64(&row, 5);
    state->run = rows_i64(&row, 6);
    state->loop = rows_i64(&row, 7);
    state->step = (size_t)rows_i64(&row, 8);
    state->pass_paged = rows_i64(&row, 9) == 1;
    state->maintenance = rows_i64(&row, 10) == 1;
    state->root_cause = rows_i64(&row, 11) == 1;
    state->started_at = rows_i64(&row, 12);
    state->next_due = time_of(&row, 13);
    state->ack_due = time_of(&row, 14);
    state->silent_until = time_of(&row, 15);
    return read_fired(tx, rows_text(&row, 16), state, err);
}

bool stored_put(struct tx *tx, const struct stored *stored, struct error *err) {
    const struct escalation_state *state = &stored->state;
    json_t *fired = json_obj(tx_op(tx)->arena);
    for (size_t i = 0; i < state->fired_count; i++)
        json_put_i64(fired, state->fired[i].kind, (int64_t)state->fired[i].count);
    return tx_exec(tx, &SQL_ESCALATION_PUT,
                   ARGS(I64(stored->incident_id), I64(stored->paths_version), TXT(stored->severity),
                        TXT(stored->notice_severity), TXT(stored->seen_state), I64((int64_t)state->status),
                        I64(state->run), I64(state->loop), I64((int64_t)state->step), I64(state->pass_paged),
                        I64(state->maintenance), I64(state->root_cause), I64(state->started_at),
                        time_arg(state->next_due), time_arg(state->ack_due), time_arg(state->silent_until),
                        TXT(json_dump(tx_op(tx)->arena, fired))),
                   NULL, err);
}

bool stored_paths_find(struct tx *tx, int64_t version, const char **document, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_PATHS_FIND, ARGS(I64(version)), &row, found, err)) return false;
    if (*found) *document = rows_text(&row, 0);
    return true;
}

bool stored_paths_newest(struct tx *tx, int64_t *version, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_PATHS_NEWEST, NO_ARGS, &row, &found, err)) return false;
    *version = found ? rows_i64(&row, 0) : 0;
    return true;
}

bool stored_paths_insert(struct tx *tx, int64_t version, const char *document, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(tx, &SQL_PATHS_INSERT, ARGS(I64(version), TXT(document), I64(op->now_ms), TXT(op->actor->login)),
                   NULL, err);
}

static bool read_ids(struct tx *tx, struct rows *rows, struct stored_ids *out) {
    *out = (struct stored_ids){ ARENA_ARRAY(tx_op(tx)->arena, rows->count, int64_t), 0 };
    while (rows_next(rows)) out->items[out->count++] = rows_i64(rows, 0);
    return true;
}

bool stored_role_members(struct tx *tx, const char *role, struct stored_ids *out, struct error *err) {
    struct rows rows;
    return tx_query(tx, &SQL_ROLE_MEMBERS, ARGS(TXT(role), I64(MEMBERS_MAX)), &rows, err) && read_ids(tx, &rows, out);
}

bool stored_waiting(struct tx *tx, struct stored_ids *out, struct error *err) {
    struct rows rows;
    return tx_query(tx, &SQL_ESCALATION_WAITING, ARGS(I64(tx_op(tx)->now_ms / 1000), I64(WAITING_MAX)), &rows, err) &&
           read_ids(tx, &rows, out);
}
