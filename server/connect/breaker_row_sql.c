/* Breakers as rows: see breaker_row.h. */
#include "connect/breaker_row.h"

#include "base/str.h"

#include <string.h>

SQL(SQL_BREAKER_LIST, "i", "itit",
    "SELECT destination_id, state, open_until, recent FROM destination_breaker ORDER BY destination_id LIMIT ?1");
SQL(SQL_BREAKER_KEEP, "ititi", "",
    "INSERT INTO destination_breaker (destination_id, state, open_until, recent, changed_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (destination_id) "
    "DO UPDATE SET state = ?2, open_until = ?3, recent = ?4, changed_at = ?5");
SQL(SQL_BREAKER_FORGET, "i", "", "DELETE FROM destination_breaker WHERE destination_id = ?1");

static const struct sql *const STATEMENTS[] = { &SQL_BREAKER_LIST, &SQL_BREAKER_KEEP, &SQL_BREAKER_FORGET };
const struct sql_list BREAKER_STATEMENTS = { "connect", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool breaker_rows(struct tx *tx, struct breaker_rows *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_BREAKER_LIST, ARGS(I64(BREAKER_ROWS_MAX)), &rows, err)) return false;
    for (out->count = 0; rows_next(&rows);) {
        struct breaker_row *row = &out->list[out->count++];
        row->destination_id = rows_i64(&rows, 0);
        row->breaker = breaker_restore(rows_text(&rows, 1), rows_i64(&rows, 2), rows_text(&rows, 3));
    }
    return true;
}

bool breaker_keep(struct tx *tx, int64_t destination_id, const struct breaker *breaker, struct error *err) {
    char recent[BREAKER_WINDOW + 1];
    if (breaker_is_well(breaker)) return breaker_forget(tx, destination_id, err);
    breaker_recent(breaker, recent);
    return tx_exec(tx, &SQL_BREAKER_KEEP,
                   ARGS(I64(destination_id), TXT(breaker_state_name(breaker->state)), I64(breaker->open_until),
                        TXT(recent), I64(tx_op(tx)->now_ms)),
                   NULL, err);
}

bool breaker_forget(struct tx *tx, int64_t destination_id, struct error *err) {
    return tx_exec(tx, &SQL_BREAKER_FORGET, ARGS(I64(destination_id)), NULL, err);
}

struct breaker breaker_of(const struct breaker_rows *rows, int64_t destination_id, int64_t now_ms) {
    struct breaker breaker = { .state = BREAKER_CLOSED };
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->list[i].destination_id == destination_id) breaker = rows->list[i].breaker;
    }
    (void)breaker_permits(&breaker, now_ms);
    return breaker;
}
