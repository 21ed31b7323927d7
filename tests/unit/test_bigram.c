/* Search tokens of Korean and mixed text. */
#include "support/harness.h"

#include "text/bigram.h"

#include <string.h>

static const char *indexed(struct arena *arena, const char *text) {
    const char **tokens;
    size_t count = bigram_index(arena, text, &tokens);
    const char *all = "";
    for (size_t i = 0; i < count; i++) all = arena_printf(arena, "%s%s|", all, tokens[i]);
    return all;
}

static const char *queried(struct arena *arena, const char *text) {
    struct bigram_term *terms;
    size_t count = bigram_query(arena, text, &terms);
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_printf(arena, "%s%s%s|", all, terms[i].text, terms[i].prefix ? "*" : "");
    return all;
}

static bool matches(struct arena *arena, const char *text, const char *query) {
    const char **tokens;
    struct bigram_term *terms;
    size_t count = bigram_index(arena, text, &tokens);
    size_t wanted = bigram_query(arena, query, &terms);
    for (size_t i = 0; i < wanted; i++) {
        bool found = false;
        for (size_t j = 0; j < count && !found; j++) {
            found = terms[i].prefix ? strncmp(tokens[j], terms[i].text, strlen(terms[i].text)) == 0
                                    : strcmp(tokens[j], terms[i].text) == 0;
        }
        if (!found) return false;
    }
    return wanted > 0;
}

static void test_tokens(void **state) {
    assert_string_equal(indexed(*state, "장애복구"), "구|복구|애복|장애|");
    assert_string_equal(indexed(*state, "Redis 락, REDIS"), "redis|락|");
    assert_string_equal(indexed(*state, "API를 v2로"), "api|v2|로|를|");
    assert_string_equal(indexed(*state, "ＡＢＣ Straße"), "abc|strasse|");
    assert_string_equal(indexed(*state, "\xe1\x84\x8c\xe1\x85\xa1\xe1\x86\xbc\xe1\x84\x8b\xe1\x85\xa2"), "애|장애|");
    assert_string_equal(indexed(*state, ""), "");
    assert_string_equal(indexed(*state, "\xff"), "");
    assert_string_equal(queried(*state, "장애복구 락 redis"), "redis|락*|복구|애복|장애|");
    assert_string_equal(queried(*state, "!?"), "");
}

/* The quick way through (ASCII, whole syllables) and the library's must not differ. */
static void test_folding(void **state) {
    assert_string_equal(bigram_fold(*state, "결제 api-1, 힣가!"), "결제 api-1, 힣가!");
    assert_string_equal(bigram_fold(*state, "결제 API"), "결제 api");
    assert_string_equal(bigram_fold(*state, "가\xe1\x86\xa8"), "각"); /* a final letter follows its syllable */
    assert_string_equal(bigram_fold(*state, "\xed\x9e\xa4"), "\xed\x9e\xa4"); /* after the last syllable */
    assert_null(bigram_fold(*state, "가\xea\xb0"));
    assert_null(bigram_fold(*state, "\xed\xa0\x80")); /* a surrogate */
}

static void test_finding(void **state) {
    assert_true(matches(*state, "결제 장애가 발생", "장애"));
    assert_true(matches(*state, "분산락 실패", "락"));
    assert_true(matches(*state, "락이 풀리지 않음", "락"));
    assert_true(matches(*state, "INC-2026-0042 좌석배정", "좌석 inc-2026-0042"));
    assert_false(matches(*state, "결제 지연", "장애"));
    assert_false(matches(*state, "rediscovered", "redis"));
}

static void test_limits(void **state) {
    char *text = arena_alloc(*state, 200001);
    for (int i = 0; i < 50000; i++) {
        static const char *const HEX = "0123456789abcdef";
        text[i * 4] = HEX[i >> 12 & 15], text[i * 4 + 1] = HEX[i >> 8 & 15], text[i * 4 + 2] = HEX[i >> 4 & 15];
        text[i * 4 + 3] = ' ';
    }
    const char **tokens;
    assert_true(bigram_index(*state, text, &tokens) <= BIGRAM_INDEX_MAX);
    memset(text, 'x', 200000);
    assert_int_equal(bigram_index(*state, text, &tokens), 1);
    assert_int_equal(strlen(tokens[0]), BIGRAM_TOKEN_BYTES);
    struct bigram_term *terms;
    for (int i = 0; i < 40; i++) memcpy(text + (ptrdiff_t)(i * 3), i % 2 ? "ab " : "cd ", 3);
    assert_true(bigram_query(*state, text, &terms) <= BIGRAM_QUERY_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_tokens), TEST(test_folding), TEST(test_finding), TEST(test_limits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
