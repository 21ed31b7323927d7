/* Message catalogues: both languages hold the same keys with the same placeholders. */
#include "support/harness.h"

#include "text/i18n.h"

#include <stdlib.h>
#include <string.h>

static int load(void **state) {
    struct error err;
    arena_setup(state);
    if (!i18n_load_all(&err)) fail_msg("%s", err.detail);
    return 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "{a}{b}": the names in a text, sorted, without particles, each once. */
static const char *names_in(struct arena *arena, const char *text) {
    const char *names[32];
    size_t count = 0;
    for (const char *at = strchr(text, '{'); at != NULL && count < 32; at = strchr(at + 1, '{'))
        names[count++] = arena_strn(arena, at + 1, strcspn(at + 1, ":}"));
    qsort(names, count, sizeof *names, by_text);
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0) all = arena_printf(arena, "%s{%s}", all, names[i]);
    }
    return all;
}

static void test_languages_agree(void **state) {
    const struct i18n *ko = i18n_get("ko");
    const struct i18n *en = i18n_get("en");
    assert_true(i18n_count(ko) > 100);
    for (size_t i = 0; i < i18n_count(en); i++) {
        if (i18n_find(ko, i18n_key_at(en, i)) == NULL) fail_msg("not in Korean: %s", i18n_key_at(en, i));
    }
    for (size_t i = 0; i < i18n_count(ko); i++) {
        const char *key = i18n_key_at(ko, i);
        const char *text = i18n_find(en, key);
        if (text == NULL) fail_msg("not in English: %s", key);
        if (strcmp(key, "when.long") == 0 || strncmp(key, "when.month", 10) == 0) continue;
        const char *ours = names_in(*state, i18n_find(ko, key));
        const char *theirs = names_in(*state, text);
        if (strcmp(ours, theirs) != 0) fail_msg("%s: %s in Korean, %s in English", key, ours, theirs);
    }
}

static void test_look_up(void **state) {
    (void)state;
    assert_string_equal(i18n_code(i18n_get("en")), "en");
    assert_string_equal(i18n_code(i18n_get("fr")), "ko");
    assert_string_equal(i18n_code(i18n_get(NULL)), "ko");
    assert_string_equal(i18n_text(i18n_get("ko"), "common.save"), "저장");
    assert_string_equal(i18n_text(i18n_get("ko"), "no.such.key"), "no.such.key");
    assert_null(i18n_find(i18n_get("ko"), "no.such.key"));
}

static void test_fill(void **state) {
    struct arena *arena = *state;
    assert_string_equal(i18n_fill(arena, "{a:이/가} {b:을/를} {a}", I18N_ARGS({ "a", "Redis" }, { "b", "결제" })),
                        "Redis가 결제를 Redis");
    assert_string_equal(i18n_fill(arena, "{c} { {a", I18N_ARGS({ "a", "1" })), "{c} { {a");
    assert_string_equal(i18n_fill(arena, "{a}", I18N_ARGS({ "a", "{b}" }, { "b", "x" })), "{b}");
    assert_string_equal(i18n_fill(arena, "{a}", I18N_ARGS({ "a", NULL })), "");
    char *large = arena_alloc(arena, 100001);
    memset(large, 'x', 100000);
    assert_true(strlen(i18n_fill(arena, "{a}{a}", I18N_ARGS({ "a", large }))) <= 64 * 1024);
}

#define LOADED(function) cmocka_unit_test_setup_teardown(function, load, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = { LOADED(test_languages_agree), LOADED(test_look_up), LOADED(test_fill) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
