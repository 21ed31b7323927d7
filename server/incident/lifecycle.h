/* The life of an incident: one table of allowed transitions; everything that changes the state asks it.
 * ERR_CONFLICT `incident.transition` where the table says no. All need PERM_RESPOND. */
#ifndef BONGSU_INCIDENT_LIFECYCLE_H
#define BONGSU_INCIDENT_LIFECYCLE_H

#include "incident/incident.h"

bool lifecycle_allows(enum incident_state from, enum incident_state to);
bool lifecycle_check(const struct incident *incident, enum incident_state to, struct error *err) NODISCARD;

/* open → acknowledged; the first person to acknowledge becomes the owner if there is none. Twice is fine. */
bool incident_acknowledge(struct op *op, const char *ref, struct incident *out, struct error *err) NODISCARD;
/* The same inside a transaction, by a machine that knows somebody has it: no owner. One that is not open any more stays
 * as it is. */
bool incident_acknowledge_tx(struct tx *tx, int64_t incident_id, struct error *err) NODISCARD;
/* to: "acknowledged", "mitigating", "false_alarm"; "recovered", "closed" and "open" do what recovering, closing and
 * reopening do. */
bool incident_set_status(struct op *op, const char *ref, const char *to, struct incident *out,
                         struct error *err) NODISCARD;
/* Reason required. Clocks that have not fallen due follow the new severity. */
bool incident_set_severity(struct op *op, const char *ref, const char *to, const char *reason, struct incident *out,
                           struct error *err) NODISCARD;
/* recovered or closed → mitigating: recovery is undone, its values stay in the timeline. reason may be NULL. */
bool incident_reopen(struct op *op, const char *ref, const char *reason, struct incident *out,
                     struct error *err) NODISCARD;
bool incident_close(struct op *op, const char *ref, const char *note, struct incident *out,
                    struct error *err) NODISCARD;
/* This one is the same as `into`: its clocks stop, both timelines say so. */
bool incident_merge(struct op *op, const char *ref, const char *into, struct incident *out,
                    struct error *err) NODISCARD;

#endif
