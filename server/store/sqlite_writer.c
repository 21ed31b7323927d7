/* SQLite engine: the writer thread with group commit (architecture D17).
 *
 * Callers queue a job and sleep. The thread takes what is queued (at most BATCH_MAX), runs each job in its own
 * savepoint of one transaction, commits once with synchronous=FULL and only then wakes the callers: nothing is
 * reported as done that a power cut could undo. A failing job rolls back alone; a failing commit fails the batch.
 * While one fsync runs the next batch gathers. Callers just woken often write again at once; without a pause they
 * would form two groups that take turns, so the thread gives them an eighth of the last commit's time to join the
 * others (measured: twice the commits at 2 ms a sync, nothing lost by single callers). Only the commit counts: that is
 * what a larger batch shares, the work of the jobs is not.
 *
 * Each caller waits on a semaphore of its own, so that one that wakes meets no lock that the thread or the others hold.
 * The thread wakes only the first of a batch, who wakes the others: who is woken often runs before the waker goes on,
 * and the thread has the next batch to begin. The write-ahead log is emptied when idle, and before it grows beyond
 * WAL_FRAMES_SOFT.
 */
#include "store/sqlite_internal.h"

#include "base/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum {
    QUEUE_MAX = 1000,
    BATCH_MAX = 256,
    TRIES = 3,
    IDLE_MS = 500,
    BUSY_TIMEOUT_MS = 2000,
    CHECKPOINT_BUSY_MS = 50,
    WAL_FRAMES_SOFT = 2000, /* 8 MiB of 4 KiB pages */
    GATHER_PART = 8,
    GATHER_MAX_US = 2000,
};

struct sqlite_writer {
    struct store *store;
    struct sqlite_conn conn;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct queued *first, *last; /* under lock, as the next three */
    int queued;
    int gathering; /* wake the thread when so many are queued; 0: it waits for any */
    bool stopping;
    _Atomic int wal_frames;
    int checkpoint_at; /* frames at which the next attempt is due; this thread only, as the rest */
    int64_t commit_us; /* what the last commit took */
    int64_t data_version;
    sqlite3_stmt *read_data_version;
};

static int on_wal(void *arg, sqlite3 *db, const char *name, int frames) {
    (void)db, (void)name;
    struct sqlite_writer *writer = arg;
    atomic_store(&writer->wal_frames, frames);
    return SQLITE_OK;
}

/* mode: while there is work the log's file keeps its size and is written over from its beginning, so that neither
 * its writes nor its syncs have to allocate; only an idle writer cuts it off. */
static void checkpoint(struct sqlite_writer *writer, int mode) {
    int left = -1;
    sqlite3_busy_timeout(writer->conn.db, CHECKPOINT_BUSY_MS);
    int rc = sqlite3_wal_checkpoint_v2(writer->conn.db, NULL, mode, &left, NULL);
    sqlite3_busy_timeout(writer->conn.db, BUSY_TIMEOUT_MS);
    if (rc == SQLITE_OK) atomic_store(&writer->wal_frames, 0);
    /* a reader in the way: try again after as much again was written, not at every commit */
    writer->checkpoint_at = atomic_load(&writer->wal_frames) + WAL_FRAMES_SOFT;
}

/* Another process (the command line) may write to the same file: its commits carry no topics to us. */
static void notice_others(struct sqlite_writer *writer) {
    if (sqlite3_step(writer->read_data_version) == SQLITE_ROW) {
        int64_t now = sqlite3_column_int64(writer->read_data_version, 0);
        if (writer->data_version != 0 && now != writer->data_version) feed_everything(&writer->store->feed);
        writer->data_version = now;
    }
    sqlite3_reset(writer->read_data_version);
}

SQL(SQL_BEGIN, "", "", "BEGIN IMMEDIATE");
SQL(SQL_COMMIT, "", "", "COMMIT");
SQL(SQL_SAVEPOINT, "", "", "SAVEPOINT job");
SQL(SQL_RELEASE, "", "", "RELEASE job");

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool begin(struct sqlite_writer *writer, struct error *err) {
    for (int tries = 1;; tries++) {
        if (sqlite_conn_control(&writer->conn, &SQL_BEGIN, err)) return true;
        if (err->kind != ERR_BUSY || tries == TRIES) return false;
        retry_pause(tries);
    }
}

static bool savepoint(struct sqlite_writer *writer, struct error *err) {
    if (fault_here("savepoint")) return ERROR(err, ERR_INTERNAL, "store.failed", "savepoint: fault point");
    return sqlite_conn_control(&writer->conn, &SQL_SAVEPOINT, err);
}

