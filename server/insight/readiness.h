/* Is the organisation ready for an incident (R-D6)? A list in five areas. What the portal can see for itself is ticked
 * by itself, each time it is looked at; the rest is ticked by people, with a note that says where it is, and must be
 * looked at again after three months. */
#ifndef BONGSU_INSIGHT_READINESS_H
#define BONGSU_INSIGHT_READINESS_H

#include "store/db.h"

#include <jansson.h>

enum { READINESS_NOTE_MAX = 300, READINESS_FRESH_DAYS = 90, READINESS_GAP_DAYS = 14, READINESS_ITEMS_MAX = 32 };

struct readiness_item {
    const char *key, *area; /* messages readiness.item.KEY, readiness.area.AREA */
    bool seen; /* the portal sees for itself */
    bool done;
    bool old; /* ticked by hand, but too long ago */
    const char *url; /* where it is set up; NULL for what lies outside the portal */
    bool admins; /* that address is for administrators alone */
    int64_t count; /* what was seen: people, days, … as the text readiness.found.KEY says; -1 for nothing to count */
    const char *note, *by; /* of a tick; NULL without */
    int64_t at_ms;
};
struct readiness {
    struct readiness_item items[READINESS_ITEMS_MAX];
    size_t count, done;
};

/* PERM_READ. */
bool readiness_load(struct op *op, struct readiness *out, struct error *err) NODISCARD;
/* PERM_SCHEDULE. Ticks with a note, or takes the tick back (note NULL). ERR_NOT_FOUND `readiness.not_found` for a key
 * that is none or is seen by the portal. */
bool readiness_tick(struct op *op, const char *key, const char *note, struct error *err) NODISCARD;

json_t *readiness_json(struct op *op, const struct readiness *readiness);

extern const struct sql_list READINESS_STATEMENTS;

#endif
