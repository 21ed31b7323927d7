/* Maintenance holds the escalations of the services it covers (R-J11): nobody is paged while it lasts, and whoever is
 * still needed is called from the first step once it ends. */
#ifndef BONGSU_ESCALATION_HOLD_H
#define BONGSU_ESCALATION_HOLD_H

#include "ledger/ledger.h"

/* Due handler of kind MAINTENANCE_EDGE_DUE: a maintenance begins, ends or is cancelled. The status page is made anew
 * and every running incident it concerns is looked at again. */
bool escalation_maintenance_edge(struct tx *tx, const struct due *due, struct error *err) NODISCARD;

extern const struct sql_list HOLD_STATEMENTS;

#endif
