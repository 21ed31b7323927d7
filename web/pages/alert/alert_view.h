/* Alerts for the eye, wherever they are shown. */
#ifndef BONGSU_WEB_PAGES_ALERT_VIEW_H
#define BONGSU_WEB_PAGES_ALERT_VIEW_H

#include "alert/alert.h"
#include "pages/screen.h"

const char *alert_url(const struct screen *screen, int64_t id);
/* url, title, severity, state, source, outcome, incident … */
json_t *alert_row_view(const struct screen *screen, const struct alert *alert);
/* The tabs above every page about alerts; current: "alerts", "review", "heartbeats", "thresholds". */
void alert_tabs(const struct screen *screen, const char *current);
/* View member `alerts` of an incident's page: its newest alerts (partials/incident_alerts.html). */
bool incident_alerts_view(struct screen *screen, const char *ref, struct error *err) NODISCARD;

#endif
