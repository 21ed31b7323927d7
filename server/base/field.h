/* Checks of what people and programs type in. Each adds a field error to the op when the value is wrong, so a
 * caller checks all fields and then asks once: `if (op->fields.count > 0) return OP_INVALID(op, err);`
 *
 * A NULL value means "not sent": FIELD_REQUIRED makes that an error, otherwise the result is NULL. */
#ifndef BONGSU_BASE_FIELD_H
#define BONGSU_BASE_FIELD_H

#include "base/op.h"

#include <stddef.h>
#include <stdint.h>

enum field_rule { FIELD_OPTIONAL = 0, FIELD_REQUIRED = 1, FIELD_MULTILINE = 2, FIELD_ADDRESS = 4 /* keys */ };

/* The text without surrounding white space, in the arena; at most max characters. Refuses invalid UTF-8,
 * control characters (except tab and line breaks with FIELD_MULTILINE), and blank text if required.
 * After an error the result is "", so that callers need not branch. */
const char *field_text(struct op *op, const char *field, const char *value, size_t max, unsigned rules);

/* A short word for URLs and imports: a-z 0-9 - _ , starting with a letter or digit; capitals are folded.
 * FIELD_ADDRESS: it stands in addresses of pages, and words that the portal itself has there are `reserved`. */
const char *field_key(struct op *op, const char *field, const char *value, size_t max, unsigned rules);

/* One of the NULL-terminated words; its index, or -1 (also when not sent). */
int field_one_of(struct op *op, const char *field, const char *value, const char *const *words, unsigned rules);

/* Whole number within the bounds; otherwise `fallback`. */
int64_t field_i64(struct op *op, const char *field, const char *value, int64_t min, int64_t max, int64_t fallback);

/* "true" "on" "1" / "false" "off" "0" ""; otherwise `fallback`. */
bool field_flag(struct op *op, const char *field, const char *value, bool fallback);

/* Weekdays as "mon,tue,…", a mask with bit 0 = Monday; at least one. `fallback` if not sent or wrong. */
int field_days(struct op *op, const char *field, const char *value, int fallback);
const char *field_day_name(int day); /* 0 = "mon" */
/* "09:00" as minutes of the day; "24:00" ends it. */
int field_clock(struct op *op, const char *field, const char *value, int fallback);

#endif
