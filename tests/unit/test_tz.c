/* text/tz: offsets as zdump prints them for every zone, and the rule for wall times as a property over zones. */
#include "support/harness.h"

#include "text/tz.h"

#include <dirent.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const struct tz *zone(const char *name) {
    const struct tz *tz = NULL;
    struct error err;
    if (!tz_find(name, &tz, &err)) fail_msg("%s: %s", name, err.code);
    return tz;
}

static int64_t utc(int64_t year, int month, int day, int hour, int minute) {
    return civil_seconds(&(struct civil){ year, month, day, hour, minute, 0 });
}

static void test_civil_round_trip(void **state) {
    (void)state;
    for (int64_t days = -800000; days < 3000000; days += 17) {
        int64_t year;
        int month, day;
        civil_from_days(days, &year, &month, &day);
        assert_true(civil_days(year, month, day) == days);
        assert_in_range(day, 1, civil_month_days(year, month));
    }
    assert_true(civil_days(1970, 1, 1) == 0);
    assert_int_equal(civil_weekday(civil_days(2026, 11, 21)), 5);
    assert_int_equal(civil_weekday(-1), 2);
    assert_int_equal(civil_month_days(2100, 2), 28);
    assert_int_equal(civil_month_days(2000, 2), 29);
}

static void test_names_are_checked(void **state) {
    (void)state;
    const char *bad[] = { "",
                          "/etc/passwd",
                          "../../etc/passwd",
                          "Asia/../Asia/Seoul",
                          "Asia",
                          "Asia/",
                          "Asia//Seoul",
                          "Asia/Seoul ",
                          "Asia/Seoul\n",
                          "tzdata.zi",
                          "zone1970",
                          "leapseconds",
                          "Nowhere/City",
                          "서울",
                          "asia/seoul",
                          "right/Asia/Seoul" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct tz *tz;
        struct error err;
        assert_false(tz_find(bad[i], &tz, &err));
        assert_string_equal(err.code, "tz.unknown");
    }
    struct error err;
    const struct tz *tz;
    assert_false(tz_find(NULL, &tz, &err));
    assert_ptr_equal(zone("Asia/Seoul"), zone("Asia/Seoul"));
    assert_string_equal(tz_name(zone("Etc/GMT+5")), "Etc/GMT+5");
    assert_true(strlen(tz_version()) >= 5);
}

static void test_wall_times_that_do_not_exist_or_twice(void **state) {
    (void)state;
    struct {
        const char *zone;
        int64_t wall, instant;
    } cases[] = {
        { "Europe/Berlin", utc(2026, 3, 29, 2, 30), utc(2026, 3, 29, 1, 0) },
        { "Europe/Berlin", utc(2026, 3, 29, 2, 0), utc(2026, 3, 29, 1, 0) },
        { "Europe/Berlin", utc(2026, 3, 29, 3, 0), utc(2026, 3, 29, 1, 0) },
        { "Europe/Berlin", utc(2026, 3, 29, 3, 15), utc(2026, 3, 29, 1, 15) },
        { "Europe/Berlin", utc(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30) },
        { "Europe/Berlin", utc(2026, 10, 25, 3, 0), utc(2026, 10, 25, 2, 0) },
        { "Europe/Dublin", utc(2026, 3, 29, 1, 30), utc(2026, 3, 29, 1, 0) },
        { "Europe/Dublin", utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 0, 30) },
        { "Australia/Lord_Howe", utc(2026, 10, 4, 2, 15), utc(2026, 10, 3, 15, 30) },
        { "Australia/Lord_Howe", utc(2026, 4, 5, 1, 45), utc(2026, 4, 4, 14, 45) },
        { "America/New_York", utc(2026, 3, 8, 2, 30), utc(2026, 3, 8, 7, 0) },
        { "America/Santiago", utc(2026, 9, 6, 0, 0), utc(2026, 9, 6, 4, 0) },
        { "Africa/Cairo", utc(2026, 4, 24, 0, 30), utc(2026, 4, 23, 22, 0) },
        { "Pacific/Apia", utc(2011, 12, 30, 12, 0), utc(2011, 12, 30, 10, 0) },
        { "Asia/Seoul", utc(1988, 5, 8, 2, 30), utc(1988, 5, 7, 17, 0) },
        { "Asia/Seoul", utc(2026, 11, 21, 9, 0), utc(2026, 11, 21, 0, 0) },
        { "America/Nuuk", utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 1, 0) },
        { "Europe/Berlin", utc(2999, 3, 31, 2, 30), utc(2999, 3, 31, 1, 0) },
        { "Europe/Berlin", utc(9998, 7, 1, 12, 0), utc(9998, 7, 1, 10, 0) },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got = tz_resolve(zone(cases[i].zone), cases[i].wall);
        if (got != cases[i].instant) fail_msg("case %zu: %+lld s", i, (long long)(got - cases[i].instant));
    }
}

/* "A handoff at W has happened at t iff the highest reading the zone's clock has shown up to t is >= W." */
static void check_never_backward(const struct tz *tz, int64_t from, int64_t until) {
    const int64_t step = 300;
    int64_t highest = INT64_MIN, pending = INT64_MIN;
    for (int64_t t = from - 3 * 86400; t < until; t++) {
        int64_t reading = t + tz_offset(tz, t);
        if (reading > highest) highest = reading;
        if (t >= from && pending == INT64_MIN) pending = (highest / step + 1) * step;
        while (pending != INT64_MIN && pending <= highest) {
            if (tz_resolve(tz, pending) != t) fail_msg("%s: wall %lld", tz_name(tz), (long long)pending);
            pending += step;
        }
    }
}