/* Runs one job in its savepoint. False only if the transaction of the whole batch is gone. */
static bool run_job(struct sqlite_writer *writer, struct queued *queued) {
    struct error ignored;
    for (int tries = 1; tries <= TRIES; tries++) {
        tx_init(&queued->tx, writer->store, queued->job, &writer->conn, true);
        if (!savepoint(writer, queued->job->err)) break;
        queued->ok = tx_call(&queued->tx, queued->job);
        if (queued->ok && sqlite_conn_control(&writer->conn, &SQL_RELEASE, queued->job->err)) break;
        queued->ok = false;
        /* disk full and I/O errors may have rolled back everything already */
        if (sqlite3_get_autocommit(writer->conn.db)) return false;
        if (!sqlite_conn_exec(&writer->conn, "ROLLBACK TO job; RELEASE job", &ignored)) return false;
        if (!queued->tx.worth_retry) break;
    }
    return true;
}

static bool commit(struct sqlite_writer *writer, struct error *err) {
    if (fault_here("commit")) return ERROR(err, ERR_INTERNAL, "store.failed", "commit: fault point");
    for (int tries = 1;; tries++) {
        if (sqlite_conn_control(&writer->conn, &SQL_COMMIT, err)) return true;
        if (err->kind != ERR_BUSY || tries == TRIES) return false;
        retry_pause(tries);
    }
}

static void fail_batch(struct sqlite_writer *writer, struct queued *batch, const struct error *err) {
    struct error ignored;
    if (!sqlite3_get_autocommit(writer->conn.db) && !sqlite_conn_exec(&writer->conn, "ROLLBACK", &ignored)) {
        health_bad(writer->store, &ignored);
    }
    for (; batch != NULL; batch = batch->next) {
        if (batch->ok) *batch->job->err = *err;
        batch->ok = false;
    }
    if (err->kind != ERR_BUSY) health_bad(writer->store, err);
}

/* Outside of savepoints: a full-text index writes out all it holds in memory whenever one ends. */
static bool run_late(struct queued *batch, struct error *err) {
    for (; batch != NULL; batch = batch->next) {
        if (batch->ok && !tx_run_late(&batch->tx, err)) return false;
    }
    return true;
}

static void run_batch(struct sqlite_writer *writer, struct queued *batch) {
    struct error err;
    for (struct queued *each = batch; each != NULL; each = each->next) each->ok = true; /* until it failed by itself */
    if (!begin(writer, &err)) {
        fail_batch(writer, batch, &err);
        return;
    }
    int64_t count = 0;
    for (struct queued *each = batch; each != NULL; each = each->next, count++) {
        each->ok = false;
        if (run_job(writer, each)) continue;
        err = *each->job->err;
        for (each = each->next; each != NULL; each = each->next) each->ok = true; /* not run: told the same reason */
        fail_batch(writer, batch, &err);
        return;
    }
    bool late = run_late(batch, &err);
    int64_t began = now_us();
    if (!late || !commit(writer, &err)) {
        fail_batch(writer, batch, &err);
        return;
    }
    writer->commit_us = now_us() - began;
    atomic_fetch_add(&writer->store->health.commits, 1);
    atomic_fetch_add(&writer->store->health.jobs, count);
    health_good(writer->store);
    for (const struct queued *each = batch; each != NULL; each = each->next) {
        if (each->ok) feed_publish_all(&writer->store->feed, each->tx.topics);
    }
}

/* Under lock. */
static struct queued *take_batch(struct sqlite_writer *writer, int *count) {
    struct queued *batch = writer->first, *end = batch;
    for (*count = 1; end->next != NULL && *count < BATCH_MAX; ++*count) end = end->next;
    writer->first = end->next;
    if (writer->first == NULL) writer->last = NULL;
    writer->queued -= *count;
    end->next = NULL;
    batch->first = true;
    return batch;
}

static void idle(struct sqlite_writer *writer) {
    if (atomic_load(&writer->wal_frames) > 0) checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE);
    notice_others(writer);
}

static struct timespec after_us(int64_t us) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + us * 1000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    return until;
}

/* Under lock; true when there is work, false when idle or stopping. */
static bool wait_for_work(struct sqlite_writer *writer) {
    struct timespec until = after_us(IDLE_MS * 1000);
    while (writer->first == NULL && !writer->stopping) {
        if (pthread_cond_timedwait(&writer->work, &writer->lock, &until) == ETIMEDOUT) break;
    }
    return writer->first != NULL;
}

