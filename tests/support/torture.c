/* See torture.h. */
#include "support/torture.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/secret.h"
#include "work/due_handlers.h"

#include <string.h>

enum { DIGEST_TEXT_MAX = 8 * 1024 * 1024, TABLES_MAX = 200 };

/* tables proper: not the shadow tables of a search index, whose columns have no types */
static const char SQLITE_COLUMNS[] =
    "SELECT l.name, c.name, c.type FROM pragma_table_list l JOIN pragma_table_info(l.name) c "
    "WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite%' ORDER BY l.name, c.cid";
static const char POSTGRES_COLUMNS[] =
    "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(upper(data_type) AS TEXT) "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

struct digest {
    struct fixture *f;
    struct buf text;
};

/* The statements that read each table whole are made once a test: the store prepares each again where it is new. */
static bool list_tables(struct tx *tx, void *arg, struct error *err) {
    struct fixture *f = arg;
    struct arena *arena = f->arena;
    struct sql list = { "SQL_COLUMNS", "", "ttt", tx_engine(tx) == STORE_SQLITE ? SQLITE_COLUMNS : POSTGRES_COLUMNS };
    struct rows columns;
    f->tables = ARENA_ARRAY(arena, TABLES_MAX, struct sql);
    f->table_count = 0;
    if (!tx_query(tx, &list, NO_ARGS, &columns, err)) return false;
    bool more = rows_next(&columns);
    while (more) {
        const char *table = rows_text(&columns, 0), *names = "", *kinds = "";
        do {
            const char *name = rows_text(&columns, 1);
            names = arena_printf(arena, "%s%s\"%s\"", names, *names == '\0' ? "" : ", ", name);
            kinds = arena_printf(arena, "%s%c", kinds, strcmp(rows_text(&columns, 2), "TEXT") == 0 ? 'T' : 'I');
            more = rows_next(&columns);
        } while (more && strcmp(rows_text(&columns, 0), table) == 0);
        assert_true(f->table_count < TABLES_MAX);
        f->tables[f->table_count++] =
            (struct sql){ arena_str(arena, table), "", kinds,
                          arena_printf(arena, "SELECT %s FROM \"%s\" ORDER BY %s", names, table, names) };
    }
    return true;
}

static bool add_table(struct tx *tx, struct digest *digest, const struct sql *sql, struct error *err) {
    struct rows rows;
    if (!tx_query(tx, sql, NO_ARGS, &rows, err)) return false;
    buf_puts(&digest->text, sql->name);
    while (rows_next(&rows)) {
        for (size_t i = 0; i < rows.columns; i++) {
            if (rows_is_null(&rows, i)) buf_puts(&digest->text, "NULL");
            else if (sql->result[i] == 'I') buf_i64(&digest->text, rows_i64(&rows, i));
            else buf_json(&digest->text, rows_text(&rows, i));
            buf_putc(&digest->text, i + 1 == rows.columns ? '\n' : ',');
        }
    }
    return true;
}

static bool add_all(struct tx *tx, void *arg, struct error *err) {
    struct digest *digest = arg;
    for (size_t i = 0; i < digest->f->table_count; i++) {
        if (!add_table(tx, digest, &digest->f->tables[i], err)) return false;
    }
    return true;
}

const char *fixture_digest(struct fixture *f) {
    struct digest digest = { .f = f };
    char *out = arena_alloc(f->arena, SECRET_HASH_SIZE);
    buf_init(&digest.text, f->arena, DIGEST_TEXT_MAX);
    if (f->tables == NULL) OK(store_read(fixture_op(f), list_tables, f, &f->err));
    OK(store_read(fixture_op(f), add_all, &digest, &f->err));
    assert_false(digest.text.overflow);
    secret_hash(digest.text.data, digest.text.len, out);
    return out;
}

int fault_torture(struct fixture *f, torture_fn operation, void *arg) {
#ifdef BONGSU_FAULTS
    enum { POINTS_MAX = 2000 };
    const char *before = fixture_digest(f);
    for (int n = 1; n < POINTS_MAX; n++) {
        fault_arm(n);
        bool ok = operation(f, arg, &f->err);
        int seen = fault_seen();
        fault_arm(0);
        if (ok) {
            if (seen >= n) fail_msg("fault %d was met and the operation still reported success", n);
            assert_string_not_equal(fixture_digest(f), before);
            return n - 1;
        }
        if (seen < n) fixture_fail(f, "the operation without a fault", __FILE__, __LINE__);
        if (strcmp(fixture_digest(f), before) != 0) fail_msg("fault %d left something half written", n);
    }
    fail_msg("more than %d fault points", POINTS_MAX);
#else
    OK(operation(f, arg, &f->err));
#endif
    return 0;
}

/* --- what falls due --- */

struct firing {
    const struct due_entry *entry;
    struct due due;
};

static const struct sql SQL_NEXT_OF_KIND = { "SQL_NEXT_OF_KIND", "T", "ITIT",
                                             "SELECT subject_id, variant, due_at, payload FROM due WHERE kind = ?1 "
                                             "ORDER BY due_at, subject_id, variant LIMIT 1" };

static bool next_of_kind(struct tx *tx, void *arg, struct error *err) {
    struct firing *firing = arg;
    struct rows row;
    bool found;
    const char *kind = firing->entry->kind;
    if (!tx_query_one(tx, &SQL_NEXT_OF_KIND, ARGS(TXT(kind)), &row, &found, err)) return false;
    if (!found) return ERROR(err, ERR_NOT_FOUND, "test.no_due", "no row of %s", kind);
    firing->due = (struct due){ kind, rows_i64(&row, 0), rows_text(&row, 1), rows_i64(&row, 2), rows_text(&row, 3) };
    return true;
}

static bool fire_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct firing *firing = arg;
    const struct due *due = &firing->due;
    return due_cancel(tx, due->kind, due->subject_id, due->variant, err) && firing->entry->handler(tx, due, err);
}

static bool fire(struct fixture *f, void *arg, struct error *err) {
    return store_write(fixture_op(f), fire_in_tx, arg, err);
}

static struct firing next_firing(struct fixture *f, const struct due_entry *entry) {
    struct firing firing = { .entry = entry };
    OK(store_read(fixture_op(f), next_of_kind, &firing, &f->err));
    if (firing.due.due_ms > clock_now_ms(f->clock)) fixture_set_now(f, firing.due.due_ms);
    return firing;
}

int fault_torture_due(struct fixture *f, const struct due_entry *entry) {
    const struct actor *actor = f->actor;
    f->actor = &f->system;
    struct firing firing = next_firing(f, entry);
    int points = fault_torture(f, fire, &firing);
    print_message("  %s falls due: %d steps failed\n", entry->kind, points);
    f->actor = actor;
    return points;
}

void fire_due(struct fixture *f, const struct due_entry *entry) {
    const struct actor *actor = f->actor;
    f->actor = &f->system;
    struct firing firing = next_firing(f, entry);
    OK(fire(f, &firing, &f->err));
    f->actor = actor;
}

void torture_each(struct fixture *f, const struct tortured *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        print_message("  %s: %d steps failed\n", list[i].name, fault_torture(f, list[i].operation, list[i].arg));
}
