/* Instants and durations: see when.h. Words stand in messages/LANG/when.ini; digits and separators are the same in
 * every language. No C library time functions: they depend on the process's locale and zone. */
#include "text/when.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/i18n.h"

#include <stdio.h>
#include <string.h>

enum { MINUTES_A_DAY = 24 * 60, MS_A_MINUTE = 60 * 1000, YEAR_FIRST = 1970, YEAR_LAST = 9999 };
enum { YEAR_SIZE = 22, CIVIL_SIZE = YEAR_SIZE + 18 }; /* any year, and "-12-31T23:59:59Z" */

/* Exactly `digits` digits at *at, which moves on; -1 if there are fewer. */
static int number_at(const char **at, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') return -1;
        value = value * 10 + (**at - '0');
    }
    return value;
}

static bool skip(const char **at, char expected) {
    if (**at != expected) return false;
    (*at)++;
    return true;
}

static bool date_at(const char **at, struct civil *out) {
    int year = number_at(at, 4);
    if (year < YEAR_FIRST || year > YEAR_LAST || !skip(at, '-')) return false;
    int month = number_at(at, 2);
    if (month < 1 || month > 12 || !skip(at, '-')) return false;
    int day = number_at(at, 2);
    if (day < 1 || day > civil_month_days(year, month)) return false;
    *out = (struct civil){ .year = year, .month = month, .day = day };
    return true;
}

/* "2025-12-09T20:15" with or without ":30"; T, t or a blank between. Leap seconds do not exist in UTC milliseconds. */
static bool civil_at(const char **at, struct civil *out, bool seconds_needed) {
    if (!date_at(at, out)) return false;
    if (!skip(at, 'T') && !skip(at, 't') && !skip(at, ' ')) return false;
    out->hour = number_at(at, 2);
    if (out->hour < 0 || out->hour > 23 || !skip(at, ':')) return false;
    out->minute = number_at(at, 2);
    if (out->minute < 0 || out->minute > 59) return false;
    if (!skip(at, ':')) return !seconds_needed;
    out->second = number_at(at, 2);
    return out->second >= 0 && out->second <= 59;
}

/* ".5", ".123456": milliseconds, further digits cut. -1 if there is a point without digits. */
static int fraction_at(const char **at) {
    if (!skip(at, '.')) return 0;
    int value = 0;
    int digits = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, digits++) {
        if (digits < 3) value = value * 10 + (**at - '0');
    }
    for (int i = digits; i < 3; i++) value *= 10;
    return digits == 0 || digits > 18 ? -1 : value;
}

