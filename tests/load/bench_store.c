/* What group commit is worth (performance goals P6 to P8, P20): the same transaction through the store with 32
 * callers, through one connection that commits each, and through eight connections that compete as most programs do.
 *
 *   bench_store [SECONDS]     one JSON line a measurement, then the ratios
 *   LD_PRELOAD=…/libslow_fsync.so SLOW_FSYNC_US=2000 bench_store
 *
 * The transaction is what declaring or updating leaves: one row changed, three added, two secondary indexes.
 */
#include "base/arena.h"
#include "base/asset.h"
#include "base/id.h"
#include "base/op.h"
#include "base/secret.h"
#include "store/db.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CALLERS = 32, NAIVE = 8, INCIDENTS = 100, SAMPLES_MAX = 2000000, READERS = 2 };

static const char SCHEMA[] =
    "CREATE TABLE b_incident (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, version BIGINT NOT NULL, title TEXT NOT "
    "NULL);"
    "CREATE TABLE b_event (incident_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL, "
    "PRIMARY KEY (incident_id, seq)) WITHOUT ROWID;"
    "CREATE TABLE b_outbox (id BIGINT PRIMARY KEY, key TEXT NOT NULL, payload TEXT NOT NULL);"
    "CREATE INDEX b_outbox_key ON b_outbox (key, id);"
    "CREATE TABLE b_audit (id BIGINT PRIMARY KEY, subject TEXT NOT NULL, detail TEXT NOT NULL);"
    "CREATE INDEX b_audit_subject ON b_audit (subject, id);";
#define BODY "결제 승인 지연이 이어집니다. 원인은 아직 모릅니다. 다음 안내는 30분 뒤입니다. Payment approvals are slow."

SQL(SQL_BUMP, "i", "i", "UPDATE b_incident SET seq = seq + 1, version = version + 1 WHERE id = ?1 RETURNING seq");
SQL(SQL_EVENT, "iiit", "", "INSERT INTO b_event (incident_id, seq, at, body) VALUES (?1, ?2, ?3, ?4)");
SQL(SQL_OUTBOX, "itt", "", "INSERT INTO b_outbox (id, key, payload) VALUES (?1, ?2, ?3)");
SQL(SQL_AUDIT, "itt", "", "INSERT INTO b_audit (id, subject, detail) VALUES (?1, ?2, ?3)");
SQL(SQL_PAGE, "i", "iit", "SELECT seq, at, body FROM b_event WHERE incident_id = ?1 ORDER BY seq DESC LIMIT 50");

struct samples {
    uint32_t *us;
    _Atomic int count;
};

struct bench {
    char path[256];
    struct store *store;
    struct samples samples;
    _Atomic bool stop;
    _Atomic int64_t ids, pages;
    int64_t wal_max;
};

static int64_t micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sample(struct bench *bench, int64_t us) {
    int at = atomic_fetch_add(&bench->samples.count, 1);
    if (at < SAMPLES_MAX) bench->samples.us[at] = (uint32_t)us;
}

/* --- through the store --- */

static bool update(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SQL_BUMP, ARGS(I64(*id % INCIDENTS)), &row, &found, err) || !found) return false;
    return tx_exec(tx, &SQL_EVENT, ARGS(I64(*id % INCIDENTS), I64(rows_i64(&row, 0)), I64(*id), TXT(BODY)), NULL,
                   err) &&
           tx_exec(tx, &SQL_OUTBOX, ARGS(I64(*id), TXT("incident/1"), TXT(BODY)), NULL, err) &&
           tx_exec(tx, &SQL_AUDIT, ARGS(I64(*id), TXT("incident/1"), TXT("{}")), NULL, err);
}

static void *store_caller(void *arg) {
    struct bench *bench = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    while (!atomic_load(&bench->stop)) {
        struct op op = { .store = bench->store, .arena = arena };
        int64_t id = atomic_fetch_add(&bench->ids, 1), began = micros();
        if (!store_write(&op, update, &id, &err)) die("write: %s", err.detail);
        sample(bench, micros() - began);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static bool page(struct tx *tx, void *arg, struct error *err) {
    struct rows rows;
    return tx_query(tx, &SQL_PAGE, ARGS(I64(*(const int64_t *)arg)), &rows, err);
}

static void *store_reader(void *arg) {
    struct bench *bench = arg;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    for (int64_t id = 0; !atomic_load(&bench->stop); id = (id + 1) % INCIDENTS) {
        struct op op = { .store = bench->store, .arena = arena };
        if (!store_read(&op, page, &id, &err)) die("read: %s", err.detail);
        atomic_fetch_add(&bench->pages, 1);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

/* --- as programs do without it --- */

static void must(sqlite3 *db, int rc) {
    if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW) die("sqlite: %s", sqlite3_errmsg(db));
}

static sqlite3 *open_raw(const char *path) {
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK) die("cannot open %s", path);
    sqlite3_busy_timeout(db, 10000);
    must(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 1073741824",
                          NULL, NULL, NULL));
    return db;
}

static int64_t step(sqlite3 *db, sqlite3_stmt *statement) {
    int rc = sqlite3_step(statement);
    must(db, rc);
    int64_t value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    while (rc == SQLITE_ROW) rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    return value;
}

static void *raw_caller(void *arg) {
    struct bench *bench = arg;
    sqlite3 *db = open_raw(bench->path);
    const char *const texts[] = { "BEGIN IMMEDIATE", SQL_BUMP.text,  SQL_EVENT.text,
                                  SQL_OUTBOX.text,   SQL_AUDIT.text, "COMMIT" };
    sqlite3_stmt *s[6];
    for (int i = 0; i < 6; i++) must(db, sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s[i], NULL));
    sqlite3_bind_text(s[2], 4, BODY, -1, SQLITE_STATIC);
    sqlite3_bind_text(s[3], 2, "incident/1", -1, SQLITE_STATIC);
    sqlite3_bind_text(s[3], 3, BODY, -1, SQLITE_STATIC);
    sqlite3_bind_text(s[4], 2, "incident/1", -1, SQLITE_STATIC);
    sqlite3_bind_text(s[4], 3, "{}", -1, SQLITE_STATIC);
    while (!atomic_load(&bench->stop)) {
        int64_t id = atomic_fetch_add(&bench->ids, 1), began = micros();
        step(db, s[0]);
        sqlite3_bind_int64(s[1], 1, id % INCIDENTS);
        sqlite3_bind_int64(s[2], 1, id % INCIDENTS);
        sqlite3_bind_int64(s[2], 2, step(db, s[1]));
        sqlite3_bind_int64(s[2], 3, id);
        sqlite3_bind_int64(s[3], 1, id);
        sqlite3_bind_int64(s[4], 1, id);
        for (int i = 2; i < 6; i++) step(db, s[i]);
        sample(bench, micros() - began);
    }
    for (int i = 0; i < 6; i++) sqlite3_finalize(s[i]);
    sqlite3_close(db);
    return NULL;
}

