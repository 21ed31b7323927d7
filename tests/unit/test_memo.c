/* base/memo: what is kept is found by all its arguments and by nothing less. */
#include "support/harness.h"

#include "base/memo.h"

#include <string.h>

enum { MOST = 4096 };

static struct buf key_of(struct arena *arena, const char *first, const char *second, int64_t number) {
    struct buf key;
    buf_init(&key, arena, 65536);
    memo_key_text(&key, first);
    memo_key_text(&key, second);
    memo_key_i64(&key, number);
    return key;
}

static const char *get(struct arena *arena, struct memo *memo, const struct buf *key) {
    struct buf out;
    buf_init(&out, arena, 65536);
    return memo_get(memo, key, &out) ? out.data : NULL;
}

static void test_found_by_every_argument(void **state) {
    struct arena *arena = *state;
    struct memo *memo = memo_new(16, MOST);
    struct buf key = key_of(arena, "ab", "c", 7);
    assert_null(get(arena, memo, &key));
    memo_put(memo, &key, "<li>", 4);
    assert_string_equal(get(arena, memo, &key), "<li>");
    struct buf others[] = { key_of(arena, "a", "bc", 7), key_of(arena, "ab", "c", 8), key_of(arena, "ab", NULL, 7),
                            key_of(arena, "ab", "", 7),  key_of(arena, NULL, "c", 7), key_of(arena, "abc", "", 7) };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_null(get(arena, memo, &others[i]));
    memo_put(memo, &key, "", 0);
    assert_string_equal(get(arena, memo, &key), "");
    memo_free(memo);
}

static void test_appends(void **state) {
    struct arena *arena = *state;
    struct memo *memo = memo_new(16, MOST);
    struct buf key = key_of(arena, "x", "y", 1), out;
    memo_put(memo, &key, "둘", 3);
    buf_init(&out, arena, 100);
    buf_puts(&out, "하나 ");
    assert_true(memo_get(memo, &key, &out));
    assert_string_equal(out.data, "하나 둘");
    memo_free(memo);
}

static void test_bounded(void **state) {
    struct arena *arena = *state;
    struct memo *memo = memo_new(16, MOST);
    char long_text[MOST];
    memset(long_text, 'x', sizeof long_text);
    struct buf key = key_of(arena, "x", "y", 1), cut;
    memo_put(memo, &key, long_text, sizeof long_text);
    assert_null(get(arena, memo, &key));
    size_t found = 0;
    for (int64_t i = 0; i < 1000; i++) {
        struct buf one = key_of(arena, "a", "b", i);
        memo_put(memo, &one, "v", 1);
        assert_string_equal(get(arena, memo, &one), "v");
    }
    for (int64_t i = 0; i < 1000; i++) {
        struct buf one = key_of(arena, "a", "b", i);
        found += get(arena, memo, &one) != NULL;
    }
    assert_in_range(found, 1, 16);
    buf_init(&cut, arena, 4); /* a key that was cut must not stand for another */
    memo_key_text(&cut, "longer than that");
    memo_put(memo, &cut, "v", 1);
    assert_null(get(arena, memo, &cut));
    memo_free(memo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_found_by_every_argument),
        TEST(test_appends),
        TEST(test_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
