/* Reading a JSON description with named faults: every wrong member adds a field error with its whole path
 * ("schedule.layers[0].rotation.length") to the op, and reading goes on, so that one answer lists them all.
 * Readers return a harmless value after an error; the caller asks op->fields.count once at the end. */
#ifndef BONGSU_ONCALL_SPEC_H
#define BONGSU_ONCALL_SPEC_H

#include "base/json.h"
#include "base/op.h"
#include "text/tz.h"

#include <stddef.h>
#include <stdint.h>

struct spec {
    struct op *op;
    const json_t *value; /* NULL if absent or of another type */
    const char *path; /* "" at the top */
};

struct spec spec_top(struct op *op, const json_t *value);
struct spec spec_object(const struct spec *in, const char *key, bool required);
struct spec spec_at(const struct spec *list, size_t i); /* of a list: "path[i]" */
/* Member lists: their length, at most max (`too_many`). */
struct spec spec_list(const struct spec *in, const char *key, bool required);
size_t spec_count(const struct spec *list, size_t max);

bool spec_has(const struct spec *in, const char *key); /* there and not null */
const json_t *spec_member(const struct spec *in, const char *key);
void spec_fault(const struct spec *in, const char *key, const char *code, const char *arg);

/* Text or a whole number as text (ids); NULL if absent. */
const char *spec_id(const struct spec *in, const char *key, bool required);
const char *spec_text(const struct spec *in, const char *key, bool required);
int64_t spec_i64(const struct spec *in, const char *key, int64_t min, int64_t max, int64_t fallback);
int spec_word(const struct spec *in, const char *key, const char *const *words, int fallback);
/* fallback < 0: required. */

bool spec_instant(const struct spec *in, const char *key, int64_t *seconds); /* RFC 3339; required */
bool spec_wall(const struct spec *in, const char *key, int64_t *seconds); /* YYYY-MM-DDTHH:MM; required */
int spec_clock(const struct spec *in, const char *key, bool end_of_day); /* "HH:MM" as minutes; required */
/* Names or numbers of weekdays as a mask, bit 0 = Monday; absent means every day. 1 = Monday … 7 = Sunday, 0 = Sunday.
 */
unsigned spec_days(const struct spec *in, const char *key);
const struct tz *spec_zone(const struct spec *in, const char *key, const struct tz *fallback);
/* fallback NULL: required. Never NULL: UTC after an error. */

/* "2026-01-05T09:00" (seconds and a space for T accepted), real dates of the years 1900 to 9999, as if it were UTC. */
bool wall_parse(const char *text, int64_t *seconds);
bool wall_date(const char *text, int64_t *days); /* "2026-01-05" as days since 1970 */
char *wall_text(struct arena *arena, int64_t seconds);

#endif
