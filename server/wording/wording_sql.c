/* Waivers and the roster: statements and rows. */
#include "wording/gate_internal.h"

#include "base/arena.h"
#include "base/id.h"

SQL(SQL_WAIVER_INSERT,
    "iti"
    "ttttttIt"
    "i",
    "",
    "INSERT INTO wording_waiver (id, document_kind, document_id, section, rule, category, sentence, words, reason, "
    "user_id, person, waived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
    "ON CONFLICT (document_kind, document_id, rule, sentence) DO NOTHING");
SQL(SQL_WAIVERS_OF, "ti",
    "itttttt"
    "ti",
    "SELECT id, section, rule, category, sentence, words, reason, person, waived_at FROM wording_waiver "
    "WHERE document_kind = ?1 AND document_id = ?2 ORDER BY waived_at, id LIMIT 500");
SQL(SQL_WAIVER_FIGURES, "ii", "tti",
    "SELECT rule, category, count(*) FROM wording_waiver WHERE waived_at >= ?1 AND waived_at < ?2 "
    "GROUP BY rule, category ORDER BY count(*) DESC, rule LIMIT 20");
SQL(SQL_WAIVERS_LATEST, "i", "tttttti",
    "SELECT document_kind, rule, category, words, reason, person, waived_at FROM wording_waiver "
    "ORDER BY waived_at DESC, rule LIMIT ?1");
SQL(SQL_WORDING_ROSTER, "i", "tt", "SELECT login, name FROM user_account ORDER BY id LIMIT ?1");

static const struct sql *const STATEMENTS[] = { &SQL_WAIVER_INSERT, &SQL_WAIVERS_OF, &SQL_WAIVER_FIGURES,
                                                &SQL_WAIVERS_LATEST, &SQL_WORDING_ROSTER };
const struct sql_list WORDING_STATEMENTS = { "wording", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool waiver_row_insert(struct tx *tx, const struct wording_document *document, const struct waiver *waiver, bool *added,
                       struct error *err) {
    const struct actor *actor = tx_op(tx)->actor;
    int64_t changed = 0;
    bool done = tx_exec(tx, &SQL_WAIVER_INSERT,
                        ARGS(I64(waiver->id), TXT(document->name), I64(document->id), TXT(waiver->section),
                             TXT(waiver->rule), TXT(waiver->category), TXT(waiver->sentence), TXT(waiver->words),
                             TXT(waiver->reason), OPT_ID(actor->user_id), TXT(waiver->person), I64(waiver->waived_at)),
                        &changed, err);
    *added = changed > 0;
    return done;
}

bool waiver_rows_of(struct tx *tx, const struct wording_document *document, struct waiver **list, size_t *count,
                    struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_WAIVERS_OF, ARGS(TXT(document->name), I64(document->id)), &rows, err)) return false;
    *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct waiver);
    for (*count = 0; rows_next(&rows); (*count)++) {
        (*list)[*count] = (struct waiver){ .id = rows_i64(&rows, 0),
                                           .section = rows_text(&rows, 1),
                                           .rule = rows_text(&rows, 2),
                                           .category = rows_text(&rows, 3),
                                           .sentence = rows_text(&rows, 4),
                                           .words = rows_text(&rows, 5),
                                           .reason = rows_text(&rows, 6),
                                           .person = rows_text(&rows, 7),
                                           .waived_at = rows_i64(&rows, 8) };
    }
    return true;
}

struct figures_call {
    int64_t from_ms, until_ms;
    struct waiver_figures *out;
};

static bool read_figures(struct tx *tx, void *arg, struct error *err) {
    struct figures_call *call = arg;
    struct rows rows;
    if (!tx_query(tx, &SQL_WAIVER_FIGURES, ARGS(I64(call->from_ms), I64(call->until_ms)), &rows, err)) return false;
    *call->out = (struct waiver_figures){ ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct waiver_figure), 0 };
    while (rows_next(&rows)) {
        call->out->items[call->out->count++] =
            (struct waiver_figure){ rows_text(&rows, 0), rows_text(&rows, 1), rows_i64(&rows, 2) };
    }
    return true;
}

bool waiver_figures(struct op *op, int64_t from_ms, int64_t until_ms, struct waiver_figures *out, struct error *err) {
    struct figures_call call = { from_ms, until_ms, out };
    return permission_check(op, PERM_READ, err) && store_read(op, read_figures, &call, err);
}

static bool read_latest(struct tx *tx, void *arg, struct error *err) {
    enum { LATEST = 30 };
    struct waiver_entries *out = arg;
    struct rows rows;
    if (!tx_query(tx, &SQL_WAIVERS_LATEST, ARGS(I64(LATEST)), &rows, err)) return false;
    *out = (struct waiver_entries){ ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct waiver_entry), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct waiver_entry){ .document = rows_text(&rows, 0),
                                                          .rule = rows_text(&rows, 1),
                                                          .category = rows_text(&rows, 2),
                                                          .words = rows_text(&rows, 3),
                                                          .reason = rows_text(&rows, 4),
                                                          .person = rows_text(&rows, 5),
                                                          .at = rows_i64(&rows, 6) };
    }
    return true;
}

bool waiver_latest(struct op *op, struct waiver_entries *out, struct error *err) {
    return permission_check(op, PERM_READ, err) && store_read(op, read_latest, out, err);
}

bool wording_roster(struct tx *tx, const char *const **names, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_WORDING_ROSTER, ARGS(I64(WORDING_ROSTER_MAX / 2)), &rows, err)) return false;
    const char **list = ARENA_ARRAY(tx_op(tx)->arena, rows.count * 2 + 1, const char *);
    for (*count = 0; rows_next(&rows);) {
        list[(*count)++] = rows_text(&rows, 0);
        list[(*count)++] = rows_text(&rows, 1);
    }
    *names = list;
    return true;
}
