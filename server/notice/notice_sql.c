/* Notices, their versions and the organisation's templates as rows. */
#include "notice/notice_sql.h"

#include "base/arena.h"
#include "base/str.h"

#define COLUMNS                                                                                                    \
    "id, incident_id, public_id, stage, template, state, version, title_ko, text_ko, title_en, text_en, next_at, " \
    "created_by, author, created_at, edited_by, editor, updated_at, submitted_by, submitted_at, approved_by, "     \
    "approver, "                                                                                                   \
    "approved_at, published_by, publisher, published_at, emergency_reason, withdrawn_by, withdrawn_at, reason"
#define COLUMN_TYPES "iittttittTTIitiitiIIITIITITIIT"

SQL(NOTICE_INSERT, "iitttittTTIitiiti", "",
    "INSERT INTO notice (id, incident_id, public_id, stage, template, state, version, title_ko, text_ko, title_en, "
    "text_en, next_at, created_by, author, created_at, edited_by, editor, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, 'draft', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");

SQL(NOTICE_UPDATE, "iittttTTIitiIIITIITITIIT", "",
    "UPDATE notice SET version = version + 1, stage = ?3, state = ?4, title_ko = ?5, text_ko = ?6, title_en = ?7, "
    "text_en = ?8, next_at = ?9, edited_by = ?10, editor = ?11, updated_at = ?12, submitted_by = ?13, "
    "submitted_at = ?14, approved_by = ?15, approver = ?16, approved_at = ?17, published_by = ?18, publisher = ?19, "
    "published_at = ?20, emergency_reason = ?21, withdrawn_by = ?22, withdrawn_at = ?23, reason = ?24 "
    "WHERE id = ?1 AND version = ?2");

SQL(NOTICE_BY_ID, "i", COLUMN_TYPES, "SELECT " COLUMNS " FROM notice WHERE id = ?1");

SQL(NOTICE_BY_INCIDENT, "i", COLUMN_TYPES,
    "SELECT " COLUMNS " FROM notice WHERE incident_id = ?1 ORDER BY id DESC LIMIT 200");

SQL(NOTICE_WAITING, "", COLUMN_TYPES,
    "SELECT " COLUMNS
    " FROM notice WHERE state IN ('draft', 'submitted', 'approved') "
    "ORDER BY updated_at, id LIMIT 200");

SQL(NOTICE_PUBLISHED_BEFORE, "iii", COLUMN_TYPES,
    "SELECT " COLUMNS
    " FROM notice WHERE incident_id = ?1 AND state = 'published' AND published_at <= ?2 AND id <> ?3 "
    "ORDER BY published_at DESC, id DESC LIMIT 1");

SQL(NOTICE_VERSION_INSERT, "iitttTTIti", "",
    "INSERT INTO notice_version (notice_id, version, stage, title_ko, text_ko, title_en, text_en, next_at, saved_by, "
    "saved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");

SQL(NOTICE_VERSIONS, "i", "itttTTIti",
    "SELECT version, stage, title_ko, text_ko, title_en, text_en, next_at, saved_by, saved_at FROM notice_version "
    "WHERE notice_id = ?1 ORDER BY version DESC LIMIT 200");

static const struct sql *const STATEMENTS[] = {
    &NOTICE_INSERT,  &NOTICE_UPDATE,           &NOTICE_BY_ID,          &NOTICE_BY_INCIDENT,
    &NOTICE_WAITING, &NOTICE_PUBLISHED_BEFORE, &NOTICE_VERSION_INSERT, &NOTICE_VERSIONS,
};
const struct sql_list NOTICE_STATEMENTS = { "notice", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct notice notice_read(const struct rows *row) {
    struct notice notice = {
        .id = rows_i64(row, 0),
        .incident_id = rows_i64(row, 1),
        .public_id = rows_text(row, 2),
        .template = rows_text(row, 4),
        .version = rows_i64(row, 6),
        .ko = { rows_text(row, 7), rows_text(row, 8) },
        .en = { rows_text(row, 9), rows_text(row, 10) },
        .next_at = rows_i64(row, 11),
        .created_by = rows_i64(row, 12),
        .author = rows_text(row, 13),
        .created_at = rows_i64(row, 14),
        .edited_by = rows_i64(row, 15),
        .editor = rows_text(row, 16),
        .updated_at = rows_i64(row, 17),
        .submitted_by = rows_i64(row, 18),
        .submitted_at = rows_i64(row, 19),
        .approved_by = rows_i64(row, 20),
        .approver = rows_text(row, 21),
        .approved_at = rows_i64(row, 22),
        .published_by = rows_i64(row, 23),
        .publisher = rows_text(row, 24),
        .published_at = rows_i64(row, 25),
        .emergency_reason = rows_text(row, 26),
        .withdrawn_by = rows_i64(row, 27),
        .withdrawn_at = rows_i64(row, 28),
        .reason = rows_text(row, 29),
    };
    REQUIRE(notice_stage_parse(rows_text(row, 3), &notice.stage));
    REQUIRE(notice_state_parse(rows_text(row, 5), &notice.state));
    return notice;
}

static void notices_read(struct tx *tx, struct rows *rows, struct notice_list *out) {
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows->count + 1, struct notice);
    out->count = 0;
    while (rows_next(rows)) out->items[out->count++] = notice_read(rows);
}

