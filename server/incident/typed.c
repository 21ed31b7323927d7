/* Typed-in values of this room: blank means "not given" and becomes NULL. */
#include "incident/incident_internal.h"

#include "base/field.h"
#include "base/str.h"
#include "text/when.h"

#define TIME_EXAMPLE "2026-01-31T09:30:00+09:00"

const char *typed_text(struct op *op, const char *field, const char *value, size_t max, unsigned rules) {
    const char *text = field_text(op, field, value, max, rules);
    return text == NULL || *text == '\0' ? NULL : text;
}

int typed_word(struct op *op, const char *field, const char *value, const char *const *words) {
    return str_blank(value) ? -1 : field_one_of(op, field, value, words, FIELD_OPTIONAL);
}

int64_t typed_time(struct op *op, const struct tz *tz, const char *field, const char *value, int64_t latest) {
    if (str_blank(value)) return 0;
    struct error ignored;
    int64_t at;
    if (!when_parse(value, &at, &ignored) && !when_parse_local(value, tz, &at, &ignored)) {
        op_field_error(op, field, "malformed", TIME_EXAMPLE);
        return 0;
    }
    if (at <= 0) {
        op_field_error(op, field, "too_early", NULL);
        return 0;
    }
    if (at > latest) {
        op_field_error(op, field, "future", NULL);
        return 0;
    }
    return at;
}

void typed_too_early(struct op *op, const struct tz *tz, const char *field, int64_t earliest) {
    op_field_error(op, field, "too_early", when_minute(op->arena, tz, earliest));
}
