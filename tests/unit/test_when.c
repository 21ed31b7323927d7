/* Instants and durations as people and machines write them. */
#include "support/harness.h"

#include "text/i18n.h"
#include "text/when.h"

static int load(void **state) {
    struct error err;
    arena_setup(state);
    if (!i18n_load_all(&err)) fail_msg("%s", err.detail);
    return 0;
}

static int64_t at(const char *text) {
    int64_t ms = 0;
    struct error err;
    if (!when_parse(text, &ms, &err)) fail_msg("not parsed: %s", text);
    return ms;
}

static const struct tz *zone(const char *name) {
    const struct tz *tz;
    struct error err;
    assert_true(tz_find(name, &tz, &err));
    return tz;
}

static void test_rfc3339(void **state) {
    assert_true(at("2025-12-09T19:30:00+09:00") == 1765276200000);
    assert_true(at("2025-12-09T10:30:00Z") == 1765276200000);
    assert_true(at("2025-12-09t10:30:00.1239z") == 1765276200123);
    assert_true(at("2025-12-09 05:00:00-05:30") == 1765276200000);
    assert_true(at("2024-02-29T00:00:00Z") == 1709164800000);
    assert_true(at("1970-01-01T00:00:00Z") == 0);
    assert_string_equal(when_rfc3339(*state, 1765276200999), "2025-12-09T10:30:00Z");
    static const char *const BAD[] = { "",
                                       "2025-12-09",
                                       "2025-12-09T19:30:00",
                                       "2025-12-09T19:30+09:00",
                                       "2025-02-29T00:00:00Z",
                                       "2025-13-01T00:00:00Z",
                                       "2025-00-01T00:00:00Z",
                                       "2025-01-32T00:00:00Z",
                                       "2025-01-01T24:00:00Z",
                                       "2025-01-01T00:60:00Z",
                                       "2025-01-01T00:00:60Z",
                                       "2025-01-01T00:00:00.Z",
                                       "2025-01-01T00:00:00+9:00",
                                       "2025-01-01T00:00:00+0900",
                                       "2025-01-01T00:00:00Z ",
                                       "1969-12-31T23:59:59Z",
                                       "1970-01-01T00:00:00+09:00",
                                       "+025-01-01T00:00:00Z" };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        int64_t ms = 7;
        struct error err;
        if (when_parse(BAD[i], &ms, &err)) fail_msg("parsed: %s", BAD[i]);
        assert_true(ms == 7);
        assert_string_equal(err.code, "when.malformed");
    }
    int64_t ms;
    struct error err;
    assert_false(when_parse(NULL, &ms, &err));
}

static void test_local(void **state) {
    const struct tz *seoul = zone("Asia/Seoul");
    struct error err;
    int64_t ms;
    assert_true(when_parse_local("2025-12-09T19:30", seoul, &ms, &err) && ms == 1765276200000);
    assert_true(when_parse_local("2025-12-09 19:30:05", seoul, &ms, &err) && ms == 1765276205000);
    assert_false(when_parse_local("2025-12-09T19:30Z", seoul, &ms, &err));
    assert_string_equal(when_minute(*state, seoul, 1765276200000), "2025-12-09 19:30");
    assert_string_equal(when_clock(*state, seoul, 1765276200000), "19:30");
    assert_string_equal(when_input(*state, seoul, 1765276200000), "2025-12-09T19:30");
    assert_string_equal(when_date(*state, seoul, 1765276200000), "2025-12-09");
    assert_string_equal(when_long(*state, seoul, i18n_get("ko"), 1765276200000), "12월 9일 (화) 19:30");
    assert_string_equal(when_long(*state, seoul, i18n_get("en"), 1765276200000), "Tue 9 Dec 19:30");
    /* New York, the night the clock jumps from 2 to 3 and the night it falls back */
    const struct tz *new_york = zone("America/New_York");
    assert_string_equal(when_minute(*state, new_york, at("2025-03-09T06:59:00Z")), "2025-03-09 01:59");
    assert_string_equal(when_minute(*state, new_york, at("2025-03-09T07:00:00Z")), "2025-03-09 03:00");
}