bool notice_row_insert(struct tx *tx, const struct notice *n, struct error *err) {
    return tx_exec(tx, &NOTICE_INSERT,
                   ARGS(I64(n->id), I64(n->incident_id), TXT(n->public_id), TXT(notice_stage_name(n->stage)),
                        TXT(n->template), I64(n->version), TXT(n->ko.title), TXT(n->ko.text), OPT_TXT(n->en.title),
                        OPT_TXT(n->en.text), OPT_ID(n->next_at), I64(n->created_by), TXT(n->author), I64(n->created_at),
                        I64(n->edited_by), TXT(n->editor), I64(n->updated_at)),
                   NULL, err);
}

bool notice_row_update(struct tx *tx, struct notice *n, struct error *err) {
    int64_t changed = 0;
    bool done = tx_exec(
        tx, &NOTICE_UPDATE,
        ARGS(I64(n->id), I64(n->version), TXT(notice_stage_name(n->stage)), TXT(notice_state_name(n->state)),
             TXT(n->ko.title), TXT(n->ko.text), OPT_TXT(n->en.title), OPT_TXT(n->en.text), OPT_ID(n->next_at),
             I64(n->edited_by), TXT(n->editor), I64(n->updated_at), OPT_ID(n->submitted_at == 0 ? 0 : n->submitted_by),
             OPT_ID(n->submitted_at), OPT_ID(n->approved_by), OPT_TXT(n->approver), OPT_ID(n->approved_at),
             OPT_ID(n->published_by), OPT_TXT(n->publisher), OPT_ID(n->published_at), OPT_TXT(n->emergency_reason),
             OPT_ID(n->withdrawn_by), OPT_ID(n->withdrawn_at), OPT_TXT(n->reason)),
        &changed, err);
    if (!done) return false;
    if (changed == 0) return ERROR(err, ERR_STALE, "notice.stale", "notice %lld", (long long)n->id);
    n->version++;
    return true;
}

bool notice_row_find(struct tx *tx, int64_t id, struct notice *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &NOTICE_BY_ID, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "notice.not_found", "%lld", (long long)id);
    *out = notice_read(&row);
    return true;
}

bool notice_rows_of_incident(struct tx *tx, int64_t incident_id, struct notice_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &NOTICE_BY_INCIDENT, ARGS(I64(incident_id)), &rows, err)) return false;
    notices_read(tx, &rows, out);
    return true;
}

bool notice_rows_waiting(struct tx *tx, struct notice_list *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &NOTICE_WAITING, NO_ARGS, &rows, err)) return false;
    notices_read(tx, &rows, out);
    return true;
}

bool notice_row_published_before(struct tx *tx, int64_t incident_id, int64_t before_ms, int64_t except_id,
                                 struct notice *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &NOTICE_PUBLISHED_BEFORE, ARGS(I64(incident_id), I64(before_ms), I64(except_id)), &row, found,
                      err))
        return false;
    if (*found) *out = notice_read(&row);
    return true;
}

bool notice_version_insert(struct tx *tx, const struct notice *n, struct error *err) {
    return tx_exec(tx, &NOTICE_VERSION_INSERT,
                   ARGS(I64(n->id), I64(n->version), TXT(notice_stage_name(n->stage)), TXT(n->ko.title),
                        TXT(n->ko.text), OPT_TXT(n->en.title), OPT_TXT(n->en.text), OPT_ID(n->next_at), TXT(n->editor),
                        I64(n->updated_at)),
                   NULL, err);
}

bool notice_version_rows(struct tx *tx, int64_t id, struct notice_version **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &NOTICE_VERSIONS, ARGS(I64(id)), &rows, err)) return false;
    struct notice_version *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct notice_version);
    *count = 0;
    while (rows_next(&rows)) {
        list[(*count)++] = (struct notice_version){
            .version = rows_i64(&rows, 0),
            .stage = rows_text(&rows, 1),
            .ko = { rows_text(&rows, 2), rows_text(&rows, 3) },
            .en = { rows_text(&rows, 4), rows_text(&rows, 5) },
            .next_at = rows_i64(&rows, 6),
            .saved_by = rows_text(&rows, 7),
            .saved_at = rows_i64(&rows, 8),
        };
    }
    *out = list;
    return true;
}
