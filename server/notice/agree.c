/* Agreement of two notices: see agree.h. One scanner reads both languages: at every number it looks at what stands
 * before (오후, Dec) and after (시간, minutes, %, 월) and makes one fact of it. */
#include "notice/agree.h"

#include "base/arena.h"
#include "base/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_TEXT = 24, COMPONENTS_MAX = 100 };

struct scan {
    struct arena *arena;
    const char *begin, *at;
    struct fact *facts;
    size_t count;
};

struct number {
    char text[NUMBER_TEXT]; /* without commas */
    int64_t whole; /* -1 for a decimal or a long one */
    const char *end;
};

static void fact_add(struct scan *scan, enum fact_kind kind, const char *value) {
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->facts[i].kind == kind && str_eq(scan->facts[i].value, value)) return;
    }
    if (scan->count < AGREE_FACTS_MAX) scan->facts[scan->count++] = (struct fact){ kind, value };
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static struct number number_at(const char *at) {
    struct number number = { .whole = 0 };
    size_t len = 0;
    bool decimal = false;
    for (;; at++) {
        bool comma = *at == ',' && is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]) && !is_digit(at[4]);
        bool point = *at == '.' && is_digit(at[1]) && !decimal;
        if (comma) continue;
        if (point) decimal = true;
        else if (!is_digit(*at)) break;
        if (len + 1 < NUMBER_TEXT) number.text[len++] = *at;
    }
    number.text[len] = '\0';
    number.end = at;
    if (decimal || !str_to_i64(number.text, &number.whole)) number.whole = -1;
    return number;
}

static const char *skip_blanks(const char *at) {
    while (*at == ' ') at++;
    return at;
}

/* Does the text go on with this word? Latin words must end there and may have any case. */
static const char *word_at(const char *at, const char *word) {
    size_t len = strlen(word);
    bool latin = isalpha((unsigned char)*word) != 0;
    if (latin ? strncasecmp(at, word, len) != 0 : strncmp(at, word, len) != 0) return NULL;
    return latin && isalpha((unsigned char)at[len]) ? NULL : at + len;
}

static const char *one_of_at(const char *at, const char *const *words) {
    for (; *words != NULL; words++) {
        const char *end = word_at(at, *words);
        if (end != NULL) return end;
    }
    return NULL;
}

/* Does the text before `at` end with this word (and blanks)? */
static bool word_before(const struct scan *scan, const char *at, const char *word) {
    while (at > scan->begin && at[-1] == ' ') at--;
    size_t len = strlen(word);
    return (size_t)(at - scan->begin) >= len && strncasecmp(at - len, word, len) == 0;
}

static const char *const AFTERNOON[] = { "pm", "p.m.", NULL };
static const char *const MORNING[] = { "am", "a.m.", NULL };

/* Hour by the clock's half of the day, which stands before (오후) or after (PM). */
static void add_time(struct scan *scan, const char *start, int64_t hour, int64_t minute, const char *end) {
    const char *after = skip_blanks(end);
    const char *half_end = one_of_at(after, AFTERNOON);
    bool pm = half_end != NULL || word_before(scan, start, "오후") || word_before(scan, start, "저녁");
    if (half_end == NULL) half_end = one_of_at(after, MORNING);
    bool am = !pm && (half_end != NULL || word_before(scan, start, "오전"));
    if (pm && hour < 12) hour += 12;
    if (am && hour == 12) hour = 0;
    fact_add(scan, FACT_TIME, arena_printf(scan->arena, "%02d:%02d", (int)hour, (int)minute));
    scan->at = half_end != NULL ? half_end : end;
}

static void add_date(struct scan *scan, int64_t month, int64_t day, const char *end) {
    fact_add(scan, FACT_DATE, arena_printf(scan->arena, "%02d-%02d", (int)month, (int)day));
    scan->at = end;
}

static const char *const MONTHS[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
};
static const char *const MONTHS_LONG[] = { "january", "february", "march",     "april",   "may",      "june",
                                           "july",    "august",   "september", "october", "november", "december" };

static bool month_before(const struct scan *scan, const char *at, int *month) {
    for (int i = 0; i < 12; i++) {
        if (!word_before(scan, at, MONTHS_LONG[i]) && !word_before(scan, at, MONTHS[i])) continue;
        *month = i + 1;
        return true;
    }
    return false;
}

static const char *month_at(const char *at, int *month) {
    for (int i = 0; i < 12; i++) {
        const char *names[] = { MONTHS_LONG[i], MONTHS[i], NULL };
        const char *end = one_of_at(at, names);
        if (end == NULL) continue;
        *month = i + 1;
        return end;
    }
    return NULL;
}

