/* Scheduler: see scheduler.h. */
#include "work/scheduler.h"

#include "base/arena.h"
#include "base/log.h"
#include "net/retry.h"

#include <stdio.h>

SQL(SQL_DUE_LIST, "ii", "titiiiT",
    "SELECT kind, subject_id, variant, due_at, run_at, attempts, payload FROM due WHERE run_at <= ?1 "
    "ORDER BY run_at, kind, subject_id, variant LIMIT ?2");
SQL(SQL_DUE_TAKE, "titi", "i",
    "DELETE FROM due WHERE kind = ?1 AND subject_id = ?2 AND variant = ?3 AND run_at = ?4 RETURNING due_at");
SQL(SQL_DUE_DELAY, "titiit", "",
    "UPDATE due SET run_at = ?5, attempts = attempts + 1, last_error = ?6 "
    "WHERE kind = ?1 AND subject_id = ?2 AND variant = ?3 AND run_at = ?4");
SQL(SQL_DUE_NEXT, "", "i", "SELECT run_at FROM due ORDER BY run_at LIMIT 1");

static const struct sql *const STATEMENTS[] = { &SQL_DUE_LIST, &SQL_DUE_TAKE, &SQL_DUE_DELAY, &SQL_DUE_NEXT };
const struct sql_list SCHEDULER_STATEMENTS = { "work", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

struct item {
    struct due due;
    int64_t run_at, attempts;
    due_handler handler; /* NULL: unknown kind */
    const char *reason; /* why it failed */
};

struct batch {
    struct item list[SCHEDULER_BATCH];
    int count;
    int64_t next; /* scheduler_next */
};

static bool list_due(struct tx *tx, void *arg, struct error *err) {
    struct batch *batch = arg;
    struct rows rows;
    if (!tx_query(tx, &SQL_DUE_LIST, ARGS(I64(tx_op(tx)->now_ms), I64(SCHEDULER_BATCH)), &rows, err)) return false;
    for (batch->count = 0; rows_next(&rows);) {
        batch->list[batch->count++] = (struct item){
            .due = { .kind = rows_text(&rows, 0),
                     .subject_id = rows_i64(&rows, 1),
                     .variant = rows_text(&rows, 2),
                     .due_ms = rows_i64(&rows, 3),
                     .payload = rows_text(&rows, 6) },
            .run_at = rows_i64(&rows, 4),
            .attempts = rows_i64(&rows, 5),
        };
    }
    return true;
}

static bool fire(struct tx *tx, void *arg, struct error *err) {
    const struct item *item = arg;
    const struct due *due = &item->due;
    struct rows row;
    bool mine;
    if (!tx_query_one(tx, &SQL_DUE_TAKE,
                      ARGS(TXT(due->kind), I64(due->subject_id), TXT(due->variant), I64(item->run_at)), &row, &mine,
                      err)) {
        return false;
    }
    if (!mine) return true; /* moved, cancelled, or run by another node meanwhile */
    return item->handler(tx, due, err);
}

static bool delay(struct tx *tx, void *arg, struct error *err) {
    const struct item *item = arg;
    const struct due *due = &item->due;
    int64_t again = tx_op(tx)->now_ms + retry_ceiling_ms(item->attempts + 1);
    return tx_exec(
        tx, &SQL_DUE_DELAY,
        ARGS(TXT(due->kind), I64(due->subject_id), TXT(due->variant), I64(item->run_at), I64(again), TXT(item->reason)),
        NULL, err);
}

static bool fire_unknown(struct tx *tx, void *arg, struct error *err) {
    const struct item *item = arg;
    (void)tx;
    return ERROR(err, ERR_INTERNAL, "work.unknown_kind", "no handler for %s", item->due.kind);
}

/* Runs all, then puts off what failed. */
bool scheduler_pass(struct op *op, const struct due_entry *handlers, int *ran, struct error *err) {
    struct batch *batch = ARENA_NEW(op->arena, struct batch);
    if (!store_read(op, list_due, batch, err)) return false;
    size_t count = (size_t)batch->count;
    struct store_job *jobs = ARENA_ARRAY(op->arena, count + 1, struct store_job);
    for (size_t i = 0; i < count; i++) {
        struct item *item = &batch->list[i];
        item->handler = due_handler_find(handlers, item->due.kind);
        jobs[i] = (struct store_job){ .fn = item->handler == NULL ? fire_unknown : fire, .arg = item };
    }
    store_write_each(op, jobs, count);
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].done) continue;
        log_error("due.failed", op->request_id, &jobs[i].err);
        batch->list[i].reason = arena_printf(op->arena, "%s: %s", jobs[i].err.code, jobs[i].err.detail);
        if (!store_write(op, delay, &batch->list[i], err)) return false;
    }
    *ran = batch->count;
    return true;
}

static bool read_next(struct tx *tx, void *arg, struct error *err) {
    int64_t *out = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_DUE_NEXT, NO_ARGS, &row, &found, err)) return false;
    *out = found ? rows_i64(&row, 0) : INT64_MAX;
    return true;
}

bool scheduler_next(struct op *op, int64_t *out, struct error *err) {
    return store_read(op, read_next, out, err);
}
