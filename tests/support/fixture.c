/* Fixtures: see fixture.h. */
#include "support/fixture.h"

#include "base/asset.h"
#include "base/json.h"
#include "base/secret.h"
#include "people/permission.h"
#include "support/fixture_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum store_engine current = STORE_SQLITE;

enum store_engine fixture_engine(void) {
    return current;
}

struct op *fixture_op(struct fixture *f) {
    f->op = (struct op){ .store = f->store,
                         .arena = f->arena,
                         .actor = f->actor,
                         .now_ms = clock_now_ms(f->clock),
                         .request_id = "req_test" };
    return &f->op;
}

void fixture_set_now(struct fixture *f, int64_t now_ms) {
    clock_set_ms(f->clock, now_ms);
}

void fixture_advance(struct fixture *f, int64_t ms) {
    clock_set_ms(f->clock, clock_now_ms(f->clock) + ms);
}

void fixture_fail(const struct fixture *f, const char *call, const char *file, int line) {
    print_error("%s failed: %s (%s:%d): %s\n", call, f->err.code, f->err.file == NULL ? "?" : f->err.file, f->err.line,
                f->err.detail);
    for (const struct field_error *each = f->op.fields.first; each != NULL; each = each->next) {
        print_error("  field %s: %s\n", each->field, each->code);
    }
    _fail(file, line);
    abort();
}

json_t *fixture_json(struct fixture *f, const char *text) {
    json_t *value;
    OK(json_parse(f->arena, text, strlen(text), &value, &f->err));
    return value;
}

/* One reader: a read within a read, which could bring a busy server to a stand, would hang here. */
static void open_store(struct fixture *f) {
    struct store_options options = { .database = f->database, .readers = 1, .writers = 4 };
    OK(store_open(&options, &f->store, &f->err));
}

void fixture_reopen(struct fixture *f) {
    store_close(f->store);
    open_store(f);
}

/* --- a database for each test: the first of a program migrates, the others begin with a copy --- */

static struct {
    char *bytes;
    size_t size;
} migrated; /* the SQLite file */

static void keep_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat info;
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &info), 0);
    migrated.size = (size_t)info.st_size;
    migrated.bytes = malloc(migrated.size);
    assert_non_null(migrated.bytes);
    assert_int_equal(fread(migrated.bytes, 1, migrated.size, file), migrated.size);
    (void)fclose(file);
}

static void write_file(const char *path) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(migrated.bytes, 1, migrated.size, file), migrated.size);
    assert_int_equal(fclose(file), 0);
}

/* Does it come migrated? */
static bool make_database(struct fixture *f) {
    if (f->engine == STORE_POSTGRES) return fixture_postgres_take(f->database, sizeof f->database);
    const char *base = getenv("TMPDIR");
    snprintf(f->folder, sizeof f->folder, "%s/bongsu-test-XXXXXX", base == NULL ? "/tmp" : base);
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->database, sizeof f->database, "%s/bongsu.db", f->folder);
    if (migrated.bytes != NULL) write_file(f->database);
    return migrated.bytes != NULL;
}

static void migrate(struct fixture *f) {
    OK(store_migrate(f->store, FIXTURE_NOW, NULL, &f->err));
    store_close(f->store); /* what was written is in the file from here on */
    if (f->engine == STORE_POSTGRES) fixture_postgres_keep();
    else keep_file(f->database);
    open_store(f);
}

static void drop_database(struct fixture *f) {
    static const char *const ENDINGS[] = { "", "-wal", "-shm" };
    if (f->engine == STORE_POSTGRES) return; /* the next test has it */
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s%s", f->database, ENDINGS[i]);
        unlink(path);
    }
    rmdir(f->folder);
}

int fixture_setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    secret_start();
    asset_start();
    f->engine = current;
    f->arena = arena_new(FIXTURE_ARENA);
    f->clock = clock_new_set(FIXTURE_NOW);
    f->admin = (struct actor){ .kind = ACTOR_USER,
                               .user_id = 1,
                               .login = "admin",
                               .name = "관리자",
                               .role = "admin",
                               .permissions = role_permissions(ROLE_ADMIN),
                               .remote = "127.0.0.1" };
    f->system = (struct actor){ .kind = ACTOR_SYSTEM,
                                .login = "system",
                                .name = "system",
                                .role = "admin",
                                .permissions = role_permissions(ROLE_ADMIN) };
    f->actor = &f->admin;
    bool ready = make_database(f);
    open_store(f);
    if (!ready) migrate(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    struct fixture *f = *state;
    store_close(f->store);
    drop_database(f);
    arena_free(f->arena);
    clock_free(f->clock);
    free(f);
    return 0;
}

int fixture_run(const char *name, const struct CMUnitTest *tests, size_t count) {
    char group[128];
    snprintf(group, sizeof group, "%s on SQLite", name);
    current = STORE_SQLITE;
    int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(migrated.bytes);
    migrated.bytes = NULL;
    if (!fixture_postgres_available()) return failed;
    snprintf(group, sizeof group, "%s on PostgreSQL", name);
    current = STORE_POSTGRES;
    failed += _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    fixture_postgres_drop();
    return failed;
}

/* --- raw statements of tests --- */

struct raw {
    struct sql sql;
    int64_t number;
    const char *text;
};

static bool raw_number(struct tx *tx, void *arg, struct error *err) {
    struct raw *raw = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &raw->sql, NO_ARGS, &row, &found, err)) return false;
    raw->number = found ? rows_i64(&row, 0) : 0;
    return true;
}

static bool raw_text(struct tx *tx, void *arg, struct error *err) {
    struct raw *raw = arg;
    struct rows row;
    bool found;
    if (!tx_query_one(tx, &raw->sql, NO_ARGS, &row, &found, err)) return false;
    raw->text = found ? rows_text(&row, 0) : NULL;
    return true;
}

static bool raw_exec(struct tx *tx, void *arg, struct error *err) {
    struct raw *raw = arg;
    return tx_exec(tx, &raw->sql, NO_ARGS, NULL, err);
}

/* The text is copied: the statement cache knows a statement by the addresses of both. */
static struct raw raw_of(struct fixture *f, const char *result, const char *text) {
    return (struct raw){ .sql = { "SQL_OF_TEST", "", result, arena_str(f->arena, text) } };
}

int64_t fixture_number(struct fixture *f, const char *sql) {
    struct raw raw = raw_of(f, "I", sql);
    OK(store_read(fixture_op(f), raw_number, &raw, &f->err));
    return raw.number;
}

const char *fixture_text(struct fixture *f, const char *sql) {
    struct raw raw = raw_of(f, "T", sql);
    OK(store_read(fixture_op(f), raw_text, &raw, &f->err));
    return raw.text;
}

void fixture_exec(struct fixture *f, const char *sql) {
    struct raw raw = raw_of(f, "", sql);
    OK(store_write(fixture_op(f), raw_exec, &raw, &f->err));
}

int64_t fixture_count(struct fixture *f, const char *table) {
    return fixture_number(f, arena_printf(f->arena, "SELECT count(*) FROM %s", table));
}
