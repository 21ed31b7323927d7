/* Rows of hand-over notes. */
#include "oncall/handover_rows.h"

#include "base/arena.h"

enum { UNREAD_MAX = 200 };

#define HANDOVER_SELECT                                                                                        \
    "SELECT h.id, h.schedule_id, h.user_id, h.ends_at, s.schedule_key, s.name, u.name, h.body, h.written_at, " \
    "h.seen_by, h.seen_at, h.version FROM handover h JOIN schedule s ON s.id = h.schedule_id "                 \
    "JOIN user_account u ON u.id = h.user_id "
#define RESULT "iiiitttTITIi"

SQL(SQL_HANDOVER_OFFER, "iiii", "i",
    "INSERT INTO handover (id, schedule_id, user_id, ends_at, version) VALUES (?1, ?2, ?3, ?4, 0) "
    "ON CONFLICT (schedule_id, user_id, ends_at) DO NOTHING RETURNING id");
SQL(SQL_HANDOVER_FIND, "iii", RESULT, HANDOVER_SELECT "WHERE h.schedule_id = ?1 AND h.user_id = ?2 AND h.ends_at = ?3");
SQL(SQL_HANDOVER_BY_ID, "i", RESULT, HANDOVER_SELECT "WHERE h.id = ?1");
SQL(SQL_HANDOVER_WRITE, "itii", "",
    "UPDATE handover SET body = ?2, written_at = ?3, version = version + 1, seen_by = NULL, seen_at = NULL "
    "WHERE id = ?1 AND version = ?4");
SQL(SQL_HANDOVER_SEEN, "iti", "",
    "UPDATE handover SET seen_by = ?2, seen_at = ?3 WHERE id = ?1 AND seen_at IS NULL AND body IS NOT NULL");
SQL(SQL_HANDOVER_LIST, "ii", RESULT,
    HANDOVER_SELECT "WHERE h.schedule_id = ?1 AND h.body IS NOT NULL ORDER BY h.ends_at DESC, h.id DESC LIMIT ?2");
SQL(SQL_HANDOVER_OFFERED, "iii", RESULT,
    HANDOVER_SELECT "WHERE h.user_id = ?1 AND h.ends_at > ?2 AND h.body IS NULL ORDER BY h.ends_at, h.id LIMIT ?3");
SQL(SQL_HANDOVER_UNREAD, "iii", RESULT,
    HANDOVER_SELECT
    "WHERE h.ends_at >= ?1 AND h.ends_at <= ?2 AND h.body IS NOT NULL "
    "AND h.seen_at IS NULL ORDER BY h.ends_at DESC, h.id DESC LIMIT ?3");

static const struct sql *const STATEMENTS[] = { &SQL_HANDOVER_OFFER,   &SQL_HANDOVER_FIND,  &SQL_HANDOVER_BY_ID,
                                                &SQL_HANDOVER_WRITE,   &SQL_HANDOVER_SEEN,  &SQL_HANDOVER_LIST,
                                                &SQL_HANDOVER_OFFERED, &SQL_HANDOVER_UNREAD };
const struct sql_list HANDOVER_STATEMENTS = { "handover", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct handover read_row(const struct rows *rows) {
    return (struct handover){ .id = rows_i64(rows, 0),
                              .schedule_id = rows_i64(rows, 1),
                              .user_id = rows_i64(rows, 2),
                              .ends_at = rows_i64(rows, 3),
                              .schedule_key = rows_text(rows, 4),
                              .schedule_name = rows_text(rows, 5),
                              .user_name = rows_text(rows, 6),
                              .body = rows_text(rows, 7),
                              .written_ms = rows_i64(rows, 8),
                              .seen_by = rows_text(rows, 9),
                              .seen_ms = rows_i64(rows, 10),
                              .version = rows_i64(rows, 11) };
}

static bool read_all(struct tx *tx, const struct sql *sql, struct args args, struct handover_list *out,
                     struct error *err) {
    struct rows rows;
    if (!tx_query(tx, sql, args, &rows, err)) return false;
    *out = (struct handover_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct handover), 0 };
    while (rows_next(&rows)) out->items[out->count++] = read_row(&rows);
    return true;
}

static bool read_one(struct tx *tx, const struct sql *sql, struct args args, struct handover *out, bool *found,
                     struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, sql, args, &row, found, err)) return false;
    if (*found) *out = read_row(&row);
    return true;
}

bool handover_sql_offer(struct tx *tx, const struct handover *handover, bool *fresh, struct error *err) {
    struct rows row;
    return tx_query_one(
        tx, &SQL_HANDOVER_OFFER,
        ARGS(I64(handover->id), I64(handover->schedule_id), I64(handover->user_id), I64(handover->ends_at)), &row,
        fresh, err);
}

bool handover_sql_find(struct tx *tx, const struct handover *which, struct handover *out, bool *found,
                       struct error *err) {
    return read_one(tx, &SQL_HANDOVER_FIND, ARGS(I64(which->schedule_id), I64(which->user_id), I64(which->ends_at)),
                    out, found, err);
}

bool handover_sql_by_id(struct tx *tx, int64_t id, struct handover *out, bool *found, struct error *err) {
    return read_one(tx, &SQL_HANDOVER_BY_ID, ARGS(I64(id)), out, found, err);
}

bool handover_sql_write(struct tx *tx, const struct handover *handover, bool *changed, struct error *err) {
    int64_t rows = 0;
    bool fine = tx_exec(tx, &SQL_HANDOVER_WRITE,
                        ARGS(I64(handover->id), TXT(handover->body), I64(handover->written_ms), I64(handover->version)),
                        &rows, err);
    *changed = rows == 1;
    return fine;
}

bool handover_sql_seen(struct tx *tx, int64_t id, const char *by, struct error *err) {
    return tx_exec(tx, &SQL_HANDOVER_SEEN, ARGS(I64(id), TXT(by), I64(tx_op(tx)->now_ms)), NULL, err);
}

bool handover_sql_list(struct tx *tx, int64_t schedule_id, struct handover_list *out, struct error *err) {
    return read_all(tx, &SQL_HANDOVER_LIST, ARGS(I64(schedule_id), I64(HANDOVERS_SHOWN)), out, err);
}

bool handover_sql_offered(struct tx *tx, int64_t user_id, int64_t since, struct handover_list *out, struct error *err) {
    return read_all(tx, &SQL_HANDOVER_OFFERED, ARGS(I64(user_id), I64(since), I64(HANDOVERS_SHOWN)), out, err);
}

bool handover_sql_unread(struct tx *tx, int64_t since, int64_t until, struct handover_list *out, struct error *err) {
    return read_all(tx, &SQL_HANDOVER_UNREAD, ARGS(I64(since), I64(until), I64(UNREAD_MAX)), out, err);
}
