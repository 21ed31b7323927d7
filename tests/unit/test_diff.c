/* Diff: readable parts, and both texts can be put together again from them. */
#include "support/harness.h"

#include "text/diff.h"

#include <string.h>

static const char *shown(struct arena *arena, const struct diff_part *parts, size_t count) {
    const char *all = "";
    for (size_t i = 0; i < count; i++) all = arena_printf(arena, "%s%c[%s]", all, "=-+"[parts[i].kind], parts[i].text);
    return all;
}

static const char *side(struct arena *arena, const struct diff_part *parts, size_t count, enum diff_kind kind) {
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        if (parts[i].kind == DIFF_SAME || parts[i].kind == kind) all = arena_printf(arena, "%s%s", all, parts[i].text);
    }
    return all;
}

static void test_parts(void **state) {
    struct diff_part *parts;
    size_t count = diff_words(*state, "장애 시간: 19:30 ~ 19:45", "장애 시간: 19:30 ~ 19:50", &parts);
    assert_string_equal(shown(*state, parts, count), "=[장애 시간: 19:30 ~ 19:]-[45]+[50]");
    count = diff_lines(*state, "가\n나\n다\n", "가\n라\n다\n마", &parts);
    assert_string_equal(shown(*state, parts, count), "=[가\n]-[나\n]+[라\n]=[다\n]+[마]");
    assert_int_equal(diff_words(*state, "", "", &parts), 0);
    count = diff_words(*state, "", "새 글", &parts);
    assert_string_equal(shown(*state, parts, count), "+[새 글]");
    count = diff_words(*state, "같다", "같다", &parts);
    assert_string_equal(shown(*state, parts, count), "=[같다]");
}

static void test_both_sides_come_back(void **state) {
    struct arena *arena = *state;
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        char texts[2][120];
        for (int side_index = 0; side_index < 2; side_index++) {
            size_t len = 0;
            for (int i = 0; i < 50; i++) {
                seed = seed * 1103515245U + 12345U;
                texts[side_index][len++] = "ab \n."[(seed >> 16) % 5];
            }
            texts[side_index][(seed >> 20) % 50] = '\0';
            texts[side_index][len] = '\0';
        }
        struct diff_part *parts;
        size_t count =
            round % 2 ? diff_words(arena, texts[0], texts[1], &parts) : diff_lines(arena, texts[0], texts[1], &parts);
        assert_string_equal(side(arena, parts, count, DIFF_REMOVED), texts[0]);
        assert_string_equal(side(arena, parts, count, DIFF_ADDED), texts[1]);
    }
}

static void test_too_many_changes(void **state) {
    struct arena *arena = *state;
    char *before = arena_alloc(arena, 40001);
    char *after = arena_alloc(arena, 40001);
    for (int i = 0; i < 10000; i++) {
        memcpy(before + (ptrdiff_t)(i * 4), "aa.b", 4);
        memcpy(after + (ptrdiff_t)(i * 4), "c-dd", 4);
    }
    struct diff_part *parts;
    assert_int_equal(diff_words(arena, before, after, &parts), 2);
    assert_string_equal(parts[0].text, before);
    assert_string_equal(parts[1].text, after);
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_parts), TEST(test_both_sides_come_back),
                                        TEST(test_too_many_changes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
