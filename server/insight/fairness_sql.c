/* Pages of a time, and everybody who may have been on call. */
#include "insight/fairness_rows.h"

#include "base/arena.h"
#include "base/id.h"

enum { PAGES_MAX = 200000, PEOPLE_MAX = 5000 };

SQL(SQL_FAIRNESS_PAGES, "iii", "ti",
    "SELECT p.recipient, p.at FROM escalation_page p JOIN incident i ON i.id = p.incident_id "
    "WHERE p.at >= ?1 AND p.at < ?2 AND p.kind NOT IN ('channel', 'skipped') AND i.kind <> 'drill' "
    "ORDER BY p.at, p.id LIMIT ?3");
SQL(SQL_FAIRNESS_PEOPLE, "i", "itt", "SELECT id, login, name FROM user_account ORDER BY name, login LIMIT ?1");

static const struct sql *const STATEMENTS[] = { &SQL_FAIRNESS_PAGES, &SQL_FAIRNESS_PEOPLE };
const struct sql_list FAIRNESS_STATEMENTS = { "fairness", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

bool fairness_sql_pages(struct tx *tx, int64_t from, int64_t until, struct fairness_pages *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_FAIRNESS_PAGES, ARGS(I64(from), I64(until), I64(PAGES_MAX)), &rows, err)) return false;
    *out = (struct fairness_pages){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct fairness_page), 0 };
    while (rows_next(&rows))
        out->items[out->count++] = (struct fairness_page){ rows_text(&rows, 0), rows_i64(&rows, 1) };
    return true;
}

bool fairness_sql_people(struct tx *tx, struct fairness_people *out, struct error *err) {
    struct rows rows;
    struct arena *arena = tx_op(tx)->arena;
    char id[ID_TEXT_SIZE];
    if (!tx_query(tx, &SQL_FAIRNESS_PEOPLE, ARGS(I64(PEOPLE_MAX)), &rows, err)) return false;
    *out = (struct fairness_people){ ARENA_ARRAY(arena, rows.count, struct fairness_person), 0 };
    while (rows_next(&rows)) {
        out->items[out->count++] = (struct fairness_person){ .id = arena_str(arena, id_text(rows_i64(&rows, 0), id)),
                                                             .login = rows_text(&rows, 1),
                                                             .name = rows_text(&rows, 2) };
    }
    return true;
}
