/* Rows of the timeline and of its corrections. */
#include "incident/timeline_row.h"

#include "incident/incident_internal.h"
#include "incident/statements.h"

#include "base/arena.h"
#include "base/id.h"

#define COLUMNS "id, incident_id, seq, kind, at, recorded_at, text, data, phase, starred, actor_id, actor, edits "
#define RESULT "iiitiitTTiIti"

SQL(SQL_EVENT_INSERT, "iiitiitTTiIt", "",
    "INSERT INTO timeline_event (incident_id, seq, id, kind, at, recorded_at, text, data, phase, starred, actor_id, "
    "actor, edits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)");
SQL(SQL_EVENT_AFTER, "iii", RESULT,
    "SELECT " COLUMNS "FROM timeline_event WHERE incident_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
SQL(SQL_EVENT_BEFORE, "iii", RESULT,
    "SELECT " COLUMNS "FROM timeline_event WHERE incident_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3");
SQL(SQL_EVENT_BY_SEQ, "ii", RESULT, "SELECT " COLUMNS "FROM timeline_event WHERE incident_id = ?1 AND seq = ?2");
SQL(SQL_EVENT_BY_ID, "i", RESULT, "SELECT " COLUMNS "FROM timeline_event WHERE id = ?1");
SQL(SQL_EVENT_CORRECT, "itiTii", "",
    "UPDATE timeline_event SET text = ?2, at = ?3, phase = ?4, starred = ?5, edits = ?6 WHERE id = ?1");
SQL(SQL_EDIT_INSERT, "iiitti", "",
    "INSERT INTO timeline_edit (id, event_id, edited_at, actor, text, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
SQL(SQL_EDIT_LIST, "i", "itti",
    "SELECT edited_at, actor, text, at FROM timeline_edit WHERE event_id = ?1 ORDER BY id LIMIT 200");

static const struct sql *const LIST[] = { &SQL_EVENT_INSERT, &SQL_EVENT_AFTER,   &SQL_EVENT_BEFORE, &SQL_EVENT_BY_SEQ,
                                          &SQL_EVENT_BY_ID,  &SQL_EVENT_CORRECT, &SQL_EDIT_INSERT,  &SQL_EDIT_LIST };
const struct sql_list INCIDENT_TIMELINE_STATEMENTS = { "incident/timeline", LIST, sizeof LIST / sizeof *LIST };

static void from_row(const struct rows *row, struct event *out) {
    out->id = rows_i64(row, 0);
    out->incident_id = rows_i64(row, 1);
    out->seq = rows_i64(row, 2);
    REQUIRE(event_kind_parse(rows_text(row, 3), &out->kind));
    out->at = rows_i64(row, 4);
    out->recorded_at = rows_i64(row, 5);
    out->text = rows_text(row, 6);
    out->data = rows_text(row, 7);
    out->phase = word_index(PHASE_WORDS, rows_text(row, 8));
    out->starred = rows_i64(row, 9) == 1;
    out->actor_id = rows_i64(row, 10);
    out->actor = rows_text(row, 11);
    out->edits = rows_i64(row, 12);
}

static const char *phase_word(const struct event *event) {
    return event->phase < 0 ? NULL : incident_phase_name((enum incident_phase)event->phase);
}

bool event_insert(struct tx *tx, const struct event *event, struct error *err) {
    return tx_exec(tx, &SQL_EVENT_INSERT,
                   ARGS(I64(event->incident_id), I64(event->seq), I64(event->id), TXT(event_kind_name(event->kind)),
                        I64(event->at), I64(event->recorded_at), TXT(event->text), OPT_TXT(event->data),
                        OPT_TXT(phase_word(event)), I64(event->starred), OPT_ID(event->actor_id), TXT(event->actor)),
                   NULL, err);
}

static bool one(struct tx *tx, const struct sql *sql, struct args args, struct event *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, sql, args, &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "timeline.unknown", "no such event");
    from_row(&row, out);
    return true;
}

bool event_by_seq(struct tx *tx, int64_t incident_id, int64_t seq, struct event *out, struct error *err) {
    return one(tx, &SQL_EVENT_BY_SEQ, ARGS(I64(incident_id), I64(seq)), out, err);
}

bool event_by_id(struct tx *tx, int64_t id, struct event *out, struct error *err) {
    return one(tx, &SQL_EVENT_BY_ID, ARGS(I64(id)), out, err);
}

bool event_correct(struct tx *tx, const struct event *before, const struct event *after, struct error *err) {
    struct op *op = tx_op(tx);
    return tx_exec(tx, &SQL_EDIT_INSERT,
                   ARGS(I64(id_new(op->now_ms)), I64(before->id), I64(op->now_ms), TXT(op->actor->name),
                        TXT(before->text), I64(before->at)),
                   NULL, err) &&
           tx_exec(tx, &SQL_EVENT_CORRECT,
                   ARGS(I64(after->id), TXT(after->text), I64(after->at), OPT_TXT(phase_word(after)),
                        I64(after->starred), I64(after->edits)),
                   NULL, err);
}

bool timeline_list(struct tx *tx, int64_t incident_id, const struct timeline_query *query, struct event **out,
                   size_t *count, struct error *err) {
    const struct sql *sql = query->before != 0 ? &SQL_EVENT_BEFORE : &SQL_EVENT_AFTER;
    int64_t from = query->before != 0 ? query->before : query->after;
    struct rows rows;
    if (!tx_query(tx, sql, ARGS(I64(incident_id), I64(from), I64(query->limit)), &rows, err)) return false;
    struct event *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct event);
    size_t length = 0;
    while (rows_next(&rows)) from_row(&rows, &list[length++]);
    *out = list;
    *count = length;
    return true;
}

bool timeline_edits(struct tx *tx, int64_t event_id, struct event_edit **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_EDIT_LIST, ARGS(I64(event_id)), &rows, err)) return false;
    struct event_edit *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct event_edit);
    size_t length = 0;
    while (rows_next(&rows)) {
        list[length++] =
            (struct event_edit){ rows_i64(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2), rows_i64(&rows, 3) };
    }
    *out = list;
    *count = length;
    return true;
}
