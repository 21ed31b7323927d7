/* SQLite engine: one connection (sqlite_conn.c), the writer thread (sqlite_writer.c), pool and driver (sqlite.c). */
#ifndef BONGSU_STORE_SQLITE_INTERNAL_H
#define BONGSU_STORE_SQLITE_INTERNAL_H

#include "store/store_internal.h"

#include <semaphore.h>
#include <sqlite3.h>

/* Used by one thread at a time. */
struct sqlite_conn {
    sqlite3 *db;
    struct statement_cache cache;
    struct cells cells;
};

enum sqlite_role { SQLITE_WRITER, SQLITE_READER };
bool sqlite_conn_open(const char *path, enum sqlite_role role, struct sqlite_conn *out, struct error *err);
void sqlite_conn_close(struct sqlite_conn *conn);
bool sqlite_conn_exec(struct sqlite_conn *conn, const char *text, struct error *err);
/* A statement that begins or ends something (BEGIN, SAVEPOINT …), prepared once. */
bool sqlite_conn_control(struct sqlite_conn *conn, const struct sql *sql, struct error *err);
bool sqlite_run(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err);
bool sqlite_check(struct sqlite_conn *conn, const struct sql *sql, struct error *err);
/* Fills err from the connection's last error (architecture §4.3); returns false. */
bool sqlite_error(struct sqlite_conn *conn, const char *what, struct error *err);

struct sqlite_writer; /* the one writer thread of a store */
struct sqlite_writer *sqlite_writer_start(struct store *store, const char *path, struct error *err);
void sqlite_writer_stop(struct sqlite_writer *writer); /* runs what is queued first; NULL is fine */
struct queued {
    struct job *job;
    struct tx tx;
    bool ok; /* out */
    sem_t finished; /* the caller waits for it */
    bool first; /* of its batch: its caller wakes those of the others */
    struct queued *next;
};
/* Returns when all are committed or have failed. */
void sqlite_writer_run(struct sqlite_writer *writer, struct queued *list, size_t count);
void sqlite_writer_health(struct sqlite_writer *writer, struct store_health *out);

#endif
