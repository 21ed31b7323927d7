/* Export and import: the same bytes again, on the same engine and on the other. */
#include "support/fixture.h"

#include "store/export.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *place(struct fixture *f, const char *name) {
    return arena_printf(f->arena, "/tmp/bongsu-export-%d-%s", (int)getpid(), name);
}

static char *content(struct fixture *f, const char *path) {
    char *text = arena_alloc(f->arena, 1024 * 1024);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(text, 1, 1024 * 1024 - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static bool nothing_more(struct tx *tx, struct error *err) {
    (void)tx;
    (void)err;
    return true;
}

static void fill(struct fixture *f) {
    for (int i = 0; i < 120; i++) { /* more than two pages, keys that differ in order by collation */
        fixture_exec(f, arena_printf(f->arena, "INSERT INTO counter (name, value) VALUES ('%s-%d', %lld)",
                                     i % 2 == 0 ? "장애" : "Zebra", i, (long long)i << 50));
    }
    fixture_exec(f,
                 "INSERT INTO team (id, team_key, name, description, version) "
                 "VALUES (9007199254740995, 'b', '결제 \"팀\"', 'line\nline', 1)");
    fixture_exec(f,
                 "INSERT INTO service (id, service_key, name, folded, description, team_id, tier, is_public, "
                 "slo_milli, retired_at, created_at, version) "
                 "VALUES (5, 'pay', '결제', 'pay', '', 9007199254740995, 1, 1, 99950, NULL, 1, 1)");
}

/* into another database of the same engine: the fixture's own, emptied */
static void empty(struct fixture *f) {
    fixture_exec(f, "DELETE FROM service");
    fixture_exec(f, "DELETE FROM team");
    fixture_exec(f, "DELETE FROM counter");
}

static void test_the_same_bytes_again(void **state) {
    struct fixture *f = *state;
    struct export_count count, back;
    const char *first = place(f, "first"), *second = place(f, "second"), *data = place(f, "data");
    fill(f);
    OK(store_export(fixture_op(f), data, first, &count, &f->err));
    assert_int_equal(count.rows, 122);
    assert_false(store_import(fixture_op(f), data, first, nothing_more, &back, &f->err));
    assert_string_equal(f->err.code, "import.not_empty");
    empty(f);
    OK(store_import(fixture_op(f), data, first, nothing_more, &back, &f->err));
    assert_int_equal(back.rows, count.rows);
    OK(store_export(fixture_op(f), data, second, &back, &f->err));
    assert_string_equal(content(f, first), content(f, second));
    assert_non_null(strstr(content(f, first), "\"id\":\"9007199254740995\"")); /* beyond what JavaScript keeps */
    assert_non_null(strstr(content(f, first), "\"slo_milli\":99950"));
    assert_null(strstr(content(f, first), "search_index"));
    unlink(first), unlink(second);
}

/* Both engines write the same bytes: what SQLite wrote is compared by PostgreSQL's run of the same test. */
static void test_engines_agree(void **state) {
    static char *of_sqlite;
    struct fixture *f = *state;
    struct export_count count;
    const char *file = place(f, "engine");
    fill(f);
    OK(store_export(fixture_op(f), place(f, "data"), file, &count, &f->err));
    if (f->engine == STORE_SQLITE) of_sqlite = strdup(content(f, file));
    else assert_string_equal(of_sqlite, content(f, file));
    if (f->engine == STORE_POSTGRES) free(of_sqlite);
    unlink(file);
}

static void put(const char *path, const char *text, size_t len) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static void test_altered_files_are_refused(void **state) {
    struct fixture *f = *state;
    struct export_count count;
    const char *file = place(f, "altered"), *data = place(f, "data");
    fill(f);
    OK(store_export(fixture_op(f), data, file, &count, &f->err));
    empty(f);
    char *whole = content(f, file);
    size_t len = strlen(whole);
    for (size_t cut = 1; cut < len; cut += len / 7) {
        put(file, whole, len - cut);
        assert_false(store_import(fixture_op(f), data, file, nothing_more, &count, &f->err));
    }
    for (size_t at = 40; at < len - 1; at += len / 9) {
        whole[at] = (char)(whole[at] ^ 2);
        put(file, whole, len);
        assert_false(store_import(fixture_op(f), data, file, nothing_more, &count, &f->err));
        whole[at] = (char)(whole[at] ^ 2);
    }
    assert_int_equal(fixture_count(f, "counter"), 0);
    put(file, whole, len);
    OK(store_import(fixture_op(f), data, file, nothing_more, &count, &f->err));
    unlink(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_the_same_bytes_again),
        FIXTURE_TEST(test_engines_agree),
        FIXTURE_TEST(test_altered_files_are_refused),
    };
    return fixture_run("export", tests, sizeof tests / sizeof *tests);
}
