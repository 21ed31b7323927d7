/* PostgreSQL engine: a pool for writes (SERIALIZABLE, the promise SQLite gives) and one for reads (one snapshot).
 *
 * Serialization failures are the normal case under contention, so a write is run again up to WRITE_TRIES times. A
 * connection lost before COMMIT was sent counts as one of them; one lost during COMMIT leaves the outcome unknown
 * and is reported as an error, never repeated.
 */
#include "store/postgres_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/log.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POOL_MAX = 256, WRITE_TRIES = 10, READ_TRIES = 3, BORROW_SECONDS = 5, PAYLOAD_MAX = 7900, NODE_SIZE = 17 };

struct pool {
    struct postgres_conn *conns;
    int count;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct postgres_conn *idle[POOL_MAX]; /* a stack */
    int idle_count;
    int waiting;
};

struct postgres_store {
    char *url;
    char node[NODE_SIZE]; /* a random word, so that a node knows its own notifications */
    struct pool writers, readers;
    struct postgres_listener *listener;
};

static void pool_init(struct pool *pool, int wanted) {
    pool->count = wanted < 1 ? 1 : wanted > POOL_MAX ? POOL_MAX : wanted;
    pool->conns = calloc((size_t)pool->count, sizeof *pool->conns);
    if (pool->conns == NULL) die("postgres: out of memory");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->returned, NULL);
    for (int i = 0; i < pool->count; i++) pool->idle[pool->idle_count++] = &pool->conns[i];
}

static void pool_done(struct pool *pool) {
    for (int i = 0; i < pool->count; i++) postgres_conn_close(&pool->conns[i]);
    free(pool->conns);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->returned);
}

static struct postgres_conn *borrow(struct pool *pool, struct error *err) {
    struct timespec until;
    struct postgres_conn *conn = NULL;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += BORROW_SECONDS;
    pthread_mutex_lock(&pool->lock);
    pool->waiting++;
    while (pool->idle_count == 0) {
        if (pthread_cond_timedwait(&pool->returned, &pool->lock, &until) == ETIMEDOUT) break;
    }
    pool->waiting--;
    if (pool->idle_count > 0) conn = pool->idle[--pool->idle_count];
    pthread_mutex_unlock(&pool->lock);
    if (conn == NULL) ERROR(err, ERR_BUSY, "store.busy", "no connection free within %d s", BORROW_SECONDS);
    return conn;
}

static void give_back(struct pool *pool, struct postgres_conn *conn) {
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_count++] = conn;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
}

static bool open_postgres(struct store *store, const struct store_options *options, struct error *err) {
    struct postgres_store *postgres = calloc(1, sizeof *postgres);
    if (postgres == NULL) die("postgres: out of memory");
    store->engine = postgres;
    unsigned char random[(NODE_SIZE - 1) / 2];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(postgres->node, sizeof postgres->node, random, sizeof random);
    postgres->url = strdup(options->database);
    if (postgres->url == NULL) die("postgres: out of memory");
    pool_init(&postgres->writers, options->writers);
    pool_init(&postgres->readers, options->readers);
    postgres->listener = postgres_listener_start(store, postgres->url, postgres->node, err);
    return postgres->listener != NULL;
}

static void close_postgres(struct store *store) {
    struct postgres_store *postgres = store->engine;
    postgres_listener_stop(postgres->listener);
    pool_done(&postgres->writers);
    pool_done(&postgres->readers);
    free(postgres->url);
    free(postgres);
}

/* Tells the other nodes, in the same transaction. */
static bool notify(struct tx *tx, struct error *err) {
    const struct postgres_store *postgres = tx->store->engine;
    struct buf payload;
    if (tx->topics == NULL) return true;
    buf_init(&payload, tx->op->arena, PAYLOAD_MAX);
    buf_puts(&payload, postgres->node);
    for (const struct topic *each = tx->topics; each != NULL; each = each->next) {
        buf_putc(&payload, '\n');
        buf_puts(&payload, each->name);
    }
    const char *text = payload.overflow ? arena_printf(tx->op->arena, "%s\n*", postgres->node) : payload.data;
    return postgres_conn_notify(tx->conn, text, err);
}

static bool commit(struct postgres_conn *conn, struct error *err) {
    if (fault_here("commit")) return ERROR(err, ERR_INTERNAL, "store.failed", "commit: fault point");
    if (postgres_conn_exec(conn, "COMMIT", err)) return true;
    if (PQstatus(conn->pg) != CONNECTION_OK) {
        return ERROR(err, ERR_INTERNAL, "store.commit_unknown", "connection lost while committing");
    }
    return false;
}

