/* Korean public holidays against the official lists of past years, the law for coming ones, and the lunar calendar. */
#include "support/harness.h"

#include "base/str.h"
#include "text/holiday.h"
#include "text/i18n.h"
#include "text/tz.h"

#include <string.h>
#include <unicode/ucal.h>

/* The official lists (월력요항 and decrees), month-day. */
static const struct {
    int year;
    const char *days;
} OFFICIAL[] = {
    { 2014, "01-01 01-30 01-31 02-01 03-01 05-05 05-06 06-04 06-06 08-15 09-07 09-08 09-09 09-10 10-03 10-09 12-25" },
    { 2015, "01-01 02-18 02-19 02-20 03-01 05-05 05-25 06-06 08-14 08-15 09-26 09-27 09-28 09-29 10-03 10-09 12-25" },
    { 2016,
      "01-01 02-07 02-08 02-09 02-10 03-01 04-13 05-05 05-06 05-14 06-06 08-15 09-14 09-15 09-16 10-03 10-09 12-25" },
    { 2017,
      "01-01 01-27 01-28 01-29 01-30 03-01 05-03 05-05 05-09 06-06 08-15 10-02 10-03 10-04 10-05 10-06 10-09 12-25" },
    { 2018,
      "01-01 02-15 02-16 02-17 03-01 05-05 05-07 05-22 06-06 06-13 08-15 09-23 09-24 09-25 09-26 10-03 10-09 12-25" },
    { 2019, "01-01 02-04 02-05 02-06 03-01 05-05 05-06 05-12 06-06 08-15 09-12 09-13 09-14 10-03 10-09 12-25" },
    { 2020,
      "01-01 01-24 01-25 01-26 01-27 03-01 04-15 04-30 05-05 06-06 08-15 08-17 09-30 10-01 10-02 10-03 10-09 12-25" },
    { 2021,
      "01-01 02-11 02-12 02-13 03-01 05-05 05-19 06-06 08-15 08-16 09-20 09-21 09-22 10-03 10-04 10-09 10-11 12-25" },
    { 2022,
      "01-01 01-31 02-01 02-02 03-01 03-09 05-05 05-08 06-01 06-06 08-15 09-09 09-10 09-11 09-12 10-03 10-09 10-10 "
      "12-25" },
    { 2023,
      "01-01 01-21 01-22 01-23 01-24 03-01 05-05 05-27 05-29 06-06 08-15 09-28 09-29 09-30 10-02 10-03 10-09 12-25" },
    { 2024,
      "01-01 02-09 02-10 02-11 02-12 03-01 04-10 05-05 05-06 05-15 06-06 08-15 09-16 09-17 09-18 10-01 10-03 10-09 "
      "12-25" },
    { 2025,
      "01-01 01-27 01-28 01-29 01-30 03-01 03-03 05-05 05-06 06-03 06-06 08-15 10-03 10-05 10-06 10-07 10-08 10-09 "
      "12-25" },
    { 2026,
      "01-01 02-16 02-17 02-18 03-01 03-02 05-01 05-05 05-24 05-25 06-03 06-06 07-17 08-15 08-17 09-24 09-25 09-26 "
      "10-03 10-05 10-09 12-25" },
    { 2027,
      "01-01 02-06 02-07 02-08 02-09 03-01 05-01 05-03 05-05 05-13 06-06 07-17 07-19 08-15 08-16 09-14 09-15 09-16 "
      "10-03 10-04 10-09 10-11 12-25 12-27" },
};

/* Substitutes that follow from the law as it stands. */
static const struct {
    int year;
    const char *days;
} COMPUTED[] = {
    { 2028, "10-05" },
    { 2029, "05-07 05-21 09-24" },
    { 2030, "02-05 05-06" },
    { 2031, "03-03" },
    { 2032, "05-03 05-17 07-19 08-16 09-21 10-04 10-11 12-27" },
    { 2033, "02-02 05-02 07-18 10-10 12-26" },
    { 2034, "02-21" },
    { 2035, "05-07 09-18" },
    { 2036, "01-30 03-03 05-06 10-06 10-07" }, /* 추석 loses two days: one meets 개천절, one a Sunday */
};

static const char *days_of(struct arena *arena, int year, int only_kind) {
    struct holiday_year days;
    const char *all = "";
    int64_t before = 0;
    holiday_year(year, &days);
    for (size_t i = 0; i < days.count; i++) {
        int64_t y;
        int month, day;
        if ((only_kind >= 0 && (int)days.list[i].kind != only_kind) || days.list[i].day == before) continue;
        before = days.list[i].day;
        civil_from_days(days.list[i].day, &y, &month, &day);
        assert_int_equal(y, year);
        all = arena_printf(arena, "%s%s%02d-%02d", all, *all == '\0' ? "" : " ", month, day);
    }
    return all;
}

static void test_official_lists(void **state) {
    for (size_t i = 0; i < sizeof OFFICIAL / sizeof *OFFICIAL; i++)
        assert_string_equal(days_of(*state, OFFICIAL[i].year, -1), OFFICIAL[i].days);
}

