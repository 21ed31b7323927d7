/* Pages and what they did to reach somebody: statements and rows. */
#include "escalation/stored.h"

#include "base/arena.h"
#include "base/id.h"

enum { PAGES_MAX = 5000, MESSAGES_MAX = 10000 };

SQL(SQL_PAGE_ADD, "iiiiittTi", "i",
    "INSERT INTO escalation_page (id, incident_id, run, loop, step, recipient, kind, reason, at) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (incident_id, run, loop, step, recipient) DO NOTHING "
    "RETURNING id");
#define PAGE_SELECT "SELECT id, run, loop, step, recipient, kind, reason, at, incident_id FROM escalation_page "
#define PAGE_RESULT "iiiittTii"
SQL(SQL_PAGES, "ii", PAGE_RESULT, PAGE_SELECT "WHERE incident_id = ?1 ORDER BY id LIMIT ?2");
SQL(SQL_PAGE_FIND, "i", PAGE_RESULT, PAGE_SELECT "WHERE id = ?1");
SQL(SQL_MESSAGE_ADD, "iiittTIi", "",
    "INSERT INTO escalation_message (id, incident_id, page_id, kind, address, reason, outbox_id, at) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
/* With what became of what was queued; after a month the queue has forgotten it. */
SQL(SQL_MESSAGES, "ii", "ittTIiT",
    "SELECT m.page_id, m.kind, m.address, m.reason, m.outbox_id, m.at, o.state FROM escalation_message m "
    "LEFT JOIN outbox o ON o.id = m.outbox_id WHERE m.incident_id = ?1 ORDER BY m.id LIMIT ?2");

static const struct sql *const STATEMENTS[] = { &SQL_PAGE_ADD, &SQL_PAGES, &SQL_PAGE_FIND, &SQL_MESSAGE_ADD,
                                                &SQL_MESSAGES };
const struct sql_list PAGE_STATEMENTS = { "page", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

static struct stored_page page_of(const struct rows *row) {
    return (struct stored_page){ .run = rows_i64(row, 1),
                                 .loop = rows_i64(row, 2),
                                 .step = rows_i64(row, 3),
                                 .at = rows_i64(row, 7),
                                 .recipient = rows_text(row, 4),
                                 .kind = rows_text(row, 5),
                                 .reason = rows_text(row, 6),
                                 .id = rows_i64(row, 0) };
}

bool stored_page_add(struct tx *tx, int64_t incident_id, const struct stored_page *page, int64_t *id,
                     struct error *err) {
    struct rows row;
    bool fresh;
    if (!tx_query_one(tx, &SQL_PAGE_ADD,
                      ARGS(I64(id_new(tx_op(tx)->now_ms)), I64(incident_id), I64(page->run), I64(page->loop),
                           I64(page->step), TXT(page->recipient), TXT(page->kind), OPT_TXT(page->reason),
                           I64(page->at)),
                      &row, &fresh, err))
        return false;
    *id = fresh ? rows_i64(&row, 0) : 0;
    return true;
}

bool stored_pages(struct tx *tx, int64_t incident_id, struct stored_pages *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_PAGES, ARGS(I64(incident_id), I64(PAGES_MAX)), &rows, err)) return false;
    *out = (struct stored_pages){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct stored_page), 0 };
    while (rows_next(&rows)) out->items[out->count++] = page_of(&rows);
    return true;
}

bool stored_page_find(struct tx *tx, int64_t id, struct stored_page *out, int64_t *incident_id, bool *found,
                      struct error *err) {
    struct rows row;
    if (!tx_query_one(tx, &SQL_PAGE_FIND, ARGS(I64(id)), &row, found, err)) return false;
    if (!*found) return true;
    *out = page_of(&row);
    *incident_id = rows_i64(&row, 8);
    return true;
}

bool stored_message_add(struct tx *tx, int64_t incident_id, const struct stored_message *message, struct error *err) {
    return tx_exec(tx, &SQL_MESSAGE_ADD,
                   ARGS(I64(id_new(tx_op(tx)->now_ms)), I64(incident_id), I64(message->page_id), TXT(message->kind),
                        TXT(message->address), OPT_TXT(message->reason), OPT_ID(message->outbox_id), I64(message->at)),
                   NULL, err);
}

bool stored_messages(struct tx *tx, int64_t incident_id, struct stored_messages *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_MESSAGES, ARGS(I64(incident_id), I64(MESSAGES_MAX)), &rows, err)) return false;
    *out = (struct stored_messages){ ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct stored_message), 0 };
    while (rows_next(&rows))
        out->items[out->count++] =
            (struct stored_message){ rows_i64(&rows, 0), rows_text(&rows, 1), rows_text(&rows, 2), rows_text(&rows, 3),
                                     rows_i64(&rows, 4), rows_i64(&rows, 5),  rows_text(&rows, 6) };
    return true;
}
