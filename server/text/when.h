/* Instants and durations as people and machines write them. Instants are UTC milliseconds. */
#ifndef BONGSU_TEXT_WHEN_H
#define BONGSU_TEXT_WHEN_H

#include "base/error.h"
#include "text/tz.h"

#include <stddef.h>
#include <stdint.h>

struct arena;
struct i18n;

/* RFC 3339 with any offset, or Z; years 1970..9999; real dates only. "when.malformed" otherwise. */
bool when_parse(const char *text, int64_t *out_ms, struct error *err) NODISCARD;
/* "2025-12-09T20:15" or "2025-12-09 20:15", as HTML's datetime-local sends, read in the zone. */
bool when_parse_local(const char *text, const struct tz *tz, int64_t *out_ms, struct error *err) NODISCARD;

char *when_rfc3339(struct arena *arena, int64_t ms); /* "2025-12-09T11:15:00Z" */
char *when_minute(struct arena *arena, const struct tz *tz, int64_t ms); /* "2025-12-09 20:15" */
char *when_clock(struct arena *arena, const struct tz *tz, int64_t ms); /* "20:15" */
char *when_input(struct arena *arena, const struct tz *tz, int64_t ms); /* "2025-12-09T20:15", datetime-local */
/* "12월 9일 (화) 20:15", "Tue 9 Dec 20:15" */
char *when_date(struct arena *arena, const struct tz *tz, int64_t ms); /* "2025-12-09" */
char *when_long(struct arena *arena, const struct tz *tz, const struct i18n *lang, int64_t ms);

/* Difference of the minutes shown: both ends cut to the minute first. "15분", "1시간 15분", "2일 1시간 2분", "0분";
 * in English "15 min", "1 h 15 min", "2 d 1 h 2 min". Negative is shown as 0. */
char *when_duration(struct arena *arena, const struct i18n *lang, int64_t from_ms, int64_t until_ms);
char *when_minutes(struct arena *arena, const struct i18n *lang, int64_t minutes);
int64_t when_minutes_between(int64_t from_ms, int64_t until_ms); /* as when_duration counts them */
/* "19:30 ~ 19:45"; with `dated` or over midnight "2025-12-09 23:50 ~ 2025-12-10 00:20"; dated within one day
 * "2025-12-09 19:30 ~ 19:45". */
char *when_range(struct arena *arena, const struct tz *tz, int64_t from_ms, int64_t until_ms, bool dated);
/* "3분 전", "2시간 뒤": relative to now, one unit. */
int64_t when_relative_minutes(int64_t now_ms, int64_t ms); /* what it shows, negative: ago */
char *when_relative(struct arena *arena, const struct i18n *lang, int64_t now_ms, int64_t ms);

#endif
