/* Vendors: statements and rows. */
#include "service/vendor_sql.h"

#include "base/arena.h"

#define VENDOR_SELECT                                                                                            \
    "SELECT id, name, supplies, phone, email, url, note, zone, days, from_minute, to_minute, holidays, version " \
    "FROM vendor "
#define VENDOR_RESULT \
    "ittttttt"        \
    "iiiii"
SQL(SQL_VENDOR_FIND, "i", VENDOR_RESULT, VENDOR_SELECT "WHERE id = ?1");
SQL(SQL_VENDOR_LIST, "i", VENDOR_RESULT, VENDOR_SELECT "ORDER BY name LIMIT ?1");
SQL(SQL_VENDOR_NAMED, "t", "i", "SELECT id FROM vendor WHERE name = ?1");
SQL(SQL_VENDOR_INSERT, VENDOR_RESULT, "i",
    "INSERT INTO vendor (id, name, supplies, phone, email, url, note, zone, days, from_minute, to_minute, holidays, "
    "version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING RETURNING id");
SQL(SQL_VENDOR_UPDATE, VENDOR_RESULT, "",
    "UPDATE vendor SET name = ?2, supplies = ?3, phone = ?4, email = ?5, url = ?6, note = ?7, zone = ?8, days = ?9, "
    "from_minute = ?10, to_minute = ?11, holidays = ?12, version = ?13 + 1 WHERE id = ?1");
SQL(SQL_VENDOR_DELETE, "i", "", "DELETE FROM vendor WHERE id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_VENDOR_FIND,   &SQL_VENDOR_LIST,   &SQL_VENDOR_NAMED,
                                                &SQL_VENDOR_INSERT, &SQL_VENDOR_UPDATE, &SQL_VENDOR_DELETE };
const struct sql_list VENDOR_STATEMENTS = { "vendor", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct vendor vendor_of(const struct rows *row) {
    return (struct vendor){ .id = rows_i64(row, 0),
                            .name = rows_text(row, 1),
                            .supplies = rows_text(row, 2),
                            .phone = rows_text(row, 3),
                            .email = rows_text(row, 4),
                            .url = rows_text(row, 5),
                            .note = rows_text(row, 6),
                            .zone = rows_text(row, 7),
                            .days = (int)rows_i64(row, 8),
                            .from = (int)rows_i64(row, 9),
                            .to = (int)rows_i64(row, 10),
                            .holidays = rows_i64(row, 11) == 1,
                            .version = rows_i64(row, 12) };
}

#define VENDOR_ARGS(v)                                                                                             \
    ARGS(I64((v)->id), TXT((v)->name), TXT((v)->supplies), TXT((v)->phone), TXT((v)->email), TXT((v)->url),        \
         TXT((v)->note), TXT((v)->zone), I64((v)->days), I64((v)->from), I64((v)->to), I64((v)->holidays ? 1 : 0), \
         I64((v)->version))

bool vendor_sql_insert(struct tx *tx, const struct vendor *vendor, bool *written, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_VENDOR_INSERT, VENDOR_ARGS(vendor), &row, written, err);
}

bool vendor_sql_update(struct tx *tx, const struct vendor *vendor, struct error *err) {
    return tx_exec(tx, &SQL_VENDOR_UPDATE, VENDOR_ARGS(vendor), NULL, err);
}

bool vendor_sql_delete(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &SQL_VENDOR_DELETE, ARGS(I64(id)), NULL, err);
}

bool vendor_sql_find(struct tx *tx, int64_t id, struct vendor *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_VENDOR_FIND, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) *out = vendor_of(&row);
    return true;
}

bool vendor_sql_named(struct tx *tx, const char *name, int64_t *id, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_VENDOR_NAMED, ARGS(TXT(name)), &row, &found, err)) return false;
    *id = found ? rows_i64(&row, 0) : 0;
    return true;
}

bool vendor_sql_list(struct tx *tx, struct vendor_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_VENDOR_LIST, ARGS(I64(VENDORS_MAX)), &rows, err)) return false;
    *out = (struct vendor_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct vendor), 0 };
    while (rows_next(&rows)) out->items[out->count++] = vendor_of(&rows);
    return true;
}
