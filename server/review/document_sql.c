/* Documents, their sections and whys as rows. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/str.h"

#define COLUMNS                                                                                                    \
    "id, incident_id, kind, shape, state, lang, version, revision, scheduled_at, facilitator, attendees, lesson, " \
    "runbook_change, submitted_by, submitted_at, published_at, created_at, updated_at"

SQL(DOCUMENT_INSERT, "iittttiiITTTTIIIii", "",
    "INSERT INTO document (" COLUMNS
    ") VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)");

SQL(DOCUMENT_UPDATE, "ittiITTTTIIIi", "",
    "UPDATE document SET shape = ?2, state = ?3, revision = ?4, scheduled_at = ?5, facilitator = ?6, attendees = ?7, "
    "lesson = ?8, runbook_change = ?9, submitted_by = ?10, submitted_at = ?11, published_at = ?12, updated_at = ?13, "
    "version = version + 1 WHERE id = ?1");

SQL(DOCUMENT_BY_INCIDENT, "it", "iittttiiITTTTIIIii",
    "SELECT " COLUMNS " FROM document WHERE incident_id = ?1 AND kind = ?2");

SQL(SECTION_LOAD, "i", "ttiti",
    "SELECT key, body, version, updated_by, updated_at FROM document_section WHERE document_id = ?1 ORDER BY key");

SQL(SECTION_SAVE, "ittitii", "",
    "INSERT INTO document_section (document_id, key, body, version, updated_by, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (document_id, key) DO UPDATE SET body = excluded.body, "
    "version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at "
    "WHERE document_section.version = ?7");

SQL(SECTION_HISTORY_ADD, "itittI", "",
    "INSERT INTO document_section_history (document_id, key, version, body, saved_by, saved_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

SQL(WHY_LOAD, "i", "ttt",
    "SELECT question, answer, evidence FROM document_why WHERE document_id = ?1 ORDER BY position");

SQL(WHY_CLEAR, "i", "", "DELETE FROM document_why WHERE document_id = ?1");

SQL(WHY_ADD, "iittt", "",
    "INSERT INTO document_why (document_id, position, question, answer, evidence) VALUES (?1, ?2, ?3, ?4, ?5)");

static const struct sql *const STATEMENTS[] = {
    &DOCUMENT_INSERT, &DOCUMENT_UPDATE, &DOCUMENT_BY_INCIDENT,
    &SECTION_LOAD,    &SECTION_SAVE,    &SECTION_HISTORY_ADD,
    &WHY_LOAD,        &WHY_CLEAR,       &WHY_ADD,
};
const struct sql_list DOCUMENT_STATEMENTS = { "review/document", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static const char *const KINDS[DOCUMENT_KIND_COUNT] = { "report", "retro" };
static const char *const STATES[DOCUMENT_STATE_COUNT] = { "draft", "submitted", "approved", "published" };

const char *document_kind_name(enum document_kind kind) {
    REQUIRE(kind < DOCUMENT_KIND_COUNT);
    return KINDS[kind];
}

const char *document_state_name(enum document_state state) {
    REQUIRE(state < DOCUMENT_STATE_COUNT);
    return STATES[state];
}

static enum document_state state_of(const char *name) {
    for (enum document_state state = DOCUMENT_DRAFT; state < DOCUMENT_STATE_COUNT; state++) {
        if (str_eq(name, STATES[state])) return state;
    }
    die("document in unknown state %s", name);
}

bool document_row_insert(struct tx *tx, const struct document *d, struct error *err) {
    return tx_exec(tx, &DOCUMENT_INSERT,
                   ARGS(I64(d->id), I64(d->incident_id), TXT(KINDS[d->kind]), TXT(d->shape), TXT(STATES[d->state]),
                        TXT(d->lang), I64(d->version), I64(d->revision), OPT_ID(d->scheduled_at),
                        OPT_TXT(d->facilitator), OPT_TXT(d->attendees), OPT_TXT(d->lesson), OPT_TXT(d->runbook_change),
                        OPT_ID(d->submitted_by), OPT_ID(d->submitted_at), OPT_ID(d->published_at), I64(d->created_at),
                        I64(d->updated_at)),
                   NULL, err);
}

bool document_row_update(struct tx *tx, const struct document *d, struct error *err) {
    return tx_exec(tx, &DOCUMENT_UPDATE,
                   ARGS(I64(d->id), TXT(d->shape), TXT(STATES[d->state]), I64(d->revision), OPT_ID(d->scheduled_at),
                        OPT_TXT(d->facilitator), OPT_TXT(d->attendees), OPT_TXT(d->lesson), OPT_TXT(d->runbook_change),
                        OPT_ID(d->submitted_by), OPT_ID(d->submitted_at), OPT_ID(d->published_at), I64(d->updated_at)),
                   NULL, err);
}

bool document_row_find(struct tx *tx, int64_t incident_id, enum document_kind kind, struct document *out, bool *found,
                       struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &DOCUMENT_BY_INCIDENT, ARGS(I64(incident_id), TXT(KINDS[kind])), &row, found, err)) {
        return false;
    }
    if (!*found) return true;
    *out = (struct document){
        .id = rows_i64(&row, 0),
        .incident_id = incident_id,
        .kind = kind,
        .shape = rows_text(&row, 3),
        .state = state_of(rows_text(&row, 4)),
        .lang = rows_text(&row, 5),
        .version = rows_i64(&row, 6),
        .revision = rows_i64(&row, 7),
        .scheduled_at = rows_i64(&row, 8),
        .facilitator = rows_text(&row, 9),
        .attendees = rows_text(&row, 10),
        .lesson = rows_text(&row, 11),
        .runbook_change = rows_text(&row, 12),
        .submitted_by = rows_i64(&row, 13),
        .submitted_at = rows_i64(&row, 14),
        .published_at = rows_i64(&row, 15),
        .created_at = rows_i64(&row, 16),
        .updated_at = rows_i64(&row, 17),
    };
    return true;
}

bool section_rows_load(struct tx *tx, struct document *document, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SECTION_LOAD, ARGS(I64(document->id)), &rows, err)) return false;
    document->sections = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct section);
    document->section_count = 0;
    while (rows_next(&rows)) {
        document->sections[document->section_count++] = (struct section){
            .key = rows_text(&rows, 0),
            .body = rows_text(&rows, 1),
            .version = rows_i64(&rows, 2),
            .updated_by = rows_text(&rows, 3),
            .updated_at = rows_i64(&rows, 4),
        };
    }
    return true;
}

bool history_row_add(struct tx *tx, int64_t document_id, const struct section *saved, struct error *err) {
    return tx_exec(tx, &SECTION_HISTORY_ADD,
                   ARGS(I64(document_id), TXT(saved->key), I64(saved->version), TXT(saved->body),
                        TXT(saved->updated_by), I64(saved->updated_at)),
                   NULL, err);
}

bool section_row_save(struct tx *tx, int64_t document_id, const struct section *section, bool *saved,
                      struct error *err) {
    struct section next = *section;
    int64_t changed = 0;
    next.version++;
    if (!tx_exec(tx, &SECTION_SAVE,
                 ARGS(I64(document_id), TXT(next.key), TXT(next.body), I64(next.version), TXT(next.updated_by),
                      I64(next.updated_at), I64(section->version)),
                 &changed, err)) {
        return false;
    }
    *saved = changed == 1;
    return !*saved || history_row_add(tx, document_id, &next, err);
}

bool why_rows_load(struct tx *tx, struct document *document, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &WHY_LOAD, ARGS(I64(document->id)), &rows, err)) return false;
    document->whys = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct why);
    document->why_count = 0;
    while (rows_next(&rows)) {
        document->whys[document->why_count++] =
            (struct why){ rows_text(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2) };
    }
    return true;
}

bool why_rows_replace(struct tx *tx, int64_t document_id, const struct why *whys, size_t count, struct error *err) {
    if (!tx_exec(tx, &WHY_CLEAR, ARGS(I64(document_id)), NULL, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!tx_exec(tx, &WHY_ADD,
                     ARGS(I64(document_id), I64((int64_t)i), TXT(whys[i].question), TXT(whys[i].answer),
                          TXT(whys[i].evidence)),
                     NULL, err)) {
            return false;
        }
    }
    return true;
}
