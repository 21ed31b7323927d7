/* store/sqltext: parameters, statements and fences, around quotes and comments. */
#include "support/harness.h"

#include "store/sqltext.h"

static void test_parameters_outside_quotes_and_comments(void **state) {
    assert_string_equal(sqltext_postgres(*state, "SELECT ?1, ?12 FROM t WHERE a = ?1"),
                        "SELECT $1, $12 FROM t WHERE a = $1");
    assert_string_equal(sqltext_postgres(*state, "'?1 it''s ?2' ?3"), "'?1 it''s ?2' $3");
    assert_string_equal(sqltext_postgres(*state, "\"?1\" -- ?2\n?3 /* ?4 */ ?5"), "\"?1\" -- ?2\n$3 /* ?4 */ $5");
    assert_string_equal(sqltext_postgres(*state, "? ?a '?1"), "? ?a '?1");
    assert_string_equal(sqltext_postgres(*state, "/* ?1"), "/* ?1");
    assert_string_equal(sqltext_postgres(*state, ""), "");
}

static void test_statements_are_split(void **state) {
    const char *rest = "-- head; not a statement\n;; CREATE TABLE a (t TEXT DEFAULT ';' -- x;\n);\nSELECT 1;\n-- end\n";
    assert_string_equal(sqltext_next_statement(*state, rest, &rest), " CREATE TABLE a (t TEXT DEFAULT ';' -- x;\n)");
    assert_string_equal(sqltext_next_statement(*state, rest, &rest), "\nSELECT 1");
    assert_null(sqltext_next_statement(*state, rest, &rest));
    rest = "SELECT 2";
    assert_string_equal(sqltext_next_statement(*state, rest, &rest), "SELECT 2");
    assert_null(sqltext_next_statement(*state, rest, &rest));
}

static void test_fences_choose_lines(void **state) {
    const char *text = "a\nb -- @sqlite\nc -- @postgres  \nd -- @ sqlite\n-- @sqlite";
    assert_string_equal(sqltext_for_engine(*state, text, "sqlite"), "a\nb -- @sqlite\nd -- @ sqlite\n-- @sqlite");
    assert_string_equal(sqltext_for_engine(*state, text, "postgres"), "a\nc -- @postgres  \nd -- @ sqlite\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_parameters_outside_quotes_and_comments),
        TEST(test_statements_are_split),
        TEST(test_fences_choose_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
