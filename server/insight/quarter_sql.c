/* Quarterly reviews as rows. */
#include "insight/quarter_internal.h"

#include "base/arena.h"
#include "insight/insight_sql.h"

#define COLUMNS "id, year, number, lang, made_by, made_at, updated_at"

SQL(QUARTER_BY_NAME, "ii", "iiittii", "SELECT " COLUMNS " FROM quarter_review WHERE year = ?1 AND number = ?2");

SQL(QUARTER_LIST, "", "iiittii", "SELECT " COLUMNS " FROM quarter_review ORDER BY year DESC, number DESC LIMIT 200");

SQL(QUARTER_INSERT, "iiittii", "", "INSERT INTO quarter_review (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

SQL(QUARTER_TOUCH, "ii", "", "UPDATE quarter_review SET updated_at = ?2 WHERE id = ?1");

SQL(QUARTER_SECTIONS, "i", "ttiiti",
    "SELECT key, body, version, edited, updated_by, updated_at FROM quarter_section WHERE review_id = ?1");

SQL(QUARTER_SECTION_PUT, "ittiitii", "",
    "INSERT INTO quarter_section (review_id, key, body, version, edited, updated_by, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (review_id, key) DO UPDATE SET body = excluded.body, "
    "version = excluded.version, edited = excluded.edited, updated_by = excluded.updated_by, "
    "updated_at = excluded.updated_at WHERE quarter_section.version = ?8");

SQL(QUARTER_HISTORY_ADD, "ititti", "",
    "INSERT INTO quarter_section_history (review_id, key, version, body, saved_by, saved_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

SQL(QUARTER_DUE_EXISTS, "t", "i", "SELECT due_at FROM due WHERE kind = ?1 AND subject_id = 0 AND variant = ''");

static const struct sql *const STATEMENTS[] = { &QUARTER_BY_NAME,     &QUARTER_LIST,      &QUARTER_INSERT,
                                                &QUARTER_TOUCH,       &QUARTER_SECTIONS,  &QUARTER_SECTION_PUT,
                                                &QUARTER_HISTORY_ADD, &QUARTER_DUE_EXISTS };
const struct sql_list QUARTER_STATEMENTS = { "insight/quarter", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct quarter_review read_row(const struct rows *row) {
    return (struct quarter_review){ .id = rows_i64(row, 0),
                                    .quarter = { (int)rows_i64(row, 1), (int)rows_i64(row, 2) },
                                    .lang = rows_text(row, 3),
                                    .made_by = rows_text(row, 4),
                                    .made_at = rows_i64(row, 5),
                                    .updated_at = rows_i64(row, 6) };
}

bool quarter_row_find(struct tx *tx, struct quarter quarter, struct quarter_review *out, bool *found,
                      struct error *err) {
    struct rows row, sections;
    if (!tx_query_one(tx, &QUARTER_BY_NAME, ARGS(I64(quarter.year), I64(quarter.number)), &row, found, err)) {
        return false;
    }
    if (!*found) return true;
    struct quarter_review review = read_row(&row);
    if (!tx_query(tx, &QUARTER_SECTIONS, ARGS(I64(review.id)), &sections, err)) return false;
    while (rows_next(&sections)) {
        enum quarter_part part;
        if (!quarter_part_parse(rows_text(&sections, 0), &part)) die("unknown section of a quarterly review");
        review.sections[part] = (struct quarter_section){ .body = rows_text(&sections, 1),
                                                          .version = rows_i64(&sections, 2),
                                                          .edited = rows_i64(&sections, 3) == 1,
                                                          .updated_by = rows_text(&sections, 4),
                                                          .updated_at = rows_i64(&sections, 5) };
    }
    *out = review;
    return true;
}

bool quarter_row_insert(struct tx *tx, const struct quarter_review *review, struct error *err) {
    return tx_exec(tx, &QUARTER_INSERT,
                   ARGS(I64(review->id), I64(review->quarter.year), I64(review->quarter.number), TXT(review->lang),
                        TXT(review->made_by), I64(review->made_at), I64(review->updated_at)),
                   NULL, err);
}

bool quarter_row_touch(struct tx *tx, int64_t id, struct error *err) {
    return tx_exec(tx, &QUARTER_TOUCH, ARGS(I64(id), I64(tx_op(tx)->now_ms)), NULL, err);
}

bool quarter_section_put(struct tx *tx, int64_t id, enum quarter_part part, const struct quarter_section *section,
                         bool *saved, struct error *err) {
    const struct op *op = tx_op(tx);
    const char *key = quarter_part_name(part), *by = op->actor->name;
    int64_t next = section->version + 1, changed = 0;
    if (!tx_exec(tx, &QUARTER_SECTION_PUT,
                 ARGS(I64(id), TXT(key), TXT(section->body), I64(next), I64(section->edited ? 1 : 0), TXT(by),
                      I64(op->now_ms), I64(section->version)),
                 &changed, err)) {
        return false;
    }
    *saved = changed == 1;
    return !*saved ||
           tx_exec(tx, &QUARTER_HISTORY_ADD,
                   ARGS(I64(id), TXT(key), I64(next), TXT(section->body), TXT(by), I64(op->now_ms)), NULL, err);
}

bool quarter_rows_list(struct tx *tx, struct quarter_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &QUARTER_LIST, NO_ARGS, &rows, err)) return false;
    *out = (struct quarter_list){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct quarter_review), 0 };
    while (rows_next(&rows)) out->items[out->count++] = read_row(&rows);
    return true;
}

bool quarter_due_exists(struct tx *tx, bool *out, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &QUARTER_DUE_EXISTS, ARGS(TXT(QUARTER_DUE)), &row, out, err);
}
