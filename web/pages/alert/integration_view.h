/* What the pages of integrations share: addresses, names, rules and verdicts for the eye. */
#ifndef BONGSU_WEB_PAGES_INTEGRATION_VIEW_H
#define BONGSU_WEB_PAGES_INTEGRATION_VIEW_H

#include "alert/receipt.h"
#include "pages/screen.h"

const char *integration_url(const struct screen *screen, const struct integration *integration);
/* The integration of the path; on failure the answer is given. */
bool integration_of_path(struct request *request, struct response *response, struct integration *out) NODISCARD;
/* The version typed along with a form; one that is none of ours if there is none: stale. */
int64_t integration_typed_version(const struct request *request);
void integration_crumb(const struct screen *screen, const struct integration *integration);

/* One integration as a row of a list: name, url, kind, state, tone … */
json_t *integration_row_view(const struct screen *screen, const struct integration *integration);
/* Its own page. secret: to be shown in this one answer, or NULL. */
void integration_show(struct request *request, struct response *response, const struct integration *integration,
                      const char *secret);
/* Back to its page after something was done. */
void integration_done(struct request *request, struct response *response, const struct integration *integration,
                      const char *flash);
/* A list of "severity = critical". */
json_t *rule_conditions(const struct screen *screen, const json_t *rule);
/* What it does: "declare an incident · P1 · payment". */
const char *rule_deed(const struct screen *screen, const json_t *rule);
json_t *verdict_view(const struct screen *screen, const struct alert_event *event, const struct alert_verdict *verdict);

#endif
