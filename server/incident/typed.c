/* Typed-in values of this room: blank means "not given" and becomes NULL. */
#include "incident/incident_internal.h"

#include "base/field.h"
#include "base/str.h"
#include "text/when.h"

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
        op_field_error(op, field, "malformed", NULL);
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
