/* Checks of typed-in values: see field.h. */
#include "base/field.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>

const char *field_text(struct op *op, const char *field, const char *value, size_t max, unsigned rules) {
    if (value == NULL) {
        if ((rules & FIELD_REQUIRED) != 0) op_field_error(op, field, "required", NULL);
        return (rules & FIELD_REQUIRED) != 0 ? "" : NULL;
    }
    size_t len = strlen(value);
    if (!utf8_valid(value, len)) {
        op_field_error(op, field, "not_utf8", NULL);
        return "";
    }
    /* Surrounding line breaks of a one-line field are white space, inner ones are an error. */
    const char *text = str_clean(op->arena, value);
    if (!utf8_printable(text, strlen(text), (rules & FIELD_MULTILINE) != 0) || utf8_turns(text)) {
        op_field_error(op, field, "control_characters", NULL);
        return "";
    }
    if ((rules & FIELD_REQUIRED) != 0 && str_blank(text)) {
        op_field_error(op, field, "required", NULL);
        return "";
    }
    if (utf8_count(text) > max) {
        op_field_error(op, field, "too_long", arena_printf(op->arena, "%zu", max));
        return "";
    }
    return text;
}

static bool key_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Addresses like /oncall/new, where a key could stand as well. */
static bool is_reserved(const char *key) {
    static const char *const WORDS[] = { "new",   "digest",  "fairness", "feeds", "mine",
                                         "paths", "preview", "swap",     "swaps", "templates" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_eq(key, WORDS[i])) return true;
    }
    return false;
}

const char *field_key(struct op *op, const char *field, const char *value, size_t max, unsigned rules) {
    int before = op->fields.count;
    const char *text = field_text(op, field, value, max, rules);
    if (text == NULL || *text == '\0' || op->fields.count > before) return text;
    char *key = arena_str(op->arena, text);
    for (char *c = key; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + ('a' - 'A'));
        if (!key_byte(*c) || (c == key && (*c == '-' || *c == '_'))) {
            op_field_error(op, field, "not_key", NULL);
            return "";
        }
    }
    if ((rules & FIELD_ADDRESS) == 0 || !is_reserved(key)) return key;
    op_field_error(op, field, "reserved", NULL);
    return "";
}

int field_one_of(struct op *op, const char *field, const char *value, const char *const *words, unsigned rules) {
    if (value == NULL) {
        if ((rules & FIELD_REQUIRED) != 0) op_field_error(op, field, "required", NULL);
        return -1;
    }
    for (int i = 0; words[i] != NULL; i++) {
        if (str_eq(value, words[i])) return i;
    }
    struct buf list;
    buf_init(&list, op->arena, 1000);
    for (int i = 0; words[i] != NULL; i++) {
        if (i > 0) buf_puts(&list, ", ");
        buf_puts(&list, words[i]);
    }
    op_field_error(op, field, "one_of", list.data);
    return -1;
}

int64_t field_i64(struct op *op, const char *field, const char *value, int64_t min, int64_t max, int64_t fallback) {
    if (value == NULL) return fallback;
    int64_t number;
    if (!str_to_i64(value, &number)) {
        op_field_error(op, field, "not_number", NULL);
        return fallback;
    }
    if (number < min || number > max) {
        op_field_error(op, field, "out_of_range", arena_printf(op->arena, "%lld–%lld", (long long)min, (long long)max));
        return fallback;
    }
    return number;
}

bool field_flag(struct op *op, const char *field, const char *value, bool fallback) {
    if (value == NULL) return fallback;
    if (str_eq(value, "true") || str_eq(value, "on") || str_eq(value, "1")) return true;
    if (str_eq(value, "false") || str_eq(value, "off") || str_eq(value, "0") || *value == '\0') return false;
    op_field_error(op, field, "one_of", "true, false");
    return fallback;
}

enum { DAY_COUNT = 7 };

const char *field_day_name(int day) {
    static const char *const NAMES[DAY_COUNT] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    return NAMES[day];
}

int field_days(struct op *op, const char *field, const char *value, int fallback) {
    char **names;
    if (value == NULL) return fallback;
    size_t count = str_split(op->arena, value, ", ", &names);
    int days = 0;
    for (size_t i = 0; i < count; i++) {
        int day = 0;
        while (day < DAY_COUNT && !str_eq(names[i], field_day_name(day))) day++;
        if (day == DAY_COUNT) {
            op_field_error(op, field, "one_of", "mon, tue, wed, thu, fri, sat, sun");
            return fallback;
        }
        days |= 1 << day;
    }
    if (days == 0) op_field_error(op, field, "required", NULL);
    return days;
}

int field_clock(struct op *op, const char *field, const char *value, int fallback) {
    int64_t hour, minute;
    if (value == NULL) return fallback;
    bool shaped = strlen(value) == 5 && value[2] == ':' && strspn(value, "0123456789:") == 5;
    if (shaped && str_to_i64(arena_strn(op->arena, value, 2), &hour) && str_to_i64(value + 3, &minute) && minute < 60 &&
        hour * 60 + minute <= 24 * 60) {
        return (int)(hour * 60 + minute);
    }
    op_field_error(op, field, "malformed", NULL);
    return fallback;
}
