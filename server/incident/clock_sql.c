/* Rows of the clocks. */
#include "incident/incident_internal.h"
#include "incident/statements.h"

#include "base/arena.h"

enum { OWED_MAX = 1000 };

#define COLUMNS "kind, round, due_at, met_at, state, snoozed_until, stopped, reminders "
#define RESULT "tiiItIii"

SQL(SQL_CLOCK_LATEST, "it", RESULT,
    "SELECT " COLUMNS "FROM incident_clock WHERE incident_id = ?1 AND kind = ?2 ORDER BY round DESC LIMIT 1");
SQL(SQL_CLOCK_LIST, "i", RESULT,
    "SELECT " COLUMNS
    "FROM incident_clock c WHERE incident_id = ?1 AND state <> 'waived' AND round = "
    "(SELECT max(n.round) FROM incident_clock n WHERE n.incident_id = c.incident_id AND n.kind = c.kind) "
    "ORDER BY due_at, kind LIMIT 50");
SQL(SQL_CLOCK_PUT, "itiiItIii", "",
    "INSERT INTO incident_clock (incident_id, kind, round, due_at, met_at, state, snoozed_until, stopped, reminders) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (incident_id, kind, round) DO UPDATE SET "
    "due_at = excluded.due_at, met_at = excluded.met_at, state = excluded.state, "
    "snoozed_until = excluded.snoozed_until, stopped = excluded.stopped, reminders = excluded.reminders");
SQL(SQL_CLOCK_OWED, "ii", "i",
    "SELECT i.id FROM incident i WHERE i.begin_at >= ?1 AND EXISTS (SELECT 1 FROM incident_clock c "
    "WHERE c.incident_id = i.id AND c.kind IN ('report', 'retro') AND c.state IN ('pending', 'missed') "
    "AND c.met_at IS NULL) ORDER BY i.begin_at, i.id LIMIT ?2");

static const struct sql *const LIST[] = { &SQL_CLOCK_LATEST, &SQL_CLOCK_LIST, &SQL_CLOCK_PUT, &SQL_CLOCK_OWED };
const struct sql_list INCIDENT_CLOCK_STATEMENTS = { "incident/clock", LIST, sizeof LIST / sizeof *LIST };

static void from_row(const struct rows *row, struct clock_row *out) {
    REQUIRE(clock_kind_parse(rows_text(row, 0), &out->kind));
    out->round = rows_i64(row, 1);
    out->due_at = rows_i64(row, 2);
    out->met_at = rows_i64(row, 3);
    REQUIRE(clock_state_parse(rows_text(row, 4), &out->state));
    out->snoozed_until = rows_i64(row, 5);
    out->stopped = rows_i64(row, 6) == 1;
    out->reminders = rows_i64(row, 7);
}

bool clock_latest(struct tx *tx, int64_t incident_id, enum clock_kind kind, struct clock_row *out, bool *found,
                  struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_CLOCK_LATEST, ARGS(I64(incident_id), TXT(clock_kind_name(kind))), &row, found, err)) {
        return false;
    }
    if (*found) from_row(&row, out);
    return true;
}

bool clock_write(struct tx *tx, int64_t incident_id, const struct clock_row *row, struct error *err) {
    return tx_exec(tx, &SQL_CLOCK_PUT,
                   ARGS(I64(incident_id), TXT(clock_kind_name(row->kind)), I64(row->round), I64(row->due_at),
                        OPT_ID(row->met_at), TXT(clock_state_name(row->state)), OPT_ID(row->snoozed_until),
                        I64(row->stopped), I64(row->reminders)),
                   NULL, err);
}

bool clocks_of(struct tx *tx, int64_t incident_id, struct clock_row **out, size_t *count, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_CLOCK_LIST, ARGS(I64(incident_id)), &rows, err)) return false;
    struct clock_row *list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct clock_row);
    size_t length = 0;
    while (rows_next(&rows)) from_row(&rows, &list[length++]);
    *out = list;
    *count = length;
    return true;
}

bool clocks_owed(struct tx *tx, int64_t since, struct rows *rows, struct error *err) {
    return tx_query(tx, &SQL_CLOCK_OWED, ARGS(I64(since), I64(OWED_MAX)), rows, err);
}
