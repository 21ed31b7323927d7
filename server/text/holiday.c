/* Korean public holidays: see holiday.h.
 *
 * The lunar days are a table, because they are facts (a test holds them against ICU's Korean calendar). The rules of
 * substitution follow the decree on public holidays as it changed: November 2013 (설날 and 추석 on a Sunday or another
 * holiday, 어린이날 also on a Saturday), August 2021 (the national days), May 2023 (부처님오신날, 성탄절), 2026 (제헌절
 * and 노동절 became holidays, with substitution). Where several days are lost, each gets a day of its own. */
#include "text/holiday.h"

#include "base/arena.h"
#include "text/i18n.h"
#include "text/tz.h"

#include <stdlib.h>
#include <string.h>

enum { NEVER = 9999, SATURDAY = 5, SUNDAY = 6 };

/* Month and day of 설날, 부처님오신날 and 추석, as 100 * month + day. */
static const short LUNAR[][3] = {
    { 214, 521, 922 },  { 203, 510, 912 },  { 123, 528, 930 },  { 210, 517, 919 },  { 131, 506, 908 },
    { 219, 525, 927 },  { 208, 514, 915 },  { 128, 503, 1004 }, { 216, 522, 924 },  { 205, 512, 913 },
    { 125, 430, 1001 }, { 212, 519, 921 },  { 201, 508, 910 },  { 122, 527, 929 },  { 210, 515, 917 },
    { 129, 505, 1006 }, { 217, 524, 925 },  { 207, 513, 915 },  { 127, 502, 1003 }, { 213, 520, 922 },
    { 203, 509, 912 },  { 123, 528, 1001 }, { 211, 516, 919 },  { 131, 506, 908 },  { 219, 525, 927 },
    { 208, 515, 916 },  { 128, 503, 1004 }, { 215, 522, 924 },  { 204, 511, 913 },  { 124, 430, 1002 },
    { 212, 518, 921 },  { 201, 507, 910 },  { 122, 526, 928 },  { 210, 516, 917 },  { 130, 505, 1005 },
    { 217, 524, 925 },  { 206, 513, 915 },  { 126, 502, 1004 }, { 214, 520, 922 },  { 202, 509, 911 },
    { 123, 528, 930 },
};

/* Years from which a day is a holiday, and from which it is given back on a Saturday, a Sunday, another holiday. */
struct rule {
    const char *key;
    short date; /* 100 * month + day */
    short since, saturday, sunday, meeting;
};
static const struct rule FIXED[] = {
    { "new_year", 101, 0, NEVER, NEVER, NEVER }, { "independence", 301, 0, 2022, 2022, 2022 },
    { "labour", 501, 2026, 2026, 2026, 2026 },   { "children", 505, 0, 2014, 2014, 2014 },
    { "memorial", 606, 0, NEVER, NEVER, NEVER }, { "constitution", 717, 2026, 2026, 2026, 2026 },
    { "liberation", 815, 0, 2021, 2021, 2021 },  { "foundation", 1003, 0, 2021, 2021, 2021 },
    { "hangeul", 1009, 2013, 2021, 2021, 2021 }, { "christmas", 1225, 0, 2023, 2023, 2023 },
};
static const struct rule SEOLLAL = { "seollal", 0, 0, NEVER, 2014, 2014 };
static const struct rule CHUSEOK = { "chuseok", 0, 0, NEVER, 2014, 2014 };
static const struct rule BUDDHA = { "buddha", 0, 0, 2023, 2023, 2023 };

/* Decreed one by one, and elections. */
static const struct {
    short year, date;
    enum holiday_kind kind;
    const char *key;
} DECREED[] = {
    { 2010, 602, HOLIDAY_ELECTION, "election_local" },      { 2012, 411, HOLIDAY_ELECTION, "election_assembly" },
    { 2012, 1219, HOLIDAY_ELECTION, "election_president" }, { 2014, 604, HOLIDAY_ELECTION, "election_local" },
    { 2015, 814, HOLIDAY_TEMPORARY, "temporary" },          { 2016, 413, HOLIDAY_ELECTION, "election_assembly" },
    { 2016, 506, HOLIDAY_TEMPORARY, "temporary" },          { 2017, 509, HOLIDAY_ELECTION, "election_president" },
    { 2017, 1002, HOLIDAY_TEMPORARY, "temporary" },         { 2018, 613, HOLIDAY_ELECTION, "election_local" },
    { 2020, 415, HOLIDAY_ELECTION, "election_assembly" },   { 2020, 817, HOLIDAY_TEMPORARY, "temporary" },
    { 2022, 309, HOLIDAY_ELECTION, "election_president" },  { 2022, 601, HOLIDAY_ELECTION, "election_local" },
    { 2023, 1002, HOLIDAY_TEMPORARY, "temporary" },         { 2024, 410, HOLIDAY_ELECTION, "election_assembly" },
    { 2024, 1001, HOLIDAY_TEMPORARY, "temporary" },         { 2025, 127, HOLIDAY_TEMPORARY, "temporary" },
    { 2025, 603, HOLIDAY_ELECTION, "election_president" },  { 2026, 603, HOLIDAY_ELECTION, "election_local" },
    { 2028, 412, HOLIDAY_ELECTION, "election_assembly" },
};

/* A year being put together: what is known about each of its holidays besides the result. */
struct building {
    int64_t year;
    struct holiday_year *out;
    const struct rule *rules[HOLIDAYS_A_YEAR]; /* NULL for substitutes and decreed days */
};