static const char *const ZONES[] = {
    "Asia/Seoul",          "UTC",
    "Europe/Berlin",       "Europe/Dublin",
    "Europe/London",       "America/New_York",
    "America/Los_Angeles", "America/Sao_Paulo",
    "America/Santiago",    "America/St_Johns",
    "America/Nuuk",        "America/Havana",
    "Africa/Cairo",        "Africa/Casablanca",
    "Asia/Tehran",         "Asia/Kathmandu",
    "Asia/Gaza",           "Australia/Lord_Howe",
    "Pacific/Chatham",     "Pacific/Apia",
    "Antarctica/Troll",
};

static void test_resolve_is_the_clock_that_never_goes_back(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++) {
        const struct tz *tz = zone(ZONES[i]);
        int64_t end = utc(2027, 1, 1, 0, 0);
        for (int64_t t = utc(2024, 1, 1, 0, 0); t < end; t += 86400) { /* the days around a change, second by second */
            if (tz_offset(tz, t) != tz_offset(tz, t + 86400)) check_never_backward(tz, t - 43200, t + 3 * 43200);
        }
        int64_t before = INT64_MIN;
        for (int64_t wall = utc(2024, 1, 1, 0, 0); wall < end; wall += 900) {
            int64_t at = tz_resolve(tz, wall);
            assert_true(at >= before);
            int64_t reading = at + tz_offset(tz, at), just_before = at - 1 + tz_offset(tz, at - 1);
            assert_true(reading >= wall && just_before < wall);
            before = at;
        }
    }
}

static FILE *run_zdump(const char *name, const char *years_cut, pid_t *pid) {
    int ends[2];
    if (pipe(ends) != 0) return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    char command[] = "zdump", flag[] = "-v", cut[] = "-c", years[16], copy[160];
    (void)snprintf(years, sizeof years, "%s", years_cut);
    (void)snprintf(copy, sizeof copy, "%s", name);
    char *argv[] = { command, flag, cut, years, copy, NULL };
    int failed = posix_spawnp(pid, "zdump", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed == 0) return fdopen(ends[0], "r");
    close(ends[0]);
    return NULL;
}

/* "Asia/Seoul  Sat May  7 16:59:59 1988 UT = Sun May  8 01:59:59 1988 KST isdst=0 gmtoff=32400" */
static bool read_line(const char *line, int64_t *at, int *offset) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4];
    int day, hour, minute, second;
    long year;
    const char *gmtoff = strstr(line, "gmtoff=");
    if (gmtoff == NULL ||
        sscanf(line, "%*s %*3s %3s %d %d:%d:%d %ld UT", month, &day, &hour, &minute, &second, &year) != 6)
        return false;
    *offset = (int)strtol(gmtoff + 7, NULL, 10);
    int number = (int)(strstr(months, month) - months) / 3 + 1;
    *at = civil_seconds(&(struct civil){ year, number, day, hour, minute, second });
    return true;
}

static int compared, zones_seen;

static void compare_with_zdump(const char *name, const char *years) {
    pid_t pid;
    FILE *lines = run_zdump(name, years, &pid);
    if (lines == NULL) return;
    const struct tz *tz = zone(name);
    char line[256];
    while (fgets(line, sizeof line, lines) != NULL) {
        int64_t at;
        int offset;
        if (!read_line(line, &at, &offset)) continue;
        if (tz_offset(tz, at) != offset) fail_msg("%s has %d: %s", name, tz_offset(tz, at), line);
        compared++;
    }
    (void)fclose(lines);
    waitpid(pid, NULL, 0);
    zones_seen++;
}

static void walk(const char *folder) {
    char path[256];
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", folder);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        char name[160];
        (void)snprintf(name, sizeof name, "%s%s%.100s", folder, folder[0] == '\0' ? "" : "/", entry->d_name);
        (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
        struct stat info;
        if (stat(path, &info) != 0) continue;
        const struct tz *tz;
        struct error err;
        if (!S_ISDIR(info.st_mode) && tz_find(name, &tz, &err)) compare_with_zdump(name, "1880,2045");
        if (S_ISDIR(info.st_mode) && strcmp(name, "right") != 0 && strcmp(name, "posix") != 0) walk(name);
    }
    closedir(dir);
}

static void test_every_zone_equals_zdump(void **state) {
    (void)state;
    if (access("/usr/bin/zdump", X_OK) != 0) skip();
    walk("");
    compare_with_zdump("Europe/Berlin", "2040,2460"); /* past the table's end, where the 400 years repeat */
    compare_with_zdump("America/Nuuk", "2040,2460");
    assert_true(zones_seen > 300);
    assert_true(compared > 50000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_civil_round_trip),
        TEST(test_names_are_checked),
        TEST(test_wall_times_that_do_not_exist_or_twice),
        TEST(test_resolve_is_the_clock_that_never_goes_back),
        TEST(test_every_zone_equals_zdump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
