/* POSIX TZ strings with the extensions of TZif version 3 (hours from -167 to 167). */
#include "text/tz_internal.h"

#include <ctype.h>

static bool read_number(const char **at, int max, int *out) {
    if (!isdigit((unsigned char)**at)) return false;
    int value = 0;
    for (; isdigit((unsigned char)**at); (*at)++) {
        value = value * 10 + (**at - '0');
        if (value > max) return false;
    }
    *out = value;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(const char **at, int32_t *out) {
    int sign = 1;
    if (**at == '+' || **at == '-') sign = *(*at)++ == '-' ? -1 : 1;
    int hours, minutes = 0, seconds = 0;
    if (!read_number(at, 167, &hours)) return false;
    if (**at == ':') {
        (*at)++;
        if (!read_number(at, 59, &minutes)) return false;
        if (**at == ':') {
            (*at)++;
            if (!read_number(at, 59, &seconds)) return false;
        }
    }
    *out = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool skip_name(const char **at) {
    const char *start = *at;
    if (*start == '<') {
        while (**at != '\0' && **at != '>') (*at)++;
        return *(*at) == '>' && (*at)++ - start > 1;
    }
    while (isalpha((unsigned char)**at)) (*at)++;
    return *at - start >= 3;
}

/* month.week.weekday */
static bool read_weekday(const char **at, struct tz_rule_date *out) {
    out->form = 'M';
    if (!read_number(at, 12, &out->month) || *(*at)++ != '.') return false;
    if (!read_number(at, 5, &out->week) || *(*at)++ != '.') return false;
    return read_number(at, 6, &out->day) && out->month >= 1 && out->week >= 1;
}

static bool read_date(const char **at, struct tz_rule_date *out) {
    if (*(*at)++ != ',') return false;
    out->time = 2 * 3600;
    if (**at == 'M') {
        (*at)++;
        if (!read_weekday(at, out)) return false;
    } else {
        out->form = **at == 'J' ? 'J' : 'D';
        if (out->form == 'J') (*at)++;
        if (!read_number(at, 365, &out->day) || (out->form == 'J' && out->day < 1)) return false;
    }
    if (**at != '/') return true;
    (*at)++;
    return read_time(at, &out->time);
}

bool tz_rule_parse(const char *text, struct tz_rule *out) {
    struct tz_rule rule = { 0 };
    int32_t west;
    if (!skip_name(&text) || !read_time(&text, &west)) return false;
    rule.standard = rule.summer = -west;
    if (*text != '\0') {
        if (!skip_name(&text)) return false;
        rule.has_summer = true;
        rule.summer = rule.standard + 3600;
        if (*text != ',') {
            if (!read_time(&text, &west)) return false;
            rule.summer = -west;
        }
        if (!read_date(&text, &rule.begins) || !read_date(&text, &rule.ends) || *text != '\0') return false;
    }
    *out = rule;
    return true;
}

static int64_t date_days(const struct tz_rule_date *date, int64_t year) {
    if (date->form == 'D') return civil_days(year, 1, 1) + date->day;
    if (date->form == 'J') {
        bool after_leap_day = date->day >= 60 && civil_month_days(year, 2) == 29;
        return civil_days(year, 1, 1) + date->day - 1 + (after_leap_day ? 1 : 0);
    }
    int64_t first = civil_days(year, date->month, 1);
    int first_weekday = (civil_weekday(first) + 1) % 7; /* POSIX counts from Sunday */
    int64_t day = first + (date->day - first_weekday + 7) % 7 + 7 * (date->week - 1);
    return day >= first + civil_month_days(year, date->month) ? day - 7 : day;
}

void tz_rule_year(const struct tz_rule *rule, int64_t year, int64_t *begins, int64_t *ends) {
    *begins = date_days(&rule->begins, year) * 86400 + rule->begins.time - rule->standard;
    *ends = date_days(&rule->ends, year) * 86400 + rule->ends.time - rule->summer;
}
