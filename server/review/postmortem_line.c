/* Lines of a postmortem: facts, table rows, instants. See postmortem_internal.h. */
#include "review/postmortem_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/bigram.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LABEL_MAX = 60, HOUR_S = 3600, DAY_S = 86400 };

/* Longer labels first where one holds the other. */
static const struct {
    enum line_fact fact;
    const char *labels[12]; /* the whole label, folded */
} FACTS[] = {
    { FACT_SEVERITY, { "장애 등급", "등급", "심각도", "severity", "sev", "priority", "incident severity" } },
    { FACT_SPAN, { "영향 시간", "장애 시간", "장애 기간", "impact time", "incident time", "time of impact", "when" } },
    { FACT_START,
      { "발생 시간", "발생 시각", "발생 일시", "시작 시각", "시작 시간", "start time", "started", "started at", "start",
        "incident start", "began" } },
    { FACT_END,
      { "복구 시간", "복구 시각", "복구 일시", "종료 시각", "해결 시각", "end time", "resolved", "resolved at", "end",
        "recovered", "incident end" } },
    { FACT_DATE, { "날짜", "일자", "date", "incident date" } },
    { FACT_IMPACT, { "영향 범위", "영향", "impact", "user impact", "customer impact" } },
    { FACT_SERVICE, { "서비스", "service", "affected service", "영향받은 서비스" } },
    { FACT_ATTENDEES, { "참석자", "attendees", "participants" } },
};

/* Without blanks and marks at both ends. */
static const char *bare(struct arena *arena, const char *text, size_t len) {
    static const char MARKS[] = " \t*_`|>";
    while (len > 0 && strchr(MARKS, *text) != NULL) {
        text++;
        len--;
    }
    while (len > 0 && strchr(MARKS, text[len - 1]) != NULL) len--;
    return arena_strn(arena, text, len);
}

enum line_fact line_fact(struct arena *arena, const char *line, const char **value) {
    const char *cells[CELLS_MAX];
    const char *label;
    if (line_cells(arena, line, cells) == 2) {
        label = cells[0];
        *value = cells[1];
    } else {
        line += strspn(line, " \t-*+>");
        size_t colon = strcspn(line, ":");
        if (line[colon] == '\0' || colon > LABEL_MAX) return FACT_NONE;
        label = bare(arena, line, colon);
        *value = bare(arena, line + colon + 1, strlen(line + colon + 1));
    }
    const char *folded = bigram_fold(arena, label);
    if (folded == NULL || str_blank(*value)) return FACT_NONE;
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) {
        for (size_t n = 0; n < 12 && FACTS[i].labels[n] != NULL; n++) {
            if (str_eq(folded, FACTS[i].labels[n])) return FACTS[i].fact;
        }
    }
    return FACT_NONE;
}

/* --- tables --- */

size_t line_cells(struct arena *arena, const char *line, const char *cells[CELLS_MAX]) {
    line += strspn(line, " \t");
    if (*line != '|') return 0;
    size_t count = 0;
    for (line++; *line != '\0' && count < CELLS_MAX;) {
        size_t len = 0;
        while (line[len] != '\0' && !(line[len] == '|' && (len == 0 || line[len - 1] != '\\'))) len++;
        if (line[len] == '\0' && line[strspn(line, " \t\r")] == '\0') break; /* behind the last bar */
        cells[count++] = bare(arena, line, len);
        line += len + (line[len] == '|' ? 1 : 0);
    }
    return count;
}

bool line_is_rule(const char *line) {
    return strspn(line, " \t|:-\r") == strlen(line) && strchr(line, '-') != NULL && strchr(line, '|') != NULL;
}

bool line_has(struct arena *arena, const char *text, const char *const *words) {
    const char *folded = bigram_fold(arena, text);
    for (size_t i = 0; folded != NULL && words[i] != NULL; i++) {
        if (strstr(folded, words[i]) != NULL) return true;
    }
    return false;
}

/* --- dates and times --- */

static bool read_number(const char **at, int digits_max, int *out) {
    int digits = 0;
    *out = 0;
    for (; digits < digits_max && isdigit((unsigned char)**at); digits++, (*at)++) *out = *out * 10 + (**at - '0');
    return digits > 0;
}

static void skip_any(const char **at, const char *signs) {
    *at += strspn(*at, signs);
}

static bool skip_word(const char **at, const char *word) {
    if (!str_starts(*at, word)) return false;
    *at += strlen(word);
    return true;
}

