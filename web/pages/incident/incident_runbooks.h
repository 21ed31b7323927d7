/* Runbooks beside an incident: which fit, by its alerts too, and which run. */
#ifndef BONGSU_WEB_PAGES_INCIDENT_RUNBOOKS_H
#define BONGSU_WEB_PAGES_INCIDENT_RUNBOOKS_H

#include "pages/screen.h"

/* View member `runbooks`: offered and running (templates/partials/incident_runbooks.html). */
bool incident_runbooks_view(struct screen *screen, const char *ref, struct error *err) NODISCARD;

#endif
