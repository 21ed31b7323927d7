/* SQLite engine: a pool of read-only connections beside the writer thread.
 *
 * A read computes and waits for nothing but a processor (and, seldom, the disk), so more readers than that only take
 * turns, each with a schema, prepared statements and pages of its own: with 64 of them the better part of the
 * process's memory. Two for each processor answer as many requests in less processor time, and the slowest of them
 * sooner. A read must not begin another one: all could be waiting for the last. */
#include "store/sqlite_internal.h"

#include <stdlib.h>
#include <sys/sysinfo.h>

enum { READERS_MIN = 8, READERS_MAX = 64, READERS_PER_CPU = 2, TRIES = 3 };

struct sqlite_store {
    struct sqlite_writer *writer;
    struct sqlite_conn *readers;
    int count;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct sqlite_conn *idle[READERS_MAX]; /* a stack: the connection used last has the warmest cache */
    int idle_count;
};

static int reader_count(int wanted) {
    int enough = get_nprocs() * READERS_PER_CPU;
    if (enough < READERS_MIN) enough = READERS_MIN;
    if (enough > READERS_MAX) enough = READERS_MAX;
    if (wanted < 1) return 1;
    return wanted < enough ? wanted : enough;
}

static bool open_sqlite(struct store *store, const struct store_options *options, struct error *err) {
    /* Counting allocations takes a lock that all connections share. Refused if SQLite is in use: no matter. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct sqlite_store *sqlite = calloc(1, sizeof *sqlite);
    if (sqlite == NULL) die("sqlite: out of memory");
    store->engine = sqlite;
    pthread_mutex_init(&sqlite->lock, NULL);
    pthread_cond_init(&sqlite->returned, NULL);
    sqlite->writer = sqlite_writer_start(store, options->database, err);
    if (sqlite->writer == NULL) return false;
    int wanted = reader_count(options->readers);
    sqlite->readers = calloc((size_t)wanted, sizeof *sqlite->readers);
    if (sqlite->readers == NULL) die("sqlite: out of memory");
    for (; sqlite->count < wanted; sqlite->count++) {
        struct sqlite_conn *reader = &sqlite->readers[sqlite->count];
        if (!sqlite_conn_open(options->database, SQLITE_READER, reader, err)) return false;
        sqlite->idle[sqlite->idle_count++] = reader;
    }
    return true;
}

static void close_sqlite(struct store *store) {
    struct sqlite_store *sqlite = store->engine;
    if (sqlite == NULL) return;
    for (int i = 0; i < sqlite->count; i++) sqlite_conn_close(&sqlite->readers[i]);
    sqlite_writer_stop(sqlite->writer); /* last, so that the log is emptied with no reader in the way */
    pthread_mutex_destroy(&sqlite->lock);
    pthread_cond_destroy(&sqlite->returned);
    free(sqlite->readers);
    free(sqlite);
}

static struct sqlite_conn *borrow(struct sqlite_store *sqlite) {
    pthread_mutex_lock(&sqlite->lock);
    while (sqlite->idle_count == 0) pthread_cond_wait(&sqlite->returned, &sqlite->lock);
    struct sqlite_conn *reader = sqlite->idle[--sqlite->idle_count];
    pthread_mutex_unlock(&sqlite->lock);
    return reader;
}

static void give_back(struct sqlite_store *sqlite, struct sqlite_conn *reader) {
    pthread_mutex_lock(&sqlite->lock);
    sqlite->idle[sqlite->idle_count++] = reader;
    pthread_cond_signal(&sqlite->returned);
    pthread_mutex_unlock(&sqlite->lock);
}

static bool write_sqlite(struct store *store, struct job *job) {
    struct sqlite_store *sqlite = store->engine;
    struct queued queued = { .job = job };
    sqlite_writer_run(sqlite->writer, &queued, 1);
    return queued.ok;
}

static void write_each_sqlite(struct store *store, struct job *jobs, bool *done, size_t count) {
    struct sqlite_store *sqlite = store->engine;
    struct queued *list = calloc(count + 1, sizeof *list);
    if (list == NULL) die("sqlite: out of memory");
    for (size_t i = 0; i < count; i++) list[i].job = &jobs[i];
    sqlite_writer_run(sqlite->writer, list, count);
    for (size_t i = 0; i < count; i++) done[i] = list[i].ok;
    free(list);
}

SQL(SQL_BEGIN, "", "", "BEGIN");
SQL(SQL_ROLLBACK, "", "", "ROLLBACK");

static bool read_once(struct store *store, struct sqlite_conn *reader, struct job *job, bool *again) {
    struct tx tx;
    struct error ignored;
    tx_init(&tx, store, job, reader, false);
    *again = false;
    if (!sqlite_conn_control(reader, &SQL_BEGIN, job->err)) return false;
    bool ok = tx_call(&tx, job);
    *again = tx.worth_retry;
    return sqlite_conn_control(reader, &SQL_ROLLBACK, &ignored) && ok; /* nothing was written: ends the snapshot */
}

static bool read_sqlite(struct store *store, struct job *job) {
    struct sqlite_store *sqlite = store->engine;
    struct sqlite_conn *reader = borrow(sqlite);
    bool again = true, ok = false;
    for (int tries = 1; !ok && again && tries <= TRIES; tries++) {
        ok = read_once(store, reader, job, &again);
        if (again && tries < TRIES) retry_pause(tries);
    }
    give_back(sqlite, reader);
    return ok;
}

static void *begin_read_sqlite(struct store *store, struct error *err) {
    struct sqlite_store *sqlite = store->engine;
    struct sqlite_conn *reader = borrow(sqlite);
    if (sqlite_conn_control(reader, &SQL_BEGIN, err)) return reader;
    give_back(sqlite, reader);
    return NULL;
}

static void end_read_sqlite(struct store *store, void *conn) {
    struct error ignored; /* nothing was written; a reader that cannot end its snapshot says so when used next */
    (void)!sqlite_conn_control(conn, &SQL_ROLLBACK, &ignored);
    give_back(store->engine, conn);
}

static bool script_sqlite(struct tx *tx, const char *statement, struct error *err) {
    return sqlite_conn_exec(tx->conn, statement, err);
}

static bool check_one(struct store *store, const struct sql *sql, struct error *err) {
    struct sqlite_store *sqlite = store->engine;
    struct sqlite_conn *reader = borrow(sqlite);
    bool ok = sqlite_check(reader, sql, err);
    give_back(sqlite, reader);
    return ok;
}

static void health_sqlite(struct store *store, struct store_health *out) {
    struct sqlite_store *sqlite = store->engine;
    sqlite_writer_health(sqlite->writer, out);
}

const struct driver SQLITE_DRIVER = {
    .engine = STORE_SQLITE,
    .open = open_sqlite,
    .close = close_sqlite,
    .write = write_sqlite,
    .write_each = write_each_sqlite,
    .read = read_sqlite,
    .begin_read = begin_read_sqlite,
    .end_read = end_read_sqlite,
    .run = sqlite_run,
    .script = script_sqlite,
    .check = check_one,
    .health = health_sqlite,
};
