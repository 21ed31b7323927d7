/* base/field: what is refused, under which field and code. */
#include "support/harness.h"

#include "base/field.h"

#include <string.h>

static struct op op_for(void *arena) {
    return (struct op){ .arena = arena, .now_ms = 1 };
}

#define assert_refused(op, code_)                           \
    do {                                                    \
        assert_int_equal((op).fields.count, 1);             \
        assert_string_equal((op).fields.last->code, code_); \
        (op).fields = (struct field_errors){ 0 };           \
    } while (0)

static void test_text(void **state) {
    struct op op = op_for(*state);
    assert_string_equal(field_text(&op, "name", "\t 문예진\n", 3, FIELD_REQUIRED), "문예진");
    assert_null(field_text(&op, "name", NULL, 3, FIELD_OPTIONAL));
    assert_string_equal(field_text(&op, "name", "", 3, FIELD_OPTIONAL), "");
    assert_string_equal(field_text(&op, "note", "a\nb\tc", 9, FIELD_MULTILINE), "a\nb\tc");
    assert_int_equal(op.fields.count, 0);

    field_text(&op, "name", NULL, 3, FIELD_REQUIRED);
    assert_refused(op, "required");
    field_text(&op, "name", " \xe3\x80\x80", 3, FIELD_REQUIRED);
    assert_refused(op, "required");
    field_text(&op, "name", "가나다라", 3, FIELD_REQUIRED);
    assert_string_equal(op.fields.first->arg, "3");
    assert_refused(op, "too_long");
    field_text(&op, "name", "a\nb", 9, FIELD_REQUIRED);
    assert_refused(op, "control_characters");
    field_text(&op, "name", "a\x1b[2J", 9, FIELD_REQUIRED | FIELD_MULTILINE);
    assert_refused(op, "control_characters");
    field_text(&op, "name", "\xff", 9, FIELD_REQUIRED);
    assert_refused(op, "not_utf8");
}

static void test_key(void **state) {
    struct op op = op_for(*state);
    assert_string_equal(field_key(&op, "key", "Payment-api_2", 40, FIELD_REQUIRED), "payment-api_2");
    assert_int_equal(op.fields.count, 0);
    const char *bad[] = { "결제", "a b", "-a", "_a", "a/b", "a.b" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        field_key(&op, "key", bad[i], 40, FIELD_REQUIRED);
        assert_refused(op, "not_key");
    }
    assert_string_equal(field_key(&op, "key", "new", 40, FIELD_REQUIRED), "new");
    field_key(&op, "key", "New", 40, FIELD_REQUIRED | FIELD_ADDRESS); /* /oncall/new is a page */
    assert_refused(op, "reserved");
}

static void test_choice_number_flag(void **state) {
    struct op op = op_for(*state);
    const char *const words[] = { "ko", "en", NULL };
    assert_int_equal(field_one_of(&op, "lang", "en", words, FIELD_REQUIRED), 1);
    assert_int_equal(field_one_of(&op, "lang", NULL, words, FIELD_OPTIONAL), -1);
    assert_int_equal(field_i64(&op, "tier", "4", 1, 4, 9), 4);
    assert_int_equal(field_i64(&op, "tier", NULL, 1, 4, 9), 9);
    assert_true(field_flag(&op, "public", "on", false));
    assert_false(field_flag(&op, "public", "", true));
    assert_true(field_flag(&op, "public", NULL, true));
    assert_int_equal(op.fields.count, 0);

    field_one_of(&op, "lang", "de", words, FIELD_OPTIONAL);
    assert_string_equal(op.fields.first->arg, "ko, en");
    assert_refused(op, "one_of");
    field_i64(&op, "tier", "5", 1, 4, 9);
    assert_refused(op, "out_of_range");
    field_i64(&op, "tier", "1x", 1, 4, 9);
    assert_refused(op, "not_number");
    field_flag(&op, "public", "yes", false);
    assert_refused(op, "one_of");
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_text), TEST(test_key), TEST(test_choice_number_flag) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
