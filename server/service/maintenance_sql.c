/* Planned maintenance: statements and rows. */
#include "service/maintenance_sql.h"

#include "base/arena.h"

#define SELECT                                                                                                   \
    "SELECT m.id, m.title, COALESCE(m.title_en, ''), COALESCE(m.note, ''), COALESCE(m.note_en, ''), "            \
    "m.service_id, COALESCE(s.name, ''), COALESCE(s.service_key, ''), m.starts_at, m.ends_at, m.public, "        \
    "m.cancelled_at, m.series_id, m.created_by, m.created_at, COALESCE(m.updated_at, m.created_at), m.version, " \
    "m.was_starts_at, m.was_ends_at "                                                                            \
    "FROM maintenance m LEFT JOIN service s ON s.id = m.service_id "
#define RESULT \
    "itttt"    \
    "Ittiii"   \
    "IItiii"   \
    "II"

SQL(MAINTENANCE_INSERT, "ittttIiiiItii", "",
    "INSERT INTO maintenance (id, title, title_en, note, note_en, service_id, starts_at, ends_at, public, series_id, "
    "created_by, created_at, updated_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)");
SQL(MAINTENANCE_UPDATE, "iittttIiiiIiII", "",
    "UPDATE maintenance SET version = version + 1, title = ?3, title_en = ?4, note = ?5, note_en = ?6, "
    "service_id = ?7, starts_at = ?8, ends_at = ?9, public = ?10, cancelled_at = ?11, updated_at = ?12, "
    "was_starts_at = ?13, was_ends_at = ?14 "
    "WHERE id = ?1 AND version = ?2");
SQL(MAINTENANCE_BY_ID, "i", RESULT, SELECT "WHERE m.id = ?1");
SQL(MAINTENANCE_COMING, "ii", RESULT,
    SELECT "WHERE m.ends_at > ?1 AND m.cancelled_at IS NULL ORDER BY m.starts_at, m.id LIMIT ?2");
SQL(MAINTENANCE_PAST, "ii", RESULT,
    SELECT "WHERE m.ends_at <= ?1 OR m.cancelled_at IS NOT NULL ORDER BY m.starts_at DESC, m.id DESC LIMIT ?2");
SQL(MAINTENANCE_FOLLOWING, "iii", RESULT,
    SELECT "WHERE m.series_id = ?1 AND m.starts_at >= ?2 AND m.cancelled_at IS NULL ORDER BY m.starts_at LIMIT ?3");
SQL(MAINTENANCE_PUBLIC, "ii", RESULT,
    SELECT
    "WHERE m.public = 1 AND (m.cancelled_at IS NULL OR (m.cancelled_at < m.starts_at AND m.ends_at > ?2)) "
    "AND (m.service_id IS NULL OR s.is_public = 1) "
    "ORDER BY m.starts_at DESC, m.id DESC LIMIT ?1");
SQL(MAINTENANCE_NOW, "iI", "i",
    "SELECT count(*) FROM maintenance WHERE starts_at <= ?1 AND ends_at > ?1 AND cancelled_at IS NULL "
    "AND (service_id IS NULL OR service_id = ?2)");

static const struct sql *const STATEMENTS[] = {
    &MAINTENANCE_INSERT, &MAINTENANCE_UPDATE,    &MAINTENANCE_BY_ID,  &MAINTENANCE_COMING,
    &MAINTENANCE_PAST,   &MAINTENANCE_FOLLOWING, &MAINTENANCE_PUBLIC, &MAINTENANCE_NOW,
};
const struct sql_list MAINTENANCE_STATEMENTS = { "maintenance", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct maintenance read_row(const struct rows *row) {
    return (struct maintenance){
        .id = rows_i64(row, 0),
        .title = rows_text(row, 1),
        .title_en = rows_text(row, 2),
        .note = rows_text(row, 3),
        .note_en = rows_text(row, 4),
        .service_id = rows_i64(row, 5),
        .service_name = rows_text(row, 6),
        .service_key = rows_text(row, 7),
        .starts_at = rows_i64(row, 8),
        .ends_at = rows_i64(row, 9),
        .public = rows_i64(row, 10) == 1,
        .cancelled_at = rows_i64(row, 11),
        .series_id = rows_i64(row, 12),
        .created_by = rows_text(row, 13),
        .created_at = rows_i64(row, 14),
        .updated_at = rows_i64(row, 15),
        .version = rows_i64(row, 16),
        .was_starts_at = rows_i64(row, 17),
        .was_ends_at = rows_i64(row, 18),
    };
}

static bool query_list(struct tx *tx, const struct sql *sql, struct args args, struct maintenance_list *out,
                       struct error *err) {
    struct rows rows;
    if (!tx_query(tx, sql, args, &rows, err)) return false;
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct maintenance);
    for (out->count = 0; rows_next(&rows);) out->items[out->count++] = read_row(&rows);
    return true;
}

bool maintenance_row_insert(struct tx *tx, const struct maintenance *m, struct error *err) {
    return tx_exec(tx, &MAINTENANCE_INSERT,
                   ARGS(I64(m->id), TXT(m->title), TXT(m->title_en), TXT(m->note), TXT(m->note_en),
                        OPT_ID(m->service_id), I64(m->starts_at), I64(m->ends_at), I64(m->public ? 1 : 0),
                        OPT_ID(m->series_id), TXT(m->created_by), I64(m->created_at), I64(m->updated_at)),
                   NULL, err);
}

bool maintenance_row_update(struct tx *tx, struct maintenance *m, struct error *err) {
    int64_t changed = 0;
    if (!tx_exec(tx, &MAINTENANCE_UPDATE,
                 ARGS(I64(m->id), I64(m->version), TXT(m->title), TXT(m->title_en), TXT(m->note), TXT(m->note_en),
                      OPT_ID(m->service_id), I64(m->starts_at), I64(m->ends_at), I64(m->public ? 1 : 0),
                      OPT_ID(m->cancelled_at), I64(m->updated_at), OPT_ID(m->was_starts_at), OPT_ID(m->was_ends_at)),
                 &changed, err))
        return false;
    if (changed == 0) return ERROR(err, ERR_STALE, "maintenance.stale", "%lld", (long long)m->id);
    m->version++;
    return true;
}

bool maintenance_find(struct tx *tx, int64_t id, struct maintenance *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &MAINTENANCE_BY_ID, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) *out = read_row(&row);
    return true;
}

bool maintenance_rows(struct tx *tx, bool past, int64_t now_ms, struct maintenance_list *out, struct error *err) {
    return query_list(tx, past ? &MAINTENANCE_PAST : &MAINTENANCE_COMING, ARGS(I64(now_ms), I64(MAINTENANCE_LIST_MAX)),
                      out, err);
}

bool maintenance_rows_following(struct tx *tx, int64_t series_id, int64_t from_ms, struct maintenance_list *out,
                                struct error *err) {
    return query_list(tx, &MAINTENANCE_FOLLOWING, ARGS(I64(series_id), I64(from_ms), I64(MAINTENANCE_LIST_MAX)), out,
                      err);
}

bool maintenance_public(struct tx *tx, struct maintenance_list *out, struct error *err) {
    return query_list(tx, &MAINTENANCE_PUBLIC, ARGS(I64(MAINTENANCE_LIST_MAX), I64(tx_op(tx)->now_ms)), out, err);
}

bool maintenance_covers(struct tx *tx, int64_t service_id, int64_t at, bool *covered, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &MAINTENANCE_NOW, ARGS(I64(at), OPT_ID(service_id)), &row, &found, err)) return false;
    *covered = found && rows_i64(&row, 0) > 0;
    return true;
}
