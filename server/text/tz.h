/* Time zones from the system's tzdata (architecture D12): TZif version 2+ with its POSIX footer. */
#ifndef BONGSU_TEXT_TZ_H
#define BONGSU_TEXT_TZ_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct tz; /* immutable, cached for the life of the process, thread-safe */

/* Name as users write it: only [A-Za-z0-9_+-/], no "..", no leading '/'. ERR_INVALID `tz.unknown` otherwise. */
bool tz_find(const char *name, const struct tz **out, struct error *err) NODISCARD;
const char *tz_name(const struct tz *tz);
const char *tz_version(void); /* of the installed tzdata, "" if unknown */

int32_t tz_offset(const struct tz *tz, int64_t unix_seconds); /* seconds east of UTC in force at the instant */

/* Proleptic Gregorian wall time without a zone. */
struct civil {
    int64_t year;
    int month, day, hour, minute, second; /* month 1..12 */
};
int64_t civil_days(int64_t year, int month, int day); /* days since 1970-01-01 */
void civil_from_days(int64_t days, int64_t *year, int *month, int *day);
int civil_weekday(int64_t days); /* 0 = Monday … 6 = Sunday */
int64_t civil_seconds(const struct civil *civil); /* as if it were UTC */
void civil_from_seconds(int64_t seconds, struct civil *out);
int civil_month_days(int64_t year, int month);

void tz_local(const struct tz *tz, int64_t unix_seconds, struct civil *out);

/* oncall.md §4.1, D1: the first instant at which the zone's clock shows `wall` (seconds as if UTC) or later. */
int64_t tz_resolve(const struct tz *tz, int64_t wall_seconds);

#endif
