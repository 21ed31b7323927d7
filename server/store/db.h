/* The store: one interface, two engines (SQLite in process, PostgreSQL over a pool).
 *
 * Statements are constants with a type signature, written once in the portable subset (architecture §6).
 * Reads see one snapshot. Writes are one transaction each; on SQLite they run on the one writer thread inside a
 * savepoint of a group commit, on PostgreSQL SERIALIZABLE on a pooled connection. Busy and serialization
 * failures are retried by the store, so a callback must be repeatable: no I/O, no clock, no randomness inside
 * (ids and `now` are made before), and what it writes to its argument must be overwritten by a second run.
 * store_write returns true only after the commit is durable.
 *
 * Functions that take struct op open their own transaction; functions that take struct tx run inside one and
 * cannot commit. After the first failed statement a tx is doomed: every later call fails, the caller returns false.
 */
#ifndef BONGSU_STORE_DB_H
#define BONGSU_STORE_DB_H

#include "base/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store; /* thread-safe */
struct tx; /* of one callback run; tx->arena below */

/* One SQL text for both engines. params and result: 'i' int64, 't' text, upper case = may be NULL. The few statements
 * that exist for one engine only (search) end with its fence, as lines of migrations do: "… -- @sqlite". */
struct sql {
    const char *name;
    const char *params;
    const char *result;
    const char *text;
};
#define SQL(constant, params_, result_, text_) static const struct sql constant = { #constant, params_, result_, text_ }

/* Each *_sql.c exports one of these; work/statements.c lists them all for the catalogue test. */
struct sql_list {
    const char *room;
    const struct sql *const *statements;
    size_t count;
};

/* Tagged arguments; count and tags are checked against the signature (REQUIRE). */
enum arg_tag { ARG_I64, ARG_TEXT, ARG_NULL };
struct arg {
    enum arg_tag tag;
    int64_t i64;
    const char *text;
};
struct args {
    const struct arg *list;
    size_t count;
};
#define I64(value) ((struct arg){ ARG_I64, (value), NULL })
#define TXT(value) ((struct arg){ ARG_TEXT, 0, (value) }) /* NULL text is a programming error */
#define OPT_I64(has, value) ((has) ? I64(value) : (struct arg){ ARG_NULL, 0, NULL })
#define OPT_ID(value) OPT_I64((value) != 0, (value)) /* 0 stands for "none" */
#define OPT_TXT(value) ((value) != NULL ? TXT(value) : (struct arg){ ARG_NULL, 0, NULL })
#define ARGS(...)                                        \
    ((struct args){ (const struct arg[]){ __VA_ARGS__ }, \
                    sizeof((const struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg) })
#define NO_ARGS ((struct args){ NULL, 0 })

typedef bool (*tx_fn)(struct tx *tx, void *arg, struct error *err);

bool store_write(struct op *op, tx_fn fn, void *arg, struct error *err) NODISCARD;
/* fn must not call store_read: there are fewer connections than threads. */
bool store_read(struct op *op, tx_fn fn, void *arg, struct error *err) NODISCARD;

/* Once allowed, the reads of this op share one snapshot, begun by the first of them: a page shows one moment, and the
 * transaction is paid for once. A write ends it, so that later reads see what was written. Whoever allowed it ends it,
 * as soon as nothing is read any more: it keeps a connection. */
void store_snapshot_allow(struct op *op);
void store_snapshot_end(struct op *op);

/* Several writes one after another, each a transaction of its own: one that fails takes nothing of the others with
 * it. On SQLite they share their commits, so that a hundred cost little more than one. */
struct store_job {
    tx_fn fn;
    void *arg;
    bool done; /* out: as store_write returns */
    struct error err; /* out, if not done */
};
void store_write_each(struct op *op, struct store_job *jobs, size_t count);

/* The op this transaction belongs to: actor, now, arena. */
struct op *tx_op(const struct tx *tx);

/* Runs a statement without result rows. changed may be NULL. */
bool tx_exec(struct tx *tx, const struct sql *sql, struct args args, int64_t *changed, struct error *err) NODISCARD;

/* As tx_exec, for what nothing in this transaction reads again: runs after the callback, before the commit, and a
 * failure fails the commit. A full-text index on SQLite is written once for all jobs of a group commit instead of
 * being flushed with each one's savepoint. Texts live as long as the op's arena. */
bool tx_exec_late(struct tx *tx, const struct sql *sql, struct args args, struct error *err) NODISCARD;

/* Result rows. All rows are fetched into the op's arena at once (limit in SQL), so an unread result can never
 * pin a snapshot. `while (rows_next(&rows)) …` */
struct rows {
    const struct arg *cells;
    size_t columns;
    size_t count;
    size_t at; /* 1-based after rows_next */
};
bool tx_query(struct tx *tx, const struct sql *sql, struct args args, struct rows *rows, struct error *err) NODISCARD;
bool rows_next(struct rows *rows);
int64_t rows_i64(const struct rows *rows, size_t column); /* NULL reads as 0 */
const char *rows_text(const struct rows *rows, size_t column); /* in the arena; NULL reads as NULL */
bool rows_is_null(const struct rows *rows, size_t column);

/* As tx_query for statements with at most one row. *found tells whether there was one (rows_next done for you). */
bool tx_query_one(struct tx *tx, const struct sql *sql, struct args args, struct rows *row, bool *found,
                  struct error *err) NODISCARD;

/* After a successful commit, and only then, topic's listeners are woken (change feed). Topics are short words:
 * "incident/ID", "outbox", "status". The text is copied. */
void tx_on_commit(struct tx *tx, const char *topic);

enum store_engine { STORE_SQLITE, STORE_POSTGRES };
enum store_engine tx_engine(const struct tx *tx); /* for search and for leases only */
enum store_engine store_engine(const struct store *store); /* for who must wait for whom, never for SQL */

/* --- opening (composition root, tests) --- */
struct store_options {
    const char *database; /* a path, or postgresql://… */
    int readers; /* connections for reads, at most: as many as worker threads; SQLite needs fewer */
    int writers; /* PostgreSQL only: pooled connections for writes */
};
bool store_open(const struct store_options *options, struct store **out, struct error *err) NODISCARD;
void store_close(struct store *store); /* finishes queued writes first */

/* Applies migrations/NNNN_name.sql not yet applied, each in one transaction; refuses a changed checksum or a
 * database from a newer version. *applied counts (may be NULL). */
bool store_migrate(struct store *store, int64_t now_ms, int *applied, struct error *err) NODISCARD;

/* Prepares every statement and compares columns with its signature: `bongsu check` and the catalogue test. */
bool store_check(struct store *store, const struct sql_list *const *lists, size_t count, struct error *err) NODISCARD;

/* --- change feed --- */
/* Called after commits on the writer's thread: must only note and return. One listener per store. */
typedef void (*store_listener)(void *arg, const char *topic);
void store_listen(struct store *store, store_listener listener, void *arg);
/* Counts commits that carried this topic, since start. For ETags and caches. Thread-safe, cheap. */
uint64_t store_topic_version(struct store *store, const char *topic);

struct store_health {
    bool writable;
    int64_t queued_writes;
    int64_t wal_bytes; /* 0 on PostgreSQL */
    int64_t commits, jobs; /* group commit: jobs/commits */
    char last_error[128];
};
void store_health(struct store *store, struct store_health *out);

#endif
