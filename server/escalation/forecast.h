/* What would be sent if nobody reacted: for a running incident, or for a severity as of an instant. The same machine,
 * the stored paths, schedules and teams; nothing is written and nobody is paged. */
#ifndef BONGSU_ESCALATION_FORECAST_H
#define BONGSU_ESCALATION_FORECAST_H

#include "base/op.h"

#include <jansson.h>

/* {at, pages: [{t, to, name, step, loop, run, kind}], notices: [{t, kind}], skipped: [{t, step, reason}], complete}.
 * PERM_READ. at_ms before now counts as now. */
bool escalation_forecast_incident(struct op *op, const char *ref, int64_t at_ms, json_t **out,
                                  struct error *err) NODISCARD;
/* version: of the saved paths, "current" for those in force. A severity without a path is a field error. */
struct forecast_question {
    const char *version, *severity;
    int64_t at_ms;
};
bool escalation_forecast(struct op *op, const struct forecast_question *question, json_t **out,
                         struct error *err) NODISCARD;

/* The same for a path that is being written (path_json.h): what is wrong in it becomes field errors below
 * "policies.SEVERITY"; nothing is stored. */
struct forecast_draft {
    const char *severity;
    const json_t *path;
    int64_t at_ms;
};
bool escalation_forecast_draft(struct op *op, const struct forecast_draft *draft, json_t **out,
                               struct error *err) NODISCARD;

#endif