/* --- measuring --- */

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

struct figures {
    double per_second, max_ms;
};

static void prepare(struct bench *bench, bool with_store) {
    struct store_options options = { .database = bench->path, .readers = READERS };
    struct error err;
    sqlite3 *db = open_raw(bench->path);
    must(db, sqlite3_exec(db, SCHEMA, NULL, NULL, NULL));
    for (int i = 0; i < INCIDENTS; i++) {
        char text[128];
        snprintf(text, sizeof text, "INSERT INTO b_incident VALUES (%d, 0, 0, 'x')", i);
        must(db, sqlite3_exec(db, text, NULL, NULL, NULL));
    }
    sqlite3_close(db);
    if (with_store && !store_open(&options, &bench->store, &err)) die("%s", err.detail);
}

static void watch(struct bench *bench, int seconds) {
    for (int i = 0; i < seconds * 20; i++) {
        struct timespec pause = { 0, 50 * 1000000 };
        struct store_health health = { 0 };
        nanosleep(&pause, NULL);
        if (bench->store != NULL) store_health(bench->store, &health);
        if (health.wal_bytes > bench->wal_max) bench->wal_max = health.wal_bytes;
    }
}

static struct figures report(struct bench *bench, const char *name, int callers, double seconds) {
    int count = atomic_load(&bench->samples.count);
    if (count > SAMPLES_MAX) count = SAMPLES_MAX;
    qsort(bench->samples.us, (size_t)count, sizeof *bench->samples.us, by_value);
    struct store_health health = { 0 };
    if (bench->store != NULL) store_health(bench->store, &health);
    struct figures figures = { count / seconds, count == 0 ? 0 : bench->samples.us[count - 1] / 1000.0 };
    printf(
        "{\"bench\":\"%s\",\"callers\":%d,\"per_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.1f,"
        "\"jobs_per_commit\":%.1f,\"wal_max_mib\":%.1f,\"pages_per_second\":%.0f}\n",
        name, callers, figures.per_second, bench->samples.us[count / 2] / 1000.0,
        bench->samples.us[count * 99 / 100] / 1000.0, figures.max_ms,
        health.commits == 0 ? 1.0 : (double)health.jobs / (double)health.commits, (double)bench->wal_max / 1048576.0,
        (double)atomic_load(&bench->pages) / seconds);
    fflush(stdout);
    return figures;
}

static struct figures measure(const char *name, void *(*caller)(void *), int callers, int readers, int seconds) {
    struct bench bench = { .samples.us = calloc(SAMPLES_MAX, sizeof(uint32_t)) };
    char folder[] = "./bench-XXXXXX", path[300];
    pthread_t threads[CALLERS + READERS];
    if (bench.samples.us == NULL || mkdtemp(folder) == NULL) die("bench: no memory or folder");
    snprintf(bench.path, sizeof bench.path, "%s/bench.db", folder);
    prepare(&bench, caller == store_caller);
    int64_t began = micros();
    for (int i = 0; i < callers; i++) REQUIRE(pthread_create(&threads[i], NULL, caller, &bench) == 0);
    for (int i = 0; i < readers; i++) REQUIRE(pthread_create(&threads[callers + i], NULL, store_reader, &bench) == 0);
    watch(&bench, seconds);
    atomic_store(&bench.stop, true);
    for (int i = 0; i < callers + readers; i++) pthread_join(threads[i], NULL);
    struct figures figures = report(&bench, name, callers, (double)(micros() - began) / 1e6);
    store_close(bench.store);
    static const char *const ENDINGS[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", bench.path, ENDINGS[i]);
        unlink(path);
    }
    rmdir(folder);
    free(bench.samples.us);
    return figures;
}

int main(int argc, char **argv) {
    int seconds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 3;
    secret_start();
    asset_start();
    struct figures group = measure("group commit", store_caller, CALLERS, 0, seconds);
    struct figures single = measure("one commit each", raw_caller, 1, 0, seconds);
    struct figures naive = measure("competing writers", raw_caller, NAIVE, 0, seconds);
    measure("group commit with readers", store_caller, CALLERS, READERS, seconds);
    printf("{\"P7\":%.2f,\"P8\":%.4f}\n", group.per_second / single.per_second, group.max_ms / naive.max_ms);
    return 0;
}
