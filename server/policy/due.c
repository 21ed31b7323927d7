/* Due times on the organisation's calendar: see policy.h. */
#include "policy/organisation.h"
#include "policy/policy.h"

#include "base/str.h"
#include "text/holiday.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
enum { DAY_SECONDS = 86400, SEARCH_DAYS = 60 };

/* Local wall time of an instant, as seconds, and what is left of the millisecond. */
static int64_t wall_of(const struct tz *tz, int64_t ms, int64_t *rest_ms) {
    int64_t seconds = ms / 1000;
    *rest_ms = ms - seconds * 1000;
    return seconds + tz_offset(tz, seconds);
}

static bool among(const struct organisation_days *days, int64_t day) {
    for (size_t i = 0; i < days->count; i++) {
        if (days->list[i] == day) return true;
    }
    return false;
}

bool organisation_holiday_on(const struct organisation *organisation, int64_t day) {
    if (among(&organisation->days_off, day)) return true;
    return str_eq(organisation->holidays, "kr") && holiday_find(day, NULL) && !among(&organisation->days_on, day);
}

bool organisation_works_on(const struct organisation *organisation, int64_t day) {
    return (organisation->work_days & (1 << civil_weekday(day))) != 0 && !organisation_holiday_on(organisation, day);
}

int64_t policy_due_ms(const struct policy_span *span, const struct organisation *organisation, int64_t from_ms) {
    if (span->unit == SPAN_NONE) return 0;
    if (span->unit == SPAN_HOURS) return from_ms + span->amount * HOUR_MS;
    int64_t rest;
    int64_t wall = wall_of(organisation->tz, from_ms, &rest);
    int64_t days = span->amount;
    if (span->unit == SPAN_BUSINESS_DAYS) {
        int64_t day = wall / DAY_SECONDS;
        int64_t left = span->amount;
        days = 0;
        /* The bound only matters for an organisation that never works. */
        while (left > 0 && days < span->amount + 2 * SEARCH_DAYS + span->amount * 7) {
            days++;
            if (organisation_works_on(organisation, day + days)) left--;
        }
    }
    return tz_resolve(organisation->tz, wall + days * DAY_SECONDS) * 1000 + rest;
}

int64_t policy_working_ms(const struct organisation *organisation, int64_t at_ms) {
    int64_t rest;
    int64_t wall = wall_of(organisation->tz, at_ms, &rest);
    int64_t today = wall / DAY_SECONDS;
    int64_t minute = wall % DAY_SECONDS / 60;
    if (organisation_works_on(organisation, today) && minute >= organisation->work_from &&
        minute < organisation->work_until) {
        return at_ms;
    }
    int64_t day = minute < organisation->work_from ? today : today + 1;
    int64_t last = day + SEARCH_DAYS;
    while (day < last && !organisation_works_on(organisation, day)) day++;
    return tz_resolve(organisation->tz, day * DAY_SECONDS + organisation->work_from * INT64_C(60)) * 1000;
}

int64_t policy_response_due_ms(const struct policy_severity *severity, const struct organisation *organisation,
                               int64_t declared_ms) {
    if (!severity->business_hours) {
        return severity->response_minutes == 0 ? 0 : declared_ms + severity->response_minutes * MINUTE_MS;
    }
    int64_t start = policy_working_ms(organisation, declared_ms), rest;
    if (severity->response_minutes > 0) return start + severity->response_minutes * MINUTE_MS;
    int64_t day = wall_of(organisation->tz, start, &rest) / DAY_SECONDS;
    return tz_resolve(organisation->tz, day * DAY_SECONDS + organisation->work_until * INT64_C(60)) * 1000;
}
