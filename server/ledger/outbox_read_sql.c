/* Outbox as administrators see it: see ledger_read.h. */
#include "ledger/ledger.h"
#include "ledger/ledger_read.h"
#include "ledger/ledger_sql.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "people/permission.h"

#define OUTBOX_COLUMNS                                                                                               \
    "SELECT o.id, o.destination_id, o.attempts, o.due_at, o.lease_until, o.created_at, COALESCE(o.finished_at, 0), " \
    "o.topic, d.name, d.connector, o.order_key, o.state, o.payload, o.severity, o.last_error "                       \
    "FROM outbox o JOIN destination d ON d.id = o.destination_id "
#define OUTBOX_RESULT \
    "iiiiiiitttttt"   \
    "TT"
SQL(SQL_OUTBOX_LIST, "tIii", OUTBOX_RESULT,
    OUTBOX_COLUMNS
    "WHERE o.state = ?1 AND (o.state <> 'dead' OR o.give_up_at > 0) AND (?2 IS NULL OR o.destination_id = ?2) AND o.id "
    "< ?3 ORDER BY o.id DESC LIMIT ?4");
SQL(SQL_OUTBOX_GET, "i", OUTBOX_RESULT, OUTBOX_COLUMNS "WHERE o.id = ?1");
SQL(SQL_OUTBOX_COUNT_READY, "i", "ii",
    "SELECT count(*), CAST(COALESCE(SUM(CASE WHEN due_at < ?1 THEN 1 ELSE 0 END), 0) AS BIGINT) "
    "FROM outbox WHERE state = 'ready'");
SQL(SQL_OUTBOX_COUNT_DEAD, "", "i", "SELECT count(*) FROM outbox WHERE state = 'dead' AND give_up_at > 0");
SQL(SQL_OUTBOX_CHANNELS, "", "tiIi",
    "SELECT d.connector, SUM(CASE WHEN o.state = 'ready' THEN 1 ELSE 0 END), "
    "MIN(CASE WHEN o.state = 'ready' THEN o.due_at END), "
    "SUM(CASE WHEN o.state = 'dead' AND o.give_up_at > 0 THEN 1 ELSE 0 END) "
    "FROM destination d LEFT JOIN outbox o ON o.destination_id = d.id AND o.state <> 'sent' GROUP BY d.connector "
    "ORDER BY d.connector");
SQL(SQL_OUTBOX_RETRY, "iii", "",
    "UPDATE outbox SET state = 'ready', attempts = 0, due_at = ?2, lease_owner = NULL, lease_until = 0, "
    "finished_at = NULL, give_up_at = ?3 WHERE id = ?1 AND state = 'dead'");
SQL(SQL_OUTBOX_DISCARD, "iit", "",
    "UPDATE outbox SET state = 'dead', give_up_at = 0, finished_at = ?2, last_error = ?3, lease_owner = NULL, "
    "lease_until = 0 "
    "WHERE id = ?1 AND state <> 'sent' AND give_up_at > 0");

static const struct sql *const STATEMENTS[] = { &SQL_OUTBOX_LIST,     &SQL_OUTBOX_COUNT_READY, &SQL_OUTBOX_COUNT_DEAD,
                                                &SQL_OUTBOX_CHANNELS, &SQL_OUTBOX_RETRY,       &SQL_OUTBOX_DISCARD,
                                                &SQL_OUTBOX_GET };
