/* PostgreSQL engine: see postgres_conn.c. */
#include "store/store_internal.h"

static bool open_postgres(struct store *store, const struct store_options *options, struct error *err) {
    (void)store, (void)options;
    return ERROR(err, ERR_INTERNAL, "store.cannot_open", "not built yet");
}
static void close_postgres(struct store *store) {
    (void)store;
}
const struct driver POSTGRES_DRIVER = { .engine = STORE_POSTGRES, .open = open_postgres, .close = close_postgres };
