/* `POST /api/v1/escalation/simulate` and `bongsu oncall simulate`: one incident's escalation on a clock of its own, by
 * the state machine that also runs for real (run.h).
 *
 *   {severity, policies: {SEVERITY: path}, schedules?: {ID: schedule}, teams?: {ID: [user…]}, business_hours?,
 *    monitors?: {ID: {interval_min, muted?}}, outages?: [{from, until}], events: [{t, type, …}], until}
 *   → {pages: [{t, to, step, …}], notices: [{t, kind, to}], skipped: [{t, step, reason}]}
 *
 * Steps count from 1. What falls due at `until` or later is left out. While the engine is away (outages, half-open)
 * events are kept; whatever fell due is done once when it is back. A monitor that has reported once and then stays
 * silent for its interval triggers; its next beat resolves what it triggered. */
#ifndef BONGSU_ESCALATION_SIMULATE_H
#define BONGSU_ESCALATION_SIMULATE_H

#include "base/json.h"
#include "base/op.h"

bool escalation_simulate(struct op *op, const json_t *input, json_t **out, struct error *err) NODISCARD;

#endif
