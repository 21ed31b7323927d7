/* Rows of what hangs on an incident: roles, offers to help, relations, attachments. */
#include "incident/attachment_row.h"
#include "incident/draft_check.h"
#include "incident/relation_row.h"
#include "incident/statements.h"
#include "incident/update_row.h"

#include "base/arena.h"

SQL(SQL_ROLE_PUT, "itIti", "",
    "INSERT INTO incident_role (incident_id, role, user_id, name, since) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (incident_id, role) DO UPDATE SET user_id = excluded.user_id, name = excluded.name, "
    "since = excluded.since");
SQL(SQL_ROLE_FREE, "it", "", "DELETE FROM incident_role WHERE incident_id = ?1 AND role = ?2");
SQL(SQL_ROLE_LIST, "i", "tITti",
    "SELECT r.role, r.user_id, u.login, r.name, r.since FROM incident_role r "
    "LEFT JOIN user_account u ON u.id = r.user_id WHERE r.incident_id = ?1 LIMIT 20");

SQL(SQL_OFFER_PUT, "iitTi", "",
    "INSERT INTO incident_help_offer (incident_id, user_id, name, note, at) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (incident_id, user_id) DO UPDATE SET note = excluded.note, at = excluded.at");
SQL(SQL_OFFER_LIST, "i", "iTtTi",
    "SELECT o.user_id, u.login, o.name, o.note, o.at FROM incident_help_offer o "
    "LEFT JOIN user_account u ON u.id = o.user_id WHERE o.incident_id = ?1 ORDER BY o.at, o.user_id LIMIT 200");

SQL(SQL_RELATION_PUT, "iiti", "",
    "INSERT INTO incident_relation (incident_id, other_id, kind, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
SQL(SQL_RELATION_LIST, "i", "tiitTTtti",
    "SELECT r.kind, 1, i.id, i.ref, i.title, i.symptom, i.severity, i.state, i.begin_at FROM incident_relation r "
    "JOIN incident i ON i.id = r.other_id WHERE r.incident_id = ?1 UNION ALL "
    "SELECT r.kind, 0, i.id, i.ref, i.title, i.symptom, i.severity, i.state, i.begin_at FROM incident_relation r "
    "JOIN incident i ON i.id = r.incident_id WHERE r.other_id = ?1 LIMIT 200");

#define ATTACHMENT_COLUMNS "id, incident_id, event_seq, filename, media_type, hash, size, at, actor, note "
#define ATTACHMENT_RESULT "iiitttiitT"
SQL(SQL_ATTACHMENT_PUT, "iiitttiitT", "",
    "INSERT INTO attachment (id, incident_id, event_seq, filename, media_type, hash, size, at, actor, note) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
SQL(SQL_ATTACHMENT_LIST, "i", ATTACHMENT_RESULT,
    "SELECT " ATTACHMENT_COLUMNS "FROM attachment WHERE incident_id = ?1 ORDER BY id LIMIT 200");
SQL(SQL_ATTACHMENT_BY_ID, "i", ATTACHMENT_RESULT, "SELECT " ATTACHMENT_COLUMNS "FROM attachment WHERE id = ?1");
SQL(SQL_ATTACHMENT_COUNT, "i", "i", "SELECT count(*) FROM attachment WHERE incident_id = ?1");

static const struct sql *const LIST[] = { &SQL_ROLE_PUT,         &SQL_ROLE_FREE,       &SQL_ROLE_LIST,
                                          &SQL_OFFER_PUT,        &SQL_OFFER_LIST,      &SQL_RELATION_PUT,
                                          &SQL_RELATION_LIST,    &SQL_ATTACHMENT_PUT,  &SQL_ATTACHMENT_LIST,
                                          &SQL_ATTACHMENT_BY_ID, &SQL_ATTACHMENT_COUNT };
const struct sql_list INCIDENT_CHILD_STATEMENTS = { "incident/child", LIST, sizeof LIST / sizeof *LIST };

/* --- roles --- */

bool role_put(struct tx *tx, int64_t incident_id, const struct role_pick *pick, struct error *err) {
    return tx_exec(tx, &SQL_ROLE_PUT,
                   ARGS(I64(incident_id), TXT(role_kind_name(pick->role)), OPT_ID(pick->user_id), TXT(pick->name),
                        I64(tx_op(tx)->now_ms)),
                   NULL, err);
}

bool role_free(struct tx *tx, int64_t incident_id, enum role_kind role, struct error *err) {
    return tx_exec(tx, &SQL_ROLE_FREE, ARGS(I64(incident_id), TXT(role_kind_name(role))), NULL, err);
}

bool roles_list(struct tx *tx, int64_t incident_id, struct role_holder **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_ROLE_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct role_holder by_role[ROLE_KIND_COUNT] = { 0 };
    while (rows_next(&rows)) {
        enum role_kind role;
        REQUIRE(role_kind_parse(rows_text(&rows, 0), &role));
        by_role[role] = (struct role_holder){ role, rows_i64(&rows, 1), rows_text(&rows, 2), rows_text(&rows, 3),
                                              rows_i64(&rows, 4) };
    }
    struct role_holder *list = ARENA_ARRAY(tx_op(tx)->arena, ROLE_KIND_COUNT, struct role_holder);
    size_t length = 0;
    for (int role = 0; role < ROLE_KIND_COUNT; role++) {
        if (by_role[role].name != NULL) list[length++] = by_role[role];
    }
    *out = list;
    *count = length;
    return true;
}

/* --- offers to help --- */

bool offer_put(struct tx *tx, int64_t incident_id, const char *note, struct error *err) {
    const struct op *op = tx_op(tx);
    return tx_exec(
        tx, &SQL_OFFER_PUT,
        ARGS(I64(incident_id), I64(op->actor->user_id), TXT(op->actor->name), OPT_TXT(note), I64(op->now_ms)), NULL,
        err);
}

bool help_offers(struct tx *tx, int64_t incident_id, struct help_offer **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_OFFER_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct help_offer *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct help_offer);
    size_t length = 0;
    while (rows_next(&rows)) {
        list[length++] = (struct help_offer){ rows_i64(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2),
                                              rows_text(&rows, 3), rows_i64(&rows, 4) };
    }
    *out = list;
    *count = length;
    return true;
}

/* --- relations --- */

bool relation_put(struct tx *tx, int64_t incident_id, int64_t other_id, enum relation_kind kind, struct error *err) {
    return tx_exec(tx, &SQL_RELATION_PUT,
                   ARGS(I64(incident_id), I64(other_id), TXT(relation_kind_name(kind)), I64(tx_op(tx)->now_ms)), NULL,
                   err);
}

bool relations_of(struct tx *tx, int64_t incident_id, struct relation **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_RELATION_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct relation *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct relation);
    size_t length = 0;
    while (rows_next(&rows)) {
        struct relation *each = &list[length++];
        REQUIRE(relation_kind_parse(rows_text(&rows, 0), &each->kind));
        each->outgoing = rows_i64(&rows, 1) == 1;
        each->other_id = rows_i64(&rows, 2);
        each->ref = rows_text(&rows, 3);
        each->headline = rows_text(&rows, 4) != NULL ? rows_text(&rows, 4) : rows_text(&rows, 5);
        each->severity = rows_text(&rows, 6);
        REQUIRE(incident_state_parse(rows_text(&rows, 7), &each->state));
        each->at = rows_i64(&rows, 8);
    }
    *out = list;
    *count = length;
    return true;
}

