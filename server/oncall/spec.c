/* See spec.h. */
#include "oncall/spec.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "text/when.h"

#include <string.h>
#include <strings.h>

struct spec spec_top(struct op *op, const json_t *value) {
    struct spec in = { op, value, "" };
    if (json_is_object(value)) return in;
    op_field_error(op, "body", "malformed", NULL);
    in.value = NULL;
    return in;
}

static const char *path_of(const struct spec *in, const char *key) {
    return in->path[0] == '\0' ? key : arena_printf(in->op->arena, "%s.%s", in->path, key);
}

void spec_fault(const struct spec *in, const char *key, const char *code, const char *arg) {
    op_field_error(in->op, key == NULL ? in->path : path_of(in, key), code, arg);
}

const json_t *spec_member(const struct spec *in, const char *key) {
    const json_t *member = json_object_get(in->value, key);
    return json_is_null(member) ? NULL : member;
}

bool spec_has(const struct spec *in, const char *key) {
    return spec_member(in, key) != NULL;
}

/* The member if it has the type; otherwise NULL, with a fault if it is required or of another type. */
static const json_t *typed(const struct spec *in, const char *key, json_type type, bool required) {
    const json_t *member = spec_member(in, key);
    if (member == NULL) {
        if (required && in->value != NULL) spec_fault(in, key, "required", NULL);
        return NULL;
    }
    if (json_typeof(member) == type) return member;
    spec_fault(in, key, type == JSON_STRING ? "not_text" : type == JSON_INTEGER ? "not_number" : "malformed", NULL);
    return NULL;
}

struct spec spec_object(const struct spec *in, const char *key, bool required) {
    return (struct spec){ in->op, typed(in, key, JSON_OBJECT, required), path_of(in, key) };
}

struct spec spec_list(const struct spec *in, const char *key, bool required) {
    return (struct spec){ in->op, typed(in, key, JSON_ARRAY, required), path_of(in, key) };
}

size_t spec_count(const struct spec *list, size_t max) {
    size_t count = json_array_size(list->value);
    if (count <= max) return count;
    spec_fault(list, NULL, "too_many", arena_printf(list->op->arena, "%zu", max));
    return 0;
}

struct spec spec_at(const struct spec *list, size_t i) {
    return (struct spec){ list->op, json_array_get(list->value, i),
                          arena_printf(list->op->arena, "%s[%zu]", list->path, i) };
}

const char *spec_text(const struct spec *in, const char *key, bool required) {
    return json_string_value(typed(in, key, JSON_STRING, required));
}

const char *spec_id(const struct spec *in, const char *key, bool required) {
    const json_t *member = spec_member(in, key);
    if (json_is_integer(member)) return arena_printf(in->op->arena, "%lld", (long long)json_integer_value(member));
    const char *text = spec_text(in, key, required);
    if (text == NULL || (text[0] != '\0' && strlen(text) <= 200)) return text;
    spec_fault(in, key, text[0] == '\0' ? "required" : "too_long", text[0] == '\0' ? NULL : "200");
    return NULL;
}

int64_t spec_i64(const struct spec *in, const char *key, int64_t min, int64_t max, int64_t fallback) {
    const json_t *member = spec_member(in, key);
    if (member == NULL && fallback >= min) return fallback;
    if (json_is_real(member) && json_real_value(member) >= (double)min && json_real_value(member) <= (double)max &&
        json_real_value(member) == (double)(int64_t)json_real_value(member))
        return (int64_t)json_real_value(member); /* 15.0 is what some writers make of 15 */
    member = typed(in, key, JSON_INTEGER, true);
    if (member == NULL) return min;
    int64_t value = json_integer_value(member);
    if (value >= min && value <= max) return value;
    spec_fault(in, key, "out_of_range", arena_printf(in->op->arena, "%lld–%lld", (long long)min, (long long)max));
    return min;
}

int spec_word(const struct spec *in, const char *key, const char *const *words, int fallback) {
    const char *text = spec_text(in, key, fallback < 0);
    if (text == NULL) return fallback < 0 ? 0 : fallback;
    struct buf all;
    buf_init(&all, in->op->arena, 400);
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) return i;
        buf_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    spec_fault(in, key, "one_of", all.data);
    return fallback < 0 ? 0 : fallback;
}

bool spec_instant(const struct spec *in, const char *key, int64_t *seconds) {
    const char *text = spec_text(in, key, true);
    if (text == NULL) return false;
    int64_t ms;
    struct error err;
    if (!when_parse(text, &ms, &err)) {
        spec_fault(in, key, "malformed", NULL);
        return false;
    }
    *seconds = ms / 1000;
    return true;
}

