/* PostgreSQL engine: one connection (postgres_conn.c), the notification thread (postgres_listen.c), pools and
 * driver (postgres.c). */
#ifndef BONGSU_STORE_POSTGRES_INTERNAL_H
#define BONGSU_STORE_POSTGRES_INTERNAL_H

#include "store/store_internal.h"

#include <libpq-fe.h>

#define POSTGRES_CHANNEL "bongsu"

/* Used by one thread at a time; connects when first needed and again after the connection was lost. */
struct postgres_conn {
    PGconn *pg; /* NULL: not connected */
    struct statement_cache cache; /* handles: names of prepared statements */
    unsigned names;
    struct cells cells;
};

bool postgres_conn_ensure(struct postgres_conn *conn, const char *url, struct error *err);
void postgres_conn_close(struct postgres_conn *conn);
/* One statement without rows or parameters. */
bool postgres_conn_exec(struct postgres_conn *conn, const char *text, struct error *err);
bool postgres_conn_notify(struct postgres_conn *conn, const char *payload, struct error *err);
bool postgres_run(struct tx *tx, const struct sql *sql, struct args args, struct result *out, struct error *err);
bool postgres_check(struct postgres_conn *conn, const struct sql *sql, struct error *err);

/* Tells the feed what other nodes committed. A payload is the node's name, then topics, one a line. */
struct postgres_listener;
struct postgres_listener *postgres_listener_start(struct store *store, const char *url, const char *node,
                                                  struct error *err);
void postgres_listener_stop(struct postgres_listener *listener); /* NULL is fine */

#endif
