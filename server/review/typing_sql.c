/* Unsaved text and presence as rows: see typing.h. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/str.h"

/* Refused (no row) if somebody else's page of the same person wrote after the one this replaces. */
SQL(TYPING_KEEP, "ittitttiii", "i",
    "INSERT INTO document_typing (incident_id, kind, section, user_id, person, screen, body, base, number, seen_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9) ON CONFLICT (incident_id, kind, section, user_id) DO UPDATE SET "
    "person = excluded.person, screen = excluded.screen, body = excluded.body, base = excluded.base, "
    "number = document_typing.number + 1, seen_at = excluded.seen_at WHERE document_typing.body IS NULL "
    "OR (document_typing.screen = excluded.screen AND document_typing.screen <> '') OR document_typing.number = ?10 "
    "RETURNING number");

SQL(TYPING_SEEN, "ittiti", "",
    "INSERT INTO document_typing (incident_id, kind, section, user_id, person, screen, base, number, seen_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, '', 0, 0, ?6) ON CONFLICT (incident_id, kind, section, user_id) DO UPDATE SET "
    "person = excluded.person, seen_at = excluded.seen_at");

SQL(TYPING_CLEAR, "itti", "",
    "UPDATE document_typing SET body = NULL WHERE incident_id = ?1 AND kind = ?2 AND section = ?3 AND user_id = ?4");

SQL(TYPING_MINE, "iti", "tttiii",
    "SELECT section, body, screen, base, number, seen_at FROM document_typing "
    "WHERE incident_id = ?1 AND kind = ?2 AND user_id = ?3 AND body IS NOT NULL ORDER BY section LIMIT 40");

SQL(TYPING_OTHERS, "itii", "itt",
    "SELECT user_id, person, section FROM document_typing WHERE incident_id = ?1 AND kind = ?2 AND user_id <> ?3 "
    "AND seen_at > ?4 ORDER BY user_id, seen_at DESC, section LIMIT 200");

static const struct sql *const STATEMENTS[] = { &TYPING_KEEP, &TYPING_SEEN, &TYPING_CLEAR, &TYPING_MINE,
                                                &TYPING_OTHERS };
const struct sql_list TYPING_STATEMENTS = { "review/typing", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool typing_row_keep(struct tx *tx, const struct typing_place *place, const struct typing_wish *wish, int64_t *number,
                     struct error *err) {
    const struct op *op = tx_op(tx);
    const char *kind = document_kind_name(place->kind);
    *number = 0;
    if (wish->body == NULL) {
        return tx_exec(tx, &TYPING_SEEN,
                       ARGS(I64(place->incident_id), TXT(kind), TXT(wish->section), I64(op->actor->user_id),
                            TXT(op->actor->name), I64(op->now_ms)),
                       NULL, err);
    }
    struct rows row;
    bool kept;
    if (!tx_query_one(tx, &TYPING_KEEP,
                      ARGS(I64(place->incident_id), TXT(kind), TXT(wish->section), I64(op->actor->user_id),
                           TXT(op->actor->name), TXT(wish->screen), TXT(wish->body), I64(wish->base), I64(op->now_ms),
                           I64(wish->number)),
                      &row, &kept, err)) {
        return false;
    }
    if (!kept) return ERROR(err, ERR_STALE, "document.typed_elsewhere", "%s", wish->section);
    *number = rows_i64(&row, 0);
    return true;
}

bool typing_row_clear(struct tx *tx, const struct typing_place *place, const char *section, struct error *err) {
    return tx_exec(tx, &TYPING_CLEAR,
                   ARGS(I64(place->incident_id), TXT(document_kind_name(place->kind)), TXT(section),
                        I64(tx_op(tx)->actor->user_id)),
                   NULL, err);
}

static bool load_mine(struct tx *tx, const struct typing_place *place, struct typing *out, struct error *err) {
    const struct op *op = tx_op(tx);
    struct rows rows;
    if (!tx_query(tx, &TYPING_MINE,
                  ARGS(I64(place->incident_id), TXT(document_kind_name(place->kind)), I64(op->actor->user_id)), &rows,
                  err)) {
        return false;
    }
    out->mine = ARENA_ARRAY(op->arena, rows.count + 1, struct typed);
    out->mine_count = 0;
    while (rows_next(&rows)) {
        out->mine[out->mine_count++] = (struct typed){ .section = rows_text(&rows, 0),
                                                       .body = rows_text(&rows, 1),
                                                       .screen = rows_text(&rows, 2),
                                                       .base = rows_i64(&rows, 3),
                                                       .number = rows_i64(&rows, 4),
                                                       .at = rows_i64(&rows, 5) };
    }
    return true;
}

bool typing_rows_load(struct tx *tx, const struct typing_place *place, struct typing *out, struct error *err) {
    const struct op *op = tx_op(tx);
    struct rows rows;
    if (!load_mine(tx, place, out, err) ||
        !tx_query(tx, &TYPING_OTHERS,
                  ARGS(I64(place->incident_id), TXT(document_kind_name(place->kind)), I64(op->actor->user_id),
                       I64(op->now_ms - (int64_t)TYPING_PRESENT_S * 1000)),
                  &rows, err)) {
        return false;
    }
    out->others = ARENA_ARRAY(op->arena, rows.count + 1, struct typing_person);
    out->other_count = 0;
    int64_t last = 0;
    while (rows_next(&rows)) {
        if (rows_i64(&rows, 0) == last) continue; /* where this person was seen before */
        last = rows_i64(&rows, 0);
        out->others[out->other_count++] = (struct typing_person){ rows_text(&rows, 1), rows_text(&rows, 2) };
    }
    return true;
}
