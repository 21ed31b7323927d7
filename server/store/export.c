/* Writing an export: see export.h. */
#include "store/export.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "store/export_schema.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_CAP = 96 * 1024 * 1024, PATH_SIZE = 4096, FILE_MAX = 16 * 1024 * 1024 };
static const int64_t EXACT = INT64_C(1) << 53; /* what every reader of JSON keeps exactly */

struct writing {
    FILE *file;
    const char *data_dir;
    struct arena *page, *other; /* rows of this page, and of the one before: its last key is still needed */
    crypto_hash_sha256_state hash;
    struct export_count count;
};

static void close_stream(FILE **file) {
    if (*file != NULL) fclose(*file);
}

static bool failed(const char *what, struct error *err) {
    return ERROR(err, ERR_INTERNAL, "export.failed", "%s: %s", what, strerror(errno));
}

static bool put_line(struct writing *writing, const json_t *line, struct error *err) {
    char *text = json_dump(writing->page, line);
    size_t len = strlen(text);
    text[len++] = '\n'; /* in the place of the NUL */
    crypto_hash_sha256_update(&writing->hash, (const unsigned char *)text, len);
    return fwrite(text, 1, len, writing->file) == len || failed("writing", err);
}

static json_t *cell_json(const struct rows *rows, size_t column, bool number) {
    if (rows_is_null(rows, column)) return json_null();
    if (!number) return json_string(rows_text(rows, column));
    int64_t value = rows_i64(rows, column);
    char text[24];
    if (value > -EXACT && value < EXACT) return json_integer(value);
    snprintf(text, sizeof text, "%lld", (long long)value);
    return json_string(text);
}

static bool put_row(struct writing *writing, const struct export_table *table, const struct rows *rows,
                    struct error *err) {
    json_t *line = json_obj(writing->page), *row = json_object();
    json_put_text(line, "table", table->name);
    json_put(line, "row", row);
    for (size_t i = 0; i < table->column_count; i++) {
        json_put(row, table->columns[i].name, cell_json(rows, i, table->columns[i].number));
    }
    writing->count.rows++;
    return put_line(writing, line, err);
}

/* The key of the row the page ended with. */
static void take_key(const struct export_table *table, const struct rows *rows, struct arg *key) {
    for (size_t i = 0; i < table->column_count; i++) {
        const struct export_column *column = &table->columns[i];
        if (column->key > 0) key[column->key - 1] = column->number ? I64(rows_i64(rows, i)) : TXT(rows_text(rows, i));
    }
}

static void turn_page(struct tx *tx, struct writing *writing) {
    struct arena *fresh = writing->other;
    arena_reset(fresh);
    writing->other = writing->page;
    writing->page = fresh;
    tx_op(tx)->arena = fresh; /* rows are read into it */
}

static bool put_table(struct tx *tx, struct writing *writing, const struct export_table *table, struct error *err) {
    struct arg key[16];
    struct rows rows;
    REQUIRE(table->key_count <= sizeof key / sizeof *key);
    if (!tx_query(tx, &table->first, NO_ARGS, &rows, err)) return false;
    while (rows.count > 0) {
        while (rows_next(&rows)) {
            if (!put_row(writing, table, &rows, err)) return false;
        }
        if (rows.count < EXPORT_PAGE) break;
        take_key(table, &rows, key);
        turn_page(tx, writing);
        if (!tx_query(tx, &table->next, (struct args){ key, table->key_count }, &rows, err)) return false;
    }
    turn_page(tx, writing);
    return true;
}

static bool put_attachment(struct writing *writing, const char *path, const char *name, struct error *err) {
    CLEANUP(close_stream) FILE *file = fopen(path, "re");
    if (file == NULL) return failed(path, err);
    unsigned char *bytes = arena_alloc(writing->page, FILE_MAX);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    if (ferror(file) || size == FILE_MAX) return failed(path, err);
    size_t room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(writing->page, room);
    sodium_bin2base64(text, room, bytes, size, sodium_base64_VARIANT_ORIGINAL);
    json_t *line = json_obj(writing->page);
    json_put_text(line, "attachment", name);
    json_put_text(line, "base64", text);
    bool done = put_line(writing, line, err);
    writing->count.attachments++;
    arena_reset(writing->page);
    return done;
}