/* Under lock: waits a little for the callers of the last batch to come back. */
static void gather(struct sqlite_writer *writer, int woken) {
    int64_t us = writer->commit_us / GATHER_PART;
    if (woken < 2 || writer->stopping) return;
    struct timespec until = after_us(us < GATHER_MAX_US ? us : GATHER_MAX_US);
    int wanted = writer->queued + woken;
    writer->gathering = wanted < BATCH_MAX ? wanted : BATCH_MAX;
    while (writer->queued < writer->gathering && !writer->stopping) {
        if (pthread_cond_timedwait(&writer->work, &writer->lock, &until) == ETIMEDOUT) break;
    }
    writer->gathering = 0;
}

/* Under lock, but not while the batch runs. */
static void serve_batch(struct sqlite_writer *writer) {
    int count;
    struct queued *batch = take_batch(writer, &count);
    pthread_mutex_unlock(&writer->lock);
    run_batch(writer, batch);
    sem_post(&batch->finished);
    bool full = atomic_load(&writer->wal_frames) >= writer->checkpoint_at;
    if (full) checkpoint(writer, SQLITE_CHECKPOINT_RESTART); /* callers gather meanwhile */
    pthread_mutex_lock(&writer->lock);
    if (!full) gather(writer, count);
}

static void *writer_main(void *arg) {
    struct sqlite_writer *writer = arg;
    pthread_mutex_lock(&writer->lock);
    for (;;) {
        if (wait_for_work(writer)) {
            serve_batch(writer);
        } else if (writer->stopping) {
            break;
        } else {
            pthread_mutex_unlock(&writer->lock);
            idle(writer);
            pthread_mutex_lock(&writer->lock);
        }
    }
    pthread_mutex_unlock(&writer->lock);
    checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE);
    return NULL;
}

/* Under lock; false if there is no room. */
static bool enqueue(struct sqlite_writer *writer, struct queued *queued) {
    if (writer->queued >= QUEUE_MAX || writer->stopping)
        return ERROR(queued->job->err, ERR_BUSY, "store.busy", "more than %d writes queued", QUEUE_MAX);
    if (writer->last == NULL) writer->first = queued;
    else writer->last->next = queued;
    writer->last = queued;
    writer->queued++;
    if (writer->queued == (writer->gathering > 0 ? writer->gathering : 1)) pthread_cond_signal(&writer->work);
    return true;
}

/* What the caller of the first of a batch does for the others. */
static void wake_others(struct queued *others) {
    for (struct queued *next; others != NULL; others = next) {
        next = others->next; /* the caller's stack is gone once it may wake */
        sem_post(&others->finished);
    }
}

void sqlite_writer_run(struct sqlite_writer *writer, struct queued *list, size_t count) {
    REQUIRE(!pthread_equal(pthread_self(), writer->thread)); /* a callback must not open a transaction of its own */
    pthread_mutex_lock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(sem_init(&list[i].finished, 0, 0) == 0);
        if (!enqueue(writer, &list[i])) sem_post(&list[i].finished);
    }
    pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        while (sem_wait(&list[i].finished) != 0) continue; /* a signal */
        if (list[i].first) wake_others(list[i].next);
        sem_destroy(&list[i].finished);
    }
}

struct sqlite_writer *sqlite_writer_start(struct store *store, const char *path, struct error *err) {
    struct sqlite_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) die("sqlite: out of memory");
    writer->store = store;
    writer->checkpoint_at = WAL_FRAMES_SOFT;
    if (!sqlite_conn_open(path, SQLITE_WRITER, &writer->conn, err)) {
        free(writer);
        return NULL;
    }
    if (sqlite3_prepare_v2(writer->conn.db, "PRAGMA data_version", -1, &writer->read_data_version, NULL) != SQLITE_OK) {
        sqlite_error(&writer->conn, "data_version", err);
        sqlite_conn_close(&writer->conn);
        free(writer);
        return NULL;
    }
    sqlite3_wal_hook(writer->conn.db, on_wal, writer);
    notice_others(writer);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->work, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&writer->lock, NULL);
    REQUIRE(pthread_create(&writer->thread, NULL, writer_main, writer) == 0);
    return writer;
}

void sqlite_writer_stop(struct sqlite_writer *writer) {
    if (writer == NULL) return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    sqlite3_finalize(writer->read_data_version);
    sqlite_conn_close(&writer->conn);
    pthread_mutex_destroy(&writer->lock);
    pthread_cond_destroy(&writer->work);
    free(writer);
}

void sqlite_writer_health(struct sqlite_writer *writer, struct store_health *out) {
    enum { PAGE = 4096, FRAME_HEADER = 24 };
    pthread_mutex_lock(&writer->lock);
    out->queued_writes = writer->queued;
    pthread_mutex_unlock(&writer->lock);
    out->wal_bytes = (int64_t)atomic_load(&writer->wal_frames) * (PAGE + FRAME_HEADER);
}