/* --- attachments --- */

bool attachment_put(struct tx *tx, const struct attachment *a, struct error *err) {
    return tx_exec(tx, &SQL_ATTACHMENT_PUT,
                   ARGS(I64(a->id), I64(a->incident_id), I64(a->event_seq), TXT(a->filename), TXT(a->media_type),
                        TXT(a->hash), I64(a->size), I64(a->at), TXT(a->actor), OPT_TXT(a->note)),
                   NULL, err);
}

static void attachment_from_row(const struct rows *row, struct attachment *out) {
    *out = (struct attachment){ .id = rows_i64(row, 0),
                                .incident_id = rows_i64(row, 1),
                                .event_seq = rows_i64(row, 2),
                                .filename = rows_text(row, 3),
                                .media_type = rows_text(row, 4),
                                .hash = rows_text(row, 5),
                                .size = rows_i64(row, 6),
                                .at = rows_i64(row, 7),
                                .actor = rows_text(row, 8),
                                .note = rows_text(row, 9) };
}

bool attachments_of(struct tx *tx, int64_t incident_id, struct attachment **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_ATTACHMENT_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct attachment *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct attachment);
    size_t length = 0;
    while (rows_next(&rows)) attachment_from_row(&rows, &list[length++]);
    *out = list;
    *count = length;
    return true;
}

bool attachment_by_id(struct tx *tx, int64_t id, struct attachment *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_ATTACHMENT_BY_ID, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "attachment.unknown", "no attachment %lld", (long long)id);
    attachment_from_row(&row, out);
    return true;
}

bool attachment_count(struct tx *tx, int64_t incident_id, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_ATTACHMENT_COUNT, ARGS(I64(incident_id)), &row, &found, err)) return false;
    *out = rows_i64(&row, 0);
    return true;
}
