/* base/: arena, buffer, text checks, ids, JSON limits. */
#include "support/harness.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void count_release(void *counter) {
    (*(int *)counter)++;
}

static void test_arena_keeps_objects_apart_and_runs_deferred(void **state) {
    (void)state;
    int released = 0;
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    char *small = arena_str(arena, "작은 것");
    char *large = arena_alloc(arena, 100000);
    memset(large, 'x', 100000);
    for (int i = 0; i < 5000; i++) arena_alloc(arena, 24);
    assert_string_equal(small, "작은 것");
    arena_defer(arena, count_release, &released);
    arena_reset(arena);
    assert_int_equal(released, 1);
    arena_defer(arena, count_release, &released);
    arena_free(arena);
    assert_int_equal(released, 2);
}

static void test_buf_stops_at_its_maximum(void **state) {
    struct buf buf;
    buf_init(&buf, *state, 8);
    buf_puts(&buf, "1234");
    assert_false(buf.overflow);
    buf_puts(&buf, "56789");
    assert_true(buf.overflow);
    assert_string_equal(buf.data, "1234");
}

static void test_buf_numbers(void **state) {
    struct buf buf;
    buf_init(&buf, *state, 1000);
    buf_i64(&buf, 0);
    buf_putc(&buf, ' ');
    buf_i64(&buf, INT64_MIN);
    buf_putc(&buf, ' ');
    buf_i64(&buf, INT64_MAX);
    assert_string_equal(buf.data, "0 -9223372036854775808 9223372036854775807");
}

static void test_buf_escapes(void **state) {
    struct buf buf;
    buf_init(&buf, *state, 1000);
    buf_html(&buf, "<a b='c\">&", 10);
    assert_string_equal(buf.data, "&lt;a b=&#39;c&quot;&gt;&amp;");
    buf_init(&buf, *state, 1000);
    buf_json(&buf, "줄\n\"\\\x01");
    assert_string_equal(buf.data, "\"줄\\n\\\"\\\\\\u0001\"");
}

static void test_utf8(void **state) {
    (void)state;
    assert_true(utf8_valid("장애", 6));
    assert_false(utf8_valid("\xc0\x80", 2));
    assert_false(utf8_valid("\xed\xa0\x80", 3));
    assert_false(utf8_valid("\xf4\x90\x80\x80", 4));
    assert_false(utf8_valid("\xec\x9e", 2));
    assert_int_equal(utf8_count("장애a"), 3);
    assert_false(utf8_printable("a\nb", 3, false));
    assert_true(utf8_printable("a\nb", 3, true));
    assert_false(utf8_printable("a\0b", 3, true));
}

static void test_numbers_are_strict(void **state) {
    (void)state;
    int64_t value = 7;
    assert_true(str_to_i64("-9223372036854775808", &value));
    assert_true(value == INT64_MIN);
    value = 7;
    const char *bad[] = { "", "-", "+1", " 1", "1 ", "9223372036854775808", "1e3", "0x1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(str_to_i64(bad[i], &value));
    assert_int_equal(value, 7);
    assert_false(id_parse("0", &value));
    assert_false(id_parse("-3", &value));
    assert_false(id_parse("007", &value));
}

static void test_clean(void **state) {
    assert_string_equal(str_clean(*state, "\xe3\x80\x80 a\r\nb \n"), "a\nb");
    char long_text[] = "장애";
    char cut[6];
    str_copy(cut, sizeof cut, long_text);
    assert_string_equal(cut, "장");
}

static void test_ids_ascend(void **state) {
    (void)state;
    int64_t before = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t id = id_new(1765000000000);
        assert_true(id > before);
        before = id;
    }
    assert_true(id_new(1765000001000) > before);
}