static int is_hash(const struct dirent *entry) {
    return entry->d_name[strspn(entry->d_name, "0123456789abcdef")] == '\0';
}

static void free_names(struct dirent **names, int count) {
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
}

static bool put_folder(struct writing *writing, const char *folder, struct error *err) {
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_hash, alphasort);
    bool ok = count >= 0 || failed(folder, err);
    for (int i = 0; ok && i < count; i++) {
        char path[PATH_SIZE];
        ok = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) < (int)sizeof path &&
             put_attachment(writing, path, names[i]->d_name, err);
    }
    free_names(names, count);
    return ok;
}

static bool put_attachments(struct writing *writing, struct error *err) {
    char all[PATH_SIZE / 2];
    struct dirent **names = NULL;
    snprintf(all, sizeof all, "%s/attachments", writing->data_dir);
    if (access(all, F_OK) != 0) return true;
    int count = scandir(all, &names, is_hash, alphasort);
    bool ok = count >= 0 || failed(all, err);
    for (int i = 0; ok && i < count; i++) {
        char folder[PATH_SIZE];
        ok = snprintf(folder, sizeof folder, "%s/%s", all, names[i]->d_name) < (int)sizeof folder &&
             put_folder(writing, folder, err);
    }
    free_names(names, count);
    return ok;
}

static bool put_end(struct writing *writing, struct error *err) {
    unsigned char digest[crypto_hash_sha256_BYTES];
    char checksum[SECRET_HASH_SIZE];
    crypto_hash_sha256_state so_far = writing->hash;
    crypto_hash_sha256_final(&so_far, digest);
    sodium_bin2hex(checksum, sizeof checksum, digest, sizeof digest);
    json_t *line = json_obj(writing->page);
    json_put_bool(line, "end", true);
    json_put_i64(line, "rows", writing->count.rows);
    json_put_i64(line, "attachments", writing->count.attachments);
    json_put_text(line, "sha256", checksum);
    return put_line(writing, line, err);
}

static bool put_tables(struct tx *tx, struct writing *writing, const struct export_schema *schema, struct error *err) {
    struct op *op = tx_op(tx);
    struct arena *own = op->arena;
    bool ok = true;
    op->arena = writing->page;
    for (size_t i = 0; ok && i < schema->count; i++) ok = put_table(tx, writing, &schema->tables[i], err);
    op->arena = own;
    return ok;
}

/* One snapshot. A second run, after a lost connection, begins the file anew. */
static bool write_all(struct tx *tx, void *arg, struct error *err) {
    struct writing *writing = arg;
    struct export_schema schema;
    writing->count = (struct export_count){ 0 };
    crypto_hash_sha256_init(&writing->hash);
    rewind(writing->file);
    if (ftruncate(fileno(writing->file), 0) != 0) return failed("writing", err);
    if (!export_schema_read(tx, &schema, err)) return false;
    json_t *head = json_obj(writing->page);
    json_put_text(head, "format", "bongsu-export");
    json_put_i64(head, "version", 1);
    json_put_text(head, "migration", schema.migration);
    return put_line(writing, head, err) && put_tables(tx, writing, &schema, err) && put_attachments(writing, err) &&
           put_end(writing, err);
}

bool store_export(struct op *op, const char *data_dir, const char *file, struct export_count *out, struct error *err) {
    const char *part = arena_printf(op->arena, "%s.part", file);
    CLEANUP(close_stream) FILE *to = fopen(part, "we");
    if (to == NULL) return failed(part, err);
    struct writing writing = {
        .file = to, .data_dir = data_dir, .page = arena_new(PAGE_CAP), .other = arena_new(PAGE_CAP)
    };
    bool ok = store_read(op, write_all, &writing, err) &&
              ((fflush(to) == 0 && fsync(fileno(to)) == 0 && rename(part, file) == 0) || failed(file, err));
    arena_free(writing.page);
    arena_free(writing.other);
    if (!ok) unlink(part);
    if (ok) *out = writing.count;
    return ok;
}
