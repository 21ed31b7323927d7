/* The escalation of an incident beside its timeline: who was paged when, who is next, and paging the next step now. */
#ifndef BONGSU_WEB_PAGES_INCIDENT_ESCALATION_H
#define BONGSU_WEB_PAGES_INCIDENT_ESCALATION_H

#include "pages/screen.h"

/* View member `escalation`: status, tone, paged[], next or null, may_page; null if none has begun. */
bool incident_escalation_view(struct screen *screen, const char *ref, struct error *err) NODISCARD;

#endif
