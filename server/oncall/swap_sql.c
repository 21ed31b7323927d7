/* Swaps: statements and rows. */
#include "oncall/swap_rows.h"

#include "base/arena.h"
#include "base/str.h"

#define SWAP_SELECT                                                                                                \
    "SELECT w.id, w.schedule_id, s.schedule_key, s.name, w.role, w.asker_id, a.name, w.asker_start, w.asker_end, " \
    "w.other_id, b.name, w.other_start, w.other_end, w.note, w.state, w.created_at, w.expires_at, w.decided_at "   \
    "FROM shift_swap w JOIN schedule s ON s.id = w.schedule_id JOIN user_account a ON a.id = w.asker_id "          \
    "JOIN user_account b ON b.id = w.other_id "
#define SWAP_RESULT "iitttitiiitiittiiI"
SQL(SQL_SWAP_FIND, "i", SWAP_RESULT, SWAP_SELECT "WHERE w.id = ?1");
SQL(SQL_SWAPS_OF, "ii", SWAP_RESULT,
    SWAP_SELECT "WHERE w.asker_id = ?1 OR w.other_id = ?1 ORDER BY w.id DESC LIMIT ?2");
SQL(SQL_SWAP_INSERT, "iitiiiiiittii", "",
    "INSERT INTO shift_swap (id, schedule_id, role, asker_id, asker_start, asker_end, other_id, other_start, "
    "other_end, "
    "note, state, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
SQL(SQL_SWAP_DECIDE, "iti", "", "UPDATE shift_swap SET state = ?2, decided_at = ?3 WHERE id = ?1 AND state = 'open'");
SQL(SQL_SWAPS_OPEN, "i", "i", "SELECT count(*) FROM shift_swap WHERE asker_id = ?1 AND state = 'open'");

static const struct sql *const STATEMENTS[] = { &SQL_SWAP_FIND, &SQL_SWAPS_OF, &SQL_SWAP_INSERT, &SQL_SWAP_DECIDE,
                                                &SQL_SWAPS_OPEN };
const struct sql_list SWAP_STATEMENTS = { "swap", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *const STATES[] = { "open", "accepted", "declined", "withdrawn", "expired" };

const char *swap_state_name(enum swap_state state) {
    return STATES[state];
}

static enum swap_state state_of(const char *name) {
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
        if (str_eq(STATES[i], name)) return (enum swap_state)i;
    }
    return SWAP_EXPIRED;
}

static struct swap swap_of(const struct rows *row) {
    return (struct swap){ .id = rows_i64(row, 0),
                          .schedule_id = rows_i64(row, 1),
                          .schedule_key = rows_text(row, 2),
                          .schedule_name = rows_text(row, 3),
                          .role = rows_text(row, 4),
                          .asker = { rows_i64(row, 5), rows_text(row, 6), rows_i64(row, 7), rows_i64(row, 8) },
                          .other = { rows_i64(row, 9), rows_text(row, 10), rows_i64(row, 11), rows_i64(row, 12) },
                          .note = rows_text(row, 13),
                          .state = state_of(rows_text(row, 14)),
                          .created_ms = rows_i64(row, 15),
                          .expires_ms = rows_i64(row, 16),
                          .decided_ms = rows_i64(row, 17) };
}

bool swap_sql_insert(struct tx *tx, const struct swap *swap, struct error *err) {
    return tx_exec(tx, &SQL_SWAP_INSERT,
                   ARGS(I64(swap->id), I64(swap->schedule_id), TXT(swap->role), I64(swap->asker.user_id),
                        I64(swap->asker.start_ms), I64(swap->asker.end_ms), I64(swap->other.user_id),
                        I64(swap->other.start_ms), I64(swap->other.end_ms), TXT(swap->note),
                        TXT(swap_state_name(swap->state)), I64(swap->created_ms), I64(swap->expires_ms)),
                   NULL, err);
}

bool swap_sql_find(struct tx *tx, int64_t id, struct swap *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_SWAP_FIND, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) *out = swap_of(&row);
    return true;
}

bool swap_sql_of(struct tx *tx, int64_t user_id, struct swap_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_SWAPS_OF, ARGS(I64(user_id), I64(SWAPS_LISTED)), &rows, err)) return false;
    *out = (struct swap_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct swap), 0 };
    while (rows_next(&rows)) out->items[out->count++] = swap_of(&rows);
    return true;
}

bool swap_sql_decide(struct tx *tx, int64_t id, enum swap_state state, bool *changed, struct error *err) {
    int64_t rows = 0;
    bool fine =
        tx_exec(tx, &SQL_SWAP_DECIDE, ARGS(I64(id), TXT(swap_state_name(state)), I64(tx_op(tx)->now_ms)), &rows, err);
    *changed = rows == 1;
    return fine;
}

bool swap_sql_open_count(struct tx *tx, int64_t asker_id, int64_t *count, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_SWAPS_OPEN, ARGS(I64(asker_id)), &row, &found, err)) return false;
    *count = rows_i64(&row, 0);
    return true;
}