static void test_durations(void **state) {
    static const struct {
        const char *from, *until, *ko, *en;
    } CASES[] = {
        { "2025-12-09T19:30:00Z", "2025-12-09T19:45:00Z", "15분", "15 min" },
        { "2025-12-09T19:30:59Z", "2025-12-09T19:45:00Z", "15분", "15 min" }, /* as shown: 19:30 ~ 19:45 */
        { "2025-12-09T19:30:00Z", "2025-12-09T19:45:59Z", "15분", "15 min" },
        { "2024-01-15T14:30:00Z", "2024-01-15T15:45:00Z", "1시간 15분", "1 h 15 min" },
        { "2024-01-15T14:30:00Z", "2024-01-15T15:30:00Z", "1시간", "1 h" },
        { "2024-01-15T14:30:00Z", "2024-01-17T15:32:00Z", "2일 1시간 2분", "2 d 1 h 2 min" },
        { "2024-01-15T14:30:00Z", "2024-01-16T14:31:00Z", "1일 1분", "1 d 1 min" },
        { "2024-01-15T14:30:10Z", "2024-01-15T14:30:50Z", "0분", "0 min" },
        { "2024-01-15T14:30:00Z", "2024-01-15T14:20:00Z", "0분", "0 min" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t from = at(CASES[i].from);
        int64_t until = at(CASES[i].until);
        assert_string_equal(when_duration(*state, i18n_get("ko"), from, until), CASES[i].ko);
        assert_string_equal(when_duration(*state, i18n_get("en"), from, until), CASES[i].en);
    }
}

static void test_ranges(void **state) {
    const struct tz *seoul = zone("Asia/Seoul");
    int64_t from = at("2025-12-09T19:30:00+09:00");
    assert_string_equal(when_range(*state, seoul, from, from + 900000, false), "19:30 ~ 19:45");
    assert_string_equal(when_range(*state, seoul, from, from + 900000, true), "2025-12-09 19:30 ~ 19:45");
    int64_t late = at("2026-03-01T23:50:00+09:00");
    assert_string_equal(when_range(*state, seoul, late, late + 1800000, false), "2026-03-01 23:50 ~ 2026-03-02 00:20");
}

static void test_written_digits(void **state) {
    int64_t last = at("9999-12-31T23:59:59Z");
    assert_string_equal(when_rfc3339(*state, 0), "1970-01-01T00:00:00Z");
    assert_string_equal(when_rfc3339(*state, last), "9999-12-31T23:59:59Z");
    assert_string_equal(when_minute(*state, zone("Asia/Seoul"), last), "10000-01-01 08:59");
    assert_string_equal(when_input(*state, zone("Asia/Seoul"), last), "10000-01-01T08:59");
}

static void test_relative(void **state) {
    const struct i18n *ko = i18n_get("ko");
    int64_t now = at("2025-12-09T19:30:00Z");
    assert_string_equal(when_relative(*state, ko, now, now), "방금");
    assert_string_equal(when_relative(*state, ko, now, now - 59999), "방금");
    assert_string_equal(when_relative(*state, ko, now, now - 3 * 60000), "3분 전");
    assert_string_equal(when_relative(*state, ko, now, now + 125 * 60000), "2시간 뒤");
    assert_string_equal(when_relative(*state, ko, now, now - 3 * 86400000LL - 5000000), "3일 전");
    assert_string_equal(when_relative(*state, i18n_get("en"), now, now + 60000), "in 1 min");
}

#define LOADED(function) cmocka_unit_test_setup_teardown(function, load, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = { LOADED(test_rfc3339), LOADED(test_local),          LOADED(test_durations),
                                        LOADED(test_ranges),  LOADED(test_written_digits), LOADED(test_relative) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