struct attempt {
    const char *begin;
    bool writes;
    bool again; /* out: worth another try */
};

static bool run_once(struct store *store, struct postgres_conn *conn, struct job *job, struct attempt *attempt) {
    const struct postgres_store *postgres = store->engine;
    struct tx tx;
    struct error ignored;
    tx_init(&tx, store, job, conn, attempt->writes);
    attempt->again = true;
    if (!postgres_conn_ensure(conn, postgres->url, job->err)) return false;
    if (!postgres_conn_exec(conn, attempt->begin, job->err)) return false;
    bool ok = tx_call(&tx, job);
    attempt->again = tx.worth_retry;
    if (ok && attempt->writes) {
        ok = notify(&tx, job->err) && commit(conn, job->err);
        attempt->again = !ok && job->err->kind == ERR_BUSY;
        if (ok) feed_publish_all(&store->feed, tx.topics);
        if (ok) return true;
    }
    /* a failed rollback means a lost connection, which the next user of it notices and mends */
    if (!postgres_conn_exec(conn, "ROLLBACK", &ignored)) postgres_conn_close(conn);
    return ok;
}

static bool run_job(struct store *store, struct pool *pool, struct job *job, struct attempt *attempt) {
    int tries_max = attempt->writes ? WRITE_TRIES : READ_TRIES;
    struct postgres_conn *conn = borrow(pool, job->err);
    if (conn == NULL) return false;
    bool ok = false;
    attempt->again = true;
    for (int tries = 1; !ok && attempt->again && tries <= tries_max; tries++) {
        ok = run_once(store, conn, job, attempt);
        if (!ok && attempt->again && tries < tries_max) retry_pause(tries);
    }
    give_back(pool, conn);
    return ok;
}

static bool write_postgres(struct store *store, struct job *job) {
    struct postgres_store *postgres = store->engine;
    struct attempt attempt = { .begin = "BEGIN ISOLATION LEVEL SERIALIZABLE", .writes = true };
    bool ok = run_job(store, &postgres->writers, job, &attempt);
    if (ok) {
        atomic_fetch_add(&store->health.commits, 1);
        atomic_fetch_add(&store->health.jobs, 1);
        health_good(store);
    } else if (attempt.again && strcmp(job->err->code, "store.lost") == 0) {
        health_bad(store, job->err);
    }
    return ok;
}

static const char BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

static bool read_postgres(struct store *store, struct job *job) {
    struct postgres_store *postgres = store->engine;
    struct attempt attempt = { .begin = BEGIN_READ };
    return run_job(store, &postgres->readers, job, &attempt);
}

static void *begin_read_postgres(struct store *store, struct error *err) {
    struct postgres_store *postgres = store->engine;
    struct postgres_conn *conn = borrow(&postgres->readers, err);
    if (conn == NULL) return NULL;
    if (postgres_conn_ensure(conn, postgres->url, err) && postgres_conn_exec(conn, BEGIN_READ, err)) return conn;
    give_back(&postgres->readers, conn);
    return NULL;
}

static void end_read_postgres(struct store *store, void *pointer) {
    struct postgres_store *postgres = store->engine;
    struct postgres_conn *conn = pointer;
    struct error ignored;
    if (!postgres_conn_exec(conn, "ROLLBACK", &ignored)) postgres_conn_close(conn);
    give_back(&postgres->readers, conn);
}

static bool script_postgres(struct tx *tx, const char *statement, struct error *err) {
    return postgres_conn_exec(tx->conn, statement, err);
}

static bool check_postgres(struct store *store, const struct sql *sql, struct error *err) {
    struct postgres_store *postgres = store->engine;
    struct postgres_conn *conn = borrow(&postgres->readers, err);
    if (conn == NULL) return false;
    bool ok = postgres_conn_ensure(conn, postgres->url, err) && postgres_check(conn, sql, err);
    give_back(&postgres->readers, conn);
    return ok;
}

static void health_postgres(struct store *store, struct store_health *out) {
    struct postgres_store *postgres = store->engine;
    pthread_mutex_lock(&postgres->writers.lock);
    out->queued_writes = postgres->writers.waiting;
    pthread_mutex_unlock(&postgres->writers.lock);
}

const struct driver POSTGRES_DRIVER = {
    .engine = STORE_POSTGRES,
    .open = open_postgres,
    .close = close_postgres,
    .write = write_postgres,
    .read = read_postgres,
    .begin_read = begin_read_postgres,
    .end_read = end_read_postgres,
    .run = postgres_run,
    .script = script_postgres,
    .check = check_postgres,
    .health = health_postgres,
};
