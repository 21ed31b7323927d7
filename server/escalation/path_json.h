/* Escalation paths described in JSON, with named faults:
 *
 *   path      {steps: [{targets[], delay_min, window?}], repeat?, hours?, fallback[]?, notices[]?, ack_timeout_min?}
 *   target    {type: "user" | "team" | "channel" | "schedule", id, role?: "primary" | "secondary" | "all"}; a plain
 *             text is a user
 *   window    {zone, days, from, to, outside: "wait" | "skip", holidays?}
 *   hours     true or a name (of `business_hours`), or {zone, days, from, to, holidays?} itself
 *   holidays  dates, or true for those of the business hours
 *   notice    {kind, after_min, unless?: "root_cause" | "acked" | "resolved", to}
 *
 * delay_min 1..10080, repeat 0..9. Without a role a schedule means its primary. */
#ifndef BONGSU_ESCALATION_PATH_JSON_H
#define BONGSU_ESCALATION_PATH_JSON_H

#include "escalation/run.h"
#include "oncall/spec.h"

const struct path *path_read(const struct spec *in, const char *severity, const struct spec *business_hours);
/* 0 for P0, 1 for P1 …; other names by their place among the given ones. Smaller is more severe. */
int64_t path_severity_rank(const char *severity, json_t *names);

#endif
