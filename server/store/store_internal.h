/* Inside the store: what store.c (the common part) and the engines share. Included only within server/store.
 *
 * store.c checks arguments, dooms transactions and tells listeners; a driver opens connections, runs one job
 * in one transaction (retrying what is worth it) and runs one statement.
 */
#ifndef BONGSU_STORE_INTERNAL_H
#define BONGSU_STORE_INTERNAL_H

#include "store/db.h"

#include <pthread.h>
#include <stdatomic.h>

/* One call of store_write or store_read. */
struct job {
    struct op *op;
    tx_fn fn;
    void *arg;
    struct error *err;
    struct field_errors fields; /* op->fields as they were before the first run */
};

struct topic {
    const char *name; /* in the op's arena */
    struct topic *next;
};

struct late {
    const struct sql *sql;
    struct args args;
    struct late *next;
};

struct tx {
    struct op *op;
    struct store *store;
    void *conn; /* the driver's */
    bool writes;
    bool doomed;
    bool worth_retry; /* doomed by something that another run may not meet */
    struct error cause; /* what doomed it */
    struct topic *topics, *last_topic;
    struct late *late, *last_late; /* in the op's arena */
};

struct snapshot {
    void *conn; /* the driver's; NULL: none is open */
};

/* What a statement gave: cells in the op's arena. */
struct result {
    const struct arg *cells;
    size_t rows;
    int64_t changed;
};

struct driver {
    enum store_engine engine;
    bool (*open)(struct store *store, const struct store_options *options, struct error *err);
    void (*close)(struct store *store);
    bool (*write)(struct store *store, struct job *job);
    void (*write_each)(struct store *store, struct job *jobs, bool *done, size_t count); /* NULL: one by one */
    bool (*read)(struct store *store, struct job *job);
    void *(*begin_read)(struct store *store, struct error *err); /* a connection with a snapshot; NULL: failed */
    void (*end_read)(struct store *store, void *conn);
    bool (*run)(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err);
    bool (*script)(struct tx *tx, const char *statement, struct error *err); /* one raw statement, migrations only */
    bool (*check)(struct store *store, const struct sql *sql, struct error *err);
    void (*health)(struct store *store, struct store_health *out);
};
extern const struct driver SQLITE_DRIVER;
extern const struct driver POSTGRES_DRIVER;

/* Topic counters share slots by hash: a collision only makes a cache look again, never miss a change. They start
 * at a random number so that a tag given out before a restart cannot match after it. */
enum { TOPIC_SLOTS = 4096 };
struct feed {
    _Atomic uint64_t versions[TOPIC_SLOTS];
    pthread_mutex_t lock; /* of listener and arg, held while it is called */
    store_listener listener;
    void *arg;
};

struct health {
    pthread_mutex_t lock;
    bool writable;
    char last_error[128];
    _Atomic int64_t commits, jobs;
};

struct store {
    const struct driver *driver;
    void *engine; /* the driver's own */
    struct feed feed;
    struct health health;
};

/* --- store.c, for drivers --- */
void tx_init(struct tx *tx, struct store *store, const struct job *job, void *conn, bool writes);
/* Runs the callback with fields put back to how they were; false if it failed or the tx is doomed. */
bool tx_call(struct tx *tx, struct job *job);
/* What was put off by tx_exec_late, in order. */
bool tx_run_late(struct tx *tx, struct error *err);
/* A random pause, on average 5 ms times the number of tries. */
void retry_pause(int tries);
void health_good(struct store *store);
void health_bad(struct store *store, const struct error *err);

/* --- feed.c --- */
void feed_init(struct feed *feed);
void feed_done(struct feed *feed);
void feed_publish(struct feed *feed, const char *topic);
void feed_publish_all(struct feed *feed, const struct topic *topics);
/* Something was committed that we were not told about: every counter moves, the listener hears "*". */
void feed_everything(struct feed *feed);

/* --- statement cache: address (and text) of a struct sql → the driver's prepared handle; one per connection --- */
struct statement_cache {
    struct cached_statement {
        const struct sql *sql;
        const char *text;
        void *handle;
    } * slots;
    size_t size, count;
};
/* The slot of this statement; handle is NULL the first time. Valid until the next call. */
void **statement_slot(struct statement_cache *cache, const struct sql *sql);
void statement_cache_done(struct statement_cache *cache, void (*release)(void *handle));

/* --- cells read so far, reused by a connection --- */
struct cells {
    struct arg *list;
    size_t count, size;
    size_t bytes;
};
enum { RESULT_BYTES_MAX = 16 * 1024 * 1024, RESULT_CELLS_MAX = 2 * 1000 * 1000 };
enum { CELLS_KEPT = 16 * 1024 }; /* from one result to the next: what a search of many hits takes */
/* False when the result outgrows what one unit of work may read: a statement without LIMIT. */
bool cells_add(struct cells *cells, struct arg cell, size_t bytes);
void cells_take(struct cells *cells, struct arena *arena, struct result *out, size_t columns);

#endif
