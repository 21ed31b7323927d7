/* Migrations: migrations/NNNN_name.sql, forward only, each in one transaction together with its own record.
 *
 * The record keeps the checksum of the file, so that a file edited after it was applied is refused, as is a
 * database that knows a number this program does not. Several nodes may start at once: the table is locked first
 * on PostgreSQL, and SQLite has one writer anyway.
 */
#include "store/store_internal.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/secret.h"
#include "base/str.h"
#include "store/sqltext.h"

#include <stdio.h>
#include <string.h>

static const char CREATE_TABLE[] =
    "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, "
    "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
SQL(SQL_MIGRATION_LIST, "", "itt", "SELECT number, name, checksum FROM schema_migration ORDER BY number LIMIT 10000");
SQL(SQL_MIGRATION_INSERT, "itti", "",
    "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)");

enum { PREFIX_LEN = sizeof "migrations/" - 1, NUMBER_LEN = 4 };

struct migration {
    int64_t number;
    const char *name; /* "0001_ledger" */
    const char *text;
    char checksum[SECRET_HASH_SIZE];
    bool applied; /* out */
};

struct migrations {
    struct migration *list;
    size_t count;
};

static bool describe(struct arena *arena, const struct asset *asset, struct migration *out, struct error *err) {
    const char *name = asset->path + PREFIX_LEN;
    char *number = arena_strn(arena, name, strnlen(name, NUMBER_LEN));
    if (!str_to_i64(number, &out->number) || name[NUMBER_LEN] != '_') {
        return ERROR(err, ERR_INTERNAL, "store.migration", "%s: name is not NNNN_name.sql", asset->path);
    }
    out->name = arena_strn(arena, name, strlen(name) - strlen(".sql"));
    out->text = (const char *)asset->bytes;
    secret_sha256(asset->bytes, asset->size, out->checksum);
    return true;
}

/* All of them, in order of number (assets are in order of path). */
static bool collect(struct arena *arena, struct migrations *out, struct error *err) {
    const struct asset *assets = NULL;
    size_t count = asset_under("migrations/", &assets);
    out->list = ARENA_ARRAY(arena, count, struct migration);
    for (out->count = 0; out->count < count; out->count++) {
        struct migration *each = &out->list[out->count];
        if (!describe(arena, &assets[out->count], each, err)) return false;
        if (out->count > 0 && each->number == each[-1].number) {
            return ERROR(err, ERR_INTERNAL, "store.migration", "%s: number used twice", each->name);
        }
    }
    return true;
}

static const struct migration *find(const struct migrations *all, int64_t number) {
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].number == number) return &all->list[i];
    }
    return NULL;
}

/* Compares what the database has with what we have; *has tells whether `number` is applied. */
static bool compare(struct tx *tx, const struct migrations *all, int64_t number, bool *has, struct error *err) {
    struct rows rows;
    *has = false;
    if (!tx_query(tx, &SQL_MIGRATION_LIST, NO_ARGS, &rows, err)) return false;
    while (rows_next(&rows)) {
        const struct migration *ours = find(all, rows_i64(&rows, 0));
        if (ours == NULL) {
            return ERROR(err, ERR_CONFLICT, "store.newer", "the database has migration %s: made by a newer version",
                         rows_text(&rows, 1));
        }
        if (strcmp(ours->checksum, rows_text(&rows, 2)) != 0) {
            return ERROR(err, ERR_CONFLICT, "store.migration_changed", "%s was changed after it was applied",
                         ours->name);
        }
        if (ours->number == number) *has = true;
    }
    return true;
}

static bool run_script(struct tx *tx, const char *text, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    const char *engine = tx_engine(tx) == STORE_SQLITE ? "sqlite" : "postgres";
    const char *rest = sqltext_for_engine(arena, text, engine);
    for (;;) {
        char *statement = sqltext_next_statement(arena, rest, &rest);
        if (statement == NULL) return true;
        if (!tx->store->driver->script(tx, statement, err)) return false;
    }
}

struct step {
    const struct migrations *all;
    struct migration *migration; /* NULL: only create the table and compare */
};

static bool apply(struct tx *tx, void *arg, struct error *err) {
    struct step *step = arg;
    bool has;
    if (!tx->store->driver->script(tx, CREATE_TABLE, err)) return false;
    if (tx_engine(tx) == STORE_POSTGRES &&
        !tx->store->driver->script(tx, "LOCK TABLE schema_migration IN EXCLUSIVE MODE", err)) {
        return false;
    }
    int64_t number = step->migration == NULL ? 0 : step->migration->number;
    if (!compare(tx, step->all, number, &has, err)) return false;
    if (step->migration == NULL || has) return true;
    struct migration *migration = step->migration;
    if (!run_script(tx, migration->text, err)) {
        char what[sizeof err->detail];
        str_copy(what, sizeof what, err->detail);
        return ERROR(err, err->kind, err->code, "%s: %.200s", migration->name, what);
    }
    migration->applied = true;
    return tx_exec(tx, &SQL_MIGRATION_INSERT,
                   ARGS(I64(number), TXT(migration->name), TXT(migration->checksum), I64(tx_op(tx)->now_ms)), NULL,
                   err);
}

static bool apply_all(struct op *op, int *applied, struct error *err) {
    struct migrations all;
    int count = 0;
    if (!collect(op->arena, &all, err)) return false;
    struct step step = { .all = &all };
    if (!store_write(op, apply, &step, err)) return false;
    for (size_t i = 0; i < all.count; i++) {
        step.migration = &all.list[i];
        if (!store_write(op, apply, &step, err)) return false;
        count += all.list[i].applied ? 1 : 0;
    }
    if (applied != NULL) *applied = count;
    return true;
}

bool store_migrate(struct store *store, int64_t now_ms, int *applied, struct error *err) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct op op = { .store = store, .arena = arena, .now_ms = now_ms };
    bool ok = apply_all(&op, applied, err);
    arena_free(arena);
    return ok;
}

static const struct sql *const STATEMENTS[] = { &SQL_MIGRATION_LIST, &SQL_MIGRATION_INSERT };
static const struct sql_list STORE_STATEMENTS = { "store", STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS };

/* Fenced for the other engine: never prepared here. */
static bool is_foreign(const struct store *store, const struct sql *sql) {
    return str_ends(sql->text, store->driver->engine == STORE_SQLITE ? "-- @postgres" : "-- @sqlite");
}

static bool check_list(struct store *store, const struct sql_list *list, struct error *err) {
    for (size_t i = 0; i < list->count; i++) {
        if (is_foreign(store, list->statements[i])) continue;
        if (!store->driver->check(store, list->statements[i], err)) return false;
    }
    return true;
}

bool store_check(struct store *store, const struct sql_list *const *lists, size_t count, struct error *err) {
    if (!check_list(store, &STORE_STATEMENTS, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!check_list(store, lists[i], err)) return false;
    }
    return true;
}
