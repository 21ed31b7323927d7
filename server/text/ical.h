/* iCalendar output (RFC 5545) for feeds and appointments. Instants are written in UTC, so that no reader needs a
 * time zone table to have them right; the zone is described for those who show them in it. The same input gives the
 * same bytes. */
#ifndef BONGSU_TEXT_ICAL_H
#define BONGSU_TEXT_ICAL_H

#include "base/buf.h"

#include <stdint.h>

struct tz;

struct ical {
    struct buf *out;
    const char *zone;
    int parts; /* zones and events */
};

/* name: shown by calendar programs; zone: in which readers may show it. */
void ical_begin(struct ical *ical, struct buf *out, const char *name, const char *zone);

/* VTIMEZONE of [from, until), unix seconds, as tzdata has it: one observance for each change of the clock. */
void ical_zone(struct ical *ical, const struct tz *tz, int64_t from, int64_t until);

struct ical_event {
    const char *uid; /* globally unique and stable: the same appointment keeps it for ever */
    int64_t changed_ms; /* DTSTAMP and LAST-MODIFIED: when it was last changed, not when it is read */
    int64_t sequence; /* how often start, end or person changed */
    int64_t start_ms, end_ms; /* end after start */
    const char *summary;
    const char *description, *location, *url; /* NULL for none */
    bool busy; /* blocks the reader's calendar */
    bool cancelled;
};
void ical_event(struct ical *ical, const struct ical_event *event);

/* Ends the calendar; an empty one gets its zone, because the standard wants at least one component. */
void ical_end(struct ical *ical);

#endif