static void add(struct building *building, int64_t day, enum holiday_kind kind, const char *key,
                const struct rule *rule) {
    struct holiday_year *out = building->out;
    size_t at = out->count++;
    for (; at > 0 && out->list[at - 1].day > day; at--) {
        out->list[at] = out->list[at - 1];
        building->rules[at] = building->rules[at - 1];
    }
    out->list[at] = (struct holiday){ day, kind, key };
    building->rules[at] = rule;
}

static int64_t day_of(int64_t year, short date) {
    return civil_days(year, date / 100, date % 100);
}

/* 설날 and 추석 are three days. */
static void add_three(struct building *building, short date, const struct rule *rule, const char *around) {
    int64_t day = day_of(building->year, date);
    add(building, day - 1, HOLIDAY_PUBLIC, around, rule);
    add(building, day, HOLIDAY_PUBLIC, rule->key, rule);
    add(building, day + 1, HOLIDAY_PUBLIC, around, rule);
}

static void add_regular(struct building *building) {
    int64_t year = building->year;
    const short *lunar = LUNAR[year - HOLIDAY_YEAR_FIRST];
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++) {
        if (year >= FIXED[i].since) add(building, day_of(year, FIXED[i].date), HOLIDAY_PUBLIC, FIXED[i].key, &FIXED[i]);
    }
    add_three(building, lunar[0], &SEOLLAL, "seollal_around");
    add(building, day_of(year, lunar[1]), HOLIDAY_PUBLIC, BUDDHA.key, &BUDDHA);
    add_three(building, lunar[2], &CHUSEOK, "chuseok_around");
}

static void add_decreed(struct building *building) {
    for (size_t i = 0; i < sizeof DECREED / sizeof *DECREED; i++) {
        if (DECREED[i].year == building->year)
            add(building, day_of(building->year, DECREED[i].date), DECREED[i].kind, DECREED[i].key, NULL);
    }
}

static bool listed(const struct holiday_year *year, int64_t day) {
    for (size_t i = 0; i < year->count; i++) {
        if (year->list[i].day == day) return true;
    }
    return false;
}

/* How many days are lost on the day whose entries start at `first` and end before `end`; *key is whose. */
static size_t lost_on(const struct building *building, size_t first, size_t end, const char **key) {
    int weekday = civil_weekday(building->out->list[first].day);
    size_t lost = 0;
    size_t meeting = end - first - 1; /* of two holidays on a working day one is lost */
    for (size_t i = end; i-- > first;) {
        const struct rule *rule = building->rules[i];
        short since = weekday == SATURDAY ? rule->saturday : weekday == SUNDAY ? rule->sunday : rule->meeting;
        bool weekend = weekday == SATURDAY || weekday == SUNDAY;
        if (building->year < since || (!weekend && lost == meeting)) continue;
        *key = rule->key;
        lost++;
    }
    return lost;
}

/* Day by day over the regular holidays as they are before any substitute is added. */
static void add_substitutes(struct building *building) {
    struct building regular = *building;
    struct holiday_year days = *building->out;
    regular.out = &days;
    add_decreed(building); /* they are skipped, but meeting one gives nothing back */
    for (size_t first = 0, end; first < days.count; first = end) {
        end = first + 1;
        while (end < days.count && days.list[end].day == days.list[first].day) end++;
        const char *key = "";
        for (size_t lost = lost_on(&regular, first, end, &key); lost > 0; lost--) {
            int64_t day = days.list[first].day + 1;
            while (civil_weekday(day) >= SATURDAY || listed(building->out, day)) day++;
            add(building, day, HOLIDAY_SUBSTITUTE, key, NULL);
        }
    }
}

void holiday_year(int64_t year, struct holiday_year *out) {
    struct building building = { .year = year, .out = out };
    out->count = 0;
    if (year < HOLIDAY_YEAR_FIRST || year > HOLIDAY_YEAR_LAST) return;
    add_regular(&building);
    add_substitutes(&building);
}

bool holiday_find(int64_t day, struct holiday *out) {
    int64_t year;
    int month;
    int day_of_month;
    struct holiday_year days;
    civil_from_days(day, &year, &month, &day_of_month);
    holiday_year(year, &days);
    for (size_t i = 0; i < days.count; i++) {
        if (days.list[i].day != day) continue;
        if (out != NULL) *out = days.list[i];
        return true;
    }
    return false;
}

size_t holiday_days(struct arena *arena, int64_t from, int64_t until, int64_t **out) {
    int64_t year;
    int64_t last;
    int month;
    int day;
    civil_from_days(from, &year, &month, &day);
    civil_from_days(until, &last, &month, &day);
    if (year < HOLIDAY_YEAR_FIRST) year = HOLIDAY_YEAR_FIRST;
    if (last > HOLIDAY_YEAR_LAST) last = HOLIDAY_YEAR_LAST;
    size_t count = 0;
    int64_t *days = ARENA_ARRAY(arena, last < year ? 1 : (size_t)(last - year + 1) * HOLIDAYS_A_YEAR, int64_t);
    for (; year <= last; year++) {
        struct holiday_year of_year;
        holiday_year(year, &of_year);
        for (size_t i = 0; i < of_year.count; i++) {
            int64_t found = of_year.list[i].day;
            if (found < from || found >= until || (count > 0 && days[count - 1] == found)) continue;
            days[count++] = found;
        }
    }
    *out = days;
    return count;
}

char *holiday_name(struct arena *arena, const struct i18n *lang, const struct holiday *holiday) {
    const char *name = i18n_text(lang, arena_printf(arena, "holiday.%s", holiday->key));
    if (holiday->kind != HOLIDAY_SUBSTITUTE) return arena_str(arena, name);
    return i18n_format(lang, arena, "holiday.substitute", I18N_ARGS({ "name", name }));
}