/* 2024-01-15, 2024/1/15, 2024.01.15, 2024년 1월 15일 */
static bool read_date(const char **at, int *year, int *month, int *day) {
    const char *from = *at;
    bool good = read_number(at, 4, year) && *year >= 1970;
    good = good && (skip_word(at, "년") || strchr("-/.", **at) != NULL);
    skip_any(at, "-/. ");
    good = good && read_number(at, 2, month) && *month >= 1 && *month <= 12;
    good = good && (skip_word(at, "월") || strchr("-/.", **at) != NULL);
    skip_any(at, "-/. ");
    good = good && read_number(at, 2, day) && *day >= 1 && *day <= civil_month_days(*year, *month);
    if (!good) *at = from;
    else (void)skip_word(at, "일");
    return good;
}

/* 14시 30분, 14시 */
static bool read_korean_clock(const char **at, int *hour, int *minute) {
    if (!read_number(at, 2, hour) || !skip_word(at, "시")) return false;
    skip_any(at, " ");
    *minute = 0;
    if (read_number(at, 2, minute)) (void)skip_word(at, "분");
    return true;
}

/* 14:30, 14:30:10 */
static bool read_colon_clock(const char **at, int *hour, int *minute, int *second) {
    if (!read_number(at, 2, hour) || !skip_word(at, ":") || !read_number(at, 2, minute)) return false;
    return !skip_word(at, ":") || read_number(at, 2, second);
}

static bool read_clock(const char **at, int *seconds) {
    const char *from = *at;
    int hour = 0, minute = 0, second = 0;
    bool good = read_korean_clock(at, &hour, &minute);
    if (!good) {
        *at = from;
        good = read_colon_clock(at, &hour, &minute, &second);
    }
    if (!good || hour > 23 || minute > 59 || second > 59) {
        *at = from;
        return false;
    }
    *seconds = hour * HOUR_S + minute * 60 + second;
    return true;
}

/* Z, UTC, +09:00 behind a time; *offset in seconds. */
static bool read_offset(const char **at, int *offset) {
    const char *from = *at;
    int hours, minutes;
    skip_any(at, " ");
    *offset = 0;
    if (skip_word(at, "Z") || skip_word(at, "UTC") || skip_word(at, "GMT")) return true;
    if (skip_word(at, "KST")) {
        *offset = 9 * HOUR_S;
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    if ((**at == '+' || **at == '-') && (*at)++ != NULL && read_number(at, 2, &hours) && skip_word(at, ":") &&
        read_number(at, 2, &minutes)) {
        *offset = sign * (hours * HOUR_S + minutes * 60);
        return true;
    }
    *at = from;
    return false;
}

/* An instant that begins right here; *at moves behind it. */
static bool read_instant(const char **at, const struct tz *tz, int64_t base, int64_t *out) {
    int year, month, day, seconds = 0, offset = 0;
    bool dated = read_date(at, &year, &month, &day);
    const char *clock = *at;
    if (dated) skip_any(&clock, " T,");
    bool timed = read_clock(&clock, &seconds);
    if (!dated && (!timed || base == 0)) return false;
    if (timed) *at = clock;
    if (!dated) {
        struct civil lent;
        tz_local(tz, base / 1000, &lent);
        year = (int)lent.year;
        month = lent.month;
        day = lent.day;
    }
    int64_t local = civil_days(year, month, day) * DAY_S + seconds;
    bool shifted = timed && read_offset(at, &offset);
    *out = (shifted ? local - offset : tz_resolve(tz, local)) * 1000;
    if (!dated && *out < base) *out += (int64_t)DAY_S * 1000; /* over midnight */
    return true;
}

bool line_instant(const char *text, const struct tz *tz, int64_t base, int64_t *out, const char **rest) {
    for (const char *at = text; *at != '\0'; at++) {
        if (!isdigit((unsigned char)*at) || (at > text && isdigit((unsigned char)at[-1]))) continue;
        const char *end = at;
        if (!read_instant(&end, tz, base, out)) continue;
        if (rest != NULL) *rest = end;
        return true;
    }
    return false;
}

const char *line_day(struct arena *arena, const char *text, const struct tz *tz, int64_t base) {
    int year, month, day;
    const char *at = text + strcspn(text, "0123456789");
    const char *end = at;
    if (read_date(&end, &year, &month, &day)) return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
    if (base == 0 || !read_number(&at, 2, &month) || !(skip_word(&at, "/") || skip_word(&at, "월"))) return NULL;
    skip_any(&at, " ");
    if (!read_number(&at, 2, &day) || month < 1 || month > 12) return NULL;
    struct civil when;
    tz_local(tz, base / 1000, &when);
    year = (int)when.year + (month * 31 + day < when.month * 31 + when.day ? 1 : 0);
    if (day < 1 || day > civil_month_days(year, month)) return NULL;
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}
