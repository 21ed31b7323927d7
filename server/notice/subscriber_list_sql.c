/* Who gets the status page by mail, for those who run it: see subscriber.h. */
#include "notice/subscriber.h"

#include "base/arena.h"
#include "base/field.h"
#include "people/permission.h"

SQL(SUBSCRIBER_PAGE, "Ti", "ittiI",
    "SELECT id, email, lang, created_at, confirmed_at FROM status_subscriber WHERE (?1 IS NULL OR email > ?1) "
    "ORDER BY email LIMIT ?2");
SQL(SUBSCRIBER_COUNTS, "", "ii", "SELECT count(*), count(confirmed_at) FROM status_subscriber");
SQL(SUBSCRIBER_REMOVE, "i", "i", "DELETE FROM status_subscriber WHERE id = ?1 RETURNING id");

static const struct sql *const STATEMENTS[] = { &SUBSCRIBER_PAGE, &SUBSCRIBER_COUNTS, &SUBSCRIBER_REMOVE };
const struct sql_list SUBSCRIBER_LIST_STATEMENTS = { "subscriber_list", STATEMENTS,
                                                     sizeof STATEMENTS / sizeof *STATEMENTS };

struct listing {
    const char *after;
    int limit;
    struct subscriber_list *out;
};

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    const struct listing *listing = arg;
    struct subscriber_list *out = listing->out;
    struct rows rows, counts;
    bool found;
    if (!tx_query_one(tx, &SUBSCRIBER_COUNTS, NO_ARGS, &counts, &found, err) ||
        !tx_query(tx, &SUBSCRIBER_PAGE, ARGS(OPT_TXT(listing->after), I64(listing->limit + 1)), &rows, err))
        return false;
    *out = (struct subscriber_list){ .total = rows_i64(&counts, 0), .confirmed = rows_i64(&counts, 1) };
    out->items = ARENA_ARRAY(tx_op(tx)->arena, rows.count + 1, struct subscriber);
    out->more = rows.count > (size_t)listing->limit;
    while (rows_next(&rows) && out->count < (size_t)listing->limit) {
        out->items[out->count++] = (struct subscriber){ .id = rows_i64(&rows, 0),
                                                        .email = rows_text(&rows, 1),
                                                        .lang = rows_text(&rows, 2),
                                                        .created_at = rows_i64(&rows, 3),
                                                        .confirmed_at = rows_i64(&rows, 4) };
    }
    return true;
}

bool subscriber_list(struct op *op, const char *after, int limit, struct subscriber_list *out, struct error *err) {
    struct listing listing = { after, limit, out };
    return permission_check(op, PERM_ADMIN, err) && store_read(op, list_tx, &listing, err);
}

static bool remove_tx(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &SUBSCRIBER_REMOVE, ARGS(I64(*id)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "subscriber.unknown", "%lld", (long long)*id);
    /* the address is forgotten with the row: the audit keeps that somebody was removed, not who */
    return audit_add(tx, "subscriber.removed", arena_printf(tx_op(tx)->arena, "subscriber/%lld", (long long)*id), NULL,
                     err);
}

bool subscriber_remove(struct op *op, int64_t id, struct error *err) {
    return permission_check(op, PERM_ADMIN, err) && store_write(op, remove_tx, &id, err);
}
