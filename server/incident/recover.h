/* Recovery in one step (R-A10): times, message, report and retro clocks, outbox, timeline. */
#ifndef BONGSU_INCIDENT_RECOVER_H
#define BONGSU_INCIDENT_RECOVER_H

#include "incident/incident.h"

/* Set by every recovery, due at once: how the notice room drafts what customers are told. */
#define INCIDENT_RECOVERED_DUE "incident.recovered"

struct recovery {
    const char *at; /* NULL: now; not before the beginning, not in the future */
    const char *cause, *action, *impact, *follow_up;
    const char *retro_at; /* may lie in the future; not before the recovery */
};
/* PERM_RESPOND. Sends the recovery message, starts the report and retro clocks and sets INCIDENT_RECOVERED_DUE. */
bool incident_recover(struct op *op, const char *ref, const struct recovery *recovery, struct incident *out,
                      struct error *err) NODISCARD;
/* Inside the caller's transaction, which vouches for the permission. *incident as it was read, and as it is after. */
bool incident_recover_tx(struct tx *tx, struct incident *incident, const struct recovery *recovery,
                         struct error *err) NODISCARD;

#endif