const struct sql_list OUTBOX_READ_STATEMENTS = { "outbox", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

enum { LATE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

static struct outbox_row row_of(const struct rows *rows) {
    return (struct outbox_row){
        .id = rows_i64(rows, 0),
        .destination_id = rows_i64(rows, 1),
        .attempts = rows_i64(rows, 2),
        .due_at = rows_i64(rows, 3),
        .lease_until = rows_i64(rows, 4),
        .created_at = rows_i64(rows, 5),
        .finished_at = rows_i64(rows, 6),
        .topic = rows_text(rows, 7),
        .destination = rows_text(rows, 8),
        .connector = rows_text(rows, 9),
        .order_key = rows_text(rows, 10),
        .state = rows_text(rows, 11),
        .payload = rows_text(rows, 12),
        .severity = rows_text(rows, 13),
        .last_error = rows_text(rows, 14),
    };
}

bool outbox_get(struct tx *tx, int64_t id, struct outbox_row *out, struct error *err) {
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_OUTBOX_GET, ARGS(I64(id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "outbox.unknown", "%lld", (long long)id);
    *out = row_of(&row);
    return true;
}

bool outbox_list(struct tx *tx, const struct outbox_filter *filter, struct outbox_page *out, struct error *err) {
    struct rows rows;
    REQUIRE(filter->limit >= 1 && filter->limit <= LEDGER_PAGE_MAX);
    int64_t before = filter->before_id == 0 ? INT64_MAX : filter->before_id;
    if (!tx_query(tx, &SQL_OUTBOX_LIST,
                  ARGS(TXT(filter->state), OPT_ID(filter->destination_id), I64(before), I64(filter->limit + 1)), &rows,
                  err)) {
        return false;
    }
    struct outbox_page page = { .list = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct outbox_row) };
    while (page.count < (size_t)filter->limit && rows_next(&rows)) page.list[page.count++] = row_of(&rows);
    page.more = rows.count > page.count;
    *out = page;
    return true;
}

bool outbox_count(struct tx *tx, struct outbox_counts *out, struct error *err) {
    struct rows ready, dead;
    bool found;
    if (!tx_query_one(tx, &SQL_OUTBOX_COUNT_READY, ARGS(I64(tx_op(tx)->now_ms - LATE_MS)), &ready, &found, err) ||
        !tx_query_one(tx, &SQL_OUTBOX_COUNT_DEAD, NO_ARGS, &dead, &found, err)) {
        return false;
    }
    *out = (struct outbox_counts){ rows_i64(&ready, 0), rows_i64(&ready, 1), rows_i64(&dead, 0) };
    return true;
}

bool outbox_channels(struct tx *tx, struct outbox_channels *out, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, &SQL_OUTBOX_CHANNELS, NO_ARGS, &rows, err)) return false;
    for (out->count = 0; out->count < OUTBOX_CHANNELS_MAX && rows_next(&rows); out->count++) {
        int64_t due = rows_i64(&rows, 2), now = tx_op(tx)->now_ms;
        out->list[out->count] = (struct outbox_channel){ .connector = rows_text(&rows, 0),
                                                         .ready = rows_i64(&rows, 1),
                                                         .late_ms = due > 0 && due < now ? now - due : 0,
                                                         .dead = rows_i64(&rows, 3) };
    }
    return true;
}

struct change {
    int64_t id;
    bool retry;
    const char *reason;
};

static bool apply(struct tx *tx, void *arg, struct error *err) {
    const struct change *change = arg;
    const struct op *op = tx_op(tx);
    const char *reason = arena_printf(op->arena, "discarded by %s: %s", op->actor->login, change->reason);
    int64_t changed = 0;
    bool ok = change->retry ? tx_exec(tx, &SQL_OUTBOX_RETRY,
                                      ARGS(I64(change->id), I64(op->now_ms), I64(op->now_ms + DAY_MS)), &changed, err)
                            : tx_exec(tx, &SQL_OUTBOX_DISCARD, ARGS(I64(change->id), I64(op->now_ms), TXT(reason)),
                                      &changed, err);
    if (!ok) return false;
    if (changed == 0) return ERROR(err, ERR_NOT_FOUND, "outbox.unknown", "%lld", (long long)change->id);
    tx_on_commit(tx, "outbox");
    return audit_add(tx, change->retry ? "outbox.retried" : "outbox.discarded",
                     arena_printf(op->arena, "outbox/%lld", (long long)change->id), NULL, err);
}

bool outbox_retry(struct op *op, int64_t id, struct error *err) {
    struct change change = { .id = id, .retry = true, .reason = "" };
    return permission_check(op, PERM_ADMIN, err) && store_write(op, apply, &change, err);
}

bool outbox_discard(struct op *op, int64_t id, const char *reason, struct error *err) {
    enum { REASON_MAX = 200 };
    struct change change = { .id = id };
    if (!permission_check(op, PERM_ADMIN, err)) return false;
    change.reason = field_text(op, "reason", reason, REASON_MAX, FIELD_REQUIRED);
    return op->fields.count > 0 ? OP_INVALID(op, err) : store_write(op, apply, &change, err);
}
