/* See hours.h. */
#include "escalation/hours.h"

enum { DAY = 86400, DATES_AHEAD = 3700 /* ten years of holidays in a row mean: never */ };

static bool is_holiday(const struct hours *hours, int64_t date) {
    size_t low = 0, high = hours->holiday_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hours->holidays[middle] < date) low = middle + 1;
        else high = middle;
    }
    return low < hours->holiday_count && hours->holidays[low] == date;
}

static bool span_on(const struct hours *hours, int64_t date, int64_t *start, int64_t *end) {
    if ((hours->days >> civil_weekday(date) & 1) == 0 || is_holiday(hours, date)) return false;
    *start = tz_resolve(hours->zone, date * DAY + hours->from * 60);
    *end = tz_resolve(hours->zone, (hours->to <= hours->from ? date + 1 : date) * DAY + hours->to * 60);
    return *start < *end;
}

static int64_t date_of(const struct hours *hours, int64_t at) {
    int64_t wall = at + tz_offset(hours->zone, at);
    return wall / DAY - (wall % DAY < 0 ? 1 : 0);
}

int64_t hours_plus(const struct hours *hours, int64_t at, int64_t seconds) {
    int64_t today = date_of(hours, at), left = seconds, start, end;
    for (int64_t date = today - 2; date <= today + DATES_AHEAD; date++) {
        if (!span_on(hours, date, &start, &end) || end <= at) continue;
        if (start < at) start = at;
        if (left < end - start) return start + left;
        left -= end - start;
        at = end; /* spans may touch but are not counted twice */
    }
    return INT64_MAX;
}

bool hours_open(const struct hours *hours, int64_t at) {
    return hours_plus(hours, at, 0) == at;
}
