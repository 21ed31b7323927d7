/* Particles: the cases of josa_cases.txt, and the forms in which a pair may be written. */
#include "support/harness.h"

#include "base/str.h"
#include "text/josa.h"

#include <stdio.h>
#include <string.h>

/* Which pair a particle belongs to. */
static const char *pair_of(const char *particle) {
    static const char *const PAIRS[] = { "은/는",   "이/가",   "을/를",       "과/와",       "아/야",
                                         "이여/여", "으로/로", "으로서/로서", "으로써/로써", "으로부터/로부터",
                                         "이나/나", "이랑/랑", "이라고/라고", "이에요/예요", "이라/라" };
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        const char *slash = strchr(PAIRS[i], '/');
        size_t len = strlen(particle);
        bool first = len == (size_t)(slash - PAIRS[i]) && memcmp(PAIRS[i], particle, len) == 0;
        if (first || str_eq(slash + 1, particle)) return PAIRS[i];
    }
    return particle; /* both forms: "을(를)" */
}

static void test_cases(void **state) {
    struct arena *arena = *state;
    FILE *file = fopen("tests/unit/josa_cases.txt", "r");
    assert_non_null(file);
    char line[256];
    int cases = 0;
    int wrong = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *tab = strchr(line, '\t');
        if (*line == '#' || tab == NULL) continue;
        const char *word = arena_strn(arena, line, (size_t)(tab - line));
        const char *expected = arena_strn(arena, tab + 1, strcspn(tab + 1, "\t\n"));
        const char *got = josa_after(str_eq(word, "\\e") ? "" : word, pair_of(expected));
        cases++;
        if (str_eq(got, expected)) continue;
        wrong++;
        print_error("%s: expected %s, got %s\n", word, expected, got == NULL ? "nothing" : got);
    }
    fclose(file);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 200);
}

static void test_every_syllable_by_its_coda(void **state) {
    (void)state;
    for (uint32_t point = 0xac00; point <= 0xd7a3; point++) {
        char word[5] = { 0 };
        utf8_put(word, point);
        uint32_t coda = (point - 0xac00) % 28;
        assert_string_equal(josa_after(word, "이/가"), coda == 0 ? "가" : "이");
        assert_string_equal(josa_after(word, "으로/로"), coda == 0 || coda == 8 ? "로" : "으로");
    }
}

static void test_how_a_pair_is_written(void **state) {
    (void)state;
    static const char *const SAME[] = { "이/가", "가/이", "이(가)", "가(이)" };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        assert_string_equal(josa_after("장애", SAME[i]), "가");
        assert_string_equal(josa_after("알림", SAME[i]), "이");
    }
    assert_string_equal(josa_after("메일", "(으)로"), "로");
    assert_string_equal(josa_after("화면", "로/으로"), "으로");
    assert_string_equal(josa_after("장애", "였습니다/이었습니다"), "였습니다");
    static const char *const UNKNOWN[] = {
        "", "/", "이", "이가", "이/", "이/는", "을를", "의/의", "이/가 ", "foo/bar"
    };
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) assert_null(josa_after("장애", UNKNOWN[i]));
}

static void test_strange_words(void **state) {
    struct arena *arena = *state;
    char *long_word = arena_alloc(arena, 100004);
    memset(long_word, '(', 100000);
    memcpy(long_word + 100000, "가", 3);
    assert_string_equal(josa_after(long_word, "이/가"), "가");
    memset(long_word, ')', 100000);
    assert_string_equal(josa_after(long_word, "이/가"), "가");
    assert_string_equal(josa_after("\xff\xfe", "이/가"), "이(가)");
    assert_non_null(josa_after("장\xec", "이/가"));
    /* Decomposed Hangul, as macOS writes file names: 알 + 림 */
    assert_string_equal(josa_after("\xe1\x84\x85\xe1\x85\xb5\xe1\x86\xb7", "이/가"), "이");
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_cases), TEST(test_every_syllable_by_its_coda),
                                        TEST(test_how_a_pair_is_written), TEST(test_strange_words) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
