/* Action items as rows. */
#include "review/review_internal.h"

#include "base/arena.h"
#include "base/str.h"

#define COLUMNS                                                                                                 \
    "id, incident_id, incident_ref, service_id, title, perspective, horizon, kind, owner, due, due_at, state, " \
    "state_reason, jira, done_at, version, created_by, created_at, updated_at"
#define RESULT "iITIttttTTItTTIitii"

SQL(ACTION_INSERT, "iITIttttTTItTTIitii", "",
    "INSERT INTO action_item (" COLUMNS
    ") VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)");

SQL(ACTION_UPDATE, "ittttTTItTTIii", "",
    "UPDATE action_item SET title = ?2, perspective = ?3, horizon = ?4, kind = ?5, owner = ?6, due = ?7, due_at = ?8, "
    "state = ?9, state_reason = ?10, jira = ?11, done_at = ?12, updated_at = ?13, version = version + 1 "
    "WHERE id = ?1 AND version = ?14");

SQL(ACTION_BY_ID, "i", RESULT, "SELECT " COLUMNS " FROM action_item WHERE id = ?1");

SQL(ACTION_LIST, "TTTiiiTTT", RESULT,
    "SELECT " COLUMNS
    " FROM action_item "
    "WHERE (?1 IS NULL OR state = ?1 OR (?1 = 'open' AND state IN ('todo', 'doing')) "
    "OR (?1 = 'overdue' AND state IN ('todo', 'doing') AND due_at < ?4)) "
    "AND (?2 IS NULL OR incident_ref = ?2) AND (?3 IS NULL OR owner = ?3) AND (?5 = 0 OR id < ?5) "
    "AND (?7 IS NULL OR perspective = ?7) AND (?8 IS NULL OR horizon = ?8) AND (?9 IS NULL OR kind = ?9) "
    "ORDER BY id DESC LIMIT ?6");

SQL(ACTION_COUNTS, "Ti", "tii",
    "SELECT state, count(*), CAST(COALESCE(sum(CASE WHEN due_at < ?2 THEN 1 ELSE 0 END), 0) AS BIGINT) "
    "FROM action_item WHERE (?1 IS NULL OR incident_ref = ?1) GROUP BY state");

SQL(ACTION_UNFINISHED, "i", "i",
    "SELECT count(*) FROM action_item WHERE service_id = ?1 AND state IN ('todo', 'doing')");

static const struct sql *const STATEMENTS[] = { &ACTION_INSERT, &ACTION_UPDATE, &ACTION_BY_ID,
                                                &ACTION_LIST,   &ACTION_COUNTS, &ACTION_UNFINISHED };
const struct sql_list ACTION_STATEMENTS = { "review/action", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static enum action_state state_of(const char *name) {
    for (enum action_state state = ACTION_TODO; state < ACTION_STATE_COUNT; state++) {
        if (str_eq(name, action_state_name(state))) return state;
    }
    die("action item in unknown state %s", name);
}

static struct action_item read_row(const struct rows *row) {
    return (struct action_item){
        .id = rows_i64(row, 0),
        .incident_id = rows_i64(row, 1),
        .incident_ref = rows_text(row, 2),
        .service_id = rows_i64(row, 3),
        .title = rows_text(row, 4),
        .perspective = rows_text(row, 5),
        .horizon = rows_text(row, 6),
        .kind = rows_text(row, 7),
        .owner = rows_text(row, 8),
        .due = rows_text(row, 9),
        .due_at = rows_i64(row, 10),
        .state = state_of(rows_text(row, 11)),
        .state_reason = rows_text(row, 12),
        .jira = rows_text(row, 13),
        .done_at = rows_i64(row, 14),
        .version = rows_i64(row, 15),
        .created_by = rows_text(row, 16),
        .created_at = rows_i64(row, 17),
        .updated_at = rows_i64(row, 18),
    };
}

bool action_row_insert(struct tx *tx, const struct action_item *item, struct error *err) {
    return tx_exec(tx, &ACTION_INSERT,
                   ARGS(I64(item->id), OPT_ID(item->incident_id), OPT_TXT(item->incident_ref), OPT_ID(item->service_id),
                        TXT(item->title), TXT(item->perspective), TXT(item->horizon), TXT(item->kind),
                        OPT_TXT(item->owner), OPT_TXT(item->due), OPT_ID(item->due_at),
                        TXT(action_state_name(item->state)), OPT_TXT(item->state_reason), OPT_TXT(item->jira),
                        OPT_ID(item->done_at), I64(item->version), TXT(item->created_by), I64(item->created_at),
                        I64(item->updated_at)),
                   NULL, err);
}

bool action_row_update(struct tx *tx, const struct action_item *item, int64_t *changed, struct error *err) {
    return tx_exec(tx, &ACTION_UPDATE,
                   ARGS(I64(item->id), TXT(item->title), TXT(item->perspective), TXT(item->horizon), TXT(item->kind),
                        OPT_TXT(item->owner), OPT_TXT(item->due), OPT_ID(item->due_at),
                        TXT(action_state_name(item->state)), OPT_TXT(item->state_reason), OPT_TXT(item->jira),
                        OPT_ID(item->done_at), I64(item->updated_at), I64(item->version)),
                   changed, err);
}

bool action_row_find(struct tx *tx, int64_t id, struct action_item *out, bool *found, struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &ACTION_BY_ID, ARGS(I64(id)), &row, found, err)) return false;
    if (*found) *out = read_row(&row);
    return true;
}

bool action_rows_list(struct tx *tx, const struct action_filter *filter, struct action_list *out, struct error *err) {
    struct op *op = tx_op(tx);
    struct rows rows;
    if (!tx_query(tx, &ACTION_LIST,
                  ARGS(OPT_TXT(filter->state), OPT_TXT(filter->incident_ref), OPT_TXT(filter->owner), I64(op->now_ms),
                       I64(filter->after_id), I64(filter->limit + 1), OPT_TXT(filter->perspective),
                       OPT_TXT(filter->horizon), OPT_TXT(filter->kind)),
                  &rows, err)) {
        return false;
    }
    struct action_list list = { ARENA_ARRAY(op->arena, rows.count, struct action_item), 0, false };
    while (rows_next(&rows)) {
        if ((int64_t)list.count == filter->limit) list.more = true;
        else list.items[list.count++] = read_row(&rows);
    }
    *out = list;
    return true;
}

bool action_rows_count(struct tx *tx, const char *incident_ref, struct action_figures *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &ACTION_COUNTS, ARGS(OPT_TXT(incident_ref), I64(tx_op(tx)->now_ms)), &rows, err)) return false;
    struct action_figures figures = { .percent = -1 };
    while (rows_next(&rows)) {
        int64_t count = rows_i64(&rows, 1);
        enum action_state state = state_of(rows_text(&rows, 0));
        if (state == ACTION_DROPPED) continue;
        figures.total += count;
        if (state == ACTION_DONE) figures.done = count;
        else figures.overdue += rows_i64(&rows, 2);
        if (state == ACTION_DOING) figures.doing = count;
        if (state == ACTION_TODO) figures.todo = count;
    }
    if (figures.total > 0) figures.percent = figures.done * 100 / figures.total;
    *out = figures;
    return true;
}

bool action_unfinished_of_service(struct tx *tx, int64_t service_id, int64_t *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &ACTION_UNFINISHED, ARGS(I64(service_id)), &row, &found, err)) return false;
    *out = rows_i64(&row, 0);
    return true;
}
