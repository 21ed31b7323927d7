/* Rows of notice templates: the organisation's texts in force, and every version of them. */
#include "notice/template_sql.h"

#include "base/arena.h"
#include "base/str.h"

SQL(NOTICE_TEMPLATES, "t", "tttTtt",
    "SELECT key, stage, lang, name, title, text FROM notice_template WHERE lang = ?1 ORDER BY key, stage LIMIT 500");
SQL(NOTICE_TEMPLATE_PUT, "tttTtttii", "",
    "INSERT INTO notice_template (key, stage, lang, name, title, text, updated_by, updated_at, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (key, stage, lang) DO UPDATE SET name = excluded.name, "
    "title = excluded.title, text = excluded.text, version = excluded.version, updated_by = excluded.updated_by, "
    "updated_at = excluded.updated_at");
SQL(NOTICE_TEMPLATE_DROP, "ttt", "", "DELETE FROM notice_template WHERE key = ?1 AND stage = ?2 AND lang = ?3");
SQL(NOTICE_TEMPLATE_KEEP, "tttTtttii", "",
    "INSERT INTO notice_template_version (key, stage, lang, name, title, text, saved_by, saved_at, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
SQL(NOTICE_TEMPLATE_VERSIONS, "ttt", "iTttti",
    "SELECT version, name, title, text, saved_by, saved_at FROM notice_template_version "
    "WHERE key = ?1 AND stage = ?2 AND lang = ?3 ORDER BY version DESC LIMIT 200");

static const struct sql *const STATEMENTS[] = { &NOTICE_TEMPLATES, &NOTICE_TEMPLATE_PUT, &NOTICE_TEMPLATE_DROP,
                                                &NOTICE_TEMPLATE_KEEP, &NOTICE_TEMPLATE_VERSIONS };
const struct sql_list NOTICE_TEMPLATE_STATEMENTS = { "notice_template", STATEMENTS,
                                                     sizeof STATEMENTS / sizeof *STATEMENTS };

bool notice_template_rows(struct tx *tx, const char *lang, struct notice_template_row **out, size_t *count,
                          struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &NOTICE_TEMPLATES, ARGS(TXT(lang)), &rows, err)) return false;
    struct notice_template_row *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct notice_template_row);
    *count = 0;
    while (rows_next(&rows)) {
        list[(*count)++] = (struct notice_template_row){ .key = rows_text(&rows, 0),
                                                         .stage = rows_text(&rows, 1),
                                                         .lang = rows_text(&rows, 2),
                                                         .name = rows_text(&rows, 3),
                                                         .text = { rows_text(&rows, 4), rows_text(&rows, 5) } };
    }
    *out = list;
    return true;
}

bool notice_template_versions(struct tx *tx, const struct notice_template_row *which,
                              struct notice_template_version **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &NOTICE_TEMPLATE_VERSIONS, ARGS(TXT(which->key), TXT(which->stage), TXT(which->lang)), &rows,
                  err))
        return false;
    struct notice_template_version *list =
        ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct notice_template_version);
    *count = 0;
    while (rows_next(&rows)) {
        list[(*count)++] = (struct notice_template_version){ .version = rows_i64(&rows, 0),
                                                             .name = rows_text(&rows, 1),
                                                             .text = { rows_text(&rows, 2), rows_text(&rows, 3) },
                                                             .saved_by = rows_text(&rows, 4),
                                                             .saved_at = rows_i64(&rows, 5) };
    }
    *out = list;
    return true;
}

bool notice_template_put(struct tx *tx, const struct notice_template_row *row, int64_t version, struct error *err) {
    const struct op *op = tx_op(tx);
    const struct args args =
        ARGS(TXT(row->key), TXT(row->stage), TXT(row->lang), OPT_TXT(row->name), TXT(row->text.title),
             TXT(row->text.text), TXT(op->actor->name), I64(op->now_ms), I64(version));
    bool stands = str_blank(row->text.text) ? tx_exec(tx, &NOTICE_TEMPLATE_DROP,
                                                      ARGS(TXT(row->key), TXT(row->stage), TXT(row->lang)), NULL, err)
                                            : tx_exec(tx, &NOTICE_TEMPLATE_PUT, args, NULL, err);
    return stands && tx_exec(tx, &NOTICE_TEMPLATE_KEEP, args, NULL, err);
}