/* 2025-12-09 and 12월 9일 */
static bool read_numeric_date(struct scan *scan, const struct number *first) {
    const char *at = first->end;
    if (first->whole >= 1900 && *at == '-' && is_digit(at[1])) {
        struct number second = number_at(at + 1);
        struct number third = number_at(second.end + (*second.end == '-'));
        if (*second.end != '-' || second.whole > 12 || third.whole < 1) return false;
        add_date(scan, second.whole, third.whole, third.end);
        return true;
    }
    const char *after = word_at(at, "월");
    if (after == NULL || !is_digit(*skip_blanks(after))) return false;
    struct number day = number_at(skip_blanks(after));
    const char *end = word_at(day.end, "일");
    add_date(scan, first->whole, day.whole, end == NULL ? day.end : end);
    return true;
}

/* Dec 9, 2025 and 9 December */
static bool read_english_date(struct scan *scan, const char *start, const struct number *first) {
    int month;
    if (first->whole < 1 || first->whole > 31) return false;
    const char *end = first->end;
    if (month_before(scan, start, &month)) {
        if (*end == ',') end = skip_blanks(end + 1);
    } else {
        end = month_at(skip_blanks(end), &month);
        if (end == NULL) return false;
        end = skip_blanks(end);
    }
    struct number year = number_at(end);
    add_date(scan, month, first->whole, year.whole >= 1900 ? year.end : end);
    return true;
}

/* A year is left out of dates, since one language often does. */
static bool read_date(struct scan *scan, const char *start, const struct number *first) {
    return read_numeric_date(scan, first) || read_english_date(scan, start, first);
}

/* 19:30 or 19:30:15 */
static bool read_clock_time(struct scan *scan, const char *start, const struct number *hour) {
    const char *at = hour->end;
    if (*at != ':' || !is_digit(at[1]) || !is_digit(at[2])) return false;
    const char *end = at + 3;
    if (*end == ':' && is_digit(end[1]) && is_digit(end[2])) end += 3;
    add_time(scan, start, hour->whole, (at[1] - '0') * 10 + at[2] - '0', end);
    return true;
}

/* 19시 30분, but not 19시간 */
static bool read_korean_time(struct scan *scan, const char *start, const struct number *hour) {
    const char *after = word_at(hour->end, "시");
    if (after == NULL || word_at(after, "간") != NULL) return false;
    struct number minute = number_at(skip_blanks(after));
    const char *end = minute.text[0] != '\0' ? word_at(minute.end, "분") : NULL;
    add_time(scan, start, hour->whole, end == NULL ? 0 : minute.whole, end == NULL ? after : end);
    return true;
}

static bool read_time(struct scan *scan, const char *start, const struct number *hour) {
    if (hour->whole < 0 || hour->whole > 24) return false;
    if (read_clock_time(scan, start, hour) || read_korean_time(scan, start, hour)) return true;
    const char *half = skip_blanks(hour->end); /* 7 PM */
    if (hour->whole > 12 || (one_of_at(half, AFTERNOON) == NULL && one_of_at(half, MORNING) == NULL)) return false;
    add_time(scan, start, hour->whole, 0, hour->end);
    return true;
}

/* Seconds of the unit that follows, 0 if none does. A bare 일 is a day of the month unless 간 or 동안 follows. */
static int64_t unit_at(const char *at, bool begun, const char **end) {
    static const char *const DAYS[] = { "days", "day", "d", NULL };
    static const char *const HOURS[] = { "시간", "hours", "hour", "hrs", "hr", "h", NULL };
    static const char *const MINUTES[] = { "분", "minutes", "minute", "mins", "min", NULL };
    static const char *const SECONDS[] = { "초", "seconds", "second", "secs", "sec", NULL };
    at = skip_blanks(at);
    if (*at == '-') at++; /* 15-minute */
    if ((*end = one_of_at(at, HOURS)) != NULL) return 3600;
    if ((*end = one_of_at(at, MINUTES)) != NULL) return 60;
    if ((*end = one_of_at(at, SECONDS)) != NULL) return 1;
    if ((*end = one_of_at(at, DAYS)) != NULL) return 86400;
    const char *day = word_at(at, "일");
    if (day == NULL) return 0;
    struct number next = number_at(skip_blanks(day));
    const char *ignored;
    bool more = !begun && next.text[0] != '\0' && unit_at(next.end, true, &ignored) > 0;
    bool span = more || word_at(day, "간") != NULL || word_at(skip_blanks(day), "동안") != NULL;
    *end = day;
    return span ? 86400 : 0;
}

static bool read_duration(struct scan *scan, const struct number *first) {
    struct number number = *first;
    int64_t total = 0;
    int64_t smallest = INT64_MAX;
    const char *end = NULL;
    while (number.whole >= 0 && number.whole < 1000000) {
        const char *after;
        int64_t unit = unit_at(number.end, end != NULL, &after);
        if (unit == 0 || unit >= smallest) break;
        total += number.whole * unit;
        smallest = unit;
        end = after;
        const char *next = skip_blanks(*after == ',' ? after + 1 : after);
        if (word_at(next, "and") != NULL) next = skip_blanks(next + 3);
        if (!is_digit(*next)) break;
        number = number_at(next);
    }
    if (end == NULL) return false;
    const char *value = total % 60 == 0 ? arena_printf(scan->arena, "%lldm", (long long)(total / 60))
                                        : arena_printf(scan->arena, "%llds", (long long)total);
    fact_add(scan, FACT_DURATION, value);
    scan->at = end;
    return true;
}

