/* Runbooks, their versions and runs as rows. */
#include "runbook/runbook_sql.h"

#include "base/arena.h"
#include "runbook/runbook_internal.h"

SQL(SQL_RUNBOOKS, "", "itttTtttiitIT",
    "SELECT id, runbook_key, lang, title, service_key, alerts, words, sections, version, updated_at, updated_by, "
    "retired_at, retired_by FROM runbook ORDER BY runbook_key, lang LIMIT 500");
SQL(SQL_RUNBOOK_INSERT, "itttTtttiit", "i",
    "INSERT INTO runbook (id, runbook_key, lang, title, service_key, alerts, words, sections, version, updated_at, "
    "updated_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
    "ON CONFLICT (runbook_key, lang) DO NOTHING RETURNING id");
SQL(SQL_RUNBOOK_UPDATE, "itTtttiit", "",
    "UPDATE runbook SET title = ?2, service_key = ?3, alerts = ?4, words = ?5, sections = ?6, version = ?7, "
    "updated_at = ?8, updated_by = ?9 WHERE id = ?1 AND version = ?7 - 1");
SQL(SQL_RUNBOOK_RETIRE, "tIT", "", "UPDATE runbook SET retired_at = ?2, retired_by = ?3 WHERE runbook_key = ?1");
SQL(SQL_RUNBOOK_VERSION_INSERT, "iittTTit", "",
    "INSERT INTO runbook_version (runbook_id, version, title, sections, reason, incident_ref, at, by_name) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
SQL(SQL_RUNBOOK_VERSIONS, "i", "iittTTt",
    "SELECT version, at, title, sections, reason, incident_ref, by_name FROM runbook_version WHERE runbook_id = ?1 "
    "ORDER BY version DESC LIMIT 100");
SQL(SQL_RUN_INSERT, "iittittIit", "",
    "INSERT INTO runbook_run (id, incident_id, runbook_key, lang, version, title, sections, checklist_id, started_at, "
    "started_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
SQL(SQL_RUNS, "i", "iittittIit",
    "SELECT id, incident_id, runbook_key, lang, version, title, sections, checklist_id, started_at, started_by "
    "FROM runbook_run WHERE incident_id = ?1 ORDER BY id LIMIT 20");

static const struct sql *const STATEMENTS[] = {
    &SQL_RUNBOOKS,         &SQL_RUNBOOK_INSERT, &SQL_RUNBOOK_UPDATE, &SQL_RUNBOOK_VERSION_INSERT,
    &SQL_RUNBOOK_VERSIONS, &SQL_RUN_INSERT,     &SQL_RUNS,           &SQL_RUNBOOK_RETIRE,
};
const struct sql_list RUNBOOK_STATEMENTS = { "runbook", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool runbook_rows(struct tx *tx, struct runbook_list *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rows row;
    if (!tx_query(tx, &SQL_RUNBOOKS, NO_ARGS, &row, err)) return false;
    *out = (struct runbook_list){ ARENA_ARRAY(arena, row.count + 1, struct runbook), 0 };
    while (rows_next(&row)) {
        struct runbook *runbook = &out->items[out->count++];
        *runbook = (struct runbook){ .id = rows_i64(&row, 0),
                                     .key = rows_text(&row, 1),
                                     .lang = rows_text(&row, 2),
                                     .title = rows_text(&row, 3),
                                     .service = rows_text(&row, 4),
                                     .alerts = rows_text(&row, 5),
                                     .words = rows_text(&row, 6),
                                     .version = rows_i64(&row, 8),
                                     .updated_at = rows_i64(&row, 9),
                                     .updated_by = rows_text(&row, 10),
                                     .retired_at = rows_i64(&row, 11),
                                     .retired_by = rows_text(&row, 12) };
        if (!sections_read(arena, rows_text(&row, 7), runbook, err)) return false;
    }
    return true;
}

bool runbook_row_insert(struct tx *tx, const struct runbook *r, bool *inserted, struct error *err) {
    struct rows row;
    return tx_query_one(tx, &SQL_RUNBOOK_INSERT,
                        ARGS(I64(r->id), TXT(r->key), TXT(r->lang), TXT(r->title), OPT_TXT(r->service), TXT(r->alerts),
                             TXT(r->words), TXT(sections_text(tx_op(tx)->arena, r)), I64(r->version),
                             I64(r->updated_at), TXT(r->updated_by)),
                        &row, inserted, err);
}

bool runbook_row_update(struct tx *tx, const struct runbook *r, int64_t *changed, struct error *err) {
    return tx_exec(tx, &SQL_RUNBOOK_UPDATE,
                   ARGS(I64(r->id), TXT(r->title), OPT_TXT(r->service), TXT(r->alerts), TXT(r->words),
                        TXT(sections_text(tx_op(tx)->arena, r)), I64(r->version), I64(r->updated_at),
                        TXT(r->updated_by)),
                   changed, err);
}

bool runbook_row_retire(struct tx *tx, const char *key, int64_t at, const char *by, struct error *err) {
    return tx_exec(tx, &SQL_RUNBOOK_RETIRE, ARGS(TXT(key), OPT_ID(at), OPT_TXT(by)), NULL, err);
}

bool runbook_version_insert(struct tx *tx, const struct runbook *r, const struct runbook_input *input,
                            struct error *err) {
    return tx_exec(tx, &SQL_RUNBOOK_VERSION_INSERT,
                   ARGS(I64(r->id), I64(r->version), TXT(r->title), TXT(sections_text(tx_op(tx)->arena, r)),
                        OPT_TXT(input->reason), OPT_TXT(input->incident), I64(r->updated_at), TXT(r->updated_by)),
                   NULL, err);
}

bool runbook_version_rows(struct tx *tx, int64_t runbook_id, struct runbook_version **out, size_t *count,
                          struct error *err) {
    struct rows row;
    if (!tx_query(tx, &SQL_RUNBOOK_VERSIONS, ARGS(I64(runbook_id)), &row, err)) return false;
    struct runbook_version *list = ARENA_ARRAY(tx_op(tx)->arena, row.count + 2, struct runbook_version);
    size_t filled = 0;
    while (rows_next(&row)) {
        list[filled++] = (struct runbook_version){ .version = rows_i64(&row, 0),
                                                   .at = rows_i64(&row, 1),
                                                   .title = rows_text(&row, 2),
                                                   .sections = rows_text(&row, 3),
                                                   .reason = rows_text(&row, 4),
                                                   .incident_ref = rows_text(&row, 5),
                                                   .by = rows_text(&row, 6) };
    }
    *out = list;
    *count = filled;
    return true;
}

bool run_row_insert(struct tx *tx, const struct runbook_run *run, struct error *err) {
    const struct runbook *r = &run->runbook;
    return tx_exec(tx, &SQL_RUN_INSERT,
                   ARGS(I64(run->id), I64(run->incident_id), TXT(r->key), TXT(r->lang), I64(r->version), TXT(r->title),
                        TXT(sections_text(tx_op(tx)->arena, r)), OPT_ID(run->checklist_id), I64(run->started_at),
                        TXT(run->started_by)),
                   NULL, err);
}

bool run_rows(struct tx *tx, int64_t incident_id, struct runbook_run **out, size_t *count, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    struct rows row;
    if (!tx_query(tx, &SQL_RUNS, ARGS(I64(incident_id)), &row, err)) return false;
    struct runbook_run *list = ARENA_ARRAY(arena, row.count + 1, struct runbook_run);
    size_t filled = 0;
    while (rows_next(&row)) {
        struct runbook_run *run = &list[filled++];
        *run = (struct runbook_run){ .id = rows_i64(&row, 0),
                                     .incident_id = rows_i64(&row, 1),
                                     .runbook = { .key = rows_text(&row, 2),
                                                  .lang = rows_text(&row, 3),
                                                  .version = rows_i64(&row, 4),
                                                  .title = rows_text(&row, 5),
                                                  .alerts = "",
                                                  .words = "" },
                                     .checklist_id = rows_i64(&row, 7),
                                     .started_at = rows_i64(&row, 8),
                                     .started_by = rows_text(&row, 9) };
        if (!sections_read(arena, rows_text(&row, 6), &run->runbook, err)) return false;
    }
    *out = list;
    *count = filled;
    return true;
}