bool spec_wall(const struct spec *in, const char *key, int64_t *seconds) {
    const char *text = spec_text(in, key, true);
    if (text == NULL) return false;
    if (wall_parse(text, seconds)) return true;
    spec_fault(in, key, "malformed", NULL);
    return false;
}

const struct tz *spec_zone(const struct spec *in, const char *key, const struct tz *fallback) {
    const struct tz *zone = NULL;
    struct error err;
    const char *name = spec_text(in, key, fallback == NULL);
    if (name == NULL && fallback != NULL) return fallback;
    if (name != NULL && tz_find(name, &zone, &err)) return zone;
    if (name != NULL) spec_fault(in, key, "unknown", NULL);
    REQUIRE(tz_find("UTC", &zone, &err));
    return zone;
}

/* --- wall clock --- */

/* Exactly `count` digits. */
static bool digits(const char **at, int count, int *out) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

static bool read_date(const char **at, int64_t *days) {
    int year, month, day;
    if (!digits(at, 4, &year) || *(*at)++ != '-' || !digits(at, 2, &month) || *(*at)++ != '-' || !digits(at, 2, &day))
        return false;
    if (year < 1900 || month < 1 || month > 12 || day < 1 || day > civil_month_days(year, month)) return false;
    *days = civil_days(year, month, day);
    return true;
}

bool wall_date(const char *text, int64_t *days) {
    return read_date(&text, days) && *text == '\0';
}

/* "HH:MM" with optional ":SS"; "24:00" only as the end of a day. */
static bool read_clock(const char *at, bool end_of_day, int *seconds) {
    int hour, minute, second = 0;
    if (!digits(&at, 2, &hour) || *at++ != ':' || !digits(&at, 2, &minute)) return false;
    if (*at == ':') {
        at++;
        if (!digits(&at, 2, &second)) return false;
    }
    if (*at != '\0' || minute > 59 || second > 59) return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 || (end_of_day && *seconds == 24 * 3600);
}

bool wall_parse(const char *text, int64_t *seconds) {
    int64_t days;
    int clock;
    if (!read_date(&text, &days) || (*text != 'T' && *text != ' ') || !read_clock(text + 1, false, &clock))
        return false;
    *seconds = days * 86400 + clock;
    return true;
}

char *wall_text(struct arena *arena, int64_t seconds) {
    struct civil civil;
    civil_from_seconds(seconds, &civil);
    return arena_printf(arena, "%04lld-%02d-%02dT%02d:%02d", (long long)civil.year, civil.month, civil.day, civil.hour,
                        civil.minute);
}

int spec_clock(const struct spec *in, const char *key, bool end_of_day) {
    const char *text = spec_text(in, key, true);
    int seconds;
    if (text == NULL) return 0;
    if (read_clock(text, end_of_day, &seconds) && seconds % 60 == 0) return seconds / 60;
    spec_fault(in, key, "malformed", NULL);
    return 0;
}

static int weekday_of(const json_t *value) {
    static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
    static const char *const korean[] = { "월", "화", "수", "목", "금", "토", "일" };
    if (json_is_integer(value)) {
        json_int_t number = json_integer_value(value);
        return number < 0 || number > 7 ? -1 : (int)((number + 6) % 7);
    }
    const char *text = json_string_value(value);
    size_t len = text == NULL ? 0 : strlen(text);
    for (int i = 0; i < 7 && len >= 2; i++) {
        if (strncasecmp(names[i], text, len) == 0) return i;
        if (str_starts(text, korean[i]) && (len == 3 || str_eq(text + 3, "요일"))) return i;
    }
    return len == 1 && text[0] >= '0' && text[0] <= '7' ? (text[0] - '0' + 6) % 7 : -1;
}

unsigned spec_days(const struct spec *in, const char *key) {
    if (!spec_has(in, key)) return 0x7f;
    struct spec list = spec_list(in, key, true);
    unsigned days = 0;
    size_t count = spec_count(&list, 50);
    for (size_t i = 0; i < count; i++) {
        int day = weekday_of(json_array_get(list.value, i));
        if (day < 0) spec_fault(&list, NULL, "one_of", "mon, tue, wed, thu, fri, sat, sun");
        else days |= 1u << day;
    }
    if (list.value != NULL && count == 0) spec_fault(&list, NULL, "required", NULL);
    return days;
}