static void test_substitutes_to_come(void **state) {
    for (size_t i = 0; i < sizeof COMPUTED / sizeof *COMPUTED; i++)
        assert_string_equal(days_of(*state, COMPUTED[i].year, HOLIDAY_SUBSTITUTE), COMPUTED[i].days);
}

/* Is this solar day the given day of the Korean lunar calendar? Noon in Seoul, so that no zone matters. */
static bool is_lunar(UCalendar *calendar, int64_t day, int month, int date) {
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(calendar, (UDate)((day * 86400 + 3 * 3600) * 1000), &status);
    return ucal_get(calendar, UCAL_MONTH, &status) == month - 1 && ucal_get(calendar, UCAL_DATE, &status) == date &&
           ucal_get(calendar, UCAL_IS_LEAP_MONTH, &status) == 0;
}

static void test_lunar_days(void **state) {
    (void)state;
    static const UChar SEOUL[] = { 'A', 's', 'i', 'a', '/', 'S', 'e', 'o', 'u', 'l', 0 };
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(SEOUL, -1, "ko_KR@calendar=dangi", UCAL_TRADITIONAL, &status);
    assert_true(U_SUCCESS(status));
    for (int year = HOLIDAY_YEAR_FIRST; year <= HOLIDAY_YEAR_LAST; year++) {
        struct holiday_year days;
        holiday_year(year, &days);
        int seen = 0;
        for (size_t i = 0; i < days.count; i++) {
            const struct holiday *holiday = &days.list[i];
            if (holiday->kind != HOLIDAY_PUBLIC) continue;
            bool seollal = strcmp(holiday->key, "seollal") == 0;
            bool buddha = strcmp(holiday->key, "buddha") == 0;
            if (!seollal && !buddha && strcmp(holiday->key, "chuseok") != 0) continue;
            seen++;
            assert_true(seollal  ? is_lunar(calendar, holiday->day, 1, 1)
                        : buddha ? is_lunar(calendar, holiday->day, 4, 8)
                                 : is_lunar(calendar, holiday->day, 8, 15));
        }
        assert_int_equal(seen, 3);
    }
    ucal_close(calendar);
}

static void test_every_year_keeps_the_rules(void **state) {
    (void)state;
    for (int year = HOLIDAY_YEAR_FIRST; year <= HOLIDAY_YEAR_LAST; year++) {
        struct holiday_year days;
        holiday_year(year, &days);
        assert_true(days.count <= HOLIDAYS_A_YEAR);
        for (size_t i = 0; i < days.count; i++) {
            if (i > 0) assert_true(days.list[i].day >= days.list[i - 1].day);
            if (days.list[i].kind != HOLIDAY_SUBSTITUTE) continue;
            assert_true(civil_weekday(days.list[i].day) < 5);
            for (size_t j = 0; j < days.count; j++) assert_true(j == i || days.list[j].day != days.list[i].day);
        }
    }
    struct holiday_year none;
    holiday_year(2009, &none);
    assert_int_equal(none.count, 0);
    holiday_year(2051, &none);
    assert_int_equal(none.count, 0);
}

static void test_look_up(void **state) {
    struct arena *arena = *state;
    struct error err;
    struct holiday holiday;
    assert_true(i18n_load_all(&err));
    assert_true(holiday_find(civil_days(2026, 8, 17), &holiday));
    assert_string_equal(holiday_name(arena, i18n_get("ko"), &holiday), "대체공휴일(광복절)");
    assert_string_equal(holiday_name(arena, i18n_get("en"), &holiday), "Substitute holiday (Liberation Day)");
    assert_true(holiday_find(civil_days(2025, 5, 6), &holiday));
    assert_string_equal(holiday_name(arena, i18n_get("ko"), &holiday), "대체공휴일(부처님오신날)");
    assert_true(holiday_find(civil_days(2026, 6, 3), NULL));
    assert_false(holiday_find(civil_days(2026, 6, 4), NULL));
    assert_false(holiday_find(civil_days(2025, 5, 1), NULL)); /* 노동절 is a holiday since 2026 */
    assert_false(holiday_find(civil_days(2025, 7, 17), NULL));
    for (int year = HOLIDAY_YEAR_FIRST; year <= HOLIDAY_YEAR_LAST; year++) {
        struct holiday_year days;
        holiday_year(year, &days);
        for (size_t i = 0; i < days.count; i++)
            assert_false(str_starts(holiday_name(arena, i18n_get("en"), &days.list[i]), "holiday."));
    }
    int64_t *list;
    assert_int_equal(holiday_days(arena, civil_days(2025, 5, 1), civil_days(2025, 7, 1), &list), 4);
    assert_true(list[0] == civil_days(2025, 5, 5) && list[3] == civil_days(2025, 6, 6));
    assert_int_equal(holiday_days(arena, civil_days(2025, 12, 25), civil_days(2026, 1, 1), &list), 1);
    assert_int_equal(holiday_days(arena, civil_days(1990, 1, 1), civil_days(1991, 1, 1), &list), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = { TEST(test_official_lists), TEST(test_substitutes_to_come),
                                        TEST(test_lunar_days), TEST(test_every_year_keeps_the_rules),
                                        TEST(test_look_up) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
