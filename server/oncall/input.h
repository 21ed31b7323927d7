/* Reading a JSON description with named faults: every wrong member adds a field error with its whole path
 * ("schedule.layers[0].rotation.length") to the op, and reading goes on, so that one answer lists them all.
 * Readers return a harmless value after an error; the caller asks op->fields.count once at the end. */
#ifndef BONGSU_ONCALL_INPUT_H
#define BONGSU_ONCALL_INPUT_H

#include "base/json.h"
#include "base/op.h"
#include "text/tz.h"

#include <stddef.h>
#include <stdint.h>

struct input {
    struct op *op;
    const json_t *value; /* NULL if absent or of another type */
    const char *path; /* "" at the top */
};

struct input input_top(struct op *op, const json_t *value);
struct input input_object(const struct input *in, const char *key, bool required);
struct input input_at(const struct input *list, size_t i); /* of a list: "path[i]" */
/* Member lists: their length, at most max (`too_many`). */
struct input input_list(const struct input *in, const char *key, bool required);
size_t input_count(const struct input *list, size_t max);

bool input_has(const struct input *in, const char *key); /* there and not null */
const json_t *input_member(const struct input *in, const char *key);
void input_fault(const struct input *in, const char *key, const char *code, const char *arg);

/* Text or a whole number as text (ids); NULL if absent. */
const char *input_id(const struct input *in, const char *key, bool required);
const char *input_text(const struct input *in, const char *key, bool required);
int64_t input_i64(const struct input *in, const char *key, int64_t min, int64_t max, int64_t fallback);
int input_word(const struct input *in, const char *key, const char *const *words, int fallback);
/* fallback < 0: required. */

bool input_instant(const struct input *in, const char *key, int64_t *seconds); /* RFC 3339; required */
bool input_wall(const struct input *in, const char *key, int64_t *seconds); /* YYYY-MM-DDTHH:MM; required */
int input_clock(const struct input *in, const char *key, bool end_of_day); /* "HH:MM" as minutes; required */
/* Names or numbers of weekdays as a mask, bit 0 = Monday; absent means every day. 1 = Monday … 7 = Sunday, 0 = Sunday.
 */
unsigned input_days(const struct input *in, const char *key);
const struct tz *input_zone(const struct input *in, const char *key, const struct tz *fallback);
/* fallback NULL: required. Never NULL: UTC after an error. */

/* "2026-01-05T09:00" (seconds and a space for T accepted), real dates of the years 1900 to 9999, as if it were UTC. */
bool wall_parse(const char *text, int64_t *seconds);
bool date_parse(const char *text, int64_t *days); /* "2026-01-05" as days since 1970 */
char *wall_text(struct arena *arena, int64_t seconds);

#endif
