/* Korean public holidays, computed: fixed and lunar days, substitute holidays by the rules in force in each year, and
 * the temporary holidays and elections that were decreed. What a law or decree changes later is a change here or a
 * day the organisation adds; nothing in this file reads the clock. Days are days since 1970-01-01. */
#ifndef BONGSU_TEXT_HOLIDAY_H
#define BONGSU_TEXT_HOLIDAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct i18n;

enum holiday_kind { HOLIDAY_PUBLIC, HOLIDAY_SUBSTITUTE, HOLIDAY_TEMPORARY, HOLIDAY_ELECTION };

struct holiday {
    int64_t day;
    enum holiday_kind kind;
    const char *key; /* message key under holiday. */
};

enum {
    HOLIDAY_YEAR_FIRST = 2010, /* outside there are no holidays */
    HOLIDAY_YEAR_LAST = 2050,
    HOLIDAY_YEAR_DECREED = 2027, /* later years are computed from the law as it stands, not from the official list */
    HOLIDAYS_A_YEAR = 40
};

struct holiday_year {
    size_t count;
    struct holiday list[HOLIDAYS_A_YEAR]; /* by day; two entries where two holidays meet */
};
void holiday_year(int64_t year, struct holiday_year *out);

/* The holiday of a day, false if it is none. out may be NULL. */
bool holiday_find(int64_t day, struct holiday *out);

/* All days of holidays in [from, until), ascending, each once. Returns the count. */
size_t holiday_days(struct arena *arena, int64_t from, int64_t until, int64_t **days);

/* "추석", "대체공휴일(광복절)", "Substitute holiday (Liberation Day)" */
char *holiday_name(struct arena *arena, const struct i18n *lang, const struct holiday *holiday);

#endif
