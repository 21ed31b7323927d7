/* Which tables there are is read from the migrations, their columns from the engine: see export_schema.h. */
#include "store/export_schema.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/str.h"
#include "store/sqltext.h"

#include <string.h>

enum { TABLES_MAX = 500, TEXT_MAX = 16 * 1024 };

/* Of a running portal only, or made anew from the rest. */
static const char *const LEFT_OUT[] = { "session",         "login_throttle", "idempotency_key",
                                        "document_editor", "search_index",   "search_token" };

SQL(SQL_EXPORT_COLUMNS_SQLITE, "t", "tti",
    "SELECT name, CAST(type AS TEXT), CAST(pk AS BIGINT) FROM pragma_table_info(?1) ORDER BY cid -- @sqlite");
SQL(SQL_EXPORT_COLUMNS_POSTGRES, "t", "tti",
    "SELECT CAST(a.attname AS TEXT), upper(format_type(a.atttypid, NULL)), CAST(COALESCE((SELECT k.place FROM pg_index "
    "i, "
    "unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS k (number, place) WHERE i.indrelid = a.attrelid AND "
    "i.indisprimary AND k.number = a.attnum), 0) AS BIGINT) FROM pg_attribute a WHERE a.attrelid = to_regclass(?1) AND "
    "a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum -- @postgres");

static bool left_out(const char *name) {
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof *LEFT_OUT; i++) {
        if (str_eq(name, LEFT_OUT[i])) return true;
    }
    return false;
}

/* The word after `start`, if the statement begins with it (comments before it do not count). */
static const char *name_after(struct arena *arena, const char *statement, const char *start) {
    while (*statement != '\0') {
        statement += strspn(statement, " \t\r\n");
        if (!str_starts(statement, "--")) break;
        statement += strcspn(statement, "\n");
    }
    if (!str_starts(statement, start)) return NULL;
    statement += strlen(start);
    return arena_strn(arena, statement, strcspn(statement, " (\n;"));
}

static void drop_table(struct export_schema *schema, const char *name) {
    for (size_t i = 0; i < schema->count; i++) {
        if (!str_eq(schema->tables[i].name, name)) continue;
        memmove(&schema->tables[i], &schema->tables[i + 1], (schema->count - i - 1) * sizeof *schema->tables);
        schema->count--;
        return;
    }
}

static void read_migration(struct arena *arena, struct export_schema *schema, const char *text) {
    for (const char *rest = text;;) {
        const char *statement = sqltext_next_statement(arena, rest, &rest);
        if (statement == NULL) return;
        const char *made = name_after(arena, statement, "CREATE TABLE ");
        const char *gone = name_after(arena, statement, "DROP TABLE ");
        if (gone != NULL) drop_table(schema, gone);
        if (made == NULL || left_out(made)) continue;
        REQUIRE(schema->count < TABLES_MAX);
        schema->tables[schema->count++] = (struct export_table){ .name = made };
    }
}

static bool read_columns(struct tx *tx, struct export_table *table, struct error *err) {
    bool sqlite = tx_engine(tx) == STORE_SQLITE;
    struct rows rows;
    if (!tx_query(tx, sqlite ? &SQL_EXPORT_COLUMNS_SQLITE : &SQL_EXPORT_COLUMNS_POSTGRES, ARGS(TXT(table->name)), &rows,
                  err)) {
        return false;
    }
    table->columns = ARENA_ARRAY(tx_op(tx)->arena, rows.count, struct export_column);
    while (rows_next(&rows)) {
        struct export_column *column = &table->columns[table->column_count++];
        *column =
            (struct export_column){ rows_text(&rows, 0), str_eq(rows_text(&rows, 1), "BIGINT"), rows_i64(&rows, 2) };
        table->key_count += column->key > 0;
    }
    return table->key_count > 0 || ERROR(err, ERR_INTERNAL, "export.table", "%s has no key", table->name);
}

static const struct export_column *key_column(const struct export_table *table, int64_t place) {
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].key == place) return &table->columns[i];
    }
    die("export: no column %lld in the key of %s", (long long)place, table->name);
}

static void put_keys(struct buf *out, const struct export_table *table, bool postgres) {
    for (size_t i = 1; i <= table->key_count; i++) {
        const struct export_column *column = key_column(table, (int64_t)i);
        buf_printf(out, "%s%s%s", i > 1 ? ", " : "", column->name, postgres && !column->number ? " COLLATE \"C\"" : "");
    }
}

static char *signature(struct arena *arena, const struct export_table *table, bool keys) {
    size_t count = keys ? table->key_count : table->column_count;
    char *out = arena_alloc(arena, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct export_column *column = keys ? key_column(table, (int64_t)i + 1) : &table->columns[i];
        out[i] = column->number ? 'I' : 'T';
    }
    return out;
}

/* The three statements of a table. They live as long as the store's prepared statements: in the op's arena. */
static void write_statements(struct arena *arena, struct export_table *table, bool postgres) {
    struct buf names, marks, select, keys, places;
    struct buf *const all[] = { &names, &marks, &select, &keys, &places };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_init(all[i], arena, TEXT_MAX);
    for (size_t i = 0; i < table->column_count; i++) {
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
        buf_printf(&marks, "%s?%zu", i > 0 ? ", " : "", i + 1);
    }
    for (size_t i = 1; i <= table->key_count; i++) buf_printf(&places, "%s?%zu", i > 1 ? ", " : "", i);
    put_keys(&keys, table, postgres);
    buf_printf(&select, "SELECT %s FROM %s", names.data, table->name);
    const char *columns = signature(arena, table, false);
    table->first = (struct sql){ "SQL_EXPORT_FIRST", "", columns,
                                 arena_printf(arena, "%s ORDER BY %s LIMIT %d", select.data, keys.data, EXPORT_PAGE) };
    table->next = (struct sql){ "SQL_EXPORT_NEXT", signature(arena, table, true), columns,
                                arena_printf(arena, "%s WHERE (%s) > (%s) ORDER BY %s LIMIT %d", select.data, keys.data,
                                             places.data, keys.data, EXPORT_PAGE) };
    table->insert =
        (struct sql){ "SQL_IMPORT_ROW", columns, "",
                      arena_printf(arena, "INSERT INTO %s (%s) VALUES (%s)", table->name, names.data, marks.data) };
}

bool export_schema_read(struct tx *tx, struct export_schema *out, struct error *err) {
    struct arena *arena = tx_op(tx)->arena;
    bool postgres = tx_engine(tx) == STORE_POSTGRES;
    const struct asset *assets = NULL;
    size_t count = asset_under("migrations/", &assets);
    *out = (struct export_schema){ .tables = ARENA_ARRAY(arena, TABLES_MAX, struct export_table) };
    for (size_t i = 0; i < count; i++) {
        const char *name = strchr(assets[i].path, '/') + 1;
        out->migration = arena_strn(arena, name, strcspn(name, "."));
        read_migration(arena, out,
                       sqltext_for_engine(arena, (const char *)assets[i].bytes, postgres ? "postgres" : "sqlite"));
    }
    for (size_t i = 0; i < out->count; i++) {
        if (!read_columns(tx, &out->tables[i], err)) return false;
        write_statements(arena, &out->tables[i], postgres);
    }
    return true;
}

const struct export_table *export_schema_table(const struct export_schema *schema, const char *name) {
    for (size_t i = 0; name != NULL && i < schema->count; i++) {
        if (str_eq(schema->tables[i].name, name)) return &schema->tables[i];
    }
    return NULL;
}
