/* Store: the part both engines share. See db.h for the contract. */
#include "store/store_internal.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/str.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool store_open(const struct store_options *options, struct store **out, struct error *err) {
    bool remote = str_starts(options->database, "postgresql://") || str_starts(options->database, "postgres://");
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) die("store: out of memory");
    store->driver = remote ? &POSTGRES_DRIVER : &SQLITE_DRIVER;
    feed_init(&store->feed);
    pthread_mutex_init(&store->health.lock, NULL);
    store->health.writable = true;
    if (!store->driver->open(store, options, err)) {
        store_close(store);
        return false;
    }
    *out = store;
    return true;
}

void store_close(struct store *store) {
    if (store == NULL) return;
    store->driver->close(store);
    feed_done(&store->feed);
    pthread_mutex_destroy(&store->health.lock);
    free(store);
}

/* --- one snapshot for several reads --- */

void store_snapshot_allow(struct op *op) {
    op->snapshot = ARENA_NEW(op->arena, struct snapshot);
}

void store_snapshot_end(struct op *op) {
    if (op->snapshot == NULL || op->snapshot->conn == NULL) return;
    op->store->driver->end_read(op->store, op->snapshot->conn);
    op->snapshot->conn = NULL;
}

static bool read_within(struct snapshot *snapshot, struct job *job) {
    struct op *op = job->op;
    struct tx tx;
    if (snapshot->conn == NULL) snapshot->conn = op->store->driver->begin_read(op->store, job->err);
    if (snapshot->conn == NULL) return op->store->driver->read(op->store, job);
    tx_init(&tx, op->store, job, snapshot->conn, false);
    bool ok = tx_call(&tx, job);
    if (!tx.doomed) return ok;
    store_snapshot_end(op); /* the connection may be lost: what is read next begins anew */
    return tx.worth_retry && op->store->driver->read(op->store, job);
}

/* --- units of work --- */

bool store_write(struct op *op, tx_fn fn, void *arg, struct error *err) {
    store_snapshot_end(op); /* what is read afterwards is to show what was written */
    struct job job = { .op = op, .fn = fn, .arg = arg, .err = err, .fields = op->fields };
    return op->store->driver->write(op->store, &job);
}

bool store_read(struct op *op, tx_fn fn, void *arg, struct error *err) {
    struct job job = { .op = op, .fn = fn, .arg = arg, .err = err, .fields = op->fields };
    if (op->snapshot != NULL) return read_within(op->snapshot, &job);
    return op->store->driver->read(op->store, &job);
}

void store_write_each(struct op *op, struct store_job *jobs, size_t count) {
    store_snapshot_end(op);
    struct job *list = ARENA_ARRAY(op->arena, count + 1, struct job);
    bool *done = ARENA_ARRAY(op->arena, count + 1, bool);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct job){ .op = op, .fn = jobs[i].fn, .arg = jobs[i].arg, .err = &jobs[i].err };
    if (op->store->driver->write_each != NULL) {
        op->store->driver->write_each(op->store, list, done, count);
    } else {
        for (size_t i = 0; i < count; i++) done[i] = op->store->driver->write(op->store, &list[i]);
    }
    for (size_t i = 0; i < count; i++) jobs[i].done = done[i];
}

void tx_init(struct tx *tx, struct store *store, const struct job *job, void *conn, bool writes) {
    *tx = (struct tx){ .op = job->op, .store = store, .conn = conn, .writes = writes };
}

bool tx_call(struct tx *tx, struct job *job) {
    job->op->fields = job->fields;
    if (job->fields.last != NULL) job->fields.last->next = NULL;
    bool ok = job->fn(tx, job->arg, job->err);
    if (ok && tx->doomed) *job->err = tx->cause; /* the callback overlooked a failed statement: nothing is kept */
    return ok && !tx->doomed;
}

void retry_pause(int tries) {
    long ms = 1 + (long)randombytes_uniform(10U * (unsigned)tries);
    struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    nanosleep(&pause, NULL);
}

/* --- health --- */

void health_good(struct store *store) {
    pthread_mutex_lock(&store->health.lock);
    store->health.writable = true;
    pthread_mutex_unlock(&store->health.lock);
}

void health_bad(struct store *store, const struct error *err) {
    pthread_mutex_lock(&store->health.lock);
    store->health.writable = false;
    str_copy(store->health.last_error, sizeof store->health.last_error, err->detail);
    pthread_mutex_unlock(&store->health.lock);
}

void store_health(struct store *store, struct store_health *out) {
    *out = (struct store_health){ .commits = atomic_load(&store->health.commits),
                                  .jobs = atomic_load(&store->health.jobs) };
    pthread_mutex_lock(&store->health.lock);
    out->writable = store->health.writable;
    str_copy(out->last_error, sizeof out->last_error, store->health.last_error);
    pthread_mutex_unlock(&store->health.lock);
    store->driver->health(store, out);
}

/* --- inside a transaction --- */

struct op *tx_op(const struct tx *tx) {
    return tx->op;
}

enum store_engine store_engine(const struct store *store) {
    return store->driver->engine;
}

enum store_engine tx_engine(const struct tx *tx) {
    return tx->store->driver->engine;
}

static void check_args(const struct sql *sql, struct args args) {
    if (args.count != strlen(sql->params)) die("%s: %zu arguments for \"%s\"", sql->name, args.count, sql->params);
    for (size_t i = 0; i < args.count; i++) {
        char kind = sql->params[i];
        bool nullable = isupper((unsigned char)kind) != 0;
        enum arg_tag wanted = tolower((unsigned char)kind) == 'i' ? ARG_I64 : ARG_TEXT;
        const struct arg *arg = &args.list[i];
        if (arg->tag == ARG_NULL ? !nullable : arg->tag != wanted) die("%s: argument %zu", sql->name, i + 1);
        if (arg->tag == ARG_TEXT && arg->text == NULL) die("%s: argument %zu is a NULL text", sql->name, i + 1);
    }
}

