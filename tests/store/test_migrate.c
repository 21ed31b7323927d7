/* Migrations: applied once, refused when changed or when the database is newer. */
#include "support/fixture.h"

static void test_second_run_applies_nothing(void **state) {
    struct fixture *f = *state;
    int applied = -1;
    OK(store_migrate(f->store, FIXTURE_NOW, &applied, &f->err));
    assert_int_equal(applied, 0);
    assert_true(fixture_count(f, "schema_migration") > 0);
}

static void test_changed_file_is_refused(void **state) {
    struct fixture *f = *state;
    fixture_exec(f, "UPDATE schema_migration SET checksum = 'other' WHERE number = 1");
    assert_false(store_migrate(f->store, FIXTURE_NOW, NULL, &f->err));
    assert_string_equal(f->err.code, "store.migration_changed");
}

static void test_newer_database_is_refused(void **state) {
    struct fixture *f = *state;
    fixture_exec(f,
                 "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (9999, '9999_x', 'x', 1)");
    assert_false(store_migrate(f->store, FIXTURE_NOW, NULL, &f->err));
    assert_string_equal(f->err.code, "store.newer");
}

static void test_missing_one_is_applied_again(void **state) {
    struct fixture *f = *state;
    int applied = 0;
    fixture_exec(f, "DROP TABLE idempotency_key");
    fixture_exec(f, "DELETE FROM schema_migration WHERE number = 1");
    /* tables of 0001 still stand: the whole file fails and leaves no record */
    assert_false(store_migrate(f->store, FIXTURE_NOW, &applied, &f->err));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM schema_migration WHERE number = 1"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_second_run_applies_nothing),
        FIXTURE_TEST(test_changed_file_is_refused),
        FIXTURE_TEST(test_newer_database_is_refused),
        FIXTURE_TEST(test_missing_one_is_applied_again),
    };
    return fixture_run("migrate", tests, sizeof tests / sizeof *tests);
}
