/* Reading an export: see export.h. The file is read twice: first its checksum, then its lines, in one transaction. */
#include "store/export.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "store/backup_files.h"
#include "store/export_schema.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CAP = 128 * 1024 * 1024 };

struct reading {
    FILE *file;
    char *line; /* getline's */
    size_t size;
    const char *data_dir;
    bool (*after)(struct tx *, struct error *);
    struct arena *page; /* of one line */
    struct export_schema schema;
    struct export_count count;
    int64_t number; /* of the line, from 1 */
};

static bool failed(const char *what, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "import.failed", "%s: %s", what, strerror(errno));
}

static bool damaged(const char *what, struct error *err) {
    return ERROR(err, ERR_INVALID, "import.damaged", "%s", what);
}

static bool malformed(const struct reading *reading, const char *what, const char *which, struct error *err) {
    return ERROR(err, ERR_INVALID, "import.malformed", "line %lld: %s %s", (long long)reading->number, what,
                 which == NULL ? "" : which);
}

/* The next line as JSON; NULL at the end of the file. */
static bool next_line(struct reading *reading, json_t **out, struct error *err) {
    struct error cause;
    arena_reset(reading->page);
    ssize_t len = getline(&reading->line, &reading->size, reading->file);
    *out = NULL;
    if (len < 0) return feof(reading->file) ? true : failed("reading", err);
    reading->number++;
    if (json_parse(reading->page, reading->line, (size_t)len, out, &cause) && json_is_object(*out)) return true;
    return malformed(reading, "not a JSON object:", cause.detail, err);
}

/* All lines but the last against what the last one says. */
static bool check_file(struct reading *reading, struct error *err) {
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    char checksum[SECRET_HASH_SIZE];
    ssize_t len;
    json_t *last = NULL;
    crypto_hash_sha256_init(&state);
    for (int64_t line = 0; (len = getline(&reading->line, &reading->size, reading->file)) > 0; line++) {
        if (line == 0 && !str_starts(reading->line, "{\"format\":\"bongsu-export\"")) {
            return damaged("not an export of Bongsu", err);
        }
        if (str_starts(reading->line, "{\"end\":true")) break;
        crypto_hash_sha256_update(&state, (const unsigned char *)reading->line, (size_t)len);
    }
    if (len <= 0 || reading->line[len - 1] != '\n') return damaged("the file is cut off", err);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(checksum, sizeof checksum, digest, sizeof digest);
    if (!json_parse(reading->page, reading->line, (size_t)len, &last, err))
        return damaged("the last line is broken", err);
    const char *given = json_text(last, "sha256");
    if (given == NULL || !secret_equal(given, checksum)) return damaged("the checksum differs", err);
    return getline(&reading->line, &reading->size, reading->file) < 0 || damaged("lines after the end", err);
}

static bool check_empty(struct tx *tx, const struct reading *reading, struct error *err) {
    for (size_t i = 0; i < reading->schema.count; i++) {
        struct rows rows;
        if (!tx_query(tx, &reading->schema.tables[i].first, NO_ARGS, &rows, err)) return false;
        if (rows.count == 0) continue;
        return ERROR(err, ERR_CONFLICT, "import.not_empty", "there are rows in %s", reading->schema.tables[i].name);
    }
    return true;
}

static bool read_cell(const json_t *value, bool number, struct arg *out) {
    int64_t parsed;
    *out = (struct arg){ ARG_NULL, 0, NULL };
    if (value == NULL || json_is_null(value)) return true;
    if (!number) {
        if (json_is_string(value)) *out = TXT(json_string_value(value));
        return json_is_string(value);
    }
    if (json_is_integer(value)) *out = I64(json_integer_value(value));
    else if (json_is_string(value) && str_to_i64(json_string_value(value), &parsed)) *out = I64(parsed);
    else return false;
    return true;
}

static bool put_row(struct tx *tx, struct reading *reading, const json_t *line, struct error *err) {
    struct arg cells[64];
    const json_t *row = json_object_get(line, "row");
    const struct export_table *table = export_schema_table(&reading->schema, json_text(line, "table"));
    if (table == NULL) return malformed(reading, "no table", json_text(line, "table"), err);
    if (json_object_size(row) != table->column_count) return malformed(reading, "other columns than", table->name, err);
    REQUIRE(table->column_count <= sizeof cells / sizeof *cells);
    for (size_t i = 0; i < table->column_count; i++) {
        const json_t *value = json_object_get(row, table->columns[i].name);
        if (value != NULL && read_cell(value, table->columns[i].number, &cells[i])) continue;
        return malformed(reading, "cannot use", table->columns[i].name, err);
    }
    reading->count.rows++;
    return tx_exec(tx, &table->insert, (struct args){ cells, table->column_count }, NULL, err);
}

static bool put_attachment(struct reading *reading, const json_t *line, struct error *err) {
    const char *name = json_text(line, "attachment"), *text = json_text(line, "base64");
    size_t len = text == NULL ? 0 : strlen(text), size = 0;
    unsigned char *bytes = arena_alloc(reading->page, len + 1);
    if (text == NULL || name == NULL || !backup_file_name_ok(name) ||
        sodium_base642bin(bytes, len + 1, text, len, NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) {
        return malformed(reading, "attachment", name, err);
    }
    reading->count.attachments++;
    return backup_file_put(reading->data_dir, name, bytes, size, err);
}

static bool check_head(struct reading *reading, struct error *err) {
    json_t *head;
    if (!next_line(reading, &head, err)) return false;
    const char *migration = json_text(head, "migration");
    if (str_eq(migration, reading->schema.migration)) return true;
    return ERROR(err, ERR_INVALID, "import.version", "made at %s, this program is at %s",
                 migration == NULL ? "nothing" : migration, reading->schema.migration);
}

/* Files first written, then rows committed: a row never speaks of a file that is not there. */
static bool put_lines(struct tx *tx, struct reading *reading, struct error *err) {
    for (;;) {
        json_t *line;
        if (!next_line(reading, &line, err)) return false;
        if (line == NULL) return damaged("the file is cut off", err);
        if (json_object_get(line, "end") != NULL) return true;
        bool file = json_object_get(line, "attachment") != NULL;
        if (!(file ? put_attachment(reading, line, err) : put_row(tx, reading, line, err))) return false;
    }
}

static bool read_all(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    struct op *op = tx_op(tx);
    struct arena *own = op->arena;
    rewind(reading->file);
    reading->number = 0;
    reading->count = (struct export_count){ 0 };
    if (!export_schema_read(tx, &reading->schema, err) || !check_empty(tx, reading, err) || !check_head(reading, err)) {
        return false;
    }
    op->arena = reading->page;
    bool ok = put_lines(tx, reading, err);
    op->arena = own;
    return ok && reading->after(tx, err);
}

bool store_import(struct op *op, const char *data_dir, const char *file, bool (*after)(struct tx *, struct error *),
                  struct export_count *out, struct error *err) {
    struct reading reading = { .file = fopen(file, "re"), .data_dir = data_dir, .after = after };
    if (reading.file == NULL) return ERROR(err, ERR_NOT_FOUND, "import.no_file", "%s: %s", file, strerror(errno));
    reading.page = arena_new(LINE_CAP);
    bool ok = check_file(&reading, err) && store_write(op, read_all, &reading, err);
    fclose(reading.file);
    free(reading.line);
    arena_free(reading.page);
    if (ok) *out = reading.count;
    return ok;
}