static bool doom(struct tx *tx, struct error *err) {
    tx->doomed = true;
    tx->worth_retry = err->kind == ERR_BUSY;
    tx->cause = *err;
    return false;
}

static bool run(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err) {
    check_args(sql, args);
    if (tx->doomed) {
        *err = tx->cause;
        return false;
    }
    if (fault_here(sql->name)) {
        ERROR(err, ERR_INTERNAL, "store.failed", "%s: fault point", sql->name);
        return doom(tx, err);
    }
    if (!tx->store->driver->run(tx, sql, args, out, err)) return doom(tx, err);
    return true;
}

bool tx_exec(struct tx *tx, const struct sql *sql, struct args args, int64_t *changed, struct error *err) {
    struct result result = { 0 };
    REQUIRE(*sql->result == '\0');
    if (!run(tx, sql, args, &result, err)) return false;
    if (changed != NULL) *changed = result.changed;
    return true;
}

bool tx_exec_late(struct tx *tx, const struct sql *sql, struct args args, struct error *err) {
    struct arena *arena = tx->op->arena;
    if (tx->store->driver->engine != STORE_SQLITE) return tx_exec(tx, sql, args, NULL, err);
    check_args(sql, args);
    struct arg *list = ARENA_ARRAY(arena, args.count, struct arg);
    if (args.count > 0) memcpy(list, args.list, args.count * sizeof *list);
    struct late *late = ARENA_NEW(arena, struct late);
    *late = (struct late){ sql, { list, args.count }, NULL };
    if (tx->last_late == NULL) tx->late = late;
    else tx->last_late->next = late;
    tx->last_late = late;
    return true;
}

bool tx_run_late(struct tx *tx, struct error *err) {
    for (const struct late *late = tx->late; late != NULL; late = late->next) {
        if (!tx_exec(tx, late->sql, late->args, NULL, err)) return false;
    }
    return true;
}

bool tx_query(struct tx *tx, const struct sql *sql, struct args args, struct rows *rows, struct error *err) {
    struct result result = { 0 };
    REQUIRE(*sql->result != '\0');
    if (!run(tx, sql, args, &result, err)) return false;
    *rows = (struct rows){ .cells = result.cells, .columns = strlen(sql->result), .count = result.rows };
    return true;
}

bool tx_query_one(struct tx *tx, const struct sql *sql, struct args args, struct rows *row, bool *found,
                  struct error *err) {
    if (!tx_query(tx, sql, args, row, err)) return false;
    if (row->count > 1) {
        ERROR(err, ERR_INTERNAL, "store.failed", "%s: %zu rows where one is expected", sql->name, row->count);
        return doom(tx, err);
    }
    *found = rows_next(row);
    return true;
}

void tx_on_commit(struct tx *tx, const char *topic) {
    REQUIRE(tx->writes);
    for (const struct topic *known = tx->topics; known != NULL; known = known->next) {
        if (strcmp(known->name, topic) == 0) return;
    }
    struct topic *entry = ARENA_NEW(tx->op->arena, struct topic);
    entry->name = arena_str(tx->op->arena, topic);
    if (tx->last_topic == NULL) tx->topics = entry;
    else tx->last_topic->next = entry;
    tx->last_topic = entry;
}

/* --- rows --- */

bool rows_next(struct rows *rows) {
    if (rows->at >= rows->count) return false;
    rows->at++;
    return true;
}

static const struct arg *cell(const struct rows *rows, size_t column) {
    REQUIRE(rows->at >= 1 && rows->at <= rows->count && column < rows->columns);
    return &rows->cells[(rows->at - 1) * rows->columns + column];
}

int64_t rows_i64(const struct rows *rows, size_t column) {
    const struct arg *value = cell(rows, column);
    REQUIRE(value->tag != ARG_TEXT);
    return value->i64;
}

const char *rows_text(const struct rows *rows, size_t column) {
    const struct arg *value = cell(rows, column);
    REQUIRE(value->tag != ARG_I64);
    return value->text;
}

bool rows_is_null(const struct rows *rows, size_t column) {
    return cell(rows, column)->tag == ARG_NULL;
}

bool cells_add(struct cells *cells, struct arg cell, size_t bytes) {
    if (cells->count >= RESULT_CELLS_MAX || bytes > RESULT_BYTES_MAX - cells->bytes) return false;
    if (cells->count == cells->size) {
        cells->size = cells->size == 0 ? 256 : cells->size * 2;
        cells->list = reallocarray(cells->list, cells->size, sizeof *cells->list);
        if (cells->list == NULL) die("store: out of memory");
    }
    cells->list[cells->count++] = cell;
    cells->bytes += bytes;
    return true;
}

void cells_take(struct cells *cells, struct arena *arena, struct result *out, size_t columns) {
    struct arg *copy = ARENA_ARRAY(arena, cells->count, struct arg);
    if (cells->count > 0) memcpy(copy, cells->list, cells->count * sizeof *copy);
    out->cells = copy;
    out->rows = columns == 0 ? 0 : cells->count / columns;
    if (cells->size <= CELLS_KEPT) return;
    free(cells->list); /* one large result must not stay with every connection that ever read one */
    *cells = (struct cells){ 0 };
}
