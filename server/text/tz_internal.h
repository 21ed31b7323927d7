/* Shared by tz.c (cache, look-up), tz_file.c (TZif) and tz_rule.c (POSIX footer). */
#ifndef BONGSU_TEXT_TZ_INTERNAL_H
#define BONGSU_TEXT_TZ_INTERNAL_H

#include "text/tz.h"

struct arena;

/* A stretch of time with one UTC offset; it ends where the next begins. */
struct tz_stretch {
    int64_t start; /* unix seconds; INT64_MIN for the first */
    int32_t offset; /* seconds east of UTC */
};

/* The calendar, weekdays included, repeats every 400 years, and so do the footer's rules: the table is written out
 * for one such period behind the file's own entries, later instants are mapped into it. */
#define TZ_PERIOD (INT64_C(146097) * 86400)

struct tz {
    const char *name;
    struct tz_stretch *stretches;
    size_t count;
    int64_t mapped_from; /* instants from here on repeat the period before it */
    const struct tz *next; /* in the cache */
};

/* "IST-1GMT0,M10.5.0,M3.5.0/1": what TZif files say about the time after their last entry. */
struct tz_rule_date {
    char form; /* 'J' day 1..365 without 29 February, 'D' day 0..365, 'M' month.week.weekday */
    int month, week, day;
    int32_t time; /* seconds after midnight, may be negative or past 24:00 */
};
struct tz_rule {
    int32_t standard, summer; /* seconds east */
    bool has_summer;
    struct tz_rule_date begins, ends;
};
bool tz_rule_parse(const char *text, struct tz_rule *out);
/* The instants at which summer time begins and ends in the year's calendar. */
void tz_rule_year(const struct tz_rule *rule, int64_t year, int64_t *begins, int64_t *ends);

/* Reads TZif bytes into tz (name and next stay untouched). False if they are not a usable zone. */
bool tz_file_parse(const unsigned char *bytes, size_t size, struct arena *arena, struct tz *out);

#endif
