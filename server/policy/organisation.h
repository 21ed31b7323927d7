/* The organisation: its name, zone, language and working hours. One row of settings with sensible defaults, so
 * that everything works before set-up. */
#ifndef BONGSU_POLICY_ORGANISATION_H
#define BONGSU_POLICY_ORGANISATION_H

#include "store/db.h"
#include "text/tz.h"

#include <jansson.h>

enum { ORGANISATION_NAME_MAX = 80 };

/* Days since 1970, ascending. */
struct organisation_days {
    const int64_t *list;
    size_t count;
};

struct organisation {
    const char *name; /* "" until set-up */
    const char *zone; /* "Asia/Seoul" by default */
    const struct tz *tz; /* of zone, never NULL */
    const char *lang; /* "ko" by default: language of messages to channels */
    const char *holidays; /* "kr" (default) or "none" */
    int work_days; /* bit 0 = Monday … bit 6 = Sunday; 0x1f by default */
    int work_from, work_until; /* minutes of the day; 09:00 and 18:00 by default */
    struct organisation_days days_off, days_on; /* besides the holidays: policy/calendar.h keeps them */
    bool notice_self_approval; /* may an author approve their own customer notice (R-C2) */
    int64_t version; /* 1 until saved for the first time */
};

/* NULL leaves a member as it is. work_from and work_until as "09:00", work_days as "mon,tue,…". */
struct organisation_input {
    const char *name, *zone, *lang, *holidays, *work_days, *work_from, *work_until;
    const char *notice_self_approval; /* "true" or "false" */
};

bool organisation_find(struct tx *tx, struct organisation *out, struct error *err) NODISCARD;
bool organisation_load(struct op *op, struct organisation *out, struct error *err) NODISCARD;
/* PERM_ADMIN. ERR_STALE `organisation.stale`. */
bool organisation_update(struct op *op, int64_t version, const struct organisation_input *input,
                         struct organisation *out, struct error *err) NODISCARD;

/* For set-up: field errors into op; then stored within the caller's transaction. */
void organisation_merge(struct op *op, const struct organisation_input *input, struct organisation *organisation);
bool organisation_store(struct tx *tx, const struct organisation *organisation, struct error *err) NODISCARD;

/* A day of work: a weekday of the organisation that is no holiday, by computation or by its own calendar. */
bool organisation_holiday_on(const struct organisation *organisation, int64_t day); /* on whichever weekday */
bool organisation_works_on(const struct organisation *organisation, int64_t day);
/* The row alone, for policy/calendar.c, which audits its own changes. */
bool organisation_put(struct tx *tx, const struct organisation *organisation, struct error *err) NODISCARD;

json_t *organisation_json(struct arena *arena, const struct organisation *organisation);

#endif