/* Z, or +09:00; seconds east. */
static bool offset_at(const char **at, int *out) {
    if (skip(at, 'Z') || skip(at, 'z')) {
        *out = 0;
        return true;
    }
    bool west = **at == '-';
    if (!skip(at, '+') && !skip(at, '-')) return false;
    int hours = number_at(at, 2);
    if (hours < 0 || hours > 23 || !skip(at, ':')) return false;
    int minutes = number_at(at, 2);
    if (minutes < 0 || minutes > 59) return false;
    *out = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool when_parse(const char *text, int64_t *out_ms, struct error *err) {
    struct civil civil;
    int offset = 0;
    int milliseconds = -1;
    const char *at = text == NULL ? "" : text;
    bool read = civil_at(&at, &civil, true) && (milliseconds = fraction_at(&at)) >= 0 && offset_at(&at, &offset);
    int64_t seconds = read ? civil_seconds(&civil) - offset : -1;
    if (!read || *at != '\0' || seconds < 0) return ERROR(err, ERR_INVALID, "when.malformed", "not RFC 3339");
    *out_ms = seconds * 1000 + milliseconds;
    return true;
}

bool when_parse_local(const char *text, const struct tz *tz, int64_t *out_ms, struct error *err) {
    struct civil civil;
    const char *at = text == NULL ? "" : text;
    if (!civil_at(&at, &civil, false) || *at != '\0')
        return ERROR(err, ERR_INVALID, "when.malformed", "not a local date and time");
    int64_t ms = tz_resolve(tz, civil_seconds(&civil)) * 1000;
    if (ms < 0) return ERROR(err, ERR_INVALID, "when.malformed", "before 1970");
    *out_ms = ms;
    return true;
}

/* Seconds, rounded down also before 1970. */
static int64_t whole_seconds(int64_t ms) {
    return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

static struct civil local(const struct tz *tz, int64_t ms) {
    struct civil civil;
    tz_local(tz, whole_seconds(ms), &civil);
    return civil;
}

static char *two_digits(char *at, int64_t number) {
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}

/* Writes what the form shows: Y is a year, M D h m s two digits each, anything else stands for itself. A page holds
 * hundreds of these, and printf takes ten times as long. */
static char *write_civil(struct arena *arena, const struct civil *c, const char *form) {
    char *text = arena_bytes(arena, CIVIL_SIZE), *at = text;
    for (; *form != '\0'; form++) {
        switch (*form) {
        case 'Y':
            if (c->year >= 0 && c->year <= YEAR_LAST) at = two_digits(two_digits(at, c->year / 100), c->year % 100);
            else at += snprintf(at, YEAR_SIZE, "%04lld", (long long)c->year);
            break;
        case 'M': at = two_digits(at, c->month); break;
        case 'D': at = two_digits(at, c->day); break;
        case 'h': at = two_digits(at, c->hour); break;
        case 'm': at = two_digits(at, c->minute); break;
        case 's': at = two_digits(at, c->second); break;
        default: *at++ = *form; break;
        }
    }
    *at = '\0';
    return text;
}

static char *write_local(struct arena *arena, const struct tz *tz, int64_t ms, const char *form) {
    struct civil civil = local(tz, ms);
    return write_civil(arena, &civil, form);
}

char *when_rfc3339(struct arena *arena, int64_t ms) {
    struct civil civil;
    civil_from_seconds(whole_seconds(ms), &civil);
    return write_civil(arena, &civil, "Y-M-DTh:m:sZ");
}

char *when_minute(struct arena *arena, const struct tz *tz, int64_t ms) {
    return write_local(arena, tz, ms, "Y-M-D h:m");
}

char *when_clock(struct arena *arena, const struct tz *tz, int64_t ms) {
    return write_local(arena, tz, ms, "h:m");
}

char *when_input(struct arena *arena, const struct tz *tz, int64_t ms) {
    return write_local(arena, tz, ms, "Y-M-DTh:m");
}

char *when_date(struct arena *arena, const struct tz *tz, int64_t ms) {
    return write_local(arena, tz, ms, "Y-M-D");
}

char *when_long(struct arena *arena, const struct tz *tz, const struct i18n *lang, int64_t ms) {
    struct civil c = local(tz, ms);
    int weekday = civil_weekday(civil_days(c.year, c.month, c.day));
    const char *month = i18n_text(lang, arena_printf(arena, "when.month.%d", c.month));
    const char *name = i18n_text(lang, arena_printf(arena, "when.weekday.%d", weekday));
    const char *day = arena_printf(arena, "%d", c.day);
    return i18n_format(
        lang, arena, "when.long",
        I18N_ARGS({ "month", month }, { "day", day }, { "weekday", name }, { "time", when_clock(arena, tz, ms) }));
}

char *when_range(struct arena *arena, const struct tz *tz, int64_t from_ms, int64_t until_ms, bool dated) {
    struct civil from = local(tz, from_ms);
    struct civil until = local(tz, until_ms);
    bool same_day = from.year == until.year && from.month == until.month && from.day == until.day;
    const char *start = dated || !same_day ? when_minute(arena, tz, from_ms) : when_clock(arena, tz, from_ms);
    const char *end = same_day ? when_clock(arena, tz, until_ms) : when_minute(arena, tz, until_ms);
    return arena_printf(arena, "%s ~ %s", start, end);
}

static void unit_add(struct buf *buf, const struct i18n *lang, const char *key, int64_t n) {
    if (n == 0) return;
    const char *number = arena_printf(buf->arena, "%lld", (long long)n);
    if (buf->len > 0) buf_putc(buf, ' ');
    buf_puts(buf, i18n_format(lang, buf->arena, key, I18N_ARGS({ "n", number })));
}

char *when_minutes(struct arena *arena, const struct i18n *lang, int64_t minutes) {
    struct buf buf;
    buf_init(&buf, arena, 256);
    if (minutes <= 0) return i18n_format(lang, arena, "when.minutes", I18N_ARGS({ "n", "0" }));
    unit_add(&buf, lang, "when.days", minutes / MINUTES_A_DAY);
    unit_add(&buf, lang, "when.hours", minutes % MINUTES_A_DAY / 60);
    unit_add(&buf, lang, "when.minutes", minutes % 60);
    return buf.data;
}

static int64_t whole_minutes(int64_t ms) {
    int64_t seconds = whole_seconds(ms);
    return seconds >= 0 ? seconds / 60 : -((-seconds + 59) / 60);
}

int64_t when_minutes_between(int64_t from_ms, int64_t until_ms) {
    int64_t minutes = whole_minutes(until_ms) - whole_minutes(from_ms);
    return minutes > 0 ? minutes : 0;
}

char *when_duration(struct arena *arena, const struct i18n *lang, int64_t from_ms, int64_t until_ms) {
    return when_minutes(arena, lang, when_minutes_between(from_ms, until_ms));
}

int64_t when_relative_minutes(int64_t now_ms, int64_t ms) {
    int64_t distance = now_ms > ms ? now_ms - ms : ms - now_ms;
    int64_t minutes = distance / MS_A_MINUTE;
    if (minutes >= MINUTES_A_DAY) minutes -= minutes % MINUTES_A_DAY;
    else if (minutes >= 60) minutes -= minutes % 60;
    return ms < now_ms ? -minutes : minutes;
}

char *when_relative(struct arena *arena, const struct i18n *lang, int64_t now_ms, int64_t ms) {
    int64_t minutes = when_relative_minutes(now_ms, ms);
    if (minutes == 0) return arena_str(arena, i18n_text(lang, "when.now"));
    const char *span = when_minutes(arena, lang, minutes < 0 ? -minutes : minutes);
    return i18n_format(lang, arena, minutes < 0 ? "when.ago" : "when.ahead", I18N_ARGS({ "span", span }));
}