static void test_json_limits(void **state) {
    struct error err;
    json_t *value;
    char deep[2002];
    memset(deep, '[', 1000);
    memset(deep + 1000, ']', 1000);
    assert_false(json_parse(*state, deep, 2000, &value, &err));
    assert_string_equal(err.code, "json.too_deep");
    assert_false(json_parse(*state, "{\"a\":1,\"a\":2}", 13, &value, &err));
    assert_false(json_parse(*state, "{} x", 4, &value, &err));
    assert_false(json_parse(*state, "\"\\u0000\"", 8, &value, &err));
    assert_true(json_parse(*state, "{\"a\":\"장애\"}", 14, &value, &err));
    assert_string_equal(json_text(value, "a"), "장애");
}

/* Under the address sanitizer a value that is lost, or released twice, ends the test. */
static void test_json_lives_in_an_arena(void **state) {
    struct arena *other = *state, *arena = arena_new(ARENA_REQUEST_CAP);
    json_t *early = json_arr(other), *parsed, *kept;
    struct error err;
    for (int request = 0; request < 3; request++) {
        json_live_in(arena);
        json_t *object = json_obj(arena), *list = json_array();
        for (int i = 0; i < 100; i++) json_push(list, json_string("한 줄"));
        json_put(object, "list", list);
        json_put(object, "early", json_deep_copy(early)); /* older than the arena */
        assert_true(json_parse(arena, "{\"a\":[1,2]}", 11, &parsed, &err));
        json_put(object, "parsed", json_incref(parsed));
        assert_true(json_parse(other, "{\"a\":[1,2]}", 11, &kept, &err)); /* outlives it */
        struct arena *home = json_leave_home();
        json_push(early, json_string("outlives it"));
        json_come_home(home);
        assert_string_equal(json_dump(arena, json_object_get(object, "parsed")), "{\"a\":[1,2]}");
        json_decref(json_string("nobody's"));
        json_object_del(object, "list");
        arena_reset(arena);
        json_live_in(NULL);
    }
    assert_string_equal(json_dump(other, kept), "{\"a\":[1,2]}");
    assert_string_equal(json_dump(other, early), "[\"outlives it\",\"outlives it\",\"outlives it\"]");
    arena_free(arena);
}

static void test_json_that_does_not_fit_is_released(void **state) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    struct error err;
    json_t *parsed;
    size_t size = 100 * 1000;
    char *large = arena_bytes(*state, size + 1);
    memset(large, ' ', size);
    memcpy(large, "[1]", 3);
    json_live_in(arena);
    assert_true(json_parse(arena, large, size, &parsed, &err)); /* too long for the arena: released with it */
    arena_reset(arena);
    json_live_in(arena);
    json_t *object = json_obj(arena);
    assert_true(json_parse(arena, large, size, &parsed, &err));
    json_put(object, "parsed", json_incref(parsed));
    json_t *list = json_array();
    for (int i = 0; i < 300 * 1000; i++) json_push(list, json_integer(i));
    json_put(object, "list", list);
    assert_true(arena_used(arena) < 12 * 1024 * 1024);
    arena_reset(arena);
    json_live_in(NULL);
    arena_free(arena);
}

static void test_arena_uses_large_chunks_again(void **state) {
    struct arena *arena = arena_new(ARENA_REQUEST_CAP);
    (void)state;
    for (int request = 0; request < 3; request++) {
        char *texts[600];
        for (int i = 0; i < 600; i++) texts[i] = arena_printf(arena, "%0*d", 1 + i * 7 % 3000, i);
        for (int i = 0; i < 600; i++) assert_int_equal(strtol(texts[i], NULL, 10), i);
        assert_true(arena_used(arena) > 128 * 1024);
        arena_reset(arena);
        assert_true(arena_used(arena) <= 16 * 1024);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_arena_keeps_objects_apart_and_runs_deferred),
        TEST(test_buf_stops_at_its_maximum),
        TEST(test_buf_numbers),
        TEST(test_buf_escapes),
        TEST(test_utf8),
        TEST(test_numbers_are_strict),
        TEST(test_clean),
        TEST(test_ids_ascend),
        TEST(test_json_limits),
        TEST(test_json_lives_in_an_arena),
        TEST(test_json_that_does_not_fit_is_released),
        TEST(test_arena_uses_large_chunks_again),
    };
    json_memory_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
