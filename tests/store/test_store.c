/* The store contract: the same on both engines. */
#include "support/fixture.h"

#include "ledger/ledger.h"
#include "work/statements.h"

#include <string.h>

static void test_catalogue_prepares(void **state) {
    struct fixture *f = *state;
    OK(store_check(f->store, ALL_STATEMENTS, ALL_STATEMENTS_COUNT, &f->err));
}

static bool next_number(struct tx *tx, void *arg, struct error *err) {
    return counter_next(tx, "incident/2026", arg, err);
}

static void test_counter_survives_reopening(void **state) {
    struct fixture *f = *state;
    int64_t number = 0;
    for (int64_t i = 1; i <= 3; i++) {
        OK(store_write(fixture_op(f), next_number, &number, &f->err));
        assert_int_equal(number, i);
    }
    fixture_reopen(f);
    OK(store_write(fixture_op(f), next_number, &number, &f->err));
    assert_int_equal(number, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_catalogue_prepares),
        FIXTURE_TEST(test_counter_survives_reopening),
    };
    return fixture_run("store", tests, sizeof tests / sizeof *tests);
}