/* 3만 5천 is 35000; 년 is a year, which is left out. */
static void read_count(struct scan *scan, const struct number *first) {
    static const struct {
        const char *word;
        int64_t times;
    } UNITS[] = { { "억", 100000000 }, { "만", 10000 }, { "천", 1000 }, { "백", 100 } };
    const char *end = first->end;
    scan->at = end;
    if (word_at(end, "년") != NULL) return;
    if (first->whole < 0) {
        fact_add(scan, FACT_NUMBER, arena_str(scan->arena, first->text));
        return;
    }
    int64_t total = 0;
    struct number number = *first;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        const char *after = word_at(number.end, UNITS[i].word);
        if (after == NULL || number.whole < 0 || number.whole > 99999) continue;
        total += number.whole * UNITS[i].times;
        scan->at = after;
        number = number_at(skip_blanks(after));
        if (number.text[0] == '\0') break;
    }
    if (scan->at == end) total = first->whole;
    fact_add(scan, FACT_NUMBER, arena_printf(scan->arena, "%lld", (long long)total));
}

static bool read_percent(struct scan *scan, const struct number *number) {
    static const char *const PERCENT[] = { "%", "퍼센트", "percent", "per cent", NULL };
    const char *end = one_of_at(skip_blanks(number->end), PERCENT);
    if (end == NULL) return false;
    fact_add(scan, FACT_PERCENT, arena_printf(scan->arena, "%s%%", number->text));
    scan->at = end;
    return true;
}

/* Digits inside names (v2, S3, UTC+9) are no facts. */
static bool inside_name(const struct scan *scan, const char *at) {
    if (at == scan->begin) return false;
    if (isalpha((unsigned char)at[-1]) || at[-1] == '_') return true;
    return (at[-1] == '+' || at[-1] == '-') && at - 1 > scan->begin && isalpha((unsigned char)at[-2]);
}

size_t agree_facts(struct arena *arena, const char *text, struct fact *out) {
    struct scan scan = { .arena = arena, .begin = text, .at = text, .facts = out };
    while (*scan.at != '\0') {
        if (!is_digit(*scan.at)) {
            scan.at++;
            continue;
        }
        const char *start = scan.at;
        struct number number = number_at(start);
        if (inside_name(&scan, start)) {
            scan.at = number.end;
            continue;
        }
        if (read_date(&scan, start, &number) || read_time(&scan, start, &number) || read_percent(&scan, &number))
            continue;
        if (!read_duration(&scan, &number)) read_count(&scan, &number);
    }
    return scan.count;
}

static bool has_fact(const struct fact *facts, size_t count, const struct fact *wanted) {
    for (size_t i = 0; i < count; i++) {
        if (facts[i].kind == wanted->kind && str_eq(facts[i].value, wanted->value)) return true;
    }
    return false;
}

size_t agree_check(struct arena *arena, const char *ko, const char *en, const struct component_name *components,
                   struct disagreement **out) {
    struct fact *sides[2] = { ARENA_ARRAY(arena, AGREE_FACTS_MAX, struct fact),
                              ARENA_ARRAY(arena, AGREE_FACTS_MAX, struct fact) };
    size_t counts[2] = { agree_facts(arena, ko, sides[0]), agree_facts(arena, en, sides[1]) };
    struct disagreement *list = ARENA_ARRAY(arena, 2 * AGREE_FACTS_MAX + COMPONENTS_MAX, struct disagreement);
    size_t count = 0;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < counts[side]; i++) {
            if (has_fact(sides[1 - side], counts[1 - side], &sides[side][i])) continue;
            list[count++] = (struct disagreement){ sides[side][i], side == 0 ? "en" : "ko" };
        }
    }
    for (size_t i = 0; components != NULL && components[i].ko != NULL && i < COMPONENTS_MAX; i++) {
        bool in_ko = strstr(ko, components[i].ko) != NULL;
        bool in_en = strcasestr(en, components[i].en) != NULL;
        if (in_ko == in_en) continue;
        list[count].fact = (struct fact){ FACT_COMPONENT, in_ko ? components[i].ko : components[i].en };
        list[count++].missing_in = in_ko ? "en" : "ko";
    }
    *out = list;
    return count;
}

const char *fact_kind_name(enum fact_kind kind) {
    static const char *const NAMES[] = { "time", "date", "duration", "percent", "number", "component" };
    return NAMES[kind];
}
