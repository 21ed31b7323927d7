/* Declaring an incident (R-A2): the draft as it was typed, checked as a whole, then written in one transaction. */
#ifndef BONGSU_INCIDENT_DRAFT_H
#define BONGSU_INCIDENT_DRAFT_H

#include "incident/incident.h"
#include "incident/roles.h"

enum { DRAFT_TITLE_MAX = 200, DRAFT_LINE_MAX = 500 }; /* characters */

/* Texts exactly as received; NULL or blank = not given. Times: RFC 3339, or "YYYY-MM-DDTHH:MM" in the organisation's
 * zone. */
struct incident_draft {
    const char *title, *symptom, *severity; /* needed: title or symptom, and severity */
    const char *impact;
    const char *service; /* key or id */
    const char *category, *controllable, *sensitivity, *damage, *detection;
    const char *owner; /* login or any name */
    const char *action, *suspected_cause, *status_note;
    const char *started_at, *detected_at; /* may lie in the past, never in the future */
    const char *kind; /* normal drill backfilled */
    const char *lang; /* ko en; the organisation's by default */
    const struct role_wish *roles;
    size_t role_count; /* at most ROLE_KIND_COUNT */
};

/* Needs PERM_INTAKE. ERR_INVALID with every wrong field in op->fields. */
bool incident_declare(struct op *op, const struct incident_draft *draft, struct incident *out,
                      struct error *err) NODISCARD;
/* As incident_declare inside the caller's transaction (an alert that declares). The draft must come from our own rules.
 */
bool incident_declare_tx(struct tx *tx, const struct incident_draft *draft, struct incident *out,
                         struct error *err) NODISCARD;

/* Corrections (PATCH): every member NULL = leave, "" = clear where it may be absent. Audited old → new. */
struct incident_patch {
    const char *title, *symptom, *impact, *service, *category, *controllable, *sensitivity, *damage, *detection;
    const char *owner, *action, *suspected_cause, *status_note;
    const char *cause, *recovery_action, *recovery_impact, *follow_up, *retro_at;
    const char *acknowledged_at;
    const char *phase_at[PHASE_COUNT];
    int64_t expected_version; /* If-Match; 0 = whatever it is. ERR_STALE `incident.stale` */
};
bool incident_correct(struct op *op, const char *ref, const struct incident_patch *patch, struct incident *out,
                      struct error *err) NODISCARD;

#endif
